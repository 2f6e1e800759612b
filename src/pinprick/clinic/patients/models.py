"""Patients, what is known of them, and how they are found, merged and imported."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Membership, Organisation, Tenant


class Sex(models.TextChoices):
    """Sex as it bears on the thickness of skin and on pregnancy; "" is not known."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class Patient(Tenant):
    """A person who is or may be treated."""

    number = models.PositiveIntegerField(_("number"), editable=False)
    given_names = models.CharField(_("given names"), max_length=100)
    family_names = models.CharField(_("family names"), max_length=100)
    known_as = models.CharField(_("known as"), max_length=100, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), blank=True, max_length=500)
    language = models.CharField(_("language"), max_length=8, blank=True)
    phototype = models.PositiveSmallIntegerField(
        _("phototype"), null=True, blank=True, choices=[(n, f"{n}") for n in range(1, 7)]
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    deceased = models.BooleanField(_("has died"), default=False)
    deceased_on = models.DateField(_("died on"), null=True, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed", editable=False)

    if TYPE_CHECKING:
        merged_into_id: uuid.UUID | None

    class Meta:
        verbose_name = _("patient")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="patients_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "birth_date"], name="patients_born"),
            models.Index(
                fields=["organisation", "phone_digits"], name="patients_phone", condition=~models.Q(phone_digits="")
            ),
            models.Index(fields=["organisation", "email"], name="patients_email", condition=~models.Q(email="")),
            models.Index(fields=["organisation", "-created_at"], name="patients_newest"),
            models.Index(fields=["organisation"], name="patients_restricted", condition=models.Q(restricted=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given and family names, as one writes them."""
        return f"{self.given_names} {self.family_names}".strip()

    @property
    def is_open(self) -> bool:
        """Whether new things may be written to the record: it is neither archived nor merged into another."""
        return self.archived_at is None and self.merged_into_id is None

    @staticmethod
    def hidden_from(member: Membership) -> models.QuerySet[Patient]:
        """Return the restricted patients whom a member is not named for."""
        mine = Access.objects.filter(member=member).values("patient")
        return Patient.objects.filter(organisation_id=member.organisation_id, restricted=True).exclude(pk__in=mine)

    @staticmethod
    def visible_to(rows: models.QuerySet[Patient], member: Membership) -> models.QuerySet[Patient]:
        """Return those of some patients whom a member may know of."""
        mine = Access.objects.filter(member=member).values("patient")
        return rows.exclude(~models.Q(pk__in=mine), restricted=True)


class Access(Tenant):
    """A member who may see a restricted patient."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="access")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["patient", "member"], name="patients_access_once")]

    def __str__(self) -> str:
        return str(self.member)


class Origin(models.TextChoices):
    """Where facts come from."""

    INTAKE = "intake", _("Intake")
    IMPORT = "import", _("Imported record")
    CHECK_IN = "check_in", _("Check-in")
    EXAMINATION = "examination", _("Examination")
    MERGE = "merge", _("Merged records")


class PatientFacts(Tenant):
    """What was known of a patient from a moment on, for screening; the newest counts, the others are history."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="facts")
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices)
    origin_id = models.UUIDField(null=True)
    as_of = models.DateField(_("as of"))
    content = models.JSONField(help_text="safety.Facts, see patients.facts_record")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patient", "-created_at"], name="patients_facts_newest")]

    def __str__(self) -> str:
        return f"{self.get_origin_display()} {self.as_of}"


class Merge(Tenant):
    """One record taken up into another, with all that is needed to undo it."""

    kept = models.ForeignKey(Patient, models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Patient, models.PROTECT, related_name="merged_by")
    moved = models.JSONField(help_text="Identifiers of the rows moved, by table and column.")
    filled = models.JSONField(help_text="Fields of the kept record that were empty and were filled.")
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"


class RecordImport(Tenant):
    """A record of another system, kept until somebody has looked at what was understood of it."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        SAVED = "saved", _("Saved")
        DISCARDED = "discarded", _("Discarded")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    content = models.JSONField(default=dict)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="imports")
    unread = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.get_state_display())


class Word(models.Model):
    """A word of a name, folded, once for each organisation. Typing slips are sought among words, not among patients."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    text = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "text"], name="patients_word_once")]

    def __str__(self) -> str:
        return self.text


class Piece(models.Model):
    """A piece of a word: its beginnings and its trigrams."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    text = models.CharField(max_length=8)
    word = models.ForeignKey(Word, models.CASCADE, related_name="pieces")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "text", "word"], name="patients_piece_text")]

    def __str__(self) -> str:
        return self.text


class Name(models.Model):
    """That a patient's name holds a word."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    word = models.ForeignKey(Word, models.CASCADE, related_name="names", db_index=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="words")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "word", "patient"], name="patients_name_word")]

    def __str__(self) -> str:
        return f"{self.word_id}"


class Counter(models.Model):
    """The last patient number given out in an organisation."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)
