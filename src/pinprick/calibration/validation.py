"""The whole validation as one document: every arm, its prediction and scores, and the summary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pinprick import __version__, evidence
from pinprick.calibration.arm_check import fault_of
from pinprick.calibration.cross_validation import Prediction, folds, observations, predict, train
from pinprick.calibration.experiment import compared, experiment_summary
from pinprick.calibration.experiment_file import FiledExperiment, read_experiments
from pinprick.calibration.scoring import Score
from pinprick.calibration.trial_file import FiledArm, read_trials
from pinprick.evidence import Arm
from pinprick.evidence.posterior import posterior_name
from pinprick.outcome import own_effects, scale_named
from pinprick.outcome.responder import response_class

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a validation is run.

    Attributes:
        fold_count: folds that the studies are dealt into.
        draws: draws of each predictive distribution.
        seed: explicit seed.
    """

    fold_count: int = 10
    draws: int = 2000
    seed: int = 0


def validate_trials(
    file: str | Path | None = None,
    *,
    indication: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Predict every arm by fits that have not seen its study, and score the predictions.

    Args:
        file: arms to score; the package's own where None. A study that is on record is predicted without its fold.
        indication: only arms of this indication, as trials name it.
        settings: folds, draws and seed.
        progress: told in words what is being done.

    Raises:
        InputError: the file cannot be used at all.
    """
    chosen = settings or Settings()
    filed = own_arms() if file is None else read_trials(file)
    if indication is not None:
        filed = tuple(item for item in filed if _indication_name(item) == indication)
    predicted = _predicted(filed, chosen, progress or (lambda _: None))
    entries = [_entry(item, predicted.get(place, ())) for place, item in enumerate(filed)]
    return {
        "arms": entries,
        "summary": summary(entries),
        "provenance": provenance(chosen, file, filed),
    }


def validate(
    trials: str | Path | None = None,
    experiments: str | Path | None = None,
    *,
    indication: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Validate against trials and experiments: the package's own where neither is given, else what is given.

    Args:
        trials: file of arms.
        experiments: file of measurements.
        indication: only arms of this indication, as trials name it; then no experiments of the package.
        settings: folds, draws and seed.
        progress: told in words what is being done.

    Raises:
        InputError: a file cannot be used at all.
    """
    chosen = settings or Settings()
    own = trials is None and experiments is None
    given = () if experiments is None else read_experiments(experiments)
    if own or trials is not None:
        found = validate_trials(trials, indication=indication, settings=chosen, progress=progress)
    else:
        found = {"arms": [], "summary": summary([]), "provenance": provenance(chosen, None, ())}
    if own and indication is None:
        given = tuple(FiledExperiment(item.id, item, "") for item in evidence.experiments())
    found["experiments"] = compared(given, seed=chosen.seed, progress=progress)
    found["experiment_summary"] = experiment_summary(found["experiments"])
    return found


def own_arms() -> tuple[FiledArm, ...]:
    """Return the package's arms as if they had been read from a file."""
    return tuple(FiledArm(arm.id, {}, arm, fault_of(arm)) for arm in evidence.arms())


def holds(document: Mapping[str, Any]) -> bool:
    """Whether coverage and skill lie within the limits on record; False where nothing could be scored.

    A document of experiments alone holds when as many are reproduced as arms must be covered.
    """
    found = document["summary"]
    low, high = evidence.value("calibration.lowest_coverage"), evidence.value("calibration.highest_coverage")
    if not found["n_arms"] and document.get("experiments"):
        share = document["experiment_summary"]["share_reproduced"]
        return share is not None and bool(share >= low)
    if not found["n_scored"]:
        return False
    return bool(low <= found["coverage90"] <= high and found["skill"] <= evidence.value("calibration.largest_skill"))


def _indication_name(item: FiledArm) -> str:
    return item.arm.indication if item.arm is not None else str(item.raw.get("indication", ""))


def _predicted(filed: Sequence[FiledArm], settings: Settings, progress: Progress) -> dict[int, tuple[Prediction, ...]]:
    """Return the predictions of every usable arm by its place."""
    printed = {
        place: observations(item.arm) for place, item in enumerate(filed) if item.arm is not None and not item.why_not
    }
    known = {effect.trial for _, effect in own_effects()}
    alias = {place: on_record(item, known) for place, item in enumerate(filed)}
    dealt = folds(known, settings.fold_count, seed=settings.seed)
    found: dict[int, tuple[Prediction, ...]] = {}
    for number, fold in enumerate((*dealt, frozenset[str]()), start=1):
        members = [place for place in printed if (alias[place] in fold if fold else not alias[place])]
        wanted = sorted({item.indication for place in members for item in printed[place]})
        if not wanted:
            continue
        progress(f"fold {number}: fitting {len(wanted)} indications without {len(fold)} studies")
        fitted = train(fold, wanted)
        for place in members:
            found[place] = tuple(
                predict(fitted[item.indication], item, draws=settings.draws, seed=settings.seed)
                for item in printed[place]
            )
    return found


def on_record(item: FiledArm, known: Iterable[str]) -> str:
    """Return the id under which a filed arm's study is on record, or "": by trial id, DOI or title.

    Args:
        item: the filed arm.
        known: study ids on record.
    """
    trials = set(known)
    if item.arm is None:
        return ""
    if item.arm.trial in trials:
        return item.arm.trial
    citation = item.raw.get("citation")
    if not isinstance(citation, Mapping):
        return ""
    doi, title = _plain(citation.get("doi")), _plain(citation.get("title"))
    for arm in evidence.arms():
        source = evidence.source(arm.source)
        if arm.trial in trials and ((doi and doi == _plain(source.doi)) or (title and title == _plain(source.title))):
            return arm.trial
    return ""


def _plain(value: Any) -> str:
    return "".join(letter for letter in str(value or "").lower() if letter.isalnum())


def _entry(item: FiledArm, predictions: tuple[Prediction, ...]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": item.id,
        "trial": item.arm.trial if item.arm is not None else str(item.raw.get("trial", "")),
        "indication": _indication_name(item),
        "has_numbers": _has_numbers(item),
    }
    if not predictions:
        reason = item.why_not or (why_not(item.arm) if item.arm is not None else "")
        return {**entry, **_unscored(item), "scored": False, "why_not": reason, **_no_score(), "secondary": []}
    first, *rest = (_scored(found, item.arm) for found in predictions)
    return {**entry, **first, "secondary": rest}


def _has_numbers(item: FiledArm) -> bool:
    if item.arm is None:
        return bool(item.raw.get("has_numbers"))
    numbers = ((row.final_mean, row.change, row.percent_improvement) for row in item.arm.outcomes)
    return bool(item.arm.responders) or any(number is not None for row in numbers for number in row)


def _unscored(item: FiledArm) -> dict[str, Any]:
    outcomes = item.arm.outcomes if item.arm is not None else ()
    for outcome in outcomes:
        figures = (outcome.final_mean, outcome.change, outcome.percent_improvement)
        figure = next((number for number in figures if number is not None), None)
        if figure is not None:
            return {"scale": outcome.scale, "timepoint": outcome.timepoint, "observed": figure}
    first = outcomes[0] if outcomes else None
    return {
        "scale": first.scale if first else "",
        "timepoint": first.timepoint if first else "",
        "observed": None,
    }


def _no_score() -> dict[str, Any]:
    return dict.fromkeys(("predicted", "covered90", "covered50", "crps", "log_score", "plain"))


def why_not(arm: Arm) -> str:
    """Return why nothing that an arm printed can be predicted.

    Args:
        arm: an arm without a fault and without an observation.
    """
    reasons: dict[str, None] = {}
    for outcome in arm.outcomes:
        name = scale_named(outcome.scale)
        numbers = (outcome.final_mean, outcome.change, outcome.percent_improvement)
        if all(number is None for number in numbers):
            reasons.setdefault(f"{outcome.scale}: no figure")
        elif name is None:
            reasons.setdefault(f"unknown scale: {outcome.scale}")
        else:
            reasons.setdefault(f"{outcome.scale}: {name.why or name.skip or 'the figure is not tied to a baseline'}")
    for key in arm.responders:
        meaning = response_class(arm.trial, key)
        reasons.setdefault(f"responders {key}: {'not a class on record' if meaning is None else meaning.why}")
    return "; ".join(reasons) or "no outcome was printed"


def _scored(found: Prediction, arm: Arm | None) -> dict[str, Any]:
    printed, effect = found.observation, found.observation.effect
    outcomes = arm.outcomes if arm is not None else ()
    row = effect.row or (outcomes[0] if outcomes else None)
    return {
        "scale": row.scale if row is not None else effect.scale,
        "timepoint": row.timepoint if row is not None else "",
        "observed": printed.value,
        "scored": True,
        "why_not": None,
        "predicted": _quantiles(found.model),
        "covered90": found.model.covered90,
        "covered50": found.model.covered50,
        "crps": found.model.crps,
        "log_score": found.model.log_score,
        "plain": {
            **_quantiles(found.plain),
            "crps": found.plain.crps,
            "log_score": found.plain.log_score,
            "covered90": found.plain.covered90,
            "rests_on": found.cell,
        },
        "observed_as": printed.kind,
        "unit": printed.unit,
        "scale_id": effect.scale,
        "baseline": effect.baseline,
        "modality": effect.modality,
        "people": effect.people,
        "spread": printed.spread,
        "counts": dict(printed.counts),
    }


def _quantiles(found: Score) -> dict[str, float]:
    return {name: getattr(found, name) for name in ("median", "p05", "p25", "p75", "p95")}


def summary(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return counts, coverage and mean scores of all arms, and the same by indication.

    Args:
        entries: arms of the document; each counts once, by the first figure it printed.
    """
    names = sorted({str(entry["indication"]) for entry in entries})
    parts = {name: _figures([entry for entry in entries if entry["indication"] == name]) for name in names}
    return {**_figures(entries), "by_indication": parts}


def _figures(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    scored = [entry for entry in entries if entry["scored"]]
    found: dict[str, Any] = {
        "n_arms": len(entries),
        "n_with_numbers": sum(entry["has_numbers"] for entry in entries),
        "n_scored": len(scored),
    }
    means = {
        "coverage90": [entry["covered90"] for entry in scored],
        "coverage50": [entry["covered50"] for entry in scored],
        "crps": [entry["crps"] for entry in scored],
        "crps_plain": [entry["plain"]["crps"] for entry in scored],
        "log_score": [entry["log_score"] for entry in scored],
        "log_score_plain": [entry["plain"]["log_score"] for entry in scored],
    }
    found |= {name: float(np.mean(values)) if values else None for name, values in means.items()}
    return found | {"skill": found["crps"] / found["crps_plain"] if scored else None}


def provenance(settings: Settings, file: str | Path | None, filed: Sequence[FiledArm]) -> dict[str, Any]:
    """Return what the figures rest on.

    Args:
        settings: folds, draws and seed.
        file: the file scored, or None.
        filed: its arms.
    """
    known = {effect.trial for _, effect in own_effects()}
    shared = sorted({on_record(item, known) for item in filed} - {""}) if file is not None else []
    return {
        "version": __version__,
        "posterior": posterior_name(),
        "data": data_digest(),
        "seed": settings.seed,
        "draws": settings.draws,
        "folds": settings.fold_count,
        "split": "by study",
        "trials": "the package's own" if file is None else str(file),
        "trials_sha256": None if file is None else hashlib.sha256(Path(file).read_bytes()).hexdigest(),
        "studies_on_record": shared,
        "crps": "divided by the spread between people on the arm's own scale; lower is better",
        "log_score": "natural logarithm of the predictive density for each spread between people; higher is better",
        "skill": "crps / crps_plain",
    }


def data_digest() -> str:
    """Return the SHA-256 of the data that the outcome model and its observations rest on."""
    from importlib.resources import files

    digest = hashlib.sha256()
    root = files("pinprick.evidence") / "data"
    for folder in ("outcome", "parameters", "trials"):
        for item in sorted(root.joinpath(folder).iterdir(), key=lambda entry: entry.name):
            if item.name.endswith(".yaml") and (folder != "parameters" or item.name in _PARAMETERS):
                digest.update(f"{folder}/{item.name}\0".encode() + item.read_bytes())
    return digest.hexdigest()


_PARAMETERS = ("outcome.yaml", "calibration.yaml")
