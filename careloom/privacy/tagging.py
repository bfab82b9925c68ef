"""Tagging: a small learned reader, which tells an identifier by its writing, its lists and what stands around it.

Takes    a text, and what the patterns found in it
Gives    further places, which no pattern has: names in small letters, firms, towns, numbers without a label
Source   weights in `words/tagger.txt`, learned by `training/tagger.py` from invented notes
Never    takes a year; changes what a pattern found
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import HERE, fold, is_word, kin, rare_words, sense, tables, town_names, towns
from careloom.privacy.naming import CHEMICAL, SENTENCE, TITLED

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_|\n")
CLASSES = "ONGDPI"
KINDS: Mapping[str, Kind] = {"N": "name", "G": "geography", "D": "date", "P": "phone", "I": "other"}
MARKS: Mapping[str, str] = {"name": "N", "geography": "G", "date": "D", "phone": "P", "fax": "P", "": "-"}
YEAR = re.compile(r"(?:19|20)\d\d(?:\d{4}(?:\d{4,6})?)?")
# How much less than "none" a class may weigh and still be taken, in the units of the weights.
LEAN = 450
UNSEEN = "~"
AGO = 14
LEAST_DRUG = 6
# No number of more letters is a range.
LONG = 24
# A word in small letters that nobody is called must look more like an identifier than another, and a code of a public system is none.
DOUBTED, DOUBT = ("lw0", "lp0"), 90
CODE = re.compile(
    r"\b(?:NDC|CPT|HCPCS|ICD(?:-?10)?(?:-?CM)?|LOINC|SNOMED(?: ?CT)?|SCTID|RXNORM|RXCUI|DRG|REV|PMID|NCT)\b[ \t:#]*[A-Z]?\d[\w.-]*|\b\d+(?:\.\d+){4,}|\bcommunity health workers?|\bCHA2DS2-?VASc|\bSARS-CoV-2|\b(?:Hb)?A1c|\bto whom it may concern",
    re.IGNORECASE,
)


DOTTED = re.compile(r"(?<![\w.])(?:[A-Za-z]\.){2,4}")
BEFORE_ZIP = re.compile(r"\s+\d{5}\b")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: where it stands, its own features, and what its neighbours see of it."""

    start: int
    end: int
    own: tuple[str, ...]
    sort: str
    word: str
    wide: str
    narrow: str
    low: str


def tagged(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Identifiers outside what was found; `found` in order, none over another."""
    tokens = tokens_of(text)
    if not tokens:
        return
    marks = marks_of(tokens, found)
    codes = [one.span() for one in CODE.finditer(text)]
    codes += [one.span() for one in DOTTED.finditer(text) if one.group().lower() in tables().no_initials]
    run: tuple[int, int, str] | None = None
    places = [(one.start, one.end) for one in found]
    for token, mark, tag in zip(tokens, marks, _tags(text, tokens, marks), strict=True):
        said = text[token.start : token.end]
        sign = not said[0].isalnum()
        taken = not sign and tag != "O" and mark == "-" and not YEAR.fullmatch(said)
        taken = taken and not _within(token, codes) and not _measures(text, token, tag)
        if run and (tag == "O" or mark != "-" or said == "\n" or (taken and run[2] != tag)):
            yield from _span(text, run, places)
            run = None
        if taken:
            run = (run[0] if run else token.start, token.end, tag)
    if run:
        yield from _span(text, run, places)


def _span(text: str, run: tuple[int, int, str], places: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The span of a run of tokens, if it is more than a small word, everyday words as a sentence writes them, or an eponym by itself."""
    start, end, tag = run
    lists = tables()
    words = [fold(one) for one in WORD.findall(text[start:end])]
    eponym = bool(words) and (
        (words[0] in lists.eponyms and not sense(words[0]).usual) or words[0] in lists.alone
    )
    eponym = eponym and all(
        one in lists.eponyms or one in lists.alone or one in lists.of_eponyms for one in words
    )
    if text[start : end + 1].lower().strip() in lists.no_initials:
        return
    beside = any(0 <= start - behind < 3 or 0 <= ahead - end < 3 for ahead, behind in places)
    if eponym and not beside and not TITLED.search(text, max(0, start - AGO), start):
        return
    if (
        tag in "GI"
        and not beside
        and SLIGHT.fullmatch(text[start:end])
        and not JOINED.search(text[max(0, start - 1) : end + 1])
    ):
        return
    if (
        len(words) == 1
        and len(words[0]) > LEAST_DRUG
        and words[0].endswith(CHEMICAL)
        and not sense(words[0]).name
    ):
        return
    if fold(text[start:end]) not in lists.particles and not _is_prose(text, start, end):
        yield Span(start, end, KINDS[tag])


def _is_prose(text: str, start: int, end: int) -> bool:
    """Whether a span is words that hardly anybody bears, none of them with a capital but the first of a sentence."""
    said = text[start:end]
    words = WORD.findall(said)
    if not words or any(one.isdigit() for one in said):
        return False
    capitals = [one for one in words if not one.islower()]
    if capitals and not (capitals == words[:1] and SENTENCE.search(text, max(0, start - AGO), start)):
        return False
    return all(one == "the" or (is_word(one) and not sense(one).usual) for one in map(fold, words))


# What may stand before and behind a number that is a score, a dose or a range.
SCORED = re.compile(
    r"\b(?:score[ds]?|strength|pain|mmse|moca|gcs|slums|bims|phq|gad|epds|ess|hads|berg|tinetti|fim|katz|audit|dast|tug|total|va|od|os|ou|bp|braden|morse|apgars?|vision|ages?|aged|edad|of|ejection|ef|mini-?cog|ranson|bisap|heart|wells|curb|nihss|mrs|ecog|kps|flacc|rass|cam|cage|nrs|news|borg|rpe|dolor|relief|day)(?:-?\d{1,2}[rv]?)?\W{1,3}\Z",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"\s?(?:mg|mcg|µg|g\b|kg|ml|units?|iu\b|meq|mmol|mm|cm\b|kcal|cells|bpm|%|tab|cup|cap|pill|puff|lb|oz|strength|pain|pulse|murmur|systolic|days?|weeks?|wks?|months?|hours?|h\b|hrs?|years?|yrs?|times|x\b|vision|items|d[ií]as|a[ñn]os)",
    re.IGNORECASE,
)
LEVEL, GRADE = (
    re.compile(r"[CTLSVDQ]\d{1,2}"),
    re.compile(r"\b(?:stage|grade|type|class|level|gold|ckd)\s\Z", re.IGNORECASE),
)
AMOUNT = re.compile(
    r"\d{1,3}(?:h|hr|hrs|mg|mcg|ml|x|d|wk|wks|mo|cm|mm|kg|g|k|l|am|pm|min|yo|w\d?d?)(?:\d?d)?", re.IGNORECASE
)
PRESSURE = re.compile(r"(?:[6-9]\d|1\d\d|2[0-5]\d)/(?:[3-9]\d|1[0-5]\d)(?![\d/])")
# What may stand alone and be a place, a day or a number: not a letter, a small figure, or a state.
JOINED = re.compile(r"\A[-/.]|[-/.]\Z")
SLIGHT = re.compile(r"[A-Za-z]|\d{1,3}[kK]?")
WORD = re.compile(r"[^\W\d_]+")
CHUNK = re.compile(r"[\d./-]*\d")


def _measures(text: str, token: Token, tag: str) -> bool:
    """Whether a number is a score, a dose or a range, or a letter or state stands alone, and so is nobody's."""
    said = text[token.start : token.end]
    if len(said) == 1 and said.islower() and tag != "N":
        return True
    if len(said) == 2 and said.isupper() and BEFORE_ZIP.match(text, token.end):
        return True
    if (
        LEVEL.fullmatch(said)
        or AMOUNT.fullmatch(said)
        or GRADE.search(text, max(0, token.start - AGO), token.start)
    ):
        return True
    if (
        len(said) == 3
        and text[token.start - 1 : token.start] == ","
        and text[token.start - 2 : token.start - 1].isdigit()
    ):
        return True
    if not said.isdigit() or tag == "N":
        return False
    start = token.start
    while start and (text[start - 1].isdigit() or text[start - 1] in "/.-"):
        start -= 1
    chunk = CHUNK.match(text, start)
    end = chunk.end() if chunk else token.end
    if MEASURED.match(text, end) or SCORED.search(text, max(0, start - AGO), start):
        return True
    if tag in "GPI" and PRESSURE.match(text, start):
        return True
    parts = [int(one) for one in re.findall(r"\d+", text[start : min(end, start + LONG)])]
    if tag in "PI" and len(parts) == 2 and parts[0] < parts[1] < 1000 and "-" in text[start:end]:
        return True
    return (
        tag == "D" and len(parts) == 2 and not ((min(parts) <= 12 and max(parts) <= 31) or max(parts) > 1900)
    )


def _within(token: Token, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in places)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text with what each shows by itself."""
    return [Token(one.start(), one.end(), *_own(one.group())) for one in TOKEN.finditer(text)]


def marks_of(tokens: Sequence[Token], found: Iterable[Span]) -> list[str]:
    """Of each token what a pattern took it for; "-" for nothing."""
    spans = iter(found)
    span = next(spans, None)
    marks = []
    for token in tokens:
        while span is not None and span.end <= token.start:
            span = next(spans, None)
        inside = span is not None and span.start < token.end
        marks.append(MARKS.get(span.kind, "I") if inside and span is not None else "-")
    return marks


@lru_cache(maxsize=32_768)
def _own(said: str) -> tuple[tuple[str, ...], str, str, str, str, str]:
    """What a token shows wherever it stands: features, its sort, its word where it is no name, its groups, and its letters."""
    if not said[0].isalnum():
        return ("s" + said,), said, said, said, said, said
    if said.isdecimal():
        sort = f"D{min(len(said), 11)}"
        value = f"v{int(said)}" if len(said) < 3 else "y" if YEAR.fullmatch(said) else "v"
        return ("c" + sort, sort + value, sort + "z" * (said[0] == "0")), sort, "#", sort, sort, "#"
    low = fold(said).replace("’", "'")
    bare = low.removesuffix("'s").replace("'", "")
    case = "U" if said.isupper() else "l" if said.islower() else "C" if said[0].isupper() else "m"
    if not bare.isalpha():
        shape = re.sub(r"(.)\1+", r"\1", re.sub(r"[a-z]", "a", re.sub(r"\d", "9", low)))
        return ("cA", "A" + shape[:8], f"A{min(len(said), 9)}{case}"), "A", "*", "A", "A" + shape[:4], "*"
    held, lists = sense(bare[:40]), tables()
    given = "3" if held.given >= 0.0005 else "2" if held.given >= 0.00005 else "1" if held.given else "0"
    family = (
        "0" if not held.family else "4" if held.family <= 500 else "3" if held.family <= 2_500
        else "2" if held.family <= 10_000 else "1"
    )  # fmt: skip
    of = "p" if bare in lists.plain else "w" if held.word else "r" if _rare(bare) else "u"
    wide, narrow = kin().get(bare, ("-" + of, "-" + of + given + family))
    more = "e" * (bare in lists.eponyms or bare in lists.alone) + "d" * (bare in lists.departments)
    more += "a" * (bare in lists.acts) + "k" * (bare in lists.particles)
    sort = of + given + family + more
    size = str(min(len(bare), 6))
    own = ["c" + sort, "C" + case + sort, "k" + case + of + size]
    known = (held.word and (not held.name or of == "p" or more)) or len(bare) < 4
    if known:
        own += ["w" + low, "w" + low + case]
    if held.word or held.unknown:
        own.append("x" + case + bare[-3:])
    if bare in kin():
        own += ["q" + case + narrow, "Q" + case + wide]
    own.append("y" + case + bare[:2] + of)
    return (
        tuple(own),
        case + of + ("n" if held.usual else "r" if held.name else "0"),
        low if known else UNSEEN,
        wide,
        narrow,
        bare,
    )


def _rare(bare: str) -> bool:
    """Whether a large dictionary has a word that the lists lack, or has it without its last letter."""
    return bare in rare_words() or (bare[-1:] == "s" and bare[:-1] in rare_words())


def _in_towns(tokens: Sequence[Token]) -> list[str]:
    """Of each token whether it is a town ("1") or one word of several of one ("2"), by the list."""
    found = ["0"] * len(tokens)
    known, names = towns(), town_names()
    for place, token in enumerate(tokens):
        for more in sorted(known.get(token.low, ()), reverse=True):
            places = [place, *_next_words(tokens, place, more)]
            if len(places) == more + 1 and "_".join(tokens[one].low for one in places) in names:
                for one in places:
                    found[one] = max(found[one], "2" if more else "1")
                break
    return found


def _next_words(tokens: Sequence[Token], place: int, more: int) -> Iterator[int]:
    """The places of so many words that follow at once."""
    at = place + 1
    while more and at < len(tokens):
        if tokens[at].word in (".", "-", "'"):
            at += 1
            continue
        if not tokens[at].low.isalpha():
            return
        yield at
        more, at = more - 1, at + 1


def features_of(text: str, tokens: Sequence[Token], marks: Sequence[str]) -> Iterator[list[str]]:
    """Of each token in turn all features but those of the tags before it; none for a sign and for what a pattern took, which are not asked about."""
    edge = Token(0, 0, (), "^", "^", "^", "^", "^")
    in_towns = _in_towns(tokens)
    line_end, writing, label, head = -1, "", "", ""
    place_in_line = 0
    for place, token in enumerate(tokens):
        if token.start > line_end:
            line = token.start
            line_end = text.find("\n", line)
            line_end = len(text) if line_end < 0 else line_end
            body = text[line:line_end]
            writing = "S" if body.isupper() else "L" if body.islower() else "M"
            label, head, place_in_line = "", token.word, 0
        a = tokens[place - 2] if place > 1 else edge
        b = tokens[place - 1] if place else edge
        c = tokens[place + 1] if place + 1 < len(tokens) else edge
        d = tokens[place + 2] if place + 2 < len(tokens) else edge
        if b.word in (":", "#", "=") and place > 1:
            label = a.word
        if marks[place] != "-" or not token.sort[0].isalnum():
            place_in_line += 1
            yield []
            continue
        gap = min(token.start - b.end, 2) if place else 3
        after = min(c.start - token.end, 2)
        sort = token.sort
        yield [
            *token.own,
            "W" + writing + sort,
            f"g{gap}{after}{sort}",
            f"<{b.sort}", f">{c.sort}", f"<<{a.sort}", f">>{d.sort}",
            f"<w{b.word}", f">w{c.word}", f"<<w{a.word}", f">>w{d.word}",
            f"1{b.sort} {sort}", f"2{sort} {c.sort}", f"3{b.sort} {sort} {c.sort}",
            f"4{b.word} {sort}", f"5{sort} {c.word}", f"6{a.word} {b.word}", f"7{a.word} {b.word} {sort}",
            f"8{a.sort} {b.sort} {sort}", f"9{sort} {c.sort} {d.sort}", f"0{c.word} {d.word}",
            f"L{label} {sort[0]}", f"H{head} {sort[0]}", f"P{min(place_in_line, 2)}{sort}",
            f"M{marks[place]}", f"M{marks[place - 1] if place else '^'}<{sort}",
            f"M>{marks[place + 1] if place + 1 < len(tokens) else '^'}{sort}",
            f"M{marks[place]}{sort}",
            f"T{in_towns[place]}{sort}", f"T{in_towns[place]}{b.word}",
            f"<q{b.narrow}", f">q{c.narrow}", f"<<Q{a.wide}", f">>Q{d.wide}",
            f"q1{b.wide} {sort}", f"q2{sort} {c.wide}", f"q3{b.wide} {sort} {c.wide}", f"q4{b.narrow} {sort}", f"q5{sort} {c.narrow}",
            f"q6{a.wide} {b.wide} {sort}", f"q7{sort} {c.wide} {d.wide}", f"q8{b.narrow} {token.wide}", f"q9{token.wide} {c.narrow}",
        ]  # fmt: skip
        place_in_line += 1


def after_tags(before: str, last: str, sort: str) -> tuple[str, str, str]:
    """Features of the tags of the two tokens before one."""
    return "t" + last, "t" + before + last, "t" + last + sort


def _tags(text: str, tokens: Sequence[Token], marks: Sequence[str]) -> Iterator[str]:
    weights = _weights()
    before = last = "^"
    none = [0] * len(CLASSES)
    for token, mark, features in zip(tokens, marks, features_of(text, tokens, marks), strict=True):
        if not features:
            before, last = last, mark if mark != "-" else "O"
            yield last
            continue
        scores = none.copy()
        for feature in (*features, *after_tags(before, last, token.sort)):
            for place, weight in weights.get(feature, ()):
                scores[place] += weight
        scores[0] += DOUBT if token.sort in DOUBTED else -LEAN
        tag = CLASSES[max(range(len(CLASSES)), key=scores.__getitem__)]
        before, last = last, tag
        yield tag


@lru_cache(maxsize=1)
def _weights() -> dict[str, tuple[tuple[int, int], ...]]:
    """Of each feature the classes that it speaks for or against."""
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for line in (HERE / "words" / "tagger.txt").read_text(encoding="utf-8").split("\n"):
        feature, _, told = line.partition("\t")
        if told:
            found[feature] = tuple((CLASSES.index(one[0]), int(one[1:])) for one in told.split(" "))
    return found
