"""One-time links: what a person without an account may open, until when, and how often."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.functions import Now

from pinprick.clinic.people.identifiers import uuid7
from pinprick.clinic.people.models import Membership, Organisation


class Link(models.Model):
    """A link; only the hash of its secret is stored.

    Links are looked up before the organisation is known: they lie outside row-level security and hold nothing personal.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=30)
    target_id = models.UUIDField()
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        organisation_id: uuid.UUID
        created_by_id: uuid.UUID | None

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "target_id"], name="links_link_target")]

    def __str__(self) -> str:
        return self.purpose
