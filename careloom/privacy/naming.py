"""Naming: names of people whom nobody told us of, by the words themselves and by what stands around them.

A word that only ever is a name is one. A word that is a name too ("Grace", "Long") is one where it stands in capitals inside a sentence, beside another
part of a name, or before what people do; a word that no list has is one where it stands in capitals. Diseases, signs and devices that bear somebody's
name stay ("Parkinson's disease", "Foley").

Misses   what `tagging` has to tell: names in small letters that are words too, bare initials
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import Sense, fold, near_word, sense, tables

TOKEN = re.compile(r"[^\W\d_]+(?:['’](?![sS]\b)[^\W\d_]+)*")
# What may stand between two parts of one name.
JOIN = re.compile(
    r"(?:[ \t]{1,2}|[ \t]*\n[ \t]*|-|–|\.[ \t]?|,[ \t]*\n?[ \t]*|[ \t]?[\"“'(][ \t]?|[\"”')][ \t])"
)
SENTENCE = re.compile(r"(?:^|[.!?:;•*>|]\s*|\n\s*|[-–—]\s+|\d[.)\]]\s+|[\"“(\[/]\s*)\Z")
AGO = 12
TITLED = re.compile(
    r"\b(?:(?:mrs?|ms|miss|mx|dra?|drs|rev|fr|prof|sra|srta|srs?|sgt)\.?|doctora?|nurse|sister|señora?|don|doña|aide|officer|judge|pastor|father|uncle|aunt|aunty|tia|tio|tía|tío)[ \t]{0,2}\Z",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r",?[ \t]{1,2}(?:MD|M\.D\.|DO|D\.O\.|RN|R\.N\.|LPN|LVN|CNA|NP|FNP|FNP-C|CRNP|APRN|ARNP|PA-?C?|DPM|DDS|PharmD|Pharm\.D\.|PhD|Ph\.D\.|LCSW|LICSW|LMSW|MSW|BSN|MSN|RD|PT|DPT|OT|OTR|SLP|CCM|CM|MA|Esq|Jr|Sr|II|III)\b"
)
PLACED = re.compile(r"\b(?:in|from|near|to|of|at|around|outside|en|desde|cerca de)\s{1,2}\Z", re.IGNORECASE)
SHOUTS, HEADING = 0.75, 8
# A word in capitals of at most so many letters is an abbreviation where the rest isn't in capitals.
SHORT = 4
LONGEST = 40
# Behind a scale or sign stands its grade, its score or how it came out.
GRADED = re.compile(
    r"(?:['’]s)?[ \t:=]{1,2}(?:\d{1,2}(?:/\d{1,2})?(?:[a-cA-F])?(?![\d/-]|[ ]?(?:y/?o|yrs?|[MF]\b))|(?:I{1,3}|IV|VI?)[ABCabF]{0,2}(?=[\s.,;)])|neg|pos|\+|absent|present|equivocal|intact|normal|ausente|negativo|positivo|grade|type|criteria|score)",
    re.IGNORECASE,
)
OF_SIGN = re.compile(
    r"\b(?:signs? (?:of|de)|signos?(?: de)?|maniobra de|prueba de|test de|escala de|enfermedad de|s[ií]ndrome de|tri[aá]ngulo de|sonda)[ ]\Z",
    re.IGNORECASE,
)
INITIAL = re.compile(r"\b[A-Z]\.?[ \t]\Z")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the text: where, folded, what it can be, whether it is capitalised, and how its line and sentence stand."""

    start: int
    end: int
    folded: str
    sense: Sense
    capital: bool
    upper: bool
    shouted: bool
    heading: bool
    first: bool

    @property
    def initial(self) -> bool:
        return self.end - self.start == 1 and self.capital


def named(text: str) -> Iterator[Span]:
    """Every place that seems to be somebody's name, or a town's that no word tells."""
    words = _words(text)
    seeds = [_seed(text, words, place) for place in range(len(words))]
    place = 0
    while place < len(words):
        if not seeds[place]:
            place += 1
            continue
        begin, end = _grown(text, words, seeds, place)
        yield Span(words[begin].start, words[end].end, _kind(text, words[begin : end + 1]))
        place = end + 1


def _words(text: str) -> list[_Word]:
    """The words with what is known of each; lines are judged once."""
    folded = fold(text)
    found: list[_Word] = []
    at = 0
    for line in text.splitlines(keepends=True):
        body = [one for one in TOKEN.finditer(line) if len(one.group()) > 1]
        letters = sum(len(one.group()) for one in body)
        upper = sum(len(one.group()) for one in body if one.group().isupper())
        shouted = letters > SHORT and upper >= SHOUTS * letters
        large = [one.group() for one in body if len(one.group()) > 3]
        heading = (
            not shouted
            and 2 <= len(large) <= HEADING
            and all(word[0].isupper() for word in large)
            and not line.rstrip().endswith(".")
        )
        for one in TOKEN.finditer(line):
            start, end = at + one.start(), at + one.end()
            word = one.group()
            low = folded[start:end].replace("'", "").replace("’", "")
            first = bool(SENTENCE.search(text[max(0, start - AGO) : start])) or start < 2
            found.append(
                _Word(start, end, low, sense(low[:LONGEST]), word[0].isupper(), word.isupper() and len(word) > 1, shouted, heading, first)
            )  # fmt: skip
        at += len(line)
    return found


def _seed(text: str, words: list[_Word], place: int) -> bool:
    """Whether the word there is a name by itself or by what stands around it."""
    word = words[place]
    size = word.end - word.start
    if not 2 <= size <= LONGEST or word.folded in tables().particles:
        return False
    before = text[max(0, word.start - 14) : word.start]
    if TITLED.search(before) and (word.capital or not word.sense.word) and word.folded not in _TITLES:
        return not (word.sense.word and not word.sense.name and word.folded in tables().departments)
    if _of_eponym(text, words, place):
        return False
    if (
        word.capital
        and not word.shouted
        and BEHIND.match(text, word.end)
        and not _plain(word)
        and not word.upper
    ):
        return True
    if word.sense.unknown:
        return _unknown(text, words, place)
    if not word.sense.name:
        return False
    if _mainly(word):
        if not word.capital:
            return size >= SHORT and word.sense.usual and not word.sense.word
        if word.upper and not word.shouted:
            return size > SHORT or _beside(text, words, place)
        rare = word.shouted and size <= 3 and not word.sense.usual
        return (size > 2 and not rare) or _beside(text, words, place)
    return word.capital and _also_a_word(text, words, place)


# Small words between the parts of a name, which tell nobody.
_LINKS = frozenset(
    ["de", "del", "y", "e", "o", "al", "el", "la", "las", "los", "da", "do", "di", "du", "le", "ap"]
)  # fmt: skip
# What things do, too.
_OF_THINGS = frozenset(
    ["is", "was", "has", "had", "will", "would", "and", "did", "does", "felt", "feels", "remains", "continues", "works", "worked", "appears", "presents", "helps", "helped", "needs", "needed", "left", "went", "goes", "comes", "came", "takes", "took", "arrived", "returned", "brings", "brought", "es", "fue", "esta", "tiene", "call", "plans", "planned", "requests"]
)  # fmt: skip
_OFTEN = frozenset(
    ["never", "always", "also", "still", "often", "then", "just", "now", "usually", "again", "who"]
)  # fmt: skip
_TITLES = frozenset(
    ["and", "the", "of", "or", "in", "on", "at", "is", "was", "will", "has", "to", "with", "for", "by", "said", "visit", "note", "notes", "call", "office", "appointment", "orders", "order", "aware", "notified", "station", "practitioner", "manager", "case", "care", "line", "who"]
)  # fmt: skip


def _mainly(word: _Word) -> bool:
    """Whether a name is no word, or a given name so common that as a capitalised word it is one."""
    found = word.sense
    if found.certain:
        return True
    low, lists = word.folded, tables()
    return (
        found.given >= 0.0003
        and low not in lists.common
        and low not in lists.plain
        and low not in lists.alone
    )


def _plain(word: _Word) -> bool:
    return word.folded in tables().plain or (word.sense.word and not word.sense.name)


def _unknown(text: str, words: list[_Word], place: int) -> bool:
    word = words[place]
    size = word.end - word.start
    if not word.capital or size < 3 or word.folded.endswith(CHEMICAL):
        return False
    if word.upper and not word.shouted:
        return size > 5 and _beside(text, words, place)
    # Mixed capitals inside are products and scales ("PaCO", "HbA"), but for "McKay", "O'Neal" and the like.
    inner = text[word.start + 1 : word.end]
    if not word.upper and not inner.islower() and not _INNER.match(text[word.start : word.end]):
        return False
    if _beside(text, words, place):
        return True
    if word.shouted:
        return size > SHORT and not near_word(word.folded)
    return not near_word(word.folded) or _acts(text, words, place)


# Endings of drugs, diseases and procedures (USAN stems and clinical suffixes), by which a word of medicine is told that no list has.
CHEMICAL = (
    "itis", "osis", "emia", "uria", "ectomy", "ostomy", "otomy", "oscopy", "plasty", "pathy", "algia", "mab", "tinib", "pril", "sartan", "statin", "olol", "azole",
    "cillin", "mycin", "floxacin", "gliptin", "gliflozin", "glutide", "prazole", "setron", "triptan", "dipine", "oxetine", "azepam", "barbital", "caine", "cycline", "parin",
    "xaban", "grastim", "ciclib", "parib", "zomib", "gepant", "vaptan", "bactam", "penem", "poetin", "kinra", "fenac", "profen", "thiazide", "semide", "lukast", "vir", "graphy", "gram", "meter", "ology", "ologist", "oid", "genic", "ase", "iasis", "ectomia", "oscopia", "grafia", "patia", "algia", "logia", "terapia", "cion", "ciones", "miento",
)  # fmt: skip
_INNER = re.compile(
    r"(?:Mc|Mac|O['’]|D['’]|L['’]|De|Di|La|Le|Van|Fitz)[A-Z][a-z]+\Z|[A-Z][a-zß-ÿ]+['’][a-zA-Z][a-z]+\Z"
)


def _also_a_word(text: str, words: list[_Word], place: int) -> bool:
    """A capitalised word that is a name and a word."""
    word = words[place]
    if _pair(text, words, place) or _possessive(text, word):
        return True
    if word.first and not word.shouted and word.sense.given > 0 and _acts(text, words, place, surely=True):
        return True
    if word.shouted or word.upper or word.heading or _plain(word):
        return False
    if word.first:
        # "Fish and rice": a family name alone that is a word needs more than a list.
        listed = not word.sense.given and place + 1 < len(words) and words[place + 1].folded == "and"
        return word.sense.usual and not listed and _acts(text, words, place)
    return word.sense.usual


def _possessive(text: str, word: _Word) -> bool:
    return text[word.end : word.end + 2] in ("'s", "’s") and word.sense.usual and word.sense.given > 0.00005


def _pair(text: str, words: list[_Word], place: int) -> bool:
    """Whether it makes a given and a family name with the word beside it ("Grace Hope", "Long, May")."""
    for near in (place - 1, place + 1):
        if not 0 <= near < len(words):
            continue
        a, b = words[min(near, place)], words[max(near, place)]
        between = text[a.end : b.start]
        if between not in (" ", ", ", "  ", ",") or not (a.capital and b.capital) or (a.upper != b.upper):
            continue
        given, family = (b, a) if "," in between else (a, b)
        if "," in between and not (a.first or a.shouted):
            continue
        if given.shouted and a is given and a.sense.given == 0 and b.sense.certain and b.sense.given:
            given, family = b, a
        if (
            (
                given.sense.given >= 0.00008
                or (given.sense.certain and given.sense.given > 0)
                or (
                    given.sense.given > 0
                    and not (given.heading or given.shouted or _plain(given) or _plain(family))
                )
            )
            and 0 < family.sense.family <= 6_000
            and not {given.folded, family.folded} <= tables().departments
            and not _of_eponym(text, words, words.index(given))
            and (not (_plain(given) and _plain(family)) or given.sense.usual)
        ):
            return True
    return False


def _acts(text: str, words: list[_Word], place: int, *, surely: bool = False) -> bool:
    """Whether what stands behind it tells that it is somebody: "reports", "'s", "RN"."""
    word = words[place]
    if BEHIND.match(text, word.end):
        return True
    if place + 1 < len(words):
        after = words[place + 1]
        acts = tables().acts - _OF_THINGS if surely else tables().acts
        if after.folded in _OFTEN and place + 2 < len(words):
            return words[place + 2].folded in acts
        return text[word.end : after.start] == " " and after.folded in acts
    return False


def _beside(text: str, words: list[_Word], place: int) -> bool:
    """Whether a certain name in the same writing stands beside it."""
    word = words[place]
    for near in (place - 1, place + 1):
        if 0 <= near < len(words):
            other = words[near]
            a, b = (other, word) if near < place else (word, other)
            if (
                other.capital
                and other.upper == word.upper
                and JOIN.fullmatch(text[a.end : b.start])
                and "\n" not in text[a.end : b.start]
                and (_mainly(other) and other.sense.name and len(other.folded) > 2)
            ):
                return True
    return False


def _of_eponym(text: str, words: list[_Word], place: int) -> bool:
    """Whether it names a disease, a sign, a scale or a device."""
    lists, word = tables(), words[place]
    if word.folded in lists.alone:
        return True
    if word.folded not in lists.eponyms:
        return False
    before = text[max(0, word.start - AGO) : word.start]
    if GRADED.match(text, word.end) and not TITLED.search(before) and not INITIAL.search(before):
        return True
    if OF_SIGN.search(text, max(0, word.start - 2 * AGO), word.start):
        return True
    for near in (place - 1, place + 1):
        if 0 <= near < len(words) and (
            words[near].folded in lists.eponyms or words[near].folded in lists.alone
        ):
            a, b = words[min(near, place)], words[max(near, place)]
            if text[a.end : b.start] in ("-", "–"):
                return True
    for after in words[place + 1 : place + 4]:
        if after.folded in lists.of_eponyms or (
            after.folded in lists.eponyms and GRADED.match(text, after.end)
        ):
            return True
        if after.folded not in lists.eponyms and after.folded != "s":
            return False
    return False


def _grown(text: str, words: list[_Word], seeds: list[bool], place: int) -> tuple[int, int]:
    """The first and last word of the name that holds the seed at a place."""
    begin = end = place
    while begin > 0 and _joins(text, words, begin - 1, begin, seeds[begin - 1]):
        begin -= 1
    while end + 1 < len(words) and _joins(text, words, end, end + 1, seeds[end + 1], new=end + 1):
        end += 1
    while end > place and words[end].folded in tables().particles and not words[end].capital:
        end -= 1
    while begin < place and words[begin].folded in _LINKS and not words[begin].capital:
        begin += 1
    return begin, end


def _joins(text: str, words: list[_Word], left: int, right: int, seed: bool, new: int | None = None) -> bool:
    """Whether the two words are parts of one name, the seed's neighbour being `new` (else the left one)."""
    a, b = words[left], words[right]
    word, other = (b, a) if new is not None else (a, b)
    between = text[a.end : b.start]
    if not JOIN.fullmatch(between):
        return False
    if word.folded in tables().particles:
        return between in (" ", "-", ". ", ".") and (len(word.folded) > 1 or new is None)
    if "\n" in between and not (seed and between.strip() in ("", ",")):
        return False
    if between.startswith(".") and not (a.initial or a.folded in tables().particles):
        return False
    if word.initial:
        return not between.startswith(",") or text[word.end : word.end + 1] in (".", " ", "\n", ")", "")
    if not word.capital:
        # "Eun-ji"
        half = between == "-" and new is not None and len(word.folded) < 5 and not word.sense.word
        return half or (seed and between in (" ", "-"))
    if word.upper and not word.shouted and not other.upper:
        return False
    if _of_eponym(text, words, right if new is not None else left):
        return False
    if "-" in between or "–" in between:
        return word.capital
    if "," in between and not (_plain(word) and new is None):
        turned = (
            new is None
            and 0 < word.sense.family <= 6_000
            and other.sense.given > 0
            and (word.first or word.shouted)
        )
        return (
            seed
            or turned
            or (word.sense.name and not _plain(word) and new is not None and word.sense.given > 0)
        )
    if _plain(word) and not seed:
        # "Kim Long" and "May Garcia", but neither "Garcia Denies" nor "Seen Maria".
        if new is None:
            given = word.sense.given >= 0.0001 and not word.heading
            turned = (
                (word.shouted or "," in between) and 0 < word.sense.family <= 1_000 and other.sense.given > 0
            )
            return (between == " " and (given or turned)) or (between in (", ", ",") and turned)
        usual = 0 < word.sense.family <= 3_000
        if word.heading or word.shouted:
            return usual and (word.folded not in tables().departments or word.sense.family <= 1_000)
        return usual
    return seed or word.sense.name or (word.sense.unknown and not (word.heading and near_word(word.folded)))


def _kind(text: str, words: list[_Word]) -> Kind:
    """A town where "in" or "from" stands before it and nobody is called so."""
    if PLACED.search(text[max(0, words[0].start - 10) : words[0].start]):
        return "name" if any(one.sense.given for one in words) else "geography"
    return "name"
