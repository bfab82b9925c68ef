"""Framing: what a window needs of HTTP that no other page has: addresses below its own, a cookie that lives inside another site's
page, and the word that this one site's pages may show it.
"""

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, set_script_prefix

from careloom.errors import ConfigError
from careloom.web import deps, windows
from careloom.web.launches import LAUNCHES, for_frames
from careloom.web.middleware import API, POLICY
from careloom.web.views.guard import NEEDS, OPEN
from careloom.web.views.page import ended

# What begins so is below no window: machines ask it.
FACADE = "/fhir/"
SMART = "/smart/"
COOKIE, FORM_COOKIE = "careloom_window", "careloom_window_form"
_NAMES = {settings.SESSION_COOKIE_NAME: COOKIE, settings.CSRF_COOKIE_NAME: FORM_COOKIE}
# What may be asked in a window before somebody is let in: her second factor, the door itself, and the way out.
BEFORE = frozenset(("second", "passkey_challenge", "smart_enter", "sign_out"))
Answer = Callable[[HttpRequest], HttpResponse]


class Windows:
    """Takes a window's address apart before anything else sees it, and hands its own cookies in and out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is below /smart alone may stand in a frame."""
        if not request.path_info.startswith(SMART):
            return self.get_response(request)
        name = windows.at(request.path_info)
        given = dict(request.COOKIES)
        # Whoever is signed in beside a frame isn't in it.
        for theirs in _NAMES:
            request.COOKIES.pop(theirs, None)
        response = self._in_window(request, name, given) if name else self.get_response(request)
        _may_frame(request, response)
        return response

    def process_view(self, request: HttpRequest, view: object, *_: object) -> HttpResponse | None:
        """Nobody signs in from inside a window; where its session has ended, the page says how it is opened again.
        Its own address leads to its patient."""
        if not windows.named(request):
            return None
        match = request.resolver_match
        if getattr(view, NEEDS, OPEN) != OPEN or (match is not None and match.view_name in BEFORE):
            return None
        window = windows.of(request)
        if window and match is not None and match.view_name == "home" and request.user.is_authenticated:
            return redirect("patient", window.patient)
        return ended(request)

    def _in_window(self, request: HttpRequest, name: str, given: dict[str, str]) -> HttpResponse:
        place, before = windows.address(name, ""), get_script_prefix()
        rest = request.path_info.removeprefix(place) or "/"
        if rest.startswith((API, FACADE, windows.BELOW)):
            raise Http404
        setattr(request, windows.NAMED, name)
        request.path_info = request.META["PATH_INFO"] = rest
        request.META["SCRIPT_NAME"] = place
        for theirs, ours in _NAMES.items():
            if ours in given:
                request.COOKIES[theirs] = given[ours]
        set_script_prefix(f"{place}/")
        try:
            response = self.get_response(request)
        finally:
            set_script_prefix(before)
        _hand_out(response, place)
        return response


def _hand_out(response: HttpResponse, place: str) -> None:
    """A window's cookies have names and a place of their own; no other cookie leaves one but that of an errand."""
    given, response.cookies = response.cookies, SimpleCookie()
    for name, cookie in given.items():
        if name != LAUNCHES and name not in _NAMES:
            continue
        ours = _NAMES.get(name, name)
        response.cookies[ours] = cookie.value
        response.cookies[ours].update({key: value for key, value in cookie.items() if value})
        if name in _NAMES:
            for_frames(response.cookies[ours], place)


def _may_frame(request: HttpRequest, response: HttpResponse) -> None:
    """Only pages of the EHR that opened a window may hold it; what stands in a frame before or after it says nothing of anybody, and
    may be held by each EHR that the site has set."""
    try:
        apps = deps.pipeline().launching.apps()
    except ConfigError:
        apps = {}
    window = windows.of(request)
    if window is None:
        origins = sorted({one for app in apps.values() for one in app.frame})
    else:
        origins = list(apps[window.system].frame) if window.framed and window.system in apps else []
    if origins:
        said = f"frame-ancestors {' '.join(origins)}"
        response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", said)
        response.headers.pop("X-Frame-Options", None)
