"""Guard: addresses at which no server is, whatever a setting, a name or another system says: nothing is ever sent there (SSRF).

An EHR may well stand in our own network, so that its numbers are no reason to refuse; those of a cloud's metadata are.
"""

import ipaddress
import socket

# What clouds answer under with keys of the machine, beside the link-local 169.254.169.254.
METADATA = frozenset({"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"})

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NobodysAddress(ValueError):
    """A number that no server has."""


def may_be_asked(found: Address) -> bool:
    """Whether something may be sent to this address: none that is link-local, of a cloud's metadata, of many machines or of none."""
    one = (carried(found) if isinstance(found, ipaddress.IPv6Address) else None) or found
    if str(one) in METADATA or one.is_link_local or one.is_multicast or one.is_unspecified:
        return False
    return one.is_loopback or not one.is_reserved


def carried(found: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 number to which a number of IPv6 leads: mapped, by 6to4 (RFC 3056), or translated on the way (NAT64, RFC 6052)."""
    if found in NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.ipv4_mapped or found.sixtofour


def number(text: str) -> Address | None:
    """The address that a text is, in its plain form; None for a name, which a resolver may still turn into one."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def resolved(host: str, port: int) -> list[Address]:
    """The addresses of a name or number, each of which may be asked. Raises NobodysAddress, and OSError for an unknown name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError("no such name") from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    # One such number among others is refused, too: which one is asked would be chance.
    if any(not may_be_asked(one) for one in addresses):
        raise NobodysAddress
    return list(dict.fromkeys(addresses))


def must_be_asked(peer: str) -> None:
    """Raises NobodysAddress where a connection has come out at such a number, whatever the name led to a moment before."""
    found = number(peer)
    if found is not None and not may_be_asked(found):
        raise NobodysAddress
