"""Transitions: a patient's discharges as transitional care asks for them, from the record's stays and visits and from the contacts documented here.

Takes    what may be used of a record, what a practitioner attests of a discharge, the site's calendar, and whose minutes count by role
Gives    each discharge with the last day for its contact, the contact or the attempts, the visit, and what came after it
Never    takes a contact of a day on which the patient may still have been in the hospital, or of somebody whose role the site doesn't count

Source   docs/care_months.md. To the community: FHIR discharge-disposition home and alt-home; NUBC patient discharge status 01 and 06 (01/2025)
Misses   SNOMED CT codes of how a stay ended; observation and partial hospitalisation, which no class tells apart; a contact by mail
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.hours import Calendar
from careloom.care.management import Said
from careloom.measure.finance.care_months import Discharge
from careloom.measure.outcomes.visits import ACUTE, HAPPENED, Stay, classes, stays
from careloom.measure.quality.views import counts

BUSINESS_DAYS = 2
# The day of the discharge and the 29 after it.
SERVICE = timedelta(days=29)
VISIT_WITHIN = timedelta(days=14)
VISITS = frozenset({"AMB", "HH"})
HOME = frozenset({"home", "alt-home", "01", "1", "06", "6"})


@dataclass(frozen=True, slots=True)
class Made:
    """Who makes contacts here: roles by the name under which they are documented, and the roles whose minutes count."""

    roles: Mapping[str, str]
    counted: Collection[str]


def discharges(
    entries: Sequence[Entry],
    attested: Mapping[date, Said],
    calendar: Calendar,
    made: Made,
    died: date | None = None,
) -> tuple[Discharge, ...]:
    """A patient's discharges, oldest first; who died in the stay wasn't discharged."""
    every = stays(entries)
    return tuple(
        _discharge(one, every[number + 1 :], entries, attested.get(one.ended), (calendar, made, died))
        for number, one in enumerate(every)
        if one.ended is not None and one.how != "died"
    )


def contact_by(day: date, calendar: Calendar) -> date:
    """The second business day after a discharge: Monday to Friday, but the site's holidays."""
    found, left = day, BUSINESS_DAYS
    while left:
        found += timedelta(days=1)
        left -= calendar.is_business_day(found)
    return found


def _discharge(
    stay: Stay,
    later: Sequence[Stay],
    entries: Sequence[Entry],
    said: Said | None,
    site: tuple[Calendar, Made, date | None],
) -> Discharge:
    calendar, made, died = site
    day = stay.ended
    assert day is not None
    until = day + SERVICE
    told = [one for one in entries if _ended(one) == day]
    contacts = [one for one in _since(told, entries, day, until) if one.source.system == RECORDED_HERE]
    reached = [one for one in contacts if one.status == "finished"]
    mine = [one for one in reached if _role(one, made)]
    contact = next(iter(mine or reached), None)
    visit = said.visit if said is not None else None
    seen = [one for one in _since(told, entries, day, until) if classes(one) & VISITS]
    first = next((one for one in seen if _day(one) <= day + VISIT_WITHIN), None)
    if visit is None and first is not None:
        visit = _day(first)
    shown = next((one for one in seen if _day(one) == visit), None)
    again = next((one.began for one in later if day < one.began <= until), None)
    return Discharge(
        day=day,
        contact_by=contact_by(day, calendar),
        contacted=_day(contact) if contact is not None else None,
        attempts=tuple(sorted(_day(one) for one in contacts if one.status == "cancelled")),
        by=_role(contact, made) if contact is not None else "",
        visit=visit,
        complexity=said.complexity if said is not None else "",
        reconciled=said is not None and said.reconciled,
        home=_home(told),
        again=again,
        died=died is not None and died <= until,
        entries=tuple(dict.fromkeys(one.id for one in (*told, contact, shown) if one is not None)),
    )


def _since(told: Sequence[Entry], entries: Iterable[Entry], day: date, until: date) -> list[Entry]:
    """Visits and contacts after a discharge, in their order: on its day those alone that are certainly later."""
    ends = [one.effective.end.latest for one in told if one.effective.end is not None]
    last = max(ends, default=None)
    found = [
        (one.effective.start.earliest, one)
        for one in entries
        if one.kind == "Encounter"
        and one.effective.start is not None
        and not one.negated
        and (one.source.system == RECORDED_HERE or (counts(one) and one.status in HAPPENED))
        and not classes(one) & ACUTE
        and day <= _day(one) <= until
        and (last is None or one.effective.start.earliest > last)
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _ended(one: Entry) -> date | None:
    is_stay = one.kind == "Encounter" and counts(one) and not one.negated and bool(classes(one) & ACUTE)
    return one.effective.end.day if is_stay and one.effective.end is not None else None


def _day(one: Entry) -> date:
    assert one.effective.start is not None
    return one.effective.start.day


def _role(contact: Entry, made: Made) -> str:
    """The role of whoever made a contact, where the site counts it."""
    role = made.roles.get(contact.detail.get("author", ""), "")
    return role if role in made.counted else ""


def _home(told: Iterable[Entry]) -> bool | None:
    """Whether a stay ended with the patient going home; None where no source says how it ended."""
    for one in told:
        codes = {code.rpartition("|")[2] for code in one.elements.get("disposition", ())}
        words = one.detail.get("discharge", "").lower()
        if codes or words:
            return bool(codes & HOME) or words.startswith(("home", "discharged to home"))
    return None
