"""What the record says of its conflicts, doubts, gaps and reasons, told in the reader's language.

Takes    a reason as the record keeps it: parts with a semicolon between, sources by the site's names for them
Gives    its pieces; names, doses, results and the words of sources stay as they were written and say so
Never    guesses: a part that no template made stays English, whole (docs/languages.md)
"""

from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.knowledge.red_flags import load_red_flags
from careloom.web.present.told import Pieces, Said, as_words, in_parts, in_words, told_by
from careloom.web.present.words import source_name, spoken
from careloom.web.saying import later

# Of whom or what is told: {sources}; {iso} is as its source wrote it. The longer ones go first.
_SUPPLY = (
    later("last fill {iso} for {days} days in {sources}, supply ended {iso2}, {more}"),
    later("last fill {iso} for {days} days in {sources}"),
    later("last fill {iso} in {sources}, supply ended {iso2}, {more}"),
    later("last fill {iso} in {sources}"),
    later("on no list"),
    later("no pharmacy source is known"),
    later("No fill seen in {sources} between {iso} and {iso2}"),
    later("No further fill seen in {sources} between {iso} and {iso2} (supply ended {iso3}, {more})"),
    later("No further fill seen in {sources} between {iso} and {iso2}"),
    later("1 day without supply since"),
    later("{days} days without supply since"),
    later("claim of {iso} {status} in {sources}"),
)
_DRUGS = (
    later("reported as not taken in {sources} on an unknown date"),
    later("reported as not taken in {sources} on {iso}"),
    later("reported as stopped in {sources} on an unknown date"),
    later("reported as stopped in {sources} on {iso}"),
    later("reported as completed in {sources} on an unknown date"),
    later("reported as completed in {sources} on {iso}"),
    later("reported as on-hold in {sources} on an unknown date"),
    later("reported as on-hold in {sources} on {iso}"),
    later("reported in {sources} on an unknown date"),
    later("reported in {sources} on {iso}"),
    later("order ended in {sources} on an unknown date"),
    later("order ended in {sources} on {iso}"),
    later("stopped in {sources} (ordered {iso})"),
    later("stopped in {sources} on {iso}"),
    later("stopped in {sources}"),
    later("completed in {sources} (ordered {iso})"),
    later("completed in {sources} on {iso}"),
    later("completed in {sources}"),
    later("cancelled in {sources} (ordered {iso})"),
    later("cancelled in {sources} on {iso}"),
    later("cancelled in {sources}"),
    later("ended in {sources} (ordered {iso})"),
    later("ended in {sources} on {iso}"),
    later("ended in {sources}"),
    later("on hold in {sources} since {iso}"),
    later("on hold in {sources} (ordered {iso})"),
    later("on hold in {sources} on {iso}"),
    later("on hold in {sources}"),
    later("named without a status"),
    later("{sources} says that two bottles of it are used on {iso}"),
    later("{sources} says that two bottles of it are used on an unknown date"),
    later("taken with doses left out, as told in {sources} on {iso}"),
    later("taken with doses left out, as told in {sources} on an unknown date"),
    later("not taken as directed for its cost, as told in {sources} on {iso}"),
    later("not taken as directed for its cost, as told in {sources} on an unknown date"),
    later("{words} in {sources} is read as {drug}"),
    later("code {code} in {sources} is {drug} in {other}"),
    later("{sources} says that no medicine is taken on {iso}"),
    later("{sources} says that no medicine is taken on an unknown date"),
    later("nobody is given over {amount} mg at once"),
    later("{words} without a unit in {sources} on an unknown date"),
    later("{words} without a unit in {sources} on {iso}"),
)
_STANDING = (
    later("active in {sources} since {iso}"),
    later("active in {sources}, recorded {iso}, the label removed"),
    later("active in {sources}, recorded {iso}"),
    later("active in {sources}, without a date"),
    later("active in {sources}, the label removed"),
    later("active in {sources}"),
    later("unconfirmed in {sources} since {iso}"),
    later("unconfirmed in {sources}, recorded {iso}"),
    later("unconfirmed in {sources}, without a date"),
    later("provisional in {sources} since {iso}"),
    later("provisional in {sources}, recorded {iso}"),
    later("provisional in {sources}, without a date"),
    later("differential in {sources} since {iso}"),
    later("differential in {sources}, recorded {iso}"),
    later("differential in {sources}, without a date"),
    later("told by software in {sources} since {iso}"),
    later("told by software in {sources}, recorded {iso}"),
    later("told by software in {sources}, without a date"),
    later("past history in {sources}, recorded {iso}"),
    later("past history in {sources}, without a date"),
    later("resolved in {sources} on {iso}"),
    later("resolved in {sources}, recorded {iso}, the label removed"),
    later("resolved in {sources}, recorded {iso}"),
    later("resolved in {sources}"),
    later("refuted in {sources} on {iso}"),
    later("refuted in {sources}, recorded {iso}"),
    later("refuted in {sources}"),
    later("inactive in {sources} on {iso}"),
    later("inactive in {sources}, recorded {iso}"),
    later("inactive in {sources}"),
    later("last confirmed {iso} in {sources}"),
    later("an event of the past that nothing confirms since"),
    later("{problem} is listed too"),
)
_ALLERGIES = (
    later("listed in {sources}"),
    later("the list of {sources} does not mention it"),
    later("{sources} said {words} on {iso}, before it was recorded"),
    later("{sources} orders drugs and lists no allergies"),
    later("{sources} lists it although its own words say that the label was removed"),
    later("{sources} says that none is known"),
    later("{sources} says that {words} is refuted"),
    later("an allergy in {sources}"),
    later("an intolerance in {sources}"),
    later("allergy to {substance} with {reaction} active in {sources}, recorded {iso}, the label removed"),
    later("allergy to {substance} with {reaction} active in {sources}, recorded {iso}"),
    later("allergy to {substance} with {reaction} active in {sources}"),
    later("allergy to {substance} active in {sources}, recorded {iso}, the label removed"),
    later("allergy to {substance} active in {sources}, recorded {iso}"),
    later("allergy to {substance} active in {sources}"),
    later(
        "intolerance to {substance} with {reaction} active in {sources}, recorded {iso}, the label removed"
    ),
    later("intolerance to {substance} with {reaction} active in {sources}, recorded {iso}"),
    later("intolerance to {substance} with {reaction} active in {sources}"),
    later("intolerance to {substance} active in {sources}, recorded {iso}, the label removed"),
    later("intolerance to {substance} active in {sources}, recorded {iso}"),
    later("intolerance to {substance} active in {sources}"),
    later("it is the same drug"),
    later("it belongs to the same class ({source})"),
    later("it belongs to the same class"),
)
_OTHERWISE = (
    later("only what software wrote in {sources} says so"),
    later("the last of it is of {iso}"),
    later("{count} notes that repeat or cite each other count as {other}"),
    later("the note in {sources} on {iso} gives another {words} than this patient's"),
    later("the note in {sources} on {iso} stands word for word in another patient's chart"),
    later("{sources} says died on {iso}"),
    later("{sources} has a visit on {iso}"),
    later("{sources} has a result on {iso}"),
    later("{sources} has a fill on {iso}"),
    later("{sources} has a dose on {iso}"),
    later("{sources} has a vaccine on {iso}"),
    later("{sources} says given on {iso}"),
    later("{sources} says refused on {iso}"),
    later("{sources} says left on {iso}"),
    later("{sources} says right on {iso}"),
    later("needed in {sources}"),
    later("not needed in {sources}"),
    later("may be left in {sources}"),
    later("may not be left in {sources}"),
    later("{result} on {iso} in {sources} is outside {range}"),
    later("1 result of {measure} in {units} cannot be compared"),
    later("{count} results of {measure} in {units} cannot be compared"),
    later("1 result of {measure} from {sources} in {units} under LOINC {code}, which is of {kind}"),
    later("{count} results of {measure} from {sources} in {units} under LOINC {code}, which is of {kind}"),
    later("the newest is of {iso}"),
    later("{result} in {sources}, both of {iso}"),
    later("1 statement was read off an image from {sources} and nobody has confirmed them"),
    later("{count} statements were read off an image from {sources} and nobody has confirmed them"),
    later("{sources} lists it again and doesn't say when it was recorded: the same as before, or anew"),
)
# What the last of these say is a source's own words (a dose, a problem, a value) and who says them.
_TOLD = (
    later("{words} in {sources} on {iso}, {sources2} on {iso2} and {sources3} on {iso3}"),
    later("{words} in {sources} on {iso} and {sources2} on {iso2}"),
    later("{words} ordered on {iso}"),
    later("{words} filled on {iso}"),
    later("{words} in {sources} on an unknown date"),
    later("{words} in {sources} on {iso}"),
    later("{words} from {sources} on {iso}"),
    later("{words} in {sources} since {iso}"),
    later("{words} in {sources}"),
    later("{sources} says {words} on {iso}"),
    later("{sources} says {words}"),
    later("{sources} lists {drugs}"),
    later("{sources} on {iso}"),
)
WHYS = (*_SUPPLY, *_DRUGS, *_STANDING, *_ALLERGIES, *_OTHERWISE, *_TOLD)
_SOURCES = (
    later("{one}, {two}, {three} and {four}"),
    later("{one}, {two} and {three}"),
    later("{one} and {two}"),
)
_NAMES = (later("{value} of {iso}"), *_SOURCES)
_GAPS = (
    later("No {label} is recorded."),
    later("The last {label} is from {iso}; it is needed every {months} months."),
    later("The last {label} is from {iso}; it is too long ago."),
)
# Why a line asks for a yes or a no of its own (review/vigilance.py).
_UNSURE = (
    later("It tells what one source says of {about}; another source says otherwise."),
    later("A language model joined what the sources say into this sentence."),
    later(
        "What it rests on was found in a note by its likeness to other sentences, not by words that we know."
    ),
)
# The parts of a regimen, as the record words them (record/regimens.py); a source's own words stay as they were.
_REGIMEN = (
    later("once a day"),
    later("twice a day"),
    later("{count} times a day"),
    later("once a week"),
    later("twice a week"),
    later("{count} times a week"),
    later("once a month"),
    later("{count} times every {days} days"),
    later("every {days} days"),
    later("{amount} a day"),
    later("{amount} a week"),
    later("1 tablet"),
    later("{count} tablets"),
    later("1 capsule"),
    later("{count} capsules"),
    later("oral"),
    later("inhaled"),
    later("injected"),
    later("sublingual"),
    later("topical"),
)
# What a regimen doesn't say.
PARTS = {
    "strength": later("strength"),
    "dose": later("dose"),
    "route": later("route"),
    "frequency": later("frequency"),
}
_LISTS = (later("Careloom's list dated {iso}"),)
# The fields of social needs (docs/notes.md).
DOMAINS = {
    "housing": later("housing"),
    "food": later("food"),
    "transport": later("transport"),
    "utilities": later("utilities"),
    "safety": later("safety"),
    "employment": later("employment"),
    "finances": later("finances"),
    "education": later("education"),
    "health_literacy": later("health literacy"),
    "language": later("language"),
    "social_support": later("social support"),
    "relationship": later("relationship"),
    "parent_or_caregiver": later("parent or caregiver"),
    "substance_use": later("substance use"),
    "legal": later("legal"),
    "access_to_care": later("access to care"),
}
# Why something is asked on the telephone, where it is no reason of the record.
_ASKED = (
    later("Nothing more in the record asks for a question: this one is for everybody."),
    later("Recorded on {iso}."),
    later("Recorded on a day not stated."),
    later("A line of the plan: {line}"),
    later("An open need: {label}."),
    later("Not found in the record: {label}."),
    later("An emergency visit on {iso}."),
    later("A stay in hospital that ended on {iso}."),
    later("{measure} is rising: {values}."),
    later("{measure} is falling: {values}."),
    later("{measure} are rising: {values}."),
    later("{measure} are falling: {values}."),
)


def recorded(why: str) -> Pieces:
    """A reason of the record in the reader's language."""
    return tuple(
        Said(spoken(one.words), True) if one.english else one
        for one in in_parts(why, WHYS, {"sources": sources, "measure": listed_words})
    )


def recorded_words(why: str) -> str:
    """The same as one string, for places that can't mark what stays English."""
    return in_words(recorded(why))


def sources(names: str) -> Iterable[Said]:
    """Sources by their names, joined as the reader's language joins them."""
    bare = names.removesuffix(" (software)")
    named = in_parts(bare, _SOURCES)
    told = tuple(Said(source_name(one.words), True) if one.english else one for one in named)
    return (*told, Said(f" ({gettext('software')})", False)) if bare != names else told


def together(names: str) -> Iterable[Said]:
    """Names of drugs, problems and results, joined as the reader's language joins them."""
    return in_parts(names, _NAMES)


def listed_words(words: str) -> Iterable[Said]:
    """A name of our lists (gaps, measurements, red flags, needs), in the reader's language where it is one of them."""
    yield Said(gettext(words), False)


def measure_begun(words: str) -> Iterable[Said]:
    """A measurement at the front of a sentence."""
    name = next((one for one in (words, words[:1].lower() + words[1:]) if gettext(one) != one), words)
    told = gettext(name)
    yield Said(told[:1].upper() + told[1:], False)


def missed(why: str) -> str:
    """Why something counts as missing: all of it is words of ours (knowledge/gaps.toml) and a day."""
    if why.endswith("confirmed them"):
        return recorded_words(why)
    return as_words(why, _GAPS, {"label": listed_words, "measure": listed_words})


def need_named(name: str) -> str:
    """What a social need is called: by a name of our lists in the reader's language, by a source's own as the source wrote it."""
    return gettext(name) if name else name


def domain_named(domain: str) -> str:
    """What a field of social needs is called."""
    return str(DOMAINS.get(domain, domain.replace("_", " ")))


def titled(entry: Entry) -> str:
    """What an entry is called: a need or a remark that was read out of a note has a name of our lists, the rest their sources' names."""
    remarked = entry.kind == "Observation" and "quote" in entry.detail
    return need_named(entry.name) if remarked or "domain" in entry.detail else entry.name


def regimen_part(words: str) -> str:
    """A part of a regimen: how much, by which way, how often."""
    return in_words(told_by(words, _REGIMEN)) or words


def lists_named(names: str) -> Iterable[Said]:
    """Which lists of drugs were looked into."""
    return told_by(names, _LISTS) or (Said(names, True),)


def unsure(why: str) -> str:
    """Why a line asks for a yes or a no of its own."""
    return in_words(told_by(why, _UNSURE)) or why


def asked_for(why: str) -> str:
    """Why something is asked: of the record's own reasons each with a full stop."""
    told = told_by(why, _ASKED, {"label": listed_words, "measure": listed_words})
    return in_words(told) if told else f"{recorded_words(why.removesuffix('.'))}."


def flags_named(words: str) -> Iterable[Said]:
    """Red flags with commas between; of one whose name has a comma each part that is no name stays as it is."""
    rest = words
    while rest:
        known = next((one for one in _flags() if rest == one or rest.startswith(f"{one}, ")), rest)
        yield from listed_words(known)
        rest = rest[len(known) :].removeprefix(", ")
        if rest:
            yield Said(", ", False)


@cache
def _flags() -> tuple[str, ...]:
    return tuple(sorted((one.label for one in load_red_flags()), key=len, reverse=True))
