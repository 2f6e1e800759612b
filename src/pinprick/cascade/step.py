"""One Rosenbrock step of the network as vector instructions.

The linear system keeps its structural non-zeros alone and is eliminated in the order of least fill; each patient has
a step of its own, so lanes share instructions and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]

from pinprick.cascade.expression import Expression
from pinprick.cascade.generate import derivatives, elimination_order, jacobian
from pinprick.cascade.layout import ENTRIES, FIXED, LAYOUT
from pinprick.cascade.network import DEFINITIONS, PARAMETERS, SYMBOLS
from pinprick.cascade.tableau import RODAS, Tableau
from pinprick.cascade.vector import FAST, Memory, Writer, fixed_parts, function_of, reciprocal_form

_STATES = len(SYMBOLS)


@dataclass(frozen=True)
class Network:
    """What the step needs of the network: rates, slopes, fixed parts, order of elimination and places of entries."""

    rates: tuple[Expression, ...]
    slopes: Mapping[tuple[int, int], Expression]
    fixed: tuple[Expression, ...]
    order: tuple[int, ...]
    place: Mapping[tuple[int, int], int]


@cache
def network() -> Network:
    """Return the network in the form that is written out as instructions."""
    rates = tuple(reciprocal_form(rate) for rate in derivatives())
    slopes = {entry: reciprocal_form(slope) for entry, slope in jacobian().items()}
    order, pattern = elimination_order(slopes, _STATES)
    place = {entry: where for where, entry in enumerate(sorted(pattern))}
    fixed = fixed_parts([*rates, *slopes.values()])
    if len(fixed) > FIXED or len(place) > ENTRIES:
        raise ValueError(f"the layout has no room for {len(fixed)} fixed parts and {len(place)} entries")
    return Network(rates, slopes, fixed, tuple(order), place)


def _loader(memory: Memory, states: Memory | None, *, fixed: bool) -> Callable[[Expression], Any | None]:
    parts = {node: LAYOUT.fixed + i for i, node in enumerate(network().fixed)} if fixed else {}

    def load(node: Expression) -> Any | None:
        if node in parts:
            return memory.read(parts[node])
        if node.kind != "symbol" or node.name in DEFINITIONS:
            return None
        if node.name in PARAMETERS:
            return memory.read(LAYOUT.parameters + PARAMETERS.index(node.name))
        assert states is not None
        return states.read(SYMBOLS.index(node.name))

    return load


def _prepare(builder: Any, vector: Any, arguments: Sequence[Any]) -> None:
    memory = Memory(builder, vector, arguments[0])
    writer = Writer(builder, vector, _loader(memory, None, fixed=False))
    for i, node in enumerate(network().fixed):
        memory.write(LAYOUT.fixed + i, writer.value(node))


def _linearise(builder: Any, vector: Any, arguments: Sequence[Any]) -> None:
    """Write the factors of shift times the identity less the Jacobian at the present states."""
    memory = Memory(builder, vector, arguments[0])
    writer = Writer(builder, vector, _loader(memory, _shifted(memory, LAYOUT.states), fixed=True))
    shift, net = memory.read(LAYOUT.shift), network()
    w: dict[tuple[int, int], Any] = {}
    for entry in net.place:
        slope = writer.value(net.slopes[entry]) if entry in net.slopes else writer.constant(0.0)
        w[entry] = builder.fsub(shift if entry[0] == entry[1] else writer.constant(-0.0), slope, flags=FAST)
    for n, k in enumerate(net.order):
        later = net.order[n + 1 :]
        w[k, k] = builder.fdiv(writer.constant(1.0), w[k, k], flags=FAST)
        for i in (i for i in later if (i, k) in w):
            w[i, k] = builder.fmul(w[i, k], w[k, k], flags=FAST)
            for j in (j for j in later if (k, j) in w):
                w[i, j] = writer.subtract_product(w[i, j], w[i, k], w[k, j])
    for entry, where in net.place.items():
        memory.write(LAYOUT.factors + where, w[entry])


def _shifted(memory: Memory, row: int) -> Memory:
    return Memory(memory.builder, memory.vector, memory.at(row))


def _stage(builder: Any, vector: Any, arguments: Sequence[Any]) -> None:
    """Write one stage: the rates at some states plus what earlier stages add, solved with the factors."""
    memory = Memory(builder, vector, arguments[0])
    states, added, out = (Memory(builder, vector, pointer) for pointer in arguments[1:])
    writer, net = Writer(builder, vector, _loader(memory, states, fixed=True)), network()
    x = [builder.fadd(writer.value(rate), added.read(i), flags=FAST) for i, rate in enumerate(net.rates)]

    def w(i: int, j: int) -> Any:
        return memory.read(LAYOUT.factors + net.place[i, j])

    for n, k in enumerate(net.order):
        for i in (i for i in net.order[n + 1 :] if (i, k) in net.place):
            x[i] = writer.subtract_product(x[i], w(i, k), x[k])
    for n in range(_STATES - 1, -1, -1):
        k = net.order[n]
        for j in (j for j in net.order[n + 1 :] if (k, j) in net.place):
            x[k] = writer.subtract_product(x[k], w(k, j), x[j])
        x[k] = builder.fmul(x[k], w(k, k), flags=FAST)
    for i, value in enumerate(x):
        out.write(i, value)


def prepare(module: Any, vector: Any) -> Any:
    """Return the function that computes the fixed parts of every lane."""
    return function_of(module, vector, "pinprick_prepare", 1, _prepare)


@dataclass(frozen=True)
class _Step:
    """Writes one step; the rows it reads and leaves are those of the layout."""

    builder: Any
    vector: Any
    memory: Memory
    writer: Writer
    tableau: Tableau

    def attempt(self) -> None:
        """Write the stages and the new states for the step length in the layout's row."""
        module, row = self.builder.module, self.memory.at
        one = self.writer.constant(1.0)
        reciprocal = self.builder.fdiv(one, self.memory.read(LAYOUT.length), flags=FAST)
        gamma = self.writer.constant(1.0 / self.tableau.gamma)
        self.memory.write(LAYOUT.shift, self.builder.fmul(reciprocal, gamma, flags=FAST))
        self.builder.call(function_of(module, self.vector, "pinprick_linearise", 1, _linearise), [self.memory.base])
        stage = function_of(module, self.vector, "pinprick_stage", 4, _stage)
        for s in range(self.tableau.stages):
            for i in range(_STATES):
                y = self.memory.read(LAYOUT.states + i)
                self.memory.write(LAYOUT.new + i, self._sum(y, self.tableau.positions[s][:s], i))
                summed = self._sum(self.writer.constant(0.0), self.tableau.coupling[s][:s], i)
                self.memory.write(LAYOUT.added + i, self.builder.fmul(summed, reciprocal, flags=FAST))
            pointers = [row(LAYOUT.new), row(LAYOUT.added), row(LAYOUT.stage(s))]
            self.builder.call(stage, [self.memory.base, *pointers])
        for i in range(_STATES):
            y = self.memory.read(LAYOUT.states + i)
            self.memory.write(LAYOUT.new + i, self._sum(y, self.tableau.result, i))

    def _sum(self, start: Any, weights: Sequence[float], state: int) -> Any:
        for s, weight in enumerate(weights):
            if weight:
                k = self.memory.read(LAYOUT.stage(s) + state)
                start = self.writer.multiply_add(self.writer.constant(weight), k, start)
        return start

    def error(self) -> Any:
        """Return the largest error over its tolerance; a state below zero by more than that counts too."""
        write, writer = self.builder, self.writer
        rtol, atol = self.memory.read(LAYOUT.rtol), self.memory.read(LAYOUT.atol)
        worst = total = writer.constant(0.0)
        for i in range(_STATES):
            y, new = self.memory.read(LAYOUT.states + i), self.memory.read(LAYOUT.new + i)
            size = writer.larger(writer.absolute(y), writer.absolute(new))
            estimate = writer.absolute(self._sum(writer.constant(0.0), self.tableau.error, i))
            below = write.fmul(writer.constant(-0.1), new, flags=FAST)
            scale = writer.multiply_add(rtol, size, atol)
            worst = writer.larger(write.fdiv(writer.larger(estimate, below), scale, flags=FAST), worst)
            total = write.fadd(total, estimate)
        finite = write.fcmp_ordered("<", total, writer.constant(1e30))
        return write.select(finite, worst, writer.constant(1e9))


def step(builder: Any, vector: Any, base: Any) -> Any:
    """Write one step of every lane at its own length and return a bit for each lane that needs a decision.

    A lane whose error is within tolerance has moved on when this returns: its states, its time, and for dense output
    the states and time before. It needs a decision when it has reached its next due time, or its step collapsed.
    """
    memory = Memory(builder, vector, base)
    writer = Writer(builder, vector, lambda _: None)
    one = _Step(builder, vector, memory, writer, RODAS)
    time, end = memory.read(LAYOUT.time), memory.read(LAYOUT.end)
    wish, left = memory.read(LAYOUT.wish), builder.fsub(end, time)
    reaches = builder.fcmp_ordered(">=", builder.fmul(wish, writer.constant(1.0 + 1e-5)), left)
    length = builder.select(reaches, left, wish)
    memory.write(LAYOUT.length, length)
    one.attempt()
    worst = one.error()
    after = builder.select(reaches, end, builder.fadd(time, length))
    root = writer.sqrt(writer.sqrt(builder.fadd(worst, writer.constant(1e-12))))
    change = builder.fdiv(writer.constant(RODAS.safety), root)
    change = writer.smaller(writer.larger(change, writer.constant(RODAS.shrink)), writer.constant(RODAS.grow))
    wish = writer.smaller(builder.fmul(length, change), writer.constant(RODAS.longest))
    accepted = builder.fcmp_ordered("<=", worst, writer.constant(1.0))
    memory.write(LAYOUT.wish, wish)
    memory.write(LAYOUT.before, time)
    now = builder.select(accepted, after, time)
    memory.write(LAYOUT.time, now)
    for i in range(_STATES):
        y, new = memory.read(LAYOUT.states + i), memory.read(LAYOUT.new + i)
        memory.write(LAYOUT.old + i, y)
        memory.write(LAYOUT.states + i, builder.select(accepted, writer.larger(new, writer.constant(0.0)), y))
    due = builder.and_(accepted, builder.fcmp_ordered(">=", now, memory.read(LAYOUT.due)))
    short = builder.fcmp_ordered("<", length, writer.constant(RODAS.shortest))
    still = builder.and_(accepted, builder.fcmp_ordered("<=", after, time))
    stuck = builder.or_(builder.and_(builder.not_(accepted), short), still)
    memory.write(LAYOUT.stuck, builder.select(stuck, writer.constant(1.0), writer.constant(0.0)))
    bits = builder.bitcast(builder.or_(due, stuck), ir.IntType(vector.count))
    return builder.zext(bits, ir.IntType(64))
