"""How hard a text is to read, as a school grade: Flesch-Kincaid for English, Crawford for Spanish.

Source   Kincaid, Fishburne, Rogers, Chissom: Derivation of New Readability Formulas for Navy Enlisted Personnel (1975);
         Crawford: Fórmula y gráfico para determinar la comprensibilidad de textos de nivel primario en castellano (1984)
Misses   words that are short and hard; Crawford's formula was made for the first six years of school
"""

import re

from careloom.text.folding import fold
from careloom.text.language import Language

_END = re.compile(r"[.!?…:]+(?=\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# A last "e" that isn't heard ("smile", not "little"), nor in "-es" and "-ed" ("makes", "called", not "ages" or "needed").
_MUTE = re.compile(r"(?:(?<![aeiouyl])|(?<=[aeiouy]l))e$|(?<![aeioucgsxzh])es$|(?<![aeioutd])ed$")
_STRONG = "aeoáéóíú"


def grade(text: str, language: Language = "en") -> float:
    """The school grade of a text; 0.0 for one without words. A line that doesn't end a sentence counts as one."""
    sentences = [one for one in _END.split(text) if _WORD.search(one)]
    words = _WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(map(spanish_syllables if language == "es" else english_syllables, words))
    if language == "es":
        per = 100 / len(words)
        return -0.205 * len(sentences) * per + 0.049 * syllables * per - 3.407
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def english_syllables(word: str) -> int:
    """How many groups of vowels are heard; at least one."""
    low = fold(word)
    heard = _VOWELS.findall(low)
    mute = 1 if len(heard) > 1 and _MUTE.search(low) else 0
    return max(1, len(heard) - mute)


def spanish_syllables(word: str) -> int:
    """How many vowels are heard apart: two strong ones are, and an accented i or u beside one."""
    heard, before = 0, ""
    for sign in word.lower().replace("qu", "k").replace("gue", "ge").replace("gui", "gi"):
        if sign in "aeiouáéíóúü":
            apart = before in _STRONG and sign in _STRONG if before else True
            heard += apart
        before = sign if sign in "aeiouáéíóúü" else ""
    return max(1, heard)
