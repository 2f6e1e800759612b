"""What an approved plan says of one session, read from its frozen result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Endpoint = Literal["none", "redness", "pinpoint_bleeding", "running_bleeding"]
# From the mildest sign to the strongest; the operator picks one of these.
ENDPOINTS: tuple[Endpoint, ...] = ("none", "redness", "pinpoint_bleeding", "running_bleeding")


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """What the plan says of one zone.

    Attributes:
        zone: zone id.
        needle_length_mm: length to set, in mm.
        pass_count: passes.
        endpoint: the plan's own words on where to stop.
        stop_at: the sign those words name, for comparison.
        glide_speed_mm_s: prescribed speed of the hand in mm/s, or None where the plan leaves it open.
        puncture_density_per_cm2: what these settings are predicted to give, or None.
        hard_max_mm: the strictest limit that applied to the length, or None.
        hard_max_who: whose limit that is.
        usual_speed_mm_s: speed that the prediction took where none is prescribed, or None.
    """

    zone: str
    needle_length_mm: float
    pass_count: int
    endpoint: str
    stop_at: Endpoint
    glide_speed_mm_s: float | None = None
    puncture_density_per_cm2: float | None = None
    hard_max_mm: float | None = None
    hard_max_who: str = ""
    usual_speed_mm_s: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """What the plan says of every session of its course.

    Attributes:
        device: device id.
        device_name: its name.
        zones: by zone, in the plan's order.
        sessions: sessions in the course.
        interval_days: days between them, or None.
        adjuncts: adjunct ids.
        guide: steps of a session, in sentences.
    """

    device: str
    device_name: str
    zones: tuple[PlannedZone, ...]
    sessions: int
    interval_days: float | None
    adjuncts: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()

    def zone(self, name: str) -> PlannedZone | None:
        """Return what is planned for a zone, or None where nothing is."""
        return next((item for item in self.zones if item.zone == name), None)


def planned_session(result: Mapping[str, Any], techniques: Iterable[Mapping[str, Any]] = ()) -> PlannedSession:
    """Return what a plan says of one session.

    Args:
        result: the frozen result, in the shape of `planning.to_json`.
        techniques: zone, `glide_speed_mm_s` and `speed_status` of each zone, as the plan froze them.

    Raises:
        ValueError: the result holds no prescription, so no session can follow it.
    """
    prescription = result.get("prescription")
    if not prescription:
        raise ValueError("the plan prescribes nothing")
    speeds = {row["zone"]: row for row in techniques}
    return PlannedSession(
        device=prescription["device"],
        device_name=prescription.get("device_name", prescription["device"]),
        zones=tuple(_zone(item, speeds.get(item["zone"], {})) for item in prescription["zones"]),
        sessions=int(prescription["sessions"]),
        interval_days=prescription.get("interval_days"),
        adjuncts=tuple(prescription.get("adjuncts", ())),
        guide=tuple(result.get("session_guide", ())),
    )


def _zone(item: Mapping[str, Any], speed: Mapping[str, Any]) -> PlannedZone:
    limits = [
        (entry["limit_mm"], entry["who"]) for entry in item.get("limits", ()) if entry.get("limit_mm") is not None
    ]
    strictest = min(limits, default=(None, ""))
    prescribed = speed.get("speed_status") == "prescribed"
    return PlannedZone(
        zone=item["zone"],
        needle_length_mm=float(item["needle_length_mm"]),
        pass_count=int(item["pass_count"]),
        endpoint=item.get("endpoint", ""),
        stop_at=stop_sign(item.get("endpoint", "")),
        glide_speed_mm_s=speed.get("glide_speed_mm_s") if prescribed else None,
        puncture_density_per_cm2=item.get("puncture_density_per_cm2"),
        hard_max_mm=strictest[0],
        hard_max_who=strictest[1],
        usual_speed_mm_s=None if prescribed else speed.get("glide_speed_mm_s"),
    )


def stop_sign(words: str) -> Endpoint:
    """Return the strongest sign that a plan's words allow; where they forbid or do not expect blood it is redness."""
    said = words.casefold()
    if "never blood" in said or "do not wait for blood" in said:
        return "redness"
    if "bleeding" in said or "blood" in said:
        return "pinpoint_bleeding"
    return "redness" if "redness" in said else "none"


def to_record(planned: PlannedSession) -> dict[str, Any]:
    """Return it as plain data, as a session keeps it."""
    return asdict(planned)


def from_record(raw: Mapping[str, Any]) -> PlannedSession:
    """Return what `to_record` wrote."""
    zones = tuple(PlannedZone(**zone) for zone in raw["zones"])
    rest = {key: value for key, value in raw.items() if key not in ("zones", "adjuncts", "guide")}
    return PlannedSession(**rest, zones=zones, adjuncts=tuple(raw["adjuncts"]), guide=tuple(raw["guide"]))
