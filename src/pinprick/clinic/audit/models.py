"""The audit trail as Django sees it; the database itself writes, chains and protects it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from pinprick.clinic.people.models import Membership, Organisation


class Entry(models.Model):
    """One read or write; sequence, time, previous hash and hash are set by PostgreSQL, which refuses every change."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sequence = models.BigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    actor = models.ForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    action = models.CharField(max_length=60)
    target_table = models.CharField(max_length=63, blank=True)
    target_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    previous = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    if TYPE_CHECKING:
        organisation_id: uuid.UUID
        actor_id: uuid.UUID | None

    class Meta:
        db_table = "audit_entry"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "sequence"], name="audit_entry_order")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "patient_id", "-sequence"], name="audit_entry_patient"),
            models.Index(fields=["organisation", "actor", "-sequence"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
