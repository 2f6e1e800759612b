"""Published measurements that the model is built from or judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pinprick.errors import EvidenceError
from pinprick.evidence.parameter import Status
from pinprick.evidence.record import by_id, read_records
from pinprick.evidence.store import topics


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One point of a time course.

    Attributes:
        time: time after the session in the experiment's `time_unit`; `None` where the text gives none.
        value: value in the experiment's unit; `None` where only a range or words are given.
        sd: standard deviation.
        low: lower end, where a range is given.
        high: upper end.
        text: words where there is no number.
    """

    time: float | None
    value: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One published measurement, a single value or a time course.

    Attributes:
        id: record id.
        topic: what it is about, for instance `barrier` or `collagen`.
        study: id shared by all measurements of one study (split calibration from validation by it).
        quantity: what was measured.
        unit: its unit; "direction" is +1, -1 or 0, "indicator" is 1 for present.
        species: species or preparation.
        sources: source ids.
        status: `read` or `remembered`.
        site: body site.
        group: subgroup of people or animals.
        value: central value.
        sd: standard deviation.
        range: lowest and highest value given.
        ci95: 95 % confidence interval.
        stat: what the value and spread are, where not mean and standard deviation.
        n: number of subjects.
        baseline: value before treatment.
        device: device or wound.
        brand: its brand.
        needle_length_mm: needle lengths used.
        technique: how it was applied or measured, by name.
        time_course: points in order of time.
        time_unit: "d" or "h".
        extent_read: how much of the work was read for this number.
        note: what a user must know.
    """

    id: str
    topic: str
    study: str
    quantity: str
    unit: str
    species: str
    sources: tuple[str, ...]
    status: Status
    site: str = ""
    group: str = ""
    value: float | None = None
    sd: float | None = None
    range: tuple[float, float] | None = None
    ci95: tuple[float, float] | None = None
    stat: str = ""
    n: int | None = None
    baseline: float | None = None
    device: str = ""
    brand: str = ""
    needle_length_mm: tuple[float, ...] = ()
    technique: Mapping[str, Any] = field(default_factory=dict)
    time_course: tuple[TimePoint, ...] = ()
    time_unit: str = ""
    extent_read: str = ""
    note: str = ""


@cache
def _experiments() -> tuple[Experiment, ...]:
    files = [f"experiments/{name}.yaml" for name in topics("experiments")]
    made = (record for file in files for record in read_records(file, Experiment, time_course=TimePoint))
    return tuple(by_id(made, "experiments").values())


def experiments(topic: str | None = None) -> tuple[Experiment, ...]:
    """Return the measurements of one topic, or all of them."""
    return tuple(record for record in _experiments() if topic in (None, record.topic))


def experiment(id: str) -> Experiment:
    """Return one measurement by its id.

    Raises:
        EvidenceError: there is none of that id.
    """
    for record in _experiments():
        if record.id == id:
            return record
    raise EvidenceError("no such experiment", field=id)


def experiment_topics() -> tuple[str, ...]:
    """Return the topics that have measurements, sorted."""
    return tuple(sorted({record.topic for record in _experiments()}))
