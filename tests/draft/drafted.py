"""A care plan of what is told, and its lines."""

from careloom import draft
from careloom.care.entry import HumanName, Person
from careloom.llm import Remembered
from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE, TODAY, Told


def plan(told, as_of=TODAY):
    """A care plan by the template alone."""
    return draft.write(told.record(as_of), KNOWLEDGE, None, calls=0, answers=Remembered())


def texts(document, section=None):
    """The lines of a plan, or of one of its sections."""
    return [one.text for one in document.statements if section in (None, one.section)]


def said(document):
    """All lines of a plan."""
    return "\n".join(texts(document))


def nobody():
    """Somebody of whom name, birth date and sex are known, and nothing else."""
    told = Told(
        Person(birth_date="1990-10-02", sex="female", names=(HumanName(family="Haddad", given=("Noor",)),))
    )
    told.patient()
    return told


def unsupported(told, document, as_of=TODAY):
    """Lines that do not follow from what they cite, each with its faults."""
    record = told.record(as_of)
    index = Index(record, KNOWLEDGE)
    return [
        (one.text, [(fault.kind, fault.words) for fault in judged.faults])
        for one in document.statements
        if (
            judged := judge_with(index, one.text, [record.by_id[c] for c in one.citations], one.guideline)
        ).faults
    ]
