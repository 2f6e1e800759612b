"""The digest of everything the posterior rests on: when it changes, the shipped posterior is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from pinprick import evidence
from pinprick.calibration.healing_data import healing_data
from pinprick.calibration.healing_prior import candidates, prior
from pinprick.calibration.healing_screening import unchanged_room
from pinprick.calibration.healing_simulation import simulate
from pinprick.cascade.network import CONSTANTS, DEFINITIONS, DERIVED, IMPULSE, REACTIONS, STATES
from pinprick.device import device


def healing_digest() -> str:
    """Return the SHA-256 of the measurements as used, of every record they are simulated with, and of the network.

    Words that do not enter a number (titles, notes, sources) may change without making the posterior stale.
    """
    digest = hashlib.sha256()
    for line in (*_measured(), *_records(), *_network()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _measured() -> Iterator[str]:
    for item in healing_data():
        settings = sorted((name, str(value)) for name, value in item.how.settings.items())
        numbers = (item.value, item.sd, item.discrepancy_factor)
        yield repr((item.id, item.study, item.scale, item.how.model, item.how.factor, settings, numbers))
        if "device" in item.how.settings:
            yield repr(device(str(item.how.settings["device"])))


def _records() -> Iterator[str]:
    yield from (repr((id, prior(id).value, prior(id).spread)) for id in candidates())
    with evidence.recording() as ledger:
        simulate(healing_data(), {id: np.full(1, prior(id).value) for id in candidates()}, 1, seed=0)
        for name in ("study_sd", "discrepancy_sd"):
            evidence.parameter(f"mechanism.{name}")
        unchanged_room()
    found = evidence.parameters()
    yield from (repr((id, found[id].value, found[id].spread)) for id in sorted(ledger.parameters))


def _network() -> Iterator[str]:
    for part in (CONSTANTS, DERIVED, DEFINITIONS, IMPULSE):
        yield repr(sorted(part.items()))
    for state in STATES:
        yield repr((state.symbol, state.rest))
    for reaction in REACTIONS:
        yield repr((reaction.rate, sorted(reaction.changes.items())))
