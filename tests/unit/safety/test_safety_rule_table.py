"""One row a rule: what makes it apply, and what must not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from pinprick.safety import Fact, Facts, Screening, Treatment, rules, screen
from pinprick.skin import Person, Zone

ON = date(2026, 11, 21)
FACE = (Zone.CHEEK, Zone.FOREHEAD)
MECHANICAL = Treatment("mechanical", FACE)
RADIOFREQUENCY = Treatment("radiofrequency", FACE)
HOME = Treatment("home", FACE, needle_length_mm=0.2)
CREAM = replace(MECHANICAL, anaesthetic="lidocaine-prilocaine-cream")
ADULT = Person(35, None, 2)


def ago(days: int) -> date:
    return ON - timedelta(days)


def now(concept: str, **more: object) -> Fact:
    return Fact(concept, "current", **more)  # type: ignore[arg-type]


def past(concept: str, days: int, **more: object) -> Fact:
    return Fact(concept, "past", None, ago(days), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Row:
    """A rule with what makes it apply (`facts`, `person`, `treatment`), the verdict then, and near misses."""

    facts: tuple[Fact, ...]
    verdict: str
    treatment: Treatment = MECHANICAL
    person: Person = ADULT
    misses: tuple[tuple[Fact, ...], ...] = ()
    other_treatment: Treatment | None = None
    other_person: Person | None = None


ROWS: dict[str, Row] = {
    "SR001": Row((past("oral_isotretinoin", 179),), "not-before", misses=((past("oral_isotretinoin", 180),),)),
    "SR002": Row((now("topical_retinoid"),), "not-before", misses=((past("topical_retinoid", 5),),)),
    "SR003": Row((past("hydroxy_acid_topical", 4),), "not-before", misses=((past("hydroxy_acid_topical", 5),),)),
    "SR004": Row((now("benzoyl_peroxide"),), "not-before", misses=((past("benzoyl_peroxide", 1),),)),
    "SR005": Row((now("vitamin_k_antagonist"),), "conditions", misses=((past("oral_anticoagulant", 1),),)),
    "SR006": Row((now("aspirin_prescribed"),), "conditions", misses=((past("aspirin_prescribed", 1),),)),
    "SR007": Row((now("nsaid"),), "conditions", misses=((past("nsaid", 3),),)),
    "SR008": Row(
        (now("antiplatelet"),), "conditions",
        misses=((past("antiplatelet", 1),), (past("coronary_stent", 365),)),
    ),
    "SR009": Row((past("bleeding_supplement", 6),), "conditions", misses=((past("bleeding_supplement", 7),),)),
    "SR010": Row((now("systemic_immunosuppressant"),), "refer", misses=((past("systemic_immunosuppressant", 1),),)),
    "SR011": Row((now("systemic_corticosteroid"),), "refer", misses=((past("systemic_corticosteroid", 1),),)),
    "SR012": Row((past("chemotherapy", 30),), "not-before", misses=((now("internal_malignancy"),),)),
    "SR013": Row((now("photosensitising_drug"),), "conditions", misses=((past("photosensitising_drug", 1),),)),
    "SR014": Row(
        (now("topical_minoxidil"),), "conditions", Treatment("mechanical", (Zone.SCALP,)), other_treatment=MECHANICAL
    ),
    "SR015": Row((), "conditions", person=Person(35, None, 4), other_person=ADULT),
    "SR016": Row(
        (now("pregnancy", start=ago(90)),), "do-not-treat",
        misses=((past("pregnancy", 1),), (now("pregnancy", start=ago(400)),)),
    ),
    "SR017": Row((now("breast_feeding"),), "refer", misses=((past("breast_feeding", 1),),)),
    "SR018": Row((), "refer", person=Person(17), other_person=Person(30)),
    "SR019": Row((past("keloid", 4000),), "refer", misses=((now("family_history_keloid"),),)),
    "SR020": Row(
        (now("hypertrophic_scar"),), "conditions", other_treatment=RADIOFREQUENCY, misses=((now("acne_scar"),),)
    ),
    "SR021": Row((past("surgery_in_field", 89),), "not-before", misses=((past("surgery_in_field", 90),),)),
    "SR022": Row((now("herpes_simplex_active"),), "not-before", misses=((past("herpes_simplex_active", 14),),)),
    "SR023": Row(
        (past("herpes_simplex", 400),), "conditions", other_treatment=Treatment("mechanical", (Zone.BACK,)),
        misses=((now("genital_herpes"),),),
    ),
    "SR024": Row((now("wart"),), "not-before", misses=((past("wart", 30),),)),
    "SR025": Row((now("skin_infection"),), "do-not-treat", misses=((past("skin_infection", 14),),)),
    "SR026": Row(
        (now("open_wound", zones=(Zone.CHEEK,)),), "do-not-treat",
        misses=((past("open_wound", 1),), (now("open_wound", zones=(Zone.BACK,)),), (now("burn_scar"),)),
    ),
    "SR027": Row((now("active_acne"),), "not-before", misses=((past("active_acne", 30),), (now("acne_scar"),))),
    "SR028": Row((now("blood_borne_virus"),), "conditions", misses=((past("blood_borne_virus", 1),),)),
    "SR029": Row((now("rosacea_flare"),), "do-not-treat", misses=((past("rosacea_flare", 30),),)),
    "SR030": Row((now("psoriasis", zones=(Zone.FOREHEAD,)),), "do-not-treat", misses=((now("dermatitis"),),)),
    "SR031": Row((now("koebnerising_dermatosis"),), "do-not-treat", misses=((now("psoriasis"),),)),
    "SR032": Row((now("vitiligo_unstable"),), "do-not-treat", misses=((now("melasma"),),)),
    "SR033": Row((now("dermatitis"),), "not-before", misses=((past("dermatitis", 30),),)),
    "SR034": Row((now("melasma"),), "conditions", misses=((past("melasma", 1),),)),
    "SR035": Row((), "conditions", person=Person(35, None, 5), other_person=Person(35, None, 3)),
    "SR036": Row((now("suspicious_lesion"),), "do-not-treat", misses=((now("internal_malignancy"),),)),
    "SR037": Row((now("actinic_keratosis"),), "refer", misses=((past("actinic_keratosis", 1),),)),
    "SR038": Row((past("radiotherapy", 100),), "refer", misses=((past("radiotherapy", 100, zones=(Zone.THIGH,)),),)),
    "SR039": Row((now("scleroderma"),), "refer", misses=((now("connective_tissue_disease"),),)),
    "SR040": Row((now("connective_tissue_disease"),), "refer", misses=((now("scleroderma"),),)),
    "SR041": Row((now("bleeding_disorder"),), "do-not-treat", misses=((past("bleeding_disorder", 1),),)),
    "SR042": Row(
        (now("diabetes"),), "conditions",
        misses=((now("prediabetes"),), (now("hba1c", value=9.0, unit="%"),), (past("diabetes", 1),)),
    ),
    "SR043": Row((now("smoking"),), "conditions", misses=((past("smoking", 1),),)),
    "SR044": Row((past("acute_illness", 1),), "not-before", misses=((past("acute_illness", 2),),)),
    "SR045": Row((now("active_implant"),), "do-not-treat", RADIOFREQUENCY, misses=((now("metal_implant"),),)),
    "SR046": Row((now("metal_implant"),), "refer", RADIOFREQUENCY, other_treatment=MECHANICAL),
    "SR047": Row((), "conditions", RADIOFREQUENCY, other_treatment=MECHANICAL),
    "SR048": Row((now("stainless_steel_allergy"),), "do-not-treat", misses=((now("latex_allergy"),),)),
    "SR049": Row((now("amide_anaesthetic_allergy"),), "conditions", misses=((now("nickel_allergy"),),)),
    "SR050": Row((now("g6pd_deficiency"),), "conditions", misses=((past("methaemoglobin_inducing_drug", 1),),)),
    "SR051": Row((now("antiarrhythmic"),), "conditions", misses=((past("antiarrhythmic", 1),),)),
    "SR052": Row((now("anaesthetic_misuse"),), "do-not-treat", CREAM, misses=((past("anaesthetic_misuse", 1),),)),
    "SR053": Row((), "conditions", replace(CREAM, zones=(Zone.PERIORBITAL,)), other_treatment=CREAM),
    "SR054": Row((past("botulinum_toxin", 13),), "not-before", misses=((past("botulinum_toxin", 14),),)),
    "SR055": Row(
        (past("permanent_filler", 100),), "not-before",
        misses=((past("hyaluronic_filler", 14),), (past("permanent_filler", 180),)),
    ),
    "SR056": Row(
        (past("ablative_laser", 89),), "not-before",
        misses=((past("ablative_laser", 90),), (past("superficial_peel", 14),)),
    ),
    "SR057": Row((now("recent_tan"),), "not-before", misses=((past("recent_tan", 14),), (past("sunburn", 14),))),
    "SR058": Row((past("hair_removal", 6),), "not-before", misses=((past("hair_removal", 7),),)),
    "SR059": Row((now("tattoo"),), "conditions", misses=((now("tattoo", zones=(Zone.THIGH,)),),)),
    "SR060": Row((now("intoxication"),), "not-before", misses=((past("alcohol", 1),),)),
    "SR061": Row(
        (Fact("cosmeceutical_under_needle", "planned"),), "do-not-treat", misses=((now("topical_vitamin_c"),),)
    ),
    "SR062": Row(
        (Fact("unapproved_biologic", "planned"),), "do-not-treat", misses=((past("unapproved_biologic", 9),),)
    ),
    "SR063": Row((Fact("needle_reuse", "planned"),), "do-not-treat", misses=((past("microneedling", 300),),)),
    "SR064": Row((now("tap_water_on_device"),), "conditions", other_treatment=RADIOFREQUENCY),
    "SR065": Row((Fact("eyelid_treatment", "planned"),), "do-not-treat", misses=((past("eyelid_treatment", 9),),)),
    "SR066": Row((), "do-not-treat", replace(HOME, needle_length_mm=0.5), other_treatment=MECHANICAL),
    "SR067": Row((now("body_dysmorphic_disorder"),), "refer", misses=((now("needle_phobia"),),)),
    "SR068": Row((now("epilepsy"),), "conditions", misses=((past("epilepsy", 1),),)),
    "SR069": Row((past("sarcoidosis", 400),), "refer", misses=((now("molluscum"),),)),
    "SR070": Row(
        (past("microneedling", 27),), "not-before",
        misses=((past("microneedling", 28),), (past("microneedling", 5, zones=(Zone.BACK,)),)),
    ),
    "SR071": Row(
        (Fact("chlorhexidine_antiseptic", "planned"),), "conditions",
        other_treatment=Treatment("mechanical", (Zone.ABDOMEN,)),
    ),
    "SR072": Row((now("paba_allergy"),), "conditions", misses=((now("amide_anaesthetic_allergy"),),)),
}  # fmt: skip


def run(
    row: Row, facts: tuple[Fact, ...], treatment: Treatment | None = None, person: Person | None = None
) -> Screening:
    return screen(Facts(person or row.person, facts=facts), on=ON, treatment=treatment or row.treatment)


def test_there_is_a_row_for_every_rule() -> None:
    assert list(ROWS) == list(rules())


@pytest.mark.parametrize("id", ROWS)
def test_rule_applies_with_the_verdict_it_should_have(id: str) -> None:
    row = ROWS[id]
    found = {item.rule: item for item in run(row, row.facts).findings}
    assert id in found
    assert found[id].verdict == row.verdict
    assert found[id].reason
    assert found[id].rests_on
    assert "{" not in found[id].reason


@pytest.mark.parametrize("id", ROWS)
def test_rule_does_not_apply_without_its_fact(id: str) -> None:
    row = ROWS[id]
    for facts in row.misses:
        assert id not in {item.rule for item in run(row, facts).findings}, facts
    if row.other_treatment is not None:
        assert id not in {item.rule for item in run(row, row.facts, row.other_treatment).findings}
    if row.other_person is not None:
        assert id not in {item.rule for item in run(row, row.facts, None, row.other_person).findings}
    assert row.misses or row.other_treatment or row.other_person, "every rule has a near miss"


@pytest.mark.parametrize("id", [id for id, row in ROWS.items() if row.facts])
@pytest.mark.parametrize("status", ["absent", "unknown"])
def test_rule_never_applies_to_what_is_denied_or_unknown(id: str, status: str) -> None:
    row = ROWS[id]
    screening = run(row, tuple(replace(fact, status=status) for fact in row.facts))  # type: ignore[arg-type]
    assert id not in {item.rule for item in screening.findings}
    asked = [item.question for item in screening.unknown if item.rule == id]
    if status == "unknown":
        assert asked, "what is on record as unknown is asked about"
        assert "without a clear status" in asked[0]


@pytest.mark.parametrize("id", ROWS)
def test_unknown_person_has_no_finding_but_radiofrequency_and_home_speak_for_themselves(id: str) -> None:
    for treatment in (Treatment(), Treatment("radiofrequency"), Treatment("home")):
        found = {item.rule for item in screen(Facts(Person()), on=ON, treatment=treatment).findings}
        assert found <= {"SR047", "SR066"}


def test_modalities_stay_apart() -> None:
    facts = Facts(ADULT, facts=(now("active_implant"), now("metal_implant"), now("active_acne")))
    mechanical = {item.rule: item.verdict for item in screen(facts, on=ON, treatment=MECHANICAL).findings}
    radiofrequency = {item.rule: item.verdict for item in screen(facts, on=ON, treatment=RADIOFREQUENCY).findings}
    assert mechanical == {"SR045": "conditions", "SR027": "not-before"}
    assert radiofrequency["SR045"] == "do-not-treat"
    assert radiofrequency["SR046"] == "refer"
    assert radiofrequency["SR027"] == "conditions"
    assert "SR047" in radiofrequency
