"""Indications: what people come for, what suits it, and what the evidence can and cannot say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.evidence import build, by_id, load_records
from pinprick.skin import Zone

_FILE = "outcome/indications.yaml"


@dataclass(frozen=True, slots=True)
class ReferenceTechnique:
    """The technique and course that a prediction is anchored to.

    Attributes:
        device_class: `pen`, `roller` or `radiofrequency`.
        device: id of the device that stands for the class.
        needle_length_mm: needle length as set.
        pass_count: passes a session.
        sessions: sessions in the course.
        interval_days: time between sessions.
        follow_up_days: time after the last session at which the outcome is judged.
    """

    device_class: str
    device: str
    needle_length_mm: float
    pass_count: int
    sessions: int
    interval_days: float
    follow_up_days: float


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """What studies that compare a treatment directly found; said beside its prediction, never entered into it.

    Attributes:
        modality: class id.
        says: the finding.
        sources: source ids.
    """

    modality: str
    says: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indication:
    """One indication.

    Attributes:
        id: as in the trial files.
        name: term of the field.
        plain: in a patient's words.
        zones: zones where treating it makes sense.
        scale: id of the scale shown, or None.
        trials: trial files that inform it.
        modalities: needling classes that suit it, best supported first; empty where the answer is 'not now'.
        comparators: other ways of treating it, nothing first.
        coupling: record that ties improvement to the simulated collagen gain: `collagen`, `weak` or `none`.
        patient_sd: record of the spread between people.
        says: what the evidence supports.
        cannot_say: what it cannot support.
        sources: source ids.
        borrows: indication whose trials are borrowed, or "".
        subtypes: accepted subtypes.
        not_now: when to wait or not to treat, or "".
        head_to_head: direct comparisons, by treatment.
        reference: device class, device id and the prefix of the parameter records, or None.
    """

    id: str
    name: str
    plain: str
    zones: tuple[Zone, ...]
    scale: str | None
    trials: tuple[str, ...]
    modalities: tuple[str, ...]
    comparators: tuple[str, ...]
    coupling: str
    patient_sd: str
    says: tuple[str, ...]
    cannot_say: tuple[str, ...]
    sources: tuple[str, ...]
    borrows: str = ""
    subtypes: tuple[str, ...] = ()
    not_now: str = ""
    head_to_head: tuple[HeadToHead, ...] = ()
    reference: Mapping[str, str] | None = None


@cache
def _indications() -> dict[str, Indication]:
    raw = ({**item, "zones": [Zone(zone) for zone in item["zones"]]} for item in load_records(_FILE))
    nested = {"head_to_head": partial(build, HeadToHead)}
    return by_id((build(Indication, item, _FILE, nested) for item in raw), _FILE)


def indications() -> Mapping[str, Indication]:
    """Return every indication by id."""
    return dict(_indications())


def indication(id: str) -> Indication:
    """Return one indication.

    Raises:
        InputError: there is none of that id.
    """
    found = _indications().get(id)
    if found is None:
        raise InputError(
            "no such indication", field="indication", given=id, limit=", ".join(_indications()), remedy="choose one"
        )
    return found


def reference_technique(id: str, device_class: str | None = None) -> ReferenceTechnique | None:
    """Return the reference technique and course of an indication, from its parameter records; None if it has none.

    Published arms pool devices of several classes and no trial tells them apart, so each class is anchored to its own
    usual technique: a prediction moves with what is done with a device, not with which device it is.

    Args:
        id: indication id.
        device_class: class whose usual technique is wanted; that of the indication's record where None, or where the
            class has no usual technique on record.
    """
    record = indication(id)
    if record.reference is None:
        return None
    prefix = record.reference["parameters"]
    kind, head = record.reference["device_class"], record.reference["device"]
    passes = f"{prefix}.pass_count"
    usual = _usual_devices()
    if device_class in usual and device_class != kind:
        kind, head, passes = device_class, usual[device_class], f"outcome.reference.pass_count.{device_class}"
    return ReferenceTechnique(
        device_class=kind,
        device=head,
        needle_length_mm=evidence.value(f"{prefix}.needle_length_mm"),
        pass_count=round(evidence.value(passes)),
        sessions=round(evidence.value(f"{prefix}.sessions")),
        interval_days=evidence.value(f"{prefix}.interval_days"),
        follow_up_days=evidence.value(f"{prefix}.follow_up_days"),
    )


@cache
def _usual_devices() -> dict[str, str]:
    return {str(item["id"]): str(item["device"]) for item in load_records("outcome/usual_devices.yaml")}
