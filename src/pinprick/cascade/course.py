"""A course: how many sessions, how far apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Course:
    """A planned series of sessions.

    Attributes:
        sessions: number of sessions, at least 1.
        interval_days: time between sessions, positive; ignored for one session.
    """

    sessions: int
    interval_days: float

    @property
    def session_days(self) -> tuple[float, ...]:
        """Day of each session, the first being day 0."""
        return tuple(i * self.interval_days for i in range(self.sessions))

    @property
    def last_session_day(self) -> float:
        """Day of the last session."""
        return self.session_days[-1]
