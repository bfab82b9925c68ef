"""Addresses: which are safe to ask, which belong to one server, and how a search is written."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

from careloom.errors import ConfigError
from careloom.wire.guard import may_be_asked, number

PORTS = {"http": 80, "https": 443}


def checked(url: str, what: str, *, allow_http: bool) -> str:
    """An address that the site has set, without a slash at its end.

    Raises ConfigError (naming `what`) for one that is no plain http(s) address, for a number that no server has, and for http to another
    machine unless the site allows it.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"{what} is not the address of a server (https://…)")
    found = number(parts.hostname)
    if found is not None and not may_be_asked(found):
        raise ConfigError(f"{what} is an address that no server has")
    if parts.scheme == "http" and not (allow_http or is_this_machine(parts.hostname)):
        raise ConfigError(f"{what}: another machine is reached over https alone (or set options.allow_http)")
    return url.rstrip("/")


def is_this_machine(host: str) -> bool:
    """Whether a host is `localhost` or a loopback address, by its name alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; ("", "", 0) for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ("", "", 0)
    scheme = parts.scheme.lower()
    return (scheme, (parts.hostname or "").lower(), port or PORTS.get(scheme, 0))


def is_inside(url: str) -> bool:
    """Whether an address names a machine of a network by its number, or by a name that only means something there."""
    host = origin(url)[1]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
    return True


def absolute(base: str, link: str) -> str:
    """A link of a server as an address; relative ones start at its base.

    A server behind a gateway may take itself for one without TLS: its own host is asked over https all the same.
    """
    try:
        url = urljoin(f"{base}/", link)
    except ValueError:
        return link
    ours, said = origin(base), origin(url)
    if (
        ours[0] == "https"
        and said[0] == "http"
        and said[1] == ours[1]
        and said[2] in (PORTS["http"], ours[2])
    ):
        parts = urlsplit(url)
        return urlunsplit(parts._replace(scheme="https", netloc=urlsplit(base).netloc))
    return url


def asking(base: str, path: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a search or operation below a base."""
    said = urlencode(list(params), quote_via=quote, safe=":|,/")
    return f"{base}/{path}?{said}" if said else f"{base}/{path}"
