"""What the screening page shows, gathered from a screening, its decisions and its answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinprick.clinic.interface import engine_text
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.clinic.people.models import Membership
from pinprick.clinic.screening import change, services
from pinprick.clinic.screening.decision import Option, Standing, options
from pinprick.clinic.screening.models import Resolution, Screening
from pinprick.clinic.screening.picture import NARROW, WIDE, picture
from pinprick.clinic.screening.question import Asked, asked
from pinprick.clinic.screening.washout import Washout, washouts
from pinprick.evidence import cite_text, sources
from pinprick.report import names
from pinprick.safety import products


@dataclass(frozen=True, slots=True)
class Body:
    """Positions of one jurisdiction on a finding.

    Attributes:
        jurisdiction: country code, or "" where none is stated.
        positions: as frozen, each with its sources in words.
    """

    jurisdiction: str
    positions: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as the page shows it.

    Attributes:
        finding: as frozen.
        bodies: its positions by jurisdiction, the clinic's own first.
        options: ways to resolve it.
        latest: the decision that counts, or None.
        earlier: decisions before it, newest first.
        is_open: whether it waits for a decision.
    """

    finding: Mapping[str, Any]
    bodies: tuple[Body, ...]
    options: tuple[Option, ...]
    latest: Resolution | None
    earlier: tuple[Resolution, ...]

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.latest is None


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page.

    Attributes:
        screening: what it is about.
        standing: whether treatment may go on.
        findings: findings, strictest first.
        questions: what is still to be asked.
        unanswered: what was answered with "not known" and could change the verdict.
        washouts: what puts treatment off to a day.
        changes: what changed since the screening before.
        is_newest: whether it is the one that counts.
    """

    screening: Screening
    standing: Standing
    findings: tuple[Shown, ...]
    questions: tuple[Asked, ...]
    unanswered: tuple[str, ...]
    washouts: tuple[Washout, ...]
    changes: tuple[change.FactChange, ...]
    is_newest: bool

    def wide(self) -> SafeString:
        """The picture of the washouts for a desk."""
        return self._picture(WIDE)

    def narrow(self) -> SafeString:
        """The picture of the washouts for a phone."""
        return self._picture(NARROW)

    def _picture(self, width: float) -> SafeString:
        # Built of escaped elements by report.svg; nothing a person typed goes in unescaped.
        return mark_safe(picture(self.washouts, self.screening.on, self.screening.earliest_date, width))

    def considered(self) -> list[tuple[str, object]]:
        """What treatment was considered, as names and values; what is not decided has no value."""
        what = services.treatment_of(self.screening)
        anaesthetic = what.anaesthetic
        return [
            (_("Day"), date_format(self.screening.on, "DATE_FORMAT")),
            (_("Zones"), ", ".join(str(ZONE_LABELS[zone]) for zone in what.zones)),
            (
                _("Indication"),
                engine_text.said(names.indication(what.indication)).capitalize() if what.indication else None,
            ),
            (_("Device"), engine_text.said(names.device(what.device)) if what.device else None),
            (_("Longest needle"), f"{number_format(what.needle_length_mm)} mm" if what.needle_length_mm else None),
            (_("Anaesthetic cream"), _anaesthetic(anaesthetic)),
        ]

    def denied(self) -> list[str]:
        """What was asked about and is not so, without a fact of its own."""
        facts = self.screening.facts
        stated = {fact["concept"] for fact in facts.get("facts") or ()}
        return [change.label(concept) for concept in facts.get("asked") or () if concept not in stated]

    def birth_date(self) -> date | None:
        """Birth date as it was when screened."""
        written = self.screening.facts.get("birth_date")
        return date.fromisoformat(written) if written else None

    def facts(self) -> list[dict[str, Any]]:
        """The facts used, with their dates."""
        return [_fact(fact) for fact in self.screening.facts.get("facts") or ()]


def _anaesthetic(id: str | None) -> str | None:
    if id == "none":
        return _("none")
    return engine_text.said(products()[id].name) if id in products() else id


def page(member: Membership, screening: Screening) -> Page:
    """Return the page of a screening as a member sees it."""
    result = screening.result
    answers = services.answered(screening)
    history = services.history(screening)
    rights = services.rights(member)
    newest = services.current(screening.patient)
    return Page(
        screening=screening,
        standing=services.standing(screening),
        findings=tuple(
            _shown(row, screening.jurisdiction, rights, history.get(row["rule"], [])) for row in result["findings"]
        ),
        questions=questions(screening),
        unanswered=tuple(names.rule_subject(rule) for rule, one in answers.items() if one.kind == "unknown"),
        washouts=washouts(result, screening.facts),
        changes=services.changes(screening),
        is_newest=newest is not None and newest.pk == screening.pk,
    )


def questions(screening: Screening) -> tuple[Asked, ...]:
    """Return what is still to be asked, in order."""
    result = screening.result
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in change.open_questions(result):
        rows[row["rule"]].append(dict(row))
    again = set(result["rescreen"])
    return tuple(asked(rule, rows[rule], is_again=rule in again) for rule in services.due(screening))


def _shown(finding: Mapping[str, Any], here: str, rights: frozenset[str], rows: list[Resolution]) -> Shown:
    return Shown(
        finding=finding,
        bodies=_bodies(finding, here),
        options=options(finding, rights),
        latest=rows[0] if rows else None,
        earlier=tuple(rows[1:]),
    )


def _bodies(finding: Mapping[str, Any], here: str) -> tuple[Body, ...]:
    by_place: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for place, position in enumerate(finding["positions"]):
        cited = [_cited(source) for source in position["sources"]]
        by_place[position["jurisdiction"] or ""].append(
            {
                **position,
                "cited": cited,
                "applied": finding["chosen"] == place,
                "interval": interval(position["interval_days"]),
            }
        )
    order = sorted(by_place, key=lambda place: (place != here, place == "", place))
    return tuple(Body(place, tuple(by_place[place])) for place in order)


def interval(days: list[float] | None) -> str:
    """Return the time that a position asks to wait; "" where it names none, or asks for the opposite."""
    if days is None or days[1] < 0:
        return ""
    low, high = (number_format(day, decimal_pos=0 if float(day).is_integer() else 1) for day in days)
    if low == high:
        return ngettext("%(days)s day", "%(days)s days", round(days[1])) % {"days": high}
    return _("%(low)s to %(high)s days") % {"low": low, "high": high}


def _cited(id: str) -> str:
    known = sources()
    return cite_text(known[id]) if id in known else id


_STATUS = {
    "current": lambda: _("now"),
    "past": lambda: _("in the past"),
    "planned": lambda: _("planned"),
    "absent": lambda: _("no"),
    "unknown": lambda: _("not known"),
}


def _fact(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": change.label(fact["concept"]),
        "text": fact.get("text", ""),
        "status": _STATUS[fact["status"]](),
        "is_unknown": fact["status"] == "unknown",
        "is_denied": fact["status"] == "absent",
        "start": _day(fact.get("start")),
        "end": _day(fact.get("end")),
        "origin": fact.get("origin", ""),
        "value": fact.get("value"),
        "unit": "" if fact.get("unit") == "1" else fact.get("unit", ""),
        "zones": [str(ZONE_LABELS.get(zone, zone)) for zone in fact.get("zones", ())],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
