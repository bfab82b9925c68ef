"""Who and what is around a patient: the care team here and as the sources name it, and what was written to and fro."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.record import PatientRecord
from careloom.care.sending import Sending
from careloom.care.team import Member
from careloom.care.urgent import Reply
from careloom.web.present.patient.said import Said, said
from careloom.web.present.sending import MARKS, called
from careloom.web.present.words import ROLES, Mark, moment, sentence


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody around the patient, as what, and who says so (None for the care team here)."""

    name: str
    role: str
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Something that was sent to the patient or came back."""

    mark: Mark
    words: str
    text: str
    at: str
    proposal: str
    reply: str


def ours(team: Iterable[Member], people: Iterable[Reviewer]) -> tuple[Person, ...]:
    """The care team here: names and roles."""
    known = {one.user: one for one in people}
    return tuple(
        Person(
            known[one.user].name or "name not recorded",
            ROLES.get(known[one.user].role, known[one.user].role.replace("_", " ")),
        )
        for one in team
        if one.user in known
    )


def theirs(record: PatientRecord) -> tuple[Person, ...]:
    """The people whom the sources name: care teams, relatives, primary care."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in record.entries:
        if entry.status in ("inactive", "entered-in-error", "proposed"):
            continue
        if entry.kind == "CareTeam":
            for one in filter(None, entry.detail.get("participants", "").split("; ")):
                role, _, name = one.rpartition(": ")
                found.setdefault((name, role), []).append(entry.id)
        elif entry.kind == "RelatedPerson":
            role = entry.detail.get("relation", "")
            found.setdefault((entry.name, role), []).append(entry.id)
        elif entry.kind == "Patient":
            for name in filter(None, entry.detail.get("general_practitioner", "").split("; ")):
                found.setdefault((name, "primary care"), []).append(entry.id)
    return tuple(Person(name, role, said(entries, record)) for (name, role), entries in found.items())


def messages(
    sendings: Sequence[Sending], replies: Sequence[Reply], users: Mapping[str, str], now: datetime
) -> tuple[Written, ...]:
    """What was sent and what came back, the newest first."""
    rows = [(one.created, _sent(one, now)) for one in sendings]
    rows += [(one.at, _came(one, users, now)) for one in replies]
    return tuple(row for _, row in sorted(rows, key=lambda one: one[0], reverse=True))


def _sent(one: Sending, now: datetime) -> Written:
    why = f" {sentence(one.why)}" if one.why else ""
    return Written(
        MARKS[one.state],
        gettext("To the patient by {called}.{why}").format(called=called(one.channel), why=why),
        one.text,
        moment(one.created, now),
        one.proposal,
        "",
    )


def _came(one: Reply, users: Mapping[str, str], now: datetime) -> Written:
    read = (
        gettext("Read by {person}.").format(person=users.get(one.read_by, "somebody"))
        if one.read_by
        else gettext("Nobody has read it yet.")
    )
    mark = (
        Mark("▲", gettext("act now"), "act")
        if one.kind == "urgent" and not one.read_by
        else Mark("◀", gettext("from the patient"), "plain" if one.read_by else "look")
    )
    return Written(
        mark,
        gettext("By {called}. {read}").format(called=called(one.channel), read=read),
        one.text,
        moment(one.at, now),
        "",
        one.id,
    )
