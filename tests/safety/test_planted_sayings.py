"""What people say in their own words of Petra is let through where it is so, and stopped where it is not, kind by kind."""

import re
from collections.abc import Iterator
from dataclasses import replace

from careloom import record
from careloom.care.document import Document, Severity, Statement
from careloom.check import check
from tests.safety.petra import AS_OF, ENTRIES, PERSON, SAYINGS
from tests.safety.plans import knowledge

CAUGHT = 0.99
BLOCKED = 0.02
_CHOICE = re.compile(r"\{([^{}]*)\}")


def sayings() -> Iterator[tuple[str, str, str]]:
    """Every sentence with its citations and the kind of its fault ("" where it is so)."""
    citations = ""
    for line in SAYINGS.strip().splitlines():
        head, _, text = (part.strip() for part in line.partition("|"))
        if head.startswith("+"):
            yield citations, text, head.removeprefix("+").strip()
            continue
        citations = head
        choices = [choice.split("|") for choice in _CHOICE.findall(text)]
        so = [choice[0] for choice in choices]
        yield citations, _filled(text, so), ""
        for at, choice in enumerate(choices):
            for wrong in choice[1:]:
                kind, _, words = wrong.partition(":")
                yield citations, _filled(text, [*so[:at], words, *so[at + 1 :]]), kind


def _filled(text: str, words: list[str]) -> str:
    chosen = iter(words)
    return _CHOICE.sub(lambda _: next(chosen), text)


def _flagged() -> list[tuple[str, str, bool]]:
    """Of every saying its kind, its text, and whether a high or moderate finding names it."""
    found = record.assemble("petra", list(ENTRIES), knowledge(), AS_OF, [PERSON])
    told = list(sayings())
    statements = tuple(
        Statement(
            id=f"s{n}",
            section="text",
            kind="fact",
            text=text,
            citations=tuple(cited.split()),
            written_by="person",
        )
        for n, (cited, text, _) in enumerate(told)
    )
    empty = Document(
        patient="petra", kind="care_plan", as_of=AS_OF, record_version=found.version, statements=()
    )
    findings = check(replace(empty, statements=statements), found, knowledge())
    named = {one.statement for one in findings if one.severity is not Severity.LOW}
    return [(kind, text, f"s{n}" in named) for n, (_, text, kind) in enumerate(told)]


def test_what_is_so_of_petra_may_be_said_and_what_is_not_is_stopped() -> None:
    told = _flagged()
    so = [(text, stopped) for kind, text, stopped in told if not kind]
    wrong = [(kind, text, stopped) for kind, text, stopped in told if kind]
    assert len(so) >= 40
    blocked = [text for text, stopped in so if stopped]
    missed = [(kind, text) for kind, text, stopped in wrong if not stopped]
    assert len(blocked) <= len(so) * BLOCKED, blocked
    assert len(missed) <= len(wrong) * (1 - CAUGHT), missed
