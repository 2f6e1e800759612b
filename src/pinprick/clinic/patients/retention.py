"""Whose records nothing was written to for so long that the clinic's own rules on keeping them may have run out.

How long a record must be kept, and when it must go, differs by country and by the patient's age. The program holds no
such rule and deletes nothing: it tells whom to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Untouched:
    """A record that nothing was written to.

    Attributes:
        number: the patient's number.
        since: when something was last written.
        is_archived: whether the record is archived.
    """

    number: int
    since: datetime
    is_archived: bool


def untouched(organisation: Organisation, before: datetime) -> list[Untouched]:
    """Return the records to which nothing was written since a moment, oldest first; reading does not count.

    Args:
        organisation: whose; the caller works within it.
        before: the moment.
    """
    written = Entry.objects.filter(organisation=organisation, patient_id=OuterRef("pk")).exclude(
        action__startswith="read "
    )
    last = Coalesce(Subquery(written.order_by("-at").values("at")[:1]), "created_at")
    rows = Patient.objects.filter(organisation=organisation, merged_into=None).annotate(since=last)
    found = rows.filter(since__lt=before).order_by("since", "number").values_list("number", "since", "archived_at")
    return [Untouched(number, since, archived is not None) for number, since, archived in found]
