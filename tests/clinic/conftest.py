"""A real PostgreSQL, two organisations, a member of every role, and a browser-like client for each."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import translation

from pinprick.clinic.database import Embedded
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership, Organisation, Site, User
from pinprick.clinic.people.roles import Role

PASSWORD = "a long password for the tests"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start a PostgreSQL of the tests' own."""
    from pinprick.clinic.settings import database

    with tempfile.TemporaryDirectory(prefix="pinprick-postgres-") as folder, Embedded(Path(folder)) as server:
        described = connections["default"].settings_dict
        described.update(database(server.url), CONN_MAX_AGE=0)
        settings.DATABASES["default"].update(described)
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Let a test that needs real transactions empty the tables afterwards."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_whole ON audit_entry")
    yield


def make_organisation(name: str, zone: str = "Europe/Madrid") -> Organisation:
    """Return an organisation with one site and a member of every role."""
    organisation = Organisation.objects.create(name=name, jurisdiction="GB", currency="GBP", phone="+44 20 7946 0000")
    site = Site.objects.create(organisation=organisation, name=f"{name} site", time_zone=zone)
    for role in Role:
        user = User.objects.create_user(f"{role}@{name.lower()}.example", PASSWORD, name=f"{name} {role.label}")
        Membership.objects.create(user=user, organisation=organisation, role=role, site=site)
    return organisation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin every test in English, whatever language the one before asked for."""
    with translation.override("en"):
        yield


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation("North")


@pytest.fixture
def foreign(db: None) -> Organisation:
    """Another organisation, whose things must stay unseen."""
    return make_organisation("South")


@pytest.fixture
def member(organisation: Organisation) -> Callable[[str], Membership]:
    """Return the organisation's member of a role."""
    members = Membership.objects.select_related("user", "organisation", "site")
    return lambda role: members.get(organisation=organisation, role=role)


@pytest.fixture
def clinician(member: Callable[[str], Membership]) -> Membership:
    return member(Role.CLINICIAN)


@pytest.fixture
def acting(clinician: Membership) -> Iterator[Membership]:
    """Do the test's own database work as the clinician, behind the same wall as a request."""
    with tenancy.acting_as(clinician):
        yield clinician


def signed_in(member: Membership, client: Client | None = None) -> Client:
    """Return a client signed in as a member, with a second factor shown so long ago that an approval asks anew."""
    client = client or Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 3600}]
    session.save()
    return client


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """Return `signed_in`, for members of other organisations and clients of another kind."""
    return signed_in


@pytest.fixture
def as_role(member: Callable[[str], Membership]) -> Callable[[str], Client]:
    """Return a client signed in with a role."""
    return lambda role: signed_in(member(role))
