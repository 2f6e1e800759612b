"""Records as a person wrote them: a list in a YAML file, and fields that may hold anything."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from pinprick.errors import InputError

# Every trial of this field together is a third of a megabyte; the bound keeps a wrong path from being read at all.
MAX_BYTES = 10_000_000
MAX_DEPTH = 40
Record = TypeVar("Record")
_QUOTED = re.compile(r"\s*[-−+]?\d{1,12}(?:\.\d{1,12})?\s*")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RecordFaultError(Exception):
    """A record that cannot be used; its text is the reason."""


def read_list(path: str | Path, key: str) -> list[Any]:
    """Return the list that a YAML file holds, or that its table holds under a key.

    Args:
        path: the file.
        key: name of the list in a table.

    Raises:
        InputError: the file cannot be read, is too large, is not YAML, or holds no such list.
    """
    content = _content(Path(path), key)
    records = content.get(key) if isinstance(content, Mapping) else content
    if not isinstance(records, list) or not records:
        raise InputError(
            f"the file holds no {key}",
            file=str(path),
            given=None if content is None else type(content).__name__,
            limit=f"a list of {key}, or a table whose `{key}` is one",
        )
    return records


def _content(file: Path, key: str) -> Any:
    text = _text(file, key)
    try:
        _check_depth(text, file)
        return yaml.load(text, Loader=_Loader)
    except RecursionError:
        raise InputError("nested too deeply", file=str(file)) from None
    except (yaml.YAMLError, ValueError, OverflowError, TypeError) as fault:
        reason = str(getattr(fault, "problem", None) or fault).splitlines()[0]
        mark = getattr(fault, "problem_mark", None)
        place = "" if mark is None else f"line {mark.line + 1}"
        raise InputError(f"not valid YAML: {reason}", file=str(file), field=place or None) from None


def _check_depth(text: str, file: Path) -> None:
    """Refuse what would exhaust the stack of the parser, before it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError("nested too deeply", file=str(file), limit=f"{MAX_DEPTH} levels")


def _text(file: Path, key: str) -> str:
    if file.is_dir():
        raise InputError("this is a directory", file=str(file), remedy="name the file in it")
    if file.exists() and not file.is_file():
        raise InputError("this is not a regular file", file=str(file))
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"file is too large to be a list of {key}; it was not read",
                file=str(file),
                given=f"{size:,} bytes",
                limit=f"{MAX_BYTES:,} bytes",
                remedy="split it, or check the path",
            )
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8 text", file=str(file)) from None
    except FileNotFoundError:
        raise InputError("there is no such file", file=str(file), remedy="check the path") from None
    except OSError as fault:
        raise InputError(f"the file cannot be read: {fault.strerror}", file=str(file)) from None


@dataclass(frozen=True, slots=True)
class Filed(Generic[Record]):
    """One record of a file.

    Attributes:
        id: its id, or its place in the file where it has none.
        raw: what the file holds, as far as it is a table.
        record: the record, or None where it is refused.
        why_not: why it is refused, or "".
    """

    id: str
    raw: Mapping[str, Any]
    record: Record | None
    why_not: str


def read_records(
    path: str | Path, key: str, make: Callable[[str, Mapping[str, Any]], Record]
) -> Iterator[Filed[Record]]:
    """Yield every record of a file, the refused ones with their reason.

    Args:
        path: a YAML file: a list of records, or a table whose `key` is one.
        key: name of the list in a table; without its last letter, what one record is called.
        make: makes a record of its id and fields, and raises a `RecordFaultError` where they cannot be used.

    Raises:
        InputError: the file cannot be read, is too large, is not YAML, or holds no such list.
    """
    seen: set[str] = set()
    for place, raw in enumerate(read_list(path, key), start=1):
        unnamed = f"{key.removesuffix('s')} {place}"
        if not isinstance(raw, Mapping):
            yield Filed(unnamed, {}, None, f"not a table of fields but {type(raw).__name__}")
            continue
        id = label(raw.get("id"))
        try:
            if not id:
                raise RecordFaultError("no id")
            if id in seen:
                raise RecordFaultError(f"duplicate id: {id} stands in the file before")
            filed = Filed(id, raw, make(id, raw), "")
        except RecordFaultError as fault:
            filed = Filed(id or unnamed, raw, None, str(fault))
        seen.add(filed.id)
        yield filed


def people_of(given: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number of people above 0, or None where the field is absent."""
    number = number_of(given, name)
    if number is None:
        return None
    if number <= 0 or number != int(number):
        raise RecordFaultError(f"{name} must be a whole number of people above 0, not {number:g}")
    return int(number)


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_digits(text: str) -> bool:
    """Whether a text is a number in quotes."""
    return _QUOTED.fullmatch(text) is not None


def number_of(given: Mapping[str, Any], name: str) -> float | None:
    """Return a finite number, or None where the field is absent; digits in quotes are a number too."""
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, str) and is_digits(value):
        return float(value.replace("−", "-"))
    try:
        if is_number(value):
            return float(value)
    except OverflowError:
        pass
    beside = "; percent beside points" if isinstance(value, str) and value.rstrip().endswith("%") else ""
    raise RecordFaultError(f"{name} must be a number, not {shown(value)}{beside}")


def list_of(given: Mapping[str, Any], name: str) -> list[Any] | tuple[Any, ...]:
    """Return a list, empty where the field is absent."""
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise RecordFaultError(f"{name} must be a list, not {shown(value)}")
    return value


def text_of(given: Mapping[str, Any], name: str) -> str:
    """Return a text, empty where the field is absent or no scalar."""
    value = given.get(name)
    return "" if value is None or isinstance(value, Mapping | list | tuple) else str(value)


def label(value: Any) -> str:
    """Return a name as text, empty where it is absent or no scalar."""
    return "" if value is None or isinstance(value, Mapping | list | tuple | bool) else str(value).strip()


def shown(value: Any) -> str:
    """Return a value as it is shown in a message."""
    if isinstance(value, Mapping | list | tuple | set):
        return type(value).__name__
    return repr(value)[:60]
