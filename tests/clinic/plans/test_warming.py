"""Machine code is made before anybody asks, once."""

from pinprick.clinic.plans.warming import warm


def test_the_simulation_is_compiled_once_for_a_data_folder(tmp_path):
    told: list[str] = []
    warm(tmp_path, told.append)
    assert len(told) == 1
    warm(tmp_path, told.append)
    assert len(told) == 1


def test_it_is_compiled_again_where_what_it_is_made_from_has_changed(tmp_path):
    told: list[str] = []
    (tmp_path / "machine-code").write_text("of an older version")
    warm(tmp_path, told.append)
    assert len(told) == 1
    assert (tmp_path / "machine-code").read_text() != "of an older version"
