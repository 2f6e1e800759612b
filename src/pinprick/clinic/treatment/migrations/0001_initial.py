"""Tables of the app."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pinprick.clinic.people.identifiers
import uuid
from django.db import migrations, models

from pinprick.clinic.people.migration import frozen_rows, tenant_tables
from pinprick.clinic.treatment.guard import addenda_of_signed_sessions, parts_of_open_sessions

PARTS = (
    "treatment_zonerecord",
    "treatment_anaestheticrecord",
    "treatment_cartridgeuse",
    "treatment_topicaluse",
    "treatment_painscore",
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("consent", "0001_initial"),
        ("patients", "0001_initial"),
        ("people", "0001_initial"),
        ("plans", "0001_initial"),
        ("screening", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cartridge", "Cartridge or needle head"),
                            ("anaesthetic", "Anaesthetic"),
                            ("topical", "Put on the skin"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("gtin", models.CharField(blank=True, max_length=14, verbose_name="trade item number")),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("active", models.BooleanField(default=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
            },
        ),
        migrations.CreateModel(
            name="Cartridge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("gtin", models.CharField(max_length=14)),
                ("lot", models.CharField(blank=True, max_length=20, verbose_name="lot")),
                ("serial", models.CharField(blank=True, max_length=20, verbose_name="serial number")),
                ("unit", models.PositiveIntegerField(default=0)),
                ("expiry", models.DateField(null=True, verbose_name="expiry")),
                ("code", models.CharField(max_length=200)),
                ("stocked", models.BooleanField(default=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cartridges",
                        to="treatment.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "cartridge",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("plan_hash", models.CharField(max_length=64)),
                ("number", models.PositiveSmallIntegerField(verbose_name="session")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked_in", "Checked in"),
                            ("open", "In treatment"),
                            ("signed", "Signed"),
                            ("abandoned", "Abandoned"),
                        ],
                        default="checked_in",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("planned", models.JSONField(default=dict)),
                ("device", models.CharField(blank=True, max_length=60, verbose_name="device")),
                (
                    "weight_kg",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="weight"),
                ),
                ("notes", models.TextField(blank=True, max_length=4000, verbose_name="notes")),
                ("consent_hash", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("deviations", models.JSONField(default=list)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("abandoned_reason", models.CharField(blank=True, max_length=500)),
                ("check_in_key", models.UUIDField(default=uuid.uuid4)),
                (
                    "consent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="consent.consent",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                        verbose_name="operator",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="patients.patient"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="plans.plan"
                    ),
                ),
                (
                    "rescreen",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="screening.screening",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.membership"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.site"),
                ),
            ],
            options={
                "verbose_name": "session",
            },
        ),
        migrations.CreateModel(
            name="PainScore",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("value", models.PositiveSmallIntegerField()),
                ("zone", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pains", to="treatment.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartridgeUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "cartridge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="use", to="treatment.cartridge"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cartridges", to="treatment.session"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AnaestheticRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("product", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("mass_g", models.DecimalField(decimal_places=1, max_digits=5)),
                ("area_cm2", models.DecimalField(decimal_places=1, max_digits=6)),
                ("lot", models.CharField(blank=True, max_length=20)),
                ("expiry", models.DateField(null=True)),
                ("started_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("judged", models.JSONField(default=dict)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="anaesthetics", to="treatment.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Addendum",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("text", models.TextField(max_length=4000)),
                ("key", models.UUIDField()),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="treatment.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopicalUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sterile_glide", "Sterile gel supplied with the device"),
                            ("sterile_saline", "Sterile saline"),
                            ("sterile_hyaluronic_acid", "Sterile plain hyaluronic acid"),
                            ("prescribed", "Prescribed preparation"),
                            ("cosmetic", "Cosmetic or serum"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("before", "Before, and taken off"),
                            ("during", "During needling"),
                            ("after", "Afterwards"),
                        ],
                        max_length=6,
                    ),
                ),
                ("lot", models.CharField(blank=True, max_length=20)),
                ("expiry", models.DateField(null=True)),
                ("warning", models.TextField(blank=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="topicals", to="treatment.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ZoneRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=pinprick.clinic.people.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("zone", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Not yet"), ("treated", "Treated"), ("left_out", "Left out")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("needle_length_mm", models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                ("pass_count", models.PositiveSmallIntegerField(null=True)),
                ("glide_speed_mm_s", models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                (
                    "endpoint",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No sign"),
                            ("redness", "Redness"),
                            ("pinpoint_bleeding", "Pinpoint bleeding"),
                            ("running_bleeding", "Bleeding that runs together"),
                        ],
                        max_length=20,
                    ),
                ),
                ("device", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="zones", to="treatment.session"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gtin", ""), _negated=True),
                fields=("organisation", "gtin"),
                name="treatment_product_once",
            ),
        ),
        migrations.AddIndex(
            model_name="cartridge",
            index=models.Index(fields=["organisation", "lot"], name="treatment_lot"),
        ),
        migrations.AddConstraint(
            model_name="cartridge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("serial", ""), _negated=True),
                fields=("organisation", "gtin", "serial"),
                name="treatment_serial_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="cartridge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("serial", "")),
                fields=("organisation", "gtin", "lot", "unit"),
                name="treatment_unit_once",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["patient", "-created_at"], name="treatment_newest"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("state__in", ["checked_in", "open"])),
                fields=["organisation", "site", "-created_at"],
                name="treatment_today",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "abandoned"), _negated=True),
                fields=("plan", "number"),
                name="treatment_session_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(fields=("organisation", "check_in_key"), name="treatment_check_in_once"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["checked_in", "abandoned"]),
                    models.Q(("consent__isnull", False), ("opened_at__isnull", False), ("rescreen__isnull", False)),
                    _connector="OR",
                ),
                name="treatment_open_has_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "signed"), _negated=True),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        models.Q(("content_hash", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="treatment_signed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="painscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 0), ("value__lte", 10)), name="treatment_pain_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="anaestheticrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at__isnull", True), ("removed_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="treatment_cream_off_after_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.UniqueConstraint(fields=("session", "key"), name="treatment_addendum_once"),
        ),
        migrations.AddConstraint(
            model_name="topicaluse",
            constraint=models.CheckConstraint(
                condition=models.Q(("warning", ""), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="treatment_warned_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="zonerecord",
            constraint=models.UniqueConstraint(fields=("session", "zone"), name="treatment_zone_once"),
        ),
        *tenant_tables(
            "treatment_product",
            "treatment_cartridge",
            "treatment_session",
            *PARTS,
            "treatment_addendum",
        ),
        frozen_rows("treatment_session", "OLD.state IN ('signed', 'abandoned')", free=("patient_id",)),
        frozen_rows(
            "treatment_cartridge",
            "EXISTS (SELECT FROM treatment_cartridgeuse AS use WHERE use.cartridge_id = OLD.id)",
        ),
        frozen_rows("treatment_addendum", "true", free=("patient_id",)),
        *parts_of_open_sessions(*PARTS),
        addenda_of_signed_sessions("treatment_addendum"),
    ]
