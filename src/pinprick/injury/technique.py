"""Whether a device can do a technique, and where that leaves what was measured."""

from __future__ import annotations

import math
from numbers import Integral

from pinprick import evidence
from pinprick.device import Device
from pinprick.errors import InputError
from pinprick.injury.injury import Technique
from pinprick.skin import Skin

_SLACK_MM = 1e-9


def check(skin: Skin, device: Device, technique: Technique) -> None:
    """Refuse a technique that the device cannot do; label limits are not asked here.

    Raises:
        InputError: another zone, a needle length outside the device's range, or impossible passes or speed.
    """
    if technique.zone != skin.zone:
        raise InputError(
            "the technique is for another zone than the skin",
            field="zone",
            given=str(technique.zone),
            limit=str(skin.zone),
            remedy="describe the skin of the zone that is treated",
        )
    low, high = device.needle_length_min_mm, device.needle_length_max_mm
    length = technique.needle_length_mm
    if not (math.isfinite(length) and low - _SLACK_MM <= length <= high + _SLACK_MM):
        raise InputError(
            f"needle length outside the range of {device.name}",
            field="needle_length_mm",
            given=length,
            limit=f"{low:g} to {high:g} mm",
            origin=", ".join(device.sources[:3]),
            remedy="choose a length inside the range, or another device",
        )
    passes = technique.pass_count
    most = int(evidence.value("injury.pass_count_max"))
    if isinstance(passes, bool) or not isinstance(passes, Integral) or not 1 <= passes <= most:
        raise InputError("passes must be a whole number", field="pass_count", given=passes, limit=f"1 to {most}")
    speed = technique.glide_speed_mm_s
    if speed is not None and not (math.isfinite(speed) and speed > 0):
        raise InputError("glide speed must be positive", field="glide_speed_mm_s", given=speed, limit="above 0 mm/s")


def extrapolations(skin: Skin, device: Device, technique: Technique) -> tuple[str, ...]:
    """Return one sentence for each way in which a technique leaves what was measured."""
    sentences = []
    longest = evidence.value("injury.measured_length_max")
    if technique.needle_length_mm > longest:
        sentences.append(
            f"Barrier closure was measured for needles up to {longest:g} mm; at {technique.needle_length_mm:g} mm "
            "every barrier read-out is an extrapolation."
        )
    if device.device_class == "pen":
        sentences.append("No measured depth of a pen was found: the depth reached is assumed from other devices.")
    if device.device_class in ("roller", "home_roller"):
        sentences.append("The depth that rollers reach was measured in rat and pig, not in people.")
    if not device.mechanical:
        sentences.append(
            "The size of the coagulated zone rests on four figures from one abdomen and one hip study; energy is not "
            "modelled."
        )
    sentences += [note for note in skin.notes if "borrowed" in note]
    return tuple(sentences)
