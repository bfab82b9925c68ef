"""Called: who signs, who speaks in a chat, what somebody is called, and initials with full stops.

Misses   initials that no legend tells and that aren't written with full stops
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from careloom.privacy.kinds import Span
from careloom.privacy.lexicon import fold, is_word, near_word, rare_words, sense, tables
from careloom.privacy.patterns import KIN


def _any(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The group is the name.
CALLED: tuple[re.Pattern[str], ...] = (
    _any(r"\b(?:known as|knows as|goes by|calls (?:him|her|me|them)|street name|nickname[ds]?(?: is)?|alias|a\.?k\.?a\.?|apodo|le dicen)[ :,]{1,2}(?-i:[\"“']?([A-Z][\w'’-]{1,14}))"),
    _any(r"\b(?:initials|iniciales)[ :=]{1,2}(?-i:([A-Z](?:[.-]?[A-Z]){1,3}\.?))(?!\w)"),
    _any(r"\b(?:prefers(?: to be called| to go by| the name)?|be called|is called|likes|called|nicknamed|preferred(?: name)?|pref\.?|everyone calls (?:him|her|them))[ :,]{1,2}(?-i:[\"“]([A-Z][\w'’-]{1,14}))"),
    _any(r"\b((?:viuda|vda\.?)\sde\s(?-i:[A-ZÀ-Þ]\w+))"),
)  # fmt: skip
# A field for whom it is about, and what stands in it until the next; who did something, in small letters.
FIELD = re.compile(
    r"(?m)(?:^|[ \t]{2}|[|;>\t][ \t]*)(?i:(?:patient|pt|client|member|resident|student|insured|subscriber)(?: name)?|name|nombre(?: del paciente)?|paciente)[ \t]*:[ \t]*"
    r"([A-ZÀ-Þ][\w'’.-]*(?:,?[ ][A-ZÀ-Þ][\w'’.-]*){0,3})(?=[ \t]{2}|\t|[ \t]*$|[ \t]*[|;(]|,?[ ](?:DOB|MRN|AGE|SEX|Age|Sex|dob|mrn|\d))"
)
BY = re.compile(
    r"\b(?i:coder|typist|biller|clerk|dispatcher|operator|(?:taken|filled|checked|typed|entered|signed|drawn|given|done|read|verified|received|recorded|reviewed|prepared|completed|coded|scanned|logged|documented|collected|faxed|sent|updated) by)[ \t]?[:=][ \t]*([a-zà-ÿ]{2,15}(?:[ ][a-z](?![\w/.'’]))?)(?![\w/])"
)
OWN_KIN = re.compile(
    rf"\b(?i:her|his|their|my|our|your|pt['’]?s|patient['’]?s|su|mi|older|younger|oldest|youngest|late|twin|best|little|big)[ ](?i:{KIN}|buddy|pal|bestie|coworker|co-worker|boss|sitter|babysitter|nanny|teacher|sponsor|compadre|comadre|[a-z]{{2,12}}(?:er|or|ist|ian|man|woman|mate|friend)|coach|barber|tutor)[ ,:]{{1,2}}(?:named[ ])?([A-ZÀ-Þ](?:-[A-Z])?[a-zà-ÿ][\w'’-]*)"
)
LABELLED = re.compile(
    r"(?m)^[ \t>]*(?:\[?\(?\d{1,2}[:/.]\d\d(?::\d\d)?[ ]?(?:[ap]\.?m?\.?)?\)?\]?[ ,–-]{0,3})?([^\W\d_][\w.'’-]{1,18}(?: [^\W\d_][\w.'’-]{0,14}){0,2})(?: \(?\d{1,2}:\d\d ?(?:[ap]\.?m?\.?)?\)?)?:(?=[ \t])"
)
CLOCKED = re.compile(r"\d{1,2}[:/.]\d\d")
# A family name of a rank up to this is somebody's behind a title in small letters, though it is a word.
BORNE = 1_000
# A chat has so many lines that somebody's name begins.
CHAT = 3
CREDENTIAL = r"(?:rn|lpn|lvn|np|fnp|aprn|pa|pa-c|pa-s|md|do|rph|pharmd|lmsw|lcsw|msw|cna|cma|ma|ccm|cm|pt|dpt|ot|otr|slp|rd|emt|bsn|chw)"
SIGNED = re.compile(rf"(?<![\w.'’/-])([A-Za-z]{{2,3}}),? {CREDENTIAL}(?=[\s.,;)]|$)", re.IGNORECASE)
SMALL_TITLED = re.compile(r"(?<![\w'’])(?:dr|mr|mrs|ms|miss|dra|sra|srta)\.? ([a-z][a-z'’-]{0,20})(?![\w/])")
SMALL_CUED = re.compile(
    rf"(?<![\w'’])(?:{KIN}|dr|dra|mr|mrs|ms|sra?|np|pa|rn|lpn|pt|doc|auntie|tia|tio|tía|tío|doña|don|spoke with|spoke w|talked w|talk to|ask for|per|thanks|thx|merci|gracias|love|atte|hi|hey|hola|dear|named|called|signed|chacha|w)[ ,:/]{{1,3}}(?=([a-zà-ÿ][a-zà-ÿ'’-]{{2,20}})(?![\w/]))"
)
# "doesn't", "they'll"
SHORTENED = re.compile(r"n't\Z|'(?:ll|ve|re|d|m)\Z")
INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ ]?){2,3}(?=[\s,;:)\"”\]\]]|$)")


def called(text: str) -> Iterator[Span]:
    """Every name that a signature, a chat, a cue or its full stops tell."""
    for pattern in CALLED:
        for found in pattern.finditer(text):
            yield Span(*found.span(1), "name")
    for found in SIGNED.finditer(text):
        if fold(found.group(1)) not in tables().small:
            yield Span(*found.span(1), "name")
    for found in SMALL_TITLED.finditer(text):
        low = found.group(1)
        if low not in tables().small and (not _common(low) or 0 < sense(low).family <= BORNE):
            yield Span(*found.span(1), "name")
    for found in SMALL_CUED.finditer(text):
        if _called_so(fold(found.group(1)).replace("’", "'").removesuffix("'s")):
            yield Span(*found.span(1), "name")
    for found in BY.finditer(text):
        low = fold(found.group(1)).split()[0]
        if _called_so(low) or (
            len(low) < 4 and not is_word(low) and low not in tables().of_care | tables().small
        ):
            yield Span(*found.span(1), "name")
    for found in FIELD.finditer(text):
        words = [fold(one) for one in re.findall(r"[^\W\d_]+", found.group(1))]
        known = [sense(one) for one in words]
        if any(one.name or one.unknown for one in known) and not (
            len(words) == 1 and known[0].word and not known[0].usual
        ):
            yield Span(*found.span(1), "name")
    for found in OWN_KIN.finditer(text):
        low = fold(found.group(1)).replace("’", "'").removesuffix("'s")
        if (
            low not in tables().acts
            and low not in tables().nobody
            and (low not in tables().plain or sense(low).usual)
        ):
            yield Span(*found.span(1), "name")
    for found in INITIALS.finditer(text):
        if (said := found.group().rstrip()).lower().replace(" ", "") not in tables().no_initials:
            yield Span(found.start(), found.start() + len(said), "name")
    yield from _speakers(text)


def _called_so(low: str) -> bool:
    """Whether a word in small letters behind a cue is somebody's name."""
    known = sense(low.replace("'", ""))
    if low in tables().small or _common(low) or low in tables().nobody or SHORTENED.search(low):
        return False
    if known.unknown and all(is_word(one) for one in _halves(low)):
        return False
    return known.certain or (known.unknown and low not in rare_words() and not near_word(low))


def _halves(low: str) -> Sequence[str]:
    """The two words that one is made of ("teachback", "one-handed"); itself where it is none of two."""
    if "-" in low:
        return low.split("-")
    cuts = range(4, len(low) - 3)
    return next(((low[:at], low[at:]) for at in cuts if is_word(low[:at]) and is_word(low[at:])), (low,))


def _speakers(text: str) -> Iterator[Span]:
    """Whose line of a chat it is."""
    lines = [found for found in LABELLED.finditer(text) if not _a_heading(found.group(1))]
    clocked = [found for found in lines if CLOCKED.search(found.group())]
    often = Counter(found.group(1) for found in lines)
    if len(clocked) < CHAT and not any(count >= CHAT for count in often.values()):
        return
    for found in lines:
        if CLOCKED.search(found.group()) or often[found.group(1)] > 1:
            yield Span(*found.span(1), "name")


def _common(low: str) -> bool:
    lists = tables()
    return low in lists.plain or low in lists.departments or low in lists.alone or low in lists.particles


def _a_heading(said: str) -> bool:
    """Whether words are those of a heading, a sign or a role, and nobody's name."""
    lists = tables()
    words = [fold(one) for one in re.findall(r"[^\W\d_]+", said)]
    return any(
        one in lists.departments
        or (len(one) > 1 and one in lists.plain and not sense(one).usual)
        or (is_word(one) and not sense(one).name)
        for one in words
    )
