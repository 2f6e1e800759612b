from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick.clinic.intake import conversion, definition, form, summary, validation
from pinprick.clinic.intake.definition import Asked
from pinprick.clinic.patients.case_table import patient_table
from pinprick.evidence import load_records, source
from pinprick.planning import Case
from pinprick.safety import Treatment, concepts, rules, screen
from pinprick.safety.match import expand_zones
from pinprick.safety.vocabulary import widened
from pinprick.skin import Zone

ON = date(2026, 11, 21)
CONTENT = definition.content(*definition.MEDICAL_HISTORY)
HISTORY = definition.read(CONTENT)
WOMAN = Asked("female", 32)
ITEMS = {item.concept: (question, item) for question in HISTORY.questions() for item in question.items}
MEASURES = {item.measure.concept: (question, item) for question, item in ITEMS.values() if item.measure}
# Hash of each version that was ever released. A version in use is never changed: add the next one.
RELEASED = {("medical_history", 1): "5af0ee9edfd0cfc5da7ab3be6eadce24c1b8d79786aad55b7cdf16ef38325e38"}


@pytest.mark.parametrize(("which", "digest"), RELEASED.items())
def test_a_released_version_is_unchanged(which, digest):
    assert definition.digest(definition.content(*which)) == digest


def askable(id, by="patient"):
    """Every item that tells of a concept, the patient's before the clinician's."""
    return [(question, item) for question in HISTORY.questions() for item in question.items if item.concept == id]


def every_case():
    return [(rule, case) for rule in rules().values() for case in rule.cases if case.concepts]


@pytest.mark.parametrize(
    ("rule", "case"), every_case(), ids=lambda each: getattr(each, "id", getattr(each, "name", ""))
)
def test_every_fact_that_a_rule_reads_can_be_answered(rule, case):
    for id in case.concepts:
        if id in MEASURES:
            _, item = MEASURES[id]
            assert set(item.measure.units) >= set(case.above)
            continue
        items = [item for _, item in askable(id)]
        assert items, f"{id} is asked nowhere"
        assert {status for item in items for status in item.statuses} >= set(case.when)
        if tuple(case.field) != ("in", "elsewhere", "unstated"):
            assert any(item.zones for item in items)
        if any(each is not None for each in (case.days, case.beyond, case.within)):
            assert any(item.date for item in items)
    assert {id for id in case.together_with if id in concepts()} <= set(ITEMS)


def test_every_other_fact_that_rules_look_for_can_be_answered():
    for rule in rules().values():
        wanted = set(rule.answers or ()) | set(rule.unknown.if_fact if rule.unknown else ())
        wanted |= set(rule.detail.missing if rule.detail else ())
        assert wanted <= set(ITEMS) | set(MEASURES) | {"age", "phototype", "needle_length"}, rule.id


def test_every_concept_is_asked_about():
    assert set(concepts()) - set(ITEMS) - set(MEASURES) == {"no_known_allergy"}


def treatment_of(rule, case):
    modality = (
        "radiofrequency" if "radiofrequency" in case.modality and "mechanical" not in case.modality else "mechanical"
    )
    if case.modality == ("home",) or rule.modality == ("home",):
        modality = "home"
    wanted = case.treatment_zones or case.only_zones
    zones = [Zone(zone) for zone in expand_zones(wanted)][:1] or [Zone.CHEEK]
    if case.treatment_zones_unstated:
        zones = []
    anaesthetic = "lidocaine-prilocaine-cream" if case.anaesthetic or rule.modality == ("anaesthetic",) else None
    indication = case.indication[0] if case.indication else None
    return Treatment(modality=modality, zones=tuple(zones), anaesthetic=anaesthetic, indication=indication)


def answered(rule, case, id, treatment):
    """Tick one item so that the case applies, as a person would in the browser."""
    question, item = MEASURES.get(id) or next(
        (question, item) for question, item in askable(id) if set(item.statuses) & set(case.when)
    )
    status = next(status for status in item.statuses if status in case.when or id in MEASURES)
    name = f"{question.id}.{item.concept}"
    sent = {question.id: [form.YES if question.one else item.concept], f"{name}.status": [status]}
    if item.date and not case.undated:
        days = rule.number(case.days if case.days is not None else case.beyond if case.beyond is not None else 0)
        back = timedelta(int(days) + 1) if case.beyond is not None else timedelta(0)
        day = ON + timedelta(2) if status == "planned" else ON - back
        sent[f"{name}.date"] = [day.strftime("%d/%m/%Y")]
    if item.zones and "unstated" not in case.field:
        inside = next(
            (r.id for r in HISTORY.regions if treatment.zones and treatment.zones[0].value in r.zones), "other"
        )
        sent[f"{name}.regions"] = [inside if "in" in case.field else "other"]
    if id in MEASURES:
        unit, limit = next(iter(case.above.items()))
        sent |= {
            f"{name}.value": [str(limit + 1).replace(".", ",")],
            f"{name}.unit": [unit],
            f"{name}.measured": ["2026-10"],
        }
    for other in case.together_with[:1]:
        if other != item.concept and not widened(item.concept) & {other}:
            also, _ = ITEMS[other]
            sent.setdefault(also.id, []).append(other)
            sent[f"{also.id}.{other}.status"] = ["current"]
    return sent


def answers_to(sent):
    found = {}
    for section in HISTORY.sections:
        found |= form.read_form(HISTORY, section, sent)
    return found


@pytest.mark.parametrize(
    ("rule", "case"), every_case(), ids=lambda each: getattr(each, "id", getattr(each, "name", ""))
)
def test_every_rule_is_reached_by_ticking_an_answer(rule, case):
    treatment = treatment_of(rule, case)
    for id in case.concepts:
        answers = answers_to(answered(rule, case, id, treatment))
        found = conversion.facts(HISTORY, answers, WOMAN, ON)
        phototype = int((case.phototype or {}).get("from", 3))
        person = replace(found.person, age_years=32.0, phototype=phototype)
        result = screen(replace(found, person=person), on=ON, treatment=treatment)
        cases = {finding.rule: finding.cases for finding in result.findings}
        assert case.name in cases.get(rule.id, ()), (id, answers)


def everything(state):
    """Answer every question in the same way."""
    sent = {}
    for question in HISTORY.questions():
        if question.type == "items":
            sent[question.id] = [form.NO if question.one and state == form.NONE else state]
        elif question.type in ("text", "date"):
            sent[f"{question.id}.state"] = [form.UNKNOWN]
        else:
            sent[question.id] = [state if question.type == "entries" else form.UNKNOWN]
    return answers_to(sent)


def test_not_known_is_an_answer_to_every_question_and_never_a_no():
    answers = everything(form.UNKNOWN)
    assert {answers[question.id]["state"] for question in HISTORY.questions()} == {"unknown"}
    for section in HISTORY.sections:
        assert validation.faults(section, answers, WOMAN, ON) == {}
    found = conversion.facts(HISTORY, answers, WOMAN, ON)
    assert {fact.status for fact in found.facts} == {"unknown"}
    assert found.asked == frozenset()
    asked = {item.rule for item in screen(found, on=ON).unknown}
    assert len(asked) > 40


def test_a_person_to_whom_nothing_applies_may_be_treated():
    found = conversion.facts(HISTORY, everything(form.NONE), WOMAN, ON)
    assert {fact.status for fact in found.facts} == {"absent"}
    result = screen(replace(found, person=replace(found.person, age_years=32.0, phototype=2)), on=ON)
    assert result.verdict == "proceed"
    assert result.unknown == ()


def test_a_blank_form_is_not_complete():
    for section in HISTORY.sections:
        needed = {q.id for q in section.questions if q.required and definition.applies(q, WOMAN)}
        assert set(validation.faults(section, {}, WOMAN, ON)) == needed
        assert needed


@pytest.mark.parametrize(
    ("person", "is_asked"),
    [(Asked("female", 32), True), (Asked("", None), True), (Asked("male", 32), False), (Asked("female", 70), False)],
)
def test_pregnancy_is_asked_of_those_it_can_concern(person, is_asked):
    question = next(question for question in HISTORY.questions() if question.id == "pregnancy")
    assert definition.applies(question, person) == is_asked
    answers = answers_to({"pregnancy": ["yes"], "pregnancy.pregnancy.status": ["current"]})
    stated = {fact.concept for fact in conversion.facts(HISTORY, answers, person, ON).facts}
    assert ("pregnancy" in stated) == is_asked


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"keloid": ["yes", "unknown"]}, "keloid"),
        ({"sun": ["none", "sunburn"]}, "sun"),
        ({"isotretinoin": ["yes"]}, "isotretinoin.oral_isotretinoin.status"),
        ({"isotretinoin": ["yes"], "isotretinoin.oral_isotretinoin.status": ["past"],
          "isotretinoin.oral_isotretinoin.date": ["last summer"]}, "isotretinoin.oral_isotretinoin.date"),
        ({"isotretinoin": ["yes"], "isotretinoin.oral_isotretinoin.status": ["past"],
          "isotretinoin.oral_isotretinoin.date": ["2031"]}, "isotretinoin.oral_isotretinoin.date"),
        ({"sun": ["sun_exposure"], "sun.sun_exposure.status": ["planned"], "sun.sun_exposure.date": ["2020"]},
         "sun.sun_exposure.date"),
        ({"healing": ["diabetes"], "healing.diabetes.value": ["high"]}, "healing.diabetes.value"),
        ({"healing": ["diabetes"], "healing.diabetes.value": ["nan"]}, "healing.diabetes.value"),
        ({"medicine_list.0.start": ["2020"]}, "medicine_list.0.name"),
        ({"medicine_list.0.name": ["x"], "medicine_list.0.start": ["2021"], "medicine_list.0.end": ["2019"]},
         "medicine_list.0.end"),
        ({"event": ["1999"]}, "event"),
        ({"area": ["unknown", "neck"]}, "area"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_at_its_field_and_kept_as_typed(sent, field):
    answers = answers_to(sent)
    found = {}
    for section in HISTORY.sections:
        found |= validation.faults(section, answers, WOMAN, ON)
    assert field in found
    shown = str(answers)
    for values in sent.values():
        assert all(value in shown or value in ("yes",) for value in values)


def test_the_cautious_day_of_a_month_counts():
    sent = {"isotretinoin": ["yes"], "isotretinoin.oral_isotretinoin.status": ["past"]}
    answers = answers_to(sent | {"isotretinoin.oral_isotretinoin.date": ["09/2026"]})
    fact = next(f for f in conversion.facts(HISTORY, answers, WOMAN, ON).facts if f.concept == "oral_isotretinoin")
    assert (fact.start, fact.end) == (None, date(2026, 9, 30))
    answers = answers_to(sent | {"isotretinoin.oral_isotretinoin.date": ["2026"]})
    fact = next(f for f in conversion.facts(HISTORY, answers, WOMAN, ON).facts if f.concept == "oral_isotretinoin")
    assert fact.end == ON


def test_a_free_list_is_recognised_or_kept_word_for_word():
    answers = answers_to({
        "medicine_list.0.name": ["Warfarin 5 mg"], "medicine_list.0.start": ["2019"],
        "medicine_list.1.name": ["Grandmother's drops"],
        "medicine_list.2.name": ["Roacutan"], "medicine_list.2.status": ["past"], "medicine_list.2.end": ["03/2026"],
        "procedure_list.0.name": ["CO2 laser"], "procedure_list.0.start": ["11/2026"],
        "procedure_list.0.status": ["past"],
    })  # fmt: skip
    found = conversion.facts(HISTORY, answers, WOMAN, ON)
    stated = {fact.concept: fact for fact in found.facts}
    assert stated["vitamin_k_antagonist"].status == "current"
    assert stated["oral_isotretinoin"].end == date(2026, 3, 31)
    assert stated["ablative_laser"].start == stated["ablative_laser"].end == ON
    assert found.unrecognised == ("medicine_list[1]: Grandmother's drops",)


def test_the_clinician_answers_last():
    answers = answers_to(
        {"skin_diseases": ["active_acne"], "seen": ["none"], "phototype_judged": ["5"], "sun_reaction": ["2"]}
    )
    found = conversion.facts(HISTORY, answers, WOMAN, ON)
    assert [fact.status for fact in found.facts if fact.concept == "active_acne"] == ["absent"]
    assert found.person.phototype == 5
    unsure = answers_to(
        {"skin_diseases": ["active_acne"], "skin_diseases.active_acne.status": ["current"], "seen": ["unknown"]}
    )
    statuses = [f.status for f in conversion.facts(HISTORY, unsure, WOMAN, ON).facts if f.concept == "active_acne"]
    assert statuses == ["current"]


def test_a_case_can_be_planned_from_the_answers():
    answers = everything(form.NONE) | answers_to({
        "concern": ["atrophic_acne_scars"], "area": ["face_middle"], "downtime": ["3"], "event": ["06/2027"],
        "sun_reaction": ["3"],
    })  # fmt: skip
    wanted = conversion.wishes(HISTORY, answers)
    assert wanted == {
        "concern.indication": "atrophic_acne_scars", "concern.zones": ["cheek", "nose"],
        "preferences.downtime_days": "3", "preferences.finish_by": "2027-06-30",
    }  # fmt: skip
    found = conversion.facts(HISTORY, answers, WOMAN, ON)
    table = {"patient": patient_table(found, ON), "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
    case = Case.read(table)
    mine = {finding.rule for finding in screen(found, on=ON).findings}
    assert {finding.rule for finding in screen(case.facts(ON), on=ON).findings} == mine


def test_the_phototype_question_follows_its_scheme():
    for question in HISTORY.questions():
        if question.sets == "person.phototype":
            scheme = next(
                item for item in load_records("comparators/instruments.yaml") if item["id"] == question.instrument
            )
            assert [int(option.value) for option in question.options] == list(range(scheme["low"], scheme["high"] + 1))
            assert all(source(id) for id in scheme["sources"])


def test_indications_exist():
    question = next(question for question in HISTORY.questions() if question.sets == "concern.indication")
    known = {item["id"] for item in load_records("outcome/indications.yaml")}
    assert {option.value for option in question.options} - {"other"} == known


def test_every_word_is_translated():
    words = CONTENT["translations"]["es"]
    english = {item.text for question in HISTORY.questions() for item in (*question.items, *question.options)}
    english |= {text for question in HISTORY.questions() for text in (question.text, question.help) if text}
    english |= {text for section in HISTORY.sections for text in (section.title, section.text) if text}
    english |= {region.text for region in HISTORY.regions} | {HISTORY.title, HISTORY.text, HISTORY.statement}
    english |= {item.measure.text for _, item in MEASURES.values()}
    assert english == set(words)
    assert definition.read(CONTENT, "es").title == "Historia clínica"
    assert definition.read(CONTENT, "fr").title == "Medical history"


def test_ids_are_unique():
    ids = [question.id for question in HISTORY.questions()]
    assert len(ids) == len(set(ids))


def test_answers_read_as_sentences():
    answers = answers_to({
        "healing": ["diabetes"], "healing.diabetes.value": ["8,2"], "healing.diabetes.unit": ["%"],
        "keloid": ["yes"], "keloid.keloid.status": ["past"], "keloid.keloid.regions": ["chest"], "allergies": ["none"],
    })  # fmt: skip
    read = {}
    for section in HISTORY.sections:
        read |= {line.question: line for line in summary.lines(HISTORY, section, answers, WOMAN)}
    assert read["healing"].answers == ("Diabetes: now, HbA1c 8.2 %",)
    assert read["keloid"].answers == ("Keloid: earlier, Chest",)
    assert read["allergies"].answers == ("None of these",)
    assert read["sun"].state == "missing"


NAMES = st.sampled_from(
    [f"{question.id}{rest}" for question in HISTORY.questions()
     for rest in ("", ".state", ".0.name", ".0.start", ".0.end", ".0.status",
                  *(f".{item.concept}{part}" for item in question.items[:2]
                    for part in (".status", ".date", ".value", ".regions")))]
)  # fmt: skip
VALUES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["yes", "no", "none", "unknown", "past", "current", "2026", "chest", *ITEMS]),
    ),
    max_size=3,
)


@given(st.dictionaries(NAMES, VALUES, max_size=25))
def test_whatever_is_sent_is_read_checked_shown_and_converted(sent):
    answers = answers_to(sent)
    wrong = {}
    for section in HISTORY.sections:
        wrong |= validation.faults(section, answers, WOMAN, ON)
        summary.lines(HISTORY, section, answers, WOMAN)
    if not any("value" in name for name in wrong):
        conversion.facts(HISTORY, answers, WOMAN, ON)
        conversion.wishes(HISTORY, answers)
