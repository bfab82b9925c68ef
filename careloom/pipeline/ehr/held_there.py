"""What a FHIR server holds of ours: found by the keys that we gave it, or where it was; and what we know to have written there."""

from collections.abc import Iterable, Mapping, Sequence

from careloom.care.writing import Copy, State, Writing
from careloom.chart.changes import Held, Known, are_left_alone, as_text, of_text
from careloom.chart.compared import same_address
from careloom.chart.people import Resource
from careloom.chart.written import KINDS, LASTING, Wanted, in_error
from careloom.errors import WriteBackError
from careloom.wire import fhir

# What stands for a whole document.
MAINS = ("CarePlan", "DocumentReference")


def held_there(server: fhir.Server, ours: Sequence[Wanted], addresses: Mapping[str, str]) -> dict[str, Held]:
    """What is there of ours, by key. Raises WriteBackError where two are there under one key, SourceError where it can't be asked."""
    found: dict[str, Held] = {}
    of_kind: dict[str, dict[tuple[str, str], str]] = {}
    for one in ours:
        if (by := one.identifier)[0]:
            of_kind.setdefault(one.kind, {})[by] = one.key
    for kind in (one for one in KINDS if one in of_kind):
        keys = of_kind[kind]
        for resource in fhir.found_by(server, kind, list(keys), _whose(ours)):
            for by in resource.get("identifier", []):
                key = keys.get((by.get("system"), by.get("value")))
                if key is None:
                    continue
                if key in found:
                    raise WriteBackError(
                        f"{server.name} holds two of one {kind} of ours: delete one there",
                        permanent=True,
                    )
                found[key] = _held(resource)
    found |= _at_their_addresses(server, ours, found, addresses)
    return found | _provenance(server, ours, found)


def _at_their_addresses(
    server: fhir.Server, ours: Sequence[Wanted], found: Mapping[str, Held], addresses: Mapping[str, str]
) -> dict[str, Held]:
    """What a search doesn't find (yet) and is where it was."""
    there: dict[str, Held] = {}
    for one in ours:
        address = addresses.get(one.key)
        if one.key not in found and address:
            resource = fhir.read(server, address)
            if resource is not None:
                there[one.key] = _held(resource)
    return there


def _whose(ours: Sequence[Wanted]) -> str:
    about = (one.resource.get("subject") or one.resource.get("for") or {} for one in ours)
    return next((one["reference"] for one in about if one.get("reference")), "")


def _provenance(server: fhir.Server, ours: Sequence[Wanted], found: Mapping[str, Held]) -> dict[str, Held]:
    """A Provenance has no identifier: it is ours where it is about a resource of ours and names the software that drafted it."""
    wanted_now = next((one for one in ours if one.kind in LASTING), None)
    if wanted_now is None:
        return {}
    targets = {one.get("reference", "").removeprefix("urn:uuid:") for one in wanted_now.resource["target"]}
    mains = [found[one] for one in targets & found.keys() if found[one].address.startswith(MAINS)]
    for main in mains[:1]:
        for resource in fhir.provenances(server, main.address):
            agents = [one.get("who", {}).get("display", "") for one in resource.get("agent", [])]
            # A server that doesn't know the parameter answers with everybody's.
            of = [str(one.get("reference", "")) for one in resource.get("target", [])]
            its = any(same_address(main.address, one) for one in of)
            if its and any(one.startswith("Careloom") for one in agents):
                return {wanted_now.key: _held(resource)}
    return {}


def _held(resource: Resource) -> Held:
    address = f"{resource['resourceType']}/{resource['id']}"
    return Held(address, str(resource.get("meta", {}).get("versionId", "")), resource)


def copies(writings: Sequence[Writing]) -> list[Copy]:
    """Everything of ours that was handed over by these, the newest version of each first."""
    return [
        copy
        for writing in writings
        for step in reversed(writing.steps)
        if step.there
        for copy in step.there.copies
        if copy.sent
    ]


def standing(writings: Iterable[Writing]) -> dict[str, Resource]:
    """What is there of these and not entered in error, or may be where nothing was answered, by key as the first of them has it; what was
    handed over and refused is there of none of them."""
    found: dict[str, Resource] = {}
    for one in writings:
        for there in filter(None, (one.sent if one.unanswered else None, one.there)):
            for copy in (copy for copy in there.copies if copy.sent):
                resource = of_text(copy.sent)
                if in_error(resource) != resource:
                    found.setdefault(copy.key, resource)
    return found


def said_before(
    writings: Sequence[Writing], handed: Sequence[Copy], became: Mapping[str, str]
) -> tuple[dict[str, list[str]], dict[str, dict[str, str]]]:
    """What we sent before, by key, and what of it a version there came of, by key and version: as the server said of what was `handed`
    over just now (the newest first), and as an earlier writing was read back, where nobody else had changed it."""
    sent: dict[str, list[str]] = {}
    versions: dict[str, dict[str, str]] = {}
    for step in (step for writing in writings for step in writing.steps if step.there):
        theirs = are_left_alone(step.there.notes) if step.there else frozenset()
        for copy in step.there.copies if step.there else ():
            if not copy.sent:
                continue
            sent.setdefault(copy.key, []).append(copy.sent)
            if step.state is State.WRITTEN and copy.version and copy.address not in theirs:
                versions.setdefault(copy.key, {})[copy.version] = copy.sent
    for copy in reversed(handed):
        sent.setdefault(copy.key, []).append(copy.sent)
        if version := became.get(copy.key):
            versions.setdefault(copy.key, {})[version] = copy.sent
    return sent, versions


def as_copy(one: Wanted, known: Known) -> Copy:
    """What is wanted there as it is kept here, with where it is and the version that was read."""
    held = known.held.get(one.key)
    return Copy(one.key, held.address if held else "", held.version if held else "", as_text(one.resource))
