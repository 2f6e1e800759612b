"""Takes one record up into another, moves everything that refers to it, and can take it all back."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from pinprick.clinic.patients import facts_record, index, services
from pinprick.clinic.patients.models import Access, Merge, Name, Origin, Patient, PatientFacts
from pinprick.clinic.people import concurrency
from pinprick.clinic.people.models import Membership

FILLED = ("known_as", "birth_date", "sex", "phone", "email", "address", "language", "phototype")
# These belong to the act of merging or are written anew.
_NOT_MOVED = (Merge, Name, Access, Patient)


class Unmergeable(Exception):
    """Two records cannot be merged; `reason` says why: same, closed, or the name of a table whose row may not move."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def referring() -> list[tuple[type[models.Model], str]]:
    """Return every model of every app that refers to a patient, with the name of the field."""
    # By way of all models, because a relation without a name of its own is hidden from the patient's side.
    return [
        (model, field.name)
        for model in apps.get_models()
        if model not in _NOT_MOVED
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Patient
    ]


@transaction.atomic
def merge(member: Membership, kept: Patient, absorbed: Patient) -> Merge:
    """Move everything of one record to another; the record taken up stays, closed, and points to the other.

    Empty fields of the record kept are filled from the other. What both knew is joined, so that nothing said in either
    is lost to screening.

    Raises:
        Unmergeable: they are one record, one is closed, or a row that is final does not let itself be moved.
    """
    if kept.pk == absorbed.pk:
        raise Unmergeable("same")
    locked = {row.pk: row for row in Patient.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk])}
    kept, absorbed = locked[kept.pk], locked[absorbed.pk]
    if not (kept.is_open and absorbed.is_open):
        raise Unmergeable("closed")
    facts = _joined(kept, absorbed)
    moved = {f"{model._meta.label}.{field}": _move(model, field, absorbed, kept) for model, field in referring()}
    filled = {name: _plain(getattr(absorbed, name)) for name in FILLED if not getattr(kept, name)}
    filled = {name: value for name, value in filled.items() if value}
    for name in filled:
        setattr(kept, name, getattr(absorbed, name))
    if "phone" in filled:
        kept.phone_digits = absorbed.phone_digits
    kept.restricted = kept.restricted or absorbed.restricted
    concurrency.save(kept, kept.version, [*filled, "phone_digits", "restricted"])
    absorbed.merged_into = kept
    concurrency.save(absorbed, absorbed.version, ["merged_into"])
    _allow(member, kept, absorbed)
    index.write(kept)
    if facts is not None:
        _store(member, kept, facts)
    kept_moves = {name: ids for name, ids in moved.items() if ids}
    return Merge.objects.create(
        organisation_id=member.organisation_id,
        created_by=member,
        kept=kept,
        absorbed=absorbed,
        moved=kept_moves,
        filled=filled,
    )


@transaction.atomic
def undo(member: Membership, done: Merge) -> None:
    """Move everything back as it was; what was entered since the merge stays with the record kept.

    Raises:
        Unmergeable: it was undone before, or the record kept has since been merged into another.
    """
    done = Merge.objects.select_for_update().get(pk=done.pk)
    kept, absorbed = done.kept, done.absorbed
    if done.undone_at is not None or not kept.is_open:
        raise Unmergeable("closed")
    models_by_name = {f"{model._meta.label}.{field}": (model, field) for model, field in referring()}
    for name, ids in done.moved.items():
        model, field = models_by_name[name]
        _set(model, field, ids, absorbed)
    emptied = [name for name, value in done.filled.items() if _plain(getattr(kept, name)) == value]
    for name in emptied:
        setattr(kept, name, None if Patient._meta.get_field(name).null else "")
    if "phone" in emptied:
        kept.phone_digits = ""
    concurrency.save(kept, kept.version, [*emptied, "phone_digits"])
    absorbed.merged_into = None
    concurrency.save(absorbed, absorbed.version, ["merged_into"])
    index.write(kept)
    _restore_facts(member, kept, done)
    done.undone_at = timezone.now()
    Merge.objects.filter(pk=done.pk).update(undone_at=done.undone_at, version=F("version") + 1)


def _move(model: type[models.Model], field: str, absorbed: Patient, kept: Patient) -> list[str]:
    ids = list(model._default_manager.filter(**{field: absorbed}).values_list("pk", flat=True))
    _set(model, field, ids, kept)
    return [str(id) for id in ids]


def _set(model: type[models.Model], field: str, ids: list[Any], to: Patient) -> None:
    if not ids:
        return
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).update(**{field: to})
    except IntegrityError as fault:
        raise Unmergeable(str(model._meta.verbose_name)) from fault


def _newest(patient: Patient) -> PatientFacts | None:
    return PatientFacts.objects.filter(patient=patient).order_by("-created_at", "-pk").first()


def _joined(kept: Patient, absorbed: Patient) -> dict[str, Any] | None:
    first, second = _newest(kept), _newest(absorbed)
    if first is None or second is None:
        return (first or second).content if first or second else None  # type: ignore[union-attr]
    both = facts_record.joined(facts_record.from_json(first.content), facts_record.from_json(second.content))
    return facts_record.to_json(both)


def _store(member: Membership, patient: Patient, content: dict[str, Any]) -> None:
    PatientFacts.objects.create(
        organisation_id=patient.organisation_id,
        created_by=member,
        patient=patient,
        origin=Origin.MERGE,
        as_of=timezone.localdate(),
        content=content,
    )


def _restore_facts(member: Membership, kept: Patient, done: Merge) -> None:
    """Write again what the record knew before, as the newest; statements made since stay in the history."""
    before = PatientFacts.objects.filter(patient=kept, created_at__lt=done.created_at).exclude(origin=Origin.MERGE)
    last = before.order_by("-created_at", "-pk").first()
    since = PatientFacts.objects.filter(patient=kept, created_at__gt=done.created_at)
    if since.exists():
        return
    merged = PatientFacts.objects.filter(patient=kept, origin=Origin.MERGE).exists()
    if merged:
        nothing = facts_record.to_json(services.own(kept, facts_record.EMPTY))
        _store(member, kept, last.content if last else nothing)


def _allow(member: Membership, kept: Patient, absorbed: Patient) -> None:
    """Let those who might see both records see the one that is left, and nobody else."""
    if not kept.restricted:
        return
    named = [set(Access.objects.filter(patient=one).values_list("member", flat=True)) for one in (kept, absorbed)]
    both = named[0] & named[1] if all(named) else named[0] | named[1]
    Access.objects.filter(patient=kept).exclude(member__in=both | {member.pk}).delete()
    held = set(Access.objects.filter(patient=kept).values_list("member", flat=True))
    for pk in (both | {member.pk}) - held:
        Access.objects.create(organisation_id=kept.organisation_id, created_by=member, patient=kept, member_id=pk)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
