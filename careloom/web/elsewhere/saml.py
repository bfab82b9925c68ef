"""SAML 2.0 Web Browser SSO (Profiles 4.1): allauth keeps the errand, python3-saml checks signature and schema, we the rest.

What python3-saml lets pass where it is absent is required here: the audience, and one bearer confirmation (4.1.4.2, 4.1.4.3)
that names our address, the request of this browser and an end. The assertion itself is signed; nothing unsolicited is
taken. With a key of this site for it, a provider must encrypt each assertion to it, by what has no known way round (XML Encryption 1.1: RSA-OAEP
and AES; never RSA with PKCS#1 v1.5 padding or Triple DES). Single logout is not offered.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.sessions import LoginSession
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Metadata
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Xml

from careloom.errors import ConfigError
from careloom.web.elsewhere.arriving import PROVE, Said, TurnedAway, arrived, errand
from careloom.web.elsewhere.providers import FILE, IdentityProvider
from careloom.wire.id_token import LEEWAY

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
COOKIE = "careloom-saml"
# An answer with one assertion and a certificate in it has some ten thousand letters.
LONGEST = 200_000
# How an assertion and the key to it may be encrypted (XML Encryption 1.1, 5.2 and 5.5): RSA 1.5 and Triple DES have been broken by asking often.
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
ENCRYPTED_BY = frozenset(
    {f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"}
    | {f"{XENC}aes{bits}-cbc" for bits in (128, 192, 256)}
    | {f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256)}
)
# The library's own measure of clocks that differ is five minutes.
Saml.ALLOWED_CLOCK_DRIFT = LEEWAY


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """What the one bearer confirmation of an assertion says."""

    recipient: str
    request: str
    ends: str


def go(request: HttpRequest, provider: IdentityProvider, purpose: str, target: str) -> HttpResponse:
    """Send her there with a request (HTTP-Redirect binding); to prove herself, with ForceAuthn."""
    there = OneLogin_Saml2_Auth(_here(request, provider), _config(request, provider))
    address = there.login(return_to="", force_authn=purpose == PROVE)
    kept = {**errand(request, purpose), "nonce": there.get_last_request_id()}
    _provider(request, provider).stash_redirect_state(
        request, AuthProcess.LOGIN, next_url=target, data=kept, state_id=kept["nonce"]
    )
    return HttpResponseRedirect(address)


def posted(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """The browser brings the answer from another site, and so without its session: keep it, and let it come again as ours."""
    answer = request.POST.get("SAMLResponse", "")
    if not 0 < len(answer) <= LONGEST:
        raise TurnedAway("not accepted")
    response = HttpResponseRedirect(reverse("elsewhere_finish", args=[provider.name]))
    kept = LoginSession(request, "careloom_saml", COOKIE)
    kept.store["answer"] = answer
    kept.store.set_expiry(LEEWAY)
    kept.save(response)
    return response


def back(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """She is here again with her session: check the answer against the errand in it. Raises TurnedAway."""
    kept = LoginSession(request, "careloom_saml", COOKIE)
    answer = kept.store.get("answer")
    kept.delete()
    if not answer:
        raise TurnedAway("not accepted")
    try:
        said, asked = _said(request, provider, answer)
        state = _provider(request, provider).unstash_redirect_state(request, asked)
    except (TurnedAway, ConfigError):
        raise
    except Exception:  # whatever a stranger's XML breaks in a parser: it is no answer
        raise TurnedAway("not accepted") from None
    if state["data"]["nonce"] != asked:
        raise TurnedAway("not accepted")
    return arrived(request, provider, said, state["data"], state.get("next", "/"))


def metadata(request: HttpRequest, provider: IdentityProvider) -> bytes:
    """What the identity provider's administrator reads in to know this site."""
    found = OneLogin_Saml2_Settings(_config(request, provider), sp_validation_only=True).get_sp_metadata()
    return found.encode() if isinstance(found, str) else bytes(found)


def _said(request: HttpRequest, provider: IdentityProvider, answer: str) -> tuple[Said, str]:
    """What a valid answer says, and the request that it answers. Raises TurnedAway for any other."""
    settings = OneLogin_Saml2_Settings(_config(request, provider))
    _well_encrypted(answer)
    response = OneLogin_Saml2_Response(settings, answer)
    if not response.is_valid(_here(request, provider)):
        cancelled = "AuthnFailed" in (response.get_error() or "") or "RequestDenied" in (
            response.get_error() or ""
        )
        raise TurnedAway("cancelled" if cancelled else "not accepted")
    confirmed, asked = _confirmation(response), response.get_in_response_to()
    right = (
        settings.get_sp_data()["entityId"] in response.get_audiences()
        and confirmed is not None
        and confirmed.recipient == settings.get_sp_data()["assertionConsumerService"]["url"]
        and bool(asked)
        and confirmed.request == asked
        and bool(confirmed.ends)
    )
    subject = _subject(response, provider)
    if not right or not subject:
        raise TurnedAway("not accepted")
    attributes = response.get_attributes()
    named = attributes.get(provider.claim, []) if provider.claim else [response.get_nameid()]
    name = named[0] if len(named) == 1 and isinstance(named[0], str) else ""
    (statement,) = response._query_assertion("/saml:AuthnStatement")
    return Said(provider.entity, subject, name, _instant(statement.get("AuthnInstant", ""))), str(asked)


def _well_encrypted(answer: str) -> None:
    """Before a key is turned: nothing in it is encrypted by a way that tells the key to whoever asks often. Raises TurnedAway."""
    found = Xml.to_etree(Utils.b64decode(answer))
    ways = {one.get("Algorithm", "") for one in found.iter(f"{{{XENC}}}EncryptionMethod")}
    if not ways <= ENCRYPTED_BY:
        raise TurnedAway("not accepted")


def _confirmation(response: Any) -> _Confirmed | None:
    """The assertion's one confirmation, where it is a bearer's."""
    found = response._query_assertion("/saml:Subject/saml:SubjectConfirmation")
    if len(found) != 1 or found[0].get("Method") != Saml.CM_BEARER:
        return None
    data = found[0].find("saml:SubjectConfirmationData", namespaces=Saml.NSMAP)
    if data is None:
        return None
    return _Confirmed(data.get("Recipient", ""), data.get("InResponseTo", ""), data.get("NotOnOrAfter", ""))


def _subject(response: Any, provider: IdentityProvider) -> str:
    """What stays the same of her there: an attribute that the site names, else a name id that isn't made anew each time."""
    if provider.subject:
        values = response.get_attributes().get(provider.subject, [])
        return values[0] if len(values) == 1 and isinstance(values[0], str) else ""
    return "" if response.get_nameid_format() == TRANSIENT else str(response.get_nameid() or "")


def _instant(text: str) -> float:
    """Seconds since 1970; negative for what is no time."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return -1.0
    return found.astimezone(UTC).timestamp() if found.tzinfo else -1.0


def _provider(request: HttpRequest, ours: IdentityProvider) -> SAMLProvider:
    app = SocialApp(provider=SAMLProvider.id, provider_id=ours.name, name=ours.label, client_id=ours.name)
    return SAMLProvider(request, app=app)


def _here(request: HttpRequest, provider: IdentityProvider) -> dict[str, Any]:
    return {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": reverse("elsewhere_posted", args=[provider.name]),
        "get_data": {},
        "post_data": {},
    }


def _config(request: HttpRequest, provider: IdentityProvider) -> dict[str, Any]:
    """python3-saml's settings. Raises ConfigError where the metadata file doesn't describe this identity provider."""
    try:
        theirs = Metadata.parse(provider.file("metadata"), entity_id=provider.entity).get("idp", {})
    except ConfigError:
        raise
    except Exception:
        theirs = {}
    keys = theirs.get("x509cert") or theirs.get("x509certMulti", {}).get("signing")
    if theirs.get("entityId") != provider.entity or not keys or not theirs.get("singleSignOnService"):
        raise ConfigError(
            f"{FILE}: {provider.name}: the metadata file has no such entity with key and address"
        )
    theirs.pop("singleLogoutService", None)
    return {
        "strict": True,
        "idp": theirs,
        "sp": {
            "entityId": request.build_absolute_uri(reverse("elsewhere_metadata", args=[provider.name])),
            "assertionConsumerService": {
                "url": request.build_absolute_uri(reverse("elsewhere_posted", args=[provider.name])),
                "binding": Saml.BINDING_HTTP_POST,
            },
            "NameIDFormat": Saml.NAMEID_UNSPECIFIED,
            **_own_key(provider),
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": bool(provider.key),
            "wantNameId": True,
            "wantAttributeStatement": False,
            "rejectDeprecatedAlgorithm": True,
            "requestedAuthnContext": False,
            "allowSingleLabelDomains": True,
        },
    }


def _own_key(provider: IdentityProvider) -> dict[str, str]:
    """This site's key for that provider and its certificate, where it has one. Raises ConfigError where they don't fit."""
    if not provider.key:
        return {}
    key, certificate = provider.file("key"), provider.file("certificate")
    try:
        ours = load_pem_private_key(key.encode(), None).public_key()
        theirs = load_pem_x509_certificate(certificate.encode()).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(
            f"{FILE}: {provider.name}: key and certificate must be PEM, without a password"
        ) from None
    if not isinstance(ours, RSAPublicKey) or ours != theirs:
        raise ConfigError(
            f"{FILE}: {provider.name}: the certificate is not that of the key, or the key no RSA key"
        )
    return {"privateKey": key, "x509cert": certificate}
