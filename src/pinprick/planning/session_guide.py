"""What to do in one session, in order."""

from __future__ import annotations

from collections.abc import Iterator

from pinprick import evidence
from pinprick.planning.adjunct import adjuncts
from pinprick.planning.case import Case
from pinprick.planning.plan_record import Prescription, ZonePrescription
from pinprick.safety import AnaestheticLimit, Screening
from pinprick.skin import Zone

_BODY = frozenset({Zone.NECK, Zone.CHEST, Zone.ABDOMEN, Zone.UPPER_ARM, Zone.THIGH, Zone.BACK, Zone.PALM})


def session_guide(case: Case, screening: Screening, prescription: Prescription) -> tuple[str, ...]:
    """Return the steps of one session.

    Args:
        case: the case, for the anaesthetic and the area.
        screening: conditions, and limits of the anaesthetics.
        prescription: the settings.
    """
    return (
        *_before(screening),
        *_anaesthetic(case, screening),
        *_preparation(prescription),
        *_needling(prescription),
        *_stop(prescription),
        *_after(prescription),
    )


def _advice(topic: str) -> Iterator[str]:
    for record in evidence.technique_advice():
        if record.topic == topic:
            evidence.cite(*record.sources)
            remark = f" ({record.status})" if record.status != "read" else ""
            yield f"{_sentence(record.text)}{remark}" + (
                f" Disagreement: {record.disagreement}." if record.disagreement else ""
            )


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _before(screening: Screening) -> Iterator[str]:
    again = ", ".join(screening.rescreen)
    yield "Screen again today" + (f" (rules {again})." if again else ".") + " Photograph before the skin is cleaned."
    for finding in screening.findings:
        if finding.verdict == "conditions" and finding.action:
            yield f"Condition {finding.rule}: {_sentence(finding.action)}"


def _anaesthetic(case: Case, screening: Screening) -> Iterator[str]:
    chosen = case.clinic.anaesthetic
    if chosen == "none":
        yield "No anaesthetic."
        return
    limits = [limit for limit in screening.anaesthetics if chosen in (None, limit.product)]
    if not limits:
        yield "Anaesthetic: no limit is on record for this product; follow its own label."
    area = total_area_cm2(case)
    for limit in limits:
        yield _limit_text(limit, area)
    yield "Take the anaesthetic off completely before the first needle and never put it on needled skin."


def total_area_cm2(case: Case) -> float:
    """Return the area to treat: as stated, else the sum of the recorded areas of the zones."""
    if case.concern.area_cm2 is not None:
        return case.concern.area_cm2
    return sum(evidence.value(f"planning.area.{zone.value}") for zone in case.concern.zones)


def _limit_text(limit: AnaestheticLimit, area: float) -> str:
    evidence.cite(*limit.sources)
    bounds = [
        f"at most {limit.max_mass_g:g} g" if limit.max_mass_g is not None else "",
        f"at most {limit.max_area_cm2:g} cm²" if limit.max_area_cm2 is not None else "",
        f"at least {limit.min_minutes:g} minutes" if limit.min_minutes is not None else "",
        f"at most {limit.max_minutes:g} minutes" if limit.max_minutes is not None else "",
    ]
    said = ", ".join(bound for bound in bounds if bound) or "no numeric limit on record, follow its own label"
    status = f" ({limit.status})" if limit.status != "read" else ""
    text = f"Anaesthetic {limit.product.replace('_', ' ').replace('-', ' ')}: {said}{status}."
    if limit.max_area_cm2 is not None and area > limit.max_area_cm2:
        text += f" The area of about {area:.0f} cm² is more than that: numb and treat part after part."
    return text


def _preparation(prescription: Prescription) -> Iterator[str]:
    zones = {zone.technique.zone for zone in prescription.zones}
    where = (
        "body" if zones <= _BODY else "face or scalp" if not zones & _BODY else "each zone as its part of the body asks"
    )
    for text in _advice("disinfection"):
        yield f"Disinfect ({where}): {text}"
    yield from _advice("single_use")
    yield from (f"Glide: {text}" for text in _advice("glide"))


def _needling(prescription: Prescription) -> Iterator[str]:
    yield from _advice("tension")
    # Thin skin first: the shortest settings while the head is fresh, and the eye area before any glide runs.
    for zone in sorted(prescription.zones, key=lambda item: item.technique.needle_length_mm):
        yield _zone_text(zone, prescription)
    for id in prescription.adjuncts:
        item = adjuncts()[id]
        evidence.cite(*item.sources)
        yield f"{_sentence(item.name)} {item.how} {item.caution}"
    if not prescription.device.mechanical:
        yield from (f"Energy: {text}" for text in _advice("energy"))
        yield "Energy and pulse width follow the device's own label; this plan does not set them."


def _zone_text(zone: ZonePrescription, prescription: Prescription) -> str:
    technique = zone.technique
    name = technique.zone.value.replace("_", " ").capitalize()
    moves = (
        "passes in crossing directions"
        if prescription.device.device_class in ("pen", "roller", "home_roller")
        else "presses"
    )
    return (
        f"{name}: {technique.needle_length_mm:g} mm, {technique.pass_count} {moves}, "
        f"about {_rounded(zone.puncture_density_per_cm2)} punctures per cm². Stop earlier at: {zone.endpoint}"
    )


def _rounded(density: float) -> str:
    """Return a density to two digits: it is a count that nobody can set more closely."""
    return f"{float(f'{density:.2g}'):,.0f}"


def _stop(prescription: Prescription) -> Iterator[str]:
    yield (
        "Stop at once for: bleeding that runs together or does not stop, lines scratched into the skin, blanching, "
        "or faintness."
    )
    yield from (f"Density: {text}" for text in _advice("density"))
    if not prescription.device.mechanical:
        yield "Stop radiofrequency at once for: blister, smell of burning, grey skin, or pain out of proportion."


def _after(prescription: Prescription) -> Iterator[str]:
    yield "Rinse with sterile saline; photograph; no product but the sterile glide or saline."
    if prescription.device.device_class != "home_roller":
        yield from (f"Sharps: {text}" for text in _advice("sharps"))
    yield "Record device, lot, needle length, passes and endpoint by zone, and every departure from this plan."
