"""The network as SBML, for other simulators: one level of local injury, sessions as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pinprick.cascade.course import Course
from pinprick.cascade.expression import Expression, parse
from pinprick.cascade.network import (
    DEFINITIONS,
    IMPULSE,
    NAMES,
    PARAMETERS,
    REACTIONS,
    READOUTS,
    STATES,
    SYMBOLS,
    Reaction,
)
from pinprick.cascade.physiology import Physiology
from pinprick.errors import InputError, MissingExtraError

_SPECIES: Mapping[str, str] = dict(zip(SYMBOLS, NAMES, strict=True))
_INJURY = "local_injury"
_PLACE = "dermis"


def write_sbml(drawn: Physiology, course: Course, local_injury: float, *, draw: int = 0) -> str:
    """Return the well-mixed network of one draw as an SBML Level 3 Version 2 document.

    Args:
        drawn: physiology, for instance `central()`.
        course: sessions and interval, written as events.
        local_injury: of each session, in [0, 1].
        draw: which draw.

    Raises:
        InputError: the local injury lies outside [0, 1].
        MissingExtraError: python-libsbml is not installed.
    """
    if not 0.0 <= local_injury <= 1.0:
        raise InputError("local injury is a fraction", field="local_injury", given=local_injury, limit="0 to 1")
    try:
        import libsbml
    except ImportError as fault:
        raise MissingExtraError("SBML needs python-libsbml", remedy="pip install 'pinprick[sbml]'") from fault
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    model.setId("pinprick_healing")
    model.setName("Pinprick healing network, well mixed")
    _units(model, libsbml)
    _values(model, drawn, local_injury, draw)
    for name, text in DEFINITIONS.items():
        _rule(model, libsbml, name, parse(text))
    for readout in READOUTS:
        if readout.name != _INJURY:
            _rule(model, libsbml, readout.name, parse(readout.formula))
    for number, reaction in enumerate(REACTIONS, start=1):
        _reaction(model, libsbml, number, reaction)
    if local_injury > 0:
        for number, day in enumerate(course.session_days, start=1):
            _session(model, libsbml, number, day)
    return str(libsbml.writeSBMLToString(document))


def _units(model: Any, libsbml: Any) -> None:
    day = model.createUnitDefinition()
    day.setId("day")
    unit = day.createUnit()
    unit.setKind(libsbml.UNIT_KIND_SECOND)
    unit.setExponent(1)
    unit.setScale(0)
    unit.setMultiplier(86400)
    model.setTimeUnits("day")
    for setter in (model.setSubstanceUnits, model.setExtentUnits, model.setVolumeUnits):
        setter("dimensionless")
    place = model.createCompartment()
    place.setId(_PLACE)
    place.setConstant(True)
    place.setSize(1)
    place.setSpatialDimensions(3)


def _values(model: Any, drawn: Physiology, local_injury: float, draw: int) -> None:
    for i, state in enumerate(STATES):
        species = model.createSpecies()
        species.setId(state.name)
        species.setName(state.title)
        species.setCompartment(_PLACE)
        species.setInitialAmount(float(drawn.rest[draw, i]))
        # Amounts in a compartment of size 1, so that an amount is the quantity itself.
        species.setHasOnlySubstanceUnits(True)
        species.setBoundaryCondition(False)
        species.setConstant(False)
    values = {name: float(drawn.parameters[draw, i]) for i, name in enumerate(PARAMETERS)} | {_INJURY: local_injury}
    for name, value in values.items():
        _parameter(model, name, value, constant=True)


def _parameter(model: Any, name: str, value: float, *, constant: bool) -> None:
    parameter = model.createParameter()
    parameter.setId(name)
    parameter.setValue(value)
    parameter.setConstant(constant)


def formula(node: Expression) -> str:
    """Return an expression in the infix notation of SBML, with the states by their names."""
    if node.kind == "number":
        return repr(node.number)
    if node.kind == "symbol":
        return _INJURY if node.name == "d" else _SPECIES.get(node.name, node.name)
    parts = [formula(part) for part in node.parts]
    if node.kind == "sqrt":
        return f"sqrt({parts[0]})"
    if node.kind == "pos":
        return f"piecewise({parts[0]}, ({parts[0]}) > 0, 0)"
    operator = "^" if node.kind == "**" else node.kind
    return f"({parts[0]} {operator} {parts[1]})"


def _rule(model: Any, libsbml: Any, name: str, node: Expression) -> None:
    _parameter(model, name, float(np.nan), constant=False)
    rule = model.createAssignmentRule()
    rule.setVariable(name)
    rule.setMath(libsbml.parseL3Formula(formula(node)))


def _reaction(model: Any, libsbml: Any, number: int, reaction: Reaction) -> None:
    node = parse(reaction.rate)
    item = model.createReaction()
    item.setId(f"process_{number}")
    item.setName(reaction.name)
    item.setReversible(False)
    for symbol, amount in reaction.changes.items():
        reference = item.createProduct() if amount > 0 else item.createReactant()
        reference.setSpecies(_SPECIES[symbol])
        reference.setStoichiometry(abs(amount))
        reference.setConstant(True)
    for symbol in sorted(node.symbols & set(SYMBOLS) - reaction.changes.keys()):
        item.createModifier().setSpecies(_SPECIES[symbol])
    item.createKineticLaw().setMath(libsbml.parseL3Formula(formula(node)))


def _session(model: Any, libsbml: Any, number: int, day: float) -> None:
    event = model.createEvent()
    event.setId(f"session_{number}")
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setMath(libsbml.parseL3Formula(f"time >= {day!r}"))
    # False before the start, so that the session of day 0 is triggered too.
    trigger.setInitialValue(False)
    trigger.setPersistent(True)
    for symbol, text in IMPULSE.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(_SPECIES[symbol])
        assignment.setMath(libsbml.parseL3Formula(formula(parse(text))))
