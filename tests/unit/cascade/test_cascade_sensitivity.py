import numpy as np
import pytest
from scipy.integrate import solve_ivp

from pinprick.cascade import Impulses, physiology
from pinprick.cascade.expression import differentiate, evaluate, parse, substitute
from pinprick.cascade.generate import derivatives, jacobian
from pinprick.cascade.kernel import STATES, impulse, rates
from pinprick.cascade.network import DEFINITIONS, PARAMETERS, SYMBOLS
from pinprick.cascade.sensitivity import sensitivity
from pinprick.errors import InputError

# Constants on which neither healthy skin nor a balancing constant depends, so that the equations below are complete.
FREE = ("kN", "sTM", "dY", "kxi", "Fmax")
TIMES = np.array([0.5, 3.0, 14.0, 60.0])


def expanded(node):
    while node.symbols & DEFINITIONS.keys():
        node = substitute(node, {name: parse(text) for name, text in DEFINITIONS.items()})
    return node


def variational(p, y, injury):
    """The sensitivity equations themselves, solved together with the states by another solver."""
    wanted = [[differentiate(expanded(rate), symbol) for symbol in FREE] for rate in derivatives()]
    slopes = jacobian()
    constants = dict(zip(PARAMETERS, p, strict=True))

    def slope(_, state):
        y, s = state[:STATES], state[STATES:].reshape(STATES, len(FREE))
        known = constants | dict(zip(SYMBOLS, y, strict=True))
        out, matrix, force = np.empty(STATES), np.zeros((STATES, STATES)), np.zeros((STATES, len(FREE)))
        rates(np.ascontiguousarray(y), p, out)
        for (i, j), node in slopes.items():
            matrix[i, j] = evaluate(node, known)
        for i, row in enumerate(wanted):
            for j, node in enumerate(row):
                force[i, j] = evaluate(node, known) * constants[FREE[j]]
        return np.concatenate([out, (matrix @ s + force).ravel()])

    y = y.copy()
    impulse(y, p, injury)
    start = np.concatenate([y, np.zeros(STATES * len(FREE))])
    run = solve_ivp(slope, (0, TIMES[-1]), start, method="LSODA", rtol=1e-7, atol=1e-9, t_eval=TIMES)
    return run.y.T[:, STATES:].reshape(TIMES.size, STATES, len(FREE))


def test_slopes_agree_with_the_sensitivity_equations():
    drawn = physiology(3, seed=4)
    hits = Impulses(np.zeros(1), np.array([[0.3], [0.6], [0.9]]))
    found = sensitivity(drawn, hits, TIMES, FREE)
    assert found.slopes.shape == (3, TIMES.size, STATES, len(FREE))
    theirs = variational(drawn.parameters[1].copy(), drawn.rest[1], 0.6)
    size = np.abs(theirs).max(axis=(0, 1), keepdims=True)
    assert np.all(size > 1e-4)
    assert np.all(np.abs(found.slopes[1] - theirs) <= 1e-3 * np.abs(theirs) + 1e-4 * size)


def test_healthy_skin_moves_with_its_constants():
    # Resting TGF-beta is a constant itself: one percent more of it is one percent more in healthy skin.
    drawn = physiology(2, seed=0)
    found = sensitivity(drawn, Impulses(np.zeros(1), np.zeros((2, 1))), np.array([0.0, 30.0]), ["T1r"])
    at = SYMBOLS.index("T1")
    assert np.allclose(found.slopes[:, :, at, 0], drawn.constant("T1r")[:, None], rtol=1e-5)


def test_an_unknown_constant_is_named():
    with pytest.raises(InputError, match="not a constant"):
        sensitivity(physiology(1, seed=0), Impulses(np.zeros(1), np.ones((1, 1))), TIMES, ["nought"])
