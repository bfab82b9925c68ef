"""Compiling a release: files → one SQLite file, whole or not at all. Rows stream through; memory stays flat."""

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from itertools import groupby, islice
from pathlib import Path

from careloom.errors import ConfigError, InputError
from careloom.knowledge.releases.fhir import NotListed
from careloom.knowledge.releases.formats import FORMATS, format_of
from careloom.knowledge.releases.listed import Release, in_force, put_in_force
from careloom.knowledge.releases.ordered import UNKNOWN, is_older
from careloom.knowledge.releases.reading import Row, digest_of

# Changes whenever the same files compile to other rows.
COMPILED = b"1"
SCHEMA = """
create table code (system text, code text, display text, primary key (system, code)) without rowid;
create table inactive (system text, code text, primary key (system, code)) without rowid;
create table ingredient (rxcui text primary key) without rowid;
create table towards (rxcui text, other text, primary key (rxcui, other)) without rowid;
create table ndc (ndc text primary key, rxcui text) without rowid;
create table kind_of (child text, parent text, primary key (child, parent)) without rowid;
create table member (value_set text, system text, code text, display text, primary key (value_set, system, code)) without rowid;
create table mapped (system text, code text, target_system text, target text, equivalence text,
                     primary key (system, code, target_system, target)) without rowid;
"""
INSERT: Mapping[str, str] = {
    "code": "insert or ignore into code values (?, ?, ?)",
    "inactive": "insert or ignore into inactive values (?, ?)",
    "ingredient": "insert or ignore into ingredient values (?)",
    "towards": "insert or ignore into towards values (?, ?)",
    "ndc": "insert or ignore into ndc values (?, ?)",
    "kind_of": "insert or ignore into kind_of values (?, ?)",
    "member": "insert or ignore into member values (?, ?, ?, ?)",
    "mapped": "insert or ignore into mapped values (?, ?, ?, ?, ?)",
}
COUNT: Mapping[str, str] = {name: f"select count(*) from {name}" for name in INSERT}  # noqa: S608  # our own names
TOGETHER = 10_000
_VERSION = re.compile(r"(?<!\d)(\d+\.\d+|20\d{6}|20\d{2})(?!\d)")


def compile_release(
    files: Sequence[Path], folder: Path, *, loaded: date, version: str = "", older: bool = False
) -> Release:
    """Compile the files of one release into `folder` and put it in force; in the place of a later one only where `older` says that it is meant.

    `version` is the publisher's; "" takes a date or number from the files' names. Raises InputError naming file and line
    of what is wrong; the release that was in force before then stays so. ConfigError where the folder can't be written.
    """
    formats = {file: format_of(file) for file in files}
    name = _release_of(formats)
    if not older:
        _must_be_newer(name, version or _version(files), folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(suffix=".new", dir=folder)
        os.close(handle)
        try:
            digest, counts, left_out = _write(Path(new), formats)
            if not counts:
                raise InputError("holds nothing that is looked up", ", ".join(file.name for file in files))
            target = folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:60]}-{digest[:16]}.db"
            Path(new).replace(target)
        finally:
            Path(new).unlink(missing_ok=True)
        release = Release(
            name=name,
            version=version or _version(files) or f"{UNKNOWN}{digest[:8]}",
            licence=FORMATS[next(iter(formats.values()))].licence,
            loaded=loaded.isoformat(),
            file=target.name,
            size=target.stat().st_size,
            counts=counts,
            files=tuple(file.name for file in files if file.name not in left_out),
            left_out=left_out,
        )
        put_in_force(release, folder)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"the release can't be kept in {folder.name} ({type(error).__name__})") from None
    return release


def _must_be_newer(name: str, version: str, folder: Path) -> None:
    """Raises InputError, naming both, where the release of this name that is in force is a later one, or nobody can tell."""
    was = next((one.version for one in in_force(folder)[0] if one.name == name), None)
    if was is None:
        return
    before = is_older(version, was)
    if before is None:
        raise InputError(
            f"say by --version which one it is: {name} {was} is in force, and of {version or 'these files'} nobody can tell whether it is a later one (--older where it is meant all the same)",
            "the files",
        )
    if before:
        raise InputError(
            f"are of {name} {version}, and {name} {was} is in force: an older one takes its place only with --older",
            "the files",
        )


def _release_of(formats: Mapping[Path, str]) -> str:
    """The one release that the files make. Raises InputError where they are of several, or the main one is missing."""
    if len(formats) > 1 and set(formats.values()) == {"FHIR"}:
        # Value sets come as one file each, and a folder of them is a release.
        folder = Path(os.path.commonpath([file.absolute().parent for file in formats]))
        return " ".join(folder.parts[-2:]).strip("/ ") or "FHIR"
    names = {FORMATS[format].release or file.stem for file, format in formats.items()}
    if len(names) != 1:
        raise InputError(
            f"belong to several releases ({', '.join(sorted(names))}); load each by itself", "the files"
        )
    needed = [format for format in FORMATS if FORMATS[format].release in names and FORMATS[format].needed]
    if needed and needed[0] not in formats.values():
        raise InputError(f"are nothing without {needed[0]} of the same release", "the files")
    twice = [
        format for format in formats.values() if format != "FHIR" and list(formats.values()).count(format) > 1
    ]
    if twice:
        raise InputError(f"have {twice[0]} twice", "the files")
    return names.pop()


def _write(new: Path, formats: Mapping[Path, str]) -> tuple[str, dict[str, int], tuple[str, ...]]:
    digest = digest_of()
    digest.update(COMPILED)
    left_out = []
    with closing(sqlite3.connect(new)) as db:
        db.executescript(
            "pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-65536;" + SCHEMA
        )
        for file, format in sorted(formats.items(), key=lambda one: list(FORMATS).index(one[1])):
            try:
                for table, rows in _grouped(FORMATS[format].read(file, digest.update)):
                    db.executemany(INSERT[table], rows)
            except NotListed:
                if len(formats) == 1:
                    raise
                left_out.append(file.name)
        db.execute("delete from code where (system, code) in (select system, code from inactive)")
        db.commit()
        counts = {name: int(db.execute(sql).fetchone()[0]) for name, sql in COUNT.items()}
    with new.open("rb") as written:
        os.fsync(written.fileno())
    return digest.hexdigest(), {name: count for name, count in counts.items() if count}, tuple(left_out)


def _grouped(rows: Iterator[Row]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Rows by table, a few thousand at a time."""
    while some := list(islice(rows, TOGETHER)):
        for table, group in groupby(sorted(some, key=lambda row: row[0]), key=lambda row: row[0]):
            yield table, [values for _, values in group]


def _version(files: Sequence[Path]) -> str:
    if len(files) > 1 and files[0].suffix == ".json":
        return ""
    found = [match[1] for file in files if (match := _VERSION.search(file.stem))]
    return found[0] if found else ""
