"""Parameter records: every biological, clinical, price or time constant, with its spread, source and status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from pinprick.errors import EvidenceError
from pinprick.evidence.ledger import note_parameter
from pinprick.evidence.store import load_records, topics

Status = Literal["read", "remembered", "assumed"]
SpreadKind = Literal["none", "normal", "lognormal", "uniform", "loguniform", "triangular"]
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a parameter varies between people or is uncertain.

    Attributes:
        kind: distribution; `normal` and `lognormal` are centred on the value (the median for lognormal).
        sd: standard deviation in the parameter's unit (normal), or of the natural logarithm (lognormal).
        low: lower bound; truncates normal and lognormal, bounds the others.
        high: upper bound, likewise.
    """

    kind: SpreadKind = "none"
    sd: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number with everything needed to trust or doubt it.

    Attributes:
        id: dotted name, topic first, for instance `injury.penetration_fraction.roller`.
        name: what it is, in words.
        symbol: symbol in the documentation, or the empty string.
        value: central value in `unit`.
        unit: unit as a registry name; "1" for a pure number.
        spread: distribution over people or over what is not known.
        species: species it was measured in, "human" unless said.
        site: body site or setting, "" where it has none.
        sources: ids of source records, at least one.
        status: `read` in the source, `remembered` and to be checked, or `assumed` by us.
        note: what a user must know: derivation, disagreement, limits.
        recorded: date the record was made.
    """

    id: str
    name: str
    value: float
    unit: str
    sources: tuple[str, ...]
    status: Status
    symbol: str = ""
    spread: Spread = Spread()
    species: str = "human"
    site: str = ""
    note: str = ""
    recorded: date | None = None

    @property
    def topic(self) -> str:
        """First part of the id, which is also the name of the data file."""
        return self.id.split(".", 1)[0]

    def quantile(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value at each probability (any shape, in `unit`)."""
        return _quantile(self, np.asarray(probability, dtype=np.float64))


def _record(raw: Mapping[str, object], file: str) -> Parameter:
    fields = dict(raw)
    known = {
        "id",
        "name",
        "symbol",
        "value",
        "unit",
        "spread",
        "species",
        "site",
        "sources",
        "status",
        "note",
        "recorded",
    }
    name = str(fields.get("id", "?"))
    if unknown := set(fields) - known:
        raise EvidenceError("unknown field in a parameter record", file=file, field=name, given=sorted(unknown))
    if missing := {"id", "name", "value", "unit", "sources", "status"} - set(fields):
        raise EvidenceError("parameter record is incomplete", file=file, field=name, limit=f"needs {sorted(missing)}")
    if fields["status"] not in STATUSES:
        raise EvidenceError("unknown status", file=file, field=name, given=fields["status"], limit=" | ".join(STATUSES))
    fields["sources"] = tuple(fields["sources"])  # type: ignore[arg-type]
    if not fields["sources"]:
        raise EvidenceError("parameter record cites no source", file=file, field=name)
    fields["value"] = float(fields["value"])  # type: ignore[arg-type]
    fields["spread"] = Spread(**fields.get("spread", {}))  # type: ignore[arg-type]
    return Parameter(**fields)  # type: ignore[arg-type]


@cache
def _topic(topic: str) -> dict[str, Parameter]:
    file = f"parameters/{topic}.yaml"
    records = [_record(raw, file) for raw in load_records(file)]
    found: dict[str, Parameter] = {}
    for record in records:
        if record.id in found:
            raise EvidenceError("parameter recorded twice", file=file, field=record.id)
        if record.topic != topic:
            raise EvidenceError("parameter in the wrong file", file=file, field=record.id, limit=f"{topic}.*")
        found[record.id] = record
    return found


def parameters(topic: str | None = None) -> Mapping[str, Parameter]:
    """Return the parameter records of one topic, or all of them, by id."""
    if topic is not None:
        return dict(_topic(topic))
    return {key: record for name in topics("parameters") for key, record in _topic(name).items()}


def parameter(id: str) -> Parameter:
    """Return one parameter record and note its use in the open ledger.

    Raises:
        EvidenceError: there is no record of that id.
    """
    record = _topic(id.split(".", 1)[0]).get(id)
    if record is None:
        raise EvidenceError("no such parameter", field=id, remedy="list them with: pinprick parameters")
    note_parameter(record.id, record.sources, record.status)
    return record


def value(id: str) -> float:
    """Return the central value of a parameter in its own unit."""
    return parameter(id).value


def draw(id: str, draws: int, *, seed: int) -> NDArray[np.float64]:
    """Draw a parameter from its spread; the same id, seed and count always give the same draws.

    Each id has its own stream, so two calculations that share a parameter share its draws (common random
    numbers), whatever else they use. Draws are stratified: one in each of `draws` equal-probability bins. Parameters
    that were calibrated share one stream, which picks rows of their joint posterior.

    Args:
        id: parameter id.
        draws: how many.
        seed: explicit seed.

    Returns:
        Values in the parameter's unit, shape (draws,).
    """
    from pinprick.evidence.posterior import joint_posterior

    record, posterior = parameter(id), joint_posterior()
    column = posterior.column(id)
    if column is None:
        return record.quantile(stratified(id, draws, seed=seed))
    note_parameter(record.id, posterior.sources, record.status)
    return column[np.floor(stratified("posterior", draws, seed=seed) * column.size).astype(np.intp)]


def stratified(stream: str, draws: int, *, seed: int) -> NDArray[np.float64]:
    """Return stratified uniform numbers in (0, 1) of a named stream, shape (draws,)."""
    words = np.frombuffer(stream.encode("utf-8").ljust((len(stream.encode()) + 3) // 4 * 4, b"\0"), dtype=np.uint32)
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *words.tolist()])))
    return (generator.permutation(draws) + generator.random(draws)) / draws


def _quantile(record: Parameter, p: NDArray[np.float64]) -> NDArray[np.float64]:
    spread, centre = record.spread, record.value
    if spread.kind == "none":
        return np.full(p.shape, centre)
    if spread.kind in ("normal", "lognormal"):
        if spread.sd is None:
            raise EvidenceError("spread needs an sd", field=record.id)
        return _normal_quantile(record, p, float(spread.sd))
    if spread.low is None or spread.high is None:
        raise EvidenceError("spread needs low and high", field=record.id)
    low, high = float(spread.low), float(spread.high)
    if spread.kind == "uniform":
        return low + (high - low) * p
    if spread.kind == "loguniform":
        return np.asarray(low * (high / low) ** p)
    return _triangular_quantile(p, low, centre, high)


def _normal_quantile(record: Parameter, p: NDArray[np.float64], sd: float) -> NDArray[np.float64]:
    from scipy.special import ndtr, ndtri

    logarithmic = record.spread.kind == "lognormal"
    centre = np.log(record.value) if logarithmic else record.value
    bounds = [
        None if bound is None else (np.log(bound) if logarithmic and bound > 0 else bound)
        for bound in (record.spread.low, record.spread.high)
    ]
    if logarithmic and record.spread.low is not None and record.spread.low <= 0:
        bounds[0] = None
    low = 0.0 if bounds[0] is None else float(ndtr((bounds[0] - centre) / sd))
    high = 1.0 if bounds[1] is None else float(ndtr((bounds[1] - centre) / sd))
    z = centre + sd * ndtri(low + (high - low) * p)
    return np.asarray(np.exp(z) if logarithmic else z)


def _triangular_quantile(p: NDArray[np.float64], low: float, mode: float, high: float) -> NDArray[np.float64]:
    split = (mode - low) / (high - low)
    left = low + np.sqrt(p * (high - low) * (mode - low))
    right = high - np.sqrt((1 - p) * (high - low) * (high - mode))
    return np.where(p < split, left, right)


def statuses(ids: Iterable[str]) -> dict[str, int]:
    """Count the statuses of the given parameters, for the summary a user is shown."""
    counts = dict.fromkeys(STATUSES, 0)
    for id in ids:
        counts[parameter(id).status] += 1
    return counts
