"""Sessions: renewed by whoever asks, but not written at each request; one that ended while a request ran is a sign-out and no fault."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from careloom.store.signins import session_of
from careloom.web.api_errors import outcome
from careloom.web.middleware import API, FHIR
from careloom.web.views.page import asks_by_itself, must_sign_in

# A session is renewed where it was so long ago, or a tenth of its idle minutes: it may end so much sooner after the last request,
# and never later.
RENEWED = timedelta(seconds=30)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, which know until when they stand."""

    until: datetime | None = None

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = session_of(self.session_key or "", timezone.now())
        if row is None:
            self._session_key = None
        self.until = row.expire_date if row is not None else None
        return row

    def is_to_renew(self) -> bool:
        """Whether it was asked for, and last renewed so long ago that its idle minutes begin anew now."""
        if not self.accessed or self.until is None:
            return False
        lasts = timedelta(seconds=self.get_expiry_age())
        return self.until - timezone.now() < lasts - min(RENEWED, lasts / 10)


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
