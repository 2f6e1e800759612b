"""The block of skin that a plan's report lets one look into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pinprick import evidence
from pinprick.cascade import BlockOptions, heal_block
from pinprick.injury import Injury
from pinprick.planning.plan_record import Plan
from pinprick.units import MM2_PER_CM2

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[str, float], None]
# About this many punctures, within the limits of the side; the cells then follow from the work that a report may cost.
_PUNCTURES, _SMALLEST_MM, _LARGEST_MM = 16, 1.0, 2.0
# Cells times sessions of a block that is followed in about a second, and the cells along a side that this may give.
_WORK, _FEWEST, _MOST = 7_000, 8, 14
_TOLERANCE = 1e-2
STILL = "collagen_gain_percent"


def plan_block(plan: Plan, *, progress: Progress | None = None) -> xr.Dataset | None:
    """Simulate a small block of the plan's main zone: its device, needle length, puncture density, skin and sessions.

    The cells are coarse, so that a report does not wait; `pinprick simulate --geometry block` gives finer ones.

    Args:
        plan: what is planned.
        progress: called with a stage and the fraction of it done.

    Returns:
        A block as from `cascade.heal_block`, or None where nothing is prescribed.
    """
    if plan.prescription is None or not plan.injuries:
        return None
    tell = progress or (lambda stage, fraction: None)
    injury, course = plan.injuries[0], plan.prescription.course
    return heal_block(
        injury.skin,
        injury,
        course,
        report_options(injury, course.sessions),
        follow_up_days=evidence.value("planning.calendar.late_follow_up_day"),
        progress=lambda day, last: tell("block of skin", day / last if last > 0 else 1.0),
    )


def report_options(injury: Injury, sessions: int) -> BlockOptions:
    """Return side and cells of the block that goes into a report.

    Args:
        injury: of the main zone.
        sessions: of the course, at least 1.
    """
    density = float(injury.puncture_density_per_cm2.mean()) / MM2_PER_CM2
    wanted = (_PUNCTURES / max(density, 1e-9)) ** 0.5
    side = round(min(max(wanted, _SMALLEST_MM), _LARGEST_MM), 1)
    across = min(max(int((_WORK / sessions) ** (1 / 3)), _FEWEST), _MOST)
    return BlockOptions(side_mm=side, spacing_mm=side / across, tolerance=_TOLERANCE)


def caution(dataset: xr.Dataset) -> str:
    """Return in one sentence how coarse the cells of a block are."""
    width = float(dataset["x"][1] - dataset["x"][0]) * 1000.0
    return (
        f"For this report the skin was simulated in cells {width:.0f} µm wide, about as wide as a needle track: "
        "an amount is the mean over such a cell, not the value at a point."
    )
