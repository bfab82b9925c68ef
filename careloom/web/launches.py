"""Launches: what a browser keeps while somebody is away at an EHR, in a session of its own beside any sign-in.

Each errand is known to one browser, answers once, and soon is too old.
"""

from http.cookies import Morsel
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

LAUNCHES = "careloom_launch"
# Below this address it is sent.
BELOW = "/smart"
# Seconds: for signing in at the EHR, and for the way from there into the window.
ERRANDS, ARRIVALS, PROOFS = "errands", "arrivals", "proofs"
LIVES = {ERRANDS: 600, ARRIVALS: 60, PROOFS: 60}
# So many are kept of each; somebody who opens more charts at once begins one anew.
MOST = 8
# A browser sends such a cookie from a frame, under the top page under which it was set alone (CHIPS). Django and this Python know no
# word for that, so that it stands behind the one for SameSite.
SAME_SITE = "None; Partitioned"


class Launches:
    """The errands of one browser."""

    def __init__(self, request: HttpRequest) -> None:
        """What its cookie leads to; nothing is kept before `put`."""
        engine = import_module(settings.SESSION_ENGINE)
        self._kept = engine.SessionStore(request.COOKIES.get(LAUNCHES))

    def put(self, kind: str, name: str, told: dict[str, Any]) -> None:
        """Keep what belongs to an errand, with the time."""
        every = list({**self._kept.get(kind, {}), name: {**told, "at": timezone.now().timestamp()}}.items())
        self._kept[kind] = dict(every[-MOST:])

    def take(self, kind: str, name: str) -> dict[str, Any] | None:
        """What was kept, which nobody can take again; None where there is none or it is too old."""
        kept = dict(self._kept.get(kind, {}))
        found: dict[str, Any] | None = kept.pop(name, None)
        if found is None:
            return None
        self._kept[kind] = kept
        self._kept.save()
        return found if 0 <= timezone.now().timestamp() - found["at"] <= LIVES[kind] else None

    def hand(self, response: HttpResponse) -> HttpResponse:
        """The answer with the cookie of it."""
        self._kept.save()
        response.cookies[LAUNCHES] = self._kept.session_key or ""
        for_frames(response.cookies[LAUNCHES], BELOW)
        return response


def for_frames(cookie: Morsel[str], place: str) -> None:
    """Let a cookie be sent from inside another site's page: below this address alone, over TLS alone, and never to a script."""
    cookie["path"], cookie["samesite"] = place, SAME_SITE
    cookie["secure"] = cookie["httponly"] = True
