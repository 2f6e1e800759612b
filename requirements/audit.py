"""Asks whether a known fault is in anything that is installed with Pinprick; exit code 1 where one is.

Where nobody can be asked (no network, an index without that service) it says that nothing was checked and does not
fail: the answer is then not known, and no run on such a machine may be read as one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent / "run.txt"
OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def main() -> int:
    """Ask, print and return the exit code."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", str(LOCK), *OPTIONS], capture_output=True, text=True, check=False
    )
    lines, code = judged(asked.stdout)
    print("\n".join(lines))
    return code


def judged(answer: str) -> tuple[list[str], int]:
    """Return what to print and the exit code.

    Args:
        answer: what pip-audit wrote, as JSON; anything else where it could ask nobody.
    """
    try:
        found = json.loads(answer)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return ["audit: NOTHING WAS CHECKED: nobody could be asked. Whether a fault is known is not known."], 0
    silent = [row["name"] for row in found if "skip_reason" in row]
    faults = [(row["name"], fault["id"]) for row in found for fault in row.get("vulns", ())]
    checked = len(found) - len(silent)
    if not checked:
        return [
            f"audit: NOTHING WAS CHECKED: the index answers for none of {len(found)} libraries."
            " Whether a fault is known is not known."
        ], 0
    lines = [f"audit: {checked} of {len(found)} libraries checked, {len(faults)} known faults"]
    if silent:
        lines.append(f"  not checked: {', '.join(silent)}")
    return lines + [f"  {name}: {fault}" for name, fault in faults], 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
