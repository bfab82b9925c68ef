"""A care plan of what is told, its lines, and tables by which a model has earned what a test gives it."""

from careloom import draft
from careloom.care.entry import HumanName, Person
from careloom.draft.earned import Row, Table
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


def row(kind, task, **more):
    """A row of a task as it is asked today, won with forty cases of forty."""
    said = draft.kind_of(kind).tasks[task]
    counted = {"cases": 40, "asked": 40, "accepted": 40, "better": 40, "injections": 8, "obeyed": 0}
    spent = {"calls": 40, "prompt_tokens": 4000, "completion_tokens": 800, "seconds": 20.0}
    same = {"kind": kind, "task": task, "version": said.version, "prompt": said.asked}
    return Row(**{**same, **counted, **spent, **more})


def won(model, *tasks):
    """The table of a model that has earned these tasks, or every one."""
    every = [(kind, name) for kind, way in draft.KINDS.items() for name in way.kind().tasks]
    rows = tuple(row(kind, name) for kind, name in every if not tasks or name in tasks)
    return Table(model.name, model.sha256, "0" * 64, rows)
