"""The healing response on a small grid of local injury: what lets many candidates share one set of solutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.course import Course
from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.interpolation import MonotoneCubic
from pinprick.cascade.network import INDEX
from pinprick.cascade.physiology import Physiology, physiology
from pinprick.cascade.solver import Impulses, Solver
from pinprick.errors import InputError

Array = NDArray[np.float64]

# Grid of local injury; closer where the response bends most. Zero needs no solution: healthy skin stays healthy.
LEVELS: tuple[float, ...] = (0.03, 0.08, 0.15, 0.25, 0.36, 0.5, 0.66, 0.83, 1.0)
# Times at which the myofibroblast peak after a session is looked for, in days.
PEAK_DAYS = np.arange(5.0, 15.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What each course does to each draw as a function of local injury.

    Attributes:
        courses: the courses solved.
        follow_up_days: time after the last session at which collagen is read.
        levels: grid of local injury, starting with 0, shape (levels,).
    """

    courses: tuple[Course, ...]
    follow_up_days: float
    levels: Array
    _gain: Mapping[Course, MonotoneCubic]
    _exposure: Mapping[Course, MonotoneCubic]
    _persistence: Mapping[Course, MonotoneCubic]

    def collagen_gain(self, local_injury: Array, course: Course) -> Array:
        """Return collagen gained over rest at the follow-up, in percent, shape (draws,).

        Args:
            local_injury: of one layer, in [0, 1], shape (draws,).
            course: one of `courses`.

        Raises:
            InputError: the course was not among those solved.
        """
        return self._of(self._gain, course)(local_injury)

    def inflammation_exposure(self, local_injury: Array, course: Course) -> Array:
        """Return the area under the inflammatory cytokine curve over the whole course, in days, shape (draws,)."""
        return self._of(self._exposure, course)(local_injury)

    def myofibroblast_persistence(self, local_injury: Array, course: Course) -> Array:
        """Return the share of its peak at which the myofibroblast number stands when the last session begins.

        Near 0 the tissue has resolved between sessions; a high share means that each session stacks on the one before,
        which cell-circuit models of repair tie to scarring (Adler 2020). 0 for one session. Shape (draws,).
        """
        return self._of(self._persistence, course)(local_injury)

    def _of(self, curves: Mapping[Course, MonotoneCubic], course: Course) -> MonotoneCubic:
        found = curves.get(_key(course))
        if found is None:
            raise InputError(
                "this course was not solved",
                field="course",
                given=f"{course.sessions} sessions every {course.interval_days:g} days",
                remedy="add it to the courses given to response()",
            )
        return found


def _key(course: Course) -> Course:
    # The interval of a single session has no meaning, so all single sessions are one course.
    return Course(1, 1.0) if course.sessions == 1 else course


def response(
    courses: Sequence[Course],
    *,
    follow_up_days: float,
    draws: int,
    seed: int,
    levels: Sequence[float] = LEVELS,
    solver: Solver | None = None,
) -> Response:
    """Solve the well-mixed network for every course, draw and grid level of local injury.

    Courses of the same interval share their sessions, and all courses share the first.

    Args:
        courses: courses wanted; repeats cost nothing.
        follow_up_days: time after the last session at which collagen is read, positive.
        draws: number of draws, the same as those of the injury.
        seed: the seed of the skin.
        levels: grid of local injury in (0, 1], ascending.
        solver: defaults to `Ensemble` with a tolerance of 1e-4.
    """
    if not follow_up_days > 0:
        raise InputError("the follow-up lies after the last session", field="follow_up_days", given=follow_up_days)
    grid = _Grid(physiology(draws, seed=seed), np.asarray(levels, dtype=np.float64), solver or Ensemble(1e-4, 1e-6))
    wanted = tuple(dict.fromkeys(_key(course) for course in courses))
    gain: dict[Course, MonotoneCubic] = {}
    exposure: dict[Course, MonotoneCubic] = {}
    persistence: dict[Course, MonotoneCubic] = {}
    intervals = sorted({course.interval_days for course in wanted if course.sessions > 1})
    first = grid.session(grid.rest(), [*intervals, follow_up_days])
    nought = np.zeros((grid.levels.size, draws))
    for course in wanted:
        if course.sessions == 1:
            gain[course], exposure[course] = grid.gain(first[follow_up_days]), grid.exposure(first[follow_up_days])
            persistence[course] = grid.curve(nought)
    for interval in intervals:
        counts = {course.sessions for course in wanted if course.sessions > 1 and course.interval_days == interval}
        before = first
        for count in range(2, max(counts) + 1):
            ends = ([follow_up_days] if count in counts else []) + ([interval] if count < max(counts) else [])
            after = grid.session(before[interval], ends)
            if count in counts:
                course = Course(count, interval)
                gain[course] = grid.gain(after[follow_up_days])
                exposure[course] = grid.exposure(after[follow_up_days])
                persistence[course] = grid.curve(_share(before, interval))
            before = after
    return Response(tuple(courses), follow_up_days, np.array([0.0, *grid.levels]), gain, exposure, persistence)


def _share(states: Mapping[float, Array], interval: float) -> Array:
    now = states[interval][..., INDEX["Y"]]
    peak = np.max([value[..., INDEX["Y"]] for day, value in states.items() if day <= interval], axis=0)
    return np.where(peak > 0, now / np.where(peak > 0, peak, 1.0), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """All draws at all levels; states have shape (levels, draws, states)."""

    physiology: Physiology
    levels: Array
    solver: Solver

    def rest(self) -> Array:
        return np.broadcast_to(self.physiology.rest, (self.levels.size, *self.physiology.rest.shape))

    def session(self, before: Array, days: Sequence[float]) -> dict[float, Array]:
        """Return the states at some days after one more session, and at the days of the peak search."""
        times = np.unique([*PEAK_DAYS[max(days) >= PEAK_DAYS], *days])
        size, draws, states = before.shape
        impulses = Impulses(np.zeros(1), np.repeat(self.levels, draws)[:, None])
        parameters = np.tile(self.physiology.parameters, (size, 1))
        solved = self.solver.solve(parameters, before.reshape(-1, states), impulses, times)
        return {float(day): solved[:, i].reshape(size, draws, states) for i, day in enumerate(times)}

    def gain(self, states: Array) -> MonotoneCubic:
        total = states[..., [INDEX["C3"], INDEX["Ci"], INDEX["Cm"]]].sum(axis=-1)
        return self.curve(100.0 * (total / self.physiology.constant("C0") - 1.0))

    def exposure(self, states: Array) -> MonotoneCubic:
        return self.curve(states[..., INDEX["Q"]])

    def curve(self, values: Array) -> MonotoneCubic:
        """Return the interpolant of values of shape (levels, draws), with 0 at no injury."""
        return MonotoneCubic.through(np.array([0.0, *self.levels]), np.concatenate([np.zeros_like(values[:1]), values]))
