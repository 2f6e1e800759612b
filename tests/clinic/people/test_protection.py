"""Headers, caches, and patience with whoever is not signed in."""

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.people import middleware
from pinprick.clinic.people.roles import Role


def test_every_page_forbids_inline_scripts_frames_and_caches(as_role):
    answer = as_role(Role.DESK).get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin" and answer["X-Frame-Options"] == "DENY"


def test_whoever_tries_many_links_has_to_wait(client, db, monkeypatch):
    monkeypatch.setattr(middleware, "ANONYMOUS_A_MINUTE", 5)
    answers = [client.get(f"/join/guess-{n}/").status_code for n in range(12)]
    # Wherever the minute turns, one of the two halves holds more than it may.
    assert answers[0] == 410 and 429 in answers


def test_a_member_is_not_slowed_down(as_role, monkeypatch):
    monkeypatch.setattr(middleware, "ANONYMOUS_A_MINUTE", 1)
    desk = as_role(Role.DESK)
    assert {desk.get("/me/").status_code for _ in range(5)} == {200}


def test_a_refusal_is_written(as_role, organisation):
    assert as_role(Role.DESK).get("/staff/").status_code == 403
    assert Entry.objects.get(action="refused").detail == {"permission": "people.manage"}
