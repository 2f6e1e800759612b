"""The other ways of treating the same concern, each predicted from its own trial arms."""

from __future__ import annotations

from pinprick.outcome.indication import indication
from pinprick.outcome.modality import modality
from pinprick.outcome.outlook import Concern, Outlook
from pinprick.outcome.prediction import Treatment, outlook
from pinprick.skin import Person


def comparators(
    concern: Concern,
    person: Person,
    *,
    follow_up_days: float | None = None,
    leave_out: tuple[str, ...] = (),
    draws: int = 100,
    seed: int = 0,
) -> tuple[Outlook, ...]:
    """Return an outlook for each other way of treating a concern, doing nothing first.

    Each has its own usual course, downtime, pain and side effects. Where no trial arm supports a number the outlook
    says so: `basis` is "none" and the improvement is empty.

    Args:
        concern: what is treated.
        person: whose phototype shifts the risk of pigment change.
        follow_up_days: time after the last session of each; 90 days where None.
        leave_out: class ids to leave out, for instance the treatment that is planned.
        draws: how many.
        seed: explicit seed; comparisons with a plan of the same draws and seed are for the same people.
    """
    names = [name for name in indication(concern.indication).comparators if name not in leave_out]
    return tuple(
        outlook(
            concern,
            Treatment(
                name,
                follow_up_days=follow_up_days if modality(name).base.course == "sessions" else None,
                phototype=person.phototype,
            ),
            draws=draws,
            seed=seed,
        )
        for name in names
    )
