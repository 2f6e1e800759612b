"""What was typed and not sent is its writer's: signing out takes it out of the browser, and so does somebody else."""

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def type_offline(shown):
    """File a save as the queue does when the network is down."""
    shown.evaluate(
        """async (fields) => {
            const module = document.querySelector("script[src*='shell']").src.replace(/shell[^/]*$/, "queue.js");
            const { Queue } = await import(module);
            new Queue("/somewhere/").add(fields, {}, 1);
        }""",
        {"note": ["of a patient"]},
    )


def kept(shown):
    return shown.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('pinprick.saves'))")


def sign_out(shown, answer):
    shown.once("dialog", lambda dialog: dialog.accept() if answer else dialog.dismiss())
    shown.locator("summary[aria-label^='Account of']").click()
    shown.get_by_role("button", name="Sign out").click()


def test_signing_out_warns_and_then_forgets(served, page, as_role):
    shown = page("desk", "light", as_role("desk"), served)
    shown.goto(f"{served}/")
    type_offline(shown)
    sign_out(shown, answer=False)
    assert kept(shown) and shown.url == f"{served}/"
    shown.keyboard.press("Escape")
    sign_out(shown, answer=True)
    shown.wait_for_url("**/account/login/**")
    assert kept(shown) == []


def test_the_same_person_finds_it_again_and_another_does_not(served, page, as_role):
    client, other = as_role("desk"), as_role("assistant")
    shown = page("desk", "light", client, served)
    shown.goto(f"{served}/")
    type_offline(shown)
    shown.goto(f"{served}/me/")
    assert kept(shown)
    # The session ended by itself, and somebody else signs in.
    cookies = [{"name": key, "value": morsel.value, "url": served} for key, morsel in other.cookies.items()]
    shown.context.add_cookies(cookies)
    shown.goto(f"{served}/me/")
    assert kept(shown) == []
