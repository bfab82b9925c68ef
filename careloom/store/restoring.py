"""Restoring: a backup into an empty home and an empty database, compared with its manifest before anybody may use it.

Takes    a backup, what opens it, and where the new home's master key is kept
Gives    a home that opens, with what was compared and opened; its messages to patients wait for a person (decision 15)
Never    writes into a home or a database that holds something, or leaves a half-restored home that looks whole
"""

import hashlib
import os
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import msgspec
from django.db import connection

from careloom.errors import ConfigError
from careloom.privacy import keyring
from careloom.privacy.archive import ArchiveReader, Openers
from careloom.privacy.custody import Custody, sync
from careloom.privacy.held import site_keys
from careloom.store.audit import Audit
from careloom.store.backing import ABOUT, FILES, FORMAT, KEYS, MANIFEST, ROWS, About, HeldKey, Manifest, Step
from careloom.store.database import RESTORING
from careloom.store.reload import Reload, reloading
from careloom.store.sealed import Sealed
from careloom.store.sendings import Sendings
from careloom.store.snapshot import chain_heads

PIECE = 1 << 20
# So many values of each sealed column, and so many messages, are opened.
SAMPLE = 100
_keys = msgspec.json.Decoder(list[HeldKey]).decode
_about = msgspec.json.Decoder(About).decode
_manifest = msgspec.json.Decoder(Manifest).decode


@dataclass
class Restored:
    """What a restore found: the backup's own words of itself, and what was compared with them."""

    about: About
    manifest: Manifest = field(default_factory=Manifest)
    rows: int = 0
    files: int = 0
    opened: Counter[str] = field(default_factory=Counter)


def restore(file: Path, by: Openers, home: Path, custody: Custody, now: datetime, step: Step) -> Restored:
    """Restore a backup. Raises ConfigError where anything is not as the backup says; the home is empty again then."""
    with _into(home):
        try:
            with file.open("rb") as opened:
                reader = ArchiveReader(opened, by)
                with tarfile.open(fileobj=reader, mode="r|", bufsize=PIECE) as tar:
                    return _Reading(reader, home, custody, now, step).all(tar)
        except tarfile.TarError:
            raise ConfigError("the file was altered or cut off") from None
        except OSError as error:
            raise ConfigError(f"the backup can't be restored: {os.strerror(error.errno or 0)}") from None


@contextmanager
def _into(home: Path) -> Iterator[None]:
    """An empty home that says that it is being restored until all is well, and is emptied where it is not."""
    try:
        new = not home.exists()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(home.iterdir()):
            raise ConfigError(f"{home} holds something already; a backup is restored into an empty home")
        (home / RESTORING).touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"the home can't be used: {os.strerror(error.errno or 0)}") from None
    try:
        yield
    except BaseException:
        connection.close()
        for one in home.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        if new:
            home.rmdir()
        raise
    (home / RESTORING).unlink()


class _Reading:
    """A backup being read from a tar stream."""

    def __init__(
        self, reader: ArchiveReader, home: Path, custody: Custody, now: datetime, step: Step
    ) -> None:
        self._reader = reader
        self._home = home
        self._custody = custody
        self._now = now
        self._step = step
        self._hashes: dict[str, str] = {}

    def all(self, tar: tarfile.TarFile) -> Restored:
        members = iter(tar)
        about = self._begin(tar, members)
        found = Restored(about)
        with reloading(about.migrations, about.columns) as reload:
            keys, found.manifest = self._rest(tar, members, reload)
            self._compare(found, reload)
        self._put_keys(keys)
        for folder in [one for one in self._home.rglob("*") if one.is_dir()]:
            sync(folder)
        for organisation in sorted({about.organisation, *found.manifest.audit}):
            self._prove(organisation, found)
        return found

    def _prove(self, organisation: str, found: Restored) -> None:
        """Open some of everything that is sealed, and walk the audit chain."""
        keys = site_keys(organisation, self._home, self._custody, self._now)
        opened = Sealed(keys, self._home).open_all(self._step, most=SAMPLE, whole=True)
        if opened.faults:
            raise ConfigError(
                f"{len(opened.faults)} sealed values do not open, the first is {opened.faults[0]}"
            )
        if not Audit(keys).verify()["ok"]:
            raise ConfigError(f"the audit chain of {organisation} is broken in the backup")
        found.opened += opened.values
        Sendings(keys).doubt_all(
            self._now, f"restored from the backup {found.about.id}: it may have gone out since"
        )

    def _begin(self, tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo]) -> About:
        """The journals' files, and then what must be known before the rows."""
        for member in members:
            if member.name == ABOUT:
                about: About = _decoded(_about, _body(tar, member))
                if about.format != FORMAT:
                    raise ConfigError(f"the backup has format {about.format}; this Careloom reads {FORMAT}")
                return about
            self._file(tar, member)
        raise ConfigError("the backup does not say what it is")

    def _rest(
        self, tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], reload: Reload
    ) -> tuple[list[HeldKey], Manifest]:
        keys: list[HeldKey] = []
        for member in members:
            if member.name == MANIFEST:
                manifest = _decoded(_manifest, _body(tar, member))
                while self._reader.read(PIECE):  # to the end, which only its writer can have set
                    pass
                return keys, manifest
            if member.name == KEYS:
                body = _body(tar, member)
                self._hashes[KEYS] = hashlib.sha256(body).hexdigest()
                keys = _decoded(_keys, body)
            elif member.name.startswith(f"{ROWS}/"):
                table = member.name.split("/")[1]
                self._step(f"rows of {table}", 0, 0)
                reload.add(table, _body(tar, member))
            else:
                self._file(tar, member)
        raise ConfigError("the backup has no manifest: it was cut off")

    def _file(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Write a file of the home; a name that leads elsewhere, or what is no file, is refused."""
        path = PurePosixPath(member.name)
        if not member.isreg() or path.parts[0] != FILES or ".." in path.parts or len(path.parts) < 2:
            raise ConfigError("the backup holds something that is no file of a home")
        target = self._home.joinpath(*path.parts[1:])
        for folder in reversed(target.relative_to(self._home).parents):
            (self._home / folder).mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256()
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            source = _opened(tar, member)
            while piece := source.read(PIECE):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        self._hashes[member.name] = digest.hexdigest()
        if not len(self._hashes) % 100:
            self._step("files", len(self._hashes), 0)

    def _compare(self, found: Restored, reload: Reload) -> None:
        """What stands here now against what the manifest says; nothing may be missing, changed or more."""
        self._step("comparing", 0, 0)
        manifest = found.manifest
        if self._hashes != manifest.files:
            raise ConfigError("the files are not those that the backup's manifest names")
        here = reload.digests()
        if set(here) != set(manifest.tables):
            raise ConfigError("the tables are not those that the backup's manifest names")
        for table, written in here.items():
            said = manifest.tables[table]
            if (written.rows, written.digest.hexdigest()) != (said.rows, said.sha256):
                raise ConfigError(f"the rows of {table} are not those that were backed up")
            found.rows += written.rows
        if chain_heads() != manifest.audit:
            raise ConfigError("the audit chain does not end where it ended when the backup was made")
        found.files = len(manifest.files)

    def _put_keys(self, keys: list[HeldKey]) -> None:
        """A keyring for this home's own master key."""
        pairs = [
            keyring.named(one.secret, one.number, one.use, datetime.fromisoformat(one.made)) for one in keys
        ]
        keyring.put_together(self._home, self._custody, pairs, self._now)


def _decoded(decode: Any, body: bytes) -> Any:
    try:
        return decode(body)
    except msgspec.MsgspecError:
        raise ConfigError("the backup's words of itself can't be read: it is of another version") from None


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = tar.extractfile(member)
    if opened is None:
        raise ConfigError("the backup holds something that is no file of a home")
    return opened


def _body(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    return _opened(tar, member).read()
