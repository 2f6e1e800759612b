"""Whether sessions come too close: a course beside rules, our defaults, and what the simulation says is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.planning.case import Case
from pinprick.planning.evaluation import Evaluation
from pinprick.planning.settings import Settings, least_interval_days, usual_interval_days
from pinprick.safety import Screening

Array = NDArray[np.float64]
_RULE = "SR035"


def interval_cautions(case: Case, item: Settings, one: Evaluation, screening: Screening) -> tuple[str, ...]:
    """Return what speaks against the time between sessions, in sentences; nothing for a single session.

    Args:
        case: the case.
        item: the way of needling.
        one: the evaluation that predicted it; solves the usual interval for comparison where it is needed.
        screening: of the case with this device.
    """
    course = item.course
    if course.sessions == 1:
        return ()
    usual = usual_interval_days(case)
    said = [*_rule(case, course, screening)]
    if usual is not None and course.interval_days < usual:
        said.append(
            f"The interval of {course.interval_days:g} days is shorter than the {usual:g} days of our default for this "
            "indication, which was chosen inside published protocols."
        )
    return (*said, *_left_over(case, item, one, usual))


def usual_course(case: Case, sessions: int) -> Course | None:
    """Return the course with which a short interval is compared, or None where the indication has no default."""
    usual = usual_interval_days(case)
    return None if usual is None or sessions == 1 else Course(sessions, usual)


def _rule(case: Case, course: Course, screening: Screening) -> list[str]:
    asked = evidence.value("planning.least_interval_dark_skin")
    if course.interval_days >= asked:
        return []
    short = (
        f"The interval of {course.interval_days:g} days is shorter than the {asked:g} days between sessions that rule"
    )
    if least_interval_days(case) > 0:
        return [f"{short} {_RULE} asks for in this phototype."]
    if any(finding.rule == _RULE for finding in screening.findings):
        return [f"{short} {_RULE} asks for where marks have stayed dark before."]
    if case.patient.phototype is None:
        return [f"{short} {_RULE} asks for in phototype IV to VI, and the phototype is not stated."]
    return []


def _left_over(case: Case, item: Settings, one: Evaluation, usual: float | None) -> list[str]:
    """Return that one session stacks on the one before, as far as the model goes."""
    techniques = item.techniques(tuple(case.concern.zones))
    share = one.persistence(item.device, techniques, item.course)
    if share is None:
        return []
    high, days = evidence.value("planning.myofibroblast_share_high"), item.course.interval_days
    below = usual is not None and days < usual
    if not below and float(np.median(share)) <= high:
        return []
    text = (
        f"With sessions {days:g} days apart, {_percent(share)} of the myofibroblasts of a session's peak are still "
        "there in the simulation when the last session begins"
    )
    compared = usual_course(case, item.course.sessions)
    if below and compared is not None:
        one.prepare((compared,))
        rest = one.persistence(item.device, techniques, compared)
        text += "" if rest is None else f"; with {compared.interval_days:g} days it is {_percent(rest)}"
    return [
        f"{text}. Models of repair tie such stacking to scarring (Adler 2020); no trial of needling has measured it, "
        "and the time course of these cells is tuned, not measured."
    ]


def _percent(share: Array) -> str:
    low, middle, high = 100 * np.quantile(share, (0.05, 0.5, 0.95))
    return f"{middle:.0f} % ({low:.0f} to {high:.0f})"
