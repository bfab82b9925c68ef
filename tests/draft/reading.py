"""A second count of syllables for what patients read, by where words are parted; skipped where pyphen is absent."""

import re

import pytest

_END = re.compile(r"[.!?…:]+(?=\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def pyphen_grade(text: str, language: str) -> float:
    """The school grade by Flesch-Kincaid, in Spanish by Crawford, with pyphen's syllables."""
    pyphen = pytest.importorskip("pyphen")
    parted = pyphen.Pyphen(lang={"en": "en_US", "es": "es"}[language], left=1, right=1)
    sentences = sum(bool(_WORD.search(one)) for one in _END.split(text))
    words = _WORD.findall(text)
    syllables = sum(len(parted.positions(one)) + 1 for one in words)
    if language == "es":
        return -20.5 * sentences / len(words) + 4.9 * syllables / len(words) - 3.407
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
