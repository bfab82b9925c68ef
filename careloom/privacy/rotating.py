"""Rotating: a new master key in a keyring, while every process goes on.

Takes    a home whose custody names the new master key first (a key file gets a fresh one by itself)
Gives    a keyring that the new master key opens alone; the old one goes on to open it until it is shut out
Never    changes a data key, so that nothing sealed, found or linked is touched, and no process has to stop
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from careloom.errors import ConfigError
from careloom.privacy import keyring
from careloom.privacy.custody import Custody, Master, new_key, parse, replace_file
from careloom.privacy.keyring import BOTH, DATA, Ring, Stored, StoredKey, StoredMaster

Held = tuple[Master, StoredMaster]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the master key that opens the ring now, who else still does, how many old masters became data keys."""

    master: StoredMaster
    others: tuple[StoredMaster, ...]
    taken_over: int


def rotate(
    home: Path,
    custody: Custody,
    now: datetime,
    *,
    shut_out: bool = False,
    has_sealed: Callable[[bytes], bool] = lambda _: True,
) -> Rotated:
    """Put the site's first master key in place; with `shut_out`, no other one opens the ring any more.

    `has_sealed` tells of a master key of before the keyring whether it sealed anything: the first that did goes on to find.
    Killed at any moment it leaves a ring that opens; run again it finishes. Raises ConfigError where there is no new key.
    """
    with keyring.locked(home):
        ring = keyring.open_ring(home, custody)
        keys = _held(ring) if ring else _taken_over(home, custody, now, has_sealed)
        before = ring.stored if ring else Stored(keyring.VERSION, (), ())
        here = tuple(keyring.all_masters(before, custody, home)) if ring else _legacy(home, custody, now)
        change = _Change(home, before, keys, here, shut_out)
        if custody.command or custody.setting:
            stored = change.to(keyring.writer(home, custody, now), renewed=bool(custody.command) or not ring)
        else:
            stored = change.to_fresh_file(custody, now)
    return Rotated(stored.masters[-1], stored.masters[:-1], 0 if ring else len(keys) - 1)


@dataclass(frozen=True, slots=True)
class _Change:
    """A ring as it was: its data keys, and those of its master keys that are here."""

    home: Path
    before: Stored
    keys: Sequence[tuple[StoredKey, bytes]]
    here: Sequence[Held]
    shut_out: bool

    def to(self, new: Held, *, renewed: bool) -> Stored:
        """The ring with this master key last (the one that wraps what is new), where that changes anything."""
        known = {one.id for one in self.before.masters}
        others = known - {new[1].id}
        if not renewed and new[1].id in known and not (self.shut_out and others):
            raise ConfigError(
                "the first key of CARELOOM_ENCRYPTION_KEY opens the keyring already: "
                "put a new one in front of it (careloom keys make prints one)"
            )
        return self._put(new)

    def to_fresh_file(self, custody: Custody, now: datetime) -> Stored:
        """The ring with a fresh master key in the key file's place; where somebody put one in front there, with that."""
        file = custody.file_in(self.home)
        first = custody.masters(self.home)[0]
        known = {one.id for one, _ in self.here}
        if first.id not in known and self.before.masters:
            return self._put((first, StoredMaster(first.id, "file", _said(now))))
        text = new_key()
        fresh = Master(parse(text)[0], "file")
        new = fresh, StoredMaster(fresh.id, "file", _said(now))
        # First both keys open the ring, then the file is changed, then the old key no longer opens it.
        keyring.put(self.home, self.before, self.keys, (*self.here, new), self._absent(new))
        try:
            replace_file(file, text + "\n")
        except ConfigError:
            keyring.put(self.home, self.before, self.keys, self.here, self._absent(new))
            raise
        return self._put(new, without="file")

    def _put(self, new: Held, without: str = "") -> Stored:
        others = [
            one
            for one in self.here
            if one[0].id != new[0].id and one[1].origin != without and not self.shut_out
        ]
        absent = () if self.shut_out else self._absent(new)
        return keyring.put(self.home, self.before, self.keys, (*others, new), absent)

    def _absent(self, new: Held) -> tuple[str, ...]:
        """The ring's master keys that are not here: processes elsewhere may hold them."""
        here = {one.id for one, _ in (*self.here, new)}
        return tuple(one.id for one in self.before.masters if one.id not in here)


def _held(ring: Ring) -> tuple[tuple[StoredKey, bytes], ...]:
    return tuple(zip(ring.stored.keys, ring.secrets, strict=True))


def _taken_over(
    home: Path, custody: Custody, now: datetime, has_sealed: Callable[[bytes], bool]
) -> tuple[tuple[StoredKey, bytes], ...]:
    """The data keys of a home of before the keyring: its master keys, which sealed by themselves, and a fresh one for new rows."""
    masters = legacy_masters(home, custody)
    if not masters:
        raise ConfigError("there is no master key that this home was sealed with")
    # The highest number finds; a key that is new in the setting may still be in use by a process that began just now.
    oldest_first = masters[::-1]
    oldest_first = tuple(sorted(oldest_first, key=lambda one: has_sealed(one.secret)))
    old = [keyring.named(one.secret, number, BOTH, now) for number, one in enumerate(oldest_first, start=1)]
    return (*old, keyring.blank(len(old) + 1, DATA, now))


def _legacy(home: Path, custody: Custody, now: datetime) -> tuple[Held, ...]:
    """The master keys of before the keyring, so that processes which still hold them open it until they are shut out."""
    return tuple((one, StoredMaster(one.id, one.origin, _said(now))) for one in legacy_masters(home, custody))


def legacy_masters(home: Path, custody: Custody) -> tuple[Master, ...]:
    """The keys that seal by themselves in a home without a keyring: the setting's, else the file's; the first one writes."""
    found = custody.masters(home)
    return tuple(one for one in found if one.origin == ("setting" if custody.setting else "file"))


def _said(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
