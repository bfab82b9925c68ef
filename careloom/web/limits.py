"""Limits: how often in a minute one token or person asks the API, and how often one address gives a wrong password or token.

A wrong word counts for the account it was tried on from there and, at sign-in, for the address; a right one for whoever it is: a
hospital behind one address is held up neither by its own number of people nor by one of them who mistypes.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth

from careloom.care.scopes import scope_of
from careloom.errors import NotLicensed, TooOften
from careloom.store import whence
from careloom.store.models import User
from careloom.store.tokens import Token
from careloom.web import deps, windows
from careloom.web.whence import address_of, guessed, wrong_from

# So many wrong ones in a minute on one account from one address; five lock it there for 15 minutes before that (django-axes).
# What is sent beyond is answered without asking or noting anything.
WRONG_ON_ACCOUNT = 20
# Who came too often: in which minute, and how often was allowed then. So many are kept.
MOST_KEPT = 1_000
_TOO_OFTEN: dict[str, tuple[datetime, int]] = {}


class Machines(HttpBearer):
    """Knows a machine by its token, and lets it do what the token's scopes name: never more than its holder may."""

    openapi_description = (
        "A token made by `careloom token add`; each operation needs the scope that its description names."
    )

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """The token's holder. Raises AuthenticationError for a wrong token, NotLicensed without the scope, TooOften."""
        held, user = holder(request, token)
        count(f"token {held.id}")
        route = request.resolver_match.route if request.resolver_match else ""
        path = "/" + route.removeprefix("api/").replace("<", "{").replace(">", "}").rstrip("/")
        must_hold(held, f"{request.method} {path}")
        return user


class People(SessionAuth):
    """Knows a person by her session, with the CSRF token of her page where something is changed."""

    openapi_description = (
        "The session of the pages' sign-in; what changes something needs the header X-CSRFToken too."
    )

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Who is signed in. Raises TooOften."""
        user = super().authenticate(request, key)
        if not isinstance(user, User) or not windows.fits(request):
            return None
        count(f"user {user.pk}")
        return user


def holder(request: HttpRequest, token: str) -> tuple[Token, User]:
    """A token with its holder, who from now on asks. Raises AuthenticationError for a wrong token, TooOften where too many were."""
    known = deps.pipeline().store.tokens.known(token, timezone.now())
    if known is None:
        must_not_guess(request)
        guessed(request)
        raise AuthenticationError
    held, user = known
    whence.say(through=f"token {held.name}")
    request.user = user
    return held, user


def must_hold(held: Token, operation: str) -> None:
    """Raises NotLicensed where a token's scopes don't reach an operation ("GET /queue")."""
    scope = scope_of(operation)
    if not scope:
        raise NotLicensed("no token reaches this")
    if scope not in held.scopes:
        raise NotLicensed(f"this token lacks the scope {scope}")


def count(who: str) -> None:
    """One request more of this token or person. Raises TooOften."""
    _must(deps.pipeline().store.comings.count(who, timezone.now()), settings.CARELOOM_API_PER_MINUTE)


class Counting:
    """The one count of a request: made beside what the audit log hears of it, in the same transaction, or where nothing was noted.

    Who came too often in this minute is refused before anything is asked, as far as this process saw it.
    """

    def __init__(self, who: str) -> None:
        self.who, self.minute = who, timezone.now().replace(second=0, microsecond=0)
        self.is_made = False
        if _TOO_OFTEN.get(who) == (self.minute, settings.CARELOOM_API_PER_MINUTE):
            raise TooOften(_left())

    def __call__(self) -> None:
        """Count, unless that was done. Raises TooOften; inside a transaction nothing is counted then, and it may be called again."""
        if self.is_made:
            return
        try:
            count(self.who)
        except TooOften:
            if len(_TOO_OFTEN) >= MOST_KEPT:
                _TOO_OFTEN.clear()
            _TOO_OFTEN[self.who] = (self.minute, settings.CARELOOM_API_PER_MINUTE)
            raise
        self.is_made = True


def must_not_guess(request: HttpRequest, name: str = "") -> None:
    """Raises TooOften for an address that gave too many wrong ones in this minute, in all or for the account of this name."""
    comings, address, now = deps.pipeline().store.comings, address_of(request), timezone.now()
    _must(comings.counted(wrong_from(address), now) + 1, settings.CARELOOM_WRONG_PER_MINUTE)
    if name and settings.CARELOOM_WRONG_PER_MINUTE:
        _must(comings.counted(wrong_from(address, name), now) + 1, WRONG_ON_ACCOUNT)


def retry_after(response: HttpResponse, error: TooOften) -> HttpResponse:
    """Say when to come again."""
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _must(times: int, most: int) -> None:
    if most and times > most:
        raise TooOften(_left(), first=times == most + 1)


def _left() -> int:
    """So many seconds until the next minute."""
    return 60 - timezone.now().second
