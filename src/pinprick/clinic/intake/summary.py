"""Answers in words, for those who review them and for the patient who is asked whether they are still true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pinprick.clinic.intake.definition import Asked, Definition, Item, Question, Section, applies
from pinprick.clinic.intake.form import NONE, UNKNOWN, Answer, Answers
from pinprick.safety import concept

_CONDITION = {"current": gettext_lazy("now"), "past": gettext_lazy("earlier"), "planned": gettext_lazy("planned")}
_MEDICINE = {"current": gettext_lazy("in use"), "past": gettext_lazy("stopped"), "planned": gettext_lazy("planned")}
_PROCEDURE = {
    "current": gettext_lazy("still going on"),
    "past": gettext_lazy("done"),
    "planned": gettext_lazy("planned"),
}
_SURE = gettext_lazy("not sure")


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its answer.

    Attributes:
        question: id of the question.
        text: the question.
        answers: the answer, in one or several lines.
        state: some, none, unknown or missing.
    """

    question: str
    text: str
    answers: tuple[str, ...]
    state: str


def status_words(item: Item | str) -> dict[str, Any]:
    """Return the states in time of an item, or of entries of a kind, as one reads them."""
    kind = item if isinstance(item, str) else concept(item.concept).kind
    words = {"medication": _MEDICINE, "procedure": _PROCEDURE}.get(kind, _CONDITION)
    given = ("current", "past", "planned") if isinstance(item, str) else item.statuses
    return {**{status: words[status] for status in given}, UNKNOWN: _SURE}


def lines(definition: Definition, section: Section, answers: Answers, asked: Asked) -> list[Line]:
    """Return the questions of a section that concern a person, each with its answer."""
    return [
        _line(definition, question, answers.get(question.id))
        for question in section.questions
        if applies(question, asked)
    ]


def _line(definition: Definition, question: Question, answer: Mapping[str, Any] | None) -> Line:
    if not answer:
        return Line(question.id, question.text, (_("No answer"),), "missing")
    state = answer["state"]
    if state == UNKNOWN:
        return Line(question.id, question.text, (_("I don't know"),), state)
    if state == NONE:
        return Line(question.id, question.text, (_("No") if question.one else _("None of these"),), state)
    return Line(question.id, question.text, tuple(_said(definition, question, dict(answer))), "some")


def _said(definition: Definition, question: Question, answer: Answer) -> list[str]:
    regions = {region.id: region.text for region in definition.regions}
    if question.type == "zones":
        return [regions[id] for id in answer.get("regions", ()) if id in regions]
    if question.type == "choice":
        return [option.text for option in question.options if option.value == answer.get("value")]
    if question.type == "entries":
        return [_entry(question, row) for row in answer.get("entries", ())]
    if question.type == "items":
        given = answer.get("items", {})
        return [_item(item, given[item.concept], regions) for item in question.items if item.concept in given]
    return [str(answer.get("text") or answer.get("date") or "")]


def _item(item: Item, given: Answer, regions: Mapping[str, str]) -> str:
    parts = [str(status_words(item).get(given.get("status", ""), _("not said when")))]
    if day := given.get("date"):
        parts.append(_dated(given.get("status", ""), day))
    parts += [regions[id] for id in given.get("regions", ()) if id in regions]
    if given.get("value") and item.measure is not None:
        unit = "" if given["unit"] == "1" else f" {given['unit']}"
        measured = f" ({given['measured']})" if given.get("measured") else ""
        parts.append(f"{concept(item.measure.concept).label} {given['value']}{unit}{measured}")
    return f"{item.text}: {', '.join(parts)}"


def _entry(question: Question, row: Answer) -> str:
    words = status_words(question.kind)
    parts = [str(words[row["status"]])] if row.get("status") else []
    parts += [_("from %(day)s") % {"day": row["start"]}] if row.get("start") else []
    parts += [_("until %(day)s") % {"day": row["end"]}] if row.get("end") else []
    return f"{row['name']}{': ' if parts else ''}{', '.join(parts)}"


def _dated(status: str, day: str) -> str:
    if status == "current":
        return _("since %(day)s") % {"day": day}
    if status == "planned":
        return _("from %(day)s") % {"day": day}
    return pgettext("the day on which something was or ended", "%(day)s") % {"day": day}
