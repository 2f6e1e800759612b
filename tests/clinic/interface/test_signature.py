"""A signature is read as our field draws it, and nothing else."""

import pytest

from pinprick.clinic.interface import signature

DRAWN = "M10 20.5" + "".join(f"L{10 + step} {20 + step}.5" for step in range(10))


def test_a_drawn_signature_comes_back():
    assert signature.read(DRAWN) == DRAWN
    assert signature.read("  ") == ""


@pytest.mark.parametrize("text", ["M1 1L1 1", '"/><script>', "M10 20 L30 40", DRAWN + "z", DRAWN * 2000])
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(ValueError, match="sign again"):
        signature.read(text)
