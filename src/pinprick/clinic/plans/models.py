"""Plans, every computed state of them, and the computations that make one."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Tenant
from pinprick.clinic.plans import frozen


class Plan(Tenant):
    """What is to be done for one patient: a draft, or approved for ever, or superseded by a newer one."""

    class State(models.TextChoices):
        """Where it stands; PostgreSQL allows draft to approved and approved to superseded, and nothing else."""

        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        SUPERSEDED = "superseded", _("Superseded")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="plans")
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    # What the form holds; the patient's own facts are added when it is computed.
    case = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    current = models.ForeignKey("plans.Revision", models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(_("revision"), default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    engine_version = models.CharField(max_length=40, blank=True)
    seed = models.BigIntegerField(null=True)
    computed_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    screening = models.ForeignKey("screening.Screening", models.PROTECT, null=True, related_name="plans")
    approved_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval_method = models.CharField(max_length=20, blank=True)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")
    cloned_from = models.ForeignKey("plans.Revision", models.PROTECT, null=True, related_name="clones")
    discarded_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        current_id: uuid.UUID | None
        screening_id: uuid.UUID | None
        superseded_by_id: uuid.UUID | None
        cloned_from_id: uuid.UUID | None
        approved_by_id: uuid.UUID | None

    class Meta:
        verbose_name = _("plan")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(state="approved"), name="plans_one_approved"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(
                    current__isnull=False, approved_by__isnull=False, approved_at__isnull=False, screening__isnull=False
                )
                & ~models.Q(content_hash="") & ~models.Q(approval_method=""),
                name="plans_approved_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="superseded") | models.Q(superseded_at__isnull=False),
                name="plans_superseded_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(discarded_at__isnull=True) | models.Q(state="draft"), name="plans_discarded_draft"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="plans_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.state == self.State.DRAFT

    @property
    def is_out_of_date(self) -> bool:
        """Whether the draft was edited after it was computed."""
        return bool(self.edited_at and (self.computed_at is None or self.edited_at > self.computed_at))

    @cached_property
    def content(self) -> dict[str, Any] | None:
        """The frozen content of the newest computation, checked against its hash; None where nothing was computed."""
        return self.current.read() if self.current is not None else None

    @property
    def result(self) -> dict[str, Any] | None:
        """The frozen result, as `planning.to_json` gave it."""
        return None if self.content is None else self.content["result"]


class Revision(Tenant):
    """One computed state of a plan; never changed."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=40)
    data_sha256 = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    draft = models.JSONField(default=dict)

    if TYPE_CHECKING:
        plan_id: uuid.UUID
        patient_id: uuid.UUID

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plans_revision_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def read(self) -> dict[str, Any]:
        """Return the content, checked against its hash."""
        return frozen.read(self.content, self.content_hash)


class Document(Tenant):
    """A figure set, report or list of blocks of a revision, compressed; never changed."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=10)
    packed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["revision", "name"], name="plans_document_once")]

    def __str__(self) -> str:
        return self.name


class Computation(Tenant):
    """One run of the planner for a draft, seen from every process and after a reload."""

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "running", _("Computing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="computations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    stage = models.CharField(max_length=40, blank=True)
    fraction = models.FloatField(default=0.0)
    draft = models.JSONField(default=dict)
    cancel_wanted = models.BooleanField(default=False)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    if TYPE_CHECKING:
        plan_id: uuid.UUID

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan"], condition=models.Q(state="running"), name="plans_one_computation")
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return round(100 * self.fraction)
