"""To the identity provider and back. Its libraries cost a fifth of a second, so they are imported when somebody goes there."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from careloom.care.access import Permission
from careloom.care.audited import Outcome
from careloom.web import deps
from careloom.web.elsewhere import providers
from careloom.web.elsewhere.arriving import PROVE, SIGN_IN, TurnedAway
from careloom.web.elsewhere.providers import OIDC, SAML, IdentityProvider
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, open_by, open_to_all
from careloom.web.views.page import page
from careloom.web.whence import NOBODY

Answered = Callable[[HttpRequest, IdentityProvider], HttpResponse]
WORDS = {
    "unknown": later(
        "Your identity provider knows you, but nobody here goes by that name. Whoever runs this site adds you."
    ),
    "not fresh": later("Your identity provider did not ask you again just now, so nothing was confirmed."),
    "somebody else": later("Somebody else signed in there, so nothing was confirmed."),
    "cancelled": later("You came back without signing in there."),
    "not accepted": later(
        "What the identity provider said could not be accepted. Try again; if it stays so, tell whoever runs this site."
    ),
}


@open_to_all
def go(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in there."""
    provider, target = _named(name), _target(request)
    return redirect(target) if request.user.is_authenticated else _sent(request, provider, SIGN_IN, target)


@needs(Permission.OWN)
def again(request: HttpRequest, name: str) -> HttpResponse:
    """Whoever is signed in proves it there again, for one signature."""
    return _sent(request, _named(name), PROVE, _target(request))


@open_to_all
def back(request: HttpRequest, name: str) -> HttpResponse:
    """Back from an OpenID Connect provider."""
    provider = _named(name, OIDC)
    from careloom.web.elsewhere import oidc

    return _heard(request, provider, oidc.back)


# An answer comes from another site's page, so it carries no token of ours; it must fit what this browser's session keeps.
@csrf_exempt
@open_by(SENT)
def posted(request: HttpRequest, name: str) -> HttpResponse:
    """A SAML answer, brought by the browser."""
    provider = _named(name, SAML)
    from careloom.web.elsewhere import saml

    return _heard(request, provider, saml.posted)


@open_to_all
def finish(request: HttpRequest, name: str) -> HttpResponse:
    """The same browser with its session."""
    provider = _named(name, SAML)
    from careloom.web.elsewhere import saml

    return _heard(request, provider, saml.back)


@open_to_all
def metadata(request: HttpRequest, name: str) -> HttpResponse:
    """What a SAML provider's administrator needs to know of this site; nothing of it is secret."""
    provider = _named(name, SAML)
    from careloom.web.elsewhere import saml

    return HttpResponse(saml.metadata(request, provider), content_type="application/samlmetadata+xml")


def _heard(request: HttpRequest, provider: IdentityProvider, hear: Answered) -> HttpResponse:
    """What came back from there, or the page that says why nobody is let in for it."""
    try:
        return hear(request, provider)
    except TurnedAway as why:
        return _turned_away(request, provider, str(why))


def _sent(request: HttpRequest, provider: IdentityProvider, purpose: str, target: str) -> HttpResponse:
    if provider.protocol == SAML:
        from careloom.web.elsewhere import saml

        return saml.go(request, provider, purpose, target)
    from careloom.web.elsewhere import oidc

    return oidc.go(request, provider, purpose, target)


def _turned_away(request: HttpRequest, provider: IdentityProvider, why: str) -> HttpResponse:
    """The page that says why not; the audit log has it too."""
    inside = request.user.is_authenticated
    who = str(request.user.pk) if inside else NOBODY
    deps.pipeline().store.audit.note(
        who, PROVE if inside else SIGN_IN, what=f"{provider.name}: {why}", outcome=Outcome.REFUSED
    )
    context = {
        "title": gettext("That was not confirmed") if inside else gettext("You were not signed in"),
        "said": WORDS[why],
        "status": gettext("Error 403"),
        "next_url": reverse("queue" if inside else "sign_in"),
        "next_words": gettext("Back to the queue") if inside else gettext("To the sign-in page"),
    }
    return page(request, "web/error.html", context, 403)


def _named(name: str, protocol: str = "") -> IdentityProvider:
    found = providers.named(name)
    if found is None or protocol not in ("", found.protocol):
        raise Http404
    return found


def _target(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
