"""Changes to an open session's record, checked one by one and written together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pinprick.clinic.people.models import Membership
from pinprick.clinic.treatment import fields, stock, topical
from pinprick.clinic.treatment.anaesthetic import Application, judge
from pinprick.clinic.treatment.deviation import DeliveredZone
from pinprick.clinic.treatment.document import ANYTHING, HEAD_FIELDS, ZONE_FIELDS, Change, plain
from pinprick.clinic.treatment.fields import Refused
from pinprick.clinic.treatment.models import (
    PARTS,
    AnaestheticRecord,
    PainScore,
    Session,
    TopicalUse,
    ZoneRecord,
)

# A phone's clock may run ahead of the server's by this much.
CLOCK_SLACK = timedelta(minutes=5)
_EMPTY_ZONE = {"state": "open", "endpoint": "", "device": "", "reason": "", "note": ""}


class Conflict(Exception):
    """Someone else changed the same thing since the sender saw it; `theirs` is what stands now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__("changed since it was shown")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Person:
    """What of the patient bears on an anaesthetic.

    Attributes:
        age_years: on the day, or None where the date of birth is not known.
        forbidden: product id to the reason why screening forbids it.
    """

    age_years: float | None = None
    forbidden: Mapping[str, str] = field(default_factory=dict)


class Draft:
    """The record of one open session while changes are applied to it.

    Args:
        session: locked for this transaction.
        member: who records.
        person: what of the patient bears on an anaesthetic.
        now: the instant, aware.
        today: the day at the site.
    """

    def __init__(self, session: Session, member: Membership, person: Person, now: datetime, today: date) -> None:
        self.session, self.member, self.person, self.now, self.today = session, member, person, now, today
        self.cautions: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, dict[str, Any]] = {
            name: {self._key(name, row): row for row in model.objects.filter(session=session)}
            for name, model in PARTS.items()
        }
        self._new: dict[str, dict[str, Any]] = {name: {} for name in PARTS}
        self._changed: dict[str, dict[str, Any]] = {name: {} for name in PARTS}
        self._gone: dict[str, list[UUID]] = {name: [] for name in PARTS}
        self._head: set[str] = set()
        self.touched = False

    @staticmethod
    def _key(part: str, row: Any) -> str:
        return str(row.zone) if part == "zones" else str(row.pk)

    @property
    def zones(self) -> tuple[DeliveredZone, ...]:
        """What is recorded by zone, with the changes."""
        return tuple(delivered(row) for row in self._rows["zones"].values())

    @property
    def anaesthetics(self) -> tuple[AnaestheticRecord, ...]:
        """The anaesthetics, with the changes."""
        return tuple(self._rows["anaesthetics"].values())

    def apply(self, change: Change) -> None:
        """Apply one change.

        Raises:
            Refused: it cannot be recorded.
            Conflict: someone else changed the same thing.
        """
        part, _slash, rest = change.path.partition("/")
        if part in HEAD_FIELDS and not rest:
            self._apply_head(part, change)
        elif part == "zones":
            self._apply_zone(*_two(rest), change)
        elif part in PARTS:
            id, _slash, name = rest.partition("/")
            self._apply_item(part, _uuid(id), name, change)
        else:
            raise Refused(_("Unknown field."))

    def _apply_head(self, name: str, change: Change) -> None:
        readers = {
            "device": fields.device,
            "weight_kg": fields.weight,
            "notes": lambda value: fields.text(value, 4000),
        }
        self._set(self.session, name, readers[name], change, self._head.add)

    def _set(self, row: Any, name: str, reader: Any, change: Change, mark: Any) -> bool:
        """Set one attribute unless it is as wanted already; return whether it changed."""
        now, here = reader(change.now), getattr(row, name)
        if plain(now) == plain(here):
            return False
        if change.was is not ANYTHING and not _same(reader, change.was, here):
            raise Conflict(plain(here))
        setattr(row, name, now)
        mark(name)
        self.touched = True
        return True

    def _apply_zone(self, zone: str, name: str, change: Change) -> None:
        fields.choice(zone, fields.ZONES)
        if name not in ZONE_FIELDS:
            raise Refused(_("Unknown field."))
        row = self._rows["zones"].get(zone)
        fresh = row is None
        if row is None:
            row = ZoneRecord(**self._base(), zone=zone, **_EMPTY_ZONE)
        device = row.device or self.session.device or self.session.planned.get("device", "")
        readers = {
            "state": lambda value: fields.choice(value, fields.STATES),
            "needle_length_mm": lambda value: fields.needle_length(value, device),
            "pass_count": fields.pass_count,
            "glide_speed_mm_s": fields.glide_speed,
            "endpoint": lambda value: fields.choice(value, (*ZoneRecord.Endpoint.values, "")),
            "device": fields.device,
            "reason": lambda value: fields.text(value, 300),
            "note": lambda value: fields.text(value, 1000),
        }
        changed = self._set(row, name, readers[name], change, lambda _name: None)
        if not changed:
            return
        # What is stated of an untouched zone says that it was treated; taking all of it back says nothing is.
        if (
            name in ("needle_length_mm", "pass_count", "endpoint")
            and change.now not in (None, "")
            and row.state == "open"
        ):
            row.state = ZoneRecord.State.TREATED
        self._rows["zones"][zone] = row
        if fresh or zone in self._new["zones"]:
            self._new["zones"][zone] = row
        else:
            self._changed["zones"][zone] = row

    def _apply_item(self, part: str, id: UUID, name: str, change: Change) -> None:
        row = self._rows[part].get(str(id))
        if name == "removed_at" and part == "anaesthetics":
            self._take_off(row, change)
        elif name:
            raise Refused(_("Unknown field."))
        elif change.now is None:
            self._remove(part, id, row)
        elif row is None:
            self._add(part, id, change)

    def _add(self, part: str, id: UUID, change: Change) -> None:
        if not isinstance(change.now, Mapping):
            raise Refused(_("Unknown field."))
        if part == "cartridges":
            row: Any = stock.use_cartridge(self.session, self.member, id, change.now, self.today)
        else:
            makers = {"anaesthetics": self._anaesthetic, "topicals": self._topical, "pains": self._pain}
            row = makers[part](id, change.now, change.path)
            self._new[part][str(id)] = row
        self._rows[part][str(id)] = row
        self.touched = True

    def _remove(self, part: str, id: UUID, row: Any) -> None:
        if row is None:
            return
        del self._rows[part][str(id)]
        self._changed[part].pop(str(id), None)
        if self._new[part].pop(str(id), None) is None:
            self._gone[part].append(id)
        self.touched = True

    def _base(self) -> dict[str, Any]:
        return {
            "organisation_id": self.session.organisation_id,
            "created_by": self.member,
            "patient_id": self.session.patient_id,
            "session": self.session,
        }

    def _anaesthetic(self, id: UUID, given: Mapping[str, Any], path: str) -> AnaestheticRecord:
        product = fields.anaesthetic(given.get("product"))
        application = Application(
            product,
            float(fields.amount(given.get("mass_g"), "g", 999)),
            float(fields.amount(given.get("area_cm2"), "cm²", 20_000)),
        )
        earlier = tuple(Application(row.product, float(row.mass_g), float(row.area_cm2)) for row in self.anaesthetics)
        weight = self.session.weight_kg
        found = judge(
            application,
            earlier,
            age_years=self.person.age_years,
            weight_kg=None if weight is None else float(weight),
            forbidden=self.person.forbidden.get(product, ""),
        )
        if found.refused:
            raise Refused(" ".join(text for _field, text in found.refused))
        lot, expiry = self._lot(given)
        if found.cautions:
            self.cautions[path] = found.cautions
        return AnaestheticRecord(
            pk=id,
            **self._base(),
            product=product,
            name=fields.known_anaesthetic(product),
            mass_g=fields.amount(given.get("mass_g"), "g", 999),
            area_cm2=fields.amount(given.get("area_cm2"), "cm²", 20_000),
            lot=lot,
            expiry=expiry,
            started_at=fields.moment(given.get("started_at"), self.now + CLOCK_SLACK),
            removed_at=None,
            judged={
                "cautions": list(found.cautions),
                "max_mass_g": found.max_mass_g,
                "max_area_cm2": found.max_area_cm2,
                "min_minutes": found.min_minutes,
                "max_minutes": found.max_minutes,
                "sources": list(found.sources),
                "status": found.status,
            },
        )

    def _take_off(self, row: AnaestheticRecord | None, change: Change) -> None:
        if row is None:
            raise Refused(_("This anaesthetic is no longer on record."))
        wanted = None if change.now is None else fields.moment(change.now, self.now + CLOCK_SLACK)
        if wanted is not None and wanted < row.started_at:
            raise Refused(_("It cannot come off before it went on."))
        if plain(wanted) == plain(row.removed_at):
            return
        if change.was is not ANYTHING and plain(change.was) != plain(row.removed_at):
            raise Conflict(plain(row.removed_at))
        row.removed_at = wanted
        if str(row.pk) not in self._new["anaesthetics"]:
            self._changed["anaesthetics"][str(row.pk)] = row
        self.touched = True

    def _lot(self, given: Mapping[str, Any]) -> tuple[str, date | None]:
        """Return lot and expiry, from a scanned code where there is one, else as typed."""
        if given.get("code"):
            found = stock.read(str(given["code"]), self.today)
            return found.lot or fields.text(given.get("lot"), 20), found.expiry or fields.day(given.get("expiry"))
        expiry = fields.day(given.get("expiry"))
        if expiry is not None and expiry < self.today:
            raise Refused(stock.expired_text(expiry))
        return fields.text(given.get("lot"), 20), expiry

    def _topical(self, id: UUID, given: Mapping[str, Any], path: str) -> TopicalUse:
        name = fields.text(given.get("name"), 120)
        if not name:
            raise Refused(_("Name the product."))
        kind = fields.choice(given.get("kind"), tuple(TopicalUse.Kind.values))
        moment = fields.choice(given.get("moment"), tuple(TopicalUse.Moment.values))
        reason = fields.text(given.get("reason"), 500)
        lot, expiry = self._lot(given)
        warned = topical.warn(name, kind, moment)
        if warned.blocks and not reason:
            raise Refused(warned.text + " " + _("If it is used all the same, write why."))
        if warned.blocks:
            self.cautions[path] = (warned.text,)
        return TopicalUse(
            pk=id,
            **self._base(),
            name=name,
            kind=kind,
            moment=moment,
            lot=lot,
            expiry=expiry,
            warning=warned.text,
            reason=reason,
        )

    def _pain(self, id: UUID, given: Mapping[str, Any], path: str) -> PainScore:
        zone = str(given.get("zone") or "")
        if zone:
            fields.choice(zone, fields.ZONES)
        return PainScore(
            pk=id,
            **self._base(),
            value=fields.pain(given.get("value")),
            zone=zone,
            at=fields.moment(given.get("at"), self.now + CLOCK_SLACK),
        )

    def write(self) -> None:
        """Write everything that changed, with as few statements as there are kinds of things."""
        for name, model in PARTS.items():
            if self._gone[name]:
                model.objects.filter(pk__in=self._gone[name]).delete()
            if self._new[name]:
                model.objects.bulk_create(self._new[name].values())
            if self._changed[name]:
                columns = ZONE_FIELDS if name == "zones" else ("removed_at",)
                model.objects.bulk_update(self._changed[name].values(), columns)

    @property
    def head(self) -> tuple[str, ...]:
        """Fields of the session itself that changed."""
        return tuple(self._head)


def delivered(row: ZoneRecord) -> DeliveredZone:
    """Return what is recorded of a zone as the comparison with the plan takes it."""
    return DeliveredZone(
        zone=row.zone,
        state=row.state,
        needle_length_mm=None if row.needle_length_mm is None else float(row.needle_length_mm),
        pass_count=row.pass_count,
        glide_speed_mm_s=None if row.glide_speed_mm_s is None else float(row.glide_speed_mm_s),
        endpoint=row.endpoint,
        device=row.device,
        reason=row.reason,
    )


def _same(reader: Any, was: Any, here: Any) -> bool:
    try:
        return bool(plain(reader(was)) == plain(here))
    except Refused:
        return False


def _two(rest: str) -> tuple[str, str]:
    zone, _slash, name = rest.partition("/")
    return zone, name


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(_("Unknown field.")) from None
