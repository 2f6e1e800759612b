"""Brings the simulation's machine code into memory before anybody asks for a plan."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pinprick
from pinprick.clinic.plans import frozen, what_if
from pinprick.device import device
from pinprick.planning import Case

# Which person it is does not matter: their plan passes through all that is compiled.
_CASE = {
    "title": "Nobody",
    "patient": {"age": 30},
    "concern": {
        "indication": "atrophic_acne_scars", "zones": ["cheek"], "scale": "goodman_baron_qualitative", "baseline": 3,
    },
    "clinic": {"devices": ["skinpen-precision"]},
}  # fmt: skip


def warm(data: Path, tell: Callable[[str], None]) -> None:
    """Have all machine code on disk, and in this process and the ones that it forks what an answer to a slider needs.

    Compiling in the threads that answer requests would hold everybody up, and has been seen to end a process.

    Args:
        data: data folder, which remembers what was compiled.
        tell: receives a line where it takes long.
    """
    case, on, stamp, made = Case.read(_CASE), date.today(), data / "machine-code", _digest()
    if not stamp.exists() or stamp.read_text() != made:
        tell("Compiling the simulation: half a minute, once")
        frozen.documents(pinprick.plan(case, on=on, draws=10))
        stamp.write_text(made)
    what_if.answer(case, what_if.usual(case, device(case.clinic.devices[0])), what_if.Limits(), on)


def _digest() -> str:
    """Return what the machine code is made from, and where it is kept, as one number."""
    root = Path(pinprick.__file__).parent
    sources = sorted(path for name in ("cascade", "tissue") for path in (root / name).glob("*.py"))
    said = f"{version('numba')} {sys.version} {root}".encode()
    return sha256(said + b"".join(path.read_bytes() for path in sources)).hexdigest()
