"""What changed between the consent that was signed and the one to be signed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pinprick.clinic.consent.content import lines
from pinprick.clinic.consent.phrases import plain

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        part: title of the part in which it stands.
        kind: added, removed or changed.
        before, after: what it said and says; "" where it was or is not there.
        cells: for a changed row of a table, (column, before, after) of each cell that differs.
    """

    part: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str
    cells: tuple[tuple[str, str, str], ...] = ()


def compare(old: Content, new: Content) -> tuple[Change, ...]:
    """Return what changed, part by part in the order of the new content; both in one language.

    Raises:
        ValueError: the languages differ, so that every sentence would.
    """
    if old["language"] != new["language"]:
        raise ValueError("the two contents are in different languages")
    before, after = ({part["id"]: part for part in content["parts"]} for content in (old, new))
    ids = [*after, *(id for id in before if id not in after)]
    return tuple(change for id in ids for change in _part(before.get(id), after.get(id)))


def _part(old: Content | None, new: Content | None) -> Iterator[Change]:
    title = str((new or old or {})["title"])
    before, after = (dict(lines(part)) if part else {} for part in (old, new))
    rows = {} if old is None or new is None else _rows(old, new)
    for key in [*after, *(key for key in before if key not in after)]:
        a, b = before.get(key, ""), after.get(key, "")
        if a == b:
            continue
        kind: Literal["added", "removed", "changed"] = "added" if not a else "removed" if not b else "changed"
        yield Change(title, kind, a, b, rows.get(key, ()) if kind == "changed" else ())


def _rows(old: Content, new: Content) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Return the cells that differ of every table row that stands in both."""
    before = {row["key"]: row["cells"] for item in old["items"] for row in item.get("rows", ())}
    found = {}
    for item in new["items"]:
        for row in item.get("rows", ()):
            was = before.get(row["key"])
            if was is None or len(was) != len(row["cells"]):
                continue
            name = plain(row["cells"][0])
            triples = zip(item["head"], map(plain, was), map(plain, row["cells"]), strict=True)
            found[row["key"]] = tuple((f"{name}, {head}", a, b) for head, a, b in triples if a != b)
    return found
