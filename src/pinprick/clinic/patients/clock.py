"""Which day it is where the patient is treated."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from pinprick.clinic.people.models import Membership, Site


def today(member: Membership) -> date:
    """Return the day at a member's usual site."""
    return day_at(member.site)


def day_at(site: Site) -> date:
    """Return the day at a site."""
    return timezone.now().astimezone(ZoneInfo(site.time_zone)).date()
