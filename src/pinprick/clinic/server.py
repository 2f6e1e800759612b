"""`pinprick serve`: database, migrations, static files and the production server, started and stopped in order."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pinprick.clinic import environment, starting
from pinprick.clinic.database import Embedded
from pinprick.errors import MissingExtraError

Tell = Callable[[str], None]
_KEPT_DAYS = 30
# The threads that answer are granian's, with two megabytes of stack unless told; a compiler may want more.
_STACK_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Place:
    """Where to serve.

    Attributes:
        data: data folder; None for the one of the environment.
        host: address to listen on.
        port: port to listen on.
        demo: serve a demonstration clinic, in a data folder of its own.
    """

    data: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False

    @property
    def address(self) -> str:
        """Where people reach it."""
        return f"http://{'localhost' if self.host in ('127.0.0.1', '::1') else self.host}:{self.port}"


def prepare(place: Place, stack: ExitStack, tell: Tell, *, serving: bool = False) -> None:
    """Set the environment, start the database, migrate it and collect the static files.

    Args:
        place: where to serve.
        stack: what ends the database again.
        tell: receives a line for each step.
        serving: whether a server is to run, which must be alone in its data folder; a command joins one.

    Raises:
        InputError: an environment variable or the data folder cannot be used.
        MissingExtraError: the extra `clinic` is not installed.
    """
    given = environment.read()
    data = (place.data or (given.data.with_name("pinprick-demo") if place.demo else given.data)).expanduser().resolve()
    starting.usable(data, embedded=not given.database_url)
    os.environ["PINPRICK_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinprick.clinic.settings")
    if not given.database_url:
        tell(f"Starting PostgreSQL in {data / 'postgres'}")
        if serving:
            stack.enter_context(starting.alone(data, place.address))
        os.environ["DATABASE_URL"] = stack.enter_context(Embedded(data)).url
    _django(tell, given.database_url)


def _django(tell: Tell, database_url: str) -> None:
    try:
        import django
    except ImportError as fault:
        raise MissingExtraError("Django is not installed.", remedy='Run: pip install "pinprick[clinic]".') from fault
    from pinprick.clinic import language

    language.compile_stale()
    django.setup()
    from django.core.management import call_command

    tell("Bringing the database up to date")
    with starting.database_told(database_url):
        starting.known_version()
        call_command("migrate", verbosity=0, interactive=False)
        _tidy()
    call_command("collectstatic", verbosity=0, interactive=False)


def _tidy() -> None:
    """Forget the keys of saves so old that nobody sends them again."""
    from django.utils import timezone

    from pinprick.clinic.interface import autosave
    from pinprick.clinic.people import tenancy
    from pinprick.clinic.people.models import Organisation

    for organisation in Organisation.objects.all():
        with tenancy.entered(organisation.pk):
            autosave.forget(organisation.pk, timezone.now() - timedelta(days=_KEPT_DAYS))


def serve(place: Place, tell: Tell) -> None:
    """Serve until interrupted.

    Args:
        place: where.
        tell: receives what the person at the terminal should read.

    Raises:
        InputError: the port is taken, or a setting cannot be used.
    """
    starting.free_port(place.host, place.port)
    with ExitStack() as stack:
        with starting.ended_in_order():
            prepare(place, stack, tell, serving=True)
            _begin(place, tell)
        given = environment.read()
        tell(f"Pinprick is at {place.address}   (Ctrl-C stops it)")
        os.environ.setdefault("RUST_MIN_STACK", str(_STACK_BYTES))
        from granian import Granian
        from granian.constants import Interfaces

        Granian(
            "pinprick.clinic.wsgi:application",
            address=place.host,
            port=place.port,
            interface=Interfaces.WSGI,
            workers=given.workers,
            blocking_threads=given.threads,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
            log_enabled=False,
        ).serve()
        tell("Stopped.")


def _begin(place: Place, tell: Tell) -> None:
    from django.db import connections

    from pinprick.clinic.plans import warming

    starting.sane_clock()
    if place.demo:
        from pinprick.clinic.demo import services as demo

        demo.ensure(tell)
    else:
        _first_run(place.address, tell)
    warming.warm(environment.read().data, tell)
    connections.close_all()


def _first_run(address: str, tell: Tell) -> None:
    """Where there is no clinic yet, tell the one-time address at which its owner makes it."""
    from pinprick.clinic.people import setup

    token = setup.offer(secrets.token_urlsafe(24))
    if token:
        tell(f"No clinic yet. Make it, and its owner, at {address}/setup/{token}/")


def say(line: str) -> None:
    """Write a line for the person at the terminal."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
