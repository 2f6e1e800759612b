"""A case: what a clinician writes down about one patient, one concern and one clinic."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from pinprick.errors import InputError
from pinprick.planning.case_fault import case_faults
from pinprick.planning.case_file import read_table
from pinprick.planning.field_type import Table, fault
from pinprick.planning.patient import Patient
from pinprick.planning.wishes import ClinicEntry, ConcernEntry, Preferences, Published, Request
from pinprick.safety import Facts


class Case(Table):
    """A case file's content.

    Attributes:
        title: one line that says what the case is.
        patient: who is to be treated.
        concern: why.
        preferences: what the person accepts.
        clinic: where, with what, at which price.
        request: settings that the clinician fixes.
        published: the published protocol that this case follows, if any.
    """

    title: Annotated[str, Field(max_length=300)] = ""
    patient: Patient
    concern: ConcernEntry
    preferences: Preferences = Preferences()
    clinic: ClinicEntry = ClinicEntry()
    request: Request = Request()
    published: Published | None = None

    @model_validator(mode="after")
    def _agree(self) -> Case:
        wishes, fixed = self.preferences, self.request
        if wishes.budget_currency and self.clinic.currency and wishes.budget_currency != self.clinic.currency:
            raise fault(
                f"the budget is in {wishes.budget_currency} and the clinic charges in {self.clinic.currency}",
                limit="one currency in a case",
                field="preferences.budget",
                given=f"{wishes.budget:g} {wishes.budget_currency}",
                remedy="give the budget in the clinic's currency; currencies are never converted",
            )
        if fixed.sessions and wishes.max_sessions and fixed.sessions > wishes.max_sessions:
            raise fault(
                f"{fixed.sessions} sessions are requested and at most {wishes.max_sessions} are accepted",
                limit=f"at most {wishes.max_sessions} (preferences.max_sessions)",
                field="request.sessions",
                given=fixed.sessions,
                remedy="change one of the two",
            )
        if fixed.sessions and wishes.min_sessions and fixed.sessions < wishes.min_sessions:
            raise fault(
                f"{fixed.sessions} sessions are requested and at least {wishes.min_sessions} are wanted",
                limit=f"at least {wishes.min_sessions} (preferences.min_sessions)",
                field="request.sessions",
                given=fixed.sessions,
                remedy="change one of the two",
            )
        return self

    @classmethod
    def load(cls, path: str | Path) -> Case:
        """Read a case file (TOML, YAML or JSON) and check it against the devices, labels and zones known.

        Raises:
            InputError: the file cannot be read or any field cannot be used; every fault found is named.
        """
        return cls.read(read_table(path), file=str(path))

    @classmethod
    def read(cls, table: dict[str, Any], *, file: str | None = None) -> Case:
        """Build a case from a plain table, as `load` does from a file.

        Args:
            table: fields as in a case file.
            file: name shown in errors.

        Raises:
            InputError: a field cannot be used.
        """
        from pinprick.planning.case_check import check

        try:
            case = cls.model_validate(table)
        except ValidationError as error:
            raise case_faults(error, cls, file) from None
        except (OverflowError, ValueError, TypeError) as error:
            raise InputError(f"a value cannot be read: {str(error)[:120]}", file=file) from None
        check(case, file)
        return case

    def facts(self, on: date | None = None) -> Facts:
        """Return the coded facts that screening takes.

        Args:
            on: day on which current, past and planned are told apart; today unless said.
        """
        from pinprick.planning.case_facts import facts

        return facts(self, on or date.today())
