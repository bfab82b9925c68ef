"""The letters of a name, as names are compared: without case, accents and punctuation."""

import re
import unicodedata

# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# U+0300 to U+036F: the accents of Latin, Greek and Cyrillic letters. Marks of other scripts are letters there.
_ACCENTS = re.compile("[\u0300-\u036f]")
# Of plain letters the same is quicker without a look at each.
_SPACES = str.maketrans(dict.fromkeys("-_,;/", " "))
_NO_LETTER = re.compile(r"[^\sa-z0-9]+")


def letters(text: str) -> str:
    """Lower case, without accents, punctuation or spaces: "O'Brien-Núñez" gives "obriennunez"."""
    return "".join(tokens(text))


def tokens(text: str) -> tuple[str, ...]:
    """The words of a name, in order; hyphens and spaces separate, apostrophes and full stops do not."""
    if text.isascii():
        return tuple(_NO_LETTER.sub("", text.lower().translate(_SPACES)).split())
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)))
    words = re.split(r"[\s\-\u2010-\u2015_,;/]+", plain)
    kept = ("".join(char for char in word if unicodedata.category(char)[0] in "LMN") for word in words)
    return tuple(word for word in kept if word)
