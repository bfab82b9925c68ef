"""Filled texts: whether a sentence is a known text with its slots filled, and whether the record and the site say what stands in them.

Takes    a sentence, the entries that it cites, the record, knowledge, and what the site says of itself
Gives    which line of which text it is, whether each slot is what it should be, and why a person reads it first, if so
Never    takes a slot's value from the document, or says that a text is approved
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from careloom.care.entry import Entry, When
from careloom.care.record import PatientRecord, Problem
from careloom.care.texts import ApprovableText, Site
from careloom.knowledge import Knowledge
from careloom.knowledge.texts import PROBLEM, Filled
from careloom.verify.clock_words import day_words, time_words

# The measurements of the list of gaps that are made in blood; others are made in urine, by ultrasound or on a scale.
IN_BLOOD = frozenset({"hba1c", "egfr", "b12", "potassium", "hemoglobin", "inr"})
PREFERRED = "preferred_name"
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_PHONE = frozenset("0123456789+()-. ")
_LONGEST_NAME = 40
_MOST_NAMES = 3
# The place's own word; the knowledge of conditions takes "Sioux Falls" for somebody who falls.
_NO_CONDITION = frozenset({"falls"})


@dataclass(frozen=True, slots=True)
class Fill:
    """What a sentence is: `filled` from a text, whether its slots are `supported`, and `why` a person reads it first."""

    filled: Filled
    supported: bool
    why: str


@dataclass(frozen=True, slots=True)
class Saying:
    """What a slot's value is held against: what is cited, the record, knowledge, the site, and what was given beside the record."""

    entries: Sequence[Entry]
    record: PatientRecord
    knowledge: Knowledge
    site: Site
    given: Mapping[str, str]
    language: str

    @property
    def appointment(self) -> Entry | None:
        """The one visit that is cited, where it is booked and not over."""
        found = [one for one in self.entries if one.kind == "Appointment"]
        if len(found) != 1 or found[0].status != "booked" or found[0].negated:
            return None
        start = found[0].effective.start
        return found[0] if start and local(start, self.site).date() >= self.record.as_of else None


def fill_of(
    sentence: str,
    entries: Sequence[Entry],
    record: PatientRecord,
    knowledge: Knowledge,
    site: Site,
    given: Mapping[str, str],
) -> Fill | None:
    """What a sentence is filled from; the first reading that is supported, else the first, None where it is no text of ours."""
    best: Fill | None = None
    for filled in knowledge.texts.filled(sentence):
        saying = Saying(entries, record, knowledge, site, given, filled.text.language)
        found = Fill(filled, _is_supported(filled, saying), _why(filled, saying))
        if found.supported and not found.why:
            return found
        if best is None or (found.supported and not best.supported):
            best = found
    return best


def untold(visit: Entry, knowledge: Knowledge) -> str:
    """Why a visit's reminder is read by a person although its words tell nothing; "" where it isn't."""
    written = (visit.name, *(visit.detail.get(key, "") for key in ("instructions", "note", "reason")))
    drugs, telling = knowledge.drugs, knowledge.texts.telling
    if visit.detail.get("instructions"):
        return "the visit has instructions for the patient"
    if any(telling.prepares(one) or drugs.mentions(one) for one in written[1:]) or telling.prepares(
        visit.name
    ):
        return "what is recorded of the visit speaks of a preparation, a drug or a result"
    place = visit.detail.get("place", "")
    return (
        "the place's name has signs or words that no name has"
        if place and not telling.is_called(place)
        else ""
    )


def names_of(record: PatientRecord) -> tuple[str, ...]:
    """What a patient may be called by: the first given name of each name on record."""
    firsts = (one.given[0] for one in record.demographics.names if one.given)
    return tuple(dict.fromkeys(firsts))


def is_name(text: str, knowledge: Knowledge) -> bool:
    """Whether a text can be what somebody is called by, and tells nothing."""
    signs = all(sign in " '’-." or unicodedata.name(sign, "").startswith("LATIN") for sign in text)
    if not text or not signs or len(text) > _LONGEST_NAME or len(text.split()) > _MOST_NAMES:
        return False
    seen = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(sign) and sign.isascii()
    )
    return bool(seen) and not knowledge.texts.telling.why(seen) and not knowledge.drugs.mentions(text)


def is_phone(text: str) -> bool:
    """Whether a text is a telephone number and nothing else."""
    digits = sum(sign.isdigit() for sign in text)
    return set(text) <= _PHONE and _FEWEST_DIGITS <= digits <= _MOST_DIGITS and "+" not in text[1:]


def why_telling(name: str, knowledge: Knowledge) -> str:
    """Why a place's or a site's name is read by a person first; "" where it tells nothing."""
    if why := knowledge.texts.telling.why(name):
        return why
    if knowledge.drugs.mentions(name):
        return "it names a drug"
    return "it names a condition" if knowledge.conditions.find((), name) not in _NO_CONDITION | {None} else ""


def _is_supported(filled: Filled, saying: Saying) -> bool:
    rests_on = filled.text.cites.get(filled.line, "")
    if rests_on == "appointment" and saying.appointment is None:
        return False
    if rests_on == "lab_gap" and not _is_due(saying):
        return False
    if rests_on == PROBLEM and not _has(filled.text, saying):
        return False
    return all(value in _values(slot, saying) for slot, value in filled.slots.items())


def _has(text: ApprovableText, saying: Saying) -> bool:
    cited = {one.id for one in saying.entries}
    return any(cited.intersection(one.entries) for one in problems_of(text, saying.record, saying.knowledge))


def problems_of(text: ApprovableText, record: PatientRecord, knowledge: Knowledge) -> tuple[Problem, ...]:
    """The active problems that a text is about; none where a problem is active beside which it is for nobody."""
    active = [one for one in record.problems if one.status == "active"]
    kinds = knowledge.conditions
    if any(kinds.is_a(one.concept, other) for one in active for other in text.unless):
        return ()
    return tuple(
        one
        for one in active
        if not one.doubtful and any(kinds.is_a(one.concept, other) for other in text.about)
    )


def _is_due(saying: Saying) -> bool:
    cited = {one.id for one in saying.entries}
    return any(gap.about in IN_BLOOD and cited.intersection(gap.entries) for gap in saying.record.gaps)


def _values(slot: str, saying: Saying) -> tuple[str, ...]:
    """What may stand in a slot."""
    visit, site = saying.appointment, saying.site
    if slot == "name":
        return (*names_of(saying.record), *filter(None, (saying.given.get(PREFERRED, ""),)))
    if slot in ("phone", "practice"):
        return tuple(filter(None, (site.phone if slot == "phone" else site.name,)))
    start = visit.effective.start if visit else None
    if visit is None or start is None:
        return ()
    if slot == "place":
        return tuple(filter(None, (visit.detail.get("place", ""),)))
    at, language = local(start, site), saying.language
    if slot == "day":
        return tuple(
            day_words(at, language, with_year=year) for year in (False, True)[is_far(at, saying.record) :]
        )
    return (clock(start, site, language),) if has_time(start, site) else ()


def is_far(at: datetime, record: PatientRecord) -> bool:
    """Whether a day is so far ahead that its year is told."""
    return at.date() - record.as_of > timedelta(days=180)


def local(start: When, site: Site) -> datetime:
    """When something starts, by the clock on the site's wall; a day without a time stays that day."""
    if start.earliest != start.latest:
        return datetime.combine(start.day, datetime.min.time(), ZoneInfo(site.zone))
    return start.earliest.astimezone(ZoneInfo(site.zone))


def has_time(start: When, site: Site) -> bool:
    """Whether a start is known to the minute. Midnight is how a day without a time is written."""
    at = local(start, site)
    return start.earliest == start.latest and (at.hour, at.minute) != (0, 0)


def clock(start: When, site: Site, language: str) -> str:
    """The time of a start by the site's clock, with its zone where the source wrote it by another."""
    at = local(start, site)
    return time_words(at, language, with_zone=_is_elsewhere(start, at))


def _is_elsewhere(start: When, at: datetime) -> bool:
    """Whether the source's own clock shows another time. UTC is how machines write, and no place's clock."""
    zone = start.zone or "UTC"
    if zone in ("UTC", "+00:00", "-00:00"):
        return False
    if zone[0] not in "+-":
        return at.astimezone(ZoneInfo(zone)).utcoffset() != at.utcoffset()
    hours, minutes = zone[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if zone[0] == "-" else 1)
    return offset != at.utcoffset()


def _why(filled: Filled, saying: Saying) -> str:
    """Why a person reads it before it is sent: of the site's name, which stands around it, of its slots, and of its visit."""
    if saying.site.name and (why := why_telling(saying.site.name, saying.knowledge)):
        return f"the name of this site shows too much: {why}"
    for slot, value in filled.slots.items():
        if slot == "phone" and not is_phone(value):
            return "the telephone number isn't one"
        if slot == "name" and (value not in names_of(saying.record) or not is_name(value, saying.knowledge)):
            return "the name was typed, or has words that no name has"
        if slot == "place" and (why := why_telling(value, saying.knowledge)):
            return f"the name of the place shows too much: {why}"
    visit = saying.appointment if filled.text.cites.get(filled.line) == "appointment" else None
    return untold(visit, saying.knowledge) if visit else ""
