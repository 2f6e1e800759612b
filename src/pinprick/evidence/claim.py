"""What popular articles say about microneedling, and what the records here say to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from pinprick.errors import EvidenceError
from pinprick.evidence.grade import CARRIES, Asks, Grade, grade, strongest
from pinprick.evidence.record import build, by_id
from pinprick.evidence.reference import Reference, refer
from pinprick.evidence.store import load_records

Verdict = Literal["supported", "partly", "contradicted", "unknown"]
VERDICT_NAMES: tuple[Verdict, ...] = get_args(Verdict)
Bearing = Literal["supports", "opposes", "context"]
BEARINGS: tuple[Bearing, ...] = get_args(Bearing)
Deed = Literal["simulated", "screened", "planned", "compared", "recorded"]
DEEDS: tuple[Deed, ...] = get_args(Deed)

_FILE = "claims.yaml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the product the thing itself is found.

    Attributes:
        does: what the product does with it there.
        at: `python:` and a dotted name, `command:` and a command line, or a kind of record and its id.
        item: variable of the healing dataset, or field of the class, where `at` names one.
    """

    does: Deed
    at: str
    item: str = ""

    @property
    def kind(self) -> str:
        """What `at` names: python, command, parameter, rule, indication and so on."""
        return self.at.partition(":")[0]

    @property
    def name(self) -> str:
        """The dotted name, command or record id."""
        return self.at.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which plans a claim is about; an empty field leaves that side open.

    Attributes:
        indications: ids of indications.
        device_classes: classes of the planned device.
        modalities: other ways of treating that the plan is compared with.
        adjuncts: what is added to the needling.
        rules: screening rules that found something.
    """

    indications: tuple[str, ...] = ()
    device_classes: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    adjuncts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def sides(self) -> Mapping[str, tuple[str, ...]]:
        """The sides that narrow it, by name."""
        pairs = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return {name: values for name, values in pairs if values}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record behind an answer: which way it points and how strong it is."""

    bearing: Bearing
    reference: Reference
    grade: Grade


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that popular articles make, answered.

    Attributes:
        id: claim id.
        topic: what it is about, for instance `mechanism`.
        claim: the statement.
        asks: what kind of question it is; decides how strong the evidence must be.
        verdict: supported, partly, contradicted or unknown.
        answer: one or two plain sentences.
        place: where in the product the thing is simulated, screened, planned, compared or recorded.
        supports: references to records that speak for it.
        opposes: references to records that speak against it.
        context: references to records that frame the answer and carry no verdict.
        would_settle: what would settle it; needed where the verdict is unknown.
        scope: which plans it is about.
    """

    id: str
    topic: str
    claim: str
    asks: Asks
    verdict: Verdict
    answer: str
    place: tuple[Place, ...]
    supports: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    would_settle: str = ""
    scope: Scope = field(default_factory=Scope)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The records behind the answer, each with its bearing and grade."""
        return tuple(
            Evidence(bearing, refer(text), grade(text, self.asks))
            for bearing in BEARINGS
            for text in getattr(self, bearing)
        )

    @property
    def grade(self) -> Grade:
        """The strongest grade that bears out the verdict; `unread` where it is unknown."""
        wanted = {"supported": ("supports",), "contradicted": ("opposes",), "partly": ("supports", "opposes")}
        bearings = wanted.get(self.verdict, ())
        return strongest(tuple(item.grade for item in self.evidence if item.bearing in bearings))

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources behind the answer, without repetition."""
        return tuple(dict.fromkeys(id for item in self.evidence for id in item.reference.sources))

    @property
    def defensible(self) -> frozenset[Verdict]:
        """The verdicts that are no surer than the evidence.

        Yes needs evidence for it that carries a yes to this kind of question, and none that carries a no; no likewise
        the other way round. In part needs anything read that speaks for it. Unknown is left where nothing carries a
        yes or a no.
        """
        carries = CARRIES[self.asks]
        yes = any(item.grade in carries for item in self.evidence if item.bearing == "supports")
        no = any(item.grade in carries for item in self.evidence if item.bearing == "opposes")
        some = any(item.grade != "unread" for item in self.evidence if item.bearing == "supports")
        allowed: dict[Verdict, bool] = {
            "supported": yes and not no,
            "contradicted": no and not yes,
            "partly": some,
            "unknown": not yes and not no,
        }
        return frozenset(verdict for verdict, holds in allowed.items() if holds)


def _place(raw: Any, file: str) -> Place:
    made = build(Place, raw, file)
    if made.does not in DEEDS:
        raise EvidenceError("unknown deed", file=file, field=made.at, given=made.does, limit=" | ".join(DEEDS))
    return made


def _claim(raw: dict[str, Any]) -> Claim:
    values = dict(raw)
    scope = build(Scope, values.pop("scope", {}), _FILE)
    made = build(Claim, {**values, "scope": None}, _FILE, {"place": _place})
    for name, given, known in (("verdict", made.verdict, VERDICT_NAMES), ("asks", made.asks, tuple(CARRIES))):
        if given not in known:
            raise EvidenceError(f"unknown {name}", file=_FILE, field=made.id, given=given, limit=" | ".join(known))
    return Claim(**{**{key: getattr(made, key) for key in made.__dataclass_fields__}, "scope": scope})


@cache
def _claims() -> Mapping[str, Claim]:
    return by_id((_claim(raw) for raw in load_records(_FILE)), _FILE)


def claims(topic: str | None = None, verdict: str | None = None) -> tuple[Claim, ...]:
    """Return the claims of one topic, of one verdict, or all of them."""
    return tuple(one for one in _claims().values() if topic in (None, one.topic) and verdict in (None, one.verdict))


def claim(id: str) -> Claim:
    """Return one claim by its id.

    Raises:
        EvidenceError: there is none of that id.
    """
    found = _claims().get(id)
    if found is None:
        raise EvidenceError("no such claim", field=id, remedy="list them with: pinprick claims")
    return found


def claim_topics() -> tuple[str, ...]:
    """Return the topics of the claims, in the order of the records."""
    return tuple(dict.fromkeys(one.topic for one in _claims().values()))


def claims_touching(
    indication: str | None = None,
    device_class: str | None = None,
    *,
    modalities: Collection[str] = (),
    adjuncts: Collection[str] = (),
    rules: Collection[str] = (),
    topics: Collection[str] = (),
) -> tuple[Claim, ...]:
    """Return the claims that bear on a plan, those about it in particular before those about any plan.

    Args:
        indication: id of the indication treated.
        device_class: class of the planned device.
        modalities: ways of treating that the plan is compared with.
        adjuncts: ids of what is added.
        rules: ids of the screening rules that found something.
        topics: only these topics; all of them if empty.
    """
    plan: Mapping[str, Collection[str]] = {
        "indications": () if indication is None else (indication,),
        "device_classes": () if device_class is None else (device_class,),
        "modalities": modalities,
        "adjuncts": adjuncts,
        "rules": rules,
    }
    found = [
        one
        for one in _claims().values()
        if (not topics or one.topic in topics)
        and all(set(values) & set(plan[side]) for side, values in one.scope.sides.items())
    ]
    return tuple(sorted(found, key=lambda one: -len(one.scope.sides)))
