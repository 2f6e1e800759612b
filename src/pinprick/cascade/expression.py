"""A small algebra: parse a rate, differentiate it, evaluate it and write it as source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

_FUNCTIONS = ("sqrt", "pos", "step")
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}


@dataclass(frozen=True, slots=True)
class Expression:
    """One node: a number, a symbol, an operation of two or a function of one.

    Attributes:
        kind: "number", "symbol", an operator (+ - * / **) or a function (sqrt, pos, step).
        name: the symbol's name, else empty.
        number: the number's value, else 0.
        parts: the operands.
    """

    kind: str
    name: str = ""
    number: float = 0.0
    parts: tuple[Expression, ...] = ()

    @property
    def symbols(self) -> frozenset[str]:
        """Every symbol in the expression."""
        if self.kind == "symbol":
            return frozenset({self.name})
        return frozenset().union(*(part.symbols for part in self.parts))


def number(value: float) -> Expression:
    """Return a constant."""
    return Expression("number", number=float(value))


def symbol(name: str) -> Expression:
    """Return a symbol."""
    return Expression("symbol", name=name)


ZERO, ONE = number(0), number(1)


def _is(node: Expression, value: float) -> bool:
    return node.kind == "number" and node.number == value


def add(a: Expression, b: Expression) -> Expression:
    """Return a + b, without a zero."""
    return b if _is(a, 0) else a if _is(b, 0) else Expression("+", parts=(a, b))


def subtract(a: Expression, b: Expression) -> Expression:
    """Return a - b, without a zero on the right."""
    return a if _is(b, 0) else Expression("-", parts=(a, b))


def multiply(a: Expression, b: Expression) -> Expression:
    """Return a * b, without a one, and zero where a factor is zero."""
    if _is(a, 0) or _is(b, 0):
        return ZERO
    return b if _is(a, 1) else a if _is(b, 1) else Expression("*", parts=(a, b))


def divide(a: Expression, b: Expression) -> Expression:
    """Return a / b, and zero where a is zero."""
    return ZERO if _is(a, 0) else a if _is(b, 1) else Expression("/", parts=(a, b))


@cache
def parse(text: str) -> Expression:
    """Read a rate written with + - * / ** and hill(a, K), hill2(a, K), sqrt, pos (positive part).

    Raises:
        ValueError: the text uses anything else.
    """
    return _read(ast.parse(text, mode="eval").body)


def _read(node: ast.expr) -> Expression:
    match node:
        case ast.Constant(value=int() | float() as value):
            return number(value)
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return subtract(ZERO, _read(inner))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return Expression(_BINARY[type(op)], parts=(_read(left), _read(right)))
        case ast.Call(func=ast.Name(id="hill"), args=[a, k]):
            return divide(_read(a), add(_read(k), _read(a)))
        case ast.Call(func=ast.Name(id="hill2"), args=[a, k]):
            square = [multiply(_read(x), _read(x)) for x in (a, k)]
            return divide(square[0], add(square[1], square[0]))
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _FUNCTIONS:
            return Expression(name, parts=(_read(inner),))
    raise ValueError(f"not part of the algebra: {ast.unparse(node)}")


def substitute(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """Return the expression with symbols replaced by expressions."""
    if node.kind == "symbol":
        return values.get(node.name, node)
    return Expression(node.kind, node.name, node.number, tuple(substitute(part, values) for part in node.parts))


@cache
def differentiate(node: Expression, by: str) -> Expression:
    """Return the derivative with respect to a symbol; the positive part has slope 0 at its corner."""
    if by not in node.symbols:
        return ZERO
    if node.kind == "symbol":
        return ONE
    a = node.parts[0]
    da = differentiate(a, by)
    if node.kind == "sqrt":
        return divide(da, multiply(number(2), node))
    if node.kind == "pos":
        return multiply(Expression("step", parts=(a,)), da)
    if node.kind == "step":
        return ZERO
    b = node.parts[1]
    db = differentiate(b, by)
    if node.kind == "+":
        return add(da, db)
    if node.kind == "-":
        return subtract(da, db)
    if node.kind == "*":
        return add(multiply(da, b), multiply(a, db))
    if node.kind == "/":
        return divide(subtract(da, multiply(node, db)), b)
    if b.kind != "number":
        raise ValueError("only constant powers are differentiated")
    return multiply(multiply(b, Expression("**", parts=(a, number(b.number - 1)))), da)


_NUMERIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "sqrt": np.sqrt,
    "pos": lambda x: np.maximum(x, 0.0),
    "step": lambda x: np.where(np.asarray(x) > 0, 1.0, 0.0),
}


def evaluate(node: Expression, values: Mapping[str, Any]) -> Any:
    """Return the value of an expression for numbers or arrays by symbol."""
    if node.kind == "number":
        return node.number
    if node.kind == "symbol":
        return values[node.name]
    return _NUMERIC[node.kind](*(evaluate(part, values) for part in node.parts))


def source(node: Expression, name: Callable[[str], str] = str, rank: int = 0) -> str:
    """Return an expression as Python source; `name` says how a symbol is written."""
    if node.kind == "number":
        return repr(node.number)
    if node.kind == "symbol":
        return name(node.name)
    if node.kind in _RANK:
        own = _RANK[node.kind]
        left = source(node.parts[0], name, own)
        right = source(node.parts[1], name, own + (node.kind in "-/**"))
        text = f"{left} {node.kind} {right}"
        return f"({text})" if own < rank else text
    inner = source(node.parts[0], name)
    if node.kind == "pos":
        return f"max({inner}, 0.0)"
    return f"(1.0 if {inner} > 0.0 else 0.0)" if node.kind == "step" else f"math.sqrt({inner})"
