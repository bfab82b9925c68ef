"""The address of a mail server: smtp://[USER:PASSWORD@]HOST[:PORT] (STARTTLS is required), or smtps:// (TLS from the first byte)."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from careloom.errors import ConfigError

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; `tls` is "at once", "starttls", or "" on this very machine alone."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(url: str) -> MailServer:
    """The server that an address names. Raises ConfigError, which never quotes it."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ConfigError("CARELOOM_SMTP_URL is no address") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError("CARELOOM_SMTP_URL is smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…")
    tls = "at once" if parts.scheme == "smtps" else "" if _is_here(parts.hostname) else "starttls"
    return MailServer(parts.hostname, port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
