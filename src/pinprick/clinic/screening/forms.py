"""Forms of the screening page: what is considered, a decision, an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pinprick import device, outcome
from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.fields import IsoDateField, UnitInput
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.planning.screening import modality
from pinprick.safety import Concept, Fact, Treatment, products
from pinprick.skin import Zone

ZONES = [(str(zone), label) for zone, label in ZONE_LABELS.items()]
STATUSES = [("current", _("Now")), ("past", _("In the past")), ("planned", _("Planned"))]


def _named(items: Iterable[tuple[str, str]], empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((id, said(name[:1].upper() + name[1:])) for id, name in items)]


def devices() -> list[tuple[str, Any]]:
    """Return every device, for a choice."""
    return _named(((id, device.device(id).name) for id in device.device_ids()), _("Not decided"))


def indications() -> list[tuple[str, Any]]:
    """Return every indication, for a choice."""
    return _named(((id, item.name) for id, item in outcome.indications().items()), _("Not decided"))


def anaesthetics() -> list[tuple[str, Any]]:
    """Return every anaesthetic product, for a choice."""
    return _named([("none", str(_("None"))), *((id, item.name) for id, item in products().items())], _("Not decided"))


class Considered(forms.Form):
    """What treatment is considered, and for which day."""

    on = IsoDateField(label=_("Day of treatment"))
    indication = forms.ChoiceField(label=_("Indication"), choices=indications, required=False)
    device = forms.ChoiceField(label=_("Device"), choices=devices, required=False)
    needle_length_mm = forms.FloatField(
        label=_("Longest needle"), min_value=0.1, max_value=10, required=False, widget=UnitInput(_("mm"))
    )
    anaesthetic = forms.ChoiceField(label=_("Anaesthetic cream"), choices=anaesthetics, required=False)
    area_cm2 = forms.FloatField(
        label=_("Area"), min_value=1, max_value=20000, required=False, widget=UnitInput(_("cm²"))
    )
    zones = forms.MultipleChoiceField(
        label=_("Zones"), choices=ZONES, required=False, widget=forms.CheckboxSelectMultiple
    )

    def treatment(self) -> Treatment:
        """Return what was filled in; to be called once it is valid."""
        given = self.cleaned_data
        return Treatment(
            modality=modality(given["device"]) if given["device"] else "mechanical",
            zones=tuple(Zone(zone) for zone in given["zones"]),
            indication=given["indication"] or None,
            needle_length_mm=given["needle_length_mm"],
            device=given["device"] or None,
            anaesthetic=given["anaesthetic"] or None,
            area_cm2=given["area_cm2"],
        )


def considered(treatment: Treatment, on: date) -> dict[str, Any]:
    """Return what the form shows for a treatment."""
    return {
        "on": on,
        "indication": treatment.indication or "",
        "device": treatment.device or "",
        "needle_length_mm": treatment.needle_length_mm,
        "anaesthetic": treatment.anaesthetic or "",
        "area_cm2": treatment.area_cm2,
        "zones": [zone.value for zone in treatment.zones],
    }


class Again(forms.Form):
    """The day of a session, to screen for it."""

    on = IsoDateField(label=_("Day of the session"))


class Decided(forms.Form):
    """A decision on a finding."""

    choice = forms.CharField(max_length=8, widget=forms.HiddenInput)
    until = IsoDateField(label=_("Put off until"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}))


class Stated(forms.Form):
    """What holds, in answer to a question.

    Args:
        concepts: what may be stated.
    """

    concept = forms.ChoiceField(label=_("What"))
    status = forms.ChoiceField(label=_("When"), choices=STATUSES)
    start = IsoDateField(label=_("From, or on"), required=False)
    end = IsoDateField(label=_("Until"), required=False)
    value = forms.FloatField(label=_("Value"), required=False, min_value=0, max_value=1000)
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, choices=[("", "–"), ("%", "%"), ("mmol/mol", "mmol/mol"), ("1", _("none"))]
    )
    zones = forms.MultipleChoiceField(
        label=_("Where"), choices=ZONES, required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("In their words"), required=False, max_length=200)

    def __init__(self, *args: Any, concepts: tuple[Concept, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {item.id: item for item in concepts}
        choice = self.fields["concept"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(item.id, said(item.label[:1].upper() + item.label[1:])) for item in concepts]
        kinds = {item.kind for item in concepts}
        if "observation" not in kinds:
            del self.fields["value"], self.fields["unit"]
        if kinds <= {"allergy", "observation"}:
            del self.fields["zones"]

    def clean(self) -> dict[str, Any]:
        """Check that the dates agree with one another and with the word."""
        given = super().clean() or self.cleaned_data
        start, end, status = given.get("start"), given.get("end"), given.get("status")
        if start and end and end < start:
            self.add_error("end", _("This lies before the first day."))
        if status == "past" and (when := end or start) and when > timezone.localdate():
            self.add_error("end" if end else "start", _("This day is still to come; choose “Planned”."))
        if status == "planned" and (when := end or start) and when < timezone.localdate():
            self.add_error("end" if end else "start", _("This day has passed; choose “In the past”."))
        return given

    def fact(self) -> Fact:
        """Return what was stated; to be called once it is valid."""
        given = self.cleaned_data
        concept = self.known[given["concept"]]
        start, end = given.get("start"), given.get("end")
        if concept.kind == "procedure":
            # What is done is done on one day.
            start, end = start or end, end or start
        return Fact(
            concept=concept.id,
            status=given["status"],
            start=start,
            end=end,
            text=given.get("text", ""),
            origin="screening",
            zones=tuple(Zone(zone) for zone in given.get("zones", ())),
            value=given.get("value"),
            unit=given.get("unit") or ("1" if given.get("value") is not None else ""),
        )
