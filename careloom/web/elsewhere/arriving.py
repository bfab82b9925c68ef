"""Somebody comes back from her identity provider: whom here she is, and what she came for."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from careloom.errors import Refused
from careloom.store.factors import Factors
from careloom.store.models import User
from careloom.web import deps
from careloom.web.elsewhere.providers import IdentityProvider
from careloom.web.entering import FRESH, First, after_first
from careloom.wire.id_token import LEEWAY

SIGN_IN, PROVE = "sign-in", "prove"


class TurnedAway(Refused):
    """What an identity provider said lets nobody in and confirms nothing. Its text is a key of what people read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was verified of an answer: who says it, of which subject, by which name, and when she proved it there
    (seconds since 1970; negative where it doesn't say)."""

    issuer: str
    subject: str
    name: str
    proved: float


def errand(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """What is kept in the session while she is away; the answer must fit it."""
    return {
        "purpose": purpose,
        "user": str(request.user.pk) if request.user.is_authenticated else "",
        "nonce": secrets.token_urlsafe(24),
        "started": timezone.now().timestamp(),
    }


def arrived(
    request: HttpRequest, provider: IdentityProvider, said: Said, kept: dict[str, Any], target: str
) -> HttpResponse:
    """In, or proved. Raises TurnedAway where she is neither."""
    user = _whom(deps.pipeline().store.factors, provider, said)
    if user is None:
        raise TurnedAway("unknown")
    if kept["purpose"] == PROVE:
        mine = str(user.pk) == kept["user"] == str(request.user.pk)
        fresh = kept["started"] - LEEWAY <= said.proved <= timezone.now().timestamp() + LEEWAY
        if not mine or not fresh:
            raise TurnedAway("not fresh" if mine else "somebody else")
        request.session[FRESH] = {"user": str(user.pk), "at": timezone.now().timestamp()}
        return redirect(target)
    first = First(provider.label, provider.name, provider.second_factor)
    return redirect(after_first(request, user, target, first))


def _whom(factors: Factors, provider: IdentityProvider, said: Said) -> User | None:
    """The active user who is bound to this subject; at her first coming the one whose user name it says.

    Once bound, a name that moves to somebody else there moves nobody's account here.
    """
    bound = factors.identity(provider.name, said.issuer, said.subject)
    if bound is not None:
        return User.objects.filter(pk=bound, is_active=True).first()
    user = User.objects.filter(
        organisation=factors.keys.organisation, username=said.name, is_active=True
    ).first()
    if user is None or not said.name:
        return None
    now = timezone.now()
    return user if factors.bind(str(user.pk), provider.name, said.issuer, said.subject, now) else None
