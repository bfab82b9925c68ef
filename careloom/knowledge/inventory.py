"""The inventory: every file of knowledge by name, with a hash of its contents, and whether it is ours or a site's own."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from careloom.knowledge.packs import FOLDER
from careloom.knowledge.releases.listed import in_force as listed

HERE = Path(__file__).parent
CODES = "codes/"
SUFFIXES = frozenset({".toml", ".csv", ".txt"})


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """A file: `name` is its path below ours, or "site/NAME" and "packs/NAME" for a site's own, whose bytes stand in `body`; of a code system, "codes/NAME",
    these are what the list of releases says of it: its file is called by its content."""

    name: str
    sha256: str
    own: bool
    body: bytes


def files(site: Path | None, releases: Path | None) -> Iterator[KnowledgeFile]:
    """Every file that knowledge is compiled from, in the order of `knowledge.load`."""
    yield from _in((HERE, ""))
    yield from own_files(site, releases)


def own_files(site: Path | None, releases: Path | None) -> Iterator[KnowledgeFile]:
    """A site's own alone: its protocols and lists, its packs, and its code systems."""
    yield from _in((site, "site/"), (releases / FOLDER if releases else None, "packs/"))
    for one in listed(releases)[0] if releases else ():
        body = msgspec.json.encode(one)
        yield KnowledgeFile(f"{CODES}{one.name}", hashlib.sha256(body).hexdigest(), True, body)


def _in(*folders: tuple[Path | None, str]) -> Iterator[KnowledgeFile]:
    for folder, prefix in folders:
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.suffix in SUFFIXES:
                body = path.read_bytes()
                name = f"{prefix}{path.relative_to(folder).as_posix()}" if folder else path.name
                own = bool(prefix)
                yield KnowledgeFile(name, hashlib.sha256(body).hexdigest(), own, body if own else b"")
