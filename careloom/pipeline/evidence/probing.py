"""Tried, not asserted: rules of the running system over an invented entry, the moment the pack is made."""

from collections.abc import Iterator
from datetime import date, timedelta

from careloom.care.compliance import Evidence
from careloom.care.entry import Entry, Period, Source, entry_id, when
from careloom.care.record import Demographics, PatientRecord
from careloom.pipeline.emergency import MAY_READ
from careloom.pipeline.evidence.looked import Site
from careloom.record import Programmes
from careloom.record.consents import consents

_PROGRAMME, _SITE = "an invented programme", "an invented clinic"
_PROGRAMMES = Programmes({"invented_programme": _PROGRAMME}, (_SITE,))


def of_programmes(site: Site, programmes: Programmes = _PROGRAMMES) -> Iterator[Evidence]:
    """42 CFR Part 2: what stays closed, what a consent opens, and what goes with it."""
    today = site.at.date()
    restricted = _entry("Observation", "an invented result", "invented_programme", today)
    note = _entry("DocumentReference", "an invented note", "invented_programme", today)
    elsewhere = _entry("Condition", "alcohol use disorder", "invented_hospital", today)
    given, denied = _consent(today, "permit"), _consent(today, "deny")
    where = "record/segments.py, tried over invented entries when the pack was made"
    closed = programmes.apart((restricted, note, elsewhere), today)
    opened = programmes.apart((restricted, note, elsewhere, given), today)
    refused = programmes.apart((restricted, elsewhere, denied), today)
    well = (
        closed.restricted == (restricted, note)
        and restricted in opened.open
        and restricted in refused.restricted
        and elsewhere in closed.open
    )
    yield site.tell(
        "part2.probe",
        "Without consent closed, with one open, refused closed again; the same diagnosis from elsewhere stays",
        "tried: so" if well else "tried: NOT so",
        well,
        where,
    )
    yield site.tell(
        "part2.notes",
        "A consent that doesn't name counselling notes leaves notes closed",
        "tried: so" if note in opened.restricted else "tried: NOT so",
        note in opened.restricted,
        where,
    )
    told = programmes.named(restricted)
    record = PatientRecord(
        "invented", today, "", Demographics(), (told, given), consents=consents((told, given), today)
    )
    lines = len(record.notice)
    yield site.tell(
        "part2.notice",
        "What is told of an opened entry carries the notice and the consent's scope",
        f"tried: {lines} lines go with it",
        lines > 1,
        "care/record.py, tried over invented entries when the pack was made",
    )
    times = site.store.audit.numbers(site.at - timedelta(days=round(3 * 365.25))).get(
        "told in an emergency", 0
    )
    yield site.tell(
        "part2.emergency",
        "In an emergency licensed people read once, and who, to whom and why is written down first",
        f"open to {len(MAY_READ)} roles; {times} readings in three years",
        bool(MAY_READ),
        "pipeline/emergency.py and the audit log",
        "/audit",
    )


def _entry(kind: str, text: str, system: str, day: date) -> Entry:
    at = Period(when((day - timedelta(days=30)).isoformat()), None)
    return Entry(
        id=entry_id(system, text, kind),
        kind=kind,
        source=Source(system, text, system),
        text=text,
        effective=at,
        status="final",
    )


def _consent(day: date, value: str) -> Entry:
    began, ends = day - timedelta(days=10), day + timedelta(days=300)
    return Entry(
        id=entry_id("consent", value, "Consent"),
        kind="Consent",
        source=Source("consent", value, "invented_programme"),
        text="Release under 42 CFR Part 2",
        value=value,
        status="active",
        effective=Period(when(began.isoformat()), when(ends.isoformat())),
        recorded=when(began.isoformat()),
        detail={"recipient": _SITE},
    )
