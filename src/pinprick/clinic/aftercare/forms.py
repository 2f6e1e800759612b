"""What is asked before a sheet is made."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class Make(forms.Form):
    """In which language, and from when the hours count."""

    language = forms.ChoiceField(label=_("Language of the sheet"), choices=settings.LANGUAGES)
    treated_at = forms.DateTimeField(
        label=_("End of the session (time of the site)"),
        required=False,
        help_text=_("Left empty, the hours count from the end of the session without a date."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
