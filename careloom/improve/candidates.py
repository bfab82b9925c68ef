"""Candidates: what may one day replace a prompt, an adapter or an endpoint's model, each known by what it is made of. It has earned nothing yet."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from careloom.errors import ConfigError

PROMPT, ADAPTER, ENDPOINT = "prompt", "adapter", "endpoint"
KINDS = (PROMPT, ADAPTER, ENDPOINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that could be released, or a record of what can't be.

    made_of    everything that makes it what it is, by name: prompt digests, examples, hashes of weights, set and adapter, an endpoint's
               model and fingerprint
    measured   what was measured on the development split when it was made; never on the test split
    at         when it was made (ISO, UTC); not part of what it is
    refused    why it can't be a candidate for release, "" where it can
    """

    kind: str
    made_of: Mapping[str, Any]
    measured: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    refused: str = ""

    @property
    def id(self) -> str:
        """64 hex digits over its kind and everything that it is made of."""
        said = orjson.dumps([self.kind, self.made_of], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(said).hexdigest()


def keep(folder: Path, one: Candidate) -> Path:
    """Write a candidate to its file; one that is kept already stays as it was. Raises ConfigError where it can't be written."""
    path = folder / f"{one.id}.json"
    if path.exists():
        return path
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(orjson.dumps(asdict(one), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return path


def kept(folder: Path) -> tuple[Candidate, ...]:
    """All that are kept, the newest first. Raises ConfigError naming a file that is none, or no longer what its name says."""
    found = [_read(path) for path in sorted(folder.glob("*.json"))]
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))


def find(every: Iterable[Candidate], wanted: str) -> Candidate:
    """The candidate whose id begins so. Raises ConfigError where there is none, or more than one."""
    found = [one for one in every if wanted and one.id.startswith(wanted)]
    if len(found) != 1:
        raise ConfigError(f"{wanted}: {'no candidate' if not found else 'more than one candidate'} begins so")
    return found[0]


def _read(path: Path) -> Candidate:
    try:
        one = Candidate(**orjson.loads(path.read_bytes()))
        right = one.kind in KINDS and path.stem == one.id
    except (OSError, ValueError, TypeError):
        right = False
    if not right:
        raise ConfigError(f"{path}: is no candidate, or was altered")
    return one
