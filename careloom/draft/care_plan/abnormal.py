"""What a plan says of results that are not where they should be, and how high other lines about them stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.results import Level, Result
from careloom.draft.pen import Pen
from careloom.draft.wording import fits, happened, listed
from careloom.knowledge.labs import number
from careloom.text.naming import inside
from careloom.text.plural import was

_TOGETHER = 3
_MOST_NEWS = 4
_MOST_TOGETHER = 9
_RANKS = {
    Level.BEYOND: ranks.BEYOND,
    Level.NEWS: ranks.NEWS,
    Level.POOR: ranks.POOR,
    Level.MARKED: ranks.MARKED,
    Level.CRITICAL: ranks.CRITICAL,
}
_OLD_RANKS = {Level.NEWS: ranks.OLD_NEWS, Level.MARKED: ranks.POOR}


def abnormal(pen: Pen, found: Sequence[Result], done: Iterable[Statement]) -> Iterator[Statement]:
    """A concern for each result that matters and that no concern or fact tells; those of no line at all together."""
    written = list(done)
    told = [one for one in written if one.kind in ("concern", "fact")]
    untold = [one for one in found if not any(tells(line, one) for line in told)]
    news = [one for one in untold if one.level is Level.NEWS][:_MOST_NEWS]
    alone = [one for one in untold if one.level > Level.NEWS or one in news]
    for one in alone:
        text = _sentence(one, pen)
        if fits(text):
            rank = rank_of(one)
            yield pen.line(
                "problem_list", "concern", text, [one.entry.id], about=one.about, by="abnormal", rank=rank
            )
    left = [one for one in untold if one not in alone]
    rest = [one for one in left if not any(tells(line, one) for line in written)][:_MOST_TOGETHER]
    sided = [one for one in rest if one.side]
    groups = [sided[start : start + _TOGETHER] for start in range(0, len(sided), _TOGETHER)]
    for place, group in enumerate([*groups, *([one] for one in rest if not one.side)]):
        yield from _together(group, place, pen)


def lifted(statements: Iterable[Statement], found: Sequence[Result]) -> list[Statement]:
    """A protocol's line about a result stands as high as the result asks for, whatever rank its rule brings.

    A line of harm stands higher already; of what is to be done, only what doesn't wait for a routine visit is lifted;
    of facts, only those that no concern tells.
    """
    written = list(statements)
    worst = [one for one in found if one.level >= Level.POOR]
    concerns = [one for one in written if one.kind == "concern"]
    untold = [one for one in worst if not any(tells(line, one) for line in concerns)]
    return [_lifted(one, untold if one.kind == "fact" else worst) for one in written]


def _lifted(line: Statement, found: Sequence[Result]) -> Statement:
    answer = ranks.ANSWER if line.kind == "activity" else 0
    if line.kind not in ("concern", "fact", "activity") or (answer and line.rank >= ranks.CAN_WAIT):
        return line
    about = [one for one in found if tells(line, one)]
    best = min((rank_of(one) + answer for one in about), default=line.rank)
    return replace(line, rank=best) if best < line.rank else line


def rank_of(result: Result) -> int:
    """How high a result stands by its degree, and by how long ago it was found."""
    return (_OLD_RANKS if result.is_old else _RANKS).get(result.level, _RANKS[result.level])


def tells(line: Statement, result: Result) -> bool:
    """Whether a line rests on a result and says its value."""
    said = rf"(?<![\w.]){re.escape(result.digits.lower())}(?!\w|\.\d)"
    return result.entry.id in line.citations and bool(re.search(said, line.text.lower()))


def _sentence(one: Result, pen: Pen) -> str:
    slots = {"name": one.name, "value": one.said, "side": one.side, "day": happened(one.entry)}
    if number(one.digits) is None:
        return pen.say("finding.answered", **slots | {"value": inside(one.said)})
    return pen.say("finding.abnormal" if one.side else "finding.measured", was=was(one.name), **slots)


def _together(group: Sequence[Result], start: int, pen: Pen) -> Iterator[Statement]:
    """Results beyond their range that are known or a matter of years, in one sentence; one alone in a sentence of its own."""
    if len(group) == 1:
        text = _sentence(group[0], pen)
    else:
        every = listed(
            f"{inside(one.name)}, {one.side} at {one.said} ({happened(one.entry)})" for one in group
        )
        text = pen.say("finding.beyond", values=every)
    cited = [one.entry.id for one in group]
    if fits(text):
        about, by = group[0].about, f"beyond {start}"
        yield pen.line("problem_list", "fact", text, cited, about=about, by=by, rank=ranks.BEYOND)
