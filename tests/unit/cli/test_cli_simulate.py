"""`pinprick simulate`: settings, summary, files, refusals."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import xarray as xr

from pinprick import evidence
from pinprick.cli import main, simulation

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "simulate.schema.json"
QUICK = ("--draws", "6", "--sessions", "2", "--follow-up", "60 days")


def run(capsys, *arguments):
    code = main.main(("simulate", *arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("geometry", ["well-mixed", "depth"])
def test_json_follows_the_schema(capsys, geometry):
    code, out, err = run(capsys, *QUICK, "--geometry", geometry, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")), cls=jsonschema.Draft202012Validator)
    assert document["settings"]["geometry"] == geometry
    assert set(document["parameters"]) <= set(evidence.parameters())
    assert len(document["sources"]) > 10


def test_settings_reach_the_model(capsys):
    given = ("--device", "dermaroller-192", "--needle-length", "1000 um", "--passes", "15", "--interval", "2 weeks")
    person = ("--zone", "forehead", "--phototype", "4", "--age", "40", "--sex", "female", "--seed", "3")
    document = json.loads(run(capsys, *QUICK, *given, *person, "--json")[1])
    assert document["settings"] == {
        "device": "dermaroller-192", "zone": "forehead", "needle_length_mm": 1.0, "pass_count": 15, "sessions": 2,
        "interval_days": 14.0, "follow_up_days": 60.0, "age_years": 40.0, "sex": "female", "phototype": 4,
        "geometry": "well-mixed", "draws": 6, "seed": 3,
    }  # fmt: skip


def test_same_seed_same_result_and_another_seed_another(capsys):
    first = run(capsys, *QUICK, "--json")[1]
    assert run(capsys, *QUICK, "--json")[1] == first
    assert run(capsys, *QUICK, "--seed", "1", "--json")[1] != first


def test_text_names_the_phases(capsys):
    code, out, _ = run(capsys, *QUICK)
    assert code == 0
    for phase in ("haemostasis", "inflammation", "proliferation", "remodelling"):
        assert phase in out


def test_netcdf_holds_every_draw(capsys, tmp_path):
    path = tmp_path / "healing.nc"
    assert run(capsys, *QUICK, "-o", str(path))[0] == 0
    with xr.open_dataset(path, engine="scipy") as data:
        assert data.sizes["draw"] == 6
        assert data["collagen_gain_percent"].attrs["units"] == "percent"
    assert [item.name for item in tmp_path.iterdir()] == ["healing.nc"]


def test_a_block_states_what_it_needs_and_follows_the_schema(capsys, tmp_path):
    small = ("--geometry", "block", "--side", "0.6 mm", "--spacing", "100 um", "--draws", "3", "--sessions", "1")
    code, out, err = run(capsys, *small, "--follow-up", "10 days", "--json", "-o", str(tmp_path / "block.nc"))
    assert code == 0
    assert "GB of memory" in err
    document = json.loads(out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")), cls=jsonschema.Draft202012Validator)
    assert document["settings"]["geometry"] == "block"
    assert document["settings"]["draws"] == 1
    with xr.open_dataset(tmp_path / "block.nc", engine="scipy") as data:
        assert data["collagen_gain_percent"].dims == ("time", "z", "y", "x")
        gain = data["collagen_gain_percent"].mean(("x", "y")).weighted(data["cell_height_mm"]).mean("z")
        assert document["collagen"][-1]["gain_percent"]["median"] == pytest.approx(float(gain[-1]), rel=1e-4)


def test_page_is_written(capsys, tmp_path):
    path = tmp_path / "healing.html"
    assert run(capsys, *QUICK, "-o", str(path))[0] == 0
    assert "<html" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--geometry", "block", "--side", "500 mm"), "cells along 500 mm"),
        (("--geometry", "block", "--side", "20 mm"), "would not fit into memory"),
        (("--geometry", "block", "--spacing", "0 um"), "above 0"),
        (("--side", "1 mm"), "--geometry block"),
        (("--geometry", "sphere"), "well-mixed"),
        (("--needle-length", "9 mm"), "2.5 mm"),
        (("--needle-length", "9 kg"), "--needle-length"),
        (("--needle-length=-1",), "needle"),
        (("--zone", "eyelid"), "cheek"),
        (("--device", "nope"), "skinpen-precision"),
        (("--age", "300"), "120"),
        (("--age", "nan"), "age"),
        (("--sex", "x"), "female | male"),
        (("--interval", "0 days"), "above 0"),
        (("--follow-up", "0"), "follow"),
        (("--phototype", "7"), "6"),
        (("-o", "healing.txt"), ".nc"),
        (("-o", "no-such-folder/healing.nc"), "no such folder"),
    ],
)
def test_bad_input_is_said_and_nothing_is_written(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    # As on a machine of 4 GB: the largest block that is offered fits into one of 24.
    monkeypatch.setattr("pinprick.cascade.block_options.available_bytes", lambda: 4_000_000_000)
    code, out, err = run(capsys, *QUICK, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_zarr_without_its_package_names_the_install_line(capsys, monkeypatch, tmp_path):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, _, err = run(capsys, *QUICK, "-o", str(tmp_path / "healing.zarr"))
    assert code == 2
    assert "pip install zarr" in err


def test_interval_ignores_what_is_not_finite():
    assert simulation.interval(np.array([np.nan, 2.0, np.inf])) == {"low": 2.0, "median": 2.0, "high": 2.0}
    assert simulation.interval(np.array([np.nan])) == {"low": None, "median": None, "high": None}


def test_the_turn_is_the_point_farthest_from_rest():
    from pinprick.cli.simulation import _extreme

    times = np.array([0.0, 1.0, 2.0])
    assert _extreme(np.array([[1.0, 3.0, 1.5]]), times, 1.0)[2] == "peak"
    days, values, turn = _extreme(np.array([[1.0, 0.2, 1.1]]), times, 1.0)
    assert (days[0], values[0], turn) == (1.0, 0.2, "trough")
    assert _extreme(np.array([[1.0, 1.0, 1.0]]), times, 1.0)[2] == "unchanged"


def test_a_device_with_short_needles_needs_no_needle_length(capsys):
    code = main.main(("simulate", "--device", "home-roller", "--draws", "3", "--json"))
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert code == 0
    assert settings["needle_length_mm"] == 0.3
