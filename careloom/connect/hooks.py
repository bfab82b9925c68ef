"""CDS Hooks: what an EHR asks at a hook, and what it says became of a card.

Source   CDS Hooks 2.0 (HL7, 2022): "HTTP Request", "Prefetch", "Feedback"; the hooks patient-view 1.0, order-select and order-sign 1.0
Takes    the bytes of a request's body
Gives    the question, with the resources that came along as they came, unread
Never    follows an address, or repeats what a body says where it refuses one: places and shapes alone
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from careloom.care.alert import HookAsked, Said, Sent
from careloom.errors import InputError

# What the drug rules look at; the rest of what comes along is passed over.
READ = (
    "Patient",
    "AllergyIntolerance",
    "Condition",
    "Medication",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "Observation",
)
# So many resources are read; of more results the newest of each code count.
MOST = 2_000
NEWEST_OF_A_CODE = 3
DEEPEST = 4
MOST_SAID = 200
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_NOT_OF_AN_ID = re.compile(r"[^A-Za-z0-9\-./_]")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


class _Wire(msgspec.Struct, rename="camel"):
    pass


class _Authorization(_Wire):
    access_token: str = msgspec.field(name="access_token", default="")


class _Body(_Wire):
    hook: str
    hook_instance: str
    context: msgspec.Raw
    fhir_server: str | None = None
    fhir_authorization: _Authorization | None = None
    prefetch: dict[str, msgspec.Raw] | None = None


class _Context(_Wire):
    patient_id: str
    user_id: str | None = None
    selections: list[str] | None = None
    draft_orders: msgspec.Raw = msgspec.Raw()


class _Head(_Wire):
    resource_type: str | None = None
    id: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    entry: list[msgspec.Raw] | None = None
    meta: dict[str, Any] | None = None


class _Result(_Wire):
    code: Any = None
    effective_date_time: str | None = None
    issued: str | None = None


class _Reason(_Wire):
    code: str = ""


class _Override(_Wire):
    reason: _Reason | None = None
    user_comment: str | None = None


class _Accepted(_Wire):
    id: str


class _Feedback(_Wire):
    card: str
    outcome: str
    outcome_timestamp: str
    accepted_suggestions: list[_Accepted] | None = None
    override_reason: _Override | None = None


class _Feedbacks(_Wire):
    feedback: list[_Feedback]


_BODY, _CONTEXT = msgspec.json.Decoder(_Body), msgspec.json.Decoder(_Context)
_HEAD, _RESULT = msgspec.json.Decoder(_Head), msgspec.json.Decoder(_Result)
_FEEDBACKS = msgspec.json.Decoder(_Feedbacks)
_NOTHING = (b"", b"null")
_AT = re.compile(r" - at `\$(.*)`$")


def asked(body: bytes, hook: str, *, orders: bool) -> HookAsked:
    """What is asked at this hook; with `orders` its context holds draft orders. Raises InputError naming the place that doesn't fit."""
    said: _Body = _read(_BODY, body, "")
    if said.hook != hook:
        raise InputError(f"this service answers {hook}", "hook")
    if not said.hook_instance.strip():
        raise InputError("is empty", "hookInstance")
    context: _Context = _read(_CONTEXT, said.context, "context")
    patient = context.patient_id.rpartition("/")[2]
    if not _ID.fullmatch(patient):
        raise InputError("is no id of a FHIR resource", "context.patientId")
    if orders and bytes(context.draft_orders) in _NOTHING:
        raise InputError("is missing", "context.draftOrders")
    drafts = tuple(_inside(context.draft_orders, "context.draftOrders")) if orders else ()
    given, failed, dated = _prefetched(said.prefetch or {})
    kept, more = _fewer(given)
    return HookAsked(
        patient=patient,
        user=_NOT_OF_AN_ID.sub("", context.user_id or "")[:128],
        server=(said.fhir_server or "").strip().rstrip("/"),
        token=said.fhir_authorization.access_token if said.fhir_authorization else "",
        drafts=drafts,
        selected=frozenset(context.selections or ()),
        given=kept,
        keys=frozenset(said.prefetch or ()),
        failed=failed,
        dated=dated,
        more=more,
    )


def fetched(bodies: Sequence[bytes]) -> tuple[tuple[Sent, ...], int]:
    """The resources of answers of a FHIR server, and how many came beyond what is looked at. Raises InputError."""
    found = [one for body in bodies for one in _inside(msgspec.Raw(body), "answer")]
    return _fewer(found)


def feedback(body: bytes) -> tuple[Said, ...]:
    """What became of cards. Raises InputError naming the place that doesn't fit."""
    said: _Feedbacks = _read(_FEEDBACKS, body, "")
    if not said.feedback:
        raise InputError("is empty", "feedback")
    if len(said.feedback) > MOST_SAID:
        raise InputError(f"holds more than {MOST_SAID}", "feedback")
    return tuple(_said(one, f"feedback[{place}]") for place, one in enumerate(said.feedback))


def _said(one: _Feedback, where: str) -> Said:
    try:
        at = datetime.fromisoformat(one.outcome_timestamp)
    except ValueError:
        raise InputError("is no time as RFC 3339 has it", f"{where}.outcomeTimestamp") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if one.outcome == "accepted":
        if not one.accepted_suggestions:
            raise InputError("is missing", f"{where}.acceptedSuggestions")
        return Said(card=one.card, outcome="accepted", at=at)
    if one.outcome != "overridden":
        raise InputError("must be accepted or overridden", f"{where}.outcome")
    why = one.override_reason or _Override()
    code = why.reason.code if why.reason else ""
    return Said(
        card=one.card, outcome="overridden", at=at, reason=code[:64], comment=(why.user_comment or "")[:4_000]
    )


def _read(decoder: msgspec.json.Decoder[Any], data: bytes | msgspec.Raw, where: str) -> Any:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        place = f"{where}{found[1] if found else ''}".lstrip(".")
        raise InputError("does not fit", place or "body") from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise InputError("is no JSON", where or "body") from None


def _prefetched(prefetch: dict[str, msgspec.Raw]) -> tuple[list[Sent], tuple[str, ...], str]:
    """What came along, the keys for which an error came, and when the oldest of it was put together."""
    given: list[Sent] = []
    failed, dated = [], []
    for key, raw in prefetch.items():
        if bytes(raw) in _NOTHING:
            continue
        head: _Head = _read(_HEAD, raw, f"prefetch.{key[:64]}")
        if head.resource_type == "OperationOutcome":
            failed.append(key[:64])
            continue
        given += _inside(raw, f"prefetch.{key[:64]}")
        updated = (head.meta or {}).get("lastUpdated") if head.resource_type == "Bundle" else None
        if isinstance(updated, str) and _DAY.match(updated):
            dated.append(updated)
    return given, tuple(failed), min(dated, default="")


def _inside(raw: msgspec.Raw, where: str, depth: int = 0) -> Iterator[Sent]:
    """A resource, or those of a Bundle; what merely wraps one ({"response", "resource"}) is opened. Raises InputError."""
    if bytes(raw) in _NOTHING:
        return
    if depth > DEEPEST:
        raise InputError("is nested too deeply", where)
    head: _Head = _read(_HEAD, raw, where)
    if head.resource_type == "Bundle" or (head.resource_type is None and head.entry is not None):
        for place, one in enumerate(head.entry or ()):
            yield from _inside(one, f"{where}.entry[{place}]", depth + 1)
    elif head.resource_type is None:
        yield from _inside(head.resource, f"{where}.resource", depth + 1)
    elif head.resource_type != "OperationOutcome":
        plain = head.id if head.id and _ID.fullmatch(head.id) else ""
        yield Sent(head.resource_type[:64], plain, bytes(raw))


def _fewer(given: Sequence[Sent]) -> tuple[tuple[Sent, ...], int]:
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
