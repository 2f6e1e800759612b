import numpy as np
import pytest

from pinprick.cascade.expression import differentiate, evaluate, parse, source, substitute, symbol

POINT = {"x": 0.7, "y": 1.9, "k": 0.4}
RATES = [
    "k*(1 - x)", "x*y - k/x", "hill(x, k)", "hill2(x, k)", "sqrt((1 + x/k)/2)", "pos(x - k)*y", "pos(k - x)*y",
    "x**3 - y**2", "-x*(y + 2)", "hill(x*y, k)*x*(1 - (x + y)/8)", "x - (y - k)", "x/(y/k)",
]  # fmt: skip


@pytest.mark.parametrize("text", RATES)
@pytest.mark.parametrize("by", ["x", "y", "k"])
def test_derivative_agrees_with_central_difference(text, by):
    node, h = parse(text), 1e-6
    ahead, behind = ({**POINT, by: POINT[by] + s * h} for s in (1, -1))
    difference = (evaluate(node, ahead) - evaluate(node, behind)) / (2 * h)
    assert evaluate(differentiate(node, by), POINT) == pytest.approx(difference, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("text", RATES)
def test_source_means_the_same_as_the_expression(text):
    import math

    node = parse(text)
    for candidate in (node, differentiate(node, "x")):
        assert eval(source(candidate), {"math": math, "max": max}, dict(POINT)) == pytest.approx(
            float(evaluate(candidate, POINT)), rel=1e-14
        )


def test_evaluates_arrays_element_by_element():
    x = np.linspace(0.1, 2, 5)
    assert np.allclose(evaluate(parse("hill(x, k)"), {"x": x, "k": 0.4}), x / (0.4 + x))


def test_positive_part_has_no_slope_at_its_corner():
    assert evaluate(differentiate(parse("pos(x - 1)"), "x"), {"x": 1.0}) == 0.0


def test_substitution_replaces_every_occurrence():
    node = substitute(parse("a*x + x"), {"x": parse("2*y")})
    assert node.symbols == {"a", "y"}
    assert symbol("q").symbols == {"q"}


@pytest.mark.parametrize("text", ["exp(x)", "x if y else k", "x[0]", "__import__('os')", "x**y"])
def test_anything_outside_the_algebra_is_refused(text):
    with pytest.raises(ValueError, match=r"algebra|constant powers"):
        differentiate(parse(text), "x")
