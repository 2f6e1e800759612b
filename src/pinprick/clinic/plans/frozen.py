"""The stored form of a computed plan: exact text with a content hash, read back without computing anything."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pinprick import evidence
from pinprick.device import Device
from pinprick.errors import PinprickError
from pinprick.injury import Technique
from pinprick.planning import Plan, to_json

FORMAT = 1
DOCUMENTS = ("figures", "report", "blocks")
Content = Mapping[str, Any]
Progress = Callable[[str, float], None]


class Altered(PinprickError):
    """A stored plan is not what was frozen."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One computed plan as it is stored.

    Attributes:
        content: canonical JSON text of case, settings, result, techniques and provenance, with the hashes of the
            documents.
        content_hash: SHA-256 of `content`, which so covers the documents as well.
        documents: figures (JSON), report (HTML) and blocks (JSON, from which the PDF is set), each compressed.
    """

    content: str
    content_hash: str
    documents: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ZonePrescribed:
    """What is prescribed in one zone.

    Attributes:
        zone: zone id.
        needle_length_mm: as set.
        pass_count: passes.
        glide_speed_mm_s: pen speed, or None where the device has none.
        speed_status: whether the speed was prescribed, or the read, remembered or assumed default of the model.
        puncture_density_per_cm2: predicted for one session.
        endpoint: sign at which the operator stops.
        limits_mm: (who, limit in mm) of every limit that applied.
    """

    zone: str
    needle_length_mm: float
    pass_count: int
    glide_speed_mm_s: float | None
    speed_status: str
    puncture_density_per_cm2: float | None
    endpoint: str
    limits_mm: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Prescribed:
    """What an approved plan prescribes, read from its frozen result.

    Attributes:
        device, device_name: what to use.
        zones: zone by zone.
        sessions, interval_days: the course.
        adjuncts: adjunct ids.
        anaesthetic: product id, "none", or "" where undecided.
        content_hash: of the frozen plan it was read from.
    """

    device: str
    device_name: str
    zones: tuple[ZonePrescribed, ...]
    sessions: int
    interval_days: float
    adjuncts: tuple[str, ...]
    anaesthetic: str
    content_hash: str


def freeze(plan: Plan, settings: Mapping[str, Any], documents: Mapping[str, str]) -> Frozen:
    """Return the stored form of a plan.

    Args:
        plan: as computed.
        settings: draws, seed and the day planned for.
        documents: text of each of `DOCUMENTS` that was made.
    """
    result = to_json(plan)
    content = {
        "format": FORMAT,
        "case": plan.case.model_dump(mode="json"),
        "settings": dict(settings),
        "result": result,
        "techniques": _techniques(plan),
        "provenance": result["provenance"],
        "documents": {name: digest(text) for name, text in documents.items()},
    }
    text = canonical(content)
    packed = {name: zlib.compress(text.encode(), 9) for name, text in documents.items()}
    return Frozen(text, digest(text), packed)


def _techniques(plan: Plan) -> list[dict[str, Any]]:
    if plan.prescription is None:
        return []
    return [_technique(plan.prescription.device, zone.technique) for zone in plan.prescription.zones]


def _technique(device: Device, technique: Technique) -> dict[str, Any]:
    speed, status = technique.glide_speed_mm_s, "prescribed"
    if speed is None and device.device_class == "pen":
        record = evidence.parameter("injury.pen.glide_speed")
        speed, status = evidence.value(record.id), record.status
    return {"zone": technique.zone.value, "glide_speed_mm_s": speed, "speed_status": status if speed else ""}


def canonical(content: Content) -> str:
    """Return the one text of a content: keys in order, no spaces, no negative zero.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isfinite(value) and value == 0.0:
        return 0.0
    return value


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(content: str, content_hash: str) -> dict[str, Any]:
    """Return the content of a stored plan.

    Raises:
        Altered: it does not match its hash, or is of a form that this version does not know.
    """
    if digest(content) != content_hash:
        raise Altered(
            "the stored plan does not match its content hash",
            given=digest(content),
            limit=content_hash,
            remedy="restore it from a backup; do not treat by it",
        )
    found: dict[str, Any] = json.loads(content)
    if found.get("format") != FORMAT:
        raise Altered("the stored plan has an unknown form", given=found.get("format"), limit=str(FORMAT))
    return found


def document(content: Content, name: str, packed: bytes) -> str:
    """Return a stored document of a plan.

    Args:
        content: from `read`.
        name: figures, report or blocks.
        packed: as stored.

    Raises:
        Altered: it is not the one that the content names.
    """
    try:
        text = zlib.decompress(packed).decode()
    except (zlib.error, UnicodeDecodeError) as fault:
        raise Altered("a stored document of the plan cannot be read", field=name) from fault
    if digest(text) != content["documents"].get(name):
        raise Altered("a stored document of the plan does not match its hash", field=name)
    return text


def prescribed(content: Content, content_hash: str) -> Prescribed | None:
    """Return what a frozen plan prescribes, or None where it prescribes nothing.

    Args:
        content: from `read`.
        content_hash: of that content.
    """
    found = content["result"]["prescription"]
    if found is None:
        return None
    speeds = {row["zone"]: row for row in content["techniques"]}
    return Prescribed(
        device=found["device"],
        device_name=found["device_name"],
        zones=tuple(_zone(row, speeds[row["zone"]]) for row in found["zones"]),
        sessions=int(found["sessions"]),
        interval_days=float(found["interval_days"]),
        adjuncts=tuple(found["adjuncts"]),
        anaesthetic=content["case"]["clinic"].get("anaesthetic") or "",
        content_hash=content_hash,
    )


def _zone(row: Content, speed: Content) -> ZonePrescribed:
    return ZonePrescribed(
        zone=row["zone"],
        needle_length_mm=float(row["needle_length_mm"]),
        pass_count=int(row["pass_count"]),
        glide_speed_mm_s=speed["glide_speed_mm_s"],
        speed_status=speed["speed_status"],
        puncture_density_per_cm2=row["puncture_density_per_cm2"],
        endpoint=row["endpoint"],
        limits_mm=tuple((limit["who"], float(limit["limit_mm"])) for limit in row["limits"]),
    )


def documents(plan: Plan, *, progress: Progress | None = None) -> dict[str, str]:
    """Return everything that shows a plan, made once: figures, report as a page, and what the PDF is set from.

    Args:
        plan: what is shown, with a block of its skin simulated for the report.
        progress: called with a stage and the fraction of it done.
    """
    from pinprick.report import plan_block
    from pinprick.report.document import blocks
    from pinprick.report.page import plan_page, plan_view

    view = plan_view(plan, plan_block(plan, progress=progress))
    return {
        "figures": json.dumps(_figures(view), ensure_ascii=False),
        "report": plan_page(plan, view),
        "blocks": json.dumps(blocks(plan, view), ensure_ascii=False),
    }


def _figures(view: Mapping[str, Any]) -> dict[str, Any]:
    single = {name: asdict(view[name]) for name in ("fan", "comparison", "trade_off", "aftercare") if view[name]}
    lists = {name: [asdict(item) for item in view[name]] for name in ("sections", "maps")}
    return {**single, **lists}
