"""Events of the audit log as sentences, and the accounting of disclosures as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from careloom.care.audited import AuditedEvent, Outcome, Purpose
from careloom.care.disclosure import Disclosure
from careloom.care.document import Reviewer
from careloom.web.present.care_team import role_of
from careloom.web.present.kinds import named
from careloom.web.present.words import count, moment

# From so many patients on, what one page did with each of them is one line.
SEVERAL = 3
PARTS_OF_OURS: Mapping[str, str] = {
    "operator": "whoever runs the machine",
    "careloom": "Careloom",
    "listener": "the listener",
    "message": "a message",
    "reply": "a reply",
    "unknown": "somebody unknown",
}
READ: Mapping[str, str] = {
    "record": "looked at the record",
    "chart": "looked at the chart",
    "documents": "looked at the documents",
    "queue": "looked at the queue",
    "tasks": "looked at the tasks",
    "messages": "looked at the messages",
    "name": "saw the name",
    "consents": "looked at the consents",
    "restricted findings": "read findings from restricted entries",
    "questionnaire": "looked at the questionnaire",
    "second readings": "looked at the second readings",
    "agreement": "looked at how readers agree",
    "rejected": "looked at messages that could not be read",
    "people": "looked at who may be one person",
    "patients": "listed the patients",
    "readiness": "looked at the data audit",
    "audit log": "looked at the audit log",
    "disclosures": "looked at the accounting of disclosures",
}
DONE: Mapping[str, str] = {
    "sign-in": "signed in",
    "sign-out": "signed out",
    "prove": "confirmed who they are",
    "session end": "ended sessions",
    "password": "chose a password",
    "factor add": "set up a second factor",
    "factor remove": "took a second factor away",
    "factor recovery": "made recovery codes",
    "account end": "signed somebody out everywhere",
    "account reset": "took somebody's second factor away",
    "account close": "closed an account",
    "account open": "opened an account again",
    "refused": "was refused",
    "search": "searched and found",
    "list": "saw in a list",
    "open": "opened lines of a document",
    "draft": "had a document drafted",
    "check": "had a document checked",
    "compare": "compared with somebody else",
    "connect": "brought in messages",
    "pull": "fetched from another system",
    "file": "filed a document",
    "undo": "took back a decision",
    "flag": "reported a problem of a draft",
    "break glass": "opened the record in an emergency",
    "told in an emergency": "told restricted entries in an emergency",
    "send message": "sent a message",
    "queue message": "put a message into the queue",
    "disclose": "wrote down a disclosure",
    "export audit log": "exported the audit log",
    "export document": "took out a document as PDF",
    "join care team": "put somebody into the care team",
    "leave care team": "took somebody out of the care team",
    "break glass looked at": "looked at what was opened in an emergency",
    "approve": "signed a document",
    "amend": "changed a draft",
    "return": "returned a draft",
    "read blind": "read a document a second time",
    "second reading": "chose a document to be read a second time",
    "second reading given": "gave a second reading to somebody",
    "second reading claim": "took a second reading",
    "second reading release": "gave a second reading back",
    "second reading assign": "gave a second reading to somebody",
    "second reading read": "gave a second reading",
    "second reading agree": "agreed to what was signed",
    "second reading differ": "asked for a third reader",
    "second reading third": "chose a third reader",
    "second reading settle": "settled where two readers differ",
    "second reading correct": "said how a released document was put right",
    "second reading policy": "changed what is read a second time",
    "reject": "rejected a draft",
    "approve text": "approved a text for patients",
    "withdraw text": "withdrew the approval of a text",
    "write by hand": "began a document by hand",
    "write line": "wrote a line",
    "begin call": "began a call",
    "end call": "ended a call",
    "drop call": "dropped a call that was none",
    "document contact": "documented a contact",
    "claim": "took a document",
    "release": "gave a document back",
    "assign": "gave something to somebody",
    "absent": "said who is away",
    "back": "said that somebody is back",
    "confirm": "confirmed what was read off a scan",
    "refute": "said that what was read off a scan is wrong",
    "correct time": "corrected active time",
    "attest time": "attested minutes",
    "read reply": "read a reply",
    "acknowledge page": "took what can't wait",
    "cancel message": "took back a message",
    "settle": "settled what sources disagree on",
    "take back settled": "took back what was settled",
    "ask to settle": "asked a physician to settle something",
    "answer question": "said that a question needs no answer any more",
    "settle message": "said whether a message arrived",
    "correct": "corrected a message",
    "set aside": "set a message aside",
    "read again": "had a message read again",
    "take back": "took back what was said",
    "same": "said that two are one person",
    "readiness": "had the data counted",
    "replay": "rebuilt the records",
    "check source": "tried another system",
    "user add": "added an account",
    "user first-admin": "added the first administrator",
    "user link": "made a link to choose a password",
    "user activate": "opened an account again",
    "user deactivate": "closed an account",
    "user reset-factor": "took somebody's second factor away",
    "user unbind": "parted an account from its identity provider",
    "token": "made a token for the command line",
    "token add": "made a token for a machine",
    "token revoke": "ended a token",
    "backup": "made a backup",
    "restore": "restored a backup",
    "keys new": "made a new data key",
    "keys rotate": "put a new master key in place",
}
FAILED: Mapping[str, str] = {
    "sign-in": "failed to sign in",
    "prove": "failed to confirm who they are",
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.UNSAID: "",
    Purpose.TREATMENT: "for treatment",
    Purpose.EMERGENCY: "in an emergency",
    Purpose.PAYMENT: "for payment",
    Purpose.OPERATIONS: "for operations",
    Purpose.ADMINISTRATION: "for running the site",
    Purpose.PUBLIC_HEALTH: "for public health",
    Purpose.LEGAL: "as the law asks",
    Purpose.RESEARCH: "for research",
    Purpose.REQUESTED: "as the patient asked",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log: when, who, what was done with whom, from where, what for; `refused` where nothing was done."""

    id: str
    at: str
    who: str
    said: str
    patient: str
    about: str
    where: str
    purpose: str
    why: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who did something with this record: how often, and when last."""

    user: str
    who: str
    times: str
    last: str


@dataclass(frozen=True, slots=True)
class Left:
    """A line of the accounting."""

    on: str
    to: str
    what: str
    why: str
    ground: str
    source: str
    not_counted: str
    by: str


def alone(events: Sequence[AuditedEvent]) -> set[str]:
    """The patients who stand by themselves in a line, and so by name."""
    return {one.patient for group in _groups(events) if not _many(group) for one in group if one.patient}


def rows(
    events: Sequence[AuditedEvent], names: Mapping[str, str], people: Iterable[Reviewer], now: datetime
) -> list[Row]:
    """The lines of a page of the log; what one request did with several patients is one line."""
    known = {one.user: one for one in people}
    found = []
    for group in _groups(events):
        if _many(group):
            number = len({one.patient for one in group})
            found.append(_row(group[-1], f"{number} patients", known, now, several=True))
        else:
            found += [_row(one, names.get(one.patient, ""), known, now) for one in group]
    return found


def _row(
    event: AuditedEvent, about: str, known: Mapping[str, Reviewer], now: datetime, *, several: bool = False
) -> Row:
    return Row(
        id=event.id,
        at=moment(event.at, now),
        who=name_of(event.actor, known),
        said=said(event),
        patient="" if several else event.patient,
        about=about,
        where=", ".join(filter(None, (event.whence.address, event.whence.through))),
        purpose=PURPOSES[event.whence.purpose],
        why=event.why if event.action != "disclose" else "",
        refused=event.outcome is not Outcome.DONE,
    )


def said(event: AuditedEvent) -> str:
    """What was done, in words."""
    if event.outcome is not Outcome.DONE and event.action in FAILED:
        return f"{FAILED[event.action]}{' (the account is locked)' if event.what == 'locked' else ''}"
    if event.action == "read":
        return READ.get(
            event.what, "looked at a message" if event.what.startswith("message ") else "looked at a draft"
        )
    if event.action == "refused":
        asked, _, reason = event.what.partition(": ")
        outside = " (outside the care team)" if reason == "NotInCareTeam" else ""
        return f"was refused: {asked}{outside}"
    return DONE.get(event.action, event.action)


def lookers(
    found: Iterable[tuple[str, int, datetime]], people: Iterable[Reviewer], now: datetime
) -> list[Looker]:
    """Who did something with a record, the newest first."""
    known = {one.user: one for one in people}
    return [
        Looker(user, name_of(user, known), count(number, "time"), moment(last, now))
        for user, number, last in found
    ]


def left(disclosures: Iterable[Disclosure], people: Iterable[Reviewer]) -> list[Left]:
    """The lines of an accounting."""
    known = {one.user: one for one in people}
    return [_left(one, known) for one in disclosures]


def _left(one: Disclosure, known: Mapping[str, Reviewer]) -> Left:
    ours = one.ground.id in ("patient", "payment") and not one.to
    to = (
        {"patient": f"the patient, by {one.address}", "payment": "the payer"}[one.ground.id]
        if ours
        else one.to
    )
    address = "" if ours or not one.address else f", {one.address}"
    what = named(one.what).title if ours else one.what
    return Left(
        on=one.on.isoformat(),
        to=f"{to}{address}",
        what=what,
        why=one.why,
        ground=one.ground.words,
        source=one.ground.source,
        not_counted=one.ground.not_counted,
        by=name_of(one.by, known),
    )


def name_of(user: str, known: Mapping[str, Reviewer]) -> str:
    """A person's name and role, or the word for a part of ours."""
    if user in known:
        return f"{known[user].name} ({role_of(known[user])})"
    return PARTS_OF_OURS.get(user, user if len(user) < 30 else "somebody who is no longer here")


def table(
    events: Iterable[AuditedEvent], people: Iterable[Reviewer], now: datetime
) -> Iterable[tuple[str, ...]]:
    """The log as rows of a table, with ids and not with patients' names."""
    known = {one.user: one for one in people}
    yield (
        "at",
        "person",
        "user id",
        "what",
        "action",
        "patient id",
        "about",
        "why",
        "outcome",
        "purpose",
        "address",
        "through",
    )
    for one in events:
        yield (
            one.at.astimezone(now.tzinfo).isoformat(timespec="seconds"),
            name_of(one.actor, known),
            one.actor,
            said(one),
            one.action,
            one.patient,
            one.what,
            one.why,
            "done" if one.outcome is Outcome.DONE else "not done",
            one.whence.purpose.value,
            one.whence.address,
            one.whence.through,
        )


def _many(group: Sequence[AuditedEvent]) -> bool:
    return len({one.patient for one in group}) >= SEVERAL


def _groups(events: Sequence[AuditedEvent]) -> list[list[AuditedEvent]]:
    """Events next to each other that one person's one request made, of one kind."""

    def alike(one: AuditedEvent) -> tuple[object, ...]:
        minute = one.at.replace(second=0, microsecond=0)
        return (one.actor, one.action, one.what, one.whence, one.outcome, minute, bool(one.patient))

    return [[*group] for _, group in groupby(events, alike)]
