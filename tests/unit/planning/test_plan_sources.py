"""A plan lists exactly the sources behind its own numbers and sentences: none is missing and none is idle."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from pinprick import evidence
from pinprick.evidence.posterior import joint_posterior
from pinprick.evidence.store import load, load_records, topics
from pinprick.outcome import own_effects
from pinprick.planning import Case, Plan, plan
from pinprick.planning.screening import allowed_length, screen_for

EXAMPLES = Path(__file__).parents[3] / "examples"
ON = date(2026, 11, 21)
CASES = ("acne-scars", "ablon-2018-face", "budamakuntla-2013-melasma")
# What people wrote themselves has no source record.
OWN = {"clinic"}


@cache
def made(name: str) -> Plan:
    return plan(Case.load(EXAMPLES / f"{name}.toml"), on=ON, draws=20, candidates=200)


def named(part: object) -> set[str]:
    """Return the sources that a record or a value names in itself or in what it holds."""
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        part = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    if isinstance(part, Mapping):
        found = set()
        for name, value in part.items():
            if name == "sources" and isinstance(value, list | tuple):
                found |= {str(item) for item in value}
            elif name == "source" and isinstance(value, str) and value:
                found.add(value)
            else:
                found |= named(value)
        return found
    return set().union(*(named(item) for item in part)) if isinstance(part, list | tuple) else set()


def ids(names: set[str]) -> set[str]:
    return {evidence.source(name).id for name in names - OWN}


def behind_numbers(found: Plan) -> set[str]:
    """Return the sources of every parameter of a plan, of the trials of the fit and of the posterior of healing."""
    parameters = set().union(*(evidence.parameter(id).sources for id in found.parameters))
    return ids(parameters | {source for _, effect in own_effects() for source in effect.sources}
               | set(joint_posterior().sources))  # fmt: skip


def behind_words(found: Plan) -> set[str]:
    """Return the sources of the records that every plan reads: zones, its devices, prices, protocols and the like."""
    read = set()
    for topic in topics("protocols"):
        read |= named(load(f"protocols/{topic}.yaml"))
    for topic in topics("planning"):
        read |= named(load(f"planning/{topic}.yaml"))
    # The devices at hand, and those that stand for the usual technique of their class.
    usual = {str(item["device"]) for item in load_records("outcome/usual_devices.yaml")}
    for device in {*found.case.clinic.devices, *usual}:
        read |= named(load(f"devices/{device}.yaml"))
    # Each device at hand is screened by itself, and each way of needling that is compared.
    for way in ("mechanical", "radiofrequency", "home"):
        read |= named(screen_for(found.case, way, ON))
    for device in found.case.clinic.devices:
        read |= named(allowed_length(found.case, device, ON)[0])
    read |= named(load("comparators/prices.yaml")) | named(load("outcome/side_effects.yaml"))
    return ids(read)


@pytest.mark.parametrize("name", CASES)
def test_no_source_of_what_a_plan_says_is_missing(name):
    found = made(name)
    said = ids(named(dataclasses.replace(found, sources=())))
    assert said - set(found.sources) == set()
    parameters = ids(set().union(*(evidence.parameter(id).sources for id in found.parameters)))
    assert parameters - set(found.sources) == set()


@pytest.mark.parametrize("name", CASES)
def test_every_source_listed_stands_behind_a_number_or_a_sentence_of_the_plan(name):
    found = made(name)
    said = ids(named(dataclasses.replace(found, sources=())))
    idle = set(found.sources) - said - behind_numbers(found) - behind_words(found)
    assert idle == set()
    assert len(found.sources) < len(evidence.sources())


def test_plans_of_different_cases_list_different_sources():
    first, second = (set(made(name).sources) for name in CASES[:2])
    assert first - second and second - first
