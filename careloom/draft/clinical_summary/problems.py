"""Problems with their course: each serious one with the value that tells how it goes, the others together, then scores and findings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.record import Problem
from careloom.draft.care_plan import course, ranks
from careloom.draft.care_plan import problems as listing
from careloom.draft.pen import Pen
from careloom.knowledge.facts import Facts

SECTION = "problems"
_SCORES = ("cognitive_functional", "symptom_management")


def problems(
    pen: Pen, plan: Pen, lines: Sequence[Statement], news: Sequence[Statement]
) -> Iterator[Statement]:
    """A line for each chronic problem that has a course; the rest as the plan lists it; then scores, and results out of range."""
    active = [one for one in pen.record.problems if one.status == "active" and not one.doubtful]
    facts, told = Facts(pen.record, pen.knowledge), {one.about for one in news}
    rows: list[Problem] = []
    for one in active:
        text, cited = course.course(one, plan, facts, told)
        if text:
            rows.append(one)
            told |= set(course.signs(one, pen)[:1])
            rank = listing.rank_of(one, plan)
            about = listing.key(one)
            yield pen.line(
                SECTION, "concern", text, [*one.entries[:6], *cited], about=about, by="course", rank=rank
            )
    rest = [one for one in active if one not in rows]
    for line in listing.rows(rest, plan, more=bool(rows)):
        yield replace(line, section=SECTION)
    yield from _further(lines, news)


def _further(lines: Sequence[Statement], news: Sequence[Statement]) -> Iterator[Statement]:
    """Scores, the blood pressure and results that no line above tells."""
    known = {one.id for one in news}
    for line in lines:
        scored = line.section in _SCORES and line.kind == "fact" and not line.guideline
        measured = line.section == "problem_list" and line.kind in ("concern", "fact") and not line.guideline
        is_result = measured and ranks.POOR <= line.rank <= ranks.BEYOND
        if (scored or is_result) and line.id not in known:
            yield replace(line, section=SECTION, kind="fact", rank=ranks.FINDING)
