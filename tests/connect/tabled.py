"""Invented tables and their mappings, and short ways to read them."""

import io

from careloom.care.entry import Entry, Reading
from careloom.connect import tables
from tests.connect.made import message

PERSON = """
[person]
id = "MRN"
system = "2.16.840.1.113883.19.5"
family = "Last Name"
given = "First Name"
birth_date = "DOB"
sex = "Sex"
"""
PROBLEM = """
[[entry]]
kind = "Condition"
text = "Problem"
codes = [{ system = "icd10", code = "ICD10", display = "Problem" }]
status = { column = "Status", words = { Active = "active", Resolved = "resolved" } }
start = "Onset"
"""
FILE = '[file]\ndates = ["MM/DD/YYYY"]\n'
HEADER = "MRN,Last Name,First Name,DOB,Sex,Problem,ICD10,Status,Onset"
MARTA = "Q-778,Quill,Marta Jo,06/30/1949,F"
ROW = f"{MARTA},Type 2 diabetes,E119,Active,02/03/2026"


def mapping(text: str, name: str = "clinic") -> tables.Mapping:
    return tables.parse(name, text)


def read(*lines: str, text: str = FILE + PERSON + PROBLEM, charset: str = "utf-8") -> list[Reading]:
    """The readings of a table with these lines, by this mapping."""
    return read_bytes(("\n".join(lines) + "\n").encode(charset), text)


def read_bytes(data: bytes, text: str = FILE + PERSON + PROBLEM) -> list[Reading]:
    return list(tables.read(message(data, "table:clinic", "export.csv"), io.BytesIO(data), mapping(text)))


def entries(*lines: str, text: str = FILE + PERSON + PROBLEM) -> list[Entry]:
    """All entries; nothing may be rejected."""
    found = read(*lines, text=text)
    assert [one.rejected for one in found if one.rejected] == []
    return [entry for reading in found for entry in reading.entries]


def reasons(*lines: str, text: str = FILE + PERSON + PROBLEM) -> list[tuple[str, str]]:
    """Place and reason of all that was rejected; none of it tells of the person."""
    found = [(one.where, one.reason) for reading in read(*lines, text=text) for one in reading.rejected]
    for where, reason in found:
        assert not any(word in where + reason for word in ("Quill", "Marta", "1949", "Q-778", "diabetes"))
    return found
