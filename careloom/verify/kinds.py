"""Is a disease told of the kind that the record has: type 1 or type 2, reduced or preserved, its stage?

Source   the record's own diagnoses; that nobody has both, knowledge's conditions.toml (`excludes`, `counts_as`); a stage that the
         newest result shows is held against nobody: KDIGO CKD guideline, Table 2 (GFR categories), 2024, and AHA/ACC/HFSA
         Heart Failure guideline, Section 2.2 (ejection fraction), 2022
Misses   a kind that no name or code of the record tells; diseases of which one person may have two kinds
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from careloom.care.entry import Entry
from careloom.knowledge.conditions import Conditions
from careloom.verify.case import Case, Fault, clause_of
from careloom.verify.contraries import differ, numbers_differ, numbers_of
from careloom.verify.entries import standing_of
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.newest import Newest
from careloom.verify.tokens import Sort

_WORD = re.compile(r"[^\W\d_]+")
# "Type 1" or "stage 4" right before or behind a name, in figures or in words.
_GRADE = r"(?:type|stage|class)[\s-]+(?:[1-5][ab]?|i{1,3}|iv|v|one|two|three|four|five)\b"
_BEFORE = re.compile(rf"\b{_GRADE}[\s-]+$", re.IGNORECASE)
_BEHIND = re.compile(rf"[\s,(-]*{_GRADE}", re.IGNORECASE)
_IN_WORDS = re.compile(r"(?<=[\s-])(?:one|two|three|four|five)\b", re.IGNORECASE)
# "CKD 3b" and "CKD G3b" leave out the word for what the figure is.
_BARE = re.compile(r"(?<=\s)g?(?=[1-5][ab]?$)", re.IGNORECASE)
_FIGURES = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
# Who asks, fears or plans, or tells what was, tells no diagnosis of now.
_OPEN = LEXICON.guess_words | LEXICON.past_words | LEXICON.void_words | LEXICON.kin
_OPEN |= frozenset(
    map(
        stem,
        (
            "whether",
            "if",
            "or",
            "versus",
            "vs",
            "risk",
            "prevent",
            "progress",
            "progression",
            "screen",
            "exclude",
            "until",
            "unless",
            "not",
            "against",
            "differ",
        ),
    )
)
# Where a newest result shows a kind itself: from this value on, and below that one.
_SHOWN: Mapping[str, tuple[str, Decimal, Decimal]] = {
    "stage 1": ("egfr", Decimal(90), Decimal(999)),
    "stage 2": ("egfr", Decimal(60), Decimal(90)),
    "stage 3": ("egfr", Decimal(30), Decimal(60)),
    "stage 3a": ("egfr", Decimal(45), Decimal(60)),
    "stage 3b": ("egfr", Decimal(30), Decimal(45)),
    "stage 4": ("egfr", Decimal(15), Decimal(30)),
    "stage 5": ("egfr", Decimal(0), Decimal(15)),
    stem("reduced"): ("lvef", Decimal(0), Decimal("40.01")),
    stem("preserved"): ("lvef", Decimal(50), Decimal(100)),
}
_OF_PROBLEM = {"egfr": "chronic_kidney_disease", "lvef": "heart_failure"}


class Kind(NamedTuple):
    """A diagnosis with its kind: its concept, the problem that this is a kind of, and all that it is called."""

    concept: str
    problem: str
    said: str
    entry: Entry | None = None


def kinds_of(entries: Sequence[Entry], conditions: Conditions) -> tuple[Kind, ...]:
    """The patient's diagnoses that knowledge names, those that ended too; none that is refuted or a relative's."""
    found = []
    for entry in entries:
        if entry.kind != "Condition" or entry.negated or standing_of(entry) in ("void", "family"):
            continue
        concept = conditions.specific(entry.codes, entry.text)
        if concept:
            names = (*(code.display for code in entry.codes), entry.text)
            found.append(_kind(concept, " . ".join(filter(None, names)), conditions, entry))
    return tuple(found)


def check_kinds(
    case: Case, held: Sequence[Kind], conditions: Conditions, newest: Mapping[str, Newest]
) -> None:
    """Hold a disease against a statement of which the record has another kind, and not this one."""
    told = list(_told(case, conditions))
    for start, end, kind in told:
        others = [
            one for one in held if one.entry and not standing_of(one.entry) and _apart(kind, one, conditions)
        ]
        if not others or any(_carries(one, kind, conditions) for one in held):
            continue
        if any(_carries(other, one, conditions) for one in others for _, _, other in told):
            continue  # Both are told: a comparison, or what it was before.
        if _shown(kind, newest) or any(_tells_of(one, kind.concept, conditions) for one in case.cited):
            continue
        if not any(fault.contradicts and fault.start < end and start < fault.end for fault in case.faults):
            ids = tuple(one.entry.id for one in others if one.entry)
            case.faults.append(Fault("named", case.parsed.text[start:end], start, end, True, ids))


def _told(case: Case, conditions: Conditions) -> Iterator[tuple[int, int, Kind]]:
    """Each disease that a statement says the patient has, with the type or stage beside its name."""
    text = case.parsed.text
    for name_start, name_end, concept in conditions.mentions(text):
        before, behind = _BEFORE.search(text[:name_start]), _BEHIND.match(text, name_end)
        start = before.start() if before else name_start
        end = behind.end() if behind else name_end
        places = [at for at, one in enumerate(case.parsed.tokens) if start <= one.start < end]
        if not places or any(case.is_free(at) or case.polarity.denied[at] for at in places):
            continue
        first, last = clause_of(case, places[0])
        keys = {token.key for token in case.parsed.tokens[first:last]}
        quoted = any(case.parsed.tokens[at].sort is Sort.QUOTE for at in places)
        if quoted or keys & _OPEN or "?" in text:
            continue
        yield start, end, _kind(concept, _in_figures(text[start:end]), conditions)


def _kind(concept: str, said: str, conditions: Conditions, entry: Entry | None = None) -> Kind:
    known = conditions.by_concept[concept]
    # The source's own words come last: of two stages in a name the last counts.
    return Kind(concept, known.counts_as or concept, f"{known.label} . {said}", entry)


def _in_figures(name: str) -> str:
    named = _IN_WORDS.sub(lambda found: _FIGURES[found.group().lower()], name)
    return named if numbers_of(named) else _BARE.sub("stage ", named)


def _apart(told: Kind, held: Kind, conditions: Conditions) -> bool:
    """Whether nobody who has the one has the other."""
    for one, other in conditions.excluding:
        up, down = conditions.above(told.concept), conditions.above(held.concept)
        if (one in up and other in down) or (other in up and one in down):
            return True
    same = told.problem == held.problem or conditions.is_a(held.concept, told.concept)
    return same and (numbers_differ(told.said, held.said) or differ(_stems(told.said), _stems(held.said)))


def _carries(held: Kind, told: Kind, conditions: Conditions) -> bool:
    """Whether a diagnosis of the record is what is told, in that kind."""
    return (
        conditions.is_a(held.concept, told.concept)
        and numbers_of(told.said).keys() <= numbers_of(held.said).keys()
        and not _apart(told, held, conditions)
    )


def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(name))


def _shown(told: Kind, newest: Mapping[str, Newest]) -> bool:
    """Whether the newest result is one of the kind that is told, whatever diagnosis was written down before."""
    stage = f"stage {numbers_of(told.said).get('stage', '')}"
    for name, (concept, low, high) in _SHOWN.items():
        if name != stage and name not in _stems(told.said):
            continue
        if told.problem == _OF_PROBLEM[concept] and concept in newest:
            return any(low <= value.amount < high for value in newest[concept].values)
    return False


def _tells_of(entry: Entry, concept: str, conditions: Conditions) -> bool:
    """Whether a cited source itself tells of it in its words, such as a note's, beside what its code says."""
    told = conditions.mentioned(" . ".join((entry.text, *entry.detail.values())))
    own = conditions.specific(entry.codes, entry.text) if entry.kind == "Condition" else None
    return concept in told and concept != own
