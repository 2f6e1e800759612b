"""Exit codes, and what a person is told when something goes wrong."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path

from pinprick import __version__
from pinprick.errors import EvidenceError, PinprickError, SolverError

_PACKAGE = Path(__file__).parents[1]

DONE = 0
ANSWER_IS_NO = 1
BAD_INPUT = 2
FAILED = 3
INTERRUPTED = 130
READER_LEFT = 141


def tell(fault: BaseException) -> int:
    """Write what went wrong on standard error and return the exit code.

    Args:
        fault: what was raised. With PINPRICK_DEBUG=1 in the environment its traceback is written as well.
    """
    if os.environ.get("PINPRICK_DEBUG") == "1":
        traceback.print_exception(fault, file=sys.stderr)
    if isinstance(fault, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    if isinstance(fault, BrokenPipeError):
        # Whoever read our output has left; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    if isinstance(fault, PinprickError):
        _say(str(fault))
        return FAILED if isinstance(fault, EvidenceError | SolverError) else BAD_INPUT
    if isinstance(fault, OSError) and fault.filename is not None:
        remedy = "check the path and the permissions"
        _say(f"cannot use the file: {fault.strerror}\n  file:  {fault.filename}\n  do:    {remedy}")
        return BAD_INPUT
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT):
        # What Python still holds back would fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _say(f"cannot write the output: {fault.strerror}\n  do:    make room, or send the output elsewhere")
        return BAD_INPUT
    if hasattr(fault, "format_message"):
        return _usage(fault)
    _say(_bug(fault))
    return FAILED


def _usage(fault: BaseException) -> int:
    # The parser's own errors are known by what they can do, because their class moves between Typer's versions.
    text = fault.format_message()  # type: ignore[attr-defined]
    if type(fault).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{text}\n")
        return BAD_INPUT
    path = getattr(getattr(fault, "ctx", None), "command_path", "pinprick")
    _say(f"{text}\n  do:    {path} --help")
    return BAD_INPUT


def _bug(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    where = ours[-1] if ours else frames[-1] if frames else None
    place = f"{where.filename}, line {where.lineno}, in {where.name}" if where else "unknown"
    return "\n".join(
        [
            "this is a bug in Pinprick, not a fault of your input",
            f"  what:  {type(fault).__name__}: {fault}",
            f"  where: {place}",
            f"  from:  pinprick {__version__}, Python {sys.version.split()[0]}",
            "  do:    run again with PINPRICK_DEBUG=1 for the whole traceback, and report it (see CONTRIBUTING.md)",
        ]
    )


def _say(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"pinprick: {text}\n")
