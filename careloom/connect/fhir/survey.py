"""QuestionnaireResponse: what somebody answered, question by question, and what an instrument's answers add up to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from careloom.care.entry import LOINC, Code, Component, Entry, Period, entry_id
from careloom.connect.fhir.datatypes import Coding, Number, Quantity, Reference, Resource, Wire
from careloom.connect.fhir.meaning import texts
from careloom.connect.fhir.people import who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import NOTHING, code, digits, join, unit
from careloom.knowledge.gaps import Gaps, load_gaps
from careloom.knowledge.instruments import Instrument, Item, load_instruments

# Answers that somebody stands by; what is in progress or stopped adds up to nothing.
GIVEN = ("completed", "amended")
# The canonical address of a questionnaire of ours, and how the questions about what a record lacks are linked in it.
OURS = "urn:careloom:questionnaire:intake"
GAP = "gap/"
# What a questionnaire of ours is called: the heading of one of its instruments would say that this one was answered.
NAME = "Before the first visit"
PROFESSIONAL = re.compile(r"\bPractitioner(?:Role)?\b")
LINK_WITH_LOINC = re.compile(r"(?:^|/)(\d{3,7}-\d)$")
# A PHQ-9 whose questions have numbers and no codes ("PHQ.9", "phq9_q9"): item 9 must not be passed over.
PHQ9 = re.compile(r"phq[-_ .]?9(?!\d)", re.IGNORECASE)
NUMBERED = re.compile(r"(?:^|\D)0?([1-9])$")


class Answer(Wire):
    """QuestionnaireResponse.item.answer."""

    value_boolean: bool | None = None
    value_decimal: Number = None
    value_integer: Number = None
    value_date: str | None = None
    value_date_time: str | None = None
    value_time: str | None = None
    value_string: str | None = None
    value_uri: str | None = None
    value_coding: Coding | None = None
    value_quantity: Quantity | None = None
    item: list["Question"] = []


class Question(Wire):
    """QuestionnaireResponse.item."""

    link_id: str | None = None
    text: str | None = None
    answer: list[Answer] = []
    item: list["Question"] = []


class QuestionnaireResponse(Resource, tag="QuestionnaireResponse"):
    """A filled-in questionnaire."""

    questionnaire: str | None = None
    status: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    authored: str | None = None
    author: Reference | None = None
    item: list[Question] = []
    based_on: list[Reference] = []


def questionnaire(it: QuestionnaireResponse, at: Place) -> Entry:
    """A filled-in questionnaire: one component for every answered question, in its order."""
    heading = next((one.text for one in it.item if one.text and not one.answer), None) or ""
    return Entry(
        id=at.id,
        kind="QuestionnaireResponse",
        source=at.source,
        text=NAME if _is_ours(it) else heading,
        components=_components(it),
        effective=Period(at.when(it.authored, "authored")),
        recorded=at.when(it.authored, "authored"),
        status=it.status,
        detail=texts(author=who(it.author, at), title=it.questionnaire),
        references=at.to(it.encounter, *it.based_on),
    )


def scores(it: QuestionnaireResponse, at: Place) -> Iterator[Entry]:
    """The total of each instrument that is answered whole and whose total isn't among the answers, that one without a total was
    answered, and each answer to a question of ours about what the record lacks. No total is made up for an item left out.
    """
    if it.status not in GIVEN:
        return
    answers = _components(it)
    sent = {one.code: answer.value for answer in answers for one in answer.codes if one.system == LOINC}
    whole = [one for one in load_instruments().values() if one.answered(answers)]
    names = {one.name for one in whole}
    for one in whole:
        if one.within not in names and not _is_sent(one, answers, sent):
            yield _score(one, answers, it, at)
    if _is_ours(it):
        for number, question in enumerate(_about_gaps(it.item)):
            yield _told(question, number, it, at)


def _is_ours(it: QuestionnaireResponse) -> bool:
    return (it.questionnaire or "").partition("|")[0] == OURS


def _is_sent(one: Instrument, answers: Sequence[Component], sent: Mapping[str, str | None]) -> bool:
    """Whether an instrument's total is among the answers, and is what they add up to."""
    total = one.counted(answers)
    try:
        return total is not None and float(sent.get(one.total) or "") == total
    except ValueError:
        return False


def _components(it: QuestionnaireResponse) -> tuple[Component, ...]:
    """Every answered question, in its order."""
    found = tuple(_answered(it.item))
    if _is_ours(it):
        found = tuple(_of_ours(one, link) for one, link in zip(found, _places(it.item), strict=True))
    if not PHQ9.search(f"{it.questionnaire or ''} {' '.join(one.text or '' for one in it.item)}"):
        return found
    return tuple(_numbered(one, place) for one, place in zip(found, _places(it.item), strict=True))


def _places(questions: Sequence[Question]) -> Iterator[str]:
    """The linkId of each answered question, in the order of `_answered`."""
    for question in questions:
        if question.answer:
            yield question.link_id or ""
        for answer in question.answer:
            yield from _places(answer.item)
        yield from _places(question.item)


def _of_ours(one: Component, link: str) -> Component:
    """An answer in a questionnaire of ours, with the code of the item that LOINC has none for."""
    item = _own_items().get(link)
    if one.codes or item is None:
        return one
    return replace(one, codes=(code(item.system, item.code, item.text),))


@cache
def _own_items() -> Mapping[str, Item]:
    """The items with codes of our own, by their linkIds."""
    every = load_instruments().values()
    return {one.link(item): item for one in every if one.system != LOINC for item in one.items}


def _numbered(one: Component, link: str) -> Component:
    """An answer of a PHQ-9, with the code of the item whose number its link ends in, where it is one of that item's answers."""
    found = NUMBERED.search(link)
    if one.codes or found is None:
        return one
    item = load_instruments()["phq9"].items[int(found.group(1)) - 1]
    said = (one.value or "").strip().lower()
    words = {option.display.lower() for option in item.options} | {
        str(option.points) for option in item.options
    }
    if not (
        {option.code for option in item.options} & {code.code for code in one.value_codes} or said in words
    ):
        return one
    return replace(one, codes=(code(LOINC, item.code, item.text),))


def _score(one: Instrument, answers: Sequence[Component], it: QuestionnaireResponse, at: Place) -> Entry:
    total = one.counted(answers)
    made = _beside(f"{at.where}.{one.name}", it, at)
    named = code(one.system, one.total or one.panel, one.label)
    if total is None:
        return replace(made, codes=(named,), text=one.label)
    note = "; ".join(filter(None, ("counted from the answers", one.band(total))))
    return replace(
        made, codes=(named,), text=one.label, value=str(total), unit="{score}", detail=texts(note=note)
    )


def _told(question: Question, number: int, it: QuestionnaireResponse, at: Place) -> Entry:
    """The answer to what a record lacked. A professional's is called as the gap is, and fills it; the patient's own is called as it
    was asked, and an assessment by somebody is still to be made.
    """
    gap = _gaps().get((question.link_id or "").removeprefix(GAP))
    professional = bool(
        PROFESSIONAL.search((it.author.reference or it.author.type or "") if it.author else "")
    )
    label = gap.label if gap and professional else question.text or "question before the first visit"
    said = join(_answer(one) for one in question.answer)
    return replace(_beside(f"{at.where}.gap[{number}]", it, at), text=label, value=said or None)


def _about_gaps(questions: Sequence[Question]) -> Iterator[Question]:
    for question in questions:
        if (question.link_id or "").startswith(GAP) and join(_answer(one) for one in question.answer):
            yield question
        yield from _about_gaps(question.item)


@cache
def _gaps() -> Gaps:
    return load_gaps()


def _beside(where: str, it: QuestionnaireResponse, at: Place) -> Entry:
    return Entry(
        id=entry_id(at.message.sha256, where, "Observation"),
        kind="Observation",
        source=replace(at.source, where=where),
        category=("survey",),
        effective=Period(at.when(it.authored, "authored")),
        recorded=at.when(it.authored, "authored"),
        status="final",
        detail=texts(author=who(it.author, at)),
        references=(at.id,),
    )


def _answered(questions: list[Question]) -> Iterator[Component]:
    for question in questions:
        if question.answer:
            yield Component(
                codes=_link_code(question),
                text=question.text or question.link_id or "",
                value=join(_answer(one) for one in question.answer) or None,
                unit=next((unit(one.value_quantity) for one in question.answer if one.value_quantity), None),
                value_codes=tuple(
                    code(one.value_coding.system or "", one.value_coding.code, one.value_coding.display or "")
                    for one in question.answer
                    if one.value_coding and one.value_coding.code
                ),
            )
        for answer in question.answer:
            yield from _answered(answer.item)
        yield from _answered(question.item)


def _answer(it: Answer) -> str | None:
    if it.value_coding is not None:
        return it.value_coding.display or it.value_coding.code
    if it.value_boolean is not None:
        return "true" if it.value_boolean else "false"
    if it.value_quantity is not None:
        return digits(it.value_quantity.value)
    number = digits(it.value_decimal) or digits(it.value_integer)
    return number or it.value_string or it.value_date or it.value_date_time or it.value_time or it.value_uri


def _link_code(question: Question) -> tuple[Code, ...]:
    """The LOINC code that a linkId ends in, as LOINC's own panels write them; its check digit must fit."""
    found = LINK_WITH_LOINC.search(question.link_id or "")
    if found is None or not loinc_check(found.group(1)):
        return NOTHING
    return (code(LOINC, found.group(1), question.text or ""),)


def loinc_check(number: str) -> bool:
    """Whether a LOINC code's check digit fits (LOINC Users' Guide: mod 10)."""
    body, _, check = number.partition("-")
    total = 0
    for place, digit in enumerate(reversed(body)):
        double = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += double - 9 if double > 9 else double
    return (10 - total % 10) % 10 == int(check)
