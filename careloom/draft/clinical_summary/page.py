"""One page: what is kept of a summary's lines where there are more than a printed page holds, and what is said of the rest.

A page is letter paper within margins of three quarters of an inch, in one column of 10 points: 57 lines of about 100
characters. A heading takes two, and 5 are the title's, the patient's and the label's; five of the entries that are cited take one, as footnotes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from careloom.care.document import LeftOut, Statement
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.left_out import untold
from careloom.draft.pen import Pen

LINES = 57
WIDTH = 100
HEADING = 2
HEAD = 5
NOTES = 5
# Lines without room that are named each; of a part that has more, how many more.
NAMED = 4
# The last rank of a list with a high-alert drug in it; its first sentence stands one before.
HIGH_ALERT_LIST = ranks.HIGH_RISK_DRUG - 1
# How many lines a part may take where the parts together take more than a page.
SHARES = {"why_now": 14, "problems": 12, "medicines": 16, "social": 6, "unknown": 8}
_NO_ROOM = "one page has no room for it"


def height(statements: Sequence[Statement]) -> int:
    """How many printed lines the statements take under their headings, with their footnotes."""
    sections = {one.section for one in statements}
    notes = len({entry for one in statements for entry in one.citations}) // NOTES
    return HEAD + HEADING * len(sections) + sum(map(_lines, statements)) + notes


def fitted(statements: Sequence[Statement]) -> list[Statement]:
    """The lines that one page holds: of the parts that take more than their share the lightest go first, never the last of a part."""
    kept = list(statements)
    while height(kept) > LINES:
        taken = {name: sum(map(_lines, (one for one in kept if one.section == name))) for name in SHARES}
        over = {name for name, share in SHARES.items() if taken[name] > share} or set(SHARES)
        many = Counter(one.section for one in kept)
        free = [one for one in kept if one.section in over and many[one.section] > 1]
        if not free:
            break
        kept.remove(max(free, key=lambda one: (_lightness(one), kept.index(one))))
    return kept


def _lightness(one: Statement) -> int:
    """How readily a line goes; allergies stay, and lists with a high-alert drug, since a whole document may not pass over one."""
    stays = HIGH_ALERT_LIST - 1 <= one.rank <= HIGH_ALERT_LIST or (
        one.section == "medicines" and one.rank == ranks.ALLERGY
    )
    return 0 if stays else one.rank


def _lines(one: Statement) -> int:
    return -(-len(one.text) // WIDTH)


def left_out(written: Sequence[Statement], kept: Sequence[Statement], pen: Pen) -> Iterator[LeftOut]:
    """What the page has no room for, then what of the record no line cites."""
    shown = {one.id for one in kept}
    for section in pen.kind.sections:
        away = [one for one in written if one.section == section.id and one.id not in shown]
        for one in away[:NAMED]:
            yield LeftOut(one.text, _NO_ROOM, "", one.citations)
        if more := away[NAMED:]:
            evidence = tuple(dict.fromkeys(entry for one in more for entry in one.citations))
            yield LeftOut(f"{len(more)} more of “{section.title}”", _NO_ROOM, "", evidence)
    cited = {
        pen.record.by_id[entry].id for one in written for entry in one.citations if entry in pen.record.by_id
    }
    yield from untold(pen, cited)
