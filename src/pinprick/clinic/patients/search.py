"""Finds patients by name (accents, scripts and slips of typing forgiven), birth date, number, phone or e-mail.

A slip is sought among the words that names are made of, of which there are few, and patients are then found by whole
words; so the time hardly grows with the number of patients. Every comparison that uses an index is an equality, which
PostgreSQL may evaluate before the policy of row-level security; operators on arrays may not, and would read every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from pinprick.clinic.patients.models import Access, Patient
from pinprick.clinic.patients.names import LONGEST_BEGINNING, closeness, is_sign, trigrams
from pinprick.clinic.patients.query import Query
from pinprick.clinic.people.models import Membership

_SIMILAR = """
SELECT word.id, word.text FROM patients_word AS word JOIN (
  SELECT word_id FROM patients_piece WHERE organisation_id = %s AND text = ANY(%s)
  GROUP BY word_id ORDER BY count(*) DESC LIMIT 80
) AS near ON near.word_id = word.id
"""
_BEGINNING = """
SELECT word.id, word.text FROM patients_piece AS piece JOIN patients_word AS word ON word.id = piece.word_id
WHERE piece.organisation_id = %s AND piece.text = %s AND starts_with(word.text, %s) LIMIT 4000
"""
_PATIENTS = """
SELECT found.patient_id, sum(found.score) AS score, count(*) AS terms FROM (
  SELECT name.patient_id, hit.term, max(hit.score) AS score
  FROM unnest(%s::bigint[], %s::int[], %s::float8[]) AS hit(word, term, score)
  JOIN patients_name AS name ON name.organisation_id = %s AND name.word_id = hit.word
  GROUP BY name.patient_id, hit.term
) AS found JOIN patients_patient AS patient ON patient.id = found.patient_id
WHERE patient.merged_into_id IS NULL AND (patient.archived_at IS NULL OR %s)
  AND (NOT patient.restricted OR EXISTS (
    SELECT FROM patients_access WHERE patients_access.patient_id = patient.id AND patients_access.member_id = %s))
  {born}
GROUP BY found.patient_id, patient.created_at
ORDER BY terms DESC, score DESC, patient.created_at DESC, found.patient_id LIMIT %s
"""
LEAST_CLOSE = 0.4
# What begins with the letters typed so far is nearly as good as the whole word.
BEGINS = 0.9
# With several words typed, a patient who has all of them but one is still worth showing, as long as nobody has all.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A patient found.

    Attributes:
        patient: the patient.
        score: 1 for every word as it was typed, less for slips and for beginnings.
    """

    patient: Patient
    score: float


def find(member: Membership, query: Query, *, archived: bool = False, limit: int = SHOWN) -> list[Hit]:
    """Return the patients that a search text means, best first; restricted ones only to those named for them.

    Args:
        member: who searches.
        query: what is looked for.
        archived: whether archived records are shown too.
        limit: at most so many.
    """
    if not query:
        return []
    if query.words:
        return _by_name(member, query, archived, limit)
    rows = _seen(member, archived).filter(_direct(query)).order_by("family_names", "given_names", "pk")
    return [Hit(patient, 1.0) for patient in rows[:limit]]


def newest(member: Membership, limit: int = SHOWN) -> list[Patient]:
    """Return the patients registered last."""
    return list(_seen(member, archived=False).order_by("-created_at")[:limit])


def _seen(member: Membership, archived: bool) -> QuerySet[Patient]:
    rows = Patient.objects.filter(organisation_id=member.organisation_id, merged_into=None)
    rows = rows if archived else rows.filter(archived_at=None)
    mine = Access.objects.filter(member=member).values("patient")
    return rows.filter(Q(restricted=False) | Q(pk__in=mine))


def _direct(query: Query) -> Q:
    wanted = Q(pk__in=[])
    if query.number is not None and query.number < 2**31:
        wanted |= Q(number=query.number)
    if query.phone:
        wanted |= Q(phone_digits=query.phone)
    if query.email:
        wanted |= Q(email=query.email)
    for first, last in query.births:
        wanted |= Q(birth_date=first) if first == last else Q(birth_date__range=(first, last))
    return wanted


def _by_name(member: Membership, query: Query, archived: bool, limit: int) -> list[Hit]:
    hits = [(id, term, score) for term, word in enumerate(query.words) for id, score in _near(member, word)]
    if not hits:
        return []
    born, days = _born(query)
    ids, terms, scores = zip(*hits, strict=True)
    values: list[Any] = [
        list(ids),
        list(terms),
        list(scores),
        member.organisation_id,
        archived,
        member.pk,
        *days,
        limit,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PATIENTS.format(born=born), values)
        found: list[tuple[UUID, float, int]] = cursor.fetchall()
    if not found:
        return []
    most = found[0][2]
    scored = {id: score / len(query.words) for id, score, terms in found if terms == most}
    patients = Patient.objects.in_bulk(list(scored))
    return [Hit(patients[id], score) for id, score in scored.items() if id in patients]


def _born(query: Query) -> tuple[str, list[Any]]:
    if not query.births:
        return "", []
    spans = " OR ".join("patient.birth_date BETWEEN %s AND %s" for _ in query.births)
    return f"AND ({spans})", [day for span in query.births for day in span]


def _near(member: Membership, word: str) -> Sequence[tuple[int, float]]:
    """Return words that were meant or may have been meant, with how close each is."""
    found: dict[int, float] = {}
    # The two trigrams of the first letter alone are shared by too many words to say anything.
    wanted = sorted(piece for piece in trigrams(word) if not piece.startswith("  "))
    with connection.cursor() as cursor:
        if len(word) >= 3:
            cursor.execute(_SIMILAR, [member.organisation_id, wanted])
            for id, text in cursor.fetchall():
                if (score := closeness(word, text)) >= LEAST_CLOSE:
                    found[id] = score
        cursor.execute(_BEGINNING, [member.organisation_id, f"^{word[:LONGEST_BEGINNING]}", word])
        for id, text in cursor.fetchall():
            found[id] = max(found.get(id, 0.0), 1.0 if text == word or is_sign(word[0]) else BEGINS)
    return list(found.items())
