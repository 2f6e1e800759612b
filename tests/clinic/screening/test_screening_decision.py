"""Who may resolve what, and what a decision does to the day of treatment."""

from datetime import date

import pytest

from pinprick.clinic.people.roles import PERMISSIONS, Role
from pinprick.clinic.screening.decision import (
    CHOICES,
    Decision,
    check,
    condition,
    is_bound,
    options,
    standing,
)
from pinprick.errors import InputError
from pinprick.safety import Fact, Facts, Treatment, rules, screen, to_json
from pinprick.skin import Person, Zone

TODAY = date(2026, 11, 21)
REASON = "Agreed by the haematologist on the telephone."


def rights(role):
    return frozenset(name for name in PERMISSIONS if name.startswith("screening.") and role in PERMISSIONS[name])


def screened(*facts, asked=(), jurisdiction="GB", **treatment):
    every = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))
    known = Facts(
        person=Person(age_years=30.0, sex="female", phototype=2),
        facts=facts,
        asked=frozenset(asked) or every - {fact.concept for fact in facts},
    )
    return to_json(
        screen(known, on=TODAY, treatment=Treatment(zones=(Zone("cheek"),), **treatment), jurisdiction=jurisdiction)
    )


def finding(result, rule):
    return next(row for row in result["findings"] if row["rule"] == rule)


CAUTION = screened(Fact("oral_anticoagulant", "current"))
ABSOLUTE = screened(Fact("skin_infection", "current", zones=(Zone("cheek"),)))
BOUND = screened(Fact("pregnancy", "current"), jurisdiction="US", device="skinpen-precision")
INJECTED = date(2026, 11, 15)
DEFER = screened(Fact("botulinum_toxin", "past", start=INJECTED, end=INJECTED, zones=(Zone("cheek"),)))


def allowed(row, role):
    return {option.choice for option in options(row, rights(role)) if option.allowed}


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.DESK, Role.AUDITOR])
@pytest.mark.parametrize("result", [CAUTION, ABSOLUTE, DEFER])
def test_only_a_clinician_decides(result, role):
    assert allowed(result["findings"][0], role) == set()


def test_a_caution_is_accepted_and_not_overridden():
    assert allowed(finding(CAUTION, "SR005"), Role.CLINICIAN) == {"accept", "defer", "refer"}


def test_an_absolute_rule_is_set_aside_by_the_owner_alone():
    row = finding(ABSOLUTE, "SR025")
    assert row["kind"] == "absolute"
    assert "override" not in allowed(row, Role.CLINICIAN)
    assert "override" in allowed(row, Role.OWNER)
    with pytest.raises(InputError, match="only the owner"):
        check(row, Decision("override", reason=REASON), rights(Role.CLINICIAN), TODAY)
    check(row, Decision("override", reason=REASON), rights(Role.OWNER), TODAY)


def test_nobody_sets_a_binding_label_aside():
    row = finding(BOUND, "SR016")
    assert is_bound(row)
    for role in Role:
        assert "override" not in allowed(row, role)
    with pytest.raises(InputError, match="binds"):
        check(row, Decision("override", reason=REASON), rights(Role.OWNER), TODAY)


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_an_override_needs_a_reason(reason):
    with pytest.raises(InputError) as fault:
        check(finding(DEFER, "SR054"), Decision("override", reason=reason), rights(Role.CLINICIAN), TODAY)
    assert fault.value.field == "reason"


@pytest.mark.parametrize("until", [None, TODAY, date(2026, 11, 22)])
def test_putting_off_keeps_to_the_rule(until):
    row = finding(DEFER, "SR054")
    assert date.fromisoformat(row["until"]) > date(2026, 11, 22)
    with pytest.raises(InputError) as fault:
        check(row, Decision("defer", until), rights(Role.CLINICIAN), TODAY)
    assert fault.value.field == "until"
    check(row, Decision("defer", date.fromisoformat(row["until"])), rights(Role.CLINICIAN), TODAY)


def test_what_nobody_decided_blocks():
    for result in (CAUTION, ABSOLUTE, DEFER):
        now = standing(result, {}, TODAY)
        assert not now.clear
        assert now.undecided == tuple(row["rule"] for row in result["findings"])
        assert now.earliest is None


def test_an_accepted_caution_lets_treatment_go_on():
    assert standing(CAUTION, {row["rule"]: Decision("accept") for row in CAUTION["findings"]}, TODAY).clear


def test_an_accepted_wait_clears_on_its_day():
    decided = {row["rule"]: Decision("accept") for row in DEFER["findings"]}
    until = date.fromisoformat(finding(DEFER, "SR054")["until"])
    now = standing(DEFER, decided, TODAY)
    assert not now.clear
    assert now.waiting == (("SR054", until),)
    assert now.earliest == until
    assert standing(DEFER, decided, until).clear


def test_an_accepted_refusal_and_a_referral_stay():
    decided = {row["rule"]: Decision("accept") for row in ABSOLUTE["findings"]}
    assert standing(ABSOLUTE, decided, TODAY).refused == ("SR025",)
    assert standing(
        CAUTION, {**{row["rule"]: Decision("accept") for row in CAUTION["findings"]}, "SR005": Decision("refer")}, TODAY
    ).referred == ("SR005",)
    assert standing(
        ABSOLUTE, {row["rule"]: Decision("override", reason=REASON) for row in ABSOLUTE["findings"]}, TODAY
    ).clear


def test_an_open_question_that_could_forbid_blocks():
    result = screened(asked={"keloid"})
    assert result["findings"] == []
    now = standing(result, {}, TODAY)
    assert "SR016" in now.unanswered
    assert not now.clear


def test_the_condition_of_the_rule_is_shown():
    row = {"rule": "SR041", "verdict": "do-not-treat", "kind": "absolute", "positions": [], "until": None}
    assert "haematologist" in condition(row)
    assert [option.choice for option in options(row, rights(Role.OWNER))] == list(CHOICES)
