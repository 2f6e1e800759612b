"""Settings of the environment: checked at start, each refusal naming its variable and no secret."""

import os
import time

import pytest
from django.core import signing

from pinprick.clinic import environment, keys
from pinprick.clinic.settings import database
from pinprick.errors import InputErrors


def test_nothing_has_to_be_set():
    found = environment.read({})
    assert found.database_url == "" and found.hosts[0] == "localhost" and not found.debug


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PINPRICK_WORKERS", "many"), ("PINPRICK_WORKERS", "0"), ("PINPRICK_IDLE_MINUTES", "-3"), ("DATABASE_URL", "mysql://x"),
        ("PINPRICK_SECRET_KEY", "short"), ("PINPRICK_LOG_LEVEL", "LOUD"), ("PINPRICK_HTTPS", "perhaps"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(name, value):
    with pytest.raises(InputErrors) as caught:
        environment.read({name: value})
    said = str(caught.value)
    assert name in said
    assert value not in said or name not in ("PINPRICK_SECRET_KEY", "DATABASE_URL")


def test_hosts_are_listed_with_commas():
    assert environment.read({"PINPRICK_HOSTS": "a.example, b.example"}).hosts == ("a.example", "b.example")


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    first = keys.kept(tmp_path / "deep" / "secret.key")
    assert first == keys.kept(tmp_path / "deep" / "secret.key") and len(first) > 50
    assert (tmp_path / "deep" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_secret_is_renewed_and_the_old_one_believed_for_a_week(tmp_path):
    path = tmp_path / keys.COOKIE
    first = keys.kept(path)
    assert keys.before(path) == []
    keys.renew(path)
    second = keys.kept(path)
    assert second != first and keys.before(path) == [first]
    keys.renew(path)
    assert keys.before(path) == [second]
    assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.iterdir()) and len(list(tmp_path.iterdir())) == 2
    old = time.time() - 8 * 24 * 3600
    os.utime(tmp_path / "secret.key.old", (old, old))
    assert keys.before(path) == []


def test_a_cookie_signed_before_holds_after_the_key_is_renewed(settings, tmp_path):
    path = tmp_path / keys.COOKIE
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys.kept(path), keys.before(path)
    before = signing.dumps("who")
    keys.renew(path)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys.kept(path), keys.before(path)
    assert signing.loads(before) == "who"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(signing.BadSignature):
        signing.loads(before)


def test_a_database_is_named_by_an_address():
    found = database("postgresql://ana:p%40ss@db.example:5433/clinic?sslmode=require")
    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == ("db.example", "5433", "clinic", "p@ss")
    assert found["OPTIONS"] == {"sslmode": "require"}
