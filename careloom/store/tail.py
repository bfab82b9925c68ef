"""A journal's tail: what a listener took that is not in the store yet, in order, and how far the store has come.

A record that does not open ends its file where nothing after it was ever durable: it was being written when its
writer died, and nobody was told that it is kept. Where a later record says that it was durable, it is damaged: its file is
set aside, never deleted, and the records after it are read.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from careloom.care.received import Received
from careloom.errors import ConfigError
from careloom.privacy.crypto import Keys
from careloom.privacy.records import HEADER, LENGTH, RecordOpener, length_of
from careloom.store.journal import READER, WRITER, Lock, disk, record_files, unpacked

DAMAGED = "damaged"
# The reader of a listener that was killed ends after the message that it is at (seconds).
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its journal's file and its number there."""

    file: str
    number: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What waits in one journal: messages not in the store, files set aside as damaged, whether it is being written."""

    name: str
    messages: int
    damaged: int
    listening: bool


class Tail:
    """The reading end of a journal. Raises ConfigError where another process still reads it after `patience` seconds.

    `done` says how many records of a file the store has; with `alone` nobody writes the journal meanwhile.
    """

    def __init__(
        self,
        keys: Keys,
        folder: Path,
        done: Callable[[str], int],
        *,
        alone: bool,
        patience: float = PATIENCE,
    ) -> None:
        self.damaged = 0
        self._keys = keys
        self._folder = folder
        self._done = done
        self._locks = [Lock(folder, READER, patience)]
        self._file: _Reading | None = None
        if alone:
            try:
                self._locks.append(Lock(folder, WRITER, 0.0))
            except ConfigError:
                self.close()
                raise
        self._alone = alone

    def close(self) -> None:
        """Let go of the journal."""
        self._leave()
        for lock in self._locks:
            lock.release()

    def pull(self, most: int, most_bytes: int) -> list[tuple[Place, Received]]:
        """The next records in order, at least one where there is one; asked again they go on from there.

        A file whose records were all given before is removed: whoever pulls has stored them.
        """
        found: list[tuple[Place, Received]] = []
        size = 0
        with disk():
            while not found and (file := self._current()):
                ended = self._is_finished(file)
                for place, one in file.records(ended=ended):
                    found.append((place, one))
                    size += len(one.body)
                    if len(found) >= most or size >= most_bytes:
                        return found
                if found or not ended:
                    return found
                self._remove(file)
        return found

    def back(self) -> None:
        """Forget what was pulled: the next `pull` begins behind what the store has."""
        self._leave()

    def _current(self) -> "_Reading | None":
        while self._file is None:
            files = record_files(self._folder)
            if not files:
                return None
            first = files[0]
            try:
                self._file = _Reading(self._keys, first, self._done(first.name))
            except ConfigError:
                if len(files) == 1 and not self._alone:
                    return None  # its writer is about to write the header
                if first.stat().st_size > HEADER:
                    raise
                first.unlink()  # its writer died before the header was whole
        return self._file

    def _is_finished(self, file: "_Reading") -> bool:
        """Whether nobody will write this file any more. Asked before its end is looked for, so that nothing is missed."""
        return self._alone or record_files(self._folder)[-1].name != file.path.name

    def _remove(self, file: "_Reading") -> None:
        self._leave()
        if file.damaged:
            self.damaged += file.damaged
            file.path.rename(file.path.with_name(f"{DAMAGED}-{file.path.name}"))
        else:
            file.path.unlink()

    def _leave(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _Reading:
    """One file of a journal, being read. Raises ConfigError where its header is not whole."""

    def __init__(self, keys: Keys, path: Path, done: int) -> None:
        self.path = path
        self.damaged = 0
        self._in = path.open("rb")
        try:
            self._opener = RecordOpener(keys, path.name, self._in.read(HEADER))
        except ConfigError:
            self._in.close()
            raise
        self._number = 0
        self._at = HEADER
        while self._number < done and (length := self._length(self._at)):
            self._step(length)

    def close(self) -> None:
        """Let go of the file."""
        self._in.close()

    def records(self, *, ended: bool) -> Iterator[tuple[Place, Received]]:
        """The records from here on; with `ended`, what does not open is passed over if it was durable once."""
        while length := self._length(self._at):
            try:
                _, one = self._open(self._number, self._at, length)
            except ConfigError:
                if not ended or not self._was_durable(length):
                    return
                self.damaged += 1
                self._step(length)
                continue
            place = Place(self.path.name, self._number)
            self._step(length)
            yield place, one

    def left(self) -> int:
        """How many records follow, as far as their lengths tell."""
        count, at = 0, self._at
        while length := self._length(at):
            count, at = count + 1, at + LENGTH + length
        return count

    def _was_durable(self, length: int) -> bool:
        """Whether a record after this one, which does not open, says that this one was durable."""
        number, at = self._number + 1, self._at + LENGTH + length
        while following := self._length(at):
            with suppress(ConfigError):
                if self._open(number, at, following)[0] > self._at:
                    return True
            number, at = number + 1, at + LENGTH + following
        return False

    def _open(self, number: int, at: int, length: int) -> tuple[int, Received]:
        sealed = os.pread(self._in.fileno(), length, at + LENGTH)
        return unpacked(self._opener.open(number, sealed))

    def _length(self, at: int) -> int:
        """The length of the record at a place; 0 where none stands, or where it would end behind the file's end."""
        length = length_of(os.pread(self._in.fileno(), LENGTH, at))
        whole = at + LENGTH + length <= os.fstat(self._in.fileno()).st_size
        return length if whole else 0

    def _step(self, length: int) -> None:
        self._number += 1
        self._at += LENGTH + length


def unread(keys: Keys, folder: Path, done: Callable[[str], int]) -> Unread:
    """What waits in a journal, without opening a record or waiting for anybody."""
    count = 0
    for path in record_files(folder):
        with suppress(FileNotFoundError, ConfigError):  # read and removed meanwhile, or not begun
            file = _Reading(keys, path, done(path.name))
            count += file.left()
            file.close()
    damaged = sum(1 for one in folder.iterdir() if one.name.startswith(f"{DAMAGED}-"))
    return Unread(folder.name, count, damaged, _is_held(folder))


def _is_held(folder: Path) -> bool:
    try:
        Lock(folder, WRITER).release()
    except ConfigError:
        return True
    return False
