"""What every measurement of healing would have read, for many sets of constants at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum, transformed
from pinprick.calibration.healing_prior import candidates
from pinprick.calibration.healing_reading import READINGS, states_of
from pinprick.calibration.measurement import injury_of, session_days
from pinprick.cascade import Ensemble, Impulses, Physiology, local_injury
from pinprick.cascade.network import CONSTANTS, INDEX
from pinprick.cascade.physiology import derive
from pinprick.skin import LAYERS, Layer
from pinprick.units import convert

Array = NDArray[np.float64]

# Sets of constants that are solved together: their courses fit in memory.
CHUNK = 2000
# A maximum is found to within two percent of its time.
_WOUND_DAYS = np.unique(np.concatenate([[0.0, 0.02], np.geomspace(0.03, 40.0, 360), [1, 3, 5, 7, 13, 14]]))
_ONE_THREAD = Ensemble(1e-5, 1e-7, threads=1)
_INJURY = ("device", "needle_length_mm", "zone", "pass_count", "age_years", "sex", "phototype")


def simulate(data: Sequence[Datum], constants: Mapping[str, Array], draws: int, *, seed: int) -> Array:
    """Return what the measurements would have read, on their own scales, shape (draws, data).

    Args:
        data: the measurements.
        constants: constants by id, each of shape (draws,); those not given are drawn from their records.
        draws: how many sets of constants.
        seed: explicit seed of what is drawn from records: other constants, skin and injury.
    """
    starts = range(0, draws, CHUNK)
    parts = []
    for number, start in enumerate(starts):
        part = slice(start, min(start + CHUNK, draws))
        given = {id: values[part] for id, values in constants.items()}
        parts.append(_chunk(data, given, part.stop - part.start, seed * 1000 + number))
    return np.concatenate(parts)


def _chunk(data: Sequence[Datum], given: Mapping[str, Array], draws: int, seed: int) -> Array:
    drawn = {
        id: given[id] if id in given else _recorded(id, draws, seed)
        for id in dict.fromkeys((*candidates(), *(f"cascade.{name}" for name in CONSTANTS.values())))
    }
    body = derive({symbol: drawn[f"cascade.{name}"] for symbol, name in CONSTANTS.items()})
    solved: dict[Any, tuple[Array, Array]] = {}
    made = np.empty((draws, len(data)))
    for place, item in enumerate(data):
        settings = item.how.settings
        key = _key(item)
        if key not in solved:
            solved[key] = _solve(item, drawn, body, seed)
        times, states = solved[key]
        chosen = [INDEX[name] for name in states_of(item.how.model, settings)]
        values, rest = states[..., chosen].sum(axis=-1), body.rest[:, chosen].sum(axis=-1)
        read = READINGS[item.how.model](settings, times, values, rest) * item.how.factor
        made[:, place] = transformed(item.scale, read)
    return made


def _recorded(id: str, draws: int, seed: int) -> Array:
    return evidence.parameter(id).quantile(evidence.stratified(id, draws, seed=seed))


def _key(item: Datum) -> tuple[Any, ...]:
    settings = item.how.settings
    if "sessions" not in settings:
        return ("wound",)
    treated = tuple(settings.get(name) for name in (*_INJURY, "layer")) if _treated(item) else ()
    return (session_days(settings), float(settings["day"]), treated)


def _treated(item: Datum) -> bool:
    return item.how.model.startswith("treated")


def _solve(item: Datum, drawn: Mapping[str, Array], body: Physiology, seed: int) -> tuple[Array, Array]:
    settings = item.how.settings
    if "sessions" not in settings:
        sessions, times = np.zeros(1), _WOUND_DAYS
    else:
        sessions, times = np.array(session_days(settings)), np.array([0.0, float(settings["day"])])
    local = _local(item, drawn, body, seed) if _treated(item) else np.ones(body.draws)
    hits = Impulses(sessions, np.repeat(local[:, None], sessions.size, axis=1))
    return times, _ONE_THREAD.solve(body.parameters, body.rest, hits, times)


def _local(item: Datum, drawn: Mapping[str, Array], body: Physiology, seed: int) -> Array:
    unit = evidence.parameter("cascade.tgf_beta_diffusivity").unit
    diffusivity = drawn["cascade.tgf_beta_diffusivity"] * convert(1.0, unit, "mm**2/day")
    reach = drawn["cascade.signal_reach"] * np.sqrt(diffusivity / body.constant("kT"))
    made = injury_of(item.how.settings, seed, body.draws)
    layer = LAYERS.index(Layer(item.how.settings["layer"]))
    return np.asarray(local_injury(made, reach)[:, layer])
