"""Texts that a site's licensed people approve: versioned data, found by their words.

Takes    the TOML files of this folder
Gives    each version of each text, and which line of which text a sentence is, with what stands in its slots
Never    says that a text is approved: that is a fact of a site
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.document import ContentClass
from careloom.care.texts import ApprovableText
from careloom.errors import ConfigError
from careloom.knowledge.telling import Telling, load_telling

FOLDER = Path(__file__).parent
SLOTS = frozenset({"name", "day", "time", "place", "phone", "practice"})
# What a line may rest on; what is `about` problems rests on one of them in every line.
PROBLEM = "problem"
CITES = frozenset({"appointment", "lab_gap", PROBLEM})
_SLOT = re.compile(r"\{(\w+)\}")
_LONGEST = 600
_BEGUN = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence that is the line `line` of a text with its slots filled."""

    text: ApprovableText
    line: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Every version of every text, what is telling in a slot, and by its first signs which lines a sentence can be: every sentence
    of every draft is asked.
    """

    all: tuple[ApprovableText, ...]
    telling: Telling
    begun: Mapping[str, tuple[tuple[ApprovableText, str], ...]]

    def newest(self, id: str, language: str) -> ApprovableText:
        """The last version of a text in a language."""
        return [one for one in self.all if one.id == id and one.language == language][-1]

    def find(self, name: str) -> ApprovableText | None:
        """The text called so ("appointment_reminder.en@1")."""
        return next((one for one in self.all if one.name == name), None)

    def of(self, kind: str, language: str) -> tuple[ApprovableText, ...]:
        """The last version of each text of a kind in a language, in the order of their files."""
        newest = {one.id: one for one in self.all if one.kind == kind and one.language == language}
        return tuple(newest.values())

    def filled(self, sentence: str) -> Iterator[Filled]:
        """Each line of a text that a sentence is, word for word, and what stands in its slots."""
        if len(sentence) > _LONGEST:
            return
        for text, line in self.begun.get(sentence[:_BEGUN], self.begun[""]):
            words = text.lines[line]
            if sentence.startswith(words.partition("{")[0]) and (
                found := _pattern(words).fullmatch(sentence)
            ):
                yield Filled(text, line, found.groupdict())


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    parts = _SLOT.split(words)
    return re.compile(
        "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts))
    )


def load_texts() -> Texts:
    """The texts of this folder. Raises ConfigError for a slot or a class that there isn't, a version that stands twice, or a text
    about a problem without a source.
    """
    found: list[ApprovableText] = []
    for path in sorted(FOLDER.glob("*.toml")):
        found += [_text(one) for one in tomllib.loads(path.read_text("utf-8")).get("text", ())]
    if len({one.name for one in found}) != len(found):
        raise ConfigError("a version of a text stands twice")
    return Texts(tuple(found), load_telling(), _begun(found))


def _begun(texts: Sequence[ApprovableText]) -> Mapping[str, tuple[tuple[ApprovableText, str], ...]]:
    """The lines by their first signs, in order; those that begin with a slot under each, and alone under ""."""
    heads = [
        (text, line, words.partition("{")[0][:_BEGUN]) for text in texts for line, words in text.lines.items()
    ]
    return {
        begun: tuple((text, line) for text, line, head in heads if head == begun or len(head) < _BEGUN)
        for begun in ("", *(head for _, _, head in heads))
    }


def _text(said: Mapping[str, Any]) -> ApprovableText:
    lines, about, unless = said["lines"], said.get("about", []), said.get("unless", [])
    sources = said.get("sources", [])
    cites = dict.fromkeys(lines, PROBLEM) if about else said.get("cites", {})
    text = ApprovableText(
        id=str(said["id"]),
        version=str(said["version"]),
        language=str(said["language"]),
        kind=str(said["kind"]),
        content_class=ContentClass(str(said["class"])),
        lines=lines,
        cites=cites,
        about=tuple(about),
        unless=tuple(unless),
        sources=tuple(sources),
    )
    if text.about and not text.sources:
        raise ConfigError(f"{text.name} teaches about a problem and names no source")
    slots = {slot for words in lines.values() for slot in _SLOT.findall(words)}
    if slots - SLOTS or set(cites) - set(lines) or set(cites.values()) - CITES:
        raise ConfigError(f"{text.name} has a slot or a source that there isn't")
    return text
