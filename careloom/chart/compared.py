"""What another system holds beside what we sent: the same where everything that we said still stands, whatever the server added.

Misses   a server that moved an attachment's bytes elsewhere is told of as a difference, since we don't read them there
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from careloom.chart.people import Resource

# Where order says nothing, and a server may add its own.
_ANY_ORDER = frozenset({"identifier", "security", "tag", "extension", "profile", "coding", "category"})
# A server makes or mends these itself.
_ITS_OWN = frozenset({"id", "versionId", "lastUpdated", "source"})
_INSIDE = (dict, list)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]*>")
MOST = 20


def differences(
    sent: Resource, held: Resource, addresses: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The places at which a server holds something else than we sent ("target[0].dueDate"); no value of them. `addresses` are the
    addresses there by "urn:uuid:…", for references inside what was sent together."""
    found = dict.fromkeys(_differences(sent, held, "", addresses or {}))
    return tuple(found)[:MOST]


def _differences(sent: Any, held: Any, where: str, addresses: Mapping[str, str]) -> Iterator[str]:
    if isinstance(sent, dict):
        if not isinstance(held, dict):
            yield where
            return
        for name, value in sent.items():
            here = f"{where}.{name}" if where else name
            if name in _ITS_OWN or (name == "type" and "reference" in sent):
                continue
            if name == "reference" and isinstance(value, str):
                unresolved = value.startswith("urn:uuid:") and value not in addresses
                if not unresolved and not same_address(addresses.get(value, value), str(held.get(name, ""))):
                    yield here
            elif name == "div" and isinstance(value, str):
                if value != held.get(name) and _words(value) != _words(str(held.get(name, ""))):
                    yield here
            elif name not in held:
                yield here
            elif not _alike(value, held[name]):
                yield from _differences(value, held[name], here, addresses)
    elif isinstance(sent, list):
        yield from _lists(sent, held, where, addresses)
    elif not _same(sent, held):
        yield where


def _alike(sent: Any, held: Any) -> bool:
    """Whether it is the very same, so that nothing in it need be looked at: but for references that stay what only we can follow."""
    return bool(sent == held) and (type(sent) not in _INSIDE or b'"urn:uuid:' not in orjson.dumps(sent))


def _lists(sent: list[Any], held: Any, where: str, addresses: Mapping[str, str]) -> Iterator[str]:
    if not isinstance(held, list):
        yield where
        return
    if where.rpartition(".")[2] in _ANY_ORDER:
        for number, one in enumerate(sent):
            if not any(next(_differences(one, other, "x", addresses), None) is None for other in held):
                yield f"{where}[{number}]"
        return
    if len(sent) != len(held):
        yield where
        return
    for number, (one, other) in enumerate(zip(sent, held, strict=True)):
        yield from _differences(one, other, f"{where}[{number}]", addresses)


def _same(sent: Any, held: Any) -> bool:
    if isinstance(sent, str) and isinstance(held, str) and sent != held:
        return bool(_TIME.match(sent) and _TIME.match(held)) and _instant(sent) == _instant(held) is not None
    return bool(sent == held)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def same_address(sent: str, held: str) -> bool:
    """Whether two references are to the same thing: a server may write its own base before it, or a version behind it."""
    bare = held.partition("/_history/")[0]
    return bare == sent or bare.endswith(f"/{sent}")


def _words(div: str) -> str:
    return _SPACE.sub(" ", _TAG.sub(" ", div)).strip()
