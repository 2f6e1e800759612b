"""Time zones by their IANA names."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def is_zone(value: str) -> None:
    """Refuse what is not an IANA time zone.

    Raises:
        ValidationError: the name is unknown.
    """
    if value not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Choose one such as Europe/Madrid."), params={"zone": value}
        )
