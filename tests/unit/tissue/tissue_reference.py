"""Reference solutions that share no code with the solvers: dense matrices and matrix exponentials."""

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from pinprick.tissue import Block, Sides


def difference(count, spacing, periodic):
    """Minus the second difference along one axis as a sparse matrix."""
    main = 2.0 * np.ones(count)
    if not periodic:
        main[0] = main[-1] = 1.0
    if count == 1:
        return sp.csr_matrix((1, 1))
    matrix = sp.diags([-np.ones(count - 1), main, -np.ones(count - 1)], [-1, 0, 1]).tolil()
    if periodic:
        matrix[0, -1] -= 1
        matrix[-1, 0] -= 1
    return (matrix / spacing**2).tocsr()


def matrix(block: Block, diffusivity, decay):
    """The operator decay - div D grad on a block for D and decay by cell, assembled face by face, and its supply."""
    nx, ny, nz = block.shape
    d = np.broadcast_to(diffusivity, block.shape)
    lam = np.broadcast_to(decay, block.shape)
    h = block.heights_mm
    number = np.arange(nx * ny * nz).reshape(block.shape)
    rows, cols, vals, diag = [], [], [], lam.ravel().copy()
    supply = np.zeros(block.shape)

    def face(a, b, conductance, size_a, size_b):
        for here, there, size in ((a, b, size_a), (b, a, size_b)):
            np.add.at(diag, here, conductance / size)
            rows.append(here)
            cols.append(there)
            vals.append(-conductance / size)

    s = block.spacing_mm
    for axis, count in ((0, nx), (1, ny)):
        wrap = block.sides is Sides.PERIODIC
        other = np.roll(number, -1, axis)
        d2 = np.roll(d, -1, axis)
        c = 2 * d * d2 / (d + d2) / s
        keep = np.ones(block.shape, bool)
        if not wrap:
            keep[(slice(None),) * axis + (-1,)] = False
        if count == 1:
            keep[:] = False
        face(number[keep], other[keep], c[keep], s, s)
    for k in range(nz - 1):
        c = 1 / (h[k] / 2 / d[:, :, k] + h[k + 1] / 2 / d[:, :, k + 1])
        face(number[:, :, k].ravel(), number[:, :, k + 1].ravel(), c.ravel(), h[k], h[k + 1])
    p = block.surface_permeability_mm_per_day
    if p:
        np.add.at(diag, number[:, :, 0].ravel(), (1 / (1 / p + h[0] / 2 / d[:, :, 0]) / h[0]).ravel())
    if block.bottom_value is not None:
        c = d[:, :, -1] / (h[-1] / 2) / h[-1]
        np.add.at(diag, number[:, :, -1].ravel(), c.ravel())
        supply[:, :, -1] = c * block.bottom_value
    n = number.size
    full = sp.csr_matrix((np.concatenate(vals), (np.concatenate(rows), np.concatenate(cols))), (n, n)) + sp.diags(diag)
    return full.tocsr(), supply


def propagate(operator, couplings, u, v, days, supply=None):
    """Exact solution of u' = -A u + p v + supply, v' = a u - b v by the exponential of the dense matrix."""
    n = u.size
    a, b, p = couplings
    size = 2 * n + 1
    m = np.zeros((size, size))
    m[:n, :n] = -operator.toarray()
    m[:n, n : 2 * n] = np.diag(np.broadcast_to(p, u.shape).ravel())
    m[n : 2 * n, :n] = np.diag(np.broadcast_to(a, u.shape).ravel())
    m[n : 2 * n, n : 2 * n] = -b * np.eye(n)
    if supply is not None:
        m[:n, -1] = supply.ravel()
    end = scipy.linalg.expm(m * days) @ np.concatenate([u.ravel(), v.ravel(), [1.0]])
    return end[:n].reshape(u.shape), end[n : 2 * n].reshape(u.shape)


def relative(a, b):
    return float(np.linalg.norm(np.asarray(a, float) - b) / np.linalg.norm(b))
