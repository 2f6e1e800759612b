"""Features of a trial's design that may shift what it reports: allocation, comparison within people, blinding."""

from __future__ import annotations

import re

from pinprick.evidence import Arm

RANDOMISED, WITHIN_PERSON, UNCONTROLLED = "randomised", "within_person", "uncontrolled"
RETROSPECTIVE, BLINDED = "retrospective", "blinded"
# What a prediction is made for: the report that a blinded, randomised comparison of groups would give.
REFERENCE_DESIGN = (RANDOMISED, BLINDED)

_RANDOMISED = re.compile(r"\brct\b|\brandomi[sz]ed\b(?! not stated)")
_NOT_RANDOMISED = re.compile(r"\bnon-?\s?randomi[sz]ed|\bnot randomi[sz]ed")
_WITHIN = re.compile(r"\bsplit\b|\bintra-|\bwithin-")
_COMPARED = re.compile(r"parallel|controlled|compar|allocated|stratified")
_BLINDED = re.compile(r"blind|independent|\bgraders\b")
_OPEN = re.compile(r"\bopen\b|\bunblinded\b|not blinded")


def moderators(arm: Arm) -> tuple[str, ...]:
    """Return the features that an arm's trial states; what is not stated is taken for absent.

    Args:
        arm: the trial arm.
    """
    design, blinding = arm.design.lower(), arm.blinding.lower()
    randomised = bool(_RANDOMISED.search(design)) and not _NOT_RANDOMISED.search(design)
    within = bool(_WITHIN.search(design))
    compared = randomised or within or bool(_COMPARED.search(design))
    stated = {
        RANDOMISED: randomised,
        WITHIN_PERSON: within,
        UNCONTROLLED: not compared,
        RETROSPECTIVE: "retrospective" in design,
        BLINDED: bool(_BLINDED.search(blinding)) and not _OPEN.search(blinding),
    }
    return tuple(name for name, present in stated.items() if present)
