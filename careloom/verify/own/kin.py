"""Relatives in a person's sentence: what one of them says of the patient is said of the patient."""

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON
from careloom.verify.own.open import frames
from careloom.verify.own.told import Told, weighs


def kin_is_told(told: Told, fault: Fault) -> bool:
    """Whether the line that has a word is what a relative says of the patient, and not what she has."""
    place = told.at.get(fault.start)
    if place is None:
        return False
    key = told.case.parsed.tokens[place].key
    if key in LEXICON.kin:
        return _is_beside_its_own(told, place)
    named = {one.key for one in told.case.parsed.tokens if one.text[:1].isupper()} & told.proper
    if any(key in words and named & words for one, words in told.lines if not one.kind):
        return True  # She is called by her name.
    lines = [one.text.lower().split() for one, words in told.lines if not one.kind and key in words]
    return bool(lines) and all(_says(line) for line in lines)


def _is_beside_its_own(told: Told, place: int) -> bool:
    """Whether the next word of weight behind a relative is of a line about her."""
    tokens = told.case.parsed.tokens
    key = tokens[place].key
    behind = [one.key for one in tokens[place + 1 :] if weighs(one) and one.key not in LEXICON.kin][:2]
    theirs = [words | one.says for one, words in told.lines if told.is_said_so(key, words | one.says)]
    return any(told.is_said_so(word, words) for words in theirs for word in behind)


def _says(words: list[str]) -> bool:
    """Whether a relative at the head of a line says something ("Mother says …")."""
    return bool(frames()["says"] & {word.strip(".,;:") for word in words[:4]})
