"""References from one record to another, written `kind:id`, and what each record rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pinprick.errors import EvidenceError
from pinprick.evidence.comparator import head_to_head, modality_cards, prices, statements
from pinprick.evidence.experiment import experiments
from pinprick.evidence.parameter import parameters
from pinprick.evidence.protocol import (
    aftercare_advice,
    anaesthesia,
    disagreements,
    expected_course,
    home_use,
    red_flags,
    regulations,
    technique_advice,
    treatments,
    zone_depths,
)
from pinprick.evidence.record import to_dict
from pinprick.evidence.source import source
from pinprick.evidence.store import load, load_records, topics
from pinprick.evidence.trial import arms, meta_analyses


@dataclass(frozen=True, slots=True)
class Reference:
    """One record that another record leans on.

    Attributes:
        text: as written, for instance `experiment:kalluri2011_depth`, `rule:SR019@juhasz2020` or
            `card:ablative_fractional/downtime`.
        kind: what kind of record it is.
        id: its id.
        record: the record: a dataclass, or a mapping where a package above reads the file.
        sources: its source ids.
        says: what it says, in a line made from its fields.
    """

    text: str
    kind: str
    id: str
    record: Any
    sources: tuple[str, ...]
    says: str


def _files(path: str) -> Callable[[], dict[str, Any]]:
    return lambda: {str(raw["id"]): raw for raw in load_records(path)}


def _records(read: Callable[[], tuple[Any, ...]]) -> Callable[[], dict[str, Any]]:
    return lambda: {record.id: record for record in read()}


def _devices() -> dict[str, Any]:
    return {name: load(f"devices/{name}.yaml") for name in topics("devices")}


_KINDS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "experiment": _records(experiments),
    "arm": _records(arms),
    "meta": _records(meta_analyses),
    "comparison": _records(head_to_head),
    "card": _records(modality_cards),
    "price": _records(prices),
    "statement": _records(statements),
    "zone": _records(zone_depths),
    "anaesthesia": _records(anaesthesia),
    "technique": _records(technique_advice),
    "aftercare": _records(aftercare_advice),
    "course": _records(expected_course),
    "red_flag": _records(red_flags),
    "home": _records(home_use),
    "protocol": _records(treatments),
    "disagreement": _records(disagreements),
    "regulation": _records(regulations),
    "parameter": parameters,
    "rule": _files("safety/rules.yaml"),
    "count": _files("outcome/side_effects.yaml"),
    "device": _devices,
}
KINDS: tuple[str, ...] = (*_KINDS, "source")


@cache
def _all(kind: str) -> Mapping[str, Any]:
    return _KINDS[kind]()


@cache
def refer(text: str) -> Reference:
    """Return the record that a reference names.

    Args:
        text: `kind:id`; a rule takes `@source` for the position of that source, a modality card `/figure`.

    Raises:
        EvidenceError: there is no such kind, record, position or figure.
    """
    kind, _, rest = text.partition(":")
    if kind == "source":
        found = source(rest)
        return Reference(text, kind, found.id, found, (found.id,), found.title)
    if kind not in _KINDS:
        raise EvidenceError("no such kind of record", field=text, given=kind, limit=" | ".join(KINDS))
    id, part = _split(kind, rest)
    record = _all(kind).get(id)
    if record is None:
        raise EvidenceError(f"no such {kind}", field=text, given=id)
    if part:
        record = _part(text, record, part)
    return Reference(text, kind, id, record, sources_of(record), _says(kind, record))


def _split(kind: str, rest: str) -> tuple[str, str]:
    id, _, part = rest.partition({"rule": "@", "card": "/"}.get(kind, "\0"))
    return id, part


def _part(text: str, record: Any, part: str) -> Any:
    if isinstance(record, Mapping):
        positions = [item for item in record["positions"] if part in item["sources"]]
        if len(positions) != 1:
            limit = "one position of the rule cites it"
            raise EvidenceError("no such position of the rule", field=text, given=part, limit=limit)
        return positions[0]
    figures = [figure for figure in getattr(record, part, ()) if figure.status == "read"]
    if not figures:
        raise EvidenceError("the card has no such figure that was read", field=text, given=part)
    return figures[0]


def sources_of(record: Any) -> tuple[str, ...]:
    """Return the source ids of a record: of a rule those of its positions, of a device those behind what was read."""
    plain = to_dict(record)
    if "positions" in plain and not plain.get("sources"):
        return tuple(dict.fromkeys(one for item in plain["positions"] for one in item["sources"]))
    if "geometry" in plain:
        return tuple(dict.fromkeys(_device_sources(plain)))
    return tuple(source(one).id for one in plain.get("sources", ()))


def _device_sources(plain: Mapping[str, Any]) -> Iterator[str]:
    for part in (*plain.get("labels", ()), *plain["geometry"].values()):
        if part["status"] == "read":
            yield from part["sources"]


def _says(kind: str, record: Any) -> str:
    plain = to_dict(record)
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(plain)
    for key in ("says", "text", "comparison", "sign", "name", "subject"):
        if plain.get(key):
            return str(plain[key])
    return ""


def _experiment(plain: Mapping[str, Any]) -> str:
    people = f", n = {plain['n']}" if "n" in plain else ""
    said = _measured(plain)
    return f"{plain['quantity']}{f': {said}' if said else ''} ({plain['species']}{people})"


def _measured(plain: Mapping[str, Any]) -> str:
    unit = plain["unit"]
    points = [point for point in plain.get("time_course", ()) if "value" in point]
    if unit.startswith("direction"):
        last = plain["value"] if "value" in plain else points[-1]["value"]
        return "rises" if last > 0 else "falls" if last < 0 else "no difference"
    if unit == "indicator":
        return ""
    if "value" in plain:
        return f"{plain['value']:g} {unit}"
    if "range" in plain:
        low, high = plain["range"]
        return f"{low:g} to {high:g} {unit}"
    if len(points) > 1 and points[0]["value"] == 0:
        points = points[1:]
    return "; ".join(f"{point['value']:g} {unit}{_when(point, plain)}" for point in points)


def _when(point: Mapping[str, Any], plain: Mapping[str, Any]) -> str:
    # A duration or an age is its own time, so that saying when would say it twice.
    timeless = point.get("time") in (None, 0) or plain["unit"] in ("h", "d", "min", "years")
    return "" if timeless else f" at {point['time']:g} {plain['time_unit']}"


def _arm(plain: Mapping[str, Any]) -> str:
    group = plain["intervention_class"].replace("_", " ")
    number = plain.get("n_completed", plain.get("n_enrolled"))
    people = f", n = {number}" if number is not None else ""
    results = [text for text in map(_outcome, plain.get("outcomes", ())) if text][:3]
    results += [f"{name.replace('_', ' ')}: {value}" for name, value in plain["adverse_events"].items()]
    results += [plain["note"]] if "note" in plain else []
    said = f": {'; '.join(results)}" if results else ""
    return f"{group} for {plain['indication'].replace('_', ' ')} ({plain['design']}{people}){said}"


def _outcome(item: Mapping[str, Any]) -> str:
    when = f" ({item['timepoint']})" if item.get("timepoint") else ""
    if {"baseline_mean", "final_mean"} <= set(item):
        return f"{item['scale']} {item['baseline_mean']:g} to {item['final_mean']:g}{when}"
    if "change" in item:
        return f"{item['scale']} changed by {item['change']:g}{when}"
    if "percent_improvement" in item:
        return f"{item['scale']} better by {item['percent_improvement']:g} percent{when}"
    return str(item.get("note", ""))


def _device(plain: Mapping[str, Any]) -> str:
    uses = [
        f"{', '.join(label['indications'])} ({label['jurisdiction']}"
        + (f", at most {label['max_needle_length_mm']:g} mm)" if label.get("max_needle_length_mm") else ")")
        for label in plain.get("labels", ())
    ]
    return f"{plain['name']}: {'; '.join(uses)}" if uses else str(plain["name"])


def _zone(plain: Mapping[str, Any]) -> str:
    positions = [
        f"{item['who']} {item.get('low_mm', 0):g} to {item['high_mm']:g} mm"
        for item in plain.get("positions", ())
        if "high_mm" in item
    ]
    return f"needle length, {plain['name']}: {'; '.join(positions)}"


def _pooled(plain: Mapping[str, Any]) -> str:
    studies = f", {plain['studies']} studies" if plain.get("studies") else ""
    effects = [_effect(item) for item in plain.get("effects", ()) if item.get("estimate") is not None]
    return f"{plain['comparison']}{studies}" + (f": {'; '.join(effects[:5])}" if effects else "")


def _effect(item: Mapping[str, Any]) -> str:
    interval = f" ({item['ci_low']:g} to {item['ci_high']:g})" if {"ci_low", "ci_high"} <= set(item) else ""
    return f"{item['outcome']} {item['measure']} {item['estimate']:g}{interval}"


def _price(plain: Mapping[str, Any]) -> str:
    high = f" to {plain['high']:g}" if "high" in plain else " and more"
    low = f"{plain['low']:g}" if "low" in plain else "none found"
    return f"{plain['item']}: {low}{high} {plain['currency']} a {plain['per']} ({plain['quality']})"


def _count(plain: Mapping[str, Any]) -> str:
    event = str(plain["event"]).replace("_", " ")
    if plain["use"] == "shown":
        return f"{event}, {plain['text']}"
    return f"{event} after {plain['modality'].replace('_', ' ')}: {plain['events']} of {plain['people']} people"


def _treatment(plain: Mapping[str, Any]) -> str:
    return f"{plain['indication']}: {plain.get('result') or plain.get('label') or plain.get('note', '')}"


_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "experiment": _experiment,
    "arm": _arm,
    "meta": _pooled,
    "comparison": _pooled,
    "price": _price,
    "count": _count,
    "protocol": _treatment,
    "device": _device,
    "zone": _zone,
}
