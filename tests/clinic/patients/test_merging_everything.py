"""A patient with intake, screening, approved plan, signed consent and a session is merged: nothing is lost."""

from pinprick.clinic.patients import export, merging, services
from pinprick.clinic.patients.models import Patient

from ..treatment.conftest import computed, consent, plan, session

__all__ = ["computed", "consent", "plan", "session"]


def owners():
    """Who every row of every app belongs to."""
    return {
        (model._meta.label, field, str(pk)): str(owner)
        for model, field in merging.referring()
        for pk, owner in model._default_manager.values_list("pk", field)
    }


def test_everything_moves_and_everything_moves_back(acting, session):
    absorbed = session.patient
    kept = services.register(acting, {"given_names": "Ada Maria", "family_names": "Rossi"})
    before = owners()
    tables = {label for (label, _, _), owner in before.items() if owner == str(absorbed.pk)}
    assert tables >= {
        "patients.PatientFacts", "screening.Screening", "plans.Plan", "plans.Revision", "consent.Consent",
        "consent.Signature", "treatment.Session",
    }  # fmt: skip
    done = merging.merge(acting, kept, absorbed)
    assert str(absorbed.pk) not in owners().values()
    whole = export.everything(acting, Patient.objects.get(pk=kept.pk))["tables"]
    assert {label for label in tables if label not in whole} == set()
    merging.undo(acting, done)
    after = owners()
    assert {row: after[row] for row in before} == before
