"""How a plan writes names, days, values and quotations: as the source has them, made to fit a sentence."""

import re
from collections.abc import Iterable

from careloom.care.entry import Component, Entry, When
from careloom.knowledge.labs import Labs
from careloom.text.direction import unturned
from careloom.text.orders import speaks_to_software

MOST_WORDS = 35
MOST_QUOTED = 18

_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|event|procedure|morphologic abnormality|observable entity|person|"
    r"regime/therapy|substance|product|physical object|qualifier value|occupation|record artifact|"
    r"medicinal product|clinical drug|social concept|navigational concept|context-dependent category)\)\s*$",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200d]+")
_NAMED = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NAMES_ALONE = re.compile(r"…(?:[ ,.&]{1,2}…)+")
_EDGES = " ,;:.-–—…\"'“”"
_CONNECTIVES = frozenset(
    {"and", "but", "or", "so", "that", "who", "which", "then", "also", "because", "y", "e", "que"}
)
# Capitalised words that are nobody's name.
_NO_NAMES = frozenset(
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October"}
    | {"November", "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
    | {
        "Medicaid",
        "Medicare",
        "Tylenol",
        "Advil",
        "Spanish",
        "English",
        "Arabic",
        "Armenian",
        "Cantonese",
        "Chinese",
    }
    | {
        "Creole",
        "Dutch",
        "Farsi",
        "French",
        "German",
        "Greek",
        "Gujarati",
        "Haitian",
        "Hebrew",
        "Hindi",
        "Hmong",
    }
    | {
        "Italian",
        "Japanese",
        "Khmer",
        "Korean",
        "Mandarin",
        "Nepali",
        "Pashto",
        "Persian",
        "Polish",
        "Portuguese",
    }
    | {
        "Punjabi",
        "Romanian",
        "Russian",
        "Somali",
        "Swahili",
        "Tagalog",
        "Tamil",
        "Turkish",
        "Ukrainian",
        "Urdu",
    }
    | {"Vietnamese", "Yiddish"}
)


def bare(name: str) -> str:
    """A name without SNOMED's semantic tag, control characters and double spaces."""
    return _SPACE.sub(" ", _TAG.sub("", _SPACE.sub(" ", unturned(name)))).strip()


def capital(sentence: str) -> str:
    """With a capital first letter, except where the word is written otherwise on purpose ("eGFR", "pH")."""
    if len(sentence) > 1 and sentence[1].isupper():
        return sentence
    return sentence[:1].upper() + sentence[1:]


def ended(words: str) -> str:
    """Words as a sentence: with a stop, where they have no end of their own."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def day(when: When | None) -> str:
    """An ISO day, month or year, no more precise than the source; "" where there is none."""
    if when is None:
        return ""
    text = when.text
    if len(text) in (4, 7) and (len(text) == 4 or text[4] == "-"):
        return text
    if len(text) >= 10 and text[4] == "-":
        return text[:10]
    return when.day.isoformat()


def happened(entry: Entry) -> str:
    """The day of an entry, "" where it has none."""
    return day(entry.happened)


def value(entry: Entry | Component, labs: Labs) -> str:
    """The value in the source's digits with its unit ("8.4 %", "<5 mg/L"), "" where there is none."""
    comparator = entry.comparator if isinstance(entry, Entry) else ""
    if entry.value is not None:
        unit = labs.plain(entry.unit) if entry.unit and not labs.unit(entry.unit).startswith("{") else ""
        return bare(f"{comparator}{entry.value} {unit}")
    return bare(entry.value_codes[0].display) if entry.value_codes else ""


def pressure(entry: Entry, labs: Labs) -> str:
    """A blood pressure ("146/92 mmHg") from its two components, "" where it isn't one."""
    parts = {code.code: part for part in entry.components for code in part.codes}
    high, low = parts.get("8480-6"), parts.get("8462-4")
    if high is None or low is None or high.value is None or low.value is None or high.unit != low.unit:
        return ""
    return f"{high.value}/{low.value} {labs.plain(high.unit or '')}".strip()


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c": each once, in the given order; `last` is the word before the last."""
    once = [word for word in dict.fromkeys(words) if word]
    return f" {last} ".join(filter(None, [", ".join(once[:-1]), *once[-1:]]))


def with_article(noun: str) -> str:
    """ "a nurse", "an anticoagulation clinic"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def fits(sentence: str) -> bool:
    """Whether a sentence is short enough to be read at once."""
    return len(sentence.split()) <= MOST_WORDS


def quoted(text: str, names: frozenset[str]) -> str:
    """The source's words in “…”: verbatim, short, without anybody's name; "" where nothing can be quoted.

    `names` are words (lower case) that name the patient. A sentence that talks to software isn't quoted. Where
    names stand in it, "…" stands for them.
    """
    said = _SPACE.sub(" ", unturned(text)).strip(_EDGES)
    if not said or speaks_to_software(text) or "“" in said or "”" in said or '"' in said or "…" in said:
        return ""

    def unnamed(word: re.Match[str]) -> str:
        named = word.group().lower() in names or (word.start() and _is_a_name(word.group()))
        return "…" if named else word.group()

    best = _trimmed(_NAMES_ALONE.sub("…", _NAMED.sub(unnamed, said)))
    has_names = "…" in _NAMED.sub(unnamed, said)
    return f"“{best}”" if len(best.replace("…", "").split()) > 1 or not has_names else ""


def _is_a_name(word: str) -> bool:
    return word[0].isupper() and word[1:].islower() and word not in _NO_NAMES


def _trimmed(piece: str) -> str:
    words = piece.strip(_EDGES).split(" ")
    while words and words[0].lower() in _CONNECTIVES:
        words = words[1:]
    if len(words) > MOST_QUOTED:
        cut = next(
            (place for place in range(MOST_QUOTED, 5, -1) if words[place - 1][-1:] in ",;."), MOST_QUOTED
        )
        words = words[:cut]
    while words and words[-1].lower() in _CONNECTIVES | {
        "the",
        "a",
        "to",
        "of",
        "with",
        "her",
        "his",
        "their",
        "is",
    }:
        words = words[:-1]
    return " ".join(words).strip(_EDGES)
