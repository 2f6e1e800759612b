"""Malformed data is refused with a message that names file and field; sources print and search."""

from pathlib import Path

import pytest

from pinprick import evidence
from pinprick.errors import EvidenceError
from pinprick.evidence import store
from pinprick.evidence.trial import Arm, TrialOutcome

ARM = {
    "id": "a",
    "trial": "t",
    "sources": ["s"],
    "indication": "i",
    "intervention_class": "microneedling",
    "design": "RCT",
    "status": "read",
    "read_depth": "abstract",
    "has_numbers": True,
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of our own, with an empty cache before and after."""
    monkeypatch.setattr(store, "_data", lambda: tmp_path)
    store.load.cache_clear()
    yield tmp_path
    store.load.cache_clear()


def test_bad_yaml_is_an_evidence_error(data: Path) -> None:
    (data / "broken.yaml").write_text("- id: [unclosed", encoding="utf-8")
    with pytest.raises(EvidenceError, match="not valid YAML"):
        evidence.load("broken.yaml")


def test_a_missing_file_is_an_evidence_error(data: Path) -> None:
    with pytest.raises(EvidenceError, match="no such data file"):
        evidence.load("nothing.yaml")


@pytest.mark.parametrize("text", ["42", "a: 1", "- 3", "- name: no id", ""])
def test_anything_but_records_is_refused(data: Path, text: str) -> None:
    (data / "odd.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError, match="list of records"):
        evidence.load_records("odd.yaml")


def test_a_whole_record_is_built_with_its_parts() -> None:
    arm = evidence.build(Arm, ARM, "f.yaml")
    assert arm.sources == ("s",)
    assert arm.source == "s"
    outcome = evidence.build(TrialOutcome, {"scale": "ECCA", "unit": "score", "change": -3.0}, "f.yaml")
    assert outcome.change == -3.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"needel_mm": 1.5}, "unknown field"),
        ({"status": "guessed"}, "unknown status"),
        ({"sources": []}, "cites no source"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(EvidenceError, match=message) as caught:
        evidence.build(Arm, {**ARM, **change}, "f.yaml")
    assert caught.value.file == "f.yaml"
    assert caught.value.field == "a"


def test_a_missing_field_is_named() -> None:
    with pytest.raises(EvidenceError, match="incomplete") as caught:
        evidence.build(Arm, {"id": "a", "status": "read", "sources": ["s"]}, "f.yaml")
    assert "design" in str(caught.value)


def test_a_record_must_be_a_mapping() -> None:
    with pytest.raises(EvidenceError, match="mapping"):
        evidence.build(Arm, ["a"], "f.yaml")


def test_a_record_cannot_come_twice() -> None:
    arm = evidence.build(Arm, ARM, "f.yaml")
    with pytest.raises(EvidenceError, match="twice"):
        evidence.by_id([arm, arm], "f.yaml")


def test_an_unknown_source_is_refused_with_a_next_step() -> None:
    with pytest.raises(EvidenceError, match="no such source") as caught:
        evidence.source("nobody1999")
    assert "pinprick sources" in str(caught.value)


def test_an_alias_finds_the_one_record() -> None:
    assert evidence.source("pore2021") is evidence.source("ogunjimi2021")


def test_every_alias_resolves() -> None:
    for record in evidence.sources().values():
        for alias in record.aliases:
            assert evidence.source(alias) is record


def test_search_is_by_all_words_in_any_case() -> None:
    assert [record.id for record in evidence.search_sources("KALLURI microchannels")] == ["kalluri2011"]
    assert evidence.search_sources("no such words anywhere") == ()
    assert len(evidence.search_sources("")) == len(evidence.sources())


def test_a_source_prints_as_one_line_with_its_address_and_standing() -> None:
    text = evidence.cite_text(evidence.source("kalluri2011"))
    assert "\n" not in text
    assert text.startswith("Kalluri H, Kolli CS, Banga AK (2011). ")
    assert "https://doi.org/10.1208/s12248-011-9288-3" in text
    assert text.endswith("[read, abstract]")


def test_a_remembered_identifier_says_so() -> None:
    assert "identifier remembered" in evidence.cite_text(evidence.source("asds2017"))


def test_a_second_hand_source_says_so() -> None:
    assert "[second-hand" in evidence.cite_text(evidence.source("fda_rf2025"))


@pytest.mark.parametrize("id", sorted(evidence.sources()))
def test_bibtex_is_balanced_and_keyed_by_id(id: str) -> None:
    entry = evidence.bibtex(evidence.source(id))
    assert entry.startswith("@")
    assert entry.split("{", 1)[1].split(",", 1)[0] == id
    plain = entry.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert "title = {{" in entry


def test_experiments_can_be_asked_by_topic_and_id() -> None:
    assert {record.topic for record in evidence.experiments("barrier")} == {"barrier"}
    assert sum(len(evidence.experiments(topic)) for topic in evidence.experiment_topics()) == len(
        evidence.experiments()
    )
    assert evidence.experiment("kalluri2011_channel_depth").time_course[0].value == 152.5
    with pytest.raises(EvidenceError):
        evidence.experiment("nothing")


def test_arms_can_be_asked_by_indication() -> None:
    assert sum(len(evidence.arms(name)) for name in evidence.indications()) == len(evidence.arms())
    with pytest.raises(EvidenceError):
        evidence.arms("warts")


def test_zone_records_can_be_asked_by_zone() -> None:
    assert {record.id for record in evidence.zone_depths("nose")} == {"Z06", "Z07"}
    assert evidence.zone_depths("elbow") == ()


def test_published_numbers_stand_as_published() -> None:
    faghihi = {arm.id: arm for arm in evidence.trials()["faghihi2021"]}
    assert faghihi["faghihi2021_mn06_minoxidil"].needle_length_mm == (0.6, 0.6)
    c1 = next(record for record in evidence.head_to_head() if record.id == "C1")
    pih = next(effect for effect in c1.effects if effect.outcome.startswith("PIH"))
    assert (pih.estimate, pih.ci_low, pih.ci_high) == (3.04, 1.49, 6.21)
    cream = next(record for record in evidence.anaesthesia() if record.id == "A02")
    assert (cream.regimens[0].max_mass_g, cream.regimens[0].max_area_cm2) == (60, 600)
