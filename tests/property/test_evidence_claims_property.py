"""What a verdict may say never grows when evidence for it is taken away or evidence against it is added."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from pinprick import evidence

POOL = tuple(dict.fromkeys(e.reference.text for one in evidence.claims() for e in one.evidence))
CLAIMS = st.sampled_from(evidence.claims())
TEXTS = st.sampled_from(POOL)


@given(CLAIMS, st.data())
def test_less_support_never_makes_a_claim_surer(one, data):
    kept = tuple(text for text in one.supports if data.draw(st.booleans()))
    fewer = dataclasses.replace(one, supports=kept).defensible
    for verdict in ("supported", "partly"):
        assert verdict not in fewer or verdict in one.defensible


@given(CLAIMS, TEXTS)
def test_a_record_against_never_makes_a_yes_surer(one, text):
    more = dataclasses.replace(one, opposes=(*one.opposes, text)).defensible
    assert "supported" not in more or "supported" in one.defensible


@given(CLAIMS, TEXTS)
def test_a_record_for_never_makes_a_no_surer(one, text):
    more = dataclasses.replace(one, supports=(*one.supports, text)).defensible
    assert "contradicted" not in more or "contradicted" in one.defensible


@given(CLAIMS, TEXTS)
def test_context_carries_nothing(one, text):
    assert dataclasses.replace(one, context=(text,)).defensible == one.defensible


@given(CLAIMS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
def test_yes_and_no_exclude_each_other_and_something_can_always_be_said(one, supports, opposes):
    found = dataclasses.replace(one, supports=tuple(supports), opposes=tuple(opposes)).defensible
    assert found
    assert not {"supported", "contradicted"} <= found
