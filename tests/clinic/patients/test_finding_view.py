import pytest

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.patients import services
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

URL = "/patients/"


@pytest.fixture
def maria(clinician):
    with tenancy.acting_as(clinician):
        return services.register(clinician, {"given_names": "María", "family_names": "García Núñez"})


def test_the_register_shows_those_registered_last(as_role, maria):
    page = as_role(Role.DESK).get(URL)
    assert page.status_code == 200
    assert "María García Núñez" in page.content.decode()


def test_a_search_while_typing_sends_the_list_alone(as_role, maria):
    page = as_role(Role.DESK).get(URL, {"q": "garzia"}, headers={"HX-Request": "true", "HX-Target": "found"})
    text = page.content.decode()
    assert "María García Núñez" in text
    assert "<html" not in text


def test_nobody_found_says_what_to_do(as_role, maria):
    text = as_role(Role.DESK).get(URL, {"q": "Wolfgang"}).content.decode()
    assert "Nobody found" in text and "María" not in text and "new/?name=Wolfgang" in text


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "%", "\x00", "a" * 5000, "99999999999999", "9" * 30, "\ud800".encode("utf-8", "replace")]
)
def test_odd_searches_are_answered(as_role, maria, text):
    assert as_role(Role.DESK).get(URL, {"q": text}).status_code == 200


def test_the_search_is_in_the_trail_without_what_was_typed(as_role, maria):
    as_role(Role.DESK).get(URL, {"q": "garcia"})
    entry = Entry.objects.get(action="searched patients")
    assert entry.detail == {"found": 1}


def test_a_visitor_signs_in_first(client, maria):
    assert client.get(URL).status_code == 302
