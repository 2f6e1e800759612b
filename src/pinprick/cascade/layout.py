"""Where each quantity of a group of lanes lies in its block of memory; a row holds one number for every lane."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick.cascade.network import PARAMETERS, SYMBOLS

_STATES, _STAGES = len(SYMBOLS), 6
# The Jacobian with its fill, and the parts of the rates that hold constants alone; the writer checks both.
ENTRIES, FIXED = 100, 160


@dataclass(frozen=True, slots=True)
class Layout:
    """First row of each quantity."""

    states: int = 0
    new: int = _STATES
    added: int = 2 * _STATES
    old: int = 3 * _STATES
    stages: int = 4 * _STATES
    factors: int = (4 + _STAGES) * _STATES
    control: int = (4 + _STAGES) * _STATES + ENTRIES
    parameters: int = (4 + _STAGES) * _STATES + ENTRIES + 10
    fixed: int = (4 + _STAGES) * _STATES + ENTRIES + 10 + len(PARAMETERS)
    rows: int = (4 + _STAGES) * _STATES + ENTRIES + 10 + len(PARAMETERS) + FIXED

    def stage(self, s: int) -> int:
        """Return the first row of one stage."""
        return self.stages + s * _STATES

    @property
    def time(self) -> int:
        """Time since the session, in days."""
        return self.control

    @property
    def before(self) -> int:
        """Time at the start of the last step."""
        return self.control + 1

    @property
    def length(self) -> int:
        """Length of the last step."""
        return self.control + 2

    @property
    def wish(self) -> int:
        """Length wished for the next step."""
        return self.control + 3

    @property
    def end(self) -> int:
        """Time at which steps must end: the next session or the last output."""
        return self.control + 4

    @property
    def due(self) -> int:
        """Time from which a decision is needed: the next output or the end."""
        return self.control + 5

    @property
    def shift(self) -> int:
        """Shift of the Jacobian."""
        return self.control + 6

    @property
    def rtol(self) -> int:
        """Relative tolerance."""
        return self.control + 7

    @property
    def atol(self) -> int:
        """Absolute tolerance."""
        return self.control + 8

    @property
    def stuck(self) -> int:
        """1 where the last step collapsed."""
        return self.control + 9


LAYOUT = Layout()
