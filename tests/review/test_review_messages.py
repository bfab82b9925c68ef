"""Who reads a message first, for 200 lines: what is administrative goes out, what tells or can't be held against the record doesn't."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import check, draft, review
from careloom.care.document import Document, Statement, Tier, Verdict
from careloom.care.entry import HumanName, Period, when
from careloom.review.tiers import propose
from tests.draft.messaged import KNOWLEDGE, PLACE, SITE, TODAY, a_visit
from tests.draft.people import ANA, Told

ROWS = [
    row.split("\t")
    for row in Path(__file__).with_name("messages.tsv").read_text("utf-8").split("\n")
    if row and not row.startswith("#")
]
DEMANDS = draft.kind_of("appointment_reminder").demands


def judged(text, record, site, citations, *, demands=DEMANDS):
    """A document of one line, checked and classed as a reminder's."""
    line = Statement(id="s1", section="body", kind="fact", text=text, citations=citations)
    document = Document(
        patient=record.patient,
        kind="appointment_reminder",
        as_of=TODAY,
        record_version=record.version,
        statements=(line,),
        demands=demands,
    )
    findings, verdicts = check.examine(document, record, KNOWLEDGE, site)
    return propose(
        document,
        findings,
        record,
        KNOWLEDGE,
        proposal_id="m1",
        created=datetime(2026, 11, 23, tzinfo=UTC),
        verdicts=verdicts,
        site=site,
    )


def filled(slot, words):
    """The line, the record and the site in which these words stand in a slot."""
    name = words if slot == "name" else "Ana"
    told = Told(replace(ANA, names=(HumanName(family="Rivera", given=(name,)),)))
    who = told.patient(language="en")
    visit = a_visit(told, "2026-12-07T14:30:00-05:00", place=words if slot == "place" else PLACE)
    site = (
        replace(SITE, **{slot if slot == "phone" else "name": words}) if slot in ("phone", "site") else SITE
    )
    text = {
        "place": f"You have an appointment on Monday, December 7 at 2:30 PM at {words}.",
        "phone": f"If you can't come, please call {words}.",
        "name": f"Hello {words},",
        "site": "Hello Ana,",
        "text": words,
    }[slot]
    cites = (visit.id,) if slot == "place" or "appointment" in text else (who.id,)
    return text, told.record(TODAY), site, cites


@pytest.mark.parametrize(("tier", "slot", "words"), ROWS, ids=[f"{n}-{row[1]}" for n, row in enumerate(ROWS)])
def test_a_message_has_the_tier_that_its_words_call_for(tier, slot, words):
    assert judged(*filled(slot, words)).tier.word == tier


def test_a_line_of_an_approved_text_is_no_more_than_a_summary_in_a_kind_with_a_higher_floor():
    text, record, site, cites = filled("place", PLACE)
    plan = draft.kind_of("care_plan").demands
    assert judged(text, record, site, cites, demands=plan).document.statements[0].tier is Tier.NURSE


def test_a_line_that_cites_another_entry_than_its_visit_is_not_supported():
    text, record, site, _ = filled("place", PLACE)
    (who,) = [one.id for one in record.entries if one.kind == "Patient"]
    proposal = judged(text, record, site, (who,))
    assert proposal.document.statements[0].verdict is not Verdict.SUPPORTED
    assert proposal.tier is not Tier.AUTO


def test_two_visits_cited_at_once_support_neither_day():
    told = Told(ANA)
    one = a_visit(told, "2026-12-07T14:30:00-05:00")
    other = a_visit(told, "2026-12-08T14:30:00-05:00")
    text = f"You have an appointment on Monday, December 7 at 2:30 PM at {PLACE}."
    assert judged(text, told.record(TODAY), SITE, (one.id, other.id)).tier is not Tier.AUTO


def test_a_cancelled_visit_supports_no_reminder():
    told = Told(ANA)
    off = told.add(
        "Appointment", on="", status="cancelled", text="Follow-up",
        effective=Period(when("2026-12-07T14:30:00-05:00")), detail={"place": PLACE},
    )  # fmt: skip
    text = f"You have an appointment on Monday, December 7 at 2:30 PM at {PLACE}."
    assert judged(text, told.record(TODAY), SITE, (off.id,)).tier is not Tier.AUTO


def test_without_approval_nothing_of_it_is_automatic():
    for _, slot, words in ROWS:
        text, record, site, cites = filled(slot, words)
        assert judged(text, record, replace(site, approved=frozenset()), cites).tier is not Tier.AUTO


def test_what_a_file_says_of_its_own_origin_counts_for_nothing():
    told = Told(ANA)
    who = told.patient()
    line = Statement(
        id="s1", section="body", kind="fact", text="Stop your insulin.", citations=(who.id,),
        filled_from="appointment_reminder.en@1/stop", slots={},
    )  # fmt: skip
    assert review.tier_for(review.classify(line, told.record(TODAY), KNOWLEDGE, SITE), ()) is Tier.PHYSICIAN
