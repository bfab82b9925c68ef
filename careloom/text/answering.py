"""A short answer of a patient: its language, and whether it asks for no more messages.

Source   47 CFR 64.1200(a)(10) (FCC 24-24, 2024): "stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"; the Spanish words are ours
"""

import re
from typing import Literal

from careloom.text.folding import fold
from careloom.text.language import ENGLISH, SPANISH, WORD

_STOP = re.compile(
    r"(?:please |por favor )?(?:stop(?: it| all| texting(?: me)?| (?:these |the )?(?:messages|texts|e-?mails))?|quit|end|revoke|opt[ -]?out|cancel(?: messages)?|unsubscribe|"
    r"(?:do not|don't|dont) (?:text|write|e-?mail|message|contact) me(?: again| anymore| any more)?|no more (?:messages|texts|e-?mails)|remove me|"
    r"alto|parar?|pare|basta|no mas(?: mensajes| correos)?|cancelar|baja|no (?:me )?(?:escriba|escriban|manden|mande|envien|envie)(?: mas)?(?: mensajes)?)"
    r"(?: please| por favor| thanks?| thank you| gracias)?"
)
_START = re.compile(r"(?:start|unstop|resume|opt[ -]?in|empezar|reanudar|iniciar)")
_EN = frozenset(["yes", "no", "ok", "okay", "thanks", "thank", "you", "i", "i'm", "im", "my", "me", "we", "please", "will", "be", "can't", "cant", "don't", "dont", "what", "when", "where", "how", "need", "call", "have", "am", "so", "if", "just", "about", "going", "sorry", "late", "tomorrow", "today", "hello", "hi", "good"])  # fmt: skip
_ES = frozenset(["si", "no", "gracias", "bueno", "hola", "yo", "favor", "tengo", "puedo", "estoy", "voy", "llamar", "manana", "ok", "me", "duele", "siento", "quiero", "que", "mal", "medico", "llegar", "tarde", "no"])  # fmt: skip
# Below such a part of known words a text is in neither language, whatever words they share with others.
_ENOUGH = 0.34


def asks_to_stop(text: str) -> bool:
    """Whether the whole answer, or its first line, asks for no more."""
    return any(_STOP.fullmatch(one) for one in _lines(text))


def asks_to_start(text: str) -> bool:
    """Whether the whole answer takes that back."""
    return any(_START.fullmatch(one) for one in _lines(text))


def answered_in(text: str) -> Literal["en", "es", ""]:
    """The language of an answer; "" where it is in neither, or can't be told: a person finds out."""
    letters = [one for one in text if one.isalpha()]
    words = WORD.findall(fold(text))
    if not words or sum(one.isascii() or "\u00c0" <= one <= "\u024f" for one in letters) < 0.9 * len(letters):
        return ""
    english = sum(one in ENGLISH or one in _EN for one in words) / len(words)
    spanish = sum(one in SPANISH or one in _ES for one in words) / len(words)
    if max(english, spanish) < _ENOUGH:
        return ""
    return "en" if english >= spanish else "es"


def _lines(text: str) -> tuple[str, ...]:
    lines = [one for one in fold(text).splitlines() if one.strip()]
    return tuple(re.sub(r"[^\w' -]+", " ", one).strip() for one in ("\n".join(lines), *lines[:1]))
