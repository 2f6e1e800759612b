"""`pinprick screen`: may this person be treated, on that day, and what is not known."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.listing import Json, one_of
from pinprick.cli.terminal import paragraph, show, write_json
from pinprick.errors import InputError
from pinprick.units import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from pinprick.planning import Case
    from pinprick.safety import Screening

_CASE_ENDINGS = (".toml", ".yaml", ".yml")
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="Day of treatment, YYYY-MM-DD; today if left out.")
]
_MODALITY_HELP = "mechanical, radiofrequency or home; from the case's devices if left out, else mechanical."


def command(
    record: Annotated[
        Path, typer.Argument(metavar="CASE|FHIR-BUNDLE", help="A case file, or a FHIR R4 Bundle in JSON.")
    ],
    on: On = None,
    json: Json = False,
    modality: Annotated[str | None, typer.Option(help=_MODALITY_HELP)] = None,
    jurisdiction: Annotated[
        str | None, typer.Option(metavar="XX", help="ISO country code; from the case if left out, else US.")
    ] = None,
) -> None:
    """Screen one person: the verdict, the earliest date, the reasons and what is not known."""
    day = read_day(on)
    one_of(modality, ("mechanical", "radiofrequency", "home"), "--modality")
    _check_jurisdiction(jurisdiction)
    if is_bundle(record):
        screening = _screen_bundle(record, day, modality, jurisdiction)
    else:
        screening = _screen_case(record, day, modality, jurisdiction)
    if json:
        from pinprick.safety import to_json

        write_json(to_json(screening))
    else:
        _show(screening)
    if screening.verdict not in ("proceed", "conditions"):
        raise typer.Exit(ANSWER_IS_NO)


def read_day(text: str | None) -> date:
    """Return the day named on the command line, or today.

    Raises:
        InputError: it is no day of the calendar.
    """
    if text is None:
        return date.today()
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError:
        raise InputError(
            "not a day of the calendar",
            field="--on",
            given=text,
            limit="YYYY-MM-DD",
            remedy="write for instance 2027-01-31",
        ) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(
            "this day lies outside every life that could be planned for",
            field="--on",
            given=text,
            limit=f"a year from {FIRST_YEAR} to {LAST_YEAR}",
            remedy="check the year",
        )
    return day


def is_bundle(record: Path) -> bool:
    """Whether a file is to be read as a FHIR record; told from its content, not from its name.

    Raises:
        InputError: it is JSON, but neither a case nor a FHIR record.
    """
    if record.suffix.lower() in _CASE_ENDINGS or not _looks_like_json(record):
        return False
    from pinprick.interop.document import read_document

    content, _ = read_document(record)
    if "resourceType" in content:
        return True
    if {"patient", "concern"} & set(content):
        return False
    raise InputError(
        "this JSON is neither a case nor a FHIR record",
        file=str(record),
        given=", ".join(list(content)[:8]) or "an empty object",
        limit="a case has patient and concern at the top; a FHIR record has resourceType",
        remedy="start from a file in examples/, or export one patient as a FHIR R4 Bundle",
    )


def _looks_like_json(record: Path) -> bool:
    if record.suffix.lower() == ".json":
        return True
    try:
        with record.open("rb") as stream:
            return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))
    except OSError:
        return False


def _check_jurisdiction(jurisdiction: str | None) -> None:
    if jurisdiction is not None and not (len(jurisdiction) == 2 and jurisdiction.isascii() and jurisdiction.isupper()):
        raise InputError(
            "not a country code",
            field="--jurisdiction",
            given=jurisdiction,
            limit="two capital letters (ISO 3166), EU or GB",
            remedy="write for instance --jurisdiction DE",
        )


def _screen_bundle(record: Path, day: date, modality: str | None, jurisdiction: str | None) -> Screening:
    from pinprick.interop import read_fhir
    from pinprick.safety import Treatment, screen

    treatment = Treatment(modality=modality or "mechanical")  # type: ignore[arg-type]  # checked by the caller
    facts = read_fhir(record, on=day)
    if jurisdiction is None:
        return screen(facts, on=day, treatment=treatment)
    return screen(facts, on=day, treatment=treatment, jurisdiction=jurisdiction)


def _screen_case(record: Path, day: date, modality: str | None, jurisdiction: str | None) -> Screening:
    from pinprick.planning import Case, screen

    case = Case.load(record)
    if jurisdiction is not None:
        case = case.model_copy(update={"clinic": case.clinic.model_copy(update={"jurisdiction": jurisdiction})})
    return screen(case, on=day) if modality is None else _screen_in_general(case, day, modality)


def _screen_in_general(case: Case, day: date, modality: str) -> Screening:
    """Screen for a kind of needling that the case's own devices may not offer, so without any device's label."""
    from pinprick.safety import Treatment, screen

    treatment = Treatment(
        modality=modality,  # type: ignore[arg-type]  # checked by the caller
        zones=tuple(case.concern.zones),
        indication=case.concern.indication,
        area_cm2=case.concern.area_cm2,
    )
    facts, choices, place = case.facts(day), dict(case.clinic.screening_choices), case.clinic.jurisdiction
    if place is None:
        return screen(facts, on=day, treatment=treatment, choices=choices)
    return screen(facts, on=day, treatment=treatment, choices=choices, jurisdiction=place)


def _show(screening: Screening) -> None:
    from pinprick.cli.verdict import findings, headline, open_questions

    show(*headline(screening), *findings(screening), *open_questions(screening))
    show(
        paragraph(
            f"\nJurisdiction: {screening.jurisdiction}. This supports a professional's decision; it does not make it.",
            "dim",
        )
    )
