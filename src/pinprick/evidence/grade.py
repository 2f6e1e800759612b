"""How strong the evidence is that one record gives: worked out from its fields, never set by hand.

The grades, weakest first:

- `unread`: remembered or assumed, or numbers that cannot be trusted;
- `custom`: practice pages, opinion, prices on the web;
- `reported`: only somebody else's account of it was read;
- `indirect`: animals, laboratory, another kind of wound, or radiofrequency where needling is meant;
- `observed`: seen or counted in people, without a group to compare with;
- `official`: a label, a regulation or a guideline, read itself;
- `controlled`: people compared at the same time, with needling as the difference;
- `pooled`: several such studies taken together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from pinprick.evidence.record import to_dict
from pinprick.evidence.reference import Reference, refer
from pinprick.evidence.source import source
from pinprick.evidence.trial import Arm, trials

Grade = Literal["unread", "custom", "reported", "indirect", "observed", "official", "controlled", "pooled"]
GRADES: tuple[Grade, ...] = get_args(Grade)
Asks = Literal["fact", "harm", "effect", "comparison", "advice", "price"]

# What it takes to say plainly yes or no. That a thing can be seen or measured, and that a harm can happen, is settled
# by seeing it in people; that needling causes a change needs a comparison, or a regulator who was shown one.
CARRIES: Mapping[Asks, frozenset[Grade]] = {
    "fact": frozenset({"observed", "official", "controlled", "pooled"}),
    "harm": frozenset({"observed", "official", "controlled", "pooled"}),
    "effect": frozenset({"official", "controlled", "pooled"}),
    "comparison": frozenset({"controlled", "pooled"}),
    "advice": frozenset({"official", "controlled", "pooled"}),
    "price": frozenset({"official", "controlled", "pooled"}),
}

_OFFICIAL_KINDS = frozenset({"label", "regulation", "guideline"})
_CONCURRENT = re.compile(r"RCT|randomised|split|intra-patient|intra-subject|controlled|parallel|allocated")
_NOT_CONCURRENT = re.compile(r"non-randomised|retrospective|stratified")
_NEEDLING_DEVICE = re.compile(r"roll|pen\b|needl|array|\bMN\b|\bany\b", re.IGNORECASE)
_ENERGY = re.compile(r"\bRF\b|FRMS|radiofrequency|laser", re.IGNORECASE)
_NEEDLING_TOPICS = frozenset({"barrier", "delivery", "pain", "erythema", "penetration", "device"})
# What a course without the needles is called, by what is added to the needles.
_ALONE: Mapping[str, frozenset[str]] = {
    "": frozenset({"no_treatment"}),
    "topical": frozenset({"topical_alone", "sham_plus_topical", "topical_plus_phototherapy"}),
    "minoxidil": frozenset({"minoxidil_alone"}),
    "phototherapy": frozenset({"phototherapy"}),
    "oral": frozenset({"oral_drug"}),
    "prp": frozenset({"prp_alone"}),
}


def grade(text: str, asks: Asks) -> Grade:
    """Return how strong the evidence of one record is for one kind of question.

    Args:
        text: reference to the record.
        asks: what the question asks for; a controlled study of needling against laser answers a comparison, but not
            whether needling does anything.
    """
    reference = refer(text)
    ground = _ground(reference.sources)
    status = to_dict(reference.record).get("status", "read")
    if status != "read" or ground == "unread":
        return "unread"
    return _GRADERS.get(reference.kind, _of_any)(reference, ground, asks)


def weaker(first: Grade, second: Grade) -> Grade:
    """Return the weaker of two grades."""
    return min(first, second, key=GRADES.index)


def strongest(grades: tuple[Grade, ...]) -> Grade:
    """Return the strongest grade; `unread` for none."""
    return max(grades, key=GRADES.index, default="unread")


def _ground(sources: tuple[str, ...]) -> Grade:
    """Return what the sources of a record alone can give."""
    return strongest(tuple(_source_ground(id) for id in sources))


def _source_ground(id: str) -> Grade:
    record = source(id)
    if record.status != "read" or record.kind == "assumption":
        return "unread"
    if record.second_hand:
        return "reported"
    if record.kind in _OFFICIAL_KINDS:
        return "official"
    return "observed" if record.kind == "article" else "custom"


def _of_any(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    return weaker(ground, "reported") if getattr(reference.record, "second_hand", False) else ground


def _of_experiment(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    record = reference.record
    if re.search("secondary|summary", record.extent_read):
        return weaker(ground, "reported")
    if record.species != "human" or record.topic == "rf" or _ENERGY.search(record.device):
        return weaker(ground, "indirect")
    needled = _NEEDLING_DEVICE.search(record.device) or (record.device == "" and record.topic in _NEEDLING_TOPICS)
    return ground if needled or record.topic in ("anatomy", "reference") else weaker(ground, "indirect")


def _of_arm(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    record: Arm = reference.record
    if "do_not_calibrate" in record.flags:
        return "unread"
    if record.read_depth == "secondary":
        return weaker(ground, "reported")
    others = tuple(
        one for one in trials(record.indication)[record.trial] if one.id != record.id and one.status == "read"
    )
    concurrent = _CONCURRENT.search(record.design) and not _NOT_CONCURRENT.search(record.design)
    if asks == "effect":
        told_apart = _isolates(record, others) or any(_isolates(one, (record,)) for one in others)
    else:
        told_apart = _compares(record, others)
    if concurrent and told_apart:
        return "controlled" if ground == "observed" else ground
    return weaker(ground, "observed" if _needled(record) else "indirect")


def _needled(record: Arm) -> bool:
    return record.intervention_class.split("_plus_")[0] == "microneedling"


def _isolates(record: Arm, others: tuple[Arm, ...]) -> bool:
    base, _, added = record.intervention_class.partition("_plus_")
    without = _ALONE.get(added, frozenset())
    return base == "microneedling" and any(one.intervention_class in without for one in others)


def _compares(record: Arm, others: tuple[Arm, ...]) -> bool:
    return any(_needled(one) != _needled(record) for one in others)


def _of_meta(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    if ground != "observed":
        return ground
    if re.search(r"\bRF\b", reference.record.comparison):
        return "indirect"
    return "pooled" if reference.record.effects else "observed"


def _of_comparison(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    record = reference.record
    if record.do_not_use:
        return "unread"
    if not any(one.split("_plus_")[0] == "microneedling" for one in record.modalities):
        return weaker(ground, "indirect")
    if ground != "observed" or len(record.modalities) < 2:
        return ground
    sized = any(effect.estimate is not None for effect in record.effects)
    if record.studies is None:
        return "controlled"
    return "pooled" if sized else "observed"


_POSITION: Mapping[str, Grade] = {
    "label": "official",
    "regulation": "official",
    "guideline": "official",
    "consensus": "official",
    "rct": "observed",
    "review": "observed",
    "cohort": "observed",
    "case_reports": "observed",
    "trial_registration": "observed",
    "mechanistic": "indirect",
}


def _of_position(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    plain: Mapping[str, Any] = to_dict(reference.record)
    if plain.get("second_hand"):
        return weaker(ground, "reported")
    if re.search("RFMN|radiofrequency", f"{plain.get('who', '')} {plain.get('says', '')} {plain.get('device', '')}"):
        ground = weaker(ground, "indirect")
    kind = _POSITION.get(plain.get("evidence", ""), "custom")
    if kind == "official" and ground == "observed":
        # An article that tells what a label says is an account of the label, not the label.
        return "reported"
    return weaker(kind, ground)


def _of_price(reference: Reference, ground: Grade, asks: Asks) -> Grade:
    return weaker(ground, "custom") if reference.record.low is not None else "unread"


_GRADERS: Mapping[str, Callable[[Reference, Grade, Asks], Grade]] = {
    "experiment": _of_experiment,
    "arm": _of_arm,
    "meta": _of_meta,
    "comparison": _of_comparison,
    "rule": _of_position,
    "protocol": _of_position,
    "technique": _of_position,
    "aftercare": _of_position,
    "price": _of_price,
}
