"""Backing up: a home and its database as of one moment, in one encrypted file.

Takes    an opened store, the settings' folders that lie elsewhere, and for whom the file is sealed
Gives    a file that is whole or absent: rows, messages, journals, letters, settings, data keys, and a manifest with a hash of each
Never    holds a master key or another secret of the machine, waits for writers, or makes them wait

The order makes it one moment: journals first (what leaves them meanwhile is in the rows), then the rows, then the files that rows speak of.
"""

import fcntl
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from django.db import connection

from careloom import __version__
from careloom.errors import ConfigError
from careloom.privacy import keyring
from careloom.privacy.archive import MAGIC, ArchiveWriter, Openers
from careloom.privacy.custody import Custody, sync
from careloom.privacy.keyring import Ring
from careloom.store.snapshot import snapshot

FORMAT = 1
ABOUT, KEYS, MANIFEST = "about.json", "keys.json", "manifest.json"
ROWS, FILES = "rows", "home"
PART = ".careloom-part"
# Files up to this are read before they are written, since they may grow meanwhile (bytes).
SMALL = 64 << 20
# The database is read as rows; keys and locks are this machine's own; what is compiled is compiled again.
SECRETS = (".jwk", ".pem", ".key", ".p12", ".pfx")
OWN = frozenset({"careloom.db", "test.db", "lock", keyring.FILE, keyring.LOCK})
# What stands beside these while they are written.
BESIDE = ("careloom.db-", "test.db", "keyring.", "key.")
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A data key in a backup."""

    number: int
    use: str
    made: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class About:
    """What a restore must know first."""

    format: int
    careloom: str
    id: str
    made: datetime
    database: str
    organisation: str
    migrations: tuple[tuple[str, str], ...]
    columns: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """What a backup holds of a table."""

    rows: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a backup holds: each table's rows, each file's SHA-256, each audit chain's last link, and what was left out."""

    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    audit: dict[str, tuple[int, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    bytes: int = 0


encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class Home:
    """What is to be backed up: the home, the files and folders of its settings that lie elsewhere (by their name in the home), its keys."""

    home: Path
    organisation: str
    custody: Custody
    elsewhere: Mapping[str, Path]


def back_up(what: Home, file: Path, to: Openers, now: datetime, step: Step) -> tuple[About, Manifest]:
    """Write the backup. Raises ConfigError where the file is there already, can't be written, or the home has no keyring."""
    ring = keyring.open_ring(what.home, what.custody)
    if ring is None:
        raise ConfigError(
            "this home's master key seals rows by itself, and no backup may hold a master key: careloom keys rotate first"
        )
    if file.exists():
        raise ConfigError("the file is there already; a backup is never written over")
    try:
        with _draft(file) as out:
            archive = ArchiveWriter(out, to)
            with tarfile.open(fileobj=archive, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as tar:
                writing = _Writing(what, tar, step)
                about = writing.all(ring, now)
            archive.finish()
    except OSError as error:
        raise ConfigError(f"the backup can't be written: {os.strerror(error.errno or 0)}") from None
    return about, writing.manifest


class _Writing:
    """A backup being written into a tar stream."""

    def __init__(self, what: Home, tar: tarfile.TarFile, step: Step) -> None:
        self._what = what
        self._tar = tar
        self._step = step
        self._master = what.custody.file_in(what.home)
        self.manifest = Manifest()

    def all(self, ring: Ring, now: datetime) -> About:
        self._files(self._walk(self._what.home / "journal"))
        with snapshot() as taken:
            about = About(
                format=FORMAT,
                careloom=__version__,
                id=os.urandom(8).hex(),
                made=now,
                database=connection.vendor,
                organisation=self._what.organisation,
                migrations=taken.migrations,
                columns=taken.columns,
            )
            self._add(ABOUT, encode(about))
            self._add(KEYS, encode(_held(ring)))
            for number, table in enumerate(taken.columns):
                self._step(f"rows of {table}", number, len(taken.columns))
                for part, body in enumerate(taken.parts(table)):
                    self._add(f"{ROWS}/{table}/{part:06}", body)
                written = taken.written[table]
                self.manifest.tables[table] = Table(written.rows, written.digest.hexdigest())
            self.manifest.audit = taken.audit
        self._files(self._rest())
        self._add(MANIFEST, encode(self.manifest))
        return about

    def _rest(self) -> Iterator[tuple[str, Path]]:
        """Everything of the home but its journals, then what its settings keep elsewhere."""
        for one in sorted(self._what.home.iterdir()):
            if one.name != "journal":
                yield from self._walk(one)
        for name, place in self._what.elsewhere.items():
            for inner, path in self._walk(place, place):
                yield name + inner.removeprefix("."), path

    def _walk(self, place: Path, under: Path | None = None) -> Iterator[tuple[str, Path]]:
        """The files at a place that belong into a backup, a folder's own before those of its folders, with their names there."""
        top = under or self._what.home
        name = place.relative_to(top).as_posix()
        if place.is_symlink() or self._is_own(place, name):
            if place.exists() and not self._is_of_no_use(place, name):
                self.manifest.left_out.append(name)
        elif place.is_file():
            yield ("" if under == place else f"/{name}" if under else name), place
        elif place.is_dir() and place.name != "unfinished":
            inside = sorted(place.iterdir(), key=lambda one: (one.is_dir(), one.name))
            for one in inside:
                yield from self._walk(one, under)

    def _is_own(self, place: Path, name: str) -> bool:
        """Whether this is a secret of this machine, a lock, or made anew by itself."""
        return name == "keys" or place.suffix in SECRETS or self._is_of_no_use(place, name)

    def _is_of_no_use(self, place: Path, name: str) -> bool:
        """Whether nobody would miss it in another home."""
        return (
            place == self._master
            or name in OWN
            or name.startswith(BESIDE)
            or name.endswith(PART)
            or (place.name.startswith("compiled-") and place.suffix == ".bin")
            or (name.startswith("journal/") and place.name in ("reader", "writer"))
        )

    def _files(self, found: Iterator[tuple[str, Path]]) -> None:
        for number, (name, path) in enumerate(found):
            if not number % 100:
                self._step("files", number, 0)
            with (
                suppress(FileNotFoundError),
                path.open("rb") as opened,
            ):  # gone meanwhile: stored, or taken by a gateway
                if opened.read(len(MAGIC)) == MAGIC:
                    self.manifest.left_out.append(name)  # an older backup
                    continue
                opened.seek(0)
                size = os.fstat(opened.fileno()).st_size
                if size <= SMALL:
                    self._add(f"{FILES}/{name}", opened.read(size))
                else:
                    self._stream(f"{FILES}/{name}", opened, size)

    def _add(self, name: str, body: bytes) -> None:
        if name.startswith(f"{FILES}/") or name == KEYS:
            self.manifest.files[name] = hashlib.sha256(body).hexdigest()
        self._put(name, io.BytesIO(body), len(body))

    def _stream(self, name: str, opened: BinaryIO, size: int) -> None:
        hashing = _Hashing(opened)
        self._put(name, hashing, size)
        self.manifest.files[name] = hashing.digest.hexdigest()

    def _put(self, name: str, body: "io.BytesIO | _Hashing", size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        member.mode = 0o600
        self._tar.addfile(member, body)  # type: ignore[arg-type]
        self.manifest.bytes += size


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _held(ring: Ring) -> list[HeldKey]:
    pairs = zip(ring.stored.keys, ring.secrets, strict=True)
    return [HeldKey(key.number, key.use, key.made, secret) for key, secret in pairs]


@contextmanager
def _draft(file: Path) -> Iterator[BinaryIO]:
    """A file that gets its name only when it is whole and durable; what dead processes left beside it is removed."""
    for left in file.parent.glob(f".*{PART}"):
        with suppress(OSError), left.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}{PART}")
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        try:
            yield out
            out.flush()
            os.fsync(out.fileno())
            os.link(draft, file)
            sync(file.parent)
        finally:
            draft.unlink(missing_ok=True)
