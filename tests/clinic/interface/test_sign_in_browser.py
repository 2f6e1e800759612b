"""Signing in, second factors and the pages of faults, in a real browser with a virtual authenticator."""

import importlib.util
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from pinprick.clinic.people.models import User

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long password for the tests"


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def check(shown, name):
    tools.shoot(shown, name)
    assert tools.violations(shown) == [], name
    assert tools.sideways(shown) == 0, name


def sign_in(shown, served, email="clinician@north.example", password=PASSWORD):
    shown.goto(f"{served}/account/login/")
    shown.get_by_label("Email").fill(email)
    shown.get_by_label("Password").fill(password)
    shown.get_by_role("button", name="Sign in", exact=True).click()


def confirm(shown, name):
    """Changing what signs one in asks for the password once more."""
    shown.get_by_role("heading", name="Confirm that it is you").wait_for()
    check(shown, name)
    shown.get_by_label("Password").fill(PASSWORD)
    shown.get_by_role("button", name="Go on").click()


def with_device(shown):
    """Give the browser a device for passkeys."""
    device = shown.context.new_cdp_session(shown)
    device.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind})


def use(shown, secret):
    """Type the code of this half minute; where it changes in between, type the next."""
    for _ in range(3):
        shown.get_by_label("Authenticator code").fill(code(secret))
        shown.get_by_role("button", name="Use this app").click()
        shown.wait_for_load_state("load")
        shown.locator(".code-list, .errorlist").first.wait_for()
        if shown.locator(".code-list").count():
            return


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_sign_in_to_a_second_factor_and_back(served, page, clinician, size):
    shown = page(size, "light" if size == "desk" else "dark")
    shown.goto(f"{served}/account/login/")
    check(shown, f"login-{size}")
    sign_in(shown, served, password="wrong and long enough")
    shown.get_by_role("alert").wait_for()
    check(shown, f"login-wrong-{size}")
    assert shown.get_by_label("Email").input_value() == "clinician@north.example"
    sign_in(shown, served)
    shown.get_by_role("heading", name="Second factor").wait_for()
    assert "Set one up to go on" in shown.locator("main").inner_text()
    check(shown, f"factors-{size}")
    shown.get_by_role("link", name="Set it up").click()
    confirm(shown, f"reauthenticate-{size}")
    shown.get_by_role("heading", name="Set up").wait_for()
    check(shown, f"totp-{size}")
    shown.locator("summary").click()
    secret = shown.locator("code").inner_text()
    shown.get_by_label("Authenticator code").fill("000000")
    shown.get_by_role("button", name="Use this app").click()
    shown.locator(".errorlist").first.wait_for()
    check(shown, f"totp-wrong-{size}")
    shown.locator("summary").click()
    secret = shown.locator("code").inner_text()
    use(shown, secret)
    shown.get_by_role("heading", name="Recovery codes").wait_for()
    check(shown, f"recovery-{size}")
    assert shown.locator(".code-list code").count() == 10
    one = shown.locator(".code-list code").first.inner_text()
    shown.get_by_role("link", name="Make new ones").click()
    check(shown, f"recovery-new-{size}")

    shown.goto(f"{served}/account/logout/")
    check(shown, f"logout-{size}")
    shown.get_by_role("button", name="Sign out").first.click()
    sign_in(shown, served)
    shown.get_by_role("heading", name="Second factor").wait_for()
    check(shown, f"authenticate-{size}")
    shown.get_by_label("Code").fill(one)
    shown.get_by_role("button", name="Sign in", exact=True).click()
    shown.get_by_role("heading", name="Today").wait_for()
    shown.goto(f"{served}/account/2fa/reauthenticate/?next=/me/")
    check(shown, f"confirm-{size}")
    shown.goto(f"{served}/account/2fa/totp/deactivate/")
    check(shown, f"totp-off-{size}")


def test_a_passkey_is_added_and_signs_in(served, page, clinician):
    shown = page("desk", "light")
    with_device(shown)
    sign_in(shown, served)
    shown.get_by_role("heading", name="Second factor").wait_for()
    shown.goto(f"{served}/account/2fa/webauthn/add/")
    confirm(shown, "reauthenticate")
    shown.get_by_role("heading", name="Add a passkey").wait_for()
    check(shown, "passkey-add")
    shown.get_by_label("Name").fill("Desk computer")
    shown.get_by_label("Passwordless").check()
    shown.get_by_role("button", name="Go on").click()
    shown.get_by_role("heading", name="Recovery codes").wait_for()
    assert Authenticator.objects.filter(user=clinician.user, type="webauthn").count() == 1
    shown.goto(f"{served}/account/2fa/webauthn/")
    assert "Desk computer" in shown.locator("main").inner_text()
    check(shown, "passkeys")
    shown.get_by_role("link", name="Rename").click()
    check(shown, "passkey-rename")
    shown.goto(f"{served}/account/2fa/webauthn/")
    shown.get_by_role("link", name="Remove").click()
    check(shown, "passkey-remove")
    shown.goto(f"{served}/account/2fa/webauthn/reauthenticate/?next=/me/")
    check(shown, "passkey-confirm")
    shown.get_by_role("button", name="Use a passkey or security key").click()
    shown.wait_for_url("**/me/")

    shown.context.clear_cookies()
    shown.goto(f"{served}/account/login/")
    shown.get_by_role("button", name="Sign in with a passkey").click()
    shown.get_by_role("heading", name="Today").wait_for()


def test_a_passkey_that_is_not_there_is_said_in_words(served, page, clinician):
    shown = page("phone", "light")
    with_device(shown)
    shown.goto(f"{served}/account/login/")
    shown.get_by_role("button", name="Sign in with a passkey").click()
    shown.get_by_text("The passkey was not used").wait_for()
    tools.shoot(shown, "passkey-none")


def test_password_pages(served, page, as_role):
    shown = page("phone", "light", as_role("assistant"), served)
    shown.goto(f"{served}/account/password/change/")
    check(shown, "password-change")
    shown.get_by_label("Current Password").fill(PASSWORD)
    shown.get_by_label("New Password", exact=True).fill("short")
    shown.get_by_label("New Password (again)").fill("short")
    shown.get_by_role("button", name="Change password").click()
    shown.locator(".errorlist").first.wait_for()
    check(shown, "password-change-wrong")
    shown.goto(f"{served}/account/reauthenticate/?next=/me/")
    check(shown, "reauthenticate")
    shown.goto(f"{served}/account/password/reset/")
    assert "e-mail" in shown.locator("main").inner_text()
    assert User.objects.filter(email="assistant@north.example").exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_faults(served, page, as_role, settings, scheme):
    settings.DEBUG = False
    shown = page("phone", scheme, as_role("desk"), served)
    shown.failing.extend(["/nothing/", "/staff/", "/language/"])
    shown.goto(f"{served}/nothing/here/")
    assert "There is nothing here" in shown.locator("h1").inner_text()
    check(shown, f"404-{scheme}")
    shown.goto(f"{served}/staff/")
    assert "Front desk" in shown.locator("main").inner_text()
    check(shown, f"403-{scheme}")
    shown.goto(f"{served}/interface/offline")
    check(shown, f"offline-{scheme}")
