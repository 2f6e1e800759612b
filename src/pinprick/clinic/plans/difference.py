"""What changed between two computed plans, by meaning: zones, device, needles, sessions, price, prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.plans import wording

Content = Mapping[str, Any]
Kind = Literal["added", "removed", "changed"]
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        subject: what differs: reason, zone, device, needle_length, passes, course, adjunct, price, outcome, downtime,
            risk, safety, wish, engine.
        kind: added, removed or changed.
        what: name of what differs, for people.
        before, after: how it was and how it is; "" where it was or is not there.
        sentence: the whole of it in words.
    """

    subject: str
    kind: Kind
    what: str
    before: str
    after: str
    sentence: str


def compare(old: Content, new: Content) -> tuple[Change, ...]:
    """Return what differs between two frozen plans, most telling first; nothing where they mean the same.

    Order of zones, spelling of quantities and wording of reasons count for nothing.

    Args:
        old: content as `frozen.read` gives it.
        new: the later one.
    """
    return tuple(
        change
        for part in (_reason, _safety, _device, _zones, _course, _adjuncts, _price, _outcome, _wishes, _engine)
        for change in part(old, new)
    )


def _changed(subject: str, what: str, before: str, after: str) -> Change:
    if not before:
        return Change(
            subject, "added", what, "", after, _("%(what)s: %(after)s is new") % {"what": what, "after": after}
        )
    if not after:
        sentence = _("%(what)s: %(before)s is gone") % {"what": what, "before": before}
        return Change(subject, "removed", what, before, "", sentence)
    words = {"what": what, "before": before, "after": after}
    return Change(subject, "changed", what, before, after, _("%(what)s: %(before)s became %(after)s") % words)


def _if_changed(subject: str, what: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield _changed(subject, what, before, after)


def _reason(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["case"]["concern"], new["case"]["concern"]
    yield from _if_changed("reason", _("Indication"), *(wording.indication(row.get("indication")) for row in (a, b)))
    yield from _if_changed("reason", _("Type"), *(wording.plain(row.get("subtype")) for row in (a, b)))
    yield from _if_changed("reason", _("Baseline"), *(wording.baseline(row) for row in (a, b)))


def _safety(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["result"]["screening"], new["result"]["screening"]
    yield from _if_changed("safety", _("Screening"), *(wording.verdict(row["verdict"]) for row in (a, b)))
    before, after = ({row["rule"]: row["subject"] for row in side["findings"]} for side in (a, b))
    for rule in sorted(before.keys() ^ after.keys()):
        yield _changed("safety", _("Finding"), said(before.get(rule, "")), said(after.get(rule, "")))


def _device(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["result"]["prescription"], new["result"]["prescription"]
    if (a is None) != (b is None):
        none = _("nothing is prescribed")
        yield _changed("device", _("Prescription"), _name(a) or none, _name(b) or none)
    elif a is not None and a["device"] != b["device"]:
        yield _changed("device", _("Device"), _name(a), _name(b))


def _name(prescription: Content | None) -> str:
    return said(prescription["device_name"]) if prescription else ""


def _by_zone(content: Content) -> dict[str, Content]:
    prescription = content["result"]["prescription"]
    return {row["zone"]: row for row in prescription["zones"]} if prescription else {}


def _zones(old: Content, new: Content) -> Iterator[Change]:
    before, after = _by_zone(old), _by_zone(new)
    for zone in sorted(before.keys() | after.keys()):
        a, b = before.get(zone), after.get(zone)
        place = wording.zone(zone)
        if a is None or b is None:
            yield _changed("zone", place, _technique(a), _technique(b))
            continue
        if abs(a["needle_length_mm"] - b["needle_length_mm"]) > _SLACK:
            yield _longer(place, a["needle_length_mm"], b["needle_length_mm"])
        if a["pass_count"] != b["pass_count"]:
            passes = [wording.passes(row["pass_count"]) for row in (a, b)]
            yield _changed("passes", place, *passes)


def _technique(row: Content | None) -> str:
    return "" if row is None else f"{wording.length(row['needle_length_mm'])}, {wording.passes(row['pass_count'])}"


def _longer(place: str, before: float, after: float) -> Change:
    words = {
        "zone": place,
        "before": wording.length(before),
        "after": wording.length(after),
        "by": wording.length(abs(after - before)),
    }
    if after > before:
        sentence = _("%(zone)s: needles %(by)s longer, %(after)s instead of %(before)s") % words
    else:
        sentence = _("%(zone)s: needles %(by)s shorter, %(after)s instead of %(before)s") % words
    return Change("needle_length", "changed", place, words["before"], words["after"], sentence)


def _course(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["result"]["prescription"], new["result"]["prescription"]
    if a is None or b is None:
        return
    if a["sessions"] != b["sessions"]:
        count = abs(b["sessions"] - a["sessions"])
        words = {"count": count, "after": b["sessions"], "before": a["sessions"]}
        if b["sessions"] > a["sessions"]:
            by = ngettext("%(count)d session more", "%(count)d sessions more", count)
        else:
            by = ngettext("%(count)d session fewer", "%(count)d sessions fewer", count)
        sentence = f"{by}: {_('%(after)d instead of %(before)d')}" % words
        before, after = wording.sessions(a["sessions"]), wording.sessions(b["sessions"])
        yield Change("course", "changed", _("Sessions"), before, after, sentence)
    # With one session there is no interval to speak of.
    if min(a["sessions"], b["sessions"]) > 1 and abs(a["interval_days"] - b["interval_days"]) > _SLACK:
        yield _changed("course", _("Interval"), wording.days(a["interval_days"]), wording.days(b["interval_days"]))


def _adjuncts(old: Content, new: Content) -> Iterator[Change]:
    before, after = (set((side["result"]["prescription"] or {}).get("adjuncts", ())) for side in (old, new))
    for id in sorted(before ^ after):
        yield _changed(
            "adjunct", _("Together with"), wording.adjunct(id) * (id in before), wording.adjunct(id) * (id in after)
        )


def _price(old: Content, new: Content) -> Iterator[Change]:
    quotes = (wording.price(side["result"]["quote"]) for side in (old, new))
    return _if_changed("price", _("Price of the course"), *quotes)


def _outcome(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["result"]["outlook"], new["result"]["outlook"]
    if a is None or b is None:
        return
    improvement = (wording.percent_range(side["improvement_percent"]) for side in (a, b))
    yield from _if_changed("outcome", _("Predicted improvement"), *improvement)
    if _median(a["downtime_days"], 1.0) != _median(b["downtime_days"], 1.0):
        downtime = (wording.days_range(side["downtime_days"]) for side in (a, b))
        yield from _if_changed("downtime", _("Days off after a session"), *downtime)
    before, after = ({risk["name"]: risk["probability"] for risk in side["risks"]} for side in (a, b))
    for name in sorted(before.keys() | after.keys()):
        old_risk, new_risk = before.get(name), after.get(name)
        # Ends of a range that wander by a draw are no difference that a person need weigh.
        if _median(old_risk, 100.0) != _median(new_risk, 100.0):
            shown = ("" if risk is None else wording.chance(risk) for risk in (old_risk, new_risk))
            yield from _if_changed("risk", wording.risk(name), *shown)


def _median(values: Content | None, scale: float) -> float | None:
    """Return a median as it is shown: tenths of a day, whole people of a hundred."""
    return None if values is None else round(scale * values["median"], 1 if scale == 1.0 else 0)


def _wishes(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["case"].get("preferences") or {}, new["case"].get("preferences") or {}
    for name in sorted(a.keys() | b.keys()):
        before, after = wording.wish(name, a.get(name)), wording.wish(name, b.get(name))
        if before != after:
            yield _changed("wish", wording.wish_name(name), before, after)


def _engine(old: Content, new: Content) -> Iterator[Change]:
    a, b = old["provenance"], new["provenance"]
    if a.get("version") != b.get("version"):
        yield _changed("engine", _("Version of the model"), str(a.get("version")), str(b.get("version")))
    if a.get("data_sha256") != b.get("data_sha256"):
        words = _("The evidence behind the model was updated in between.")
        yield Change("engine", "changed", _("Evidence"), "", "", words)
