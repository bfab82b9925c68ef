"""Scanned: a text as its scanner ought to have read it, letter by letter, so that what is found there stands at the same place in the text as it came.

Misses   a letter that was read as two, or two as one ("rn" for "m"); a word that a space parts
"""

import re

# So many words with a digit inside are slips of a scanner and no product names.
LEAST = 3
TOKEN = re.compile(r"[^\W_]+")
SLIP = re.compile(
    r"\b[^\W\d_]*(?:[a-z][01345679](?=[a-z]|\b)|[01][a-z])[a-z]*|(?<![\w.])[OlIZ]?\d*[OlIZ]\d[\dOlIZ]*(?![\w.])"
)
NUMBER = re.compile(r"[\dOolIZSB|]{1,17}")
AS_DIGITS = str.maketrans("OolIZSB|", "00112581")
AS_LETTERS = str.maketrans("013456", "oleaso")
NEAR = re.compile(r"\d[-/.,() ]{0,2}\Z"), re.compile(r"[-/.,() ]{0,2}\d")


def as_meant(text: str) -> str | None:
    """The text with a scanner's slips put right, as long as it came; None where it shows no scanner."""
    slips = [one for one in SLIP.findall(text) if not one.isdigit()]
    if len(slips) < LEAST:
        return None
    parts: list[str] = []
    at = 0
    for found in TOKEN.finditer(text):
        said = found.group()
        parts += (text[at : found.start()], _meant(text, found, said))
        at = found.end()
    return "".join((*parts, text[at:]))


def _meant(text: str, found: re.Match[str], said: str) -> str:
    if said.isdigit():
        return said
    if NUMBER.fullmatch(said) and (
        any(map(str.isdigit, said))
        or NEAR[0].search(text, max(0, found.start() - 3), found.start())
        or (NEAR[1].match(text, found.end()) and len(said) < 4 and said != "I")
    ):
        return said.translate(AS_DIGITS)
    if any(map(str.isdigit, said)) and sum(map(str.isalpha, said)) > sum(map(str.isdigit, said)):
        meant = said.translate(AS_LETTERS)
        return (
            meant[0].upper() + meant[1:]
            if found.start() == 0 or (said[0].isdigit() and not said[1:].islower())
            else meant
        )
    return said
