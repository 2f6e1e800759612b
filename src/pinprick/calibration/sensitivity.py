"""Which parameters the planned outcome hangs on: of the outcome model from its draws, of the mechanism by Sobol."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.variance import first_order, sobol
from pinprick.outcome import Concern, Indication, indication, indications, modality, reference_technique
from pinprick.outcome.fit import NO_TREATMENT
from pinprick.outcome.improvement import (
    basis,
    course_ratio,
    mechanism_factor,
    prediction_parts,
    predictor,
)

Array = NDArray[np.float64]
# A plan that departs from the usual course, and one that departs from the usual technique.
_FEWER, _GENTLER = 0.5, 0.5
_LOCAL_INJURY, _SESSIONS, _INTERVAL, _DAY = 0.3, 3, 30.0, 180.0


@dataclass(frozen=True, slots=True, eq=False)
class PlannedOutcome:
    """The mean improvement that one clinic would see with one plan, and what it is made of.

    Attributes:
        indication: indication id.
        modality: class id.
        plan: `usual`, `fewer sessions` or `gentler technique`.
        percent: mean improvement of the clinic's patients, in percent, shape (draws,).
        factor: what multiplies the mean of the fit: course and technique, shape (draws,).
        people: spread between people, in percent, one for each draw.
        shares: share of the variance for one new patient that goes with each part.
        parameters: share of the variance of `percent` that goes with each parameter, by id.
    """

    indication: str
    modality: str
    plan: str
    percent: Array
    factor: Array
    people: Array
    shares: dict[str, float]
    parameters: dict[str, float]


def planned_outcomes(*, draws: int, seed: int) -> tuple[PlannedOutcome, ...]:
    """Return the panel of plans: of every indication its first needling treatment that any trial supports.

    Args:
        draws: how many.
        seed: explicit seed.
    """
    found = []
    for record in indications().values():
        kind = next((id for id in record.modalities if basis(Concern(record.id), id) != "none"), None)
        if kind is None or kind == NO_TREATMENT:
            continue
        sessions = modality(kind).sessions
        found.append(_planned(record, kind, ("usual", sessions, False), draws, seed))
        fewer = max(1, round(_FEWER * sessions))
        if fewer < sessions:
            found.append(_planned(record, kind, ("fewer sessions", fewer, False), draws, seed))
        if record.coupling != "none" and reference_technique(record.id) and predictor(record.id) == "model":
            found.append(_planned(record, kind, ("gentler technique", sessions, True), draws, seed))
    return tuple(found)


def _planned(record: Indication, kind: str, plan: tuple[str, int, bool], draws: int, seed: int) -> PlannedOutcome:
    name, sessions, gentler = plan
    concern = Concern(record.id)
    with evidence.recording() as ledger:
        latent, deviation, patient = prediction_parts(concern, kind, draws, seed)
        ratio = course_ratio(modality(kind), sessions, None, None, draws=draws, seed=seed)
        gain = _gentler_gain(record.id, sessions, draws, seed) if gentler else None
        technique = mechanism_factor(record, gain, draws=draws, seed=seed)
    factor = ratio * technique
    percent = (latent + deviation) * factor
    whole = percent + patient
    parts = {
        "knowledge of the mean": latent,
        "from study to study": deviation,
        "from person to person": patient,
        "course": ratio,
        "technique": technique,
    }
    shares = first_order(np.stack(list(parts.values()), axis=1), whole)
    ids = [id for id in ledger.parameters if evidence.parameter(id).spread.kind != "none"]
    inputs = np.stack([evidence.draw(id, draws, seed=seed) for id in ids], axis=1)
    return PlannedOutcome(
        record.id,
        kind,
        name,
        percent,
        factor,
        patient,
        dict(zip(parts, shares.tolist(), strict=True)),
        dict(zip(ids, first_order(inputs, percent).tolist(), strict=True)),
    )


def _gentler_gain(id: str, sessions: int, draws: int, seed: int) -> Array:
    """Return the collagen gain of needles half as long in half the passes over that of the usual technique."""
    from pinprick.cascade import Course, local_injury, response
    from pinprick.device import device
    from pinprick.injury import Technique, puncture
    from pinprick.outcome.mechanism import gain_ratio
    from pinprick.skin import LAYERS, Layer, describe

    usual = reference_technique(id)
    assert usual is not None  # the caller has asked
    zone = indication(id).zones[0]
    here, head = describe(zone, draws=draws, seed=seed), device(usual.device)
    course = Course(sessions, usual.interval_days)
    length = max(head.needle_length_min_mm, _GENTLER * usual.needle_length_mm)
    curve = response([course], follow_up_days=usual.follow_up_days, draws=draws, seed=seed)
    places = [LAYERS.index(layer) for layer in (Layer.PAPILLARY_DERMIS, Layer.RETICULAR_DERMIS)]
    gains = []
    for technique in (
        Technique(zone, length, max(1, round(_GENTLER * usual.pass_count))),
        Technique(zone, usual.needle_length_mm, usual.pass_count),
    ):
        injured = local_injury(puncture(here, head, technique))[:, places].T
        gains.append(np.mean([curve.collagen_gain(layer[None, :], course)[0] for layer in injured], axis=0))
    return gain_ratio(gains[0], gains[1])


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol indices of one constant of the network.

    Attributes:
        id: parameter id.
        first: share of the variance that the constant brings by itself.
        total: the same with everything it does together with others.
    """

    id: str
    first: float
    total: float


def mechanism_indices(*, count: int, constants: int, seed: int) -> tuple[Index, ...]:
    """Return Sobol indices of the simulated collagen gain, the largest total first.

    The constants that go with the gain most in common draws are taken one by one, the others rest at their central
    values. Each is drawn from its own record, so that they are independent as the method needs.

    Args:
        count: base draws of the design, a power of two.
        constants: how many constants.
        seed: explicit seed.
    """
    from pinprick.cascade.network import CONSTANTS

    symbols = _screened(constants, seed)
    ids = [f"cascade.{CONSTANTS[symbol]}" for symbol in symbols]
    records = [evidence.parameter(id) for id in ids]
    first, total = sobol(
        lambda values: collagen_gain(dict(zip(symbols, values.T, strict=True))),
        [record.quantile for record in records],
        count=count,
        seed=seed,
    )
    found = [Index(id, float(a), float(b)) for id, a, b in zip(ids, first, total, strict=True)]
    return tuple(sorted(found, key=lambda item: -item.total))


@cache
def _screened(constants: int, seed: int, draws: int = 1024) -> tuple[str, ...]:
    from pinprick.cascade.network import CONSTANTS

    uncertain = [
        symbol for symbol, name in CONSTANTS.items() if evidence.parameter(f"cascade.{name}").spread.kind != "none"
    ]
    ranks = {symbol: evidence.stratified(f"calibration.screened.{symbol}", draws, seed=seed) for symbol in uncertain}
    values = {s: evidence.parameter(f"cascade.{CONSTANTS[s]}").quantile(rank) for s, rank in ranks.items()}
    shares = first_order(np.stack(list(values.values()), axis=1), collagen_gain(values))
    order = np.argsort(-shares)[:constants]
    return tuple(uncertain[place] for place in order)


def collagen_gain(changed: dict[str, Array]) -> Array:
    """Return the collagen gained by the end of a course in tissue of which three tenths are injured, in percent.

    Args:
        changed: values of some constants by symbol, each of shape (draws,); the others take their central values.
    """
    from pinprick.cascade import Ensemble, Impulses
    from pinprick.cascade.network import CONSTANTS, INDEX
    from pinprick.cascade.physiology import derive

    draws = max(values.size for values in changed.values())
    central = {symbol: np.full(draws, evidence.value(f"cascade.{name}")) for symbol, name in CONSTANTS.items()}
    made = derive(central | changed)
    days = np.float64(_INTERVAL) * np.arange(_SESSIONS, dtype=np.float64)
    hits = Impulses(days, np.full((draws, _SESSIONS), _LOCAL_INJURY))
    solved = Ensemble(1e-4, 1e-6).solve(made.parameters, made.rest, hits, np.array([0.0, _DAY]))
    total = solved[:, -1, [INDEX["C3"], INDEX["Ci"], INDEX["Cm"]]].sum(axis=-1)
    return np.asarray(100.0 * (total / made.constant("C0") - 1.0))
