"""A mapping: which columns of a table make which entries. Made by `parse`; nothing here reads a file."""

from collections.abc import Iterator
from collections.abc import Mapping as Words
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import TypeAlias

from careloom.connect.tables.dates import DateForm

# A column by its header (in small letters, single spaces) or by its position, from 1.
Column: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written: its characters, cells, numbers, dates, and words that mean "nothing here".

    `names` are the columns of a file without a header; `skip` is the number of lines above the header.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    charset: str = "utf-8"
    header: bool = True
    names: tuple[str, ...] = ()
    skip: int = 0
    decimal: str = "."
    thousands: str = ""
    empty: frozenset[str] = frozenset()
    dates: tuple[DateForm, ...] = ()
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one field is made of: columns joined, or a constant; then a part of it; then a word for a word.

    words      the source's words (in small letters) and what each means; `otherwise` is what another word means:
               None rejects the row, "=" keeps the word
    split, part  only the part-th piece (from 1) between separators
    dates      this cell's own forms of a date
    once       what an earlier column has said already is not said again
    """

    columns: tuple[Column, ...] = ()
    constant: str = ""
    words: Words[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    split: str = ""
    part: int = 0
    join: str = " "
    once: bool = False
    dates: tuple[DateForm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Codes of one system; `split` stands between several codes in one cell."""

    system: Cell
    code: Cell
    display: Cell | None = None
    split: str = ""


@dataclass(frozen=True, slots=True)
class Only:
    """A condition on a row: this column holds one of these words (small letters; "*" is anything but nothing)."""

    column: Column
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of an observation."""

    codes: tuple[Coded, ...] = ()
    text: Cell | None = None
    value: Cell | None = None
    unit: Cell | None = None
    value_codes: tuple[Coded, ...] = ()
    interpretation: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Part):
    """One kind of entry that a row makes. The fields are those of `care.entry.Entry`."""

    kind: str
    when: tuple[Only, ...] = ()
    unless: tuple[Only, ...] = ()
    category: tuple[Cell, ...] = ()
    comparator: Cell | None = None
    low: Cell | None = None
    high: Cell | None = None
    range: Cell | None = None
    components: tuple[Part, ...] = ()
    dosage: Words[str, Cell] = field(default_factory=dict)
    start: Cell | None = None
    end: Cell | None = None
    recorded: Cell | None = None
    status: Cell | None = None
    certainty: Cell | None = None
    negated: Cell | None = None
    subject: Cell | None = None
    detail: Words[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whom a row is about. `identifiers` are (system, cell): a URI, an OID, or a type such as "MRN".

    `maiden` is another family name that the person has borne; `ssn` a Social Security number, all of it or its end;
    `zip` a postal code that stands outside the address.
    """

    identifiers: tuple[tuple[str, Cell], ...] = ()
    family: Cell | None = None
    given: tuple[Cell, ...] = ()
    suffix: Cell | None = None
    maiden: Cell | None = None
    name: Cell | None = None
    birth_date: Cell | None = None
    sex: Cell | None = None
    address: Cell | None = None
    zip: Cell | None = None
    ssn: Cell | None = None
    telecoms: tuple[Cell, ...] = ()
    deceased: Cell | None = None


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A mapping file. `digest` is the SHA-256 of its text; `ignore` are columns that the site knows and leaves out."""

    name: str
    text: str
    digest: str
    title: str = ""
    layout: Layout = Layout()
    whose: Whose
    entries: tuple[Made, ...]
    when: tuple[Only, ...] = ()
    unless: tuple[Only, ...] = ()
    require: tuple[Column, ...] = ()
    ignore: frozenset[Column] = frozenset()
    optional: frozenset[Column] = frozenset()
    identity: tuple[Column, ...] = ()

    @cached_property
    def columns(self) -> frozenset[Column]:
        """Every column that the mapping names and reads."""
        told = (self.whose, self.entries, self.when, self.unless)
        return frozenset(
            (*(column for part in told for column in _named(part)), *self.require, *self.identity)
        )


def needed(mapping: Mapping) -> frozenset[Column]:
    """The columns without which a file is not the mapping's."""
    return mapping.columns - mapping.optional


def cells(part: object) -> Iterator[Cell]:
    """Every cell below a part of a mapping."""
    if isinstance(part, Cell):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from cells(one)
    elif isinstance(part, Words):
        yield from cells(tuple(part.values()))
    elif is_dataclass(part):
        for one in fields(part):
            yield from cells(getattr(part, one.name))


def _named(part: object) -> Iterator[Column]:
    for cell in cells(part):
        yield from cell.columns
    yield from _conditions(part)


def _conditions(part: object) -> Iterator[Column]:
    if isinstance(part, Only):
        yield part.column
    elif isinstance(part, tuple):
        for one in part:
            yield from _conditions(one)
    elif isinstance(part, Made):
        yield from _conditions((*part.when, *part.unless))
