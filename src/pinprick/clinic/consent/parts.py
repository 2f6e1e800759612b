"""The parts of a consent, each from the frozen plan: what is done, risks, alternatives and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pinprick.clinic.consent.phrases import Phrases, Words, plain
from pinprick.report.warning_sign import warning_signs

if TYPE_CHECKING:
    from pinprick.clinic.consent.content import Parties

Plan = Mapping[str, Any]
Item = dict[str, Any]


def said(key: str, text: Words) -> Item:
    """Return a paragraph."""
    return {"key": key, "kind": "text", "text": text}


def heading(key: str, text: str) -> Item:
    """Return a heading inside a part."""
    return {"key": key, "kind": "heading", "text": text}


def bullet(key: str, text: Words) -> Item:
    """Return an item of a list."""
    return {"key": key, "kind": "bullet", "text": text}


def table(key: str, head: list[str], rows: list[tuple[str, list[Words]]]) -> Item:
    """Return a table; each row has a key of its own, so that two versions can be compared row by row."""
    return {"key": key, "kind": "table", "head": head, "rows": [{"key": one, "cells": cells} for one, cells in rows]}


def treatment(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield what will be done, where and how."""
    found = plan["result"]["prescription"]
    indication = plain(phrases.name("indication", plan["case"]["concern"]["indication"]))
    device = plain(phrases.recorded(found["device_name"]))
    yield said("treatment.for", phrases.say("treatment.for", indication=indication, device=device))
    yield said("treatment.by", phrases.say("treatment.by", clinician=parties.clinician, clinic=parties.clinic))
    interval = phrases.days(found["interval_days"])
    course = "treatment.course" if found["sessions"] > 1 else "treatment.course_one"
    yield said("treatment.course", phrases.say(course, sessions=found["sessions"], interval=interval))
    yield heading("zones.heading", phrases.say("treatment.zones"))
    head = [phrases.say(f"treatment.{name}") for name in ("zone", "length", "passes")]
    rows = [
        (
            f"zone.{zone['zone']}",
            [
                phrases.name("zone", zone["zone"]),
                f"{phrases.number(zone['needle_length_mm'], 2)} mm",
                phrases.number(zone["pass_count"]),
            ],
        )
        for zone in found["zones"]
    ]
    yield table("zones", head, rows)
    yield said("treatment.depth", phrases.say("treatment.depth"))
    yield from _beyond_label(phrases, found)
    anaesthetic = plan["case"]["clinic"].get("anaesthetic")
    if anaesthetic and anaesthetic != "none":
        yield said("treatment.anaesthetic", phrases.say("treatment.anaesthetic", anaesthetic=anaesthetic))
    for one in found["adjuncts"]:
        shown = plain(phrases.recorded(one.replace("_", " ")))
        yield said(f"treatment.adjunct.{one}", phrases.say("treatment.adjunct", adjunct=shown))
    yield from _findings(phrases, plan["result"]["screening"]["findings"])
    yield said("treatment.medicines", phrases.say("treatment.medicines"))
    yield said("treatment.before", phrases.say("treatment.before"))


def _beyond_label(phrases: Phrases, prescription: Plan) -> Iterator[Item]:
    for zone in prescription["zones"]:
        for limit in zone["limits"]:
            if limit["who"].startswith("label") and zone["needle_length_mm"] > limit["limit_mm"] + 1e-9:
                words = {
                    "zone": plain(phrases.name("zone", zone["zone"])),
                    "length": phrases.number(zone["needle_length_mm"], 2),
                    "limit": phrases.number(limit["limit_mm"], 2),
                    "who": plain(phrases.recorded(limit["who"])),
                }
                yield said(f"treatment.beyond.{zone['zone']}", phrases.say("treatment.beyond", **words))


def _findings(phrases: Phrases, findings: list[Plan]) -> Iterator[Item]:
    """Yield the reasons of findings alone: what is done about a medicine is for the prescriber to say, not for this."""
    reasons = [(finding["rule"], finding["reason"]) for finding in findings if finding["reason"]]
    if reasons:
        yield heading("findings", phrases.say("treatment.findings"))
        for rule, reason in reasons:
            yield bullet(f"finding.{rule}", phrases.recorded(reason))
        yield said("treatment.talked", phrases.say("treatment.talked"))


def result(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield what may come of it, with its range."""
    outlook = plan["result"]["outlook"]
    improvement = outlook and outlook["improvement_percent"]
    if not improvement:
        yield said("result.none", phrases.say("result.none"))
    else:
        yield said("result.median", phrases.say("result.median", **phrases.span(improvement)))
        if improvement["p05"] < 0:
            yield said("result.worse", phrases.say("result.worse"))
        yield said("result.basis", phrases.say("result.basis", arms=outlook["arms"], people=outlook["people"]))
        yield said("result.one", phrases.say("result.one"))
    if outlook and outlook["pain_0_10"]:
        yield said("result.pain", phrases.say("result.pain", **phrases.span(outlook["pain_0_10"], 1)))


def risks(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield what can go wrong, with numbers, what they rest on, and for this skin type."""
    outlook = plan["result"]["outlook"]
    yield said("risks.usual", phrases.say("risks.usual"))
    type_ = plan["case"]["patient"].get("phototype")
    key = "risks.type" if type_ else "risks.type_unknown"
    yield said("risks.type", phrases.say(key, phototype=type_))
    found = outlook["risks"] if outlook else []
    if found:
        yield said("risks.intro", phrases.say("risks.intro"))
        head = [phrases.say(f"risks.{name}") for name in ("harm", "hundred", "seen")]
        yield table("risks", head, [(f"risk.{risk['name']}", _risk(phrases, risk)) for risk in found])
    yield said("risks.not_counted", phrases.say("risks.not_counted"))


def _risk(phrases: Phrases, risk: Plan) -> list[Words]:
    basis = phrases.say("risks.guess")
    if risk["people"]:
        basis = phrases.say("risks.counted", events=risk["events"], people=risk["people"])
    if "phototype" in risk["note"] and "assumed" in risk["note"]:
        basis = f"{basis}; {phrases.say('risks.assumed')}"
    return [phrases.name("risk", risk["name"]), hundred(phrases, risk["probability"]), basis]


def hundred(phrases: Phrases, probability: Plan | None) -> str:
    """Return a probability as people of a hundred."""
    if not probability:
        return phrases.say("alternatives.unknown")
    words = phrases.span(probability, 0, 100.0)
    if 100 * probability["median"] < 0.5:
        high = words["high"] if 100 * probability["p95"] >= 0.5 else "1"
        return phrases.say("risks.span_small", high=high)
    return phrases.say("risks.span", **words)


def alternatives(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield the other ways on the same scale, doing nothing first."""
    found = plan["result"]
    yield said("alternatives.intro", phrases.say("alternatives.intro"))
    head = [phrases.say(f"alternatives.{name}") for name in ("way", "better", "rest", "marks", "price")]
    rows: list[tuple[str, list[Words]]] = []
    if found["outlook"]:
        quote = found["quote"] or {}
        mine = {**found["outlook"], "price_low": quote.get("low"), "price_high": quote.get("high")}
        rows.append(("way.plan", [phrases.say("alternatives.this"), *_way(phrases, mine, quote.get("currency"))]))
    ordered = sorted(found["alternatives"], key=lambda one: one["modality"] != "no_treatment")
    currency = (found["quote"] or {}).get("currency") or plan["case"]["clinic"].get("currency")
    for one in ordered:
        name = phrases.name("modality", one["modality"])
        rows.append((f"way.{one['modality']}", [name, *_way(phrases, one, currency)]))
    yield table("ways", head, rows)
    yield said("alternatives.unscreened", phrases.say("alternatives.unscreened"))


def _way(phrases: Phrases, one: Plan, currency: str | None) -> list[Words]:
    unknown = phrases.say("alternatives.unknown")
    better = one["improvement_percent"]
    rest = one["downtime_days"]
    marks = next((risk for risk in one["risks"] if risk["name"] == "post_inflammatory_hyperpigmentation"), None)
    price = phrases.say("alternatives.no_price")
    if currency and one.get("price_low") is not None:
        price = phrases.price(currency, one["price_low"], one["price_high"])
    elif one["modality"] == "no_treatment":
        price = "0"
    return [
        phrases.say("risks.span", **phrases.span(better)) if better else unknown,
        phrases.number(rest["median"], 1) if rest else unknown,
        hundred(phrases, marks["probability"]) if marks else unknown,
        price,
    ]


def unsure(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield what is not known, where sources disagree about this plan, and what is still open."""
    found = plan["result"]
    # A plan frozen before cautions were told apart has them among what is not known.
    told = [*(found["prescription"] or {}).get("cautions", ()), *found["unknowns"]]
    if told:
        yield heading("unsure.unknown", phrases.say("unsure.unknown"))
    for text in told:
        yield bullet(f"unknown.{text}", phrases.recorded(text))
    mine = list(_disagreements(phrases, found))
    if mine:
        yield heading("unsure.disagree", phrases.say("unsure.disagree"))
        yield from mine
    open_ = sum(one["whom"] == "patient" for one in found["questions"])
    if open_:
        yield said("unsure.open", phrases.say("unsure.open", count=open_))
    if not (told or mine or open_):
        yield said("unsure.none", phrases.say("unsure.none"))
    general = sum(not _about_zone(one) and not _about_finding(one) for one in found["disagreements"])
    if general:
        yield said("unsure.general", phrases.say("unsure.general", count=general))
    version = found["provenance"]["version"]
    yield said("unsure.model", phrases.say("unsure.model", version=version))


def _about_zone(disagreement: Plan) -> bool:
    return str(disagreement["question"]).startswith("Needle length on the")


def _about_finding(disagreement: Plan) -> bool:
    return "(SR" in disagreement["question"]


def _disagreements(phrases: Phrases, found: Plan) -> Iterator[Item]:
    """Yield those about this person or these zones; the general ones are counted.

    Positions on a finding are not spelt out: some are about medicines, and only the prescriber decides about those.
    """
    for one in found["disagreements"]:
        if _about_zone(one):
            text = f"{one['question']}: {'; '.join(position.rstrip('.') for position in one['positions'])}."
            yield bullet(f"disagreement.{one['question']}", phrases.recorded(text))
        elif _about_finding(one):
            subject = one["question"].partition(" (SR")[0]
            yield said(f"differ.{subject}", phrases.say("unsure.differ", count=len(one["positions"])))
            yield bullet(f"disagreement.{subject}", phrases.recorded(subject[:1].upper() + subject[1:]))


def money(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield the price, and the days off."""
    quote = plan["result"]["quote"]
    if quote is None:
        yield said("money.price", phrases.say("money.price_none"))
    else:
        price = phrases.price(quote["currency"], quote["low"], quote["high"])
        yield said("money.price", phrases.say("money.price", price=price))
        for line in quote["lines"]:
            each = phrases.price(quote["currency"], line["unit_low"], line["unit_high"])
            item = plain(phrases.recorded(line["item"]))
            yield bullet(f"price.{line['item']}", phrases.say("money.line", count=line["count"], item=item, price=each))
        if any(line["source"] != "clinic" for line in quote["lines"]):
            yield said("money.weak", phrases.say("money.weak"))
        _, missing, names = quote["note"].partition("Not in the total, since no price is known: ")
        if missing:
            yield said("money.missing", phrases.say("money.missing", note=plain(phrases.recorded(names))))
    outlook = plan["result"]["outlook"]
    if outlook and outlook["downtime_days"]:
        yield said("money.rest", phrases.say("money.rest", **phrases.span(outlook["downtime_days"], 1)))
    yield said("money.sheet", phrases.say("money.sheet"))


def rights(phrases: Phrases, plan: Plan, parties: Parties) -> Iterator[Item]:
    """Yield whom to call, signs that need it, and the right to refuse and withdraw."""
    if parties.guardian:
        yield said("rights.guardian", phrases.say("rights.guardian"))
    yield said("rights.refuse", phrases.say("rights.refuse"))
    yield said("rights.withdraw", phrases.say("rights.withdraw"))
    yield said("rights.change", phrases.say("rights.change"))
    yield said("rights.kept", phrases.say("rights.kept"))
    yield said("rights.call", phrases.say("rights.call", clinic=parties.clinic, phone=parties.phone))
    if parties.emergency_phone.strip():
        yield said("rights.call_late", phrases.say("rights.call_late", phone=parties.emergency_phone))
    yield said("rights.emergency", phrases.say("rights.emergency"))
    flags = [(flag["sign"], flag["action"]) for flag in plan["result"]["red_flags"]]
    if flags:
        yield heading("rights.signs", phrases.say("rights.signs"))
    for sign in warning_signs(flags):
        yield bullet(f"sign.{sign.sign}", phrases.recorded(sign.sign))
