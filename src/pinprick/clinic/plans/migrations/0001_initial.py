"""Tables of the app."""

from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.datetime
import pinprick.clinic.people.identifiers

from pinprick.clinic.patients.wall import walls
from pinprick.clinic.people.migration import frozen_rows, tenant_tables
from pinprick.clinic.plans.guard import plan_life


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("patients", "0001_initial"),
        ("screening", "0001_initial"),
        ("people", "0001_initial"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
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
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("content", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("engine_version", models.CharField(max_length=40)),
                ("data_sha256", models.CharField(max_length=64)),
                ("seed", models.BigIntegerField()),
                ("draft", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Computation",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Computing"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("stage", models.CharField(blank=True, max_length=40)),
                ("fraction", models.FloatField(default=0.0)),
                ("draft", models.JSONField(default=dict)),
                ("cancel_wanted", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True)),
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
            ],
        ),
        migrations.CreateModel(
            name="Document",
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
                ("name", models.CharField(max_length=10)),
                ("packed", models.BinaryField()),
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
            ],
        ),
        migrations.CreateModel(
            name="Plan",
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("approved", "Approved"), ("superseded", "Superseded")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("case", models.JSONField(default=dict)),
                ("settings", models.JSONField(default=dict)),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="revision")),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("engine_version", models.CharField(blank=True, max_length=40)),
                ("seed", models.BigIntegerField(null=True)),
                ("computed_at", models.DateTimeField(null=True)),
                ("edited_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approval_method", models.CharField(blank=True, max_length=20)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.membership"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="patients.patient"
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="screening",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="screening.screening"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="superseded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="supersedes", to="plans.plan"
            ),
        ),
        migrations.AddField(
            model_name="computation",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="computations", to="plans.plan"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.membership",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="organisation",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="plans.plan"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="cloned_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="clones", to="plans.revision"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="current",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.revision"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="plans.revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="computation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")), fields=("plan",), name="plans_one_computation"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plans_revision_once"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["patient", "-created_at"], name="plans_newest"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")), fields=("patient",), name="plans_one_approved"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("current__isnull", False),
                        ("screening__isnull", False),
                        models.Q(("content_hash", ""), _negated=True),
                        models.Q(("approval_method", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plans_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "superseded"), _negated=True), ("superseded_at__isnull", False), _connector="OR"
                ),
                name="plans_superseded_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("discarded_at__isnull", True), ("state", "draft"), _connector="OR"),
                name="plans_discarded_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("revision", "name"), name="plans_document_once"),
        ),
        *tenant_tables("plans_plan", "plans_revision", "plans_document"),
        # Progress of a computation is no record: it is kept apart by organisation, but not written to the trail.
        *walls("plans_computation"),
        frozen_rows("plans_revision", "true", free=("patient_id",)),
        frozen_rows("plans_document", "true", free=("patient_id",)),
        plan_life(),
    ]
