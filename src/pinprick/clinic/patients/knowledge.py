"""What is known of a patient in words, and what this app tells on the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.clinic.patients import facts_record
from pinprick.clinic.patients.models import Merge, Patient, PatientFacts
from pinprick.clinic.patients.services import known
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people.models import Membership
from pinprick.safety import Fact, Facts, concepts

_GROUPS = ("condition", "medication", "allergy", "procedure", "observation")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Known:
    """One fact in words.

    Attributes:
        label: what.
        state: since when or until when, where and how much.
        kind: kind of concept.
        status: current, past, planned, absent or unknown.
        said: the words of the record, where they differ.
    """

    label: str
    state: str
    kind: str
    status: str
    said: str


def in_words(fact: Fact) -> Known:
    """Return a fact as one reads it."""
    item = concepts().get(fact.concept)
    label = item.label if item else fact.concept
    return Known(
        said(label[:1].upper() + label[1:]),
        ", ".join(_parts(fact)),
        item.kind if item else "",
        fact.status,
        fact.text if fact.text and fact.text.casefold() != label.casefold() else "",
    )


def _parts(fact: Fact) -> Iterator[str]:
    day = {"start": fact.start, "end": fact.end}
    if fact.value is not None:
        yield f"{fact.value:g}{'' if fact.unit in ('', '1') else ' ' + fact.unit}"
    if fact.status == "current":
        yield _("since %(start)s") % day if fact.start else _("now")
        if fact.end:
            yield _("until %(end)s") % day
    elif fact.status == "past":
        yield (
            str(fact.end)
            if fact.end and fact.end == fact.start
            else (_("until %(end)s") % day if fact.end else _("earlier"))
        )
    elif fact.status == "planned":
        yield _("planned from %(start)s") % day if fact.start else _("planned")
    else:
        yield _("denied") if fact.status == "absent" else _("asked, not known")
    if fact.zones:
        yield ", ".join(str(ZONE_LABELS[zone]).lower() for zone in fact.zones)
    elif fact.outside_zones:
        yield _("on another part of the body")


def grouped(facts: Facts) -> dict[str, list[Known]]:
    """Return what applies, is denied or is not known, each list in order of kind."""
    found: dict[str, list[Known]] = {"applies": [], "absent": [], "unknown": []}
    for fact in facts.facts:
        known_fact = in_words(fact)
        found[fact.status if fact.status in found else "applies"].append(known_fact)
    for group in found.values():
        group.sort(key=lambda each: _GROUPS.index(each.kind) if each.kind in _GROUPS else len(_GROUPS))
    return found


def card(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return what the card of the chart shows."""
    facts = known(patient)
    found = grouped(facts)
    concerned = [said(concepts()[id].label) for id in facts_record.contradictions(facts) if id in concepts()]
    return {
        "known": found["applies"][:_SHOWN],
        "further": max(0, len(found["applies"]) - _SHOWN),
        "unknown": len(found["unknown"]),
        "unread": facts.unrecognised,
        "contradictions": concerned,
        "nothing": not facts.facts and not facts.unrecognised,
    }


def told(member: Membership, patient: Patient) -> Iterator[Event]:
    """Yield registration, facts recorded and merges."""
    url = reverse("patients:facts", args=[patient.pk])
    yield Event(patient.created_at, _("Registered"), "record", by=_who(patient))
    for row in PatientFacts.objects.filter(patient=patient).select_related("created_by__user").defer("content"):
        title = _("Facts recorded: %(origin)s") % {"origin": row.get_origin_display()}
        yield Event(row.created_at, title, "record", url=url, by=_who(row))
    for merge in Merge.objects.filter(kept=patient).select_related("absorbed", "created_by__user"):
        title = _("Record %(number)s merged into this one") % {"number": merge.absorbed.number}
        yield Event(merge.created_at, title, "record", by=_who(merge))
        if merge.undone_at:
            title = _("Merge with record %(number)s undone") % {"number": merge.absorbed.number}
            yield Event(merge.undone_at, title, "record")


def _who(row: Any) -> str:
    return str(row.created_by.user) if row.created_by else ""
