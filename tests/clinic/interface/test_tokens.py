"""The colours of the design system keep the contrast of WCAG 2.2 AA, by day and by night; no sheet writes its own."""

import re
from pathlib import Path

import pytest

import pinprick.clinic.interface

STATIC = Path(pinprick.clinic.interface.__file__).parent / "static" / "interface"
TOKENS = {
    name: values
    for name, *values in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", (STATIC / "tokens.css").read_text()
    )
}
SURFACES = ("paper", "card", "well", "raised")
TEXT = [(ink, surface) for ink in ("ink", "soft", "accent", "bad", "good", "warn", "note") for surface in SURFACES]
TEXT += [(tone, f"{tone}-wash") for tone in ("good", "warn", "bad", "note")]
TEXT += [("ink", f"{tone}-wash") for tone in ("good", "warn", "bad", "note", "accent")]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-bad", "bad-strong"), ("on-bad", "bad")]
TEXT += [("accent-strong", "accent-wash"), ("soft", "accent-wash"), ("accent", "accent-wash")]
# What is no text but must be seen: borders of controls, the ring of the focus, the parts of a drawing.
SEEN = [("edge", surface) for surface in ("paper", "card", "raised")] + [("accent", surface) for surface in SURFACES]
SEEN += [("skin-line", "skin"), ("skin-line", "card"), ("accent-strong", "skin")]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_of_contrast_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(scheme):
    poor = {
        pair: round(ratio, 2)
        for pair in TEXT
        if (ratio := contrast(TOKENS[pair[0]][scheme], TOKENS[pair[1]][scheme])) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_must_be_seen_is_seen(scheme):
    poor = {
        pair: round(ratio, 2)
        for pair in SEEN
        if (ratio := contrast(TOKENS[pair[0]][scheme], TOKENS[pair[1]][scheme])) < 3
    }
    assert poor == {}


@pytest.mark.parametrize("name", ["page.css", "components.css", "form.css"])
def test_colours_come_from_the_tokens(name):
    # A signature and a QR code are dark on white at night too: they are looked at by scanners and kept as drawn.
    allowed = {"#fff", "#000", "#14202b", "#9aa3aa"}
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", (STATIC / name).read_text())) <= allowed
