"""Spanish is complete: every message of the source is translated, none is guessed, and every placeholder survives."""

import re

import pytest
from django.test import Client
from django.utils import formats, timezone, translation

from pinprick.clinic import language

PLACEHOLDER = re.compile(r"%\((\w+)\)[.\d]*[sdfg]|%%")


def texts(value):
    return list(value) if isinstance(value, tuple | list) else [value]


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_nothing_is_untranslated_or_guessed(name):
    assert language.missing(name) == []


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_nothing_is_left_over(name):
    known = {(message.context, message.id) for message in language.extract()}
    assert [message.id for message in language.read(name) if (message.context, message.id) not in known] == []


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_placeholders_survive(name):
    wrong = []
    for message in language.read(name):
        if message.id:
            # One of several: a language may leave the number out of its singular.
            allowed = {found[0] for text in texts(message.id) for found in PLACEHOLDER.finditer(text)}
            for text, source in zip(texts(message.string), texts(message.id), strict=True):
                said = {found[0] for found in PLACEHOLDER.finditer(text)}
                needed = {found[0] for found in PLACEHOLDER.finditer(source)}
                if not needed <= said <= allowed or "%" in PLACEHOLDER.sub("", text).replace(" %", ""):
                    wrong.append((message.id, text))
    assert wrong == []


def test_a_missing_translation_would_be_found(monkeypatch):
    catalogue = language.read("es")
    before = language.missing("es")
    message = next(one for one in catalogue if one.id and isinstance(one.id, str))
    message.string = ""
    monkeypatch.setattr(language, "read", lambda name: catalogue)
    assert language.missing("es") == [message.id, *before]
    message.string = "x"
    message.flags.add("fuzzy")
    assert language.missing("es") == [message.id, *before]


def test_messages_of_templates_and_python_are_found():
    found = {message.id for message in language.extract()}
    assert "Skip to the content" in found  # a template's
    assert "Must not be treated" in found  # gettext_lazy
    assert any(isinstance(one, tuple) for one in found)  # a plural


@pytest.mark.django_db
def test_a_page_in_spanish():
    answer = Client(headers={"Accept-Language": "es"}).get("/account/login/")
    page = answer.content.decode()
    assert '<html lang="es"' in page and "Iniciar sesión" in page and "Sign in" not in page


@pytest.mark.django_db
def test_the_language_is_chosen_and_kept():
    client = Client()
    client.post("/language/", {"language": "es", "next": "/interface/offline"})
    assert "Sin conexión" in client.get("/interface/offline").content.decode()


def test_dates_cannot_be_misread():
    day = timezone.datetime(2026, 3, 2, 14, 5)
    for name in ("en", "es"):
        with translation.override(name):
            said = formats.date_format(day, "DATETIME_FORMAT")
            assert said.startswith("2 ") and "2026" in said and "14:05" in said and "mar" in said.lower()
    with translation.override("es"):
        assert formats.number_format(1.5, 1) == "1,5"


def test_an_unknown_command_is_refused(capsys):
    assert language.main(["translate"]) == 2
    assert "extract, update, compile" in capsys.readouterr().err


def test_compiling_is_done_once(monkeypatch, tmp_path):
    monkeypatch.setattr(language, "CACHE", tmp_path)
    language.compile_stale()
    made = tmp_path / "es" / "LC_MESSAGES" / "django.mo"
    first = made.stat().st_mtime_ns
    language.compile_stale()
    assert made.stat().st_mtime_ns == first and made.stat().st_size > 10_000


def test_no_message_hides_behind_a_name_that_is_not_looked_for():
    imported = re.compile(r"from django\.utils\.translation import (.+)")
    named = set()
    for path in language.PACKAGE.rglob("*.py"):
        for line in imported.findall(path.read_text("utf-8")):
            for name in line.strip("()").split(","):
                first, _, alias = name.strip().partition(" as ")
                if "gettext" in first:
                    named.add(alias or first)
    assert named - set(language.KEYWORDS) == set()
    assert "_" in named
