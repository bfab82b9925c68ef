"""A SAML identity provider that says whatever a test tells it to: real signatures, no manners."""

import base64
import re
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY = "https://id.riverside.example"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

_TRANSFORM = type(xmlsec.constants.TransformAes256Cbc)


def key_and_certificate() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "invented")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


def metadata(certificate: str, sso: str = f"{ENTITY}/sso") -> str:
    plain = re.sub(r"-----[^-]+-----|\s", "", certificate)
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}"><md:KeyDescriptor use="signing">'
        f'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{plain}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        f'Location="{sso}"/></md:IDPSSODescriptor></md:EntityDescriptor>'
    )


def request_of(location: str) -> str:
    """The AuthnRequest that somebody was sent with."""
    packed = parse_qs(urlsplit(location).query)["SAMLRequest"][0]
    return zlib.decompress(base64.b64decode(packed), -15).decode()


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Asserted:
    """One assertion and its envelope; an attribute that is None is left out."""

    request: str
    site: str = "http://testserver/sign-in/with/riverside"
    issuer: str = ENTITY
    response_issuer: str = ENTITY
    name: str = "rosa"
    format: str = PERSISTENT
    audience: str | None = ""
    recipient: str | None = ""
    destination: str | None = ""
    method: str = BEARER
    in_response_to: str | None = ""
    response_in_response_to: str | None = ""
    begins: float = -30
    ends: float = 300
    confirmed_until: float | None = 300
    proved: float = 0
    status: str = "Success"
    attributes: dict[str, str] = field(default_factory=dict)
    id: str = "_a1"

    def assertion(self) -> str:
        acs = f"{self.site}/acs"
        data = {
            "InResponseTo": self.request if self.in_response_to == "" else self.in_response_to,
            "Recipient": acs if self.recipient == "" else self.recipient,
            "NotOnOrAfter": None if self.confirmed_until is None else at(self.confirmed_until),
        }
        audience = f"{self.site}/metadata" if self.audience == "" else self.audience
        restricted = (
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
            if audience is not None
            else ""
        )
        values = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in self.attributes.items()
        )
        return (
            f'<saml:Assertion xmlns:saml="{SAML}" ID="{self.id}" Version="2.0" IssueInstant="{at(0)}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer>"
            f'<saml:Subject><saml:NameID Format="{self.format}">{self.name}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{self.method}"><saml:SubjectConfirmationData{_said(data)}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{at(self.begins)}" NotOnOrAfter="{at(self.ends)}">{restricted}</saml:Conditions>'
            f'<saml:AuthnStatement AuthnInstant="{at(self.proved)}"><saml:AuthnContext><saml:AuthnContextClassRef>'
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
            f"</saml:AuthnStatement>{f'<saml:AttributeStatement>{values}</saml:AttributeStatement>' if values else ''}"
            "</saml:Assertion>"
        )

    def envelope(self, inside: str) -> str:
        said = {
            "Destination": f"{self.site}/acs" if self.destination == "" else self.destination,
            "InResponseTo": self.request
            if self.response_in_response_to == ""
            else self.response_in_response_to,
        }
        return (
            f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r1" Version="2.0" IssueInstant="{at(0)}"'
            f"{_said(said)}><saml:Issuer>{self.response_issuer}</saml:Issuer><samlp:Status>"
            f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{self.status}"/></samlp:Status>'
            f"{inside}</samlp:Response>"
        )


def encrypted(
    inside: str,
    certificate: str,
    data: str = "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    transport: str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
) -> str:
    """An assertion as an EncryptedAssertion to whom the certificate belongs."""
    ways = {one.href: one for one in vars(xmlsec.constants).values() if isinstance(one, _TRANSFORM)}
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM, None))
    holder = etree.fromstring(
        f'<saml:EncryptedAssertion xmlns:saml="{SAML}">{inside}</saml:EncryptedAssertion>'
    )
    template = xmlsec.template.encrypted_data_create(
        holder, ways[data], type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(template)
    info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="dsig")
    key = xmlsec.template.add_encrypted_key(info, ways[transport])
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    context = xmlsec.EncryptionContext(manager)
    kind, bits = ("DES", 192) if "tripledes" in data else ("AES", 256)
    context.key = xmlsec.Key.generate(getattr(xmlsec.KeyData, kind), bits, xmlsec.KeyDataType.SESSION)
    context.encrypt_xml(template, holder[0])
    return etree.tostring(holder).decode()


def _said(attributes: dict[str, str | None]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items() if value is not None)


def packed(xml: str) -> str:
    return base64.b64encode(xml.encode()).decode()


@dataclass
class Asserter:
    """It signs with `key`; somebody else's key is `other`."""

    def __post_init__(self) -> None:
        self.key, self.certificate = key_and_certificate()
        self.other = key_and_certificate()

    def signed(self, said: Asserted, algorithm: str = OneLogin_Saml2_Constants.RSA_SHA256) -> str:
        found = OneLogin_Saml2_Utils.add_sign(
            said.assertion(), self.key, self.certificate, sign_algorithm=algorithm
        )
        return found.decode() if isinstance(found, bytes) else str(found)

    def honest(self, said: Asserted) -> str:
        return said.envelope(self.signed(said))

    def unsigned(self, said: Asserted) -> str:
        return said.envelope(said.assertion())

    def by_another_key(self, said: Asserted) -> str:
        key, certificate = self.other
        found: Any = OneLogin_Saml2_Utils.add_sign(said.assertion(), key, certificate)
        return said.envelope(found.decode())

    def by_an_old_algorithm(self, said: Asserted) -> str:
        return said.envelope(self.signed(said, OneLogin_Saml2_Constants.RSA_SHA1))

    def changed_after_signing(self, said: Asserted) -> str:
        return self.honest(said).replace(">rosa<", ">osei<")

    def with_its_signature_taken_out(self, said: Asserted) -> str:
        return re.sub(r"<ds:Signature.*</ds:Signature>", "", self.honest(said), flags=re.S)

    def wrapped_before(self, said: Asserted) -> str:
        """XSW: a forged assertion in front of the signed one."""
        forged = replace(said, name="osei", id="_evil")
        return said.envelope(forged.assertion() + self.signed(said))

    def wrapped_after(self, said: Asserted) -> str:
        forged = replace(said, name="osei", id="_evil")
        return said.envelope(self.signed(said) + forged.assertion())

    def wrapped_around(self, said: Asserted) -> str:
        """XSW: the signed assertion lies inside the forged one."""
        forged = replace(said, name="osei", id="_evil").assertion()
        inner = f"<saml:Advice>{self.signed(said)}</saml:Advice>"
        return said.envelope(forged.replace("<saml:AuthnStatement", f"{inner}<saml:AuthnStatement", 1))

    def wrapped_in_its_signature(self, said: Asserted) -> str:
        """XSW: the forged assertion carries the signature, whose object holds the signed one."""
        signed = self.signed(said)
        found = re.search(r"<ds:Signature.*</ds:Signature>", signed, re.S)
        assert found
        original = signed.replace(found.group(0), "")
        carried = found.group(0).replace(
            "</ds:Signature>", f"<ds:Object>{original}</ds:Object></ds:Signature>"
        )
        forged = replace(said, name="osei", id="_evil").assertion()
        return said.envelope(forged.replace("</saml:Issuer>", f"</saml:Issuer>{carried}", 1))

    def under_the_same_id(self, said: Asserted) -> str:
        forged = replace(said, name="osei")
        return said.envelope(forged.assertion() + self.signed(said))

    def with_an_entity(self, said: Asserted) -> str:
        return '<!DOCTYPE x [<!ENTITY who "osei">]>' + self.honest(said).replace(">rosa<", ">&who;<")

    def with_a_file(self, said: Asserted) -> str:
        return '<!DOCTYPE x [<!ENTITY who SYSTEM "file:///etc/hostname">]>' + self.honest(said)

    def no_xml(self, said: Asserted) -> str:
        return "<samlp:Response"

    def empty(self, said: Asserted) -> str:
        return said.envelope("")
