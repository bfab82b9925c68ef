"""Webhooks over the network: an address is looked up each time it is sent to, and only at a public number is anything sent.

Takes    an address, a body and its headers
Gives    nothing where it was taken (2xx)
Never    follows a redirect, sends to a machine of our own network (unless the site names it), or asks the name a second time
"""

import hmac
import socket
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

from careloom.errors import ExternalError, InputError
from careloom.wire.guard import carried, may_be_asked

TIMEOUT = 5.0
SIGNATURE, TIMESTAMP, DELIVERY = "Careloom-Signature", "Careloom-Timestamp", "Careloom-Delivery"
Look = Callable[[str, int], Iterable[str]]


class WebhookError(ExternalError):
    """Whom we tell didn't take it; `said` is the status, or the name of what went wrong."""

    def __init__(self, said: str, *, permanent: bool = False) -> None:
        super().__init__(f"it was not taken ({said})", permanent=permanent)
        self.said = said


def look_up(host: str, port: int) -> list[str]:
    """The numbers of a host. Raises WebhookError."""
    try:
        return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise WebhookError("no such host") from None


def signature(secrets: Iterable[str], timestamp: str, body: bytes) -> str:
    """The signatures of a body, one for each secret that is good now: HMAC-SHA256 over timestamp, a dot, and the bytes."""
    signed = timestamp.encode() + b"." + body
    return ", ".join(f"v1={hmac.new(one.encode(), signed, 'sha256').hexdigest()}" for one in secrets)


@dataclass(frozen=True)
class Sender:
    """Sends to addresses; those of `trusted` hosts may lie in our own network, and on this machine be without TLS."""

    trusted: Collection[str] = ()
    look: Look = look_up

    def check(self, address: str) -> tuple[str, str]:
        """The host of an address and a number of it to which something may be sent. Raises InputError, WebhookError."""
        try:
            parts = urlsplit(address)
            host, port = (
                (parts.hostname or "").lower(),
                parts.port or (443 if parts.scheme == "https" else 80),
            )
        except ValueError:
            raise InputError("is no address of a server (https://…)", where="address") from None
        is_ours = host in self.trusted
        if (parts.scheme != "https" and not (is_ours and parts.scheme == "http")) or not host:
            raise InputError("is reached over https alone (https://…)", where="address")
        if parts.username or parts.password or parts.fragment:
            raise InputError("holds a name, a password or a fragment", where="address")
        numbers = list(self.look(host, port))
        if not numbers:
            raise WebhookError("no such host")
        if not all(may_be_asked(ip_address(one.partition("%")[0])) for one in numbers):
            raise InputError("leads to an address at which no server is", where="address")
        # One number of our network among public ones is refused, too: which one is asked would be chance.
        if not is_ours and not all(_is_public(one) for one in numbers):
            raise InputError("leads into a network that is not public", where="address")
        return host, numbers[0]

    def send(self, address: str, body: bytes, headers: dict[str, str]) -> None:
        """Send a body. Raises WebhookError where it was not taken, InputError where the address leads inwards by now."""
        host, number = self.check(address)
        url = httpx.URL(address)
        pinned = url.copy_with(host=number)
        sent = {"Host": url.netloc.decode(), "Content-Type": "application/fhir+json", **headers}
        try:
            with (
                httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST", pinned, content=body, headers=sent, extensions={"sni_hostname": host}
                ) as answer,
            ):
                status = answer.status_code
        except httpx.HTTPError as error:
            raise WebhookError(type(error).__name__) from None
        if not 200 <= status < 300:
            raise WebhookError(f"status {status}", permanent=status == 410)


def _is_public(number: str) -> bool:
    found = ip_address(number.partition("%")[0])
    inside = carried(found) if isinstance(found, IPv6Address) else None
    return (inside or found).is_global and not found.is_multicast
