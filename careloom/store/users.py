"""Users: who may sign in, in which role, with which licence."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import Q, QuerySet
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from careloom.care.access import ROLES
from careloom.care.document import Reviewer
from careloom.errors import InputError, Refused
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked, One, Row
from careloom.store.database import hold, writing
from careloom.store.ids import new_id
from careloom.store.licence import Licence
from careloom.store.models import User, place
from careloom.store.once import once

__all__ = ["Account", "Licence", "Users"]

ADMINISTRATOR = "administrator"
# The name of the lock of those who count administrators (any number that nothing else holds).
_ADMINISTRATORS = 0xAD31
# What a user's row says of the person.
PERSON = (
    "id",
    "organisation",
    "username",
    "sealed_name",
    "role",
    "licence_state",
    "licence_number",
    "licence_expiry",
    "licence_independent",
    "licence_multistate",
)
_ACTIVE = Asked(
    lambda organisation: (
        User.objects.filter(organisation=organisation, is_active=True)
        .order_by("username")
        .values_list(*PERSON)
    )
)
# All of it.
WHOLE = tuple(one.attname for one in User._meta.concrete_fields)
_ROW = Asked(lambda user: User.objects.filter(pk=user).values_list(*WHOLE))
_NAMED = Asked(
    lambda organisation, ids: User.objects.filter(organisation=organisation, pk__in=ids).values_list(*PERSON)
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account: may she sign in, does she have a password, when did she last, her licence with its own word on its scope, and
    the language that she chose ("" where none), and since when there is the account."""

    id: str
    username: str
    role: str
    active: bool
    has_password: bool
    last: datetime | None
    licence: Licence | None
    independent: bool
    language: str = ""
    created: datetime | None = None


@dataclass(frozen=True)
class Users:
    """The users of one organisation."""

    keys: Keys
    # Whom the rows of everybody active told of last, by a hash of these rows and of what the site says of licences.
    _told: dict[int, tuple[Reviewer, ...]] = field(default_factory=dict, repr=False, compare=False)

    def create(
        self,
        username: str,
        *,
        role: str,
        name: str = "",
        password: str | None = None,
        licence: Licence | None = None,
        independent: bool = False,
    ) -> str:
        """A new user's id. Without a password nobody can sign in as this user; `independent` is the licence's own word on its scope.

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
                    licence_independent=independent,
                    licence_multistate=bool(licence and licence.multistate),
                )
        except IntegrityError:
            raise InputError("that username is taken") from None
        return str(user_id)

    def first_administrator(self, username: str) -> str:
        """The administrator of a site that has none; her id. She has no password until she chooses one.

        Raises Refused where there is one, InputError for a username that is taken.
        """
        with writing():
            hold(_ADMINISTRATORS)
            if self._administrators().exists():
                raise Refused("this site has an administrator; she adds others")
            return self.create(username, role=ADMINISTRATOR)

    def would_take(self, password: str) -> bool:
        """Whether the site's rules would take a password like this one; nothing is changed."""
        try:
            _must_be_strong(password)
        except InputError:
            return False
        return True

    def activate(self, username: str, active: bool) -> str:
        """Let somebody sign in, or no longer; her id. Raises InputError for an unknown one, Refused for the last administrator."""
        with writing():
            hold(_ADMINISTRATORS)
            found = self._named(username)
            if not active:
                self._must_not_be_the_last(found)
            User.objects.filter(pk=found.pk).update(is_active=active)
        return str(found.pk)

    def set_role(self, username: str, role: str) -> str:
        """Give somebody another role; her id. Raises InputError for an unknown user or role, Refused for the last administrator."""
        if role not in ROLES:
            raise InputError(f"the role must be one of {', '.join(ROLES)}")
        with writing():
            hold(_ADMINISTRATORS)
            found = self._named(username)
            if role != ADMINISTRATOR:
                self._must_not_be_the_last(found)
            User.objects.filter(pk=found.pk).update(role=role)
        return str(found.pk)

    def set_licence(self, username: str, licence: Licence | None, *, independent: bool) -> str:
        """Enter a licence as it is now (renewed, another state's), or none; her id. What she signed keeps the one she signed with.

        Raises InputError for an unknown user.
        """
        with writing():
            found = self._named(username)
            User.objects.filter(pk=found.pk).update(
                licence_state=licence.state if licence else "",
                licence_number=licence.number if licence else "",
                licence_expiry=licence.expiry if licence else None,
                licence_independent=independent and licence is not None,
                licence_multistate=bool(licence and licence.multistate),
            )
        return str(found.pk)

    def accounts(self) -> tuple[Account, ...]:
        """Everybody's account, by username."""
        rows = User.objects.filter(organisation=self.keys.organisation).order_by("username")
        return tuple(
            Account(
                str(row.pk),
                row.username,
                row.role,
                row.is_active,
                row.has_usable_password(),
                row.last_login,
                Licence(row.licence_state, row.licence_number, row.licence_expiry, row.licence_multistate)
                if row.licence_expiry
                else None,
                row.licence_independent,
                row.language,
                row.created,
            )
            for row in rows
        )

    def account(self, username: str) -> User:
        """The row of an active user, for the door that signs her in. Raises InputError for an unknown one."""
        found = self._named(username)
        if not found.is_active:
            raise InputError("unknown user")
        return found

    def welcome(self, username: str) -> str:
        """The last part of a link with which somebody chooses her password, after the site's address.

        It dies when she has chosen one, has signed in, or after a day.
        """
        user = self.account(username)
        who = urlsafe_base64_encode(force_bytes(user.pk))
        return f"welcome/{who}/{default_token_generator.make_token(user)}"

    def _named(self, username: str) -> User:
        found = User.objects.filter(organisation=self.keys.organisation, username=username).first()
        if found is None:
            raise InputError("unknown user")
        return found

    def _must_not_be_the_last(self, found: User) -> None:
        others = self._administrators().exclude(pk=found.pk)
        if found.role == ADMINISTRATOR and not others.exists():
            raise Refused("the last administrator stays: make another one first")

    def _administrators(self) -> QuerySet[User]:
        return User.objects.filter(organisation=self.keys.organisation, role=ADMINISTRATOR, is_active=True)

    def set_password(self, username: str, password: str) -> None:
        """Give a user a new password; sessions under the old one end. Raises InputError."""
        _must_be_strong(password)
        with writing():
            changed = User.objects.filter(organisation=self.keys.organisation, username=username).update(
                password=make_password(password)
            )
        if not changed:
            raise InputError("unknown user")

    def set_language(self, user: str, language: str) -> None:
        """In which language a user (id) reads the pages; "" follows the browser."""
        with writing():
            User.objects.filter(organisation=self.keys.organisation, pk=user).update(language=language)

    def reviewer(self, user: str) -> Reviewer:
        """An active user, by username or id, as the nouns know them. Raises InputError for an unknown one."""
        by = Q(username=user)
        with suppress(ValueError):
            by |= Q(pk=UUID(user))
        found = User.objects.filter(by, organisation=self.keys.organisation, is_active=True).first()
        if found is None:
            raise InputError("unknown user")
        return found.reviewer()

    def names(self, users: Iterable[str]) -> Mapping[str, str]:
        """The names of these users (ids), active or not; what is no id of ours has none."""
        ids: set[One] = set()
        for one in users:
            with suppress(ValueError):
                ids.add(UUID(one))
        rows = map(_person, _NAMED.rows(self.keys.organisation, ids))
        return {str(row.pk): row.reviewer().name or row.username for row in rows}

    def all(self) -> tuple[Reviewer, ...]:
        """Every active user, by username."""
        return once(("users", self.keys.organisation), self._active)

    def _active(self) -> tuple[Reviewer, ...]:
        rows = tuple(_ACTIVE.rows(self.keys.organisation))
        mark = hash(
            (rows, settings.CARELOOM_INDEPENDENT_PRACTICE, tuple(settings.CARELOOM_LICENCE_STATES.items()))
        )
        found = self._told.get(mark)
        if found is None:
            found = tuple(_person(row).reviewer() for row in rows)
            self._told.clear()
            self._told[mark] = found
        return found


def row_of(user: UUID) -> User | None:
    """The row of somebody who is signed in, whichever organisation's; None for one that there isn't."""
    found = _ROW.first(user)
    return User.from_db(connection.alias, WHOLE, found) if found is not None else None


def _person(row: Row) -> User:
    return User.from_db(connection.alias, PERSON, row)


def _must_be_strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise InputError("; ".join(error.messages)) from None
