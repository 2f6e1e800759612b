"""The first run: one clinic and its owner, by the address that the server printed, once."""

import pytest

from pinprick.clinic.people import setup
from pinprick.clinic.people.models import Membership, Organisation, User

FORM = {
    "organisation": "Lakeside", "jurisdiction": "ES", "currency": "EUR", "site": "Main street",
    "time_zone": "Europe/Madrid",    "phone": "+34 600 000 000", "name": "Olga Pérez", "email": "olga@lakeside.example",
    "password": "four calm words here",
}  # fmt: skip
TOKEN = "a-token-of-the-terminal"


@pytest.fixture
def address(db):
    assert setup.offer(TOKEN) == TOKEN
    return f"/setup/{TOKEN}/"


def test_the_clinic_is_made_and_its_owner_signed_in(client, address):
    assert client.get(address).status_code == 200
    assert client.post(address, FORM).status_code == 302
    owner = Membership.objects.get()
    assert (owner.role, owner.organisation.name, owner.site.time_zone) == ("owner", "Lakeside", "Europe/Madrid")
    # An owner sets up a second factor before anything else opens.
    assert client.get("/")["Location"].startswith("/account/2fa/")
    assert client.get("/account/2fa/").status_code == 200
    assert User.objects.get().password.startswith(("argon2", "md5"))


def test_it_serves_once(client, address):
    client.post(address, FORM)
    assert client.get(address).status_code == 404 and client.post(address, FORM).status_code == 404
    assert Organisation.objects.count() == 1
    assert setup.offer("another") is None


def test_another_token_opens_nothing(client, address):
    assert client.get("/setup/guess/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "olga@lakeside.example"),
        ("email", "no"),
        ("time_zone", "Mars/Base"),
        ("organisation", ""),
    ],
)
def test_bad_input_is_said_at_the_field_and_keeps_the_rest(client, address, field, value):
    answer = client.post(address, {**FORM, field: value})
    text = answer.content.decode()
    assert answer.status_code == 422 and not Organisation.objects.exists()
    assert f'id="id_{field}_error"' in text
    assert field == "phone" or "+34 600 000 000" in text
