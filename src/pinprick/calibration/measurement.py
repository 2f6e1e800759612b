"""Observation models of experiments: how what a paper measured follows from the simulated skin, injury and healing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pinprick.calibration.healing_reading import READINGS, states_of
from pinprick.errors import EvidenceError

if TYPE_CHECKING:
    from pinprick.injury import Injury
    from pinprick.skin import Skin

Array = NDArray[np.float64]
Settings = Mapping[str, Any]
DRAWS = 400
_HOURS_PER_DAY = 24.0
_UM_PER_MM = 1000.0
_YEARS = (30.0, 80.0)  # the span over which the decade is averaged


def predicted(model: str, settings: Settings, *, seed: int) -> Array:
    """Draw what an experiment would have measured, shape (draws,).

    Args:
        model: name of the observation model.
        settings: how the experiment was done.
        seed: explicit seed.

    Raises:
        EvidenceError: there is no such observation model.
    """
    if model not in MODELS:
        raise EvidenceError("no such observation model", field=model, limit=", ".join(MODELS))
    return np.asarray(MODELS[model](settings, seed), dtype=np.float64)


def _skin(settings: Settings, seed: int, draws: int = DRAWS) -> Skin:
    from pinprick import skin

    person = skin.Person(
        age_years=settings.get("age_years"), sex=settings.get("sex"), phototype=settings.get("phototype")
    )
    return skin.describe(skin.Zone(settings["zone"]), person, draws=draws, seed=seed)


def injury_of(settings: Settings, seed: int, draws: int = DRAWS) -> Injury:
    """Draw the injury of one session of an experiment.

    Args:
        settings: how the experiment was done.
        seed: explicit seed.
        draws: how many.
    """
    from pinprick.device import device
    from pinprick.injury import Technique, puncture

    here, length = _skin(settings, seed, draws), float(settings["needle_length_mm"])
    used = device(str(settings["device"]))
    # Published arrays and rollers were not sold in every length of the record, so its range is opened to them.
    used = replace(
        used,
        needle_length_min_mm=min(used.needle_length_min_mm, length),
        needle_length_max_mm=max(used.needle_length_max_mm, length),
    )
    return puncture(here, used, Technique(here.zone, length, int(settings.get("pass_count", 4))), seed=seed)


def _density(settings: Settings, seed: int) -> Array:
    return injury_of(settings, seed).puncture_density_per_cm2


def _penetration(settings: Settings, seed: int) -> Array:
    return injury_of(settings, seed).penetration_mean_mm * _UM_PER_MM


def _mouth(settings: Settings, seed: int) -> Array:
    made = injury_of(settings, seed)
    base = made.device.needle_base_diameter_mm
    if base is None:
        raise EvidenceError("device has no base width", field=made.device.id)
    return np.asarray(2.0 * _UM_PER_MM * made.mouth_radius_mm * float(settings["base_width_mm"]) / base)


def _closure(settings: Settings, seed: int) -> Array:
    from pinprick.injury import closure_times

    made = injury_of(settings, seed)
    position = settings.get("position", "both")
    level = settings.get("level")
    times = closure_times(made, position=position) if level is None else closure_times(made, level, position=position)
    return np.asarray(times.sel(readout=settings["readout"]).values)


def _early(name: str, factor: float = 1.0) -> Callable[[Settings, int], Array]:
    def draw(settings: Settings, seed: int) -> Array:
        from pinprick.injury import early

        return np.asarray(getattr(early(injury_of(settings, seed)), name) * factor)

    return draw


def _pain_ratio(settings: Settings, seed: int) -> Array:
    from pinprick.injury import pain_ratio

    return pain_ratio(float(settings["length_ratio"]), float(settings["count_ratio"]), draws=DRAWS, seed=seed)


def _enhancement(settings: Settings, seed: int) -> Array:
    from pinprick.injury import delivery

    return np.asarray(delivery(injury_of(settings, seed), float(settings["mass_da"])).enhancement)


def _thickness(settings: Settings, seed: int) -> Array:
    from pinprick.skin import LAYERS, Layer

    # Papers that print the thickness of the skin mean epidermis and dermis.
    wanted = settings["layers"]
    names = [layer for layer in LAYERS if layer is not Layer.SUBCUTIS] if wanted == "all" else wanted
    columns = [LAYERS.index(Layer(name)) for name in names]
    return np.asarray(_skin(settings, seed).thickness_mm[:, columns].sum(axis=1) * _UM_PER_MM)


def _thickness_trend(settings: Settings, seed: int) -> Array:
    young, old = (_thickness({**settings, "age_years": years}, seed) for years in _YEARS)
    return np.asarray(100.0 * (old / young - 1.0) / ((_YEARS[1] - _YEARS[0]) / 10.0))


def _tewl(settings: Settings, seed: int) -> Array:
    return _skin(settings, seed).tewl_g_m2_h


def _erythema_index(settings: Settings, seed: int) -> Array:
    found = _skin(settings, seed).erythema_index
    if found is None:
        raise EvidenceError("zone has no erythema index", field=str(settings["zone"]))
    return np.asarray(found)


# Healing. Full local injury stands for a wound, where all tissue in view is injured.
_SHARP = np.unique(np.concatenate([np.linspace(0, 4, 401), np.linspace(4, 40, 181), np.linspace(40, 200, 161)]))


def _healed(days: tuple[float, ...], local: bytes | None, until: float, seed: int) -> tuple[Array, Array, Array]:
    """Return times, states (draws, times, states) and the healthy state (draws, states)."""
    from pinprick.cascade import physiology

    # Called outside the cache, so that its records enter the ledger of every measurement.
    physiology(DRAWS, seed=seed)
    return _solved(days, local, until, seed)


@lru_cache(maxsize=32)
def _solved(days: tuple[float, ...], local: bytes | None, until: float, seed: int) -> tuple[Array, Array, Array]:
    from pinprick.cascade import Impulses, Rosenbrock, physiology

    drawn = physiology(DRAWS, seed=seed)
    strength = np.ones(DRAWS) if local is None else np.frombuffer(local)
    hits = Impulses(np.array(days), np.repeat(strength[:, None], len(days), axis=1))
    times = _SHARP[until >= _SHARP] if len(days) == 1 else np.unique([*np.arange(0.0, until, 2.0), until])
    return times, Rosenbrock().solve(drawn.parameters, drawn.rest, hits, times), drawn.rest


def _wound(model: str) -> Callable[[Settings, int], Array]:
    """Return the observation model of a wound, where all tissue in view is injured once."""

    def draw(settings: Settings, seed: int) -> Array:
        return _read(model, settings, _healed((0.0,), None, float(_SHARP[-1]), seed))

    return draw


def _read(model: str, settings: Settings, healed: tuple[Array, Array, Array]) -> Array:
    from pinprick.cascade.network import INDEX

    times, states, rest = healed
    chosen = [INDEX[name] for name in states_of(model, settings)]
    return READINGS[model](settings, times, states[..., chosen].sum(axis=-1), rest[:, chosen].sum(axis=-1))


def _course(settings: Settings, seed: int, local: Array | None = None) -> Array:
    """Return the change of the wanted states on the day asked for, in percent, shape (draws,)."""
    packed = None if local is None else np.ascontiguousarray(local, dtype=np.float64).tobytes()
    return _read("course_direction", settings, _healed(session_days(settings), packed, float(settings["day"]), seed))


def session_days(settings: Settings) -> tuple[float, ...]:
    """Return the days of the sessions of a course."""
    return tuple(float(settings.get("interval_days", 30.0)) * number for number in range(int(settings["sessions"])))


def _treated_change(settings: Settings, seed: int) -> Array:
    from pinprick.cascade import local_injury
    from pinprick.skin import LAYERS, Layer

    local = local_injury(injury_of(settings, seed))[:, LAYERS.index(Layer(settings["layer"]))]
    return _course(settings, seed, local)


MODELS: Mapping[str, Callable[[Settings, int], Array]] = {
    "puncture_density_per_cm2": _density,
    "penetration_um": _penetration,
    "mouth_um": _mouth,
    "closure_h": _closure,
    "pain_0_10": _early("pain_0_10"),
    "pain_ratio": _pain_ratio,
    "erythema_h": _early("erythema_days", _HOURS_PER_DAY),
    "oedema_h": _early("oedema_days", _HOURS_PER_DAY),
    "enhancement": _enhancement,
    "thickness_um": _thickness,
    "thickness_trend": _thickness_trend,
    "tewl": _tewl,
    "erythema_index": _erythema_index,
    "peak_day": _wound("peak_day"),
    "peak_ratio": _wound("peak_ratio"),
    "direction": _wound("direction"),
    "change_direction": _wound("change_direction"),
    "remaining_share": _wound("remaining_share"),
    "epithelium_h": _wound("epithelium_h"),
    "epithelium_share": _wound("epithelium_share"),
    "course_direction": _course,
    "course_change_percent": _course,
    "treated_change_percent": _treated_change,
}
