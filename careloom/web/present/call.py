"""What the call page prints: whom to call and how, what is asked and why, what was said so far, and what it ends with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.call import (
    NEEDS,
    STEPS,
    TEACH,
    UNREACHED,
    WHY_NOT,
    Call,
    Drug,
    Ends,
    NeedAsked,
    Press,
    Sheet,
)
from careloom.care.document import ROLES
from careloom.care.record import PatientRecord
from careloom.record.asks import alone, asked_elsewhere
from careloom.web.present.patient.said import Said, said
from careloom.web.present.recorded import asked_for, need_named, recorded_words
from careloom.web.present.rules import pressing, what_to_do
from careloom.web.present.words import count, listed, owner_words, spoken
from careloom.web.saying import in_english, later

# What draft/visit_note/called.py and pipeline/calling.py find missing, word for word.
_MISSING = (
    later("Say with whom you spoke."),
    later("Each step has somebody whose it is and a day."),
    later("Say whom you ask."),
    later("Situation, background, assessment and request each take a line."),
    later("Say how many minutes you attest."),
    later("This person may not answer; choose another."),
)
_OF_A_DRUG = (
    later(": say how it is taken: how much, how often, or in words."),
    later(": you chose another reason; say it in words."),
)
_WHOM: Mapping[str, str] = {
    "patient": later("The patient"),
    "caregiver": later("The caregiver"),
    "patient_and_caregiver": later("Both"),
    "interpreter_and_patient": later("The patient, through an interpreter"),
}
# Not offered where the patient is spoken with alone.
_WITH_OTHERS = frozenset({"caregiver", "patient_and_caregiver"})
_STATES: Mapping[str, str] = {
    "taking": later("Taking"),
    "not_taking": later("Not"),
    "differently": later("Differently"),
}
# Why a question stands where it does, in their order.
# What may harm now: what a finding or a result says stands behind it.
GRAVE = frozenset({"critical", "high"})
_PRESS: Mapping[Press, str] = {
    "critical": later("Harm may be happening now: a critical result"),
    "high": later("A high finding about a medicine"),
    "home": later("Back from the hospital"),
    "drug": later("It is in doubt what is taken"),
    "symptom": later("A symptom of the last days"),
    "trend": later("A result that moves"),
    "need": later("An open need"),
    "plan": later("A step of the plan"),
    "gap": later("Nobody has written it down"),
    "open": later("For everybody"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things that can be ticked in a field."""

    value: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskRow:
    """A thing to ask, with what was answered. `first` is why it stands where it does, `grave` whether it is for harm."""

    key: str
    first: str
    grave: bool
    words: str
    spanish: str
    why: str
    more: str
    said: Said | None
    answer: str


@dataclass(frozen=True, slots=True)
class DrugRow:
    """A drug with what was said of it."""

    key: str
    name: str
    how: str
    doubt: str
    said: Said | None
    states: tuple[Choice, ...]
    whys: tuple[Choice, ...]
    dose: str
    often: str
    words: str

    @property
    def asked(self) -> bool:
        """Whether something is ticked."""
        return any(one.chosen for one in self.states)


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need's domain with what was said of it."""

    domain: str
    name: str
    open: bool
    words: str
    said: Said | None
    states: tuple[Choice, ...]
    about: str

    @property
    def asked(self) -> bool:
        """Whether something is ticked."""
        return any(one.chosen for one in self.states)


@dataclass(frozen=True, slots=True)
class TopicRow:
    """Something to explain and have said back."""

    key: str
    text: str
    states: tuple[Choice, ...]

    @property
    def asked(self) -> bool:
        """Whether something is ticked."""
        return any(one.chosen for one in self.states)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that was agreed on."""

    number: int
    what: str
    owners: tuple[Choice, ...]
    due: str


PARTS = (
    ("whom", later("With whom")),
    ("asks", later("Three things")),
    ("drugs", later("Medicines")),
    ("needs", later("Needs")),
    ("reported", later("What else")),
    ("taught", later("Teach-back")),
    ("steps", later("Next steps")),
    ("question", later("Question")),
    ("minutes", later("Minutes")),
)


@dataclass(frozen=True, slots=True)
class Screen:
    """The call's own part of the page. `typed` are the other fields, by name; `elsewhere` where an open need isn't asked about by telephone."""

    id: str
    asks: tuple[AskRow, ...]
    drugs: tuple[DrugRow, ...]
    needs: tuple[NeedRow, ...]
    more_needs: tuple[NeedRow, ...]
    topics: tuple[TopicRow, ...]
    steps: tuple[StepRow, ...]
    whom: tuple[Choice, ...]
    ways: tuple[Choice, ...]
    typed: Mapping[str, str]
    elsewhere: bool

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The parts of the screen in their order: where each stands, and what the line of steps calls it."""
        return tuple((where, str(word)) for where, word in PARTS)

    @property
    def many_steps(self) -> bool:
        """Whether more than the first step is typed."""
        return any(one.what for one in self.steps[1:])


def asked(sheet: Sheet, record: PatientRecord, call: Call | None = None) -> tuple[AskRow, ...]:
    """The three things to ask."""
    return tuple(
        AskRow(
            one.key,
            str(_PRESS[one.press]) if one.press else "",
            one.press in GRAVE,
            one.words,
            one.spanish,
            pressing(spoken(one.why)) if one.press in GRAVE else asked_for(one.why),
            what_to_do(spoken(one.more)),
            said(one.entries, record),
            call.of(f"ask:{one.key}") if call else "",
        )
        for one in sheet.asks
    )


def screen(call: Call, record: PatientRecord) -> Screen:
    """The call with everything that was ticked and typed so far."""
    needs = [_need(one, call, record) for one in call.sheet.needs]
    return Screen(
        id=call.id,
        asks=asked(call.sheet, record, call),
        drugs=tuple(_drug(one, call, record) for one in call.sheet.drugs),
        needs=tuple(one for one in needs if one.open),
        more_needs=tuple(one for one in needs if not one.open),
        topics=tuple(
            TopicRow(
                one.key,
                one.text,
                _choices(
                    {key: word for key, (word, _) in TEACH.items()},
                    call.of(f"teach:{one.key}"),
                ),
            )
            for one in call.sheet.topics
        ),
        steps=tuple(_step(number, call) for number in range(1, STEPS + 1)),
        whom=tuple(
            one
            for one in _choices(_WHOM, call.of("whom"))
            if one.chosen or one.value not in _WITH_OTHERS or not alone(record)
        ),
        ways=_choices({"phone": gettext("Telephone"), "video": gettext("Video")}, call.of("way") or "phone"),
        typed=call.said,
        elsewhere=asked_elsewhere(record),
    )


def _drug(one: Drug, call: Call, record: PatientRecord) -> DrugRow:
    return DrugRow(
        key=one.key,
        name=one.name,
        how=" · ".join(one.how),
        doubt=recorded_words(one.doubt),
        said=said(one.entries, record),
        states=_choices(_STATES, call.of(f"drug:{one.key}")),
        whys=_choices(
            {key: word.capitalize() for key, word in WHY_NOT.items()},
            call.of(f"why:{one.key}"),
        ),
        dose=call.of(f"dose:{one.key}"),
        often=call.of(f"often:{one.key}"),
        words=call.of(f"words:{one.key}"),
    )


def _need(one: NeedAsked, call: Call, record: PatientRecord) -> NeedRow:
    offered = ("still", "solved") if one.open else ("new",)
    words = {key: NEEDS[key][0].capitalize() for key in offered}
    return NeedRow(
        one.domain,
        need_named(one.name),
        one.open,
        one.words,
        said(one.entries, record),
        _choices(words, call.of(f"need:{one.domain}")),
        call.of(f"about:{one.domain}"),
    )


def _step(number: int, call: Call) -> StepRow:
    owners = {one: owner_words(one) for one in ROLES}
    what, owner, due = (call.of(f"{part}:{number}") for part in ("step", "owner", "due"))
    return StepRow(number, what, _choices(owners, owner), due)


def _choices(words: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, word, value == chosen) for value, word in words.items())


def unreached(*, may_leave: bool) -> tuple[tuple[str, str], ...]:
    """How a call may have reached nobody; a message only where one may be left."""
    return tuple((key, word) for key, word in UNREACHED.items() if may_leave or key != "message_left")


def ends_with(ends: Ends, users: Mapping[str, str]) -> str:
    """ "Ends with: note, 3 medicines and 1 need as reported, 2 tasks, 14 min."."""
    told = [(ends.drugs, "medicine"), (ends.needs, "need")]
    reported = listed([count(number, word) for number, word in told if number])
    parts = [gettext("note"), gettext("{reported} as reported").format(reported=reported) if reported else ""]
    parts += [count(ends.tasks, "task") if ends.tasks else ""]
    parts += [
        gettext("1 question to {person}").format(person=users.get(ends.to, "somebody")) if ends.to else "",
        gettext("{minutes} min").format(minutes=ends.minutes),
    ]
    made = gettext("Ends with: {list}.").format(list=", ".join(filter(None, parts)))
    first = next((told_wrong(words) for words in ends.wrong.values() if words), "")
    return gettext("{made} Not yet: {first}").format(made=made, first=first) if first else made


def told_wrong(words: str) -> str:
    """What is missing or wrong, as the reader's language says it; what names a drug keeps its name."""
    for one in (*_MISSING, *_OF_A_DRUG):
        if words.endswith(in_english(one)):
            return f"{words.removesuffix(in_english(one))}{one}"
    return words


def wrong(ends: Ends) -> dict[str, str]:
    """What is missing or wrong, by the part of the screen, in the reader's language; with whom she speaks is asked at the end alone."""
    return {part: told_wrong(words) for part, words in ends.wrong.items() if part != "whom" and words}


def waits(ends: Ends) -> tuple[str, ...]:
    """What can't wait, as a sentence; nothing where nothing was told."""
    return (
        (gettext("{sentence_of}: somebody is paged at once.").format(sentence_of=sentence_of(ends.flags)),)
        if ends.flags
        else ()
    )


def sentence_of(flags: Sequence[str]) -> str:
    """The labels of red flags in a row, as a sentence begins."""
    words = listed(list(flags))
    return words[:1].upper() + words[1:]
