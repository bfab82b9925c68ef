"""Signed in: the session as it stands in the database, and who asks by it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from careloom.store.models import User
from careloom.store.signins import session_of, standing

# A session is renewed where it was so long ago, or a tenth of its idle minutes: it may end so much sooner after the last request,
# and never later.
RENEWED = timedelta(seconds=30)
# What so many sessions say is kept read; the session itself is asked for each time.
OPENED = 2_000


class SessionStore(db.SessionStore):
    """Django's sessions in the database, which know until when they stand."""

    until: datetime | None = None

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = session_of(self.session_key or "", timezone.now())
        if row is None:
            self._session_key = None
        self.until = row.expire_date if row is not None else None
        return row

    def stands(self, said: Mapping[str, Any], until: datetime) -> None:
        """It was read elsewhere, and says this until then."""
        self._session_cache = dict(said)
        self.until = until

    def is_to_renew(self) -> bool:
        """Whether it was asked for, and last renewed so long ago that its idle minutes begin anew now."""
        if not self.accessed or self.until is None:
            return False
        lasts = timedelta(seconds=self.get_expiry_age())
        return self.until - timezone.now() < lasts - min(RENEWED, lasts / 10)


@lru_cache(maxsize=OPENED)
def _proven(said: str, password: str) -> Mapping[str, Any] | None:
    """What a session says, where its signature is ours and it began with the password that its person has: so for the same words always."""
    told = SessionStore().decode(said)
    begun = told.get(HASH_SESSION_KEY, "")
    return told if constant_time_compare(begun, User(password=password).get_session_auth_hash()) else None


def person_of(request: HttpRequest) -> User | None:
    """Who asks by her session, as that and her row stand at this moment, asked in one statement; None for anybody else.

    Where that doesn't tell (no session, another password since, an ended account), Django's own way decides.
    """
    session = request.session
    found = standing(session.session_key, timezone.now()) if session.session_key else None
    if found is not None and isinstance(session, SessionStore):
        said, until, user = found
        told = _proven(said, user.password)
        if (
            told is not None
            and told.get(SESSION_KEY) == str(user.pk)
            and told.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
            and user.is_active
        ):
            session.stands(told, until)
            return user
    known = get_user(request)
    return known if isinstance(known, User) else None
