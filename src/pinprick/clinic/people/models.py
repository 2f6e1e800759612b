"""Who works here: organisations, sites, users and memberships; and the base of everything an organisation owns."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.people.identifiers import uuid7
from pinprick.clinic.people.roles import Role, holds
from pinprick.clinic.people.zones import is_zone


class SecondFactor(models.TextChoices):
    """Whom an organisation lets in only with a second factor."""

    WEIGHTY = "weighty", _("Whoever may approve plans or manage staff")
    EVERYONE = "everyone", _("Everyone")


class Organisation(models.Model):
    """A clinic or group of clinics: the owner of its patients' records."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, help_text=_("Country code, such as GB or US-CA."))
    currency = models.CharField(_("currency"), max_length=3)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    emergency_phone = models.CharField(_("phone out of hours"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    second_factor = models.CharField(
        _("second factor at sign-in"), max_length=10, choices=SecondFactor.choices, default=SecondFactor.WEIGHTY,
        help_text=_("Whoever has none yet sets one up after signing in, before anything else opens."),
    )  # fmt: skip
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class Users(BaseUserManager["User"]):
    """Makes users; a password is hashed by Argon2 and never stored otherwise."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new user; without a password the account cannot be signed in to until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an e-mail address, written in capitals or not."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # Names of a clinic that somebody is about to join, which their password must not be made of.
    context_names: tuple[str, ...] = ()
    # Rights come from memberships alone; what Django asks of its own administration is always refused.
    is_staff = False
    is_superuser = False

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="people_user_email_once")]

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return False: rights come from memberships."""
        return False


class Site(models.Model):
    """A place of treatment with its time zone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[is_zone])
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("usual site"))
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    if TYPE_CHECKING:
        user_id: uuid.UUID
        organisation_id: uuid.UUID
        site_id: uuid.UUID

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "organisation"], name="people_member_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    def may(self, permission: str) -> bool:
        """Return whether the role holds a permission; an unknown permission is a fault of the program."""
        return self.active and holds(self.role, permission)


class Invitation(models.Model):
    """A link by which a colleague sets a password and joins, or a member sets a new password; it serves once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    site = models.ForeignKey(Site, models.PROTECT)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class Tenant(models.Model):
    """Base of everything that belongs to one organisation; PostgreSQL itself keeps organisations apart."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    if TYPE_CHECKING:
        organisation_id: uuid.UUID
        created_by_id: uuid.UUID | None

    class Meta:
        abstract = True
