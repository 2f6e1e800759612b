"""Expressions as vector instructions: the same sum for every patient of a group at once.

The loops over patients that a compiler would have to recognise are never written. Each expression becomes instructions
on vectors of lanes, through the LLVM that numba brings, so nothing more has to be installed and the machine code fits
the processor that it runs on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]

from pinprick.cascade.expression import ONE, Expression, divide, multiply, parse
from pinprick.cascade.network import DEFINITIONS, PARAMETERS

# Products and sums may be fused and signs of zero do not matter; a result that is no number stays one.
FAST = ("contract", "nsz")


@cache
def reciprocal_form(node: Expression) -> Expression:
    """Return the expression with every division by an expression as a product with its reciprocal."""
    if not node.parts:
        return node
    parts = tuple(reciprocal_form(part) for part in node.parts)
    if node.kind == "/" and parts[0] != ONE:
        return multiply(parts[0], divide(ONE, parts[1]))
    return Expression(node.kind, node.name, node.number, parts)


@cache
def _depends(node: Expression) -> frozenset[str]:
    if node.kind == "symbol" and node.name in DEFINITIONS:
        return _depends(parse(DEFINITIONS[node.name]))
    if node.kind == "symbol":
        return frozenset({node.name})
    return frozenset().union(*(_depends(part) for part in node.parts))


def fixed_parts(nodes: Iterable[Expression]) -> tuple[Expression, ...]:
    """Return the largest parts of some expressions that hold constants of the patient alone, in order of appearance."""
    found: dict[Expression, None] = {}
    definitions: set[str] = set()

    def visit(node: Expression) -> None:
        if node.kind == "symbol" and node.name in DEFINITIONS and node.name not in definitions:
            definitions.add(node.name)
            visit(reciprocal_form(parse(DEFINITIONS[node.name])))
        if not node.parts or not _depends(node):
            return
        if _depends(node) <= set(PARAMETERS):
            found.setdefault(node)
        else:
            for part in node.parts:
                visit(part)

    for node in nodes:
        visit(node)
    return tuple(found)


@dataclass
class Writer:
    """Writes instructions on vectors of lanes into one function.

    Attributes:
        builder: where instructions go.
        vector: the LLVM type of one vector.
        load: how a symbol or a fixed part is read, None for those to be computed.
        known: values already written, by expression.
    """

    builder: Any
    vector: Any
    load: Callable[[Expression], Any | None]
    known: dict[Expression, Any] = field(default_factory=dict)

    def constant(self, value: float) -> Any:
        """Return the same number in every lane."""
        return ir.Constant(self.vector, [ir.Constant(self.vector.element, float(value))] * self.vector.count)

    def value(self, node: Expression) -> Any:
        """Return the value of an expression, computing each part once."""
        if node not in self.known:
            found = self.load(node)
            self.known[node] = self._compute(node) if found is None else found
        return self.known[node]

    def _compute(self, node: Expression) -> Any:
        if node.kind == "number":
            return self.constant(node.number)
        if node.kind == "symbol":
            return self.value(reciprocal_form(parse(DEFINITIONS[node.name])))
        values = [self.value(part) for part in node.parts]
        write = self.builder
        match node.kind:
            case "+":
                return write.fadd(*values, flags=FAST)
            case "-":
                return write.fsub(*values, flags=FAST)
            case "*":
                return write.fmul(*values, flags=FAST)
            case "/":
                return write.fdiv(*values, flags=FAST)
            case "sqrt":
                return self.sqrt(values[0])
            case "pos":
                return self.larger(values[0], self.constant(0.0))
            case "step":
                above = write.fcmp_ordered(">", values[0], self.constant(0.0))
                return write.select(above, self.constant(1.0), self.constant(0.0))
        raise ValueError(f"no vector form: {node.kind}")

    def sqrt(self, x: Any) -> Any:
        """Return the square root in every lane."""
        return self._unary("llvm.sqrt", x)

    def absolute(self, x: Any) -> Any:
        """Return the absolute value in every lane."""
        return self._unary("llvm.fabs", x)

    def _unary(self, name: str, x: Any) -> Any:
        lanes = f"{name}.v{self.vector.count}{self.vector.element.intrinsic_name}"
        function = self.builder.module.globals.get(lanes)
        if function is None:
            function = ir.Function(self.builder.module, ir.FunctionType(self.vector, [self.vector]), lanes)
        return self.builder.call(function, [x])

    def larger(self, a: Any, b: Any) -> Any:
        """Return the larger value in every lane, b where a is no number."""
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)

    def smaller(self, a: Any, b: Any) -> Any:
        """Return the smaller value in every lane, b where a is no number."""
        return self.builder.select(self.builder.fcmp_ordered("<", a, b), a, b)

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        """Return a times b plus c."""
        return self.builder.fadd(self.builder.fmul(a, b, flags=FAST), c, flags=FAST)

    def subtract_product(self, c: Any, a: Any, b: Any) -> Any:
        """Return c less a times b."""
        return self.builder.fsub(c, self.builder.fmul(a, b, flags=FAST), flags=FAST)


@dataclass(frozen=True)
class Memory:
    """Rows of lanes in one block of memory."""

    builder: Any
    vector: Any
    base: Any

    def at(self, row: int) -> Any:
        """Return the address of one row."""
        return self.builder.gep(self.base, [ir.Constant(ir.IntType(64), row)])

    def read(self, row: int) -> Any:
        """Return one row."""
        return self.builder.load(self.at(row), align=64)

    def write(self, row: int, value: Any) -> None:
        """Overwrite one row."""
        self.builder.store(value, self.at(row), align=64)


Body = Callable[[Any, Any, Sequence[Any]], None]


def function_of(module: Any, vector: Any, name: str, pointers: int, body: Body) -> Any:
    """Return a function of the module that takes some pointers, written on first use."""
    lanes = f"{name}_{vector.count}"
    found = module.globals.get(lanes)
    if found is not None:
        return found
    kind = ir.FunctionType(ir.VoidType(), [vector.as_pointer()] * pointers)
    function = ir.Function(module, kind, lanes)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    builder = ir.IRBuilder(function.append_basic_block())
    body(builder, vector, function.args)
    builder.ret_void()
    return function
