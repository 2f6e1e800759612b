"""Every record carries unit, source and status, and its numbers make sense."""

import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

import pytest

from pinprick import evidence

STATUSES = get_args(evidence.Status)
KINDS: dict[str, Callable[[], Iterable[Any]]] = {
    "parameters": lambda: evidence.parameters().values(),
    "sources": lambda: evidence.sources().values(),
    "experiments": evidence.experiments,
    "arms": evidence.arms,
    "meta_analyses": evidence.meta_analyses,
    "zone_depths": evidence.zone_depths,
    "treatments": evidence.treatments,
    "session_defaults": evidence.session_defaults,
    "anaesthesia": evidence.anaesthesia,
    "technique": evidence.technique_advice,
    "aftercare": evidence.aftercare_advice,
    "course": evidence.expected_course,
    "red_flags": evidence.red_flags,
    "photographs": evidence.photo_advice,
    "home_use": evidence.home_use,
    "disagreements": evidence.disagreements,
    "regulations": evidence.regulations,
    "head_to_head": evidence.head_to_head,
    "modality_cards": evidence.modality_cards,
    "prices": evidence.prices,
    "instruments": evidence.instruments,
    "statements": evidence.statements,
}
# The least that the published reference holds; a record may be added, none may be lost.
AT_LEAST = {
    "sources": 480,
    "experiments": 350,
    "arms": 281,
    "meta_analyses": 21,
    "zone_depths": 14,
    "treatments": 28,
    "session_defaults": 6,
    "anaesthesia": 14,
    "technique": 11,
    "aftercare": 12,
    "course": 7,
    "red_flags": 8,
    "photographs": 2,
    "home_use": 4,
    "disagreements": 5,
    "regulations": 7,
    "head_to_head": 20,
    "modality_cards": 10,
    "prices": 13,
    "instruments": 26,
    "statements": 7,
}


def numbers(value: Any) -> Iterator[float]:
    """Yield every number below a value."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from numbers(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from numbers(item)


@pytest.mark.parametrize(("kind", "least"), AT_LEAST.items())
def test_nothing_was_lost(kind: str, least: int) -> None:
    assert len(tuple(KINDS[kind]())) >= least


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_unique_and_standing_is_stated(kind: str) -> None:
    records = tuple(KINDS[kind]())
    assert len({record.id for record in records}) == len(records)
    for record in records:
        assert record.status in STATUSES, record.id
        if kind != "sources":
            assert record.sources, record.id


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_finite(kind: str) -> None:
    for record in KINDS[kind]():
        assert all(math.isfinite(number) for number in numbers(evidence.to_dict(record))), record.id


@pytest.mark.parametrize("kind", KINDS)
def test_records_can_be_written_as_json(kind: str) -> None:
    for record in KINDS[kind]():
        assert json.loads(json.dumps(evidence.to_dict(record)))["id"] == record.id


def test_everything_measured_has_a_unit() -> None:
    assert [record.id for record in evidence.parameters().values() if not record.unit] == []
    assert [record.id for record in evidence.experiments() if not record.unit or not record.quantity] == []
    assert [record.id for record in evidence.prices() if not record.unit] == []
    assert [record.id for record in evidence.arms() for outcome in record.outcomes if not outcome.unit] == []
    assert [record.id for record in evidence.instruments() if not record.unit] == []


def test_assumptions_say_how_they_were_chosen() -> None:
    silent = [record.id for record in evidence.parameters().values() if record.status == "assumed" and not record.note]
    assert silent == []


def test_spreads_hold_their_value() -> None:
    for record in evidence.parameters().values():
        spread = record.spread
        if spread.low is not None:
            assert spread.low <= record.value, record.id
        if spread.high is not None:
            assert record.value <= spread.high, record.id
        if spread.sd is not None:
            assert spread.sd >= 0, record.id
        if spread.kind in ("uniform", "loguniform", "triangular"):
            assert spread.low is not None, record.id
            assert spread.high is not None, record.id
            assert spread.low < spread.high, record.id
        if spread.kind == "lognormal":
            assert record.value > 0, record.id
        if spread.kind == "loguniform":
            assert spread.low is not None, record.id
            assert spread.low > 0, record.id


def test_experiments_hold_a_number_and_time_runs_forward() -> None:
    for record in evidence.experiments():
        assert record.value is not None or record.range or record.time_course, record.id
        assert record.sd is None or record.sd >= 0, record.id
        assert record.n is None or record.n > 0, record.id
        for pair in (record.range, record.ci95):
            assert pair is None or (len(pair) == 2 and pair[0] <= pair[1]), record.id
        times = [point.time for point in record.time_course if point.time is not None]
        assert times == sorted(times), record.id
        assert all(point.sd is None or point.sd >= 0 for point in record.time_course), record.id
        assert bool(record.time_course) == (record.time_unit in ("d", "h")), record.id


def test_arms_hold_plausible_numbers() -> None:
    for arm in evidence.arms():
        assert arm.n_enrolled is None or arm.n_enrolled > 0, arm.id
        if arm.n_enrolled is not None and arm.n_completed is not None:
            assert arm.n_completed <= arm.n_enrolled, arm.id
        assert arm.pain_vas_0_10 is None or 0 <= arm.pain_vas_0_10 <= 10, arm.id
        for pair in (arm.needle_length_mm, arm.sessions_range, arm.interval_range_weeks, arm.downtime_days):
            if pair is not None:
                assert len(pair) == 2, arm.id
                assert pair[0] is None or pair[0] <= pair[1], arm.id
        for outcome in arm.outcomes:
            assert outcome.baseline_sd is None or outcome.baseline_sd >= 0, arm.id
            assert outcome.final_sd is None or outcome.final_sd >= 0, arm.id
        assert arm.has_numbers or all(outcome.final_mean is None for outcome in arm.outcomes), arm.id


def test_the_arms_of_a_trial_share_its_main_source() -> None:
    for trial, arms in evidence.trials().items():
        assert len({arm.source for arm in arms}) == 1, trial


def test_intervals_hold_their_estimates() -> None:
    effects = [(m.id, e) for m in evidence.meta_analyses() for e in m.effects]
    effects += [(h.id, e) for h in evidence.head_to_head() for e in h.effects]  # type: ignore[misc]
    assert len(effects) > 80
    for id, effect in effects:
        if effect.ci_low is not None:
            assert effect.ci_high is not None, id
            assert effect.estimate is not None, id
            assert effect.ci_low <= effect.estimate <= effect.ci_high, id


def test_contradictions_point_at_records() -> None:
    known = {record.id for record in evidence.head_to_head()}
    for record in evidence.head_to_head():
        assert set(record.contradicted_by) <= known - {record.id}


def test_prices_are_ranges_of_a_stated_currency() -> None:
    for record in evidence.prices():
        assert len(record.currency) == 3
        assert record.currency in record.unit
        if record.low is not None and record.high is not None:
            assert 0 < record.low <= record.high, record.id


def test_licensed_instruments_are_never_shipped_with_their_wording() -> None:
    wording = {record.id: record.wording for record in evidence.instruments()}
    assert set(wording.values()) <= {"free", "name-only", "never"}
    for id in ("posas2", "posas3", "dlqi", "faceq", "bddq"):
        assert wording[id] == "never"
        assert next(record for record in evidence.instruments() if record.id == id).warning


def test_zone_limits_stand_in_order() -> None:
    from pinprick.skin import Zone

    named = {zone for record in evidence.zone_depths() for zone in record.zones}
    assert named == {zone.value for zone in Zone}
    for record in evidence.zone_depths():
        if record.default_mm is not None:
            assert record.hard_max_mm is not None
            assert 0 <= record.default_mm[0] <= record.default_mm[1] <= record.hard_max_mm, record.id
        assert record.default_status == "assumed", record.id
        for position in record.positions:
            assert position.modality in ("MN", "RFMN")
            assert set(position.sources) <= set(record.sources), record.id


def test_the_eyelid_is_excluded() -> None:
    eyelid = next(record for record in evidence.zone_depths() if record.name == "eyelid")
    assert eyelid.excluded
    assert eyelid.hard_max_mm == 0
    assert eyelid.zones == ()


def test_aftercare_runs_forward_and_never_forbids_a_prescription() -> None:
    for record in evidence.aftercare_advice():
        assert record.action in ("avoid", "do", "start")
        low, high = record.hours
        assert low is not None, record.id
        assert high is None or low < high, record.id
        for position in record.positions:
            assert position.hours[0] <= position.hours[1], record.id
    drugs = next(record for record in evidence.aftercare_advice() if record.subject == "anti_inflammatory_drugs")
    assert "prescriber" in drugs.text


def test_records_cannot_be_changed() -> None:
    for records in KINDS.values():
        first = next(iter(records()))
        with pytest.raises(dataclasses.FrozenInstanceError):
            first.id = "other"
