"""Does every word stand in the sources, affirmed where it is affirmed and denied where it is denied?"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from careloom.care.document import ROLES
from careloom.verify.bound import SIDES
from careloom.verify.case import Case, clause_of
from careloom.verify.counts import count_is_right
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.parse import PERIODS, is_content, is_plain
from careloom.verify.polarity import reach
from careloom.verify.roots import are_of_one_root, has_initials, opposite
from careloom.verify.standing import (
    is_direction,
    is_reading,
    is_side,
    is_status,
    is_status_word,
    of_ranges,
)
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_THERE = frozenset({"recorded", "documented", "seen", "found", "listed", "known", "reported", "noted"})
ROLE_WORDS = frozenset(stem(word) for role in ROLES for word in role.split("_"))
CHANGES = frozenset(
    stem(word)
    for word in [
        "start",
        "begin",
        "stop",
        "hold",
        "withhold",
        "restart",
        "resume",
        "discontinue",
        "titrate",
        "taper",
        "switch",
        "double",
        "halve",
        "skip",
    ]
)
_INITIALS = (2, 5)
# How many words a guideline's sentence may lack (its slots' marks, the negation) and still be that sentence.
_LEFT_OUT = 3
# How far behind "a need with" what it is with may stand ("relationship and social support").
_NEED = 5
_WHETHER = stem("whether")
_OVER = frozenset({"over", "under"})
_WHEN = {stem("before"): stem("after"), stem("after"): stem("before")}
EACH = frozenset({"every", "each", "per"})
_WHICH = frozenset({"last", "next", "past", "previou", "previous"})
OFTEN_PERIODS = frozenset(
    {"day", "week", "month", "year", "hour", "morning", "evening", "night", "visit", "time"}
)


def check_words(case: Case) -> None:
    """Hold every word and drug against the statement that no source carries in its polarity."""
    compared = {place for place, _, _ in case.limits}
    compared |= {place - at for place in of_ranges(case) for at in (1, 2, 3) if is_side(case, place - at)}
    compared |= set(_over_a_time(case.parsed.tokens))
    denied, cues = case.polarity.denied, case.polarity.cues
    for place, token in enumerate(case.parsed.tokens):
        # What is denied is looked at below, by its negation.
        if denied[place] or place in case.free or place in cues or place in compared:
            continue
        if token.sort is Sort.DRUG:
            _affirmed_drug(case, place)
        elif (
            is_content(token)
            and not is_direction(case, place)
            and not is_status(token)
            and not is_reading(token)
        ):
            _affirmed(case, place, token)
    _denials(case)
    _gap_affirmed(case)
    _still_asks(case)
    _keeps_denying(case)
    _keeps_its_ends(case)


def _affirmed_drug(case: Case, place: int) -> None:
    named = _together(case, place)
    if case.told and case.free and not case.rule:
        # Of a combination that is called whole ("sacubitril/valsartan") the rule may be about one ingredient.
        whole = len(named) > 1 and any(named <= support.drugs for support in case.everything)
        if not named <= case.told and not (whole and named & case.told):
            case.fault("drug", place, contradicts=True)
    elif len(named) > 1 and not any(named <= support.drugs for support in case.everything):
        case.fault("drug", place, contradicts=True)
    elif not all(any(name in support.drugs for support in case.everything) for name in named):
        words = {stem(word) for word in case.parsed.tokens[place].text.split()}
        if not any(words <= support.says - support.classes for support in case.everything):
            case.fault("drug", place, contradicts=bool(words & case.denies))


def _together(case: Case, place: int) -> frozenset[str]:
    """The ingredients of a drug, and of the one that is written together with it ("sacubitril/valsartan")."""
    found, named = case.parsed.tokens, frozenset(case.parsed.drugs[place])
    for one, other in ((place - 1, place), (place, place + 1)):
        if (
            one < 0
            or other == len(found)
            or found[one].sort is not Sort.DRUG
            or found[other].sort is not Sort.DRUG
        ):
            continue
        if not case.parsed.text[found[one].end : found[other].start].strip(" /-+"):
            named |= {*case.parsed.drugs[one], *case.parsed.drugs[other]}
    return named


def _affirmed(case: Case, place: int, token: Token) -> None:
    if token.key in LEXICON.frames and not _is_a_source(case, token):
        denied = any(token.key in support.denies - support.says for support in case.further if support.names)
        if denied or not _something_is_there(case, place):
            case.fault("negation", place, contradicts=True)
        return
    if token.key in CHANGES and _is_an_order(case, token):
        case.fault("word", place)
        return
    if _is_when(case, place) or _is_another_owner(case, place):
        case.fault("word", place)
        return
    if not is_status_word(token.key) and any(token.key in support.rules_out for support in case.further):
        case.fault("negation", place, contradicts=True)
        return
    if _is_of_a_need(case, place) and not any(token.key in one.names for one in case.everything):
        case.fault("word", place)
        return
    if token.key in case.says or token.key in case.places:
        return
    if is_plain(token) and not _needs_a_source(case, place):
        return
    asserts = any(_is_frame(case, at) for at in _clause(case, place))
    if not asserts and not case.rule and any(token.key in support.wants for support in case.further):
        return
    if _is_said_otherwise(case, token):
        return
    named = case.class_at(place)
    if named:
        if not any(named & support.kinds for support in case.everything):
            case.fault("drug", place, contradicts=True)
        return
    if token.key in case.denies:
        case.fault("negation", place, contradicts=True)
    else:
        case.fault("word", place, contradicts=SIDES.get(token.key) in case.says)


def _is_said_otherwise(case: Case, token: Token) -> bool:
    """Whether a source has a word of the same root ("amputated", "amputation"), or words with these initials ("AKI")."""
    holding = [one for one in case.entries if not one.standing]
    if token.text.isupper() and _INITIALS[0] <= len(token.text) <= _INITIALS[1]:
        return any(has_initials(one.text, token.text) for one in holding)
    return any(are_of_one_root(token.key, word) for one in holding for word in one.says)


def _over_a_time(found: Sequence[Token]) -> Iterator[int]:
    """The places of each "over" and "under" that is that of "over 13 months"."""
    for place, (token, after) in enumerate(pairwise(found)):
        if token.key in _OVER and (after.unit in PERIODS or after.sort is Sort.DATE):
            yield place


def _is_a_source(case: Case, token: Token) -> bool:
    """Whether a word that could say that something is recorded names a cited source ("claims and notes")."""
    return token.text.lower().endswith("s") and token.key in case.places


def _is_how_often(case: Case, place: int) -> bool:
    """Whether a word is the "day" of "every day": how often something is done needs a source."""
    token, before = case.parsed.tokens[place], case.parsed.tokens[max(place - 1, 0)]
    return before.key in EACH and token.key in OFTEN_PERIODS


def _needs_a_source(case: Case, place: int) -> bool:
    """Whether a plain word says how often, what its guideline denies, or another period than its guideline's."""
    key = case.parsed.tokens[place].key
    if case.rule and case.guidance is not None and key in OFTEN_PERIODS and key not in case.guidance.words:
        return True
    return _is_how_often(case, place) or _denied_by_rule(case, key)


def _is_of_a_need(case: Case, place: int) -> bool:
    """Whether a word tells what a need is with ("a need with transport", "a need is recorded with housing")."""
    keys = [token.key for token in case.parsed.tokens]
    first, _ = clause_of(case, place)
    lead = next((at for at in range(place - 1, first, -1) if keys[at] == "with"), None)
    return lead is not None and place - lead <= _NEED and "need" in keys[max(lead - 3, first) : lead]


def _is_when(case: Case, place: int) -> bool:
    """Whether a word is the "week" of "last week": a plan says when by its date."""
    token, before = case.parsed.tokens[place], case.parsed.tokens[max(place - 1, 0)]
    return before.key in _WHICH and token.key in OFTEN_PERIODS - {"visit", "time"}


def _is_an_order(case: Case, token: Token) -> bool:
    """Whether a word tells somebody to change a drug ("stop", "starts"), and no guideline's sentence has it."""
    told = not token.text.lower().endswith(("ed", "ing", "en", "ght"))
    return told and (case.guidance is None or token.key not in case.guidance.words)


def _denied_by_rule(case: Case, key: str) -> bool:
    """Whether the guideline's sentence denies a word that it nowhere affirms."""
    if case.guidance is None:
        return False
    return key in case.guidance.support.denies and key not in case.guidance.support.says


def _is_another_owner(case: Case, place: int) -> bool:
    """Whether a changed guideline's sentence gives its task to somebody else than the guideline does."""
    if not case.rule or case.guidance is None or case.parsed.tokens[place].key not in ROLE_WORDS:
        return False
    first = next(at for at, token in enumerate(case.parsed.tokens) if token.key in ROLE_WORDS)
    return place == first and case.parsed.tokens[place].key != case.guidance.owner


def _clause(case: Case, place: int) -> range:
    return range(*clause_of(case, place))


def _is_frame(case: Case, place: int) -> bool:
    """Whether a token affirms that something is recorded, seen or known."""
    token = case.parsed.tokens[place]
    return (
        token.sort is Sort.WORD
        and token.key in LEXICON.frames
        and not case.polarity.denied[place]
        and not case.is_free(place)
    )


def _something_is_there(case: Case, place: int) -> bool:
    """Whether what is said to be recorded is: a word beside it that an entry affirms, a number or a date."""
    for span in (_clause(case, place), range(len(case.parsed.tokens))):
        content = [at for at in span if _weighs(case, at)]
        if content:
            return any(
                case.parsed.tokens[at].sort is not Sort.WORD
                or any(
                    case.parsed.tokens[at].key in support.says for support in (*case.entries, *case.further)
                )
                for at in content
            )
    return any(case.parsed.tokens[at].sort is Sort.QUOTE for at in range(len(case.parsed.tokens)))


def _weighs(case: Case, place: int) -> bool:
    token = case.parsed.tokens[place]
    if token.sort in (Sort.DRUG, Sort.NUMBER, Sort.DATE):
        return True
    return (
        is_content(token)
        and token.key not in LEXICON.frames
        and not is_plain(token)
        and token.key not in case.places
    )


def _denials(case: Case) -> None:
    """Every denied word needs a source that denies it; every negation at least one such word."""
    found = case.parsed.tokens
    if case.rule and case.guidance and not case.guidance.slots_deny:
        for cue in sorted(case.parsed.polarity.cues)[case.guidance.cues :]:
            case.fault("negation", cue, contradicts=True)
    for clause in case.polarity.clauses:
        if len(clause.cues) > 1:
            case.fault("negation", clause.cues[-1])
        for cue in clause.cues:
            start, end = reach(found, cue, clause.first, clause.last)
            span = [place for place in range(start, end) if place != cue]
            asserts = any(found[place].text.lower() in _THERE for place in range(clause.first, clause.last))
            sources = [support for support in _deniers(case, cue) if asserts or not support.absent]
            denying = [support for support in sources if _denied_in(case, span, support)]
            if not denying and not (
                asserts and _only_frames(case, span) and _denied_before(case, clause.first)
            ):
                case.fault("negation", cue, contradicts=True)
            allowed = frozenset().union(*(_allowed(case, support) for support in denying))
            for place in span:
                _denied_word(case, place, allowed)


def _deniers(case: Case, cue: int) -> Iterator[Support]:
    """What may deny something: a dispute only where a source is named, a gap since a day only with that day, and a
    guideline as often as it does itself.
    """
    days = {token.key for token in case.parsed.tokens if token.sort is Sort.DATE}
    for support in (*case.entries, *case.further):
        if support.disputed and not case.tells_of_source(cue):
            continue
        if not support.wants or not support.dates or support.dates & days:
            yield support
    if case.guidance and len(case.parsed.polarity.cues) <= case.guidance.cues:
        yield from case.rule


def _denied_in(case: Case, span: list[int], support: Support) -> bool:
    decides = bool(support.rules_out)
    return any(
        case.parsed.tokens[place].key in support.denies
        for place in span
        if case.parsed.tokens[place].sort is Sort.DRUG
        or (
            is_content(case.parsed.tokens[place])
            and (decides or case.parsed.tokens[place].key not in LEXICON.frames)
        )
    )


def _only_frames(case: Case, span: list[int]) -> bool:
    return not any(_weighs(case, place) for place in span)


def _denied_before(case: Case, first: int) -> bool:
    """Whether an earlier part of the sentence names what a source denies ("Arrange X, since none is recorded")."""
    before = range(first) if first else range(len(case.parsed.tokens))
    keys = {case.parsed.tokens[place].key for place in before if is_content(case.parsed.tokens[place])}
    return any(support.wants & keys for support in case.further)


def _allowed(case: Case, support: Support) -> frozenset[str]:
    """Words that may stand in a denial beside what is denied: of what the denial is about."""
    names = (entry.names for entry in case.entries if entry.rests_on & support.rests_on)
    return support.denies.union(*names) | support.says


def _denied_word(case: Case, place: int, allowed: frozenset[str]) -> None:
    token = case.parsed.tokens[place]
    if case.parsed.drugs.get(place) is None and not is_content(token):
        return
    if token.key in LEXICON.frames or token.key in LEXICON.beside or token.key in case.places:
        return
    if (token.key in allowed or token.key in case.denies) and not _decided(case, place):
        return
    case.fault("negation", place, contradicts=token.key in case.says)


def _decided(case: Case, place: int) -> bool:
    """Whether the record decided, over several entries, that this is so."""
    key = case.parsed.tokens[place].key
    return any(key in support.decides for support in case.further) and not case.tells_of_source(place)


def _gap_affirmed(case: Case) -> None:
    """A sentence that affirms something recorded, names a gap of the record, and denies nothing."""
    if case.parsed.polarity.cues:
        return
    frames = (place for place in range(len(case.parsed.tokens)) if _is_frame(case, place))
    frame = next((place for place in frames if not _has_day(case, place)), None)
    keys = {token.key for token in case.parsed.tokens}
    gaps = (support for support in case.further if support.wants)
    if frame is None or not any(title <= keys for gap in gaps for title in gap.titles):
        return
    if not any(count_is_right(case, place, token) for place, token in enumerate(case.parsed.tokens)):
        case.fault("negation", frame, contradicts=True)


def _keeps_denying(case: Case) -> None:
    """A guideline's sentence of which nothing is left out but a negation says the opposite."""
    if not case.rule or case.guidance is None or len(case.parsed.polarity.cues) >= case.guidance.cues:
        return
    missing = case.guidance.words - {token.key for token in case.parsed.tokens}
    if len(missing) <= _LEFT_OUT:
        case.fault("negation", 0, contradicts=True)


def _still_asks(case: Case) -> None:
    """A guideline that leaves open whether something fits isn't one that says so."""
    keys = {token.key for token in case.parsed.tokens}
    if case.rule and case.guidance and _WHETHER in case.guidance.words - keys:
        case.fault("negation", 0, contradicts=True)


def _keeps_its_ends(case: Case) -> None:
    """A guideline's sentence in which low stands where it has high, or before where it has after, says the opposite."""
    if not case.rule or case.guidance is None:
        return
    keys = {token.key for token in case.parsed.tokens}
    missing, own = case.guidance.words - keys, case.guidance.words
    for place, token in enumerate(case.parsed.tokens):
        other = _WHEN.get(token.key) or opposite(token.key)
        if token.key not in own and other in missing:
            case.fault("status", place, contradicts=True)


def _has_day(case: Case, place: int) -> bool:
    """Whether a day is given on which it was recorded ("the last was recorded on 2026-05-12")."""
    following = case.parsed.tokens[place + 1 : place + 3]
    return len(following) == 2 and following[0].key == "on" and following[1].sort is Sort.DATE
