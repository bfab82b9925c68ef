"""The keys of a home as this process holds them: opened once, looked at again now and then.

Opened data keys live in this process's memory and nowhere else; a key command is asked once, not once a request.
"""

import time
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

from careloom.errors import ConfigError
from careloom.privacy import keyring
from careloom.privacy.crypto import Key, Keys, derive
from careloom.privacy.custody import Custody
from careloom.privacy.keyring import DATA, INDEX, Ring
from careloom.privacy.rotating import legacy_masters

# After so many seconds a process sees a new data key by itself; what it seals with the old one until then opens all the same.
LOOK_EVERY = 5.0
Mark = tuple[int, int, int]


class Held:
    """A home's data keys, opened."""

    def __init__(self, home: Path, custody: Custody) -> None:
        self._home = home
        self._custody = custody
        self._lock = Lock()
        self._keys: dict[str, tuple[Key, ...]] = {}
        self._mark: Mark | None = None
        self._until = 0.0
        self._secrets: tuple[tuple[bytes, str], ...] = ()
        self._load()

    def keys(self, organisation: str, at_once: bool = False) -> tuple[Key, ...]:
        """An organisation's keys, the newest first. With `at_once` a ring that changed is opened now: raises ConfigError."""
        if at_once or time.monotonic() > self._until:
            self._look(must=at_once)
        found = self._keys.get(organisation)
        if found is None:
            found = self._keys[organisation] = tuple(
                Key(secret, organisation, seals=use != INDEX, finds=use != DATA)
                for secret, use in self._secrets
            )
        return found

    def site_secret(self, organisation: str) -> str:
        """What signs sessions and tokens where the site sets nothing else; no rotation changes it."""
        finding = next(secret for secret, use in self._secrets if use != DATA)
        return derive(finding, organisation, "django secret").hex()

    def _look(self, *, must: bool) -> None:
        with self._lock:
            self._until = time.monotonic() + LOOK_EVERY
            if _mark(self._home) != self._mark:
                # What is held goes on to work: a ring that doesn't open just now stops nobody who has it open.
                with suppress(*() if must else (ConfigError,)):
                    self._load()

    def _load(self) -> None:
        mark = _mark(self._home)
        ring = keyring.open_settled(self._home, self._custody)
        self._secrets = _newest_first(ring) if ring else self._without_ring()
        self._keys = {}
        self._mark = mark
        self._until = time.monotonic() + LOOK_EVERY

    def _without_ring(self) -> tuple[tuple[bytes, str], ...]:
        if self._secrets:
            raise ConfigError("the keyring of this home is missing: put it back, or restore a backup")
        masters = legacy_masters(self._home, self._custody)
        if not masters:
            raise ConfigError("this home has no key yet")
        return tuple((one.secret, keyring.BOTH) for one in masters)


@lru_cache(maxsize=8)
def held(home: Path, custody: Custody) -> Held:
    """A home's keys, opened once in this process. Raises ConfigError where they do not open."""
    return Held(home, custody)


def site_keys(organisation: str, home: Path, custody: Custody, now: datetime) -> Keys:
    """The keys of an organisation at this site; a home without any gets its own. Raises ConfigError where none opens it."""
    _must_have_keys(home, custody, now)
    found = held(home, custody)
    return Keys(organisation, found.keys(organisation), lambda at_once: found.keys(organisation, at_once))


def site_secret(organisation: str, home: Path, custody: Custody, now: datetime) -> str:
    """What signs sessions and tokens at this site, as text."""
    _must_have_keys(home, custody, now)
    return held(home, custody).site_secret(organisation)


def _must_have_keys(home: Path, custody: Custody, now: datetime) -> None:
    somewhere = custody.setting or custody.file or (home / keyring.FILE).exists() or (home / "key").exists()
    if not somewhere and keyring.read(home) is None:
        keyring.begin(home, custody, now)


def _newest_first(ring: Ring) -> tuple[tuple[bytes, str], ...]:
    pairs = zip(ring.stored.keys, ring.secrets, strict=True)
    return tuple(
        (secret, key.use) for key, secret in sorted(pairs, key=lambda one: one[0].number, reverse=True)
    )


def _mark(home: Path) -> Mark | None:
    """What changes whenever the ring's file does; None where there is none."""
    try:
        said = (home / keyring.FILE).stat()
    except FileNotFoundError:
        return None
    return said.st_mtime_ns, said.st_ino, said.st_size
