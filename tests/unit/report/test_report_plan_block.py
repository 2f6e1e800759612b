"""The block of skin in a plan's report: of the planned treatment, small enough, and absent where nothing is planned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import synthetic_plan as made
import xarray as xr

from pinprick import report
from pinprick.planning import Plan
from pinprick.report.small_block import caution, report_options

LIMIT = 4_000_000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return made.plan()


@pytest.fixture(scope="module")
def block(plan: Plan) -> xr.Dataset:
    found = report.plan_block(plan)
    assert found is not None
    return found


def test_the_block_is_that_of_the_planned_treatment(plan: Plan, block: xr.Dataset) -> None:
    assert plan.prescription is not None
    assert block.attrs["sessions"] == plan.prescription.course.sessions
    assert block.attrs["zone"] == str(plan.injuries[0].skin.zone)
    assert block.attrs["needle_length_mm"] == plan.injuries[0].technique.needle_length_mm
    density = block.attrs["puncture_density_per_cm2"]
    assert plan.injuries[0].puncture_density_per_cm2.min() <= density <= plan.injuries[0].puncture_density_per_cm2.max()
    assert float(block["collagen_gain_percent"].isel(time=-1).max()) > 0


def test_the_work_does_not_grow_with_the_sessions(plan: Plan) -> None:
    injury = plan.injuries[0]
    work = []
    for sessions in (1, 3, 6, 12):
        options = report_options(injury, sessions)
        assert options.side_mm is not None
        work.append(sessions * round(options.side_mm / options.spacing_mm) ** 3)
    assert max(work) <= 7_000


def test_the_page_carries_it_and_stays_below_four_megabytes(plan: Plan, block: xr.Dataset, tmp_path: Path) -> None:
    page = report.write(plan, tmp_path / "plan.html", block=block).read_text(encoding="utf-8")
    assert len(page.encode()) < LIMIT
    assert 'id="block-canvas"' in page and caution(block) in page
    assert 'id="block-canvas"' not in report.write(plan, tmp_path / "bare.html").read_text(encoding="utf-8")


def test_the_caution_tells_the_width_of_a_cell(block: xr.Dataset) -> None:
    width = float(np.diff(block["x"].values)[0]) * 1000
    assert f"{width:.0f} µm" in caution(block)


def test_a_pdf_shows_a_still(plan: Plan, block: xr.Dataset) -> None:
    from pinprick.report.document import blocks
    from pinprick.report.page import plan_view

    drawn = [item for item in blocks(plan, plan_view(plan, block)) if "block of skin" in item.get("title", "")]
    assert len(drawn) == 1 and drawn[0]["svg"].startswith("<svg")


def test_nothing_planned_has_no_block() -> None:
    assert report.plan_block(made.plan("do-not-treat")) is None
