"""A short form of `crash.py`; the full one kills fifty times during a thousand saves."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("pinprick_crash", Path(__file__).with_name("crash.py"))
assert spec and spec.loader
crash = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = crash
spec.loader.exec_module(crash)


def test_nothing_half_written_nothing_acknowledged_and_gone() -> None:
    assert crash.crash(20, 2, seed=7) == []


@pytest.mark.slow
def test_fifty_kills_during_a_thousand_saves() -> None:
    assert crash.crash(1000, 50, seed=1) == []


def test_the_judge_sees_half_a_record_and_a_lost_one() -> None:
    """The test can fail: each kind of damage is named."""
    client = crash.Client(0, "a", number=5, acknowledged=4, sent=5)
    whole = [["save 4", 5]] * len(crash.ZONES)
    assert crash.faults({"a": {"notes": "save 4", "zones": whole}}, [client]) == []
    assert "half" in crash.faults({"a": {"notes": "save 5", "zones": whole}}, [client])[0]
    assert "half" in crash.faults({"a": {"notes": "save 4", "zones": whole[1:]}}, [client])[0]
    earlier = [["save 3", 4]] * len(crash.ZONES)
    assert "gone" in crash.faults({"a": {"notes": "save 3", "zones": earlier}}, [client])[0]
    client.acknowledged = 0
    assert crash.faults({"a": {"notes": "", "zones": []}}, [client]) == []
