"""Where a block's fields go while it heals: memory, or a Zarr directory that an interrupted run continues."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pinprick.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.cascade.block_march import BlockMarch

Attributes = Mapping[str, Mapping[str, str | float]]
Fields = Mapping[str, NDArray[np.float32]]
DIMS = ("time", "z", "y", "x")


class Memory:
    """Keeps every time in memory.

    Args:
        frame: the Dataset without its fields.
        attributes: of each field.
    """

    written = 0

    def __init__(self, frame: xr.Dataset, attributes: Attributes) -> None:
        self._data, self._attributes = frame, attributes
        self._fields: dict[str, NDArray[np.float32]] = {}

    def restore(self, march: BlockMarch) -> int:
        """Return the number of sessions already applied, which is none."""
        return 0

    def put(self, index: int, fields: Fields, march: BlockMarch, session: int) -> None:
        """Keep the fields of one time."""
        for name, values in fields.items():
            if name not in self._fields:
                self._fields[name] = np.empty((self._data.sizes["time"], *values.shape), dtype=np.float32)
            self._fields[name][index] = values

    def finish(self, closing: Mapping[str, object]) -> xr.Dataset:
        """Return the Dataset."""
        known = self._attributes
        data = self._data.assign({name: (DIMS, values, known[name]) for name, values in self._fields.items()})
        data.attrs.update(closing)
        return data


def checkpoint_of(path: Path) -> Path:
    """Return the file beside a Zarr directory that holds where its run stopped."""
    return path.with_name(f".{path.name}.checkpoint.npz")


def open_store(path: Path, frame: xr.Dataset, attributes: Attributes, fingerprint: str) -> Store:
    """Return a store at a path, new or where an interrupted run of the same settings left it.

    Raises:
        MissingExtraError: Zarr is not installed.
        InputError: there is something else, or a run of other settings.
    """
    if find_spec("zarr") is None:
        raise MissingExtraError(
            "writing .zarr needs the zarr package, which is not installed",
            file=str(path),
            remedy=f"pip install pinprick[zarr], or write NetCDF: {path.with_suffix('.nc')}",
        )
    checkpoint = checkpoint_of(path)
    begun = False
    if path.exists() and not checkpoint.exists():
        raise InputError("there is already something of that name", file=str(path), remedy="name another file")
    if path.exists():
        with np.load(checkpoint) as saved:
            begun = bool(saved["y"].size)
            if str(saved["fingerprint"]) != fingerprint:
                raise InputError(
                    "an interrupted run of other settings is there",
                    file=str(path),
                    remedy="give the settings it was begun with, delete it, or name another file",
                )
    store = Store(path, attributes, fingerprint)
    if not begun:
        store.begin(frame)
    return store


class Store:
    """A Zarr directory with one chunk for each field and time, and a checkpoint beside it."""

    def __init__(self, path: Path, attributes: Attributes, fingerprint: str) -> None:
        self._path, self._attributes, self._fingerprint = path, attributes, fingerprint
        self.written = 0
        self._arrays: dict[str, Any] = {}

    def begin(self, frame: xr.Dataset) -> None:
        """Write what does not change in time."""
        # The checkpoint first: what is killed while it writes can then be told from a stranger's file.
        self._save({"session": 0, "y": np.empty(0)})
        frame.to_zarr(self._path, mode="w", zarr_format=3, consolidated=False)

    def restore(self, march: BlockMarch) -> int:
        """Bring a march to where the last run stopped, and return how many sessions have been applied."""
        with np.load(checkpoint_of(self._path)) as saved:
            if saved["y"].size:
                self.written = int(saved["written"])
                march.y, march.drift = saved["y"], saved["drift"]
                march.day, march.step = float(saved["day"]), float(saved["step"])
                march.steps, march.rejections = int(saved["steps"]), int(saved["rejections"])
            return int(saved["session"])

    def put(self, index: int, fields: Fields, march: BlockMarch, session: int) -> None:
        """Write the fields of one time, and only then that they are there."""
        import zarr

        group = zarr.open_group(self._path, mode="r+")
        times = group["time"].shape[0]  # type: ignore[union-attr]
        for name, values in fields.items():
            if name not in self._arrays:
                self._arrays[name] = (
                    group[name]
                    if name in group
                    else group.create_array(
                        name,
                        shape=(times, *values.shape),
                        chunks=(1, *values.shape),
                        dtype="float32",
                        dimension_names=list(DIMS),
                        fill_value=np.float32("nan"),
                        attributes=dict(self._attributes[name]),
                    )
                )
            self._arrays[name][index] = values
        self.written = index + 1
        self._save(
            {
                "session": session,
                "y": march.y,
                "drift": march.drift,
                "day": march.day,
                "step": march.step,
                "steps": march.steps,
                "rejections": march.rejections,
            }
        )

    def _save(self, values: Mapping[str, Any]) -> None:
        target = checkpoint_of(self._path)
        part = target.with_name(f"{target.stem}.part.npz")
        np.savez(part, fingerprint=self._fingerprint, written=self.written, **values)
        os.replace(part, target)  # noqa: PTH105 - one word for what must be atomic

    def finish(self, closing: Mapping[str, object]) -> xr.Dataset:
        """Close the store and return it as a Dataset that reads from it."""
        import xarray as xr
        import zarr

        zarr.open_group(self._path, mode="r+").attrs.update(dict(closing))  # type: ignore[arg-type]
        checkpoint_of(self._path).unlink()
        data: xr.Dataset = xr.open_zarr(self._path, chunks=None, consolidated=False)
        return data
