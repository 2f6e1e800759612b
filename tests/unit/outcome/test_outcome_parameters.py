"""Records of the outcome model: units, sources and honest status."""

from pinprick import evidence
from pinprick.units import registry


def test_units_are_known_and_sources_resolve():
    for record in evidence.parameters("outcome").values():
        registry().Unit(record.unit)
        for source in record.sources:
            evidence.source(source)
        assert record.note and record.recorded is not None


def test_read_and_assumed_are_told_apart():
    for record in evidence.parameters("outcome").values():
        assumption = "pinprick2026_assumption" in record.sources
        assert assumption == (record.status == "assumed"), record.id


def test_the_coupling_to_collagen_is_wide_and_assumed():
    record = evidence.parameter("outcome.coupling.collagen")
    assert record.status == "assumed"
    drawn = evidence.draw(record.id, 1000, seed=0)
    assert drawn.min() < 0.05 and drawn.max() > 0.85
