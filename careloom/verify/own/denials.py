"""Denials in a person's sentence: which deny nothing that a record could hold, and which a source denies in other words."""

from collections.abc import Iterator

from careloom.verify.case import Fault, telling
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.own.open import frames, shortened
from careloom.verify.own.told import Told, is_day, weighs
from careloom.verify.own.words import state_is_denied, word_is_told
from careloom.verify.polarity import reach
from careloom.verify.standing import is_status_word
from careloom.verify.support import Support
from careloom.verify.tokens import Token

_HOW_MUCH = frozenset(
    {
        "heavy",
        "severe",
        "significant",
        "marked",
        "acute",
        "major",
        "new",
        "further",
        "worsening",
        "gross",
        "frank",
        "obvious",
    }
)
_SURE = frozenset({"proven", "confirm", "confirmed", "certain", "establish", "definite", "diagnos"})
# What an allergy is called, whatever it is to: who denies one of these denies the allergy.
_ALLERGIC = frozenset(
    map(
        stem,
        (
            "allergy", "allergies", "allergic", "intolerance", "intolerant", "sensitivity", "hypersensitivity", "sensitive",
            "reaction", "reactions", "react", "reacts", "reacted",
        ),
    )
)  # fmt: skip
# "No penicillin due to her allergy" doesn't deny what stands behind; "no allergies other than penicillin" has it.
_REASONS = frozenset(map(stem, ("due", "given", "owing")))
_EXCEPTIONS = frozenset(map(stem, ("other", "apart", "besides", "beyond", "except", "excluding", "aside")))
# A denial with one of these is of what was, where no time says otherwise.
_BEFORE = frozenset(
    {
        "never", "ever", "had", "hadn't", "did", "didn't", "been", "was", "wasn't", "were", "weren't", "past", "history", "prior",
        "previous", "previously", "former", "formerly", "before",
    }
)  # fmt: skip
_SINCE = frozenset({"since", "after", "from"})


def denial_is_told(told: Told, fault: Fault) -> bool:
    """Whether what is denied (or affirmed against a denial) is so in other words, or claims nothing."""
    place = told.at.get(fault.start)
    if place is None:
        return False
    if fault.words.lower() == "no" and place not in told.case.parsed.polarity.cues:
        return True  # "No more than two" denies nothing.
    heavy = {one.key for one in told.case.parsed.tokens if weighs(one)}
    if told.has("please") and not heavy & told.held:
        return True  # What is asked for is no claim.
    if _denies_an_allergy(told, place):
        return False
    if told.has("sure") and any(one.standing == "guess" for one in told.case.entries):
        return place in told.case.parsed.polarity.cues or told.case.polarity.denied[place]
    if place in told.case.parsed.polarity.cues:
        return _cue_is_told(told, place)
    if told.case.polarity.denied[place]:
        return _denied_is_told(told, place)
    return _affirmed_is_told(told, place)


def denied_of_before(told: Told) -> Iterator[Fault]:
    """What is cited as over and denied as if it never had been ("did not take glipizide in 2024")."""
    for cue in sorted(told.case.polarity.cues):
        if not _is_of_before(told, cue):
            continue
        for one in told.case.mentions:
            if (
                cue in _cues_over(told, one.first)
                and telling(one, told.case.parsed)
                and all(support.standing == "past" for support in one.supports)
            ):
                token = told.case.parsed.tokens[one.first]
                yield Fault("negation", token.text, token.start, token.end, True)


def _cue_is_told(told: Told, cue: int) -> bool:
    case = told.case
    clause = next((one for one in case.polarity.clauses if cue in one.cues), None)
    if clause is None:
        return False
    start, end = reach(case.parsed.tokens, cue, clause.first, clause.last)
    span = [at for at in range(start, end) if at != cue]
    heavy = [
        at
        for at in span
        if weighs(case.parsed.tokens[at]) and case.parsed.tokens[at].key not in LEXICON.frames
    ]
    guesses = any(one.standing == "guess" for one in case.entries)
    if guesses and any(case.parsed.tokens[at].key in _SURE for at in heavy):
        return True
    of_before = _is_of_before(told, cue)
    if (
        not of_before
        and any(one.standing == "past" for one in case.entries)
        and not any(one.standing == "" for one in case.entries)
    ):
        return True
    if not heavy:
        return not any(one.wants for one in case.further)
    if any(one.kind == "AllergyIntolerance" for one in case.entries) and told.has("reaction"):
        return True
    wanting = told.undone if of_before else told.wanting
    if case.parsed.tokens[cue].key != "never" and any(
        told.is_said_so(case.parsed.tokens[at].key, words) for at in heavy for words in wanting
    ):
        return True
    return any(_is_denied(told, at) or state_is_denied(told, at) for at in heavy)


def _is_denied(told: Told, place: int) -> bool:
    """Whether a source denies a word in another form or with another word of its topic."""
    token = told.case.parsed.tokens[place]
    if told.is_said_so(token.key, told.case.denies):
        return True
    ways = shortened().get(token.text.lower(), ())
    return any(all(told.is_said_so(word, told.case.denies) for word in way) for way in ways)


def _denied_is_told(told: Told, place: int) -> bool:
    token = told.case.parsed.tokens[place]
    if (
        token.text.lower() in _HOW_MUCH
        or not weighs(token)
        or token.key in LEXICON.frames
        or _is_denied(told, place)
        or state_is_denied(told, place)
    ):
        return True
    of_before = any(_is_of_before(told, cue) for cue in _cues_over(told, place))
    if any(told.is_said_so(token.key, words) for words in (told.undone if of_before else told.wanting)):
        return True
    is_allergic = token.key in _ALLERGIC
    named = [
        one
        for one in told.case.entries
        if token.key in one.names | one.drugs or (is_allergic and one.kind == "AllergyIntolerance")
    ]
    if (
        named
        and not of_before
        and all(one.standing == "past" or one.kind == "AllergyIntolerance" for one in named)
    ):
        return True
    if token.key in told.case.says:
        return False
    if token.key in _SURE and any(one.standing == "guess" for one in told.case.entries):
        return True
    return told.is_said_so(token.key, told.held) or word_is_told(
        told, Fault("word", token.text, token.start, token.end)
    )


def _affirmed_is_told(told: Told, place: int) -> bool:
    """Whether a word that sources deny stands where the sentence denies it in other words, or only says that it is told."""
    token = told.case.parsed.tokens[place]
    if is_status_word(token.key):
        return told.is_over
    if token.key in LEXICON.frames or not weighs(token):
        return not any(one.wants for one in told.case.further)
    here = {one.text.lower() for at, one in enumerate(told.case.parsed.tokens) if at != place}
    return bool(here & frames()["lacking"])


def _denies_an_allergy(told: Told, place: int) -> bool:
    """Whether a place stands in a clause that denies an allergy which is cited and holds."""
    case = told.case
    here = told.clause(place)
    if _EXCEPTIONS & {case.parsed.tokens[at].key for at in here}:
        return False
    return any(
        one.kind == "AllergyIntolerance" and not one.standing and case.parsed.tokens[at].key not in one.denies
        for at in here
        if case.polarity.denied[at]
        and case.parsed.tokens[at].key in _ALLERGIC
        and not _REASONS & {one.key for one in case.parsed.tokens[here[0] : at]}
        for one in case.about(at)
    )


def _cues_over(told: Told, place: int) -> list[int]:
    """The negations of a token's clause that reach it."""
    case = told.case
    clause = next((one for one in case.polarity.clauses if one.first <= place < one.last), None)
    if clause is None:
        return []
    spans = {cue: reach(case.parsed.tokens, cue, clause.first, clause.last) for cue in clause.cues}
    return [cue for cue, (start, end) in spans.items() if start <= place < end]


def _is_of_before(told: Told, cue: int) -> bool:
    """Whether what a negation denies is that something was: "has had no pneumonia", and not "no pneumonia since".

    A time says which; without one the words do.
    """
    case = told.case
    clause = next((one for one in case.polarity.clauses if cue in one.cues), None)
    if clause is None:
        return False
    tokens = case.parsed.tokens
    start, end = reach(tokens, cue, clause.first, clause.last)
    while start > clause.first and tokens[start - 1].key != "and":
        start -= 1
    days = [at for at in range(start, end) if is_day(tokens[at])]
    words = {one.text.lower().replace("’", "'") for one in tokens[start:end]}
    if days and "never" not in words:
        past = [one for one in case.entries if one.standing == "past" and (one.begins or one.ended)]
        return any(_was_so(one, tokens, at) for at in days for one in past)
    return bool(words & _BEFORE) and not words & {"longer", "anymore"}


def _was_so(support: Support, tokens: list[Token], day: int) -> bool:
    """Whether a time lies within what is over; of "since" a time, whether that was before it began."""
    said = tokens[day].key
    if said.startswith("--"):
        return support.dated(said)
    first, _, last = said.partition("..")
    last = last or first
    begun, ended = min(support.begins, default=""), max(support.ended, default="")
    if any(one.text.lower() in _SINCE for one in tokens[max(day - 2, 0) : day]):
        return last < begun[: len(last)]
    return begun[: len(last)] <= last and (not ended or first <= ended[: len(first)])
