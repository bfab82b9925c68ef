"""The plan on paper: what comes first, what stands together, what is folded behind a count, and its footnotes."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from careloom.care.document import Activity, Proposal, Statement
from careloom.web.present import paper
from careloom.web.present.printed import sheet
from careloom.web.present.sheets import Sheet, runs
from tests.web.people import DOCUMENT, FINDINGS, NOW, PROPOSAL, STATEMENTS, statement
from tests.web.test_web_plan import review

CSS = Path(__file__).resolve().parents[2] / "careloom" / "web" / "static" / "web" / "print.css"


def with_lines(*more: Statement, **changed: object) -> Proposal:
    return replace(PROPOSAL, document=replace(DOCUMENT, statements=(*STATEMENTS, *more)), **changed)  # type: ignore[arg-type]


def by(owner: str, due: str, text: str, number: int) -> Statement:
    activity = Activity(owner, due, "monitoring")
    return statement(number, "interventions", "activity", text, 1, 2, activity=activity)


def many(count: int) -> tuple[Statement, ...]:
    words = (
        "The plan says in its line {} what somebody does, why it is done, and which answer is expected of it."
    )
    return tuple(
        statement(n, "interventions", "fact", words.format(n), 1 + n % 12) for n in range(100, 100 + count)
    )


def told(made: Sheet) -> list[str]:
    return [line.text for line in made.top] + [line.text for part in made.parts for line in part.lines]


def test_struck_lines_are_left_out_and_each_source_is_numbered_once() -> None:
    printed = sheet(review(replace(PROPOSAL, struck=("s6",), released={"s1": "u1"})), NOW)
    lines = [*printed.top, *(line for part in printed.parts for line in part.lines)]
    assert len(lines) == len(STATEMENTS) - 1
    assert [line.state for line in lines].count("") == 1
    numbers = [note.number for note in printed.notes]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {number for line in lines for number in line.notes} == set(numbers)
    assert any("An invented guideline" in note.words for note in printed.notes)


def test_the_top_three_come_first_and_their_parts_say_where_they_stand() -> None:
    printed = sheet(review(), NOW)
    by_id = {one.id: one.text for one in STATEMENTS}
    assert [line.text for line in printed.top] == [by_id[one] for one in DOCUMENT.top]
    assert sum("see 1 above" in part.tail for part in printed.parts) == 1
    assert len(told(printed)) == len(set(told(printed))) == len(STATEMENTS)


def test_footnotes_stand_by_source_the_guidelines_last() -> None:
    names = [source.name for source in sheet(review(), NOW).sources]
    assert names[:-1] == sorted(names[:-1]) and names[-1] == "Guidelines"


def test_what_one_person_does_by_one_day_stands_together_in_its_own_words() -> None:
    lines = (
        by("nurse", "2026-12-07", "The nurse arranges an HbA1c by 2026-12-07; none is recorded.", 100),
        by("nurse", "2026-12-07", "The nurse asks by 2026-12-07 about pain, and how it is treated.", 101),
        by("nurse", "2026-12-24", "The nurse offers a vaccine by 2026-12-24.", 102),
        by("physician", "2026-12-07", "The physician and the team talk by 2026-12-07 about dialysis.", 103),
    )
    rows = [row for part in sheet(review(with_lines(*lines)), NOW).parts for row in part.rows]
    [together] = [row for row in rows if row.who == "Nurse by 2026-12-07"]
    assert [line.text for line in together.lines] == [
        "Arranges an HbA1c; none is recorded.",
        "Asks about pain, and how it is treated.",
    ]
    alone = [row.lines[0].text for row in rows if len(row.lines) == 1]
    assert lines[2].text in alone and lines[3].text in alone


def test_a_line_that_a_person_rewrote_keeps_her_words() -> None:
    first = by("nurse", "2026-12-07", "The nurse arranges an HbA1c by 2026-12-07; none is recorded.", 100)
    hers = replace(first, id="s101", text="Rosa calls her by 2026-12-07 about the HbA1c.", activity=None)
    assert hers.text in told(sheet(review(with_lines(first, hers)), NOW))


def test_what_two_pages_do_not_hold_is_folded_behind_counts() -> None:
    proposal = with_lines(*many(120))
    printed = sheet(review(proposal), NOW)
    away = len(proposal.document.statements) - len(told(printed))
    assert away > 10
    assert printed.more == f"{away} more lines in the record: {away} facts."
    assert any(f"{away} more in the record: {away} facts" in part.tail for part in printed.parts)
    assert {note for line in printed.top for note in line.notes} <= {note.number for note in printed.notes}


def test_no_part_and_none_of_the_top_three_is_folded_away() -> None:
    short, long = (sheet(review(with_lines(*many(count))), NOW) for count in (0, 300))
    assert [part.title for part in long.parts] == [part.title for part in short.parts]
    assert long.top == tuple(
        replace(line, notes=other.notes) for line, other in zip(short.top, long.top, strict=True)
    )


def test_where_some_lines_are_signed_the_others_are_folded_first() -> None:
    lines = many(120)
    signed = {one.id: "u1" for one in lines[-40:]}
    printed = sheet(review(with_lines(*lines, released=signed)), NOW)
    assert {one.text for one in lines[-40:]} <= set(told(printed))


def test_a_short_plan_is_printed_whole() -> None:
    printed = sheet(review(), NOW)
    assert printed.more == "" and not any("more in the record" in part.tail for part in printed.parts)


def test_beyond_eight_findings_the_others_are_counted() -> None:
    loud = next(one for one in FINDINGS if one.severity != "low" and one.statement is None)
    findings = tuple(replace(loud, message=f"Finding number {number}") for number in range(11))
    printed = sheet(review(with_lines(findings=findings)), NOW)
    assert len(printed.findings) == 8 and printed.more_findings == "3 more findings in the record."


def test_numbers_in_a_row_are_told_as_a_run() -> None:
    assert runs((1, 2, 4, 5, 6, 9)) == "1,2,4–6,9"


def test_words_are_counted_as_lines_of_a_column() -> None:
    assert paper.lines("word", 8, 200) == 1
    assert paper.lines("a few words " * 20, 8, 200) > paper.lines("a few words " * 20, 8, 400) > 1


def test_nothing_on_paper_is_smaller_than_seven_and_a_half_points() -> None:
    printed = CSS.read_text().partition("@media print")[2]
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)pt", printed)]
    assert len(sizes) >= 5 and min(sizes) >= 7.5
    assert f"font-size: {paper.BODY:g}pt; line-height: {paper.BODY_LINE:g}pt" in printed
    assert f"font-size: {paper.NOTE:g}pt; line-height: {paper.NOTE_LINE:g}pt" in printed


def test_a_plan_from_the_record_of_another_day_says_so() -> None:
    same = PROPOSAL.created.astimezone(NOW.tzinfo).date()
    for day, said in ((same, False), (same - timedelta(days=7), True)):
        printed = sheet(review(replace(PROPOSAL, document=replace(DOCUMENT, as_of=day))), NOW)
        assert ("from the record as of" in printed.drafted) is said
