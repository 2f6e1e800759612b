"""The gallery in a real browser: no violation, no sideways scrolling, no small target, in both lights and sizes."""

import importlib.util
from pathlib import Path

import pytest

from pinprick.clinic.people.roles import Role

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL = """() => [...document.querySelectorAll('main a, main button, main input, main select, main summary')]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map(e => [e, (e.labels?.length ? e.labels[0] : e).getBoundingClientRect(), e.getBoundingClientRect()])
  .filter(([e, l, b]) => Math.max(b.height, e.type === 'radio' || e.type === 'checkbox' ? l.height : 0) < 23.5)
  .filter(([e]) => getComputedStyle(e).display !== 'inline')
  .map(([e]) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_gallery_in_a_browser(served, page, as_role, size, scheme):
    shown = page(size, scheme, as_role(Role.OWNER), served)
    shown.goto(f"{served}/interface/gallery")
    tools.shoot(shown, f"gallery-{size}-{scheme}")
    assert tools.violations(shown) == []
    assert tools.sideways(shown) == 0
    assert shown.evaluate(SMALL) == []
