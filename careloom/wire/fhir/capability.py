"""What a server says of itself: its CapabilityStatement, and where it gives tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

ALL = "*"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server can do with one resource type."""

    search: bool = False
    read: bool = False
    params: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    revincludes: frozenset[str] = frozenset()
    create: bool = False
    update: bool = False
    conditional_create: bool = False
    update_create: bool = False
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class Capability:
    """A CapabilityStatement, as far as it is used; `known` is False where the server gave none."""

    known: bool = False
    version: str = ""
    software: str = ""
    software_version: str = ""
    offers: Mapping[str, Offer] = field(default_factory=dict)
    exports: bool = False
    token_url: str = ""
    system: frozenset[str] = frozenset()

    @property
    def tells_writes(self) -> bool:
        """Whether it says of any type that it can be written; many statements are silent about all of it, and take it."""
        return any(one.create or one.update for one in self.offers.values())

    def takes(self, kind: str) -> bool:
        """Whether a type can be created, as far as is known."""
        return not self.known or (
            self.offers.get(kind, Offer()).create if self.tells_writes else kind in self.offers
        )

    @property
    def transactions(self) -> bool:
        """Whether several changes can be made as one, as far as is known."""
        return "transaction" in self.system or not (self.known and (self.system or self.tells_writes))

    def searches(self, kind: str) -> bool:
        """Whether a type can be searched, as far as is known."""
        return not self.known or self.offers.get(kind, Offer()).search

    def includes(self, kind: str, name: str) -> bool:
        """Whether a search of a type can bring what it refers to."""
        offered = self.offers.get(kind, Offer()).includes
        return not self.known or name in offered or ALL in offered

    def revincludes(self, kind: str, name: str) -> bool:
        """Whether a search of a type can bring what refers to it. Only where the server says so: many refuse."""
        offered = self.offers.get(kind, Offer()).revincludes
        return name in offered or ALL in offered


class _Named(msgspec.Struct):
    name: str = ""
    code: str = ""


class _Software(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Kind(msgspec.Struct, rename="camel"):
    type: str = ""
    interaction: list[_Named] = []
    search_param: list[_Named] = []
    search_include: list[str] = []
    search_rev_include: list[str] = []
    operation: list[_Named] = []
    conditional_create: bool = False
    update_create: bool = False
    versioning: str = ""


class _Extension(msgspec.Struct, rename="camel"):
    url: str = ""
    value_uri: str = ""
    extension: list["_Extension"] = []


class _Security(msgspec.Struct):
    extension: list[_Extension] = []


class _Rest(msgspec.Struct):
    mode: str = ""
    resource: list[_Kind] = []
    operation: list[_Named] = []
    interaction: list[_Named] = []
    security: _Security = msgspec.field(default_factory=_Security)


class _Statement(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    fhir_version: str = ""
    software: _Software = msgspec.field(default_factory=_Software)
    rest: list[_Rest] = []


class _Smart(msgspec.Struct):
    token_endpoint: str = ""


def statement(body: bytes) -> Capability:
    """A CapabilityStatement's bytes; an unknown capability where they are something else."""
    try:
        found = msgspec.json.decode(body, type=_Statement)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Capability()
    if found.resource_type != "CapabilityStatement":
        return Capability()
    rest = next((one for one in found.rest if one.mode in ("server", "")), _Rest())
    named = [one.name for one in rest.operation]
    named += [one.name for kind in rest.resource for one in kind.operation]
    return Capability(
        # A statement that lists no types says nothing of them.
        known=bool(rest.resource),
        version=found.fhir_version,
        software=found.software.name,
        software_version=found.software.version,
        offers={kind.type: _offer(kind) for kind in rest.resource},
        exports=any(name.removeprefix("$").endswith("export") for name in named),
        token_url=_token_url(rest.security.extension),
        system=frozenset(one.code for one in rest.interaction),
    )


def smart_token_url(body: bytes) -> str:
    """The token endpoint of a .well-known/smart-configuration; "" where there is none."""
    try:
        return msgspec.json.decode(body, type=_Smart).token_endpoint
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ""


def _offer(kind: _Kind) -> Offer:
    done = {one.code for one in kind.interaction}
    return Offer(
        search="search-type" in done,
        read="read" in done,
        params=frozenset(one.name for one in kind.search_param),
        includes=frozenset(kind.search_include),
        revincludes=frozenset(kind.search_rev_include),
        create="create" in done,
        update="update" in done,
        conditional_create=kind.conditional_create,
        update_create=kind.update_create,
        versioned=kind.versioning == "versioned-update",
    )


def _token_url(extensions: list[_Extension]) -> str:
    """The older way to say it: the oauth-uris extension of SMART App Launch 1."""
    inside = (inner for one in extensions for inner in one.extension if one.url.endswith("/oauth-uris"))
    return next((one.value_uri for one in inside if one.url == "token"), "")
