"""The grade of a record follows from its fields."""

import pytest

from pinprick import evidence
from pinprick.errors import EvidenceError
from pinprick.evidence.grade import strongest, weaker

CASES = [
    # needling beside nothing, rated blind
    ("arm:alam2014_mn", "effect", "controlled"),
    ("arm:alam2014_untreated", "effect", "controlled"),
    # needling beside a laser compares the two, and does not show that needling does anything
    ("arm:cachafeiro2016_mn", "effect", "observed"),
    ("arm:cachafeiro2016_mn", "comparison", "controlled"),
    # needling with a drug beside the same drug, and beside another
    ("arm:dhurat2013_mn_minoxidil", "effect", "controlled"),
    ("arm:xu2017_mn_txa", "effect", "controlled"),
    ("arm:txa_mesoneedling_mn_txa", "effect", "observed"),
    # both sides needled
    ("arm:pincelli2024_mn_saline", "effect", "observed"),
    ("arm:depth_split14_mn25", "comparison", "observed"),
    # no second group, or not at the same time
    ("arm:vietnam2019_mn", "effect", "observed"),
    ("arm:idoj2024_co2", "comparison", "controlled"),
    # the other arm is only remembered
    ("arm:ishfaq2022_mn", "comparison", "observed"),
    # radiofrequency, second-hand, not to be trusted, remembered
    ("arm:chae2015_rfmn", "effect", "indirect"),
    ("arm:ibrahim90_mn", "comparison", "reported"),
    ("arm:seby2024_mn_prp", "effect", "unread"),
    ("arm:ishfaq2022_ga35", "comparison", "unread"),
    ("meta:pmid35426044", "effect", "pooled"),
    ("meta:frf_lasers", "comparison", "indirect"),
    ("meta:chu2021", "harm", "observed"),
    ("comparison:C1", "comparison", "pooled"),
    ("comparison:C2", "comparison", "indirect"),
    ("comparison:C9", "comparison", "controlled"),
    ("comparison:C12", "comparison", "observed"),
    ("comparison:C18", "effect", "unread"),
    ("experiment:donnelly2011_depth600", "fact", "observed"),
    ("experiment:exceed_freq", "fact", "official"),
    ("experiment:kalluri2011_depth", "fact", "indirect"),
    ("experiment:verbaan2008_manual", "fact", "indirect"),
    ("experiment:schmitt2018_repair_genes", "fact", "indirect"),
    ("experiment:grayson1993_pdgf", "fact", "indirect"),
    ("experiment:nilforoushzadeh2020_tewl", "effect", "indirect"),
    ("experiment:roller_density_15", "fact", "custom"),
    ("experiment:eldomyati2015_photoage_collagen", "effect", "reported"),
    ("experiment:schwarz2011_collagen_increase_max", "effect", "unread"),
    ("rule:SR016@aadla2016", "advice", "official"),
    ("rule:SR016@skinpen_label", "advice", "reported"),
    # an article that tells what a label says
    ("rule:SR001@cdt2022", "advice", "reported"),
    ("rule:SR019@juhasz2020", "advice", "observed"),
    ("rule:SR002@p_elle", "advice", "custom"),
    ("rule:SR027@albakaa2024", "effect", "indirect"),
    ("rule:SR052@pinprick2026_assumption", "advice", "unread"),
    ("count:pih_mn_dogra2014", "harm", "observed"),
    ("price:us2025_microneedling", "price", "custom"),
    ("price:in_microneedling", "price", "unread"),
    ("protocol:P16", "effect", "official"),
    ("protocol:P27", "effect", "custom"),
    ("technique:T07", "advice", "official"),
    ("technique:T05", "advice", "unread"),
    ("aftercare:C05", "advice", "custom"),
    ("regulation:D08", "advice", "official"),
    ("regulation:D10", "harm", "reported"),
    ("anaesthesia:A01", "advice", "official"),
    ("device:skinpen-precision", "effect", "official"),
    ("card:ablative_fractional/downtime", "comparison", "observed"),
    ("source:k202243", "effect", "official"),
    ("source:p_elle", "advice", "custom"),
    ("parameter:cascade.old_fibre_remodelling", "effect", "unread"),
]


@pytest.mark.parametrize(("text", "asks", "expected"), CASES)
def test_grade(text, asks, expected):
    assert evidence.grade(text, asks) == expected


def test_no_measurement_outside_people_is_more_than_indirect():
    for record in evidence.experiments():
        if record.species != "human":
            grade = evidence.grade(f"experiment:{record.id}", "fact")
            assert weaker(grade, "indirect") == grade, record.id


def test_nothing_remembered_or_assumed_has_a_grade():
    for record in evidence.experiments():
        assert (evidence.grade(f"experiment:{record.id}", "fact") == "unread") == (record.status != "read"), record.id
    for arm in evidence.arms():
        if arm.status != "read":
            assert evidence.grade(f"arm:{arm.id}", "comparison") == "unread", arm.id


def test_every_arm_with_radiofrequency_alone_is_at_most_indirect_for_what_needling_does():
    for arm in evidence.arms():
        if arm.intervention_class.startswith("rf_"):
            grade = evidence.grade(f"arm:{arm.id}", "effect")
            assert weaker(grade, "indirect") == grade, arm.id


def test_order_of_grades():
    assert strongest(()) == "unread"
    assert strongest(("custom", "pooled", "observed")) == "pooled"
    assert weaker("official", "indirect") == "indirect"


@pytest.mark.parametrize(
    "text",
    [
        "experiment:no_such_thing",
        "horoscope:aries",
        "rule:SR019@alam2014",
        "rule:SR001@lead_iso",  # two positions of the rule cite it
        "card:home_roller/downtime",  # remembered only
        "source:nobody1900",
        "kalluri2011",
    ],
)
def test_a_reference_that_does_not_resolve_is_refused(text):
    with pytest.raises(EvidenceError):
        evidence.refer(text)


def test_what_a_record_says_is_made_from_its_fields():
    assert evidence.refer("experiment:lotfi2013_collagen_papillary").says.endswith(
        "53.2 percent at 176 d (human, n = 30)"
    )
    assert "falls" in evidence.refer("experiment:eldomyati2015_acne_total_elastin").says
    assert "5 of 36 people" in evidence.refer("count:pih_mn_dogra2014").says
    assert "200 to 700 USD a session" in evidence.refer("price:us2025_microneedling").says
    assert "3.04 (1.49 to 6.21)" in evidence.refer("comparison:C1").says
