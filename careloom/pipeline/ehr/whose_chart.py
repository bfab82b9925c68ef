"""Whose chart it is in another system: its own Patient, by the numbers that it gave us itself, and checked against who we know them to be.

Takes    a FHIR server that is written to, and what each source says of who a patient is
Gives    the address of the one Patient there whom nothing contradicts
Never    guesses: nobody, two, somebody else, or somebody who was merged away is refused and told
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from careloom.care.entry import Person
from careloom.connect.fhir.patient import Patient, person
from careloom.errors import WriteBackError
from careloom.identity import Same, compare, seen
from careloom.identity.seen import identifiers
from careloom.wire import fhir

_OURS = "urn:careloom:"
_ADDRESS = "Patient/"
_GONE = (404, 410)


class _Patient(Patient, tag="Patient"):
    active: bool | None = None


class _Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"null")


class _Bundle(msgspec.Struct):
    entry: list[_Entry] = []


def whose(server: fhir.Server, said: Sequence[tuple[str, Person]]) -> str:
    """The address ("Patient/5") of the chart. Raises WriteBackError in words without a name, a date or a number."""
    theirs = [person for source, person in said if source == server.name]
    if not theirs:
        raise _no(f"{server.name} never told us of this patient: whose chart it is there isn't known")
    found = {one.id: one for one in (*_by_address(server, theirs), *_by_number(server, theirs)) if one.id}
    if not found:
        raise _no(f"{server.name} knows nobody by the numbers that it gave us for this patient")
    if len(found) > 1:
        raise _no(
            f"{server.name} has more than one patient under the numbers that it gave us for this one: have it found out there who is who first"
        )
    patient = next(iter(found.values()))
    _must_be(server, patient, [person for _, person in said])
    return f"{_ADDRESS}{patient.id}"


def _must_be(server: fhir.Server, patient: _Patient, ours: Sequence[Person]) -> None:
    """Raises WriteBackError where it is not, or may not be, the person whom we know."""
    if patient.active is False or any(one.type == "replaced-by" for one in patient.link):
        raise _no(f"{server.name} has merged or closed this patient's chart: pull from it again first")
    there = person(patient, server.name, f"{_ADDRESS}{patient.id}")
    if not there.names or not there.birth_date:
        raise _no(f"{server.name} states no name or no birth date: whose chart it is can't be checked")
    answer = compare(seen(ours), seen((there,)))
    if answer.same in (Same.CONTRADICTED, Same.NO):
        why = answer.why or "no number is shared"
        raise _no(f"the chart at {server.name} may be another person's ({why})")


def _by_address(server: fhir.Server, theirs: Iterable[Person]) -> Iterator[_Patient]:
    """The Patients by the server's own ids, those that are still there."""
    own = f"{_OURS}source:{server.name}"
    numbers = (one for person in theirs for one in person.identifiers if one.system == own)
    for address in dict.fromkeys(one.value for one in numbers if one.value.startswith(_ADDRESS)):
        reply = server.get(f"{server.base}/{address}")
        if reply.status == 200:
            yield _patient(server, reply.body)
        elif reply.status not in _GONE:
            raise _failed(server, reply.status)


def _by_number(server: fhir.Server, theirs: Iterable[Person]) -> Iterator[_Patient]:
    """The Patients by the numbers that it gave us, all in one question."""
    numbers = dict.fromkeys(
        f"{system}|{value}"
        for person in theirs
        for system, value in identifiers(person)
        if not system.startswith(_OURS) and "," not in value
    )
    if not numbers:
        return
    search = fhir.Search("Patient", (("identifier", ",".join(numbers)),), "Patient by identifier")
    for page in fhir.pages(server, search):
        for entry in msgspec.json.decode(page.body, type=_Bundle).entry:
            found = _patient(server, bytes(entry.resource))
            if found.id:
                yield found


def _patient(server: fhir.Server, body: bytes) -> _Patient:
    try:
        return msgspec.json.decode(body, type=_Patient)
    except msgspec.ValidationError:
        return _Patient()  # an OperationOutcome beside the results
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _no(f"{server.name}: its Patient can't be read") from None


def _no(why: str) -> WriteBackError:
    return WriteBackError(why, permanent=True)


def _failed(server: fhir.Server, status: int) -> WriteBackError:
    passing = status >= 500 or status in (408, 429)
    return WriteBackError(
        f"{server.name} answered {status} when asked for the patient", permanent=not passing
    )
