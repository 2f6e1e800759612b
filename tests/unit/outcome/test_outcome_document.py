"""The reference page is what the records say."""

from pathlib import Path

from pinprick.outcome import indications, scales
from pinprick.outcome.document import page

PAGE = Path(__file__).parents[3] / "docs/reference/scales.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m pinprick.outcome.document > docs/reference/scales.md"
    )


def test_every_scale_and_indication_has_a_heading():
    lines = set(PAGE.read_text(encoding="utf-8").splitlines())
    for id in (*scales(), *indications()):
        assert f"### `{id}`" in lines
