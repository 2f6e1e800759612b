"""Numbers, times and identifiers as people read them."""

from __future__ import annotations

import math
import re
from datetime import date

from pinprick.units import DAYS_PER_MONTH, DAYS_PER_WEEK, HOURS_PER_DAY

_LABELS = {
    "fractional_co2": "fractional CO₂ laser",
    "fractional_er_yag": "fractional Er:YAG laser",
    "er_yag": "Er:YAG laser",
    "non_ablative_laser": "non-ablative laser",
    "non_ablative_fractional": "non-ablative fractional laser",
    "tca_cross": "TCA CROSS",
    "prp": "platelet-rich plasma",
    "rf_microneedling": "radiofrequency microneedling",
    "radiofrequency_microneedling": "radiofrequency microneedling",
    "nothing": "doing nothing",
    "no_treatment": "doing nothing",
    "post_inflammatory_hyperpigmentation": "dark marks (post-inflammatory hyperpigmentation)",
    "goodman_baron_qualitative": "Goodman–Baron grade",
    "goodman_baron_quantitative": "Goodman–Baron score",
    "masi": "MASI",
    "mmasi": "modified MASI",
    "ecca": "ECCA",
    "vss": "Vancouver scar scale",
    "hdss": "HDSS",
    "make_up": "make-up",
    "topical_vitamin_c": "topical vitamin C",
    "pih": "dark marks (PIH)",
    "topical_tranexamic_acid": "topical tranexamic acid",
    "trials-and-mechanism": "trials and the simulated mechanism",
    "trials": "trials",
    "few-trials": "few trials",
    "none": "no usable trials",
}


def label(identifier: str) -> str:
    """Return an identifier in words, for instance `atrophic_acne_scars` as "atrophic acne scars"."""
    return _LABELS.get(identifier, identifier.replace("_", " ").strip())


def sentence(text: str) -> str:
    """Return text with its first letter raised, the rest untouched."""
    return text[:1].upper() + text[1:]


def amount(value: float | None, digits: int = 2) -> str:
    """Return a number with as many significant digits as asked, and "not known" for None or not a number."""
    if value is None or not math.isfinite(value):
        return "not known"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= digits:
        return f"{round(value, digits - 1 - size if size > 5 else 0):,.0f}".replace("-", "−")
    return f"{value:.{max(digits - 1 - size, 0)}f}".replace("-", "−")


def rounded(value: float, digits: int = 2) -> str:
    """Return a count that is known only roughly with as many significant digits as asked, for instance "3,400"."""
    return f"{float(f'{value:.{digits}g}'):,.0f}" if math.isfinite(value) else "not known"


def idle(shown: str) -> str:
    """Return a shown number without zeros that say nothing, for instance "0.70" as "0.7"."""
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def tick(value: float) -> str:
    """Return an axis value without idle zeros."""
    return f"{value:,.6g}".replace("-", "−")


def trimmed(value: float) -> str:
    """Return a setting as dialled: at most two decimals, no trailing zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(value: float) -> str:
    """Return a whole percentage, or "under 1 %" for a small positive one."""
    if 0 < value < 1:
        return "under 1 %"
    return f"{value:.0f} %".replace("-", "−")


def better(value: float) -> str:
    """Return an improvement in percent in words; a negative one is a worsening."""
    return f"{percent(-value)} worse" if value <= -0.5 else f"{percent(max(value, 0.0))} better"


def change_span(low: float, high: float) -> str:
    """Return a range of improvement in words."""
    return f"{better(low)} to {better(high)}" if low <= -0.5 else f"{percent(max(low, 0.0))} to {better(high)}"


def interval(low: float, high: float, unit: str = "", digits: int = 2) -> str:
    """Return "low to high unit"."""
    return f"{amount(low, digits)} to {amount(high, digits)}{' ' + unit if unit else ''}"


def duration(days: float) -> str:
    """Return a time in the unit people would use for it."""
    hours = days * HOURS_PER_DAY
    if hours < 0.75:
        return f"{max(hours * 60, 1):.0f} min"
    if hours < 48:
        return f"{hours:.0f} h"
    if days < 2 * DAYS_PER_WEEK:
        return f"{days:.0f} days"
    if days < 2 * DAYS_PER_MONTH:
        return f"{days / DAYS_PER_WEEK:.0f} weeks"
    return f"{days / DAYS_PER_MONTH:.0f} months"


def duration_span(low: float, high: float) -> str:
    """Return two times as a range, the unit once where they share it."""
    first, last = duration(low), duration(high)
    if first == last:
        return first
    value, _, unit = first.partition(" ")
    return f"{value} to {last}" if last.endswith(f" {unit}") else f"{first} to {last}"


def hours_from(hours: float) -> str:
    """Return a time after the session given in hours."""
    return "at once" if hours <= 0 else duration(hours / HOURS_PER_DAY)


def day(value: date | None) -> str:
    """Return a date as "21 November 2026"."""
    return "not known" if value is None else f"{value.day} {value:%B %Y}"


def dated(text: str) -> str:
    """Return a text with its ISO dates as people write them."""
    return re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda found: day(date.fromisoformat(found.group())), text)


def short_day(value: date) -> str:
    """Return a date as "21 Nov 2026"."""
    return f"{value.day} {value:%b %Y}"


def plural(count: float, noun: str, many: str | None = None) -> str:
    """Return a count with its noun."""
    shown = trimmed(count)
    return f"{shown} {noun if shown == '1' else many or noun + 's'}"


def listing(items: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return items as an English list."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
