"""The lines of a contact as they are stored, and as its note repeats them."""

from collections.abc import Iterator

from careloom.draft.visit_note.contact import Contact, Step
from careloom.draft.wording import ended

# The titles of the notes that are made of a contact: what somebody said; what the author saw, taught and agreed; what she asks.
REPORTED = "Reported in a contact"
WRITTEN = "Observed, taught and agreed in a contact"
ASKED = "Asked of the physician in a contact"


def reported(contact: Contact) -> Iterator[str]:
    """What the patient or caregiver said, a line each."""
    for words in contact.reported:
        yield ended(words)
    for topic, answer in contact.needs:
        yield ended(answered(topic, answer))


def written(contact: Contact) -> Iterator[str]:
    """What the author saw, taught and agreed, under its headings."""
    parts = (
        ("Observed", contact.observed),
        ("Taught", tuple(taught(*one) for one in contact.taught)),
        ("Plan", tuple(step(one) for one in contact.agreed)),
    )
    for heading, lines in parts:
        if lines:
            yield f"{heading}:"
            yield from map(ended, lines)


def asked(contact: Contact) -> Iterator[str]:
    """What she asks of the physician."""
    if contact.question:
        yield ended(contact.question)


def answered(topic: str, answer: str) -> str:
    """ "About food: runs out before the end of the month"."""
    return f"About {topic}: {answer}"


def taught(topic: str, result: str) -> str:
    """ "Low-salt diet; teach-back: correct"; without a result where none was ticked."""
    return f"{topic}; teach-back: {result}" if result else topic


def step(one: Step) -> str:
    """ "Call the pharmacy about the refill (nurse, by 2026-12-03)"."""
    return f"{one.what} ({one.owner.replace('_', ' ')}, by {one.due.isoformat()})"
