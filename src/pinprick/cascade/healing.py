"""Healing of one injury over a course of sessions, as a labelled Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.course import Course
from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.expression import evaluate, parse
from pinprick.cascade.link import local_injury
from pinprick.cascade.network import NAMES, PARAMETERS, READOUTS, STATES, SYMBOLS
from pinprick.cascade.physiology import Physiology, physiology
from pinprick.cascade.solver import Impulses
from pinprick.errors import InputError
from pinprick.injury import Injury
from pinprick.skin import LAYERS, Layer, Skin

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Geometry = Literal["well-mixed", "depth", "block"]

# Half of what a small computer has; solving needs about as much again.
_MOST_BYTES = 4_000_000_000
# The network is one of the dermis; its epidermal states belong to the channel above and are best read in the
# papillary dermis.
DERMIS: tuple[Layer, ...] = (Layer.PAPILLARY_DERMIS, Layer.RETICULAR_DERMIS)
# Output after each session, in days: close while signals move in hours, weekly at the end.
_AFTER_SESSION = np.array(
    [0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 48, 60, 72, 96, 120, 144, 168, 192, 216, 240, 288, 336, 420]
) / 24.0  # fmt: skip


def heal(
    skin: Skin,
    injury: Injury,
    course: Course,
    *,
    geometry: Geometry = "well-mixed",
    follow_up_days: float = 180.0,
    times_days: Array | None = None,
) -> xr.Dataset:
    """Return the time course of healing of every draw, by dermal layer or by depth, or of one draw in a block of skin.

    Args:
        skin: the skin that was injured.
        injury: one session's injury; every session of the course is alike.
        course: sessions and interval.
        geometry: "well-mixed" solves each dermal layer by itself; "depth" couples them by diffusion; "block" is
            `heal_block` as it comes.
        follow_up_days: time after the last session, positive.
        times_days: output times from the first session on, ascending; None takes hours after each session, then weeks.

    Returns:
        Every state, add-on and read-out with dims (draw, time, layer), (draw, time, depth) or (time, z, y, x), the
        local injury, and the settings in `attrs`. At the time of a session the state is that just after it.

    Raises:
        InputError: skin and injury do not belong together, or the settings cannot be used.
    """
    check(skin, injury, geometry, follow_up_days)
    if geometry == "block":
        from pinprick.cascade.block import heal_block

        return heal_block(skin, injury, course, times_days=times_days, follow_up_days=follow_up_days)
    times = output_days(course, follow_up_days) if times_days is None else np.asarray(times_days, dtype=np.float64)
    if geometry == "depth":
        from pinprick.cascade.depth import heal_by_depth

        data = heal_by_depth(injury, course, times)
    else:
        data = _heal_by_layer(injury, course, times)
    data.attrs.update(settings(injury, course, geometry, follow_up_days), draws=data.sizes["draw"])
    if geometry == "depth":
        data.attrs["caution"] = _DEPTH_CAUTION
    return _with_early(data, injury)


def output_days(course: Course, follow_up_days: float) -> Array:
    """Return the default output times: hours to days after each session, and every week to the follow-up."""
    end = course.last_session_day + follow_up_days
    days = [day + _AFTER_SESSION for day in course.session_days]
    for day, following in pairwise(course.session_days):
        days.append(np.array([day + 0.999 * (following - day)]))
    weekly = np.arange(0.0, end, 7.0)
    every = np.unique(np.round(np.concatenate([*days, weekly, [end]]), 6))
    return every[every <= end]


def _heal_by_layer(injury: Injury, course: Course, times: Array) -> xr.Dataset:
    import xarray as xr

    _check_size(injury.skin.draws * times.size * len(DERMIS))
    d = local_injury(injury)[:, [LAYERS.index(layer) for layer in DERMIS]]
    draws, layers = d.shape
    drawn = physiology(draws, seed=injury.skin.seed)
    impulses = Impulses(np.array(course.session_days), np.repeat(d.reshape(-1, 1), course.sessions, axis=1))
    solved = Ensemble().solve(
        np.repeat(drawn.parameters, layers, axis=0), np.repeat(drawn.rest, layers, axis=0), impulses, times
    )
    states = solved.reshape(draws, layers, times.size, len(SYMBOLS)).transpose(0, 2, 1, 3)
    dims = ("draw", "time", "layer")
    data = xr.Dataset(
        {name: (dims, values, attributes) for name, values, attributes in variables(states, drawn)},
        coords={
            "draw": np.arange(draws),
            "time": ("time", times, {"units": "day", "long_name": "time since the first session"}),
            "layer": [str(layer) for layer in DERMIS],
        },
    )
    data["local_injury"] = (("draw", "layer"), d, _LOCAL_INJURY)
    return data


_DEPTH_CAUTION = (
    "Read it for where the response lies, not for how large it is: the decay rates were set for the well-mixed form "
    "and already stand for loss by spreading, so that loss counts twice here."
)
_LOCAL_INJURY = {
    "units": "1",
    "long_name": "local injury of one session",
    "basis": "fraction of tissue within signal reach of a microchannel; an assumption, not a measurement",
}


def variables(states: Array, drawn: Physiology) -> list[tuple[str, Array, dict[str, str | float]]]:
    """Return name, values and attributes of every state and read-out; `rest` is the median value in healthy skin.

    Args:
        states: shape (draws, times, places, states).
        drawn: the physiology of the draws.
    """
    found: list[tuple[str, Array, dict[str, str | float]]] = []
    for i, state in enumerate(STATES):
        attributes: dict[str, str | float] = {
            "units": state.unit,
            "long_name": state.title,
            "symbol": state.symbol,
            "kind": state.kind,
            "rest": float(np.median(drawn.rest[:, i])),
        }
        found.append((NAMES[i], states[..., i], attributes))
    known: dict[str, Array] = {name: drawn.parameters[:, i, None, None] for i, name in enumerate(PARAMETERS)}
    healthy = known | {symbol: drawn.rest[:, i, None, None] for i, symbol in enumerate(SYMBOLS)}
    known |= {symbol: states[..., i] for i, symbol in enumerate(SYMBOLS)}
    for readout in READOUTS:
        formula = parse(readout.formula)
        values = np.asarray(evaluate(formula, known))
        attributes = {"units": readout.unit, "long_name": readout.title, "kind": "read-out", "basis": readout.basis}
        attributes["rest"] = float(np.median(evaluate(formula, healthy)))
        found.append((readout.name, values, attributes))
    return found


def check(skin: Skin, injury: Injury, geometry: str, follow_up_days: float) -> None:
    """Refuse what does not belong together.

    Raises:
        InputError: the injury is of another skin, or geometry or follow-up cannot be used.
    """
    if (skin.zone, skin.draws, skin.seed) != (injury.skin.zone, injury.skin.draws, injury.skin.seed):
        raise InputError(
            "the injury is of another skin",
            field="injury",
            given=f"{injury.skin.zone}, {injury.skin.draws} draws, seed {injury.skin.seed}",
            limit=f"{skin.zone}, {skin.draws} draws, seed {skin.seed}",
            remedy="puncture the skin that is to heal",
        )
    if geometry not in get_args(Geometry):
        raise InputError("unknown geometry", field="geometry", given=geometry, limit=" | ".join(get_args(Geometry)))
    if not 0 < follow_up_days < float("inf"):
        raise InputError(
            "the follow-up lies after the last session", field="follow_up_days", given=follow_up_days, limit="> 0"
        )


def _check_size(points: int) -> None:
    size = points * (len(STATES) + len(READOUTS)) * np.dtype(np.float64).itemsize
    if size > _MOST_BYTES:
        raise InputError(
            "the time courses would not fit into memory",
            field="draws",
            given=f"{size / 1e9:.1f} GB",
            limit=f"{_MOST_BYTES / 1e9:.0f} GB",
            remedy="take fewer draws, or give fewer output times",
        )


def modality(injury: Injury) -> str:
    """Return the intervention class of an injury's device."""
    classes = {"radiofrequency": "rf_microneedling", "home_roller": "home_roller"}
    return classes.get(injury.device.device_class, "microneedling")


def settings(injury: Injury, course: Course, geometry: str, follow_up_days: float) -> Mapping[str, object]:
    """Return what was simulated, by name; what is not known of the person is "unknown"."""
    person, technique = injury.skin.person, injury.technique
    found: dict[str, object] = {
        "device": injury.device.id,
        "device_class": injury.device.device_class,
        "modality": modality(injury),
        "zone": str(technique.zone),
        "needle_length_mm": technique.needle_length_mm,
        "pass_count": technique.pass_count,
        "sessions": course.sessions,
        "interval_days": course.interval_days,
        "follow_up_days": follow_up_days,
        "age_years": person.age_years,
        "sex": person.sex,
        "phototype": person.phototype,
        "seed": injury.skin.seed,
        "geometry": geometry,
    }
    return {name: "unknown" if value is None else value for name, value in found.items()}


def _with_early(data: xr.Dataset, injury: Injury) -> xr.Dataset:
    from pinprick.injury import early

    course = early(injury)
    draws = data.sizes["draw"]
    for name, unit, title in _EARLY:
        values = np.asarray(getattr(course, name), dtype=np.float64)[:draws]
        data[name] = ("draw", values, {"units": unit, "long_name": title})
    return data


_EARLY = (
    ("erythema_days", "day", "time until redness has gone, after one session"),
    ("oedema_days", "day", "time until swelling has gone, after one session"),
    ("downtime_days", "day", "time until a person goes out as usual, after one session"),
    ("pain_0_10", "1", "pain of a session under topical anaesthetic, 0 to 10"),
)
