"""Features of a trial's design, as the trials state them."""

from dataclasses import replace

import numpy as np
import pytest

from pinprick import evidence
from pinprick.outcome import own_effects
from pinprick.outcome.fit import pool
from pinprick.outcome.moderator import moderators


@pytest.mark.parametrize(
    ("design", "blinding", "wanted"),
    [
        ("RCT split-face", "rater-blinded (2 dermatologists)", {"randomised", "within_person", "blinded"}),
        ("RCT", "", {"randomised"}),
        ("prospective non-randomised", "", {"uncontrolled"}),
        ("randomised not stated, parallel", "", set()),
        ("randomised parallel", "double-blind", {"randomised", "blinded"}),
        ("retrospective", "2 independent evaluators", {"retrospective", "uncontrolled", "blinded"}),
        ("prospective open label", "open", {"uncontrolled"}),
        ("intra-patient", "unblinded", {"within_person"}),
        ("parallel", "2 dermatologists", set()),
    ],
)
def test_what_a_design_says(design, blinding, wanted):
    arm = replace(evidence.arms()[0], design=design, blinding=blinding)
    assert set(moderators(arm)) == wanted


def test_a_shift_that_comes_with_a_design_is_found():
    # Every randomised arm on record made worse by 20 points: the fit finds a shift, shrunk towards none.
    real = [(id, e) for id, e in own_effects() if id in ("atrophic_acne_scars", "melasma")]
    made = [(id, replace(e, percent=e.percent - 20.0 * ("randomised" in e.moderators))) for id, e in real]

    def shift(effects):
        found = pool(effects)
        return float((found.posterior.weight @ found.posterior.mean)[found.columns.index("moderator:randomised")])

    assert -20.0 < shift(made) - shift(real) < -4.0


def test_how_much_of_a_course_carries_over_is_found_from_the_arms():
    # Results in proportion to the course, with little else between studies, give an exponent near 1.
    real = [
        (id, e) for id, e in own_effects() if id == "atrophic_acne_scars" and e.scale == "goodman_baron_qualitative"
    ]
    rng = np.random.default_rng(0)
    many = [
        (id, replace(e, trial=f"t{n}", arm=f"a{n}", course=c, percent=40.0 * c + rng.normal(0, 2), standard_error=2.0,
                     modality="microneedling", moderators=(), subtype=""))
        for n, ((id, e), c) in enumerate(zip(real * 6, np.tile(np.linspace(0.4, 1.3, 10), 20), strict=False))
    ]  # fmt: skip
    assert float((pool(many).posterior.weight @ pool(many).posterior.mean)[-1]) == pytest.approx(1.0, abs=0.15)
