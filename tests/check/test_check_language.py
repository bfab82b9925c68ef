"""A patient's text is looked at first where a note tells of a need with language and nobody says which language is read."""

from dataclasses import replace
from typing import Literal

import pytest

from careloom.care.document import Demands, Document, Severity, Statement
from careloom.care.record import Need
from careloom.check import check
from careloom.check.language import rule
from careloom.knowledge.facts import Facts
from tests.draft.people import KNOWLEDGE, TODAY, ana

LINE = Statement(id="1", section="body", kind="fact", text="Please call us.", citations=())
LETTER = Document(
    patient="p", kind="outreach_message", as_of=TODAY, record_version="1", statements=(LINE,),
    demands=Demands(grade=6, own_lines=True),
)  # fmt: skip


def found(
    need: Literal["open", "met"] = "open",
    domain: str = "language",
    spoken: str | None = None,
    letter: Document = LETTER,
):
    record = ana().record()
    who = replace(record.demographics, language=spoken)
    note = record.entries[0].id
    record = replace(record, demographics=who, needs=(Need(domain, "language barrier", (note,), need),))
    return list(rule(letter, Facts(record, KNOWLEDGE))), record


def test_a_need_with_language_and_no_language_is_a_moderate_finding_at_the_first_line():
    ((one,), record) = found()
    assert (one.severity, one.statement) == (Severity.MODERATE, "1")
    assert one.evidence == (record.entries[0].id,)
    assert "language" in {each.rule for each in check(LETTER, record, KNOWLEDGE)}


@pytest.mark.parametrize("spoken", ["und", "unknown", "UNK"])
def test_a_source_that_does_not_know_the_language_says_none(spoken):
    ((one,), _) = found(spoken=spoken)
    assert one.rule == "language"


@pytest.mark.parametrize(
    "said",
    [
        {"spoken": "vi"},
        {"need": "met"},
        {"domain": "housing"},
        {"letter": replace(LETTER, demands=Demands())},
        {"letter": replace(LETTER, statements=())},
    ],
)
def test_where_the_language_is_known_no_need_is_open_or_a_professional_reads_it_there_is_none(said):
    assert found(**said)[0] == []
