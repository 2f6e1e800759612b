"""One FHIR resource as facts: what it says, and whether that is current, past or planned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from pinprick.interop.bundle import Bundle
from pinprick.interop.coding import coded, meaning, medication, places, wording
from pinprick.interop.moment import Span, event, span, supply
from pinprick.interop.node import Node
from pinprick.safety import Fact, FactStatus
from pinprick.safety.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Statement:
    """What one resource says, before its words are understood.

    Attributes:
        kind: where it was written.
        words: as written.
        concepts: what the words and codes mean; empty when not understood.
        status: status in time; None when the resource is to be left out.
        when: from when to when.
        origin: where it was read.
    """

    kind: Kind
    words: str
    concepts: tuple[str, ...]
    status: FactStatus | None
    when: Span
    origin: str
    resource: Node

    def facts(self) -> Iterator[Fact]:
        """Yield one fact for each concept."""
        zones, outside = places(self.resource, self.words)
        for concept in self.concepts:
            if self.status is not None:
                yield Fact(
                    concept,
                    self.status,
                    self.when.start,
                    self.when.end,
                    self.words,
                    self.origin,
                    zones,
                    outside_zones=outside,
                )


# Problem lists carry what is over as an active entry whose words say so.
_IN_HISTORY = re.compile(
    r"(personal |past |previous )?(medical )?(history of|h/o)\b|status post\b|previous\b", re.IGNORECASE
)
_SUSPECTED = re.compile(r"(suspected|possible|probable|query|rule out|r/o)\b|\?", re.IGNORECASE)
_NOT_TRUE = frozenset({"entered-in-error", "refuted"})
_DOUBTFUL = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})
_REQUEST: dict[str, FactStatus | None] = {
    "active": "current", "completed": "past", "stopped": "past", "ended": "past", "draft": "planned",
    "on-hold": "unknown", "unknown": "unknown", "cancelled": None, "entered-in-error": None, "revoked": None,
}  # fmt: skip
_TAKEN: dict[str, FactStatus | None] = {
    "active": "current", "completed": "past", "stopped": "past", "intended": "planned", "not-taken": "absent",
    "on-hold": "unknown", "unknown": "unknown", "entered-in-error": None,
}  # fmt: skip
_DONE: dict[str, FactStatus | None] = {
    "completed": "past", "stopped": "past", "in-progress": "current", "preparation": "planned",
    "on-hold": "unknown", "unknown": "unknown", "not-done": None, "entered-in-error": None,
}  # fmt: skip


def statement(bundle: Bundle, resource: Node, birth: date | None) -> Statement | None:
    """Return what a resource says, or None for a resource that screening does not read.

    Raises:
        InputError: a field is not as FHIR R4 has it.
    """
    readers = {
        "Condition": _condition,
        "AllergyIntolerance": _allergy,
        "MedicationRequest": _request,
        "MedicationStatement": _taken,
        "Procedure": _procedure,
        "ServiceRequest": _ordered,
    }
    reader = readers.get(resource.text("resourceType"))
    return reader(bundle, resource, birth) if reader is not None else None


def on_day(given: Statement, on: date, latest: date | None) -> Statement | None:
    """Return a statement as it stood on a day, or None where it was not yet there.

    What ended at an unknown time may still have been going on if the record reaches further than the day asked for.

    Args:
        given: the statement.
        on: the day screened for.
        latest: the last day that the record speaks of.
    """
    if given.status is None:
        return None
    start, end = given.when.start, given.when.end
    if start is not None and start > on and given.status != "planned":
        return None
    if given.status == "past" and end is None and start is not None and latest is not None and latest > on:
        return replace(given, status="unknown")
    return given


def _origin(resource: Node) -> str:
    return f"{resource.text('resourceType')}/{resource.text('id')}" if resource.has("id") else resource.path


def _make(resource: Node, kind: Kind, code: Node | None, status: FactStatus | None, when: Span) -> Statement:
    words = wording(code) or f"{resource.text('resourceType')} without words"
    return Statement(kind, words, meaning(code, kind), status, when, _origin(resource), resource)


def _clinical(resource: Node) -> FactStatus | None:
    clinical, verified = coded(resource, "clinicalStatus"), coded(resource, "verificationStatus")
    if verified in _NOT_TRUE or clinical == "entered-in-error":
        return None
    if verified in _DOUBTFUL:
        return "unknown"
    return "past" if clinical in _OVER else "current"


def _condition(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    when = span(resource, "onset", "abatement", birth)
    start = when.start or (resource.day("recordedDate") if not resource.has("onsetString") else None)
    status = _clinical(resource)
    if status == "current" and (when.end is not None or resource.has("abatementString")):
        status = "past"
    said = _make(resource, "condition", resource.node("code"), status, Span(start, when.end))
    if status == "current" and _IN_HISTORY.match(said.words):
        return replace(said, status="past", when=Span(start, when.end))
    return replace(said, status="unknown") if status == "current" and _SUSPECTED.match(said.words) else said


def _allergy(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    when = span(resource, "onset", "onset", birth)
    start = when.start or resource.day("recordedDate")
    return _make(resource, "allergy", resource.node("code"), _clinical(resource), Span(start, None))


def _request(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    start = resource.day("authoredOn")
    status = _status(resource, _REQUEST)
    if resource.flag("doNotPerform"):
        status = None
    if resource.text("intent") in ("proposal", "plan") and status == "current":
        status = "planned"
    end = supply(resource, start) if status in ("current", "past") else None
    return _make(resource, "medication", medication(bundle, resource), status, Span(start, end))


def _taken(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    when = event(resource, "effective")
    status = _status(resource, _TAKEN)
    # A single date says that it was being taken on that day, not that it ended then.
    end = when.end if resource.has("effectivePeriod") else None
    return _make(resource, "medication", medication(bundle, resource), status, Span(when.start, end))


def _procedure(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    status = _status(resource, _DONE)
    when = event(resource, "performed")
    if status == "past":
        when = Span(when.start, when.end or when.start)
    return _make(resource, "procedure", resource.node("code"), status, when)


def _ordered(bundle: Bundle, resource: Node, birth: date | None) -> Statement:
    when = event(resource, "occurrence")
    wanted = resource.text("status") in ("active", "draft", "on-hold") and not resource.flag("doNotPerform")
    return _make(resource, "procedure", resource.node("code"), "planned" if wanted else None, when)


def _status(resource: Node, known: dict[str, FactStatus | None]) -> FactStatus | None:
    given = resource.text("status")
    if not given:
        return "unknown"
    if given not in known:
        raise resource.fault("status", "not a status of this resource", " | ".join(known))
    return known[given]
