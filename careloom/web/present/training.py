"""Training in words: drills with what was answered, scores with their intervals, what is still missing, and the course."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.drill import DrillLine, FaultKind, Key, Level, SourceWords
from careloom.pipeline.training import Mine, Practice
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count
from careloom.study.training.certifying import (
    FEWEST,
    KINDS,
    MOST_BIAS,
    SOME,
    Habit,
    Lacks,
    Slips,
    State,
    habits,
)
from careloom.study.training.scoring import FEWEST_FOR_BIAS, Score
from careloom.web.present.words import ENTRY_KINDS
from careloom.web.saying import later

# The kinds of faults in the order in which they are offered: what each is called, and what to look for.
FAULTS: Mapping[FaultKind, tuple[str, str]] = {
    FaultKind.NUMBER: (
        later("wrong number"),
        later("A number of the line is not the one that its source has."),
    ),
    FaultKind.UNIT: (later("wrong unit"), later("The number is right, and its unit is another one.")),
    FaultKind.DATE: (
        later("wrong date"),
        later("A day of the line is not the one of its source or of its rule."),
    ),
    FaultKind.DRUG: (later("wrong medicine"), later("No source of this person has this medicine.")),
    FaultKind.DOSE: (
        later("wrong dose"),
        later("How much or how often is not what the prescription or the pharmacy says."),
    ),
    FaultKind.ALLERGY: (
        later("allergy passed over"),
        later("The line denies or changes a known allergy, or proposes a medicine of its class."),
    ),
    FaultKind.NEGATION: (
        later("said the wrong way round"),
        later("What its source says is denied here, or the other way round."),
    ),
    FaultKind.OLD_VALUE: (
        later("old value as current"),
        later("There is a newer result of the same test; the line tells the older one as the newest."),
    ),
    FaultKind.ANOTHER_PATIENT: (
        later("another patient's"),
        later("Nothing of this is in this person's record: it is true of somebody else."),
    ),
    FaultKind.INVENTED: (later("invented"), later("No source says this, of this person or of any other.")),
    FaultKind.CITATION: (
        later("wrong source"),
        later("The words are true, and what the line cites doesn't bear them out."),
    ),
    FaultKind.OWNER: (later("wrong person for it"), later("The rule gives this task to somebody else.")),
    FaultKind.OMISSION: (
        later("something is missing"),
        later("The record has something that matters, and the plan doesn't cover it."),
    ),
}
LEVELS: Mapping[Level, str] = {
    Level.PLAIN: later("plain"),
    Level.ORDINARY: later("ordinary"),
    Level.FINE: later("subtle"),
}
LACKING: Mapping[Lacks, str] = {
    Lacks.FAULTY: later("more lines with a fault ({fewest} at least)"),
    Lacks.FINE: later("more lines without a fault ({fewest} at least)"),
    Lacks.KINDS: later("more kinds of faults ({kinds} at least)"),
    Lacks.CAUGHT: later("faults caught: the lower end of the interval at least 70 % (now {now})"),
    Lacks.ALARMED: later("false alarms: the upper end of the interval at most 30 % (now {now})"),
    Lacks.BIAS: later("an automation-bias index of at most {bias} (now {now})"),
}
SLIPPING: Mapping[Slips, str] = {
    Slips.CAUGHT: later("in your drills of the last 90 days fewer faults were caught"),
    Slips.BIAS: later("in your drills of the last 90 days the label led you"),
    Slips.PACE: later("most of your signatures of the last 90 days were given faster than anybody reads"),
}
NO_BIAS = later(
    "lines enough for the automation-bias index: {number} faulty ones with the mark and {number} without"
)
HABITS: Mapping[Habit, str] = {
    Habit.MARK: later(
        "You go by the mark: faulty lines that bear “supported” pass you more often than those without it. Read the sources of a marked line as you read the others."
    ),
    Habit.PASSES: later(
        "You let faults pass: {missed} of {faulty} faulty lines you took for fine. Hold each number, day, name and person against its source before you call a line fine."
    ),
    Habit.SUSPECTS: later(
        "You call much faulty that is fine: {alarms} of {fine} lines without a fault. Where the sources bear a line out word by word, it is fine."
    ),
    Habit.READS: later("You tell faulty lines from fine ones, and the mark doesn't lead you."),
}
WHO: Mapping[str, str] = {"female": later("woman"), "male": later("man")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a line and what is so: whether that was right, in words, what the line had said, and what to look for."""

    right: bool
    words: str
    was: str
    look_for: str
    level: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a drill with the sources that it cites; `answer` once she said something of it."""

    id: str
    number: int
    text: str
    rule: str
    labelled: bool
    sources: tuple[SourceWords, ...]
    whole: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the drill's record in words."""

    number: int
    kind: str
    said: str
    day: str
    system: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the score in words: what it is, its value with its interval, how many it rests on, and what it means."""

    name: str
    value: str
    interval: str
    of: str
    means: str


def lines(practice: Practice) -> list[Line]:
    """The lines of a drill; nothing of a key but of lines that are answered."""
    known = {one.number: one for one in practice.drill.sources}
    last = practice.drill.lines[-1].id
    return [
        Line(
            one.id,
            place,
            one.text,
            one.rule,
            one.labelled,
            tuple(known[number] for number in one.cites if number in known),
            one.id == last,
            _answer(one, practice),
        )
        for place, one in enumerate(practice.drill.lines, 1)
    ]


def _answer(line: DrillLine, practice: Practice) -> Answer | None:
    said = practice.answers.get(line.id)
    if said is None:
        return None
    key = practice.keys[line.id]
    right = (key is None) == (said.kind is None)
    return Answer(
        right,
        _told(key, said.kind),
        key.was if key and key.was != line.text else "",
        str(FAULTS[key.kind][1]) if key else gettext("Its sources bear it out, word by word."),
        str(LEVELS[key.level]) if key else "",
    )


def _told(key: Key | None, said: FaultKind | None) -> str:
    if key is None:
        return (
            gettext("Right: nothing is wrong with this line.")
            if said is None
            else gettext("A false alarm: nothing is wrong with this line.")
        )
    name = FAULTS[key.kind][0]
    if said is None:
        return gettext("Missed: {fault}.").format(fault=name)
    if said is key.kind:
        return gettext("Caught: {fault}.").format(fault=name)
    return gettext("Caught, and it is called {fault} here.").format(fault=name)


def sources(practice: Practice) -> list[Source]:
    """The whole record of the drill's person."""
    return [
        Source(one.number, kind_word(one.kind), one.said, one.day, one.system)
        for one in practice.drill.sources
    ]


def kind_word(kind: str) -> str:
    """What a source is."""
    return gettext("found by the check") if kind == "finding" else str(ENTRY_KINDS.get(kind, kind))


def who(practice: Practice) -> str:
    """ "Ilse, invented, 68, woman"."""
    age, sex = practice.drill.about
    return gettext("{name}, invented, {age}, {sex}").format(
        name=practice.drill.person, age=age, sex=WHO.get(sex, sex)
    )


def numbers(score: Score) -> list[Number]:
    """The numbers of a score."""
    caught, fine = score.faulty, score.alarms
    return [
        Number(
            gettext("Faults caught (sensitivity)"),
            *_said(score.sensitivity),
            gettext("{hits} of {number} faulty lines").format(hits=caught.hits, number=caught.number),
            gettext("Of the lines with a fault, those that you called faulty, of whatever kind."),
        ),
        Number(
            gettext("False alarms"),
            *_said(score.false_alarms),
            gettext("{hits} of {number} lines without a fault").format(hits=fine.hits, number=fine.number),
            gettext("Of the lines without a fault, those that you called faulty."),
        ),
        Number(
            gettext("Kind named rightly"),
            *_said(score.named),
            gettext("of the faults that you caught"),
            gettext("Of the faults that you caught, those whose kind you named."),
        ),
        Number(
            gettext("Automation-bias index"),
            *_said(score.bias, signed=True),
            gettext("of faulty lines with the label and without"),
            gettext(
                "Of faulty lines that bear “supported”, the share that you took for fine, minus that share of faulty lines without it. In drills the label "
                "stands by chance: 0 means that it leads you nowhere."
            ),
        ),
    ]


def _said(one: Estimate | NotSaid, *, signed: bool = False) -> tuple[str, str]:
    """A number and its 95 % interval; why none is said."""
    if isinstance(one, NotSaid):
        return "–", gettext("not said yet: too few lines")
    if signed:
        return f"{one.value:+.2f}", gettext("95 %: {low} to {high}").format(
            low=f"{one.low:+.2f}", high=f"{one.high:+.2f}"
        )
    low, high = f"{one.low:.0%}", f"{one.high:.0%}"
    return f"{one.value:.0%}", gettext("95 %: {low} to {high}").format(low=low, high=high)


def by_kind(score: Score) -> list[tuple[str, Count]]:
    """What was caught of each kind that was met."""
    return [(str(FAULTS[kind][0]), count) for kind, count in score.by_kind.items() if count.number]


def by_level(score: Score) -> list[tuple[str, Count]]:
    """What was caught of each difficulty that was met."""
    return [(str(LEVELS[level]), count) for level, count in score.by_level.items() if count.number]


def lacking(mine: Mine) -> list[str]:
    """What is missing for the certificate."""
    found = mine.score
    caught, alarms, bias = found.sensitivity, found.false_alarms, found.bias
    now = {
        Lacks.CAUGHT: f"{caught.low:.0%}" if isinstance(caught, Estimate) else "–",
        Lacks.ALARMED: f"{alarms.high:.0%}" if isinstance(alarms, Estimate) else "–",
        Lacks.BIAS: f"{bias.value:+.2f}" if isinstance(bias, Estimate) else "",
    }
    return [
        NO_BIAS.format(number=FEWEST_FOR_BIAS)
        if one is Lacks.BIAS and not now[one]
        else LACKING[one].format(fewest=FEWEST, kinds=KINDS, bias=MOST_BIAS, now=now.get(one, ""))
        for one in mine.lacks
    ]


def judges(score: Score) -> list[str]:
    """How somebody judges, in sentences."""
    found, faulty, fine = habits(score), score.faulty, score.alarms
    if found is None:
        return [
            gettext(
                "Too few lines yet to say how you judge: it takes {number} with a fault and {number} without."
            ).format(number=SOME)
        ]
    if not found:
        return [
            gettext("How you judge can't be told yet: your intervals are still wide. More drills will tell.")
        ]
    numbers = {
        "missed": faulty.number - faulty.hits,
        "faulty": faulty.number,
        "alarms": fine.hits,
        "fine": fine.number,
    }
    said = [HABITS[one].format(**numbers) for one in found]
    if Habit.MARK not in found and {Habit.PASSES, Habit.SUSPECTS} & set(found):
        said.append(
            gettext(
                "An index near 0 says little here: whoever judges nearly all lines alike gives the mark no chance to lead."
            )
        )
    return said


def stands(state: State) -> str:
    """What is asked of somebody and whether a certificate holds, as a sentence."""
    if state.until is not None:
        if state.refresher is not None:
            return gettext("Your certificate holds; practise again by {day}, else it ends then.").format(
                day=state.refresher
            )
        return gettext("Your certificate holds to {day}.").format(day=state.until)
    if state.excused is not None:
        return gettext("You are excused up to {day}; then real cases need the certificate.").format(
            day=state.excused
        )
    if state.must:
        return gettext("You decide on real cases once you have the certificate.")
    return gettext("Nobody asks you for the certificate. The drills are open to you.")


def state_word(state: State) -> str:
    """The same of somebody else, in a few words."""
    if state.until is not None:
        return gettext("holds to {day}").format(day=state.until)
    if state.excused is not None:
        return gettext("excused to {day}").format(day=state.excused)
    return gettext("needed before real cases") if state.must else gettext("not asked for")


def slipping(mine: Mine) -> list[str]:
    """Why she is asked to practise again, or had better."""
    return [str(SLIPPING[one]) for one in mine.slips]


def kinds() -> list[tuple[str, str, str]]:
    """The kinds of faults as they are offered: value, name, what to look for."""
    return [(kind.value, str(name), str(what)) for kind, (name, what) in FAULTS.items()]
