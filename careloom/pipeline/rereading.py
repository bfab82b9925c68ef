"""Rereading: past messages of a site's own tables read anew by other mappings, and nothing stored.

Takes    the stored messages of the mappings that differ, and the mappings of a change
Gives    how many entries are the same, other, new and gone, and what can't be read; a patient's entries as they would be
Never    stores, supersedes or files anything
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import TABLE
from careloom.errors import InputError
from careloom.pipeline.intake import Intake
from careloom.pipeline.mappings import Mappings
from careloom.store.opening import Store

# The newest messages of each mapping are read: a table that comes daily is thousands of files.
NEWEST = 200


@dataclass(slots=True)
class Reread:
    """What came of it, in messages and entries; `refused` and `refused_before` are rows that can't be read, by the candidate and by what is in force. `first` names
    a message and a place of it that can be read no more."""

    messages: int = 0
    same: int = 0
    other: int = 0
    new: int = 0
    gone: int = 0
    refused: int = 0
    refused_before: int = 0
    first: str = ""


@dataclass(frozen=True)
class Rereading:
    """Past messages read by the mappings that are in force, `now`, and by those that would be, `then`."""

    store: Store
    intake: Intake
    now: Mappings
    then: Mappings
    _read: dict[str, tuple[Reading, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def differing(self) -> tuple[str, ...]:
        """The names of the mappings that aren't the same in both."""
        texts = [{one.name: one.digest for one in mappings} for mappings in (self.now, self.then)]
        return tuple(
            name for name in sorted({*texts[0], *texts[1]}) if texts[0].get(name) != texts[1].get(name)
        )

    def all(self, step: Callable[[int, int], None] = lambda _done, _of: None) -> Reread:
        """Every message of theirs, as far as `NEWEST` goes, read both ways."""
        found, messages = Reread(), self._messages()
        for done, message in enumerate(messages):
            step(done, len(messages))
            before, was = self._entries(self.now, message)
            after, refused = self._entries(self.then, message)
            found.messages += 1
            found.refused += len(refused)
            found.refused_before += len(was)
            found.first = found.first or next(
                (f"{message.name}, {one}" for one in refused if one not in was), ""
            )
            both = before.keys() & after.keys()
            same = sum(before[one] == after[one] for one in both)
            found.same, found.other = found.same + same, found.other + len(both) - same
            found.new += len(after.keys() - before.keys())
            found.gone += len(before.keys() - after.keys())
        return found

    def of(self, patient: str, known: Mapping[str, Entry]) -> dict[str, Entry]:
        """A patient's entries, by id, of which those of these messages are read as they would be."""
        mine = {entry.source.message for entry in known.values()}
        messages = {one.sha256: one for one in self._messages() if one.sha256 in mine}
        kept = {name: one for name, one in known.items() if one.source.message not in messages}
        if not messages:
            return dict(known)
        numbers = {number for _, person in self.store.patients.said(patient) for number in person.identifiers}
        for message in messages.values():
            for reading in self._readings(message):
                theirs = any(entry.id in known for entry in reading.entries)
                if theirs or numbers & set(reading.person.identifiers):
                    kept |= {entry.id: entry for entry in reading.entries}
        return kept

    def _messages(self) -> tuple[Message, ...]:
        every = (self.store.messages.of_format(f"{TABLE}{name}")[-NEWEST:] for name in self.differing())
        return tuple(one for messages in every for one in messages)

    def _readings(self, message: Message) -> tuple[Reading, ...]:
        if message.sha256 not in self._read:
            self._read[message.sha256] = tuple(self._by(self.then, message))
        return self._read[message.sha256]

    def _by(self, mappings: Mappings, message: Message) -> Iterator[Reading]:
        yield from replace(self.intake, mappings=mappings).readings(message)

    def _entries(self, mappings: Mappings, message: Message) -> tuple[dict[str, Entry], list[str]]:
        """The entries by id, and the places that can't be read."""
        found: dict[str, Entry] = {}
        refused: list[str] = []
        if message.format.removeprefix(TABLE) not in mappings.in_force:
            return found, [f"no mapping {message.format.removeprefix(TABLE)}"]
        try:
            for reading in self._by(mappings, message):
                found |= {entry.id: entry for entry in reading.entries}
                refused += [f"{one.where}: {one.reason}" for one in reading.rejected]
        except InputError as error:
            refused.append(str(error))
        return found, refused


def told(found: Reread) -> Iterable[tuple[str, str]]:
    """What came of it as a result's values have it."""
    for name in ("messages", "same", "other", "new", "gone", "refused", "refused_before"):
        yield name, str(getattr(found, name))
    yield "first", found.first or "none"
