"""Turns the raw content of a data file into checked, frozen records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from pinprick.errors import EvidenceError
from pinprick.evidence.parameter import STATUSES
from pinprick.evidence.store import load_records

Record = TypeVar("Record")
Build = Callable[[Any, str], Any]


@cache
def _shape(kind: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all fields and of those without a default."""
    every = fields(kind)
    needed = (item.name for item in every if item.default is MISSING and item.default_factory is MISSING)
    return frozenset(item.name for item in every), frozenset(needed)


def frozen(value: Any) -> Any:
    """Return the value with every list, at any depth, made a tuple."""
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {str(key): frozen(item) for key, item in value.items()}
    return value


def build(kind: type[Record], raw: Any, file: str, nested: Mapping[str, Build] | None = None) -> Record:
    """Build one record of a dataclass from a mapping read from a data file.

    Args:
        kind: the dataclass.
        raw: what the file holds for this record.
        file: name of the data file, for messages.
        nested: builder of each field that holds records of its own (applied to every item of a list).

    Raises:
        EvidenceError: not a mapping, a field unknown or missing, or a status that does not exist.
    """
    if not isinstance(raw, Mapping):
        raise EvidenceError("record must be a mapping", file=file, given=raw)
    shape: tuple[frozenset[str], frozenset[str]] = _shape(kind)  # type: ignore[arg-type]  # a class is hashable
    every, needed = shape
    name = str(raw.get("id", raw.get("scale", raw.get("outcome", "?"))))
    if unknown := sorted(str(key) for key in set(raw) - every):
        raise EvidenceError("unknown field in a record", file=file, field=name, given=unknown)
    if missing := sorted(needed - set(raw)):
        raise EvidenceError("record is incomplete", file=file, field=name, limit=f"needs {missing}")
    if "status" in every and raw["status"] not in STATUSES:
        raise EvidenceError("unknown status", file=file, field=name, given=raw["status"], limit=" | ".join(STATUSES))
    if "sources" in every and not raw["sources"]:
        raise EvidenceError("record cites no source", file=file, field=name)
    values = {str(key): frozen(item) for key, item in raw.items()}
    for key, make in (nested or {}).items():
        if key in raw:
            values[key] = tuple(make(item, file) for item in raw[key])
    return kind(**values)


def by_id(records: Iterable[Record], file: str) -> dict[str, Record]:
    """Return records by their id.

    Raises:
        EvidenceError: two records share an id.
    """
    found: dict[str, Record] = {}
    for record in records:
        key = str(getattr(record, "id"))  # noqa: B009 - the type is generic
        if key in found:
            raise EvidenceError("recorded twice", file=file, field=key)
        found[key] = record
    return found


def maker(kind: type) -> Build:
    """Return a builder of one dataclass, for the records nested in others."""

    def make(raw: Any, file: str) -> Any:
        return build(kind, raw, file)

    return make


def read_records(file: str, kind: type[Record], **nested: type) -> tuple[Record, ...]:
    """Return the records of a data file, checked, in file order.

    Args:
        file: the data file.
        kind: dataclass of its records.
        nested: dataclass of each field that holds a list of records of its own.

    Raises:
        EvidenceError: the file or a record of it is malformed.
    """
    makers = {key: maker(part) for key, part in nested.items()}
    return tuple(by_id((build(kind, raw, file, makers) for raw in load_records(file)), file).values())


def to_dict(record: Any) -> Any:
    """Return a record as plain dictionaries, lists and scalars fit for JSON; empty fields are left out."""
    if is_dataclass(record) and not isinstance(record, type):
        pairs = ((item.name, getattr(record, item.name)) for item in fields(record))
        return {name: to_dict(value) for name, value in pairs if value is not None and value != "" and value != ()}
    if isinstance(record, Mapping):
        return {str(key): to_dict(value) for key, value in record.items()}
    if isinstance(record, list | tuple | set | frozenset):
        return [to_dict(item) for item in record]
    if isinstance(record, date):
        return record.isoformat()
    return record.value if isinstance(record, Enum) else record
