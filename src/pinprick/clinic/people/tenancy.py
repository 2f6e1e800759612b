"""Which organisation a database connection works for: set before anything is read, forgotten afterwards.

PostgreSQL keeps organisations apart by row-level security for the role `pinprick_app`; the owner of the tables, who
migrates, is not bound by it, so everything that serves a person runs inside `entered`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import InternalError, connection

if TYPE_CHECKING:
    from pinprick.clinic.people.models import Membership

APP_ROLE = "pinprick_app"
_SET = (
    "SELECT set_config('role', %s, false), set_config('pinprick.organisation', %s, false),"
    " set_config('pinprick.actor', %s, false)"
)


def enter(organisation: UUID | None, actor: UUID | None = None) -> None:
    """Work for an organisation from here on; without one, nothing that an organisation owns can be seen or written."""
    with connection.cursor() as cursor:
        cursor.execute(_SET, [APP_ROLE, str(organisation or ""), str(actor or "")])


def leave() -> None:
    """Work for nobody again, as the owner of the tables."""
    with suppress(InternalError), connection.cursor() as cursor:
        cursor.execute(_SET, ["none", "", ""])


def _now() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('pinprick.organisation', true), ''),"
            " coalesce(current_setting('pinprick.actor', true), '')"
        )
        row = cursor.fetchone()
    assert row is not None  # A select without a table has one row.
    return list(row)


@contextmanager
def entered(organisation: UUID, actor: UUID | None = None) -> Iterator[None]:
    """Work for an organisation inside a `with`, and for whoever it was before afterwards."""
    before = _now()
    enter(organisation, actor)
    try:
        yield
    finally:
        # In a transaction that has failed PostgreSQL refuses everything and takes the settings back by itself.
        with suppress(InternalError), connection.cursor() as cursor:
            cursor.execute(_SET, before)


@contextmanager
def acting_as(member: Membership) -> Iterator[None]:
    """Work as a member inside a `with`: commands and tests do what a request would."""
    with entered(member.organisation_id, member.id):
        yield
