"""The journals of a home, by name: one for each listener."""

from dataclasses import dataclass
from pathlib import Path

from careloom.privacy.crypto import Keys
from careloom.store.journal import Journal
from careloom.store.receipts import Receipts
from careloom.store.tail import Tail, Unread, unread


@dataclass(frozen=True)
class Journals:
    """What listeners took and nobody has stored yet."""

    keys: Keys
    home: Path
    receipts: Receipts

    def write(self, name: str) -> Journal:
        """The writing end of a journal. Raises ConfigError where another process has it."""
        return Journal(self.keys, self._folder(name))

    def read(self, name: str, *, alone: bool) -> Tail:
        """The reading end of a journal; with `alone` nobody may write it. Raises ConfigError where another process has it."""
        return Tail(self.keys, self._folder(name), self.receipts.done, alone=alone)

    def unread(self) -> tuple[Unread, ...]:
        """What waits in each journal."""
        return tuple(unread(self.keys, folder, self.receipts.done) for folder in self._folders())

    def _folder(self, name: str) -> Path:
        return self.home / "journal" / name

    def _folders(self) -> list[Path]:
        root = self.home / "journal"
        return sorted(one for one in root.iterdir() if one.is_dir()) if root.is_dir() else []
