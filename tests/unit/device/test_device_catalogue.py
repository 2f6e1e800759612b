import pytest

from pinprick import device, evidence
from pinprick.errors import EvidenceError, InputError

REQUIRED = {
    "skinpen-precision",
    "exceed",
    "skinstylus",
    "rejuvapen-nxt",
    "pen-12",
    "dermaroller-192",
    "roller-540",
    "home-roller",
    "stamp-generic",
    "rf-insulated-generic",
    "rf-noninsulated-generic",
}


def test_named_and_generic_devices_are_on_record():
    assert set(device.device_ids()) >= REQUIRED
    assert [item.id for item in device.devices()] == list(device.device_ids())


@pytest.mark.parametrize("id", device.device_ids())
def test_every_geometry_field_has_value_unit_source_and_status(id):
    found = device.device(id)
    assert found.geometry
    for field in found.geometry:
        assert field.unit and field.sources and field.status in ("read", "remembered", "assumed")
        assert getattr(found, field.field) == field.value
        if field.status == "assumed":
            assert field.note, f"{field.field} is assumed and does not say how it was chosen"
    order = ("read", "remembered", "assumed")
    assert found.status == max((field.status for field in found.geometry), key=order.index)
    assert found.needle_count > 0
    assert 0 < found.needle_length_min_mm <= found.needle_length_max_mm
    assert found.needle_base_diameter_mm > 0


@pytest.mark.parametrize("id", device.device_ids())
def test_every_source_of_a_device_resolves(id):
    found = device.device(id)
    for source in {*found.sources, *(source for label in found.labels for source in label.sources)}:
        assert evidence.source(source)


def test_fields_of_other_classes_are_none():
    roller = device.device("dermaroller-192")
    assert roller.stroke_frequency_hz is None and roller.head_area_mm2 is None and roller.insulated is None
    assert roller.needle_rows == 8


def test_only_radiofrequency_delivers_energy():
    assert {item.id for item in device.devices() if not item.mechanical} == {
        item.id for item in device.devices() if item.insulated is not None
    }


def test_looking_up_a_device_enters_its_sources():
    with evidence.recording() as ledger:
        device.device("dermaroller-192")
    assert "schwarz2011" in ledger.sources


def test_unknown_device_lists_what_there_is():
    with pytest.raises(InputError) as caught:
        device.device("magic-pen")
    assert "skinpen-precision" in str(caught.value.limit)


@pytest.mark.parametrize(
    ("id", "limit"),
    [("skinpen-precision", 1.5), ("exceed", 1.5), ("skinstylus", 2.5), ("rejuvapen-nxt", None), ("pen-12", None)],
)
def test_label_limit_of_the_united_states(id, limit):
    assert device.label_limit_mm(device.device(id), "US") == limit


def test_dial_of_the_skinpen_reaches_beyond_its_label():
    pen = device.device("skinpen-precision")
    assert pen.needle_length_max_mm == 2.5
    assert any("longer than the 1.5 mm" in text for text in device.departures(pen, "us", needle_length_mm=2.0))
    assert device.departures(pen, "US", needle_length_mm=1.5, age_years=30, phototype=6) == ()


def test_departures_by_age_and_phototype():
    exceed = device.device("exceed")
    assert any("22 years" in text for text in device.departures(exceed, "US", age_years=20))
    assert any("phototypes 1, 2, 3, 4" in text for text in device.departures(exceed, "US", phototype=5))
    assert device.departures(exceed, "US") == ()


def test_no_label_is_invented_for_another_jurisdiction():
    assert device.labels(device.device("exceed"), "EU") == ()
    assert "No label" in device.departures(device.device("exceed"), "EU")[0]


def test_every_label_is_of_the_united_states_and_cited():
    for item in device.devices():
        for label in item.labels:
            assert label.jurisdiction == "US" and label.sources and label.indications


def test_malformed_record_names_file_and_field(monkeypatch):
    raw = {"id": "x", "name": "x", "device_class": "pen", "geometry": {}, "labels": [], "notes": []}
    monkeypatch.setattr("pinprick.evidence.load", lambda file: raw)
    from pinprick.device.catalogue import _read

    with pytest.raises(EvidenceError, match="geometry fields"):
        _read.__wrapped__("x")
