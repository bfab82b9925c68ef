"""Once: what a line already puts to somebody by a day is not asked again, softer and later; what two put to one person about one drug is one line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from careloom.care.document import ROLES, Statement
from careloom.draft.care_plan import order, ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare
from careloom.knowledge.hazard_rules import is_hazard
from careloom.knowledge.protocol import may_be_today, of_the_day

# Why it is asked: no part of what is asked.
_REASON = re.compile(r",? \b(?:since|because)\b.*")
_WORD = re.compile(r"[a-z]{3,}")
# Words that say nothing of what is asked.
_EMPTY = frozenset(
    [
        "about",
        "after",
        "again",
        "and",
        "are",
        "ask",
        "asks",
        "because",
        "before",
        "both",
        "but",
        "can",
        "confirms",
        "decides",
        "does",
        "each",
        "for",
        "from",
        "has",
        "have",
        "how",
        "its",
        "may",
        "not",
        "once",
        "one",
        "other",
        "patient",
        "reviews",
        "right",
        "same",
        "since",
        "tells",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "this",
        "today",
        "until",
        "was",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "whom",
        "will",
        "with",
    ]
)
_ROLES = frozenset(word for role in ROLES for word in role.split("_"))
# As many of its words in common, and an earlier line asks it.
_SAID = 0.5
# What somebody does who looks into a drug.
_ACT = re.compile(r"\b(?:decides|reviews|weighs)\b")
_DECIDES = frozenset({"physician", "pharmacist"})


def undecided(lines: Iterable[Statement], guided: Sequence[Statement], pen: Pen) -> Iterator[Statement]:
    """The lines of hazards, without who looks into a drug that a protocol's line of harm puts to somebody within days already."""
    decided = [
        set(one.citations)
        for one in guided
        if one.activity and one.rank <= ranks.HARM_LAST + ranks.ANSWER and _decides(one)
    ]
    for line in lines:
        cited = set(line.citations)
        drugs = [known for one in pen.record.medications if cited & (known := _known(one.entries, pen))]
        due = line.activity.due if line.activity else ""
        if not due or not any(drugs and all(known & rests_on for known in drugs) for rests_on in decided):
            yield line


def _decides(one: Statement) -> bool:
    return bool(one.activity and one.activity.owner in _DECIDES) or "the physician decides" in one.text


def asked_once(statements: Sequence[Statement], pen: Pen) -> Iterator[Statement]:
    """The statements without what an earlier and urgent one asks about the same drugs or results, in much the same words."""
    asked = [
        (one.activity, one.rank, set(one.citations), _asked(one, pen))
        for one in statements
        if one.activity and one.activity.due and one.rank <= ranks.URGENT
    ]
    for one in statements:
        mine, cited = _asked(one, pen), set(one.citations)
        if not (one.activity and mine and order.particulars(one, pen.record)) or not any(
            (by.owner == one.activity.owner and by.due < one.activity.due and rank < one.rank)
            and cited <= rests_on
            and len(mine & words) >= _SAID * len(mine)
            for by, rank, rests_on, words in asked
        ):
            yield one


def together(statements: Sequence[Statement], pen: Pen) -> list[Statement]:
    """The statements, those in which one person decides or reviews the same drug for the same reason as one: the more urgent's words, by the
    earlier day, resting on what both rest on. What a guideline asks for in words of its own is never taken away.
    """
    kept: list[Statement] = []
    for one in sorted(statements, key=lambda each: (each.rank, each.guideline is None)):
        place = next((at for at, each in enumerate(kept) if _is_one(each, one, pen)), None)
        if place is None:
            kept.append(one)
        else:
            kept[place] = _with(kept[place], one, pen)
    place_of = {one.id: place for place, one in enumerate(statements)}
    return sorted(kept, key=lambda one: place_of[one.id])


def _is_one(first: Statement, second: Statement, pen: Pen) -> bool:
    one, other = first.activity, second.activity
    if one is None or other is None or one.owner != other.owner or not one.due or not other.due:
        return False
    if max(first.rank, second.rank) > ranks.THIS_WEEK or first.text.count(one.due) != 1:
        return False
    if second.guideline and not is_hazard(second.guideline.id):
        return False
    if other.due < one.due and not _may_be_by(other.due, first, pen):
        return False
    if not (_ACT.search(first.text) and _ACT.search(second.text)):
        return False
    drugs, others = _drugs(first, pen), _drugs(second, pen)
    # Whose drug the words don't name is not cited beside them.
    if not others or not others <= drugs:
        return False
    results, beside = order.results(first, pen.record), order.results(second, pen.record)
    return (
        bool(results & beside) if results and beside else bool(_problems(first, pen) & _problems(second, pen))
    )


def _may_be_by(due: str, one: Statement, pen: Pen) -> bool:
    """Whether a line may be asked by an earlier day: its guideline, where it has one, by the day itself alone."""
    rule = pen.knowledge.protocols.rule(one.guideline.id) if one.guideline else None
    of_today = due == pen.record.as_of.isoformat()
    return one.guideline is None or (rule is not None and may_be_today(rule) and of_today)


def _with(first: Statement, second: Statement, pen: Pen) -> Statement:
    assert first.activity and second.activity
    due, guideline = min(first.activity.due, second.activity.due), first.guideline
    moved = due < first.activity.due
    return replace(
        first,
        text=first.text.replace(first.activity.due, due),
        citations=tuple(dict.fromkeys((*first.citations, *second.citations))),
        guideline=of_the_day(guideline, pen.record.as_of) if guideline and moved else guideline,
        activity=replace(first.activity, due=due),
    )


def _drugs(one: Statement, pen: Pen) -> set[str]:
    cited = set(one.citations)
    return {drug.name for drug in pen.record.medications if cited & {*drug.entries}}


def _problems(one: Statement, pen: Pen) -> set[str]:
    cited = set(one.citations)
    return {problem.name for problem in pen.record.problems if cited & {*problem.entries}}


def _asked(one: Statement, pen: Pen) -> frozenset[str]:
    """The words of what is asked: neither who asks, nor what of the record it is about."""
    named = (pen.record.by_id[entry].name for entry in one.citations if entry in pen.record.by_id)
    about = frozenset(word for name in named for word in _WORD.findall(bare(name).lower()))
    return frozenset(_WORD.findall(_REASON.sub("", one.text.lower()))) - _EMPTY - _ROLES - about


def _known(entries: Iterable[str], pen: Pen) -> set[str]:
    return {pen.record.by_id[one].id for one in entries if one in pen.record.by_id}
