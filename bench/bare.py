"""A bare site beside ours: what any Django site does for the same HTML, without authorisation and audit.

The same     the URL resolver with all of our addresses, the templates and their HTML, the process and the database; sessions in the
             database, by one of which a person is signed in (`login_required`), CSRF, messages, WhiteNoise and the security headers: the
             middleware that `django-admin startproject` writes. The test client asks both, and its own cost counts for both
Left out     roles, permissions, care teams, emergencies, consents and 42 CFR Part 2; the audit log; encryption (the rows stand in clear in
             tables of their own); allauth's, axes', htmx' and our own middleware; whatever the frame and the evidence tell, which is ready in memory
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from bench.measure import Row, pairs
from careloom.web.urls import urlpatterns as ours

PROMISED = 0.6
# Requests in a batch, and batches of ours and theirs in alternation.
REQUESTS, BATCHES = 20, 9
PASSWORD = "a long invented passphrase"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
View = Callable[[HttpRequest], HttpResponse]
_VIEWS: dict[str, View] = {}


@login_required
def _bare(request: HttpRequest, name: str) -> HttpResponse:
    return _VIEWS[name](request)


urlpatterns = [path("bare/<slug:name>", _bare), *ours]


def against(
    name: str,
    address: str,
    view: View,
    user: str | Client,
    what: str,
    *,
    query: str = "",
    promised: float = PROMISED,
) -> Row:
    """Requests for a page of ours as somebody who is signed in (or a client of its own, beside nora), and for the bare `view` of it (with a
    `query`); what both show must be the same."""
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = __name__
    _VIEWS[name] = view
    mine = signed_in(user) if isinstance(user, str) else user
    theirs = signed_in(user if isinstance(user, str) else "nora")
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        theirs.handler.load_middleware()

    def ask(client: Client, at: str) -> Callable[[], str]:
        def asked() -> str:
            answer = client.get(at)
            assert answer.status_code == 200, (at, answer.status_code)
            return answer.content.decode()

        return asked

    our_page, their_page = ask(mine, address), ask(theirs, f"/bare/{name}?{query}")
    our_page()
    assert words(our_page()) == words(their_page()), "the bare view shows something else"
    cpu, _ = pairs(
        lambda: [our_page() for _ in range(REQUESTS)],
        lambda: [their_page() for _ in range(REQUESTS)],
        BATCHES,
    )
    said = f"{what}, requests per CPU second against a bare view ({connection.vendor})"
    return said, f"{cpu:.2f} of its", f"at least {promised}", cpu >= promised


def signed_in(user: str) -> Client:
    """Somebody's client."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = Client()
    answer = client.post("/sign-in", {"username": user, "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code
    return client


def words(html: str) -> str:
    """A page without what differs from request to request: tokens, the number of the page on its door, and which page's name is marked
    as open, since the bare view has another address."""
    return re.sub(r'csrf[^>"]*token"?[^>]*>|X-CSRFToken[^}]*|data-page="\d+"| aria-current="page"', "", html)


def hospital(home: Any) -> tuple[Any, dict[str, str]]:
    """A site with six nurses, nora the first of them; and their ids by name."""
    from dataclasses import replace
    from datetime import date

    from careloom import pipeline
    from careloom.settings import read
    from careloom.store.users import Licence

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    built = pipeline.build(replace(read(), home=home, model="none"))
    licence, staff = Licence("MA", "X1", date(2031, 6, 30)), {}
    from careloom.store.models import User

    for number in range(6):
        name = "nora" if not number else f"nurse{number}"
        known = User.objects.filter(username=name, organisation=built.store.keys.organisation).first()
        staff[name] = (
            str(known.pk)
            if known
            else built.store.users.create(name, role="registered_nurse", password=PASSWORD, licence=licence)
        )
    return built, staff
