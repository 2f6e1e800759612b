"""The navigation: every entry leads somewhere, and a member sees what the role allows."""

import pytest
from django.test import Client
from django.urls import reverse

from pinprick.clinic.interface import navigation
from pinprick.clinic.people.roles import PERMISSIONS, Role


@pytest.mark.parametrize("entry", navigation.known(), ids=lambda entry: entry.route)
def test_every_entry_leads_to_a_page_under_a_known_permission(entry):
    assert reverse(entry.route)
    assert entry.permission in PERMISSIONS


def test_letters_serve_once():
    letters = [entry.key for entry in navigation.known() if entry.key]
    assert len(set(letters)) == len(letters)


@pytest.mark.django_db
def test_a_member_sees_what_the_role_allows(member):
    shown = {one.entry.route for one in navigation.entries(member(Role.ASSISTANT))}
    assert "people:home" in shown and "people:staff" not in shown and "audit:trail" not in shown
    assert "audit:trail" in {one.entry.route for one in navigation.entries(member(Role.AUDITOR))}


@pytest.mark.django_db
def test_one_entry_is_current(member):
    marked = [one.entry.route for one in navigation.entries(member(Role.OWNER), "/staff/anything/") if one.current]
    assert marked == ["people:staff"]
    assert [one.entry.route for one in navigation.entries(member(Role.OWNER), "/") if one.current] == ["people:home"]


@pytest.mark.django_db
def test_a_visitor_sees_no_navigation():
    assert b"navigation" not in Client().get("/interface/offline").content
