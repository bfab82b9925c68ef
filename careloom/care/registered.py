"""What shapes a draft, by its contents: models, prompts, rules, knowledge, templates, mappings and settings, and the set of all of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PartKind(StrEnum):
    """What a part is."""

    RELEASE = "release"
    CODE = "code"
    MODEL = "model"
    PROMPT = "prompt"
    EARNED = "earned"
    TEMPLATE = "template"
    RULE = "rule"
    SITE_RULE = "site_rule"
    KNOWLEDGE = "knowledge"
    MAPPING = "mapping"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A version of a part: its kind, name and version, and the SHA-256 of its contents ("" where nobody knows them: a model behind an endpoint).

    `kept` where its contents are kept in the registry, since no release has them.
    """

    kind: PartKind
    name: str
    version: str
    sha256: str
    kept: bool = False

    @property
    def line(self) -> str:
        """As it goes into the hash of a set."""
        return "\x1f".join((self.kind.value, self.name, self.version, self.sha256))


def digest_of(parts: Iterable[Part]) -> str:
    """The hash of a whole set (64 hex digits), whatever the order of its parts."""
    return hashlib.sha256("\x1e".join(sorted(one.line for one in parts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A part as the registry has it: since when, under which release of ours it came, how many drafts were made with it, and when the last of them was."""

    part: Part
    first_seen: datetime
    release: str
    drafts: int = 0
    last: datetime | None = None
