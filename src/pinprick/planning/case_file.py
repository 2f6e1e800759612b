"""Reads a case file as text and as a plain table, and refuses what no person would write by hand."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pinprick.errors import InputError

# A case is a page or two of text. The bound keeps a wrong path (a video, a dump) from being read at all.
MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_KINDS = "a case file: .toml, .yaml, .yml or .json"
_EXAMPLES = "start from one of the files in examples/"


def read_table(path: str | Path) -> dict[str, Any]:
    """Read a TOML, YAML or JSON file into a table with text keys.

    Args:
        path: file; its ending says what it is.

    Raises:
        InputError: missing, a directory, too large, not UTF-8, not well formed, or not a table.
    """
    file = Path(path)
    reader = _reader(file)
    text = _text(file)
    try:
        table = reader(text)
    except InputError as fault:
        raise InputError(
            fault.message, file=str(path), given=fault.given, limit=fault.limit, remedy=fault.remedy
        ) from None
    except RecursionError:
        raise InputError(
            "nested too deeply to be a case", file=str(path), limit=f"{MAX_DEPTH} levels", remedy=_EXAMPLES
        ) from None
    except Exception as fault:
        # Parsers raise many kinds of error on malformed text; each means the same to the person who wrote it.
        raise InputError(
            f"not valid {_format(file)}: {_first_line(fault)}",
            file=str(path),
            limit=f"well-formed {_format(file)}",
            remedy="mend the file at that place; a file that ends early was perhaps not copied whole",
        ) from None
    if not isinstance(table, dict):
        raise InputError(
            "a case must be a table of fields",
            file=str(path),
            given=type(table).__name__,
            limit="patient, concern, preferences and clinic at the top",
            remedy=_EXAMPLES,
        )
    _check_keys(table, str(path))
    return table


def _reader(file: Path) -> Callable[[str], Any]:
    readers: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".yaml": _yaml, ".yml": _yaml, ".json": _json}
    if file.suffix.lower() not in readers and not file.is_dir():
        raise InputError(
            "cannot tell what kind of file this is",
            file=str(file),
            given=file.name,
            limit=_KINDS,
            remedy="name the file by what it holds, for instance case.toml",
        )
    return readers.get(file.suffix.lower(), tomllib.loads)


def _format(file: Path) -> str:
    return {".toml": "TOML", ".json": "JSON"}.get(file.suffix.lower(), "YAML")


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise InputError("this is a directory", file=str(file), limit=_KINDS, remedy="name the file in it")
        size = file.stat().st_size
        if not file.is_file():
            raise InputError("this is not a regular file", file=str(file), limit=_KINDS, remedy="check the path")
        if size > MAX_BYTES:
            raise InputError(
                "file is too large to be a case; it was not read",
                file=str(file),
                given=f"{size:,} bytes",
                limit=f"{MAX_BYTES:,} bytes",
                remedy="check the path; a patient's whole record goes to: pinprick screen BUNDLE",
            )
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            "no such file", file=str(file), limit=_KINDS, remedy="check the path and the spelling"
        ) from None
    except UnicodeDecodeError as fault:
        raise InputError(
            "file is not UTF-8 text",
            file=str(file),
            given=f"byte {fault.object[fault.start]:#04x} at position {fault.start}",
            limit="UTF-8",
            remedy=f"if it is Latin-1, convert it: iconv -f latin1 -t utf-8 {file.name}",
        ) from None
    except (OSError, ValueError) as fault:
        raise InputError(
            f"cannot read the file: {getattr(fault, 'strerror', None) or _first_line(fault)}",
            file=str(file),
            limit=_KINDS,
            remedy="check its name and your rights to read it",
        ) from None


def _json(text: str) -> Any:
    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(
                    "field is written twice", given=key, limit="each field once", remedy="keep one of the two"
                )
            found[key] = value
        return found

    return json.loads(text, object_pairs_hook=table)


def _yaml(text: str) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    # Events come without recursion, so depth and references can be bounded before anything is built.
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            raise InputError(
                "references (*name) are not read in a case",
                given=f"*{event.anchor}",
                limit="plain values",
                remedy="write it out",
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError("nested too deeply to be a case", limit=f"{MAX_DEPTH} levels", remedy=_EXAMPLES)
    _refuse_twice(yaml.compose(text, Loader=loader))
    return yaml.load(text, Loader=loader)


def _refuse_twice(node: Any) -> None:
    children = node.value if node is not None and isinstance(node.value, list) else []
    keys: set[str] = set()
    for child in children:
        if isinstance(child, tuple):
            key = str(child[0].value)
            if key in keys:
                raise InputError(
                    "field is written twice", given=key, limit="each field once", remedy="keep one of the two"
                )
            keys.add(key)
            _refuse_twice(child[1])
        else:
            _refuse_twice(child)


def _check_keys(value: Any, file: str, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise InputError("nested too deeply to be a case", file=file, limit=f"{MAX_DEPTH} levels", remedy=_EXAMPLES)
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InputError(
                    "a field's name must be text", file=file, given=key, limit="text", remedy="put it in quotes"
                )
            _check_keys(item, file, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_keys(item, file, depth + 1)


def _first_line(fault: BaseException) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    text = "; ".join(lines[:3]) if lines else type(fault).__name__
    return text if len(text) <= 160 else f"{text[:159]}…"
