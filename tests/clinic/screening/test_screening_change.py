"""What changed between two sets of facts, and which decisions still hold."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from pinprick.clinic.patients.facts_record import to_json as facts_json
from pinprick.clinic.screening.change import compare, due, kept
from pinprick.safety import Fact, Facts
from pinprick.skin import Person

BASE = facts_json(
    Facts(
        person=Person(sex="female", phototype=3),
        facts=(
            Fact("warfarin", "current", text="Warfarin"),
            Fact("hyaluronic_filler", "past", text="lips"),
            Fact("hyaluronic_filler", "past", text="cheek"),
        ),
        unrecognised=("blue pills",),
    )
)
FINDING = {
    "rule": "SR005", "kind": "caution", "verdict": "conditions", "until": None, "chosen": None,
    "rests_on": ["conditions[0]: Warfarin, current"], "positions": [{"binds": False}], "ask": [], "reason": "x",
}  # fmt: skip


def result(*findings, unknown=(), rescreen=("SR005",)):
    return {"findings": list(findings), "unknown": list(unknown), "rescreen": list(rescreen)}


def test_nothing_changed():
    assert compare(BASE, deepcopy(BASE)) == ()


def test_words_and_origin_do_not_count():
    other = deepcopy(BASE)
    other["facts"][0] |= {"text": "WARFARIN 5 mg", "origin": "Intake"}
    assert compare(BASE, other) == ()


@given(st.permutations(BASE["facts"]))
def test_order_does_not_count(order):
    assert compare(BASE, {**BASE, "facts": order}) == ()


def test_added_removed_and_changed():
    other = deepcopy(BASE)
    other["facts"][0] |= {"status": "past", "end": "2026-10-01"}
    del other["facts"][2]
    other["facts"].append({"concept": "pregnancy", "status": "current"})
    other["person"]["phototype"] = 4
    other["unrecognised"] = []
    found = {(item.kind, item.concept or item.name): item for item in compare(BASE, other)}
    assert set(found) == {
        ("changed", "phototype"), ("changed", "warfarin"), ("removed", "hyaluronic_filler"), ("added", "pregnancy"),
        ("removed", "blue pills"),
    }  # fmt: skip
    assert found["changed", "warfarin"].fields == ("status", "end")


def test_a_finding_read_from_another_place_is_the_same():
    moved = {**FINDING, "rests_on": ["Intake: Warfarin, current"], "reason": "other words"}
    assert kept(result(FINDING), result(moved)) == {"SR005"}


def test_a_stricter_or_later_finding_is_decided_anew():
    for change in (
        {"verdict": "refer"},
        {"until": "2027-01-01"},
        {"rests_on": ["x: Warfarin, planned"]},
        {"positions": [{"binds": True}]},
    ):
        assert kept(result(FINDING), result({**FINDING, **change})) == frozenset()


def test_only_what_may_change_and_what_is_new_is_asked():
    known = {"rule": "SR019", "question": "Keloid?", "could_become": "do-not-treat"}
    new = {"rule": "SR044", "question": "Fever?", "could_become": "not-before"}
    assert due(result(unknown=[known]), result(unknown=[known, new])) == ("SR005", "SR044")
    assert due(None, result(unknown=[known])) == ("SR019",)
