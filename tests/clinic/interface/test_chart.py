"""The chart: every zone is drawn once a view, sides are mirrored, points are checked."""

import json
import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from pinprick.clinic.interface import drawing
from pinprick.clinic.interface.chart import VIEWS, Point, read_points, write_points
from pinprick.clinic.interface.words import VIEW_LABELS, ZONE_LABELS
from pinprick.skin import Zone


def test_every_zone_is_drawn_and_named():
    assert {zone for view in VIEWS for zone in view.zones} == set(Zone) == set(ZONE_LABELS)
    assert [view.name for view in VIEWS] == list(VIEW_LABELS)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_zones_lie_in_their_box(view):
    for path in view.zones.values():
        assert set(re.sub(r"[-\d., ]", "", path)) <= set("MLCZ")
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
        assert all(0 <= x <= view.width for x in numbers[::2]) and all(0 <= y <= view.height for y in numbers[1::2])


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 500)), min_size=2, max_size=8))
def test_mirroring_twice_changes_nothing(points):
    path = "M" + " L".join(f"{x},{y}" for x, y in points) + " Z"
    assert drawing.mirror(drawing.mirror(path, 400), 400) == path


def draw(**given):
    page = Template("{% load zone_chart %}{% zone_chart zones selected name points_name=points readonly=readonly %}")
    context = {
        "zones": [Zone.CHEEK, Zone.NOSE],
        "selected": ["cheek"],
        "name": "zones",
        "points": "",
        "readonly": False,
    }
    return page.render(Context(context | given))


def test_without_a_script_the_chart_is_a_list_of_checkboxes():
    page = draw()
    assert re.findall(r'type="checkbox" name="zones" value="(\w+)"( checked)?', page) == [
        ("cheek", " checked"),
        ("nose", ""),
    ]
    # Zones of the face need no body, and nothing that the chart is asked not to offer can be pressed.
    assert "body-front" not in page and 'data-zone="chin"' not in page


def test_a_chart_to_read_has_nothing_to_press():
    assert re.findall(r"<input type=\"(\w+)\"", draw(readonly=True)) == ["radio"] * 3


def test_points_come_back():
    points = (Point("face-front", Zone.CHEEK, 0.25, 0.5), Point("body-back", Zone.BACK, 0.5, 0.3))
    assert read_points(write_points(points)) == points
    assert read_points("") == ()


@pytest.mark.parametrize(
    "row",
    [
        3,
        {},
        {"view": "face-front", "zone": "cheek", "x": 1.2, "y": 0},
        {"view": "face-front", "zone": "cheek", "x": "1", "y": 0},
        {"view": "face-front", "zone": "back", "x": 0.5, "y": 0.5},
        {"view": "nowhere", "zone": "cheek", "x": 0.5, "y": 0.5},
        {"view": "face-front", "zone": "wing", "x": 0.5, "y": 0.5},
        {"view": "face-front", "zone": "cheek", "x": 0.5, "y": 0.5, "more": 1},
    ],
)
def test_points_elsewhere_are_refused(row):
    with pytest.raises(ValueError):
        read_points(json.dumps([row]))


def test_too_many_points_are_refused():
    with pytest.raises(ValueError):
        read_points(json.dumps([{"view": "face-front", "zone": "cheek", "x": 0.5, "y": 0.5}] * 201))
