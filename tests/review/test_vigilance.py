"""What a nurse must open and answer before she signs, and what her signature covers then."""

from dataclasses import replace

import pytest

from careloom.care.document import Action, Finding, Severity, Statement, Tier, Verdict
from careloom.care.entry import Entry, Source
from careloom.care.progress import Progress
from careloom.care.record import Conflict, Demographics, PatientRecord
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.review.carrying import gone
from careloom.review.decisions import decide, ready_to_file, strike, waiting
from careloom.review.vigilance import (
    NO,
    YES,
    covered,
    doubts,
    mark_of,
    shown_with,
    to_open,
    wording,
    words_to_read,
)
from tests.review.test_decisions import NURSE, PHYSICIAN, TODAY, decision, line, proposal

HIGH = Finding("renal_dose", Severity.HIGH, "Too much for her kidneys.", ("entry-a",), "a")
MILD = Finding("absent", Severity.MODERATE, "No weight.", (), None)


def entry(name: str, **detail: str) -> Entry:
    return Entry(id=name, kind="Observation", source=Source("m" * 64, "line 1", "notes"), detail=detail)


def record(*entries: Entry, conflicts: tuple[Conflict, ...] = ()) -> PatientRecord:
    return PatientRecord(
        patient="p", as_of=TODAY, version="v", demographics=Demographics(), entries=entries, conflicts=conflicts
    )  # fmt: skip


def says(of: Statement, answer: str) -> Progress:
    return Progress(answers={of.id: f"{answer}:{wording(of)}"})


def test_a_high_finding_is_opened_by_each_reviewer_and_a_milder_one_by_nobody() -> None:
    plan = proposal(line("a"), line("b"), findings=(HIGH, MILD))
    assert to_open(plan, Progress()) == (HIGH,)
    assert to_open(plan, Progress(looked=(mark_of(HIGH),))) == ()


def test_a_finding_that_says_something_else_now_is_opened_anew() -> None:
    worse = replace(HIGH, message="Far too much for her kidneys.")
    plan = proposal(line("a"), findings=(worse,))
    assert to_open(plan, Progress(looked=(mark_of(HIGH),))) == (worse,)


def test_choosing_a_line_shows_its_findings_and_choosing_one_shows_those_of_its_line() -> None:
    other = Finding("interaction", Severity.HIGH, "With lithium.", (), "a")
    plan = proposal(line("a"), line("b"), findings=(MILD, HIGH, other))
    assert set(shown_with(plan, "a")) == set(shown_with(plan, "f1")) == {HIGH, other}
    assert shown_with(plan, "f0") == (MILD,)
    assert shown_with(plan, "b") == shown_with(plan, "f9") == shown_with(plan, "fx") == ()


def test_what_was_struck_needs_no_opening() -> None:
    plan = strike(proposal(line("a"), line("b"), findings=(HIGH,)), ("a",), Tier.PHYSICIAN)
    assert to_open(plan, Progress()) == ()


def test_a_sentence_that_a_model_joined_asks_for_a_yes_and_a_persons_own_does_not() -> None:
    joined, typed = replace(line("a"), written_by="model"), replace(line("b"), written_by="person")
    assert set(doubts((joined, typed, line("c")), record())) == {"a"}


def test_a_need_that_was_found_by_likeness_alone_asks_for_a_yes() -> None:
    likely = replace(line("a"), citations=("e1",))
    sure = replace(line("b"), citations=("e1", "e2"))
    held = record(entry("e1", found_by="likeness to labelled sentences"), entry("e2"))
    assert set(doubts((likely, sure), held)) == {"a"}


def test_a_fact_of_one_source_against_another_asks_and_what_tells_both_or_acts_on_it_does_not() -> None:
    apart = Conflict(
        "allergy_list", "penicillin", ("e1", "e2"), "The pharmacy lists it, the clinic refutes it."
    )
    held = record(entry("e1"), entry("e2"), conflicts=(apart,))
    text = "An allergy to penicillin is recorded."
    one = replace(line("a"), kind="fact", text=text, citations=("e1",))
    both = replace(line("b"), kind="fact", text=text, citations=("e1", "e2"))
    task = replace(line("c"), kind="activity", text="The nurse asks about penicillin.", citations=("e1",))
    found = doubts((one, both, task), held)
    assert set(found) == {"a"} and "what one source says of penicillin" in found["a"]


def test_an_uncertain_line_is_covered_by_a_yes_to_these_very_words_alone() -> None:
    plan = proposal(line("a"), line("b"))
    may, asked = {"a": True, "b": True}, {"a": "A model joined it."}
    first = plan.document.statements[0]

    def signs(progress: Progress) -> list[str]:
        return [one.id for one in covered(plan, may, asked, progress)]

    assert signs(Progress()) == ["b"]
    assert signs(says(first, NO)) == ["b"]
    assert signs(says(first, YES)) == ["a", "b"]
    assert signs(says(replace(first, text="Other words."), YES)) == ["b"]


def test_a_mark_limits_the_signature_to_what_is_marked_and_makes_no_line_hers() -> None:
    plan = proposal(line("a"), line("b"), line("c", Tier.PHYSICIAN))
    may = {"a": True, "b": True, "c": False}
    assert [one.id for one in covered(plan, may, {}, Progress(marked=("b", "c")))] == ["b"]
    assert [one.id for one in covered(plan, may, {}, Progress(marked=("c",)))] == ["a", "b"]


def test_a_signature_of_named_lines_leaves_the_others_waiting_and_reaches_no_higher() -> None:
    plan = proposal(line("a"), line("b"), line("c", Tier.PHYSICIAN))
    after = decide(plan, decision(Action.APPROVE, statements=("b",)), NURSE, TODAY)
    assert dict(after.released) == {"b": "nora"}
    with pytest.raises(NotLicensed, match="c"):
        decide(plan, decision(Action.APPROVE, statements=("b", "c")), NURSE, TODAY)


def test_a_line_that_was_sent_back_is_signed_by_nobody_and_holds_the_filing() -> None:
    plan = proposal(line("a"), line("b", Tier.PHYSICIAN))
    back = decide(plan, decision(Action.SEND_BACK, statements=("b",), reason="Wrong drug."), NURSE, TODAY)
    assert dict(back.sent_back) == {"b": "nora"}
    signed = decide(
        decide(back, decision(Action.APPROVE), NURSE, TODAY), decision(Action.AMEND), PHYSICIAN, TODAY
    )
    assert dict(signed.released) == {"a": "nora"} and not ready_to_file(signed)
    with pytest.raises(NotLicensed):
        decide(signed, decision(Action.APPROVE), PHYSICIAN, TODAY)
    # Sending back takes no line out: who may strike it, strikes it.
    with pytest.raises(NotLicensed):
        decide(signed, decision(Action.AMEND, struck=("b",)), NURSE, TODAY)
    assert ready_to_file(decide(signed, decision(Action.AMEND, struck=("b",)), PHYSICIAN, TODAY))


def test_an_unsupported_line_that_was_sent_back_stands_in_nobodys_way_but_its_own() -> None:
    plan = proposal(line("a"), line("b", verdict=Verdict.NOT_ADDRESSED))
    with pytest.raises(NotApproved):
        decide(plan, decision(Action.APPROVE), NURSE, TODAY)
    back = decide(plan, decision(Action.SEND_BACK, statements=("b",), reason="Not so."), NURSE, TODAY)
    after = decide(back, decision(Action.APPROVE), NURSE, TODAY)
    assert dict(after.released) == {"a": "nora"} and [one.id for one in waiting(after)] == ["b"]


def test_sending_back_needs_a_reason_and_a_line_that_waits() -> None:
    plan = decide(proposal(line("a"), line("b")), decision(Action.APPROVE, statements=("a",)), NURSE, TODAY)
    for lines, reason in ((("b",), " "), (("a",), "Wrong."), ((), "Wrong."), (("zz",), "Wrong.")):
        with pytest.raises(InputError):
            decide(plan, decision(Action.SEND_BACK, statements=lines, reason=reason), NURSE, TODAY)


def test_what_is_read_is_the_lines_and_the_high_findings() -> None:
    assert words_to_read((line("a"),), (HIGH, MILD)) == len(
        ["Line", "a.", "Too", "much", "for", "her", "kidneys."]
    )


def test_what_was_filed_and_is_no_longer_drafted_is_gone_and_what_was_never_filed_is_not() -> None:
    filed = replace(proposal(line("a"), line("b"), line("c")), id="0", released={"a": "nora", "b": "nora"})
    assert [one.id for one in gone(filed, proposal(line("a")))] == ["b"]
    assert gone(filed, filed) == gone(None, filed) == ()
