from pathlib import Path

from pinprick import evidence
from pinprick.cascade.document import page
from pinprick.cascade.network import REACTIONS, READOUTS, STATES

PAGE = Path(__file__).parents[3] / "docs/reference/network.md"


def test_the_reference_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m pinprick.cascade.document > docs/reference/network.md"
    )


def test_the_page_names_every_state_process_readout_and_constant():
    text = page()
    wanted = [*(s.name for s in STATES), *(r.name for r in REACTIONS), *(r.name for r in READOUTS)]
    wanted += [record.name for record in evidence.parameters("cascade").values()]
    assert [name for name in wanted if name not in text] == []
