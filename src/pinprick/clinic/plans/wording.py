"""Values of a plan in words, for the plan page, its differences and its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.words import VERDICT_LABELS, ZONE_LABELS
from pinprick.planning.adjunct import adjuncts
from pinprick.report import names

Values = Mapping[str, Any]
_DAYS_PER_WEEK = 7


def number(value: float, most: int = 2) -> str:
    """Return a number by locale without trailing zeros, at most so many decimals."""
    text = f"{value:.{most}f}".rstrip("0").rstrip(".") if most else f"{value:.0f}"
    decimals = len(text.partition(".")[2])
    # Django cuts decimals off instead of rounding, so the rounded number is formatted.
    return str(number_format(float(text) if decimals else int(text), decimals, force_grouping=True))


def plain(value: object) -> str:
    """Return an identifier in words; "" for none."""
    return "" if value in (None, "") else said(str(value).replace("_", " ").replace("-", " "))


def zone(id: str) -> str:
    """Return the name of a zone."""
    return str(ZONE_LABELS.get(id, plain(id).capitalize()))


def indication(id: str | None) -> str:
    """Return the name of an indication."""
    return "" if id is None else _sentence(said(names.indication(id)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def verdict(id: str) -> str:
    """Return what a verdict of screening means."""
    return str(VERDICT_LABELS[id])


def baseline(concern: Values) -> str:
    """Return the score before treatment with its scale."""
    if concern.get("baseline") is None:
        return ""
    return f"{said(names.scale(concern['scale']))} {number(float(concern['baseline']))}"


def length(mm: float) -> str:
    """Return a needle length."""
    return _("%(length)s mm") % {"length": number(mm)}


def passes(count: int) -> str:
    """Return a number of passes."""
    return ngettext("%(count)d pass", "%(count)d passes", count) % {"count": count}


def sessions(count: int) -> str:
    """Return a number of sessions."""
    return ngettext("%(count)d session", "%(count)d sessions", count) % {"count": count}


def days(value: float) -> str:
    """Return a time in whole weeks where it is that, in days otherwise."""
    whole = round(value)
    if whole and whole % _DAYS_PER_WEEK == 0 and abs(value - whole) < 1e-9:
        weeks = whole // _DAYS_PER_WEEK
        return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    return ngettext("%(days)s day", "%(days)s days", whole) % {"days": number(value, 1)}


def price(quote: Values | None) -> str:
    """Return the price of the course."""
    if quote is None:
        return _("not known")
    low, high = quote["low"], quote["high"]
    if high - low < 0.5:
        return f"{quote['currency']} {number(low, 0)}"
    return _("%(currency)s %(low)s to %(high)s") % {
        "currency": quote["currency"], "low": number(low, 0), "high": number(high, 0),
    }  # fmt: skip


def percent_range(values: Values | None) -> str:
    """Return the median of an improvement and the range of nine tenths of people."""
    if values is None:
        return _("not known")
    words = {name: number(values[name], 0) for name in ("p05", "median", "p95")}
    return _("%(median)s %% better (nine in ten: %(p05)s to %(p95)s %%)") % words


def days_range(values: Values | None) -> str:
    """Return the median of a number of days and the range of nine tenths of people."""
    if values is None:
        return _("not known")
    words = {name: number(values[name], 1) for name in ("p05", "median", "p95")}
    return _("%(median)s (nine in ten: %(p05)s to %(p95)s)") % words


def chance(values: Values | None) -> str:
    """Return a probability in people of a hundred; "fewer than 1" where it rounds to none."""
    if values is None:
        return _("not known")
    low, middle, high = (100 * values[name] for name in ("p05", "median", "p95"))
    if high < 0.5:
        return _("fewer than 1 in 100")
    shown = number(middle, 0) if middle >= 0.5 else _("fewer than 1")
    return _("%(middle)s in 100 (%(low)s to %(high)s)") % {
        "middle": shown, "low": number(low, 0), "high": number(high, 0),
    }  # fmt: skip


def risk(id: str) -> str:
    """Return the name of a side effect."""
    return _sentence(plain(id))


def adjunct(id: str) -> str:
    """Return the name of what is added to needling."""
    known = adjuncts().get(id)
    return said(known.name) if known else plain(id)


def wish_name(id: str) -> str:
    """Return the name of a preference."""
    return {
        "downtime_days": _("Days off accepted"),
        "pain": _("Pain accepted"),
        "budget": _("Budget"),
        "budget_currency": _("Currency of the budget"),
        "min_sessions": _("Fewest sessions"),
        "max_sessions": _("Most sessions"),
        "start": _("Earliest start"),
        "finish_by": _("To be over by"),
        "weights": _("What counts most"),
    }.get(id, _sentence(plain(id)))


def wish(name: str, value: object) -> str:
    """Return a preference in words; "" where it is left open."""
    if value in (None, "", {}, []):
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(key)} {number(float(one))}" for key, one in sorted(value.items()))
    if name in ("start", "finish_by"):
        from datetime import date

        return str(date_format(date.fromisoformat(str(value)), "DATE_FORMAT"))
    return number(float(str(value))) if _is_number(value) else str(value)


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
