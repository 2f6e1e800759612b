"""A computed plan is stored once, read back byte by byte, and compared by meaning."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

import pinprick
from pinprick.clinic.plans import difference, frozen

EXAMPLE = Path(__file__).parents[3] / "examples" / "acne-scars.toml"


@pytest.fixture(scope="module")
def plan():
    return pinprick.plan(pinprick.Case.load(EXAMPLE), draws=20, candidates=400)


@pytest.fixture(scope="module")
def stored(plan):
    return frozen.freeze(plan, {"draws": 20, "seed": 0}, {"figures": "{}", "report": "<p>é</p>", "blocks": "[]"})


@pytest.fixture
def content(stored):
    return frozen.read(stored.content, stored.content_hash)


def test_it_comes_back_without_computing(plan, stored, content, monkeypatch):
    monkeypatch.setattr("pinprick.planning.planner._plan", None)
    assert content["result"] == json.loads(json.dumps(frozen._plain(pinprick.planning.to_json(plan))))
    assert content["provenance"]["seed"] == 0
    assert len(content["provenance"]["data_sha256"]) == 64
    assert frozen.document(content, "report", stored.documents["report"]) == "<p>é</p>"


def test_the_same_plan_has_the_same_text(plan, stored, content):
    assert (
        frozen.freeze(plan, {"seed": 0, "draws": 20}, {"blocks": "[]", "report": "<p>é</p>", "figures": "{}"}) == stored
    )
    assert frozen.canonical(content) == stored.content


def test_any_byte_changed_is_found(stored, content):
    for place in (0, len(stored.content) // 2, len(stored.content) - 1):
        other = stored.content[:place] + "x" + stored.content[place + 1 :]
        with pytest.raises(frozen.Altered, match="hash"):
            frozen.read(other, stored.content_hash)
    packed = bytearray(stored.documents["report"])
    packed[len(packed) // 2] ^= 1
    with pytest.raises(frozen.Altered):
        frozen.document(content, "report", bytes(packed))
    with pytest.raises(frozen.Altered):
        frozen.document(content, "blocks", stored.documents["report"])


def test_the_prescription_is_read_from_the_frozen_result(plan, stored, content):
    found = frozen.prescribed(content, stored.content_hash)
    assert found.device == plan.prescription.device.id
    assert found.sessions == plan.prescription.course.sessions
    for mine, theirs in zip(found.zones, plan.prescription.zones, strict=True):
        assert mine.zone == theirs.technique.zone
        assert mine.needle_length_mm == pytest.approx(theirs.technique.needle_length_mm)
        assert mine.pass_count == theirs.technique.pass_count
        assert mine.endpoint == theirs.endpoint
        assert mine.glide_speed_mm_s == pinprick.evidence.value("injury.pen.glide_speed")
        assert mine.speed_status == "assumed"
        assert mine.limits_mm


def test_a_plan_differs_in_nothing_from_itself(content):
    assert difference.compare(content, deepcopy(content)) == ()


def test_order_and_words_are_no_difference(content):
    other = deepcopy(content)
    other["result"]["prescription"]["zones"].reverse()
    other["result"]["prescription"]["reasons"] = ["Other words."]
    other["result"]["prescription"]["interval_days"] = int(other["result"]["prescription"]["interval_days"])
    assert difference.compare(content, other) == ()


def _changes(content, change):
    other = deepcopy(content)
    change(other)
    return {
        (item.subject, item.kind, item.what)[: 3 if item.subject == "course" else 2]: item
        for item in difference.compare(content, other)
    }


def test_a_longer_needle_is_told_by_how_much(content):
    def change(other):
        other["result"]["prescription"]["zones"][0]["needle_length_mm"] += 0.5

    found = _changes(content, change)
    assert set(found) == {("needle_length", "changed")}
    assert "0.5 mm longer" in found["needle_length", "changed"].sentence


def test_zones_sessions_interval_price_and_prediction(content):
    def change(other):
        prescription = other["result"]["prescription"]
        prescription["zones"].append({"zone": "chin", "needle_length_mm": 0.75, "pass_count": 1})
        prescription["zones"][1]["pass_count"] = 1
        prescription["sessions"] += 1
        prescription["interval_days"] = 35.0
        other["result"]["quote"] |= {"low": 1500.0, "high": 1500.0}
        other["result"]["outlook"]["improvement_percent"]["median"] = 40.0
        other["case"]["preferences"]["downtime_days"] = 5

    found = _changes(content, change)
    assert found["zone", "added"].what == "Chin"
    assert found["passes", "changed"].after == "1 pass"
    assert found["course", "changed", "Interval"].after == "5 weeks"
    assert found["course", "changed", "Sessions"].sentence.startswith("1 session more")
    assert found["price", "changed"].sentence.endswith(" became USD 1,500")
    assert "40 % better" in found["outcome", "changed"].after
    assert found["wish", "changed"].what == "Days off accepted"


def test_another_device_or_none(content):
    def change(other):
        other["result"]["prescription"] |= {"device": "exceed", "device_name": "Exceed"}

    assert _changes(content, change)["device", "changed"].after == "Exceed"
    found = _changes(content, lambda other: other["result"].update(prescription=None, outlook=None))
    assert found["device", "changed"].after == "nothing is prescribed"
    assert found["zone", "removed"]


def test_a_newer_engine_is_said(content):
    found = _changes(content, lambda other: other["provenance"].update(version="9.9", data_sha256="x"))
    assert ("engine", "changed") in found


def test_numbers_are_rounded_and_not_cut():
    from pinprick.clinic.plans.wording import number

    assert [number(33.6, 0), number(-0.4, 0), number(1.26, 1), number(1234567.0, 0), number(0.75)] == [
        "34", "0", "1.3", "1,234,567", "0.75",
    ]  # fmt: skip
