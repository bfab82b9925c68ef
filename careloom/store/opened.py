"""Opened: entries and documents that this process has decrypted and decoded lately, so that an arriving message costs what is new in it.

A row's bytes are read each time: where they are not those that were opened, they are opened anew (and refused, where somebody
changed them). Bounded; in memory alone, and gone with the process.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from careloom.care.entry import Entry

# A long record and a dozen ordinary ones.
MOST = 60_000
T = TypeVar("T")
Id = TypeVar("Id", UUID, str, UUID | str)
Said = TypeVar("Said", bound=Hashable)


@dataclass
class Opened:
    """By patient the entries of their rows; the patient who was asked for longest ago goes first."""

    most: int = MOST
    _of: OrderedDict[str, dict[UUID | str, tuple[int, Entry]]] = field(
        default_factory=OrderedDict, repr=False
    )
    _whole: dict[str, tuple[int, tuple[Entry, ...]]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def all_of(
        self, patient: str, rows: Sequence[Hashable], make: Callable[[], Iterable[Entry]]
    ) -> tuple[Entry, ...]:
        """What `make` gives of a patient (by way of `of`): what it gave last where all that was read, bytes and all, is the same."""
        mark = hash(tuple(rows))
        with self._lock:
            before = self._whole.get(patient)
        if before is not None and before[0] == mark:
            self._asked_again(patient)
            return before[1]
        made = tuple(make())
        with self._lock:
            if patient in self._of:
                self._whole[patient] = (mark, made)
        return made

    def of(
        self, patient: str, rows: Iterable[tuple[Id, bytes]], open_one: Callable[[Id, bytes], Entry]
    ) -> Iterator[Entry]:
        """The entries of these rows (id, as the database's driver gives it, and sealed bytes), in their order."""
        with self._lock:
            known = self._of.pop(patient, {})
        found: dict[UUID | str, tuple[int, Entry]] = {}
        for row_id, sealed in rows:
            mark, before = hash(sealed), known.get(row_id)
            opened = before if before and before[0] == mark else (mark, open_one(row_id, sealed))
            found[row_id] = opened
            yield opened[1]
        with self._lock:
            self._of[patient] = found
            while len(self._of) > 1 and sum(map(len, self._of.values())) > self.most:
                gone, _ = self._of.popitem(last=False)
                self._whole.pop(gone, None)

    def _asked_again(self, patient: str) -> None:
        with self._lock:
            if patient in self._of:
                self._of.move_to_end(patient)


@dataclass
class OpenedRows(Generic[T]):
    """Of so many rows what each holds, the row that was asked for longest ago going first."""

    most: int
    _of: OrderedDict[UUID | str, tuple[int, T]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def of(self, row_id: Id, said: Said, open_one: Callable[[Id, Said], T]) -> T:
        """What a row holds, by its id (as the database's driver gives it) and what it says: its sealed bytes, or those among its columns."""
        mark = hash(said)
        with self._lock:
            before = self._of.pop(row_id, None)
        opened = before if before and before[0] == mark else (mark, open_one(row_id, said))
        with self._lock:
            self._of[row_id] = opened
            while len(self._of) > self.most:
                self._of.popitem(last=False)
        return opened[1]
