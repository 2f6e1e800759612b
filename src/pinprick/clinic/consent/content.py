"""What a patient is asked to consent to: made from an approved plan and a version of the template, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinprick.clinic.consent import parts
from pinprick.clinic.consent.phrases import Phrases, plain
from pinprick.clinic.plans.frozen import canonical, digest
from pinprick.errors import PinprickError

FORMAT = 1
Content = Mapping[str, Any]
PARTS = ("treatment", "result", "risks", "alternatives", "unsure", "money", "rights")


class Unfit(PinprickError):
    """No consent can be made, or what was made says too little to be signed."""


@dataclass(frozen=True, slots=True)
class Template:
    """One version of the text.

    Attributes:
        number: version in the clinic, from 1.
        content_hash: SHA-256 of its canonical form.
        languages: sentences by key, by language.
        questions: for each part that has one, the answers in order and the right one.
        clauses: the clinic's own paragraphs, by language; empty where it adds nothing.
    """

    number: int
    content_hash: str
    languages: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Mapping[str, Any]]
    clauses: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is named in a consent.

    Attributes:
        patient, birth_date: as on record; the date in ISO 8601, or "".
        clinician: who approved the plan.
        clinic, site: names.
        phone, emergency_phone: whom to call; the second may be "".
        guardian: whether a guardian has to consent as well.
    """

    patient: str
    birth_date: str
    clinician: str
    clinic: str
    site: str
    phone: str
    emergency_phone: str
    guardian: bool = False


def generate(plan: Content, plan_hash: str, template: Template, language: str, parties: Parties) -> dict[str, Any]:
    """Return the content of a consent.

    Args:
        plan: frozen content of an approved plan, as `plans.frozen.read` gives it.
        plan_hash: its hash.
        template: the version of the text.
        language: `en` or `es`.
        parties: who is named.

    Raises:
        Unfit: the plan prescribes nothing, the language is not in the template, or nobody can be called.
    """
    if plan["result"]["prescription"] is None:
        raise Unfit("this plan prescribes nothing, so there is nothing to consent to", field="prescription")
    if language not in template.languages:
        raise Unfit("the template has no text in this language", given=language, limit=", ".join(template.languages))
    if not parties.phone.strip():
        raise Unfit(
            "a consent names whom to call, and the clinic has no telephone number on record",
            field="phone",
            remedy="the owner enters it on the page of the clinic",
        )
    phrases = Phrases(language, template.languages[language])
    made = [
        {
            "id": name,
            "title": phrases.say(f"part.{name}"),
            "items": list(getattr(parts, name)(phrases, plan, parties)),
            "question": _question(phrases, template, name),
        }
        for name in PARTS
    ]
    own = template.clauses.get(language) or []
    if own:
        items = [{"key": f"clinic.{place}", "kind": "text", "text": text} for place, text in enumerate(own, start=1)]
        made.append({"id": "clinic", "title": phrases.say("part.clinic"), "items": items, "question": None})
    found = {
        "format": FORMAT,
        "kind": "consent",
        "language": language,
        "title": phrases.say("title"),
        "template": {"number": template.number, "sha256": template.content_hash},
        "plan": {"title": plan["result"]["title"], "sha256": plan_hash},
        "parties": {name: getattr(parties, name) for name in Parties.__dataclass_fields__},
        "parts": made,
        "declaration": phrases.say("sign.declare_guardian" if parties.guardian else "sign.declare"),
        "signature": {key: text for key, text in phrases.sentences.items() if key.startswith("sign.")},
    }
    check(found)
    return found


def _question(phrases: Phrases, template: Template, part: str) -> dict[str, Any] | None:
    found = template.questions.get(part)
    if found is None:
        return None
    answers = [{"id": id, "text": phrases.say(f"ask.{part}.{id}")} for id in found["options"]]
    return {
        "text": phrases.say(f"ask.{part}"),
        "answers": [*answers, {"id": "talk", "text": phrases.say("ask.talk")}],
        "right": found["right"],
    }


def check(content: Content) -> None:
    """Refuse a content that has nothing to sign, or lacks a part that every consent has.

    Raises:
        Unfit: it does.
    """
    found = {part["id"]: part for part in content.get("parts", ())}
    for name in PARTS:
        said = "".join(text for _, text in lines(found[name])) if name in found else ""
        if not said.strip():
            raise Unfit("a consent without this part cannot be offered or signed", field=name)
    if not content.get("declaration", "").strip():
        raise Unfit("a consent without this part cannot be offered or signed", field="declaration")
    zones = next((item for item in found["treatment"]["items"] if item["key"] == "zones"), None)
    if zones is None or not zones["rows"]:
        raise Unfit("a consent without a treated zone cannot be offered or signed", field="zones")
    for name in ("patient", "phone", "clinic"):
        if not content["parties"][name].strip():
            raise Unfit("a consent without this cannot be offered or signed", field=name)


def lines(part: Content) -> Iterator[tuple[str, str]]:
    """Yield (key, text) of everything said in a part, in order; cells of a row are joined by colons."""
    for item in part["items"]:
        if item["kind"] == "table":
            for row in item["rows"]:
                yield row["key"], " · ".join(plain(cell) for cell in row["cells"])
        else:
            yield item["key"], plain(item["text"])


def text(content: Content) -> str:
    """Return the stored form of a content: the one text that is hashed and signed."""
    return canonical(content)


def content_hash(content: Content) -> str:
    """Return the SHA-256 of a content."""
    return digest(text(content))
