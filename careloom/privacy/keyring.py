"""The keyring: a home's data keys in the file home/keyring, each wrapped by the master keys that may open it (decision 17).

Takes    a home and its custody (where the master keys are)
Gives    an organisation's keys; a new master key in place of the old one; a new data key for new rows
Never    writes a data key in clear, changes a data key that something was sealed with, or makes a keyring where one was lost

Homes older than the keyring have none: their master keys seal by themselves until `rotate` takes them into one.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from careloom.errors import ConfigError
from careloom.privacy import key_command
from careloom.privacy.crypto import KEY_BYTES, derive
from careloom.privacy.custody import Custody, Master, make_key_file, new_key, replace_file

FILE = "keyring"
LOCK = "keyring.lock"
VERSION = 1
ID_BYTES = 8
# What a data key is for: sealing, finding (blind indexes), or both (a master key of before the keyring).
DATA, INDEX, BOTH = "data", "index", "both"


@dataclass(frozen=True, slots=True)
class StoredMaster:
    """A master key that may open the ring: its id, where it is kept, and, behind a command, its wrapped self."""

    id: str
    origin: str
    since: str
    wrapped: str = ""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A data key as the file holds it: wrapped once for each master key."""

    id: str
    number: int
    use: str
    made: str
    wraps: dict[str, str]

    @property
    def place(self) -> str:
        """The associated data of its wrapping, so that nothing said of it can be changed."""
        return f"keyring/{self.number}/{self.id}/{self.use}/{self.made}"


@dataclass(frozen=True, slots=True)
class Stored:
    """The file: master keys and data keys, the oldest first."""

    version: int
    masters: tuple[StoredMaster, ...]
    keys: tuple[StoredKey, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A keyring, opened: the data keys' secrets, in the order of `stored.keys`, and the master key that opened it."""

    stored: Stored
    secrets: tuple[bytes, ...]
    opened_by: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Stored).decode


class _NoMaster(ConfigError):
    """No master key that is here opens the ring."""


def secret_id(secret: bytes) -> str:
    """What names a data key in the ring: 16 hex digits that say nothing of it."""
    return derive(secret, "", "keyring id", ID_BYTES).hex()


def read(home: Path) -> Stored | None:
    """The keyring's file; None for a home that never had one. Raises ConfigError where it is not whole, or was lost."""
    try:
        found = _decode((home / FILE).read_bytes())
    except FileNotFoundError:
        with suppress(FileNotFoundError):
            if not (home / LOCK).stat().st_size:
                return None
            raise ConfigError(
                "the keyring of this home is missing: put it back, or restore a backup"
            ) from None
        return None
    except OSError as error:
        raise ConfigError(f"the keyring can't be read: {os.strerror(error.errno or 0)}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ConfigError("the keyring is not whole") from None
    if found.version != VERSION:
        raise ConfigError("the keyring is of a newer Careloom")
    return found


def open_ring(home: Path, custody: Custody) -> Ring | None:
    """The home's keyring, opened; None where it has none. Raises ConfigError where no master key that is here opens it."""
    for last in (False, False, True):
        stored = read(home)
        if stored is None:
            return None
        try:
            master = _opener(stored, custody, home)
        except _NoMaster:
            # Both files change while a master key is being replaced: read together again.
            if last or read(home) == stored:
                raise
            continue
        secrets = tuple(_unwrapped(key, master) for key in stored.keys)
        return Ring(stored, secrets, master.id)
    return None


def open_settled(home: Path, custody: Custody) -> Ring | None:
    """`open_ring`, once whoever changes the ring at this moment is done: a key file without a ring may be a new home's."""
    ring = open_ring(home, custody)
    if ring is None and (home / LOCK).exists():
        # Where nothing can be written, nobody writes a ring either.
        with suppress(ConfigError), locked(home):
            pass
        ring = open_ring(home, custody)
    return ring


def begin(home: Path, custody: Custody, now: datetime) -> None:
    """Give a new home its keyring (and a key file, where nothing else says what the master key is). Harmless the second time."""
    with locked(home):
        if (home / FILE).exists():
            return
        if (home / "messages").exists():
            raise ConfigError("the key of this home is missing: put it back, or restore a backup")
        _make_master(home, custody)
        keys = (blank(1, INDEX, now), blank(2, DATA, now))
        master = writer(home, custody, now)
        put(home, Stored(VERSION, (), ()), keys, (master,))


def put_together(
    home: Path, custody: Custody, held: Sequence[tuple[StoredKey, bytes]], now: datetime
) -> None:
    """A keyring of data keys that came from elsewhere (a backup), for a home that has none."""
    with locked(home):
        if (home / FILE).exists():
            raise ConfigError("this home has a keyring already")
        _make_master(home, custody)
        put(home, Stored(VERSION, (), ()), tuple(held), (writer(home, custody, now),))


def add_data_key(home: Path, custody: Custody, now: datetime) -> str:
    """Make a new data key for what is sealed from now on; its id. Raises ConfigError for a home without a keyring."""
    with locked(home):
        ring = _must(home, custody)
        fresh = blank(max(key.number for key in ring.stored.keys) + 1, DATA, now)
        keys = (*zip(ring.stored.keys, ring.secrets, strict=True), fresh)
        masters = tuple(all_masters(ring.stored, custody, home))
        absent = {one.id for one in ring.stored.masters} - {one.id for one, _ in masters}
        if absent:
            raise ConfigError(
                f"a new data key must be wrapped for every master key, and {len(absent)} of them are not here: "
                "careloom keys rotate --shut-out first"
            )
        put(home, ring.stored, keys, masters)
        return fresh[0].id


def _make_master(home: Path, custody: Custody) -> None:
    """A key file, where nothing else says what the master key is. One that a setting names is never made up."""
    if not custody.setting and not custody.command and custody.file is None:
        make_key_file(custody.file_in(home), new_key())


def blank(number: int, use: str, now: datetime) -> tuple[StoredKey, bytes]:
    """A fresh data key, not wrapped yet, and its secret."""
    return named(os.urandom(KEY_BYTES), number, use, now)


def named(secret: bytes, number: int, use: str, now: datetime) -> tuple[StoredKey, bytes]:
    """A data key of that secret, not wrapped yet."""
    made = now.isoformat(timespec="seconds")
    return StoredKey(secret_id(secret), number, use, made, {}), secret


def _must(home: Path, custody: Custody) -> Ring:
    ring = open_ring(home, custody)
    if ring is None:
        raise ConfigError("this home has no keyring yet: careloom keys rotate gives it one")
    return ring


def writer(home: Path, custody: Custody, now: datetime) -> tuple[Master, StoredMaster]:
    """The master key that wraps what is new: the command's, the setting's first, or the file's first."""
    since = now.isoformat(timespec="seconds")
    if custody.command:
        master = Master(os.urandom(KEY_BYTES), "command")
        return master, StoredMaster(master.id, "command", since, key_command.wrap(custody, master))
    found = custody.masters(home)
    if not found:
        raise ConfigError(
            "there is no master key: set CARELOOM_ENCRYPTION_KEY, CARELOOM_KEY_FILE or CARELOOM_KEY_COMMAND"
        )
    return found[0], StoredMaster(found[0].id, found[0].origin, since)


def _opener(stored: Stored, custody: Custody, home: Path) -> Master:
    """A master key that opens the ring; the command is asked where no other one does."""
    try:
        return next(master for master, _ in all_masters(stored, custody, home))
    except StopIteration:
        wanted = ", ".join(f"{one.id} ({one.origin})" for one in stored.masters)
        raise _NoMaster(f"no master key that is here opens the keyring; it needs one of: {wanted}") from None


def all_masters(stored: Stored, custody: Custody, home: Path) -> Iterator[tuple[Master, StoredMaster]]:
    """Every master key of the ring that is here; those behind the command last, the newest first."""
    here = {one.id: one for one in custody.masters(home)}
    yield from ((here[one.id], one) for one in stored.masters if one.id in here)
    if custody.command:
        for one in reversed(stored.masters):
            if one.wrapped:
                yield key_command.unwrap(custody, one.wrapped, one.id), one


def _unwrapped(key: StoredKey, master: Master) -> bytes:
    if master.id not in key.wraps:
        raise ConfigError("the keyring was altered")
    secret = master.unwrap(key.wraps[master.id], key.place)
    if secret_id(secret) != key.id:
        raise ConfigError("the keyring was altered")
    return secret


def put(
    home: Path,
    before: Stored,
    keys: Sequence[tuple[StoredKey, bytes]],
    masters: Sequence[tuple[Master, StoredMaster]],
    kept: Sequence[str] = (),
) -> Stored:
    """Write the ring, wrapped for these master keys; wraps of `kept` master keys, which are not here, stay as they are."""
    wrapped = tuple(
        replace(
            key,
            wraps={one: key.wraps[one] for one in kept}
            | {master.id: master.wrap(secret, key.place) for master, _ in masters},
        )
        for key, secret in keys
    )
    absent = tuple(one for one in before.masters if one.id in kept)
    stored = Stored(VERSION, (*absent, *(one for _, one in masters)), wrapped)
    replace_file(home / FILE, msgspec.json.format(_encode(stored)).decode() + "\n")
    return stored


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One process at a time changes the ring. Raises ConfigError where the home can't be written."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"the home can't be written: {os.strerror(error.errno or 0)}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        # A lock that says so, without a keyring beside it, tells that a keyring was lost (`read`).
        if (home / FILE).exists() and not os.fstat(handle).st_size:
            os.write(handle, b"a keyring was made here\n")
        os.close(handle)
