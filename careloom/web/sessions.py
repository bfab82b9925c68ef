"""Sessions: renewed by whoever asks, but not written at each request; one that ended while a request ran is a sign-out and no fault."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from careloom.web.api_errors import outcome
from careloom.web.middleware import API, FHIR
from careloom.web.signed_in import SessionStore
from careloom.web.views.page import asks_by_itself, must_sign_in


class Sessions(SessionMiddleware):
    """Django's, for a site where somebody signs out in one window while another still asks."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep the session, and answer whoever was signed out meanwhile as anybody who isn't signed in.

        What a page asks by itself never touches the cookie: when its answer comes, another session may have begun.
        """
        if asks_by_itself(request) and response.status_code == 401:
            return response
        session = request.session
        if isinstance(session, SessionStore) and session.is_to_renew():
            session.modified = True
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            if request.path.startswith((API, FHIR)):
                return outcome(401, "sign in first")
            return must_sign_in(request)
