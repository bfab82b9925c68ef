"""Where people are signed in: each session with its browser, and how one is ended from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredSignIn, User
from careloom.store.users import WHOLE

MOST_WORDS = 300
# So long a session that ended by itself is known as one, so that whoever comes back is told why she was signed out.
TOLD = timedelta(days=7)
_SESSION = tuple(one.attname for one in Session._meta.concrete_fields)
_STANDING = Asked(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(*_SESSION)
)


def _with_person(key: str, now: datetime) -> QuerySet[StoredSignIn, Any]:
    of_it = Session.objects.filter(session_key=OuterRef("session"), expire_date__gt=now)
    said = [Subquery(of_it.values(one)) for one in ("session_data", "expire_date")]
    return StoredSignIn.objects.filter(session=key).values_list(*said, *(f"user__{one}" for one in WHOLE))


_WITH_PERSON = Asked(_with_person, again=True)


def standing(key: str, now: datetime) -> tuple[str, datetime, User] | None:
    """What a session that stands says (as it is kept, unread), until when it stands, and whose it was when it began; in one statement.

    None for one that ended or never was, and for one of which no sign-in is kept.
    """
    found = _WITH_PERSON.first(key, now)
    if found is None or found[0] is None:
        return None
    said, until, *row = found
    return said, until, User.from_db(connection.alias, WHOLE, row)


def session_of(key: str, now: datetime) -> Session | None:
    """The row of a session that stands; None for one that ended or never was."""
    found = _STANDING.first(key, now)
    return Session.from_db(connection.alias, _SESSION, found) if found is not None else None


def ran_out(key: str, now: datetime) -> bool:
    """Whether the session of this key ended by itself, nobody having asked for anything; False for one that stands or was ended."""
    return Session.objects.filter(session_key=key, expire_date__lte=now).exists()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session: whose, in which browser, from which address, how it was opened, since when, last seen when."""

    id: str
    user: str
    session: str
    device: str
    address: str
    way: str
    since: datetime
    seen: datetime


@dataclass(frozen=True)
class SignIns:
    """The sessions of one organisation's people. `user` is a user's id everywhere."""

    keys: Keys

    def began(self, user: str, session: str, *, device: str, address: str, way: str, now: datetime) -> None:
        """Somebody signed in. `way` says how: password, passkey, a code beside a password, an identity provider.

        Sessions that ended by themselves are cleared away here, a week later.
        """
        with writing():
            StoredSignIn.objects.filter(session=session).delete()
            Session.objects.filter(expire_date__lt=now - TOLD).delete()
            self._rows().exclude(session__in=Session.objects.values("session_key")).delete()
            StoredSignIn.objects.create(
                id=new_id(),
                organisation=self.keys.organisation,
                user_id=as_uuid(user, "user"),
                session=session,
                device=device[:MOST_WORDS],
                address=address[:64],
                way=way,
                since=now,
            )

    def of(self, user: str, now: datetime) -> tuple[SignedIn, ...]:
        """Where somebody is signed in at this moment, the newest first."""
        return self._open(self._rows().filter(user_id=as_uuid(user, "user")), now)

    def all(self, now: datetime) -> tuple[SignedIn, ...]:
        """Where everybody is signed in at this moment, the newest first."""
        return self._open(self._rows(), now)

    def _rows(self) -> QuerySet[StoredSignIn]:
        return StoredSignIn.objects.filter(organisation=self.keys.organisation)

    def _open(self, rows: QuerySet[StoredSignIn], now: datetime) -> tuple[SignedIn, ...]:
        found = list(rows.order_by("-since"))
        ends = dict(
            Session.objects.filter(
                session_key__in=[row.session for row in found], expire_date__gt=now
            ).values_list("session_key", "expire_date")
        )
        # A session is renewed by requests, at most half a minute late, and lasts so long from then on.
        lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return tuple(
            SignedIn(
                str(row.id),
                str(row.user_id),
                row.session,
                row.device,
                row.address,
                row.way,
                row.since,
                ends[row.session] - lasts,
            )
            for row in found
            if row.session in ends
        )

    def moved(self, old: str, new: str) -> None:
        """The same session under another key, as after a new password."""
        with writing():
            self._rows().filter(session=old).update(session=new)

    def end(self, user: str, sign_in: str) -> None:
        """End one of somebody's sessions. Raises InputError where it is not hers."""
        rows = self._rows().filter(user_id=as_uuid(user, "user"), pk=as_uuid(sign_in, "session"))
        if not self._end(rows.values_list("session", flat=True)):
            raise InputError("there is no such session")

    def end_all(self, user: str, but: str = "") -> int:
        """End all of somebody's sessions, except the one with this key; how many."""
        rows = self._rows().filter(user_id=as_uuid(user, "user"))
        return self._end(rows.exclude(session=but).values_list("session", flat=True))

    def _end(self, sessions: Iterable[str]) -> int:
        ended = list(sessions)
        with writing():
            Session.objects.filter(session_key__in=ended).delete()
            StoredSignIn.objects.filter(session__in=ended).delete()
        return len(ended)
