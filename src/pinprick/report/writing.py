"""Writes a report as one file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pinprick.errors import InputError
from pinprick.language import languages
from pinprick.planning.plan_record import Plan
from pinprick.report.translation import translated

if TYPE_CHECKING:
    import xarray as xr


def write(plan: Plan, path: str | Path, *, block: xr.Dataset | None = None, language: str = "en") -> Path:
    """Write the report of a plan.

    Args:
        plan: what to explain.
        path: `.html` for one self-contained page, `.pdf` for a tagged document.
        block: from `plan_block`: a block of skin to look into, in the PDF a still of it.
        language: code of the reader's language, "en" or "es".

    Raises:
        InputError: the ending is neither, there is no such language, or the file cannot be written.
        MissingExtraError: PDF was asked for and its extra is not installed.
    """
    target = Path(path)
    if language not in languages():
        raise InputError(
            "there is no report in this language", field="language", given=language, limit=", ".join(languages())
        )
    if target.suffix.lower() == ".html":
        from pinprick.report.page import plan_page, plan_view

        return put(target, translated(plan_page(plan, plan_view(plan, block)), language).encode("utf-8"))
    if target.suffix.lower() == ".pdf":
        from pinprick.report.pdf import plan_document

        return put(target, plan_document(plan, block, language))
    raise InputError(
        "a report is written as HTML or PDF",
        file=str(path),
        given=target.suffix,
        limit=".html or .pdf",
        remedy="name the file for instance plan.html",
    )


def write_simulation(dataset: xr.Dataset, path: str | Path) -> Path:
    """Write a small page on one simulated healing.

    Args:
        dataset: from `cascade.heal`.
        path: a file that ends in `.html`.

    Raises:
        InputError: another ending, or the file cannot be written.
    """
    target = html_target(path, "a simulation page", "healing.html")
    from pinprick.report.page import simulation_page

    return put(target, simulation_page(dataset).encode("utf-8"))


def html_target(path: str | Path, what: str, example: str) -> Path:
    """Return the path of a page to be written, which must end in .html.

    Args:
        path: where.
        what: what is to be written, for the message.
        example: a name that would do.

    Raises:
        InputError: another ending.
    """
    target = Path(path)
    if target.suffix.lower() != ".html":
        raise InputError(
            f"{what} is HTML",
            file=str(path),
            given=target.suffix,
            limit=".html",
            remedy=f"name the file for instance {example}",
        )
    return target


def put(target: Path, content: bytes) -> Path:
    """Write beside the target and move into place, so that nobody ever sees half a file."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as fault:
        raise _refused(target, fault) from fault
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except OSError as fault:
        Path(name).unlink(missing_ok=True)
        raise _refused(target, fault) from fault
    return target


def _refused(target: Path, fault: OSError) -> InputError:
    return InputError(
        f"cannot write the report: {fault.strerror or fault}",
        file=str(target),
        remedy="name a folder that exists and may be written to",
    )
