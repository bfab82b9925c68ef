"""What a name tells: whether a place, a site or a person is called by why somebody goes there (telling.toml).

Source   NUCC, Health Care Provider Taxonomy code set (version 20.2): specialties of an organ, a disease, a treatment or a substance
Misses   a clinic that is known in its town for one thing and named after a person; languages other than English and Spanish
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("telling.toml")
# Letters of the languages that we write in, digits, and what stands in names and addresses. Nothing that is seen as something else.
PLAIN = re.compile(r"[0-9A-Za-zÁÉÍÓÚÜÑáéíóúüñ .,'’&#/()-]*\Z")
LONGEST = 80
_WORD = re.compile(r"[a-z0-9]+")
# "O n c o l o g y", "H.I.V."
_SPELT = re.compile(r"\b(?:[a-z][ .\-/&]{1,2}){2,}[a-z]\b")
# A digit that stands for a letter ("0ncology", "canc3r"), and not a number, an ordinal or a room ("B2", "3rd", "5W").
_DISGUISED = re.compile(
    r"[a-z]{2,}[0-9]+[a-z]+|[a-z]+[0-9]+[a-z]{2,}|\b[0-9](?!st\b|nd\b|rd\b|th\b)[a-z]{3,}"
)
# What leads somewhere else and is in no name: an address of the web or of e-mail ("pay.example/now"), a telephone number. A number
# of nine digits after a hyphen ("02139-1234") is a postal code.
_LINK = re.compile(r"[a-z0-9]\.[a-z]{2,}")
_NUMBER = re.compile(r"(?<!\d)(?:1[ .-]*)?(?:\(?\d{3}\)?[ .-]*)?\d{3}[ .-]*\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Telling:
    """The lists of telling.toml, each folded: small letters without accents."""

    stems: tuple[str, ...]
    whole: frozenset[str]
    harmless: frozenset[str]
    harmless_phrases: tuple[str, ...]
    endings: tuple[str, ...]
    not_ended: frozenset[str]
    phrases: tuple[str, ...]
    orders: frozenset[str]
    leads: frozenset[str]
    secrets: frozenset[str]
    secret_phrases: tuple[str, ...]
    preparation: frozenset[str]

    def why(self, name: str) -> str:
        """Why a name may not stand in a message that nobody reads first; "" where it may."""
        if not is_plain(name):
            return "it has signs that no name has"
        said = folded(name)
        if _DISGUISED.search(said):
            return "digits stand among its letters"
        if self.leads_away(name):
            return "it has an address of the web, a telephone number, or a secret"
        for phrase in self.harmless_phrases:
            said = said.replace(phrase, " ")
        close = re.sub(r"(?<=[a-z])['’-](?=[a-z])", "", said)
        joined = " ".join("".join(_WORD.findall(found)) for found in _SPELT.findall(said))
        words = {*_WORD.findall(said), *_WORD.findall(close), *_WORD.findall(joined)}
        spaced = f" {' '.join(_WORD.findall(said))} "
        if any(f" {phrase} " in spaced for phrase in self.phrases) or any(map(self._tells, words)):
            return "it tells why somebody goes there"
        if words & self.orders:
            return "it has words of a preparation, a drug or a result"
        return "it gives somebody an order or speaks of money" if words & self.leads else ""

    def leads_away(self, text: str) -> bool:
        """Whether a text has an address of the web or of e-mail, a telephone number, or speaks of a secret."""
        said = folded(text)
        words = _WORD.findall(said)
        spaced = f" {' '.join(words)} "
        return (
            not self.secrets.isdisjoint(words)
            or any(f" {phrase} " in spaced for phrase in self.secret_phrases)
            or bool(_LINK.search(said) or _NUMBER.search(said))
        )

    def is_called(self, place: str) -> bool:
        """Whether a text can be what a place is called by: nothing in it leads elsewhere or orders anybody to do something."""
        return (
            is_plain(place)
            and not self.leads_away(place)
            and self.leads.isdisjoint(_WORD.findall(folded(place)))
        )

    def prepares(self, text: str) -> bool:
        """Whether what somebody wrote about a visit speaks of a preparation, a drug, a result or a measurement."""
        words = set(_WORD.findall(folded(text)))
        return bool(words & (self.orders | self.preparation))

    def _tells(self, word: str) -> bool:
        if word in self.harmless:
            return False
        if word in self.whole or any(word.startswith(stem) for stem in self.stems if stem not in self.whole):
            return True
        return word not in self.not_ended and len(word) > 4 and word.endswith(self.endings)


def folded(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def is_plain(name: str) -> bool:
    """Whether a text is a short line of letters, digits and the signs of names and addresses."""
    return bool(name.strip()) and len(name) <= LONGEST and bool(PLAIN.match(name))


def load_telling() -> Telling:
    """The lists of telling.toml."""
    said: Mapping[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    return Telling(
        stems=tuple(said["stems"]),
        whole=frozenset(said["whole"]),
        harmless=frozenset(said["harmless"]),
        harmless_phrases=tuple(said["harmless_phrases"]),
        endings=tuple(said["endings"]),
        not_ended=frozenset(said["not_ended"]),
        phrases=tuple(said["phrases"]),
        orders=frozenset(said["orders"]),
        leads=frozenset(said["leads"]),
        secrets=frozenset(said["secrets"]),
        secret_phrases=tuple(said["secret_phrases"]),
        preparation=frozenset(said["preparation"]),
    )
