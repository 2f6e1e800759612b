"""Reads the package's own data files, each once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from pinprick.errors import EvidenceError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _data() -> Traversable:
    return files("pinprick.evidence") / "data"


def topics(folder: str) -> tuple[str, ...]:
    """Return the names (without .yaml) of the files in one data folder, sorted."""
    folder_path = _data().joinpath(folder)
    return tuple(
        sorted(item.name.removesuffix(".yaml") for item in folder_path.iterdir() if item.name.endswith(".yaml"))
    )


@cache
def load(file: str) -> Any:
    """Return the parsed content of a data file, for instance `safety/rules.yaml`; do not modify what it returns.

    Raises:
        EvidenceError: there is no such file or it is not valid YAML.
    """
    try:
        text = _data().joinpath(file).read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        raise EvidenceError("no such data file", file=file) from fault
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        raise EvidenceError(f"data file is not valid YAML: {fault}", file=file) from fault


def load_records(file: str) -> list[dict[str, Any]]:
    """Return a data file that is a list of records, each with an `id`.

    Raises:
        EvidenceError: the file holds anything else.
    """
    content = load(file)
    if not isinstance(content, list) or any(not isinstance(item, dict) or "id" not in item for item in content):
        raise EvidenceError("data file must be a list of records with an id", file=file)
    return content
