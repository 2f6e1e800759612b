"""What staff and patients type about consents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.consent.services import Given

LARGEST_FILE = 20 * 2**20


class Sign(forms.Form):
    """The name, the drawing and the agreement of a person who signs."""

    shown_hash = forms.CharField(widget=forms.HiddenInput)
    path = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Type your name as it stands at the top of the consent.")},
        help_text=_("As it stands at the top of this consent."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words", "spellcheck": "false"}),
    )
    guardian = forms.CharField(
        label=_("Name of the guardian"), max_length=200, required=False,
        help_text=_("The guardian signs in the field below."),
    )  # fmt: skip
    typed_instead = forms.BooleanField(label=_("I sign by typing my name instead of drawing"), required=False)
    agreed = forms.BooleanField(label=_("Yes, I agree"), error_messages={"required": _("Tick this to agree.")})

    def given(self, how: str, user_agent: str) -> Given:
        """Return what was given, for the service that judges it."""
        data: dict[str, Any] = self.cleaned_data
        return Given(how=how, user_agent=user_agent, **data)


class Offer(forms.Form):
    """In which language to ask."""

    language = forms.ChoiceField(label=_("Language of the consent"), choices=settings.LANGUAGES)


class Reason(forms.Form):
    """What was said, if anything."""

    reason = forms.CharField(
        label=_("What was said (need not be given)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Clauses(forms.Form):
    """What a clinic adds to the text, in each language."""

    en = forms.CharField(label=_("In English, a paragraph per line"), required=False, max_length=8000,
                         widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}))  # fmt: skip
    es = forms.CharField(label=_("In Spanish, a paragraph per line"), required=False, max_length=8000,
                         widget=forms.Textarea(attrs={"rows": 5, "lang": "es"}))  # fmt: skip
    note = forms.CharField(label=_("What changed, for the list of versions"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """Ask for both languages or neither: nobody signs less because of the language they read."""
        data = super().clean() or {}
        for name, other in (("en", "es"), ("es", "en")):
            if not self.lines(data.get(name, "")) and self.lines(data.get(other, "")):
                self.add_error(name, _("Write it in this language as well: every patient must read the same."))
        return data

    @staticmethod
    def lines(text: str) -> list[str]:
        """Return the paragraphs of a text."""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def clauses(self) -> dict[str, list[str]]:
        """Return the paragraphs by language; nothing where nothing is added."""
        found = {name: self.lines(self.cleaned_data[name]) for name in ("en", "es")}
        return {name: lines for name, lines in found.items() if lines}


class Verify(forms.Form):
    """A file to be checked."""

    document = forms.FileField(label=_("Signed consent (PDF)"), widget=forms.FileInput(attrs={"accept": ".pdf"}))

    def clean_document(self) -> bytes:
        """Return the bytes of the file."""
        file = self.cleaned_data["document"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than any consent: 20 MB at most."))
        return bytes(file.read())
