"""The aftercare sheet of a plan as plain data: by hour and day, what is normal, signs to call about, whom to call."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from pinprick.clinic.consent.content import Parties, Unfit
from pinprick.clinic.consent.document import stamp
from pinprick.clinic.consent.phrases import Phrases, Words, plain
from pinprick.clinic.plans.frozen import canonical, digest
from pinprick.report.warning_sign import warning_signs
from pinprick.units import DAYS_PER_WEEK, HOURS_PER_DAY

FORMAT = 1
NEWEST = "aftercare-1.yaml"
Content = Mapping[str, Any]
# How the page is divided, in days after the session; the last band is open.
_BANDS = (("day1", 0, 1), ("day3", 1, 3), ("week1", 3, 7), ("week2", 7, 14), ("week4", 14, 28), ("later", 28, None))
_COURSE = re.compile(
    r"(Redness|Swelling) is normal\. Half of people lose it within (\d+) (hours|days),"
    r" 95 of 100 within (\d+) (hours|days)\."
)


@cache
def template() -> dict[str, Any]:
    """Return the newest fixed text that comes with the package."""
    text = (files("pinprick.clinic.aftercare") / "data" / NEWEST).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def generate(
    plan: Content, plan_hash: str, language: str, parties: Parties, *, treated_at: datetime | None = None,
    time_zone: str = "UTC",
) -> dict[str, Any]:  # fmt: skip
    """Return the content of a sheet.

    Args:
        plan: frozen content of a plan.
        plan_hash: its hash.
        language: `en` or `es`.
        parties: who is named.
        treated_at: end of the session; None where the sheet is handed out before.
        time_zone: IANA zone of the site.

    Raises:
        Unfit: the plan has no aftercare, the language is unknown, or nobody can be called.
    """
    result = plan["result"]
    if result["prescription"] is None or not result["aftercare"]:
        raise Unfit("this plan prescribes nothing, so there is no aftercare", field="aftercare")
    if language not in template()["languages"]:
        raise Unfit("the sheet has no text in this language", given=language)
    if not parties.phone.strip():
        raise Unfit("a sheet names whom to call, and the clinic has no telephone number on record", field="phone",
                    remedy="the owner enters it on the page of the clinic")  # fmt: skip
    phrases = Phrases(language, template()["languages"][language])
    rows = [_row(phrases, place, item) for place, item in enumerate(result["aftercare"])]
    zones = ", ".join(plain(phrases.name("zone", zone["zone"])) for zone in result["prescription"]["zones"])
    when = stamp(treated_at, time_zone, language) if treated_at else ""
    return {
        "format": FORMAT,
        "kind": "aftercare",
        "language": language,
        "title": phrases.say("title"),
        "template": {"number": template()["version"], "sha256": digest(canonical(template()))},
        "plan": {"title": result["title"], "sha256": plan_hash},
        "parties": {name: getattr(parties, name) for name in Parties.__dataclass_fields__},
        "treated_at": treated_at.isoformat() if treated_at else None,
        "intro": phrases.say("intro", patient=parties.patient, zones=zones),
        "counted": phrases.say("treated", when=when) if treated_at else phrases.say("untreated"),
        "rows": rows,
        "bands": _bands(phrases, rows),
        "signs": [[phrases.recorded(text) for text in pair] for pair in _signs(result)],
        "calls": list(_calls(phrases, parties)),
        "advice": [phrases.say("medicines"), phrases.say("unsure")],
        "words": {key: text for key, text in phrases.sentences.items() if not key.startswith(("band.", "time."))},
        "foot": phrases.say("foot", version=result["provenance"]["version"]),
    }


def _row(phrases: Phrases, place: int, item: Content) -> dict[str, Any]:
    start, end = float(item["from_hours"]), item["to_hours"]
    differ = item["disagreement"]
    return {
        "key": f"{item['topic']}.{place}",
        "kind": "expect" if item["topic"] == "expect" else "do",
        "from_hours": start,
        "to_hours": end,
        "when": _when(phrases, start, end),
        "text": _said(phrases, item["text"]),
        # As the record has it: shown with what it rests on.
        "record": item["text"],
        "status": item["status"],
        "basis": phrases.recorded(item["basis"]),
        "differ": phrases.recorded(differ) if differ else "",
        "sources": list(item["sources"]),
    }


def _said(phrases: Phrases, text: str) -> Words:
    """Return what a row says; the computed course is put into words by number, the rest as the records have it."""
    found = _COURSE.fullmatch(text)
    if found is None:
        return phrases.recorded(text)
    what, *numbers = found.groups()
    half, most = (_count(phrases, int(numbers[place]), numbers[place + 1]) for place in (0, 2))
    return phrases.say(f"course.{what.lower()}", half=half, most=most)


def _count(phrases: Phrases, count: int, unit: str) -> str:
    return phrases.say(f"time.{unit}.{'one' if count == 1 else 'many'}", n=count)


def _time(phrases: Phrases, hours: float) -> str:
    """Return a time in whole weeks or days where it is that, in hours otherwise; always up, which is the safe side."""
    days = hours / HOURS_PER_DAY
    if hours < 2 * HOURS_PER_DAY or (days < 4 and not days.is_integer()):
        return _count(phrases, math.ceil(hours), "hours")
    whole = math.ceil(days)
    if whole >= 2 * DAYS_PER_WEEK and whole % DAYS_PER_WEEK == 0:
        return _count(phrases, round(whole / DAYS_PER_WEEK), "weeks")
    return _count(phrases, whole, "days")


def _when(phrases: Phrases, start: float, end: float | None) -> str:
    after = [phrases.say("after", time=_time(phrases, one)) if one else "" for one in (start, end or 0.0)]
    if start and end is not None:
        return phrases.say("between", start=_time(phrases, start), end=after[1])
    if start:
        return phrases.say("from", start=after[0])
    return phrases.say("until", end=after[1]) if end is not None else ""


def _bands(phrases: Phrases, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that hold in each part of the time after a session; what always holds stands once, first."""
    always = [row["key"] for row in rows if not row["from_hours"] and row["to_hours"] is None]
    found = [{"id": "always", "title": phrases.say("band.always"), "from_hours": 0.0, "to_hours": None, "keys": always}]
    for name, first, last in _BANDS:
        start, end = first * HOURS_PER_DAY, None if last is None else last * HOURS_PER_DAY
        keys = [row["key"] for row in rows if row["key"] not in always and _holds(row, start, end)]
        band = {"id": name, "title": phrases.say(f"band.{name}"), "from_hours": start, "to_hours": end, "keys": keys}
        found.append(band)
    return [band for band in found if band["keys"]]


def _holds(row: Content, start: float, end: float | None) -> bool:
    """Return whether a row belongs in a band; what is allowed from then on stands only where it begins."""
    begins = end is None or row["from_hours"] < end
    if row["to_hours"] is None:
        return bool(begins and row["from_hours"] >= start)
    return bool(begins and row["to_hours"] > start)


def _signs(result: Content) -> Iterator[tuple[str, str]]:
    for sign in warning_signs((flag["sign"], flag["action"]) for flag in result["red_flags"]):
        yield sign.sign, sign.action


def _calls(phrases: Phrases, parties: Parties) -> Iterator[str]:
    yield phrases.say("call", clinic=parties.clinic, phone=parties.phone)
    if parties.emergency_phone.strip():
        yield phrases.say("call_late", phone=parties.emergency_phone)
    yield phrases.say("emergency")


def now(content: Content, at: datetime) -> str:
    """Return the band that holds at a moment, or "" where the time of the session is not known or has not come."""
    if not content["treated_at"]:
        return ""
    hours = (at - datetime.fromisoformat(content["treated_at"])).total_seconds() / 3600
    for band in content["bands"]:
        if band["id"] != "always" and band["from_hours"] <= hours < (band["to_hours"] or float("inf")):
            return str(band["id"])
    return ""


def told(content: Content) -> list[dict[str, Any]]:
    """Return the bands with their rows, what to do apart from what is normal."""
    rows = {row["key"]: row for row in content["rows"]}
    return [
        {
            **band,
            **{kind: [rows[key] for key in band["keys"] if rows[key]["kind"] == kind] for kind in ("do", "expect")},
        }
        for band in content["bands"]
    ]
