"""Writes the network as a Markdown page, from its description and the records of its constants.

Run `python -m pinprick.cascade.document > docs/reference/network.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from pinprick import evidence
from pinprick.cascade.attraction import RULES, WANDERING
from pinprick.cascade.network import (
    ADD_ONS,
    CONSTANTS,
    CORE,
    DEFINITIONS,
    DERIVED,
    DIFFUSIVITIES,
    IMPULSE,
    READOUTS,
    STATES,
    Reaction,
)
from pinprick.evidence import Parameter

_INTRODUCTION = """# The healing network

This page is generated from the network's description and the records of its constants, so it is what the program
computes. How to read it, and what it cannot carry, is told in [How healing is simulated](../explanation/healing.md).

Time is in days. Cells are relative to resting dermal fibroblasts, vessels to their resting density, collagen to an
arbitrary total. `hill(a, K)` is a/(K + a), `hill2(a, K)` is a²/(K² + a²), `pos(x)` is x where positive and 0 elsewhere.
"""


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _processes(reactions: Iterable[Reaction]) -> str:
    rows = []
    for reaction in reactions:
        changes = ", ".join(f"{symbol} {'+' if amount > 0 else '−'}" for symbol, amount in reaction.changes.items())
        rows.append((reaction.name, changes, _code(reaction.rate)))
    return _table(("process", "changes", "rate per day"), rows)


def _spread(record: Parameter) -> str:
    spread = record.spread
    bounds = "" if spread.low is None or spread.high is None else f", {spread.low:g} to {spread.high:g}"
    if spread.kind == "none":
        return "fixed"
    return f"{spread.kind}{'' if spread.sd is None else f' {spread.sd:g}'}{bounds}"


def _constants(names: Iterable[str]) -> str:
    rows = []
    for name in names:
        record = evidence.parameter(f"cascade.{name}")
        cited = ", ".join(source for source in record.sources if not source.startswith("pinprick"))
        rows.append(
            (
                _code(record.symbol),
                record.name,
                f"{record.value:g}",
                record.unit,
                _spread(record),
                record.status,
                cited or "none",
                record.note,
            )
        )
    head = ("symbol", "constant", "value", "unit", "spread", "status", "sources", "note")
    return _table(head, rows)


def page() -> str:
    """Return the whole page as Markdown."""
    states = _table(
        ("symbol", "name", "what", "unit", "at rest", "kind", "spreads with"),
        (
            (_code(s.symbol), _code(s.name), s.title, s.unit, _code(s.rest), s.kind, _code(s.diffusivity or "—"))
            for s in STATES
        ),
    )
    pairs = [(_code(name), _code(text)) for name, text in DEFINITIONS.items()]
    derived = [(_code(name), _code(text)) for name, text in DERIVED.items()]
    impulse = [(_code(name), _code(text)) for name, text in IMPULSE.items()]
    readouts = [(_code(r.name), r.title, r.unit, _code(r.formula), r.basis) for r in READOUTS]
    names = ("signal_reach", "coagulation_injury")
    drawn = _table(
        ("cells", "drawn by", "half of the receptors at", "sensitivity"),
        [(_code(r.cells), _code(r.attractant), _code(r.half), _code(r.record)) for r in RULES],
    )
    rates = dict.fromkeys((*(rule.record for rule in RULES), *WANDERING.values()))
    sections = (
        ("States", states),
        ("Core processes", _processes(CORE)),
        ("Shared expressions", _table(("name", "expression"), pairs)),
        (
            "Balancing constants",
            "They follow from the records, so that healthy skin is an exact fixed point of every draw.\n\n"
            + _table(("name", "expression"), derived),
        ),
        (
            "A session",
            "Local injury d lies between 0 and 1. Each state on the left is set to the expression on the right.\n\n"
            + _table(("state", "becomes"), impulse),
        ),
        ("Add-ons", "They read the core and nothing reads them.\n\n" + _processes(ADD_ONS)),
        ("Read-outs", _table(("name", "what", "unit", "formula", "basis"), readouts)),
        ("Constants", _constants(CONSTANTS.values())),
        ("Diffusion and motility", _constants(DIFFUSIVITIES.values())),
        (
            "Cells drawn by a gradient, in a block alone",
            "Velocity is the sensitivity times the gradient of c / (K + c).\n\n" + drawn + "\n" + _constants(rates),
        ),
        ("From needling to local injury", _constants(names)),
    )
    return _INTRODUCTION + "".join(f"\n## {title}\n\n{body}" for title, body in sections)


if __name__ == "__main__":
    sys.stdout.write(page())
