"""Inputs: each rule, score and table of the product that looks at age, sex, race, national origin or disability, found by looking through the release.

Protocols and tables are read as data; code is read as its syntax tree, never by a list that somebody keeps.

Source   45 CFR 92.210(b) (2024)
Misses   an input that stands for another one (a postal code for race), a model's own weights, and a value that code fetches by a name made up at run time
"""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import shorten

from careloom.care.compliance import Grid

ROOT = Path(__file__).resolve().parents[1]
# What a condition of a protocol or table begins with, and what a name in code says.
GROUPS: dict[str, re.Pattern[str]] = {
    "age": re.compile(r"^(age|ages|aged|age_\w+|\w+_age|birth_date|born)$"),
    "sex": re.compile(r"^(sex|gender|female|male|pregnan\w*|is_female|is_male)$"),
    "race, colour, national origin": re.compile(
        r"^(race|races|ethnicity|ethnicities|national_origin|black|african_american)$"
    ),
    "language (may stand for national origin)": re.compile(r"^(language|languages|interpreter)$"),
    "disability": re.compile(r"^(disability|disabilities|disabled|frailty|functional_status)$"),
}
# The rooms that judge, score or propose; others carry data about.
ROOMS = ("check", "knowledge", "measure", "record", "draft", "review", "identity")
# A longer source is cut at a word, and says so.
SOURCE = 300


@dataclass(frozen=True, slots=True)
class Tool:
    """A rule, score or table: where it is, what it is for in its own words, what it looks at, and whether it names its source."""

    where: str
    what: str
    groups: tuple[str, ...]
    source: str


@cache
def tools(root: Path = ROOT) -> tuple[tuple[Tool, ...], int]:
    """Every tool that looks at one of GROUPS, and through how many files was looked."""
    code = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    protocols = sorted((root / "knowledge" / "protocols").glob("*.toml"))
    tables = sorted((root / "knowledge" / "drug_safety").glob("*.csv"))
    found = [
        *(one for file in protocols if (one := _protocol(file, root))),
        *(one for file in tables if (one := _table(file, root))),
        *(one for file in code if (one := _module(file, root))),
    ]
    return tuple(found), len(code) + len(protocols) + len(tables)


def inventory() -> Grid:
    """The tools as a table; one that names no source is red."""
    found, number = tools()
    rows = tuple((one.where, one.what, "; ".join(one.groups), _told(one)) for one in found)
    red = tuple(at for at, one in enumerate(found) if not one.source and _judges(one))
    note = f"Found in {number} files of this release. Red: a tool that judges by one of these and names no source of its own."
    return Grid(
        "Tools that use one of these as an input",
        ("where", "what it is, in its own words", "looks at", "source it names"),
        rows,
        note,
        red,
    )


def _told(one: Tool) -> str:
    return one.source or ("NO SOURCE NAMED" if _judges(one) else "judges nobody: it reads, groups or prints")


def using(group: str) -> tuple[Tool, ...]:
    """The tools that look at one group."""
    return tuple(one for one in tools()[0] if group in one.groups)


def unsourced() -> tuple[Tool, ...]:
    """The tools that judge by one of these and name no source."""
    return tuple(one for one in tools()[0] if not one.source and _judges(one))


def _judges(one: Tool) -> bool:
    """Check rules, protocols, tables and scores judge a patient; what reads, groups or prints does not, nor what lists the rules."""
    return not one.where.endswith("__init__.py") and one.where.startswith(
        ("check/", "knowledge/protocols/", "knowledge/drug_safety/", "knowledge/scores", "knowledge/renal")
    )


def _groups(words: Iterator[str]) -> tuple[str, ...]:
    seen = set(words)
    return tuple(name for name, pattern in GROUPS.items() if any(pattern.match(word) for word in seen))


def _module(file: Path, root: Path) -> Tool | None:
    text = file.read_text("utf-8")
    tree = ast.parse(text)
    groups = _groups(_names(tree))
    if not groups:
        return None
    said = ast.get_docstring(tree) or ""
    first = said.split("\n")[0]
    source = re.search(r"^Source\s+(.+(?:\n +\S.*)*)", said, re.MULTILINE)
    return Tool(
        str(file.relative_to(root)),
        first,
        groups,
        shorten(source[1], SOURCE, placeholder=" …") if source else "",
    )


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def _protocol(file: Path, root: Path) -> Tool | None:
    said = tomllib.loads(file.read_text("utf-8"))
    conditions = [
        str(one)
        for rule in said.get("rule", ())
        for key in ("when", "unless", "given")
        for one in _listed(rule.get(key))
    ]
    groups = _groups(word for one in conditions for word in re.findall(r"[a-z_]+", one.lower()))
    if not groups:
        return None
    sources = sorted({str(rule.get("source", "")) for rule in said.get("rule", ())} - {""}) or [
        str(said.get("source", ""))
    ]
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return Tool(
        str(file.relative_to(root)),
        f"protocol: {said.get('title', file.stem)}",
        groups,
        sources[0] + more if sources[0] else "",
    )


def _listed(said: object) -> list[object]:
    return said if isinstance(said, list) else [said] if said else []


def _table(file: Path, root: Path) -> Tool | None:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    using = [
        row
        for row in rows
        if _groups(iter(re.findall(r"[a-z_]+", f"{row.get('when')} {row.get('unless')}".lower())))
    ]
    if not using:
        return None
    words = (
        word
        for row in using
        for word in re.findall(r"[a-z_]+", f"{row.get('when')} {row.get('unless')}".lower())
    )
    bare = sum(not row.get("source") for row in using)
    source = "" if bare else f"each of its {len(using)} rows names source, section and year"
    return Tool(str(file.relative_to(root)), f"{len(using)} of {len(rows)} rows", _groups(words), source)
