"""Widened: what belongs to an identifier that was found: its weekday, the letters before its number, a nickname beside a name, the same name again.

Misses   initials that no legend tells and that aren't written with full stops
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from careloom.privacy.dated import WEEKDAY
from careloom.privacy.kinds import Span
from careloom.privacy.lexicon import fold, is_word, rare_words, tables
from careloom.privacy.naming import TOKEN
from careloom.privacy.tagging import MEASURED, SCORED

NUMBERS = frozenset(
    {"mrn", "health_plan", "account", "licence", "vehicle", "device", "other", "ssn", "biometric"}
)
RELATIVE = re.compile(
    r"\b(?:tomorrow|today|yesterday|tonight|last|next|this|past|coming|ma[ñn]ana|ayer|hoy)\s\Z", re.IGNORECASE
)
BEFORE_DAY = re.compile(
    r"\b(?:(?:the |a |an |one |two |three |four |five |\d{1,2} )?(?:days?|weeks?|wks?|nights?|mornings?|months?) (?:before|after|prior to|of|following)|(?:the )?(?:day|night|morning|eve|week|weekend) (?:before|after|of)) \Z",
    re.IGNORECASE,
)
SUFFIX = re.compile(
    r",?[ ](?:the (?:second|third|fourth|2nd|3rd|4th)|junior|senior|[Jj]r\b\.?|Sr\b\.?|JR\b\.?|SR\b\.?|I{2,3}\b|IV\b|Esq\b\.?)(?!\w)"
)
# Behind a first name and an initial, or initials, stands the last name in the same writing.
LAST = re.compile(
    r"\.?[ ]((?:Mc|Mac|O['’]|D['’])?[A-ZÀ-Þ](?:[a-zà-ÿ'’-]{2,}|[A-ZÀ-Þ'’-]{2,})(?:-[A-ZÀ-Þ][\w'’]+)?)(?![\w:])"
)
OF_FIRM = re.compile(
    r"[ ](?:&|and)[ ](?:Daughters?|Sons?|Co\.?|Company|Associates|Partners|Bros\.?|Brothers|Sisters)\b|[ ](?:PD|FD|VFD|EMS|ISD|USD|HS|MS|ES|AME|AMEZ|UMC|COGIC|VAMC|CBOC|SO|DOC|DMV|BHU|CCRC|ALF|SNF|LTC)(?![\w/-])"
)
WITH_FIRM = frozenset({"name", "geography", "other"})
# "Zamora/Petrov"
OTHER = re.compile(r"/([A-ZÀ-Þ][a-zà-ÿ'’-]{3,20})(?![\w/])")
NOUGHT = re.compile(r"[ ]0\.?[ ](?=[A-Z])")
AHEAD = re.compile(r"(?<![\w-])([A-Z]{1,5})[ -]\Z")
BEHIND = re.compile(
    r"[ -](?:[A-Z]{1,2}|\d{1,7}[A-Z]?)(?![\w/%.-])(?! ?(?:mg|mL|ml|mcg|units?|days?|years?|weeks?|hours?|yo)\b)"
)
NICK = re.compile(r"[ \t]?[\"“(']{1,2}([A-ZÀ-Þ][\w'’-]{1,14}(?: [A-ZÀ-Þ][\w'’-]{1,14})?)[\"”)'](?!\w)")
NICK_BEFORE = re.compile(r"[\"“]([A-ZÀ-Þ][\w'’-]{1,14}(?: [A-ZÀ-Þ][\w'’-]{1,14})?)[\"”] ?\Z")
AGED = re.compile(
    r",? (?:is )?(?:now )?\(?((?:9\d|1[01]\d))(?=[,.;)]|\s+(?:and|years?|yo|y/o|was|is|lives|has|who)\b)(?!\s*%)"
)
INITIAL_BEFORE = re.compile(r"(?<![\w.'’])(?:[A-ZÀ-Þ]\.[ ]?){1,2}\Z")
INITIAL_BEHIND = re.compile(r"[ ][A-ZÀ-Þ](?:\.(?![\w.])|(?=[,;)\n]|\Z))")
PART = re.compile(r"[^\W\d_]+")
BARE = re.compile(r"(?<![\w.&/-])(?:[A-Z]{2,4}|(?:[A-Z]\.[ -]?){2,4})(?![\w/])")
TYPED = re.compile(
    r"\b(?i:transcribed(?: by)?|typed(?: by)?|scribed?(?: by| for)?|initial(?:ed|s)?(?: by)?|corrected by|check(?:ed)? by|entered by|verified by|drawn by|given by|recorded by|cosigned|anot[oó]|trans:?|tx by)[ :]{1,2}([A-Z]{2,3}|[a-z]{2,3})(?![\w/])"
)
ENDING = re.compile(r"\n\s*[-–—~/]?\s?([A-Z]{2,3}|[a-z]{2,3})\s*\Z")
SLASHED = re.compile(r"(?m)(?<![\w/])([A-Z]{2,4})[/:]([a-z]{2,3})(?=[ \t]*(?:$|\d|[DTdt]{1,2}:))")
LINE_END = re.compile(r"(?m)(?<=[.;—–-])[ \t]+([A-Z]{2,3})(?=[\"”]?[ \t]*$)")
LINE_END_SMALL = re.compile(r"(?m)[-–—~][ \t]?([a-z]{2,3})(?=[ \t]*$)")
ENDING_SMALL = re.compile(r"[.;)][ ]{1,2}([a-z]{2})\s*\Z")
TYPIST = re.compile(r"\b(?:MD|DO|NP|PA-?C?|RN|PhD) ?/ ?([a-z]{2,3})(?![\w/])")
DAY = re.compile(
    r"(?<![\d/.-])(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?![\d/]|\.\d|-\d|\s*(?:points?|correct|sites|items|vision)\b)"
)
AGO = 14
LEGEND = re.compile(r"(?<![\w.])([A-Za-z]{2,4})[ \t]?(?:=|[-–—:])[ \t]?")
LONGEST = 40


def widened(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Places that belong to identifiers found; `spans` in order, none over another."""
    for span in spans:
        if span.kind == "date":
            if relative := RELATIVE.search(text, max(0, span.start - 11), span.start):
                yield Span(relative.start(), span.end, "date")
            if weekday := WEEKDAY.search(text, max(0, span.start - 18), span.start):
                yield Span(weekday.start(), span.end, "date")
            if before := BEFORE_DAY.search(text, max(0, span.start - 28), span.start):
                yield Span(before.start(), span.end, "date")
        elif span.kind in NUMBERS:
            yield from _of_number(text, span)
        elif span.kind == "name":
            yield from _of_name(text, span)
        if span.kind in WITH_FIRM and (firm := OF_FIRM.match(text, span.end)):
            yield Span(span.start, firm.end(), span.kind)
    yield from again(text, spans)
    yield from _fractions(text, spans)
    yield from _initials(text, spans)


def _fractions(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Days that could be fractions: of a size that fractions hardly have, or where a day of the same month stands elsewhere."""
    months = {
        int(one.group(1))
        for span in spans
        if span.kind == "date" and (one := DAY.match(text, span.start)) and one.end() <= span.end
    }
    for one in DAY.finditer(text):
        day = int(one.group(2))
        if day > 12 or int(one.group(1)) in months:
            scored = SCORED.search(text, max(0, one.start() - AGO), one.start())
            if not scored and not MEASURED.match(text, one.end()):
                yield Span(one.start(), one.end(), "date")


def _initials(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The initials of people who are named, and initials behind "typed by" or at the end of a text."""
    whose: set[str] = set()
    for span in spans:
        if span.kind != "name":
            continue
        heads = [
            one.group()[0] for one in PART.finditer(text, span.start, span.end) if one.group()[0].isupper()
        ]
        if 2 <= len(heads) <= 4:
            turned = [*heads[1:], heads[0]]
            whose.update("".join(one) for one in (heads, turned, (heads[0], heads[-1])))
    for found in BARE.finditer(text):
        letters = found.group().replace(".", "").replace(" ", "").replace("-", "")
        if letters in whose and ("." in found.group() or not _abbreviates(letters.lower())):
            yield Span(found.start(), found.end(), "name")
    for pattern in (TYPED, ENDING, SLASHED, TYPIST, LINE_END, LINE_END_SMALL, ENDING_SMALL):
        for found in pattern.finditer(text):
            if not _abbreviates(found.group(1).lower()):
                yield Span(*found.span(1), "name")
            if pattern is SLASHED:
                yield Span(*found.span(2), "name")


def _abbreviates(low: str) -> bool:
    return (
        low in tables().plain
        or low in tables().departments
        or low in tables().of_care
        or (len(low) > 1 and is_word(low))
    )


def _of_number(text: str, span: Span) -> Iterator[Span]:
    """The letters before or the group behind a number that are of it."""
    if not any(map(str.isdigit, text[span.start : span.end])):
        return
    if ahead := AHEAD.search(text, max(0, span.start - 7), span.start):
        low = ahead.group(1).lower()
        if low not in tables().plain and low not in tables().labels and not (len(low) > 2 and is_word(low)):
            yield Span(ahead.start(1), span.end, span.kind)
    if behind := BEHIND.match(text, span.end):
        said = behind.group()[1:]
        if said.lower() not in tables().plain and not (said.isalpha() and behind.group()[0] == " "):
            yield Span(span.start, behind.end(), span.kind)


def _of_name(text: str, span: Span) -> Iterator[Span]:
    """A nickname in quotes beside a name, and an age over 89 behind it."""
    end = span.end
    while end < len(text) and text[end] in "\"”)'’":
        end += 1
    for found in (NICK.match(text, span.end), NICK_BEFORE.search(text, max(0, span.start - 34), span.start)):
        if found and not _common(fold(found.group(1))):
            yield Span(*found.span(1), "name")
    if found := INITIAL_BEFORE.search(text, max(0, span.start - 7), span.start):
        yield Span(found.start(), span.end, "name")
    if text[span.end - 1].isalpha() and (found := INITIAL_BEHIND.match(text, span.end)):
        yield Span(span.start, found.end(), "name")
    if found := SUFFIX.match(text, span.end):
        yield Span(span.start, found.end(), "name")
    if found := NOUGHT.match(text, span.end):
        yield Span(span.start, found.end() - 1, "name")
    if (found := OTHER.match(text, span.end)) and not is_word(fold(found.group(1))):
        yield Span(*found.span(1), "name")
    yield from _of_initial(text, span)
    if found := AGED.match(text, end):
        yield Span(*found.span(1), "date")


def _of_initial(text: str, span: Span) -> Iterator[Span]:
    """The last name behind an initial that was found."""
    said = text[span.start : span.end]
    if not re.search(r"(?:\A|[ ])[A-ZÀ-Þ]\.?\Z", said):
        return
    found = LAST.match(text, span.end)
    words = PART.findall(said)
    # Initials alone ("PAT K") and names without any ("IMOGEN T") are told apart by the writing of what stands behind.
    if (
        found is None
        or (len(words) == 1 and said[-1] != ".")
        or (len(words) > 1 and words[0].isupper() != found.group(1).isupper())
    ):
        return
    low = fold(found.group(1))
    if not _common(low) and low not in tables().labels and low not in tables().acts:
        yield Span(span.start, found.end(1), "name")


def again(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Parts of names that were found once, wherever they stand again, and the initials that a legend gives to one."""
    same: set[str] = set()
    any_case: set[str] = set()
    initials: set[str] = set()
    for span in spans:
        if span.kind != "name":
            continue
        parts = [one.group() for one in TOKEN.finditer(text, span.start, span.end)]
        for word in parts:
            low = fold(word).replace("'", "").replace("’", "")
            if len(low) < 3 or _common(low):
                continue
            known = is_word(low) or low in rare_words()
            if word[0].isupper() and not (word.isupper() and known):
                same.add(word)
            if not known:
                any_case.add(low)
        if legend := LEGEND.search(text, max(0, span.start - 8), span.start):
            said = legend.group(1)
            heads = "".join(part[0] for part in parts).lower()
            if legend.end() == span.start and heads.startswith(said[0].lower()) and said.lower()[-1] in heads:
                initials.add(said)
    if same or any_case:
        for one in TOKEN.finditer(text):
            word = one.group()
            if word in same or (
                len(word) <= LONGEST and fold(word).replace("'", "").replace("’", "") in any_case
            ):
                yield Span(one.start(), one.end(), "name")
    for said in initials:
        for one in re.finditer(rf"(?<![\w.]){re.escape(said)}(?![\w.])", text):
            yield Span(one.start(), one.end(), "name")


def _common(low: str) -> bool:
    lists = tables()
    return low in lists.plain or low in lists.departments or low in lists.alone or low in lists.particles
