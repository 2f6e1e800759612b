"""What a clinician answers for no longer forbids, stays visible, and never outranks a binding label."""

from datetime import date

from pinprick.safety import Fact, Facts, Treatment, screen, set_aside
from pinprick.skin import Person, Zone

ON = date(2026, 11, 21)
INJECTED = date(2026, 11, 15)
TOXIN = Fact("botulinum_toxin", "past", start=INJECTED, end=INJECTED, zones=(Zone("cheek"),))


def screened(*facts, jurisdiction="GB", device=None, **more):
    what = Treatment(zones=(Zone("cheek"),), device=device)
    return screen(
        Facts(person=Person(age_years=30.0), facts=facts, **more), on=ON, treatment=what, jurisdiction=jurisdiction
    )


def test_a_deferring_finding_no_longer_defers_and_says_why():
    found = screened(TOXIN)
    assert (found.verdict, found.allows_planning, found.earliest_date > ON) == ("not-before", True, True)
    after = set_aside(found, {"SR054": "Only the forehead was injected."})
    assert (after.verdict, after.earliest_date) == ("conditions", ON)
    row = next(item for item in after.findings if item.rule == "SR054")
    assert row.reason.endswith("Set aside by the clinician: Only the forehead was injected.")
    assert row.positions == next(item for item in found.findings if item.rule == "SR054").positions


def test_the_other_findings_still_decide():
    found = screened(TOXIN, Fact("skin_infection", "current", zones=(Zone("cheek"),)))
    after = set_aside(found, {"SR054": "x"})
    assert after.verdict == "do-not-treat"
    assert after.earliest_date is None


def test_a_binding_label_stays():
    found = screened(Fact("pregnancy", "current"), jurisdiction="US", device="skinpen-precision")
    assert set_aside(found, {"SR016": "x"}) == found


def test_nothing_to_set_aside_changes_nothing():
    found = screened(TOXIN)
    assert set_aside(found, {}) is found
    assert set_aside(found, {"SR001": "x"}) is found
    died = screened(TOXIN, deceased=True)
    assert set_aside(died, {"SR054": "x"}).verdict == "do-not-treat"
