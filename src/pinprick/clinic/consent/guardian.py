"""Whether a guardian has to consent as well: by the rule on record for those under age, and not by a number of ours."""

from __future__ import annotations

from datetime import date

from pinprick.safety import rules

RULE, CASE = "SR018", "under_18"


def age_limit() -> float | None:
    """Return the age in years under which the rule on record asks for a guardian, or None where it no longer does."""
    rule = rules().get(RULE)
    case = next((one for one in rule.cases if one.name == CASE), None) if rule else None
    if case is None or "guardian" not in (case.reason or ""):
        return None
    under = (case.age or {}).get("under")
    return float(under) if isinstance(under, int | float) else None


def needed(birth_date: date | None, age: float | None, on: date) -> bool:
    """Return whether a guardian has to consent as well.

    Args:
        birth_date: on record, or None.
        age: in years as the plan has it, used where there is no date of birth.
        on: the day.
    """
    limit = age_limit()
    if limit is None:
        return False
    if birth_date is not None:
        age = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return age is not None and age < limit
