"""Plain sentences on what a prediction rests on and what it cannot say."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick.evidence import calibration_standing
from pinprick.outcome.fit import NO_TREATMENT
from pinprick.outcome.improvement import Variation, predictor
from pinprick.outcome.indication import Indication, indication
from pinprick.outcome.modality import Modality
from pinprick.outcome.outlook import Basis


@dataclass(frozen=True, slots=True)
class Behind:
    """The arms behind a prediction.

    Attributes:
        arms: trial arms.
        people: people in them.
        borrowed: how many of the arms are borrowed from another indication.
        seen: least and greatest percent improvement that they print, each on its own scale; None without arms.
        plain: in words which arms the plain mean rests on and how many they are; None where the model predicts.
    """

    arms: int
    people: int
    borrowed: int
    seen: tuple[float, float] | None
    plain: tuple[str, int] | None = None


def says(record: Indication, kind: Modality, basis: Basis, behind: Behind, width: Variation) -> tuple[str, ...]:
    """Return what the evidence supports, the basis of this prediction first.

    Args:
        record: the indication.
        kind: how it is treated.
        basis: what the prediction rests on.
        behind: the arms behind it.
        width: where the spread of the prediction comes from.
    """
    arms, people = behind.arms, behind.people
    if kind.id == NO_TREATMENT:
        measured = f"{_arms(arms)} of untreated skin" if arms else "no untreated arm: that nothing changes is assumed"
        return (f"Doing nothing is predicted to change little; behind it {'is' if arms <= 1 else 'are'} {measured}.",)
    direct = [found.says for found in record.head_to_head if found.modality == kind.id]
    if basis == "none" or behind.seen is None:
        missing = f"There is no trial arm with a usable number for {kind.name} in {record.name}; no number is given."
        return (missing, *direct)
    low, high = (f"{number:.0f}" for number in behind.seen)
    if arms == 1:
        saw = f"{low} percent" if low == high else f"{low} to {high} percent by scale"
        rest = f"Behind this prediction is a single trial arm with {people} people, which saw {saw}."
    else:
        rest = (
            f"Behind this prediction are {arms} trial arms with {people} people, "
            f"which saw {low} to {high} percent on their own scales."
        )
    own = [rest]
    if behind.borrowed:
        verb = "is" if behind.borrowed == 1 else "are"
        own.append(f"Of these arms {behind.borrowed} {verb} borrowed from {indication(record.borrows).name}.")
    if behind.plain is not None:
        own.append(_plain(record, *behind.plain))
    own.append(
        f"The range is wide because people differ (by about {width.people:.0f} points either way), trials of the same "
        f"treatment differ (about {width.studies:.0f}) and the mean is uncertain (about {width.knowledge:.0f})."
    )
    return (*own, *direct, *record.says) if kind.base.needling else (*own, *direct)


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
    if kind.base.needling and record.coupling != "none" and not mechanism and predictor(record.id) == "plain":
        found.append(
            "An effect of needle length or passes on the result: the plain mean of trials knows none; the simulated "
            "healing only ranks techniques against one another here."
        )
    if kind.base.needling and record.coupling == "none":
        found.append("An effect of needle length or passes on the result: none is modelled for this indication.")
    if not kind.base.needling and basis != "none":
        found.append(
            "Device and settings: the number is of this kind of treatment, from its own trial arms, not simulated."
        )
    if basis != "none":
        found.append(_standing(record))
    return tuple(found)


def _plain(record: Indication, cell: str, arms: int) -> str:
    """Return that the plain mean predicts, and on what evidence."""
    standing = calibration_standing(record.id)
    rest = f"The number is the plain mean of {_arms(arms)} with the same {cell}, not the fitted model"
    if standing is None or standing.probability_better is None:
        return f"{rest}: over all conditions the model does not predict left-out studies better."
    return (
        f"{rest}: over {standing.n_studies} left-out studies of {record.name} the model's error was "
        f"{standing.skill:.2f} times that of the mean, and it is the better in {100 * standing.probability_better:.0f} "
        "of 100 resamples of these studies."
    )


def _standing(record: Indication) -> str:
    """Return what the recorded validation does not show for an indication."""
    standing = calibration_standing(record.id)
    if standing is None:
        return "How well this predicts a new study: no trial of this condition could be left out and predicted."
    left = f"{standing.n_studies} left-out studies" if standing.n_studies > 1 else "the one left-out study"
    ratio = f"on {left} the model's error was {standing.skill:.2f} times that of a plain mean of like trials"
    if standing.used == "plain":
        return f"More than a plain mean of like trials says: {ratio}, so the mean is used."
    if standing.better == "model":
        return f"A new study exactly: {ratio}, better but not small."
    if standing.probability_better is None:
        return f"Whether this model predicts a new study of this condition better than a plain mean does: {ratio}."
    return (
        f"Whether this model predicts a new study better than a plain mean does: {ratio}; it is the better in "
        f"{100 * standing.probability_better:.0f} of 100 resamples of these studies."
    )


def _arms(count: int) -> str:
    return f"{count} trial arm{'' if count == 1 else 's'}"
