"""Events of the audit log as sentences, and the accounting of disclosures as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext

from careloom.care.audited import AuditedEvent, Outcome, Purpose
from careloom.care.disclosure import Disclosure
from careloom.care.document import Reviewer
from careloom.web.present.audit_studies import STUDIED
from careloom.web.present.care_team import role_of
from careloom.web.present.kinds import named
from careloom.web.present.words import count, moment
from careloom.web.saying import later

# From so many patients on, what one page did with each of them is one line.
SEVERAL = 3
PARTS_OF_OURS: Mapping[str, str] = {
    "operator": later("whoever runs the machine"),
    "careloom": later("Careloom"),
    "listener": later("the listener"),
    "message": later("a message"),
    "reply": later("a reply"),
    "unknown": later("somebody unknown"),
}
READ: Mapping[str, str] = {
    "record": later("looked at the record"),
    "chart": later("looked at the chart"),
    "documents": later("looked at the documents"),
    "queue": later("looked at the queue"),
    "tasks": later("looked at the tasks"),
    "questions": later("looked at questions to the physician"),
    "messages": later("looked at the messages"),
    "name": later("saw the name"),
    "consents": later("looked at the consents"),
    "restricted findings": later("read findings from restricted entries"),
    "questionnaire": later("looked at the questionnaire"),
    "second readings": later("looked at the second readings"),
    "agreement": later("looked at how readers agree"),
    "rejected": later("looked at messages that could not be read"),
    "people": later("looked at who may be one person"),
    "patients": later("listed the patients"),
    "feedback": later("looked at what people say of the product"),
    "readiness": later("looked at the data audit"),
    "measures": later("looked at quality measures"),
    "audit log": later("looked at the audit log"),
    "pilot": later("looked at the report of a pilot"),
    "failures": later("looked at what was wrong with drafts"),
    "disclosures": later("looked at the accounting of disclosures"),
}
DONE: Mapping[str, str] = {
    **STUDIED,
    "sign-in": later("signed in"),
    "sign-out": later("signed out"),
    "prove": later("confirmed who they are"),
    "ehr launch": later("came from an EHR with the patient of its chart"),
    "ehr link": later("linked an account of their own to a person of an EHR"),
    "ehr unlink": later("unlinked an account of their own from a person of an EHR"),
    "session end": later("ended sessions"),
    "password": later("chose a password"),
    "factor add": later("set up a second factor"),
    "factor remove": later("took a second factor away"),
    "factor recovery": later("made recovery codes"),
    "account end": later("signed somebody out everywhere"),
    "account reset": later("took somebody's second factor away"),
    "account close": later("closed an account"),
    "account open": later("opened an account again"),
    "refused": later("was refused"),
    "search": later("searched and found"),
    "list": later("saw in a list"),
    "open": later("opened lines of a document"),
    "draft": later("had a document drafted"),
    "check": later("had a document checked"),
    "compare": later("compared with somebody else"),
    "connect": later("brought in messages"),
    "pull": later("fetched from another system"),
    "file": later("filed a document"),
    "undo": later("took back a decision"),
    "flag": later("reported a problem of a draft"),
    "break glass": later("opened the record in an emergency"),
    "told in an emergency": later("told restricted entries in an emergency"),
    "send message": later("sent a message"),
    "queue message": later("put a message into the queue"),
    "write back": later("wrote a document into another system's chart"),
    "take back writing": later("took a document back out of another system's chart"),
    "queue writing": later("had a document written into another system's chart"),
    "write again": later("had it tried again to write a document into another system's chart"),
    "cancel writing": later("gave up writing a document into another system's chart"),
    "undo writing": later("had a document taken back out of another system's chart"),
    "disclose": later("wrote down a disclosure"),
    "answer hook": later("was answered at a hook"),
    "hook feedback": later("said what became of a card"),
    "export audit log": later("exported the audit log"),
    "export document": later("took out a document as PDF"),
    "join care team": later("put somebody into the care team"),
    "leave care team": later("took somebody out of the care team"),
    "break glass looked at": later("looked at what was opened in an emergency"),
    "approve": later("signed a document"),
    "amend": later("changed a draft"),
    "return": later("returned a draft"),
    "read blind": later("read a document a second time"),
    "second reading": later("chose a document to be read a second time"),
    "second reading given": later("gave a second reading to somebody"),
    "second reading claim": later("took a second reading"),
    "second reading release": later("gave a second reading back"),
    "second reading assign": later("gave a second reading to somebody"),
    "second reading read": later("gave a second reading"),
    "second reading agree": later("agreed to what was signed"),
    "second reading differ": later("asked for a third reader"),
    "second reading third": later("chose a third reader"),
    "second reading settle": later("settled where two readers differ"),
    "second reading correct": later("said how a released document was put right"),
    "second reading policy": later("changed what is read a second time"),
    "reject": later("rejected a draft"),
    "approve text": later("approved a text for patients"),
    "withdraw text": later("withdrew the approval of a text"),
    "write by hand": later("began a document by hand"),
    "write line": later("wrote a line"),
    "move line": later("moved a line"),
    "cite entry": later("cited an entry behind a line"),
    "question asked": later("asked a physician a question after a call"),
    "question answered": later("answered a question"),
    "answer taken back": later("took back an answer"),
    "answer read": later("read an answer"),
    "question withdrawn": later("took back a question"),
    "begin call": later("began a call"),
    "end call": later("ended a call"),
    "take back call": later("took an ended call back"),
    "tasks ended": later("ended the tasks of a document that was taken back"),
    "take back document": later("took a filed document back out of the chart"),
    "drop call": later("dropped a call that was none"),
    "document contact": later("documented a contact"),
    "claim": later("took a document"),
    "release": later("gave a document back"),
    "assign": later("gave something to somebody"),
    "absent": later("said who is away"),
    "back": later("said that somebody is back"),
    "confirm": later("confirmed what was read off a scan"),
    "refute": later("said that what was read off a scan is wrong"),
    "correct time": later("corrected active time"),
    "attest time": later("attested minutes"),
    "begin time study": later("began a time study"),
    "change activity list": later("changed the list of activities of time studies"),
    "correct observation": later("corrected what they observed in a time study"),
    "import observations": later("brought a table of observations into a time study"),
    "time study observer": later("let somebody observe in a time study"),
    "time study observer_out": later("let somebody observe in a time study no longer"),
    "time study observed": later("had somebody observed in a time study"),
    "time study observed_out": later("had somebody observed in a time study no longer"),
    "time study agree": later("agreed that their minutes count in a small group"),
    "time study disagree": later("took back that their minutes count in a small group"),
    "time study close": later("closed a time study"),
    "give feedback": later("said something of the product"),
    "answer feedback": later("answered what somebody said of the product"),
    "share success": later("let others know of a success"),
    "take back shared success": later("took back what others were told of a success"),
    "begin drill": later("began a drill"),
    "training required": later("asked somebody for the training's certificate"),
    "training excused": later("excused somebody from the training for some days"),
    "training certified": later("noted that somebody passed the training"),
    "training refresher": later("asked somebody to practise again"),
    "read reply": later("read a reply"),
    "acknowledge page": later("took what can't wait"),
    "give back page": later("gave back what can't wait"),
    "call about page": later("ticked a call about what can't wait"),
    "untick call about page": later("took back a ticked call about what can't wait"),
    "undo page outcome": later("took back what was written about what can't wait"),
    "act on page": later("wrote what was done about what can't wait"),
    "page lapsed": later("opened again what can't wait: nobody wrote what was done"),
    "cancel message": later("took back a message"),
    "settle": later("settled what sources disagree on"),
    "take back settled": later("took back what was settled"),
    "ask to settle": later("asked a physician to settle something"),
    "answer question": later("said that a question needs no answer any more"),
    "settle message": later("said whether a message arrived"),
    "correct": later("corrected a message"),
    "set aside": later("set a message aside"),
    "read again": later("had a message read again"),
    "take back": later("took back what was said"),
    "same": later("said that two are one person"),
    "readiness": later("had the data counted"),
    "measure": later("had quality measures counted"),
    "replay": later("rebuilt the records"),
    "check source": later("tried another system"),
    "user add": later("added an account"),
    "user first-admin": later("added the first administrator"),
    "user licence": later("entered somebody's licence"),
    "user role": later("gave somebody another role"),
    "user link": later("made a link to choose a password"),
    "user activate": later("opened an account again"),
    "user deactivate": later("closed an account"),
    "user reset-factor": later("took somebody's second factor away"),
    "account part": later("unlinked somebody's account from the persons of EHRs"),
    "user ehr": later("linked an account to a person of an EHR"),
    "user ehr forget": later("parted an account from a person of an EHR"),
    "user unbind": later("parted an account from its identity provider"),
    "token": later("made a token for the command line"),
    "token add": later("made a token for a machine"),
    "token revoke": later("ended a token"),
    "webhook add": later("added a webhook"),
    "webhook rotate": later("gave a webhook a new secret"),
    "webhook on": later("turned a webhook on"),
    "webhook remove": later("removed a webhook"),
    "webhook replay": later("had a webhook told again what was told since a time"),
    "webhook off": later("turned a webhook off"),
    "webhook again": later("had something told to a webhook again"),
    "backup": later("made a backup"),
    "restore": later("restored a backup"),
    "keys new": later("made a new data key"),
    "keys rotate": later("put a new master key in place"),
}
FAILED: Mapping[str, str] = {
    "sign-in": later("failed to sign in"),
    "ehr launch": later("came from an EHR that failed"),
    "prove": later("failed to confirm who they are"),
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.UNSAID: "",
    Purpose.TREATMENT: later("for treatment"),
    Purpose.EMERGENCY: later("in an emergency"),
    Purpose.PAYMENT: later("for payment"),
    Purpose.OPERATIONS: later("for operations"),
    Purpose.ADMINISTRATION: later("for running the site"),
    Purpose.PUBLIC_HEALTH: later("for public health"),
    Purpose.LEGAL: later("as the law asks"),
    Purpose.RESEARCH: later("for research"),
    Purpose.REQUESTED: later("as the patient asked"),
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
            found.append(
                _row(group[-1], gettext("{number} patients").format(number=number), known, now, several=True)
            )
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
            event.what,
            gettext("looked at a message")
            if event.what.startswith("message ")
            else gettext("looked at a draft"),
        )
    if event.action == "refused":
        asked, _, reason = event.what.partition(": ")
        outside = gettext(" (outside the care team)") if reason == "NotInCareTeam" else ""
        return gettext("was refused: {asked}{outside}").format(asked=asked, outside=outside)
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
        {
            "patient": gettext("the patient, by {address}").format(address=one.address),
            "payment": gettext("the payer"),
        }[one.ground.id]
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
        ground=gettext(one.ground.words),
        source=one.ground.source,
        not_counted=one.ground.not_counted,
        by=name_of(one.by, known),
    )


def name_of(user: str, known: Mapping[str, Reviewer]) -> str:
    """A person's name and role, or the word for a part of ours."""
    if user in known:
        return f"{known[user].name} ({role_of(known[user])})"
    return PARTS_OF_OURS.get(user, user if len(user) < 30 else gettext("somebody who is no longer here"))


def table(
    events: Iterable[AuditedEvent], people: Iterable[Reviewer], now: datetime
) -> Iterable[tuple[str, ...]]:
    """The log as rows of a table, with ids and not with patients' names."""
    known = {one.user: one for one in people}
    yield (
        "at",
        "person",
        gettext("user id"),
        "what",
        "action",
        gettext("patient id"),
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
            "done" if one.outcome is Outcome.DONE else gettext("not done"),
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
