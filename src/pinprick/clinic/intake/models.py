"""Questionnaires as they were, what was answered to them, and what a clinician made of the answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.patients.models import Patient, PatientFacts
from pinprick.clinic.people.models import Membership, Tenant


class Questionnaire(Tenant):
    """One version of a questionnaire with its translations; PostgreSQL lets nobody change it."""

    name = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name", "edition"], name="intake_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class Response(Tenant):
    """What one patient answered; once signed, PostgreSQL lets nobody change it."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("Being filled in")
        SIGNED = "signed", _("Signed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="responses")
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    language = models.CharField(max_length=8)
    asked = models.JSONField(help_text="Sex and age of the person, by which questions were put.")
    typed = models.JSONField(default=dict, help_text="Fields of the form as typed.")
    answers = models.JSONField(default=dict, help_text="What was understood of them.")
    done = models.JSONField(default=list, help_text="Sections that are complete or confirmed.")
    signed_name = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_with = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    signature = models.CharField(max_length=64, blank=True)

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        questionnaire_id: uuid.UUID
        review: Review

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "-created_at"], name="intake_of_patient"),
            models.Index(fields=["organisation"], name="intake_signed", condition=models.Q(state="signed")),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def is_reviewed(self) -> bool:
        """Whether a clinician has turned it into facts."""
        review: Review | None = getattr(self, "review", None)
        return review is not None and review.done_at is not None


class Review(Tenant):
    """A clinician's look at a signed response, with what was seen at examination; final once done."""

    response = models.OneToOneField(Response, models.PROTECT, related_name="review")
    typed = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    note = models.TextField(blank=True, max_length=2000)
    done_at = models.DateTimeField(null=True)
    facts = models.ForeignKey(PatientFacts, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.done_at or "")
