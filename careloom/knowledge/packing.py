"""Packs that a site keeps in its home: put there, and taken out again, by `careloom knowledge pack` and `unpack`."""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from careloom.errors import ConfigError, InputError
from careloom.knowledge import load
from careloom.knowledge.drugs import load_drugs
from careloom.knowledge.packs import FOLDER, NONE, Sheet, read_sheet, translated
from careloom.knowledge.tables import readable

INTERACTIONS, CIRCUMSTANCES = "interactions", "circumstances"


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a table: its name, its kind, the rows that count, and what could not be used."""

    name: str
    kind: str
    rows: int
    problems: tuple[str, ...]


def keep(
    file: Path, folder: Path, sheet: Path | None, said: Mapping[str, str], *, older: bool = False
) -> Kept:
    """Put a table among the packs of `folder`, in the place of one of its name; in that of a newer one only where `older` says that it is meant.

    `sheet` is the TOML file that says what its columns mean (else the one beside it, if any); `said` are name, dated and licence,
    where they are given. Raises InputError naming file and line where no row of it can be used, ConfigError where the folder
    can't be written; what was kept before then stays.
    """
    told, wrong = read_sheet(sheet or file.with_suffix(".toml"), said.get("name") or file.stem)
    if wrong:
        raise InputError("says nothing that can be used", where=wrong[0])
    told = replace(
        told,
        name=said.get("name") or told.name,
        dated=said.get("dated") or told.dated,
        licence=said.get("licence") or told.licence,
    )
    kind = _kind(file)
    slug = re.sub(r"[^a-z0-9]+", "-", told.name.lower()).strip("-")[:60] or "pack"
    name = f"{kind}-{slug}.csv"
    if not older:
        _must_be_newer(file, told, folder / name)
    if kind == INTERACTIONS:
        _must_agree_with_itself(file, told)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as staging:
            tried = Path(staging) / FOLDER / name
            tried.parent.mkdir()
            tried.write_bytes(file.read_bytes())
            tried.with_suffix(".toml").write_text(_written(told), "utf-8")
            rows, problems = _tried(Path(staging), name)
            problems = tuple(one.replace(name, file.name, 1) for one in problems)
            if not rows:
                raise InputError("no row of it can be used", where=next(iter(problems), file.name))
            tried.with_suffix(".toml").replace((folder / name).with_suffix(".toml"))
            tried.replace(folder / name)
    except OSError as fault:
        raise ConfigError(f"the pack can't be kept in {folder.name} ({type(fault).__name__})") from None
    return Kept(told.name, kind, rows, problems)


def drop(name: str, folder: Path) -> bool:
    """Take a pack out by its name or its file's; whether there was one. Raises ConfigError where the folder can't be written."""
    found = False
    for path in sorted(folder.glob("*.csv")):
        sheet, _ = read_sheet(path.with_suffix(".toml"), path.stem)
        if name in (sheet.name, path.name, path.stem):
            try:
                path.unlink()
                path.with_suffix(".toml").unlink(missing_ok=True)
            except OSError as fault:
                raise ConfigError(f"{path.name} can't be taken out ({type(fault).__name__})") from None
            found = True
    return found


def _must_be_newer(file: Path, told: Sheet, standing: Path) -> None:
    """Raises InputError where the pack in force is of a later day than this one, or of a day where this one says none."""
    if not standing.is_file():
        return
    was, _ = read_sheet(standing.with_suffix(".toml"), standing.stem)
    day, before = _day(told.dated), _day(was.dated)
    if before and not day:
        raise InputError(
            f"{file.name} says no day, and the pack in force ({standing.name}) is of {was.dated}: say --dated, or --older where it is meant"
        )
    if before and day and day < before[: len(day)]:
        raise InputError(
            f"{file.name} is of {told.dated}, and the pack in force ({standing.name}) of {was.dated}: an older one takes its place only with --older"
        )


def _day(dated: str) -> tuple[int, ...]:
    """The year, month and day that a text says in this order, as far as it does; () for any other form."""
    found = re.match(r"\s*(\d{4})(?:[-./ ]?(\d{1,2}))?(?:[-./ ]?(\d{1,2}))?(?!\d)", dated)
    return tuple(int(one) for one in found.groups() if one) if found else ()


def _must_agree_with_itself(file: Path, told: Sheet) -> None:
    """Raises InputError where one table says of two drugs, in one situation, that they harm and that nothing is known to happen."""
    drugs, seen = load_drugs(), dict[tuple[object, ...], tuple[int, bool]]()
    for line, cells in readable(file):
        try:
            if isinstance(cells, str):
                raise ValueError(cells)
            row, _ = translated(cells, told, drugs)
        except ValueError:
            continue
        sides = frozenset((row["drugs"], row["with"]))
        key = (sides, *(row[name] for name in ("and_with", "never", "context", "conditions", "at_most")))
        none = row["rated"].lower().strip() in NONE
        at, was = seen.setdefault(key, (line, none))
        if was != none and (none or row["severity"] != "low"):
            raise InputError(
                f"it contradicts line {at}: {' and '.join(sorted(sides))} are said to harm together and not to",
                where=f"{file.name}, line {line}",
            )


def _kind(file: Path) -> str:
    """A table of drugs and circumstances has the columns of ours; any other is one of pairs."""
    _, first = next(readable(file), (1, ""))
    return CIRCUMSTANCES if isinstance(first, dict) and {"when", "drugs"} <= first.keys() else INTERACTIONS


def _tried(releases: Path, name: str) -> tuple[int, tuple[str, ...]]:
    """How many rows of the one pack in a folder count beside ours, and what is wrong with the others."""
    ours, own = load(), load(releases=releases)
    rows = sum(bool(one.pack) for one in own.interactions.all)
    rows += sum(one not in ours.circumstances.all for one in own.circumstances.all)
    return rows, tuple(one for one in own.problems if one.startswith(name))


def _written(sheet: Sheet) -> str:
    """A sheet as TOML; JSON's texts are TOML's too."""
    lines = [f"{key} = {_text(getattr(sheet, key))}" for key in ("name", "dated", "licence")]
    lines.append(f"interrupts = [{', '.join(map(_text, sorted(sheet.interrupts)))}]")
    for table in ("columns", "severity", "always"):
        lines += ["", f"[{table}]"]
        lines += [f"{_text(key)} = {_text(value)}" for key, value in getattr(sheet, table).items()]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
