"""Healing in a block of skin with explicit punctures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.attraction import Attraction, attraction, no_attraction, wandering
from pinprick.cascade.block_injury import local_injuries
from pinprick.cascade.block_options import BlockOptions, Requirement, cells_across, check_fits, requirement, side_of
from pinprick.cascade.course import Course
from pinprick.cascade.depth import diffusivities
from pinprick.cascade.link import local_injury, signal_reach_mm
from pinprick.cascade.network import INDEX, NAMES
from pinprick.cascade.physiology import Physiology, physiology
from pinprick.errors import InputError
from pinprick.injury import Injury, Punctures, coordinates
from pinprick.skin import LAYERS, Layer, Skin
from pinprick.units import MM2_PER_CM2

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.cascade.block_march import BlockMarch
    from pinprick.tissue import Block

Array = NDArray[np.float64]
Progress = Callable[[float, float], None]
"""Called with the day reached and the last day."""

# Output after each session, in days; fewer than in the other geometries because each is a whole block.
_AFTER_SESSION = np.array([0.0, 0.01, 0.04, 0.25, 1, 2, 3, 5, 7, 10, 14, 21])
_LATER_DAYS = 14.0
# Share of the interval at which the state before the next session is written.
_BEFORE_SESSION = 0.999
# Cells are this much lower than wide down to the deepest puncture, and below it each is this much higher than the last.
_FLATNESS, _GROWTH = 0.8, 1.25
# Sessions of one course take seeds of their own, which those of another seed never reach.
_MOST_SESSIONS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that is fixed before a block is followed.

    Attributes:
        block: the grid.
        top_mm: depth of its upper face, the dermal-epidermal junction.
        punctures: of each session.
        stays, moves: local injury of each session for states that stay in place and for those that move, shape
            (sessions, nx, ny, nz).
        drawn: physiology of the one draw.
        diffusivity: mm2/day by state.
        attraction: what draws cells through the block.
        times: of output, days.
        draw: which draw of the injury.
        boundary_mm: boundaries of the layers of this draw.
    """

    block: Block
    punctures: tuple[Punctures, ...]
    stays: Array
    moves: Array
    drawn: Physiology
    diffusivity: Array
    attraction: Attraction
    times: Array
    draw: int
    boundary_mm: Array


def heal_block(  # noqa: PLR0913 - what heals, how it is computed, and where the result goes
    skin: Skin,
    injury: Injury,
    course: Course,
    options: BlockOptions | None = None,
    *,
    times_days: Array | None = None,
    follow_up_days: float = 180.0,
    store: Path | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Return the time course of healing in a block of skin with explicit punctures, for one draw.

    Every session punctures at new places. Signals and cells that move spread through the block; nothing leaves through
    the closed epidermis above.

    Args:
        skin: the skin that was injured.
        injury: one session's injury.
        course: sessions and interval.
        options: size, cells, draw and accuracy.
        times_days: output times from the first session on, ascending; None takes minutes to weeks after each session.
        follow_up_days: time after the last session, positive.
        store: a directory to write in Zarr format as the block heals; an interrupted run of the same arguments goes on
            where it stopped. None keeps all in memory.
        progress: called with the day reached and the last day.

    Returns:
        Every state and read-out with dims (time, z, y, x), the punctures of all sessions, and the settings in `attrs`.

    Raises:
        InputError: settings that cannot be used, a block that would not fit into memory, or a store begun otherwise.
        MissingExtraError: a store is asked for and Zarr is not installed.
        SolverError: the step collapsed.
    """
    from pinprick.cascade.block_store import Memory, open_store
    from pinprick.cascade.healing import check, settings

    options = options or BlockOptions()
    check(skin, injury, "block", follow_up_days)
    needed = block_requirement(
        injury, course, options, times_days=times_days, follow_up_days=follow_up_days, stored=store is not None
    )
    check_fits(needed)
    scene = _scene(injury, course, options, block_days(course, follow_up_days, times_days))
    frame = _frame(scene, injury, options)
    frame.attrs.update(settings(injury, course, "block", follow_up_days))
    known = _attributes(scene.drawn)
    digest = _fingerprint(scene, course, options, frame)
    target = Memory(frame, known) if store is None else open_store(store, frame, known, digest)
    march = _march(scene, options)
    _follow(march, scene, course, target, progress)
    return target.finish(_closing(march))


def block_requirement(
    injury: Injury,
    course: Course,
    options: BlockOptions,
    *,
    times_days: Array | None = None,
    follow_up_days: float = 180.0,
    stored: bool = False,
) -> Requirement:
    """Return cells, memory and size of the output of `heal_block` with the same arguments."""
    draw = _draw(injury, options)
    side = side_of(options, float(injury.puncture_density_per_cm2[draw]) / MM2_PER_CM2)
    across = cells_across(side, options.spacing_mm)
    depth = _edges(injury, draw, options.spacing_mm).size - 1
    times = block_days(course, follow_up_days, times_days).size
    return requirement((across, across, depth), times, stored=stored)


def block_days(course: Course, follow_up_days: float, times_days: Array | None = None) -> Array:
    """Return the output times in days: those given, or minutes to weeks after each session and every fortnight.

    Raises:
        InputError: given times are not ascending from 0, or there is none.
    """
    from pinprick.cascade.solver import ascending

    if times_days is not None:
        times = ascending("times_days", np.asarray(times_days, dtype=np.float64))
        if times.size == 0:
            raise InputError("at least one output time is needed", field="times_days", given="none")
        return times
    end = course.last_session_day + follow_up_days
    days = [day + _AFTER_SESSION for day in course.session_days]
    days.append(_BEFORE_SESSION * course.interval_days + np.array(course.session_days[:-1]))
    later = np.arange(course.last_session_day, end, _LATER_DAYS)
    every = np.unique(np.round(np.concatenate([*days, later, [end]]), 6))
    return np.asarray(every[every <= end])


def _draw(injury: Injury, options: BlockOptions) -> int:
    if options.draw is not None:
        if not 0 <= options.draw < injury.skin.draws:
            raise InputError("no such draw", field="draw", given=options.draw, limit=f"0 to {injury.skin.draws - 1}")
        return options.draw
    # By ranks, so that no quantity counts more than another for its unit or its tail.
    local = local_injury(injury)
    reach = signal_reach_mm(injury.skin.draws, seed=injury.skin.seed)
    columns = (
        injury.puncture_density_per_cm2,
        injury.penetration_mean_mm,
        reach,
        *(local[:, LAYERS.index(layer)] for layer in (Layer.PAPILLARY_DERMIS, Layer.RETICULAR_DERMIS)),
    )
    ranks = np.stack([np.argsort(np.argsort(column, kind="stable"), kind="stable") for column in columns])
    return int(np.argmin(np.square(ranks - (injury.skin.draws - 1) / 2).sum(axis=0)))


def _edges(injury: Injury, draw: int, spacing_mm: float) -> Array:
    """Return the edges of the cells below the surface in mm, from the dermal-epidermal junction to the subcutis."""
    boundary = injury.skin.boundary_mm[draw]
    top, bottom = (float(boundary[LAYERS.index(layer)]) for layer in (Layer.PAPILLARY_DERMIS, Layer.SUBCUTIS))
    height = _FLATNESS * spacing_mm
    deepest = float(injury.penetration_mean_mm[draw] + 2.0 * injury.penetration_sd_mm[draw])
    edges = [top]
    while edges[-1] < bottom:
        height = height if edges[-1] < deepest else height * _GROWTH
        edges.append(edges[-1] + height)
    # The last cell is cut at the subcutis, or left out where little of it is above.
    if len(edges) > 2 and bottom - edges[-2] < 0.5 * (edges[-1] - edges[-2]):
        edges.pop()
    edges[-1] = bottom
    return np.array(edges)


def _scene(injury: Injury, course: Course, options: BlockOptions, times: Array) -> Scene:
    from pinprick.tissue import Block, Sides

    draw, seed = _draw(injury, options), injury.skin.seed
    density = float(injury.puncture_density_per_cm2[draw]) / MM2_PER_CM2
    side = side_of(options, density)
    across = cells_across(side, options.spacing_mm)
    block = Block(
        across,
        across,
        side / across,
        _edges(injury, draw, options.spacing_mm),
        sides=Sides(options.sides),
        bottom_value=0.0 if options.floor == "held" else None,
    )
    made = tuple(
        coordinates(injury, side_mm=side, draw=draw, seed=injury.seed * _MOST_SESSIONS + session)
        for session in range(course.sessions)
    )
    reach = float(signal_reach_mm(injury.skin.draws, seed=seed)[draw])
    fields = [local_injuries(block, each, injury, draw, reach, options.extent) for each in made]
    drawn = physiology(injury.skin.draws, seed=seed)
    drawn = Physiology(drawn.parameters[draw : draw + 1], drawn.rest[draw : draw + 1])
    diffusivity = diffusivities(injury.skin.draws, seed=seed)[draw]
    drift = no_attraction()
    if options.chemotaxis:
        drift = attraction(drawn, draw, injury.skin.draws, seed=seed)
        for state, motility in wandering(draw, injury.skin.draws, seed=seed).items():
            diffusivity[state] = motility
    return Scene(
        block=block,
        punctures=made,
        stays=np.stack([stays for stays, _ in fields]),
        moves=np.stack([moves for _, moves in fields]),
        drawn=drawn,
        diffusivity=diffusivity,
        attraction=drift,
        times=times,
        draw=draw,
        boundary_mm=np.asarray(injury.skin.boundary_mm[draw]),
    )


def _march(scene: Scene, options: BlockOptions) -> BlockMarch:
    from pinprick.cascade.block_march import BlockMarch

    return BlockMarch(
        scene.block,
        scene.drawn.parameters[0],
        scene.drawn.rest[0],
        scene.diffusivity,
        tolerance=options.tolerance,
        attraction=scene.attraction,
    )


def _follow(march: BlockMarch, scene: Scene, course: Course, target: Any, progress: Progress | None) -> None:
    """March through sessions and output times, from where the target stands."""
    session = target.restore(march)
    end = float(scene.times[-1])

    def after(now: BlockMarch) -> None:
        if progress is not None:
            progress(now.day, end)

    for index in range(target.written, scene.times.size):
        time = float(scene.times[index])
        while session < course.sessions and course.session_days[session] <= time:
            march.run(course.session_days[session], after)
            march.injure(scene.stays[session], scene.moves[session])
            session += 1
        march.run(time, after)
        target.put(index, frames(march, scene.drawn), march, session)


def frames(march: BlockMarch, drawn: Physiology) -> dict[str, NDArray[np.float32]]:
    """Return every state and read-out now, by name, shape (nz, ny, nx)."""
    from pinprick.cascade.healing import variables

    nx, ny, nz = march.block.shape
    return {
        name: np.ascontiguousarray(values.reshape(nx, ny, nz).T.astype(np.float32))
        for name, values, _ in variables(march.y[None, None], drawn)
    }


def _attributes(drawn: Physiology) -> dict[str, dict[str, str | float]]:
    """Return the attributes of every field, by name."""
    from pinprick.cascade.healing import variables

    return {name: attributes for name, _, attributes in variables(drawn.rest[None, None], drawn)}


def _frame(scene: Scene, injury: Injury, options: BlockOptions) -> xr.Dataset:
    """Return the Dataset without its fields: coordinates, punctures and attributes."""
    import xarray as xr

    block, nz = scene.block, scene.block.shape[2]
    across = ((np.arange(block.nx) + 0.5) * block.spacing_mm).astype(np.float32)
    where = np.clip(np.searchsorted(scene.boundary_mm, block.depths_mm, side="right") - 1, 0, len(LAYERS) - 1)
    data = xr.Dataset(
        coords={
            "time": ("time", scene.times, {"units": "day", "long_name": "time since the first session"}),
            "z": ("z", block.depths_mm.astype(np.float32), {"units": "mm", "long_name": "depth below the surface"}),
            "y": ("y", across, {"units": "mm"}),
            "x": ("x", across, {"units": "mm"}),
        }
    )
    data["layer_index"] = ("z", where.astype(np.int32), {"long_name": "layer of a cell", "layers": ", ".join(LAYERS)})
    data["cell_height_mm"] = ("z", block.heights_mm, {"units": "mm", "long_name": "height of a cell"})
    data["layer_boundary_mm"] = ("boundary", scene.boundary_mm, {"units": "mm", "long_name": "boundaries of layers"})
    _add_punctures(data, "puncture", scene.punctures[:1], 0)
    _add_punctures(data, "later_puncture", scene.punctures[1:], 1)
    for name, values in (("local_injury", scene.stays), ("local_release", scene.moves)):
        mean = values.mean(axis=(1, 2)).astype(np.float64)
        data[name] = (("session", "z"), mean, {"units": "1", "long_name": _INJURY_TITLES[name]})
    data.attrs.update(
        side_mm=block.spacing_mm * block.nx,
        spacing_mm=block.spacing_mm,
        draw=scene.draw,
        draws=1,
        sides=options.sides,
        floor=options.floor,
        extent=options.extent,
        chemotaxis=int(options.chemotaxis),
        tracks_lean=1,
        tolerance=options.tolerance,
        cells=int(np.prod(block.shape)),
        depth_cells=nz,
        puncture_density_per_cm2=float(injury.puncture_density_per_cm2[scene.draw]),
        caution=_CAUTION,
    )
    return data


def _add_punctures(data: xr.Dataset, dim: str, punctures: tuple[Punctures, ...], first: int) -> None:
    """Add places, depths and session of some sessions' punctures to the Dataset."""
    if not punctures:
        return
    numbers = [len(each.x_mm) for each in punctures]
    session = np.repeat(np.arange(first, first + len(numbers), dtype=np.int32), numbers)
    data[f"{dim}_session"] = (dim, session, {"long_name": "session that made it, from 0"})
    for name, unit in (("x_mm", "mm"), ("y_mm", "mm"), ("depth_mm", "mm"), ("tilt_rad", "rad"), ("azimuth_rad", "rad")):
        data[f"{dim}_{name}"] = (dim, np.concatenate([getattr(each, name) for each in punctures]), {"units": unit})
    radius = np.repeat([each.mouth_radius_mm for each in punctures], numbers)
    data[f"{dim}_radius_mm"] = (dim, radius, {"units": "mm", "long_name": "radius at the mouth"})


_INJURY_TITLES = {
    "local_injury": "local injury met by states that stay in place, mean over the plane",
    "local_release": "local injury by which moving signals are released, mean over the plane",
}
_CAUTION = (
    "One draw and one place. Read it for where the response lies, not for how large it is: the decay rates were set "
    "for the well-mixed form and already stand for loss by spreading, so that loss counts twice here."
)


def _closing(march: BlockMarch) -> dict[str, object]:
    """Return what is known of the accuracy once a run is over."""
    collagen = [INDEX[symbol] for symbol in ("C3", "Ci", "Cm")]
    rest = march.rest[collagen].sum()
    points = 100.0 * float(march.drift[collagen].sum() / rest)
    text = (
        f"time steps: about {points:.2g} percentage points of collagen gain at the end, the sum of the estimated "
        f"errors of {march.steps} steps; what cells of {1000 * march.block.spacing_mm:.0f} um cannot resolve is not "
        "part of it"
    )
    return {"error_estimate": text, "error_points": points, "steps": march.steps, "rejected_steps": march.rejections}


def _fingerprint(scene: Scene, course: Course, options: BlockOptions, frame: xr.Dataset) -> str:
    from pinprick.cascade.compiled import fingerprint

    code = fingerprint("kernel", "block_kernel", "block_march", "block", "block_injury", "attraction")
    digest = sha256(repr((code, course, options, sorted(frame.attrs.items()), NAMES)).encode())
    for array in (scene.block.depth_edges_mm, scene.stays, scene.moves, scene.drawn.parameters, scene.drawn.rest,
                  scene.diffusivity, scene.attraction.half, scene.attraction.sensitivity, scene.times):  # fmt: skip
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
