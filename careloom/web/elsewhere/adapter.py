"""allauth's hooks: nobody registers, and every failure is a page of ours."""

from typing import Any, NoReturn

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from careloom.web.elsewhere.arriving import TurnedAway


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What allauth asks of a site."""

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
