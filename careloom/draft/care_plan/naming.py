"""What a problem is called in a plan: the record's own words, and of several the more specific ones.

"Malignant neoplasm of upper-inner quadrant of left breast" says more than "cancer": knowledge's label stands only where
the record has no fit words, or none that say more than the label does.
"""

import re
from collections.abc import Iterator

from careloom.care.entry import Entry
from careloom.care.record import Problem
from careloom.draft.pen import Pen
from careloom.draft.wording import bare
from careloom.text.orders import speaks_to_software

_UNSPECIFIED = re.compile(r",? (?:unspecified|not otherwise specified|nos)$|^unspecified ", re.IGNORECASE)
# What a name is no more specific by: it denies something, or is one of a coder's lists.
_NO_NAME = re.compile(r"\b(?:no|not|without|other|history|status|family|screening)\b", re.IGNORECASE)
_MOST_WORDS = 14


def named(problem: Problem, pen: Pen) -> str:
    """A problem's name for a sentence: its own where that says more than knowledge's label, else the most specific one
    that its entries have; the label where none is fit."""
    called = pen.knowledge.conditions.called
    own, label = cleaned(called(problem.concept, problem.name)), _label(problem, pen)
    if not speaks_to_software(problem.name) and not _is_general(own, problem, pen):
        return own
    told = (called(problem.concept, name) for name in _told(problem, pen))
    further = [name for name in told if _says_more(name, problem, pen)]
    if further:
        return max(further, key=lambda name: len(name.split()))
    return label if speaks_to_software(problem.name) or (label and "," in own) else own


def closed(name: str) -> str:
    """A name in front of more words: one with a comma inside is closed by another ("dementia, late onset,")."""
    return f"{name}," if "," in name else name


def cleaned(name: str) -> str:
    """A name without semantic tags and without "unspecified"."""
    return _UNSPECIFIED.sub("", bare(name))


def tells(entry: Entry, name: str) -> bool:
    """Whether an entry itself calls the problem by this name."""
    return name in {cleaned(said) for said in _names(entry)}


def _label(problem: Problem, pen: Pen) -> str:
    return pen.knowledge.conditions.label(problem.concept) if problem.concept else ""


def _is_general(name: str, problem: Problem, pen: Pen) -> bool:
    """Whether a name says no more than the concept itself, or less; a problem without one has nothing to compare with."""
    conditions = pen.knowledge.conditions
    above = conditions.above(problem.concept) if problem.concept else ()
    return any(conditions.is_name(concept, name) for concept in above)


def _told(problem: Problem, pen: Pen) -> Iterator[str]:
    for one in problem.entries:
        entry = pen.record.by_id.get(one)
        if (
            entry is not None
            and not entry.negated
            and entry.status in ("active", "recurrence", "relapse", None)
        ):
            yield from (cleaned(name) for name in _names(entry))


def _names(entry: Entry) -> Iterator[str]:
    yield from filter(None, (entry.text, *(code.display for code in entry.codes)))


def _says_more(name: str, problem: Problem, pen: Pen) -> bool:
    """Whether a name of an entry is the same problem, told in more detail, and fit for a sentence."""
    if speaks_to_software(name) or not pen.is_fit(name) or _NO_NAME.search(name):
        return False
    if _is_general(name, problem, pen) or not 1 < len(name.split()) <= _MOST_WORDS:
        return False
    found = pen.knowledge.conditions.find((), name)
    return found is not None and pen.knowledge.conditions.is_a(problem.concept, found)
