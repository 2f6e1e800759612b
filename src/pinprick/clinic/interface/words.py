"""Words of the domain in the reader's language: verdicts, zones and views of the chart."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pinprick.skin import Zone

VERDICT_LABELS: dict[str, Promise] = {
    "proceed": _("May be treated"),
    "conditions": _("May be treated under conditions"),
    "not-before": _("Not yet"),
    "refer": _("Ask a specialist first"),
    "do-not-treat": _("Must not be treated"),
}
VERDICT_TONES: dict[str, str] = {
    "proceed": "good",
    "conditions": "warn",
    "not-before": "warn",
    "refer": "note",
    "do-not-treat": "bad",
}
ZONE_LABELS: dict[str, Promise] = {
    Zone.FOREHEAD: _("Forehead"),
    Zone.GLABELLA: _("Between the brows"),
    Zone.TEMPLE: _("Temple"),
    Zone.PERIORBITAL: _("Around the eye"),
    Zone.CHEEK: _("Cheek"),
    Zone.NOSE: _("Nose"),
    Zone.UPPER_LIP: _("Upper lip"),
    Zone.CHIN: _("Chin"),
    Zone.JAWLINE: _("Jawline"),
    Zone.NECK: _("Neck"),
    Zone.SCALP: _("Scalp"),
    Zone.CHEST: _("Chest"),
    Zone.ABDOMEN: _("Abdomen"),
    Zone.UPPER_ARM: _("Upper arm"),
    Zone.THIGH: _("Thigh"),
    Zone.BACK: pgettext_lazy("part of the body", "Back"),
    Zone.PALM: _("Palm"),
}
VIEW_LABELS: dict[str, Promise] = {
    "face-front": _("Face, front"),
    "face-left": _("Face, left side"),
    "face-right": _("Face, right side"),
    "body-front": _("Body, front"),
    "body-back": _("Body, back"),
}
