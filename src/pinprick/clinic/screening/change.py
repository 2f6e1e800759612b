"""What changed between two sets of facts, and which findings of the last screening still hold as they were decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pinprick.safety import concepts

Table = Mapping[str, Any]
Kind = Literal["added", "removed", "changed"]
_FIELDS = ("status", "start", "end", "zones", "value", "unit", "outside_zones")
_RECORD = ("birth_date", "deceased", "deceased_on", "weight_kg")
_PERSON = ("sex", "phototype")


@dataclass(frozen=True, slots=True)
class FactChange:
    """One difference between two sets of facts.

    Attributes:
        kind: added, removed or changed.
        name: what it is about, in words.
        concept: concept id, or "" for the person and for what was not understood.
        fields: names of what changed in it.
        before, after: the facts, None where there was or is none.
    """

    kind: Kind
    name: str
    concept: str = ""
    fields: tuple[str, ...] = ()
    before: Any = None
    after: Any = None


def compare(old: Table, new: Table) -> tuple[FactChange, ...]:
    """Return what differs between two sets of facts; their order and the words they were written in count for nothing.

    Args:
        old: facts as `patients.facts_record` writes them.
        new: the later ones.
    """
    return (*_person(old, new), *_facts(old, new), *_unrecognised(old, new))


def _person(old: Table, new: Table) -> Iterator[FactChange]:
    pairs = [(name, old.get(name), new.get(name)) for name in _RECORD]
    pairs += [(name, (old.get("person") or {}).get(name), (new.get("person") or {}).get(name)) for name in _PERSON]
    for name, before, after in pairs:
        if before != after and (before or after):
            kind: Kind = "added" if not before else "removed" if not after else "changed"
            yield FactChange(kind, name.replace("_", " "), "", (name,), before, after)


def _facts(old: Table, new: Table) -> Iterator[FactChange]:
    before, after = _keyed(old), _keyed(new)
    for key in [*before, *(key for key in after if key not in before)]:
        a, b = before.get(key), after.get(key)
        concept = key[0]
        if a is None or b is None:
            kind: Kind = "added" if a is None else "removed"
            yield FactChange(kind, label(concept), concept, (), a, b)
            continue
        fields = tuple(field for field in _FIELDS if _value(a, field) != _value(b, field))
        if fields:
            yield FactChange("changed", label(concept), concept, fields, a, b)


def label(concept: str) -> str:
    """Return the name of a concept for people."""
    known = concepts().get(concept)
    return known.label if known is not None else concept.replace("_", " ")


def _value(fact: Table, field: str) -> Any:
    given = fact.get(field)
    return sorted(given) if field == "zones" and given else given or None


def _keyed(facts: Table) -> dict[tuple[str, int], Table]:
    """Return facts by concept and by how often it came before: two fillers are two facts."""
    found: dict[tuple[str, int], Table] = {}
    for fact in facts.get("facts") or ():
        place = sum(1 for key in found if key[0] == fact["concept"])
        found[(fact["concept"], place)] = fact
    return found


def _unrecognised(old: Table, new: Table) -> Iterator[FactChange]:
    before, after = (tuple(dict.fromkeys(side.get("unrecognised") or ())) for side in (old, new))
    yield from (FactChange("removed", text, before=text) for text in before if text not in after)
    yield from (FactChange("added", text, after=text) for text in after if text not in before)


def mark(finding: Table) -> tuple[Any, ...]:
    """Return what a decision on a finding rests on: while this is the same, the decision still holds.

    The places in the record from which the facts were read do not count, nor does the wording.
    """
    rests_on = sorted(text.partition(": ")[2] or text for text in finding["rests_on"])
    bound = any(position["binds"] for position in finding["positions"])
    return (finding["rule"], finding["kind"], finding["verdict"], finding["until"], finding["chosen"], bound, *rests_on)


def kept(old: Table, new: Table) -> frozenset[str]:
    """Return the rules whose finding is the same in two frozen results of screening."""
    before = {mark(finding) for finding in old["findings"]}
    return frozenset(finding["rule"] for finding in new["findings"] if mark(finding) in before)


def due(old: Table | None, new: Table) -> tuple[str, ...]:
    """Return the rules to be asked about again: those that may change from session to session, then what is newly open.

    Args:
        old: result of the screening before, or None.
        new: result of this one.
    """
    again = tuple(new["rescreen"]) if old is not None else ()
    known = {row["question"] for row in open_questions(old)} if old is not None else set()
    fresh = (row["rule"] for row in open_questions(new) if row["question"] not in known)
    return tuple(dict.fromkeys((*again, *fresh)))


def open_questions(result: Table) -> list[Table]:
    """Return what is not known and would change the answer: of rules that may yet apply, then of those that do."""
    return [*result["unknown"], *(row for finding in result["findings"] for row in finding["ask"])]
