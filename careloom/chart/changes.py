"""What has to change in another system's chart so that it holds what it is to hold: pure, and nothing where it does already.

Takes    what is wanted there, what is there under the same keys, and what we sent of it before
Gives    the changes, each conditional on what was read, as one transaction Bundle; what is left as it is, in words
Never    overwrites what somebody else changed there, or writes again what somebody deleted there

Source   HL7 FHIR R4 (4.0.1), http: conditional create (If-None-Exist), update as create, version-aware update (If-Match), transaction
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import orjson

from careloom.chart.compared import differences
from careloom.chart.people import Resource
from careloom.chart.written import LASTING, Wanted

_URN = "urn:uuid:"
# What a server keeps of its own inside these stays beside ours.
_UNITED = ("identifier",)
_ITS_OWN = ("versionId", "lastUpdated")
# Where a resource says whether it stands.
_STANDS = ("status", "lifecycleStatus", "verificationStatus")
_LABELS = "meta"
_LEFT = ": changed there by somebody else"


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that is there: its address ("Goal/5"), its version, and what it says."""

    address: str
    version: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a create (`if_none_exist` its condition, "" for none) or an update (`if_match` the version that was read)."""

    key: str
    method: str
    url: str
    resource: Resource
    if_match: str = ""
    if_none_exist: str = ""

    @property
    def kind(self) -> str:
        """The FHIR type that is changed."""
        return str(self.resource["resourceType"])


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the other chart: what it holds by key, what we sent before by key (all versions, as kept), of which versions there it
    is known that they came of what we sent (by key and version, as kept), which keys were read back there once, which types it lets us give
    an id, and whether creates are made conditional."""

    held: Mapping[str, Held]
    before: Mapping[str, Sequence[str]] = field(default_factory=dict)
    became: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    named_by_us: frozenset[str] = frozenset()
    conditional: bool = True
    _compared: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The addresses of what is there, by the "urn:uuid:…" by which our resources refer to it."""
        return {f"{_URN}{key}": one.address for key, one in self.held.items()}

    def sent(self, key: str) -> list[Resource]:
        """All versions of what we sent before under a key: read only where something there is otherwise."""
        return [of_text(one) for one in self.before.get(key, ())]

    def differs(self, one: Wanted) -> tuple[str, ...]:
        """The places at which what is there says something else than what is wanted under its key, which is one thing each time it is asked."""
        if one.key not in self._compared:
            held = self.held[one.key].resource
            self._compared[one.key] = differences(one.resource, held, self.addresses)
        return self._compared[one.key]

    def kept_otherwise(self, key: str, sent: Resource) -> frozenset[str]:
        """The places at which what is there says something else than was sent of it, but for those that say whether it stands."""
        if key not in self.held:
            return frozenset()
        places = differences(sent, self.held[key].resource, self.addresses)
        return frozenset(one for one in places if not one.startswith(_STANDS))


def changes(
    wanted: Iterable[Wanted], leaving: Iterable[Wanted], known: Known
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """What must be changed so that all that is `wanted` is there and what is `leaving` says so, and what is left as it is, in words."""
    made: list[Change] = []
    notes: list[str] = []
    for one, only_there in [*((one, False) for one in wanted), *((one, True) for one in leaving)]:
        held = known.held.get(one.key)
        if held is None:
            if one.key in known.seen and not only_there:
                notes.append(f"{one.kind}: deleted there since; it is not written again")
            elif not only_there:
                made.append(_created(one, known))
            continue
        if one.kind in LASTING or not known.differs(one):
            continue
        ours = known.became.get(one.key, {}).get(held.version)
        if ours is not None:
            # A server keeps some things its own way; as long as the version is that of our writing, nobody else has said anything.
            if differences(resolved(one.resource, known.addresses), resolved(of_text(ours), known.addresses)):
                made.append(_updated(one, held, known))
            continue
        others = _others(one, held, known)
        if others:
            notes.append(left_alone(held.address, others))
        else:
            made.append(_updated(one, held, known))
    return tuple(made), tuple(notes)


def left_alone(address: str, where: Iterable[str]) -> str:
    """What is told of something that somebody else changed there, at these places."""
    return f"{address}{_LEFT} ({', '.join(where)}); left as it is"


def are_left_alone(notes: Iterable[str]) -> frozenset[str]:
    """The addresses of which such a thing is told."""
    return frozenset(one.partition(_LEFT)[0] for one in notes if _LEFT in one)


def transaction(made: Iterable[Change]) -> Resource:
    """The changes as one transaction Bundle."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(one) for one in made]}


def _entry(one: Change) -> Resource:
    request = {"method": one.method, "url": one.url}
    if one.if_match:
        request["ifMatch"] = one.if_match
    if one.if_none_exist:
        request["ifNoneExist"] = one.if_none_exist
    return {"fullUrl": f"{_URN}{one.key}", "resource": one.resource, "request": request}


def _others(one: Wanted, held: Held, known: Known) -> tuple[str, ...]:
    """Where a resource says something that we never sent; () where it is as some version of ours left it."""
    # Of what we don't know to have sent (a backup was restored) we can't tell who said it.
    found: tuple[str, ...] = ()
    for sent in known.sent(one.key) or (one.resource,):
        places = differences(sent, held.resource, known.addresses)
        # Which labels and profiles it keeps is its own way, and nobody's word about the patient.
        found = tuple(one for one in places if one.partition(".")[0] != _LABELS)
        if not found:
            return ()
    return found


def _created(one: Wanted, known: Known) -> Change:
    resource = resolved(one.resource, known.addresses) if known.held else one.resource
    if one.kind in known.named_by_us:
        return Change(one.key, "PUT", f"{one.kind}/{one.key}", {**resource, "id": one.key})
    system, value = one.identifier
    condition = f"identifier={quote(system, safe=':/')}|{quote(value, safe='-')}" if system else ""
    return Change(one.key, "POST", one.kind, resource, if_none_exist=condition if known.conditional else "")


def _updated(one: Wanted, held: Held, known: Known) -> Change:
    ours = resolved(one.resource, known.addresses)
    dropped = {name for sent in known.sent(one.key) for name in sent} - set(ours)
    kept = {name: value for name, value in held.resource.items() if name not in dropped}
    resource = {**kept, **ours, "id": held.address.rpartition("/")[2]}
    meta = {name: value for name, value in kept.get("meta", {}).items() if name not in _ITS_OWN}
    if meta or "meta" in ours:
        own = ours.get("meta", {})
        resource["meta"] = {
            **meta,
            **{name: _united(meta.get(name, []), value) for name, value in own.items()},
        }
    for name in _UNITED:
        if name in kept and name in ours:
            resource[name] = _united(kept[name], ours[name])
    match = f'W/"{held.version}"' if held.version else ""
    return Change(one.key, "PUT", held.address, resource, if_match=match)


def _united(theirs: Any, ours: Any) -> Any:
    if not (isinstance(theirs, list) and isinstance(ours, list)):
        return ours
    return [*theirs, *(one for one in ours if one not in theirs)]


def resolved(value: Any, addresses: Mapping[str, str]) -> Any:
    """A resource whose references to what is there already name it by its address there."""
    if isinstance(value, list):
        return [resolved(one, addresses) for one in value]
    if isinstance(value, dict):
        return {
            name: addresses.get(one, one)
            if name == "reference" and isinstance(one, str)
            else resolved(one, addresses)
            for name, one in value.items()
        }
    return value


def as_text(resource: Resource) -> str:
    """A resource as it is kept: canonical JSON."""
    return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS).decode()


def of_text(text: str) -> Resource:
    """A kept resource again."""
    found: Resource = orjson.loads(text)
    return found
