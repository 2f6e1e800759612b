"""How the gain depends on the number of sessions, their spacing and the time since the last."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import recording, replay

Array = NDArray[np.float64]


def session_gain(sessions: int, scale: Array | float) -> Array:
    """Return the gain each session adds, diminishing, as shares of what endless sessions would give.

    The sum over n sessions is 1 - exp(-n / scale).

    Args:
        sessions: number of sessions.
        scale: sessions after which 63 percent is reached, a number or shape (draws,).

    Returns:
        Shape (draws, sessions), or (1, sessions) for a number.
    """
    reached = 1.0 - np.exp(-np.arange(sessions + 1) / np.atleast_1d(np.asarray(scale, dtype=np.float64))[:, None])
    return np.asarray(np.diff(reached, axis=1))


def session_days(sessions: int, interval_days: float) -> Array:
    """Return the day of each session, the first being day 0, shape (sessions,)."""
    return np.arange(sessions, dtype=np.float64) * np.float64(interval_days)


def gain_at(days: Array, given_days: Array, scale: Array | float, maturation_days: Array | float) -> Array:
    """Return the gain reached at given days of a course; each session's share matures exponentially.

    Args:
        days: days from the first session, shape (t,).
        given_days: day of each session, shape (sessions,).
        scale: see `session_gain`.
        maturation_days: time in which 63 percent of one session's gain appears, a number or shape (draws,).

    Returns:
        Share of what endless sessions would give, shape (draws, t).
    """
    added = session_gain(len(given_days), scale)
    slowness = np.atleast_1d(np.asarray(maturation_days, dtype=np.float64))[:, None, None]
    age = np.maximum(0.0, np.asarray(days)[None, :, None] - np.asarray(given_days)[None, None, :])
    return np.asarray(np.sum(added[:, None, :] * -np.expm1(-age / slowness), axis=2))


def late_share(sessions: int, interval_days: float, scale: float, maturation_days: Array) -> Array:
    """Return the share of the final gain that comes after the last session, shape of `maturation_days`."""
    days = session_days(sessions, interval_days)
    reached = gain_at(days[-1:], days, scale, maturation_days)[:, 0]
    return np.asarray(1.0 - reached / -np.expm1(-sessions / scale))


def maturation_days(late: Array) -> Array:
    """Return the maturation time that puts a given share of the gain after the last session of the usual course.

    Args:
        late: share of the gain after the last session, shape (draws,).
    """
    grid = np.geomspace(1.0, 400.0, 400)
    sessions = round(evidence.value("outcome.late_gain_reference_sessions"))
    interval = evidence.value("outcome.late_gain_reference_interval_days")
    share = late_share(sessions, interval, evidence.value("outcome.sessions_scale"), grid)
    return np.asarray(np.interp(late, share, grid))


@lru_cache(maxsize=64)
def _time_scales(record: str, draws: int, seed: int) -> tuple[Array, Array, Array, evidence.Ledger]:
    with recording() as ledger:
        scale = evidence.draw(record, draws, seed=seed)
        mature = maturation_days(evidence.draw("outcome.late_gain_fraction", draws, seed=seed))
        steady = evidence.draw("outcome.continuous_scale_days", draws, seed=seed)
    return scale, mature, steady, ledger


def course_draws(draws: int, seed: int, record: str = "outcome.sessions_scale") -> tuple[Array, Array, Array]:
    """Return draws of the sessions scale, the maturation time and the time scale of continuous treatment.

    Args:
        draws: how many.
        seed: explicit seed.
        record: parameter id of the sessions scale.
    """
    scale, mature, steady, ledger = _time_scales(record, draws, seed)
    replay(ledger)
    return scale, mature, steady


def central_course(record: str = "outcome.sessions_scale") -> tuple[float, float, float]:
    """Return the central values of the same three."""
    late = np.array([evidence.value("outcome.late_gain_fraction")])
    return evidence.value(record), float(maturation_days(late)[0]), evidence.value("outcome.continuous_scale_days")


def course_gain(sessions: int, interval_days: float, follow_up_days: float, scale: Array, mature: Array) -> Array:
    """Return the gain of a whole course at its follow-up, shape (draws,)."""
    days = session_days(sessions, interval_days)
    return gain_at(days[-1:] + follow_up_days, days, scale, mature)[:, 0]
