"""Whom a pull reads: the server's ids of patients, by whatever name a person has for them."""

import msgspec

from careloom.errors import InputError
from careloom.store.opening import Store
from careloom.wire import fhir

PATIENT = "Patient/"


class _Entity(msgspec.Struct):
    reference: str = ""


class _Member(msgspec.Struct):
    entity: _Entity = msgspec.field(default_factory=_Entity)
    inactive: bool = False


class _Group(msgspec.Struct):
    member: list[_Member] = []


class _Found(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""


class _Entry(msgspec.Struct):
    resource: _Found | None = None


class _Bundle(msgspec.Struct):
    entry: list[_Entry] = []


def whom(server: fhir.Server, store: Store, patients: tuple[str, ...], group: str) -> tuple[str, ...] | None:
    """The server's ids of whom to read; None for everybody, where it may be asked for everybody.

    Raises InputError for somebody whom neither it nor we know, and where it wants patients and none are known.
    """
    if patients:
        return tuple(dict.fromkeys(found for one in patients for found in _named(server, store, one)))
    group = group or server.system.options.get("group", "")
    if group:
        return _members(server, group)
    if server.profile.scope == "server":
        return None
    known = tuple(_numbers(server, store))
    if not known:
        raise InputError(
            f"{server.name} answers for one patient at a time: name --patient or --group, or set options.group"
        )
    return known


def _numbers(server: fhir.Server, store: Store, patient: str | None = None) -> list[str]:
    """The server's ids of our patients (of one of them)."""
    system = f"urn:careloom:source:{server.name}"
    people = {patient: store.patients.persons(patient)} if patient else store.patients.all()
    found = [
        one.value.removeprefix(PATIENT)
        for persons in people.values()
        for person in persons
        for one in person.identifiers
        if one.system == system and one.value.startswith(PATIENT)
    ]
    return list(dict.fromkeys(found))


def _named(server: fhir.Server, store: Store, patient: str) -> list[str]:
    if "|" in patient:
        search = fhir.Search("Patient", (("identifier", patient),), "Patient by identifier")
        found = [one for page in fhir.pages(server, search) for one in _patients(page.body)]
        if not found:
            raise InputError(f"{server.name} has no patient with this identifier")
        return found
    try:
        ours = store.patients.find(patient)
    except InputError:
        return [patient.removeprefix(PATIENT)]
    known = _numbers(server, store, ours)
    if not known:
        raise InputError(f"this patient is not known to come from {server.name}")
    return known


def _members(server: fhir.Server, group: str) -> tuple[str, ...]:
    reply = fhir.resource(server, f"Group/{group.removeprefix('Group/')}", "the Group")
    try:
        members = msgspec.json.decode(reply.body, type=_Group).member
    except (msgspec.MsgspecError, UnicodeError):
        raise InputError(f"{server.name}: the Group can't be read") from None
    named = (one.entity.reference.rpartition(PATIENT)[2] for one in members if not one.inactive)
    return tuple(dict.fromkeys(one for one in named if one))


def _patients(body: bytes) -> list[str]:
    found = (one.resource for one in msgspec.json.decode(body, type=_Bundle).entry)
    return [one.id for one in found if one and one.resource_type == "Patient" and one.id]
