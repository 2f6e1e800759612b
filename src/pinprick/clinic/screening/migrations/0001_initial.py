"""Tables of the app."""

from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.datetime
import pinprick.clinic.people.identifiers

from pinprick.clinic.people.migration import frozen_rows, tenant_tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("patients", "0001_initial"),
        ("people", "0001_initial"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Screening",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("plan", "Before planning"),
                            ("session", "At a session"),
                            ("answer", "After an answer"),
                        ],
                        default="plan",
                        max_length=8,
                    ),
                ),
                ("on", models.DateField(verbose_name="day screened for")),
                ("jurisdiction", models.CharField(max_length=2, verbose_name="jurisdiction")),
                ("treatment", models.JSONField(default=dict)),
                ("choices", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("proceed", "Nothing on record speaks against it"),
                            ("conditions", "Possible, under conditions"),
                            ("not-before", "Not yet"),
                            ("refer", "Ask someone else first"),
                            ("do-not-treat", "Do not treat"),
                        ],
                        max_length=12,
                        verbose_name="verdict",
                    ),
                ),
                ("earliest_date", models.DateField(null=True, verbose_name="earliest date")),
                ("content", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("engine_version", models.CharField(max_length=40)),
                ("data_sha256", models.CharField(max_length=64)),
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
                    "facts_row",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patientfacts",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="screenings", to="patients.patient"
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="screening.screening",
                    ),
                ),
            ],
            options={
                "verbose_name": "screening",
            },
        ),
        migrations.CreateModel(
            name="Resolution",
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
                ("rule", models.CharField(max_length=12)),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("accept", "Accepted"),
                            ("defer", "Put off"),
                            ("override", "Overridden"),
                            ("refer", "Referred"),
                        ],
                        max_length=8,
                    ),
                ),
                ("until", models.DateField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("clinician", "Clinician"),
                            ("assistant", "Assistant"),
                            ("desk", "Front desk"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.resolution",
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
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="screening.screening",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
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
                ("rule", models.CharField(max_length=12)),
                (
                    "kind",
                    models.CharField(
                        choices=[("same", "As before"), ("none", "No"), ("stated", "Yes"), ("unknown", "Not known")],
                        max_length=8,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
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
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="screening.screening"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="screening",
            index=models.Index(fields=["patient", "-created_at"], name="screening_newest"),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(fields=["screening", "rule", "-created_at"], name="screening_decision"),
        ),
        *tenant_tables("screening_screening", "screening_resolution", "screening_answer"),
        frozen_rows("screening_screening", "true", free=("patient_id",)),
        frozen_rows("screening_resolution", "true", free=("patient_id",)),
        frozen_rows("screening_answer", "true", free=("patient_id",)),
    ]
