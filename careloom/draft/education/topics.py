"""Which topic a letter teaches: the one that was asked for, or the one that presses most by the care plan's own lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from careloom.care.record import PatientRecord
from careloom.care.texts import ApprovableText
from careloom.draft import care_plan
from careloom.draft.messages import Messenger
from careloom.draft.outlook import comfort_first
from careloom.draft.pen import Pen
from careloom.errors import Refused
from careloom.knowledge import Knowledge
from careloom.knowledge.days import is_child
from careloom.verify.filling import problems_of

PREFIX = "education_"
# Beside it, or where comfort comes first, a text about living long and well with a disease is for nobody; a person teaches then.
PREGNANT = "the record has pregnancy"


@dataclass(frozen=True, slots=True)
class Topic:
    """A text, the entries of the problems that it follows from (none for one that is for anybody), and their concepts."""

    id: str
    text: ApprovableText
    entries: tuple[str, ...] = ()
    concepts: frozenset[str] = frozenset()


def chosen(writer: Messenger) -> Topic:
    """The topic of this letter. Raises Refused where what was asked for, or any topic, isn't for this patient."""
    asked = writer.given.fields.get("topic", "")
    if is_child(writer.record.as_of, writer.record.demographics.birth_date):
        raise Refused("these texts are for grown-ups; a person teaches a child and the family")
    text = next((one for one in _texts(writer) if one.id == PREFIX + asked), None)
    if text and not text.about:
        return Topic(asked, text)
    if why := _why_not(writer.record, writer.pen.knowledge):
        raise Refused(f"{why}; a person teaches this patient, or the topic your_visit may be asked for")
    found = list(_of_record(writer))
    if asked:
        found = [one for one in found if one.id == asked]
    if not found:
        what = f"{asked} is no active problem of this record, or another problem speaks against this text"
        nothing = "no active problem of this record is among the topics"
        raise Refused(f"{what if asked else nothing}; the topic your_visit is for anybody")
    return found[0] if len(found) == 1 else min(found, key=_pressing(writer))


def others(writer: Messenger, but: Topic) -> Iterator[Topic]:
    """The other topics that the record would give."""
    if but.entries:
        yield from (one for one in _of_record(writer) if one.id != but.id)


def _of_record(writer: Messenger) -> Iterator[Topic]:
    """The topics that an active problem of the record gives, in the library's order."""
    for text in _texts(writer):
        if problems := problems_of(text, writer.record, writer.pen.knowledge):
            entries = tuple(dict.fromkeys(entry for one in problems for entry in one.entries))
            concepts = frozenset(one.concept for one in problems if one.concept) | frozenset(text.about)
            yield Topic(text.id.removeprefix(PREFIX), text, entries, concepts)


def _texts(writer: Messenger) -> tuple[ApprovableText, ...]:
    every = writer.pen.knowledge.texts.of("education", writer.language)
    return tuple(one for one in every if one.id.startswith(PREFIX))


def _why_not(record: PatientRecord, knowledge: Knowledge) -> str:
    """Why no topic about a disease is for this patient; "" where nothing speaks against it."""
    concepts = {one.concept for one in record.problems if one.status == "active"}
    pregnant = any(knowledge.conditions.is_a(one, "pregnancy") for one in concepts)
    found = comfort_first(record, knowledge) or (PREGNANT if pregnant else "")
    return f"{found}, and these texts are not about that" if found else ""


def _pressing(writer: Messenger) -> Callable[[Topic], int]:
    """How much a topic presses: the rank of the care plan's first line about one of its problems; the library's order decides a tie."""
    ranks: dict[str, int] = {}
    for line in care_plan.statements(Pen(writer.record, care_plan.kind(), writer.pen.knowledge)):
        ranks[line.about] = min(line.rank, ranks.get(line.about, line.rank))
    return lambda topic: min((ranks[one] for one in topic.concepts if one in ranks), default=10_000)
