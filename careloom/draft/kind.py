"""A kind of document: its title, audience, sections and prompts, read from its folder's kind.toml and templates.toml."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.document import MENTIONS, ContentClass, Demands
from careloom.care.kinds import MOST_GIVEN, Field
from careloom.errors import ConfigError

# The audience of what goes to the patient, and is delivered once it is released.
PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document. Where it would stay empty, `owner` asks by the sentence `ask`; `none` says first that
    nothing is recorded, when the record has no entry of `kinds` (`always_says`: even where other lines stand in the
    part). Where the part always asks, it does so unless another activity stands in it. `short` is its title where
    there is little room.
    """

    id: str
    title: str
    owner: str
    ask: str
    none: str = ""
    kinds: frozenset[str] = frozenset()
    always_asks: bool = False
    always_says: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is asked to do: the current prompt version, its rules and its examples.

    `history` says what each version changed; a version that changes any word asked gets a new number. `tagged`
    where several facts go in, each with its tag. `baseline` says what a model has to beat, and `least` how often, at the low
    end of the 95 % interval: `earned/` has who did.
    """

    name: str
    version: str
    max_tokens: int
    rules: str
    shots: tuple[tuple[str, str], ...]
    history: Mapping[str, str]
    tagged: bool
    baseline: str
    least: float

    @property
    def asked(self) -> str:
        """64 hex digits over every word that stands before a question: another word makes another task."""
        said = json.dumps([self.rules, self.shots, self.max_tokens])
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: `code` is what it is filed as (LOINC), `about` one sentence for whoever chooses a kind, `demands` what is
    held against each document of it, `fields` what whoever asks for one tells beside the record, `plan` whether it is written
    from the signed care plan, `compares` whether it tells what is new since that plan, where there is one. `short` is its title on
    pages and `noun` what sentences call one ("the plan"); a `letter` is set on paper as one. Where `headings` is false the titles of
    its sections are for whoever reviews it alone. With one that `claims` a FHIR Claim is filed. With `translator` it goes to somebody
    who reads another language than English and Spanish only with a qualified human translator's release.
    """

    id: str
    title: str
    code: str
    about: str
    audience: str
    reading_level: str
    demands: Demands
    fields: tuple[Field, ...]
    plan: bool
    compares: bool
    sections: tuple[Section, ...]
    tasks: Mapping[str, Task]
    templates: Mapping[str, str]
    short: str = ""
    noun: str = "document"
    letter: bool = False
    headings: bool = True
    claims: bool = False
    translator: bool = False

    @property
    def professional(self) -> bool:
        """Whether it is written for people of the profession, who look at what it rests on."""
        return self.reading_level.startswith("professional")

    @property
    def by_hand(self) -> bool:
        """Whether people may write one line by line: for colleagues, without a field that it must be told."""
        return self.professional and not self.plan and not any(one.required for one in self.fields)

    def order(self, section: str) -> int:
        """The place of a section in the document."""
        return next(place for place, one in enumerate(self.sections) if one.id == section)


@lru_cache(maxsize=16)
def load(folder: Path) -> Kind:
    """The kind whose files stand in `folder`."""
    said = tomllib.loads((folder / "kind.toml").read_text("utf-8"))
    templates = tomllib.loads((folder / "templates.toml").read_text("utf-8"))
    return Kind(
        id=said["id"],
        title=said["title"],
        code=said["code"],
        about=said["about"],
        audience=said["audience"],
        reading_level=said["reading_level"],
        demands=Demands(
            must_mention=_mentions(said),
            whole=said["whole"],
            floor=ContentClass(said["floor"]),
            own_lines=said.get("own_lines", False),
            policy=said.get("answers_policy", False),
            heard=tuple(said.get("heard", ())),
            grade=said.get("grade", 0),
        ),
        fields=tuple(_field(one) for one in said.get("field", ())),
        plan=said.get("plan", False),
        compares=said.get("compares", False),
        sections=tuple(_section(one) for one in said["section"]),
        tasks={name: _task(name, task) for name, task in said.get("task", {}).items()},
        templates={
            f"{group}.{name}": text for group, found in templates.items() for name, text in found.items()
        },
        short=said.get("short", said["title"]),
        noun=said.get("noun", "document"),
        letter=said.get("letter", False),
        headings=said.get("headings", True),
        claims=said.get("claims", False),
        translator=said.get("translator", False),
    )


def _mentions(said: Mapping[str, Any]) -> tuple[str, ...]:
    if unknown := set(said["must_mention"]) - set(MENTIONS):
        raise ConfigError(f"{said['id']}: must_mention has {', '.join(sorted(unknown))}")
    return tuple(said["must_mention"])


def _field(said: Mapping[str, Any]) -> Field:
    return Field(
        id=said["id"],
        title=said["title"],
        type=said.get("type", "text"),
        required=said.get("required", False),
        choices=tuple(said.get("choices", ())),
        help=said.get("help", ""),
        default=said.get("default", ""),
        most=said.get("most", MOST_GIVEN),
    )


def _section(said: Mapping[str, Any]) -> Section:
    return Section(
        id=said["id"],
        title=said["title"],
        owner=said.get("owner", ""),
        ask=said.get("ask", ""),
        none=said.get("none", ""),
        kinds=frozenset(said.get("kinds", ())),
        always_asks=said.get("always_asks", False),
        always_says=said.get("always_says", False),
        short=said.get("short", ""),
    )


def _task(name: str, said: Mapping[str, Any]) -> Task:
    return Task(
        name=name,
        version=said["version"],
        max_tokens=said["max_tokens"],
        rules=said["rules"].strip(),
        shots=tuple((shot["asked"].strip(), shot["said"].strip()) for shot in said["shot"]),
        history=said["history"],
        tagged=said["tagged"],
        baseline=said["baseline"],
        least=said["least"],
    )
