"""A row's cells, and what a mapping's `Cell` makes of them: words, numbers, dates, codes. Nothing is guessed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careloom.care.entry import Code, When
from careloom.connect.tables.dates import read_date
from careloom.connect.tables.mapping import Cell, Coded, Column, Layout, Only
from careloom.errors import InputError

_FIGURES = re.compile(r"[+-]?[\d.,'’  ]*\d[\d.,'’  ]*")
_BEFORE = re.compile(r"(<=|>=|<|>)\s*")
_ICD10 = re.compile(r"[A-TV-Z]\d[0-9A-Z][0-9A-Z]{1,4}", re.IGNORECASE)
_ICD10_SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what stands under each column that the mapping names, and where the row is ("row 7")."""

    where: str
    said: dict[Column, str]
    layout: Layout
    zone: str

    def text(self, cell: Cell | None) -> str:
        """What a cell says, "" for nothing. Raises InputError for a word that the mapping doesn't know."""
        if cell is None:
            return ""
        if not cell.columns:
            return cell.constant
        text = self._joined(cell)
        if cell.split and text:
            pieces = text.split(cell.split)
            text = pieces[cell.part - 1].strip() if cell.part <= len(pieces) else ""
        if not cell.words or not text:
            return text
        meant = cell.words.get(" ".join(text.lower().split()))
        if meant is None:
            if cell.otherwise is None:
                raise InputError(f"{_named(cell)} holds a word that the mapping doesn't know")
            meant = text if cell.otherwise == "=" else cell.otherwise
        return meant

    def _joined(self, cell: Cell) -> str:
        text = ""
        for column in cell.columns:
            more = self.said[column]
            if more and not (cell.once and more.lower() in text.lower()):
                text = f"{text}{cell.join}{more}" if text else more
        return text

    def date(self, cell: Cell | None) -> When | None:
        """A cell as a time. Raises InputError where it is none of the mapping's forms."""
        text = self.text(cell)
        if not text or cell is None:
            return None
        try:
            return read_date(text, cell.dates or self.layout.dates, self.zone)
        except InputError as error:
            raise InputError(f"{_named(cell)} {error.reason}") from None

    def number(self, cell: Cell, *, strict: bool = True) -> str:
        """A number in the source's digits with a decimal point; words are kept where they may stand.

        Raises InputError for figures that are no number as the mapping writes them: "1.234,5" is never guessed.
        """
        text = self.text(cell)
        if not text or not cell.columns:
            return text
        if _FIGURES.fullmatch(text):
            found = plain_number(text, self.layout)
            if found is None:
                raise InputError(f"{_named(cell)} is not a number as the mapping writes it")
            return found
        if strict:
            raise InputError(f"{_named(cell)} is not a number")
        return text

    def figure(self, cell: Cell | None) -> tuple[str, str]:
        """A result's comparator and digits, or no comparator and its words."""
        if cell is None:
            return "", ""
        text = self.text(cell)
        before = _BEFORE.match(text)
        if before and _FIGURES.fullmatch(text[before.end() :]):
            digits = plain_number(text[before.end() :], self.layout)
            if digits is None:
                raise InputError(f"{_named(cell)} is not a number as the mapping writes it")
            return before[1], digits
        return "", self.number(cell, strict=False)

    def codes(self, every: Sequence[Coded]) -> tuple[Code, ...]:
        """The codes that the row has, each once."""
        return tuple(dict.fromkeys(code for one in every for code in self._coded(one)))

    def _coded(self, one: Coded) -> Iterator[Code]:
        text = self.text(one.code)
        if not text:
            return
        system, display = self.text(one.system), self.text(one.display)
        for code in text.split(one.split) if one.split else (text,):
            if code.strip():
                yield Code(system, _as_written(system, code.strip()), display)

    def holds(self, conditions: Sequence[Only]) -> bool:
        """Whether every condition is met."""
        return all(self._meets(one) for one in conditions)

    def any(self, conditions: Sequence[Only]) -> bool:
        """Whether one of the conditions is met."""
        return any(self._meets(one) for one in conditions)

    def _meets(self, one: Only) -> bool:
        said = " ".join(self.said[one.column].lower().split())
        return said in one.words or (bool(said) and "*" in one.words)


def plain_number(text: str, layout: Layout) -> str | None:
    """The digits of a number as the mapping writes numbers, with a decimal point; None where it is none."""
    grouped = rf"\d{{1,3}}(?:{re.escape(layout.thousands)}\d{{3}})+|" if layout.thousands else ""
    decimal = rf"(?:{re.escape(layout.decimal)}\d+)?" if layout.decimal else ""
    found = re.fullmatch(rf"\+?(-?)({grouped}\d+)({decimal})", text.strip())
    if found is None:
        return None
    whole = found[2].replace(layout.thousands, "") if layout.thousands else found[2]
    return f"{found[1]}{whole}{'.' + found[3][1:] if found[3] else ''}"


def _as_written(system: str, code: str) -> str:
    """ICD-10-CM with its point, which exports drop and FHIR wants; every other code as it stands."""
    if system == _ICD10_SYSTEM and _ICD10.fullmatch(code):
        return f"{code[:3]}.{code[3:]}".upper()
    return code


def _named(cell: Cell) -> str:
    """The columns of a cell, for an error's words."""
    return "column " + ", ".join(str(one) for one in cell.columns)
