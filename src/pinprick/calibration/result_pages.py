"""A page and a figure for each single result of a validation, and a page of small pictures of all, misses first."""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from pinprick import evidence
from pinprick.calibration.experiment_file import read_experiments
from pinprick.calibration.experiment_result import experiment_page, experiment_row
from pinprick.calibration.interval_figure import figure, small
from pinprick.calibration.result_words import escaped, name_of
from pinprick.calibration.study_result import arm_rows, study_page, verdict
from pinprick.calibration.trial_file import read_trials
from pinprick.calibration.validation import own_arms
from pinprick.errors import InputError
from pinprick.evidence import Arm, Experiment


def result_files(
    found: Mapping[str, Any],
    arms: Mapping[str, Arm],
    experiments: Mapping[str, Experiment],
    left_out: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    tables: bool = False,
) -> dict[str, str]:
    """Return every page and figure of a validation, by file name.

    Args:
        found: a validation document: `arms`, `experiments`.
        arms: the arms by id, as far as they could be read.
        experiments: the measurements by id, as far as they could be read.
        left_out: how a calibration without its study predicted a measurement, by id; none where it is not known.
        tables: whether the pages `trials.md` and `experiments.md` stand in the folder above.
    """
    above = {"experiment": "../experiments.md", "study": "../trials.md"}
    back = {
        kind: f"[All results](index.md), [the table]({address})." if tables else "[All results](index.md)."
        for kind, address in above.items()
    }
    made: dict[str, str] = {}
    used = [item for item in found["experiments"] if item["used"]]
    for item in used:
        name = name_of("experiment", item["id"])
        row = experiment_row(item)
        record, without = experiments.get(item["id"]), (left_out or {}).get(item["id"])
        made[f"{name}.md"] = experiment_page(item, record, without, back["experiment"])
        made[f"{name}.svg"] = figure(f"{item['id']}: {'reproduced' if row.agrees else 'missed'}", [row])
        made[f"small-{name}.svg"] = small(row)
    studies = by_study(found["arms"])
    for study, members in studies.items():
        name = name_of("study", study)
        made[f"{name}.md"] = study_page(study, members, arms, back["study"])
        rows = [row for arm in members for row in arm_rows(arm)]
        if rows:
            made[f"{name}.svg"] = figure(f"{study}: {verdict(members)}", rows)
            worst = min((arm for arm in members if arm["scored"]), key=lambda arm: float(arm["log_score"]))
            made[f"small-{name}.svg"] = small(arm_rows(worst)[0])
    return {"index.md": index_page(found, used, studies), **made}


def by_study(arms: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return arms by study, in the order of the document; an arm without a study by its own id."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for arm in arms:
        found.setdefault(arm["trial"] or arm["id"], []).append(arm)
    return found


def index_page(
    found: Mapping[str, Any], used: Sequence[Mapping[str, Any]], studies: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Return the page of small pictures as Markdown.

    Args:
        found: the validation document.
        used: its measurements that were compared.
        studies: its arms by study.
    """
    missed = [item for item in used if not item["covered90"]]
    reproduced = sorted((item for item in used if item["covered90"]), key=lambda item: item["topic"])
    scored = {study: arms for study, arms in studies.items() if any(arm["scored"] for arm in arms)}
    outside = {study: arms for study, arms in scored.items() if verdict(arms) != "inside"}
    lines = [
        "# Every result",
        "",
        "One picture for each published measurement and each trial: what was observed (dot; hollow and red where it is missed) on what",
        "was predicted (tick: median; thick: 50 %; thin: 90 %). Of a trial its least expected arm is shown. Each opens a page with the",
        "figures, the tolerance and its reason, the records and the sources.",
        "",
        *_summary(found, used, studies, scored, outside),
        "",
    ]
    parts = (
        ("Measurements that are missed", [("experiment", item["id"]) for item in missed]),
        ("Trials with an arm outside its 90 % interval", [("study", study) for study in outside]),
        ("Trials whose arms all lie inside", [("study", study) for study in scored if study not in outside]),
        ("Measurements that are reproduced", [("experiment", item["id"]) for item in reproduced]),
    )
    for title, entries in parts:
        if entries:
            lines += [f"## {title} ({len(entries)})", "", *_pictures(entries), ""]
    silent = [study for study in studies if study not in scored]
    if silent:
        lines += [f"## Trials of which no arm is scored ({len(silent)})", ""]
        lines += ["Most print no figure; the page of each says why.", ""]
        lines += [", ".join(f"[{escaped(study)}]({name_of('study', study)}.md)" for study in silent), ""]
    return "\n".join(lines)


def _summary(
    found: Mapping[str, Any],
    used: Sequence[Mapping[str, Any]],
    studies: Mapping[str, Sequence[Mapping[str, Any]]],
    scored: Mapping[str, Sequence[Mapping[str, Any]]],
    outside: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Iterator[str]:
    if studies:
        yield (
            f"- Trials: {len(studies)}, of which {len(scored)} have an arm that is scored; in **{len(outside)}** an arm lies "
            "outside its 90 % interval."
        )
    if used:
        inside = [item for item in used if item["covered90"]]
        own = [item for item in used if not item["same_source"]]
        yield (
            f"- Measurements: {len(found['experiments'])}, of which {len(used)} are compared: {len(inside)} reproduced, "
            f"**{len(used) - len(inside)}** missed."
        )
        yield (
            f"- Prediction in the strict sense, with no source in common: **{len(own)}** of the {len(used)}, "
            f"{sum(bool(item['covered90']) for item in own)} of them reproduced. The others show consistency with what the "
            "model was built from."
        )


def _pictures(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    for kind, id in entries:
        name = name_of(kind, id)
        yield f"[![{escape(id)}](small-{name}.svg)]({name}.md)"


def write_results(
    found: Mapping[str, Any], folder: Path, trials: Path | None = None, experiments: Path | None = None
) -> int:
    """Write the pages and figures of a validation to a folder, and return how many files they are.

    Args:
        found: the validation document.
        folder: made where it is not there; what it holds under the same names is replaced.
        trials: file of arms that was validated, None for the package's own.
        experiments: file of measurements, None for the package's own.

    Raises:
        InputError: the folder cannot be written.
    """
    filed = own_arms() if trials is None else read_trials(trials)
    arms = {item.id: item.arm for item in filed if item.arm is not None}
    if experiments is None:
        records = {item.id: item for item in evidence.experiments()}
    else:
        records = {item.id: item.experiment for item in read_experiments(experiments) if item.experiment is not None}
    made = result_files(found, arms, records)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise InputError(f"the folder cannot be written: {fault.strerror}", file=str(folder)) from None
    return len(made)
