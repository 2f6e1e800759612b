"""Passwords: what would be guessed is refused, whoever sets it and wherever; anything else will do."""

import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pinprick.clinic.people.models import User
from pinprick.clinic.people.passwords import Guessable, context_words
from pinprick.clinic.people.roles import Role


def refused(password, user=None):
    try:
        Guessable(3).validate(password, user)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "qwertyuiopasdfgh", "1234567890123456", "password123456789", "aaaaaaaaaaaaaaaa",
        "P@ssw0rdP@ssw0rd", "iloveyouiloveyou", "pinprickpinprick", "microneedling2026", "clinic-clinic-clinic",
    ],
)  # fmt: skip
def test_common_ones_rows_of_keys_and_our_own_words_are_refused(password):
    assert refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "four calm words here",
        "brücke nebel löffel acht",
        "xq7vplm2kdw9trzb",
        "marea lenta sobre piedra",
        "水面 静か 石 七 灯台 夜明け",
    ],
)
def test_words_that_have_nothing_to_do_with_one_another_will_do(password):
    assert not refused(password)


def test_words_of_the_person_and_the_clinic_are_refused(member):
    owner = member(Role.OWNER).user
    owner.name, owner.email = "Philippa Featherstonehaugh", "pfeather@brackenbury.example"
    for password in ("featherstonehaugh", "Philippa-Featherstonehaugh", "brackenbury-pfeather"):
        assert refused(password, owner) and not refused(f"{password} lantern cobalt", owner)
        assert refused(f"{password} 2026!", owner)
    assert {"north", "north site", "featherstonehaugh"} <= set(context_words(owner))


def test_somebody_who_joins_is_refused_the_name_of_the_clinic():
    user = User(name="Nia Cole", email="nia@x.example")
    user.context_names = ("Brackenbury Hollingsworth", "Wetherby")
    assert refused("brackenburyhollingsworth", user) and not refused("brackenburyhollingsworth")


def test_changing_it_is_checked_in_the_same_way(member):
    with pytest.raises(ValidationError) as caught:
        validate_password("north-north-site-2026", member(Role.DESK).user)
    assert "password_guessable" in {fault.code for fault in caught.value.error_list}


def test_a_very_long_one_is_judged_quickly():
    start = time.perf_counter()
    Guessable(3).validate("lantern cobalt meadow " * 9)
    assert time.perf_counter() - start < 2
