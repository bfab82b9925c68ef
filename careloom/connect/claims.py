"""Pharmacy claims: a CSV of fills, one claim a row, read as a stream.

Columns (UTF-8, with a header; order is free, columns of other names are counted as unknown):
member_id, member_family, member_given, member_suffix, birth_date, sex, claim_id, fill_date, ndc, rxcui,
drug_name, strength, quantity, days_supply, refills_left, prescriber, pharmacy, status (paid, reversed or
denied), reject_reason.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from careloom.care.entry import (
    NDC,
    RXNORM,
    Code,
    Entry,
    HumanName,
    Identifier,
    Message,
    Period,
    Person,
    Reading,
    Rejection,
    Source,
    When,
    entry_id,
    when,
)
from careloom.care.ndc import doubt, has_meanings
from careloom.errors import InputError

COLUMNS = (
    "member_id",
    "member_family",
    "member_given",
    "member_suffix",
    "birth_date",
    "sex",
    "claim_id",
    "fill_date",
    "ndc",
    "rxcui",
    "drug_name",
    "strength",
    "quantity",
    "days_supply",
    "refills_left",
    "prescriber",
    "pharmacy",
    "status",
    "reject_reason",
)
REQUIRED = ("member_id", "fill_date", "drug_name", "status")
# What a claim's status means for the fill (FHIR MedicationDispense.status, R4).
STATUSES = {"paid": "completed", "reversed": "cancelled", "denied": "declined"}
SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "u": "unknown", "unknown": "unknown"}
DIGITS = re.compile(r"\d+(?:\.\d+)?")
ROWS_TOGETHER = 1_000
MAX_LINE = 1 << 20


@dataclass(slots=True)
class Rows:
    """Rows read so far of one part of the file, by member."""

    people: dict[str, Person] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def read(message: Message, body: BinaryIO) -> Iterator[Reading]:
    """The readings of a pharmacy-claims file: for each member one, or several where a file is long.

    Raises InputError where the header isn't ours or the file is not UTF-8; a bad row is a Rejection ("row n",
    counted from 1 after the header).
    """
    table = csv.reader(_text(body), strict=True)
    header = _header(table)
    unknown = {f"column {name}": 1 for name in header if name not in COLUMNS and name}
    rows = Rows()
    number = 0
    for number, cells in enumerate(_rows(table), start=1):
        if isinstance(cells, InputError):
            rows.rejected.append(Rejection(f"row {number}", cells.reason))
        elif cells:
            _add(rows, message, number, header, cells)
        if number % ROWS_TOGETHER == 0:
            yield from _readings(rows)
            rows = Rows()
    rows.unknown.update(unknown)
    yield from _readings(rows)


def is_ours(head: bytes) -> bool:
    """Whether a file's first line is the header of such a file."""
    first_line = (
        head.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")[0].decode("utf-8", errors="replace")
    )
    names = {name.strip().strip('"').lower() for name in first_line.split(",")}
    return set(REQUIRED) <= names


def _text(body: BinaryIO) -> Iterator[str]:
    """The lines of the file. Raises InputError naming the line that is not UTF-8 or holds a NUL."""
    number = 0
    while line := body.readline(MAX_LINE):
        number += 1
        if number == 1:
            if line[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                raise InputError("is UTF-16; send UTF-8", "line 1")
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) >= MAX_LINE:
            raise InputError("is longer than a row can be", f"line {number}")
        if b"\x00" in line:
            raise InputError("holds a NUL byte", f"line {number}, byte {line.index(0) + 1} of the line")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("is not UTF-8", f"line {number}, byte {error.start + 1} of the line") from None


def _header(table: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(table, [])]
    except csv.Error:
        raise InputError("is not CSV", "row 0 (the header)") from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise InputError(f"has no column {', '.join(missing)}", "row 0 (the header)")
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        raise InputError(f"names column {twice[0]} twice", "row 0 (the header)")
    return header


def _rows(table: Iterator[list[str]]) -> Iterator[list[str] | InputError]:
    """Rows, a row that is not CSV as the reason why."""
    while True:
        try:
            yield next(table)
        except csv.Error:
            yield InputError("is not CSV")
        except StopIteration:
            return


def _add(rows: Rows, message: Message, number: int, header: list[str], cells: list[str]) -> None:
    where = f"row {number}"
    if len(cells) != len(header):
        rows.rejected.append(Rejection(where, f"has {len(cells)} cells, its header {len(header)}"))
        return
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    try:
        entry = _fill(row, message, where)
        person = _person(row, message)
        known = rows.people.setdefault(row["member_id"], person)
        if known.birth_date and person.birth_date and known.birth_date != person.birth_date:
            raise InputError("birth_date differs from another row of this member_id")
    except InputError as error:
        rows.rejected.append(Rejection(where, error.reason))
        return
    rows.entries.setdefault(row["member_id"], []).append(entry)
    if (ndc := row.get("ndc", "")) and has_meanings(ndc):
        rows.unknown["ndc of 10 digits without hyphens"] += 1
    elif ndc and (why := doubt(ndc)):
        rows.rejected.append(Rejection(f"{where}, ndc", why))


def _fill(row: Mapping[str, str], message: Message, where: str) -> Entry:
    """One claim as a dispense; what was reversed or denied was not handed out."""
    for name in REQUIRED:
        if not row[name]:
            raise InputError(f"{name} is empty")
    status = STATUSES.get(row["status"].lower())
    if status is None:
        raise InputError(f"status is none of {', '.join(STATUSES)}")
    detail = {
        "quantity": _number(row, "quantity"),
        "days_supply": _number(row, "days_supply"),
        "refills": _number(row, "refills_left"),
        "prescriber": row.get("prescriber", ""),
        "pharmacy": row.get("pharmacy", ""),
        "outcome": row["status"].lower(),
        "disposition": row.get("reject_reason", ""),
    }
    strength = row.get("strength", "")
    drug = row["drug_name"]
    named = f"{drug} {strength}" if strength and strength.lower() not in drug.lower() else drug
    systems = ((NDC, "ndc"), (RXNORM, "rxcui"))
    return Entry(
        id=entry_id(message.sha256, where, "MedicationDispense"),
        kind="MedicationDispense",
        source=Source(message.sha256, where, message.source),
        codes=tuple(Code(system, row[name], drug) for system, name in systems if row.get(name)),
        text=named,
        effective=Period(_date(row, "fill_date", message)),
        status=status,
        detail={key: value for key, value in detail.items() if value},
    )


def _person(row: Mapping[str, str], message: Message) -> Person:
    sex = row.get("sex", "")
    if sex and sex.lower() not in SEXES:
        raise InputError("sex is none of female, male, unknown")
    given = tuple(row.get("member_given", "").split())
    name = HumanName(row.get("member_family", ""), given, row.get("member_suffix", ""))
    born = _date(row, "birth_date", message) if row.get("birth_date") else None
    if born is not None and len(born.text) != 10:
        raise InputError("birth_date is not a day")
    return Person(
        identifiers=(Identifier(f"urn:careloom:member:{message.source}", row["member_id"]),),
        names=(name,) if name != HumanName() else (),
        birth_date=born.text if born else None,
        sex=SEXES.get(sex.lower()),
    )


def _date(row: Mapping[str, str], name: str, message: Message) -> When:
    try:
        return when(row[name], message.zone)
    except InputError:
        raise InputError(f"{name} is not a date (YYYY-MM-DD)") from None


def _number(row: Mapping[str, str], name: str) -> str:
    """A number in the source's own digits, "" where it is empty."""
    said = row.get(name, "")
    if said and not DIGITS.fullmatch(said):
        raise InputError(f"{name} is not a number")
    return said


def _readings(rows: Rows) -> Iterator[Reading]:
    unknown = dict(rows.unknown)
    members = [member for member in rows.people if member in rows.entries]
    for place, member in enumerate(members):
        last = place == len(members) - 1
        yield Reading(
            rows.people[member],
            tuple(rows.entries[member]),
            tuple(rows.rejected) if last else (),
            unknown if last else {},
        )
    if not members and (rows.rejected or unknown):
        yield Reading(Person(), (), tuple(rows.rejected), unknown)
