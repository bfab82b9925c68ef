"""Where a resource stands in its message, and what its references lead to."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from careloom.care.elsewhere import Told
from careloom.care.entry import Message, Period, Source, When, entry_id, when
from careloom.connect.fhir.datatypes import Reference, Resource, WirePeriod
from careloom.errors import InputError

ADDRESS = re.compile(r"(?:^|.*/)([A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64})$")
SCHEME = re.compile(r"^https?://")


@dataclass(slots=True)
class Item:
    """One resource of a message: what it is, where it stands, and the id that its entry has or would have."""

    resource: Resource
    kind: str
    where: str
    full_url: str = ""
    entry: str = ""


def nothing(resource: str) -> None:
    """What nobody said elsewhere."""
    del resource


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of who sent a message besides what stands in it.

    `served` says that it is a server of which "Condition/5" means one resource for ever, `known` that it is a sender
    whom the site has named, so that its messages belong together: `named` and `told` then give what earlier ones of
    them have said of a "Type/id".
    """

    served: bool = False
    known: bool = False
    named: Callable[[str], Item | None] = nothing
    told: Callable[[str], Told | None] = nothing


def address(reference: str) -> str:
    """A reference without its version: "Patient/1/_history/2" → "Patient/1"."""
    return reference.partition("/_history/")[0]


def tail(reference: str) -> str:
    """The "Type/id" at the end of a literal reference, or ""."""
    found = ADDRESS.match(reference)
    return found.group(1) if found else ""


@dataclass(slots=True)
class Links:
    """The resources of a message by the addresses under which others refer to them.

    `items` has them by full URL (without http or https) and by "Type/id"; `ambiguous` are the "Type/id"
    that two servers use. `earlier` are people, places and drugs of earlier parts of the same stream, `sender` knows
    those of earlier messages.
    """

    items: dict[str, Item] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    earlier: dict[str, Item] = field(default_factory=dict)
    sender: Sender = Sender()

    def add(self, item: Item) -> None:
        """Make a resource reachable."""
        if item.full_url:
            self.items[SCHEME.sub("", item.full_url)] = item
        if item.resource.id:
            key = f"{item.kind}/{item.resource.id}"
            known = self.items.setdefault(key, item)
            if known is not item and known.full_url != item.full_url:
                self.ambiguous.add(key)

    def find(self, reference: str, beside: str = "") -> Item | None:
        """What a literal reference leads to; `beside` is the full URL of the resource that holds it."""
        target = address(reference)
        found = self.items.get(SCHEME.sub("", target))
        if found is None or target in self.ambiguous:
            base = beside.removesuffix(tail(beside)) if beside else ""
            if SCHEME.match(target):
                found = self.items.get(tail(target)) or self.earlier.get(tail(target))
                if found and not SCHEME.match(found.full_url):
                    return found
                return self.sender.named(tail(target)) if base and target == base + tail(target) else None
            found = self.items.get(SCHEME.sub("", base + target)) if base else None
        return found or self.earlier.get(target) or self.sender.named(target)


@dataclass(slots=True)
class Place:
    """One resource's place: gives its entry's id and source, reads its times, and follows its references."""

    message: Message
    where: str
    kind: str
    links: Links
    full_url: str = ""
    contained: dict[str, Resource] = field(default_factory=dict)
    id: str = ""
    resource: str = ""
    updated: str = ""

    @property
    def source(self) -> Source:
        """The entry's source."""
        return Source(self.message.sha256, self.where, self.message.source, self.resource, self.updated)

    def path(self, name: str) -> str:
        """The full path of one of its fields."""
        inside = self.where if not self.where.startswith("line ") else f"{self.where} {self.kind}"
        return f"{inside}.{name}"

    def when(self, text: str | None, name: str) -> When | None:
        """A date or time of the field `name`. Raises InputError with the field's path."""
        if not text:
            return None
        try:
            return when(text, self.message.zone)
        except InputError as error:
            raise InputError(error.reason, self.path(name)) from None

    def period(self, both: WirePeriod | None, name: str) -> Period:
        """A Period of the field `name`."""
        if both is None:
            return Period()
        return Period(self.when(both.start, f"{name}.start"), self.when(both.end, f"{name}.end"))

    def at(self, text: str | None, both: WirePeriod | None, name: str) -> Period:
        """A choice of `nameDateTime` and `namePeriod`."""
        if text:
            return Period(self.when(text, f"{name}DateTime"))
        return self.period(both, f"{name}Period")

    def follow(self, reference: Reference | None) -> Resource | None:
        """The resource that a reference leads to inside this message or this resource."""
        target = reference.reference if reference else None
        if not target:
            return None
        if target.startswith("#"):
            return self.contained.get(target[1:])
        found = self.links.find(target, self.full_url)
        return found.resource if found else None

    def told(self, reference: Reference | None) -> Told | None:
        """What an earlier message of the same sender said of what a reference leads to."""
        target = address(reference.reference or "") if reference else ""
        return self.links.sender.told(target) if tail(target) == target != "" else None

    def to(self, *references: Reference | None) -> tuple[str, ...]:
        """The ids of the entries that references of this resource lead to, each once, never its own."""
        found: dict[str, None] = {}
        for reference in references:
            target = reference.reference if reference else None
            if target and not target.startswith("#"):
                item = self.links.find(target, self.full_url)
                if item is not None and item.entry and item.entry != self.id:
                    found[item.entry] = None
        return tuple(found)


def place(message: Message, item: Item, links: Links, contained: dict[str, Resource]) -> Place:
    """The place of one resource of a message."""
    it = item.resource
    updated = (it.meta.last_updated or "") if it.meta else ""
    kept = it.id and links.sender.known and (links.sender.served or updated)
    named = f"{item.kind}/{it.id}" if kept else ""
    return Place(message, item.where, item.kind, links, item.full_url, contained, item.entry, named, updated)


def identify(message: Message, items: Iterable[Item]) -> None:
    """Give every item the id that its entry will have."""
    for item in items:
        item.entry = entry_id(message.sha256, item.where, item.kind)
