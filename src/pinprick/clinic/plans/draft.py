"""What a draft holds, and the case that planning takes: the draft with what is known of the patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from pinprick.clinic.patients.case_table import patient_table
from pinprick.clinic.people.models import Organisation
from pinprick.planning import Case
from pinprick.safety import Facts

Draft = Mapping[str, Any]
_NONE: Mapping[str, str] = MappingProxyType({})
TABLES = ("concern", "preferences", "clinic", "request")


def case_table(
    draft: Draft, title: str, facts: Facts, organisation: Organisation, on: date, overridden: Mapping[str, str] = _NONE
) -> dict[str, Any]:
    """Return a whole case as a plain table: the draft, the patient's facts, and the clinic's country and currency.

    Args:
        draft: tables concern, preferences, clinic and request as the form gives them.
        title: the plan's title.
        facts: what is known of the patient.
        organisation: whose patient.
        on: the day planned for.
        overridden: findings of the screening that a clinician set aside, with why.
    """
    clinic = {"jurisdiction": organisation.jurisdiction[:2], "currency": organisation.currency}
    tables = {name: dict(draft.get(name) or {}) for name in TABLES}
    tables["clinic"] = {**clinic, **tables["clinic"], "overridden": dict(overridden)}
    return {"title": title, "patient": patient_table(facts, on), **tables}


def case(
    draft: Draft, title: str, facts: Facts, organisation: Organisation, on: date, overridden: Mapping[str, str] = _NONE
) -> Case:
    """Return the case that planning takes; arguments as for `case_table`.

    Raises:
        InputError: something in the draft cannot be used; every fault is named with its field.
    """
    return Case.read(case_table(draft, title, facts, organisation, on, overridden))
