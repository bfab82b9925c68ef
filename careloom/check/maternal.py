"""An urgent maternal warning sign that a fresh note tells, in a pregnancy or in the year after a birth, is never left to the note.

Source   CDC, Hear Her, Urgent Maternal Warning Signs, 2024 (knowledge/maternal.py): medical care is sought at once, in pregnancy and in the year after
Misses   what knowledge/maternal.py misses; whether somebody was seen already
"""

from collections.abc import Iterable, Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.knowledge.facts import Facts
from careloom.knowledge.maternal import signs_of

NAME = "maternal"
_CONCEPTS = ("pregnancy", "postpartum")


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells such signs as there, of somebody who is pregnant or gave birth within a year."""
    del document
    for entry, signs in noted_signs(facts.record.entries, facts):
        problems = [one for concept in _CONCEPTS for one in facts.problems.get(concept, ())]
        evidence = dict.fromkeys((entry.id, *(each for one in problems[:2] for each in one.entries[:1])))
        yield Finding(
            NAME,
            Severity.HIGH,
            f"A note ({told_by(entry)}) tells of {', '.join(signs)} in a pregnancy or in the year after a birth: reach her now, "
            "have blood pressure measured and tell the obstetric physician (CDC, Hear Her, Urgent Maternal Warning Signs, 2024)",
            tuple(evidence),
        )


def noted_signs(entries: Iterable[Entry], facts: Facts) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Each fresh note that tells such signs, with what they are called; none where she is neither pregnant nor has given birth."""
    if not any(concept in facts.problems for concept in _CONCEPTS):
        return
    for entry in entries:
        if signs := signs_of(entry, facts.record.as_of):
            yield entry, signs
