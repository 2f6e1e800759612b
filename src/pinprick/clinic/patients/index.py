"""Keeps the words by which patients are found."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.names import pieces, words

_NEW_WORDS = (
    "INSERT INTO patients_word (organisation_id, text) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"
    " RETURNING id, text"
)
_PIECES = (
    "INSERT INTO patients_piece (organisation_id, word_id, text)"
    " SELECT %s, word, piece FROM unnest(%s::bigint[], %s::text[]) AS new(word, piece)"
)
_NAMES = (
    "INSERT INTO patients_name (organisation_id, word_id, patient_id)"
    " SELECT organisation_id, id, %s FROM patients_word WHERE organisation_id = %s AND text = ANY(%s)"
)


def write(patient: Patient) -> None:
    """Store the words of a patient's name in place of those stored before; names of records taken up count too."""
    names = [patient.given_names, patient.family_names, patient.known_as]
    for taken in Patient.objects.filter(merged_into=patient):
        names += [taken.given_names, taken.family_names, taken.known_as]
    found = sorted(words(*names))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM patients_name WHERE patient_id = %s", [patient.pk])
        add_words(patient.organisation_id, found)
        cursor.execute(_NAMES, [patient.pk, patient.organisation_id, found])


def add_words(organisation: UUID, texts: Iterable[str]) -> None:
    """Store those words that are new, with their pieces; sorted, so that two writers never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW_WORDS, [organisation, sorted(set(texts))])
        pairs = [(id, piece) for id, text in cursor.fetchall() for piece in sorted(pieces(text))]
        if pairs:
            cursor.execute(_PIECES, [organisation, [id for id, _ in pairs], [piece for _, piece in pairs]])
