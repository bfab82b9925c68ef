"""Words without a source in a person's sentence: which claim nothing, and which a source says otherwise."""

import re
from collections.abc import Callable

from careloom.knowledge.frequency import rhythm
from careloom.verify.bound import GROUP_OF
from careloom.verify.case import Fault, telling
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.own.open import contraries, frames, kinds, open_words, shortened, states
from careloom.verify.own.rhythms import rhythm_of_source
from careloom.verify.own.told import Told, is_a_form
from careloom.verify.parse import is_plain
from careloom.verify.support import Support
from careloom.verify.tokens import Sort
from careloom.verify.words import CHANGES, EACH, OFTEN_PERIODS, ROLE_WORDS

_PARTICLES = frozenset(
    {"up", "down", "back", "off", "out", "over", "along", "away", "through", "around", "by"}
)
# What somebody does, in general English, is told in many words: none takes the place of another.
_DOING = frozenset({"verb"})
_PREVENTING = frozenset({"prevent", "protect", "avoid"})
_LOOSE = frozenset({"over", "back", "lower", "higher", "close", "clos"})
_WEIGHING = {"lighter": "down", "thinner": "down", "heavier": "up"}
# What says itself for what it was, or what it did: another reason is another claim.
_OF_A_REASON = frozenset({"Encounter", "AllergyIntolerance", "FamilyMemberHistory"})
_CLAIMING = frozenset({"claim"})
_FROM_THEN = frozenset({"since", "sinc", "on", "at", "after", "before", "befor", "from", "until", "during"})
# Words whose stem is that of a small word.
_HOMONYMS = frozenset({"evening", "evenings", "placed"})
_MILD = frozenset({"mild", "mildly", "slight", "slightly", "moderate", "moderately", "borderline"})
_DEGREES = frozenset({"mild", "moderat", "sever", "severe", "moderate"})
_UN = re.compile(r"^(?:un|non|re|pre|post|self|over|mis|dis|in)(?=[a-z]{4})")
_PEOPLE = frozenset({"male", "female", "adult", "child", "aged"})


def word_is_told(told: Told, fault: Fault) -> bool:
    """Whether a word that no source has needs none, or says what one says in another word."""
    place = told.at.get(fault.start)
    if fault.contradicts or place is None:
        return False
    if told.case.guidance is not None and told.case.parsed.tokens[place].key in ROLE_WORDS:
        return False  # Whose task a guideline's is was changed.
    if told.case.parsed.tokens[place].text.lower() in frames()["goes_on"] and any(
        one.standing == "past" for one in told.case.entries
    ):
        return False
    rules = _OF_A_DISEASE if any(start <= fault.start < end for start, end in told.case.strange) else _RULES
    return any(rule(told, place) for rule in rules)


def _is_open(told: Told, place: int) -> bool:
    token = told.case.parsed.tokens[place]
    if token.key in contraries() and _contrary_is_told(told, place):
        return False
    if _is_a_name(told, place) or token.text.lower() in _HOMONYMS:
        return False
    if _is_how_often(told, place) or (GROUP_OF.get(token.key, frozenset()) & told.case.says):
        return False
    if token.key in CHANGES and _is_a_drugs(told, place):
        return False
    if token.key in open_words() or (is_plain(token) and not _is_a_drugs(told, place)):
        return True
    return token.key in LEXICON.plain and token.text.lower() in frames()["says"]


def _is_how_often(told: Told, place: int) -> bool:
    """Whether a word is the "week" of "every week"."""
    tokens = told.case.parsed.tokens
    return place > 0 and tokens[place - 1].key in EACH and tokens[place].key in OFTEN_PERIODS


def _contrary_is_told(told: Told, place: int) -> bool:
    """Whether the lines that a word's clause retells have its contrary and not the word itself."""
    key = told.case.parsed.tokens[place].key
    return any(contraries()[key] & words and key not in words for words in told.retold(place))


def _is_a_drugs(told: Told, place: int) -> bool:
    """Whether a drug stands in a word's clause, so that a verb of change would be an order."""
    return any(told.case.parsed.tokens[at].sort is Sort.DRUG for at in told.clause(place))


def _is_a_particle(told: Told, place: int) -> bool:
    """Whether a word belongs to the verb before it ("picked up", "get back to")."""
    tokens = told.case.parsed.tokens
    if tokens[place].text.lower() == "broke" and place + 1 < len(tokens) and tokens[place + 1].key == "down":
        return True
    if tokens[place].key not in _PARTICLES or not place:
        return False
    return tokens[place - 1].sort is Sort.WORD and tokens[place - 1].key not in LEXICON.small


def _is_no_limit(told: Told, place: int) -> bool:
    """Whether "over", "back" or "higher" compares with no number: "once the meal is over", "keep an eye on it"."""
    tokens = told.case.parsed.tokens
    behind = tokens[place + 1 : place + 4]
    if tokens[place].key == "eye":
        return place > 0 and tokens[place - 1].key == "an" and [one.key for one in behind[:1]] == ["on"]
    return tokens[place].key in _LOOSE and not any(one.sort in (Sort.NUMBER, Sort.DATE) for one in behind)


def _is_of_a_topic(told: Told, place: int) -> bool:
    """Whether a source that holds has another form of a word, or another word of its topic."""
    key = told.case.parsed.tokens[place].key
    saying = [one for one in told.case.entries if told.is_said_so(key, one.says - one.denies)]
    saying = saying or [one for one in told.case.everything if told.is_said_so(key, one.says - one.denies)]
    standings = {one.standing for one in saying}
    if not saying or "" in standings:
        return bool(saying)
    keys = {token.key for token in told.case.parsed.tokens}
    return (
        (told.is_over and standings & {"past"} != set())
        or (told.has("hedge") and "guess" in standings)
        or bool(keys & LEXICON.kin and "family" in standings)
    )


def _is_shortened(told: Told, place: int) -> bool:
    """Whether a word is short for words that the sources have, or for none that needs them."""
    low = told.case.parsed.tokens[place].text.lower()
    if low not in shortened() or (len(low) == 1 and low != told.case.parsed.tokens[place].text):
        return False
    ways = shortened()[low]
    return not ways or any(all(told.is_said_so(word, told.held) for word in way) for way in ways)


def _is_measured(told: Told, place: int) -> bool:
    """Whether a word for a measured state ("hyponatremia") is so of a cited result."""
    found = states().get(told.case.parsed.tokens[place].key)
    if found is None:
        return False
    concept, lies = found
    measured = [
        one for one in told.case.entries if concept in _concepts(one) or (concept == "*" and one.reads)
    ]
    return any(lies in one.reads for one in measured)


def state_is_denied(told: Told, place: int) -> bool:
    """Whether a word for a measured state is not so of a cited result."""
    found = states().get(told.case.parsed.tokens[place].key)
    if found is None:
        return False
    measured = [
        one for one in told.case.entries if found[0] in _concepts(one) or found[0].split("_")[-1] in one.says
    ]
    return bool(measured) and not any(found[1] in one.reads for one in measured)


def _concepts(support: Support) -> set[str]:
    return {value.lab.concept for value in support.values if value.lab}


def _is_the_person(told: Told, place: int) -> bool:
    """Whether a word for somebody's sex and age ("man", "ten-year-old girl") is so of the patient."""
    low = told.case.parsed.tokens[place].text.lower()
    if not any(low in frames()[name] for name in _PEOPLE):
        return False
    who = told.case.who
    wrong = {"male": "female", "female": "male"}.get(who.sex, "")
    if wrong and low in frames()[wrong] and low not in frames()[who.sex]:
        return False
    is_young = who.age is not None and who.age < 18
    return not (low in frames()["child"] and not is_young and who.age is not None and low != "child")


def _is_of_a_root(told: Told, place: int) -> bool:
    """Whether a word is made with "un-" or "re-" of one that the sources have ("refilled") or deny ("unused")."""
    low = told.case.parsed.tokens[place].text.lower()
    bare = stem(_UN.sub("", low))
    if bare == stem(low):
        return False
    among = told.case.denies if low.startswith(("un", "non", "dis", "in")) else told.case.says
    if bare == "treat" and any(
        one.denies & words for one, words in told.lines if words in told.retold(place)
    ):
        return True
    return bare in among or any(is_a_form(bare, word) for word in among)


def _is_a_reaction(told: Told, place: int) -> bool:
    """Whether a word says that something was reacted to, where an allergy is cited."""
    low = told.case.parsed.tokens[place].text.lower()
    if low.startswith(("allerg", "intoler", "toler", "sensitiv")):
        return False
    return low in frames()["reaction"] and any(one.kind == "AllergyIntolerance" for one in told.case.entries)


def _is_off(told: Told, place: int) -> bool:
    """Whether an "off" says that what is cited is over."""
    standings = {one.standing for one in told.case.entries if one.kind}
    return told.case.parsed.tokens[place].key == "off" and standings == {"past"}


def _is_a_stay(told: Told, place: int) -> bool:
    """Whether a word names a stay of the record, as a time from or until which something is so ("since the admission")."""
    token = told.case.parsed.tokens[place]
    before = {one.key for one in told.case.parsed.tokens[max(place - 3, 0) : place]}
    if token.key == "night" and any(one.nights for one in told.case.entries):
        return True
    stays = [kind for kind, words in LEXICON.stays.items() if token.key in words]
    return bool(before & _FROM_THEN) and any(
        one.kind == "Encounter" and kind in one.detail.get("class", "")
        for kind in stays
        for one in told.case.record
    )


def _is_beside(told: Told, place: int) -> bool:
    """Whether a word of general English names what no line that is retold has in its place."""
    token = told.case.parsed.tokens[place]
    named = kinds().get(token.key, frozenset())
    if token.text.lower() in _HOMONYMS:
        return False
    if not named or named & _CLAIMING or _is_a_name(told, place) or _is_precise(told, named):
        return False
    said = frozenset(one.key for one in told.case.parsed.tokens)
    lines = told.retold(place)
    left_out = frozenset().union(*lines) - said - LEXICON.small - open_words() - told.proper
    if named <= _DOING:
        return True
    unknown = named if all(not one.kind for one, words in told.lines if words in lines) else frozenset()
    return bool(lines) and not any(
        kinds().get(word, unknown) & named - _DOING and not told.is_said_so(word, said) for word in left_out
    )


def _is_precise(told: Told, named: frozenset[str]) -> bool:
    """Whether a word could be a procedure or a reaction, where one is cited."""
    cited = {one.kind for one in told.case.entries}
    if "AllergyIntolerance" in cited and told.has("reaction"):
        return True
    return "noun.abstract" in named and bool(cited & {"Procedure", "ServiceRequest"})


def _is_lacking(told: Told, place: int) -> bool:
    """Whether a word that sources deny stands beside one that gives it up ("has given up driving")."""
    key = told.case.parsed.tokens[place].key
    is_given_up = told.has("lacking") or "given up" in told.case.parsed.text.lower()
    return is_given_up and told.is_said_so(key, told.case.denies)


def _is_a_rhythm(told: Told, place: int) -> bool:
    """Whether a word says how often, as the sources do ("q12h")."""
    tokens = told.case.parsed.tokens
    every = place > 0 and tokens[place - 1].key in EACH
    said = rhythm(f"every {tokens[place].text}" if every else tokens[place].text)
    return said is not None and said == rhythm_of_source(told)


def _is_of_the_record(told: Told, place: int) -> bool:
    """Whether a word names a problem that the patient has by an entry that isn't cited, beside something that is."""
    case = told.case
    if not any(telling(one, case.parsed) for one in case.mentions):
        return False
    if {one.kind for one in case.entries} & _OF_A_REASON or {
        one.key for one in case.parsed.tokens
    } & LEXICON.kin:
        return False
    return case.parsed.tokens[place].key in case.problems


def _is_of_letters(told: Told, place: int) -> bool:
    """Whether capitals are letters of a cited name, the first of each word among them ("AVN": avascular necrosis)."""
    text = told.case.parsed.tokens[place].text
    if not text.isupper() or not 1 < len(text) < 6:
        return False
    names = (line for one in told.case.entries if one.kind for line in one.text.split("\n")[:2])
    return any(
        _spells(re.findall(r"[^\W\d_]+", part.upper()), text)
        for name in names
        for part in re.split(r"[:,;(]", name)
    )


def _spells(words: list[str], letters: str) -> bool:
    """Whether letters are the first of words that stand together, with some of their others between."""
    runs = (words[start:end] for start in range(len(words)) for end in range(start + 2, len(words) + 1))
    return any(
        re.fullmatch("".join(f"{re.escape(word[0])}[{re.escape(word[1:]) or ' '}]*" for word in run), letters)
        for run in runs
    )


def _is_a_class(told: Told, place: int) -> bool:
    """Whether a word has the form of the class of a cited drug ("anticoagulated")."""
    key = told.case.parsed.tokens[place].key
    return any(
        is_a_form(key, word) for one in told.case.entries for kind in one.kinds for word in kind.split()
    )


def _is_a_purpose(told: Told, place: int) -> bool:
    """Whether a word is of what something is to prevent."""
    return any(one.key in _PREVENTING for one in told.case.parsed.tokens[max(place - 3, 0) : place])


def _is_a_unit(told: Told, place: int) -> bool:
    """Whether a letter is the unit of the cited number before it."""
    tokens = told.case.parsed.tokens
    low = tokens[place].text.lower()
    return (
        place > 0
        and tokens[place - 1].sort is Sort.NUMBER
        and any(unit.lower() == low for one in told.case.entries for _, unit in one.quantities)
    )


def _is_tolerated(told: Told, place: int) -> bool:
    """Whether a drug that is tolerated is one that is taken."""
    if not told.case.parsed.tokens[place].key.startswith("tolerat"):
        return False
    here = {told.case.parsed.tokens[at].key for at in told.clause(place)}
    taken = [one for one in told.case.entries if one.drugs & here]
    return bool(taken) and all(one.kind.startswith("Medication") and not one.standing for one in taken)


def _is_no_fever(told: Told, place: int) -> bool:
    return told.case.parsed.tokens[place].text.lower() == "afebrile" and "fever" in told.case.denies


def _is_a_verb_to_leave(told: Told, place: int) -> bool:
    """Whether a "left" is no side: "has not left the flat"."""
    tokens = told.case.parsed.tokens
    after = tokens[place + 1].key if place + 1 < len(tokens) else ""
    return tokens[place].key == "left" and after in ("the", "his", "her", "home", "hom")


def _is_a_change(told: Told, place: int) -> bool:
    """Whether "lighter" or "heavier" is what a cited weight became."""
    way = _WEIGHING.get(told.case.parsed.tokens[place].text.lower())
    return way is not None and any(
        one.moves and one.rose == (way == "up") and "weight" in one.says for one in told.case.changes
    )


def _is_a_name(told: Told, place: int) -> bool:
    """Whether a word has a capital inside a sentence."""
    token = told.case.parsed.tokens[place]
    first = not place or told.case.parsed.tokens[place - 1].sort is Sort.STOP
    return not first and token.text[:1].isupper() and not token.text.isupper()


def _is_a_mild_word(told: Told, place: int) -> bool:
    """Whether a word says how bad a measured state is, where no source says that of anything."""
    low = told.case.parsed.tokens[place].text.lower()
    if low == "m" and place:
        return (
            told.case.parsed.tokens[place - 1].sort is Sort.NUMBER
        )  # Of "1.75 m" the number is held or not.
    measured = any(one.measured for one in told.case.entries)
    return low in _MILD and measured and not _DEGREES & told.case.says


def _is_twice_a_day(told: Told, place: int) -> bool:
    """Whether "morning and night" is the "twice daily" of a source."""
    here = {told.case.parsed.tokens[at].key for at in told.clause(place)}
    is_one = told.case.parsed.tokens[place].key in ("morn", "night", "even", "bedtime")
    return (
        is_one
        and "morn" in here
        and bool(here & {"night", "even", "bedtime"})
        and any(("2", "day") in one.often for one in told.case.about(place))
    )


_RULES: tuple[Callable[[Told, int], bool], ...] = (
    _is_open,
    _is_a_particle,
    _is_no_limit,
    _is_of_a_topic,
    _is_shortened,
    _is_measured,
    _is_the_person,
    _is_of_a_root,
    _is_beside,
    _is_a_mild_word,
    _is_twice_a_day,
    _is_a_reaction,
    _is_off,
    _is_a_stay,
    _is_lacking,
    _is_of_letters,
    _is_a_class,
    _is_a_purpose,
    _is_a_unit,
    _is_tolerated,
    _is_no_fever,
    _is_a_verb_to_leave,
    _is_of_the_record,
    _is_a_change,
    _is_a_rhythm,
)
# What may explain a word of a disease that neither what is cited nor a problem of the record is.
_OF_A_DISEASE = (_is_of_a_topic, _is_shortened, _is_measured, _is_of_letters)
