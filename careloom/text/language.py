"""Which of the two languages that we read a text is written in."""

import re
from typing import Literal, TypeAlias

from careloom.text.folding import fold

Language: TypeAlias = Literal["en", "es"]

WORD = re.compile(r"[a-z']+")
# Without those that are English words too ("son", "me", "van").
_SPANISH = (
    "el la los las un una unos unas de del al que y en con por para su sus se es esta estan si "
    "pero muy habla cada dos mi nos mas le les lo tiene tienen vive toma ya sin porque cuando hay ha fue era como "
    "sobre desde hasta entre paciente refiere niega dice puede ella casa dias anos mes ninguna "
    "ningun medico hija hijo esposo esposa sabe ni nadie necesita perdio cuida trabaja fuma duerme recibe paga debe quiere "
    "quien donde nunca siempre leer escribir tenia tuvo comer comida trabajo dinero cita citas encuentra quedo lleva hogar familia "
    "vecinos escuela noche semana salud dolor medicina pastillas seguro madre padre hermano hermana nieto nieta marido "
    "tambien ahora ayer hoy aqui mucho mucha poco poca algo alguien requiere sufre murio separo cria busca jubilado bien lee pasan hambre veces "
)
SPANISH = frozenset(_SPANISH.split())
_ENGLISH = (
    "the an of to and in with for on at by from his her their she he they is are was were has have "
    "had not but that this it as or be been does do did patient pt who which will can takes lives "
    "says reports denies states when while since because there "
)
ENGLISH = frozenset(_ENGLISH.split())
# Words with letters, and marks, that English does without. A name in capitals tells nothing of the language: what is
# read of José must be what is read of Joseph.
ACCENTED = re.compile(r"(?<!\w)[a-záéíóúñü]*[áéíóúñ]|[¿¡]")


# How sources call the two languages, and how they say that they don't know it.
_CALLED = {
    "eng": "en",
    "english": "en",
    "ingles": "en",
    "spa": "es",
    "spanish": "es",
    "espanol": "es",
    "castilian": "es",
}
_UNKNOWN = frozenset({"und", "unk", "unknown", "zxx", "undetermined", "declined"})
_FIRST = re.compile(r"[a-z]+")


def code_of(said: str) -> str:
    """The language that a source names, as its code without region: "en" of "en-US" and "English", "es" of "spa" and "Spanish; Castilian",
    "" where the source says that it doesn't know; another language by its first word, in small letters, and one in letters other than
    Latin as the source writes it.
    """
    found = _FIRST.match(fold(said.strip()))
    named = found.group() if found else said.strip().lower()
    # "?" or "-" names none.
    if not any(sign.isalpha() for sign in named):
        return ""
    return "" if named in _UNKNOWN else _CALLED.get(named, named)


def language(text: str, otherwise: Language = "en") -> Language:
    """English or Spanish, by their small words and letters; `otherwise` where these don't tell."""
    words = WORD.findall(fold(text))
    spanish = sum(word in SPANISH for word in words) + len(ACCENTED.findall(text))
    english = sum(word in ENGLISH for word in words)
    if spanish == english:
        return otherwise
    return "es" if spanish > english else "en"
