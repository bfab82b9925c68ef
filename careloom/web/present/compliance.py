"""The compliance pack on its page: counts, parts with what isn't met, changes, questions, holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.compliance import RED, Answer, Hold, KeptPack, Pack, Requirement, Verdict
from careloom.comply import Change
from careloom.comply.judging import HOLDS_FOR, Rule
from careloom.comply.page import SHAPES
from careloom.web.present.words import moment
from careloom.web.saying import later

WORDS: Mapping[Verdict, str] = {
    Verdict.MET: later("met"),
    Verdict.SAID: later("met, by a person's word"),
    Verdict.PARTLY: later("partly met"),
    Verdict.NOT_MET: later("not met"),
    Verdict.PERSON: later("a person must say"),
    Verdict.NOT_APPLICABLE: later("not applicable"),
}
ANSWERS: Mapping[str, str] = {
    "yes": later("yes"),
    "no": later("no"),
    "not_applicable": later("not applicable"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict as the page shows it: a shape, its word, and the class of its colour."""

    shape: str
    word: str
    mark: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part: its title, how many requirements it has, and those that aren't met."""

    title: str
    number: int
    reds: tuple[tuple[Requirement, Shown], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A pack that was made."""

    id: str
    made: str
    by: str
    sha256: str
    red: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, and of which requirement; `last` is what was said last in words, `due` whether it must be said (again)."""

    key: str
    about: str
    question: str
    last: str
    words: str
    due: bool


def shown(verdict: Verdict, number: int = 0) -> Shown:
    """A verdict for the page."""
    return Shown(SHAPES[verdict], WORDS[verdict], "act" if verdict in RED else "good", number)


def counts(pack: Pack) -> tuple[Shown, ...]:
    """How many requirements have each verdict."""
    return tuple(shown(verdict, number) for verdict, number in pack.counts().items())


def parts(pack: Pack) -> tuple[ShownPart, ...]:
    """Each part with what of it isn't met, the worst first."""
    found = []
    for part in pack.parts:
        reds = sorted((one for one in part.requirements if one.red), key=lambda one: RED.index(one.verdict))
        found.append(
            ShownPart(part.title, len(part.requirements), tuple((one, shown(one.verdict)) for one in reds))
        )
    return tuple(found)


def row(pack: KeptPack, at: datetime) -> Row:
    """A pack for the list."""
    red = sum(pack.counts.get(one.value, 0) for one in RED)
    return Row(pack.id, moment(pack.made, at), pack.by, pack.sha256, red)


def change(one: Change) -> tuple[Change, Shown | None, Shown | None]:
    """A change with both verdicts as shown; None for one that wasn't there, or is gone."""
    return one, shown(one.before) if one.before else None, shown(one.after) if one.after else None


def questions(every: Mapping[str, Rule], said: Mapping[str, Answer], at: datetime) -> tuple[Question, ...]:
    """What a person is asked, what must be said first."""
    found = []
    for key, rule in every.items():
        last = said.get(key)
        words = f"{ANSWERS[last.answer]} · {last.who} · {moment(last.at, at)}" if last else ""
        found.append(
            Question(
                key,
                f"{rule.section} {rule.title}",
                rule.question,
                words,
                last.words if last else "",
                last is None or at - last.at > HOLDS_FOR,
            )
        )
    return tuple(sorted(found, key=lambda one: not one.due))


def hold(one: Hold, at: datetime) -> dict[str, str]:
    """A hold for the list."""
    return {
        "id": one.id,
        "patient": one.patient,
        "who": one.who,
        "since": moment(one.at, at),
        "why": one.why,
        "lifted": moment(one.lifted, at) if one.lifted else "",
        "lifted_by": one.lifted_by,
        "lifted_why": one.lifted_why,
    }
