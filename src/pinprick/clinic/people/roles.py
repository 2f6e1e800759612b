"""Roles and what each may do: the one table of rights."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member is in an organisation."""

    OWNER = "owner", _("Owner")
    CLINICIAN = "clinician", _("Clinician")
    ASSISTANT = "assistant", _("Assistant")
    DESK = "desk", _("Front desk")
    AUDITOR = "auditor", _("Auditor")


O, C, A, D, U = Role.OWNER, Role.CLINICIAN, Role.ASSISTANT, Role.DESK, Role.AUDITOR  # noqa: E741
# Permission: the roles that hold it. A view names one permission; nothing else grants a right.
PERMISSIONS: dict[str, frozenset[Role]] = {
    name: frozenset(roles)
    for name, roles in {
        "people.self": (O, C, A, D, U),
        "people.manage": (O,),
        "audit.see": (O, U),
        "patients.find": (O, C, A, D, U),
        "patients.see": (O, C, A, D, U),
        "patients.edit": (O, C, A, D),
        "patients.merge": (O, C),
        "patients.archive": (O, C),
        "patients.restrict": (O, C),
        "patients.export": (O, C),
        "intake.see": (O, C, A, D, U),
        "intake.fill": (O, C, A, D),
        "intake.review": (O, C),
        "screening.see": (O, C, A, U),
        "screening.run": (O, C, A),
        "screening.resolve": (O, C),
        "screening.override": (O, C),
        "screening.override_absolute": (O,),
        "plans.see": (O, C, A, U),
        "plans.draft": (O, C, A),
        "plans.approve": (O, C),
        "consent.see": (O, C, A, D, U),
        "consent.offer": (O, C, A, D),
        "consent.withdraw": (O, C),
        "consent.templates": (O,),
        "treatment.see": (O, C, A, U),
        "treatment.record": (O, C, A),
        "treatment.sign": (O, C),
        "treatment.addendum": (O, C),
        "treatment.stock": (O, C, A),
        "aftercare.see": (O, C, A, D, U),
        "aftercare.hand_over": (O, C, A, D),
        "api.use": (O, C, A, D, U),
    }.items()
}


def holds(role: str, permission: str) -> bool:
    """Return whether a role holds a permission.

    Raises:
        KeyError: no such permission.
    """
    return role in PERMISSIONS[permission]
