"""The one tree of errors: each says what was given, the limit, where the limit comes from and what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class PinprickError(Exception):
    """Base of every error that Pinprick raises on purpose.

    Args:
        message: one sentence that says what is wrong.
        file: the file the fault is in, if any.
        field: the field inside it, as a dotted path.
        given: the offending value, shown as the user wrote it.
        limit: what would have been accepted.
        origin: where the limit comes from (a source, a label, a schema).
        remedy: what to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        field: str | None = None,
        given: object = None,
        limit: str | None = None,
        origin: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.field = field
        self.given = given
        self.limit = limit
        self.origin = origin
        self.remedy = remedy

    def details(self) -> dict[str, str]:
        """Return the filled-in particulars in reading order; long values are shortened to 120 characters."""
        pairs = {
            "file": self.file,
            "field": self.field,
            "given": None if self.given is None else _shorten(repr(self.given)),
            "limit": self.limit,
            "from": self.origin,
            "do": self.remedy,
        }
        return {name: str(value) for name, value in pairs.items() if value is not None}

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  {name + ':':<7}{value}" for name, value in self.details().items()]
        return "\n".join(lines)


def _shorten(text: str, limit: int = 120) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


class InputError(PinprickError):
    """Something a person gave cannot be used as it stands (exit code 2)."""


class InputErrors(InputError):
    """Several faults found in one file, reported together.

    Printed are as many of them as fit on one screen; the rest are counted.

    Args:
        problems: the single faults, in file order; at least one.
        file: the file they are in.
    """

    # A terminal of the usual 24 lines, less the line of the prompt.
    screen_lines = 23

    def __init__(self, problems: Sequence[InputError], *, file: str | None = None) -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in {file or 'the input'}", file=None)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        # The heading and, where some are left out, the count of them each take a line.
        left, lines = self.screen_lines - 2, [self.message]
        for place, problem in enumerate(self.problems):
            here = self._brief(problem)
            if place and len(here) > left:
                lines.append(f"… and {len(self.problems) - place} more")
                break
            lines += here
            left -= len(here)
        return "\n".join(lines)

    def _brief(self, problem: InputError) -> list[str]:
        """Return a problem's lines without the file, which the heading names."""
        return [line for line in str(problem).splitlines() if line != f"  file:  {problem.file}"]


class EvidenceError(PinprickError):
    """A record of the evidence data is missing, malformed or cites nothing."""


class SolverError(PinprickError):
    """A numerical solution failed; the message names the state and time at which it did."""


class MissingExtraError(PinprickError):
    """An optional dependency is needed and not installed; the remedy is the line that installs it."""
