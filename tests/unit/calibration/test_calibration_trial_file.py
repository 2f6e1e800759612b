"""Files of trial arms: each bad arm is refused with its reason, and the rest is scored."""

import copy
import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinprick import evidence
from pinprick.calibration import own_arms, read_trials, validate_trials
from pinprick.calibration import record_file as module
from pinprick.errors import InputError

GOOD = {
    "id": "new2027_mn",
    "trial": "new2027",
    "design": "RCT split-face",
    "indication": "atrophic_acne_scars",
    "n_enrolled": 30,
    "n_completed": 28,
    "intervention_class": "microneedling",
    "sessions": 4,
    "interval_weeks": 4,
    "follow_up_weeks_after_last": 12,
    "outcomes": [
        {
            "scale": "Goodman-Baron qualitative grade",
            "baseline_mean": 3.2,
            "baseline_sd": 0.6,
            "final_mean": 2.1,
            "final_sd": 0.7,
            "timepoint": "12 weeks after last",
            "dispersion": "sd",
        }
    ],
    "verified": "read",
    "read_depth": "abstract",
    "has_numbers": True,
}


def arm(outcome=None, **changes):
    made = copy.deepcopy(GOOD) | changes
    if outcome is not None:
        made["outcomes"][0] = made["outcomes"][0] | outcome
    return {key: value for key, value in made.items() if value is not None}


def score(tmp_path, *arms):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump({"schema_version": 1, "arms": list(arms)}), encoding="utf-8")
    return validate_trials(file)


FAULTS = {
    "unknown scale": (arm(outcome={"scale": "Splendid score"}), "unknown scale: Splendid score"),
    "percent beside points": (arm(outcome={"final_mean": 62.0}), "outside the scale"),
    "percent as unit": (
        arm(outcome={"scale": "ECCA", "unit": "percent", "baseline_mean": 90, "final_mean": 55}),
        "percent beside points",
    ),
    "percent against the means": (arm(outcome={"percent_improvement": 66.0}), "66 percent is printed"),
    "swapped": (arm(outcome={"baseline_mean": 2.1, "final_mean": 3.2}), "swapped"),
    "lost sign": (
        arm(outcome={"baseline_mean": 3.2, "final_mean": None, "change": 1.1}),
        "sign of the change is lost",
    ),
    "negative n": (arm(n_enrolled=-30), "n_enrolled must be a whole number of people above 0"),
    "half a person": (arm(n_completed=27.5), "n_completed must be a whole number"),
    "more completed": (arm(n_completed=31), "more completed (31) than enrolled (30)"),
    "negative spread": (
        arm(outcome={"final_sd": -0.7}),
        "final_sd of Goodman-Baron qualitative grade cannot be negative",
    ),
    "empty unit": (arm(outcome={"unit": None}), "unit is missing"),
    "no unit": (
        arm(
            indication="androgenetic_alopecia_male",
            outcome={"scale": "hair density", "baseline_mean": 100, "final_mean": 120},
        ),
        "unit is missing",
    ),
    "impossible percent": (
        arm(outcome={"baseline_mean": None, "final_mean": None, "percent_improvement": 140}),
        "140 percent improvement is impossible",
    ),
    "responders over 100 percent": (arm(outcomes=[], responders={"ge_50_pct": 130}), "of 28 people"),
    "responders over the arm": (arm(outcomes=[], responders={"gt_50_pct_improvement": 40}), "counts 40 of 28"),
    "classes over the arm": (
        arm(outcomes=[], responders={"grade1_lt25": 20, "grade2_25_50": 20}),
        "classes together hold",
    ),
    "words for a number": (arm(outcome={"final_mean": "two"}), "final_mean must be a number"),
    "not a number": (arm(outcome={"final_mean": float("nan")}), "final_mean must be a number"),
    "unknown indication": (arm(indication="freckles"), "no model for this indication: freckles"),
    "unknown treatment": (arm(intervention_class="moonlight"), "no model for this treatment: moonlight"),
    "no trial": (arm(trial=None), "no trial"),
    "remembered": (arm(verified="remembered"), "remembered, not read"),
    "flagged": (arm(flags=["do_not_calibrate"]), "not to be relied on"),
    "no figure": (
        arm(outcome={"baseline_mean": None, "baseline_sd": None, "final_mean": None, "final_sd": None}),
        "no figure",
    ),
    "negative sessions": (arm(sessions=-1), "sessions cannot be negative"),
    "outcomes no list": (arm(outcomes="fine"), "outcomes must be a list"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_bad_arm_is_refused_with_its_reason_and_the_good_one_scored(name, tmp_path):
    bad, reason = FAULTS[name]
    good = arm(id="good", trial="other2027")
    found = score(tmp_path, bad | {"id": "bad"}, good)
    refused, scored = found["arms"]
    assert refused["id"] == "bad" and refused["scored"] is False
    assert reason in refused["why_not"]
    assert refused["predicted"] is None and refused["crps"] is None
    assert scored["scored"] is True and scored["why_not"] is None
    assert (found["summary"]["n_arms"], found["summary"]["n_scored"]) == (2, 1)


def test_a_repeated_id_is_refused_the_second_time(tmp_path):
    first, second = score(tmp_path, arm(), arm(outcome={"final_mean": 1.9}))["arms"]
    assert first["scored"] and not second["scored"]
    assert "duplicate id" in second["why_not"]


def test_an_arm_that_is_no_table_is_refused_by_its_place(tmp_path):
    found = score(tmp_path, "just words", arm())["arms"]
    assert found[0]["id"] == "arm 1" and "not a table" in found[0]["why_not"]
    assert found[1]["scored"]


def test_a_bare_list_is_read_like_a_table_of_arms(tmp_path):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([arm()]), encoding="utf-8")
    assert [item.why_not for item in read_trials(file)] == [""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no arms"),
        ("arms: []", "holds no arms"),
        ("a: [1, 2", "not valid YAML"),
        ("arms: 3", "holds no arms"),
        ("just words", "holds no arms"),
        ("{[1]: 2}", "not valid YAML"),
        ("[" * 20000, "nested too deeply"),
        ("[" * 20000 + "]" * 20000, "nested too deeply"),
        ("- &a [*a]", ""),
        ("- !!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_file_that_holds_no_arms_is_one_clear_error(text, message, tmp_path):
    file = tmp_path / "arms.yaml"
    file.write_text(text, encoding="utf-8")
    if not message:
        assert "not a table" in read_trials(file)[0].why_not
        return
    with pytest.raises(InputError, match=message):
        read_trials(file)


def test_a_huge_file_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    monkeypatch.setattr(module.yaml, "load", lambda *_, **__: pytest.fail("it was parsed"))
    with pytest.raises(InputError, match="too large"):
        read_trials(file)


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_without_a_file_is_one_clear_error(name, tmp_path):
    with pytest.raises(InputError):
        read_trials(tmp_path / name)


def test_bytes_that_are_no_text_are_one_clear_error(tmp_path):
    file = tmp_path / "arms.yaml"
    file.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="UTF-8"):
        read_trials(file)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(sorted([*GOOD, "responders", "flags", "citation"])), junk=JUNK)
def test_any_value_in_any_field_is_read_or_refused(tmp_path, field, junk):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([arm() | {field: junk}], allow_unicode=True), encoding="utf-8")
    found = read_trials(file)
    assert len(found) == 1
    assert found[0].arm is not None or found[0].why_not


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(sorted(GOOD["outcomes"][0])), junk=JUNK)
def test_any_value_in_any_outcome_field_is_read_or_refused(tmp_path, field, junk):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([arm(outcome={field: junk})], allow_unicode=True), encoding="utf-8")
    found = read_trials(file)
    assert found[0].arm is not None or found[0].why_not


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(["ge_50_pct", "gt_50_pct_improvement", "improved_ge_1_grade_1m", "none_pct"]), junk=JUNK)
def test_any_responder_figure_is_read_or_refused(tmp_path, key, junk):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([arm(outcomes=[], responders={key: junk})], allow_unicode=True), encoding="utf-8")
    found = read_trials(file)
    assert found[0].arm is not None or found[0].why_not


def test_the_checks_refuse_no_arm_on_record_that_the_fit_uses():
    from pinprick.calibration.cross_validation import own_effects

    used = {effect.arm for _, effect in own_effects()}
    assert [item for item in own_arms() if item.id in used and item.why_not] == []
    assert len(used) > 100 and len(evidence.arms()) > len(used)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.fixed_dictionaries(
        {},
        optional={
            name: st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 120)
            for name in ("baseline_mean", "baseline_sd", "final_mean", "final_sd", "change", "percent_improvement")
        },
    ),
    people=st.integers(1, 10**12),
    scale=st.sampled_from(["Goodman-Baron qualitative grade", "Lipper-Perez score", "hair count per cm2", "GAIS"]),
)
def test_any_finite_figures_are_scored_finitely_or_refused(tmp_path, numbers, people, scale):
    made = arm(n_enrolled=people, n_completed=None, outcomes=[{"scale": scale} | numbers])
    found = score(tmp_path, made)
    json.dumps(found, allow_nan=False)
    assert found["arms"][0]["scored"] or found["arms"][0]["why_not"]
