"""CVX, vaccines administered: CDC's text file, fields separated by "|" (code, short description, full name, …)."""

from pathlib import Path

from careloom.errors import InputError
from careloom.knowledge.releases.reading import Rows, Seen, at, lines

CVX = "http://hl7.org/fhir/sid/cvx"


def rows(file: Path, seen: Seen) -> Rows:
    """Each vaccine by its short description."""
    for number, line in lines(file, seen):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 5 or not cells[0].isdigit() or not cells[1]:
            raise InputError("is no line of the CVX file, or cut off", at(file, number))
        yield "code", (CVX, cells[0], cells[1])
