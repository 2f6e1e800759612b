"""The one description of the healing network: states, constants, reactions, add-ons and read-outs.

Everything else is generated from these records: the compiled right-hand side and Jacobian, the table in the
reference, and the SBML. The core follows the family of published dermal wound models (Waugh and Sherratt;
Dale, Sherratt and Maini; Buganza Tepole; Adler; Koppenol and Vermolen) in one well-mixed set of 21 states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["core", "add-on"]


@dataclass(frozen=True, slots=True)
class State:
    """One quantity that changes in time.

    Attributes:
        symbol: name in the rates.
        name: name in a Dataset.
        title: what it is, in words.
        unit: unit, "1" where it is relative to rest.
        rest: value in healthy skin, an expression of constants.
        kind: "core", or "add-on" when nothing in the core reads it.
        diffusivity: symbol of its diffusivity, empty where it stays in place.
    """

    symbol: str
    name: str
    title: str
    unit: str
    rest: str
    kind: Kind = "core"
    diffusivity: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One process: its rate and what it changes.

    Attributes:
        name: what happens, in words.
        rate: expression, per day.
        changes: state symbol to the amount that one unit of rate adds.
    """

    name: str
    rate: str
    changes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Readout:
    """A quantity computed from the states and never fed back.

    Attributes:
        name: name in a Dataset.
        title: what it is, in words.
        unit: unit.
        formula: expression of states and constants.
        basis: why the formula is reasonable and what it cannot carry.
    """

    name: str
    title: str
    unit: str
    formula: str
    basis: str


def _makes(symbol: str, name: str, rate: str) -> Reaction:
    return Reaction(name, rate, {symbol: 1.0})


def _loses(symbol: str, name: str, rate: str) -> Reaction:
    return Reaction(name, rate, {symbol: -1.0})


STATES: tuple[State, ...] = (
    State("S", "barrier_seal", "barrier seal of the microchannel (1 = sealed)", "1", "1"),
    State("R", "reepithelialised_fraction", "re-epithelialised fraction of the microchannel", "1", "1"),
    State("H", "fibrin_clot", "fibrin clot", "1", "0"),
    State("D", "damage_signal", "damage signal from injured cells", "1", "0"),
    State("P", "pdgf", "platelet-derived growth factor", "ng/mL", "0", diffusivity="DP"),
    State("L", "tgf_beta_latent", "latent TGF-beta held by the matrix, relative to rest", "1", "1"),
    State("T1", "tgf_beta_1_active", "active TGF-beta 1 and 2", "ng/mL", "T1r", diffusivity="DT"),
    State("T3", "tgf_beta_3", "TGF-beta 3", "ng/mL", "T3r", diffusivity="DT"),
    State("I", "inflammatory_cytokine", "inflammatory cytokines (IL-1 beta, TNF, IL-6)", "1", "0", diffusivity="DI"),
    State("G", "fgf", "FGF-2 and FGF-7", "ng/mL", "G0", diffusivity="DG"),
    State("V", "vegf", "vascular endothelial growth factor", "ng/mL", "V0", diffusivity="DV"),
    State("N", "neutrophil", "neutrophils", "1", "0"),
    State("M1", "m1_macrophage", "inflammatory macrophages", "1", "0", diffusivity="DM"),
    State("M2", "m2_macrophage", "repair macrophages", "1", "0", diffusivity="DM"),
    State("F", "fibroblast", "fibroblasts, relative to rest", "1", "1", diffusivity="DF"),
    State("Y", "myofibroblast", "myofibroblasts, relative to resting fibroblasts", "1", "0"),
    State("X", "matrix_metalloproteinase", "collagenase not held by its inhibitors", "1", "X0", diffusivity="DX"),
    State("E", "capillary_density", "capillary density, relative to rest", "1", "1"),
    State("C3", "collagen_3", "collagen III", "1", "C3r"),
    State("Ci", "collagen_1_immature", "collagen I, not yet cross-linked", "1", "Cir"),
    State("Cm", "collagen_1_mature", "collagen I, cross-linked", "1", "Cmr"),
    State("K", "epidermal_thickness", "thickness of the viable epidermis, relative to rest", "1", "1", "add-on"),
    State("U", "tropoelastin", "tropoelastin, relative to rest", "1", "1", "add-on"),
    State("B", "elastin", "elastic fibres, relative to rest", "1", "1", "add-on"),
    State("A", "hyaluronan", "hyaluronan, relative to rest", "1", "1", "add-on"),
    State("Z", "pigment", "epidermal melanin, relative to rest", "1", "1", "add-on"),
    State("W", "follicle_signal", "hair follicle growth signal, relative to rest", "1", "1", "add-on"),
    State("O", "old_fibre_fraction", "fibres of the time before treatment not yet replaced", "1", "1", "add-on"),
    State("Q", "inflammation_exposure", "area under the inflammatory cytokine curve", "day", "0", "add-on"),
)

# Symbol in a rate to the id of its record, without the leading "cascade."; grouped as in the parameter file.
CONSTANTS: Mapping[str, str] = {
    "kS": "barrier_seal_rate", "kR": "reepithelialisation_rate", "r0": "reepithelialisation_seed",
    "kH": "fibrin_clearance_rate", "kHX": "fibrin_proteolysis_rate", "kD": "damage_clearance_rate",
    "P0": "platelet_pdgf_release", "T10": "platelet_tgf_beta_release", "G10": "stored_fgf_release",
    "sPM": "pdgf_macrophage_source", "sPY": "pdgf_myofibroblast_source", "kP": "pdgf_decay",
    "sID": "cytokine_damage_source", "sIN": "cytokine_neutrophil_source", "sIM": "cytokine_macrophage_source",
    "kI": "cytokine_decay", "aI2": "cytokine_resolution",
    "rN": "neutrophil_recruitment", "KI": "neutrophil_half_saturation", "kN": "neutrophil_loss",
    "rM": "macrophage_recruitment", "KC": "macrophage_half_saturation", "k12": "macrophage_switch",
    "dM1": "m1_macrophage_loss", "dM2": "m2_macrophage_loss",
    "kL": "latent_tgf_beta_turnover", "T1r": "tgf_beta_1_rest", "T3r": "tgf_beta_3_rest", "kT": "tgf_beta_decay",
    "sTM": "tgf_beta_macrophage_source", "sTY": "tgf_beta_myofibroblast_source",
    "s3L": "tgf_beta_3_leukocyte_source", "s3F": "tgf_beta_3_fibroblast_source",
    "G0": "fgf_rest", "sGM": "fgf_macrophage_source", "kG": "fgf_decay",
    "V0": "vegf_rest", "sVK": "vegf_keratinocyte_source", "sVM": "vegf_macrophage_source",
    "sVY": "vegf_myofibroblast_source", "kV": "vegf_decay",
    "pF": "fibroblast_pdgf_proliferation", "KP": "fibroblast_pdgf_half_saturation",
    "pG": "fibroblast_fgf_proliferation", "Fmax": "fibroblast_ceiling", "dF": "fibroblast_turnover",
    "kFY": "myofibroblast_transition", "KT": "myofibroblast_tgf_beta_half_saturation", "dY": "myofibroblast_loss",
    "sXb": "collagenase_basal_source", "sXN": "collagenase_neutrophil_source", "sXM": "collagenase_macrophage_source",
    "sXF": "collagenase_fibroblast_source", "kX": "collagenase_decay",
    "pE": "capillary_growth", "KV": "capillary_vegf_half_saturation", "Emax": "capillary_ceiling",
    "dE": "capillary_regression",
    "q": "collagen_deposition", "y1": "myofibroblast_collagen_gain", "aT": "tgf_beta_collagen_gain",
    "KTc": "tgf_beta_collagen_half_saturation", "fI": "collagen_1_share", "f3": "collagen_3_share",
    "ki": "immature_collagen_loss", "km": "collagen_maturation", "kd": "mature_collagen_loss",
    "k3": "collagen_3_loss", "kxi": "immature_collagen_proteolysis", "kxm": "mature_collagen_proteolysis",
    "kK": "epidermal_turnover", "aKG": "epidermal_fgf_gain", "aKC": "epidermal_dermis_gain",
    "kU": "tropoelastin_turnover", "yU": "tropoelastin_myofibroblast_gain", "kB": "elastin_turnover",
    "kA": "hyaluronan_turnover", "aAG": "hyaluronan_fgf_gain", "aAT": "hyaluronan_tgf_beta_gain",
    "kZ": "pigment_turnover", "aZI": "pigment_inflammation_gain",
    "kW": "follicle_signal_turnover", "aWV": "follicle_vegf_gain", "aWG": "follicle_fgf_gain",
    "kO": "old_fibre_remodelling",
    "bAH": "tgf_alpha_platelet_share", "bAM": "tgf_alpha_macrophage_share", "bAK": "tgf_alpha_keratinocyte_share",
}  # fmt: skip

# Symbol of a diffusivity or random motility to the id of its record, without the leading "cascade.".
DIFFUSIVITIES: Mapping[str, str] = {
    "DP": "pdgf_diffusivity",
    "DT": "tgf_beta_diffusivity",
    "DI": "cytokine_diffusivity",
    "DG": "fgf_diffusivity",
    "DV": "vegf_diffusivity",
    "DX": "collagenase_diffusivity",
    "DF": "fibroblast_motility",
    "DM": "macrophage_motility",
}

# Balancing constants and resting values: they follow from the records, so that healthy skin is an exact fixed point.
DERIVED: Mapping[str, str] = {
    "sL": "kL",
    "sA": "kT*T1r",
    "s3b": "kT*T3r",
    "sGb": "kG*G0",
    "sVb": "kV*V0",
    "X0": "sXb/kX",
    "hTr": "hill2(T1r, KT)",
    "hCr": "hill(T1r, KTc)",
    "hVr": "hill(V0, KV)",
    "Cir": "fI*q/(ki + km)",
    "Cmr": "km*Cir/kd",
    "C3r": "f3*q/k3",
    "C0": "Cir + Cmr + C3r",
}

# Shared sub-expressions of the rates.
DEFINITIONS: Mapping[str, str] = {
    "hT": "pos(hill2(T1, KT) - hTr)",
    "cT": "hill(T1, KTc) - hCr",
    "syn": "q*(F + y1*Y)*pos(1 + aT*cT)",
    "Xp": "pos(X - X0)",
    "Gp": "pos(G - G0)",
}

CORE: tuple[Reaction, ...] = (
    _makes("S", "the barrier seals", "kS*(1 - S)"),
    _makes("R", "keratinocytes close the microchannel", "kR*(R + r0)*(1 - R)"),
    _loses("H", "the clot is lysed", "(kH + kHX*X)*H"),
    _loses("D", "damage signals are cleared", "kD*D"),
    _makes("P", "macrophages in the clot secrete PDGF", "sPM*(M1 + M2)*H"),
    _makes("P", "myofibroblasts secrete PDGF", "sPY*Y"),
    _loses("P", "PDGF decays", "kP*P"),
    _makes("L", "fibroblasts store latent TGF-beta in the matrix", "sL*(F + Y)"),
    _loses("L", "latent TGF-beta turns over", "kL*L"),
    _makes("T1", "proteolysis activates latent TGF-beta", "sA*L*sqrt((1 + X/X0)/2)"),
    _makes("T1", "repair macrophages secrete TGF-beta 1", "sTM*M2"),
    _makes("T1", "myofibroblasts secrete and activate TGF-beta 1", "sTY*Y"),
    _loses("T1", "active TGF-beta 1 decays", "kT*T1"),
    _makes("T3", "basal TGF-beta 3", "s3b"),
    _makes("T3", "leukocytes and the early wound make TGF-beta 3", "s3L*(N + M1)"),
    _makes("T3", "proliferating fibroblasts make TGF-beta 3", "s3F*pos(F - 1)"),
    _loses("T3", "TGF-beta 3 decays", "kT*T3"),
    _makes("I", "injured cells release cytokines", "sID*D"),
    _makes("I", "neutrophils release cytokines", "sIN*N"),
    _makes("I", "inflammatory macrophages release cytokines", "sIM*M1"),
    _loses("I", "cytokines decay, faster with repair macrophages", "kI*(1 + aI2*M2)*I"),
    _makes("G", "basal FGF", "sGb"),
    _makes("G", "inflammatory macrophages secrete FGF", "sGM*M1"),
    _loses("G", "FGF decays", "kG*G"),
    _makes("V", "basal VEGF", "sVb"),
    _makes("V", "keratinocytes at the open channel secrete VEGF", "sVK*(1 - R)*I"),
    _makes("V", "repair macrophages secrete VEGF", "sVM*M2"),
    _makes("V", "myofibroblasts secrete VEGF", "sVY*Y"),
    _loses("V", "VEGF decays", "kV*V"),
    _makes("N", "cytokines and clot recruit neutrophils", "rN*hill(I, KI)*H"),
    _loses("N", "neutrophils die", "kN*N"),
    _makes("M1", "neutrophils recruit monocytes", "rM*hill(N, KC)"),
    Reaction("macrophages switch to repair", "k12*M1", {"M1": -1.0, "M2": 1.0}),
    _loses("M1", "inflammatory macrophages leave", "dM1*M1"),
    _loses("M2", "repair macrophages leave", "dM2*M2"),
    _makes("F", "PDGF and FGF make fibroblasts divide", "(pF*hill(P, KP) + pG*Gp)*F*(1 - (F + Y)/Fmax)"),
    _loses("F", "fibroblasts return to the resting number", "dF*(F - 1)"),
    Reaction("fibroblasts become myofibroblasts under TGF-beta", "kFY*hT*F", {"F": -1.0, "Y": 1.0}),
    _loses("Y", "myofibroblasts die", "dY*Y"),
    _makes("X", "basal collagenase", "sXb"),
    _makes("X", "neutrophils release collagenase", "sXN*N"),
    _makes("X", "inflammatory macrophages release collagenase", "sXM*M1"),
    _makes("X", "activated fibroblasts release collagenase", "sXF*pos(F - 1)"),
    _loses("X", "collagenase is inhibited", "kX*X"),
    _makes("E", "VEGF makes capillaries sprout", "pE*pos(hill(V, KV) - hVr)*E*(1 - E/Emax)"),
    _loses("E", "capillaries return to the resting density", "dE*(E - 1)"),
    _makes("C3", "collagen III is deposited", "f3*syn"),
    _loses("C3", "collagen III is lost", "(k3 + kxi*Xp)*C3"),
    _makes("Ci", "collagen I is deposited", "fI*syn"),
    Reaction("collagen I is cross-linked", "km*Ci", {"Ci": -1.0, "Cm": 1.0}),
    _loses("Ci", "immature collagen I is lost", "(ki + kxi*Xp)*Ci"),
    _loses("Cm", "mature collagen I is lost", "(kd + kxm*Xp)*Cm"),
)

ADD_ONS: tuple[Reaction, ...] = (
    _makes(
        "K", "FGF and a fuller dermis thicken the epidermis", "kK*(1 + aKG*Gp + aKC*pos((C3 + Ci + Cm)/C0 - 1) - K)"
    ),
    _makes("U", "fibroblasts make tropoelastin", "kU*((F + yU*Y)*pos(1 + aT*cT) - U)"),
    _makes("B", "tropoelastin is taken into fibres", "kB*(U - B)"),
    _makes("A", "FGF and TGF-beta raise hyaluronan", "kA*(1 + aAG*Gp + aAT*pos(cT) - A)"),
    _makes("Z", "inflammation stimulates melanocytes", "kZ*(1 + aZI*I - Z)"),
    _makes("W", "VEGF and FGF signal to the follicle", "kW*(1 + aWV*pos(V - V0) + aWG*Gp - W)"),
    _loses("O", "collagenase opens old fibres for replacement", "kO*Xp*O"),
    _makes("Q", "exposure accumulates", "I"),
)

# What one session does; d is the local injury in [0, 1]. Assignments, in order.
IMPULSE: Mapping[str, str] = {
    "S": "0",
    "R": "0",
    "H": "H + d",
    "D": "D + d",
    "P": "P + P0*d",
    "T1": "T1 + T10*d",
    "G": "G + G10*d",
}

READOUTS: tuple[Readout, ...] = (
    Readout("collagen_total", "collagen, all pools, relative to rest", "1", "(C3 + Ci + Cm)/C0", "Sum of the pools."),
    Readout(
        "collagen_gain_percent", "collagen gained over rest", "percent", "100*((C3 + Ci + Cm)/C0 - 1)",
        "Sum of the three pools against the same skin before treatment.",
    ),
    Readout(
        "collagen_ratio_3_to_1", "collagen III to collagen I", "1", "C3/(Ci + Cm)",
        "Ratio of the pools; the model makes too much collagen III after repeated sessions.",
    ),
    Readout(
        "tgf_alpha", "TGF-alpha, relative to its largest value", "1", "bAH*H + bAM*(M1 + M2) + bAK*(1 - R)",
        "A weighted sum of its known cell sources (platelets, macrophages, keratinocytes at the margin); found in "
        "donor site fluid at day 5. It drives nothing here and its scale is arbitrary.",
    ),
    Readout(
        "ctgf", "connective tissue growth factor, relative to rest", "1", "(F + Y)*hill(T1, KTc)/hCr",
        "An immediate product of fibroblasts under TGF-beta, so cells times their TGF-beta response. It drives "
        "nothing here; its effect on collagen is inside the TGF-beta gain.",
    ),
    Readout(
        "ctap", "connective tissue activating peptide III, relative to a full clot", "1", "H",
        "Released from platelet alpha granules with the clot and taken to stay with it. It drives nothing here.",
    ),
)  # fmt: skip

REACTIONS: tuple[Reaction, ...] = CORE + ADD_ONS
SYMBOLS: tuple[str, ...] = tuple(state.symbol for state in STATES)
NAMES: tuple[str, ...] = tuple(state.name for state in STATES)
PARAMETERS: tuple[str, ...] = (*CONSTANTS, *DERIVED)
INDEX: Mapping[str, int] = {name: i for i, name in enumerate(SYMBOLS)}
