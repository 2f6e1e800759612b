"""Diffusion with decay in a layered block for JAX: every transform a matrix product, every step a formula by mode.

Needs JAX; imported only by what asks for it. The formulas are those of `kernel`; all functions are pure and can be
differentiated. Call them inside `accelerator.numbers("double")` for double precision.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from pinprick.errors import InputError
from pinprick.tissue import transform
from pinprick.tissue.accelerator import Precision, kind_of
from pinprick.tissue.block import Block, Sides
from pinprick.tissue.kernel import SLOW, TERMS
from pinprick.tissue.layered import Layered, depth_bands, inflow

_ROOM_BYTES = 4 * 2**30


class Basis(NamedTuple):
    """The modes of one field; a JAX tree, so that it can be passed to compiled functions.

    Attributes:
        x, y: lateral transforms, orthonormal, shapes (nx, nx) and (ny, ny).
        into, out_of: depth transforms, shape (nz, nz), or (nx, ny, nz, nz) where diffusivity varies with depth.
        rates: decay of each mode, 1/day, shape (nx, ny, nz).
        supply: modes of the constant supply through a bottom held at a value, shape (nx, ny, nz).
    """

    x: Any
    y: Any
    into: Any
    out_of: Any
    rates: Any
    supply: Any


class Fed(NamedTuple):
    """One field and what feeds it; a JAX tree.

    Attributes:
        modes: of the field, shape (nx, ny, nz).
        source: modes of the source now.
        change: of the source over the step before.
        before: length of that step, days; infinite after a jump.
        late: uptake missed by the step before, as modes.
        immobile: what has been taken up, shape (nx, ny, nz).
    """

    modes: Any
    source: Any
    change: Any
    before: Any
    late: Any
    immobile: Any


def basis(block: Block, field: Layered, precision: Precision = "double") -> Basis:
    """Return the modes of one field, found in double precision.

    Args:
        block: the grid.
        field: coefficients by depth.
        precision: of the numbers kept.

    Raises:
        InputError: coefficients do not fit, or varying diffusivity would need more than 4 GB of depth transforms.
    """
    diffusivity, decay = field.on(block)
    nx, ny, nz = block.shape
    across = [transform.lateral_eigenvalues(n, block.spacing_mm, block.sides) for n in (nx, ny)]
    lateral = across[0][:, None] + across[1][None, :]
    diagonal, side = depth_bands(block, diffusivity)
    matrix = np.diag(diagonal + decay) + np.diag(side, 1) + np.diag(side, -1)
    if np.ptp(diffusivity) <= 1e-12 * diffusivity.max():
        values, vectors = np.linalg.eigh(matrix)
        rates = lateral[:, :, None] * diffusivity[0] + _without_noise(values)
    else:
        need = 2 * nx * ny * nz**2 * 8
        if need > _ROOM_BYTES:
            raise InputError(
                "Diffusivity that varies with depth needs one depth transform a lateral mode here.",
                given=f"{need / 2**30:.1f} GB",
                limit=f"{_ROOM_BYTES / 2**30:g} GB",
                remedy="Use the solver for the CPU, or a smaller block.",
            )
        rates, vectors = np.linalg.eigh(matrix + lateral[:, :, None, None] * np.diag(diffusivity))
        rates = _without_noise(rates)
    root = np.sqrt(block.heights_mm)[:, None]
    kind = kind_of(precision)
    x, y, into, out_of, rates = (
        jnp.asarray(a, kind)
        for a in (
            _matrix(nx, block.sides),
            _matrix(ny, block.sides),
            root * vectors,
            np.swapaxes(vectors / root, -1, -2),
            rates,
        )
    )
    found = Basis(x, y, into, out_of, rates, jnp.zeros(block.shape, kind))
    supply = np.broadcast_to(inflow(block, diffusivity), block.shape)
    return found._replace(supply=forward(found, jnp.asarray(supply, kind)))


def _without_noise(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(rates) < 1e-13 * np.abs(rates).max(), 0.0, rates)


def _matrix(count: int, sides: Sides) -> NDArray[np.float64]:
    line = Block.uniform((count, 1, count), 1.0, sides=sides)
    return np.asarray(transform.forward(np.eye(count)[:, None, :], line)[:, 0, :])


# In full precision: a GPU would else multiply single numbers with ten bits.
def _product(formula: str, *parts: Any) -> Any:
    return jnp.einsum(formula, *parts, precision=jax.lax.Precision.HIGHEST)


def forward(basis: Basis, field: Any) -> Any:
    """Return the modes of a field of shape (nx, ny, nz)."""
    modes = _product("bj,ajz->abz", basis.y, _product("ai,ijz->ajz", basis.x, field))
    return _product("abz,zm->abm" if basis.into.ndim == 2 else "abz,abzm->abm", modes, basis.into)


def backward(basis: Basis, modes: Any) -> Any:
    """Return the field of modes of shape (nx, ny, nz)."""
    field = _product("abm,mz->abz" if basis.into.ndim == 2 else "abm,abmz->abz", modes, basis.out_of)
    return _product("ai,abz->ibz", basis.x, _product("bj,abz->ajz", basis.y, field))


def steady(basis: Basis, source: Any) -> Any:
    """Return the modes that a constant source ends in; a mode with no loss at all is left at 0."""
    lossy = basis.rates > 0
    return jnp.where(lossy, source / jnp.where(lossy, basis.rates, 1.0), 0.0)


def betas(b: Any) -> list[Any]:
    """Return beta_0 to beta_11 of b, loss times step; see `kernel`."""
    near = jnp.minimum(b, 1.0)
    series = sum((-near) ** n * (1 / math.factorial(TERMS - 1 + n)) for n in range(20))
    down = [series]
    for k in range(TERMS - 2, -1, -1):
        down.append(1 / math.factorial(k) - near * down[-1])
    down.reverse()
    far = jnp.maximum(b, 1.0)
    up = [jnp.exp(-far)]
    for k in range(1, TERMS):
        up.append((1 / math.factorial(k - 1) - up[-1]) / far)
    return [jnp.where(b < 1.0, one, two) for one, two in zip(down, up, strict=True)]


def _by_mode(x: Any, beta: list[Any], first: Any, terms: int) -> list[Any]:
    """Return first, and the functions after it by recurrence, or all from the series of the last where x is small."""
    slow = x < SLOW
    little, large = jnp.where(slow, x, 0.0), jnp.where(slow, 1.0, x)
    up = [first]
    for k in range(1, terms):
        up.append((beta[k] - up[-1]) / large)
    last = beta[TERMS - 1]
    for k in range(TERMS - 2, terms - 1, -1):
        last = beta[k] - little * last
    down = [last]
    for k in range(terms - 1, 0, -1):
        down.append(beta[k] - little * down[-1])
    down.reverse()
    return [jnp.where(slow, one, two) for one, two in zip(down, up, strict=True)]


def _phis(x: Any) -> tuple[Any, list[Any]]:
    """Return exp(-x) and phi_1 to phi_4 of -x."""
    still = [jnp.asarray(1 / math.factorial(k), x.dtype) for k in range(TERMS)]
    gone = jnp.exp(-x)
    return gone, _by_mode(x, still, (1 - gone) / jnp.where(x < SLOW, 1.0, x), 4)


def advance(basis: Basis, modes: Any, source: Any, change: Any, days: Any) -> Any:
    """Return modes after a step; exact for a source that moves in a line over it.

    Args:
        basis: of the field.
        modes: at the start, shape (nx, ny, nz).
        source: modes of the source at the start.
        change: of the source over the step.
        days: length of the step.
    """
    gone, (p1, p2, _, _) = _phis(basis.rates * days)
    return gone * modes + days * (p1 * source + p2 * change)


def uptake(basis: Basis, at: Fed, days: Any, loss: float) -> Any:
    """Return the integral over a step of exp(-loss (days - t)) times the field, as modes, from a predicted source.

    Args:
        basis: of the field.
        at: at the start.
        days: length of the step.
        loss: of what is taken up, 1/day.
    """
    x, b = basis.rates * days, loss * jnp.asarray(days, basis.rates.dtype)
    beta = betas(b)
    y = x - b
    close = jnp.abs(y) <= 0.05
    limit = beta[0] * (1 - y * (1 / 2 - y * (1 / 6 - y * (1 / 24 - y / 120))))
    z1 = jnp.where(close, limit, (beta[0] - jnp.exp(-x)) / jnp.where(close, 1.0, y))
    z1, z2, z3 = _by_mode(x, beta, z1, 3)
    fed = z2 * at.source + z3 * (days / at.before) * at.change
    return days * z1 * at.modes + days**2 * fed + beta[0] * at.late


def begin(basis: Basis, field: Any, immobile: Any, release: Any) -> Fed:
    """Return a field at rest in time just after a jump.

    Args:
        basis: of the field.
        field: concentrations, shape (nx, ny, nz).
        immobile: what has been taken up before, shape (nx, ny, nz).
        release: back into the field, 1/day, scalar or by cell.
    """
    none = jnp.zeros_like(field)
    source = forward(basis, release * immobile) + basis.supply
    jump = jnp.asarray(jnp.inf, field.dtype)
    return Fed(forward(basis, field), source, none, jump, none, immobile)


def step(basis: Basis, at: Fed, days: Any, rates: tuple[Any, float, Any]) -> Fed:
    """Return a field and its immobile partner after one step of `March`'s scheme, of a given length.

    Args:
        basis: of the field.
        at: at the start.
        days: length of the step.
        rates: uptake, loss and release of `Coupling`, 1/day; uptake and release scalar or by cell.
    """
    taking, loss, release = rates
    taken = backward(basis, uptake(basis, at, days, loss))
    immobile = jnp.exp(-loss * days) * at.immobile + taking * taken
    end = forward(basis, release * immobile) + basis.supply
    gone, (p1, p2, p3, p4) = _phis(basis.rates * days)
    moved = end - at.source
    miss = moved - days / at.before * at.change
    bend = days / (days + at.before) * miss
    late = days**2 * (p3 * miss + (2 * p4 - p3) * bend)
    back = jnp.mean(jnp.asarray(taking)) * jnp.mean(jnp.asarray(release)) * late
    modes = gone * at.modes + days * (p1 * at.source + p2 * moved + (2 * p3 - p2) * bend)
    return Fed(modes, end + back, moved + back, jnp.asarray(days, modes.dtype), late, immobile)


@jax.jit
def follow(basis: Basis, at: Fed, steps: Any, rates: tuple[Any, float, Any]) -> Fed:
    """Return a field after given steps; see `step`.

    Args:
        basis: of the field.
        at: at the start.
        steps: their lengths, days, shape (steps,).
        rates: as of `step`.
    """
    return jax.lax.scan(lambda at, days: (step(basis, at, days, rates), None), at, steps)[0]


def fields(basis: Basis, at: Fed, taking: Any) -> tuple[Any, Any]:
    """Return the concentrations and what has been taken up, each of shape (nx, ny, nz)."""
    return backward(basis, at.modes), at.immobile + taking * backward(basis, at.late)
