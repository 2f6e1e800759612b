"""What is typed about a patient, checked field by field."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.patients.dates import Partial, partial
from pinprick.clinic.patients.models import Patient, Sex
from pinprick.clinic.people.models import Membership

_PHONE = re.compile(r"\+?[\d ()./\-]{5,39}")
MONTH_FIRST = ("US", "US-CA")
OLDEST_YEAR = 1890


class WrittenDateField(forms.CharField):
    """A whole date written in any usual form: 12/03/1994, 12 mar 1994, 1994-03-12.

    Args:
        month_first: whether 03/12 is the 12th of March.
    """

    def __init__(self, *, month_first: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.month_first = month_first

    def clean(self, value: Any) -> Any:
        """Return the date, or None where nothing was typed."""
        typed = super().clean(value)
        if not typed:
            return None
        found: Partial | None = partial(typed, month_first=self.month_first)
        if found is None:
            raise ValidationError(_("This is not a date. Write for example 12/03/1994 or 12 mar 1994."))
        if found.day is None:
            raise ValidationError(_("The day is missing. Write for example 12/03/1994, or leave it empty."))
        return found.first

    def prepare_value(self, value: Any) -> Any:
        """Show a date so that no day is taken for a month."""
        return value.isoformat() if isinstance(value, date) else value


class PatientForm(forms.Form):
    """Everything the desk and the clinician enter about a person."""

    given_names = forms.CharField(label=_("Given names"), max_length=100)
    family_names = forms.CharField(label=_("Family names"), max_length=100)
    known_as = forms.CharField(label=_("Known as"), max_length=100, required=False)
    birth_date = WrittenDateField(
        label=_("Date of birth"), required=False, help_text=_("Such as 12/03/1994, 12 mar 1994 or 1994-03-12.")
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("Not known")), *Sex.choices],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "inline"}),
        help_text=_("As it bears on the skin and on pregnancy."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    language = forms.ChoiceField(
        label=_("Language of letters and forms"),
        choices=[("", _("As the clinic")), *settings.LANGUAGES],
        required=False,
    )
    phototype = forms.TypedChoiceField(
        label=_("Phototype"),
        choices=[("", _("Not judged")), *((str(n), n) for n in range(1, 7))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Fitzpatrick I to VI, as judged by a clinician."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))
    deceased = forms.BooleanField(label=_("Has died"), required=False)
    deceased_on = WrittenDateField(label=_("Died on"), required=False)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = member.organisation.jurisdiction in MONTH_FIRST
        for name in ("birth_date", "deceased_on"):
            field = self.fields[name]
            assert isinstance(field, WrittenDateField)
            field.month_first = first
        self.fields["given_names"].widget.attrs["autofocus"] = True
        for name in self.fields:
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")

    def clean_phone(self) -> str:
        """Refuse what cannot be dialled."""
        typed: str = self.cleaned_data["phone"]
        if typed and not _PHONE.fullmatch(typed):
            raise ValidationError(_("A phone number has digits only, with a + in front if you like."))
        return typed

    def clean_birth_date(self) -> date | None:
        """Refuse a day that is still to come or too long ago."""
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and born > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if born is not None and born.year < OLDEST_YEAR:
            raise ValidationError(_("Nobody living was born then. Check the year."))
        return born

    def clean(self) -> dict[str, Any]:
        """Refuse a death before birth or in the future, and a date of death of the living."""
        found: dict[str, Any] = super().clean() or {}
        born, died = found.get("birth_date"), found.get("deceased_on")
        if died and (died > timezone.localdate() or (born and died < born)):
            self.add_error("deceased_on", _("This day lies in the future or before birth."))
        if died:
            found["deceased"] = True
        return found


class ChangeForm(PatientForm):
    """The same, with the version of the record that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RestrictForm(forms.Form):
    """Who may see a restricted patient."""

    members = forms.ModelMultipleChoiceField(
        label=_("Who may see this record"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        everyone = Membership.objects.filter(organisation_id=member.organisation_id, active=True)
        field.queryset = everyone.select_related("user").order_by("user__name")


class ImportForm(forms.Form):
    """A record of another system."""

    file = forms.FileField(
        label=_("Record"),
        help_text=_("One patient as a FHIR R4 Bundle (JSON). It is shown to you before anything is saved."),
        widget=forms.ClearableFileInput({"accept": ".json,application/json,application/fhir+json"}),
    )


def initial(patient: Patient) -> dict[str, Any]:
    """Return what the form shows of a patient."""
    return {name: getattr(patient, name) for name in ChangeForm.base_fields}
