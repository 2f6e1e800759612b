"""The table of the explanation of geometries: one puncture in the middle of each square of a regular pattern."""

import re
from pathlib import Path

import numpy as np
import pytest

from pinprick import evidence
from pinprick.cascade import Ensemble, Impulses, central
from pinprick.cascade.block_injury import local_injuries
from pinprick.cascade.block_march import BlockMarch
from pinprick.cascade.network import DIFFUSIVITIES, INDEX, STATES
from pinprick.device import device
from pinprick.injury import Punctures, Technique, puncture
from pinprick.skin import Person, Zone, describe
from pinprick.tissue import Block
from pinprick.units import convert

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "geometry.md"
COLLAGEN = [INDEX[symbol] for symbol in ("C3", "Ci", "Cm")]
RADIUS_MM, CELLS, DAY = 0.035, 24, 28.0


def table():
    """Return the rows of the page: diffusivity, density, and the six figures after them."""
    rows, diffusivity = [], 0.0
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[1].isdigit():
            diffusivity = float(cells[0].split()[0]) if cells[0] else diffusivity
            low, high = re.findall(r"[\d.]+", cells[5])
            reached = float(cells[2].rstrip(" %")) / 100
            figures = (reached, float(cells[3]), float(cells[4]), float(low), float(high), float(cells[6]))
            rows.append((diffusivity, int(cells[1]), figures))
    return rows


def spread(tgf_beta):
    """Return the diffusivity of every state in mm2/day, that of TGF-beta as given in um2/s."""
    values = np.zeros(len(STATES))
    for i, state in enumerate(STATES):
        if state.diffusivity:
            record = evidence.parameter(f"cascade.{DIFFUSIVITIES[state.diffusivity]}")
            value = tgf_beta if state.diffusivity == "DT" else evidence.value(record.id)
            values[i] = value * convert(1.0, record.unit, "mm**2/day")
    return values


def gain(states, drawn):
    return 100 * (states[..., COLLAGEN].sum(axis=-1) / drawn.rest[0, COLLAGEN].sum() - 1)


@pytest.fixture(scope="module")
def injury():
    skin = describe(Zone.CHEEK, Person(), draws=1, seed=0)
    return puncture(skin, device("skinpen-precision"), Technique(Zone.CHEEK, 1.0, 4))


def test_the_page_holds_the_table():
    rows = table()
    assert len(rows) == 8
    assert {diffusivity for diffusivity, _, _ in rows} == {10.0, 1.0, 0.1}


@pytest.mark.parametrize(("tgf_beta", "per_cm2", "figures"), table(), ids=str)
def test_block_and_well_mixed_differ_as_the_page_says(injury, tgf_beta, per_cm2, figures):
    drawn, diffusivity = central(), spread(tgf_beta)
    side = 10 / np.sqrt(per_cm2)
    block = Block(CELLS, CELLS, side / CELLS, np.array([0.0, 0.1]), "periodic")
    reach = float(np.sqrt(diffusivity[INDEX["T1"]] / drawn.constant("kT")[0]))
    nought, middle = np.zeros(1), np.full(1, side / 2)
    # So deep that its radius is the same all over the cell.
    made = Punctures(side, middle, middle, np.full(1, 1e3), nought, nought, np.zeros(1, dtype=np.int64), RADIUS_MM)
    found = []
    for extent in ("reach", "channel"):
        stays, moves = local_injuries(block, made, injury, 0, reach, extent)
        march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], diffusivity, threads=1)
        march.injure(stays, moves)
        march.run(DAY)
        found.append((float(stays.mean()), gain(march.y, drawn)))
    (reached, wide), (_, narrow) = found
    impulses = Impulses(np.zeros(1), np.array([[reached]]))
    mixed = gain(Ensemble().solve(drawn.parameters, drawn.rest, impulses, np.array([DAY])), drawn)[0, 0]
    assert np.allclose(
        figures, (reached, mixed, wide.mean(), wide.min(), wide.max(), narrow.mean()), rtol=0.04, atol=0.006
    )
