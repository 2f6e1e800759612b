"""Two people edit one record: the second is told, and neither overwrites the other unseen."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from pinprick.clinic.people.models import Tenant


class Stale(Exception):
    """The record was changed by someone else since it was shown.

    Args:
        current: the record as it stands now.
    """

    def __init__(self, current: Tenant) -> None:
        super().__init__("changed since it was shown")
        self.current = current


def save(record: Tenant, expected: int, fields: Sequence[str]) -> None:
    """Write fields of a record if it still has the version that the person saw; its version grows by one.

    Raises:
        Stale: it has not.
    """
    model = type(record)
    values = {name: getattr(record, name) for name in fields}
    written = model._default_manager.filter(pk=record.pk, version=expected).update(version=F("version") + 1, **values)
    if not written:
        raise Stale(model._default_manager.get(pk=record.pk))
    record.version = expected + 1
