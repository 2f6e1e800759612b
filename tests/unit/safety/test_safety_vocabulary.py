"""Recognition of what people and record systems write."""

from __future__ import annotations

import pytest

from pinprick.safety import of_kind, recognise, recognise_code, sites
from pinprick.skin import Zone


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Warfarin Sodium 5 MG Oral Tablet", "medication", ("vitamin_k_antagonist",)),
        ("Clopidogrel 75 MG Oral Tablet", "medication", ("antiplatelet",)),
        ("Roaccutane 20 mg", "medication", ("oral_isotretinoin",)),
        ("isotretinon", "medication", ("oral_isotretinoin",)),
        ("isotrteinoin", "medication", ("oral_isotretinoin",)),
        ("Isotretinoin 0.05 % gel", "medication", ("topical_isotretinoin",)),
        ("cycloSPORINE 50 MG Oral Capsule", "medication", ("systemic_immunosuppressant",)),
        ("tacrolimus 0.1 % ointment", "medication", ()),
        ("120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler", "medication", ()),
        ("Hydrocortisone 10 MG/ML Topical Cream", "medication", ()),
        ("predniSONE 5 MG Oral Tablet", "medication", ("systemic_corticosteroid",)),
        ("Diclofenac 1 % gel", "medication", ()),
        ("Acetaminophen 325 MG Oral Tablet", "medication", ()),
        ("amiodarone 200 mg", "medication", ("photosensitising_antiarrhythmic",)),
        ("aspirin/clopidogrel", "medication", ("aspirin_prescribed", "antiplatelet")),
        ("St John's wort", "medication", ("photosensitising_drug",)),
        ("Minoxidil 5 % foam", "medication", ("topical_minoxidil",)),
        ("oral minoxidil 2.5 mg", "medication", ()),
        ("Prediabetes", "condition", ("prediabetes",)),
        ("Diabetes", "condition", ("diabetes",)),
        ("diabetes insipidus", "condition", ()),
        ("Atrophic acne scars", "condition", ("acne_scar",)),
        ("acne scars and active acne", "condition", ("acne_scar",)),
        ("Acne vulgaris", "condition", ("active_acne",)),
        ("No history of keloid", "condition", ()),
        ("Family history of keloid", "condition", ("family_history_keloid",)),
        ("Family history of psoriasis", "condition", ()),
        ("denies pregnancy", "condition", ()),
        ("Allergic contact dermatitis", "condition", ("dermatitis",)),
        ("Allergy to lidocaine", "condition", ("amide_anaesthetic_allergy",)),
        ("Allergy to aspirin", "condition", ()),
        ("Latex", "allergy", ("latex_allergy",)),
        ("lidocaine", "allergy", ("amide_anaesthetic_allergy",)),
        ("lidocaine", "medication", ()),
        ("Tubal pregnancy", "condition", ("pregnancy",)),
        ("Miscarriage in first trimester", "condition", ("pregnancy_ended",)),
        ("Fractional CO2 laser resurfacing", "procedure", ("ablative_laser",)),
        ("Laser hair removal", "procedure", ("non_ablative_laser",)),
        ("LASIK eye laser", "procedure", ()),
        ("TCA peel", "procedure", ("medium_deep_peel",)),
        ("Heartburn", "condition", ()),
        ("Sore throat", "condition", ()),
        ("Former smoker", "condition", ()),
        ("Never smoker", "condition", ()),
        ("Current every day smoker", "condition", ("smoking",)),
        ("", None, ()),
        ("日本語", None, ()),
    ],
)
def test_recognises_what_is_meant(text: str, kind: str | None, expected: tuple[str, ...]) -> None:
    assert recognise(text, kind) == expected  # type: ignore[arg-type]


def test_acne_scar_is_not_acne() -> None:
    assert recognise("Acne scarring") == ("acne_scar",)


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("http://snomed.info/sct", "44054006", "diabetes"),
        ("http://snomed.info/sct", "24079001", "dermatitis"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "11289", "vitamin_k_antagonist"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "L40.50", "psoriasis"),
        ("http://hl7.org/fhir/sid/icd-10", "E11.9", "diabetes"),
        ("http://loinc.org", "4548-4", "hba1c"),
    ],
)
def test_codes(system: str, code: str, expected: str) -> None:
    assert expected in recognise_code(system, code)


def test_unknown_codes_mean_nothing() -> None:
    assert recognise_code("http://snomed.info/sct", "162864005") == ()
    assert recognise_code("urn:own", "44054006") == ()
    assert recognise_code("http://hl7.org/fhir/sid/icd-10", "") == ()


def test_sites() -> None:
    assert sites("Facial laceration")[0][0] is Zone.FOREHEAD
    assert sites("Laceration of hand") == ((), True)
    assert sites("Burn of upper arm") == ((Zone.UPPER_ARM,), False)
    assert sites("Second degree burn") == ((), False)


def test_kinds() -> None:
    assert "keloid" in of_kind("condition")
    assert not of_kind("allergy") & of_kind("medication")
