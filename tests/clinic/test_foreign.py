"""A patient taken through everything: nobody elsewhere, or left out by a restriction, reaches any of it."""

import re
from collections import defaultdict

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from pinprick.clinic.demo import services as demo
from pinprick.clinic.demo.people import PATIENTS
from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership, Tenant
from pinprick.clinic.people.roles import Role
from pinprick.clinic.plans import services as plans

TABLES = [model for model in apps.get_models() if issubclass(model, Tenant)]


def routes(patterns=None, prefix="/"):
    """Every address of ours that names an object, with the app whose view it is."""
    # None, not an empty list: an include without addresses would begin the walk again below itself, for ever.
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and "<uuid" in here and hasattr(pattern.callback, "permission"):
            yield here, pattern.callback.__module__.split(".")[2]


def filled(route, pk):
    return re.sub(r"<(\w+):\w+>", lambda found: str(pk) if found[1] == "uuid" else "cheek", route)


def owned(patient):
    """One row of every table about a patient, by app."""
    found = defaultdict(set)
    for model in TABLES:
        if any(field.name == "patient" for field in model._meta.get_fields()):
            found[model._meta.app_label] |= set(model.objects.filter(patient=patient).values_list("pk", flat=True)[:1])
    return found


def reached(client, patient, rows):
    """Addresses at which a signed-in member reaches something of a patient."""
    found = []
    for route, app in routes():
        for pk in {patient.pk, *rows[app]}:
            path = filled(route, pk)
            status = client.get(path).status_code
            if status == 405:
                status = client.post(path).status_code
            if status not in (403, 404, 405, 410):
                found.append((route, status))
    return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nobody_who_may_not_reaches_anything_of_a_patient(sign_in, as_role, foreign, clinician, member, monkeypatch):
    monkeypatch.setattr(plans, "DRAWS", 12)
    with tenancy.acting_as(clinician):
        treated = demo.follow(clinician, PATIENTS[0])
        rows = owned(treated)
    assert {"screening", "plans", "consent", "treatment"} <= {app for app, pks in rows.items() if pks}
    # One who may does reach it, so there is something to refuse.
    assert as_role(Role.CLINICIAN).get(filled("/patients/<uuid:patient_id>/", treated.pk)).status_code == 200
    stranger = Membership.objects.select_related("user").get(organisation=foreign, role=Role.OWNER)
    assert reached(sign_in(stranger), treated, rows) == []
    # Past the views too: the wall is PostgreSQL's own.
    with tenancy.acting_as(stranger):
        everything = {pk for pks in rows.values() for pk in pks}
        assert not [model for model in TABLES if model.objects.filter(pk__in=everything).exists()]
    with tenancy.acting_as(clinician):
        patients.restrict(clinician, treated, [clinician])
    assert reached(sign_in(member(Role.OWNER)), treated, rows) == []
