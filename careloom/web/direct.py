"""Direct: what is asked of the FHIR server goes to its view without what only pages need: forms, messages, a person's language, another host's sign-in."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import translation

from careloom.store import whence
from careloom.web.middleware import is_fhir
from careloom.web.sessions import Sessions
from careloom.web.whence import whence_of

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE = "en"


class Direct:
    """Stands before what pages need, and after what every answer carries. A token needs no session, and a session no more than its person."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.by_session = cast(Answer, Sessions(_asked))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the audit log hears from where it was asked."""
        if not is_fhir(request.path_info):
            return self.get_response(request)
        # Refused here where the site doesn't answer to that name.
        request.get_host()
        # Nobody, until the view has seen the token or the session.
        request.user = AnonymousUser()
        response = _asked(request) if "HTTP_AUTHORIZATION" in request.META else self.by_session(request)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Language"] = LANGUAGE
        response.headers["X-Frame-Options"] = "DENY"
        return response


def _asked(request: HttpRequest) -> HttpResponse:
    """The view's own answer, refusals and all."""
    match = request.resolver_match = get_resolver().resolve(request.path_info)
    # A site that is in this language speaks it already.
    spoken = nullcontext() if translation.get_language() == LANGUAGE else translation.override(LANGUAGE)
    with whence.coming(whence_of(request)), spoken:
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer
