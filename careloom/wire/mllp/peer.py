"""Whom we send to over MLLP: the address that the site has set, what it resolves to, and with which certificate it is met.

Never    connects to an address that no receiver of messages has (link-local, a cloud's metadata), whatever a name resolves to, or sends in
         clear to another machine unless the site says so
"""

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from careloom.errors import ConfigError, WriteBackError
from careloom.wire.guard import Address, NobodysAddress, resolved

# Schemes by whether they mean TLS.
SCHEMES = {"mllp": False, "mllps": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A receiver. `tls` says how it is met, None for in clear.

    connect_seconds   for a connection with its TLS handshake, whatever number of addresses its name has
    answer_seconds    from a message's first byte to the end of its last acknowledgement
    most_bytes        that may come before the acknowledgement that is waited for
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    most_bytes: int = 1 << 20


def address(said: str, what: str, *, allow_plain: bool) -> tuple[str, int, bool]:
    """Host, port and whether with TLS, of an address like "mllps://ehr.example:2576".

    Raises ConfigError (naming `what`) for what is no such address, and for one in clear to another machine unless that is allowed.
    """
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        raise ConfigError(f"{what} is no address like mllps://host:port") from None
    if parts.scheme not in SCHEMES or not parts.hostname or not port:
        raise ConfigError(f"{what} is no address like mllps://host:port")
    if parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigError(f"{what} holds more than a host and a port")
    if not SCHEMES[parts.scheme] and not (allow_plain or _is_loopback(parts.hostname)):
        raise ConfigError(
            f"{what}: another machine is reached with TLS alone (mllps://), or set options.allow_plain"
        )
    return parts.hostname, port, SCHEMES[parts.scheme]


def tls(ca: Path | None = None, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or later with the authorities of the machine or the site's own, and our certificate where the receiver wants one.

    Raises ConfigError for a file that is none.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        if certificate:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"a certificate or key can't be read ({type(error).__name__})") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def connect(peer: Peer) -> socket.socket:
    """A connection to the first address of the peer that answers.

    Raises WriteBackError where none does, or one that a name resolves to may not be asked (`permanent`).
    """
    why = "its name is not known"
    until = time.monotonic() + peer.connect_seconds
    for found in _resolved(peer):
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            plain = socket.create_connection((str(found), peer.port), timeout=left)
        except OSError as error:
            why = type(error).__name__
            continue
        try:
            return peer.tls.wrap_socket(plain, server_hostname=peer.host) if peer.tls else plain
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise WriteBackError(f"its certificate is not accepted: {error.verify_message}") from None
        except OSError as error:
            plain.close()
            raise WriteBackError(f"no TLS with it ({type(error).__name__})") from None
    raise WriteBackError(f"it can't be reached ({why})")


def _resolved(peer: Peer) -> list[Address]:
    """The addresses of its name, each of which may be asked. Raises WriteBackError."""
    try:
        return resolved(peer.host, peer.port)
    except OSError:
        raise WriteBackError("its name is not known now") from None
    except NobodysAddress:
        raise WriteBackError("its address is one that no receiver of messages has", permanent=True) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
