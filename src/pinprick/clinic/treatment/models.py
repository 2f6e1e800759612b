"""Sessions as they were delivered, and the stock they used."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Tenant
from pinprick.clinic.treatment.deviation import Deviation
from pinprick.clinic.treatment.planned import PlannedSession, from_record


class Product(Tenant):
    """Something the clinic uses up: a cartridge, an anaesthetic or what goes on the skin."""

    class Kind(models.TextChoices):
        """What it is."""

        CARTRIDGE = "cartridge", _("Cartridge or needle head")
        ANAESTHETIC = "anaesthetic", _("Anaesthetic")
        TOPICAL = "topical", _("Put on the skin")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    gtin = models.CharField(_("trade item number"), max_length=14, blank=True)
    # What the engine knows it as: a device id for a cartridge, a product id of `safety` for an anaesthetic.
    reference = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("product")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "gtin"], condition=~models.Q(gtin=""), name="treatment_product_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Cartridge(Tenant):
    """One cartridge, needle head or roller: used on one patient in one session, and never again."""

    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="cartridges")
    gtin = models.CharField(max_length=14)
    lot = models.CharField(_("lot"), max_length=20, blank=True)
    serial = models.CharField(_("serial number"), max_length=20, blank=True)
    # Cartridges of one lot without serial numbers are told apart by counting them.
    unit = models.PositiveIntegerField(default=0)
    expiry = models.DateField(_("expiry"), null=True)
    code = models.CharField(max_length=200)
    stocked = models.BooleanField(default=False)

    if TYPE_CHECKING:
        product_id: uuid.UUID | None

    class Meta:
        verbose_name = _("cartridge")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "gtin", "serial"], condition=~models.Q(serial=""), name="treatment_serial_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "gtin", "lot", "unit"],
                condition=models.Q(serial=""),
                name="treatment_unit_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "lot"], name="treatment_lot")]

    def __str__(self) -> str:
        return f"{self.gtin} {self.lot or self.serial}"


class Session(Tenant):
    """One visit, recorded against the approved plan; once signed only addenda are added."""

    class State(models.TextChoices):
        """Where it stands."""

        CHECKED_IN = "checked_in", _("Checked in")
        OPEN = "open", _("In treatment")
        SIGNED = "signed", _("Signed")
        ABANDONED = "abandoned", _("Abandoned")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="sessions")
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="sessions")
    plan_hash = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField(_("session"))
    site = models.ForeignKey("people.Site", models.PROTECT, related_name="+")
    operator = models.ForeignKey("people.Membership", models.PROTECT, related_name="+", verbose_name=_("operator"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CHECKED_IN)
    # What the plan says of a session, as it stood at check-in.
    planned = models.JSONField(default=dict)
    device = models.CharField(_("device"), max_length=60, blank=True)
    weight_kg = models.DecimalField(_("weight"), max_digits=4, decimal_places=1, null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=4000)
    rescreen = models.ForeignKey("screening.Screening", models.PROTECT, null=True, related_name="sessions")
    consent = models.ForeignKey("consent.Consent", models.PROTECT, null=True, related_name="sessions")
    consent_hash = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    deviations = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64, blank=True)
    abandoned_reason = models.CharField(max_length=500, blank=True)
    # One check-in, however often the button was pressed.
    check_in_key = models.UUIDField(default=uuid.uuid4)

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        plan_id: uuid.UUID
        operator_id: uuid.UUID
        site_id: uuid.UUID
        rescreen_id: uuid.UUID | None
        consent_id: uuid.UUID | None
        signed_by_id: uuid.UUID | None

    class Meta:
        verbose_name = _("session")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "number"], condition=~models.Q(state="abandoned"), name="treatment_session_number_once"
            ),
            models.UniqueConstraint(fields=["organisation", "check_in_key"], name="treatment_check_in_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["checked_in", "abandoned"])
                | models.Q(opened_at__isnull=False, consent__isnull=False, rescreen__isnull=False),
                name="treatment_open_has_consent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="signed")
                | models.Q(signed_at__isnull=False, signed_by__isnull=False, ended_at__isnull=False)
                & ~models.Q(content_hash=""),
                name="treatment_signed_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-created_at"], name="treatment_newest"),
            models.Index(
                fields=["organisation", "site", "-created_at"],
                name="treatment_today",
                condition=models.Q(state__in=["checked_in", "open"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @cached_property
    def plan_of_session(self) -> PlannedSession:
        """What the plan says of this session."""
        return from_record(self.planned)

    @property
    def is_open(self) -> bool:
        """Whether it may be written to."""
        return self.state == self.State.OPEN

    @property
    def is_signed(self) -> bool:
        """Whether it is final."""
        return self.state == self.State.SIGNED

    @property
    def named_deviations(self) -> tuple[Deviation, ...]:
        """The departures that were signed."""
        return tuple(Deviation.from_json(raw) for raw in self.deviations)


class Part(Tenant):
    """Base of what a session holds: it belongs to the session's patient and is final once the session is."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        patient_id: uuid.UUID
        session_id: uuid.UUID

    class Meta:
        abstract = True


class ZoneRecord(Part):
    """What was done in one zone."""

    class State(models.TextChoices):
        """Whether it was treated."""

        OPEN = "open", _("Not yet")
        TREATED = "treated", _("Treated")
        LEFT_OUT = "left_out", _("Left out")

    class Endpoint(models.TextChoices):
        """Sign at which the operator stopped."""

        NONE = "none", _("No sign")
        REDNESS = "redness", _("Redness")
        PINPOINT = "pinpoint_bleeding", _("Pinpoint bleeding")
        RUNNING = "running_bleeding", _("Bleeding that runs together")

    session = models.ForeignKey(Session, models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    needle_length_mm = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    pass_count = models.PositiveSmallIntegerField(null=True)
    glide_speed_mm_s = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    endpoint = models.CharField(max_length=20, choices=Endpoint.choices, blank=True)
    device = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "zone"], name="treatment_zone_once")]

    def __str__(self) -> str:
        return self.zone


class AnaestheticRecord(Part):
    """An anaesthetic that was put on, within what its label allows."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="anaesthetics")
    product = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    mass_g = models.DecimalField(max_digits=5, decimal_places=1)
    area_cm2 = models.DecimalField(max_digits=6, decimal_places=1)
    lot = models.CharField(max_length=20, blank=True)
    expiry = models.DateField(null=True)
    started_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    judged = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(removed_at__gte=models.F("started_at")),
                name="treatment_cream_off_after_on",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CartridgeUse(Part):
    """That a cartridge was used in a session; PostgreSQL lets each cartridge have one use in the organisation."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="cartridges")
    cartridge = models.OneToOneField(Cartridge, models.PROTECT, related_name="use")

    if TYPE_CHECKING:
        cartridge_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.cartridge)


class TopicalUse(Part):
    """What was put on the skin, when in relation to the needling, and the warning that was shown."""

    class Kind(models.TextChoices):
        """What it is."""

        GLIDE = "sterile_glide", _("Sterile gel supplied with the device")
        SALINE = "sterile_saline", _("Sterile saline")
        HYALURONIC = "sterile_hyaluronic_acid", _("Sterile plain hyaluronic acid")
        PRESCRIBED = "prescribed", _("Prescribed preparation")
        COSMETIC = "cosmetic", _("Cosmetic or serum")

    class Moment(models.TextChoices):
        """When it went on."""

        BEFORE = "before", _("Before, and taken off")
        DURING = "during", _("During needling")
        AFTER = "after", _("Afterwards")

    session = models.ForeignKey(Session, models.CASCADE, related_name="topicals")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    moment = models.CharField(max_length=6, choices=Moment.choices)
    lot = models.CharField(max_length=20, blank=True)
    expiry = models.DateField(null=True)
    warning = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(warning="") | ~models.Q(reason=""), name="treatment_warned_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PainScore(Part):
    """Pain from 0 to 10 as the patient says it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="pains")
    value = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(value__gte=0, value__lte=10), name="treatment_pain_range")
        ]

    def __str__(self) -> str:
        return str(self.value)


class Addendum(Part):
    """What was added to a session after it was signed; never changed."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="addenda")
    text = models.TextField(max_length=4000)
    key = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "key"], name="treatment_addendum_once")]

    def __str__(self) -> str:
        return self.text


PARTS: dict[str, type[Any]] = {
    "zones": ZoneRecord,
    "anaesthetics": AnaestheticRecord,
    "cartridges": CartridgeUse,
    "topicals": TopicalUse,
    "pains": PainScore,
}
