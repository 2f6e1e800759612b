"""Published measurements, reproduced within a tolerance that follows from their own spread, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.experiment_file import FiledExperiment
from pinprick.calibration.measurement import predicted
from pinprick.calibration.observation_words import read_words
from pinprick.calibration.scoring import crps
from pinprick.errors import InputError
from pinprick.evidence import Experiment, build, by_id, load_records

Array = NDArray[np.float64]
_FILE, _UNUSED = "calibration/measurements.yaml", "calibration/unused.yaml"
_WIDTH_90 = 3.29  # standard deviations between the ends of a 90 percent interval


@dataclass(frozen=True, slots=True)
class Measurement:
    """How one measurement is reproduced.

    Attributes:
        id: id of the experiment.
        model: observation model.
        settings: how the experiment was done.
        compare: `value`, `upper_bound`, `lower_bound` or `direction`.
        at: time of the course that is compared; `peak`, `peak_value` or `sign` for its maximum or last sign.
        observed: the figure where the record holds it in words only.
        factor: from the model's unit to the record's.
        relative_sd: spread of the figure relative to it, where none is printed.
        absolute_sd: the same in its unit.
        why: reason of that spread.
        person: whether the printed spread is that between people, so that the mean is known better.
        span: whether the points of the course are the ends of a range.
        note: what was taken for what was not read.
    """

    id: str
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    compare: Literal["value", "upper_bound", "lower_bound", "direction"] = "value"
    at: float | str | None = None
    observed: float | None = None
    factor: float = 1.0
    relative_sd: float | None = None
    absolute_sd: float | None = None
    why: str = ""
    person: bool = False
    span: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measurement beside its prediction.

    Attributes:
        experiment: the measurement.
        used: whether it was compared.
        why_not: why it was not, or "".
        compare: how.
        observed: the printed figure.
        spread: its standard error, in its unit.
        median, p05, p25, p75, p95: quantiles of the prediction, the spread of the figure included.
        covered90, covered50: whether the figure lies inside; for a bound or a direction, whether the median agrees.
        crps: continuous ranked probability score in the figure's unit; None for a bound or a direction.
        probability: share of draws on the right side of a bound or of nothing.
        same_source: whether a parameter of the prediction was read in the same source, so that agreement is
            consistency and not prediction.
        note: what was taken for what was not read, and where the spread comes from.
        model: observation model.
        parameters: ids of the parameter records behind the prediction, in the order of use.
        shared_sources: ids of the sources that the measurement and those records have in common.
    """

    experiment: Experiment
    used: bool
    why_not: str = ""
    compare: str = ""
    observed: float | None = None
    spread: float | None = None
    median: float | None = None
    p05: float | None = None
    p25: float | None = None
    p75: float | None = None
    p95: float | None = None
    covered90: bool | None = None
    covered50: bool | None = None
    crps: float | None = None
    probability: float | None = None
    same_source: bool = False
    note: str = ""
    model: str = ""
    parameters: tuple[str, ...] = ()
    shared_sources: tuple[str, ...] = ()


@cache
def measurements() -> Mapping[str, Measurement]:
    """Return how each reproduced measurement is reproduced, by id of the experiment."""
    raw = ({**{k: v for k, v in item.items() if k != "with"}, "settings": item["with"]} for item in load_records(_FILE))
    return by_id((build(Measurement, item, _FILE) for item in raw), _FILE)


@cache
def _unused() -> dict[str, str]:
    return {str(item["id"]): str(item["why"]) for item in load_records(_UNUSED)}


def why_unused(found: Experiment) -> str:
    """Return why a measurement is not reproduced."""
    reasons = _unused()
    default = f"no observation model for topic {found.topic}"
    return reasons.get(found.id) or reasons.get(f"topic.{found.topic}", default)


def compare_all(
    found: Iterable[Experiment], *, seed: int, progress: Callable[[str], None] | None = None
) -> tuple[Comparison, ...]:
    """Return every measurement beside its prediction, or with the reason why not.

    Args:
        found: measurements.
        seed: explicit seed.
        progress: told in words what is being simulated.
    """
    known = measurements()
    made = []
    for item in found:
        how: Measurement | str | None = known.get(item.id)
        if how is None and not _on_record(item.id):
            how = _from_words(item)
        if how is None or isinstance(how, str):
            made.append(Comparison(item, used=False, why_not=how or why_unused(item)))
            continue
        if progress is not None:
            progress(f"simulating {item.id}")
        made.append(compare(item, how, seed=seed))
    return tuple(made)


@cache
def _on_record(id: str) -> bool:
    return any(item.id == id for item in evidence.experiments())


def _from_words(found: Experiment) -> Measurement | str:
    """Return how a measurement that is not on record is reproduced, or why it is not."""
    reading = read_words(found)
    if isinstance(reading, str):
        return reading
    return Measurement(
        found.id,
        reading.model,
        reading.settings,
        "direction" if reading.compare == "direction" else "value",
        reading.at,
        factor=reading.factor,
        relative_sd=reading.relative_sd,
        why="" if reading.relative_sd is None else "no spread may be printed",
        person=True,
        note=reading.note,
    )


def compare(found: Experiment, how: Measurement, *, seed: int) -> Comparison:
    """Return one measurement beside its prediction.

    Args:
        found: the measurement.
        how: how it is reproduced.
        seed: explicit seed.
    """
    if found.status != "read":
        return Comparison(found, used=False, why_not="the figure is remembered, not read")
    try:
        value, spread = observed(found, how)
    except InputError as fault:
        return Comparison(found, used=False, why_not=fault.message)
    with evidence.recording() as ledger:
        draws = predicted(how.model, how.settings, seed=seed) * how.factor
    note = "; ".join(part for part in (how.note, f"spread set: {how.why}" if how.why else "") if part)
    if how.compare == "value" and value < 0.0 <= float(draws.min()):
        return Comparison(found, used=False, why_not=f"{value:g} {found.unit} is impossible: it cannot be negative")
    shared = tuple(sorted(set(ledger.sources).intersection(found.sources)))
    if how.compare == "value":
        made = _value(found, value, spread, draws, bool(shared), note, seed)
    else:
        made = _side(found, how, value, draws, bool(shared), note)
    return replace(made, model=how.model, parameters=tuple(ledger.parameters), shared_sources=shared)


def observed(found: Experiment, how: Measurement) -> tuple[float, float]:
    """Return the printed figure and its standard error, both in the record's unit.

    Raises:
        InputError: the record holds no figure, or not the one that is compared.
    """
    value, sd = _figure(found, how)
    if how.absolute_sd is not None:
        return value, how.absolute_sd
    if sd is None or sd == 0:
        sd = abs(value) * (how.relative_sd if how.relative_sd is not None else 0.0)
        return value, sd
    if sd < 0:
        raise InputError("the printed spread is negative")
    people = found.n or 0
    return value, float(sd / np.sqrt(people)) if how.person and people > 1 else float(sd)


def _figure(found: Experiment, how: Measurement) -> tuple[float, float | None]:
    if how.observed is not None:
        return how.observed, None
    course = [point for point in found.time_course if point.time is not None and point.value is not None]
    if how.span and course:
        numbers = [float(point.value or 0.0) for point in course]
        return (min(numbers) + max(numbers)) / 2.0, (max(numbers) - min(numbers)) / _WIDTH_90
    if found.value is not None:
        return found.value, found.sd
    if found.range is not None:
        low, high = found.range
        if high < low:
            raise InputError("the ends of the range are swapped")
        return (low + high) / 2.0, (high - low) / _WIDTH_90
    if not course:
        raise InputError("the record holds no figure")
    if how.at in ("peak", "peak_value", "sign"):
        best = max(found.time_course, key=lambda point: -np.inf if point.value is None else point.value)
        if how.at == "peak":
            return float(best.time or 0.0) / (24.0 if found.time_unit == "h" else 1.0), None
        return float(np.sign(course[-1].value or 0.0)) if how.at == "sign" else float(best.value or 0.0), best.sd
    if how.at is None:
        return float(course[-1].value or 0.0), course[-1].sd
    for point in course:
        if point.time is not None and abs(point.time - float(how.at)) < 0.5:
            return float(point.value or 0.0), point.sd
    raise InputError(f"the record holds no figure at {how.at}")


def _value(
    found: Experiment, value: float, spread: float, draws: Array, shared: bool, note: str, seed: int
) -> Comparison:
    from scipy.special import ndtri

    noise = ndtri(evidence.stratified(f"calibration.{found.id}", draws.size, seed=seed))
    low, lower, median, upper, high = (float(q) for q in np.quantile(draws + spread * noise, _LEVELS))
    return Comparison(
        found,
        used=True,
        compare="value",
        observed=value,
        spread=spread,
        median=median,
        p05=low,
        p25=lower,
        p75=upper,
        p95=high,
        covered90=low <= value <= high,
        covered50=lower <= value <= upper,
        crps=crps(draws + spread * noise, value),
        same_source=shared,
        note=note,
    )


def _side(found: Experiment, how: Measurement, value: float, draws: Array, shared: bool, note: str) -> Comparison:
    low, lower, median, upper, high = (float(q) for q in np.quantile(draws, _LEVELS))
    if how.compare == "upper_bound":
        right = draws <= value
    elif how.compare == "lower_bound":
        right = draws >= value
    else:
        room = evidence.value("calibration.unchanged_percent")
        right = np.abs(draws) <= room if value == 0 else draws * np.sign(value) > room
    probability = float(np.mean(right))
    return Comparison(
        found,
        used=True,
        compare=how.compare,
        observed=value,
        median=median,
        p05=low,
        p25=lower,
        p75=upper,
        p95=high,
        covered90=probability >= 0.5,
        covered50=probability >= 0.5,
        probability=probability,
        same_source=shared,
        note=note,
    )


_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def compared(
    filed: Sequence[FiledExperiment], *, seed: int, progress: Callable[[str], None] | None = None
) -> list[dict[str, Any]]:
    """Return measurements beside their predictions as plain dictionaries fit for JSON, the refused ones included.

    Args:
        filed: measurements, as read or on record.
        seed: explicit seed.
        progress: told in words what is being simulated.
    """
    usable = [item.experiment for item in filed if item.experiment is not None]
    made = {item.experiment.id: item for item in compare_all(usable, seed=seed, progress=progress)}
    return [_plain(made[item.id]) if item.experiment is not None else _refused(item.id, item.why_not) for item in filed]


def experiment_summary(made: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many measurements there are, were compared and were reproduced, and of those not read for it.

    Args:
        made: comparisons as `compared` returns them.
    """
    used = [item for item in made if item["used"]]
    others = [item for item in used if not item["same_source"]]
    return {
        "n_experiments": len(made),
        "n_used": len(used),
        "n_reproduced": sum(bool(item["covered90"]) for item in used),
        "share_reproduced": float(np.mean([item["covered90"] for item in used])) if used else None,
        "n_other_sources": len(others),
        "n_other_sources_reproduced": sum(bool(item["covered90"]) for item in others),
    }


def _unit(item: Comparison) -> str:
    how = measurements().get(item.experiment.id)
    if item.used and how is not None and how.at == "peak":
        return "day of the maximum"
    return "percent change" if item.compare == "direction" else item.experiment.unit


def _refused(id: str, reason: str) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("compare", "observed", "spread", "predicted", "covered90", "covered50", "crps", "probability")
    )
    words = dict.fromkeys(("study", "topic", "quantity", "unit", "species", "note"), "")
    lists: dict[str, Any] = {"model": "", "parameters": [], "shared_sources": []}
    return {"id": id, **words, "used": False, "why_not": reason, "same_source": False, **empty, **lists}


def _plain(item: Comparison) -> dict[str, Any]:
    found = item.experiment
    names = ("median", "p05", "p25", "p75", "p95")
    return {
        "id": found.id,
        "study": found.study,
        "topic": found.topic,
        "quantity": found.quantity,
        "unit": _unit(item),
        "species": found.species,
        "used": item.used,
        "why_not": item.why_not or None,
        "compare": item.compare or None,
        "observed": item.observed,
        "spread": item.spread,
        "predicted": {name: getattr(item, name) for name in names} if item.used else None,
        "covered90": item.covered90,
        "covered50": item.covered50,
        "crps": item.crps,
        "probability": item.probability,
        "same_source": item.same_source,
        "note": item.note,
        "model": item.model,
        "parameters": list(item.parameters),
        "shared_sources": list(item.shared_sources),
    }
