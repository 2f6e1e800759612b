"""The spread that a trial prints beside a mean, of whatever kind, as a standard deviation or a standard error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pinprick.calibration.record_file import RecordFaultError, is_number, number_of, shown, text_of

_FIELDS = ("baseline_sd", "final_sd")
_KINDS = (
    ("se", re.compile(r"\bse\b|\bsem\b|\bs\.?e\.?m?\.?$|standard error", re.IGNORECASE)),
    ("ci", re.compile(r"\bci\b|\bci95\b|confidence", re.IGNORECASE)),
    ("iqr", re.compile(r"\biqr\b|quartile|percentile", re.IGNORECASE)),
    ("range", re.compile(r"\brange\b|min|max", re.IGNORECASE)),
    ("sd", re.compile(r"^$|\bsd\b|\bs\.?d\.?$|standard deviation|deviation", re.IGNORECASE)),
)
_PAIR = re.compile(r"\s*[\[(]?\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|—|,|to)\s*(-?\d+(?:\.\d+)?)\s*[\])]?\s*$")
_LEVEL = re.compile(r"(\d{2}(?:\.\d)?)\s*%?")


def spreads_of(row: Mapping[str, Any], scale: str, people: int | None) -> dict[str, Any]:
    """Return the fields `baseline_sd`, `final_sd` and `dispersion` of an outcome, its spreads as `sd` or `se`.

    The middle half of a normal distribution spans 1.35 standard deviations; the range of a sample spans what Wan et al.
    (2014) take for its size. A spread whose kind is unknown, or whose ends are not given, is left out, so that the
    usual spread between people stands for it.

    Args:
        row: the outcome as written.
        scale: its scale, for messages.
        people: people in the arm, None where it is not said.

    Raises:
        RecordFaultError: a spread is no number, is negative, or its ends are swapped.
    """
    said = text_of(row, "dispersion").strip()
    kind = next((name for name, words in _KINDS if words.search(said)), "unknown")
    found = {name: _spread(row, name, scale, (kind, said), people) for name in _FIELDS}
    return {**found, "dispersion": "se" if kind in ("se", "ci") else "sd" if any(found.values()) else said}


def _spread(row: Mapping[str, Any], name: str, scale: str, kind: tuple[str, str], people: int | None) -> float | None:
    ends = _ends(row.get(name), f"{name} of {scale}")
    if ends is not None:
        if kind[0] == "unknown":
            return None
        return _of_width(kind, ends[1] - ends[0], people)
    width = number_of(row, name)
    if width is None:
        return None
    if width < 0:
        raise RecordFaultError(f"{name} of {scale} cannot be negative: {width:g}")
    if kind[0] in ("sd", "se"):
        return width
    # One number for a confidence interval may be its whole or its half.
    return None if kind[0] in ("ci", "unknown") else _of_width(kind, width, people)


def _ends(value: Any, name: str) -> tuple[float, float] | None:
    if isinstance(value, str):
        match = _PAIR.match(value)
        value = [float(match[1]), float(match[2])] if match else None
    if not isinstance(value, list | tuple):
        return None
    if len(value) != 2 or not all(is_number(item) for item in value):
        raise RecordFaultError(f"{name} must be one number or two ends, not {shown(value)}")
    low, high = float(value[0]), float(value[1])
    if high < low:
        raise RecordFaultError(f"the ends of {name} are swapped: {low:g}, {high:g}")
    return low, high


def _of_width(kind: tuple[str, str], width: float, people: int | None) -> float | None:
    from scipy.special import ndtri

    if kind[0] == "iqr":
        return width / float(2.0 * ndtri(0.75))
    if kind[0] == "range":
        if people is None or people < 2:
            return None
        return width / float(2.0 * ndtri((people - 0.375) / (people + 0.25)))
    if kind[0] == "ci":
        level = _LEVEL.search(kind[1])
        share = float(level[1]) / 100.0 if level else 0.95
        return width / float(2.0 * ndtri(0.5 + share / 2.0))
    return None
