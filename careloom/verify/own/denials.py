"""Denials in a person's sentence: which deny nothing that a record could hold, and which a source denies in other words."""

from careloom.verify.case import Fault
from careloom.verify.lexicon import LEXICON
from careloom.verify.own.open import frames, shortened
from careloom.verify.own.told import Told, weighs
from careloom.verify.own.words import state_is_denied, word_is_told
from careloom.verify.polarity import reach
from careloom.verify.standing import is_status_word

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
    if told.has("sure") and any(one.standing == "guess" for one in told.case.entries):
        return place in told.case.parsed.polarity.cues or told.case.polarity.denied[place]
    if place in told.case.parsed.polarity.cues:
        return _cue_is_told(told, place)
    if told.case.polarity.denied[place]:
        return _denied_is_told(told, place)
    return _affirmed_is_told(told, place)


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
    if (
        case.parsed.tokens[cue].key != "never"
        and any(one.standing == "past" for one in case.entries)
        and not any(one.standing == "" for one in case.entries)
    ):
        return True
    if not heavy:
        return not any(one.wants for one in case.further)
    if any(one.kind == "AllergyIntolerance" for one in case.entries) and told.has("reaction"):
        return True
    is_never = case.parsed.tokens[cue].key == "never"
    if not is_never and any(
        told.is_said_so(case.parsed.tokens[at].key, words) for at in heavy for words in told.wanting
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
    if any(told.is_said_so(token.key, words) for words in told.wanting):
        return True
    named = [one for one in told.case.entries if token.key in one.names | one.drugs]
    never = any(one.key == "never" for one in told.case.parsed.tokens)
    if (
        named
        and not never
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
