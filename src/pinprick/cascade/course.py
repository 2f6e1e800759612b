"""A course: how many sessions, how far apart."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick.errors import InputError


@dataclass(frozen=True, slots=True)
class Course:
    """A planned series of sessions.

    Attributes:
        sessions: number of sessions, at least 1.
        interval_days: time between sessions, positive; ignored for one session.

    Raises:
        InputError: no session, or an interval that is not a positive number of days.
    """

    sessions: int
    interval_days: float

    def __post_init__(self) -> None:
        if self.sessions < 1:
            raise InputError("a course has at least one session", field="sessions", given=self.sessions, limit=">= 1")
        if not 0.0 < self.interval_days < float("inf"):
            raise InputError(
                "sessions must lie a positive time apart",
                field="interval_days",
                given=self.interval_days,
                limit="more than 0 days",
            )

    @property
    def session_days(self) -> tuple[float, ...]:
        """Day of each session, the first being day 0."""
        return tuple(i * self.interval_days for i in range(self.sessions))

    @property
    def last_session_day(self) -> float:
        """Day of the last session."""
        return self.session_days[-1]
