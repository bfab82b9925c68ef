"""Packs: somebody else's table of interacting drugs (a licensed database, any CSV), read by its headings.

Takes    a CSV file, and beside it, where its headings or words are its own, a TOML file of the same name
Gives    a `Pack`: its name and day, its rows in our columns, and the drugs in it that our tables lack
Never    guesses what a severity means: a word that is neither known nor mapped is named with its line, and its row left out
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from careloom.care.entry import RXNORM, Code
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.spelling import one_letter_off
from careloom.knowledge.tables import readable

# Where `careloom knowledge pack` keeps packs, below the folder of the site's releases.
FOLDER = "packs"
# A file with more faults than this is named with their number alone from there on: a draft has no room for a thousand lines.
MOST_FAULTS = 20

# Our columns, and what other tables call them (small letters, no punctuation).
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "interaction id"),
    "drugs": (
        *("drugs", "drug a", "drug 1", "druga", "drug1", "drug name 1", "drug name a", "drug one", "first drug"),
        *("ingredient 1", "ingredient a", "medication 1", "medication a", "name 1", "object drug", "object"),
        *("affected drug", "victim", "rxcui 1", "drug 1 name", "drug a name", "drug 1 concept name", "drug"),
    ),
    "with": (
        *("with", "drug b", "drug 2", "drugb", "drug2", "drug name 2", "drug name b", "drug two", "second drug"),
        *("ingredient 2", "ingredient b", "medication 2", "medication b", "name 2", "precipitant drug", "precipitant"),
        *("interacting drug", "interacts with", "perpetrator", "rxcui 2", "drug 2 name", "drug b name"),
        *("drug 2 concept name", "other drug"),
    ),
    "severity": (
        *("severity", "level", "severity level", "risk", "risk rating", "risk level", "rating", "interaction level"),
        *("interaction severity", "significance", "severity rating", "grade"),
    ),
    "why": (
        *("why", "description", "effect", "effects", "clinical effect", "mechanism", "consequence", "interaction"),
        *("interaction description", "comment", "summary", "event"),
    ),
    "do": ("do", "management", "action", "recommendation", "what to do", "advice", "clinical management"),
    "cause": ("cause",),
    "source": ("source", "reference", "references"),
    "context": ("context",),
    "interrupts": ("interrupts",),
    "confirmed": ("confirmed",),
    **{own: (own.replace("_", " "),) for own in ("and_with", "never", "conditions", "at_most")},
}  # fmt: skip
# What a table's own words for severity mean. "none" is kept, since it may disagree with another list; it tells nothing by itself.
_SEVERITY: Mapping[str, str] = {
    **dict.fromkeys(("contraindicated", "high", "major", "severe", "serious"), "high"),
    **dict.fromkeys(("moderate", "medium", "significant"), "moderate"),
    **dict.fromkeys(("low", "minor", "mild", "none", "no interaction"), "low"),
}
# Words of severity that say nothing is known to happen.
NONE = frozenset({"none", "no interaction"})
_STOPS = frozenset({"contraindicated"})
_ASK = "Ask the prescriber or a pharmacist whether both are meant."
_KEYS = frozenset({"name", "dated", "licence", "columns", "severity", "always", "interrupts"})
# A kind of drugs in the plural; no ingredient is called so.
_KIND = re.compile(r"(?:ives|ers|ors|ents|ics|ids|ists|ins|ines|ates|drugs)$")
# Letters below which a misspelt name could be any other.
_SHORT = 5
# Words that a product's name has besides its drugs.
_FORM = re.compile(
    r"\d[\d.,]*|mg|mcg|ml|g|meq|iu|units?|hr|oral|tablets?|capsules?|extended|release|delayed|er|xr|sr|cr|dr|solution|suspension|"
    r"injection|injectable|and|with|of|the|product|pill"
)
_NAME = re.compile(r"[^\W\d_][\w '’(),./+-]{1,58}[\w)]")


@dataclass(frozen=True, slots=True)
class Pack:
    """A table beside ours: `rows` with their line, in our columns, names resolved. `strangers` are ingredients that our tables
    lack: they are known as far as this pack goes. `problems` name by file and line what could not be used."""

    name: str
    file: str
    dated: str = ""
    licence: str = ""
    rows: tuple[tuple[int, Mapping[str, str]], ...] = ()
    strangers: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a pack's TOML file says of its CSV: whose it is, and what its headings and words mean."""

    name: str
    dated: str = ""
    licence: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    interrupts: frozenset[str] = _STOPS


def pack_files(folders: Sequence[Path | None], kind: str = "interactions") -> list[Path]:
    """The packs of some folders: files `interactions*.csv`, or of another kind, by name."""
    return [path for folder in folders if folder for path in sorted(folder.glob(f"{kind}*.csv"))]


def read_pack(path: Path, drugs: Drugs) -> Pack:
    """A pack as its file has it. Nothing is raised: what can't be used is among its problems."""
    sheet, problems = read_sheet(path.with_suffix(".toml"), _called(path))
    if problems:
        return Pack(sheet.name, path.name, sheet.dated, sheet.licence, problems=problems)
    found: list[tuple[int, Mapping[str, str]]] = []
    strangers: set[str] = set()
    faults: list[tuple[int, str]] = []
    for line, cells in readable(path):
        try:
            if isinstance(cells, str):
                raise ValueError(cells)
            row, new = translated(cells, sheet, drugs)
        except ValueError as fault:
            faults.append((line, str(fault)))
            continue
        found.append((line, {**row, "id": row.get("id") or f"{path.stem}:{line}"}))
        strangers |= new
    named = told(path.name, faults)
    return Pack(sheet.name, path.name, sheet.dated, sheet.licence, tuple(found), frozenset(strangers), named)


def told(file: str, faults: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Faults by line, in words with the file's name; the number of those beyond MOST_FAULTS."""
    named = [f"{file}, line {line}: {fault}" for line, fault in faults[:MOST_FAULTS]]
    if more := len(faults) - MOST_FAULTS:
        named += [f"{file}: {more} more rows could not be used"] if more > 0 else []
    return tuple(named)


def read_sheet(path: Path, name: str) -> tuple[Sheet, tuple[str, ...]]:
    """What stands in the TOML file beside a pack (nothing where there is none), and what is wrong with it."""
    if not path.is_file():
        return Sheet(name), ()
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        return Sheet(name), (f"{path.name}: {fault}",)
    wrong = next(_wrong(given), "")
    if wrong:
        return Sheet(name), (f"{path.name}: {wrong}",)
    return Sheet(
        name=given.get("name", name),
        dated=str(given.get("dated", "")),
        licence=given.get("licence", ""),
        columns=given.get("columns", {}),
        severity={_plain(word): meant for word, meant in given.get("severity", {}).items()},
        always=given.get("always", {}),
        interrupts=frozenset(_plain(one) for one in given.get("interrupts", _STOPS)),
    ), ()


def _wrong(given: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(given.keys() - _KEYS):
        yield f"there is no key {key!r} (known: {', '.join(sorted(_KEYS))})"
    for key in ("columns", "severity", "always"):
        table = given.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            yield f"{key} is a table of texts"
            continue
        for name in sorted(table.keys() - _COLUMNS.keys()) if key != "severity" else ():
            yield f"{key}: there is no column {name!r} of ours (known: {', '.join(_COLUMNS)})"
    for key in ("name", "licence"):
        if not isinstance(given.get(key, ""), str):
            yield f"{key} is a text"
    stops = given.get("interrupts", [])
    if not isinstance(stops, list) or not all(isinstance(one, str) for one in stops):
        yield "interrupts is a list of words for severity"
    for word, meant in dict(given.get("severity", {})).items():
        if meant not in ("high", "moderate", "low"):
            yield f"severity: {word!r} means high, moderate or low"


def translated(cells: Mapping[str, str], sheet: Sheet, drugs: Drugs) -> tuple[dict[str, str], frozenset[str]]:
    """A row in our columns, and the ingredients in it that our tables lack. Raises ValueError saying what is wrong."""
    said = {ours: cells[theirs].strip() for ours, theirs in headings(tuple(cells), sheet).items()}
    row = {**dict.fromkeys(_COLUMNS, ""), **said}
    row |= {ours: value for ours, value in sheet.always.items() if not row[ours]}
    rated = row["severity"]
    if not rated:
        raise ValueError("severity is empty")
    meant = sheet.severity.get(_plain(rated)) or _SEVERITY.get(_plain(rated))
    if not meant:
        raise ValueError(f"severity {rated!r} isn't known: say what it means in the pack's TOML file")
    strangers: set[str] = set()
    for side in ("drugs", "with", "and_with", "never"):
        names = [_meant(one.strip(), drugs) for one in row[side].split(";") if one.strip()]
        row[side] = ";".join(name for found, _ in names for name in found)
        strangers |= {name for found, new in names if new for name in found}
    if not row["drugs"] or not (row["with"] or row["conditions"]):
        raise ValueError("it names no two drugs")
    stop = row["interrupts"].lower() in ("yes", "true", "1") or _plain(rated) in sheet.interrupts
    return {
        **row,
        "severity": meant,
        "rated": rated,
        "interrupts": "yes" if stop and meant == "high" else "",
        "why": row["why"].rstrip(". ") or f"{sheet.name} lists them as {rated}",
        "do": _sentence(row["do"]) or _ASK,
        "source": row["source"] or " ".join(filter(None, (sheet.name, sheet.dated))),
    }, frozenset(strangers)


def headings(names: Sequence[str], sheet: Sheet) -> dict[str, str]:
    """Which of a table's columns is which of ours. Raises ValueError where one that is needed is not there."""
    for ours, theirs in sheet.columns.items():
        if theirs not in names:
            raise ValueError(f"there is no column {theirs!r}, which its TOML file takes for {ours}")
    plain = {_plain(name): name for name in reversed(names)}
    found = dict(sheet.columns)
    for ours, words in _COLUMNS.items():
        fits = next(
            (plain[word] for word in words if word in plain and plain[word] not in found.values()), None
        )
        if ours not in found and fits is not None:
            found[ours] = fits
    for ours in ("drugs", "severity"):
        if ours not in found and ours not in sheet.always:
            raise ValueError(f"no column is known as {ours}: name it under [columns] in the pack's TOML file")
    return found


def _meant(name: str, drugs: Drugs) -> tuple[tuple[str, ...], bool]:
    """The ingredients or the class that a cell names, and whether it is one that our tables lack."""
    if name.isdigit():
        coded = drugs.find("", [Code(RXNORM, name, "")])
        if not coded:
            raise ValueError(f"the RxNorm code {name} isn't known here")
        return tuple(drug.name for drug in coded), False
    small = name.lower()
    if small in drugs.classes():
        return (small,), False
    if found := drugs.wholly(name, _FORM):
        return tuple(drug.name for drug in found), False
    spoken = [kind for start, end, kind in drugs.class_mentions(name) if (start, end) == (0, len(name))]
    if spoken:
        return (spoken[0],), False
    if near := _misspelt(small, drugs):
        raise ValueError(f"there is no drug {name!r}; is {near} meant?")
    if _KIND.search(small):
        raise ValueError(f"{name!r} is no class of ours: name its drugs")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a drug")
    return (small,), True


def _misspelt(name: str, drugs: Drugs) -> str:
    """The known name, or names, that a name is one letter off; "" where there is none. A short name has too many neighbours."""
    if len(name) < _SHORT:
        return ""
    near, _ = drugs.nearly(name)
    return near or " or ".join(drug.name for drug in drugs.all() if one_letter_off(name, drug.name))


def _called(path: Path) -> str:
    """A pack without a name of its own is called as its file is."""
    return path.stem.removeprefix("interactions").strip("-_ .") or path.name


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
