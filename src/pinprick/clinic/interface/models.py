"""What the interface keeps: the saves that it has answered, so that a repeated one is not done twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from pinprick.clinic.people.identifiers import uuid7
from pinprick.clinic.people.models import Organisation


class SavedRequest(models.Model):
    """A save that was done, with its answer; the key comes from the browser and serves once in an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was asked, never what was typed.")
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="interface_key_once")]
        indexes: ClassVar = [models.Index(fields=["organisation", "created_at"], name="interface_request_age")]

    def __str__(self) -> str:
        return str(self.key)
