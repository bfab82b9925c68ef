"""Proposing a mapping: from a table's header and its first rows, with a comment wherever it is not sure.

A person reads it before it is used. What it writes holds names of columns and never a value of the file.
"""

import codecs
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from careloom.connect.tables.given import column_key
from careloom.connect.tables.looks import date_forms_of, decimals_of, systems_of, time_form_of
from careloom.connect.tables.mapping import Layout
from careloom.connect.tables.rows import rows
from careloom.connect.tables.wide import entries, told
from careloom.errors import InputError

COLUMNS = Path(__file__).with_name("columns.toml")
ROWS = 500
PEOPLE = "Patient"
_SIGNS = (",", ";", "\t", "|")
_WORD = re.compile(r"[a-z]+|\d+")
# How exports shorten words of a header.
_SHORT = {
    "dt": "date", "disch": "discharge", "pt": "patient", "nm": "name", "cd": "code", "nbr": "number", "num": "number",
    "desc": "description", "mbr": "member", "disp": "disposition", "adm": "admission", "addr": "address",
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DATES = ("birth_date", "deceased", "start", "end", "recorded")
_NUMBERS = ("value", "low", "high")
_NAMED_BY = ("rxcui", "rxnorm", "cvx", "cpt", "hcpcs", "snomed", "loinc", "ndc", "icd10", "icd9")
# A column that ends so numbers a thing and does not name it.
_NUMBERED = ("number", "no", "id")
# Fields that have lines of their own.
_OWN = ("text", "strength", "code", "status")
_GUESSED = {"rxcui": "rxnorm"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, where it is (from 1), and what stands in it in the first rows."""

    header: str
    place: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of a file, and how it is written."""

    charset: str
    delimiter: str
    header: bool
    columns: tuple[Column, ...]

    def named(self, column: Column) -> str:
        """A column as a mapping names it."""
        return _quoted(column.header) if self.header else str(column.place)


@lru_cache(maxsize=1)
def known_columns() -> Mapping[str, Any]:
    """columns.toml."""
    return tomllib.loads(COLUMNS.read_text("utf-8"))


def propose(head: bytes, kind: str = "") -> str:
    """A mapping file's text for a table that begins so. Raises InputError where it is no table, or of no kind known.

    `kind` is the FHIR resource type of its entries; "" is the kind that its columns tell: of a table that tells of
    people alone, `Patient`.
    """
    table = look(head)
    kinds: Mapping[str, Any] = known_columns()["kind"]
    if kind and kind not in kinds and kind != PEOPLE:
        listed = ", ".join((*kinds, PEOPLE))
        raise InputError(f"a kind is one of {listed}; write others by hand (docs/mappings.md)")
    person = _assigned(table, known_columns()["person"], ())
    if not kind and (proposed := _wide(table, person)):
        return proposed
    chosen = kind or _kind(table) or _people(person)
    if not chosen:
        raise InputError("its columns tell no kind of entry; name it with --kind", "line 1")
    if chosen == PEOPLE:
        lines = (*_file(table, person), *_person(table, person), "\n[[entry]]", f'kind = "{PEOPLE}"')
        return "\n".join(lines) + "\n"
    fields = {key: names for key, names in kinds[chosen].items() if key != "telling"}
    taken = [column for columns in person.values() for column in columns]
    entry = _assigned(table, fields, taken)
    return (
        "\n".join([*_file(table, person, entry), *_person(table, person), *_entry(table, chosen, entry)])
        + "\n"
    )


def _wide(table: Table, person: Mapping[str, list[Column]]) -> str:
    """The mapping of a table with a measurement or an answer in each of several columns; "" for any other."""
    known = known_columns()["wide"]
    taken = [column for columns in person.values() for column in columns]
    free = [column for column in table.columns if column not in taken] if table.header else []
    columns = told([(one.header, table.named(one)) for one in free], known, _words, _fit)
    if not columns:
        return ""
    named = {one.column for one in columns}
    measured = [column for column in free if table.named(column) in named]
    around = _assigned(table, known["around"], [*taken, *measured])
    lines = [line for field in around for line in _plain(table, {field: around[field]})]
    used = {**around, "value": measured}
    return "\n".join([*_file(table, person, used), *_person(table, person), *entries(columns, lines)]) + "\n"


def _people(person: Mapping[str, list[Column]]) -> str:
    """`Patient` where the columns tell who somebody is, and nothing more."""
    return PEOPLE if "birth_date" in person and {"name", "family"} & {*person} else ""


def look(head: bytes) -> Table:
    """How a table is written, and its first rows. Raises InputError where it is none."""
    charset = _charset(head)
    text = head.decode(charset, errors="ignore").removeprefix("\ufeff")
    listed = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1] or [text]
    sign = max(_SIGNS, key=lambda one: listed[0].count(one))
    if sign not in listed[0]:
        raise InputError("has one column: it is no table with , ; | or tab", "line 1")
    layout = Layout(delimiter=sign)
    every = [row for row in islice(rows(iter(listed), layout), ROWS) if isinstance(row, list) and row]
    if not every:
        raise InputError("has no row that can be read", "line 1")
    first = every[0]
    header = not _is_data(first)
    body = [row for row in every[header:] if len(row) == len(first)]
    columns = tuple(
        Column(
            name.strip() if header else "",
            place + 1,
            tuple(said for row in body if (said := row[place].strip())),
        )
        for place, name in enumerate(first)
    )
    return Table(charset, sign, header, columns)


def _charset(head: bytes) -> str:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _is_data(first: Sequence[str]) -> bool:
    """Whether a first row holds data: a number, a date, or the same words twice."""
    told = [cell.strip() for cell in first if cell.strip()]
    figures = sum(
        any(digit.isdigit() for digit in cell) and not re.search(r"[A-Za-z]{2}", cell) for cell in told
    )
    return figures > 0 or not told


def _words(header: str) -> tuple[str, ...]:
    return tuple(_SHORT.get(word, word) for word in _WORD.findall(_CAMEL.sub(" ", header).lower()))


def _fit(header: str, names: Sequence[str]) -> float:
    """How well a header fits some names: the number of words of the longest that it holds, more for nothing besides."""
    said = _words(header)
    joined = "".join(said)
    best = 0.0
    for name in names:
        words = _words(name)
        if words == said or "".join(words) == joined:
            best = max(best, len(words) + 1.5)
        elif set(words) <= set(said):
            best = max(best, len(words) - 0.1 * (len(said) - len(words)))
    return best


def _kind(table: Table) -> str:
    """The kind that most columns tell of; "" where none does."""
    kinds: Mapping[str, Any] = known_columns()["kind"]
    scores = {
        kind: sum(_fit(column.header, told["telling"]) for column in table.columns)
        for kind, told in kinds.items()
    }
    for column in table.columns:
        for system in systems_of(column.values):
            for kind, match in (
                ("Observation", "loinc"),
                ("MedicationDispense", "ndc"),
                ("Condition", "icd10"),
            ):
                scores[kind] += 2 * (system == match)
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= 1 else ""


def _assigned(
    table: Table, fields: Mapping[str, Sequence[str]], taken: Sequence[Column]
) -> dict[str, list[Column]]:
    """Which columns fill which fields: the best fits first, each column once; several where a field takes them."""
    fits = sorted(
        (
            (score, -column.place, field, column)
            for column in table.columns
            if column not in taken
            for field, names in fields.items()
            if (score := _fit(column.header, names)) > 0.5
            and not (field == "text" and _words(column.header)[-1] in _NUMBERED)
        ),
        key=lambda one: one[:3],
        reverse=True,
    )
    found: dict[str, list[Column]] = {}
    used: set[int] = set()
    for _, _, field, column in fits:
        if column.place in used or (field in found and field not in ("given", "address", "telecoms", "code")):
            continue
        used.add(column.place)
        found.setdefault(field, []).append(column)
    return {field: sorted(columns, key=lambda one: one.place) for field, columns in found.items()}


def _file(table: Table, *assigned: Mapping[str, list[Column]]) -> Iterator[str]:
    yield "# Proposed from the header and the first rows. Read every line; `careloom mapping check` tries it."
    used = {column.place for fields in assigned for columns in fields.values() for column in columns}
    used |= {
        one.place + 1 for fields in assigned for one in fields.get("start", []) if _with_time(table, one)
    }
    left = [column for column in table.columns if column.place not in used]
    if left and table.header:
        listed = ", ".join(_quoted(column.header) for column in left)
        yield f"# Not used: {listed}. Add them below, or list them in `ignore` so that they are not counted."
    yield "\n[file]"
    yield f"delimiter = {_quoted('tab' if table.delimiter == chr(9) else table.delimiter)}"
    if table.charset != "utf-8":
        yield f"charset = {_quoted(table.charset)}" + (
            "  # not sure: it is no UTF-8" if table.charset == "cp1252" else ""
        )
    if not table.header:
        yield "header = false  # not sure: the first row looks like data"
    yield from _decimal(assigned)
    yield from _dates(table, assigned)


def _decimal(assigned: Sequence[Mapping[str, list[Column]]]) -> Iterator[str]:
    """The decimal comma, where the numbers of the first rows have one."""
    columns = [one for fields in assigned for field in _NUMBERS for one in fields.get(field, [])]
    comma, point = decimals_of([said for column in columns for said in column.values])
    if comma:
        yield 'decimal = ","' + ("  # not sure: other numbers have a point" if point else "")


def _dates(table: Table, assigned: Sequence[Mapping[str, list[Column]]]) -> Iterator[str]:
    """The forms of all dates. Those that can't be told apart are told, the American one first."""
    forms: list[str] = []
    unsure: list[str] = []
    fields = [(field, columns) for each in assigned for field, columns in each.items() if field in _DATES]
    for field, columns in fields:
        for column in columns:
            fits = date_forms_of(column.values)
            if not fits:
                unsure.append(
                    f"# Not sure: the dates of {table.named(column)} ({field}) have no form that is known here."
                )
            elif not set(fits) & set(forms):
                forms.append(fits[0])
                if len(fits) > 1:
                    unsure.append(
                        f"# Not sure: the dates of {table.named(column)} fit {' and '.join(fits)}; ask the sender."
                    )
    yield from unsure
    yield f"dates = [{', '.join(_quoted(form) for form in forms or ['iso'])}]"
    if any("YY" in form.replace("YYYY", "") for form in forms):
        yield "pivot = 30  # not sure: years of two digits up to this are 20xx; birth dates may be older"


def _person(table: Table, fields: Mapping[str, list[Column]]) -> Iterator[str]:
    yield "\n[person]"
    if "id" not in fields:
        yield "# Not sure: no column is called like a patient's number; without one, name and birth date tell people apart."
    for field in known_columns()["person"]:
        columns = fields.get(field, [])
        if field == "name" and "family" in fields:
            continue
        if field in ("given", "telecoms") and columns:
            yield f"{field} = [{', '.join(table.named(column) for column in columns)}]"
        elif field == "address" and columns:
            yield f'address = {{ columns = [{", ".join(table.named(column) for column in columns)}], join = ", " }}'
        elif columns:
            yield f"{field} = {table.named(columns[0])}"
        if field == "id" and columns:
            yield 'system = "MRN"  # not sure: write the OID or URI of whoever assigns these numbers, where it is known'


def _entry(table: Table, kind: str, fields: Mapping[str, list[Column]]) -> Iterator[str]:
    yield "\n[[entry]]"
    yield f'kind = "{kind}"'
    if "text" not in fields and "code" not in fields:
        yield "# Not sure: no column says what the entry is about; write `text` or `codes`."
        yield 'text = { constant = "?" }'
    if "text" in fields:
        strength = fields.get("strength", [])
        both = ", ".join(table.named(one) for one in (fields["text"][0], *strength))
        yield f"text = {{ columns = [{both}], once = true }}" if strength else f"text = {both}"
    if kind == "Observation" and "value" not in fields:
        yield "# Not sure: no column is called like the value; without `value = …` a row says only what was measured."
    yield from _codes(table, fields)
    yield from _status(table, kind, fields.get("status"))
    yield from _plain(table, {key: one for key, one in fields.items() if key not in _OWN})


def _plain(table: Table, fields: Mapping[str, list[Column]]) -> Iterator[str]:
    """Fields that are a column and nothing more; a day with the time of day that stands in a column beside it."""
    nested: dict[str, list[str]] = {}
    for field, columns in fields.items():
        outer, _, inner = field.rpartition(".")
        if outer:
            nested.setdefault(outer, []).append(f"{inner} = {table.named(columns[0])}")
        elif field == "start" and (timed := _with_time(table, columns[0])):
            yield f"start = {timed}"
        else:
            yield f"{field} = {table.named(columns[0])}"
    for outer, lines in nested.items():
        yield f"{outer} = {{ {', '.join(lines)} }}"


def _with_time(table: Table, day: Column) -> str:
    """A cell of a day and its time, where the next column to one with a day alone is called time and looks like it."""
    after = next((one for one in table.columns if one.place == day.place + 1), None)
    forms = [form for form in date_forms_of(day.values) if "H" not in form and "h" not in form]
    if after is None or not forms or "time" not in _words(after.header):
        return ""
    time = time_form_of(after.values)
    day_form = "YYYY-MM-DD" if forms[0] == "iso" else forms[0]
    if not time or day_form == "excel":
        return ""
    listed = f"{table.named(day)}, {table.named(after)}"
    return f'{{ columns = [{listed}], dates = ["{day_form} {time}", {_quoted(forms[0])}] }}'


def _codes(table: Table, fields: Mapping[str, list[Column]]) -> Iterator[str]:
    """Codes of the system that the header names, else that the values have the form of."""
    listed = []
    display = f", display = {table.named(fields['text'][0])}" if "text" in fields else ""
    for column in fields.get("code", []):
        words = "".join(_words(column.header))
        by_name = next((name for name in _NAMED_BY if name in words), "")
        by_value = systems_of(column.values)
        system = _GUESSED.get(by_name, by_name) or (by_value[0] if by_value else "")
        if by_name in ("loinc", "snomed", "ndc", "icd10") and column.values and by_name not in by_value:
            yield f"# Not sure: {table.named(column)} is called {by_name}, but the first rows don't look so."
        if not by_name and system:
            yield f"# Not sure: the codes of {table.named(column)} look like {' or '.join(by_value)}."
        if not system:
            yield f"# Not sure: the code system of {table.named(column)} is not known; this one is your own."
            system = "urn:careloom:local"
        listed.append(f"{{ system = {_quoted(system)}, code = {table.named(column)}{display} }}")
    if listed:
        yield f"codes = [{', '.join(listed)}]"


def _status(table: Table, kind: str, columns: list[Column] | None) -> Iterator[str]:
    """The status and the words for it that sources use; how many of the first rows they cover, never which words."""
    if not columns:
        yield "# Not sure: no column is a status; say it for all rows, e.g. status = { constant = … }."
        return
    words = {word: meant for meant, listed in known_columns()["words"][kind].items() for word in listed}
    values = [column_key(said) for said in columns[0].values]
    covered = sum(said in words for said in values)
    if covered < len(values):
        yield f"# Not sure: these words cover {covered} of the first {len(values)} rows; a row with another is rejected."
    listed = ", ".join(f"{_quoted(word)} = {_quoted(meant)}" for word, meant in words.items())
    yield f"status = {{ column = {table.named(columns[0])}, words = {{ {listed} }} }}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
