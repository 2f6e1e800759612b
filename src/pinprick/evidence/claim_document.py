"""Writes the reference page of popular claims from their records.

Run `python -m pinprick.evidence.claim_document > docs/reference/claims.md`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from pinprick.evidence.claim import VERDICT_NAMES, Claim, Evidence, Place, claim_topics, claims

_HEAD = """# What popular articles claim

Articles and advertisements tell the public many things about microneedling. This page takes {count} such statements, in
our words, and answers each from the records that the program itself uses. It is generated from them, and
`pinprick claims` shows the same. It educates; it replaces no clinician's advice.

## How a verdict is reached

| verdict | means |
|---|---|
| supported | evidence that carries a plain yes, and none that carries a no |
| partly | something speaks for it, but too weakly, or only for a part of it, or other evidence speaks against it |
| contradicted | evidence that carries a plain no, and none that carries a yes |
| unknown | nothing that was read carries an answer; the page says what would settle it |

The grade of a record is worked out from its own fields, never set by hand. From weak to strong:

| grade | the record rests on |
|---|---|
| unread | memory or an assumption, or numbers that cannot be trusted |
| custom | practice pages, opinion, prices on the web |
| reported | somebody else's account of it; the work itself was not read |
| indirect | animals, the laboratory, another kind of wound, or radiofrequency where needling is meant |
| observed | people, without a group to compare with |
| official | a label, a regulation or a guideline, read itself |
| controlled | people compared at the same time, with needling as the difference |
| pooled | several such studies taken together |

What carries a plain yes or no depends on the question. That something can be seen or measured, and that a harm can
happen, is settled by `observed` and better. That needling causes a lasting change takes `official`, `controlled` or
`pooled`; that one treatment is better than another takes `controlled` or `pooled`; advice and prices take `official`,
`controlled` or `pooled`. A test holds every verdict to this, so that none is surer than its evidence.

Many of the studies were read in their abstract only, and few trials of needling are blinded; `controlled` says how a
study was built, not that it was a good one.
"""

_BEARING = {"supports": "For", "opposes": "Against", "context": "Beside"}


def page() -> str:
    """Return the whole page as Markdown."""
    tally = Counter(one.verdict for one in claims())
    counts = ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICT_NAMES)
    parts = [_HEAD.format(count=len(claims())), f"## The claims\n\nOf {len(claims())} claims: {counts}.", _summary()]
    for topic in claim_topics():
        parts.append(f"## {topic[:1].upper()}{topic[1:]}")
        parts += [_section(one) for one in claims(topic)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary() -> str:
    rows = [f"| [{one.id}](#{one.id.lower()}) | {one.claim} | {one.verdict} | {_grade(one)} |" for one in claims()]
    return "\n".join(["| id | claim | verdict | evidence |", "|---|---|---|---|", *rows])


def _grade(one: Claim) -> str:
    return "–" if one.verdict == "unknown" else one.grade


def _section(one: Claim) -> str:
    return "\n".join([f"### {one.id}", "", f"*“{_sentence(one.claim)}”*", "", *_answer(one), "", *_lines(one)])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _answer(one: Claim) -> Iterator[str]:
    yield f"**{_sentence(one.verdict)}** {one.answer}"
    if one.would_settle:
        yield ""
        yield f"What would settle it: {one.would_settle[:1].lower()}{one.would_settle[1:]}"


def _lines(one: Claim) -> Iterator[str]:
    for item in one.evidence:
        yield _evidence(item)
    yield f"- Here: {'; '.join(_places(one.place))}."


def _evidence(item: Evidence) -> str:
    sources = ", ".join(f"`{id}`" for id in item.reference.sources)
    says = item.reference.says.replace("|", "/").rstrip(".")
    return f"- {_BEARING[item.bearing]} ({item.grade}): {says}. `{item.reference.text}`; {sources or 'no source'}"


def _places(places: tuple[Place, ...]) -> Iterator[str]:
    for does, kind, name in dict.fromkeys((item.does, item.kind, item.name) for item in places):
        items = [f"`{item.item}`" for item in places if item.item and item.name == name]
        if kind in ("python", "command"):
            yield f"{does} by `{name}`" + (f" as {', '.join(items)}" if items else "")
        else:
            yield f"{does} as {kind.replace('_', ' ')} `{name}`"


if __name__ == "__main__":
    sys.stdout.write(page())
