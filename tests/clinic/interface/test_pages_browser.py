"""Every page that a link leads to from the first page: no violation, no sideways scrolling, nothing broken."""

import importlib.util
import re
from pathlib import Path

import pytest

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LEFT_OUT = ("/health", "/ready", "/account/logout/", "/interface/", ".pdf", "/pdf", "/download", "/export")


def kind(address):
    """Return what pages that differ in their object alone have in common."""
    return IDENTIFIER.sub("*", address.split("?")[0].split("#")[0])


@pytest.mark.parametrize(
    ("role", "size", "scheme", "language"),
    [(Role.OWNER, "phone", "light", "es"), (Role.CLINICIAN, "desk", "dark", "en"), (Role.DESK, "phone", "dark", "es")],
)
def test_every_page_that_a_link_leads_to(served, page, as_role, clinician, role, size, scheme, language):
    with tenancy.acting_as(clinician):
        Patient.objects.create(
            organisation=clinician.organisation, number=1, given_names="Ana María", family_names="Ruiz Peña"
        )
    client = as_role(role)
    client.post("/language/", {"language": language})
    shown = page(size, scheme, client, served)
    waiting, seen, wrong = ["/", "/interface/offline"], set(), []
    while waiting:
        address = waiting.pop(0)
        if kind(address) in seen or len(seen) >= 60:
            continue
        seen.add(kind(address))
        answer = shown.goto(served + address)
        if answer.status >= 400:
            wrong.append(f"{address}: {answer.status}")
            continue
        name = re.sub(r"\W+", "-", kind(address)).strip("-") or "home"
        tools.shoot(shown, f"page-{role}-{name}")
        wrong += [f"{address}: {one}" for one in tools.violations(shown)]
        if tools.sideways(shown):
            wrong.append(f"{address}: {tools.sideways(shown)} pixels too wide")
        if shown.locator("html").get_attribute("lang") != language:
            wrong.append(f"{address}: not in {language}")
        links = shown.eval_on_selector_all(
            "a[href^='/']:not([download])", "all => all.map(a => a.getAttribute('href'))"
        )
        waiting += [link for link in links if not any(part in link for part in LEFT_OUT)]
    assert wrong == []
    assert len(seen) > 8
