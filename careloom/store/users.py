"""Users: who may sign in, in which role, with which licence."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q

from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.licence import Licence
from careloom.store.models import ROLES, User, place

__all__ = ["Licence", "Users"]


@dataclass(frozen=True)
class Users:
    """The users of one organisation."""

    keys: Keys

    def create(
        self,
        username: str,
        *,
        role: str,
        name: str = "",
        password: str | None = None,
        licence: Licence | None = None,
    ) -> str:
        """A new user's id. Without a password nobody can sign in as this user.

        Raises InputError for a role we don't know, a username that is taken, or a password that is too weak.
        """
        if role not in ROLES:
            raise InputError(f"the role must be one of {', '.join(ROLES)}")
        if password is not None:
            _must_be_strong(password)
        user_id = new_id()
        try:
            with writing():
                User.objects.create(
                    id=user_id,
                    organisation=self.keys.organisation,
                    username=username,
                    password=make_password(password),
                    sealed_name=self.keys.seal((name or username).encode(), place("user", user_id, "name")),
                    role=role,
                    licence_state=licence.state if licence else "",
                    licence_number=licence.number if licence else "",
                    licence_expiry=licence.expiry if licence else None,
                )
        except IntegrityError:
            raise InputError("that username is taken") from None
        return str(user_id)

    def set_password(self, username: str, password: str) -> None:
        """Give a user a new password; sessions under the old one end. Raises InputError."""
        _must_be_strong(password)
        with writing():
            changed = User.objects.filter(organisation=self.keys.organisation, username=username).update(
                password=make_password(password)
            )
        if not changed:
            raise InputError("unknown user")

    def reviewer(self, user: str) -> Reviewer:
        """An active user, by username or id, as the nouns know them. Raises InputError for an unknown one."""
        by = Q(username=user)
        with suppress(ValueError):
            by |= Q(pk=UUID(user))
        found = User.objects.filter(by, organisation=self.keys.organisation, is_active=True).first()
        if found is None:
            raise InputError("unknown user")
        return found.reviewer()

    def all(self) -> tuple[Reviewer, ...]:
        """Every active user, by username."""
        rows = User.objects.filter(organisation=self.keys.organisation, is_active=True).order_by("username")
        return tuple(row.reviewer() for row in rows)


def _must_be_strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise InputError("; ".join(error.messages)) from None
