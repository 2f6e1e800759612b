"""The entries of the navigation: each app registers its own, and a member sees those of their role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Membership


@dataclass(frozen=True)
class Entry:
    """A line of the navigation.

    Attributes:
        label: what it says.
        route: name of the page, such as `patients:register`.
        permission: what a member needs to see it.
        icon: name of a drawing of `icons`.
        order: lower comes first; 0-49 daily work, from 50 on the clinic itself.
        key: letter that leads there after `g` on the keyboard, or ''.
    """

    label: str | Promise
    route: str
    permission: str
    icon: str
    order: int = 40
    key: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as a page shows it: its address, and whether one is there."""

    entry: Entry
    url: str
    current: bool


_entries: dict[str, Entry] = {}
CLINIC_FROM = 50


def register(entry: Entry) -> None:
    """Add an entry, once; called from an app's `ready`."""
    _entries[entry.route] = entry


def entries(member: Membership, path: str = "") -> list[Shown]:
    """Return what a member may go to, in order; the entry with the longest matching address is the current one."""
    found = [
        Shown(entry, url, False) for entry in known() if member.may(entry.permission) and (url := address(entry.route))
    ]
    matching = [shown.url for shown in found if path == shown.url or (shown.url != "/" and path.startswith(shown.url))]
    here = max(matching, key=len, default="")
    return [Shown(shown.entry, shown.url, shown.url == here) for shown in found]


def known() -> Iterable[Entry]:
    """Return all entries, in order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)


def of_request(request: HttpRequest) -> list[Shown]:
    """Return the entries for whoever asks; none for a visitor."""
    member: Membership | None = getattr(request, "member", None)
    return entries(member, request.path) if member else []


def address(route: str) -> str:
    """Return the address of a page, or '' while no app has it: a missing page must not take all others with it."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def search_url() -> str:
    """Return where the search of the top bar leads, or ''."""
    return address("patients:register")


for _entry in (
    Entry(_("Today"), "people:home", "people.self", "home", 0, "h"),
    Entry(_("Staff"), "people:staff", "people.manage", "person", 60, "s"),
    Entry(_("Clinic and sites"), "people:clinic", "people.manage", "site", 70, "c"),
    Entry(_("Audit trail"), "audit:trail", "audit.see", "shield", 80, "a"),
):
    register(_entry)
