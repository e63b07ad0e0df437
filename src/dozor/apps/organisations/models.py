"""Places, agencies and the people who act for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac


class Area(models.Model):
    """An administrative unit with the dates it existed in this shape.

    A reorganisation closes the row (`valid_to`) and opens another with the same or a new code, so that
    a value of 2010 keeps the place of 2010.
    """

    code = models.CharField(max_length=60)
    name_ru = models.CharField(max_length=200)
    name_be = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    type = models.CharField(max_length=40)
    parent = models.CharField(
        max_length=60, blank=True
    )  # a code: the parent's row may be any of its dated ones
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    # residents as published, for the reader's orientation; denominators with their vintage are values
    population = models.PositiveIntegerField(null=True)
    population_on = models.DateField(null=True)
    area_km2 = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ("position", "code")
        constraints = (
            models.UniqueConstraint(fields=("code", "valid_from"), name="area_once"),
            models.UniqueConstraint(
                fields=("code",), condition=Q(valid_to__isnull=True), name="area_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="area_dates_in_order",
            ),
        )


class AreaType(models.Model):
    """A kind of administrative unit: oblast, district."""

    code = models.CharField(max_length=40, unique=True)
    name_ru = models.CharField(max_length=120)
    name_be = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        ordering = ("id",)


class Agency(models.Model):
    """An organisation that exists, with the executor roles it plays and the areas it serves."""

    code = models.CharField(max_length=60, unique=True)
    name_ru = models.CharField(max_length=300)
    name_be = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    short_ru = models.CharField(max_length=120)
    short_be = models.CharField(max_length=120)
    short_en = models.CharField(max_length=120)
    roles = models.JSONField(default=list)
    areas = models.JSONField(default=list)
    parent = models.CharField(max_length=60, blank=True)
    position = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("position", "code")


class Role(models.TextChoices):
    """What a person may do; which places and agencies it concerns follows from their agency."""

    DISTRICT_SPECIALIST = "district-specialist"
    OBLAST_SPECIALIST = "oblast-specialist"
    OBLAST_COORDINATOR = "oblast-coordinator"
    MINISTRY_FOCAL_POINT = "ministry-focal-point"
    NATIONAL_ANALYST = "national-analyst"
    NATIONAL_APPROVER = "national-approver"
    MINISTRY_READER = "ministry-reader"  # of the Ministry of Health
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class PeopleManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login__iexact=username)


class Person(AbstractBaseUser):
    """Someone who signs in."""

    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=40, choices=Role.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="people")
    is_active = models.BooleanField(default=True)
    # wrong second factors since `wrong_since`: after some of them the door stays shut for a while
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    wrong_since = models.DateTimeField(null=True)

    objects = PeopleManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    # what the journal seals: rights, not the time of the last visit
    SEALED = ("id", "login", "name", "role", "agency_id", "is_active", "password")

    class Meta:
        ordering = ("login",)
        constraints = (
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | Q(role=Role.ADMINISTRATOR), name="acts_for_an_agency"
            ),
        )

    def __str__(self) -> str:
        return self.login

    def get_full_name(self) -> str:
        return self.name

    def check_password(self, raw_password: str) -> bool:
        """As Django's own, but the kept hash is renewed by an act of its own only: the journal seals it."""
        return check_password(raw_password, self.password)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end by themselves when password, role, agency or the account's state changes."""
        told = f"{self.password}|{self.role}|{self.agency_id}|{self.is_active}"
        salt = "dozor.apps.organisations.models.Person"
        return salted_hmac(salt, told, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # Django's own permissions are not used
        return False


# Django looks for an app's models here
from dozor.apps.organisations.deputy_models import Deputy  # noqa: E402
from dozor.apps.organisations.factor_models import Invitation, SecondFactor, Visit  # noqa: E402

__all__ = [
    "Agency",
    "Area",
    "AreaType",
    "Deputy",
    "Invitation",
    "Person",
    "Role",
    "SecondFactor",
    "Visit",
]
