"""A second factor at sign-in: whom it is asked of, set up before going on, lost and taken away."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.people import services
from pinprick.clinic.people.models import Membership, Organisation
from pinprick.clinic.people.roles import Role

PASSWORD = "a long password for the tests"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret=SECRET):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def sign_in_by_password(member):
    def sign_in(role):
        client = Client()
        answer = client.post("/account/login/", {"login": member(role).user.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content[:300]
        return client

    return sign_in


def set_up(client):
    """Set up codes by an app as the pages do."""
    address = "/account/2fa/totp/activate/"
    if client.get(address).status_code == 302:
        client.post(f"/account/reauthenticate/?next={address}", {"password": PASSWORD})
        assert client.get(address).status_code == 200
    secret = client.session[SECRET_SESSION_KEY]
    answer = client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content[-3000:]
    return secret


@pytest.mark.parametrize("role", list(Role))
def test_whoever_approves_or_manages_sets_one_up_before_going_on(sign_in_by_password, role):
    client = sign_in_by_password(role)
    found = client.get("/patients/")
    if role in (Role.OWNER, Role.CLINICIAN):
        assert found.status_code == 302 and found["Location"].startswith("/account/2fa/")
        assert "Set one up to go on" in client.get("/account/2fa/").content.decode()
        fragment = client.get("/patients/", headers={"HX-Request": "true"})
        assert fragment.status_code == 401 and fragment["HX-Redirect"].startswith("/account/2fa/")
        program = client.get("/patients/", headers={"Accept": "application/json"})
        assert program.status_code == 401 and program.json()["error"] == "second factor"
        assert client.get("/api/patients").status_code == 401
    else:
        assert found.status_code == 200 and client.get("/api/patients").status_code == 200


def test_an_owner_asks_it_of_everyone(as_role, sign_in_by_password, organisation, member):
    owner = as_role(Role.OWNER)
    given = {"name": "North", "jurisdiction": "GB", "currency": "GBP", "phone": "1", "language": "en"}
    assert owner.post("/clinic/", {**given, "second_factor": "nobody"}).status_code == 422
    assert owner.post("/clinic/", {**given, "second_factor": "everyone"}).status_code == 302
    assert sign_in_by_password(Role.DESK).get("/").status_code == 302
    entry = Entry.objects.get(action="clinic changed")
    assert entry.detail["second_factor"] == ["weighty", "everyone"] and entry.actor_id == member(Role.OWNER).pk


def test_a_demonstration_does_not_ask(sign_in_by_password, organisation):
    Organisation.objects.filter(pk=organisation.pk).update(is_demo=True, second_factor="everyone")
    assert sign_in_by_password(Role.OWNER).get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_once_set_up_the_way_is_open_and_other_sessions_end(sign_in_by_password):
    other, client = sign_in_by_password(Role.CLINICIAN), sign_in_by_password(Role.CLINICIAN)
    set_up(client)
    assert client.get("/").status_code == 200
    # Somebody who only knew the password stays outside, and cannot set up a factor of their own any more.
    assert other.get("/account/2fa/totp/activate/")["Location"].startswith("/account/login/")
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1
    assert Entry.objects.filter(action="second factor added").exists()


@pytest.mark.django_db(transaction=True)
def test_afterwards_the_password_alone_opens_nothing(sign_in_by_password, member):
    TOTP.activate(member(Role.CLINICIAN).user, SECRET)
    client = sign_in_by_password(Role.CLINICIAN)
    assert client.get("/").status_code == 302 and "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": code()}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_code_serves_once_for_as_long_as_it_would_be_accepted(sign_in_by_password, member, monkeypatch):
    TOTP.activate(member(Role.CLINICIAN).user, SECRET)
    # Looked at from half a minute later the code is still accepted, and allauth has forgotten that it was used.
    now, given = time.time(), code()
    client = sign_in_by_password(Role.CLINICIAN)
    assert client.post("/account/2fa/authenticate/", {"code": given}).status_code == 302
    monkeypatch.setattr(time, "time", lambda: now + 29)
    for key in ("used?", "used"):
        cache.delete(f"allauth.mfa.totp.{key}user={member(Role.CLINICIAN).user.pk}&code={given}")
    again = sign_in_by_password(Role.CLINICIAN)
    assert again.post("/account/2fa/authenticate/", {"code": f"{given[:3]} {given[3:]}"}).status_code == 200
    assert again.get("/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_whoever_removes_the_last_one_sets_up_another(sign_in_by_password):
    client = sign_in_by_password(Role.CLINICIAN)
    set_up(client)
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert client.get("/")["Location"].startswith("/account/2fa/")


def test_a_session_from_before_shows_the_factor_that_is_there_now(client, member):
    TOTP.activate(member(Role.OWNER).user, SECRET)
    client.force_login(member(Role.OWNER).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/")["Location"].startswith("/account/2fa/reauthenticate/")


def confirmed(client):
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return client


def test_an_owner_takes_a_lost_one_away(as_role, member, sign_in):
    theirs = member(Role.CLINICIAN)
    TOTP.activate(theirs.user, SECRET)
    lost, where = sign_in(theirs), f"/staff/{theirs.pk}/second-factor/"
    owner = as_role(Role.OWNER)
    assert "/account/2fa/" in owner.post(where)["Location"] and Authenticator.objects.count() == 1
    assert confirmed(owner).post(where).status_code == 302 and not Authenticator.objects.exists()
    assert lost.get("/")["Location"].startswith("/account/login/")
    entry = Entry.objects.get(action="second factor taken away")
    assert entry.target_id == theirs.pk and entry.actor_id == member(Role.OWNER).pk


def test_not_of_somebody_who_works_elsewhere_too(as_role, member, foreign):
    theirs = member(Role.DESK)
    Membership.objects.create(user=theirs.user, organisation=foreign, role=Role.OWNER, site=foreign.sites.get())
    TOTP.activate(theirs.user, SECRET)
    answer = confirmed(as_role(Role.OWNER)).post(f"/staff/{theirs.pk}/second-factor/", follow=True)
    assert "another clinic" in answer.content.decode() and Authenticator.objects.exists()
    services.remove_second_factor(None, theirs)
    assert not Authenticator.objects.exists()
