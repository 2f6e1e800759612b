"""Grids and field solvers for layered skin."""

from pinprick.tissue.block import Block, Sides
from pinprick.tissue.chemotaxis import Chemotaxis, migrate
from pinprick.tissue.coupling import Coupling
from pinprick.tissue.fast_solve import FastSolve
from pinprick.tissue.heterogeneous import Heterogeneous, Solved
from pinprick.tissue.layered import Layered
from pinprick.tissue.march import March, Session, Tissue, memory_bytes
from pinprick.tissue.microchannel import channel_fraction, reach_fraction
from pinprick.tissue.operator import Operator, Source, operator
from pinprick.tissue.split import Split, explicit_kinetics

__all__ = [
    "Block",
    "Chemotaxis",
    "Coupling",
    "FastSolve",
    "Heterogeneous",
    "Layered",
    "March",
    "Operator",
    "Session",
    "Sides",
    "Solved",
    "Source",
    "Split",
    "Tissue",
    "channel_fraction",
    "explicit_kinetics",
    "memory_bytes",
    "migrate",
    "operator",
    "reach_fraction",
]
