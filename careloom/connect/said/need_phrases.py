"""The phrases of social needs, read from domains/*.toml and compiled: what each means."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.text.language import ENGLISH, SPANISH, Language
from careloom.text.phrases import Phrases, expand

FOLDER = Path(__file__).with_name("domains")
SHARED = "words.toml"
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """A row of a domain: what its phrases mean.

    What is `lasting` (a divorce) doesn't end by being past; what is done to the patient is theirs, `whoever` does it.
    What `gives_way` is not told where a phrase of another domain stands over it.
    """

    domain: str
    name: str
    code: str
    adverse: bool
    lasting: bool
    whoever: bool
    gives_way: bool
    kinds: frozenset[str]
    unless: Phrases[bool]


@dataclass(frozen=True, slots=True)
class Table:
    """domains/*.toml, compiled. `known` and `stems` are the words of all phrases; `gravity_of` gives the category of a domain,
    or of what is told by its name.
    """

    rows: Mapping[Language, Phrases[Row]]
    topics: Mapping[Language, Phrases[str]]
    topics_unless: Mapping[Language, Phrases[bool]]
    wanted: Mapping[Language, Phrases[bool]]
    usual: Mapping[str, str]
    displays: Mapping[str, str]
    gravity: Mapping[str, str]
    gravity_of: Mapping[str, str]
    known: frozenset[str]
    stems: frozenset[str]

    def is_word(self, word: str) -> bool:
        """Whether a folded word stands in a phrase, and so is hardly a name."""
        return word in self.known or any(word[:length] in self.stems for length in range(3, len(word) + 1))


@lru_cache(maxsize=1)
def table() -> Table:
    """All phrases, compiled once."""
    shared = tomllib.loads((FOLDER / SHARED).read_text(encoding="utf-8"))
    every: dict[Language, list[tuple[str, Row]]] = {"en": [], "es": []}
    for file in sorted(FOLDER.glob("*.toml")):
        raw = shared if file.name == SHARED else tomllib.loads(file.read_text(encoding="utf-8"))
        named = {**shared["words"], **raw.get("words", {})}
        for phrase, spoken, row in _rows(raw, named):
            every[spoken].append((phrase, row))
    written = " ".join(phrase for phrases in every.values() for phrase, _ in phrases)
    return Table(
        rows={spoken: Phrases(phrases) for spoken, phrases in every.items()},
        topics={
            spoken: Phrases(
                ((phrase, domain) for domain, by in shared["topics"].items() for phrase in by[spoken]),
                shared["words"],
            )
            for spoken in LANGUAGES
        },
        topics_unless={
            spoken: Phrases([(f"({shared['topics_unless'][spoken]})", True)]) for spoken in LANGUAGES
        },
        wanted={
            spoken: Phrases((phrase, True) for phrase in shared["wanted"][spoken]) for spoken in LANGUAGES
        },
        usual=shared["usual"],
        displays=shared["codes"],
        gravity=shared["gravity"],
        gravity_of=shared["gravity_of_domain"] | shared["gravity_of"],
        known=frozenset(re.findall(r"[a-z]{2,}(?![~\w])", written)) | ENGLISH | SPANISH,
        stems=frozenset(re.findall(r"([a-z]{3,})~", written)),
    )


def _rows(raw: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[tuple[str, Language, Row]]:
    """Each phrase of a file, expanded, with its language and what it means."""
    for kind in ("need", "well"):
        for one in raw.get(kind, ()):
            row = _row(one, kind == "need", named)
            for spoken in LANGUAGES:
                for phrase in one.get(spoken, ()):
                    yield expand(phrase, named), spoken, row


def _row(raw: Mapping[str, Any], adverse: bool, named: Mapping[str, str]) -> Row:
    return Row(
        domain=raw["domain"],
        name=raw["name"],
        code=raw.get("code", ""),
        adverse=adverse,
        lasting=raw.get("lasting", False),
        whoever=raw.get("whoever", False),
        gives_way=raw.get("gives_way", False),
        kinds=frozenset(raw.get("in", ())),
        unless=Phrases(((phrase, True) for phrase in raw.get("unless", ())), named),
    )
