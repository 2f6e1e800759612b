"""The languages of the interface: `python -m pinprick.clinic.language extract|update|compile`.

English stands in the source. A translation lies in `locale/<language>/LC_MESSAGES/django.po`; its compiled form is no
part of the source and is made at start, in the cache folder, where it is older than the translation.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_BASE = os.environ.get("XDG_CACHE_HOME")
CACHE = (Path(_BASE) if _BASE else Path.home() / ".cache") / "pinprick" / "locale"
PACKAGE = Path(__file__).parent
SOURCE = PACKAGE / "locale"
LANGUAGES = ("es",)
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_DATES = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team).*\n', re.M)


def _po(language: str) -> Path:
    return SOURCE / language / "LC_MESSAGES" / "django.po"


def _mo(language: str) -> Path:
    return CACHE / language / "LC_MESSAGES" / "django.mo"


def compile_stale() -> None:
    """Compile the translations newer than their compiled form; where the cache cannot be written, English remains."""
    for language in LANGUAGES:
        source, compiled = _po(language), _mo(language)
        with suppress(OSError):
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                _compile(language)


def _compile(language: str) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with _po(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    target = _mo(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Several processes may start at once: each writes its own file and puts it in place in one step.
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as made:
        write_mo(made, catalogue)
    Path(made.name).chmod(0o644)
    Path(made.name).replace(target)


def _messages() -> Iterator[tuple[str, int, Any, str | None]]:
    """Yield file, line, message and context of everything translatable in the clinic's Python and templates."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        name = path.relative_to(PACKAGE).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # What a template says becomes calls in a line of Python; its indentation means nothing.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())
        for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            yield name, line, message, context


def extract() -> Any:
    """Return the catalogue of all messages in the source, without translations."""
    from babel.messages.catalog import Catalog

    catalogue = Catalog(project="Pinprick", charset="utf-8", fuzzy=False)
    for name, line, message, context in _messages():
        catalogue.add(message, None, [(name, line)], context=context)
    return catalogue


def read(language: str) -> Any:
    """Return the catalogue of a language as it lies in the source."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not _po(language).exists():
        return Catalog(locale=language, project="Pinprick", charset="utf-8", fuzzy=False)
    with _po(language).open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Any) -> None:
    """Write the catalogue of a language, without dates, so that only translations make a difference."""
    from babel.messages.pofile import write_po

    buffer = io.BytesIO()
    catalogue.header_comment = f"# {catalogue.locale.english_name} translations for Pinprick."
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Pinprick", "", ""
    write_po(buffer, catalogue, width=120, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    target = _po(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_DATES.sub("", buffer.getvalue().decode()), encoding="utf-8")


def update() -> None:
    """Bring every language up to the source: new messages are left empty, those no longer used are dropped."""
    source = extract()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(source, no_fuzzy_matching=True)
        write(language, catalogue)


def missing(language: str) -> list[str]:
    """Return the messages of the source that a language does not translate, or only guesses."""
    known = {(message.context, message.id): message for message in read(language) if message.id}
    found = []
    for message in extract():
        if message.id:
            translated = known.get((message.context, message.id))
            texts = translated.string if translated and isinstance(translated.string, tuple | list) else None
            said = all(texts) if texts else bool(translated and translated.string)
            if translated is None or translated.fuzzy or not said:
                found.append(str(message.id))
    return found


def main(arguments: list[str]) -> int:
    """Run one of the three commands; the exit code is 2 for anything else."""
    if arguments == ["extract"]:
        from babel.messages.pofile import write_po

        write_po(sys.stdout.buffer, extract(), width=120, include_lineno=False, sort_by_file=True)
    elif arguments == ["update"]:
        update()
        for language in LANGUAGES:
            sys.stdout.write(f"{language}: {len(missing(language))} messages to translate\n")
    elif arguments == ["compile"]:
        for language in LANGUAGES:
            _compile(language)
    else:
        sys.stderr.write("Give one of: extract, update, compile\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
