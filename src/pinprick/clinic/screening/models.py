"""Screenings as they were made, the decisions on their findings, and what was answered in place."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Tenant
from pinprick.clinic.people.roles import Role


class Screening(Tenant):
    """Who may be treated and from when, as it was judged on given facts; never changed afterwards."""

    class Purpose(models.TextChoices):
        """What it was made for."""

        PLAN = "plan", _("Before planning")
        SESSION = "session", _("At a session")
        ANSWER = "answer", _("After an answer")

    class Verdict(models.TextChoices):
        """The verdict of the rules, before anybody decides."""

        PROCEED = "proceed", _("Nothing on record speaks against it")
        CONDITIONS = "conditions", _("Possible, under conditions")
        NOT_BEFORE = "not-before", _("Not yet")
        REFER = "refer", _("Ask someone else first")
        DO_NOT_TREAT = "do-not-treat", _("Do not treat")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="screenings")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.PLAN)
    on = models.DateField(_("day screened for"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2)
    treatment = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    facts_row = models.ForeignKey("patients.PatientFacts", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    earliest_date = models.DateField(_("earliest date"), null=True)
    # Text, not jsonb: the hash holds for the very bytes that were stored.
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=40)
    data_sha256 = models.CharField(max_length=64)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next")

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        previous_id: uuid.UUID | None

    class Meta:
        verbose_name = _("screening")
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="screening_newest")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.on}"

    @cached_property
    def result(self) -> dict[str, Any]:
        """The result as `safety.to_json` gave it."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class Resolution(Tenant):
    """A decision on one finding; a later one on the same finding counts instead, and both are kept."""

    class Choice(models.TextChoices):
        """What was decided."""

        ACCEPT = "accept", _("Accepted")
        DEFER = "defer", _("Put off")
        OVERRIDE = "override", _("Overridden")
        REFER = "refer", _("Referred")

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="resolutions")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12)
    choice = models.CharField(max_length=8, choices=Choice.choices)
    until = models.DateField(null=True)
    reason = models.TextField(blank=True)
    role = models.CharField(max_length=12, choices=Role.choices)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    if TYPE_CHECKING:
        screening_id: uuid.UUID
        patient_id: uuid.UUID
        carried_from_id: uuid.UUID | None

    class Meta:
        indexes: ClassVar = [models.Index(fields=["screening", "rule", "-created_at"], name="screening_decision")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_choice_display()}"


class Answer(Tenant):
    """An answer given on the screening page, to an open question or to one that is asked at each session."""

    class Kind(models.TextChoices):
        """What was said."""

        SAME = "same", _("As before")
        NONE = "none", _("No")
        STATED = "stated", _("Yes")
        UNKNOWN = "unknown", _("Not known")

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="answers")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    detail = models.JSONField(default=dict)

    if TYPE_CHECKING:
        screening_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_kind_display()}"
