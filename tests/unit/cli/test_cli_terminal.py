"""Text output keeps every word at any width, and colour off a terminal."""

import io
import re

import pytest

from pinprick.cli import main, terminal


def words(text):
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("width", ["60", "80", "200"])
@pytest.mark.parametrize("arguments", [("rules", "SR001"), ("devices",), ("sources", "kalluri")])
def test_no_word_is_lost_on_a_narrow_terminal(capsys, monkeypatch, width, arguments):
    monkeypatch.setenv("COLUMNS", "2000")
    main.main(arguments)
    whole = "".join(words(capsys.readouterr().out))
    monkeypatch.setenv("COLUMNS", width)
    assert main.main(arguments) == 0
    out = capsys.readouterr().out
    assert all(len(line) <= int(width) for line in out.splitlines())
    assert sorted("".join(words(out))) == sorted(whole)


def test_a_strange_width_is_ignored(monkeypatch):
    for given in ("", "-3", "many", "1e9", "0", "99999999"):
        monkeypatch.setenv("COLUMNS", given)
        assert terminal.pipe_width() >= 40


def test_no_color_is_heard_on_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    for given, coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", given)
        screen = Terminal()
        terminal.console(screen).print(terminal.status("assumed"))
        assert ("\x1b[3" in screen.getvalue()) is coloured


def test_markup_in_what_a_person_wrote_is_shown_as_written(capsys):
    terminal.show(terminal.paragraph("[bold]x[/bold] [/] :smile:"), terminal.table(["a"], [["[red]y"]]))
    out = capsys.readouterr().out
    assert "[bold]x[/bold] [/] :smile:" in out
    assert "[red]y" in out


def test_working_is_silent_in_a_pipe(capsys):
    with terminal.working("thinking"):
        pass
    assert capsys.readouterr() == ("", "")
