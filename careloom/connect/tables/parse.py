"""A mapping file's text → a `Mapping`. A mistake is a ConfigError that names file, line and key."""

import hashlib
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.detail import DETAIL
from careloom.connect.tables.given import Given, column, column_key
from careloom.connect.tables.layout import date_forms, layout_of
from careloom.connect.tables.mapping import Cell, Coded, Layout, Made, Mapping, Only, Part, Whose
from careloom.errors import ConfigError

# Short enough that "table:NAME" fits a message's format.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,24}")
KINDS = Path(__file__).with_name("kinds.toml")
OID = re.compile(r"[0-2](?:\.\d+)+")
_CELL = ("column", "columns", "constant", "words", "otherwise", "split", "part", "join", "once", "dates")


@lru_cache(maxsize=1)
def kinds() -> dict[str, Any]:
    """kinds.toml: status words by kind, code systems by short name."""
    return tomllib.loads(KINDS.read_text("utf-8"))


def parse(name: str, text: str, *, people: bool = False) -> Mapping:
    """The mapping that a file says; with `people` it need not say what a row makes, only whom it is about.

    Raises ConfigError naming line and key of the first mistake.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name}.toml: a mapping's name has up to 25 of the characters a-z, 0-9, - and _")
    try:
        whole = Given(name, text, tomllib.loads(text), "")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}.toml: {error}") from None
    layout = layout_of(whole.table("file"))
    reading = _Cells(layout)
    vocabularies = whole.table("words")
    if vocabularies is not None:
        reading.words = {key: _words(vocabularies, key) for key in vocabularies.left()}
    whose = whole.table("person") or whole.wrong("person", "is missing: say in [person] whom a row is about")
    entries = tuple(_made(one, reading) for one in whole.tables("entry"))
    if not entries and not people:
        whole.wrong("entry", "is missing: say in [[entry]] what a row makes")
    mapping = Mapping(
        name=name,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        title=whole.words("title"),
        layout=layout,
        whose=_whose(whose, reading),
        entries=entries,
        when=_only(whole.table("when")),
        unless=_only(whole.table("unless")),
        require=whole.columns("require"),
        ignore=frozenset(whole.columns("ignore")),
        optional=frozenset(whole.columns("optional")),
        identity=whole.columns("identity"),
    )
    whole.done(
        (
            "title",
            "file",
            "words",
            "person",
            "entry",
            "when",
            "unless",
            "require",
            "ignore",
            "optional",
            "identity",
        )
    )
    _fits(whole, mapping)
    return mapping


def _fits(whole: Given, mapping: Mapping) -> None:
    """A file without a header has columns by position, or names for them here."""
    layout = mapping.layout
    known = {column_key(one) for one in layout.names}
    for one in mapping.columns:
        if not layout.header and isinstance(one, str) and one not in known:
            whole.wrong("file.names", f"has no {one!r}, and the file has no header")


def _words(given: Given, key: str) -> dict[str, str]:
    said = given.take(key)
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        given.wrong(key, 'is no list of words ({ F = "female" })')
    return {" ".join(word.lower().split()): meant for word, meant in said.items()}


def _only(given: Given | None) -> tuple[Only, ...]:
    if given is None:
        return ()
    found = []
    for key in given.left():
        said = given.list_of_words(key)
        place = int(key) if key.isdigit() else column(key)
        if place is None or not said:
            given.wrong(key, "names no column and its words")
        found.append(Only(place, frozenset(" ".join(one.lower().split()) for one in said)))
    return tuple(found)


class _Cells:
    """Reads cells and codes; knows the mapping's own vocabularies."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.words: dict[str, dict[str, str]] = {}

    def cell(self, given: Given, key: str) -> Cell | None:
        """The cell under a key: a column, or a table of Cell's fields."""
        said = given.take(key)
        return None if said is None else self._of(given, key, said)

    def cells(self, given: Given, key: str) -> tuple[Cell, ...]:
        """The cells listed under a key, or the one."""
        said = given.take(key)
        listed = said if isinstance(said, list) else [] if said is None else [said]
        return tuple(self._of(given, key, one) for one in listed)

    def _of(self, given: Given, key: str, said: object) -> Cell:
        if not isinstance(said, dict):
            place = column(said)
            if place is None:
                given.wrong(key, "names no column (a header's words, or a position from 1)")
            return Cell(columns=(place,))
        below = given.below(said, key)
        cell = Cell(
            columns=(*below.columns("column"), *below.columns("columns")),
            constant=below.words("constant"),
            words=self._vocabulary(below),
            otherwise=below.words("otherwise") if "otherwise" in below.left() else None,
            split=below.words("split"),
            part=below.count("part", 0) or 0,
            join=below.words("join", " "),
            once=below.yes("once", False),
            dates=date_forms(below, "dates", below.count("pivot", None)),
        )
        below.done(_CELL)
        if bool(cell.columns) == bool(cell.constant):
            below.wrong(
                "", "has neither column nor constant" if not cell.columns else "has a column and a constant"
            )
        if bool(cell.split) != bool(cell.part):
            below.wrong("split", "and part go together")
        return cell

    def _vocabulary(self, given: Given) -> dict[str, str]:
        said = given.take("words")
        if said is None:
            return {}
        if isinstance(said, str):
            return (
                self.words[said]
                if said in self.words
                else given.wrong("words", f"names no table [words.{said}]")
            )
        return _words(given.below({"words": said}, ""), "words")

    def codes(self, given: Given, key: str) -> tuple[Coded, ...]:
        """The codes listed under a key."""
        return tuple(self._coded(one) for one in given.tables(key))

    def _coded(self, given: Given) -> Coded:
        said = given.take("system")
        system = self._system(given, said)
        code = self.cell(given, "code") or given.wrong("code", "is missing")
        coded = Coded(
            system=system, code=code, display=self.cell(given, "display"), split=given.words("split")
        )
        given.done(("system", "code", "display", "split"))
        return coded

    def _system(self, given: Given, said: object) -> Cell:
        named = kinds()["system"]
        if isinstance(said, str):
            if said not in named and ":" not in said and not OID.fullmatch(said):
                given.wrong("system", f"is none of {', '.join(named)}, and no URI")
            return Cell(constant=named.get(said, f"urn:oid:{said}" if OID.fullmatch(said) else said))
        if not isinstance(said, dict):
            given.wrong("system", "is missing: a short name, a URI, or a column with words")
        cell = self._of(given, "system", said)
        meant = {word: named.get(meaning, meaning) for word, meaning in cell.words.items()}
        return Cell(columns=cell.columns, constant=cell.constant, words=meant, otherwise=cell.otherwise)


def _whose(given: Given, reading: _Cells) -> Whose:
    identifiers = []
    system = given.words("system", "identifier")
    if (own := reading.cell(given, "id")) is not None:
        identifiers.append((_system(system), own))
    for one in given.tables("identifiers"):
        cell = reading.cell(one, "id") or one.wrong("id", "is missing")
        identifiers.append((_system(one.words("system", "identifier")), cell))
        one.done(("id", "system"))
    take: Callable[[str], Cell | None] = lambda key: reading.cell(given, key)  # noqa: E731
    whose = Whose(
        identifiers=tuple(identifiers),
        family=take("family"),
        given=reading.cells(given, "given"),
        suffix=take("suffix"),
        maiden=take("maiden"),
        name=take("name"),
        birth_date=take("birth_date"),
        sex=take("sex"),
        address=take("address"),
        zip=take("zip"),
        ssn=take("ssn"),
        telecoms=reading.cells(given, "telecoms"),
        deceased=take("deceased"),
    )
    given.done(
        (
            "id",
            "system",
            "identifiers",
            "family",
            "given",
            "suffix",
            "maiden",
            "name",
            "birth_date",
            "sex",
            "address",
            "zip",
            "ssn",
            "telecoms",
            "deceased",
        )
    )
    if not whose.identifiers and not whose.ssn and not ((whose.family or whose.name) and whose.birth_date):
        given.wrong("", "needs an id, or a name and a birth_date")
    return whose


def _system(said: str) -> str:
    return f"urn:oid:{said}" if OID.fullmatch(said) else said


def _part(given: Given, reading: _Cells) -> dict[str, Any]:
    return {
        "codes": reading.codes(given, "codes"),
        "text": reading.cell(given, "text"),
        "value": reading.cell(given, "value"),
        "unit": reading.cell(given, "unit"),
        "value_codes": reading.codes(given, "value_codes"),
        "interpretation": reading.cell(given, "interpretation"),
    }


def _component(given: Given, reading: _Cells) -> Part:
    part = Part(**_part(given, reading))
    given.done(("codes", "text", "value", "unit", "value_codes", "interpretation"))
    return part


def _made(given: Given, reading: _Cells) -> Made:
    kind = given.words("kind")
    known = kinds()["status"]
    if kind not in known:
        given.wrong("kind", f"is none of {', '.join(known)}")
    single = (
        "comparator",
        "low",
        "high",
        "range",
        "start",
        "end",
        "recorded",
        "status",
        "certainty",
        "negated",
        "subject",
    )
    made = Made(
        kind=kind,
        when=_only(given.table("when")),
        unless=_only(given.table("unless")),
        category=reading.cells(given, "category"),
        components=tuple(_component(one, reading) for one in given.tables("components")),
        dosage=_fields(given, "dosage", ("text", "dose", "route", "frequency"), reading),
        detail=_fields(given, "detail", tuple(DETAIL), reading),
        **dict[str, Any]({key: reading.cell(given, key) for key in single}),
        **_part(given, reading),
    )
    given.done(
        (
            "kind",
            "when",
            "unless",
            "codes",
            "text",
            "category",
            "value",
            "unit",
            "value_codes",
            "interpretation",
            *single,
            "components",
            "dosage",
            "detail",
        )
    )
    _words_fit(given, made)
    return made


def _fields(given: Given, key: str, known: tuple[str, ...], reading: _Cells) -> dict[str, Cell]:
    below = given.table(key)
    if below is None:
        return {}
    found = {}
    for name in below.left():
        if name not in known:
            below.wrong(name, f"is none of {', '.join(known)}")
        cell = reading.cell(below, name)
        assert cell is not None
        found[name] = cell
    return found


def _words_fit(given: Given, made: Made) -> None:
    """What a mapping can say itself (constants, meanings of words) must be FHIR's words."""
    fixed = {
        "status": kinds()["status"][made.kind],
        "certainty": kinds()["certainty"],
        "subject": ["patient", "family", "other"],
        "negated": ["true", "false"],
        "comparator": ["<", "<=", ">=", ">"],
    }
    for key, known in fixed.items():
        cell: Cell | None = getattr(made, key)
        if cell is None:
            continue
        if not known:
            given.wrong(key, f"is not said of {made.kind}")
        for word in (cell.constant, *cell.words.values(), cell.otherwise or ""):
            if word and word != "=" and word not in known:
                given.wrong(key, f"means {word!r}, which is none of {', '.join(known)}")
