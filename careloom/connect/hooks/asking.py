"""The question and the feedback: a body that fits, with every place named where one does not."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from careloom.care.alert import HookAsked, Said, Sent
from careloom.connect.hooks.sent import NOTHING, decoded, fewer, head, inside
from careloom.errors import InputError

MOST_SAID = 200
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_NOT_OF_AN_ID = re.compile(r"[^A-Za-z0-9\-./_]")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
# The hooks whose place today's took (CDS Hooks 1.0); what they ask is answered the same way.
_BEFORE = {"medication-prescribe": ("order-select", "order-sign"), "order-review": ("order-sign",)}


class _Wire(msgspec.Struct, rename="camel"):
    pass


class _Authorization(_Wire):
    access_token: str = msgspec.field(name="access_token", default="")
    patient: str | None = None


class _Body(_Wire):
    hook: str
    hook_instance: str
    context: msgspec.Raw
    fhir_server: str | None = None
    fhir_authorization: msgspec.Raw = msgspec.Raw()
    # Before CDS Hooks 1.0 these two stood here, and the context was the list of orders.
    patient: msgspec.Raw = msgspec.Raw()
    user: msgspec.Raw = msgspec.Raw()
    prefetch: dict[str, msgspec.Raw] | None = None


class _Context(_Wire):
    patient_id: str
    user_id: str | None = None
    selections: list[str] | None = None
    draft_orders: msgspec.Raw = msgspec.Raw()
    # As the hooks before today's called them.
    medications: msgspec.Raw = msgspec.Raw()
    orders: msgspec.Raw = msgspec.Raw()


class _Reason(_Wire):
    code: str = ""


class _Override(_Wire):
    reason: _Reason | None = None
    # Where some EHRs put the code, against the specification's table.
    code: str = ""
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
_AUTHORIZATION = msgspec.json.Decoder(_Authorization)
_FEEDBACKS, _TEXT = msgspec.json.Decoder(_Feedbacks), msgspec.json.Decoder(str)


def asked(body: bytes, hook: str, *, orders: bool) -> HookAsked:
    """What is asked at this hook; with `orders` its context holds draft orders. Raises InputError naming the place that doesn't fit."""
    said: _Body = decoded(_BODY, body, "")
    if said.hook != hook and hook not in _BEFORE.get(said.hook, ()):
        raise InputError(f"this service answers {hook}", "hook")
    if not said.hook_instance.strip():
        raise InputError("is empty", "hookInstance")
    context = _context(said)
    patient = context.patient_id.rpartition("/")[2]
    if not _ID.fullmatch(patient):
        raise InputError("is no id of a FHIR resource", "context.patientId")
    drafts = _drafts(context, patient) if orders else ()
    given, failed, dated = _prefetched(said.prefetch or {}, patient)
    kept, more = fewer(given)
    token, of = _token(said.fhir_authorization)
    strange = bool(of) and of.rpartition("/")[2] != patient
    return HookAsked(
        patient=patient,
        # By its type and id alone: some EHRs give the whole address.
        user=_NOT_OF_AN_ID.sub("", "/".join((context.user_id or "").split("/")[-2:]))[:128],
        server=(said.fhir_server or "").strip().rstrip("/"),
        token="" if strange else token,
        strange_token=strange,
        drafts=drafts,
        selected=_selected(context.selections or (), drafts),
        given=kept,
        keys=frozenset(said.prefetch or ()),
        failed=failed,
        dated=dated,
        more=more,
    )


def _context(said: _Body) -> _Context:
    """The context, also where it is the bare list of orders and the patient stands beside it. Raises InputError."""
    user = _text(said.user)
    if bytes(said.context).lstrip().startswith(b"[") and (patient := _text(said.patient)):
        return _Context(patient_id=patient, user_id=user, orders=said.context)
    context: _Context = decoded(_CONTEXT, said.context, "context")
    return context if context.user_id else msgspec.structs.replace(context, user_id=user)


def _text(raw: msgspec.Raw) -> str:
    """A text; "" for anything else."""
    return _TEXT.decode(raw) if bytes(raw).lstrip().startswith(b'"') else ""


def _drafts(context: _Context, patient: str) -> tuple[Sent, ...]:
    for name in ("draft_orders", "medications", "orders"):
        drafts = getattr(context, name)
        if bytes(drafts) not in NOTHING:
            return tuple(inside(drafts, patient, "context.draftOrders"))
    raise InputError("is missing", "context.draftOrders")


def _selected(selections: Sequence[str], drafts: Sequence[Sent]) -> frozenset[int]:
    """The places of the drafts that these name, by reference, by id alone or by their address in the Bundle."""
    said = {*selections, *("/".join(one.split("/")[-2:]) for one in selections)}
    return frozenset(
        place for place, one in enumerate(drafts) if {one.reference, one.id, one.url} & said - {""}
    )


def _token(raw: msgspec.Raw) -> tuple[str, str]:
    """The token by which the EHR lets us read there, and of whom it is alone ("" where it doesn't say); none of what is no such object."""
    if bytes(raw) in NOTHING:
        return "", ""
    try:
        said = _AUTHORIZATION.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return "", ""
    return said.access_token, said.patient or ""


def _prefetched(prefetch: dict[str, msgspec.Raw], patient: str) -> tuple[list[Sent], tuple[str, ...], str]:
    """What came along, the keys for which an error or no resource came, and when the oldest of it was put together."""
    given: list[Sent] = []
    failed, dated = [], []
    for key, raw in prefetch.items():
        if bytes(raw) in NOTHING:
            continue
        name = key[:64]
        begins = bytes(raw).lstrip()[:1]
        if begins not in (b"{", b"["):
            failed.append(name)
            continue
        if begins == b"{":
            it = head(raw, f"prefetch.{name}")
            if it.resource_type == "OperationOutcome":
                failed.append(name)
                continue
            updated = (it.meta or {}).get("lastUpdated") if it.resource_type == "Bundle" else None
            if isinstance(updated, str) and _DAY.match(updated):
                dated.append(updated)
        given += inside(raw, patient, f"prefetch.{name}")
    return given, tuple(failed), min(dated, default="")


def feedback(body: bytes) -> tuple[Said, ...]:
    """What became of cards. Raises InputError naming the place that doesn't fit."""
    said: _Feedbacks = decoded(_FEEDBACKS, body, "")
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
        taken = tuple(suggestion.id.strip().lower() for suggestion in one.accepted_suggestions)
        return Said(card=one.card, outcome="accepted", at=at, suggestions=taken)
    if one.outcome != "overridden":
        raise InputError("must be accepted or overridden", f"{where}.outcome")
    why = one.override_reason or _Override()
    code = why.reason.code if why.reason else why.code
    return Said(
        card=one.card, outcome="overridden", at=at, reason=code[:64], comment=(why.user_comment or "")[:4_000]
    )
