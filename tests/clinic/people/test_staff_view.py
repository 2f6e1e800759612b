"""Staff: invited by a link that serves once, changed, suspended; a clinic always keeps an owner."""

import re

import pytest
from django.test import Client

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.people.models import Invitation, Membership, User
from pinprick.clinic.people.roles import Role


@pytest.fixture
def owner(as_role):
    return as_role(Role.OWNER)


def invite(owner, organisation, **fields):
    site = organisation.sites.get()
    given = {"name": "Nia Cole", "email": "nia@north.example", "role": "assistant", "site": site.pk} | fields
    return owner.post("/staff/", given)


def link(answer):
    return re.search(r"/join/([\w-]+)/", answer.content.decode())[0]


def test_an_invited_colleague_joins_once(owner, organisation):
    where = link(invite(owner, organisation))
    guest = Client()
    assert guest.get(where).status_code == 200
    assert guest.post(where, {"password": "three quiet words now"}).status_code == 302
    assert guest.get("/").status_code == 200
    joined = Membership.objects.get(user__email="nia@north.example")
    assert joined.role == "assistant" and joined.organisation == organisation
    assert Client().get(where).status_code == 410
    assert Entry.objects.filter(action="joined", actor=joined).exists()


def test_only_the_hash_of_the_link_is_kept(owner, organisation):
    token = link(invite(owner, organisation)).split("/")[2]
    assert Invitation.objects.get().token_hash != token and len(Invitation.objects.get().token_hash) == 64


def test_a_second_invitation_closes_the_first(owner, organisation):
    first, second = link(invite(owner, organisation)), link(invite(owner, organisation))
    assert Client().get(first).status_code == 410 and Client().get(second).status_code == 200


def test_an_invitation_is_taken_back(owner, organisation):
    where = link(invite(owner, organisation))
    owner.post(f"/staff/invitations/{Invitation.objects.get().pk}/revoke/")
    assert Client().get(where).status_code == 410


def test_a_member_is_not_invited_again(owner, organisation):
    assert invite(owner, organisation, email="DESK@north.example").status_code == 422


def test_somebody_of_another_clinic_joins_with_the_password_they_have(owner, organisation, foreign):
    where = link(invite(owner, organisation, email="desk@south.example"))
    assert Client().post(where, {"password": "not the one they have"}).status_code == 422
    assert Client().post(where, {"password": "a long password for the tests"}).status_code == 302
    assert User.objects.get(email="desk@south.example").memberships.count() == 2


def test_the_password_that_somebody_has_is_compared_and_not_judged(owner, organisation, foreign):
    # It may be from before today's rules.
    theirs = User.objects.get(email="desk@south.example")
    theirs.set_password("short")
    theirs.save()
    where = link(invite(owner, organisation, email="desk@south.example"))
    assert Client().post(where, {"password": "shorter"}).status_code == 422
    assert Client().post(where, {"password": "short"}).status_code == 302


def test_a_suspended_member_is_signed_out_at_once(owner, as_role, member):
    desk = as_role(Role.DESK)
    assert desk.get("/").status_code == 200
    owner.post(f"/staff/{member(Role.DESK).pk}/active/", {"active": "no"})
    assert desk.get("/").status_code == 302
    owner.post(f"/staff/{member(Role.DESK).pk}/active/", {"active": "yes"})
    assert Membership.objects.get(pk=member(Role.DESK).pk).active


def test_the_last_owner_stays(owner, member):
    mine = member(Role.OWNER)
    owner.post(f"/staff/{mine.pk}/active/", {"active": "no"})
    answer = owner.post(f"/staff/{mine.pk}/", {"role": "desk", "site": mine.site_id})
    mine.refresh_from_db()
    assert answer.status_code == 422 and mine.active and mine.role == Role.OWNER


def test_a_colleague_of_another_clinic_is_not_there(owner, foreign):
    theirs = Membership.objects.get(organisation=foreign, role=Role.DESK)
    for path in ("", "active/", "password/"):
        assert owner.post(f"/staff/{theirs.pk}/{path}").status_code == 404
