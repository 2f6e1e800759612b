"""Forms of the smaller pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.treatment.fields import known_devices
from pinprick.clinic.treatment.services import LONGEST_ADDENDUM
from pinprick.clinic.treatment.udi import LONGEST


class ReasonForm(forms.Form):
    """Why a session is not treated."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


class AddendumForm(forms.Form):
    """What is added to a signed session."""

    text = forms.CharField(
        label=_("Addendum"),
        max_length=LONGEST_ADDENDUM,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_ADDENDUM}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class RecallForm(forms.Form):
    """The lot that is sought."""

    lot = forms.CharField(label=_("Lot"), max_length=20)


class StockForm(forms.Form):
    """Cartridges taken in."""

    code = forms.CharField(
        label=_("Code"), max_length=LONGEST, help_text=_("Scan one of them, or type what is printed under its code.")
    )
    count = forms.IntegerField(label=_("How many of this lot"), min_value=1, max_value=500, initial=1)
    name = forms.CharField(label=_("What it is called"), max_length=120, required=False)
    device = forms.ChoiceField(label=_("For which device"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = sorted((said(item.name), id) for id, item in known_devices().items())
        self.fields["device"].choices = [("", _("not stated")), *((id, name) for name, id in listed)]  # type: ignore[attr-defined]
