"""Whatever a file holds, loading it gives a case or an InputError of one screen."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.errors import InputError
from pinprick.planning import Case

GOOD: dict[str, Any] = {
    "title": "t",
    "patient": {
        "age": 29,
        "sex": "female",
        "phototype": 3,
        "conditions": [{"name": "keloid", "status": "absent"}],
        "medications": [{"name": "isotretinoin", "end": "2025-01-01"}],
        "procedures": [{"name": "peel", "date": "2025-01-01"}],
        "denied": ["pregnancy"],
    },
    "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"], "scale": "ecca", "baseline": 60},
    "preferences": {"downtime_days": 3, "budget": "900 USD", "weights": {"pain": 2}},
    "clinic": {"jurisdiction": "US", "currency": "USD", "devices": ["skinpen-precision"], "prices": {"prp": 100}},
    "request": {"needle_length": "1 mm", "interval": "4 weeks"},
    "published": {
        "source": "alam2014",
        "device": "dermaroller-192",
        "sessions": 3,
        "interval": 14,
        "technique": [{"zone": "cheek", "needle_length": 1.5, "pass_count": 8}],
    },
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def _paths(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [prefix] if prefix else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in children:
        found += _paths(item, (*prefix, key))
    return found


PATHS = _paths(GOOD)


def _read(table: Any, text: str | None = None, suffix: str = ".json") -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"case{suffix}"
        file.write_text(json.dumps(table) if text is None else text, encoding="utf-8", errors="replace")
        try:
            Case.load(file).facts()
        except InputError as fault:
            assert len(str(fault).splitlines()) <= 90
            assert str(fault)


def test_the_starting_point_is_good() -> None:
    assert Case.read(copy.deepcopy(GOOD)).published is not None


@given(path=st.sampled_from(PATHS), value=JSON)
@settings(max_examples=250, deadline=None)
def test_one_field_replaced_by_anything(path: tuple[Any, ...], value: Any) -> None:
    table = copy.deepcopy(GOOD)
    place = table
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    _read(table)


@given(path=st.sampled_from(PATHS), name=st.text(max_size=12), value=JSON)
@settings(max_examples=100, deadline=None)
def test_one_field_added_or_removed(path: tuple[Any, ...], name: str, value: Any) -> None:
    table = copy.deepcopy(GOOD)
    place: Any = table
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    if isinstance(place, dict):
        place[name] = value
    _read(table)


@given(text=st.text(max_size=300), suffix=st.sampled_from([".json", ".yaml", ".toml"]))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str, suffix: str) -> None:
    _read(None, text, suffix)


@given(cut=st.integers(min_value=0, max_value=len(json.dumps(GOOD))), extra=st.text(max_size=5))
@settings(max_examples=100, deadline=None)
def test_truncated_and_spliced(cut: int, extra: str) -> None:
    whole = json.dumps(GOOD)
    _read(None, whole[:cut] + extra)
    _read(None, whole[:cut] + extra, ".yaml")


@given(data=st.binary(max_size=200), suffix=st.sampled_from([".json", ".yaml", ".toml"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes(data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"case{suffix}"
        file.write_bytes(data)
        try:
            Case.load(file)
        except InputError:
            return
