"""The tissue engine against solutions in closed form and against the problem of its benchmark at reduced size."""

import numpy as np
import pytest
import scipy.fft
import scipy.optimize

from pinprick.tissue import Block, Coupling, Layered, March, Operator, Session, Sides, Source, operator


def relax(solver: Operator, field, days):
    """Diffusion and decay alone, by one step of any length."""
    modes = solver.forward(field)
    nothing = np.zeros_like(modes)
    solver.advance(modes, Source(nothing, nothing.copy(), np.inf), nothing.copy(), np.empty_like(modes), days, 0.0)
    return solver.backward(modes)


@pytest.mark.parametrize("cells", [(32, 24, 16), (64, 48, 32)])
def test_cosine_of_the_continuum(cells):
    """A cosine decays by itself; cells of finite size err by the square of their size."""
    size, d, decay, days = (1.6, 1.2, 0.8), 0.9, 2.0, 0.3
    block = Block.uniform(cells, size[0] / cells[0])
    x = [(np.arange(n) + 0.5) / n for n in cells]
    mode = np.cos(2 * np.pi * x[0])[:, None, None] * np.cos(3 * np.pi * x[1])[None, :, None] * np.cos(np.pi * x[2])
    rate = decay + d * np.pi**2 * sum((m / s) ** 2 for m, s in zip((2, 3, 1), size, strict=True))
    found = relax(operator(block, Layered(d, decay), np.float64), mode, days)
    error = np.abs(found / (mode * np.exp(-rate * days)) - 1).max()
    # Leading term of the second difference: (k h)^2 / 12 of each rate, times the time.
    k2 = [(np.pi * m / s) ** 2 for m, s in zip((2, 3, 1), size, strict=True)]
    expected = days * d * sum(k**2 for k in k2) * block.spacing_mm**2 / 12
    assert error == pytest.approx(np.expm1(expected), rel=0.05)


def test_loss_through_a_permeable_surface():
    """Robin: a mode of the slab is a cosine whose wave number k solves k tan(k L) = permeability / D."""
    d, permeability, depth, nz = 0.7, 1.3, 1.0, 200
    edges = depth * (np.linspace(0, 1, nz + 1) ** 1.3)
    block = Block(1, 1, 0.1, edges, surface_permeability_mm_per_day=permeability)
    k = scipy.optimize.brentq(lambda q: q * np.tan(q * depth) - permeability / d, 1e-6, np.pi / 2 - 1e-9)
    mode = np.cos(k * (depth - block.depths_mm))[None, None, :]
    for by_depth in (d, np.full(nz, d) * (1 + 1e-9 * np.arange(nz))):
        found = relax(operator(block, Layered(by_depth, 0.2), np.float64), mode, 0.5)
        np.testing.assert_allclose(found, mode * np.exp(-(d * k**2 + 0.2) * 0.5), rtol=2e-4)


def test_two_layers_at_rest():
    """A steady profile through two layers, held at the bottom and lost above: flux and concentration are continuous."""
    d1, d2, split, depth, permeability, held = 0.2, 1.5, 0.4, 1.0, 0.8, 3.0
    edges = np.linspace(0, depth, 101)
    block = Block(2, 2, 0.1, edges, Sides.PERIODIC, permeability, held)
    layered = Layered(np.where(block.depths_mm < split, d1, d2), 0.0)
    solver = operator(block, layered, np.float64)
    found = solver.backward(solver.steady(solver.supply()))[0, 0]
    flux = held / (1 / permeability + split / d1 + (depth - split) / d2)
    z = block.depths_mm
    expected = np.where(z < split, flux * (1 / permeability + z / d1), held - flux * (depth - z) / d2)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_layers_against_a_fine_reference():
    """Smooth layers on 24 uneven cells against 960 even ones in one dimension, solved as a dense matrix."""
    import scipy.linalg

    def coefficients(z):
        return 0.4 + 0.8 * z**2, 1.0 + np.sin(3 * z)

    def start(z):
        return np.exp(-((z - 0.3) ** 2) / 0.02)

    fine = (np.arange(960) + 0.5) / 960
    d, decay = coefficients(fine)
    faces = np.append(0, np.append(2 / (1 / d[1:] + 1 / d[:-1]), 0)) * 960**2
    matrix = np.diag(faces[1:] + faces[:-1] + decay) - np.diag(faces[1:-1], 1) - np.diag(faces[1:-1], -1)
    values, vectors = scipy.linalg.eigh(matrix)
    reference = vectors @ (np.exp(-0.1 * values) * (vectors.T @ start(fine)))
    edges = np.linspace(0, 1, 25)
    edges += 0.1 * edges * (1 - edges)
    block = Block(1, 1, 0.1, edges)
    field = start(block.depths_mm)[None, None, :]
    found = relax(operator(block, Layered(*coefficients(block.depths_mm)), np.float64), field, 0.1)[0, 0]
    np.testing.assert_allclose(found, np.interp(block.depths_mm, fine, reference), rtol=0.02)


SHAPE, SPACING = (40, 40, 30), 0.025
D = np.array([0.864, 0.432])
DECAY, RELEASE, LOSS = np.array([25.92, 8.64]), np.array([17.28, 8.64]), np.array([0.0864, 0.03456])
UPTAKE = 0.5 * DECAY * LOSS / RELEASE


def exact(dose, days, sessions):
    """The semi-discrete system has a 2 by 2 matrix exponential for each mode."""
    parts = [4 / SPACING**2 * np.sin(np.pi * np.arange(n) / (2 * n)) ** 2 for n in SHAPE]
    rate = parts[0][:, None, None] + parts[1][None, :, None] + parts[2]
    us, vs = [], []
    for d, decay, p, a, b in zip(D, DECAY, RELEASE, UPTAKE, LOSS, strict=True):
        half = (-d * rate - decay + b) / 2
        mean, root = (-d * rate - decay - b) / 2, np.sqrt(half**2 + p * a)
        e1, e2 = np.exp((mean + root) * days), np.exp((mean - root) * days)
        even, odd = (e1 + e2) / 2, (e1 - e2) / (2 * root)
        u, v = np.zeros(SHAPE), np.zeros(SHAPE)
        for _ in range(sessions):
            u = u + scipy.fft.dctn(dose, norm="ortho")
            u, v = (even + odd * half) * u + odd * p * v, odd * a * u + (even - odd * half) * v
        us.append(scipy.fft.idctn(u, norm="ortho"))
        vs.append(scipy.fft.idctn(v, norm="ortho"))
    return np.stack(us), np.stack(vs)


@pytest.mark.parametrize(("tolerance", "allowed", "steps"), [(0.3, 1.5e-2, 80), (0.03, 3e-3, 120)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ninety_days_and_four_sessions_of_sharp_needle_columns(tolerance, allowed, steps, dtype):
    """The benchmark's problem in small. Allowed errors are the product's goals for planning and for looking closely."""
    dose = np.zeros(SHAPE)
    dose[8::16, 8::16, :20] = 100.0
    u, v = exact(dose, 22.5, 4)
    fields = [Layered(d, x) for d, x in zip(D, DECAY, strict=True)]
    couplings = [Coupling(*c) for c in zip(UPTAKE, LOSS, RELEASE, strict=True)]
    march = March(Block.uniform(SHAPE, SPACING), fields, couplings, tolerance=tolerance, dtype=dtype)
    for session in range(4):
        march.inject(Session(22.5 * session, [dose, dose]))
        march.run(22.5 * (session + 1))
    end = march.tissue()
    assert np.linalg.norm(end.immobile - v) < allowed * np.linalg.norm(v)
    assert np.linalg.norm(end.diffusing - u) < 2 * allowed * np.linalg.norm(u)
    assert march.steps <= steps
