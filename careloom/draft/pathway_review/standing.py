"""Where a patient stands: each problem that a protocol is about with its course, then the goals that its protocols set."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import LeftOut, Statement
from careloom.care.record import Problem
from careloom.draft.care_plan import problems as listing
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.course import course
from careloom.draft.pathway_review.done import kept
from careloom.draft.pen import Pen
from careloom.draft.wording import bare
from careloom.knowledge.facts import Facts

SECTION = "standing"


def standing(
    pen: Pen, plan: Pen, lines: Sequence[Statement], reached: Sequence[Statement], facts: Facts
) -> Iterator[Statement]:
    """A line for each active problem that a protocol's line rests on, the serious ones first, and each goal that is open."""
    active = [one for one in pen.record.problems if one.status == "active" and not one.doubtful]
    concerned = [one for one in active if _has_a_pathway(one, [*lines, *reached], pen)]
    told: set[str] = set()
    for problem in sorted(concerned, key=lambda each: listing.rank_of(each, plan)):
        text, cited = course(problem, plan, facts, told)
        rank, about = listing.rank_of(problem, plan), listing.key(problem)
        entries = [*problem.entries[:6], *cited]
        text = text or listing.said(problem, plan)
        yield pen.line(SECTION, "concern", text, entries, about=about, by="course", rank=rank)
    others = [one for one in active if one not in concerned]
    for line in listing.rows(others, plan, more=bool(concerned)):
        yield replace(line, section=SECTION, rank=ranks.PROBLEM)
    if not active:
        yield pen.line(
            SECTION, "gap", pen.say("standing.none"), pen.patient_entries[:1], by="none", rank=ranks.GAP
        )
    away = {one.id for one in kept(lines)}
    for one in lines:
        if one.kind == "goal" and one.id not in away:
            yield replace(one, section=SECTION, rank=ranks.DOCUMENTED_GOAL)


def without(pen: Pen, found: Sequence[Statement]) -> Iterator[LeftOut]:
    """The active problems that no protocol known here is about."""
    guided = [one for one in found if one.guideline]
    for one in pen.record.problems:
        if one.status == "active" and not one.doubtful and not _has_a_pathway(one, guided, pen):
            what = bare(one.name) if pen.is_fit(one.name) else "text that may not stand here"
            yield LeftOut(what, "no protocol of this site asks for anything about it", "", one.entries)


def _has_a_pathway(one: Problem, lines: Sequence[Statement], pen: Pen) -> bool:
    """Whether a protocol's line rests on a problem, or is about it."""
    if any(set(one.entries) & set(line.citations) for line in lines):
        return True
    return one.concept is not None and any(
        pen.knowledge.conditions.is_a(one.concept, line.about) for line in lines
    )
