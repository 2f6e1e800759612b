"""All consents of a clinic: who signed only an older version, and whose file is whose."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from pinprick.clinic.consent import seal
from pinprick.clinic.consent.models import Consent, SignedFile
from pinprick.clinic.consent.standing import Standing, current_template, of_plan
from pinprick.clinic.consent.verify import Verified, verify
from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.models import Plan

MOST = 200


@dataclass(frozen=True)
class Outdated:
    """A patient with an approved plan who has signed, but not what holds now.

    Attributes:
        plan: the approved plan.
        last: the newest consent that the patient signed.
        standing: where consent to the plan stands.
    """

    plan: Plan
    last: Consent
    standing: Standing


def outdated(member: Membership) -> list[Outdated]:
    """Return who signed only an older version, the longest ago first; at most `MOST`."""
    template = current_template(member.organisation_id)
    ever = Consent.objects.filter(patient_id=OuterRef("patient_id"), signature__isnull=False)
    holds = Consent.objects.filter(
        plan=OuterRef("pk"), state=Consent.State.SIGNED, plan_hash=OuterRef("content_hash"), template=template
    )
    rows = within(Plan, member).filter(Exists(ever), ~Exists(holds), state=Plan.State.APPROVED)
    found = []
    for plan in rows.select_related("patient").order_by("approved_at")[:MOST]:
        last = Consent.objects.filter(patient=plan.patient, signature__isnull=False).select_related(
            "signature", "template", "plan"
        )
        found.append(Outdated(plan, last.latest("signature__at"), of_plan(plan)))
    return sorted(found, key=lambda one: one.last.signature.at)


@dataclass(frozen=True)
class Checked:
    """What a check of a file found.

    Attributes:
        verified: by its seal alone.
        consent: the consent whose stored file this is, or None.
    """

    verified: Verified
    consent: Consent | None

    @property
    def sound(self) -> bool:
        """Whether the seal is unbroken."""
        return self.verified.sound


def certificates(member: Membership) -> set[str]:
    """Return every certificate that a clinic has sealed with, as its records keep them."""
    rows: Any = SignedFile.objects.filter(organisation_id=member.organisation_id)
    found = set(rows.values_list("certificate", flat=True).distinct())
    path = settings.DATA / "seals" / f"{member.organisation_id}.pem"
    if path.exists():
        found.add(seal.identity(settings.DATA, member.organisation_id, "").certificate)
    return found


def check(member: Membership, document: bytes) -> Checked:
    """Return whether a file is what the clinic sealed, and which consent it is."""
    mark = hashlib.sha256(document).hexdigest()
    row = within(SignedFile, member).filter(sha256=mark).select_related("consent__patient").first()
    return Checked(verify(document, certificates(member)), row.consent if row else None)
