"""What goes on needled skin: the granuloma warning, with both sides of the disagreement and its sources."""

from __future__ import annotations

import pytest

from pinprick import evidence
from pinprick.clinic.treatment.topical import channels_open_hours, warn


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Vitamin C serum 20 %", "cosmetic"),
        ("L-ascorbic acid", "cosmetic"),
        ("Hyaluronic acid serum", "cosmetic"),
        ("Copper peptide ampoule", "sterile_glide"),
        ("Exosome ampoule", "prescribed"),
        ("Retinol 0.5", "cosmetic"),
        ("Tranexamic acid", "prescribed"),
        ("some serum", "cosmetic"),
    ],
)
@pytest.mark.parametrize("moment", ["during", "after"])
def test_through_open_channels_it_warns_and_asks_for_a_reason(name: str, kind: str, moment: str) -> None:
    found = warn(name, kind, moment)
    assert found.blocks
    assert name in found.text
    assert "Granulomas" in found.text
    known = evidence.sources()
    assert found.sources
    assert all(source in known for source in found.sources)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Supplied gel", "sterile_glide"),
        ("Saline 0.9 %", "sterile_saline"),
        ("Plain hyaluronic acid", "sterile_hyaluronic_acid"),
    ],
)
def test_what_the_rule_allows_is_not_warned_of(name: str, kind: str) -> None:
    for moment in ("before", "during", "after"):
        assert not warn(name, kind, moment).blocks


def test_before_needling_it_can_be_taken_off() -> None:
    assert not warn("Vitamin C serum", "cosmetic", "before").blocks


def test_both_sides_are_shown() -> None:
    found = warn("Vitamin C serum", "cosmetic", "after")
    said = " ".join(says for _, says, _ in found.positions)
    assert "OPPOSITE" in said
    assert "granuloma" in said


def test_the_hours_are_a_record() -> None:
    assert channels_open_hours() == evidence.value("treatment.topical.channels_open")
