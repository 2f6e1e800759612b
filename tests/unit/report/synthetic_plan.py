"""A whole plan built from its dataclasses, so that the report is tested on every kind of plan without running the planner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import xarray as xr

from pinprick.cascade import Course
from pinprick.device import Device
from pinprick.injury import Injury, Technique
from pinprick.outcome import Concern, Outlook, Risk
from pinprick.planning import plan_record as record
from pinprick.planning.case import Case
from pinprick.report.actor import ACTORS
from pinprick.safety import AnaestheticLimit, Finding, Position, Screening, Unknown
from pinprick.skin import LAYERS, Person, Skin, Zone

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


def device(device_class: str = "pen") -> Device:
    return Device(
        id="pen-a", name="Pen A", device_class=device_class, needle_count=14, needle_length_min_mm=0.25,
        needle_length_max_mm=2.5, needle_length_step_mm=0.25, needle_base_diameter_mm=0.25, dial_tolerance_mm=0.1,
        drum_radius_mm=None, drum_width_mm=None, stroke_frequency_hz=100.0, head_breadth_mm=8.0, head_area_mm2=None,
        insulated=True if device_class == "radiofrequency" else None,
        coagulation_width_mm=0.3 if device_class == "radiofrequency" else None,
        coagulation_height_mm=0.5 if device_class == "radiofrequency" else None,
        labels=(), sources=("kalluri2011",), status="remembered", notes=("Needle width is assumed.",),
    )  # fmt: skip


def skin(zone: Zone) -> Skin:
    rng = np.random.default_rng(3)
    thickness = np.array([0.015, 0.07, 0.2, 1.2, 3.0]) * rng.lognormal(0, 0.1, (DRAWS, 5))
    ones = np.ones(DRAWS)
    return Skin(
        zone,
        Person(29, "female", 3),
        thickness,
        0.18 * rng.lognormal(0, 0.1, DRAWS),
        60 * ones,
        60 * ones,
        12 * ones,
        DRAWS,
        0,
    )


def injury(zone: Zone = Zone.CHEEK, kind: str = "pen", length: float = 1.5) -> Injury:
    rng = np.random.default_rng(4)
    depth = np.linspace(0, 2.5, 80)
    mean = length * rng.uniform(0.45, 0.75, DRAWS)
    sd = 0.12 * np.ones(DRAWS)
    density = rng.lognormal(np.log(280), 0.15, DRAWS)
    share = 1 / (1 + np.exp((depth[None] - mean[:, None]) / 0.07))
    by_layer = np.array([0.02, 0.02, 0.018, 0.006, 0.0]) * rng.lognormal(0, 0.2, (DRAWS, 5))
    heat = by_layer if kind == "radiofrequency" else np.zeros((DRAWS, 5))
    return Injury(
        skin=skin(zone), device=device(kind), technique=Technique(zone, length, 6), puncture_density_per_cm2=density,
        unevenness=0.4 * np.ones(DRAWS), penetration_mean_mm=mean, penetration_sd_mm=sd, mouth_radius_mm=0.035 * np.ones(DRAWS),
        depth_mm=depth, reaching_per_cm2=density[:, None] * share, injured_fraction=0.02 * share, injured_fraction_by_layer=by_layer,
        coagulated_fraction_by_layer=heat, plexus_share=rng.uniform(0.9, 0.99, DRAWS), stratum_corneum_open_fraction=0.011 * np.ones(DRAWS),
        extrapolated=("No barrier curve was measured for needles above 0.8 mm.",),
    )  # fmt: skip


def healing(sessions: int = 3, interval: float = 28.0) -> xr.Dataset:
    """Pulses that rise and fall at each session, with the actors' rough order; not a simulation."""
    rng = np.random.default_rng(5)
    time = np.unique(
        np.concatenate(
            [
                [0.0],
                np.geomspace(0.01, 270, 260),
                *(i * interval + np.geomspace(0.01, interval, 40) for i in range(sessions)),
            ]
        )
    )
    time = time[time <= 270]
    peaks = dict(zip([a.state for a in ACTORS], np.geomspace(0.02, 120, len(ACTORS)), strict=True))
    rest_one = {
        "barrier_seal",
        "reepithelialised_fraction",
        "capillary_density",
        "fibroblast",
        "elastin",
        "collagen_3",
        "collagen_1_mature",
        "collagen_1_immature",
    }
    variables = {}
    for name, peak in peaks.items():
        rest = 1.0 if name in rest_one else 0.0
        sign = -1.0 if name in ("barrier_seal", "reepithelialised_fraction") else 1.5
        clock = peak * rng.lognormal(0, 0.2, (DRAWS, 1))
        values = np.full((DRAWS, time.size), rest)
        for i in range(sessions):
            since = np.maximum(time - i * interval, 0.0)[None]
            pulse = (since / clock) * np.exp(1 - since / clock) if sign > 0 else np.exp(-since / clock) * (since > 0)
            values = values + sign * np.minimum(pulse, 1.0)
        values = np.maximum(values, 0.0)
        shape = np.stack([values * f for f in (1, 1, 1, 0.8, 0.2)], axis=2)
        variables[name] = (
            ("draw", "time", "layer"),
            shape,
            {"units": "ng/mL" if name == "pdgf" else "1", "rest": rest},
        )
    coords = {"draw": np.arange(DRAWS), "time": time, "layer": [layer.value for layer in LAYERS]}
    return xr.Dataset(variables, coords, {"sessions": sessions, "interval_days": interval})


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
        modality=modality, concern=Concern("atrophic_acne_scars", "rolling", (Zone.CHEEK, Zone.TEMPLE), "goodman_baron_qualitative", 3.0),
        improvement_percent=final, time_days=time, improvement_course_percent=final[:, None] * (1 - np.exp(-time / 70))[None],
        scale="goodman_baron_qualitative", scale_final=np.clip(rng.normal(2, 0.5, DRAWS), 1, 4), downtime_days=rng.lognormal(0.7, 0.4, DRAWS),
        pain_0_10=np.clip(rng.normal(4, 1.2, DRAWS), 0, 10), sessions=3, risks=(risk,), basis=basis, arms=0 if basis == "none" else 14,
        people=0 if basis == "none" else 372, says=("Trials of three to six sessions agree that rolling scars improve.",),
        cannot_say=("Needle length cannot be told apart by outcome: trials disagree.",), sources=("kalluri2011",),
    )  # fmt: skip


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
        rule="SR005", subject="oral isotretinoin", kind="defer_until", verdict=verdict, reason=text or "Stopped on 1 November 2025.",
        rests_on=("medications[0]: isotretinoin until 2025-11-01",), until=None, positions=positions, chosen=0,
        action=text or "Ask the prescriber to confirm the date of the last capsule.", disagreement=True,
    )  # fmt: skip


def screening(verdict: str = "conditions", text: str = "") -> Screening:
    return Screening(
        on=DAY, verdict=verdict, earliest_date=DAY if verdict in ("proceed", "conditions") else date(2027, 3, 3) if verdict == "not-before" else None,
        findings=() if verdict == "proceed" else (finding(verdict, text),),
        unknown=(Unknown("SR011", "Is there a history of keloid scars?", "patient", "do-not-treat"),), rescreen=("SR003", "SR017"),
        anaesthetics=(AnaestheticLimit("lidocaine_prilocaine_cream", 400.0, 20.0, 60.0, None, "Label, adults.", ("kalluri2011",), "read"),),
        unrecognised=("takes blue pills",),
    )  # fmt: skip


def candidates(count: int = 300) -> tuple[record.Candidate, ...]:
    rng = np.random.default_rng(6)
    made = []
    for i in range(count):
        down = float(rng.uniform(2, 20))
        gain = float(30 + 1.5 * down + rng.normal(0, 5))
        made.append(
            record.Candidate("pen-a", 1.5 if i == 7 else float(rng.choice([0.5, 1.0, 2.0])), 6, 3, 28.0, (), gain, (gain - 20, gain + 20), down,
                             float(rng.uniform(0.01, 0.2)), 4.0, 900.0, i % 17 == 0 or i == 7, i % 5 != 0 or i == 7, "" if i % 5 else "over budget")
        )  # fmt: skip
    return tuple(made)


def aftercare(text: str = "") -> tuple[record.AftercareItem, ...]:
    rows = [
        (0, 4, "water", "Keep the face dry."), (0, 24, "make_up", "No make-up."), (24, None, "sunscreen", "Wear SPF 50 each morning."),
        (0, 72, "exercise", "No sport that makes you sweat."), (0, 168, "actives", "No retinoids or acids."), (0, 336, "watch", "Look for pustules."),
    ]  # fmt: skip
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
    nothing: dict[str, Any] = {
        "prescription": None, "injuries": (), "healing": None, "outlook": None, "alternatives": (), "search": None, "quote": None,
        "session_guide": (), "aftercare": (), "red_flags": (), "calendar": (),
    }  # fmt: skip
    prescribed: dict[str, Any] = {
        "prescription": record.Prescription(
            device(kind),
            tuple(record.ZonePrescription(Technique(z, 1.5, 6), 280.0, "even pinpoint bleeding", (("label", 1.5, "kalluri2011"),), ("A review would go deeper here.",)) for z in zones),
            Course(3, 28.0), (), (text or "Best improvement for the downtime accepted.",), "2.0 mm: more downtime for little more.",
        ),
        "injuries": tuple(injury(z, kind) for z in zones), "healing": healing(), "outlook": outlook(),
        "alternatives": (outlook("nothing", 3, seed=1), outlook("fractional_co2", 55, "trials", 2), outlook("home_roller", 0, "none", 3), outlook("subcision", 50, "few-trials", 4)),
        "search": record.Search(candidates(), DRAWS, 3.2, {"improvement": 0.5, "downtime": 0.3}),
        "quote": record.Quote("USD", (record.QuoteLine("session", 3, 300.0, 300.0, "clinic", "clinic"), record.QuoteLine("cartridge", 3, 20.0, 60.0, "kalluri2011", "remembered")), 960.0, 1080.0, "Partly published ranges."),
        "session_guide": ("Photograph.", "Anaesthetise.", "Needle the cheek."), "aftercare": aftercare(text),
        "red_flags": (("fever or spreading redness", "call the clinic the same day"),),
        "calendar": tuple(record.Appointment(DAY + timedelta(days=28 * i), "session", f"Session {i + 1}") for i in range(3)),
    }  # fmt: skip
    body = prescribed if screened.allows_planning else nothing
    made = record.Plan(
        case=case(), screening=screened, **body, unknowns=(text or "Nobody has measured barrier recovery for this device.",),
        disagreements=(("How deep on the temple?", ("A review: at least 1.5 mm.", "Clinic charts: 0.5 mm.")),),
        questions=(("prescriber", "When was the last capsule taken?"),), sources=("kalluri2011",), parameters={}, provenance={"version": "0.1.0", "seed": 0, "draws": DRAWS},
    )  # fmt: skip
    return replace(made, **changes)
