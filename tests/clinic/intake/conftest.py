from datetime import date

import pytest
from django.utils import translation

from pinprick.clinic.intake import definition, form
from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy

HISTORY = definition.read(definition.content(*definition.MEDICAL_HISTORY))


@pytest.fixture(autouse=True)
def english():
    """Forget the language of a request that an earlier test made."""
    with translation.override("en"):
        yield


@pytest.fixture
def maria(clinician):
    with tenancy.acting_as(clinician):
        return patients.register(
            clinician,
            {"given_names": "María", "family_names": "García", "birth_date": date(1994, 3, 12), "sex": "female"},
        )


def filled(section, **changes):
    """What a browser sends for a section in which nothing applies."""
    sent = {}
    for question in section.questions:
        if question.type == "items":
            sent[question.id] = [form.NO if question.one else form.NONE]
        elif question.type == "entries":
            sent[question.id] = [form.NONE]
        elif question.type in ("choice", "zones"):
            sent[question.id] = [form.UNKNOWN]
    return {**sent, **changes}


def patient_sections():
    return [section for section in HISTORY.sections if section.by == "patient"]
