"""How it works in this skin: the simulated course told hour by hour to month by month, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pinprick.injury import Injury
from pinprick.report.cross_section import drawing, section_table
from pinprick.report.figure import Figure
from pinprick.report.healing import Trace
from pinprick.report.time_course import panel_figure
from pinprick.report.words import amount, duration, duration_span, percent, plural, rounded, trimmed


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step of the story.

    Attributes:
        when: when it happens, in words.
        title: what happens.
        phase: phase whose colour it takes.
        text: paragraphs, with this simulation's numbers.
        figures: small charts of the actors named in the text.
    """

    when: str
    title: str
    phase: str
    text: tuple[str, ...]
    figures: tuple[Figure, ...]


def chapters(traces: dict[str, Trace], injury: Injury | None, sessions: Sequence[float]) -> tuple[Chapter, ...]:
    """Return the steps that the dataset can tell, in order.

    Args:
        traces: simulated courses by label.
        injury: predicted microchannels, where known.
        sessions: days of the sessions.
    """
    first = {label: trace.until(_horizon(trace, sessions)) for label, trace in traces.items()}
    told = [
        _needling(injury),
        _alarm(first, sessions),
        _closing(first),
        _clearing(first),
        _supply(first),
        _building(first),
        _matrix(traces, sessions),
        _hair(traces, injury),
    ]
    return tuple(chapter for chapter in told if chapter is not None)


def _horizon(trace: Trace, sessions: Sequence[float]) -> float:
    """Only the time before the second session belongs to the story of one healing."""
    return sessions[1] * 0.9995 if len(sessions) > 1 else float(trace.time_days[-1])


def _figures(traces: dict[str, Trace], *labels: str, sessions: Sequence[float] = ()) -> tuple[Figure, ...]:
    return tuple(panel_figure("story", traces[label], sessions) for label in labels if label in traces)


def _peak(trace: Trace) -> str:
    low, mid, high = trace.peak_day()
    return f"{duration(mid)} ({duration_span(low, high)})"


def _needling(injury: Injury | None) -> Chapter | None:
    if injury is None:
        return None
    density = float(np.median(injury.puncture_density_per_cm2))
    depth = np.quantile(injury.penetration_mean_mm, (0.05, 0.5, 0.95))
    share = float(np.median(injury.plexus_share))
    opened = 100 * float(np.median(injury.stratum_corneum_open_fraction))
    text = [
        f"About {rounded(density)} fine channels are made in every square centimetre. They reach "
        f"{amount(float(depth[1]))} mm "
        f"on average ({amount(float(depth[0]))} to {amount(float(depth[2]))} mm), less than the "
        f"{trimmed(injury.technique.needle_length_mm)} mm set on the device, because skin gives way. "
        f"Together they open {amount(opened)} % of the surface; the skin between them stays whole.",
        f"About {percent(100 * share)} of them reach the fine vessels under the epidermis. That is where the pinpoint "
        "drops of blood come from, "
        "and it matters: the blood brings platelets.",
    ]
    picture = Figure(
        id="story-channels",
        title="The channels, to scale",
        caption="Grey: the needle as set. Green: channels as predicted. Red: the fine vessels.",
        description="",
        wide=drawing(injury, 340.0),
        table=section_table(injury),
    )
    return Chapter("During the session", "The needle opens microchannels", "haemostasis", tuple(text), (picture,))


def _alarm(traces: dict[str, Trace], sessions: Sequence[float]) -> Chapter | None:
    pdgf, clot = traces.get("PDGF"), traces.get("Fibrin clot")
    if pdgf is None or clot is None:
        return None
    gone = _first_below(pdgf, 0.5)
    text = [
        "Platelets plug each channel with fibrin and empty their stores: PDGF, which calls repair cells in, and "
        "TGF-β, which tells "
        "them to make collagen. FGF is set free from the tissue around the channel.",
        f"In this simulation half of the PDGF has gone after {gone}, while the fibrin plug, its scaffold, takes "
        f"{_first_below(clot, 0.5)} to shrink by half.",
    ]
    return Chapter(
        "First minutes and hours",
        "Platelets plug and call",
        "haemostasis",
        tuple(text),
        _figures(traces, "PDGF", "Fibrin clot"),
    )


def _first_below(trace: Trace, share: float) -> str:
    """Median and 90 % interval of the time at which what the needle released has fallen to a share of its peak."""
    days = []
    for row in trace.values:
        departure = row - trace.rest
        peak = int(departure.argmax())
        below = np.flatnonzero(departure[peak:] <= share * departure[peak])
        days.append(float(trace.time_days[peak + below[0]]) if below.size else float(trace.time_days[-1]))
    low, mid, high = (float(v) for v in np.quantile(days, (0.05, 0.5, 0.95)))
    return f"{duration(mid)} ({duration_span(low, high)})"


def _reaches(trace: Trace, value: float) -> str | None:
    """Median and 90 % interval of the time at which a rising state reaches a value; None where it mostly does not."""
    days = []
    for row in trace.values:
        start = int(row.argmin())
        above = np.flatnonzero(row[start:] >= value)
        days.append(float(trace.time_days[start + above[0]]) if above.size else np.inf)
    low, mid, high = (float(v) for v in np.quantile(days, (0.05, 0.5, 0.95), method="inverted_cdf"))
    if not np.isfinite(mid):
        return None
    return f"{duration(mid)} ({duration_span(low, high) if np.isfinite(high) else 'some later'})"


def _closing(traces: dict[str, Trace]) -> Chapter | None:
    seal, skin = traces.get("Barrier seal"), traces.get("New epidermis")
    if seal is None or skin is None:
        return None
    sealed, covered = _reaches(seal, 0.9 * seal.rest), _reaches(skin, 0.9 * skin.rest)
    if sealed is None or covered is None:
        return None
    text = [
        f"The mouth of a channel narrows quickly: nine tenths of the barrier is back after {sealed}, left open to the "
        "air. "
        f"New epidermis has covered nine tenths of the channel after {covered}.",
        "Different tests see this closing at different times: water loss recovers first, dye and electrical tests "
        "later. "
        "Until then anything put on the skin goes deeper than usual, which is why aftercare starts with so little.",
    ]
    return Chapter(
        "First day", "The barrier closes", "haemostasis", tuple(text), _figures(traces, "Barrier seal", "New epidermis")
    )


def _clearing(traces: dict[str, Trace]) -> Chapter | None:
    alarm, first, m1, m2 = (
        traces.get(n) for n in ("Inflammatory signal", "Neutrophils", "Macrophages M1", "Macrophages M2")
    )
    if alarm is None or first is None or m1 is None or m2 is None:
        return None
    text = [
        f"Injured cells raise an inflammatory signal that is greatest at {_peak(alarm)}: the skin is red and warm. "
        f"Neutrophils arrive first and are most numerous at {_peak(first)}.",
        f"Macrophages follow. The kind that clears debris is most numerous at {_peak(m1)}, then turns into the kind "
        "that directs repair, "
        f"at {_peak(m2)}. This short inflammation is wanted; strong medicines against it are a question for the "
        "clinician, not for the patient alone.",
    ]
    return Chapter(
        "First days",
        "Clearing up",
        "inflammation",
        tuple(text),
        _figures(traces, "Inflammatory signal", "Neutrophils", "Macrophages M1", "Macrophages M2"),
    )


def _supply(traces: dict[str, Trace]) -> Chapter | None:
    vegf, vessels = traces.get("VEGF"), traces.get("Capillaries")
    if vegf is None or vessels is None:
        return None
    gain = [float(v) for v in np.quantile((vessels.values / vessels.rest).max(axis=1), (0.05, 0.5, 0.95))]
    text = [
        f"VEGF makes small vessels sprout; it is greatest at {_peak(vegf)}. Capillaries are densest at "
        f"{_peak(vessels)}, "
        f"{amount(gain[1])} times as dense as before ({amount(gain[0])} to {amount(gain[2])}), and then thin out again."
    ]
    return Chapter(
        "First two weeks", "New vessels", "proliferation", tuple(text), _figures(traces, "VEGF", "Capillaries")
    )


def _building(traces: dict[str, Trace]) -> Chapter | None:
    cells, strong = traces.get("Fibroblasts"), traces.get("Myofibroblasts")
    if cells is None or strong is None:
        return None
    gain = [float(v) for v in np.quantile((cells.values / cells.rest).max(axis=1), (0.05, 0.5, 0.95))]
    text = [
        f"PDGF and FGF make fibroblasts, the builder cells of the dermis, multiply: up to {amount(gain[1])} times as "
        "many as before "
        f"({amount(gain[0])} to {amount(gain[2])}), at {_peak(cells)}. TGF-β turns some into myofibroblasts, most of "
        f"them at {_peak(strong)}; "
        "these lay down collagen fastest and should leave again.",
        "Sessions too close together would keep them from leaving. That is one reason for the interval between "
        "sessions.",
    ]
    return Chapter(
        "One to four weeks",
        "The builders",
        "proliferation",
        tuple(text),
        _figures(traces, "FGF", "TGF-β3", "Fibroblasts", "Myofibroblasts"),
    )


def _matrix(traces: dict[str, Trace], sessions: Sequence[float]) -> Chapter | None:
    third = traces.get("Collagen III")
    new, mature = traces.get("Collagen I, new"), traces.get("Collagen I, mature")
    if third is None or new is None or mature is None:
        return None
    last = float(third.time_days[-1])
    one, three = (
        [100 * (float(v) - 1) for v in np.quantile(t.values[:, -1], (0.05, 0.5, 0.95))] for t in (mature, third)
    )
    after = f"after {plural(len(sessions), 'session')}" if len(sessions) > 1 else "after one session"
    text = [
        "First comes collagen III, fine and quickly made; over months collagen I, the strong kind, takes over and is "
        "cross-linked. "
        "Elastic fibres are renewed more slowly than anything else.",
        f"At {duration(last)}, {after}, the simulated upper dermis holds {_change(one)} mature collagen I and "
        f"{_change(three)} collagen III "
        "compared with the same skin before. These are simulated tissue figures with little human data behind them, "
        "not a promise of visible change.",
    ]
    figures = _figures(traces, "Collagen III", "Collagen I, new", "Collagen I, mature", "Elastin", sessions=sessions)
    return Chapter("Months", "New collagen", "remodelling", tuple(text), figures)


def _change(change: Sequence[float]) -> str:
    low, mid, high = change
    return f"{mid:+.0f} % ({low:+.0f} to {high:+.0f} %)".replace("-", "−")


def _hair(traces: dict[str, Trace], injury: Injury | None) -> Chapter | None:
    signal = traces.get("Follicle growth signal")
    if signal is None or injury is None or str(injury.technique.zone) != "scalp":
        return None
    text = [
        "On the scalp the same signals reach the hair follicles. The simulated growth signal is greatest at "
        f"{_peak(signal)}. "
        "How much hair this brings is known from trials, not from the simulation."
    ]
    return Chapter("Months", "Hair follicles", "remodelling", tuple(text), _figures(traces, "Follicle growth signal"))
