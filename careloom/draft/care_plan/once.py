"""Once: what a line already puts to somebody by a day is not asked again, softer and later."""

import re
from collections.abc import Iterable, Iterator, Sequence

from careloom.care.document import ROLES, Statement
from careloom.draft.care_plan import order, ranks
from careloom.draft.pen import Pen
from careloom.draft.wording import bare

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


def _asked(one: Statement, pen: Pen) -> frozenset[str]:
    """The words of what is asked: neither who asks, nor what of the record it is about."""
    named = (pen.record.by_id[entry].name for entry in one.citations if entry in pen.record.by_id)
    about = frozenset(word for name in named for word in _WORD.findall(bare(name).lower()))
    return frozenset(_WORD.findall(_REASON.sub("", one.text.lower()))) - _EMPTY - _ROLES - about


def _known(entries: Iterable[str], pen: Pen) -> set[str]:
    return {pen.record.by_id[one].id for one in entries if one in pen.record.by_id}
