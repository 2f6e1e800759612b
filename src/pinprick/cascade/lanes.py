"""Many patients at once, each in a lane of its own with its own step, the next patient taken as soon as one is done.

Because no lane looks at another, the answer for a patient does not depend on who else is solved, on the order, or on
the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from pinprick.cascade.compiled import compiled, fingerprint, part
from pinprick.cascade.kernel import STATES, impulse
from pinprick.cascade.layout import LAYOUT
from pinprick.cascade.network import PARAMETERS
from pinprick.cascade.rodas import DENSE
from pinprick.cascade.tableau import RODAS

Array = NDArray[np.float64]
Block = NDArray[Any]
Counts = NDArray[np.int64]
Patients = tuple[Array, Array, Array]
Schedule = tuple[Array, Array]

COUNT = len(PARAMETERS)
NEW, OLD, STAGE, PARAMETER = LAYOUT.new, LAYOUT.old, LAYOUT.stages, LAYOUT.parameters
TIME, BEFORE, LENGTH, WISH, END, DUE = (
    LAYOUT.time,
    LAYOUT.before,
    LAYOUT.length,
    LAYOUT.wish,
    LAYOUT.end,
    LAYOUT.due,
)
STUCK = LAYOUT.stuck
FIRST = RODAS.first
# What a lane holds when it holds no patient: one is on the way, or the queue is empty.
WAITING, IDLE = -1, -2
# Rows of the table that says what each lane is doing.
WHO, SESSION, NEXT, AGE = 0, 1, 2, 3
# Every so many steps each lane is looked at, and one that has been looked at this often is given up.
CHECK_STEPS, MOST_CHECKS = 8192, 12


def _vector(block: Any) -> Any:
    width = {types.float64: ir.DoubleType(), types.float32: ir.FloatType()}[block.dtype]
    return ir.VectorType(width, 8 if block.dtype == types.float64 else 16)


def _base(context: Any, builder: Any, kind: Any, block: Any) -> Any:
    data = context.make_array(kind)(context, builder, block).data
    return builder.bitcast(data, _vector(kind).as_pointer())


def _write_step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    from pinprick.cascade.step import step as write

    kind = signature.args[0]
    return write(builder, _vector(kind), _base(context, builder, kind, arguments[0]))


def _write_prepare(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    from pinprick.cascade.step import prepare as write

    kind = signature.args[0]
    builder.call(write(builder.module, _vector(kind)), [_base(context, builder, kind, arguments[0])])
    return context.get_dummy_value()


def _write_take(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    number = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    return builder.atomic_rmw("add", number, ir.Constant(ir.IntType(64), 1), "monotonic")


def _instruction(result: Any, write: Callable[..., Any]) -> Any:
    def typed(_: Any, argument: Any) -> Any:
        return result(argument), write

    return intrinsic(typed)


step: Any = _instruction(types.int64, _write_step)
"""Step every lane of a block once; see `step.step`."""
prepare: Any = _instruction(types.void, _write_prepare)
"""Compute, in every lane of a block, what depends on the constants of its patient alone."""
take: Any = _instruction(types.int64, _write_take)
"""Return the next number of a queue that several threads share."""


@part
def interpolate(block: Block, lane: int, s: float, out: Block) -> None:
    """Write the dense output of the last step of a lane at a fraction s of it, cut at zero."""
    for i in range(STATES):
        c = 0.0
        d = 0.0
        for j in range(5):
            k = block[STAGE + j * STATES + i, lane]
            c += DENSE[0, j] * k
            d += DENSE[1, j] * k
        old, new = block[OLD + i, lane], block[NEW + i, lane]
        out[i] = max(old * (1.0 - s) + s * (new + (1.0 - s) * (c + s * d)), 0.0)


@part
def load(block: Block, lane: int, parameters: Array, initial: Array) -> None:
    """Put a patient into a lane."""
    for i in range(COUNT):
        block[PARAMETER + i, lane] = parameters[i]
    for i in range(STATES):
        block[i, lane] = initial[i]


@part
def rest(block: Block, lane: int) -> None:
    """Let a lane run on with nobody in it."""
    block[TIME, lane] = 0.0
    block[WISH, lane] = FIRST
    block[END, lane] = 1e9
    block[DUE, lane] = 1e9


@part
def resume(block: Block, lane: int, session: int, days: Array, injury: Array, last: float) -> tuple[int, float]:
    """Carry a lane that stands at the end of a span over its session to the next span.

    Args:
        block: the group.
        lane: which lane.
        session: index of the session that is due at the end of the span, or -1 before the first span.
        days: days of the sessions.
        injury: local injury of the patient in each session.
        last: time of the last output.

    Returns:
        The index of the session at the end of the next span, or one past `days.size` when the patient is done, and the
        day on which the next span begins.
    """
    start = 0.0
    while session < days.size:
        if session >= 0:
            start = days[session]
            impulse(block[:STATES, lane], block[PARAMETER : PARAMETER + COUNT, lane], injury[session])
        session += 1
        end = last
        if session < days.size and days[session] <= last:
            end = days[session]
        else:
            session = days.size
        if end > start:
            block[TIME, lane] = 0.0
            block[WISH, lane] = FIRST
            block[END, lane] = end - start
            return session, start
    return days.size + 1, start


@part
def write_due(block: Block, lane: int, first: int, begun: float, times: Array, out: Block) -> int:
    """Write the outputs that lie inside the last step of a lane and return the index of the next one."""
    now, before, length = block[TIME, lane], block[BEFORE, lane], block[LENGTH, lane]
    while first < times.size and times[first] - begun < now:
        s = (times[first] - begun - before) / length
        interpolate(block, lane, min(max(s, 0.0), 1.0), out[first])
        first += 1
    return first


@part
def write_rest(block: Block, lane: int, first: int, out: Block) -> None:
    """Write the present states of a lane as all outputs from an index on."""
    for left in range(first, out.shape[0]):
        for i in range(STATES):
            out[left, i] = block[i, lane]


@part
def settle(block: Block, lane: int, place: Counts, begun: Array, injury: Array, schedule: Schedule, out: Block) -> bool:
    """Do what a lane that asked for a decision needs, and return whether its patient is done.

    Args:
        block: the group.
        lane: which lane.
        place: patient, session at the end of the span index of the next output and age of each lane, shape (4, lanes).
        begun: day on which the span of each lane began, shape (lanes,).
        injury: local injury, shape (patients, sessions).
        schedule: days of the sessions and of the outputs.
        out: shape (patients, times, states).
    """
    days, times = schedule
    who = place[WHO, lane]
    if block[STUCK, lane] > 0.0 or place[AGE, lane] > MOST_CHECKS:
        out[who] = np.nan
        return True
    place[NEXT, lane] = write_due(block, lane, place[NEXT, lane], begun[lane], times, out[who])
    if block[TIME, lane] < block[END, lane]:
        return False
    last = times[times.size - 1]
    place[SESSION, lane], begun[lane] = resume(block, lane, place[SESSION, lane], days, injury[who], last)
    if place[SESSION, lane] <= days.size:
        return False
    write_rest(block, lane, place[NEXT, lane], out[who])
    return True


@part
def admit(
    block: Block, lane: int, place: Counts, begun: Array, patients: Patients, schedule: Schedule, out: Block
) -> bool:
    """Put a patient into a lane and return whether there is nothing to solve; arguments as for `settle`."""
    parameters, initial, injury = patients
    days, times = schedule
    who = place[WHO, lane]
    load(block, lane, parameters[who], initial[who])
    place[NEXT, lane], place[AGE, lane] = 0, 0
    place[SESSION, lane], begun[lane] = resume(block, lane, -1, days, injury[who], times[times.size - 1])
    if place[SESSION, lane] <= days.size:
        return False
    write_rest(block, lane, 0, out[who])
    return True


@part
def solve_queue(patients: Patients, schedule: Schedule, block: Block, queue: Counts, out: Array) -> int:
    """Solve patients from a queue until it is empty; several threads may share the queue.

    Args:
        patients: parameters (patients, parameters), states just before time 0 (patients, states) and local injury
            (patients, sessions).
        schedule: days of the sessions and of the outputs, each ascending from 0 on.
        block: shape (rows, lanes); tolerances are set, all else is overwritten.
        queue: number of the next patient, shape (1,).
        out: written, shape (patients, times, states); no number where the step collapsed.

    Returns:
        Steps of the group.
    """
    parameters, initial, injury = patients
    times, lanes = schedule[1], block.shape[1]
    place, begun = np.full((4, lanes), WAITING), np.zeros(lanes)
    for lane in range(lanes):
        load(block, lane, parameters[0], initial[0])
        rest(block, lane)
    bits, active, steps = (1 << lanes) - 1, lanes, 0
    while active > 0:
        new = False
        for lane in range(lanes):
            if (bits >> lane) & 1 == 0 or place[WHO, lane] == IDLE:
                continue
            done = place[WHO, lane] < 0 or settle(block, lane, place, begun, injury, schedule, out)
            while done:
                place[WHO, lane] = take(queue)
                if place[WHO, lane] >= parameters.shape[0]:
                    place[WHO, lane] = IDLE
                    rest(block, lane)
                    active -= 1
                    break
                done = admit(block, lane, place, begun, patients, schedule, out)
                new = True
            if place[WHO, lane] >= 0:
                block[DUE, lane] = block[END, lane]
                if place[NEXT, lane] < times.size:
                    block[DUE, lane] = min(block[END, lane], times[place[NEXT, lane]] - begun[lane])
        if new:
            prepare(block)
        bits = step(block)
        steps += 1
        if steps % CHECK_STEPS == 0:
            bits = -1
            place[AGE] += 1
    return steps


Entry = Callable[[Patients, Schedule, Block, Counts, Array], int]


def _entry(digest: str) -> Entry:
    @compiled
    def entry(patients: Patients, schedule: Schedule, block: Block, queue: Counts, out: Array) -> int:
        assert digest
        return solve_queue(patients, schedule, block, queue, out)

    return entry


MADE_FROM = ("compiled", "expression", "generate", "kernel", "lanes", "layout", "network", "rodas", "step", "tableau",
             "vector")  # fmt: skip
ENTRY: Entry = _entry(fingerprint(*MADE_FROM))
"""`solve_queue` from Python: compiled as a whole and kept on disk until one of its modules changes."""
