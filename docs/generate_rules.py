"""Writes docs/reference/rules.md, a heading for each screening rule, from the rules as data.

Run from the repository's folder:  python docs/generate_rules.py
"""

from __future__ import annotations

from pathlib import Path

from pinprick import evidence
from pinprick.safety import Case, Rule, Stance, concepts, rules

PAGE = Path(__file__).parent / "reference" / "rules.md"
_HEAD = """# Screening rules

Every rule with its default, the facts on which it applies, what to do, and every position of those who disagree. How
the verdict comes about is told in [Screening](../explanation/screening.md). On the command line: `pinprick rules`.

*read* means that the source was read, *second hand* that only a report of it was, *remembered* that it is still to be
checked, and *assumed* that the number was set by hand. A label binds only for its device or product and where it holds.
"""
_WORDS = {
    "absolute": "absolute contraindication",
    "relative": "relative contraindication",
    "defer_until": "deferral",
    "caution": "caution",
    "prophylaxis": "prevention",
}


# The names of intervals in the records are short; written out, none of them reads as an order.
_NAMES = {
    "after_stop_days": "days after the end",
    "stop_before_days": "days left out before",
    "restart_after_days": "days left out after",
    "stop": "interruption",
    "hard_stop": "reason to cancel",
}


def _default(rule: Rule) -> str:
    return "; ".join(
        f"{_NAMES.get(name, name).replace('_', ' ')}: {_plain(value)}" for name, value in rule.default.items()
    )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " to ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    return str(value).replace("_", " ")


def _when(rule: Rule, case: Case) -> str:
    known = concepts()
    about = ", ".join(known[id].label for id in case.concepts)
    parts = [f"{about} ({' or '.join(case.when)})"] if about else []
    if case.together_with:
        parts.append(f"with {', '.join(known[id].label for id in case.together_with)}")
    if case.field != ("in", "elsewhere", "unstated"):
        parts.append({"in": "in the field", "elsewhere": "elsewhere", "unstated": "site not stated"}[case.field[0]])
        if len(case.field) > 1:
            parts[-1] += " or site not stated"
    for name, words in (
        ("days", "less than {} days ago"),
        ("beyond", "{} days ago or more"),
        ("within", "within {} days"),
    ):
        number = rule.number(getattr(case, name))
        if number is not None:
            screened = name == "days" and case.counted_from == "screened_day"
            parts.append(f"waits {number:g} days" if screened else words.format(f"{number:g}"))
    return "; ".join([*parts, *_circumstances(rule, case)]) or "as planned"


def _circumstances(rule: Rule, case: Case) -> list[str]:
    parts = []
    for name in ("modality", "indication", "jurisdiction", "treatment_zones", "only_zones"):
        if getattr(case, name):
            parts.append(f"{name.replace('_', ' ')}: {', '.join(getattr(case, name)).replace('group:', '')}")
    if case.indication_group:
        parts.append(f"{case.indication_group} indication")
    for name in ("age", "phototype"):
        bound = getattr(case, name)
        if bound:
            parts.append(f"{name} " + ", ".join(f"{key} {value}" for key, value in bound.items()))
    if case.needle_length_mm:
        parts.append(f"needle longer than {rule.number(case.needle_length_mm['above']):g} mm")
    if case.above:
        parts.append(
            "above " + " or ".join(f"{value:g} {unit.removesuffix('1')}".strip() for unit, value in case.above.items())
        )
    return parts


def _position(item: Stance) -> str:
    marks = [item.status + (", second hand" if item.second_hand else ""), item.evidence.replace("_", " ")]
    if item.jurisdiction:
        marks.insert(0, item.jurisdiction)
    if item.kind:
        marks.insert(0, _WORDS[item.kind])
    note = f" Note: {item.note}." if item.note else ""
    return f"- **{item.who}** ({'; '.join(marks)}): {item.says}.{note} {_cited(item.sources)}".replace("..", ".")


def _cited(ids: tuple[str, ...]) -> str:
    shown = []
    for id in ids:
        address = evidence.source(id).address
        shown.append(f"[{id}](<{address}>)" if address else f"`{id}`")
    return ", ".join(shown)


def _rule(rule: Rule) -> list[str]:
    lines = [
        f"## {rule.id}",
        "",
        f"**{rule.subject}.** {_WORDS[rule.kind].capitalize()}; {', '.join(rule.modality)}.",
        "",
        f"- Do: {rule.action}",
        f"- Default: {_default(rule)}",
    ]
    if rule.reasoning:
        lines.append(f"- Why: {rule.reasoning}")
    lines.append(f"- Evidence: {rule.evidence_overall} ({rule.status})")
    if rule.unknown is not None:
        lines.append(f"- Asked of the {rule.unknown.whom.removesuffix(' at examination')}: {rule.unknown.question}")
    lines += ["", "Applies to:", ""]
    lines += [f"- `{case.name}`, {_WORDS[case.kind]}: {_when(rule, case)}" for case in rule.cases]
    lines += ["", "Positions, which disagree:" if rule.disagreement else "Positions:", ""]
    return [*lines, *(_position(item) for item in rule.positions), ""]


def page() -> str:
    """Return the reference page of the screening rules."""
    body = [line for rule in rules().values() for line in _rule(rule)]
    return "\n".join([_HEAD, *body]).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
