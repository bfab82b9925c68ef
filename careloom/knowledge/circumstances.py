"""Circumstances: which drugs harm somebody as they are (ill, old, pregnant, with such a result), by labels and criteria."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from careloom.knowledge.drugs import DATA, Ingredient
from careloom.knowledge.drugs import terms as names_of
from careloom.knowledge.interactions import CONFIRMED, SEVERITIES
from careloom.knowledge.packs import told
from careloom.knowledge.protocols.vocabulary import Vocabulary, unknown_in
from careloom.knowledge.strengths import parse_strengths
from careloom.knowledge.tables import names, parts, readable
from careloom.knowledge.when import Term, read

FILE = DATA / "circumstances.csv"
_NEEDED = ("id", "drugs", "when", "cause", "why", "do", "source", "section", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What a drug of `drugs` (ingredients and classes, less `never`) does to somebody for whom every term of `when` holds
    and none of `unless`. `above` is an amount in mg a day up to which it is no matter, `beyond` the days of supply within
    a year, `strengths` (number, unit) the products that are meant where not all are. `cause` groups what one finding tells
    once, with interactions of the same cause. `source` has document, section and year; `confirmed` says whether its text
    was read or a published summary of it.
    """

    id: str
    drugs: frozenset[str]
    when: tuple[Term, ...]
    severity: str
    cause: str
    why: str
    action: str
    source: str
    confirmed: str
    never: frozenset[str] = frozenset()
    unless: tuple[Term, ...] = ()
    above: float | None = None
    beyond: int | None = None
    strengths: frozenset[tuple[str, str]] = frozenset()
    context: str = ""


class Circumstances:
    """All circumstances, by the drugs that they are about. `problems` names by file and line what could not be used.

    Made by `load_circumstances`.
    """

    def __init__(self, every: Sequence[Circumstance], problems: Sequence[str] = ()) -> None:
        self.problems = tuple(problems)
        self.all = tuple(sorted(every, key=lambda one: SEVERITIES.index(one.severity)))
        self._about: dict[str, list[int]] = {}
        for place, one in enumerate(self.all):
            for name in one.drugs:
                self._about.setdefault(name, []).append(place)

    def without(self, off: frozenset[str]) -> "Circumstances":
        """The same without the rows of these ids."""
        return Circumstances([one for one in self.all if one.id not in off], self.problems)

    def about(self, drug: Ingredient) -> tuple[Circumstance, ...]:
        """Those that a drug must not meet, worst first; () where none is known."""
        places = {place for name in names_of(drug) for place in self._about.get(name, ())}
        return tuple(self.all[place] for place in sorted(places) if drug.name not in self.all[place].never)


def load_circumstances(vocabulary: Vocabulary, packs: Iterable[Path] = (FILE,)) -> Circumstances:
    """The circumstances of CSV files; a row or file with a fault is among the `problems`, and the rest still counts.

    Columns are the fields of `Circumstance`; `when` and `unless` are lines as protocols have them (`when.py`), separated
    by ";". A row of a later file takes the place of an earlier one of the same id: so a licensed list is loaded beside ours.
    """
    found: dict[str, Circumstance] = {}
    faults: list[str] = []
    for path in packs:
        said: dict[str, int] = {}
        wrong = []
        for line, row in readable(path):
            try:
                if isinstance(row, str):
                    raise ValueError(row)
                one = _circumstance(row, vocabulary)
                if one.id in said:
                    raise ValueError(f"its id was said before (line {said[one.id]})")
            except (KeyError, ValueError) as fault:
                name = "" if isinstance(row, str) else f"{row.get('id') or 'no id'}: "
                wrong.append((line, f"{name}{fault}"))
                continue
            said[one.id] = line
            found[one.id] = one
        faults += told(path.name, wrong)
    return Circumstances(tuple(found.values()), faults)


def _circumstance(row: Mapping[str, str], vocabulary: Vocabulary) -> Circumstance:
    if lacking := [column for column in _NEEDED if not row[column]]:
        raise ValueError(f"{lacking[0]} is empty")
    if row["severity"] not in SEVERITIES:
        raise ValueError(f"severity is one of {', '.join(SEVERITIES)}")
    if row["confirmed"] not in CONFIRMED:
        raise ValueError("it doesn't say how its source was confirmed")
    drugs, never = names(row["drugs"]), names(row["never"])
    if strangers := sorted((drugs | never) - vocabulary.names["drug"]):
        raise ValueError(f"there is no drug or class {strangers[0]!r}")
    when, unless = _lines(row["when"], vocabulary), _lines(row["unless"], vocabulary)
    return Circumstance(
        id=row["id"],
        drugs=drugs,
        never=never,
        when=when,
        unless=unless,
        above=float(row["above"]) if row["above"] else None,
        beyond=int(row["beyond"]) if row.get("beyond") else None,
        strengths=_strengths(row.get("strengths") or ""),
        severity=row["severity"],
        cause=row["cause"],
        why=row["why"],
        action=row["do"],
        context=row["context"],
        source=f"{row['source']}, {row['section']}, {row['year']}",
        confirmed=row["confirmed"],
    )


def _strengths(cell: str) -> frozenset[tuple[str, str]]:
    found = [parse_strengths(words) for words in parts(cell)]
    if any(len(one) != 1 for one in found):
        raise ValueError("a strength is a number and a unit")
    return frozenset(one[0] for one in found)


def _lines(cell: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    found = tuple(read(line) for line in parts(cell))
    for term in found:
        if fault := next(unknown_in(term, vocabulary), ""):
            raise ValueError(fault)
    return found
