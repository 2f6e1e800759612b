"""A block of healing skin with the shape of a simulated one, made from formulas so that every number is known."""

from __future__ import annotations

from functools import cache

import numpy as np
import xarray as xr

TIMES = np.array([0, 1, 3, 6, 12, 24, 48, 72, 120, 168, 240, 336, 504, 720, 1008, 1440, 2160, 4320]) / 24.0
BOUNDARY_MM = np.array([0.0, 0.016, 0.09, 0.28, 1.6, 2.4])

# name, long name, unit, rest, greatest departure, peak in days, spread of the log of time, reach in mm
SHAPES = (
    ("fibrin_clot", "fibrin clot", "1", 0.0, 1.0, 0.05, 1.6, 0.05),
    ("pdgf", "platelet-derived growth factor", "ng/mL", 0.0, 12.0, 0.2, 1.3, 0.12),
    ("tgf_beta_1_active", "active TGF-beta 1 and 2", "ng/mL", 0.05, 2.0, 2.0, 1.4, 0.14),
    ("tgf_beta_3", "TGF-beta 3", "ng/mL", 0.1, 1.0, 8.0, 1.2, 0.2),
    ("inflammatory_cytokine", "inflammatory cytokines (IL-1 beta, TNF, IL-6)", "1", 0.0, 1.2, 1.0, 1.0, 0.2),
    ("fgf", "FGF-2 and FGF-7", "ng/mL", 0.5, 2.0, 3.0, 1.0, 0.2),
    ("vegf", "vascular endothelial growth factor", "ng/mL", 0.1, 0.8, 5.0, 0.9, 0.25),
    ("neutrophil", "neutrophils", "1", 0.0, 1.0, 1.2, 0.7, 0.12),
    ("m1_macrophage", "inflammatory macrophages", "1", 0.0, 1.0, 3.0, 0.7, 0.14),
    ("m2_macrophage", "repair macrophages", "1", 0.0, 0.8, 7.0, 0.8, 0.15),
    ("fibroblast", "fibroblasts, relative to rest", "1", 1.0, 1.6, 10.0, 0.8, 0.18),
    ("myofibroblast", "myofibroblasts, relative to resting fibroblasts", "1", 0.0, 0.9, 16.0, 0.8, 0.12),
    ("matrix_metalloproteinase", "collagenase not held by its inhibitors", "1", 0.2, 1.5, 3.0, 1.0, 0.2),
    ("capillary_density", "capillary density, relative to rest", "1", 1.0, 0.7, 14.0, 0.8, 0.25),
    ("collagen_3", "collagen III", "1", 0.2, 0.2, 30.0, 0.9, 0.15),
    ("collagen_1_immature", "collagen I, not yet cross-linked", "1", 0.1, 0.3, 45.0, 0.9, 0.15),
    ("collagen_1_mature", "collagen I, cross-linked", "1", 0.7, 0.1, 200.0, 1.2, 0.15),
    ("collagen_total", "collagen, all pools, relative to rest", "1", 1.0, 0.5, 100.0, 1.2, 0.16),
    ("collagen_gain_percent", "collagen gained over rest", "percent", 0.0, 50.0, 100.0, 1.2, 0.16),
)


@cache
def block(side_mm: float = 2.0, spacing_mm: float = 0.05, punctures: int = 14, seed: int = 3) -> xr.Dataset:
    """One draw of a made-up block; the caller must not change it."""
    random = np.random.default_rng(seed)
    across = (np.arange(round(side_mm / spacing_mm)) + 0.5) * spacing_mm
    down = (np.arange(round(1.6 / spacing_mm)) + 0.5) * spacing_mm
    place = random.uniform(0.0, side_mm, (punctures, 2))
    depth = np.clip(random.normal(0.85, 0.2, punctures), 0.3, 1.4)
    tilt, azimuth = np.abs(random.normal(0, 0.08, punctures)), random.uniform(0, 2 * np.pi, punctures)
    z, y, x = np.meshgrid(down, across, across, indexing="ij")
    away = np.full(z.shape, np.inf)
    for (px, py), h, lean, towards in zip(place, depth, tilt, azimuth, strict=True):
        t = np.clip(z / h, 0, 1) * h
        cx, cy = px + t * np.tan(lean) * np.cos(towards), py + t * np.tan(lean) * np.sin(towards)
        away = np.minimum(away, np.sqrt((x - cx) ** 2 + (y - cy) ** 2 + np.maximum(z - h, 0) ** 2))
    variables = {}
    for name, title, unit, rest, most, peak, width, reach in SHAPES:
        course = np.exp(-0.5 * (np.log(np.maximum(TIMES, 0.02) / peak) / width) ** 2)
        spread = reach * (1 + 0.15 * np.log1p(TIMES))
        near = np.exp(-((away[None] / spread[:, None, None, None]) ** 2))
        values = (rest + most * course[:, None, None, None] * near).astype(np.float32)
        attributes = {"units": unit, "long_name": title, "symbol": name[:2], "rest": rest}
        variables[name] = (("time", "z", "y", "x"), values, attributes)
    tracks = {
        "x_mm": place[:, 0], "y_mm": place[:, 1], "depth_mm": depth, "radius_mm": np.full(punctures, 0.035),
        "tilt_rad": tilt, "azimuth_rad": azimuth,
    }  # fmt: skip
    variables |= {f"puncture_{name}": ("puncture", values) for name, values in tracks.items()}
    variables["layer_boundary_mm"] = ("boundary", BOUNDARY_MM)
    return xr.Dataset(
        variables,
        coords={"time": ("time", TIMES, {"units": "day"}), "z": down, "y": across, "x": across},
        attrs={
            "geometry": "block", "tracks_lean": 1, "side_mm": side_mm, "spacing_mm": spacing_mm,
            "device": "skinpen-precision",
            "zone": "cheek", "needle_length_mm": 1.5, "pass_count": 4, "sessions": 1, "interval_days": 28.0,
            "error_estimate": "made from formulas", "caution": "made from formulas <not simulated>", "seed": 0,
        },
    )  # fmt: skip
