"""Lateral transforms that turn the second difference along x and y into a multiplication.

Mirrored sides: the type-2 cosine transform. Periodic sides: the real Fourier transform in packed form, so that both are
real, orthonormal and of the same shape, and one set of compiled loops serves both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft
import scipy.fftpack
from numpy.typing import NDArray

from pinprick.tissue.block import Block, Sides

Array = NDArray[Any]
_LATERAL = (0, 1)


def lateral_eigenvalues(count: int, spacing: float, sides: Sides) -> NDArray[np.float64]:
    """Return the eigenvalues of minus the second difference along one axis, 1/mm2, in the order of the transform."""
    index = np.arange(count)
    angle = np.pi * index / (2 * count) if sides is Sides.MIRRORED else np.pi * ((index + 1) // 2) / count
    return (2 / spacing * np.sin(angle)) ** 2


def _packed_scale(count: int, dtype: type[Any]) -> Array:
    scale = np.full(count, np.sqrt(2 / count))
    scale[0] = np.sqrt(1 / count)
    if count % 2 == 0 and count > 1:
        scale[-1] = scale[0]
    return scale.astype(dtype)


def forward(
    field: Array, block: Block, axes: tuple[int, ...] = _LATERAL, threads: int = 1, reuse: bool = False
) -> Array:
    """Return the transform of a field along the lateral axes, and along depth too if asked.

    Args:
        field: shape (nx, ny, nz).
        block: for its sides.
        axes: the lateral ones, or all three.
        threads: of the transform.
        reuse: whether the field may be overwritten.
    """
    if block.sides is Sides.MIRRORED:
        return scipy.fft.dctn(field, axes=axes, norm="ortho", workers=threads, overwrite_x=reuse)  # type: ignore[no-any-return]
    for axis in _LATERAL:
        field = scipy.fftpack.rfft(field, axis=axis)
    field *= _packed_scale(block.nx, field.dtype.type)[:, None, None]
    field *= _packed_scale(block.ny, field.dtype.type)[None, :, None]
    return scipy.fft.dct(field, axis=2, norm="ortho", overwrite_x=True) if 2 in axes else field


def backward(spectrum: Array, block: Block, axes: tuple[int, ...] = _LATERAL, threads: int = 1) -> Array:
    """Return the field of a transform; the transform may be overwritten."""
    if block.sides is Sides.MIRRORED:
        return scipy.fft.idctn(spectrum, axes=axes, norm="ortho", overwrite_x=True, workers=threads)  # type: ignore[no-any-return]
    if 2 in axes:
        spectrum = scipy.fft.idct(spectrum, axis=2, norm="ortho", overwrite_x=True)
    spectrum /= _packed_scale(block.nx, spectrum.dtype.type)[:, None, None]
    spectrum /= _packed_scale(block.ny, spectrum.dtype.type)[None, :, None]
    for axis in _LATERAL:
        spectrum = scipy.fftpack.irfft(spectrum, axis=axis)
    return spectrum
