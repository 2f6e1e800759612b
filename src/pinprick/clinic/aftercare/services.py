"""What can be done with aftercare sheets: make one from a plan, and hand it over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pinprick.clinic.aftercare.content import generate
from pinprick.clinic.aftercare.models import Sheet
from pinprick.clinic.consent.services import Refused, parties
from pinprick.clinic.links import services as links
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.frozen import Altered, canonical, digest
from pinprick.clinic.plans.models import Plan

# The patient's link opens long enough for what may show up weeks later.
LINK_HOURS = 24.0 * 90
PURPOSE = "aftercare"


@transaction.atomic
def make(member: Membership, plan: Plan, language: str, treated_at: datetime | None = None) -> Sheet:
    """Return the sheet of a plan; the same one again where it would say the same.

    Args:
        member: who hands it out.
        plan: approved, or superseded after sessions were delivered by it.
        language: `en` or `es`.
        treated_at: end of the session, or None before it.

    Raises:
        Refused: the plan is a draft, or the record is closed.
        Unfit: there is no aftercare in it, or nobody can be called.
        Altered: the stored plan is not what was frozen.
    """
    if plan.is_draft or plan.content is None or plan.current is None:
        raise Refused(_("Only an approved plan has an aftercare sheet."))
    if not plan.patient.is_open:
        raise Refused(_("The record of this patient is archived or merged."))
    made = generate(plan.content, plan.content_hash, language, parties(member, plan), treated_at=treated_at,
                    time_zone=member.site.time_zone)  # fmt: skip
    text = canonical(made)
    same = Sheet.objects.filter(plan=plan, content_hash=digest(text)).first()
    return same or Sheet.objects.create(
        organisation_id=plan.organisation_id, created_by=member, patient=plan.patient, plan=plan,
        revision=plan.current, language=language, treated_at=treated_at, content=text, content_hash=digest(text),
    )  # fmt: skip


def shown(sheet: Sheet) -> dict[str, Any]:
    """Return the content of a sheet, checked against its hash.

    Raises:
        Altered: it is not what was stored.
    """
    if digest(sheet.content) != sheet.content_hash:
        raise Altered("the stored sheet does not match its hash", given=digest(sheet.content))
    return sheet.read


def hand_over(member: Membership, sheet: Sheet) -> str:
    """Return the secret of a link that opens a sheet for three months; an earlier one no longer opens."""
    return links.make(member, PURPOSE, sheet.pk, hours=LINK_HOURS)
