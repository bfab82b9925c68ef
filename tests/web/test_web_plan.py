"""The plan side of the page: what comes first, what is folded, what signing would do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import (
    Finding,
    ModelUse,
    Proposal,
    Reviewer,
    Severity,
    Tier,
    Verdict,
)
from careloom.care.worklist import Found, Sought, Whose
from careloom.pipeline import Review
from careloom.review.vigilance import mark_of
from careloom.review.who import who_signs
from careloom.web.present.choice import choose
from careloom.web.present.diff import words_changed
from careloom.web.present.lines import marks
from careloom.web.present.plan import (
    bar,
    default_choice,
    finding_rows,
    findings_words,
    folded_parts,
    most_urgent_first,
    opened_words,
    plan,
    stamp,
)
from careloom.web.present.queue import work_list
from careloom.web.present.receipt import receipt
from careloom.web.templatetags.desk import unbroken
from tests.web.desk import row_of
from tests.web.people import (
    DOCUMENT,
    ENTRIES,
    FINDINGS,
    NOW,
    PROPOSAL,
    RECORD,
    STATEMENTS,
    have_opened,
    with_line,
)

NURSE = Reviewer("u1", "registered_nurse")
FOLDED = tuple(f"s{number}" for number in range(16, 22))


def review(proposal: Proposal = PROPOSAL, reach: Tier = Tier.NURSE) -> Review:
    lines = proposal.document.statements
    return Review(
        proposal=proposal,
        record=RECORD,
        may={one.id: one.tier <= reach for one in lines},
        who={one.id: who_signs(one) for one in lines},
        decisions=(),
        previous=None,
        new_entries=(),
        progress=have_opened(proposal),
    )


def test_the_top_three_come_first_and_the_rest_is_folded_behind_a_count() -> None:
    shown = plan(review(), "", NOW, Tier.NURSE)
    assert [line.id for line in shown.top] == ["s1", "s2", "s3"]
    assert [line.id for line in shown.first] == [f"s{number}" for number in range(4, 16)]
    assert shown.more == "6 more: 2 goals, 2 activities, 1 fact and 1 unknown"
    assert [(part.title, part.counts) for part in shown.sections] == [
        ("Goals", "2 goals"),
        ("Medicines", "1 activity and 1 fact"),
        ("Caregiver", "1 unknown"),
        ("Next review", "1 activity"),
    ]
    assert [line for part in shown.sections for line in part.unopened] != []


def test_every_line_of_the_plan_is_shown_exactly_once() -> None:
    shown = plan(review(), "", NOW, Tier.NURSE)
    assert not any(part.lines for part in shown.sections), "a folded part is asked for when it is opened"
    parts = folded_parts(review(), "", {part.id for part in shown.sections})
    lines = [*shown.top, *shown.first, *(line for part in parts for line in part.lines)]
    assert sorted(line.id for line in lines) == sorted(one.id for one in STATEMENTS)


def test_a_line_has_at_most_four_marks_and_each_is_a_shape_and_a_word() -> None:
    for statement in STATEMENTS:
        found = marks(statement, FINDINGS)
        assert 3 <= len(found) <= 4
        assert all(mark.shape and mark.word for mark in found)


def test_a_high_finding_stands_in_the_place_of_supported() -> None:
    assert [mark.word for mark in marks(STATEMENTS[1], FINDINGS)] == [
        "high",
        "medication",
        "template",
        "physician",
    ]


def test_a_contradicted_line_says_so_whatever_else_was_found() -> None:
    line = replace(STATEMENTS[1], verdict=Verdict.CONTRADICTED)
    assert marks(line, FINDINGS)[0].word == "contradicted"


def test_a_machines_line_is_marked_as_one() -> None:
    assert marks(STATEMENTS[0], ())[2].word == "machine"


def test_the_bar_tells_the_nurse_what_goes_to_the_physician_and_what_nobody_opened() -> None:
    found = bar(review(), Tier.NURSE)
    assert found.button == "Sign 14 lines"
    assert found.sentence == "Sign 14 lines; 1 goes to a physician; 6 folded lines nobody opened stay out."


def test_the_bar_tells_a_physician_that_the_plan_will_be_filed() -> None:
    opened = replace(PROPOSAL, opened=FOLDED)
    assert (
        bar(review(opened, Tier.PHYSICIAN), Tier.PHYSICIAN).sentence
        == "Sign 21 lines; the plan is then filed in the chart."
    )


def test_an_unsupported_line_stands_in_the_way_of_every_signature() -> None:
    found = bar(review(with_line("s6", verdict=Verdict.NOT_ADDRESSED)), Tier.NURSE)
    assert not found.offered and [stop.key for stop in found.stands] == ["s6"]
    assert found.sentence.endswith("Amend or strike first.")


def test_a_nurse_reads_that_the_physician_mends_the_physicians_unsupported_line() -> None:
    theirs = bar(review(with_line("s2", verdict=Verdict.CONTRADICTED)), Tier.NURSE)
    assert theirs.sentence.endswith(
        "1 line says more than its source does. A physician amends or strikes first."
    )
    both = replace(STATEMENTS[5], verdict=Verdict.CONTRADICTED)
    lines = (STATEMENTS[0], replace(STATEMENTS[1], verdict=Verdict.CONTRADICTED), both)
    found = bar(review(replace(PROPOSAL, document=replace(DOCUMENT, statements=lines))), Tier.NURSE)
    assert found.sentence.endswith("Amend or strike yours; a physician the other.")


def test_two_findings_about_one_line_are_one_row() -> None:
    again = replace(FINDINGS[0], rule="grounding", message="a number stands nowhere")
    (row, *rest) = finding_rows(replace(PROPOSAL, findings=(FINDINGS[0], again, *FINDINGS[1:])), "f1")
    assert row.message.endswith("at eGFR 38. A number stands nowhere.") and row.key == "f0" and row.chosen
    assert [one.key for one in rest] == ["f2", "f3"]


def test_a_coordinator_is_offered_no_signature_but_a_sentence() -> None:
    found = bar(review(reach=Tier.AUTO), Tier.AUTO)
    assert not found.offered
    assert (
        found.sentence == "No line here is yours to sign: 15 lines wait for a nurse (14) and a physician (1)."
        " 6 folded lines nobody opened stay out."
    )


def test_a_nurse_who_signed_hers_sees_what_waits_for_the_physician() -> None:
    signed = replace(PROPOSAL, released={one.id: "u1" for one in STATEMENTS if one.tier is Tier.NURSE})
    found = bar(review(signed), Tier.NURSE)
    assert (
        not found.offered and found.sentence == "No line here is yours to sign: 1 line waits for a physician."
    )


def test_a_high_finding_that_no_line_tells_needs_a_physician_for_the_whole() -> None:
    untold = Finding(
        "omission", Severity.HIGH, "a critical potassium that no line mentions", (ENTRIES[11].id,)
    )
    loose = replace(PROPOSAL, findings=(untold,), document=with_line("s2", tier=Tier.NURSE).document)
    assert bar(review(loose), Tier.NURSE).sentence.startswith(
        "Sign 15 lines; a physician also signs for the high finding above that no line tells"
    )
    assert not bar(review(loose), Tier.NURSE).sentence.endswith("filed in the chart.")


@pytest.mark.parametrize(
    ("status", "said"), [("active", "filed"), ("on-hold", "returned"), ("revoked", "rejected")]
)
def test_a_plan_that_waits_for_nobody_offers_nothing(status: str, said: str) -> None:
    found = bar(review(replace(PROPOSAL, status=status)), Tier.NURSE)
    assert not found.offered and not found.open and said in found.sentence


def test_the_stamp_changes_with_everything_a_signature_would_cover() -> None:
    others = [
        with_line("s6", text="Other words."),
        with_line("s6", verdict=Verdict.CONTRADICTED),
        replace(PROPOSAL, struck=("s6",)),
        replace(PROPOSAL, opened=("s16",)),
        replace(PROPOSAL, findings=FINDINGS[:1]),
        replace(PROPOSAL, released={"s1": "u1"}),
        replace(PROPOSAL, status="on-hold"),
    ]
    assert len({stamp(PROPOSAL), *map(stamp, others)}) == len(others) + 1


def test_a_struck_line_keeps_its_place_and_takes_its_findings_away() -> None:
    shown = plan(review(replace(PROPOSAL, struck=("s2",))), "", NOW, Tier.NURSE)
    assert shown.top[1].struck and shown.top[1].state == "struck"
    assert [row.mark.word for row in shown.findings] == ["moderate", "low"]


def test_choosing_a_finding_shows_its_evidence_and_its_line() -> None:
    found = choose(review(), "f0")
    assert found is not None
    choice, basis = found
    assert choice.line is not None and choice.line.id == "s2"
    assert [one.title for one in basis.entries] == ["ibuprofen 600", "lisinopril 20 MG Oral Tablet"]


def test_nothing_is_chosen_by_a_key_that_is_not_there() -> None:
    assert choose(review(), "f9") is None and choose(review(), "s99") is None
    assert default_choice(review()) == "s1"


def test_a_nurse_may_not_change_the_physicians_line_and_reads_why() -> None:
    found = choose(review(), "s2")
    assert found is not None and not found[0].may_change
    assert found[0].who == "A physician signs this line: it changes or instructs about a drug."


def test_findings_are_counted_in_words() -> None:
    assert findings_words(FINDINGS) == "1 high, 1 moderate, 1 low findings"
    assert findings_words(()) == "no findings"


def test_no_high_finding_is_folded_however_many_there_are() -> None:
    high = tuple(Finding("omission", Severity.HIGH, f"result {number}", ()) for number in range(7))
    shown = plan(review(replace(PROPOSAL, findings=(*high, *FINDINGS[1:]))), "", NOW, Tier.NURSE)
    assert [row.mark.word for row in shown.findings] == ["high"] * 7
    assert [row.mark.word for row in shown.more_findings] == ["moderate", "low"]


def test_the_receipt_names_sources_and_what_was_not_found() -> None:
    found = receipt(RECORD)
    assert found.short == "Searched: Northgate EHR, pharmacy claims and notes · 2 unknowns"
    assert found.sources[1] == "pharmacy claims (3 entries, to 2026-11-02)"
    assert found.model == ""


def test_the_receipt_tells_what_a_model_cost_and_that_it_failed() -> None:
    used = ModelUse(
        "m", calls=1, prompt_tokens=100, seconds=0.3, note="It failed; every line is from a template."
    )
    told = "1 call, 100 tokens, 0.3 seconds. It failed; every line is from a template."
    assert receipt(RECORD, used).model == told
    why = "The embedded model is not used: 0.4 GB of memory are free, 2.5 GB are needed."
    assert receipt(RECORD, ModelUse(note=why)).model == why


def test_changed_words_are_told_apart() -> None:
    pieces = words_changed("Knee pain on most days.", "Knee pain on 5 days.")
    assert [(piece.how, piece.text) for piece in pieces] == [
        ("same", "Knee pain on"),
        ("gone", " most"),
        ("new", " 5"),
        ("same", " days."),
    ]


def test_a_changed_number_is_changed_whole_and_a_comma_by_itself() -> None:
    pieces = words_changed("HbA1c was 7.0 % on 2026-10-09", "HbA1c was 7.5 %, on 2026-10-09")
    assert [piece.text for piece in pieces if piece.how != "same"] == [" 7.0", " 7.5", ","]


def test_the_work_list_puts_hers_first_and_says_what_is_overdue() -> None:
    late = replace(PROPOSAL, id="9" * 32, due=NOW - timedelta(hours=3), created=NOW - timedelta(days=3))
    ben = row_of(late, True, name="Ben Ortiz", birth_date="1950", sex="male", why="why")
    ada = row_of(PROPOSAL, False, name="Ada Moreno", birth_date="1965-03-02", sex="female", why="why")
    found = work_list(Found((ben, ada), 2, 1, {Whose.MINE: 1, Whose.ALL: 2}), Sought(), NOW, Tier.NURSE)
    assert found.words == "2 plans wait, 1 overdue"
    assert [(tab.words, tab.number, tab.here) for tab in found.tabs] == [
        ("Mine", 1, False),
        ("My team's", 0, False),
        ("All", 2, True),
    ]
    first, second = found.rows
    assert (first.patient, first.age, first.who) == ("Ben Ortiz", "3 d", "about 76 · M · 1950")
    assert (first.yours, first.waits) == ("14 lines", "1 for a physician")
    assert (second.yours, second.waits) == ("", "14 for a nurse, 1 for a physician")
    hers = Sought(whose=Whose.MINE)
    assert work_list(Found((ben,), 1, 1, {Whose.ALL: 2}), hers, NOW, Tier.NURSE).words == (
        "1 plan to review, 1 overdue"
    )
    assert second.due == "today 13:30" and second.due_mark is not None


def test_a_date_and_a_number_with_its_unit_are_kept_on_one_line_and_escaped() -> None:
    shown = unbroken("eGFR was 38 mL/min/1.73 m2 on 2026-09-22 & HbA1c 8.9 % <b>")
    assert shown == (
        'eGFR was <span class="nowrap">38 mL/min/1.73 m2</span> on <span class="nowrap">2026-09-22</span>'
        ' &amp; HbA1c <span class="nowrap">8.9 %</span> &lt;b&gt;'
    )


def test_a_line_that_only_software_supports_says_so_instead_of_supported() -> None:
    alone = Finding("software", Severity.LOW, "Only what software wrote supports it", (), "s1")
    assert marks(STATEMENTS[0], (alone,))[0].word == "software alone"
    high = Finding("renal", Severity.HIGH, "The dose is too high", (), "s1")
    assert marks(STATEMENTS[0], (alone, high))[0].word == "high"


def test_high_findings_stand_most_urgent_first_and_are_counted_as_they_are_opened():
    high = [
        Finding(rule, Severity.HIGH, f"{rule} speaks.", ("e1",))
        for rule in ("renal", "interaction", "self_harm", "interaction", "hypoglycemia", "allergy")
    ]
    found = (*high, Finding("renal", Severity.MODERATE, "It can wait.", ("e1",)))
    proposal = replace(PROPOSAL, findings=found)
    closed = frozenset(mark_of(one) for one in high[1:])
    rows = most_urgent_first(finding_rows(proposal, "", closed))
    assert [row.rule for row in rows] == [
        "self_harm", "hypoglycemia", "allergy", "interaction", "interaction", "renal", "renal",
    ]  # fmt: skip
    assert {row.key for row in rows} == {f"f{place}" for place in range(7)}
    assert opened_words(rows) == "1 of 6 high findings opened"
    assert opened_words(rows[:1]) == ""
