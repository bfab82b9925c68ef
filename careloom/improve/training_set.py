"""A training set: pairs of a question and what was signed in answer, split by person, with where each is from; known by its content's hash."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import orjson

from careloom.errors import ConfigError

Split = Literal["train", "development", "test"]
SPLITS: tuple[Split, ...] = ("train", "development", "test")
# Of ten people about so many are in each split; by their group alone, so that a set that grows moves nobody.
_TENTHS: Mapping[Split, int] = {"train": 7, "development": 2, "test": 1}
INVENTED, DECIDED = "invented people", "decisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question as a model is asked it, and what it should have said.

    kind, task, version, prompt   the task, its prompt's version and the digest of every word that stands before a question
    asked, said    both in our words and marks, without identifiers; `drafted` is what had been drafted ("" where nobody drafted)
    source         INVENTED or DECIDED; `decisions` are the ids of the document and its revision that decided ("PROPOSAL/2")
    group          who it is about, by a name that tells nothing: merged patients have one
    scrubbed       how identifiers were taken out ("" of somebody invented); `consent` what the person said of learning from it
    """

    kind: str
    task: str
    version: str
    prompt: str
    asked: str
    said: str
    source: str
    group: str
    drafted: str = ""
    decisions: tuple[str, ...] = ()
    scrubbed: str = ""
    consent: str = ""
    split: Split = "train"


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Pairs in a fixed order, and how many were left out, by the reason; `home` names the installation that it is from."""

    pairs: tuple[Pair, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    home: str = ""

    @property
    def version(self) -> str:
        """64 hex digits over everything in it: another pair, split or reason makes another version."""
        return hashlib.sha256(to_json(self)).hexdigest()

    def of(self, split: Split, task: str = "") -> tuple[Pair, ...]:
        """The pairs of a split, of one task where it is named."""
        return tuple(one for one in self.pairs if one.split == split and task in ("", one.task))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Pairs by split and task."""
        return {split: dict(sorted(Counter(one.task for one in self.of(split)).items())) for split in SPLITS}


def made(
    pairs: Iterable[Pair], left_out: Mapping[str, int], *, home: str, held_out: Iterable[str]
) -> TrainingSet:
    """A set of pairs, each put into the split of its group.

    A pair that reads as one of `held_out` (questions with which models are measured), or as one of another group, is left out:
    what is learned by heart must not be what is measured.
    """
    out = Counter(left_out)
    measured, seen = set(held_out), dict[tuple[str, str], str]()
    kept = []
    for one in sorted(pairs, key=lambda pair: (pair.source, pair.task, pair.group, pair.asked, pair.said)):
        if one.asked in measured:
            out["it reads as a question with which models are measured"] += 1
            continue
        if seen.setdefault((one.task, one.asked), one.group) != one.group:
            out["it reads as a question about somebody else"] += 1
            continue
        kept.append(replace(one, split=split_of(one.group)))
    return TrainingSet(tuple(kept), dict(sorted(out.items())), home)


def split_of(group: str) -> Split:
    """The split of a group, always the same."""
    place = int.from_bytes(hashlib.sha256(f"split/{group}".encode()).digest()[:8], "big") % 10
    for split in SPLITS:
        if place < _TENTHS[split]:
            return split
        place -= _TENTHS[split]
    raise AssertionError(group)


def to_json(one: TrainingSet) -> bytes:
    """The canonical bytes of a set."""
    said = {"home": one.home, "left_out": one.left_out, "pairs": [asdict(pair) for pair in one.pairs]}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def from_json(said: bytes) -> TrainingSet:
    """The set of canonical bytes. Raises ConfigError where they are none."""
    try:
        read: dict[str, Any] = orjson.loads(said)
        pairs = tuple(Pair(**{**one, "decisions": tuple(one["decisions"])}) for one in read["pairs"])
        return TrainingSet(pairs, read["left_out"], read["home"])
    except (ValueError, KeyError, TypeError):
        raise ConfigError("this is no training set") from None


def of_people(found: Sequence[Pair]) -> int:
    """How many people pairs are about."""
    return len({one.group for one in found})
