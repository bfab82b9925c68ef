"""Visits: a stay that just ended, stays and emergency visits of the last year, what is booked, and orders still open.

Source   CMS transitional care management (99495): the first 14 days after a hospital stay; NCQA measure FMC: the first
         7 days after an emergency visit
Misses   a stay that no source sent as an Encounter
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.draft.care_plan import ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, day, fits, happened, listed, with_article
from careloom.text.naming import inside

_AFTER_A_STAY = timedelta(days=14)
_AFTER_AN_EMERGENCY = timedelta(days=7)
_RECENT = timedelta(days=365)
_OPEN_ORDERS = timedelta(days=180)
_MOST = 6
_NOT_YET = frozenset({"planned", "cancelled", "entered-in-error", "unknown"})


def visits(pen: Pen) -> Iterator[Statement]:
    """Stays and emergency visits, appointments, and open orders: those that ask for somebody now each for itself."""
    yield from _stays(pen)
    yield from ahead(pen)


def ahead(pen: Pen) -> Iterator[Statement]:
    """What is booked, and orders that nobody answered yet."""
    yield from _appointments(pen)
    yield from _orders(pen)


def _stays(pen: Pen) -> Iterator[Statement]:
    found = stays(pen)
    now = [one for one in found if _asks_for_somebody(one, pen)]
    for one in now:
        rank = ranks.EMERGENCY if _sort(one) == "emergency" else ranks.DATED
        text = stay(one, pen)
        yield pen.line("coordination", "concern", text, [one.id], about="hospital_stay", by=one.id, rank=rank)
    past = [one for one in found if one not in now][-_MOST:]
    yield from _joined(
        past, [stay(one, pen) for one in past], [_short_stay(one, pen) for one in past], "visits", pen
    )


def stays(pen: Pen) -> list[Entry]:
    """Stays and emergency visits of the last year in time, of several on one day the one that tells most."""
    found = [one for one in pen.record.entries if _sort(one) and _within(one, pen, _RECENT)]
    by_day = {happened(one): one for one in sorted(found, key=_weight)}
    return sorted(by_day.values(), key=happened)


def _sort(entry: Entry) -> str:
    """ "inpatient", "observation", "short stay" or "emergency"; "" for every other visit and what didn't happen."""
    if entry.kind != "Encounter" or entry.subject != "patient" or entry.status in _NOT_YET:
        return ""
    said = entry.detail.get("class", "")
    return next(
        (one for one in ("inpatient", "observation", "short stay", "emergency") if said.startswith(one)), ""
    )


def _weight(entry: Entry) -> int:
    """Of several stays on one day the one in hospital is told, and one with a reason before one without."""
    return 2 * (_sort(entry) == "inpatient") + bool(entry.detail.get("reason"))


def _within(entry: Entry, pen: Pen, span: timedelta) -> bool:
    return entry.happened is not None and timedelta(0) <= pen.record.as_of - entry.happened.day <= span


def _asks_for_somebody(entry: Entry, pen: Pen) -> bool:
    """Whether it is under way, or ended so short a time ago that its follow-up is still to come."""
    span = _AFTER_AN_EMERGENCY if _sort(entry) == "emergency" else _AFTER_A_STAY
    return entry.status == "in-progress" or pen.record.as_of - _ended(entry, pen) <= span


def _ended(entry: Entry, pen: Pen) -> date:
    end = entry.effective.end or entry.effective.start or entry.recorded
    return min(end.day, pen.record.as_of) if end else date.min


def stay(entry: Entry, pen: Pen) -> str:
    """A stay or visit as a sentence: of which kind, from when to when, and why."""
    start, end = happened(entry), day(entry.effective.end)
    said = reason(entry, pen)
    template = "care.stay" if _nights(entry) > 1 else "care.visit"
    slots = {"class": with_article(entry.detail["class"]), "day": start, "end": end, "reason": said}
    text = pen.say(template if said else f"{template}_plain", **slots)
    return text if fits(text) else pen.say(f"{template}_plain", **slots)


def _nights(entry: Entry) -> int:
    start, end = entry.effective.start, entry.effective.end
    return (end.day - start.day).days if start and end else 0


def _short_stay(entry: Entry, pen: Pen) -> str:
    said = reason(entry, pen)
    return f"{entry.detail['class']} on {happened(entry)}" + (f" ({said})" if said else "")


def reason(entry: Entry, pen: Pen) -> str:
    """Why somebody came, in the source's words; "" where none says it or the words are not fit."""
    said = inside(bare(entry.detail.get("reason", "")))
    return said if pen.is_fit(said) else ""


def _appointments(pen: Pen) -> Iterator[Statement]:
    booked = [one for one in pen.record.entries if _is_booked(one, pen)][:_MOST]
    reasons = [inside(bare(one.detail.get("reason") or one.name)) for one in booked]
    texts = [
        pen.say("care.appointment", day=happened(one), reason=reason)
        for one, reason in zip(booked, reasons, strict=True)
    ]
    short = [f"{reason} on {happened(one)}" for one, reason in zip(booked, reasons, strict=True)]
    yield from _joined(booked, texts, short, "appointments", pen)


def _is_booked(entry: Entry, pen: Pen) -> bool:
    ahead = entry.happened is not None and entry.happened.day >= pen.record.as_of
    waiting = entry.kind == "Appointment" and entry.status in ("booked", "proposed", "pending")
    return waiting and ahead and pen.is_fit(entry.detail.get("reason") or entry.name)


def _orders(pen: Pen) -> Iterator[Statement]:
    """Orders that are still open: a referral that nobody answered is lost without a person."""
    found = [
        entry
        for entry in pen.record.entries
        if entry.kind == "ServiceRequest"
        and entry.status == "active"
        and _within(entry, pen, _OPEN_ORDERS)
        and pen.is_fit(entry.name)
    ][-_MOST:]
    texts = [pen.say("care.order", name=bare(one.name), day=happened(one)) for one in found]
    short = [f"{inside(bare(one.name))} on {happened(one)}" for one in found]
    yield from _joined(found, texts, short, "orders", pen)


def _joined(
    entries: Sequence[Entry], texts: Sequence[str], short: Sequence[str], template: str, pen: Pen
) -> Iterator[Statement]:
    """One line for what a sentence can hold together, each in its short words; a line of its own for one alone."""
    left = list(zip(entries, texts, short, strict=True))
    while left:
        many = next(
            (
                count
                for count in range(len(left), 1, -1)
                if fits(pen.say(f"care.{template}", every=listed(words for _, _, words in left[:count])))
            ),
            1,
        )
        group, left = left[:many], left[many:]
        text = group[0][1]
        if many > 1:
            text = pen.say(f"care.{template}", every=listed(words for _, _, words in group))
        if fits(text):
            cited = [entry.id for entry, _, _ in group]
            yield pen.line("coordination", "fact", text, cited, by="/".join(cited), rank=ranks.CARE)
