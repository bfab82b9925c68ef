"""What an entry supports: itself, each of its components, each line of a note."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from careloom.care.entry import Component, Entry
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Ingredient
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.measures import Value, value_of
from careloom.verify.parse import Parser, figure
from careloom.verify.support import Gathering, Standing, Support, days_of, spoken
from careloom.verify.tokens import Sort, Token, unit_named

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
_WORD = re.compile(r"[^\W_]+")
_LANGUAGES = {
    "es": "Spanish", "en": "English", "zh": "Chinese", "vi": "Vietnamese", "tl": "Tagalog", "ko": "Korean",
    "ar": "Arabic", "fr": "French", "ru": "Russian", "ht": "Haitian Creole", "pt": "Portuguese", "hi": "Hindi",
    "de": "German", "ja": "Japanese", "it": "Italian", "pl": "Polish", "fa": "Persian", "so": "Somali",
}  # fmt: skip
_INTERPRETATIONS = {
    "H": "high",
    "HH": "high",
    "HU": "high",
    "L": "low",
    "LL": "low",
    "LU": "low",
    "N": "normal",
}
# An intolerance is no allergy, and an allergy no mere intolerance.
_OTHER_TYPE = {
    "intolerance": frozenset({stem("allergy"), stem("allergic")}),
    "allergy": frozenset({stem("intolerance")}),
}
# What "active" says of a drug alone.
_OF_DRUGS = frozenset(map(stem, ("prescribed", "take", "taking")))
# Details that are about the entry's bookkeeping; their words are no evidence.
_NOT_EVIDENCE = frozenset({"machine_written", "contact", "refills", "authorization", "answer"})
# Who did something and where: words, whose numbers ("Corner Drug #12") are no amounts.
_WHO = frozenset({"pharmacy", "prescriber", "author", "payer", "participants", "place"})
_BESIDE = (*sorted(_WHO), "quote")
_LASTING = ("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement")
_BILLED = ("Claim", "ClaimResponse", "ExplanationOfBenefit")
_HAPPENED = frozenset({"completed", "final", "amended", "corrected", "finished", "active", "in-progress", ""})


def supports_of(entry: Entry, parser: Parser) -> tuple[Support, ...]:
    """All that an entry supports; the first is of the whole entry, then its components or its lines."""
    whole = _whole(entry, parser)
    parts = [_component(part, whole, parser) for part in entry.components]
    pairs = frozenset(
        (f"{figure(one.value)}/{figure(two.value)}", unit_named(two.unit))
        for one, two in zip(entry.components, entry.components[1:], strict=False)
        if one.value and two.value
    )
    if pairs:
        whole = replace(whole, quantities=whole.quantities | _in_order(pairs, entry))
    lines = _lines(entry, whole, parser) if entry.kind == "DocumentReference" else ()
    return (whole, *parts, *lines)


def standing_of(entry: Entry) -> Standing:
    """Whether an entry still holds: resolved or stopped (past), refuted or an error (void), a relative's (family), a
    diagnosis that nobody confirmed (guess).
    """
    words = {entry.status or "", entry.certainty}
    if entry.subject != "patient":
        return "family"
    if words & LEXICON.void:
        return "void"
    if entry.kind in _LASTING and words & LEXICON.past:
        return "past"
    return "guess" if entry.kind == "Condition" and entry.certainty in LEXICON.guess else ""


def _whole(entry: Entry, parser: Parser) -> Support:
    gathered = Gathering()
    standing = standing_of(entry)
    named = parser.parse("\n".join(_names(entry)))
    gathered.add(named, flip=entry.negated and not named.polarity.cues, named=True)
    classes, kinds = _drugs(entry, gathered, parser)
    own = frozenset(gathered.names)
    left_out = gathered.denies - gathered.says
    for words in _known_names(entry, parser.knowledge):
        gathered.take(spoken(words, parser.knowledge.drugs, denied=entry.negated))
    gathered.says -= left_out  # "Osteoporosis without fracture" isn't what else is called osteoporosis.
    named_by = frozenset(gathered.quantities) if entry.kind == "Observation" else frozenset()
    gathered.quantities -= named_by
    further = "\n".join(text for text in _further(entry) if text)
    gathered.add(parser.parse(further))
    _beside(entry, gathered, parser)
    if standing == "void":
        gathered.denies |= gathered.names
        gathered.says |= gathered.names
    _state(entry, gathered)
    gathered.when(entry.effective.start, None if _is_brief(entry) else entry.effective.end, entry.recorded)
    if entry.value and _NUMBER.match(entry.value):
        gathered.quantities.add((figure(entry.value), unit_named(entry.unit)))
    systems = systems_of(entry)
    end = entry.effective.end
    refills = entry.detail.get("refills", "")
    if refills.isdigit():
        gathered.often.add((figure(refills), "refill"))
    return gathered.support(
        {entry.id, *entry.same_as},
        standing=standing,
        places=frozenset().union(*systems),
        text="\n".join((entry.text, further, *(entry.detail.get(key, "") for key in _BESIDE))),
        own=own,
        classes=classes,
        kinds=kinds,
        nights=_nights(entry),
        named_by=named_by,
        orders=_orders(entry, parser),
        systems=systems,
        kind=entry.kind,
        measured=bool(entry.value and _NUMBER.match(entry.value)),
        precise=_precise(entry.value, entry.unit),
        values=_values(entry, parser),
        signs=frozenset({entry.comparator} - {""}),
        begins=frozenset(
            day
            for when in (entry.effective.start, entry.recorded)
            if when is not None
            for day in days_of(when)
        ),
        ended=frozenset(days_of(end)) if end is not None and standing == "past" else frozenset(),
        bounds=_bounds(entry, parser),
    )


def _is_brief(entry: Entry) -> bool:
    """Whether its end is no date of its own: a visit over midnight, the period that a bill is for."""
    start, end = entry.effective.start, entry.effective.end
    if entry.kind in _BILLED:
        return True
    if start is None or end is None or entry.kind in _LASTING:
        return False
    return abs((end.day - start.day).days) <= 1


def _nights(entry: Entry) -> int:
    """How many nights a visit lasted; 0 for none and for what is no visit."""
    start, end = entry.effective.start, entry.effective.end
    return (end.day - start.day).days if entry.kind == "Encounter" and start and end else 0


def systems_of(entry: Entry) -> frozenset[frozenset[str]]:
    """The names of the systems that an entry comes from, each as stems."""
    return frozenset(
        frozenset(stem(word) for word in _WORD.findall(source.system))
        for source in (entry.source, *entry.also)
    )


def _names(entry: Entry) -> Iterator[str]:
    if entry.kind != "DocumentReference":
        yield entry.text
    for code in entry.codes:
        yield code.display
    if entry.name == (entry.codes[0].code if entry.codes else ""):
        yield entry.name
    yield entry.detail.get("domain", "").replace("_", " ")
    yield entry.detail.get("title", "")
    if entry.kind == "Encounter":
        yield entry.detail.get(
            "reason", ""
        )  # "An asthma exacerbation was recorded" of the visit that was for it.


def _known_names(entry: Entry, knowledge: Knowledge) -> Iterator[tuple[str, ...]]:
    """What knowledge calls the condition (and what it is a kind of) or the measurement that an entry is about."""
    own = entry.text.rpartition(": ")[2] if entry.subject == "family" else entry.text  # "mother: Stroke"
    concept = knowledge.conditions.find(entry.codes, own)
    waiting = [concept] if concept else []
    while waiting:
        known = knowledge.conditions.by_concept.get(waiting.pop())
        if known is not None:
            yield (known.label, *known.words)
            waiting += known.broader
    lab = knowledge.labs.find(entry.codes, entry.text)
    if lab is not None:
        yield (lab.label, *lab.words)
    parts = {found.concept for part in entry.components if (found := knowledge.labs.find(part.codes))}
    if {"systolic", "diastolic"} <= parts:
        yield ("blood pressure", "BP")


def _drugs(entry: Entry, gathered: Gathering, parser: Parser) -> tuple[frozenset[str], frozenset[str]]:
    """Take in the drugs that an entry is about, so that its brand is their name and no form is; the stems of their classes,
    and the classes.
    """
    found = _ingredients(entry, parser)
    if not found:
        return frozenset(), frozenset()
    gathered.names -= LEXICON.forms
    gathered.titles = {title - LEXICON.forms for title in gathered.titles}
    classes: set[str] = set()
    for drug in found:
        gathered.drugs.add(drug.name)
        gathered.names.update(stem(word) for word in drug.name.split())
        classes |= {stem(word) for kind in drug.classes for word in kind.split()}
    (gathered.denies if entry.negated else gathered.says).update(gathered.names | _neutral(classes))
    return frozenset(classes - gathered.names), frozenset(kind for drug in found for kind in drug.classes)


def _beside(entry: Entry, gathered: Gathering, parser: Parser) -> None:
    """Take in what stands beside an entry's own facts: the note it was read from, who and where, the range of its test.

    Their numbers are none of its values, and of a note's drugs only its own.
    """
    quote = parser.parse(entry.detail.get("quote", ""))
    about_a_drug = entry.kind.startswith("Medication")
    gathered.add(quote, drugs=frozenset(gathered.drugs) if about_a_drug else None)
    others = [text for key, text in entry.detail.items() if key in _WHO]
    others += [entry.range.text if entry.range is not None else ""]
    for text in others:
        aside = Gathering()
        aside.add(parser.parse(text or ""))
        gathered.says |= aside.says
        gathered.denies |= aside.denies
        gathered.compared |= aside.compared


def _orders(entry: Entry, parser: Parser) -> tuple[tuple[Token, ...], ...]:
    """The texts in which a drug's source says its strength and how it is taken, read."""
    if not entry.kind.startswith("Medication"):
        return ()
    texts = (entry.text, *(code.display for code in entry.codes), entry.dosage.text if entry.dosage else "")
    return tuple(tuple(parser.parse(text).tokens) for text in texts if text)


def _bounds(entry: Entry, parser: Parser) -> frozenset[tuple[str, str]]:
    """The ends of an entry's reference range, as numbers or in words."""
    if entry.range is None:
        return frozenset()
    own = unit_named(entry.unit)
    said = parser.parse(entry.range.text).tokens if entry.range.text else ()
    ends = {(figure(end), own) for end in (entry.range.low, entry.range.high) if end}
    return frozenset(ends | {(figure(one.key), one.unit or own) for one in said if one.sort is Sort.NUMBER})


def _ingredients(entry: Entry, parser: Parser) -> tuple[Ingredient, ...]:
    if entry.kind.startswith("Medication") or entry.kind in ("AllergyIntolerance", "Immunization"):
        return parser.knowledge.drugs.find(entry.text, entry.codes)
    return ()


def _neutral(words: set[str]) -> set[str]:
    """Class words without those that say what a class does ("lowers blood pressure")."""
    return words - {
        "lower",
        "rais",
        "slow",
        "narrow",
        "blood",
        "pressur",
        "bleed",
        "heart",
        "potassium",
        "sodium",
    }


def _further(entry: Entry) -> Iterator[str]:
    if entry.value and not _NUMBER.match(entry.value):
        yield entry.value
    for code in entry.value_codes:
        yield code.display
    if entry.dosage is not None:
        yield from (entry.dosage.text, entry.dosage.dose, entry.dosage.route, entry.dosage.frequency)
    for key, text in entry.detail.items():
        if key not in _NOT_EVIDENCE and key not in _BESIDE:
            yield f"{text} days" if key == "days_supply" else text
    yield _LANGUAGES.get(entry.detail.get("language", "")[:2].lower(), "")
    yield " ".join(entry.category).replace("-", " ").replace("_", " ")


def _state(entry: Entry, gathered: Gathering) -> None:
    """Words of the entry's kind, status, certainty, interpretation and subject."""
    kind = LEXICON.kind.get(entry.kind, frozenset()) - _OTHER_TYPE.get(
        entry.detail.get("allergy_type", ""), frozenset()
    )
    happened = (entry.status or "") in _HAPPENED or entry.kind in _LASTING
    denied = entry.negated or (entry.kind == "MedicationDispense" and not happened)
    (gathered.denies if denied else gathered.says).update(kind)
    if entry.kind == "ExplanationOfBenefit" and "pharmacy" in entry.category:
        gathered.says |= LEXICON.kind["MedicationDispense"]
    if entry.kind == "AllergyIntolerance" and entry.certainty == "refuted":
        gathered.says |= kind  # "An allergy to penicillin was refuted." is about an allergy.
    of_others = frozenset() if entry.kind.startswith("Medication") else _OF_DRUGS
    for word in (entry.status or "", entry.certainty, entry.detail.get("outcome", "")):
        gathered.says |= LEXICON.status.get(word, frozenset({stem(word)} if word else ())) - of_others
        if word in LEXICON.past and entry.kind in _LASTING:
            gathered.denies |= LEXICON.status["active"]
    for word in entry.detail.get("class", "").split():
        gathered.says |= LEXICON.stays.get(word, frozenset())
    for word in _readings(entry):
        gathered.reads |= LEXICON.range[word]
    if entry.subject != "patient":
        gathered.says |= {"family", "relativ", "history", "age", "ag"}
    if entry.detail.get("interpreter") == "true":
        gathered.says.add("interpreter")
    if entry.detail.get("proxy"):
        gathered.says |= {stem("health"), stem("care"), stem("proxy")}
    if entry.detail.get("deceased"):
        gathered.says |= {"died", "deceas", "dead", "death"}
    if entry.detail.get("machine_written") == "true":
        gathered.says |= {"softwar", "machin", "written"}


def _readings(entry: Entry) -> Iterator[str]:
    """High, low or normal: by the source's flag, else by its reference range."""
    flag = (entry.interpretation or "").strip()
    if flag:
        yield from {_INTERPRETATIONS.get(flag, "")} & LEXICON.range.keys()
        yield from {flag.lower()} & LEXICON.range.keys()
    elif entry.range and entry.value and _NUMBER.match(entry.value):
        value = Decimal(entry.value)
        low, high = (
            Decimal(end) if end and _NUMBER.match(end) else None
            for end in (entry.range.low, entry.range.high)
        )
        if high is not None and value > high:
            yield "high"
        elif low is not None and value < low:
            yield "low"
        elif low is not None or high is not None:
            yield "normal"


def _values(entry: Entry, parser: Parser) -> tuple[Value, ...]:
    if entry.kind != "Observation" or not entry.value or not _NUMBER.match(entry.value):
        return ()
    return value_of(entry.value, entry.unit, parser.knowledge.labs.find(entry.codes, entry.text))


def _precise(value: str | None, unit: str | None) -> tuple[tuple[Decimal, str], ...]:
    """A machine's digits ("27.698557399156304"), which may be said rounded; nothing for a person's."""
    if value and _NUMBER.match(value) and len(value.partition(".")[2]) >= 4:
        return ((abs(Decimal(value)), unit_named(unit)),)
    return ()


def _component(part: Component, whole: Support, parser: Parser) -> Support:
    """One part of a compound observation; it shares what the whole is about, when and where."""
    gathered = Gathering()
    lab = parser.knowledge.labs.find(part.codes)
    names = [part.text, *(code.display for code in part.codes), *((lab.label, *lab.words) if lab else ())]
    gathered.add(parser.parse("\n".join(filter(None, names))), named=True)
    number = bool(part.value and _NUMBER.match(part.value))
    if part.value and number:
        gathered.quantities.add((figure(part.value), unit_named(part.unit)))
    answers = [part.value or "" if not number else "", *(code.display for code in part.value_codes)]
    gathered.add(parser.parse("\n".join(filter(None, answers))))
    flag = _INTERPRETATIONS.get(part.interpretation or "", "")
    gathered.reads |= LEXICON.range.get(flag, frozenset())
    gathered.dates |= whole.dates
    return gathered.support(
        whole.rests_on,
        standing=whole.standing,
        places=whole.places,
        text=" ".join(answers),
        measured=number,
        precise=_precise(part.value, part.unit),
        values=value_of(part.value, part.unit, lab) if number else (),
    )


def _in_order(pairs: frozenset[tuple[str, str]], entry: Entry) -> frozenset[tuple[str, str]]:
    """Component pairs as people say them: the systolic pressure first."""
    first = " ".join(code.display for code in entry.components[0].codes) + entry.components[0].text
    if "diastolic" not in first.lower():
        return pairs
    return frozenset(("/".join(reversed(pair.split("/"))), unit) for pair, unit in pairs)


def _lines(entry: Entry, whole: Support, parser: Parser) -> Iterator[Support]:
    for line in _SENTENCE.split(entry.text):
        if line.strip():
            gathered = Gathering()
            gathered.add(parser.parse(line), named=True)
            gathered.dates |= whole.dates
            yield gathered.support(whole.rests_on, standing=whole.standing, places=whole.places, text=line)
