"""Writes the reference page of the clinic's settings from the settings themselves.

Run from the repository's folder:  python docs/generate_settings.py
"""

from __future__ import annotations

from pathlib import Path

from pinprick.clinic.environment import Environment, variable

PAGE = Path(__file__).parent / "reference" / "settings.md"
HEAD = """# Settings of the clinic

`pinprick serve` reads these environment variables, checks them at start and refuses what it cannot use, naming the variable. Nothing has to be
set.

| variable | default | means |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    rows = []
    for name, field in Environment.model_fields.items():
        default = field.get_default(call_default_factory=False)
        shown = {"data": "`~/.local/share/pinprick`", "database_url": "", "secret_key": ""}.get(name)
        if shown is None:
            shown = f"`{','.join(default) if isinstance(default, tuple) else str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `{variable(name)}` | {shown} | {field.description} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
