"""Asks whether a known fault is in anything that is installed with Pinprick; exit code 1 where one is.

Where nobody can be asked (no network, an index without that service) it says so and does not fail: the answer is then not known.
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
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        print("audit: nobody could be asked; not known whether a fault is known")
        return 0
    faults = [(row["name"], fault["id"]) for row in found for fault in row.get("vulns", ())]
    unanswered = sum("skip_reason" in row for row in found)
    print(f"audit: {len(found)} libraries, {unanswered} not answered, {len(faults)} known faults")
    for name, fault in faults:
        print(f"  {name}: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
