"""Side effects from counts, by treatment and phototype."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.evidence import Ledger, Status, build, by_id, load_records, recording, replay, stratified
from pinprick.outcome.modality import Modality, modality
from pinprick.outcome.outlook import Risk

Array = NDArray[np.float64]
_FILE = "outcome/side_effects.yaml"
PIH = "post_inflammatory_hyperpigmentation"
GRANULOMA = "granuloma"
_PHOTOTYPES = 6
_REFERENCE_PHOTOTYPE = 4
_NEEDLED_IN = frozenset({"topical", "growth_factors", "peel"})


@dataclass(frozen=True, slots=True)
class SideEffectCount:
    """One count of one side effect after one treatment.

    Attributes:
        id: record id.
        event: side effect.
        modality: base treatment.
        use: `pool` (enters the probability) or `shown` (said beside it).
        sources: source ids.
        status: `read`, `remembered` or `assumed`.
        events, people: the count; 0 and 0 where only `text` is known.
        phototypes: range of phototypes of the people, where stated.
        text: what is said where there is no count.
        note: what a user must know.
    """

    id: str
    event: str
    modality: str
    use: Literal["pool", "shown"]
    sources: tuple[str, ...]
    status: Status
    events: int = 0
    people: int = 0
    phototypes: tuple[int, int] | None = None
    text: str = ""
    note: str = ""


@cache
def side_effect_counts() -> tuple[SideEffectCount, ...]:
    """Return every count."""
    return tuple(by_id((build(SideEffectCount, raw, _FILE) for raw in load_records(_FILE)), _FILE).values())


def risks(modality_id: str, phototype: int | None, *, draws: int, seed: int) -> tuple[Risk, ...]:
    """Return the side effects of a course of a treatment, each with the counts behind it.

    The probability is beta-binomial: pooled counts, discounted for the correlation within a trial, on a weak prior.
    Pigment change is shifted by phototype about phototype IV, which most trials treat; an unknown phototype is drawn
    from all six. A treatment whose pigment change nobody counted keeps the prior and says so.

    Args:
        modality_id: class id, for instance `microneedling`.
        phototype: Fitzpatrick phototype 1 to 6, or None where unknown.
        draws: how many.
        seed: explicit seed.

    Raises:
        InputError: unknown treatment or phototype.
    """
    if phototype is not None and phototype not in range(1, _PHOTOTYPES + 1):
        raise InputError("no such phototype", field="phototype", given=phototype, limit="1 to 6, or unknown")
    found, ledger = _risks(modality_id, phototype, draws, seed)
    replay(ledger)
    return found


@lru_cache(maxsize=256)
def _risks(modality_id: str, phototype: int | None, draws: int, seed: int) -> tuple[tuple[Risk, ...], Ledger]:
    kind = modality(modality_id)
    with recording() as ledger:
        if kind.base.course == "none":
            return (_none(draws),), ledger
        events = list(dict.fromkeys(count.event for count in _counts(kind)))
        broken_skin = kind.base.course == "sessions" or kind.base.id == "home_roller"
        if broken_skin and PIH not in events:
            events.insert(0, PIH)
        found = [_risk(event, kind, phototype, draws, seed) for event in events]
        if kind.base.needling and _NEEDLED_IN & {item.id for item in kind.adjuncts}:
            found.append(_granuloma(draws, seed))
    return tuple(found), ledger


def _counts(kind: Modality) -> tuple[SideEffectCount, ...]:
    return tuple(count for count in side_effect_counts() if count.modality == kind.base.id)


def _none(draws: int) -> Risk:
    return Risk(PIH, np.zeros(draws), 0, 0, "The skin is not injured.", ("pinprick2026_assumption",))


def _risk(event: str, kind: Modality, phototype: int | None, draws: int, seed: int) -> Risk:
    rows = [count for count in _counts(kind) if count.event == event]
    pooled = [count for count in rows if count.use == "pool"]
    probability = _beta(event, pooled, draws, seed)
    if event == PIH:
        probability = _by_phototype(probability, phototype, draws, seed)
    sources = tuple(dict.fromkeys(source for count in rows for source in count.sources))
    evidence.cite(*sources)
    return Risk(
        name=event,
        probability=probability,
        events=sum(count.events for count in pooled),
        people=sum(count.people for count in pooled),
        note=_note(event, rows, pooled, phototype),
        sources=sources or ("pinprick2026_assumption",),
    )


def _beta(event: str, pooled: list[SideEffectCount], draws: int, seed: int) -> Array:
    """Draw the probability from the prior and the counts, each count worth n / (1 + (n - 1) correlation)."""
    from scipy.special import betaincinv

    prior_events = evidence.value(f"outcome.side_effect_prior_events.{event}")
    prior_people = evidence.value(f"outcome.side_effect_prior_people.{event}")
    correlation = evidence.value("outcome.side_effect_correlation")
    weight = [1.0 / (1.0 + (count.people - 1) * correlation) for count in pooled]
    events = prior_events + sum(w * count.events for w, count in zip(weight, pooled, strict=True))
    people = prior_people + sum(w * count.people for w, count in zip(weight, pooled, strict=True))
    uniform = stratified(f"outcome.side_effect.{event}", draws, seed=seed)
    return np.asarray(betaincinv(events, people - events, uniform))


def _by_phototype(probability: Array, phototype: int | None, draws: int, seed: int) -> Array:
    step = evidence.draw("outcome.pih_phototype_log_odds", draws, seed=seed)
    if phototype is None:
        uniform = stratified("outcome.unknown_phototype", draws, seed=seed)
        types = 1.0 + np.floor(_PHOTOTYPES * uniform)
    else:
        types = np.full(draws, float(phototype))
    safe = np.clip(probability, 1e-12, 1.0 - 1e-12)
    odds = safe / (1.0 - safe) * np.exp(step * (types - _REFERENCE_PHOTOTYPE))
    return np.asarray(odds / (1.0 + odds))


def _note(event: str, rows: list[SideEffectCount], pooled: list[SideEffectCount], phototype: int | None) -> str:
    parts = []
    if pooled:
        rates = [100.0 * count.events / count.people for count in pooled]
        spread = f", from {min(rates):.0f} to {max(rates):.0f} percent between them" if len(rates) > 1 else ""
        total = f"{sum(count.events for count in pooled)} of {sum(count.people for count in pooled)} people"
        parts.append(f"{total} in {len(pooled)} source{'s' if len(pooled) > 1 else ''}{spread}")
    else:
        parts.append("No count was found; the range is a wide guess")
    parts += [count.text for count in rows if count.use == "shown"]
    if event == PIH:
        known = "unknown, so all are allowed for" if phototype is None else str(phototype)
        parts.append(f"the effect of phototype ({known}) is assumed")
    return "; ".join(parts) + "."


def _granuloma(draws: int, seed: int) -> Risk:
    record = evidence.parameter("outcome.granuloma_probability")
    return Risk(
        name=GRANULOMA,
        probability=evidence.draw(record.id, draws, seed=seed),
        events=0,
        people=0,
        note="Reported after products were needled into the skin, in single cases; how often is not known.",
        sources=tuple(source for source in record.sources if not source.startswith("pinprick2026")),
    )
