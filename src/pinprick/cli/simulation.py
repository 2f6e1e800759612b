"""What `pinprick simulate` tells of one simulated course: the injury, peaks by phase and the collagen that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pinprick.report.actor import ACTORS, Actor
from pinprick.skin import LAYERS

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.evidence import Ledger
    from pinprick.injury import Injury

Array = NDArray[np.float64]
# The middle and the limits of the central 90 % interval, everywhere in this output.
QUANTILES = (0.05, 0.5, 0.95)
# A state that moves by less than this share of its resting value is shown as unchanged.
_UNCHANGED = 1e-3


def interval(values: Array) -> dict[str, float | None]:
    """Return median and central 90 % interval of some draws; null where a draw has no finite value."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        return {"low": None, "median": None, "high": None}
    low, middle, high = np.quantile(flat, QUANTILES)
    return {"low": float(low), "median": float(middle), "high": float(high)}


def injury_summary(injury: Injury) -> dict[str, Any]:
    """Return the injury of one session as plain numbers with intervals."""
    return {
        "puncture_density_per_cm2": interval(injury.puncture_density_per_cm2),
        "penetration_mean_mm": interval(injury.penetration_mean_mm),
        "unevenness": interval(injury.unevenness),
        "plexus_share": interval(injury.plexus_share),
        "stratum_corneum_open_fraction": interval(injury.stratum_corneum_open_fraction),
        "injured_fraction_by_layer": {
            str(layer): interval(injury.injured_fraction_by_layer[:, place]) for place, layer in enumerate(LAYERS)
        },
        "extrapolated": list(injury.extrapolated),
    }


def _placed(data: xr.Dataset, name: str) -> Array:
    """Return one variable as (draw, time), where it moves most: in the upper dermis, or the mean by depth or block."""
    variable = data[name]
    if "x" in variable.dims:
        mean = variable.mean(("x", "y")).weighted(data["cell_height_mm"]).mean("z")
        return np.asarray(mean.values, dtype=np.float64)[None]
    if "layer" in variable.dims:
        variable = variable.isel(layer=0)
    elif "depth" in variable.dims:
        variable = variable.mean("depth")
    return np.asarray(variable.transpose("draw", "time").values, dtype=np.float64)


def _extreme(values: Array, times: Array, rest: float) -> tuple[Array, Array, str]:
    """Return time and value of the point farthest from rest in each draw, and which way most draws turn."""
    change = values - rest
    up, down = float(np.median(change.max(axis=1))), float(np.median(-change.min(axis=1)))
    if max(up, down) <= _UNCHANGED * max(abs(rest), _UNCHANGED):
        turn = "unchanged"
    else:
        turn = "peak" if up >= down else "trough"
    place = change.argmin(axis=1) if turn == "trough" else change.argmax(axis=1)
    return times[place], values[np.arange(values.shape[0]), place], turn


def phase_rows(data: xr.Dataset) -> list[dict[str, Any]]:
    """Return, for every state that the report shows, when and how far it moves from rest after the first session."""
    sessions, gap = int(data.attrs["sessions"]), float(data.attrs["interval_days"])
    times = np.asarray(data["time"].values, dtype=np.float64)
    first = times < gap if sessions > 1 else np.ones(times.shape, dtype=bool)
    return [_row(data, item, times[first], first) for item in ACTORS if item.state in data]


def _row(data: xr.Dataset, item: Actor, times: Array, first: NDArray[np.bool_]) -> dict[str, Any]:
    values = _placed(data, item.state)[:, first]
    rest = float(data[item.state].attrs["rest"])
    days, extreme, turn = _extreme(values, times, rest)
    return {
        "phase": item.phase,
        "state": item.state,
        "label": item.label,
        "unit": str(data[item.state].attrs.get("units", "1")),
        "rest": rest,
        "turn": turn,
        "day": interval(days),
        "value": interval(extreme),
    }


def collagen_rows(data: xr.Dataset) -> list[dict[str, Any]]:
    """Return the collagen gained at each session, a month after the last one and at the end, in percent of rest."""
    times = np.asarray(data["time"].values, dtype=np.float64)
    gained = _placed(data, "collagen_gain_percent")
    sessions, gap = int(data.attrs["sessions"]), float(data.attrs["interval_days"])
    last = (sessions - 1) * gap
    wanted = [(f"before session {number + 1}", number * gap - 1e-6) for number in range(1, sessions)]
    wanted += [(f"{days} days after the last session", last + days) for days in (30, 90) if last + days < times[-1]]
    wanted.append(("end", float(times[-1])))
    rows = []
    for when, day in wanted:
        place = int(np.searchsorted(times, day, side="right")) - 1
        rows.append({"when": when, "day": float(times[place]), "gain_percent": interval(gained[:, place])})
    return rows


def document(data: xr.Dataset, injury: Injury, ledger: Ledger) -> dict[str, Any]:
    """Return the whole JSON document of one simulation."""
    from pinprick import __version__
    from pinprick.evidence.posterior import posterior_name

    settings = {key: (None if value == "unknown" else _plain(value)) for key, value in data.attrs.items()}
    names = ("device", "zone", "needle_length_mm", "pass_count", "sessions", "interval_days", "follow_up_days",
             "age_years", "sex", "phototype", "geometry", "draws", "seed")  # fmt: skip
    return {
        "settings": {name: settings.get(name) for name in names},
        "injury": injury_summary(injury),
        "phases": phase_rows(data),
        "collagen": collagen_rows(data),
        "parameters": dict(sorted(ledger.parameters.items())),
        "sources": sorted(ledger.sources),
        "provenance": {"version": __version__, "posterior": posterior_name()},
    }


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
