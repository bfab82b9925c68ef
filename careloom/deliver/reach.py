"""Where a patient is reached by a channel, and why nothing may be sent now. Pure: what is known comes in.

Source   FHIR R4, ContactPoint.use: a `home` or `work` number is no mobile by the source's word; `old` is out of use
Misses   a landline that its source calls mobile, or doesn't call anything; a shared mailbox
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from careloom.care.entry import Entry, Person
from careloom.care.record import Consented
from careloom.care.sending import Channel
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.text import telling

_PHONES = frozenset({"", "mobile"})
_MAILS = frozenset({"", "mobile", "home", "work", "temp"})
# What a wish, a consent or its withdrawal says that it is about.
_ABOUT = {
    "email": re.compile(r"\be-?mails?\b|\belectronic (?:mail|messag\w*|communicat\w*)", re.I),
    "text": re.compile(r"\btexts?\b|\btext messag\w*|\bsms\b|\belectronic (?:messag\w*|communicat\w*)", re.I),
    "portal": re.compile(r"\bportal\b|\belectronic (?:messag\w*|communicat\w*)", re.I),
}
_MESSAGES = re.compile(r"\breminders?\b|\boutreach\b|\b(?:being |to be )?contacted\b", re.I)
_OVER = frozenset({"finished", "cancelled", "entered-in-error", "planned", "noshow", "completed"})
_STAYS = ("inpatient", "observation", "short stay")
# Of a stay whose end no source ever told; an emergency visit is over sooner.
_LONGEST_STAY, _LONGEST_VISIT = timedelta(days=180), timedelta(days=3)
_HOSPICE = timedelta(days=366)


def whither(persons: Sequence[Person], channel: Channel, patient: str) -> str:
    """The one address of a patient for a channel. Raises InputError in words where there is none, or more than one."""
    if channel == "portal":
        return patient
    named = [(one, dict(person.uses).get(one, "")) for person in persons for one in person.telecoms]
    old = {_plain(one, channel) for one, use in named if use == "old"}
    known = [(plain, use) for one, use in named if (plain := _plain(one, channel)) and plain not in old]
    if channel == "email":
        return _only({plain for plain, use in known if use in _MAILS}, "e-mail address")
    mobile = {plain for plain, use in known if use == "mobile"}
    if mobile:
        return _only(mobile, "mobile number")
    called = {plain for plain, use in known if use not in _PHONES}
    free = {plain for plain, use in known if not use} - called
    if not free and called:
        raise InputError("the only numbers recorded are no mobile ones, as their source says; ask for one")
    return _only(free, "telephone number")


def address(said: str, channel: Channel) -> str:
    """An address that a person gives, as the channel takes it. Raises InputError for one that is none; the portal has only the patient's."""
    if channel == "portal":
        raise InputError("the portal knows its patient; no address is given", where="to")
    plain = _plain(said, channel)
    if not plain:
        raise InputError("this is no address of that channel", where="to")
    return plain


def _plain(said: str, channel: Channel) -> str:
    if channel == "email":
        return telling.email(said)
    return "" if "@" in said or len(plain := telling.phone(said)) != 10 else plain


def _only(found: set[str], what: str) -> str:
    if not found:
        raise InputError(f"no {what} is recorded")
    if len(found) > 1:
        raise InputError(f"more than one {what} is recorded; say which is right")
    return found.pop()


def why_unreachable(
    entries: Sequence[Entry],
    consents: Iterable[Consented],
    channel: Channel,
    today: date,
    knowledge: Knowledge,
) -> str:
    """Why nothing is sent to this patient today by this channel; "" where nothing speaks against it.

    Whoever says that somebody died, is in hospice or in hospital is believed: what is not sent can be sent later.
    """
    held = (
        (_died(entries), "a source says that this person has died"),
        (_in_hospice(entries, today, knowledge), "hospice care has begun"),
        (_admitted(entries, today), "is in hospital now: admitted, and no discharge is recorded"),
        (_asked_not_to(entries), "has asked that no message be left"),
        (_withdrawn(consents, channel), "the consent to such messages is not in force"),
    )
    return next((why for holds, why in held if holds), "")


def _died(entries: Iterable[Entry]) -> bool:
    return any(
        one.kind == "Patient" and one.detail.get("deceased", "").lower() not in ("", "false", "n", "no")
        for one in entries
    )


def _in_hospice(entries: Iterable[Entry], today: date, knowledge: Knowledge) -> bool:
    return any(
        (one.kind == "Condition" and one.status == "active")
        or (one.happened is not None and today - _HOSPICE <= one.happened.day <= today)
        for one in entries
        if one.status != "entered-in-error" and "hospice" in knowledge.sightings.shown_by(one)
    )


def _admitted(entries: Iterable[Entry], today: date) -> bool:
    stays = [one for one in entries if one.kind == "Encounter" and one.effective.start is not None]
    ended = [_days(one) for one in stays if _sort(one) and one.effective.end is not None]
    for stay in stays:
        sort, (began, end) = _sort(stay), _days(stay)
        if not sort or (stay.status or "") in _OVER or (end is not None and end <= today):
            continue
        longest = _LONGEST_STAY if sort in _STAYS else _LONGEST_VISIT
        told_elsewhere = any(abs(one - began) <= timedelta(days=1) and e and e <= today for one, e in ended)
        if today - longest <= began <= today and not told_elsewhere:
            return True
    return False


def _sort(entry: Entry) -> str:
    said = entry.detail.get("class", "").lower()
    return next((one for one in (*_STAYS, "emergency") if said.startswith(one)), "")


def _days(entry: Entry) -> tuple[date, date | None]:
    assert entry.effective.start is not None
    return entry.effective.start.day, entry.effective.end.day if entry.effective.end else None


def _asked_not_to(entries: Iterable[Entry]) -> bool:
    return any(one.kind == "Patient" and one.detail.get("contact") == "no" for one in entries)


def _withdrawn(consents: Iterable[Consented], channel: Channel) -> bool:
    """Whether the newest consent about such messages is one that isn't in force."""
    return [one.given for one in _about(consents, channel)][-1:] == [False]


def _about(consents: Iterable[Consented], channel: Channel) -> Iterator[Consented]:
    for one in consents:
        if not one.part2 and (_ABOUT[channel].search(one.scope) or _MESSAGES.search(one.scope)):
            yield one
