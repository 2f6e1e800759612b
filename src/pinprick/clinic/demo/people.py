"""Who works in the demonstration clinic and who comes to it; nobody of them exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pinprick.clinic.people.roles import Role

STAFF: dict[str, str] = {
    Role.OWNER: "Olivia Harper",
    Role.CLINICIAN: "Carmen Solís",
    Role.ASSISTANT: "Amir Rahman",
    Role.DESK: "Dora Whitfield",
    Role.AUDITOR: "Anton Weiss",
}
# How far each patient of the demonstration has come, in order.
STAGES = ("new", "link", "answered", "screened", "drafted", "approved", "consented", "checked-in", "treated")


@dataclass(frozen=True, slots=True)
class Person:
    """One patient of the demonstration.

    Attributes:
        given_names, family_names, birth_date, sex, phototype: as for any patient.
        case: name of the example whose facts and wishes are theirs.
        stage: how far they have come, one of `STAGES`.
        device: device used instead of the example's, or "".
        rest: further fields of the record.
    """

    given_names: str
    family_names: str
    birth_date: date
    sex: str
    phototype: int
    case: str
    stage: str
    device: str = ""
    rest: dict[str, str] = field(default_factory=dict)


PATIENTS = (
    Person("Ana", "Núñez Ferrer", date(1997, 2, 11), "female", 3, "acne-scars", "treated"),
    Person("Priya", "Raman", date(1994, 7, 30), "female", 5, "acne-scars", "consented", "dr-pen"),
    Person("Maya", "Lindqvist", date(1979, 11, 3), "female", 2, "ablon-2018-face", "approved"),
    Person("Samuel", "Okafor", date(1990, 5, 17), "male", 6, "dogra-2014-acne-scars", "drafted"),
    Person("Elena", "Petrova", date(1985, 1, 24), "female", 3, "budamakuntla-2013-melasma", "checked-in"),
    Person("Jonas", "Weber", date(2001, 9, 9), "male", 2, "isotretinoin-recent", "screened"),
    Person("Grace", "Adeyemi", date(1988, 3, 5), "female", 6, "keloid-history", "screened"),
    Person("Tom", "Baker", date(1992, 12, 1), "male", 2, "cold-sore", "screened"),
    Person("Lucía", "Marín", date(1999, 6, 21), "female", 4, "naspolini-2019-striae", "answered"),
    Person("Noah", "Fischer", date(1983, 8, 14), "male", 1, "faghihi-2021-scalp", "link"),
    Person("Zoë", "van den Berg", date(1996, 10, 2), "female", 2, "acne-scars", "new"),
)
