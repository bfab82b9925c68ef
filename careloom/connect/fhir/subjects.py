"""Whom each resource of a message is about, and who these people are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from careloom.care.entry import Identifier, Merge, Message, Person
from careloom.connect.fhir.datatypes import Reference, Resource, WireIdentifier
from careloom.connect.fhir.document import Provenance
from careloom.connect.fhir.encounter import Appointment
from careloom.connect.fhir.patient import REPLACES, Patient, identifier, person
from careloom.connect.fhir.place import SCHEME, Item, Links, Place, address, tail
from careloom.errors import InputError, PatientMismatch, UnknownReference


@dataclass(slots=True)
class Subjects:
    """The people of a message by key ("Patient/1", a full URL where two servers' ids clash, …)."""

    message: Message
    links: Links
    people: dict[str, Person] = field(default_factory=dict)
    patients: list[str] = field(default_factory=list)
    by_identifier: dict[Identifier, str] = field(default_factory=dict)
    merges: dict[str, tuple[Merge, ...]] = field(default_factory=dict)

    def add(self, items: Iterable[Item]) -> None:
        """Make the message's Patient resources known.

        Raises PatientMismatch where one id carries two birth dates.
        """
        for item in items:
            if not isinstance(item.resource, Patient):
                continue
            key = self._key(item)
            at = Place(self.message, item.where, item.kind, self.links)
            found = self._person(item, at)
            known = self.people.setdefault(key, found)
            self._never_nameless(key)
            if known.birth_date and found.birth_date and known.birth_date != found.birth_date:
                raise PatientMismatch("two Patient resources share an id but not a birth date", item.where)
            if key not in self.patients:
                self.patients.append(key)
            for one in known.identifiers:
                self.by_identifier.setdefault(one, key)

    def link(self, item: Item) -> None:
        """Keep which other Patient resources a Patient resource replaces, or is replaced by. Raises InputError."""
        if not isinstance(item.resource, Patient):
            return
        at = Place(self.message, item.where, item.kind, self.links)
        merged = [
            Merge(
                self._number(self.named(one.other, at)),
                at.path(f"link[{place}]"),
                link=True,
                stays=one.type == "replaced-by",
            )
            for place, one in enumerate(item.resource.link)
            if one.type in REPLACES
        ]
        key = self._key(item)
        known = set(self.people[key].identifiers)
        more = (one for one in merged if one.identifier not in known)
        self.merges[key] = tuple(dict.fromkeys((*self.merges.get(key, ()), *more)))

    def _number(self, key: str) -> Identifier:
        """The identifier by which another person of the message, or of an earlier one, is known."""
        said = self.people[key].identifiers
        server = self._server_id(key)
        return server if server in said else said[0]

    def of(self, item: Item, at: Place) -> str:
        """The key of the person whom a resource is about. Raises InputError where it names nobody."""
        it = item.resource
        if isinstance(it, Patient):
            return self._key(item)
        if isinstance(it, Provenance):
            return self._of_targets(it, at)
        if isinstance(it, Appointment):
            return self._only(self._participants(it, at), at)
        return self.named(getattr(it, "subject", None), at)

    def named(self, reference: Reference | None, at: Place) -> str:
        """The key of the person whom a reference names. Raises InputError where it names nobody."""
        if reference is None or not (reference.reference or reference.identifier):
            raise InputError("no subject", at.where)
        if not reference.reference:
            return self._by_identifier(reference.identifier or WireIdentifier(), at)
        return self._by_address(reference.reference, at)

    def _by_address(self, target: str, at: Place) -> str:
        if target.startswith("#"):
            inside = at.contained.get(target[1:])
            if not isinstance(inside, Patient):
                raise InputError("no subject: what it refers to is not contained", at.where)
            key = f"{at.where}{target}"
            self.people.setdefault(key, person(inside, self.message.source, "", at))
            return self._never_nameless(key)
        found = self.links.find(target, at.full_url)
        if found is not None:
            if not isinstance(found.resource, Patient):
                raise InputError("no subject: it is about something that is not a patient", at.where)
            return self._key(found)
        if target.startswith("Patient?identifier="):
            system, _, value = unquote(target.partition("=")[2]).rpartition("|")
            return self._by_identifier(WireIdentifier(system or None, value), at)
        named = tail(address(target))
        if not named.startswith("Patient/"):
            raise InputError("no subject: what it refers to is not in the message", at.where)
        foreign = SCHEME.match(target) and named in self.links.items
        key = address(target) if foreign or named in self.links.ambiguous else named
        self.people.setdefault(key, Person(identifiers=(self._server_id(key),)))
        return key

    def _by_identifier(self, one: WireIdentifier, at: Place) -> str:
        if not one.value:
            raise InputError("no subject", at.where)
        named = identifier(one, self.message.source)
        key = self.by_identifier.get(named)
        if key is None:
            key = f"{named.system}|{named.value}"
            self.people.setdefault(key, Person(identifiers=(named,)))
        return key

    def _of_targets(self, it: Provenance, at: Place) -> str:
        found = tuple(self._targets(it, at))
        if not found and at.links.sender.known:
            raise UnknownReference("is about something that nobody has sent yet", at.where)
        return self._only(iter(found), at)

    def _targets(self, it: Provenance, at: Place) -> Iterator[str]:
        for target in it.target:
            found = self.links.find(target.reference or "", at.full_url)
            if found is None:
                if tail(target.reference or "").startswith("Patient/"):
                    yield self.named(target, at)
                elif told := at.told(target):
                    self.people.setdefault(told.whose, Person(identifiers=(self._server_id(told.whose),)))
                    yield told.whose
            elif not isinstance(found.resource, Provenance):
                beside = Place(self.message, found.where, found.kind, self.links, found.full_url)
                yield self.of(found, beside)

    def _participants(self, it: Appointment, at: Place) -> Iterator[str]:
        for one in it.participant:
            actor = one.actor
            if actor is not None and (actor.type == "Patient" or _leads_to_patient(actor, at)):
                yield self.named(actor, at)

    def _only(self, keys: Iterator[str], at: Place) -> str:
        """The one person of several references. Raises InputError for none, PatientMismatch for two."""
        found = dict.fromkeys(keys)
        if len(found) > 1:
            raise PatientMismatch("it is about two patients", at.where)
        for key in found:
            return key
        raise InputError("no subject", at.where)

    def _key(self, item: Item) -> str:
        """A Patient resource's key: its id, its full URL where ids clash or it has none, else its place."""
        named = f"Patient/{item.resource.id}" if item.resource.id else ""
        if named and named not in self.links.ambiguous:
            return named
        return item.full_url or item.where

    def _person(self, item: Item, at: Place) -> Person:
        assert isinstance(item.resource, Patient)
        key = self._key(item)
        server = key if key != item.where else ""
        return person(item.resource, self.message.source, server, at)

    def _never_nameless(self, key: str) -> str:
        """See that a person without any identifier has at least the place where they are named."""
        if not self.people[key].identifiers:
            place = self._server_id(f"{self.message.sha256[:16]} {key}")
            self.people[key] = replace(self.people[key], identifiers=(place,))
        return key

    def _server_id(self, value: str) -> Identifier:
        return Identifier(f"urn:careloom:source:{self.message.source}", value)


def _leads_to_patient(reference: Reference, at: Place) -> bool:
    found: Resource | None = at.follow(reference)
    return isinstance(found, Patient) or tail(reference.reference or "").startswith("Patient/")
