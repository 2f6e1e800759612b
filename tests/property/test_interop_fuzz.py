"""Whatever a file holds, reading it gives facts or one clear error, never anything else."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinprick.errors import InputError
from pinprick.interop import read_fhir
from pinprick.safety import Facts, screen, to_json

ON = date(2026, 11, 21)
RECORDS = [
    json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parents[1] / "fixtures" / "fhir").glob("*.json"))
]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
VALUES = st.recursive(
    SCALARS | st.sampled_from(["2026-02-30", "9999-12-31", "0000", "active", "#x", "Bundle", "Patient"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def read(source: Any) -> Facts | None:
    try:
        return read_fhir(source, on=ON)
    except InputError as fault:
        assert len(str(fault).splitlines()) < 24
        return None


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_records_with_anything_changed(data: st.DataObject) -> None:
    record = deepcopy(data.draw(st.sampled_from(RECORDS)))
    for _ in range(data.draw(st.integers(1, 3))):
        every = places(record)
        if not every:
            break
        *parents, last = data.draw(st.sampled_from(every))
        holder = record
        for step in parents:
            holder = holder[step]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = data.draw(VALUES)
    facts = read(record)
    if facts is not None:
        json.dumps(to_json(screen(facts, on=ON)), allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["resourceType", "entry", "type", "x"]), VALUES, max_size=4))
def test_any_object(record: dict[str, Any]) -> None:
    read(record)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), cut=st.integers(0, 2000))
def test_any_bytes_and_any_cut(tmp_path: Path, content: bytes, cut: int) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    read(file)
    file.write_bytes(json.dumps(RECORDS[0]).encode()[:cut])
    read(file)
