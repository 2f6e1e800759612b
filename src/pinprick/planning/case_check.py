"""Checks of a case that need the product's own records: devices, labels, zones, indications, scales, sources."""

from __future__ import annotations

from collections.abc import Iterator

from pinprick import evidence
from pinprick.errors import InputError, InputErrors
from pinprick.planning.case import Case
from pinprick.planning.case_fault import MEND, nearest


def check(case: Case, file: str | None) -> None:
    """Refuse what no record of the product knows or allows.

    Raises:
        InputErrors: every fault found, each with its field.
    """
    problems = [
        InputError(
            item.message,
            file=file,
            field=field,
            given=item.given,
            limit=item.limit,
            origin=item.origin,
            remedy=item.remedy or MEND,
        )
        for field, item in (*_patient(case), *_concern(case), *_clinic(case), *_request(case), *_published(case))
    ]
    if problems:
        raise InputErrors(problems, file=file)


Found = Iterator[tuple[str, InputError]]


def _patient(case: Case) -> Found:
    oldest = evidence.value("skin.age.max")
    if case.patient.age is not None and case.patient.age > oldest:
        yield "patient.age", InputError("impossible age", given=case.patient.age, limit=f"0 to {oldest:g} years")
    if case.patient.birth_date is not None and (age := case.patient.person().age_years or 0.0) > oldest:
        yield (
            "patient.birth_date",
            InputError(
                f"would make the person {age:g} years old",
                given=str(case.patient.birth_date),
                limit=f"{oldest:g} years",
            ),
        )


def _concern(case: Case) -> Found:
    from pinprick import outcome

    entry, known = case.concern, outcome.indications()
    if entry.indication not in known:
        yield (
            "concern.indication",
            InputError(
                "no such indication",
                given=entry.indication,
                limit="an indication in docs/reference/case.md",
                remedy=nearest(entry.indication, known),
            ),
        )
        return
    record = known[entry.indication]
    if entry.subtype is not None and record.subtypes and entry.subtype not in record.subtypes:
        yield (
            "concern.subtype",
            InputError("no such subtype", given=entry.subtype, limit=" | ".join(record.subtypes)),
        )
    anatomy = {row["id"] for row in evidence.load_records("skin/zones.yaml")}
    for place, zone in enumerate(entry.zones):
        if zone.value not in anatomy:
            yield (
                f"concern.zones[{place}]",
                InputError(
                    "no anatomy is recorded for this zone",
                    given=zone.value,
                    limit="a zone with recorded anatomy",
                    remedy=nearest(zone.value, anatomy),
                ),
            )
        elif zone not in record.zones:
            yield (
                f"concern.zones[{place}]",
                InputError(
                    f"{record.name} is not treated in this zone",
                    given=zone.value,
                    limit=", ".join(item.value for item in record.zones),
                ),
            )
    yield from _scale(entry.scale, entry.baseline)


def _scale(id: str | None, baseline: float | None) -> Found:
    from pinprick import outcome

    if id is None:
        return
    known = outcome.scales()
    if id not in known:
        yield (
            "concern.scale",
            InputError(
                "no such scale", given=id, limit="a scale in docs/reference/scales.md", remedy=nearest(id, known)
            ),
        )
        return
    low, high = known[id].floor, known[id].top
    if baseline is not None and ((low is not None and baseline < low) or (high is not None and baseline > high)):
        yield (
            "concern.baseline",
            InputError(
                f"outside the range of {known[id].name}",
                given=baseline,
                limit=f"{'' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}".strip(),
                origin=", ".join(known[id].sources),
            ),
        )


def _codes(case: Case) -> Found:
    known = evidence.load("codes.yaml")
    place, currency = case.clinic.jurisdiction, case.clinic.currency
    if place is not None and place not in known["countries"]:
        yield (
            "clinic.jurisdiction",
            InputError(
                "no such country code",
                given=place,
                limit='a code of ISO 3166, or "EU"',
                remedy='write for instance "US", or "GB" for the United Kingdom; labels bind by it',
            ),
        )
    if currency is not None and currency not in known["currencies"]:
        yield (
            "clinic.currency",
            InputError(
                "no such currency",
                given=currency,
                limit="a code of ISO 4217",
                remedy='write for instance "USD" or "EUR"',
            ),
        )


def _clinic(case: Case) -> Found:
    from pinprick import device

    yield from _codes(case)
    known = device.device_ids()
    for place, id in enumerate(case.clinic.devices):
        if id not in known:
            yield (
                f"clinic.devices[{place}]",
                InputError(
                    "unknown device", given=id, limit="an id listed by: pinprick devices", remedy=nearest(id, known)
                ),
            )
    adjuncts = {item["id"]: item for item in evidence.load_records("planning/adjuncts.yaml")}
    for place, id in enumerate(case.clinic.adjuncts):
        if id not in adjuncts:
            yield (
                f"clinic.adjuncts[{place}]",
                InputError("unknown adjunct", given=id, limit="an adjunct on record", remedy=nearest(id, adjuncts)),
            )
    yield from _screening_choices(case)
    items = {item["id"] for item in evidence.load_records("planning/price_items.yaml")}
    for id in case.clinic.prices:
        if id not in items:
            yield (
                f"clinic.prices.{id}",
                InputError("unknown item", given=id, limit="an item on record", remedy=nearest(id, items)),
            )


def _screening_choices(case: Case) -> Found:
    from pinprick.safety import products, rules

    product = case.clinic.anaesthetic
    if product is not None and product not in ("none", *products()):
        yield (
            "clinic.anaesthetic",
            InputError(
                "unknown anaesthetic",
                given=product,
                limit="a product on record, or none",
                remedy=nearest(product, ["none", *products()]),
            ),
        )
    for id in case.clinic.overridden:
        if id not in rules():
            yield (
                f"clinic.overridden.{id}",
                InputError(
                    "no such rule", given=id, limit="an id listed by: pinprick rules", remedy=nearest(id, rules())
                ),
            )
    for id, index in case.clinic.screening_choices.items():
        if id not in rules():
            yield (
                f"clinic.screening_choices.{id}",
                InputError(
                    "no such rule", given=id, limit="an id listed by: pinprick rules", remedy=nearest(id, rules())
                ),
            )
        elif index >= len(rules()[id].positions):
            yield (
                f"clinic.screening_choices.{id}",
                InputError("no such position", given=index, limit=f"0 to {len(rules()[id].positions) - 1}"),
            )


def _request(case: Case) -> Found:
    from pinprick import device
    from pinprick.planning.zone_limit import zone_limit

    fixed, ids = case.request, set(case.clinic.devices) & set(device.device_ids())
    if fixed.device is not None and fixed.device not in ids:
        yield (
            "request.device",
            InputError(
                "is not among the clinic's devices", given=fixed.device, limit=", ".join(case.clinic.devices) or "none"
            ),
        )
        return
    if fixed.needle_length is None or not ids:
        return
    shortest = min(device.device(id).needle_length_min_mm for id in ({fixed.device} if fixed.device else ids))
    longest = max(device.device(id).needle_length_max_mm for id in ({fixed.device} if fixed.device else ids))
    if fixed.needle_length > longest:
        yield (
            "request.needle_length",
            InputError(
                "needle is longer than any device at hand can be set",
                given=f"{fixed.needle_length:g} mm",
                limit=f"{longest:g} mm or less",
                remedy="choose a shorter needle, or another device",
            ),
        )
        return
    if fixed.needle_length < shortest:
        yield (
            "request.needle_length",
            InputError(
                "needle is shorter than any device at hand can be set",
                given=f"{fixed.needle_length:g} mm",
                limit=f"{shortest:g} mm or more",
                remedy="choose a longer needle, or another device",
            ),
        )
        return
    at_hand = [device.device(id) for id in sorted({fixed.device} if fixed.device else ids)]
    for zone in case.concern.zones:
        limits = [zone_limit(item, zone, case.clinic.jurisdiction, off_label=case.clinic.off_label) for item in at_hand]
        if any(item.hard_max_mm >= fixed.needle_length for item in limits):
            continue
        widest = max(limits, key=lambda item: item.hard_max_mm)
        who, limit, source = min(widest.limits, key=lambda item: item[1])
        yield (
            "request.needle_length",
            InputError(
                f"needle is longer than allowed on the {zone.value.replace('_', ' ')}",
                given=f"{fixed.needle_length:g} mm",
                limit=f"{limit:g} mm ({who})",
                origin=source,
                remedy="choose a shorter needle, or another device; a label limit yields to clinic.off_label = true",
            ),
        )


def _published(case: Case) -> Found:
    from pinprick import device

    protocol = case.published
    if protocol is None:
        return
    if protocol.source not in (known := evidence.sources()):
        yield (
            "published.source",
            InputError(
                "unknown source",
                given=protocol.source,
                limit="an id listed by: pinprick sources",
                remedy=nearest(protocol.source, known),
            ),
        )
    arms = {arm.id for arm in evidence.arms()}
    for place, id in enumerate(protocol.arms):
        if id not in arms:
            yield (
                f"published.arms[{place}]",
                InputError("unknown trial arm", given=id, limit="an arm on record", remedy=nearest(id, arms)),
            )
    if protocol.device not in device.device_ids():
        yield (
            "published.device",
            InputError(
                "unknown device",
                given=protocol.device,
                limit="an id listed by: pinprick devices",
                remedy=nearest(protocol.device, device.device_ids()),
            ),
        )
        return
    head = device.device(protocol.device)
    for place, technique in enumerate(protocol.technique):
        length = technique.needle_length
        if length is not None and not head.needle_length_min_mm <= length <= head.needle_length_max_mm:
            yield (
                f"published.technique[{place}].needle_length",
                InputError(
                    f"{head.name} cannot be set so",
                    given=f"{length:g} mm",
                    limit=f"{head.needle_length_min_mm:g} to {head.needle_length_max_mm:g} mm",
                    origin=head.sources[0],
                    remedy="name the device that was used, or the nearest one with this length",
                ),
            )
