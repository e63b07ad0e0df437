"""What a person proves themselves with beside the password, their invitations, where they are signed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SecondFactor(models.Model):
    """An app that shows codes, a passkey, or one recovery code; never erased, only ended."""

    class Kind(models.TextChoices):
        TOTP = "totp"
        PASSKEY = "passkey"
        RECOVERY = "recovery"

    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True)  # the person's own word for it
    # TOTP: the secret, encrypted; passkey: its public credential; recovery code: a keyed digest
    secret = models.TextField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken away, or a recovery code used
    used_at = models.DateTimeField(null=True)
    # the last 30-second step (TOTP) or signature count (passkey) taken: an earlier one is a replay
    counter = models.BigIntegerField(default=0)
    SEALED = ("id", "person_id", "kind", "name", "secret", "added_at", "ended_at")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(kind="totp", ended_at__isnull=True),
                name="one_code_app_of_a_person",
            ),
        )


class Invitation(models.Model):
    """A link with which a person sets their own password, once and for a time; kept as a digest."""

    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)


class Visit(models.Model):
    """One signing in; it lasts as long as its session does."""

    person = models.ForeignKey("organisations.Person", on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    proof = models.CharField(max_length=20)  # password, totp, passkey, recovery
    address = models.CharField(max_length=60, blank=True)
    browser = models.CharField(max_length=300, blank=True)
    SEALED = ()

    class Meta:
        ordering = ("-id",)
