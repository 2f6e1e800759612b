"""Files of trial arms: each bad arm is refused with its reason, and the rest is scored."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinprick import evidence
from pinprick.calibration import Settings, own_arms, read_trials, validate, validate_trials
from pinprick.calibration import record_file as module
from pinprick.calibration.cross_validation import observations
from pinprick.errors import InputError
from pinprick.evidence import Arm, TrialOutcome

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
    "swapped where the figures are known to disagree": (
        arm(outcome={"baseline_mean": 2.1, "final_mean": 3.2}, flags=["internal_contradiction"]),
        "swapped",
    ),
    "swapped a little": (
        arm(outcome={"baseline_mean": 3.05, "final_mean": 3.2, "percent_improvement": 4.7}),
        "swapped",
    ),
    "percent beside quarters": (
        arm(outcome={"scale": "quartile improvement", "baseline_mean": None, "final_mean": 62}),
        "outside the scale",
    ),
    "percent beside levels": (
        arm(outcome={"scale": "GAIS", "baseline_mean": None, "final_mean": None, "change": 45}),
        "outside the scale",
    ),
    "percent beside points of ten": (
        arm(outcome={"scale": "physician VAS improvement 0-10", "baseline_mean": None, "final_mean": 62}),
        "outside the scale",
    ),
    "percent as the unit of a change": (
        arm(outcome={"scale": "ECCA", "unit": "%", "baseline_mean": None, "final_mean": None, "change": -30}),
        "percent beside points",
    ),
    "percent as a change": (
        arm(outcome={"scale": "VSS", "baseline_mean": None, "final_mean": None, "change": -45}),
        "more than the scale has",
    ),
    "percent as a change without a ceiling": (
        arm(
            outcome={
                "scale": "modified Manchester scar scale",
                "baseline_mean": None,
                "final_mean": None,
                "change": -45,
            }
        ),
        "percent beside points",
    ),
    "a share for percent": (
        arm(outcome={"baseline_mean": None, "final_mean": None, "percent_improvement": 0.45}),
        "looks like a share",
    ),
    "percent in quotes": (arm(outcome={"final_mean": "62%"}), "percent beside points"),
    "another unit": (arm(outcome={"unit": "kg"}), "kg is not a unit of it"),
    "half a unit": (
        arm(
            indication="androgenetic_alopecia_male",
            outcome={"scale": "hair density", "unit": "hairs", "baseline_mean": 100, "final_mean": 120},
        ),
        "hairs is not a unit of it",
    ),
    "a bare rating": (
        arm(outcome={"scale": "patient-reported improvement", "baseline_mean": None, "final_mean": 7.5}),
        "whose range is not stated",
    ),
    "grades of an unknown scale": (
        arm(outcomes=[{"scale": "Splendid score"}], responders={"improved_ge_2_grades": 9}),
        "unknown scale: Splendid score",
    ),
    "swapped quartiles": (arm(outcome={"final_sd": [3, 1], "dispersion": "iqr"}), "are swapped"),
    "sessions backwards": (arm(sessions=[4, 2]), "sessions cannot be 4 to 2"),
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


VALID = {
    "quoted numbers": arm(outcome={"baseline_mean": "3.2", "final_mean": "2.1"}),
    "a printed minus": arm(outcome={"baseline_mean": None, "final_mean": None, "change": "\u22120.9"}),
    "percent sign": arm(outcome={"baseline_mean": None, "final_mean": None, "percent_improvement": "34%"}),
    "possessive and hyphens": arm(outcome={"scale": "Goodman\u2013Baron\u2019s Qualitative Scale"}),
    "standard errors": arm(outcome={"baseline_sd": 0.1, "final_sd": 0.1, "dispersion": "SEM"}),
    "quartiles": arm(outcome={"baseline_sd": [3, 4], "final_sd": "1-3", "dispersion": "median (IQR)"}),
    "ranges": arm(outcome={"baseline_sd": "2-4", "final_sd": "1 to 4", "dispersion": "range"}),
    "confidence limits": arm(outcome={"baseline_sd": [3.0, 3.4], "final_sd": [1.9, 2.3], "dispersion": "95% CI"}),
    "a spread of no known kind": arm(outcome={"dispersion": "MAD"}),
    "no spread, no people": arm(outcome={"baseline_sd": None, "final_sd": None}, n_enrolled=None, n_completed=None),
    "ranges of the course": arm(sessions="3-4", interval_weeks=[4, 6], follow_up_weeks_after_last="12-24"),
    "words for the course": arm(sessions="until clear", interval_weeks="monthly"),
    "words for the treatment": arm(intervention_class="RF microneedling + PRP", indication="Atrophic acne scars"),
    "an adjunct of no trial": arm(intervention_class="microneedling_plus_exosomes"),
    "no status": arm(verified=None),
    "an unknown flag": arm(flags=["small_sample"]),
    "an untreated arm that worsens": arm(
        intervention_class="no_treatment", outcome={"baseline_mean": 3.0, "final_mean": 3.4}
    ),
    "another outcome of an unknown scale": arm(
        outcomes=[{"scale": "Splendid score", "final_mean": 4}, GOOD["outcomes"][0]]
    ),
    "hairs": arm(
        indication="androgenetic_alopecia_male",
        outcome={"scale": "hair count", "unit": "hairs/cm\u00b2", "baseline_mean": 120, "final_mean": 140},
    ),
    "hairs on a square inch": arm(
        indication="androgenetic_alopecia_male",
        outcome={"scale": "hair count per square inch", "baseline_mean": 900, "final_mean": 1000},
    ),
    "a fraction": arm(outcomes=[], responders={"ge_50_pct": "18/28"}),
    "of": arm(outcomes=[], responders={"improved_at_least_50_percent": "18 of 28"}),
    "a share in percent": arm(outcomes=[], responders={">50% improvement": "60%"}),
    "a count with its denominator": arm(outcomes=[], responders={"ge_75_pct": {"n": 10, "of": 28}}),
    "grades": arm(responders={"improved_ge_2_grades": 9}, outcomes=[{"scale": "Goodman-Baron qualitative grade"}]),
    "classes": arm(outcomes=[], responders={"lt25": 3, "r25_50": 7, "r50_75": 12, "gt75": 6}),
    "classes in percent": arm(outcomes=[], responders={"0-25%": 10, "26-50%": 30, "51-75%": 40, "76-100%": 20}),
}


@pytest.mark.parametrize("name", sorted(VALID))
def test_an_unusual_spelling_is_read_and_can_be_predicted(name, tmp_path):
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([VALID[name]], allow_unicode=True), encoding="utf-8")
    found = read_trials(file)[0]
    assert found.why_not == ""
    assert observations(found.arm)


def test_every_spelling_is_scored_and_the_document_follows_its_schema(tmp_path):
    arms = [item | {"id": f"a{number}", "trial": f"t{number}"} for number, item in enumerate(VALID.values())]
    bad = [item | {"id": f"b{number}"} for number, (item, _) in enumerate(FAULTS.values())]
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump({"arms": arms + bad}, allow_unicode=True), encoding="utf-8")
    found = validate(file, settings=Settings(draws=200))
    jsonschema.validate(found, json.loads(Path("docs/reference/validate.schema.json").read_text("utf-8")))
    json.dumps(found, allow_nan=False)
    assert [item["scored"] for item in found["arms"]] == [True] * len(arms) + [False] * len(bad)
    assert found["summary"]["n_arms"] == len(arms) + len(bad) and found["summary"]["n_scored"] == len(arms)
    contract = {"id", "trial", "indication", "scale", "timepoint", "observed", "scored", "why_not", "predicted"}
    contract |= {"covered90", "covered50", "crps", "log_score", "plain"}
    fan = {"median", "p05", "p25", "p75", "p95"}
    for item in found["arms"]:
        assert contract <= set(item)
        if item["scored"]:
            assert fan == set(item["predicted"]) and fan | {"crps", "log_score"} <= set(item["plain"])
            assert item["predicted"]["p05"] <= item["predicted"]["median"] <= item["predicted"]["p95"]


def test_a_change_on_a_square_inch_is_the_same_change_on_a_square_centimetre():
    from pinprick.outcome import effects_of

    def effect(scale, unit, change):
        outcome = TrialOutcome(scale=scale, unit=unit, change=change)
        made = Arm("a", "t", ("s",), "androgenetic_alopecia_male", "microneedling", "", "read", "", True, (outcome,))
        return effects_of(made, "androgenetic_alopecia_male")[0].percent

    metric = effect("hair count", "per cm2", 10.0)
    assert effect("hair count", "hairs per square inch", 64.516) == pytest.approx(metric)
    assert effect("hair count per square inch", "", 64.516) == pytest.approx(metric)


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
