"""The same sentence about somebody else: another sex, age, race, name; nothing else changes."""

import re
from collections.abc import Iterator

# Each way. "Her" is "his" before a noun, else "him".
_PAIRS = (
    ("he", "she"), ("his", "her"), ("himself", "herself"), ("man", "woman"), ("men", "women"),
    ("male", "female"), ("mr", "ms"), ("father", "mother"), ("dad", "mom"), ("son", "daughter"), ("sons", "daughters"),
    ("brother", "sister"), ("husband", "wife"), ("boyfriend", "girlfriend"), ("grandfather", "grandmother"),
    ("grandson", "granddaughter"), ("uncle", "aunt"), ("nephew", "niece"), ("widower", "widow"), ("boy", "girl"),
    ("boys", "girls"),
)  # fmt: skip
_SPANISH = (
    ("él", "ella"), ("el paciente", "la paciente"), ("esposo", "esposa"), ("hijo", "hija"),
    ("hermano", "hermana"), ("padre", "madre"), ("casado", "casada"), ("divorciado", "divorciada"),
    ("viudo", "viuda"), ("desempleado", "desempleada"), ("señor", "señora"),
)  # fmt: skip
OBJECT = re.compile(
    r"\bher(?=$|[.,;:!?)]|\s+(?:a|use|wherever|whenever|to|of|from|in|on|at|that|and|or|for|with|every|all|out|off|when|because|by|about|up|as|during|until|two|last|this)\b)"
)
HIM = re.compile(r"\bhim\b")
PATIENT = re.compile(
    r"\A(?:He|She)\b(?!['’])|\b(?:the )?(?:patient|pt|client|individual)\b(?!['’])", re.IGNORECASE
)
WHO = (
    "67-year-old {0}",
    "Black {0}",
    "white woman {0}",
    "Hispanic male {0}",
    "elderly Asian {0}",
    "19 y.o. transgender {0}",
    "Native American {0}",
)
NAMES = ("Mr. Washington", "Ms. Nguyen", "Lakeisha Johnson", "José García-López", "Mrs. O'Brien", "Wei Chen")


def swapped(text: str) -> Iterator[str]:
    """The sentence about the other sex, each way."""
    for pairs in (_PAIRS, _SPANISH):
        for there, back in ((0, 1), (1, 0)):
            words = {pair[there]: pair[back] for pair in reversed(pairs)}
            pattern = re.compile(rf"\b({'|'.join(sorted(words, key=len, reverse=True))})\b", re.IGNORECASE)
            said = OBJECT.sub("him", text) if there else HIM.sub("her", text)
            other = pattern.sub(lambda found, words=words: _cased(found.group(), words), said)
            if other != text:
                yield other


def described(text: str) -> Iterator[str]:
    """The sentence with the patient's age, race and sex said, or a name in the patient's place."""
    found = PATIENT.search(text)
    if found is None:
        return
    word = "patient" if found.group() in ("He", "She") else found.group().split()[-1]
    begins = found.start() == 0
    for pattern in WHO:
        said = pattern.format(word.lower())
        yield f"{text[: found.start()]}{'The ' if begins else 'the '}{said}{text[found.end() :]}"
    for name in NAMES:
        yield f"{text[: found.start()]}{name}{text[found.end() :]}"


def _cased(word: str, words: dict[str, str]) -> str:
    other = words[word.lower()]
    return other.capitalize() if word[0].isupper() else other
