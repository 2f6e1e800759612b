"""What a coded FHIR element says: its words, and the concepts they and its codes mean."""

from __future__ import annotations

from pinprick.interop.bundle import Bundle
from pinprick.interop.node import Node
from pinprick.safety import recognise, recognise_code, sites
from pinprick.safety.vocabulary import Kind, fits
from pinprick.skin import Zone


def wording(code: Node | None) -> str:
    """Return the words of a CodeableConcept: its text, or else the display or code of its first coding."""
    if code is None:
        return ""
    if code.text("text").strip():
        return code.text("text").strip()
    for coding in code.nodes("coding"):
        shown = coding.text("display").strip() or coding.text("code").strip()
        if shown:
            return shown
    return ""


def meaning(code: Node | None, kind: Kind) -> tuple[str, ...]:
    """Return the concepts of a CodeableConcept, by its codes and by its words; none when it denies something."""
    if code is None:
        return ()
    found: dict[str, None] = {}
    texts = [code.text("text")]
    for coding in code.nodes("coding"):
        found.update(dict.fromkeys(recognise_code(coding.text("system"), coding.text("code"))))
        texts.append(coding.text("display"))
    for text in texts:
        found.update(dict.fromkeys(recognise(text, kind)))
    words = " ".join(texts)
    return tuple(id for id in found if fits(id, words))


def places(resource: Node, words: str) -> tuple[tuple[Zone, ...], bool]:
    """Return the zones of a resource and whether it lies outside all of them, by its body site or else its words."""
    named = resource.content.get("bodySite")
    entries = list(resource.nodes("bodySite")) if isinstance(named, list) else [resource.node("bodySite")]
    text = " ".join(wording(entry) for entry in entries if entry is not None)
    return sites(text) if text else sites(words)


def coded(resource: Node, field: str) -> str:
    """Return the code of a CodeableConcept with one meaning, such as clinicalStatus; "" where it is missing.

    Raises:
        InputError: it is a bare text, as in older versions of FHIR.
    """
    if isinstance(resource.content.get(field), str):
        raise resource.fault(
            field,
            "a bare code, as in FHIR DSTU2 or STU3",
            "an object with coding, as in FHIR R4",
            "export the record as FHIR R4 (4.0.1)",
        )
    node = resource.node(field)
    if node is None:
        return ""
    return next((coding.text("code") for coding in node.nodes("coding") if coding.text("code")), node.text("text"))


def medication(bundle: Bundle, resource: Node) -> Node | None:
    """Return the code of the medicine of a request or statement, through its reference where it has one."""
    if isinstance(resource.content.get("medication"), dict):
        raise resource.fault(
            "medication",
            "a medicine written as in FHIR R5",
            "medicationCodeableConcept or medicationReference",
            "export the record as FHIR R4 (4.0.1)",
        )
    direct = resource.node("medicationCodeableConcept")
    if direct is not None:
        return direct
    reference = resource.node("medicationReference")
    if reference is None:
        return None
    target = bundle.resolve(resource, reference.text("reference"))
    if target is not None:
        return target.node("code")
    if reference.text("display"):
        return Node({"text": reference.text("display")}, reference.path, reference.file)
    return None
