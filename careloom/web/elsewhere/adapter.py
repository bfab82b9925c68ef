"""allauth's hooks: nobody registers, every failure is a page of ours, and an identity provider sends us to no machine of our network."""

from typing import Any, NoReturn
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

from careloom.web.elsewhere.arriving import TurnedAway
from careloom.wire.fhir.address import is_this_machine
from careloom.wire.guard import NobodysAddress, resolved


class Guarded(HTTPAdapter):
    """Asks over https alone, but for this machine, and never at an address that no server has."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """The answer. Raises RequestException."""
        parts = urlsplit(request.url or "")
        host = parts.hostname or ""
        if parts.scheme != "https" and not is_this_machine(host):
            raise RequestException("another machine is reached over https alone")
        try:
            resolved(host, parts.port or 443)
        except (NobodysAddress, OSError):
            raise RequestException("its address is one that no server has") from None
        return super().send(request, *args, **kwargs)


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What allauth asks of a site."""

    def get_requests_session(self) -> Session:
        """What asks an identity provider; it follows no redirect, since none of the standard's answers is one."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, Guarded())
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: the administrator adds people."""
        del request, sociallogin
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: object) -> NoReturn:
        """Never reached: `arriving.py` has answered before."""
        del request, sociallogin
        raise PermissionDenied

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: object = None, **more: object
    ) -> NoReturn:
        """Our page in place of allauth's. What went wrong in detail helps her little and may help others."""
        del request, provider, more
        raise TurnedAway("cancelled" if error == AuthError.CANCELLED else "not accepted")
