"""Reading a table with its mapping: header, rows, what each makes, and a count of everything that made nothing."""

import csv
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Known
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from careloom.care.entry import NDC, Entry, Message, Person, Reading, Rejection
from careloom.care.ndc import doubt, has_meanings
from careloom.connect.tables.cells import Row
from careloom.connect.tables.given import column_key
from careloom.connect.tables.making import made
from careloom.connect.tables.mapping import Column, Mapping, needed
from careloom.connect.tables.people import described, person
from careloom.connect.tables.rows import lines, rows
from careloom.errors import InputError

ROWS_TOGETHER = 1_000
# A row's identity is looked for among so many rows before it, so that memory stays flat.
REMEMBERED = 100_000
HEADER = "row 0 (the header)"


@dataclass(slots=True)
class Part:
    """Some rows of a file, by person; in the order in which people first appear."""

    people: dict[object, Person] = field(default_factory=dict)
    entries: dict[object, list[Entry]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def readings(self) -> Iterator[Reading]:
        """A reading for each person; what belongs to nobody goes with the last."""
        keys = [key for key in self.people if key in self.entries]
        for place, key in enumerate(keys):
            last = place == len(keys) - 1
            rejected, unknown = (tuple(self.rejected), dict(self.unknown)) if last else ((), {})
            yield Reading(self.people[key], tuple(self.entries[key]), rejected, unknown)
        if not keys and (self.rejected or self.unknown):
            yield Reading(Person(), (), tuple(self.rejected), dict(self.unknown))


def read(message: Message, body: BinaryIO, mapping: Mapping) -> Iterator[Reading]:
    """The readings of a table: for each person one, or several where a file is long.

    Raises InputError where the header is not the mapping's or the charset is wrong; a bad row is a Rejection.
    """
    layout = mapping.layout
    text = lines(body, layout.charset)
    for _ in range(layout.skip):
        next(text, None)
    every = rows(text, layout)
    width, places = _places(mapping, every)
    reader = _Rows(mapping, message, width, places)
    part = Part(unknown=Counter(reader.unnamed))
    number = 0
    for number, cells in enumerate(every, start=1):
        reader.take(part, f"row {number}", cells)
        if number % ROWS_TOGETHER == 0:
            yield from part.readings()
            part = Part()
    yield from part.readings()


def people(
    message: Message, body: BinaryIO, mapping: Mapping, column: Column
) -> Iterator[tuple[str, Person]]:
    """Whom each row of a table describes, by the id that `column` gives the row; every row with an id, nothing merged.

    What of a row can't be read is left out of its description. Raises InputError naming the row where the row itself
    or its id can't be, and where the header is not the mapping's.
    """
    layout = mapping.layout
    text = lines(body, layout.charset)
    for _ in range(layout.skip):
        next(text, None)
    every = rows(text, layout)
    names, places = _places(replace(mapping, require=(*mapping.require, column)), every)
    reader = _Rows(mapping, message, names, places)
    births: dict[str, str | None] = {}
    for number, cells in enumerate(every, start=1):
        where = f"row {number}"
        if isinstance(cells, str):
            raise InputError(cells, where)
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = reader.row(where, cells)
        except InputError as error:
            raise InputError(error.reason, where) from None
        if not row.said[column]:
            raise InputError(f"column {column} is empty", where)
        yield row.said[column], described(mapping.whose, row, message, births)


def recognised(head: bytes, mappings: Iterable[Mapping]) -> str | None:
    """The name of the mapping whose columns a file's first bytes have; the one that names most of them.

    Raises InputError where two name equally many: a person has to say which it is.
    """
    found: list[tuple[int, str]] = []
    for mapping in mappings:
        if mapping.layout.header and (wanted := needed(mapping)) and wanted <= _header(head, mapping):
            found.append((len(wanted), mapping.name))
    best = [name for count, name in found if count == max(found)[0]]
    if len(best) > 1:
        raise InputError(
            f"fits more than one mapping ({', '.join(sorted(best))}); name one with --format table:NAME",
            HEADER,
        )
    return best[0] if best else None


def _header(head: bytes, mapping: Mapping) -> set[Column]:
    layout = mapping.layout
    try:
        text = head.decode(layout.charset, errors="ignore").removeprefix("\ufeff")
        listed = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[layout.skip :]
        cells = next(rows(iter(listed), layout), [])
    except (csv.Error, UnicodeError):
        return set()
    names: list[Column] = [] if isinstance(cells, str) else [column_key(one) for one in cells]
    return {*names, *range(1, len(names) + 1)}


def _places(mapping: Mapping, every: Iterator[list[str] | str]) -> tuple[list[str], dict[Column, int]]:
    """The columns' names in order ([] where the file has none), and the place of each that the mapping names."""
    names = [column_key(one) for one in mapping.layout.names]
    if mapping.layout.header:
        first = next(every, [])
        if isinstance(first, str):
            raise InputError(first, HEADER)
        names = [column_key(one) for one in first]
    places: dict[Column, int] = {}
    for column in mapping.columns:
        if isinstance(column, int):
            places[column] = column - 1
        elif names.count(column) > 1:
            raise InputError(f"names column {column} twice", HEADER)
        elif column in names:
            places[column] = names.index(column)
    wanting = sorted(str(one) for one in needed(mapping) if one not in places)
    if wanting:
        raise InputError(f"has no column {', '.join(wanting)}", HEADER)
    if mapping.layout.header and any(place >= len(names) for place in places.values()):
        raise InputError("has fewer columns than the mapping names", HEADER)
    return names, places


class _Rows:
    """Takes rows one by one; knows the header, and the identities of the rows before."""

    def __init__(
        self, mapping: Mapping, message: Message, names: Sequence[str], places: Known[Column, int]
    ) -> None:
        self.mapping, self.message, self.names, self.places = mapping, message, list(names), places
        self.zone = mapping.layout.zone or message.zone
        self.seen: OrderedDict[int, tuple[str, int]] = OrderedDict()
        used = {*places.values()}
        self.unnamed = {
            f"column {name}": 1
            for place, name in enumerate(names)
            if name and place not in used and name not in mapping.ignore and place + 1 not in mapping.ignore
        }

    def take(self, part: Part, where: str, cells: list[str] | str) -> None:
        """Put what a row says into its part: entries, a rejection, or a count."""
        if isinstance(cells, str):
            part.rejected.append(Rejection(where, cells))
            return
        try:
            left_out = self._left_out(part, where, cells)
        except InputError as error:
            part.rejected.append(Rejection(where, error.reason))
            return
        if left_out:
            part.unknown[left_out] += 1

    def _left_out(self, part: Part, where: str, cells: list[str]) -> str:
        """Why a row that is no mistake made nothing; "" where it made entries or is an empty line. Raises InputError for a mistake."""
        if not cells:
            return ""
        if not any(cell.strip() for cell in cells):
            return "empty row"
        if self.mapping.layout.header and [column_key(cell) for cell in cells] == self.names:
            return "repeated header"
        row = self.row(where, cells)
        if not row.holds(self.mapping.when) or row.any(self.mapping.unless):
            return "row that the mapping leaves out"
        if self._repeated(row):
            return "repeated row"
        wanting = [str(column) for column in self.mapping.require if not row.said[column]]
        if wanting:
            raise InputError(f"{', '.join(wanting)} is empty")
        self._add(part, row)
        return ""

    def row(self, where: str, cells: list[str]) -> Row:
        """A row's cells by the columns that are read. Raises InputError where it has too many or too few."""
        width = len(self.names) or max(self.places.values(), default=0) + 1
        if len(cells) < width or (self.names and any(cell.strip() for cell in cells[width:])):
            raise InputError(
                f"has {len(cells)} cells, {'its header' if self.names else 'the mapping'} {width}"
            )
        empty = self.mapping.layout.empty
        said: dict[Column, str] = dict.fromkeys(self.mapping.columns, "")
        for column, place in self.places.items():
            text = cells[place].strip()
            said[column] = "" if text.lower() in empty else text
        return Row(where, said, self.mapping.layout, self.zone)

    def _repeated(self, row: Row) -> bool:
        """Whether a row before has the same identity and says the same. Raises InputError where it says otherwise."""
        if not self.mapping.identity:
            return False
        key = hash(tuple(row.said[column] for column in self.mapping.identity))
        content = hash(tuple(row.said[column] for column in self.places))
        before = self.seen.setdefault(key, (row.where, content))
        if len(self.seen) > REMEMBERED:
            self.seen.popitem(last=False)
        if before[0] == row.where:
            return False
        if before[1] == content:
            return True
        raise InputError(f"has the identity of {before[0]} and says something else")

    def _add(self, part: Part, row: Row) -> None:
        who = person(self.mapping.whose, row, self.message)
        entries = made(self.mapping.entries, row, self.message, who)
        if not entries:
            raise InputError(
                "makes no entry: the columns that the mapping names are empty, or no condition holds"
            )
        key = _key(who) if self.mapping.whose.identifiers else (who.names, who.birth_date)
        known = part.people.setdefault(key, who)
        if differs := _differs(known, who):
            raise InputError(f"{differs} differs from another row of this identifier")
        part.entries.setdefault(key, []).extend(entries)
        for said in {code.code for entry in entries for code in entry.codes if code.system == NDC}:
            if has_meanings(said):
                part.unknown["ndc of 10 digits without hyphens"] += 1
            elif why := doubt(said):
                part.rejected.append(Rejection(f"{row.where}, ndc", why))


def _key(who: Person) -> object:
    """Rows that share the first identifier are about one person."""
    return who.identifiers[0]


def _differs(known: Person, who: Person) -> str:
    """What two rows of one identifier can't both say."""
    if known.birth_date and who.birth_date and known.birth_date != who.birth_date:
        return "birth date"
    if known.sex in ("female", "male") and who.sex in ("female", "male") and known.sex != who.sex:
        return "sex"
    names = [{word.lower() for name in one.names for word in name.full.split()} for one in (known, who)]
    return "name" if all(names) and names[0].isdisjoint(names[1]) else ""
