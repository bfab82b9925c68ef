"""A finding says what to do, and a redrafted plan what differs from the one in the chart."""

import re
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Statement, Tier
from careloom.pipeline import Review
from careloom.web.present.choice import choose
from careloom.web.present.next_steps import NEXT
from careloom.web.present.plan import plan
from tests.web.people import DOCUMENT, NOW, PROPOSAL, RECORD
from tests.web.test_web_plan import review

SAFETY = Path(__file__).parents[2] / "docs" / "safety.md"


def redrafted(*before: Statement) -> Review:
    """Ada's plan beside one in the chart that has these lines."""
    return replace(review(PROPOSAL), previous=replace(DOCUMENT, statements=before))


def test_every_rule_of_the_safety_table_has_a_next_step_and_no_other_has() -> None:
    table = SAFETY.read_text(encoding="utf-8").partition("## What was accepted")[0]
    rules = re.findall(r"^\| ([a-z_]+) \|", table, re.MULTILINE)
    assert set(rules) - {"rule"} == set(NEXT)


def test_a_chosen_finding_and_the_line_that_it_names_say_what_to_do() -> None:
    for number, finding in enumerate(PROPOSAL.findings):
        found = choose(review(PROPOSAL), f"f{number}")
        assert found is not None
        said = {found[0].next, *(row.next for row in found[0].findings)}
        assert NEXT[finding.rule] in said


def test_a_line_that_changed_shows_its_words_in_the_chart_beside_the_new_ones() -> None:
    first = DOCUMENT.statements[0]
    found = choose(redrafted(replace(first, text=first.text.replace("38", "44"))), first.id)
    assert found is not None
    pieces = [(piece.how, piece.words.strip()) for piece in found[0].before if piece.how != "same"]
    assert ("gone", "44") in pieces and ("new", "38") in pieces


def test_what_says_the_same_or_is_new_shows_no_difference() -> None:
    first, second = DOCUMENT.statements[:2]
    for line in (first, second):
        found = choose(redrafted(first), line.id)
        assert found is not None and found[0].before == ()


def test_lines_of_the_chart_that_the_draft_no_longer_has_are_told() -> None:
    gone = replace(DOCUMENT.statements[0], id="old", text="The nurse calls weekly.")
    shown = plan(replace(review(PROPOSAL), record=RECORD, gone=(gone,)), "", NOW, Tier.NURSE)
    assert shown.gone == ("The nurse calls weekly.",)
