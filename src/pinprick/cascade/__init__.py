"""Healing of a given injury in a given skin, over hours to months."""

from pinprick.cascade.block import block_requirement, heal_block
from pinprick.cascade.block_options import BlockOptions
from pinprick.cascade.course import Course
from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.healing import heal
from pinprick.cascade.jax_gradient import Gradient, gradient
from pinprick.cascade.jax_solver import JaxSolver
from pinprick.cascade.link import local_injury
from pinprick.cascade.physiology import Physiology, central, physiology
from pinprick.cascade.response import Response, response
from pinprick.cascade.sbml import write_sbml
from pinprick.cascade.sensitivity import Sensitivity, sensitivity
from pinprick.cascade.solver import Impulses, Rosenbrock, Solver

__all__ = [
    "BlockOptions",
    "Course",
    "Ensemble",
    "Gradient",
    "Impulses",
    "JaxSolver",
    "Physiology",
    "Response",
    "Rosenbrock",
    "Sensitivity",
    "Solver",
    "block_requirement",
    "central",
    "gradient",
    "heal",
    "heal_block",
    "local_injury",
    "physiology",
    "response",
    "sensitivity",
    "write_sbml",
]
