"""What the gallery shows: each component with examples of what it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from pinprick.clinic.interface.fields import IsoDateField, Segments, SliderInput, UnitInput
from pinprick.clinic.interface.icons import ICONS
from pinprick.clinic.interface.words import VERDICT_LABELS
from pinprick.skin import Zone


class Example(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="Given names", max_length=60)
    born = IsoDateField(label="Date of birth", help_text="Year, month, day.")
    depth = forms.DecimalField(label="Needle length", widget=UnitInput("mm"), localize=True, max_value=Decimal(3))
    passes = forms.IntegerField(label="Passes", widget=SliderInput(1, 8, 1))
    interval = forms.FloatField(label="Interval", widget=SliderInput(2, 12, 0.5, "weeks"), required=False)
    pregnant = forms.ChoiceField(
        label="Pregnant or breastfeeding",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=Segments,
    )
    goals = forms.MultipleChoiceField(
        label="What should change",
        choices=[("scars", "Acne scars"), ("lines", "Fine lines"), ("pores", "Pores")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    device = forms.ChoiceField(label="Device", choices=[("pen", "Pen, 36 needles"), ("roller", "Roller, 192 needles")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    informed = forms.BooleanField(label="Told about redness for two to three days", required=False)


WRONG = {"name": "", "born": "31/02/1990", "depth": "4,5", "passes": "3", "interval": "4", "device": "pen"}
RIGHT = {"name": "Ana", "born": "1990-02-28", "depth": "1.5", "passes": "3", "interval": "4", "device": "pen"}


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what the gallery's template needs."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return {
        "icons": list(ICONS),
        "banner": [("Number", "1042"), ("Born", "1990-02-28 (36)"), ("Phototype", "IV")],
        "verdicts": list(VERDICT_LABELS),
        "tones": ["good", "warn", "bad", "note", "accent", ""],
        "form": Example(initial=RIGHT | {"pregnant": "unknown"}),
        "wrong": Example(WRONG, prefix=None, auto_id="wrong_%s"),
        "tabs": [("Components", request.path), ("Offline page", "/interface/offline"), ("Health", "/health")],
        "steps": [("Intake", "/interface/gallery"), ("Screening", "/interface/gallery"), ("Plan", ""), ("Consent", "")],
        "timeline": [
            {
                "at": at,
                "title": "Session 2 signed",
                "text": "Cheeks, 1.5 mm, 3 passes",
                "who": "Dr Ruiz",
                "tone": "good",
            },
            {"at": at, "title": "Screening changed", "text": "Isotretinoin stopped on 1 February", "tone": "warn"},
            {"at": at, "title": "Plan approved", "who": "Dr Ruiz"},
        ],
        "facts": [("Phototype", "IV"), ("Keloids", None), ("Medicines", "Doxycycline 100 mg\nVitamin D")],
        "differences": [
            ("Needle length, cheek", "1.0 mm", "1.5 mm"),
            ("Interval", "6 weeks", "4 weeks"),
            ("Topical", None, "Vitamin C 10 %"),
            ("Forehead", "0.5 mm", None),
        ],
        "page": Paginator(range(230), 20).get_page(5),
        "zones": list(Zone),
        "started": datetime.now(UTC) - timedelta(minutes=46),
        "notes": {Zone.CHEEK: "1.5 mm × 3", Zone.FOREHEAD: "0.5 mm × 2", Zone.ABDOMEN: "2.0 mm × 4"},
        "selected": [Zone.CHEEK, Zone.FOREHEAD, Zone.ABDOMEN],
    }
