"""Signing in and out with a local account: the password, then the second factor; a passkey is both at once."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from careloom.care.access import Permission
from careloom.store.factors import CODE, PASSKEY
from careloom.web import deps, passkeys
from careloom.web.elsewhere.providers import all_of_them
from careloom.web.entering import First, after_first, enter, half
from careloom.web.present.nav import first_page
from careloom.web.saying import later
from careloom.web.views.guard import METHODS, SENT, needs, open_by, open_to_all
from careloom.web.views.page import actor, ended_because, frame, page
from careloom.web.views.problems import problem
from careloom.web.whence import note_wrong

NO_FIT = later("User name and password do not fit together. After five tries the account waits 15 minutes.")
WRONG_CODE = later(
    "That is not the code of this moment. Each code works once; the next one comes in half a minute."
)
WRONG_PASSKEY = later("That passkey was not accepted.")


class SignIn(LoginView):
    """The sign-in page. A wrong password counts towards the lock-out; there is no default account."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and why she was signed out."""
        found = super().get_context_data(**kwargs)
        return {
            **found,
            **frame(self.request),
            "away": self.request.GET.get("away", ""),
            "sent": "sent" in self.request.GET,
            "chosen": "chosen" in self.request.GET,
            "problem": WRONG_PASSKEY if "passkey" in self.request.GET else NO_FIT,
            "wrong": "passkey" in self.request.GET,
            "passkeys": passkeys.possible(self.request),
            "providers": all_of_them(),
        }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right: on to the second factor, or in."""
        user = form.get_user()
        return redirect(after_first(self.request, user, self.get_success_url(), First("password")))


@open_by(METHODS)
def second(request: HttpRequest) -> HttpResponse:
    """The second factor: a code of the app, a passkey, or a recovery code."""
    found = half(request)
    if found is None:
        return redirect("sign_in")
    problem_words = ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("code", "recovery", "passkey")}
        name, value = next(((name, value) for name, value in given.items() if value), ("code", ""))
        user = (
            passkeys.owner(request, value)
            if name == "passkey"
            else authenticate(request, username=found.user.username, **{name: value})
        )
        if user is not None and user.pk == found.user.pk:
            enter(request, user, found.first, name)
            return redirect("yours" if name == "recovery" else found.target)
        if name == "passkey":
            # A wrong code is noted by what knows codes; nothing else knows that a passkey was wrong.
            note_wrong(None, request, credentials={"username": found.user.username})
        problem_words = WRONG_PASSKEY if name == "passkey" else WRONG_CODE
    kinds = {one.kind for one in deps.pipeline().store.factors.of(str(found.user.pk))}
    context = {
        "code": CODE in kinds,
        "passkey": PASSKEY in kinds and passkeys.possible(request),
        "username": found.user.username,
        "problem": problem_words,
    }
    return page(request, "web/second.html", context, 403 if problem_words else 200)


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """To the first page that is somebody's; the administrator has no queue."""
    mine = first_page(actor(request).role) if request.user.is_authenticated else ""
    return redirect(mine or "queue")


@open_by(SENT)
def passkey_options(request: HttpRequest) -> HttpResponse:
    """A challenge for a passkey: of whoever is signed in or halfway in, else of whoever she is."""
    found = half(request)
    user = str(request.user.pk) if request.user.is_authenticated else str(found.user.pk) if found else None
    return JsonResponse(passkeys.options_to_answer(request, user))


@open_by(SENT)
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone; it was unlocked by a finger, a face or a PIN."""
    user = passkeys.owner(request, request.POST.get("passkey", ""))
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    target = wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
    if user is None:
        note_wrong(None, request)
        return redirect(f"{reverse('sign_in')}?passkey=1")
    enter(request, user, First("passkey"))
    return redirect(target)


@open_by(SENT)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the session ends on the server. The browser says whether it was she, or its idle minutes."""
    if request.user.is_authenticated:
        deps.pipeline().store.audit.note(str(request.user.pk), "sign-out")
    logout(request)
    return ended_because(redirect("sign_in"), "idle" if request.POST.get("idle") else "out")


@needs(Permission.OWN)
def here(request: HttpRequest) -> HttpResponse:
    """Somebody is still reading: the session lives on. It says whose it is and with which token her forms are sent from now on, for a page
    that stood open while she signed in again."""
    return HttpResponse(
        status=204, headers={"X-CSRFToken": get_token(request), "X-Whose": str(request.user.pk)}
    )


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """The page after too many wrong passwords or codes."""
    return problem(request, 429)
