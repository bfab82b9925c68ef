"""What a person wrote into a patient's letter is at most two grades harder to read than the letter is to be.

Source   AHRQ Health Literacy Universal Precautions Toolkit, 2nd edition (2015), Tool 11 (materials that are easy to understand);
         that the limit is the 6th grade is this product's own; the grades are those of `text/grade.py`
Misses   sentences under six words; short sentences with hard words; what a copy quotes from the plan, which is marked already; languages other than English and Spanish
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.knowledge.facts import Facts
from careloom.text.grade import grade
from careloom.text.language import language

NAME = "hard_words"
# A sentence alone swings more than a text: so many grades above what the kind asks for it is hard.
_SWING = 2
_FEWEST_WORDS = 6


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Low, for each statement of a person's that reads harder than its kind is to."""
    del facts
    most = document.demands.grade
    for statement in document.statements if most else ():
        if statement.written_by != "person" or len(statement.text.split()) < _FEWEST_WORDS:
            continue
        found = grade(statement.text, language(statement.text))
        if found > most + _SWING:
            message = f"It reads at grade {found:.0f}; what patients read is to be at grade {most} or below"
            yield Finding(NAME, Severity.LOW, message, statement.citations, statement.id)
