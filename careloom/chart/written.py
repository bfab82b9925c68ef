"""What a filed document is in another system's chart: its resources there, each with the key by which it is found again.

Takes    a filed document, whose chart it is there ("Patient/5"), and what that system calls the things that it told us itself
Gives    the resources as that system is to hold them; what it has itself is referred to and not sent back to it
Never    sends a problem to the system from which we have it, a person of ours as a person of theirs, or anything without a key

Source   HL7 FHIR R4 (4.0.1): CarePlan, Goal, ServiceRequest, Task, Provenance, Condition (con-5), DocumentReference
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from careloom.care.entry import Entry
from careloom.chart.document import document
from careloom.chart.fhir import plan
from careloom.chart.parts import Filed, FiledAs, ident
from careloom.chart.people import Resource

# In the order in which they are written; what a document needs, and what it can be without.
KINDS = ("Condition", "Goal", "ServiceRequest", "CarePlan", "Task", "DocumentReference", "Provenance")
NEEDED = frozenset({"CarePlan", "Goal", "ServiceRequest", "DocumentReference"})
# Of a record of what happened there is one, and it stays as it is.
LASTING = frozenset({"Provenance"})
# Elements of ours in which no reference stands.
_BARE = frozenset({"resourceType", "meta", "text", "code", "category", "status", "intent"})
# What `left_behind` makes of what a plan asks for.
OVER = frozenset({"cancelled", "revoked", "completed"})
_URN = "urn:uuid:"
_KEYS = "urn:careloom:"
PROPOSAL = f"{_KEYS}proposal"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource as another system is to hold it: `key` is our id of it (a UUID), by which the others of a document refer to it."""

    key: str
    resource: Resource

    @property
    def kind(self) -> str:
        """Its FHIR type."""
        return str(self.resource["resourceType"])

    @property
    def identifier(self) -> tuple[str, str]:
        """The system and value by which it is found there; ("", "") where its type has no identifier (Provenance)."""
        for one in self.resource.get("identifier", ()):
            if one["system"].startswith(_KEYS):
                return one["system"], one["value"]
        return "", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whither:
    """Where it goes: the system by our name of it, whose chart it is there, which types it isn't sent, and as what a care plan goes
    that is to be one readable document (None for resources)."""

    system: str
    whose: str
    refuses: frozenset[str] = frozenset()
    as_document: FiledAs | None = None


def wanted(filed: Filed, whither: Whither) -> tuple[Wanted, ...]:
    """The resources of a document as that system is to hold them, in the order of KINDS."""
    form = filed.form or whither.as_document
    made = plan(filed) if form is None else document(filed, form)
    kept = [
        one for one in made if one["resourceType"] in KINDS and one["resourceType"] not in whither.refuses
    ]
    ours = {one["id"] for one in kept}
    theirs = _theirs(filed, whither.system)
    people = {one["id"]: one for one in made if one["resourceType"] in ("Practitioner", "Organization")}
    own = {one["id"]: one["code"].get("text", "") for one in made if one["resourceType"] == "Condition"}
    references = _References(filed.record.patient, whither, ours, theirs, people, own)
    found = [Wanted(one["id"], _there(one, references)) for one in kept if one["id"] not in theirs]
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


@dataclass(frozen=True, slots=True)
class _References:
    patient: str
    whither: Whither
    ours: set[str]
    theirs: Mapping[str, str]
    people: Mapping[str, Resource]
    names: Mapping[str, str]

    def of(self, said: Resource) -> Resource | None:
        """A reference as it is there; None for what isn't sent."""
        reference = said.get("reference", "")
        key = reference.removeprefix(_URN)
        if key == self.patient:
            return {"reference": self.whither.whose, "type": "Patient"}
        if key in self.theirs:
            return {"reference": self.theirs[key]} | {
                name: said[name] for name in ("type", "display") if name in said
            }
        if key in self.people:
            person = self.people[key]
            name = person["name"]
            return {
                "type": person["resourceType"],
                "identifier": person["identifier"][0],
                "display": name if isinstance(name, str) else name[0]["text"],
            }
        if not reference.startswith(_URN) or key in self.ours:
            return said
        return {"display": self.names[key]} if self.names.get(key) else None

    def cited(self, identifier: Mapping[str, str]) -> str:
        """The system's own resource that an entry of ours was read from, "" for another's."""
        return self.theirs.get(identifier["value"], "") if identifier.get("system") == f"{_KEYS}entry" else ""


def _theirs(filed: Filed, system: str) -> dict[str, str]:
    """What came from the very system that is written to, by our id of it: the entries, and the problems that rest on one of them."""
    record = filed.record
    addresses: dict[str, str] = {}
    for entry in record.entries:
        if address := _address(entry, system):
            addresses |= dict.fromkeys((entry.id, *entry.same_as), address)
    for problem in record.problems:
        own = _problem_there(problem.entries, record.by_id, addresses)
        if own:
            addresses[ident("Condition", record.patient, problem.concept or problem.name)] = own
    for need in record.needs:
        own = _problem_there(need.entries, record.by_id, addresses)
        if own:
            addresses[ident("Condition", record.patient, "need", need.domain)] = own
    return addresses


def _problem_there(entries: Iterable[str], by_id: Mapping[str, Entry], addresses: Mapping[str, str]) -> str:
    """The Condition of theirs behind a problem, the newest where there are several; "" where they have none that stands."""
    standing = [
        by_id[one]
        for one in entries
        if one in addresses and one in by_id and addresses[one].startswith("Condition/")
    ]
    standing = [
        one for one in standing if not one.negated and one.status in (None, "active", "recurrence", "relapse")
    ]
    newest = max(standing, key=lambda one: (one.source.updated, one.id), default=None)
    return addresses[newest.id] if newest else ""


def _address(entry: Entry, system: str) -> str:
    sources = (one for one in (entry.source, *entry.also) if one.system == system and one.resource)
    # An address with a colon names another server; what is theirs is theirs alone.
    return next((one.resource for one in sources if ":" not in one.resource), "")


def _there(resource: Resource, references: _References) -> Resource:
    kind, key = resource["resourceType"], resource["id"]
    moved = {
        name: value if name in _BARE else _moved(value, references)
        for name, value in resource.items()
        if name != "id"
    }
    found = {name: value for name, value in moved.items() if value not in (None, [], {})}
    if kind not in LASTING and not any(
        one["system"].startswith(_KEYS) for one in found.get("identifier", [])
    ):
        mine = {"system": f"{_KEYS}{kind.lower()}", "value": key}
        found["identifier"] = [*found.get("identifier", []), mine]
    return found


def _moved(value: Any, references: _References) -> Any:
    kind = type(value)
    if kind is list:
        return [one for one in (_moved(one, references) for one in value) if one not in (None, {})]
    if kind is not dict:
        return value
    if "reference" in value and str(value["reference"]).startswith(_URN):
        return references.of(value)
    cited = value.get("identifier")
    if type(cited) is dict and (own := references.cited(cited)):
        return {"reference": own} | ({"display": value["display"]} if "display" in value else {})
    moved: Resource = {}
    for name, one in value.items():
        # Most values are words, which stay as they are.
        said = one if type(one) is str else _moved(one, references)
        if said is not None:
            moved[name] = said
        elif name == "valueReference":
            return None
    return moved


def replacing(wanted_now: Iterable[Wanted], older: Iterable[tuple[str, str]]) -> Iterator[Wanted]:
    """The same, the plan (or the document that stands for it) saying which older ones it takes the place of: (type, address) each."""
    before = list(older)
    for one in wanted_now:
        same = [{"reference": address} for kind, address in before if kind == one.kind]
        if not same:
            yield one
        elif one.kind == "CarePlan":
            yield replace(one, resource={**one.resource, "replaces": same})
        elif one.kind == "DocumentReference":
            relates = [{"code": "replaces", "target": target} for target in same]
            yield replace(one, resource={**one.resource, "relatesTo": relates})
        else:
            yield one


def left_behind(resource: Resource, status: str = "") -> Resource | None:
    """What an older plan's resource becomes when a newer plan no longer has it, `status` being its task's; None for what stays as it is."""
    kind = resource["resourceType"]
    if kind == "CarePlan":
        return {**resource, "status": "revoked"}
    if kind == "Goal":
        return {**resource, "lifecycleStatus": "cancelled"}
    if kind == "ServiceRequest":
        return {**resource, "status": "completed" if status == "completed" else "revoked"}
    if kind == "Task":
        return {**resource, "status": status or "cancelled"}
    if kind == "DocumentReference":
        return {**resource, "status": "superseded"}
    return None


def is_over(resource: Resource) -> bool:
    """Whether it says what it says of something that a plan no longer has."""
    return resource.get("lifecycleStatus", resource.get("status")) in OVER


def in_error(resource: Resource) -> Resource | None:
    """A resource of ours as entered in error; None for a type that has no way to say so."""
    kind = resource["resourceType"]
    if kind in ("CarePlan", "ServiceRequest", "Task", "DocumentReference"):
        return {**resource, "status": "entered-in-error"}
    if kind == "Goal":
        return {**resource, "lifecycleStatus": "entered-in-error"}
    if kind == "Condition":
        # con-5: what was entered in error has no clinical status.
        said = {name: value for name, value in resource.items() if name != "clinicalStatus"}
        return {
            **said,
            "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "entered-in-error"}]},
        }
    return None


__all__ = ["FiledAs", "Wanted", "Whither", "in_error", "is_over", "left_behind", "replacing", "wanted"]
