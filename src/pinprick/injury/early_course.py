"""The first days: pain, redness, swelling, downtime, pinpoint bleeding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinprick import evidence
from pinprick.injury.density import model_class
from pinprick.injury.injury import Injury
from pinprick.injury.sample import Array, sample
from pinprick.skin import Zone

_SCALE = 10.0  # pain is reported from 0 to 10


@dataclass(frozen=True, slots=True, eq=False)
class EarlyCourse:
    """What is felt and seen in the first days, as draws; arrays have shape (draws,).

    Attributes:
        erythema_days: time until redness has gone.
        oedema_days: time until swelling has gone.
        downtime_days: time until a person goes out as usual.
        pain_0_10: pain of the session under topical anaesthetic, 0 to 10.
        pain_without_anaesthetic_0_10: the same without anaesthetic.
        pinpoint_bleeding_share: share of punctures that reach the superficial plexus.
        extrapolated: one sentence for each way in which this leaves the measured range.
    """

    erythema_days: Array
    oedema_days: Array
    downtime_days: Array
    pain_0_10: Array
    pain_without_anaesthetic_0_10: Array
    pinpoint_bleeding_share: Array
    extrapolated: tuple[str, ...]


def early(injury: Injury) -> EarlyCourse:
    """Return the early course of an injury.

    Mechanical needling: time of redness grows with needle length and, little, with puncture density, and is bounded
    by what reviews report; pain follows the law of single needles from an anchor in people. Radiofrequency has records
    of its own and no law.
    """
    numb, plain = (_pain_rf if not injury.device.mechanical else _pain)(injury)
    redness, swelling, downtime = (_days_rf if not injury.device.mechanical else _days)(injury)
    return EarlyCourse(
        erythema_days=redness,
        oedema_days=swelling,
        downtime_days=downtime,
        pain_0_10=numb,
        pain_without_anaesthetic_0_10=plain,
        pinpoint_bleeding_share=injury.plexus_share,
        extrapolated=(*injury.extrapolated, *_outside_pain_law(injury)),
    )


def pain_ratio(length_ratio: Array | float, count_ratio: Array | float, *, draws: int = 100, seed: int = 0) -> Array:
    """Return how pain multiplies with needle length and number, shape (draws,): length^1.8 number^0.3 (Gill 2008)."""
    by_length = np.asarray(length_ratio) ** sample("early.pain.length_exponent", draws, seed)
    return np.asarray(by_length * np.asarray(count_ratio) ** sample("early.pain.count_exponent", draws, seed))


def _pain(injury: Injury) -> tuple[Array, Array]:
    draws, seed = injury.skin.draws, injury.seed
    ratio = pain_ratio(
        injury.technique.needle_length_mm / evidence.value("early.pain.reference_length"),
        injury.device.needle_count / evidence.value("early.pain.reference_count"),
        draws=draws,
        seed=seed,
    )
    zone = injury.skin.zone
    if zone in (Zone.CHEEK, Zone.GLABELLA):
        ratio = ratio * evidence.value(f"early.pain.zone.{zone.value}")
    # The law holds for stimuli far from the end of the scale, so it acts before the scale saturates.
    stimulus = _stimulus(sample("early.pain.roller_topical", draws, seed)) * ratio
    return _rating(stimulus), _rating(stimulus * sample("early.pain.no_anaesthetic_ratio", draws, seed))


def _pain_rf(injury: Injury) -> tuple[Array, Array]:
    draws, seed = injury.skin.draws, injury.seed
    kind = "insulated" if injury.device.insulated else "noninsulated"
    numb = np.clip(sample(f"early.rf.pain_{kind}", draws, seed), 0.0, _SCALE * (1 - 1e-9))
    return numb, _rating(_stimulus(numb) * sample("early.pain.no_anaesthetic_ratio", draws, seed))


def _stimulus(rating: Array) -> Array:
    return np.asarray(-_SCALE * np.log1p(-rating / _SCALE))


def _rating(stimulus: Array) -> Array:
    return np.asarray(-_SCALE * np.expm1(-stimulus / _SCALE))


def _days(injury: Injury) -> tuple[Array, Array, Array]:
    draws, seed = injury.skin.draws, injury.seed
    relative = injury.technique.needle_length_mm / evidence.value("early.erythema.reference_length")
    redness = sample("early.erythema", draws, seed) * relative ** sample("early.erythema.length_exponent", draws, seed)
    usual = evidence.value(f"early.erythema.reference_density.{model_class(injury.device)}")
    denser = injury.puncture_density_per_cm2 / usual
    redness = redness * denser ** sample("early.erythema.density_exponent", draws, seed)
    redness = np.clip(redness, evidence.value("early.erythema.min"), evidence.value("early.erythema.max"))
    swelling = redness * sample("early.oedema_ratio", draws, seed)
    return redness, swelling, redness * sample("early.downtime_ratio", draws, seed)


def _days_rf(injury: Injury) -> tuple[Array, Array, Array]:
    draws, seed = injury.skin.draws, injury.seed
    downtime = sample("early.rf.downtime", draws, seed)
    redness = downtime * sample("early.rf.erythema_ratio", draws, seed)
    return redness, downtime * sample("early.rf.oedema_ratio", draws, seed), downtime


def _outside_pain_law(injury: Injury) -> tuple[str, ...]:
    low, high = evidence.value("early.pain.length_min"), evidence.value("early.pain.length_max")
    if injury.device.mechanical and not low <= injury.technique.needle_length_mm <= high:
        return (f"The pain law was measured for single needles of {low:g} to {high:g} mm.",)
    return ()
