"""Setting up a second factor: an authenticator app, a passkey, recovery codes.

By whoever is signed in and has just proved who she is; and, for an app, by whoever is halfway in and must have one.
"""

import base64
from typing import cast
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.errors import CareloomError, InputError
from careloom.store.factors import DIGITS, STEP_SECONDS, new_secret
from careloom.store.models import User
from careloom.web import deps, passkeys
from careloom.web.entering import Half, enter, half, proved_by_form, roles_with_second_factor
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import METHODS, SENT, needs, open_by
from careloom.web.views.page import page
from careloom.web.views.yours import NOT_HERS, shown

SECRET, LIVES = "new_code", 600
# Who has just proved who she is may make a passkey within these seconds.
PROVED = "may_make_passkey"
WRONG = later(
    "That is not a code of this secret. Look at the app again, and at the clock of the phone: it must be right."
)


@open_by(METHODS)
def first(request: HttpRequest) -> HttpResponse:
    """The app of somebody who is halfway in and has no second factor, though her role needs one."""
    found = half(request)
    if found is None or deps.pipeline().store.factors.of(str(found.user.pk)):
        return redirect("sign_in")
    return _code(request, found.user, found)


@needs(Permission.OWN, methods=SENT)
def begin_code(request: HttpRequest) -> HttpResponse:
    """Somebody who proves who she is sets up an app, or another one."""
    if not proved_by_form(request):
        return shown(request, "code", NOT_HERS, 403)
    _keep(request, cast(User, request.user), new_secret())
    return redirect("set_up_code")


@needs(Permission.OWN, methods=METHODS)
def code(request: HttpRequest) -> HttpResponse:
    """The secret as a picture and in letters, and the first code as the sign that the app has it."""
    user = cast(User, request.user)
    return _code(request, user, None) if _kept(request, user) else redirect("yours")


@needs(Permission.OWN, methods=SENT)
def recovery(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, shown once."""
    user = cast(User, request.user)
    if not proved_by_form(request):
        return shown(request, "recovery", NOT_HERS, 403)
    if not deps.pipeline().store.factors.of(str(user.pk)):
        raise InputError(gettext("recovery codes stand in for a second factor, and there is none"))
    return _recovery(request, user, reverse("yours"))


@needs(Permission.OWN, methods=SENT)
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey, for whoever has just proved who she is."""
    if not proved_by_form(request):
        return JsonResponse({"problem": NOT_HERS}, status=403)
    request.session[PROVED] = timezone.now().timestamp()
    return JsonResponse(passkeys.options_to_make(request, cast(User, request.user)))


@needs(Permission.OWN, methods=SENT)
def passkey(request: HttpRequest) -> HttpResponse:
    """Take up the passkey that the browser made."""
    user = cast(User, request.user)
    at = request.session.pop(PROVED, 0)
    if not 0 <= timezone.now().timestamp() - at <= passkeys.LIVES:
        return shown(request, "passkey", gettext("That took too long. Try it again."), 403)
    store = deps.pipeline().store
    try:
        name = request.POST.get("name", "").strip() or gettext("Passkey")
        passkeys.make(request, user, request.POST.get("made", ""), name)
    except CareloomError as error:
        return shown(request, "passkey", sentence(str(error)), error.http_status)
    store.audit.note(str(user.pk), "factor add", what="passkey")
    if store.factors.recovery_left(str(user.pk)):
        return redirect("yours")
    return _recovery(request, user, reverse("yours"))


@needs(Permission.OWN, methods=SENT)
def remove(request: HttpRequest, factor: UUID) -> HttpResponse:
    """Take one's own app or passkey away; not the last one, where the role needs one."""
    user = cast(User, request.user)
    store = deps.pipeline().store
    if not proved_by_form(request):
        return shown(request, str(factor), NOT_HERS, 403)
    if len(store.factors.of(str(user.pk))) == 1 and user.role in roles_with_second_factor():
        return shown(
            request, str(factor), gettext("Your role needs a second factor: set up another one first."), 403
        )
    kind = store.factors.remove(str(user.pk), str(factor))
    store.audit.note(str(user.pk), "factor remove", what=kind)
    return redirect(f"{reverse('yours')}?done=removed")


def _code(request: HttpRequest, user: User, halfway: Half | None) -> HttpResponse:
    secret = _kept(request, user)
    if secret is None:
        secret = new_secret()
        _keep(request, user, secret)
    problem = ""
    if request.method == "POST":
        store = deps.pipeline().store
        try:
            store.factors.set_code(str(user.pk), secret, request.POST.get("code", ""), timezone.now())
        except InputError:
            problem = WRONG
        else:
            request.session.pop(SECRET, None)
            if halfway:
                enter(request, user, halfway.first, "code")
            store.audit.note(str(user.pk), "factor add", what="code")
            return _recovery(request, user, halfway.target if halfway else reverse("yours"))
    text = base64.b32encode(secret).decode().rstrip("=")
    context = {
        "letters": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
        "picture": _picture(_address(user, text)),
        "must": halfway is not None,
        "problem": problem,
    }
    return page(request, "web/set_up_code.html", context, 422 if problem else 200)


def _recovery(request: HttpRequest, user: User, target: str) -> HttpResponse:
    store = deps.pipeline().store
    codes = store.factors.new_recovery(str(user.pk), timezone.now())
    store.audit.note(str(user.pk), "factor recovery")
    return page(request, "web/recovery.html", {"codes": codes, "target": target})


def _address(user: User, secret: str) -> str:
    """The key URI that apps read (otpauth, as Google Authenticator wrote it down)."""
    asked = urlencode(
        {"secret": secret, "issuer": "Careloom", "digits": f"{DIGITS}", "period": f"{STEP_SECONDS}"}
    )
    return f"otpauth://totp/Careloom:{quote(user.username)}?{asked}"


def _picture(address: str) -> str:
    import segno  # late: one page needs it

    drawn = segno.make(address, micro=False, error="m").svg_inline(
        scale=4,
        border=4,
        dark="#000",
        light="#fff",
        title=gettext("A QR code with the secret that stands below"),
    )
    return mark_safe(drawn)  # noqa: S308  # segno's own drawing; the words in it are ours


def _keep(request: HttpRequest, user: User, secret: bytes) -> None:
    """The secret waits for its first code, sealed: sessions lie in the database."""
    sealed = deps.pipeline().store.keys.seal(secret, f"session/{user.pk.hex}/secret")
    request.session[SECRET] = {
        "user": str(user.pk),
        "at": timezone.now().timestamp(),
        "sealed": base64.b64encode(sealed).decode(),
    }


def _kept(request: HttpRequest, user: User) -> bytes | None:
    kept = request.session.get(SECRET)
    if not kept or kept["user"] != str(user.pk):
        return None
    if not 0 <= timezone.now().timestamp() - kept["at"] <= LIVES:
        return None
    return deps.pipeline().store.keys.open(base64.b64decode(kept["sealed"]), f"session/{user.pk.hex}/secret")
