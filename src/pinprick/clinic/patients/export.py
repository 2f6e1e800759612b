"""Everything the clinic holds of one patient, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.serializers.python import Serializer
from django.db import models
from django.utils import timezone

from pinprick.clinic.audit.services import act
from pinprick.clinic.patients.models import Name, Patient
from pinprick.clinic.people.models import Membership, Tenant

FORMAT = "pinprick.patient/1"


def everything(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return a patient's record with every row that refers to it, directly or through another, by table.

    Args:
        member: who exports; it is written to the audit trail.
        patient: the patient.
    """
    act(member.organisation_id, "exported patient", actor=member.pk, target=patient)
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    _add(found, list(Patient.objects.filter(models.Q(pk=patient.pk) | models.Q(merged_into=patient))))
    return {
        "format": FORMAT,
        "exported_at": timezone.now().isoformat(),
        "organisation": member.organisation.name,
        "tables": {name: list(rows.values()) for name, rows in sorted(found.items())},
    }


def text(content: dict[str, Any]) -> str:
    """Return an export as text."""
    return json.dumps(content, ensure_ascii=False, indent=1, default=str)


def _add(found: dict[str, dict[Any, dict[str, Any]]], rows: list[Any]) -> None:
    """Add rows and everything of the clinic's own tables that refers to them."""
    if not rows:
        return
    model = type(rows[0])
    table = found.setdefault(model._meta.label, {})
    fresh = [row for row in rows if row.pk not in table]
    for row, plain in zip(fresh, Serializer().serialize(fresh), strict=True):
        table[row.pk] = {"id": str(row.pk), **plain["fields"]}
    if not fresh:
        return
    for related in apps.get_models():
        if related is Name or not issubclass(related, Tenant):
            continue
        for field in related._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model and _belongs(field):
                _add(found, list(related._default_manager.filter(**{f"{field.name}__in": fresh})))


def _belongs(field: models.Field[Any, Any]) -> bool:
    """Whether a row with this reference is about what it refers to, and not merely made by it."""
    return field.name not in ("created_by", "organisation")
