"""The five axes of every setting, with one set of random draws shared by all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade import Course, Response, local_injury, response
from pinprick.device import Device, device
from pinprick.evidence import Ledger
from pinprick.injury import EarlyCourse, Injury, Technique, early, puncture
from pinprick.outcome import improvement, indication, reference_technique, risks
from pinprick.planning.adjunct import adjuncts
from pinprick.planning.case import Case
from pinprick.planning.choice import Axes
from pinprick.planning.quote import course_price
from pinprick.planning.settings import Settings
from pinprick.skin import LAYERS, Layer, Skin, Zone, describe

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]
PIH = "post_inflammatory_hyperpigmentation"
_DERMIS = tuple(LAYERS.index(layer) for layer in (Layer.PAPILLARY_DERMIS, Layer.RETICULAR_DERMIS))
# Below this many percent neither of two techniques makes collagen that can be compared.
_LEAST_PERCENT = 0.01


@lru_cache(maxsize=256)
def _solved(course: Course, follow_up_days: float, draws: int, seed: int) -> tuple[Response, Ledger]:
    """Return the healing response of one course and what it draws on: no person enters it, so all cases share it."""
    with evidence.recording() as ledger:
        found = response([course], follow_up_days=follow_up_days, draws=draws, seed=seed)
    return found, ledger


def modality_of(head: Device, added: Sequence[str]) -> str:
    """Return the outcome model's name of needling with a device and adjuncts."""
    base = {"radiofrequency": "rf_microneedling", "home_roller": "home_roller"}.get(head.device_class, "microneedling")
    return "_plus_".join([base, *(adjuncts()[id].outcome for id in added)])


@dataclass(slots=True)
class Evaluation:
    """Predicts settings; everything that settings share is computed once.

    Attributes:
        case: the case.
        draws, seed: as everywhere.
    """

    case: Case
    draws: int
    seed: int
    _skins: dict[Zone, Skin] = field(default_factory=dict)
    _injuries: dict[tuple[str, Technique], Injury] = field(default_factory=dict)
    _dermal: dict[tuple[str, Technique], Array] = field(default_factory=dict)
    _early: dict[tuple[str, Technique], EarlyCourse] = field(default_factory=dict)
    _references: dict[str, tuple[Device, float, int] | None] = field(default_factory=dict)
    _felt: dict[tuple[str, tuple[float, ...], int], tuple[float, float, float]] = field(default_factory=dict)
    _responses: dict[Course, Response] = field(default_factory=dict)

    def renewed(self) -> Evaluation:
        """Return one that keeps what is dear, skin and healing responses, and forgets single techniques."""
        return Evaluation(self.case, self.draws, self.seed, _skins=self._skins, _responses=self._responses)

    @property
    def techniques_kept(self) -> int:
        """Number of techniques whose injury is kept."""
        return len(self._injuries)

    def skin(self, zone: Zone) -> Skin:
        """Return the person's skin in a zone."""
        if zone not in self._skins:
            person = self.case.patient.person()
            self._skins[zone] = describe(zone, person, draws=self.draws, seed=self.seed)
        return self._skins[zone]

    def injury(self, head: Device, technique: Technique) -> Injury:
        """Return the injury of a technique."""
        key = (head.id, technique)
        if key not in self._injuries:
            self._injuries[key] = puncture(self.skin(technique.zone), head, technique)
        return self._injuries[key]

    def early(self, head: Device, technique: Technique) -> EarlyCourse:
        """Return the early course of a technique."""
        key = (head.id, technique)
        if key not in self._early:
            self._early[key] = early(self.injury(head, technique))
        return self._early[key]

    def prepare(self, courses: Sequence[Course]) -> None:
        """Solve the healing response of every course that is not solved yet, on a grid of local injury."""
        record = indication(self.case.concern.indication)
        reference = reference_technique(record.id)
        if record.coupling == "none" or reference is None:
            return
        follow_up = evidence.value("outcome.full_follow_up_days")
        wanted = [course for course in courses if course not in self._responses]
        if len(wanted) == 1:
            self._responses[wanted[0]], ledger = _solved(wanted[0], follow_up, self.draws, self.seed)
            evidence.replay(ledger)
        elif wanted:
            # Many at once share their sessions with one another.
            solved = response(wanted, follow_up_days=follow_up, draws=self.draws, seed=self.seed)
            self._responses.update(dict.fromkeys(wanted, solved))

    def relative_gain(self, head: Device, techniques: Sequence[Technique], course: Course) -> Array | None:
        """Return the collagen gain over that of the reference technique, mean over the zones by area, shape (draws,).

        Both over the same course: what more sessions add comes from the trials and would otherwise count twice.
        """
        found = self.relative_gains([(head, tuple(techniques))], course)
        return None if found is None else np.asarray(found[0])

    def relative_gains(self, rows: Sequence[tuple[Device, tuple[Technique, ...]]], course: Course) -> Array | None:
        """Return `relative_gain` of many techniques over one course, shape (n, draws); None where nothing couples."""
        references = {head.device_class: self._reference(head.device_class) for head, _ in rows}
        solved = self._responses.get(course)
        if solved is None or any(found is None for found in references.values()):
            return None
        wanted: dict[tuple[str, Technique], Device] = {}
        pairs: list[list[tuple[tuple[str, Technique], tuple[str, Technique]]]] = []
        for head, techniques in rows:
            usual, length, passes = references[head.device_class] or (head, 0.0, 0)
            pairs.append([])
            for technique in techniques:
                same = Technique(technique.zone, length, passes)
                pairs[-1].append(((head.id, technique), (usual.id, same)))
                wanted[(head.id, technique)], wanted[(usual.id, same)] = head, usual
        place = {key: row for row, key in enumerate(wanted)}
        # One call for all techniques: the interpolation costs the same for one row as for hundreds.
        injured = np.array([self._dermal_injury(head, key[1]) for key, head in wanted.items()])
        layers = [solved.collagen_gain(injured[:, layer], course) for layer in range(injured.shape[1])]
        gains = np.maximum(np.mean(layers, axis=0), _LEAST_PERCENT)
        weight = self._weights(rows[0][1])
        top = np.array([[place[key] for key, _ in row] for row in pairs])
        bottom = np.array([[place[key] for _, key in row] for row in pairs])
        return np.asarray(np.einsum("nzd,z->nd", gains[top] / gains[bottom], weight))

    def persistence(self, head: Device, techniques: Sequence[Technique], course: Course) -> Array | None:
        """Return the share of a session's myofibroblast peak that is left when the last session begins, shape (draws,).

        Of the dermal layers the mean, of the zones the most; None where no healing is simulated for the indication.
        """
        solved = self._responses.get(course)
        if solved is None:
            return None
        shares = [
            np.mean([solved.myofibroblast_persistence(d, course) for d in self._dermal_injury(head, technique)], axis=0)
            for technique in techniques
        ]
        return np.asarray(np.max(shares, axis=0))

    def _reference(self, device_class: str) -> tuple[Device, float, int] | None:
        if device_class not in self._references:
            found = reference_technique(self.case.concern.indication, device_class)
            self._references[device_class] = (
                None if found is None else (device(found.device), found.needle_length_mm, found.pass_count)
            )
        return self._references[device_class]

    def _dermal_injury(self, head: Device, technique: Technique) -> Array:
        """Return local injury of the two dermal layers, shape (2, draws)."""
        key = (head.id, technique)
        if key not in self._dermal:
            self._dermal[key] = local_injury(self.injury(head, technique))[:, list(_DERMIS)].T
        return self._dermal[key]

    def _weights(self, techniques: Sequence[Technique]) -> Array:
        """Return each zone's share of the area treated, shape (zones,)."""
        area = np.array([evidence.value(f"planning.area.{technique.zone.value}") for technique in techniques])
        return np.asarray(area / area.sum())

    def downtime(self, head: Device, techniques: Sequence[Technique]) -> Array:
        """Return the downtime of one session, that of the slowest zone, shape (draws,)."""
        return np.asarray(np.max([self.early(head, technique).downtime_days for technique in techniques], axis=0))

    def pain(self, head: Device, techniques: Sequence[Technique]) -> Array:
        """Return the worst pain, under the anaesthetic the clinic uses, shape (draws,)."""
        bare = self.case.clinic.anaesthetic == "none" or head.device_class == "home_roller"
        felt = [self.early(head, technique) for technique in techniques]
        worst = [one.pain_without_anaesthetic_0_10 if bare else one.pain_0_10 for one in felt]
        return np.asarray(np.max(worst, axis=0))

    def felt(self, item: Settings, zones: tuple[Zone, ...]) -> tuple[float, float, float]:
        """Return median downtime of a session in days, median pain 0-10, and burden of a session in mm."""
        key = (item.device.id, item.lengths_mm, item.pass_count)
        if key not in self._felt:
            techniques = item.techniques(zones)
            self._felt[key] = (
                float(np.median(self.downtime(item.device, techniques))),
                float(np.median(self.pain(item.device, techniques))),
                self.burden(item.device, techniques),
            )
        return self._felt[key]

    def burden(self, head: Device, techniques: Sequence[Technique]) -> float:
        """Return the median injured depth of tissue of one session, in mm, mean over the zones by area."""
        found = []
        for technique in techniques:
            injury = self.injury(head, technique)
            cut = np.trapezoid(injury.injured_fraction, injury.depth_mm, axis=1)
            burnt = np.sum(injury.coagulated_fraction_by_layer * injury.skin.thickness_mm, axis=1)
            found.append(float(np.median(cut + burnt)))
        return float(np.dot(found, self._weights(techniques)))


def evaluate(
    case: Case, settings: Sequence[Settings], *, draws: int, seed: int, progress: Progress | None = None
) -> tuple[Axes, Evaluation, tuple[bool, ...]]:
    """Return the axes of every setting.

    Args:
        case: the case.
        settings: what to predict.
        draws: how many.
        seed: explicit seed; all settings share their random numbers.
        progress: called with a stage and the fraction done.

    Returns:
        The axes, the evaluation (for the details of the chosen one), and for each setting whether any trial supports
        a number of its improvement.
    """
    tell = progress or (lambda stage, fraction: None)
    one = Evaluation(case, draws, seed)
    tell("healing", 0.0)
    one.prepare(tuple(dict.fromkeys(item.course for item in settings)))
    tell("candidates", 0.0)
    zones = tuple(case.concern.zones)
    felt = np.array([one.felt(item, zones) for item in settings]).reshape(-1, 3)
    gain, supported = _improvements(case, one, settings, tell)
    sessions = np.array([item.course.sessions for item in settings], dtype=float)
    pih = {key: _pih(case, key, draws, seed) for key in {modality_of(item.device, item.adjuncts) for item in settings}}
    axes = Axes(
        improvement=gain,
        downtime=sessions * felt[:, 0],
        downtime_session=felt[:, 0],
        pih=np.array([pih[modality_of(item.device, item.adjuncts)] for item in settings]),
        pain=felt[:, 1],
        price=_prices(case, settings),
        burden=sessions * felt[:, 2],
    )
    tell("candidates", 1.0)
    return axes, one, supported


def _improvements(
    case: Case, one: Evaluation, settings: Sequence[Settings], tell: Progress
) -> tuple[Array, tuple[bool, ...]]:
    """Return the improvement of every setting, shape (n, draws), and whether trials support a number."""
    concern, zones = case.concern.concern(), tuple(case.concern.zones)
    groups: dict[tuple[str, Course], list[int]] = {}
    for row, item in enumerate(settings):
        groups.setdefault((modality_of(item.device, item.adjuncts), item.course), []).append(row)
    found = np.zeros((len(settings), one.draws))
    supported = np.zeros(len(settings), dtype=bool)
    for done, ((modality, course), rows) in enumerate(groups.items()):
        ratio = one.relative_gains([(settings[row].device, settings[row].techniques(zones)) for row in rows], course)
        percent = improvement(
            concern,
            modality,
            sessions=course.sessions,
            interval_days=course.interval_days,
            relative_gain=ratio,
            draws=one.draws,
            seed=one.seed,
        )
        tell("candidates", (done + 1) / len(groups))
        if percent.size == 0:
            continue
        found[rows] = percent
        supported[rows] = True
    return found, tuple(bool(item) for item in supported)


def _pih(case: Case, modality: str, draws: int, seed: int) -> float:
    found = [risk for risk in risks(modality, case.patient.phototype, draws=draws, seed=seed) if risk.name == PIH]
    return float(np.median(found[0].probability)) if found else 0.0


def _prices(case: Case, settings: Sequence[Settings]) -> Array:
    known: dict[tuple[str, Course, tuple[str, ...]], float | None] = {}
    for item in settings:
        key = (item.device.device_class, item.course, item.adjuncts)
        if key not in known:
            known[key] = course_price(case, item.device, item.course, item.adjuncts)
    prices = [known[(item.device.device_class, item.course, item.adjuncts)] for item in settings]
    return np.array([np.nan if price is None else price for price in prices])
