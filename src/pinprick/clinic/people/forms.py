"""What people type about themselves and their clinic."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.models import Membership, Organisation, Site, User
from pinprick.clinic.people.roles import Role
from pinprick.clinic.people.territories import currencies, territories


def zones() -> list[tuple[str, str]]:
    """Return the time zones by continent and town, for a choice."""
    return [
        (name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name and name[:3] != "Etc"
    ]


class NewPassword(forms.Form):
    """A password of at least fifteen characters; a password manager may fill it in."""

    # Whoever has an account already gives the password they have, which is compared and not judged.
    is_new = True
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
        strip=False,
        help_text=_("At least 15 characters. A few words in a row are easy to keep in mind."),
    )

    def for_user(self) -> User:
        """Return whom the password is for, so that it is not their name or their clinic's."""
        given = {name: self.cleaned_data.get(name, "") for name in ("name", "email", "organisation", "site")}
        user = User(name=given["name"], email=given["email"])
        user.context_names = (given["organisation"], given["site"])
        return user

    def clean(self) -> dict[str, Any]:
        """Refuse what is too short, too common or too like the name."""
        given = super().clean() or self.cleaned_data
        if self.is_new and given.get("password"):
            try:
                password_validation.validate_password(given["password"], self.for_user())
            except ValidationError as fault:
                self.add_error("password", fault)
        return given


class FirstRun(NewPassword):
    """The clinic, its first site and its owner."""

    organisation = forms.CharField(label=_("Name of the clinic"), max_length=200)
    jurisdiction = forms.ChoiceField(label=_("Country"), choices=lambda: territories(get_language()))
    currency = forms.ChoiceField(label=_("Currency"), choices=lambda: currencies(get_language()))
    site = forms.CharField(
        label=_("First site"), max_length=200, help_text=_("A place of treatment, such as a street or town.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone of the site"), choices=zones)
    phone = forms.CharField(
        label=_("Phone that patients call"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = [  # noqa: RUF012
        "organisation",
        "jurisdiction",
        "currency",
        "site",
        "time_zone",
        "phone",
        "name",
        "email",
        "password",
    ]


class Invite(forms.Form):
    """A colleague to be invited."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    site = forms.ModelChoiceField(label=_("Usual site"), queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisation.sites.order_by("name")

    def clean_email(self) -> str:
        """Refuse whoever is a member already."""
        email = str(self.cleaned_data["email"]).lower()
        if Membership.objects.filter(organisation=self.organisation, user__email__iexact=email).exists():
            raise ValidationError(
                _("This person is a member already; make a link for a new password in the list instead.")
            )
        return email


class Join(NewPassword):
    """What an invited person types."""

    def __init__(self, *args: Any, user: User, elsewhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.is_new = user, not elsewhere

    def for_user(self) -> User:
        """Return whom the password is for."""
        return self.user


class Change(forms.ModelForm[Membership]):
    """A member's role and usual site."""

    class Meta:
        model = Membership
        fields: ClassVar = ["role", "site"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.instance.organisation.sites.order_by("name")


class Clinic(forms.ModelForm[Organisation]):
    """The clinic's own particulars."""

    jurisdiction = forms.ChoiceField(label=_("Country"), choices=lambda: territories(get_language()))
    currency = forms.ChoiceField(label=_("Currency"), choices=lambda: currencies(get_language()))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Organisation
        fields: ClassVar = [
            "name", "jurisdiction", "currency", "phone", "emergency_phone", "language", "second_factor",
        ]  # fmt: skip


class Place(forms.ModelForm[Site]):
    """A site."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    class Meta:
        model = Site
        fields: ClassVar = ["name", "time_zone", "phone", "address"]
        widgets: ClassVar = {"address": forms.Textarea(attrs={"rows": 3})}


class Me(forms.ModelForm[User]):
    """A person's own name."""

    class Meta:
        model = User
        fields: ClassVar = ["name"]
