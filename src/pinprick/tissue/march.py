"""Following coupled fields over weeks: exponential steps whose length the change of the source controls.

Each step predicts the source by its last slope, takes up exactly what a field fed so would give, and corrects the field
for where the source really went. The decaying part of a field is exact whatever its sharpness and whatever the step, so
a needle's narrow column is never mistaken for a broad one. Once all transients are gone the same formulas are the
quasi-steady ones with their first-order lag, so there is nothing to switch by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError, SolverError
from pinprick.tissue import workers
from pinprick.tissue.block import Block
from pinprick.tissue.coupling import Coupling, flat, take_up
from pinprick.tissue.layered import Layered
from pinprick.tissue.operator import Operator, Source, operator

Array = NDArray[Any]
_SAFETY, _SHRINK, _GROW = 0.85, 0.2, 4.0
_ACCEPTED = 2.0
"""A step up to this many times over the tolerance is kept: the error is of the order below the one used."""
_FIRST_DAYS = 0.15
"""First step after a jump for a tolerance of 1; that of others goes with the third root."""
_FEWEST_DAYS = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What one session adds to the fields.

    Attributes:
        day: time, days from the start.
        diffusing: by field, each None, a scalar or shape (nx, ny, nz); added to the concentrations.
        immobile: the same for the immobile fields; empty means nothing.
    """

    day: float
    diffusing: Sequence[ArrayLike | None]
    immobile: Sequence[ArrayLike | None] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Tissue:
    """Fields of a block at one time.

    Attributes:
        block: the grid.
        day: time, days.
        diffusing: concentrations, shape (fields, nx, ny, nz).
        immobile: shape (fields, nx, ny, nz).
        steps, rejections: how many, up to this time.
    """

    block: Block
    day: float
    diffusing: Array
    immobile: Array
    steps: int
    rejections: int


@dataclass(slots=True)
class _Field:
    """What is kept of one field between steps; modes and sources are in the operator's modes."""

    operator: Operator
    loss: float
    uptake: Array
    release: Array
    gain: float
    modes: Array
    source: Source
    late: Array
    supply: Array | None
    immobile: Array
    spare: tuple[Array, Array] | None = None


def memory_bytes(block: Block, fields: int, dtype: type[Any] = np.float32) -> int:
    """Return the memory a simulation takes beside the program, bytes: seven arrays for each pair of fields.

    Args:
        block: the grid.
        fields: number of diffusing fields, each with an immobile one.
        dtype: float32 or float64.
    """
    return 7 * fields * math.prod(block.shape) * np.dtype(dtype).itemsize


class March:
    """A simulation that can be run in pieces.

    Args:
        block: the grid.
        fields: coefficients of each diffusing field.
        couplings: exchange of each with its immobile field.
        tolerance: relative error allowed to one step, of the fields and of what is taken up.
        dtype: float32 or float64.
        threads: over fields; None takes the cores there are.

    Raises:
        InputError: lengths differ, or a coefficient is out of range.
    """

    def __init__(
        self,
        block: Block,
        fields: Sequence[Layered],
        couplings: Sequence[Coupling],
        *,
        tolerance: float = 1e-3,
        dtype: type[Any] = np.float32,
        threads: int | None = None,
    ) -> None:
        if len(fields) != len(couplings) or not fields:
            raise InputError("Each diffusing field needs one coupling.", given=(len(fields), len(couplings)))
        if not tolerance > 0:
            raise InputError("Tolerance must be positive.", field="tolerance", given=tolerance, limit="above 0")
        self.block, self.tolerance, self.dtype = block, tolerance, dtype
        self.threads = threads or min(workers.cores(), len(fields))
        self.day = 0.0
        self._first = _FIRST_DAYS * tolerance ** (1 / 3)
        self.step = self._first
        self.steps = self.rejections = 0
        self._fields = [self._start(f, c) for f, c in zip(fields, couplings, strict=True)]

    def _start(self, layered: Layered, coupling: Coupling) -> _Field:
        shape, dtype = self.block.shape, self.dtype
        solver = operator(self.block, layered, dtype)
        supply = solver.supply() if self.block.bottom_value else None
        return _Field(
            operator=solver,
            loss=coupling.loss_per_day,
            uptake=flat(coupling.uptake_per_day, shape, dtype),
            release=flat(coupling.release_per_day, shape, dtype),
            gain=float(
                np.mean(np.asarray(coupling.uptake_per_day, float))
                * np.mean(np.asarray(coupling.release_per_day, float))
            ),
            modes=np.zeros(shape, dtype),
            source=Source(
                np.zeros(shape, dtype) if supply is None else supply.copy(), np.zeros(shape, dtype), math.inf
            ),
            late=np.zeros(shape, dtype),
            supply=supply,
            immobile=np.zeros(shape, dtype),
        )

    def inject(self, session: Session) -> None:
        """Add what a session brings; the step starts short again."""

        def one(index: int) -> None:
            field = self._fields[index]
            added = session.diffusing[index]
            if added is not None:
                field.modes += field.operator.forward(np.broadcast_to(np.asarray(added, self.dtype), self.block.shape))
            held = session.immobile[index] if len(session.immobile) else None
            if held is not None:
                field.immobile += np.asarray(held, self.dtype)
                gain = np.asarray(held, self.dtype) * field.release.reshape(
                    self.block.shape if field.release.size > 1 else ()
                )
                field.source.value += field.operator.forward(np.broadcast_to(gain, self.block.shape))

        workers.spread(one, range(len(self._fields)), self.threads)
        for field in self._fields:
            field.source.before = math.inf
        self.step = min(self.step, self._first)

    def run(self, until_day: float, after: Callable[[March], None] | None = None) -> None:
        """March to a time.

        Args:
            until_day: days from the start.
            after: called after every step, for progress.

        Raises:
            SolverError: the step became too short, or a field is not finite.
        """
        while until_day - self.day > 1e-9 * max(1.0, until_day):
            left = until_day - self.day
            # Two nearly equal steps end better than one long and one tiny one.
            step = left if self.step >= left else min(self.step, left / math.ceil(left / self.step - 0.1))
            if self._attempt(step) and after is not None:
                after(self)

    def _attempt(self, step: float) -> bool:
        """Try a step, choose the length of the next, and return whether the step was kept."""
        trial = workers.spread(lambda field: self._predict(field, step), self._fields, self.threads)
        error = max(t[2] for t in trial)
        if not math.isfinite(error):
            raise SolverError(f"A field is not finite at day {self.day:g}.", given=step)
        over = error / self.tolerance
        self.step = step * min(_GROW, max(_SHRINK, _SAFETY * over ** (-1 / 3) if over > 0 else _GROW))
        if over > _ACCEPTED:
            self.rejections += 1
            for field, (new, end, _) in zip(self._fields, trial, strict=True):
                field.spare = new, end
            if self.step < _FEWEST_DAYS:
                raise SolverError(f"The step became too short at day {self.day:g}.", given=self.step)
            return False
        workers.spread(lambda pair: _accept(*pair, step), zip(self._fields, trial, strict=True), self.threads)
        self.day += step
        self.steps += 1
        return True

    def _predict(self, field: _Field, step: float) -> tuple[Array, Array, float]:
        """Return the immobile field and the source at the end of a step, and the relative error."""
        solver = field.operator
        spare = field.spare or (np.empty_like(field.modes), np.empty_like(field.modes))
        modes = solver.uptake(field.modes, field.source, field.late, step, field.loss, spare[0])
        new = np.ascontiguousarray(solver.backward(modes))
        released = spare[1]
        kept = self.dtype(math.exp(-field.loss * step))
        take_up(new.ravel(), field.immobile.ravel(), released.ravel(), field.uptake, kept, field.release)
        end = solver.forward(released, reuse=True)
        if field.supply is not None:
            end += field.supply
        bent_uptake, bent_field = solver.bending(field.modes, field.source, end, step)
        bent_uptake *= float(np.sqrt(np.mean(np.square(field.uptake, dtype=float))))
        size = float(np.linalg.norm(new.ravel()))
        if not math.isfinite(size):
            return new, end, math.inf
        return new, end, max(bent_field, bent_uptake / size if size > 0 else 0.0)

    def tissue(self) -> Tissue:
        """Return the fields as they stand."""
        fields = self._fields
        diffusing = workers.spread(lambda f: f.operator.backward(f.modes.copy()), fields, self.threads)
        return Tissue(
            self.block,
            self.day,
            np.stack(diffusing),
            np.stack(workers.spread(self._immobile, fields, self.threads)),
            self.steps,
            self.rejections,
        )

    def _immobile(self, field: _Field) -> Array:
        late = field.operator.backward(field.late.copy())
        uptake = field.uptake.reshape(self.block.shape if field.uptake.size > 1 else ())
        result: Array = field.immobile + uptake * late
        return result


def _accept(field: _Field, trial: tuple[Array, Array, float], step: float) -> None:
    new, end, _ = trial
    field.operator.advance(field.modes, field.source, end, field.late, step, field.gain)
    field.spare = field.source.value, field.immobile
    field.source.value, field.source.before, field.immobile = end, step, new
