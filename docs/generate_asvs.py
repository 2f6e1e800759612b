"""Writes the table of OWASP ASVS requirements, and its summary in SECURITY.md, from docs/security/asvs.yaml.

Run from the repository's folder:  python docs/generate_asvs.py
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
DATA = HERE / "security" / "asvs.yaml"
PAGE = HERE / "reference" / "asvs.md"
SUMMARY = HERE.parent / "SECURITY.md"
START, END = "<!-- asvs: written by docs/generate_asvs.py -->\n", "<!-- end of asvs -->\n"
STATES = ("met", "partly", "gap", "not applicable")
HEAD = """# Security, requirement by requirement

Every requirement of levels 1 and 2 of the OWASP Application Security Verification Standard 5.0.0, paraphrased, for
the clinic application (`pinprick serve`). "Met" is our own reading, with the tests named; nobody outside has assessed
it. A gap says what is missing. What the program does is told in [security](../explanation/security.md).

"""


def rows() -> list[dict[str, Any]]:
    """Return the requirements, in the order of the standard."""
    return list(read()["requirements"])


def read() -> dict[str, Any]:
    """Return the data file."""
    found: dict[str, Any] = yaml.safe_load(DATA.read_text("utf-8"))
    return found


def chapter(row: dict[str, Any]) -> str:
    """Return the number of a requirement's chapter."""
    return str(row["id"]).split(".")[0]


def counts(found: list[dict[str, Any]]) -> str:
    """Return the cells that count states."""
    number = Counter(row["state"] for row in found)
    return " | ".join(str(number[state] or "") for state in STATES)


def summary() -> str:
    """Return the table by chapter."""
    found, lines = rows(), ["| chapter | met | partly | gap | not applicable |", "|---|--:|--:|--:|--:|"]
    for number, name in read()["chapters"].items():
        lines.append(f"| {number} {name} | {counts([row for row in found if chapter(row) == str(number)])} |")
    lines.append(f"| all {len(found)} | {counts(found)} |")
    return "\n".join(lines) + "\n"


def line(row: dict[str, Any]) -> str:
    """Return a requirement's line of the table."""
    proof = "<br>".join(f"`{one}`" for one in (*row.get("tests", ()), *row.get("code", ())))
    return f"| {row['id']} | {row['level']} | {row['what']} | {row['state']} | {row['why']} | {proof} |"


def page() -> str:
    """Return the page."""
    parts, found = [HEAD + summary()], rows()
    for number, name in read()["chapters"].items():
        mine = [line(row) for row in found if chapter(row) == str(number)]
        head = "| id | level | what | state | how, or what is missing | tests and code |\n|---|--:|---|---|---|---|\n"
        parts.append(f"\n## {number} {name}\n\n{head}" + "\n".join(mine) + "\n")
    return "".join(parts)


def summarised(text: str) -> str:
    """Return SECURITY.md with the summary of today."""
    before, rest = text.split(START)
    return before + START + "\n" + summary() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SUMMARY.write_text(summarised(SUMMARY.read_text("utf-8")), encoding="utf-8")
