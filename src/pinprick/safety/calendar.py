"""Days added to dates, within the calendar."""

from __future__ import annotations

from datetime import date, timedelta


def later(day: date, count: float) -> date:
    """Return the date some days after another; the last or first day there is where the sum lies outside.

    Records of other systems write 9999-12-31 for "no end", so a sum may leave the calendar.

    Args:
        day: from when.
        count: days, negative for earlier.
    """
    try:
        return day + timedelta(count)
    except OverflowError:
        return date.max if count > 0 else date.min
