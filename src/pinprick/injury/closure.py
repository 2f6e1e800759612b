"""Closure of microchannels: one process, read out by water loss, by dye and by impedance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.injury.injury import Injury
from pinprick.injury.sample import Array, sample, uniform
from pinprick.skin import Zone

if TYPE_CHECKING:
    import xarray as xr

Readout = Literal["water", "dye", "ion"]
READOUTS: tuple[Readout, ...] = get_args(Readout)
Position = Literal["both", "fast", "slow"]

_BODY = {Zone.CHEST, Zone.ABDOMEN, Zone.UPPER_ARM, Zone.THIGH, Zone.BACK, Zone.PALM}


def barrier(
    injury: Injury, hours: Sequence[float] | Array, *, occluded: bool = False, position: Position = "both"
) -> xr.Dataset:
    """Return the three read-outs of barrier closure over time.

    Args:
        injury: the injury.
        hours: hours after the session, each 0 or more.
        occluded: whether the skin stays covered.
        position: impedance closes within 2 h ("fast", Gupta) or in 2-3 days ("slow", Ogunjimi) in people; "both" gives
            each half of the draws, because the two were never reconciled.

    Returns:
        `open_share` (draw, readout, time), the share of the first signal that is left, and `water_loss` (draw, time).

    Raises:
        InputError: a time is negative, or the position is unknown.
    """
    import xarray as xr

    time = np.atleast_1d(np.asarray(hours, dtype=np.float64))
    if time.ndim != 1 or not np.all(np.isfinite(time)) or np.any(time < 0):
        raise InputError("times must be hours after the session", field="hours", given=hours, limit="0 or more")
    left = -np.log(evidence.value("barrier.closed_share"))
    closure = _closure_hours(injury, occluded=occluded, position=position)
    share = np.stack([np.exp(-left * time / closure[name][:, None]) for name in READOUTS], axis=1)
    if not injury.device.mechanical:
        share[:, READOUTS.index("water")] = np.maximum(share[:, 0], _thermal_share(injury, time))
    return xr.Dataset(
        {
            "open_share": (("draw", "readout", "time"), share, {"units": "1"}),
            "water_loss": (("draw", "time"), _water_loss(injury, share[:, 0]), {"units": "g/m2/h"}),
        },
        coords={"readout": list(READOUTS), "time": ("time", time, {"units": "h"})},
        attrs={"extrapolated": list(injury.extrapolated), "position": position, "occluded": int(occluded)},
    )


def closure_times(
    injury: Injury,
    threshold: float | Mapping[str, float] | None = None,
    *,
    occluded: bool = False,
    position: Position = "both",
) -> xr.DataArray:
    """Return the hours until each read-out has fallen to a share of its first signal.

    Args:
        injury: the injury.
        threshold: share in (0, 1), one for all or by read-out; None takes the share at which studies called a
            read-out closed.
        occluded: as for `barrier`.
        position: as for `barrier`.

    Returns:
        Hours, dims (draw, readout).

    Raises:
        InputError: a threshold is not between 0 and 1, or a read-out or the position is unknown.
    """
    import xarray as xr

    closed = evidence.value("barrier.closed_share")
    if isinstance(threshold, Mapping) and (unknown := set(threshold) - set(READOUTS)):
        raise InputError("unknown read-out", field="threshold", given=sorted(unknown), limit=", ".join(READOUTS))
    closure = _closure_hours(injury, occluded=occluded, position=position)
    columns = []
    for name in READOUTS:
        level = threshold.get(name, closed) if isinstance(threshold, Mapping) else threshold
        level = closed if level is None else level
        if not 0 < level < 1:
            raise InputError(
                "threshold must be a share", field=f"threshold.{name}", given=level, limit="above 0, below 1"
            )
        hours = closure[name] * np.log(level) / np.log(closed)
        if name == "water" and not injury.device.mechanical:
            hours = np.maximum(hours, _thermal_hours(injury, level))
        columns.append(hours)
    return xr.DataArray(
        np.stack(columns, axis=1),
        dims=("draw", "readout"),
        coords={"readout": list(READOUTS)},
        attrs={"units": "h", "extrapolated": list(injury.extrapolated)},
    )


def _closure_hours(injury: Injury, *, occluded: bool, position: Position) -> dict[str, Array]:
    """Hours to the closed share by read-out, shape (draws,): the draw's own pace times what each read-out sees."""
    if position not in get_args(Position):
        raise InputError("unknown position", field="position", given=position, limit=", ".join(get_args(Position)))
    draws, seed = injury.skin.draws, injury.seed
    pace = _pace(injury)
    cover = sample("barrier.cover_ratio", draws, seed) if occluded else np.ones(draws)
    water = sample("barrier.water.closure", draws, seed) * pace * cover
    dye = water * sample("barrier.dye.ratio", draws, seed)
    fast = sample("barrier.ion.closure_covered" if occluded else "barrier.ion.closure_fast", draws, seed) * pace
    # The slow position may already have been measured under a cover, so a cover does not lengthen it again.
    slow = sample("barrier.ion.closure_slow", draws, seed) * pace
    share = {"both": evidence.value("barrier.ion.fast_share"), "fast": 1.0, "slow": 0.0}[position]
    chosen = uniform("barrier.ion.position", draws, seed) < share
    ion = np.where(chosen, fast, slow)
    return {
        name: hours * _length_factor(injury, name) for name, hours in (("water", water), ("dye", dye), ("ion", ion))
    }


def _pace(injury: Injury) -> Array:
    """Closure time of this skin over that of the volunteers: colour, age and zone."""
    skin, draws, seed = injury.skin, injury.skin.draws, injury.seed
    darker = evidence.value("barrier.lightness_reference") - skin.lightness_l_star
    older = np.zeros(draws)
    if skin.person.age_years is None:
        older = sample("skin.unknown.age", draws, skin.seed) - evidence.value("barrier.age_reference")
    else:
        older += skin.person.age_years - evidence.value("barrier.age_reference")
    place = "body" if skin.zone in _BODY else "face"
    log_pace = sample("barrier.lightness_slope", draws, seed) * darker
    log_pace = log_pace + sample("barrier.age_per_decade", draws, seed) * older / 10
    return np.asarray(np.exp(log_pace) * sample(f"barrier.zone.{place}", draws, seed))


def _length_factor(injury: Injury, readout: str) -> Array:
    exponent = sample(f"barrier.{readout}.length_exponent", injury.skin.draws, injury.seed)
    return np.asarray((injury.technique.needle_length_mm / evidence.value("barrier.reference_length")) ** exponent)


def _thermal_shape(injury: Injury) -> tuple[Array, Array, Array]:
    """Peak time, closing time and steepness of the late hump of water loss after radiofrequency, each (draws,)."""
    draws, seed = injury.skin.draws, injury.seed
    peak = sample("barrier.rf.water_peak", draws, seed)
    closing = sample("barrier.rf.water_closure", draws, seed)
    ratio = closing / peak
    steep = -np.log(evidence.value("barrier.closed_share")) / (ratio - 1 - np.log(ratio))
    return peak, closing, steep


def _thermal_share(injury: Injury, time: Array) -> Array:
    """A gamma-shaped hump, 1 at its peak and at the closed share on its closing time."""
    peak, _, steep = _thermal_shape(injury)
    relative = time / peak[:, None]
    with np.errstate(divide="ignore"):
        exponent = steep[:, None] * (np.log(relative) + 1 - relative)
    return np.asarray(np.exp(exponent))


def _thermal_hours(injury: Injury, level: float) -> Array:
    """Time after the peak at which the hump has fallen to a level, by bisection."""
    peak, _, steep = _thermal_shape(injury)
    low, high = np.ones_like(peak), np.full_like(peak, 1e3)
    for _ in range(60):
        middle = (low + high) / 2
        above = steep * (np.log(middle) + 1 - middle) > np.log(level)
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(peak * (low + high) / 2)


def _water_loss(injury: Injury, share: Array) -> Array:
    """Water loss: baseline and a rise with the surface opened that levels off."""
    draws, seed = injury.skin.draws, injury.seed
    most = sample("barrier.tewl.rise_max", draws, seed)
    percent = 100 * injury.stratum_corneum_open_fraction
    rise = most * -np.expm1(-sample("barrier.tewl.rise", draws, seed) * percent / most)
    return np.asarray(injury.skin.tewl_g_m2_h[:, None] + rise[:, None] * share)
