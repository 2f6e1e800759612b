"""Who takes part in healing: names, phase and plain words for every simulated state that the report shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["haemostasis", "inflammation", "proliferation", "remodelling"]
PHASES: tuple[Phase, ...] = ("haemostasis", "inflammation", "proliferation", "remodelling")
PHASE_WORDS: dict[Phase, str] = {
    "haemostasis": "Haemostasis: the channel is plugged and the alarm is raised",
    "inflammation": "Inflammation: clearing up",
    "proliferation": "Proliferation: supply lines and builders",
    "remodelling": "Remodelling: new matrix, slowly exchanged",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One simulated quantity as the report shows it.

    Attributes:
        state: its name in a healing dataset.
        label: name on an axis.
        phase: phase whose colour it takes.
        plain: what it does, to a patient.
        relative: whether it is shown relative to the same skin before treatment.
    """

    state: str
    label: str
    phase: Phase
    plain: str
    relative: bool = False


ACTORS: tuple[Actor, ...] = (
    Actor("barrier_seal", "Barrier seal", "haemostasis", "keeps water in and germs out"),
    Actor("fibrin_clot", "Fibrin clot", "haemostasis", "plugs the channel and holds the signals"),
    Actor("pdgf", "PDGF", "haemostasis", "platelet signal that calls cells in"),
    Actor("tgf_beta_1_active", "TGF-β1/2, active", "haemostasis", "tells builder cells to make collagen"),
    Actor("ctap", "CTAP-III", "haemostasis", "platelet peptide; taken to stay with the clot"),
    Actor("tgf_beta_latent", "TGF-β, stored", "haemostasis", "store from which the active form is released"),
    Actor("damage_signal", "Damage signal", "inflammation", "released by injured cells"),
    Actor("inflammatory_cytokine", "Inflammatory signal", "inflammation", "IL-1, TNF and IL-6 together"),
    Actor("neutrophil", "Neutrophils", "inflammation", "first cells to arrive, they clear debris"),
    Actor("m1_macrophage", "Macrophages M1", "inflammation", "clear up and sound the alarm"),
    Actor("m2_macrophage", "Macrophages M2", "inflammation", "calm the alarm and direct repair"),
    Actor("reepithelialised_fraction", "New epidermis", "proliferation", "closes the channel at the top"),
    Actor("fgf", "FGF", "proliferation", "makes builder cells multiply"),
    Actor("vegf", "VEGF", "proliferation", "makes small vessels sprout"),
    Actor("capillary_density", "Capillaries", "proliferation", "bring oxygen and food"),
    Actor("fibroblast", "Fibroblasts", "proliferation", "builder cells of the dermis"),
    Actor("myofibroblast", "Myofibroblasts", "proliferation", "builder cells at full strength"),
    Actor("tgf_alpha", "TGF-α", "proliferation", "helps the epidermis to grow; scale arbitrary"),
    Actor("ctgf", "CTGF", "proliferation", "made by fibroblasts under TGF-β; a read-out"),
    Actor("tgf_beta_3", "TGF-β3", "proliferation", "linked with orderly, scar-poor repair"),
    Actor("matrix_metalloproteinase", "MMP / TIMP balance", "remodelling", "enzymes that take old matrix away"),
    Actor("collagen_3", "Collagen III", "remodelling", "early, fine collagen", relative=True),
    Actor("collagen_1_immature", "Collagen I, new", "remodelling", "not yet cross-linked", relative=True),
    Actor("collagen_1_mature", "Collagen I, mature", "remodelling", "the lasting, cross-linked kind", relative=True),
    Actor("tropoelastin", "Tropoelastin", "remodelling", "building block of elastic fibres"),
    Actor("elastin", "Elastin", "remodelling", "elastic fibres, renewed very slowly"),
    Actor("hyaluronan", "Hyaluronan", "remodelling", "holds water in the dermis"),
    Actor("epidermal_thickness", "Epidermal thickness", "remodelling", "living cell layers of the epidermis"),
    Actor("pigment", "Melanin", "remodelling", "pigment of the epidermis; too much shows as dark marks"),
    Actor("follicle_signal", "Follicle growth signal", "remodelling", "signal that favours growing hair"),
)  # fmt: skip
