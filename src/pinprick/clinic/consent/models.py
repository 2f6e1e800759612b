"""Consents, the versions of their text, signatures, sealed files, refusals and withdrawals."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Tenant


class Template(Tenant):
    """One version of the text in a clinic; never changed."""

    number = models.PositiveIntegerField(_("version"))
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    note = models.CharField(_("what changed"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="consent_template_once")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Consent(Tenant):
    """What one patient was asked to consent to, and where that stands; the content is never changed."""

    class State(models.TextChoices):
        """Where it stands; PostgreSQL allows only what leads on from offered, and signed to withdrawn."""

        OFFERED = "offered", _("To be signed")
        SIGNED = "signed", _("Signed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced before it was signed")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="consents")
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="consents")
    revision = models.ForeignKey("plans.Revision", models.PROTECT, related_name="+")
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    # The newest that this patient had signed when this one was offered: what changed since then is shown.
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    language = models.CharField(_("language"), max_length=8)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    plan_hash = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OFFERED)
    decided_at = models.DateTimeField(null=True)
    # Answers given part by part while reading, with how often and when.
    progress = models.JSONField(default=dict)
    talk_wanted_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        plan_id: uuid.UUID
        revision_id: uuid.UUID
        template_id: uuid.UUID
        previous_id: uuid.UUID | None
        signature: Signature
        file: SignedFile

    class Meta:
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state="offered"), name="consent_one_offered"
            ),
            models.CheckConstraint(
                condition=models.Q(state="offered", decided_at__isnull=True)
                | (~models.Q(state="offered") & models.Q(decided_at__isnull=False)),
                name="consent_decided_when",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="consent_newest")]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def is_offered(self) -> bool:
        """Whether it waits for a signature."""
        return self.state == self.State.OFFERED

    @property
    def is_signed(self) -> bool:
        """Whether it was signed and not withdrawn."""
        return self.state == self.State.SIGNED

    @cached_property
    def read(self) -> dict[str, Any]:
        """The content as plain data; `services.shown` checks it against its hash first."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class Signature(Tenant):
    """That a person signed: what they typed and drew, when, how, and the hash of what was shown; never changed."""

    class How(models.TextChoices):
        """On whose device."""

        DEVICE = "device", _("on a device of the clinic")
        LINK = "link", _("on their own device, by a link")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, models.PROTECT, related_name="signature")
    name = models.CharField(_("name"), max_length=200)
    guardian = models.CharField(_("guardian"), max_length=200, blank=True)
    path = models.TextField(blank=True)
    at = models.DateTimeField()
    how = models.CharField(max_length=6, choices=How.choices)
    user_agent = models.CharField(max_length=300, blank=True)
    shown_hash = models.CharField(max_length=64)
    answers = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="consent_signature_named")
        ]

    def __str__(self) -> str:
        return self.name


class SignedFile(Tenant):
    """The sealed PDF of a signed consent; never changed."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, models.PROTECT, related_name="file")
    document = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # Public: with it the file can be checked without the clinic's data folder.
    certificate = models.TextField()

    if TYPE_CHECKING:
        consent_id: uuid.UUID

    def __str__(self) -> str:
        return self.sha256


class Event(Tenant):
    """A refusal, a withdrawal, or the wish to talk first, with what was said; never changed."""

    class Kind(models.TextChoices):
        """What happened."""

        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        TALK = "talk", _("Wants to talk first")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField(blank=True, max_length=1000)
    at = models.DateTimeField()

    if TYPE_CHECKING:
        consent_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.get_kind_display())
