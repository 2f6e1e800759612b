"""The vocabulary of screening: concepts, the words and codes that mean them, and their recognition in text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from pinprick.errors import EvidenceError
from pinprick.evidence import load, load_records
from pinprick.evidence.record import build, by_id
from pinprick.skin import Zone

Kind = Literal["condition", "medication", "allergy", "procedure", "observation"]
FILE = "safety/concepts.yaml"

# Record systems file the same thing in different places (a stent as a condition, chemotherapy as a procedure), so every
# kind but allergy is searched widely. An allergy is never taken for the drug itself, nor a drug for an allergy.
_SEARCHED: dict[str | None, frozenset[str]] = {
    "allergy": frozenset({"allergy"}),
    "medication": frozenset({"medication", "procedure"}),
    "condition": frozenset({"condition", "procedure", "observation", "medication"}),
    "procedure": frozenset({"procedure", "condition", "medication"}),
    "observation": frozenset({"observation", "condition"}),
    None: frozenset({"condition", "procedure", "observation", "medication"}),
}
_NEGATIONS = frozenset({"no", "not", "denies", "denied", "without", "never", "negative", "excluded"})
_NEGATION_REACH = 4
# A vaccination against or a search for a disease is not the disease.
_OTHER_MATTERS = frozenset({"vaccine", "vaccination", "immunization", "immunisation", "screening"})
_SHORTEST_MISSPELT = 7


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that rules know about.

    Attributes:
        id: name used by rules and facts.
        label: name for people.
        kind: condition, medication, allergy, procedure or observation.
        names: words that mean it, including brand names and common misspellings.
        broader: wider concepts that a fact of this one also counts for.
        not_with: words that rule a match out.
        only_with: words of which one must be present, empty for no such demand.
        lasts_at_most_days: parameter id of the longest time a recorded state can go on, or "".
        snomed, rxnorm, icd10, loinc: codes; those of ICD-10 are prefixes.
    """

    id: str
    label: str
    kind: Kind
    names: tuple[str, ...]
    broader: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    lasts_at_most_days: str = ""
    snomed: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()


@cache
def concepts() -> dict[str, Concept]:
    """Return every concept by id; do not modify what it returns."""
    return by_id((build(Concept, raw, FILE) for raw in load_records(FILE)), FILE)


def concept(id: str) -> Concept:
    """Return one concept.

    Raises:
        EvidenceError: there is none of that id.
    """
    found = concepts().get(id)
    if found is None:
        raise EvidenceError("no such concept", file=FILE, field=id)
    return found


@cache
def widened(id: str) -> frozenset[str]:
    """Return a concept's id together with all wider ones; an unknown id stands for itself alone."""
    known = concepts().get(id)
    if known is None:
        return frozenset({id})
    return frozenset({id}).union(*(widened(wider) for wider in known.broader))


def of_kind(*kinds: Kind) -> frozenset[str]:
    """Return the ids of all concepts of the given kinds, for instance to say that all of them were asked about."""
    return frozenset(item.id for item in concepts().values() if item.kind in kinds)


def recognise(text: str, kind: Kind | None = None) -> tuple[str, ...]:
    """Return the concepts that a text states, in the order of the text; nothing for what is denied or not known.

    The longest name wins, so that an acne scar is not acne. A name after "no", "denies" or "family history of" is not
    a statement about the person. One slip of the pen is forgiven in long drug names.

    Args:
        text: what was written, for instance "Roaccutane 20 mg" or "Warfarin Sodium 5 MG Oral Tablet".
        kind: where it was written; an allergy to a drug is never taken for the drug.
    """
    words = _words(text)
    if _OTHER_MATTERS & set(words):
        return ()
    if kind is None or kind == "condition":
        kind = "allergy" if _speaks_of_allergy(words) else kind
    found: dict[str, None] = {}
    position = 0
    while position < len(words):
        length, ids = _longest(words, position, _SEARCHED[kind])
        if length == 0 and kind in ("medication", None):
            length, ids = _misspelt(words[position])
        if not _is_denied(words, position):
            found.update(dict.fromkeys(id for id in ids if not _ruled_out(id, words)))
        position += max(length, 1)
    return _narrowest(found)


def fits(id: str, text: str) -> bool:
    """Whether the words of an entry leave room for a concept that its code means; eye drops are no systemic steroid."""
    return not _ruled_out(id, _words(text))


def recognise_code(system: str, code: str) -> tuple[str, ...]:
    """Return the concepts of a code, or none.

    Args:
        system: URI or name of the code system; SNOMED CT, RxNorm, ICD-10 (any edition) and LOINC are known.
        code: the code.
    """
    name = system.casefold()
    if "icd-10" in name or "icd10" in name:
        plain = code.upper().strip()
        return _narrowest(
            {item.id: None for item in concepts().values() if plain and any(plain.startswith(x) for x in item.icd10)}
        )
    for key, field in (("snomed", "snomed"), ("rxnorm", "rxnorm"), ("loinc", "loinc")):
        if key in name:
            return _codes(field).get(code.strip(), ())
    return ()


@cache
def _codes(field: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for item in concepts().values():
        for code in getattr(item, field):
            found[code] = (*found.get(code, ()), item.id)
    return found


def sites(text: str) -> tuple[tuple[Zone, ...], bool]:
    """Return the zones that a text names, and whether it names only a part of the body that is no zone."""
    words = f" {' '.join(_words(text))} "
    content = load("safety/screening.yaml")
    named = [Zone(zone) for zone, names in content["zone_words"].items() if any(f" {name} " in words for name in names)]
    if any(f" {name} " in words for name in content["face_words"]):
        named += [Zone(zone) for zone in content["zone_groups"]["facial"]]
    zones = tuple(dict.fromkeys(named))
    return zones, not zones and any(f" {name} " in words for name in content["other_sites"])


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter))))


def _speaks_of_allergy(words: tuple[str, ...]) -> bool:
    if {"allergy", "allergies", "hypersensitivity", "intolerance", "anaphylaxis"} & set(words):
        return True
    return any(pair == ("allergic", "to") for pair in pairwise(words))


@cache
def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return phrases with the concept of each, by first word, longest first."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for item in concepts().values():
        for name in (*item.names, item.label, item.id):
            words = _words(str(name))
            by_first.setdefault(words[0], []).append((words, item.id))
    return {first: tuple(sorted(set(found), key=lambda pair: -len(pair[0]))) for first, found in by_first.items()}


def _longest(words: tuple[str, ...], at: int, kinds: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    length, ids = 0, []
    for phrase, id in _phrases().get(words[at], ()):
        if len(phrase) < length:
            break
        if words[at : at + len(phrase)] == phrase and concepts()[id].kind in kinds:
            length = len(phrase)
            ids.append(id)
    return length, tuple(ids)


@cache
def _drug_names() -> tuple[tuple[str, str], ...]:
    return tuple(
        (words[0], item.id)
        for item in concepts().values()
        if item.kind == "medication"
        for words in map(_words, map(str, item.names))
        if len(words) == 1 and len(words[0]) >= _SHORTEST_MISSPELT
    )


def _misspelt(word: str) -> tuple[int, tuple[str, ...]]:
    if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
        return 0, ()
    near = tuple(dict.fromkeys(id for name, id in _drug_names() if name[0] == word[0] and _one_slip(name, word)))
    return (1, near) if near else (0, ())


def _one_slip(a: str, b: str) -> bool:
    """Whether two words differ by one letter missing, added, changed, or by two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = len(a) == len(b) and len(rest_a) > 1 and rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:] or swapped


def _is_denied(words: tuple[str, ...], at: int) -> bool:
    before = words[max(0, at - _NEGATION_REACH) : at]
    return bool(_NEGATIONS & set(before)) or ("family" in before) or ("mother" in before) or ("father" in before)


def _ruled_out(id: str, words: tuple[str, ...]) -> bool:
    item = concepts()[id]
    if item.only_with and not any(word in words for word in item.only_with):
        return True
    return any(word in words for word in item.not_with)


def _narrowest(found: Iterable[str]) -> tuple[str, ...]:
    """Drop a concept when a narrower one was found as well."""
    ids = tuple(found)
    wider = {up for id in ids for up in widened(id) - {id}}
    return tuple(id for id in ids if id not in wider)
