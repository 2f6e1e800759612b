"""The sliders of the planning screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.fields import SliderInput
from pinprick.clinic.plans import what_if, wording
from pinprick.clinic.plans.what_if import Limits, Range
from pinprick.device import device
from pinprick.planning import Case, Setting

# At its right end the downtime slider sets no limit.
LONGEST_DOWNTIME = 14.0


def _slider(label: Any, span: Range, unit: Any = "", help_text: Any = "") -> forms.FloatField:
    field = forms.FloatField(
        label=label,
        widget=SliderInput(span.low, span.high, span.step, unit),
        min_value=span.low - 1e-6,
        max_value=span.high + 1e-6,
        help_text=help_text,
    )
    # Django sets the attributes anew from the bounds, which here leave room for rounding.
    field.widget.attrs |= {"min": f"{span.low:g}", "max": f"{span.high:g}", "step": f"{span.step:g}"}
    return field


class Sliders(forms.Form):
    """Device, needle length by zone, passes, sessions, interval, and what the person accepts.

    Args:
        data: what was sent, or None.
        case: the case.
        setting: where the sliders begin.
    """

    def __init__(self, data: Any = None, *, case: Case, setting: Setting) -> None:
        super().__init__(data, initial=self._initial(case, setting))
        self.case = case
        # One device on the sliders at a time: its own ends and steps.
        chosen = str(data.get("device")) if data and data.get("device") in case.clinic.devices else setting.device
        head = device(chosen)
        choices = [(name, said(device(name).name)) for name in case.clinic.devices]
        self.fields["device"] = forms.ChoiceField(label=_("Device"), choices=choices)
        for zone in case.concern.zones:
            self.fields[f"length_{zone.value}"] = _slider(
                _("Needle length, %(zone)s") % {"zone": wording.zone(zone.value).lower()}, what_if.needle(head), "mm"
            )
        self.fields["pass_count"] = _slider(_("Passes"), what_if.passes(head))
        self.fields["sessions"] = _slider(_("Sessions"), what_if.sessions())
        self.fields["interval"] = _slider(
            _("Days between sessions"), what_if.intervals(case.concern.indication), _("days")
        )
        self.fields["downtime"] = _slider(
            _("Downtime accepted after a session"),
            Range(0.0, LONGEST_DOWNTIME, 0.5),
            _("days"),
            _("At the right end there is no limit."),
        )
        self.fields["budget"] = forms.FloatField(
            label=_("Price accepted for the whole course, %(currency)s") % {"currency": case.clinic.currency or ""},
            required=False,
            min_value=0,
            max_value=1e9,
            widget=forms.NumberInput(attrs={"min": "0", "step": "10", "inputmode": "decimal"}),
        )

    @staticmethod
    def _initial(case: Case, setting: Setting) -> dict[str, Any]:
        lengths = {
            f"length_{zone.value}": length
            for zone, length in zip(case.concern.zones, setting.needle_length_mm, strict=True)
        }
        wishes = case.preferences
        return {
            "device": setting.device,
            **lengths,
            "pass_count": setting.pass_count,
            "sessions": setting.sessions,
            "interval": setting.interval_days,
            "downtime": LONGEST_DOWNTIME if wishes.downtime_days is None else wishes.downtime_days,
            "budget": wishes.budget,
        }

    def zones(self) -> list[forms.BoundField]:
        """Return the sliders of needle length."""
        return [self[name] for name in self.fields if name.startswith("length_")]

    def setting(self) -> Setting:
        """Return what the sliders say, each on a step that the device has."""
        given, head = self.cleaned_data, device(self.cleaned_data["device"])
        return Setting(
            device=head.id,
            needle_length_mm=tuple(
                what_if.needle(head).within(given[f"length_{zone.value}"]) for zone in self.case.concern.zones
            ),
            pass_count=round(given["pass_count"]),
            sessions=round(given["sessions"]),
            interval_days=float(round(given["interval"])),
        )

    def limits(self) -> Limits:
        """Return what the person accepts."""
        downtime = self.cleaned_data["downtime"]
        return Limits(None if downtime >= LONGEST_DOWNTIME else downtime, self.cleaned_data["budget"])
