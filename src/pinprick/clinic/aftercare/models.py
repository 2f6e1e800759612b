"""Aftercare sheets as they were handed out."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Tenant


class Sheet(Tenant):
    """One aftercare sheet, kept as it was handed out; never changed."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="aftercare_sheets")
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="aftercare_sheets")
    revision = models.ForeignKey("plans.Revision", models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=8)
    treated_at = models.DateTimeField(_("end of the session"), null=True)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        plan_id: uuid.UUID

    class Meta:
        verbose_name = _("aftercare sheet")
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="aftercare_newest")]

    def __str__(self) -> str:
        return str(self.created_at)

    @cached_property
    def read(self) -> dict[str, Any]:
        """The content as plain data; `services.shown` checks it against its hash first."""
        found: dict[str, Any] = json.loads(self.content)
        return found
