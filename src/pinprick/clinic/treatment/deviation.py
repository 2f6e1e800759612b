"""Where what was done departs from the plan: computed, named, and never judged away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from pinprick import evidence
from pinprick.clinic.treatment.planned import ENDPOINTS, PlannedSession, PlannedZone

Kind = Literal[
    "needle_length",
    "pass_count",
    "glide_speed",
    "endpoint",
    "left_out",
    "added",
    "device",
    "limit",
    "contact_time",
    "no_cartridge",
    "not_recorded",
]
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class DeliveredZone:
    """What was done in one zone; a value that was not stated is None, never the planned one.

    Attributes:
        zone: zone id.
        state: `treated` or `left_out`; `open` while nothing is stated.
        needle_length_mm: length as set, in mm.
        pass_count: passes.
        glide_speed_mm_s: speed of the hand in mm/s.
        endpoint: sign at which the operator stopped.
        device: device id, "" where it is the session's.
        reason: why it departs, in the operator's words.
    """

    zone: str
    state: str = "treated"
    needle_length_mm: float | None = None
    pass_count: int | None = None
    glide_speed_mm_s: float | None = None
    endpoint: str = ""
    device: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure from the plan.

    Attributes:
        kind: what departs.
        zone: zone id, "" where it concerns the session.
        planned, delivered: the two values in the unit of the kind, as text; "" where there is none.
        direction: `more`, `less` or "".
        beyond_limit: whether a limit of device, label or zone is exceeded.
        reason: the operator's reason, "" where none was given.
    """

    kind: Kind
    zone: str
    planned: str
    delivered: str
    direction: str = ""
    beyond_limit: bool = False
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data for the record that is signed."""
        return {
            "kind": self.kind,
            "zone": self.zone,
            "planned": self.planned,
            "delivered": self.delivered,
            "direction": self.direction,
            "beyond_limit": self.beyond_limit,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Deviation:
        """Return the deviation that `to_json` wrote."""
        return cls(**raw)


def deviations(
    planned: PlannedSession,
    delivered: Iterable[DeliveredZone],
    *,
    device: str = "",
    final: bool = False,
) -> tuple[Deviation, ...]:
    """Return every departure of what was done from the plan.

    Args:
        planned: what the plan says of one session.
        delivered: what is recorded by zone.
        device: device id of the session, "" where it is not stated yet.
        final: whether the record is complete: only then is a planned zone without a record a departure.
    """
    done = {item.zone: item for item in delivered if item.state != "open"}
    found: list[Deviation] = []
    if device and device != planned.device:
        found.append(Deviation("device", "", planned.device, device))
    for zone in planned.zones:
        item = done.get(zone.zone)
        if item is not None:
            found += _zone(zone, item, planned.device)
        elif final:
            found.append(Deviation("not_recorded", zone.zone, _mm(zone.needle_length_mm), ""))
    for name, item in done.items():
        if planned.zone(name) is None and item.state == "treated":
            found.append(Deviation("added", name, "", _mm(item.needle_length_mm), reason=item.reason))
    return tuple(found)


def _zone(planned: PlannedZone, item: DeliveredZone, device: str) -> Iterator[Deviation]:
    if item.state == "left_out":
        yield Deviation("left_out", item.zone, _mm(planned.needle_length_mm), "", reason=item.reason)
        return
    yield from _length(planned, item)
    if item.pass_count is not None:
        more = item.pass_count - planned.pass_count
        if abs(more) > evidence.value("treatment.tolerance.pass_count"):
            yield Deviation(
                "pass_count",
                item.zone,
                str(planned.pass_count),
                str(item.pass_count),
                _direction(more),
                False,
                item.reason,
            )
    if item.glide_speed_mm_s is not None and planned.glide_speed_mm_s is not None:
        by = item.glide_speed_mm_s - planned.glide_speed_mm_s
        if abs(by) > evidence.value("treatment.tolerance.glide_speed") * planned.glide_speed_mm_s:
            pair = f"{planned.glide_speed_mm_s:g}", f"{item.glide_speed_mm_s:g}"
            yield Deviation("glide_speed", item.zone, *pair, _direction(by), False, item.reason)
    if item.endpoint and item.endpoint != planned.stop_at:
        stronger = _rank(item.endpoint) - _rank(planned.stop_at)
        yield Deviation(
            "endpoint",
            item.zone,
            planned.stop_at,
            item.endpoint,
            _direction(stronger),
            item.endpoint == ENDPOINTS[-1],
            item.reason,
        )
    if item.device and item.device != device:
        yield Deviation("device", item.zone, device, item.device, reason=item.reason)


def _length(planned: PlannedZone, item: DeliveredZone) -> Iterator[Deviation]:
    if item.needle_length_mm is None:
        return
    by = item.needle_length_mm - planned.needle_length_mm
    if abs(by) <= evidence.value("treatment.tolerance.needle_length") + _SLACK:
        return
    pair = _mm(planned.needle_length_mm), _mm(item.needle_length_mm)
    limit = planned.hard_max_mm
    beyond = limit is not None and item.needle_length_mm > limit + _SLACK
    yield Deviation("needle_length", item.zone, *pair, _direction(by), beyond, item.reason)
    if beyond and limit is not None:
        yield Deviation("limit", item.zone, _mm(limit), pair[1], "more", True, item.reason)


def contact_deviation(minutes: float | None, label_least: float | None, label_most: float | None) -> Deviation | None:
    """Return how the contact of an anaesthetic departs from its label, or None.

    Args:
        minutes: contact in minutes, or None while the cream is on.
        label_least: least time by the label in minutes, or None.
        label_most: greatest time by the label in minutes, or None.
    """
    if minutes is None:
        return None
    slack = evidence.value("treatment.tolerance.contact_time")
    given = f"{minutes:.0f}"
    if label_least is not None and minutes < label_least - slack:
        return Deviation("contact_time", "", f"{label_least:g}", given, "less")
    if label_most is not None and minutes > label_most + slack:
        return Deviation("contact_time", "", f"{label_most:g}", given, "more", True)
    return None


def _direction(by: float) -> str:
    return "more" if by > 0 else "less" if by < 0 else ""


def _rank(endpoint: str) -> int:
    return ENDPOINTS.index(endpoint) if endpoint in ENDPOINTS else 0


def _mm(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def kind_name(kind: str) -> str:
    """Return what a kind of departure is called."""
    names = {
        "needle_length": _("Needle length"),
        "pass_count": _("Passes"),
        "glide_speed": _("Speed"),
        "endpoint": _("Endpoint"),
        "left_out": _("Zone left out"),
        "added": _("Zone added"),
        "device": _("Another device"),
        "limit": _("Beyond the limit"),
        "contact_time": _("Contact time"),
        "no_cartridge": _("No cartridge recorded"),
        "not_recorded": _("Planned zone without a record"),
    }
    return names.get(kind, kind)
