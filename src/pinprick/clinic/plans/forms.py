"""The form of a draft, and the way between its fields and the tables of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pinprick import device, evidence, outcome
from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.fields import IsoDateField, UnitInput
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.errors import InputError, InputErrors
from pinprick.planning.quote import session_item
from pinprick.planning.wishes import AXES
from pinprick.safety import products

ZONES = [(str(zone), label) for zone, label in ZONE_LABELS.items()]
WEIGHTS = [
    ("", gettext_lazy("as usual")),
    ("0", gettext_lazy("not at all")),
    ("1", gettext_lazy("somewhat")),
    ("3", gettext_lazy("much")),
]
AXIS_LABELS = {
    "improvement": gettext_lazy("Improvement"),
    "downtime": gettext_lazy("Few days off"),
    "pih": gettext_lazy("Few dark marks"),
    "pain": gettext_lazy("Little pain"),
    "price": gettext_lazy("Low price"),
}
_CONCERN = ("indication", "subtype", "zones", "scale", "baseline", "area_cm2")
_WISHES = ("downtime_days", "pain", "budget", "min_sessions", "max_sessions", "start", "finish_by")
_FIXED = {"fixed_device": "device", "needle_length": "needle_length", "pass_count": "pass_count",
          "fixed_sessions": "sessions", "interval": "interval"}  # fmt: skip
# Price items that a session with a device at hand may be charged as.
PRICE_ITEMS = ("microneedling_session", "radiofrequency_session", "home_roller")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _choices(items: Iterable[tuple[str, str]], empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((id, said(_capital(name))) for id, name in items)]


def _indications() -> list[tuple[str, Any]]:
    return _choices(((id, item.name) for id, item in outcome.indications().items()), _("Choose one"))


def _scales() -> list[tuple[str, Any]]:
    return _choices(((id, item.name) for id, item in outcome.scales().items()), _("Not scored"))


def _subtypes() -> list[tuple[str, Any]]:
    every = dict.fromkeys(name for item in outcome.indications().values() for name in item.subtypes)
    return _choices(((name, name.replace("_", " ")) for name in every), _("Not stated"))


def _devices() -> list[tuple[str, str]]:
    return [(id, said(device.device(id).name)) for id in device.device_ids()]


def _one_device() -> list[tuple[str, Any]]:
    return _choices(_devices(), _("Let the search choose"))


def _anaesthetics() -> list[tuple[str, Any]]:
    return _choices([("none", _("None")), *((id, item.name) for id, item in products().items())], _("Not decided"))


def _adjuncts() -> list[tuple[str, str]]:
    return [(item["id"], said(_capital(item["name"]))) for item in evidence.load_records("planning/adjuncts.yaml")]


class DraftForm(forms.Form):
    """Everything a draft holds; only the title is needed to keep it, the rest to compute it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    indication = forms.ChoiceField(label=gettext_lazy("Indication"), choices=_indications, required=False)
    subtype = forms.ChoiceField(label=gettext_lazy("Type"), choices=_subtypes, required=False)
    zones = forms.MultipleChoiceField(
        label=gettext_lazy("Zones"), choices=ZONES, required=False, widget=forms.CheckboxSelectMultiple
    )
    scale = forms.ChoiceField(label=gettext_lazy("Scale"), choices=_scales, required=False)
    baseline = forms.FloatField(label=gettext_lazy("Score now"), required=False)
    goal = forms.FloatField(
        label=gettext_lazy("Score hoped for"),
        required=False,
        help_text=gettext_lazy("On the same scale; shown beside the prediction."),
    )
    area_cm2 = forms.FloatField(
        label=gettext_lazy("Area"), required=False, min_value=1, max_value=20000, widget=UnitInput(gettext_lazy("cm²"))
    )
    downtime_days = forms.FloatField(
        label=gettext_lazy("Days off accepted"),
        required=False,
        min_value=0,
        max_value=90,
        widget=UnitInput(gettext_lazy("days")),
        help_text=gettext_lazy("After one session, at most."),
    )
    pain = forms.FloatField(
        label=gettext_lazy("Worst pain accepted"),
        required=False,
        min_value=0,
        max_value=10,
        widget=UnitInput(gettext_lazy("of 10")),
    )
    budget = forms.DecimalField(
        label=gettext_lazy("Budget for the course"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    min_sessions = forms.IntegerField(label=gettext_lazy("Fewest sessions"), required=False, min_value=1, max_value=24)
    max_sessions = forms.IntegerField(label=gettext_lazy("Most sessions"), required=False, min_value=1, max_value=24)
    start = IsoDateField(label=gettext_lazy("Not before"), required=False)
    finish_by = IsoDateField(
        label=gettext_lazy("To be over by"), required=False, help_text=gettext_lazy("A wedding, for instance.")
    )
    devices = forms.MultipleChoiceField(
        label=gettext_lazy("Devices at hand"), choices=_devices, required=False, widget=forms.CheckboxSelectMultiple
    )
    anaesthetic = forms.ChoiceField(label=gettext_lazy("Anaesthetic cream"), choices=_anaesthetics, required=False)
    adjuncts = forms.MultipleChoiceField(
        label=gettext_lazy("Can be added"), choices=_adjuncts, required=False, widget=forms.CheckboxSelectMultiple
    )
    off_label = forms.BooleanField(label=gettext_lazy("Consider needles beyond the device's label"), required=False)
    price = forms.DecimalField(
        label=gettext_lazy("Price of a session"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    fixed_device = forms.ChoiceField(label=gettext_lazy("Device"), choices=_one_device, required=False)
    needle_length = forms.FloatField(
        label=gettext_lazy("Needle length"),
        required=False,
        min_value=0.1,
        max_value=10,
        widget=UnitInput(gettext_lazy("mm")),
    )
    pass_count = forms.IntegerField(label=gettext_lazy("Passes"), required=False, min_value=1, max_value=60)
    fixed_sessions = forms.IntegerField(label=gettext_lazy("Sessions"), required=False, min_value=1, max_value=24)
    interval = forms.FloatField(
        label=gettext_lazy("Interval"),
        required=False,
        min_value=1,
        max_value=3650,
        widget=UnitInput(gettext_lazy("days")),
    )
    weight_improvement = forms.ChoiceField(label=AXIS_LABELS["improvement"], choices=WEIGHTS, required=False)
    weight_downtime = forms.ChoiceField(label=AXIS_LABELS["downtime"], choices=WEIGHTS, required=False)
    weight_pih = forms.ChoiceField(label=AXIS_LABELS["pih"], choices=WEIGHTS, required=False)
    weight_pain = forms.ChoiceField(label=AXIS_LABELS["pain"], choices=WEIGHTS, required=False)
    weight_price = forms.ChoiceField(label=AXIS_LABELS["price"], choices=WEIGHTS, required=False)

    def case(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the tables of a case; to be called once the form is valid.

        Args:
            before: tables as they are stored; what the form does not show stays.
        """
        given = self.cleaned_data
        clinic = dict(before.get("clinic") or {})
        clinic |= {name: given[name] for name in ("devices", "adjuncts", "off_label")}
        clinic["anaesthetic"] = given["anaesthetic"] or None
        prices = {id: price for id, price in (clinic.get("prices") or {}).items() if id not in PRICE_ITEMS}
        if given["price"] is not None:
            items = dict.fromkeys(session_item(device.device(id)) for id in given["devices"])
            prices |= dict.fromkeys(items or ("microneedling_session",), float(given["price"]))
        clinic["prices"] = prices
        weights = {axis: float(given[f"weight_{axis}"]) for axis in AXES if given[f"weight_{axis}"] != ""}
        return {
            "concern": _filled({name: given[name] for name in _CONCERN}),
            "preferences": _filled({**{name: given[name] for name in _WISHES}, "weights": weights}),
            "clinic": _filled(clinic),
            "request": _filled({field: given[name] for name, field in _FIXED.items()}),
            **({} if given["goal"] is None else {"goal": given["goal"]}),
        }

    def take_faults(self, fault: InputError) -> None:
        """Show at its field what planning cannot use."""
        for one in fault.problems if isinstance(fault, InputErrors) else (fault,):
            name = _field(one.field or "")
            words = one.message if one.limit is None else f"{one.message} ({_('accepted:')} {one.limit})"
            self.add_error(name if name in self.fields else None, _capital(words))


def _filled(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not left empty, as JSON holds it."""
    kept = {name: value for name, value in table.items() if value not in (None, "", [], {}, False)}
    return {name: value.isoformat() if isinstance(value, date) else _number(value) for name, value in kept.items()}


def _number(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value


def _field(path: str) -> str:
    """Return the form's name for a field of a case."""
    table, _dot, rest = path.partition(".")
    name = rest.partition("[")[0].partition(".")[0]
    if table == "clinic" and name == "prices":
        return "price"
    if table == "request":
        return next((ours for ours, theirs in _FIXED.items() if theirs == name), "")
    if name == "weights":
        return f"weight_{rest.rpartition('.')[2]}"
    return name if table in ("concern", "preferences", "clinic") else table


def initial(title: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for a draft."""
    concern, wishes = case.get("concern") or {}, case.get("preferences") or {}
    clinic, fixed = case.get("clinic") or {}, case.get("request") or {}
    prices = clinic.get("prices") or {}
    return {
        "title": title,
        **{name: concern.get(name) for name in _CONCERN},
        **{name: wishes.get(name) for name in _WISHES},
        **{name: clinic.get(name) for name in ("devices", "adjuncts", "anaesthetic")},
        **{name: fixed.get(field) for name, field in _FIXED.items()},
        **{f"weight_{axis}": _weight((wishes.get("weights") or {}).get(axis)) for axis in AXES},
        "off_label": "on" if clinic.get("off_label") else None,
        "price": next((prices[item] for item in PRICE_ITEMS if item in prices), None),
        "goal": case.get("goal"),
    }


def _weight(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
