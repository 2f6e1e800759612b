"""Dates: sessions, re-screening, calls, photographs and follow-up."""

from __future__ import annotations

from datetime import date, timedelta

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.planning.plan_record import Appointment

_ORDER = {"rescreen": 0, "session": 1, "photo": 2, "call": 3, "follow_up": 4}


def session_dates(start: date, course: Course) -> tuple[date, ...]:
    """Return the date of each session, counted in whole days from the first."""
    return tuple(start + timedelta(days=round(day)) for day in course.session_days)


def calendar(start: date, course: Course) -> tuple[Appointment, ...]:
    """Return every date of a course, in order.

    Args:
        start: day of the first session.
        course: sessions and interval.
    """
    days = session_dates(start, course)
    items = [
        Appointment(day, "session", f"Session {number} of {course.sessions}: screen again, then treat.")
        for number, day in enumerate(days, start=1)
    ]
    lead = timedelta(days=round(evidence.value("planning.calendar.rescreen_lead")))
    items += [
        Appointment(day - lead, "rescreen", f"Ask again before session {number}: new drugs, infection, sun, pregnancy.")
        for number, day in enumerate(days, start=1)
        if number > 1
    ]
    call = timedelta(days=round(evidence.value("planning.calendar.call_day")))
    items += [Appointment(day + call, "call", "Ask how the skin is: redness, pain, blisters, pus.") for day in days]
    items += _photographs(days)
    for id, text in (
        ("planning.calendar.follow_up_day", "Score again on the same scale and judge the result."),
        ("planning.calendar.late_follow_up_day", "Score again: later gain, and late effects."),
    ):
        items.append(Appointment(days[-1] + timedelta(days=round(evidence.value(id))), "follow_up", text))
    return tuple(sorted(items, key=lambda item: (item.day, _ORDER[item.kind])))


def _photographs(days: tuple[date, ...]) -> list[Appointment]:
    items: dict[tuple[date, str], None] = {}
    for advice in evidence.photo_advice():
        evidence.cite(*advice.sources)
        for time in advice.times:
            anchors = days if time.anchor == "session" else days[-1:]
            for anchor in anchors:
                day = anchor + timedelta(days=time.days)
                # A photograph before the next session replaces the one that would fall on or after it.
                follows = [later for later in days if later > anchor]
                if follows and time.anchor == "session" and day >= follows[0]:
                    continue
                items[(day, f"Photograph: {time.name}.")] = None
    return [Appointment(day, "photo", text) for day, text in items]


def last_day(start: date, course: Course, downtime_days: float) -> date:
    """Return the day by which the last session has been recovered from."""
    return session_dates(start, course)[-1] + timedelta(days=round(downtime_days))
