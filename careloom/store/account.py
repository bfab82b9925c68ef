"""The table of who signs in."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from careloom.care.access import ROLES
from careloom.care.document import Reviewer
from careloom.store.acting import Person, reviewer_of
from careloom.store.row import Row


class UserManager(BaseUserManager["User"]):
    """Finds users of this site's organisation by their name at sign-in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that name. Raises User.DoesNotExist."""
        return self.get(organisation=settings.CARELOOM_ORGANISATION, username=username)


class User(AbstractBaseUser, Row):
    """Somebody who signs in. `username` is unique within the organisation."""

    username = models.CharField(max_length=150)
    sealed_name = models.BinaryField()
    role = models.CharField(max_length=32, choices=[(role, role) for role in ROLES])
    licence_state = models.CharField(max_length=16, blank=True)
    licence_number = models.CharField(max_length=64, blank=True)
    licence_expiry = models.DateField(null=True, blank=True)
    # Whether the licence itself lets an advanced practice nurse or physician assistant practise on their own.
    licence_independent = models.BooleanField(default=False)
    # Whether it is a nurse's multistate licence (care/licensing.py).
    licence_multistate = models.BooleanField(default=False)
    # Of the pages; "" follows her browser.
    language = models.CharField(max_length=8, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "username"], name="one_username"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="a_known_role"),
        ]

    def reviewer(self) -> Reviewer:
        """This user as the nouns know them."""
        return reviewer_of(
            Person(
                self.id,
                self.organisation,
                bytes(self.sealed_name),
                self.role,
                self.licence_state,
                self.licence_number,
                self.licence_expiry,
                self.licence_independent,
                self.licence_multistate,
            )
        )
