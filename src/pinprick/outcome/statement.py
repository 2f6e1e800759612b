"""Plain sentences on what a prediction rests on and what it cannot say."""

from __future__ import annotations

from pinprick.outcome.fit import NO_TREATMENT
from pinprick.outcome.improvement import Variation
from pinprick.outcome.indication import Indication, indication
from pinprick.outcome.modality import Modality
from pinprick.outcome.outlook import Basis


def says(
    record: Indication, kind: Modality, basis: Basis, counted: tuple[int, int, int], width: Variation
) -> tuple[str, ...]:
    """Return what the evidence supports, the basis of this prediction first.

    Args:
        record: the indication.
        kind: how it is treated.
        basis: what the prediction rests on.
        counted: trial arms, people, and how many of the arms were borrowed.
        width: where the spread of the prediction comes from.
    """
    arms, people, borrowed = counted
    if kind.id == NO_TREATMENT:
        measured = f"{_arms(arms)} of untreated skin" if arms else "no untreated arm: that nothing changes is assumed"
        return (f"Doing nothing is predicted to change little; behind it {'is' if arms <= 1 else 'are'} {measured}.",)
    if basis == "none":
        return (f"There is no trial arm with a usable number for {kind.name} in {record.name}; no number is given.",)
    rest = f"Behind this prediction are {_arms(arms)} with {people} people." if arms != 1 else (
        f"Behind this prediction is a single trial arm with {people} people."
    )  # fmt: skip
    own = [rest]
    if borrowed:
        verb = "is" if borrowed == 1 else "are"
        own.append(f"Of these arms {borrowed} {verb} borrowed from {indication(record.borrows).name}.")
    own.append(
        f"The range is wide because people differ (by about {width.people:.0f} points either way), trials of the same "
        f"treatment differ (about {width.studies:.0f}) and the mean is uncertain (about {width.knowledge:.0f})."
    )
    return (*own, *record.says) if kind.base.needling else tuple(own)


def cannot_say(record: Indication, kind: Modality, basis: Basis, *, mechanism: bool) -> tuple[str, ...]:
    """Return what the evidence cannot support for this treatment of this indication."""
    if kind.id == NO_TREATMENT:
        return ("How the condition runs by itself over years.",)
    found = [*record.cannot_say] if kind.base.needling else []
    if basis == "few-trials":
        found.append(
            "Fewer than three studies print a number for this treatment, so the range leans on all treatments."
        )
    if kind.base.needling and mechanism:
        found.append(
            "How much the simulated healing should move the result: the exponent is assumed, from no effect to nearly "
            "proportional, because published results cannot show an effect of depth."
        )
    if kind.base.needling and record.coupling == "none":
        found.append("An effect of needle length or passes on the result: none is modelled for this indication.")
    if not kind.base.needling and basis != "none":
        found.append(
            "Device and settings: the number is of this kind of treatment, from its own trial arms, not simulated."
        )
    return tuple(found)


def _arms(count: int) -> str:
    return f"{count} trial arm{'' if count == 1 else 's'}"
