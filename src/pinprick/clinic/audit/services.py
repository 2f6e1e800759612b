"""Writes to the trail what the database cannot see by itself: reads, and acts that change no row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

if TYPE_CHECKING:
    from pinprick.clinic.people.models import Membership

_INSERT = (
    "INSERT INTO audit_entry (organisation_id, actor_id, action, target_table, target_id, patient_id, detail)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)"
)


def act(organisation: UUID, action: str, *, actor: UUID | None = None, target: Any = None, **detail: object) -> None:
    """Write an act that changes no row of a patient: a sign-in, a refused approval, an export.

    Args:
        organisation: whose trail.
        action: a short name such as `signed-in`.
        actor: the membership that acted, if known.
        target: the object it concerned.
        detail: what else matters; plain values.
    """
    patient = getattr(target, "patient_id", None)
    table = target._meta.db_table if target is not None else ""
    if table == "patients_patient":
        patient = target.pk
    extra = json.dumps(detail, cls=DjangoJSONEncoder)
    _write([organisation, actor, action, table, getattr(target, "pk", None), patient, extra])


def read(member: Membership, patient: Any, what: str) -> None:
    """Write that a member read a patient's data.

    Args:
        member: who read.
        patient: the patient, or its identifier.
        what: what was shown, such as `chart`.
    """
    pk = getattr(patient, "pk", patient)
    _write([member.organisation_id, member.id, f"read {what}", "patients_patient", pk, pk, "{}"])


def _write(values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
