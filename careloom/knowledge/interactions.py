"""Interactions: which drugs, or drugs and conditions, harm together; written from labels and guidelines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from careloom.knowledge.drugs import DATA, Ingredient, terms
from careloom.knowledge.packs import Pack, read_sheet, told
from careloom.knowledge.tables import names, parts, readable

FILE = DATA / "interactions.csv"
SEVERITIES = ("high", "moderate", "low")
CONFIRMED = ("text read", "published summary")
# The cause of two drugs of one kind.
DUPLICATE = "duplicate"
# Causes told for each drug by itself: what is done about one would harm with the other (lisinopril stops, an antiseizure drug doesn't).
EACH_ALONE = frozenset({"pregnancy"})
# What our own list is called beside others.
OURS = "Careloom's list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What happens when members of each of `sides` are taken together. `action` is what to do.

    A side holds ingredient and class names; `never` are ingredients that it doesn't concern. `interrupts`
    only where a prescriber must be stopped; `cause` groups interactions that one finding should report
    once ("bleeding"; "duplicate" is a duplicate therapy); `context` says what makes it matter more or less; `conditions` are concepts of the
    patient's problems that must be present (empty for a plain pair). `confirmed` says whether the text of `source` was read or a
    published summary of it. `pack` is the name of the pack that says so ("": our own list), `rated` that pack's own word for its severity.
    """

    id: str
    sides: tuple[frozenset[str], ...]
    severity: str
    interrupts: bool
    cause: str
    why: str
    action: str
    source: str
    confirmed: str
    context: str = ""
    never: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    at_most: tuple[tuple[str, float], ...] = ()
    pack: str = ""
    rated: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of interactions in force: its name, when it was made (as its publisher writes it), how many rows count, and how many
    of it the site switched off."""

    name: str
    dated: str
    rows: int
    licence: str = ""
    off: int = 0

    @property
    def words(self) -> str:
        """The list as a finding names it."""
        said = f"{self.name} dated {self.dated}" if self.dated else f"{self.name} (undated)"
        rows = "1 row" if self.off == 1 else f"{self.off} rows"
        return f"{said} (less {rows} that this site switched off)" if self.off else said


@dataclass(frozen=True, slots=True)
class Hit:
    """An interaction found among somebody's drugs: the drugs in the order of its sides."""

    interaction: Interaction
    drugs: tuple[Ingredient, ...]


class Interactions:
    """All interactions, with the look-ups over them. Made by `load_interactions`.

    Sides are kept as bit masks per ingredient or class name, worst interaction in the lowest bit, so that
    two drugs are compared by two `and`s. What a pack says of two of `ingredients` is kept by their names, since a mask of
    a hundred thousand rows would be long. `lists` are those in force, ours first; `problems` name by file and line what
    could not be used.
    """

    def __init__(
        self,
        every: Sequence[Interaction],
        lists: Sequence[Listed] = (),
        problems: Sequence[str] = (),
        ingredients: frozenset[str] = frozenset(),
    ) -> None:
        self.all = tuple(sorted(every, key=worst_first))
        self.lists = tuple(lists)
        self.problems = tuple(problems)
        self._ingredients = ingredients
        by_names: dict[tuple[str, str], list[Interaction]] = {}
        masked = []
        for one in self.all:
            if len(one.sides) != 2 or one.conditions:
                continue
            alone = all(len(side) == 1 and side <= ingredients for side in one.sides)
            if one.pack and alone and not one.never:
                by_names.setdefault(_names(*one.sides[0], *one.sides[1]), []).append(one)
            else:
                masked.append(one)
        self._by_names = {names: tuple(found) for names, found in by_names.items()}
        self._pairs = tuple(masked)
        self._sets = tuple(one for one in self.all if len(one.sides) != 2 or one.conditions)
        self._left = _masks(self._pairs, 0)
        self._right = _masks(self._pairs, 1)
        self._never = {
            name: sum(1 << place for place, one in enumerate(self._pairs) if name in one.never)
            for name in {name for one in self._pairs for name in one.never}
        }

    def without(self, off: frozenset[str]) -> "Interactions":
        """The same without the rows of these ids; each list says how many it lacks."""
        names = {one.id: one.pack or self.lists[0].name for one in self.all if one.id in off}
        lacking = {listed.name: list(names.values()).count(listed.name) for listed in self.lists}
        lists = [replace(one, rows=one.rows - lacking[one.name], off=lacking[one.name]) for one in self.lists]
        every = [one for one in self.all if one.id not in off]
        return Interactions(every, lists, self.problems, self._ingredients)

    def beside(self, pack: Pack, known: "Known") -> "Interactions":
        """The same with one more list beside them, as a pack of its own; what can't be used of it is among the problems."""
        more, faults = _taken(pack, pack.rows, known, pack.name)
        lists = [*self.lists, Listed(pack.name, pack.dated, len(more), pack.licence)]
        return Interactions((*self.all, *more), lists, (*self.problems, *faults), self._ingredients)

    def between(self, a: Ingredient, b: Ingredient) -> Interaction | None:
        """The worst interaction of two ingredients taken together, or None. The order doesn't matter."""
        return next(iter(self.every_between(a, b)), None)

    def every_between(self, a: Ingredient, b: Ingredient) -> tuple[Interaction, ...]:
        """All interactions of two ingredients taken together, worst first."""
        if a.name == b.name:
            return ()
        return self._with_packs(a, b, self._all(_both(self._place(a), self._place(b))))

    def pairs(self, drugs: Sequence[Ingredient]) -> Iterator[tuple[int, int, tuple[Interaction, ...]]]:
        """Places of two interacting drugs in the sequence, and all their interactions, worst first."""
        placed = [self._place(drug) for drug in drugs]
        for (one, at_one), (other, at_other) in combinations(enumerate(placed), 2):
            both = _both(at_one, at_other)
            if (both or self._by_names) and drugs[one].name != drugs[other].name:
                every = self._with_packs(drugs[one], drugs[other], self._all(both))
                if every:
                    yield one, other, every

    def among(self, drugs: Iterable[Ingredient]) -> list[Hit]:
        """Every interacting pair (its worst interaction) and every set of three or more, worst first."""
        taken = tuple({drug.name: drug for drug in drugs}.values())
        hits = [Hit(every[0], (taken[one], taken[other])) for one, other, every in self.pairs(taken)]
        hits += self.sets(taken)
        return sorted(hits, key=lambda hit: worst_first(hit.interaction))

    def sets(self, drugs: Iterable[Ingredient]) -> list[Hit]:
        """Every set of three or more that harms together, worst first; conditions aside."""
        taken = tuple({drug.name: drug for drug in drugs}.values())
        return [hit for one in self._sets if not one.conditions for hit in _filled(one, taken)]

    def with_conditions(self, drugs: Iterable[Ingredient], concepts: Iterable[str]) -> list[Hit]:
        """Drugs that harm somebody with these problems (concepts of knowledge), worst first; of a cause of EACH_ALONE each by itself."""
        taken, has = tuple(drugs), frozenset(concepts)
        concerned = [one for one in self._sets if one.conditions & has]
        hits = [hit for one in concerned for hit in _filled(one, taken)]
        return [single for hit in hits for single in _apart(hit)]

    def _place(self, drug: Ingredient) -> tuple[int, int]:
        left = right = 0
        for term in terms(drug):
            left |= self._left.get(term, 0)
            right |= self._right.get(term, 0)
        never = ~self._never.get(drug.name, 0)
        return left & never, right & never

    def _with_packs(
        self, a: Ingredient, b: Ingredient, found: tuple[Interaction, ...]
    ) -> tuple[Interaction, ...]:
        more = self._by_names.get(_names(a.name, b.name)) if self._by_names else None
        return tuple(sorted((*found, *more), key=worst_first)) if more else found

    def _all(self, both: int) -> tuple[Interaction, ...]:
        found = []
        while both:
            lowest = both & -both
            found.append(self._pairs[lowest.bit_length() - 1])
            both ^= lowest
        return tuple(found)


def _both(a: tuple[int, int], b: tuple[int, int]) -> int:
    """The bits of the interactions of which two drugs fill the two sides, either way round."""
    return (a[0] & b[1]) | (a[1] & b[0])


def _names(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def worst_first(one: Interaction) -> tuple[int, bool]:
    """What interactions are sorted by: severity, then those that interrupt."""
    return SEVERITIES.index(one.severity), not one.interrupts


def _masks(pairs: Sequence[Interaction], side: int) -> Mapping[str, int]:
    masks: dict[str, int] = {}
    for place, one in enumerate(pairs):
        for term in one.sides[side]:
            masks[term] = masks.get(term, 0) | 1 << place
    return masks


def _filled(one: Interaction, drugs: Sequence[Ingredient]) -> Iterable[Hit]:
    """The drugs that fill the sides of `one`, all together as a single hit, when each side has one."""
    chosen: list[Ingredient] = []
    for side in one.sides:
        fits = [drug for drug in drugs if drug.name not in one.never and side & terms(drug)]
        new = [drug for drug in fits if drug not in chosen]
        if not new:
            return
        chosen += new
    yield Hit(one, tuple(chosen))


def _apart(hit: Hit) -> Iterator[Hit]:
    """A hit of a cause that is told for each drug by itself, drug by drug; any other as it is."""
    if hit.interaction.cause in EACH_ALONE and len(hit.interaction.sides) == 1:
        yield from (Hit(hit.interaction, (drug,)) for drug in hit.drugs)
    else:
        yield hit


def besides(every: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """What two drugs do beside their worst interaction: the worst of each further cause that is told, worst first.

    `every` are the interactions of the two, worst first. Low ones and those without a cause are not told, nor a duplicate,
    which a rule of its own tells.
    """
    seen = {every[0].cause, "", DUPLICATE} if every else set()
    found = []
    for one in every[1:]:
        if one.cause not in seen and one.severity != "low":
            seen.add(one.cause)
            found.append(one)
    return tuple(found)


def disagreement(every: Sequence[Interaction]) -> str:
    """How the lists that rate two drugs differ, in a sentence that names each; "" where they agree, or only one speaks.

    `every` are the interactions of the two, worst first. A list rates the pair as the worst that it says of it.
    """
    worst: dict[str, Interaction] = {}
    for one in every:
        worst.setdefault(one.pack, one)
    if len({one.severity for one in worst.values()}) < 2:
        return ""
    told = [f"{one.pack or OURS} says {one.rated or one.severity}" for one in worst.values()]
    return f"The lists disagree: {', '.join(told)}; the most severe counts."


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a row may use: ingredients, classes, and concepts of problems."""

    ingredients: frozenset[str]
    classes: frozenset[str]
    concepts: frozenset[str]


def load_interactions(
    path: Path = FILE, packs: Sequence[Pack] = (), known: Known | None = None
) -> Interactions:
    """Our list and the packs beside it. Columns are the fields of `Interaction`; `drugs`, `with` and `and_with` are the sides.

    A row with a fault (a severity that isn't one of SEVERITIES, a row of ours that nothing confirmed, an id said twice, a
    name that isn't `known`) is among the `problems` with file and line, and the others count.
    """
    sheet, problems = read_sheet(path.with_suffix(".toml"), OURS)
    ours = Pack(sheet.name, path.name, sheet.dated)
    every, named = _taken(ours, readable(path), known, "")
    lists, faults = [Listed(ours.name, ours.dated, len(every))], [*problems, *named]
    for pack in packs:
        more, named = _taken(pack, pack.rows, known, pack.name)
        every += more
        lists.append(Listed(pack.name, pack.dated, len(more), pack.licence))
        faults += [*pack.problems, *named]
    return Interactions(every, lists, faults, known.ingredients if known else frozenset())


def _taken(
    pack: Pack, table: Iterable[tuple[int, Mapping[str, str] | str]], known: Known | None, name: str
) -> tuple[list[Interaction], tuple[str, ...]]:
    every: dict[str, Interaction] = {}
    faults = []
    for line, row in table:
        try:
            if isinstance(row, str):
                raise ValueError(row)
            one = _interaction(row, name, known)
            if one.id in every:
                raise ValueError(f"{one.id}: its id was said before")
        except KeyError as column:
            faults.append((line, f"there is no column {column}"))
            continue
        except ValueError as fault:
            faults.append((line, str(fault)))
            continue
        every[one.id] = one
    return list(every.values()), told(pack.file, faults)


def _interaction(row: Mapping[str, str], pack: str, known: Known | None) -> Interaction:
    if row["severity"] not in SEVERITIES:
        raise ValueError(f"{row['id']} has no known severity")
    if not pack and row["confirmed"] not in CONFIRMED:
        raise ValueError(f"{row['id']} doesn't say how its source was confirmed")
    caps = (cap.split("=") for cap in parts(row["at_most"]))
    one = Interaction(
        id=row["id"],
        sides=tuple(names(row[side]) for side in ("drugs", "with", "and_with") if row[side]),
        severity=row["severity"],
        interrupts=row["interrupts"] == "yes",
        cause=row["cause"],
        why=row["why"],
        action=row["do"],
        source=row["source"],
        confirmed=row["confirmed"],
        context=row["context"],
        never=names(row["never"]),
        conditions=names(row["conditions"]),
        at_most=tuple((name, float(most)) for name, most in caps),
        pack=pack,
        rated=row.get("rated", ""),
    )
    if lacking := [column for column in ("id", "drugs", "why", "do", "source") if not row[column]]:
        raise ValueError(f"{row['id'] or 'no id'}: {lacking[0]} is empty")
    if len(one.sides) < 2 and not one.conditions:
        raise ValueError(f"{row['id']} names one side alone, and no condition")
    for fault in _strangers(one, known) if known else ():
        raise ValueError(f"{row['id']}: {fault}")
    return one


def _strangers(one: Interaction, known: Known) -> Iterator[str]:
    """What a row names that nobody knows."""
    drugs = frozenset().union(*one.sides, one.never, {name for name, _ in one.at_most})
    yield from (
        f"there is no drug or class {name!r}" for name in sorted(drugs - known.ingredients - known.classes)
    )
    yield from (f"there is no condition {name!r}" for name in sorted(one.conditions - known.concepts))
