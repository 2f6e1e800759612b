"""A whole plan around a real simulation, so that every kind of plan is tested without running the search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from pinprick.cascade import Course, heal
from pinprick.device import device
from pinprick.injury import Injury, Technique, puncture
from pinprick.outcome import Concern, Outlook, Risk
from pinprick.planning import plan_record as record
from pinprick.planning.case import Case
from pinprick.safety import AnaestheticLimit, Finding, Position, Screening, Unknown
from pinprick.skin import Person, Zone, describe

DRAWS = 60
DAY = date(2026, 11, 21)
LONG = "A very long sentence that somebody typed without a thought for the width of a telephone, " * 6


def case(title: str = "Rolling acne scars, both cheeks", **patient: Any) -> Case:
    return Case.model_validate(
        {
            "title": title,
            "patient": {"age": 29, "sex": "female", "phototype": 3, **patient},
            "concern": {"indication": "atrophic_acne_scars", "subtype": "rolling", "zones": ["cheek", "temple"]},
            "clinic": {"jurisdiction": "US", "currency": "USD"},
        }
    )


DEVICES = {"pen": "skinpen-precision", "radiofrequency": "rf-insulated-generic", "home_roller": "home-roller"}


@cache
def injury(zone: Zone = Zone.CHEEK, kind: str = "pen", length: float = 1.5) -> Injury:
    skin = describe(zone, Person(29, "female", 3), draws=DRAWS)
    return puncture(skin, device(DEVICES[kind]), Technique(zone, length, 4))


@cache
def healing(zone: Zone = Zone.CHEEK, kind: str = "pen", length: float = 1.5) -> xr.Dataset:
    made = injury(zone, kind, length)
    return heal(made.skin, made, Course(3, 28.0))


def outlook(
    modality: str = "microneedling", middle: float = 48.0, basis: str = "trials-and-mechanism", seed: int = 0
) -> Outlook:
    rng = np.random.default_rng(seed)
    final = np.clip(rng.normal(middle, 18, DRAWS), -10, 98)
    time = np.linspace(0, 270, 40)
    risk = Risk(
        "post_inflammatory_hyperpigmentation",
        rng.beta(3, 60, DRAWS),
        9,
        210,
        "Pooled over phototypes III to V.",
        ("kalluri2011",),
    )
    return Outlook(
        modality=modality,
        concern=Concern("atrophic_acne_scars", "rolling", (Zone.CHEEK, Zone.TEMPLE), "goodman_baron_qualitative", 3.0),
        improvement_percent=final,
        time_days=time,
        improvement_course_percent=final[:, None] * (1 - np.exp(-time / 70))[None],
        scale="goodman_baron_qualitative",
        scale_final=np.clip(rng.normal(2, 0.5, DRAWS), 1, 4),
        downtime_days=rng.lognormal(0.7, 0.4, DRAWS),
        pain_0_10=np.clip(rng.normal(4, 1.2, DRAWS), 0, 10),
        sessions=3,
        risks=(risk,),
        basis=basis,
        arms=0 if basis == "none" else 14,
        people=0 if basis == "none" else 372,
        says=("Trials of three to six sessions agree that rolling scars improve.",),
        cannot_say=("Needle length cannot be told apart by outcome: trials disagree.",),
        sources=("kalluri2011",),
    )


def finding(verdict: str = "conditions", text: str = "") -> Finding:
    positions = (
        Position(
            "Label",
            "Wait six months after the last capsule.",
            "defer_until",
            (180.0, 180.0),
            "US",
            ("kalluri2011",),
            "label",
            "read",
        ),
        Position(
            "A consensus",
            "No delay is needed for superficial needling.",
            "caution",
            None,
            "",
            ("kalluri2011",),
            "consensus",
            "remembered",
        ),
    )
    return Finding(
        rule="SR005",
        subject="oral isotretinoin",
        kind="defer_until",
        verdict=verdict,
        reason=text or "Stopped on 1 November 2025.",
        rests_on=("medications[0]: isotretinoin until 2025-11-01",),
        until=None,
        positions=positions,
        chosen=0,
        action=text or "Ask the prescriber to confirm the date of the last capsule.",
        disagreement=True,
    )


def screening(verdict: str = "conditions", text: str = "") -> Screening:
    return Screening(
        on=DAY,
        verdict=verdict,
        earliest_date=DAY
        if verdict in ("proceed", "conditions")
        else date(2027, 3, 3)
        if verdict == "not-before"
        else None,
        findings=() if verdict == "proceed" else (finding(verdict, text),),
        unknown=(Unknown("SR011", "Is there a history of keloid scars?", "patient", "do-not-treat"),),
        rescreen=("SR003", "SR017"),
        anaesthetics=(
            AnaestheticLimit(
                "lidocaine_prilocaine_cream", 400.0, 20.0, 60.0, None, "Label, adults.", ("kalluri2011",), "read"
            ),
        ),
        unrecognised=("takes blue pills",),
        noted=("latex allergy (allergies[0])",),
    )


def candidates(count: int = 300) -> tuple[record.Candidate, ...]:
    rng = np.random.default_rng(6)
    made = []
    for i in range(count):
        down = float(rng.uniform(2, 20))
        gain = float(30 + 1.5 * down + rng.normal(0, 5))
        made.append(
            record.Candidate(
                "skinpen-precision",
                1.5 if i == 7 else float(rng.choice([0.5, 1.0, 2.0])),
                4,
                3,
                28.0,
                (),
                gain,
                (gain - 20, gain + 20),
                down,
                float(rng.uniform(0.01, 0.2)),
                4.0,
                900.0,
                i % 17 == 0 or i == 7,
                i % 5 != 0 or i == 7,
                "" if i % 5 else "over budget",
            )
        )
    return tuple(made)


def aftercare(text: str = "") -> tuple[record.AftercareItem, ...]:
    rows = [
        (0, 4, "water", "Keep the face dry."),
        (0, 24, "make_up", "No make-up."),
        (24, None, "sunscreen", "Wear SPF 50 each morning."),
        (0, 72, "exercise", "No sport that makes you sweat."),
        (0, 168, "actives", "No retinoids or acids."),
        (0, 336, "watch", "Look for pustules."),
    ]
    return tuple(
        record.AftercareItem(
            a,
            b,
            topic,
            text or words,
            "From the simulated barrier.",
            ("kalluri2011",),
            "Some clinics say 48 h." if b == 24 else "",
            "assumed",
        )
        for a, b, topic, words in rows
    )


def plan(
    verdict: str = "conditions",
    text: str = "",
    kind: str = "pen",
    zones: tuple[Zone, ...] = (Zone.CHEEK, Zone.TEMPLE),
    **changes: Any,
) -> record.Plan:
    """Return a synthetic plan; a forbidding verdict empties everything after screening, as the planner does."""
    screened = screening(verdict, text)
    length = 0.3 if kind == "home_roller" else 1.5
    nothing: dict[str, Any] = {
        "prescription": None,
        "injuries": (),
        "healing": None,
        "outlook": None,
        "alternatives": (),
        "search": None,
        "quote": None,
        "session_guide": (),
        "aftercare": (),
        "red_flags": (),
        "calendar": (),
    }
    prescribed: dict[str, Any] = {
        "prescription": record.Prescription(
            device(DEVICES[kind]),
            tuple(
                record.ZonePrescription(
                    Technique(z, length, 4),
                    280.0,
                    "even pinpoint bleeding",
                    (("label", 1.5, "kalluri2011"),),
                    ("A review would go deeper here.",),
                )
                for z in zones
            ),
            Course(3, 28.0),
            (),
            (text or "Best improvement for the downtime accepted.",),
            "Second best: 2.0 mm, more downtime for little more.",
            7,
            34,
        ),
        "injuries": tuple(injury(z, kind, length) for z in zones),
        "healing": healing(zones[0], kind, length),
        "outlook": outlook(),
        "alternatives": (
            outlook("nothing", 3, seed=1),
            outlook("fractional_co2", 55, "trials", 2),
            outlook("home_roller", 0, "none", 3),
            outlook("subcision", 50, "few-trials", 4),
        ),
        "search": record.Search(candidates(), DRAWS, 3.2, {"improvement": 0.5, "downtime": 0.3}),
        "quote": record.Quote(
            "USD",
            (
                record.QuoteLine("session", 3, 300.0, 300.0, "clinic", "clinic"),
                record.QuoteLine("cartridge", 3, 20.0, 60.0, "kalluri2011", "remembered"),
            ),
            960.0,
            1080.0,
            "Partly published ranges.",
        ),
        "session_guide": ("Photograph.", "Anaesthetise.", "Needle the cheek."),
        "aftercare": aftercare(text),
        "red_flags": (("fever or spreading redness", "call the clinic the same day"),),
        "calendar": tuple(
            record.Appointment(DAY + timedelta(days=28 * i), "session", f"Session {i + 1}") for i in range(3)
        ),
    }
    body = prescribed if screened.allows_planning else nothing
    made = record.Plan(
        case=case(),
        screening=screened,
        **body,
        unknowns=(text or "Nobody has measured barrier recovery for this device.",),
        disagreements=(("How deep on the temple?", ("A review: at least 1.5 mm.", "Clinic charts: 0.5 mm.")),),
        questions=(("prescriber", "When was the last capsule taken?"),),
        sources=("kalluri2011",),
        parameters={},
        provenance={"version": "0.1.0", "seed": 0, "draws": DRAWS},
    )
    return replace(made, **changes)
