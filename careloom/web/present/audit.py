"""Events of the audit log as sentences, and the accounting of disclosures as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext

from careloom.care.audited import AuditedEvent, Outcome
from careloom.care.disclosure import Disclosure
from careloom.care.document import Reviewer
from careloom.web.present.audit_words import DONE, FAILED, PARTS_OF_OURS, PURPOSES, READ
from careloom.web.present.care_team import role_of
from careloom.web.present.kinds import named
from careloom.web.present.words import count, moment

# From so many patients on, what one page did with each of them is one line.
SEVERAL = 3


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
