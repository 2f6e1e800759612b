import numpy as np
import pytest

from pinprick import evidence
from pinprick.cascade.attraction import RULES, WANDERING
from pinprick.cascade.expression import parse
from pinprick.cascade.generate import PATH, elimination_order, expanded, jacobian, module
from pinprick.cascade.kernel import ENTRIES, factor, matrix, rates, substitute
from pinprick.cascade.network import (
    CONSTANTS,
    DEFINITIONS,
    DERIVED,
    DIFFUSIVITIES,
    IMPULSE,
    INDEX,
    NAMES,
    REACTIONS,
    READOUTS,
    STATES,
    SYMBOLS,
)
from pinprick.cascade.physiology import central, physiology

LINK = {"signal_reach", "coagulation_injury"}


def known() -> set[str]:
    return {*SYMBOLS, *CONSTANTS, *DERIVED, *DEFINITIONS}


def test_there_are_21_core_states_with_names_of_their_own():
    assert sum(state.kind == "core" for state in STATES) == 21
    assert len(set(SYMBOLS)) == len(set(NAMES)) == len(STATES)


def test_every_symbol_is_declared():
    texts = [*(r.rate for r in REACTIONS), *DEFINITIONS.values(), *DERIVED.values(), *(s.rest for s in STATES)]
    texts += [readout.formula for readout in READOUTS]
    for text in texts:
        assert parse(text).symbols <= known(), text
    assert all(parse(text).symbols <= known() | {"d"} for text in IMPULSE.values())


def test_every_constant_is_a_record_with_the_same_symbol_and_every_record_is_used():
    records = evidence.parameters("cascade")
    used = {**CONSTANTS, **DIFFUSIVITIES}
    for symbol, name in used.items():
        assert records[f"cascade.{name}"].symbol == symbol
    drawn = {*(rule.record for rule in RULES), *WANDERING.values()}
    assert {f"cascade.{name}" for name in {*used.values(), *LINK, *drawn}} == set(records)


def test_every_constant_acts_somewhere():
    texts = [*(r.rate for r in REACTIONS), *DEFINITIONS.values(), *DERIVED.values(), *IMPULSE.values()]
    texts += [readout.formula for readout in READOUTS]
    used = frozenset().union(*(parse(text).symbols for text in texts))
    assert set(CONSTANTS) <= used


def test_add_ons_only_read_the_core():
    added = {i for i, state in enumerate(STATES) if state.kind == "add-on"}
    crossing = [(row, column) for row, column in jacobian() if column in added and row not in added]
    assert crossing == []


def test_rate_constants_of_loss_have_the_unit_of_a_rate():
    records = evidence.parameters("cascade")
    for symbol in ("kS", "kD", "kP", "kI", "kN", "kT", "kG", "kV", "dF", "dY", "kX", "dE", "ki", "km", "kd", "k3"):
        assert records[f"cascade.{CONSTANTS[symbol]}"].unit == "1/day"


def test_generated_module_is_current():
    assert PATH.read_text(encoding="utf-8") == module(), "run: python -m pinprick.cascade.generate"


@pytest.fixture(scope="module")
def point():
    drawn = physiology(5, seed=3)
    generator = np.random.default_rng(0)
    y = drawn.rest[2] * generator.uniform(0.8, 1.6, len(SYMBOLS)) + generator.uniform(0.05, 0.4, len(SYMBOLS))
    return y, drawn.parameters[2].copy()


def places() -> dict[tuple[int, int], int]:
    _, pattern = elimination_order(jacobian(), len(SYMBOLS))
    return {entry: where for where, entry in enumerate(sorted(pattern))}


def dense(y, p, shift):
    w = np.empty(ENTRIES)
    matrix(y, p, shift, w)
    full = np.zeros((len(SYMBOLS), len(SYMBOLS)))
    for entry, where in places().items():
        full[entry] = w[where]
    return w, full


def test_generated_jacobian_agrees_with_central_differences(point):
    y, p = point
    _, full = dense(y, p, 0.0)
    n = len(SYMBOLS)
    for j in range(n):
        h = 1e-6 * max(y[j], 1e-2)
        ahead, behind, above, below = y.copy(), y.copy(), np.empty(n), np.empty(n)
        ahead[j] += h
        behind[j] -= h
        rates(ahead, p, above)
        rates(behind, p, below)
        assert np.allclose(-full[:, j], (above - below) / (2 * h), rtol=1e-6, atol=1e-7), SYMBOLS[j]


def test_generated_factors_solve_the_linear_system(point):
    y, p = point
    w, full = dense(y, p, 40.0)
    right = np.random.default_rng(1).normal(size=len(SYMBOLS))
    x = right.copy()
    factor(w)
    substitute(w, x)
    assert np.allclose(full @ x, right, rtol=1e-10, atol=1e-12)


def test_definitions_expand_completely():
    assert not expanded(parse("syn + hT")).symbols & DEFINITIONS.keys()


def test_healthy_skin_is_an_exact_fixed_point_at_the_central_values():
    drawn, out = central(), np.empty(len(SYMBOLS))
    rates(drawn.rest[0].copy(), drawn.parameters[0].copy(), out)
    assert np.abs(out).max() < 1e-16


def test_collagen_at_rest_is_mostly_mature_collagen_1_with_about_a_tenth_of_type_3():
    rest = dict(zip(SYMBOLS, central().rest[0], strict=True))
    total = rest["C3"] + rest["Ci"] + rest["Cm"]
    assert 0.05 < rest["C3"] / total < 0.2
    assert rest["Cm"] / total > 0.75
    assert INDEX["Cm"] == SYMBOLS.index("Cm")
