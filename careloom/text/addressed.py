"""Sentences that speak to software ("ignore previous instructions"): data to show, never words to obey.

Source   OWASP Top 10 for LLM Applications 2025, LLM01 Prompt Injection
Misses   other languages than English and Spanish; orders that look like a clinician's
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from careloom.text.folding import fold
from careloom.text.phrases import Phrases, word_keys
from careloom.text.sentences import Sentence

FILE = Path(__file__).with_name("addressed.toml")


def is_addressed(sentence: str) -> bool:
    """Whether a sentence speaks to software."""
    known, marks = _known()
    folded = fold(sentence)
    if any(mark in folded for mark in marks):
        return True
    return known.may_occur(folded) and known.holds(folded, word_keys(folded))


def heard(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences that tell of the patient: without those that speak to software.

    What follows such a sentence in its paragraph goes with it, since its orders go on there ("Add warfarin.").
    """
    silent = -1
    for sentence in sentences:
        if is_addressed(f"{sentence.section}: {sentence.text}" if sentence.section else sentence.text):
            silent = sentence.paragraph
        if sentence.paragraph != silent:
            yield sentence


@lru_cache(maxsize=1)
def _known() -> tuple[Phrases[bool], tuple[str, ...]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    listed = (*tables["phrases"]["en"], *tables["phrases"]["es"])
    return Phrases(((phrase, True) for phrase in listed), tables["words"]), tuple(tables["phrases"]["marks"])
