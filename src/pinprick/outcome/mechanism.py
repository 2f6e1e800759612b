"""What the simulation of healing contributes: the collagen gain of a plan over that of the reference technique."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.evidence import Ledger, recording, replay
from pinprick.outcome.indication import ReferenceTechnique, indication, reference_technique

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
_COLLAGEN = "collagen_gain_percent"
# Below this many percent neither technique makes collagen that can be compared.
_LEAST_PERCENT = 0.01


def dermal_gain(healing: xr.Dataset) -> Array:
    """Return the collagen gained at the last time, mean over the places of the dermis, in percent, shape (draws,)."""
    last = healing[_COLLAGEN].isel(time=-1)
    places = [name for name in last.dims if name != "draw"]
    return np.asarray(last.mean(dim=places).values, dtype=np.float64)


def gain_ratio(gain: Array, reference: Array) -> Array:
    """Return one collagen gain over another, held above zero, shape (draws,)."""
    return np.maximum(gain, _LEAST_PERCENT) / np.maximum(reference, _LEAST_PERCENT)


def relative_gain(healing: xr.Dataset, indication_id: str, *, reference: xr.Dataset | None = None) -> Array | None:
    """Return the collagen gain of a plan over that of the indication's reference technique in the same skin and course.

    The reference technique is that of the plan's own device class (`reference_technique`). Both have the sessions,
    interval and follow-up of the plan: what further sessions add comes from the trials (`course_response`), and would
    otherwise count twice.

    Args:
        healing: from `cascade.heal`.
        indication_id: indication id.
        reference: healing after the reference technique in the same skin and course; simulated where None.

    Returns:
        Shape (draws,); None where the indication has no reference technique or no coupling to collagen.
    """
    if indication(indication_id).coupling == "none" or reference_technique(indication_id) is None:
        return None
    if reference is not None:
        return gain_ratio(dermal_gain(healing), dermal_gain(reference))
    settings = healing.attrs
    device_class = str(settings.get("device_class", ""))
    person = tuple(_known(settings.get(name)) for name in ("age_years", "sex", "phototype"))
    course = (int(settings["sessions"]), float(settings["interval_days"]), float(settings["follow_up_days"]))
    stream = (int(settings["draws"]), int(settings["seed"]))
    gain, ledger = _reference_gain((indication_id, device_class), str(settings["zone"]), person, stream, course)
    replay(ledger)
    return gain_ratio(dermal_gain(healing), gain)


def _known(value: object) -> object:
    return None if value in (None, "unknown") else value


@lru_cache(maxsize=16)
def _reference_gain(
    anchor: tuple[str, str],
    zone: str,
    person: tuple[object, ...],
    stream: tuple[int, int],
    course: tuple[int, float, float],
) -> tuple[Array, Ledger]:
    """Simulate the reference technique of (indication, device class) over a course (sessions, interval, follow-up)."""
    from pinprick.cascade import Course, heal
    from pinprick.device import device
    from pinprick.injury import Technique, puncture
    from pinprick.skin import Person, Zone, describe

    age, sex, phototype = person
    draws, seed = stream
    with recording() as ledger:
        technique = reference_technique(*anchor)
        assert technique is not None  # the caller has asked
        skin = describe(Zone(zone), Person(age, sex, phototype), draws=draws, seed=seed)  # type: ignore[arg-type]
        settings = Technique(Zone(zone), technique.needle_length_mm, technique.pass_count)
        injured = puncture(skin, device(technique.device), settings)
        sessions, interval_days, follow_up_days = course
        healed = heal(skin, injured, Course(sessions, interval_days), follow_up_days=follow_up_days)
    return dermal_gain(healed), ledger


def describe_reference(technique: ReferenceTechnique) -> str:
    """Return the reference technique in one sentence."""
    return (
        f"The simulated healing enters as the collagen gain relative to the usual technique with a "
        f"{technique.device_class} ({technique.needle_length_mm:g} mm, {technique.pass_count} "
        f"pass{'es' if technique.pass_count > 1 else ''}) over the same course; no trial tells device classes apart."
    )
