"""Turns a drawing of the page into a file of its own: styles go inside, variables become plain colours."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pinprick.report.actor import PHASES

_VARIABLE = re.compile(r"var\(--([\w-]+)(?:,((?:[^()]|\([^()]*\))*))?\)")
_CALC = re.compile(r"calc\(([\d.]+)\*([\d.]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@cache
def _light() -> dict[str, str]:
    """The variables of the light design, which is also the printed one."""
    text = (files("pinprick.report") / "templates" / "style.css").read_text(encoding="utf-8")
    root = text[text.index(":root{") + 6 : text.index("}")]
    pairs = (item.split(":", 1) for item in root.replace("\n", "").split(";") if item.startswith("--"))
    return {name[2:].strip(): value.strip() for name, value in pairs}


@cache
def _rules() -> tuple[tuple[str, str], ...]:
    text = (files("pinprick.report") / "templates" / "chart.css").read_text(encoding="utf-8")
    return tuple((selector.strip(), body) for selector, body in _RULE.findall(text))


def file_text(svg: str, font: str) -> str:
    """Return a drawing that needs no page around it.

    Args:
        svg: markup of one `svg` element; a picture of healing states its opacities in `data-levels`.
        font: font family of its text.
    """
    found = re.search(r'data-levels="([^"]*)"', svg)
    values = dict(_light())
    values["sans"] = f'"{font}"'
    if found:
        values |= {k.strip()[2:]: v for k, v in (item.split(":") for item in found.group(1).split(";"))}
    head = svg.index(">") + 1
    return f"{svg[:head]}<style>{_style(values)}</style>{svg[head:]}"


def _style(values: dict[str, str]) -> str:
    rules: list[str] = []
    special: list[str] = []  # after the plain rules, which are as specific
    for selector, body in _rules():
        if selector.startswith((".swatch", ".k-")):
            continue
        if "var(--phase" in body:
            for phase in PHASES:
                coloured = values | {"phase": values[phase]}
                for part in selector.split(","):
                    special.append(f".phase-{phase} {part.split()[-1]}{{{_resolve(body, coloured)}}}")
        if "--q:" in body:
            quarter = body.split("--q", 2)[2][0]
            special.append(f".person.quarter-{quarter}{{fill:{values['q' + quarter]}}}")
            continue
        rules.append(f"{selector}{{{_resolve(body, values)}}}")
    return "".join(rules + special)


def _resolve(body: str, values: dict[str, str]) -> str:
    while match := _VARIABLE.search(body):
        default = match.group(2) or "currentColor"
        body = body[: match.start()] + values.get(match.group(1), default) + body[match.end() :]
    return _CALC.sub(lambda m: f"{float(m.group(1)) * float(m.group(2)):.3f}", body)
