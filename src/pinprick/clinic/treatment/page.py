"""What the page of a session shows: planned beside delivered, zone by zone, with what was typed kept in its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.clinic.treatment import document, services
from pinprick.clinic.treatment.deviation import Deviation, kind_name
from pinprick.clinic.treatment.fields import device_range, known_devices
from pinprick.clinic.treatment.models import AnaestheticRecord, Session, TopicalUse, ZoneRecord
from pinprick.clinic.treatment.planned import PlannedZone
from pinprick.safety import products
from pinprick.skin import Zone

Given = Mapping[str, Any]
Choices = tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One field on the page.

    Attributes:
        path: where it lies in the record; also its name.
        label: what it is called.
        value: what stands in it: what was typed, else what is recorded.
        recorded: what is recorded, from which a change is told.
        error: why what was typed was refused, or "".
        planned: what the plan says, "" where it says nothing.
        last: what was done last time, "" where nothing was.
        unit: unit, or "".
        step: what one press of plus or minus changes.
        choices: the choices, for a list.
    """

    path: str
    label: str
    value: str
    recorded: str
    error: str = ""
    planned: str = ""
    last: str = ""
    unit: str = ""
    step: str = ""
    choices: Choices = ()

    @property
    def id(self) -> str:
        """Identifier of the input."""
        return "f-" + self.path.replace("/", "-")

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def differs(self) -> bool:
        """Whether it departs from the plan as it stands."""
        return bool(self.value and self.planned and self.value != self.planned)


@dataclass(frozen=True, slots=True)
class ZoneCard:
    """One zone: what is planned and what was done.

    Attributes:
        zone, label: the zone.
        planned: what the plan says, or None for a zone that was added.
        state: `open`, `treated` or `left_out`.
        boxes: its fields by name.
        has_last: whether the last session treated it.
        density: what the plan predicts, rounded, or "".
    """

    zone: str
    label: str | Promise
    planned: PlannedZone | None
    state: str
    boxes: Mapping[str, Box]
    has_last: bool
    density: str = ""

    @property
    def state_name(self) -> str:
        """State in words."""
        return str(dict(ZoneRecord.State.choices)[self.state])

    @property
    def has_error(self) -> bool:
        """Whether one of its fields was refused."""
        return any(box.error for box in self.boxes.values())


@dataclass(frozen=True, slots=True)
class Cream:
    """One anaesthetic with its timer.

    Attributes:
        row: the record.
        practice, label, longest: marks in minutes, None where there is none.
        ready_at: when the label's time (else the usual one) is reached.
        minutes: contact so far or in all.
    """

    row: AnaestheticRecord
    practice: float
    label: float | None
    longest: float | None
    ready_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent that could not be recorded: it is shown again in its field, with the reason.

    Attributes:
        values: path to what was typed.
        errors: path to the reason.
    """

    values: Given = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def shown(value: Any) -> str:
    """Return a value as it stands in a field."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def zone_cards(session: Session, typed: Typed) -> list[ZoneCard]:
    """Return a card for each planned zone in the plan's order, then for those that were added."""
    recorded = document.of_session(session)["zones"]
    last = _last(session)
    planned = {item.zone: item for item in session.plan_of_session.zones}
    order = [*planned, *(zone for zone in recorded if zone not in planned)]
    return [
        _card(session, zone, planned.get(zone), recorded.get(zone, {}), last.get(zone, {}), typed) for zone in order
    ]


def _last(session: Session) -> Mapping[str, Given]:
    before = services.last_session(session)
    if before is None:
        return {}
    zones = document.of_session(before)["zones"]
    return {zone: row for zone, row in zones.items() if row["state"] == "treated"}


def _card(session: Session, zone: str, planned: PlannedZone | None, row: Given, last: Given, typed: Typed) -> ZoneCard:
    device = row.get("device") or session.device or session.plan_of_session.device
    known = known_devices().get(device)
    step = f"{known.needle_length_step_mm:g}" if known else "0.25"

    def box(name: str, label: str, **rest: Any) -> Box:
        path = f"zones/{zone}/{name}"
        recorded = shown(row.get(name))
        return Box(
            path=path,
            label=label,
            value=shown(typed.values.get(path, recorded)),
            recorded=recorded,
            error=typed.errors.get(path, ""),
            last=shown(last.get(name)),
            **rest,
        )

    endpoints: Choices = tuple(ZoneRecord.Endpoint.choices)
    boxes = [
        box("needle_length_mm", _("Needle length"), unit="mm", step=step, planned=_of(planned, "needle_length_mm")),
        box("pass_count", _("Passes"), step="1", planned=_of(planned, "pass_count")),
        box("glide_speed_mm_s", _("Speed"), unit="mm/s", step="5", planned=_of(planned, "glide_speed_mm_s")),
        box("endpoint", _("Stopped at"), choices=endpoints, planned=planned.stop_at if planned else ""),
        box("reason", _("Why it departs from the plan")),
        box("note", _("Note")),
        box("state", _("State"), choices=tuple(ZoneRecord.State.choices)),
    ]
    return ZoneCard(
        zone=zone,
        label=ZONE_LABELS.get(zone, zone),
        planned=planned,
        state=str(row.get("state", "open")),
        boxes={item.name: item for item in boxes},
        has_last=bool(last),
        density=_rounded(planned.puncture_density_per_cm2) if planned else "",
    )


def _of(planned: PlannedZone | None, name: str) -> str:
    return "" if planned is None else shown(getattr(planned, name))


def _rounded(density: float | None) -> str:
    """Return a density to two digits: nobody can set it more closely."""
    return "" if density is None else f"{float(f'{density:.2g}'):g}"


def head_boxes(session: Session, typed: Typed) -> dict[str, Box]:
    """Return the fields that concern the whole session."""
    recorded = {name: shown(document.plain(getattr(session, name))) for name in document.HEAD_FIELDS}
    devices: Choices = tuple(
        (id, said(item.name)) for id, item in sorted(known_devices().items(), key=lambda pair: pair[1].name)
    )
    labels = {"device": _("Device"), "weight_kg": _("Weight"), "notes": _("Notes")}
    return {
        name: Box(
            path=name,
            label=labels[name],
            value=shown(typed.values.get(name, value)),
            recorded=value,
            error=typed.errors.get(name, ""),
            planned=session.plan_of_session.device if name == "device" else "",
            unit="kg" if name == "weight_kg" else "",
            choices=devices if name == "device" else (),
        )
        for name, value in recorded.items()
    }


def creams(session: Session, now: datetime) -> list[Cream]:
    """Return the anaesthetics with the marks of their timers."""
    from pinprick import evidence

    usual = evidence.value("treatment.anaesthetic.practice_contact")
    found = []
    for row in session.anaesthetics.order_by("started_at"):
        label, longest = row.judged.get("min_minutes"), row.judged.get("max_minutes")
        practice = usual if label is None else min(usual, label)
        end = row.removed_at or now
        found.append(
            Cream(
                row,
                practice,
                label,
                longest,
                row.started_at + timedelta(minutes=label or practice),
                round((end - row.started_at).total_seconds() / 60),
            )
        )
    return found


def deviation_text(item: Deviation) -> str:
    """Return a departure in one sentence."""
    where = str(ZONE_LABELS.get(item.zone, item.zone)) if item.zone else ""
    names = {value: str(label) for value, label in ZoneRecord.Endpoint.choices}
    devices = {id: said(device.name) for id, device in known_devices().items()}
    units = {"needle_length": " mm", "limit": " mm", "glide_speed": " mm/s", "contact_time": " min"}
    unit = units.get(item.kind, "")
    planned, delivered = (
        names.get(value, devices.get(value, f"{value}{unit}" if value else ""))
        for value in (item.planned, item.delivered)
    )
    head = f"{where}: {kind_name(item.kind)}" if where else kind_name(item.kind)
    if item.kind in ("left_out", "not_recorded", "no_cartridge"):
        return head
    if item.kind == "added":
        return f"{head}, {delivered}" if delivered else head
    if item.kind == "limit":
        return _("%(head)s: %(delivered)s, limit %(planned)s") % {
            "head": head,
            "delivered": delivered,
            "planned": planned,
        }
    if item.kind == "contact_time":
        return _("%(head)s: %(delivered)s, label %(planned)s") % {
            "head": head,
            "delivered": delivered,
            "planned": planned,
        }
    return _("%(head)s: %(delivered)s instead of %(planned)s") % {
        "head": head,
        "delivered": delivered or "–",
        "planned": planned or "–",
    }


def deviation_rows(items: tuple[Deviation, ...]) -> list[dict[str, Any]]:
    """Return departures as a list to show."""
    return [{"text": deviation_text(item), "reason": item.reason, "tone": _tone(item)} for item in items]


def _tone(item: Deviation) -> str:
    return "bad" if item.beyond_limit else "warn"


def choices() -> dict[str, Any]:
    """Return what the lists of the page offer."""
    return {
        "zones": [(zone.value, ZONE_LABELS[zone]) for zone in Zone],
        "products": [(item.id, said(item.name)) for item in products().values()],
        "topical_kinds": TopicalUse.Kind.choices,
        "topical_moments": TopicalUse.Moment.choices,
        "pain": list(range(11)),
    }


def session_context(session: Session, now: datetime, typed: Typed | None = None) -> dict[str, Any]:
    """Return what the template of an open session needs."""
    given = typed or Typed()
    device = session.device or session.plan_of_session.device
    return {
        "session": session,
        "planned": session.plan_of_session,
        "cards": zone_cards(session, given),
        "head": head_boxes(session, given),
        "typed": given,
        "key": uuid4(),
        "new": {name: uuid4() for name in ("anaesthetics", "cartridges", "topicals", "pains")},
        "device_range": device_range(device),
        **choices(),
        **lists_context(session, now),
    }


def lists_context(session: Session, now: datetime) -> dict[str, Any]:
    """Return what the lists of the page need."""
    return {
        "session": session,
        "creams": creams(session, now),
        "cartridges": session.cartridges.select_related("cartridge__product").order_by("created_at"),
        "topicals": session.topicals.order_by("created_at"),
        "pains": [(row, ZONE_LABELS.get(row.zone, "")) for row in session.pains.order_by("at")],
        "deviations": deviation_rows(services.live_deviations(session)),
    }


def valid_uuid(text: Any) -> UUID | None:
    """Return an identifier, or None where it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def missing_rows(missing: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what keeps a record from being signed, each with where on the page it is put right."""
    rows = []
    for path, text in missing.items():
        part, _slash, zone = path.partition("/")
        label = str(ZONE_LABELS.get(zone, zone)) if zone else _("Anaesthetic")
        rows.append({"label": label, "text": text, "anchor": f"zone-{zone}" if zone else part})
    return rows
