"""OpenID Connect (Core 1.0), authorization code flow with PKCE (RFC 7636): allauth goes there and back, we check what came.

The id token is checked by `wire/id_token.py`; `auth_time` where she was sent to prove herself again.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from requests import RequestException

from careloom.errors import SourceError
from careloom.web.elsewhere.arriving import PROVE, Said, TurnedAway, arrived, errand
from careloom.web.elsewhere.providers import IdentityProvider
from careloom.wire.id_token import check, opened, seconds

CLAIM = "preferred_username"
BROKEN = (RequestException, KeyError, ValueError, TypeError, AttributeError)


def go(request: HttpRequest, provider: IdentityProvider, purpose: str, target: str) -> HttpResponse:
    """Send her there. Raises SourceError where it does not answer."""
    kept = errand(request, purpose)
    asked = {"nonce": kept["nonce"]}
    if purpose == PROVE:
        asked |= {"prompt": "login", "max_age": "0"}
    there = _Provider(request, provider)
    try:
        answer: HttpResponse = there.redirect(
            request, AuthProcess.LOGIN, next_url=target, data=kept, auth_params=asked
        )
    except BROKEN:
        raise SourceError("the identity provider does not answer") from None
    return answer


def back(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """She comes back with a code: fetch what it stands for, check it, and let her in. Raises TurnedAway."""
    adapter = _Adapter(request, _Provider(request, provider))
    try:
        answer: HttpResponse = _Callback.adapter_view(adapter)(request)
    except BROKEN:
        raise TurnedAway("not accepted") from None
    return answer


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]
    def __init__(self, request: HttpRequest, ours: IdentityProvider) -> None:
        self.ours = ours
        app = SocialApp(
            provider=self.id,
            provider_id=ours.name,
            name=ours.label,
            client_id=ours.client_id,
            secret=ours.file("secret"),
            settings={
                "server_url": ours.issuer.rstrip("/"),
                "oauth_pkce_enabled": True,
                "scope": ours.scope.split(),
            },
        )
        super().__init__(request, app=app)

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Adapter":
        return _Adapter(request, self)


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    def __init__(self, request: HttpRequest, provider: _Provider) -> None:
        super().__init__(request, provider.ours.name)
        self.provider = provider
        self.state: dict[str, Any] = {}

    def get_provider(self) -> _Provider:
        return self.provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        del app
        return request.build_absolute_uri(reverse("elsewhere_back", args=[self.provider.ours.name]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> NoReturn:
        """Check all of it and answer; allauth's own tables and sign-in have no part in it."""
        ours, kept = self.provider.ours, self.state["data"]
        issuer, config = ours.issuer, self.openid_config
        said_issuer = request.GET.get("iss", issuer)  # RFC 9207
        if config.get("issuer") != issuer or said_issuer != issuer:
            raise OAuth2Error("another issuer answers")
        with get_adapter().get_requests_session() as session:
            answer = session.get(config["jwks_uri"])
            answer.raise_for_status()
            claims = opened(str(kwargs["response"]["id_token"]), answer.json())
        check(claims, issuer, app.client_id, kept["nonce"], timezone.now().timestamp())
        name = claims.get(ours.claim or CLAIM)
        if name is None:
            info = self._fetch_user_info(token.token)
            if info.get("sub") != claims["sub"]:
                raise OAuth2Error("the user info is about somebody else")
            name = info.get(ours.claim or CLAIM)
        said = Said(
            issuer, claims["sub"], name if isinstance(name, str) else "", seconds(claims.get("auth_time"))
        )
        raise ImmediateHttpResponse(arrived(request, ours, said, kept, self.state.get("next", "/")))


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: HttpRequest, provider: _Provider) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, answer
