"""Headers, caches, and patience with whoever is not signed in."""

import json
import os
import random
import subprocess
import sys

import pytest
from django.test import Client

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.people import rate
from pinprick.clinic.people.roles import Role


def test_every_page_forbids_inline_scripts_frames_and_caches(as_role):
    answer = as_role(Role.DESK).get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin" and answer["X-Frame-Options"] == "DENY"


def test_only_known_methods_are_answered(as_role):
    desk = as_role(Role.DESK)
    assert {desk.generic(method, "/").status_code for method in ("TRACE", "CONNECT", "NONSENSE")} == {405}
    assert desk.head("/").status_code == 200


def test_over_https_every_cookie_is_bound_to_the_host_and_strict_transport_is_asked_for():
    # Settings are read when a process starts, so a process of its own reads them.
    script = (
        "import json; from django.conf import settings as s; from pinprick.clinic.intake.views import phone;"
        "print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, phone.COOKIE,"
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_HSTS_SECONDS,"
        "s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.MESSAGE_STORAGE]))"
    )
    setup = "import django; django.setup(); "
    surroundings = {**os.environ, "PINPRICK_HTTPS": "true", "DJANGO_SETTINGS_MODULE": "pinprick.clinic.settings"}
    done = subprocess.run([sys.executable, "-c", setup + script], env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    session, csrf, language, intake, *secure, seconds, subdomains, said = json.loads(done.stdout)
    assert (session, csrf, language) == ("__Host-session", "__Host-csrftoken", "__Host-language")
    # The questionnaire's goes to its own addresses alone, which the other prefix does not allow.
    assert intake == "__Secure-intake" and secure == [True] * 3
    assert seconds >= 365 * 24 * 3600 and subdomains and said.endswith("SessionStorage")


def test_over_https_pages_set_and_take_the_bound_cookies(as_role, settings):
    # The settings that have effect on each request, as PINPRICK_HTTPS sets them.
    settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE = "__Host-csrftoken", True
    client = Client(enforce_csrf_checks=True)
    found = client.get("/account/login/", secure=True)
    cookie = found.cookies["__Host-csrftoken"]
    assert cookie["secure"] and cookie["path"] == "/" and not cookie["domain"] and "csrftoken" not in found.cookies
    given, headers = {"login": "a@b.example", "password": "wrong"}, {"Referer": "https://testserver/account/login/"}
    assert client.post("/account/login/", given, secure=True, headers=headers).status_code == 403
    headers["X-CSRFToken"] = cookie.value
    assert client.post("/account/login/", given, secure=True, headers=headers).status_code == 200


def test_over_plain_http_pages_lead_to_https_and_the_interface_refuses(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/account/login/")["Location"].startswith("https://")
    assert client.get("/api/patients").status_code == 403
    assert client.get("/api/patients", secure=True).status_code == 401


def test_an_address_is_what_our_own_proxy_says(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"})
    assert rate.address(request) == "10.0.0.1"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"behind_proxy": True})
    # What stands before the proxy's own word is whatever the browser sent.
    assert rate.address(request) == "2.2.2.2"
    assert rate.address(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_whoever_tries_many_links_has_to_wait(client, db, monkeypatch):
    monkeypatch.setattr(rate, "ANONYMOUS_A_MINUTE", 5)
    answers = [client.get(f"/join/guess-{n}/").status_code for n in range(12)]
    # Wherever the minute turns, one of the two halves holds more than it may.
    assert answers[0] == 410 and 429 in answers


def test_a_member_is_not_slowed_down_like_a_stranger(as_role, monkeypatch):
    monkeypatch.setattr(rate, "ANONYMOUS_A_MINUTE", 1)
    desk = as_role(Role.DESK)
    assert {desk.get("/me/").status_code for _ in range(5)} == {200}


def test_a_member_who_asks_without_end_has_to_wait_and_nobody_else(as_role, monkeypatch):
    monkeypatch.setattr(rate, "MEMBER_AT_ONCE", 4)
    monkeypatch.setattr(rate, "MEMBER_A_SECOND", 0.001)
    desk, assistant = as_role(Role.DESK), as_role(Role.ASSISTANT)
    answers = [desk.get("/me/") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert answers[-1]["Retry-After"] and assistant.get("/me/").status_code == 200


def test_a_bucket_fills_again():
    bucket = rate.Buckets(2, 0.5)
    assert [bucket.take("a", now) for now in (0, 0, 0, 1, 2, 2)] == [True, True, False, False, True, False]
    assert [bucket.take("a", now) for now in (100, 100, 100)] == [True, True, False]


def test_a_bucket_forgets_whoever_has_not_asked_for_longest(monkeypatch):
    monkeypatch.setattr(rate, "_MOST_ACCOUNTS", 3)
    bucket = rate.Buckets(1, 0.0001)
    assert all(bucket.take(name, 0) for name in "abcd") and len(bucket._left) == 3
    assert not bucket.take("d", 1) and bucket.take("a", 1)


def test_seventy_people_on_one_account_and_one_process_are_never_refused():
    # As benchmarks/clinic_people.py works: everybody pauses 2 to 8 seconds, then asks for one page or for two.
    bucket, draw = rate.Buckets(rate.MEMBER_AT_ONCE, rate.MEMBER_A_SECOND), random.Random(0)
    moments = []
    for _ in range(70):
        now = draw.uniform(0, 8)
        while now < 600:
            moments += [now] * draw.randint(1, 2)
            now += draw.uniform(2, 8)
    assert all(bucket.take("load", now) for now in sorted(moments)) and len(moments) > 8000


def test_a_slider_and_saving_as_typed_are_never_refused():
    # A slider that is dragged for a minute, ten answers a second, beside five saves a second.
    bucket = rate.Buckets(rate.MEMBER_AT_ONCE, rate.MEMBER_A_SECOND)
    assert all(bucket.take("one", number / 15) for number in range(15 * 60))


@pytest.mark.parametrize("way", ["/account/logout/", "/me/sign-out-everywhere/"])
def test_signing_out_has_the_browser_forget_what_it_keeps(as_role, way):
    desk = as_role(Role.DESK)
    assert "Clear-Site-Data" not in desk.get("/").headers
    answer = desk.post(way)
    assert answer.status_code == 302 and answer["Clear-Site-Data"] == '"storage"'
    assert desk.get("/").status_code == 302


def test_a_refusal_is_written(as_role, organisation):
    assert as_role(Role.DESK).get("/staff/").status_code == 403
    assert Entry.objects.get(action="refused").detail == {"permission": "people.manage"}
