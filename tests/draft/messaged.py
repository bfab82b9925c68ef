"""Messages to invented patients: a booked visit in few words, a site that says who it is, and the proposal that comes of it."""

from dataclasses import replace
from datetime import UTC, datetime

from careloom import check, draft, review
from careloom.care.entry import HumanName, Period, when
from careloom.care.kinds import Given
from careloom.care.texts import Site
from careloom.llm import Remembered
from tests.draft.people import ANA, KNOWLEDGE, TODAY, Told

SITE = Site(
    "Lakeside Clinic",
    "555-123-4567",
    "America/New_York",
    frozenset(text.approval for text in KNOWLEDGE.texts.all),
)
PLACE = "Riverside Medical Center"


def booked(
    start="2026-12-07T14:30:00-05:00",
    *,
    language="en",
    status="booked",
    name="Ana",
    place=PLACE,
    text="Follow-up",
    **detail,
):
    """Somebody with one visit, and that visit's entry."""
    told = Told(replace(ANA, names=(HumanName(family="Rivera", given=(name,)),)))
    told.patient(language=language)
    return told, a_visit(told, start, status=status, place=place, text=text, **detail)


def a_visit(told, start, *, status="booked", place=PLACE, text="Follow-up", **detail):
    """One more visit of somebody."""
    return told.add(
        "Appointment",
        on="",
        text=text,
        status=status,
        effective=Period(when(start) if start else None),
        detail={"place": place, **detail} if place else detail,
    )


def proposed(told, kind="appointment_reminder", *, site=SITE, as_of=TODAY, **fields):
    """The checked and classed message."""
    record = told.record(as_of)
    given = Given(fields, None, site)
    document = draft.write(record, KNOWLEDGE, None, kind=kind, given=given, calls=0, answers=Remembered())
    findings, verdicts = check.examine(document, record, KNOWLEDGE, site)
    return review.propose(
        document,
        findings,
        record,
        KNOWLEDGE,
        proposal_id="m1",
        created=datetime(2026, 11, 23, 15, tzinfo=UTC),
        verdicts=verdicts,
        site=site,
    )


def said(proposal):
    """The message as the patient reads it."""
    return [line.text for line in proposal.document.statements]


def why(proposal):
    """Why a person reads it first, and what it lacks."""
    return [f"{one.what}: {one.why}" for one in proposal.document.left_out]
