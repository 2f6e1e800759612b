"""Files that a command is asked to write: checked before the work starts, never left half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pinprick.errors import InputError


def check_target(path: Path | None, endings: Sequence[str], option: str) -> None:
    """Refuse a file that could not be written, before anything long is computed.

    Args:
        path: where to write, or None for nowhere.
        endings: endings that are known, with the dot.
        option: the option it was given with, shown in the error.

    Raises:
        InputError: unknown ending, missing folder, or a folder of that name.
    """
    if path is None:
        return
    known = " or ".join(endings)
    if path.suffix.lower() not in endings:
        raise InputError(
            "cannot tell what kind of file to write",
            file=str(path),
            field=option,
            given=path.suffix,
            limit=known,
            remedy=f"name the file for instance {path.stem or 'result'}{endings[0]}",
        )
    if path.is_dir():
        raise InputError("this is a directory", file=str(path), field=option, remedy="name a file in it")
    if not path.parent.is_dir():
        raise InputError(
            "there is no such folder",
            file=str(path),
            field=option,
            given=str(path.parent),
            remedy=f"make it first: mkdir -p {path.parent}",
        )
    if not os.access(path.parent, os.W_OK):
        raise InputError(
            "the folder cannot be written to", file=str(path), field=option, remedy="choose another folder"
        )


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file beside the target, then move it into place whole.

    Args:
        path: where the file goes.
        write: writes to the path it is given.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        part = Path(folder) / path.name
        write(part)
        part.replace(path)
