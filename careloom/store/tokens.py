"""Tokens for machines: shown once, kept as a hash, limited in time and in what they may."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection

from careloom.care.scopes import SCOPES
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import StoredToken, User
from careloom.store.users import PERSON

# By these letters scanners of leaked secrets know one.
PREFIX = "careloom_token_"
MOST_DAYS = 366
# When it was used last is written so often at most.
USED_EVERY = timedelta(minutes=1)
_COLUMNS = ("id", "name", "scopes", "made", "ends", "used", "revoked", "user_id")
_USER = (*PERSON, "is_active")
# A machine asks with each request: the token and its holder as they stand at this moment, in one statement.
_KNOWN = Asked(
    lambda organisation, digest: StoredToken.objects.filter(
        organisation=organisation, digest=digest
    ).values_list(*_COLUMNS, *(f"user__{one}" for one in _USER)),
    again=True,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret: whose it is (user id and name), for what, until when, and when it was used last."""

    id: str
    name: str
    user: str
    username: str
    scopes: tuple[str, ...]
    made: datetime
    ends: datetime
    used: datetime | None
    revoked: datetime | None

    def open(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and now < self.ends


@dataclass(frozen=True)
class Tokens:
    """The tokens of one organisation."""

    keys: Keys

    def add(
        self, name: str, *, user: str, scopes: Iterable[str], now: datetime, days: int
    ) -> tuple[Token, str]:
        """A new token of an active user (a user name), and its secret, which nobody can see again.

        Raises InputError for a name that is taken, an unknown user or scope, or a time that is too long.
        """
        wanted = tuple(dict.fromkeys(scopes))
        unknown = [one for one in wanted if one not in SCOPES]
        if unknown or not wanted:
            raise InputError(f"a scope is one of {', '.join(SCOPES)}", where="--scope")
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"a token lives from 1 to {MOST_DAYS} days", where="--days")
        owner = User.objects.filter(
            organisation=self.keys.organisation, username=user, is_active=True
        ).first()
        if owner is None:
            raise InputError("unknown user", where="--user")
        secret = PREFIX + secrets.token_urlsafe(32)
        row = StoredToken(
            id=new_id(),
            organisation=self.keys.organisation,
            user=owner,
            name=name,
            digest=_digest(secret),
            scopes=" ".join(wanted),
            made=now,
            ends=now + timedelta(days=days),
        )
        try:
            with writing():
                row.save(force_insert=True)
        except IntegrityError:
            raise InputError("that name is taken by another token", where="NAME") from None
        return _token(row), secret

    def known(self, secret: str, now: datetime) -> tuple[Token, User] | None:
        """The token of this secret with its user, where it is open and the user is active; that it was used is kept."""
        if not secret.startswith(PREFIX):
            return None
        found = _KNOWN.first(self.keys.organisation, _digest(secret))
        if found is None:
            return None
        row_id, *said, user_id = found[: len(_COLUMNS)]
        user = User.from_db(connection.alias, _USER, found[len(_COLUMNS) :])
        token = Token(str(row_id), said[0], str(user_id), user.username, tuple(said[1].split()), *said[2:])
        if not user.is_active or not token.open(now):
            return None
        if token.used is None or now - token.used > USED_EVERY:
            with writing():
                StoredToken.objects.filter(pk=row_id).update(used=now)
        return token, user

    def all(self) -> tuple[Token, ...]:
        """Every token, the newest first."""
        rows = StoredToken.objects.filter(organisation=self.keys.organisation).select_related("user")
        return tuple(_token(row) for row in rows.order_by("-made", "-id"))

    def revoke(self, token: str, now: datetime) -> Token:
        """End a token (its name). Raises InputError for one that there isn't."""
        with writing():
            rows = StoredToken.objects.filter(organisation=self.keys.organisation, name=token)
            rows.filter(revoked=None).update(revoked=now)
            row = rows.select_related("user").first()
        if row is None:
            raise InputError("there is no token of this name", where="NAME")
        return _token(row)


def _digest(secret: str) -> str:
    # The secret is 256 bits of chance: nobody finds it from a plain hash.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _token(row: StoredToken) -> Token:
    return Token(
        str(row.id),
        row.name,
        str(row.user_id),
        row.user.username,
        tuple(row.scopes.split()),
        row.made,
        row.ends,
        row.used,
        row.revoked,
    )
