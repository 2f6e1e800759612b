"""What a patient is asked to consent to says what the frozen plan says, in two languages, and can be compared."""

import re
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

import pinprick
from pinprick.clinic.consent import content, difference, phrases, template
from pinprick.clinic.plans import frozen
from pinprick.safety import rules

EXAMPLE = Path(__file__).parents[3] / "examples" / "acne-scars.toml"
PARTIES = content.Parties(
    "Ana Ruiz", "1990-05-01", "Dr North", "North Clinic", "High Street", "+44 20 7946 0000", "+44 20 7946 0999"
)
TEMPLATE = template.read(template.packaged(), 1)


@pytest.fixture(scope="module")
def plan():
    made = pinprick.plan(pinprick.Case.load(EXAMPLE), on=date(2026, 11, 21), draws=20)
    stored = frozen.freeze(made, {"draws": 20}, {})
    return frozen.read(stored.content, stored.content_hash)


def made(plan, language="en", parties=PARTIES, text=TEMPLATE):
    return content.generate(plan, "a" * 64, text, language, parties)


def said(found):
    return {key: text for part in found["parts"] for key, text in content.lines(part)}


def test_both_languages_have_the_same_sentences_with_the_same_slots():
    english, spanish = (TEMPLATE.languages[name] for name in ("en", "es"))
    assert set(english) == set(spanish)
    for key in english:
        slots = [set(re.findall(r"{(\w+)}", text[key])) for text in (english, spanish)]
        assert slots[0] == slots[1], key


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_every_zone_risk_alternative_and_number_of_the_plan_is_said(plan, language):
    text = said(made(plan, language))
    for zone in plan["result"]["prescription"]["zones"]:
        row = text[f"zone.{zone['zone']}"]
        assert phrases.number(zone["needle_length_mm"], 2, language) + " mm" in row
        assert row.endswith(f" {zone['pass_count']}")
    for risk in plan["result"]["outlook"]["risks"]:
        row = text[f"risk.{risk['name']}"]
        assert phrases.number(100 * risk["probability"]["p95"], 0, language) in row
        if risk["people"]:
            assert str(risk["people"]) in row
    ways = [one["modality"] for one in plan["result"]["alternatives"]]
    assert [key for key in text if key.startswith("way.")][:2] == ["way.plan", "way.no_treatment"]
    assert {f"way.{one}" for one in ways} <= set(text)
    middle = plan["result"]["outlook"]["improvement_percent"]["median"]
    assert phrases.number(middle, 0, language) in text["result.median"]
    assert "+44 20 7946 0000" in text["rights.call"]
    assert str(plan["case"]["patient"]["phototype"]) in text["risks.type"]
    assert phrases.number(plan["result"]["quote"]["low"], 0, language) in text["money.price"]


def test_only_what_nobody_has_translated_is_english_in_a_spanish_text_and_marked(plan):
    other = deepcopy(plan)
    other["result"]["unknowns"] = [*other["result"]["unknowns"], "A sentence that no one has translated."]
    marked = [
        item["text"]
        for part in made(other, "es")["parts"]
        for item in part["items"]
        if item["kind"] != "table" and isinstance(item["text"], dict)
    ]
    assert marked == [{"text": "A sentence that no one has translated.", "lang": "en"}]
    assert not any(
        isinstance(item["text"], dict) for part in made(plan)["parts"] for item in part["items"] if "text" in item
    )


def test_no_consent_advises_stopping_a_medicine(plan):
    """With every rule that there is among the findings, in either language."""
    stop = re.compile(r"\b(stop|discontinue|pause|withhold|suspend\w*|deje de tomar|interrump\w*)\b", re.IGNORECASE)
    other = deepcopy(plan)
    other["result"]["screening"]["findings"] = [
        {"rule": id, "reason": f"{rule.subject}.", "subject": rule.subject} for id, rule in rules().items()
    ]
    other["result"]["disagreements"] = [
        {"question": f"{rule.subject} ({id})", "positions": [f"{one.who}: {one.says}" for one in rule.positions]}
        for id, rule in rules().items()
    ]
    for language in phrases.LANGUAGES:
        text = said(made(other, language))
        kept = {"rights.withdraw"}  # What stops there is the treatment.
        found = {key: one for key, one in text.items() if stop.search(one) and key not in kept}
        assert not found


def test_the_same_plan_gives_the_same_bytes_and_another_gives_others(plan):
    first = made(plan)
    assert content.text(first) == content.text(made(deepcopy(plan)))
    other = deepcopy(plan)
    other["result"]["prescription"]["zones"][0]["needle_length_mm"] += 0.25
    assert content.content_hash(made(other)) != content.content_hash(first)
    assert content.content_hash(made(plan, "es")) != content.content_hash(first)


def test_a_length_beyond_the_label_is_said(plan):
    assert not any(key.startswith("treatment.beyond") for key in said(made(plan)))
    other = deepcopy(plan)
    zone = other["result"]["prescription"]["zones"][0]
    limit = next(one for one in zone["limits"] if one["who"].startswith("label"))
    zone["needle_length_mm"] = limit["limit_mm"] + 0.5
    assert "beyond the label" in said(made(other))[f"treatment.beyond.{zone['zone']}"]


def test_nothing_is_made_without_prescription_language_or_telephone(plan):
    other = deepcopy(plan)
    other["result"]["prescription"] = None
    with pytest.raises(content.Unfit, match="prescribes nothing"):
        made(other)
    with pytest.raises(content.Unfit, match="language"):
        made(plan, "fr")
    with pytest.raises(content.Unfit, match="telephone"):
        made(plan, parties=content.Parties("Ana", "", "Dr", "Clinic", "", " ", ""))


def test_a_blank_consent_never_passes(plan):
    whole = made(plan)
    content.check(whole)
    for part in content.PARTS:
        for empty in ({"items": []}, {"items": [{"key": "x", "kind": "text", "text": "  "}]}):
            other = deepcopy(whole)
            next(one for one in other["parts"] if one["id"] == part).update(empty)
            with pytest.raises(content.Unfit):
                content.check(other)
    for change in ({"parts": []}, {"declaration": ""}, {"parties": {**whole["parties"], "patient": ""}}):
        with pytest.raises(content.Unfit):
            content.check({**whole, **change})


def test_the_difference_names_what_changed_and_nothing_else(plan):
    assert difference.compare(made(plan), made(plan)) == ()
    other = deepcopy(plan)
    other["result"]["prescription"]["zones"][0]["needle_length_mm"] = 1.5
    other["result"]["quote"].update(low=1500.0, high=1500.0)
    other["result"]["quote"]["lines"] = []
    found = difference.compare(made(plan), made(other))
    assert {change.part for change in found} == {
        "What will be done", "What else could be done, and doing nothing", "Price, and the days after",
    }  # fmt: skip
    zone = next(change for change in found if change.part == "What will be done")
    assert zone.cells == (("Cheeks, Needle length as set", "1 mm", "1.5 mm"),)
    price = next(change for change in found if "whole course" in change.after)
    assert (price.kind, price.before, price.after) == (
        "changed", "The whole course costs USD 1,200.", "The whole course costs USD 1,500.",
    )  # fmt: skip
    assert any(change.kind == "removed" and "microneedling session" in change.before for change in found)
    with pytest.raises(ValueError, match="languages"):
        difference.compare(made(plan), made(plan, "es"))


def test_a_clinics_own_clauses_are_a_part_of_their_own(plan):
    text = template.read(template.packaged({"en": ["We keep photographs for ten years."]}), 2)
    found = made(plan, text=text)
    assert said(found)["clinic.1"] == "We keep photographs for ten years."
    assert text.content_hash != TEMPLATE.content_hash
    assert [change.kind for change in difference.compare(made(plan), found)] == ["added"]
    assert "clinic.1" not in said(made(plan, "es", text=text))


@pytest.mark.parametrize(
    ("value", "digits", "english", "spanish"),
    [(1200, 0, "1,200", "1200"), (12000, 0, "12,000", "12\u202f000"), (0.75, 2, "0.75", "0,75"), (-0.2, 0, "0", "0"),
     (-12.6, 0, "−13", "−13"), (1.50, 2, "1.5", "1,5"), (100, 0, "100", "100")],
)  # fmt: skip
def test_numbers_are_written_as_in_the_language(value, digits, english, spanish):
    assert phrases.number(value, digits, "en") == english
    assert phrases.number(value, digits, "es") == spanish
