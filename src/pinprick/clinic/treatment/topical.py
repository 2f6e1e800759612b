"""What is put on needled skin, and the warning where it can leave granulomas (screening rule SR061)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pinprick import evidence
from pinprick.safety import recognise, rule

RULE = "SR061"
# Kinds a person may choose; the first three are what the rule allows on open channels.
STERILE_GLIDE, STERILE_SALINE, STERILE_HYALURONIC = "sterile_glide", "sterile_saline", "sterile_hyaluronic_acid"
PRESCRIBED, COSMETIC = "prescribed", "cosmetic"
ALLOWED = frozenset({STERILE_GLIDE, STERILE_SALINE, STERILE_HYALURONIC})
# When in relation to the first puncture it went on.
BEFORE, DURING, AFTER = "before", "during", "after"
# Ingredients that the cases behind the rule name; a sterile product that contains one is warned of all the same.
_INGREDIENTS = (
    "vitamin c",
    "ascorbic",
    "ascorbyl",
    "retinol",
    "retinal",
    "tretinoin",
    "copper",
    "zinc",
    "perfume",
    "fragrance",
    "parfum",
    "exosome",
    "stem cell",
)
_HYALURONIC = ("hyaluron",)


@dataclass(frozen=True, slots=True)
class Warned:
    """What the rule says of one product on needled skin.

    Attributes:
        blocks: whether the operator must give a reason before it is recorded.
        text: the warning, "" where there is none.
        positions: (who, what they say, source ids), both sides.
        sources: source ids of the rule.
    """

    blocks: bool
    text: str
    positions: tuple[tuple[str, str, tuple[str, ...]], ...]
    sources: tuple[str, ...]


def channels_open_hours() -> float:
    """Return the hours after needling for which the rule holds."""
    return evidence.value("treatment.topical.channels_open")


def warn(name: str, kind: str, moment: str) -> Warned:
    """Return the warning for a product put on around needling.

    Args:
        name: what the operator wrote or scanned.
        kind: one of the kinds of this module.
        moment: `before`, `during` or `after` needling.
    """
    named = name.casefold()
    suspect = [word for word in _INGREDIENTS if word in named]
    hyaluronic = any(word in named for word in _HYALURONIC) and kind != STERILE_HYALURONIC
    biologic = "unapproved_biologic" in recognise(name, "medication")
    # Before needling it can be taken off; on open channels it is carried into the dermis.
    risky = moment != BEFORE and (kind not in ALLOWED or bool(suspect) or hyaluronic or biologic)
    if not risky:
        return Warned(False, "", (), ())
    record = rule(RULE)
    sources = tuple(dict.fromkeys(source for stance in record.positions for source in stance.sources))
    evidence.cite(*sources)
    return Warned(
        blocks=True,
        text=_text(name, kind, suspect, hyaluronic),
        positions=tuple((stance.who, stance.says, stance.sources) for stance in record.positions),
        sources=sources,
    )


def _text(name: str, kind: str, suspect: list[str], hyaluronic: bool) -> str:
    said = _(
        "“%(name)s” on needled skin: what lies on the skin is carried through the open channels into the dermis. "
        "Granulomas have been reported after it, most after vitamin C; some did not respond to treatment."
    ) % {"name": name}
    if suspect:
        said += " " + _("The name says: %(words)s.") % {"words": ", ".join(suspect)}
    if hyaluronic:
        said += " " + _(
            "Hyaluronic acid is not safe as such: one case followed a serum with glycerin, zinc and copper; only a "
            "sterile, plain one is on the rule's list."
        )
    if kind == PRESCRIBED:
        said += " " + _(
            "A prescribed preparation through open channels is unlicensed delivery and needs its own consent."
        )
    return (
        said
        + " "
        + _("The rule allows a sterile, label-supplied gel, sterile saline or sterile plain hyaluronic acid.")
    )
