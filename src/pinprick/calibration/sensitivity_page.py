"""The page on what planned outcomes hang on, what the trials tell apart, and what would be worth measuring."""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pinprick import evidence
from pinprick.calibration.bar_chart import bar_chart
from pinprick.calibration.identifiability import Learned, learned
from pinprick.calibration.measurement_value import Worthwhile, worthwhile
from pinprick.calibration.sensitivity import Index, PlannedOutcome, mechanism_indices, planned_outcomes
from pinprick.outcome import indication, modality
from pinprick.outcome.fit import calibrate

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Size:
    """How large the analysis is.

    Attributes:
        draws: draws of planned outcomes.
        base: base draws of the Sobol design, a power of two.
        constants: constants of the network in it.
        seed: explicit seed.
    """

    draws: int = 2048
    base: int = 256
    constants: int = 12
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything the page shows.

    Attributes:
        size: how large it is.
        panel: planned outcomes with their shares.
        indices: Sobol indices of the mechanism.
        coefficients: what the trials say of each coefficient.
        list: the ten measurements.
    """

    size: Size
    panel: tuple[PlannedOutcome, ...]
    indices: tuple[Index, ...]
    coefficients: tuple[Learned, ...]
    list: tuple[Worthwhile, ...]


def analyse(size: Size | None = None) -> Analysis:
    """Return the analysis.

    Args:
        size: how large it is.
    """
    chosen = size or Size()
    panel = planned_outcomes(draws=chosen.draws, seed=chosen.seed)
    fitted = calibrate()
    return Analysis(
        chosen,
        panel,
        mechanism_indices(count=chosen.base, constants=chosen.constants, seed=chosen.seed),
        learned(fitted),
        worthwhile(fitted, panel),
    )


def figures(found: Analysis) -> dict[str, str]:
    """Return the figures of the page as SVG, by file name."""
    usual = [plan for plan in found.panel if plan.plan == "usual"]
    legend = list(usual[0].shares)
    return {
        "sensitivity-parts.svg": bar_chart(
            "Share of the variance of one new patient's improvement, usual course",
            [indication(plan.indication).name for plan in usual],
            [list(plan.shares.values()) for plan in usual],
            legend,
        ),
        "sensitivity-mechanism.svg": bar_chart(
            "Total Sobol index of the simulated collagen gain (dark: by itself)",
            [evidence.parameter(item.id).name for item in found.indices],
            [[max(0.0, item.first), max(0.0, item.total - max(0.0, item.first))] for item in found.indices],
            ["by itself", "with others"],
        ),
        "measurements.svg": bar_chart(
            "Variance of all planned outcomes that a measurement is expected to take away",
            [item.says for item in found.list],
            [[item.reduction] for item in found.list],
            ["expected"],
        ),
    }


def sensitivity_page(found: Analysis) -> str:
    """Return the page as Markdown."""
    parts = [*_head(), *_measurements(found), *_parts(found.panel), *_parameters(found.panel)]
    return "\n".join([*parts, *_mechanism(found), *_identifiability(found.coefficients), ""])


def _head() -> Iterator[str]:
    yield "# What it hangs on"
    yield ""
    yield "Which parameters a planned outcome depends on, what the trials cannot tell apart, and which ten measurements would make"
    yield "plans less uncertain. Written by `python -m pinprick.calibration.document`."
    yield ""


def _measurements(found: Analysis) -> Iterator[str]:
    yield "## Ten measurements worth making"
    yield ""
    yield "![What each measurement would take away](measurements.svg)"
    yield ""
    yield "| | measurement | takes away | most for |"
    yield "|--:|---|--:|---|"
    for place, item in enumerate(found.list, start=1):
        yield f"| {place} | {item.says} (`{item.id}`) | {item.reduction:.1%} | {indication(item.mostly).name} |"
    yield ""
    yield f"**How it is reckoned.** The panel is {len(found.panel)} plans: for each condition its first needling treatment that any trial"
    yield "supports, by the usual course, by half of the sessions, and, where the simulated healing enters, by needles half as long"
    yield "in half of the passes. What counts is the variance of the mean improvement that one clinic would see, added over the"
    yield "panel. A trial is one arm of a blinded, randomised study; what it takes away follows from the covariance of the fitted"
    yield "coefficients before it is read: squared covariance of its mean with the planned one, over the variance of its printed"
    yield "mean (coefficients, spread between studies, sampling). A parameter is counted as if it became known exactly, which"
    yield "flatters it. Each is reckoned after those before it. A plan that uses the plain mean is counted by the fit all the same."
    yield ""
    total = sum(item.reduction for item in found.list)
    yield f"Together the ten take away {total:.0%}. Most of the rest is how much clinics and studies differ from one another, which no single"
    yield "trial removes: what would, is knowing why they differ."
    yield ""


def _parts(panel: Sequence[PlannedOutcome]) -> Iterator[str]:
    yield "## Where the width comes from"
    yield ""
    yield "![Shares of variance by condition](sensitivity-parts.svg)"
    yield ""
    yield "First-order Sobol indices (shares of the variance of one new patient's improvement), from the draws themselves (Plischke,"
    yield "Borgonovo and Smith 2013). They need not add up to 100 %: the rest is what parts do together, and chance."
    yield ""
    names = list(panel[0].shares)
    yield f"| condition | plan | treatment | {' | '.join(names)} |"
    yield f"|---|---|---|{'--:|' * len(names)}"
    for plan in panel:
        shares = " | ".join(f"{plan.shares[name]:.0%}" for name in names)
        yield f"| {indication(plan.indication).name} | {plan.plan} | {modality(plan.modality).name} | {shares} |"
    yield ""


def _parameters(panel: Sequence[PlannedOutcome]) -> Iterator[str]:
    yield "## Parameters"
    yield ""
    yield "Share of the variance of the clinic's mean outcome that goes with one parameter, the largest of the panel; those below"
    yield "what chance alone makes of a hundred parameters are left out."
    yield ""
    from pinprick.calibration.variance import chance_share

    least = 2.0 * chance_share(panel[0].percent.size)
    rows = sorted(
        ((share, id, plan) for plan in panel for id, share in plan.parameters.items() if share > least),
        key=lambda row: -row[0],
    )
    if not rows:
        yield "None stands out."
    else:
        yield "| parameter | condition | plan | share | status |"
        yield "|---|---|---|--:|---|"
    for share, id, plan in rows[: 2 * _SHOWN]:
        record = evidence.parameter(id)
        yield f"| {record.name} (`{id}`) | {indication(plan.indication).name} | {plan.plan} | {share:.0%} | {record.status} |"
    yield ""


def _mechanism(found: Analysis) -> Iterator[str]:
    yield "## The simulated healing"
    yield ""
    yield "![Sobol indices of the collagen gain](sensitivity-mechanism.svg)"
    yield ""
    yield f"Sobol indices of the collagen gained half a year after three sessions, by the design of Saltelli (2010) with {found.size.base} base draws"
    yield f"(`scipy.stats.sobol_indices`), for the {len(found.indices)} constants that go with it most; each is drawn from its own record, before"
    yield "the calibration on experiments. What that calibration says of them: [Calibration of healing](calibration.md)."
    yield ""
    yield "| constant | by itself | in all |"
    yield "|---|--:|--:|"
    for item in found.indices:
        yield f"| {evidence.parameter(item.id).name} (`{item.id}`) | {item.first:.2f} | {item.total:.2f} |"
    yield ""


def _identifiability(items: Sequence[Learned]) -> Iterator[str]:
    yield "## What the trials tell apart"
    yield ""
    known = sum(item.contraction > 0.5 for item in items)
    silent = [item for item in items if item.contraction < 0.1]
    yield f"Of {len(items)} coefficients of the fit of all trials, {known} have less than half of the variance that was assumed before; of {len(silent)} the"
    yield "trials say next to nothing (less than a tenth), so that what a plan says of them is the prior."
    yield ""
    yield "| coefficient | after | before | learned | goes with |"
    yield "|---|---|--:|--:|---|"
    shown = [*items[:_SHOWN], *[item for item in items if item.name.startswith("moderator") or item.name == "course"]]
    for item in dict.fromkeys(shown):
        yield _row(item)
    yield ""
    tied = sorted(items, key=lambda item: -abs(item.correlation))[:_SHOWN]
    yield "Coefficients that the trials cannot tell apart, by the correlation of what is left:"
    yield ""
    yield "| coefficient | goes with | correlation |"
    yield "|---|---|--:|"
    seen = set()
    for item in tied:
        pair = frozenset((item.name, item.partner))
        if pair not in seen:
            yield f"| `{item.name}` | `{item.partner}` | {item.correlation:+.2f} |"
        seen.add(pair)
    yield ""
    yield f"Next to nothing is learned of: {', '.join(f'`{item.name}`' for item in silent) or 'none'}."


def _row(item: Learned) -> str:
    after = f"{item.mean:.2g} ± {item.sd:.2g}" if np.isfinite(item.sd) else "?"
    return f"| `{item.name}` | {after} | ± {item.prior_sd:.2g} | {item.contraction:.0%} | `{item.partner}` ({item.correlation:+.2f}) |"
