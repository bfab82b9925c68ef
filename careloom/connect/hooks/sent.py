"""What an EHR sends along with its question: resources alone, in a list, or in Bundles, and the fewest of them that need looking at."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from careloom.care.alert import Sent
from careloom.connect.hooks.forms import in_todays_form, is_todays
from careloom.errors import InputError

# What the drug rules look at, who she is and what she takes before results; the rest of what comes along is passed over.
READ = (
    "Patient",
    "AllergyIntolerance",
    "Condition",
    "Medication",
    "MedicationOrder",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "Observation",
)
# Of whom these are stands in `patient`; of whom the others are, in `subject`.
_OF_PATIENT = ("AllergyIntolerance",)
_OF_SUBJECT = (
    "Condition",
    "MedicationOrder",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "Observation",
)
# So many resources are read; of more results the newest of each code count.
MOST = 2_000
NEWEST_OF_A_CODE = 3
DEEPEST = 4
# FHIR ends an id at 64 characters. EHRs give an order that nobody signed yet a longer one, and name it by that.
ID = re.compile(r"[A-Za-z0-9\-._]{1,512}")
NOTHING = (b"", b"null")
_AT = re.compile(r" - at `\$(.*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


class _Wire(msgspec.Struct, rename="camel"):
    pass


class Head(_Wire):
    """What is read of a resource before its type is known, and of a Bundle."""

    resource_type: str | None = None
    id: str | None = None
    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    entry: list[msgspec.Raw] | None = None
    meta: dict[str, Any] | None = None
    subject: msgspec.Raw = msgspec.Raw()
    patient: msgspec.Raw = msgspec.Raw()


class _Result(_Wire):
    code: Any = None
    effective_date_time: str | None = None
    issued: str | None = None


_HEAD, _RESULT = msgspec.json.Decoder(Head), msgspec.json.Decoder(_Result)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def decoded(decoder: msgspec.json.Decoder[Any], data: bytes | msgspec.Raw, where: str) -> Any:
    """Some JSON as the decoder has it. Raises InputError naming the place that doesn't fit."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        found, missing = _AT.search(str(error)), _MISSING.search(str(error))
        place = f"{where}{found[1] if found else ''}".lstrip(".")
        if missing:
            raise InputError("is missing", f"{place}.{missing[1]}".lstrip(".")) from None
        raise InputError("does not fit", place or "body") from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InputError("is no JSON", where or "body") from None


def head(raw: bytes | msgspec.Raw, where: str) -> Head:
    """What is read of a resource first. Raises InputError."""
    found: Head = decoded(_HEAD, raw, where)
    return found


def inside(raw: bytes | msgspec.Raw, patient: str, where: str) -> Iterator[Sent]:
    """A resource, or those of a list or a Bundle; what merely wraps one ({"response", "resource"}) is opened. What names nobody is of
    the `patient` (a FHIR id) who is asked about. Raises InputError.
    """
    yield from _inside(raw, patient, where, 0)


def _inside(
    raw: bytes | msgspec.Raw, patient: str, where: str, depth: int, called: str = ""
) -> Iterator[Sent]:
    data = bytes(raw).strip()
    if data in NOTHING:
        return
    if depth > DEEPEST:
        raise InputError("is nested too deeply", where)
    if data.startswith(b"["):
        for place, one in enumerate(decoded(_LIST, data, where)):
            yield from _inside(one, patient, f"{where}[{place}]", depth + 1)
        return
    it = head(data, where)
    if it.resource_type == "Bundle" or (it.resource_type is None and it.entry is not None):
        for place, one in enumerate(it.entry or ()):
            yield from _inside(one, patient, f"{where}.entry[{place}]", depth + 1)
    elif it.resource_type is None:
        yield from _inside(it.resource, patient, f"{where}.resource", depth + 1, it.full_url or "")
    elif it.resource_type != "OperationOutcome":
        plain = it.id if it.id and ID.fullmatch(it.id) else ""
        yield Sent(it.resource_type[:64], plain, _hers(it, data, patient, where), called)


def _hers(it: Head, data: bytes, patient: str, where: str) -> bytes:
    """The resource in the form of R4, of the patient who is asked about where it names nobody."""
    kind = it.resource_type or ""
    if kind not in READ:
        return data
    try:
        data = data if is_todays(kind, data) else in_todays_form(kind, data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InputError("is no JSON", where) from None
    of = "patient" if kind in _OF_PATIENT else "subject" if kind in _OF_SUBJECT else ""
    if not of:
        return data
    if bytes(it.subject) in NOTHING and bytes(it.patient) in NOTHING:
        return b'{"%b":{"reference":"Patient/%b"},' % (of.encode(), patient.encode()) + data[1:]
    return data


def fewer(given: Sequence[Sent]) -> tuple[tuple[Sent, ...], int]:
    """What is looked at of what came along, and how many resources beyond it there are: who she is and what she takes before results."""
    wanted = [one for one in given if one.kind in READ]
    if len(wanted) <= MOST:
        return tuple(wanted), 0
    results = [one for one in wanted if one.kind == "Observation"]
    others = sorted(
        (one for one in wanted if one.kind != "Observation"), key=lambda one: READ.index(one.kind)
    )
    kept = [*others, *_newest(results)][:MOST]
    lost = len(others) + len(_newest(results)) - len(kept)
    return tuple(kept), lost


def fetched(bodies: Sequence[bytes], patient: str) -> tuple[tuple[Sent, ...], int]:
    """The resources of answers of a FHIR server about a patient, and how many came beyond what is looked at. Raises InputError."""
    return fewer([one for body in bodies for one in inside(body, patient, "answer")])


def _newest(results: Sequence[Sent]) -> list[Sent]:
    """The newest results of each code: the drug rules look at no older ones."""
    by_code: dict[bytes, list[tuple[str, Sent]]] = {}
    for one in results:
        try:
            told = _RESULT.decode(one.raw)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue
        day = (told.effective_date_time or told.issued or "")[:10]
        by_code.setdefault(msgspec.json.encode(told.code), []).append((day, one))
    found = []
    for same in by_code.values():
        same.sort(key=lambda pair: pair[0], reverse=True)
        found += [one for _, one in same[:NEWEST_OF_A_CODE]]
    return found
