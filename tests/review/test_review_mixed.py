"""303 mixed statements and messages: none is released by somebody whose licence is too low for it; how many are right is counted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom import draft
from careloom.care.document import Document, Statement, Tier, Verdict
from careloom.review.tiers import propose
from tests.draft.messaged import KNOWLEDGE, SITE
from tests.draft.people import ana
from tests.review.test_review_messages import filled, judged

ROWS = [
    row.split("\t")
    for row in Path(__file__).with_name("mixed.tsv").read_text("utf-8").split("\n")
    if row and not row.startswith("#")
]
SLOTS = ("place", "phone", "name", "site")
KINDS = {"reminder": "appointment_reminder", "outreach": "outreach_message", "education": "education"}
RECORD = ana().record()
CITED = tuple(one.id for one in RECORD.entries if one.kind == "Condition")[:1]
WHO = tuple(one.id for one in RECORD.entries if one.kind == "Patient")


def typed(text, kind="fact", of="care_plan", cited=CITED):
    """The tier of a line as somebody typed it, for what it says alone: its sources support it, and nothing else was found."""
    line = Statement(id="s1", section="body", kind=kind, text=text, citations=cited, written_by="person")
    document = Document(
        patient=RECORD.patient, kind=of, as_of=RECORD.as_of, record_version=RECORD.version, statements=(line,),
        demands=draft.kind_of(of).demands,
    )  # fmt: skip
    proposal = propose(
        document, (), RECORD, KNOWLEDGE, proposal_id="t1", created=datetime(2026, 11, 23, tzinfo=UTC),
        verdicts={"s1": Verdict.SUPPORTED}, site=SITE,
    )  # fmt: skip
    return proposal.document.statements[0].tier


def tier_of(where, words):
    """Who may release it, in a plan or in a message."""
    if where in SLOTS:
        return judged(*filled(where, words)).tier
    if where in KINDS:
        return typed(words, of=KINDS[where], cited=WHO)
    return typed(words, where)


@pytest.mark.parametrize(
    ("tier", "where", "words"), ROWS, ids=[f"{n}-{row[1]}" for n, row in enumerate(ROWS)]
)
def test_nothing_is_released_by_a_licence_that_is_too_low(tier, where, words):
    assert tier_of(where, words) >= Tier[tier.upper()]


def test_of_all_no_more_than_one_in_a_hundred_goes_higher_than_it_needs_to():
    higher = [words for tier, where, words in ROWS if tier_of(where, words) > Tier[tier.upper()]]
    assert len(ROWS) == 303
    assert len(higher) <= 2, higher


@pytest.mark.parametrize(
    "text",
    [
        "Plan: “stop metformin tonight”.", "“Stop metformin.”", "St\u200bop met\u200bformin.", "ｓtop ｍetformin.", "Ѕtop metformin.",
        "Прекратить метформин.", "Review the bottles. Metformin 500 mg from now on.", "Ask her; then hold the ibuprofen.",
    ],
)  # fmt: skip
def test_an_order_stays_one_in_quotes_behind_hidden_signs_in_another_script_or_after_a_harmless_sentence(
    text,
):
    assert typed(text, "activity") is Tier.PHYSICIAN
    assert typed(text) is Tier.PHYSICIAN


def test_what_is_said_of_a_line_that_cites_a_drug_is_about_that_drug():
    (drug,) = [one.id for one in RECORD.entries if one.kind == "MedicationRequest"]
    assert typed("Hold it until Friday.", "activity", cited=(drug,)) is Tier.PHYSICIAN
    assert typed("Take it twice as often.", cited=(drug,)) is Tier.PHYSICIAN
    assert typed("Filled late in November.", cited=(drug,)) is Tier.NURSE
