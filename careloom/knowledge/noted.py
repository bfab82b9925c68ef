"""What fresh notes tell of somebody as there now, by the names under which rules ask for it ("noted: head_injury").

Source   as the check's rules have it, each its own: head_injury.py, bleeding.py, self_harm.py, lethal_means.py, alcohol.py, reye.py
Misses   the same in other words; a note without a day; languages other than English and Spanish
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from operator import attrgetter

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge.alarms import ALARMS, Seen
from careloom.knowledge.match import Match
from careloom.knowledge.maternal import signed
from careloom.knowledge.self_harm import positive
from careloom.knowledge.signs import FRESH, bleeding_in, is_fresh, there
from careloom.knowledge.stents import noted_stents
from careloom.knowledge.thoughts import MONTH, noted_self_harm
from careloom.knowledge.weekly import as_daily
from careloom.knowledge.when import Term
from careloom.text.folding import fold

_BLOW = re.compile(
    r"\b(?:hit|hits|hitting|struck|strikes|striking|bumped|banged|knocked|smacked|cracked) (?:his|her|their|my|the) "
    r"(?:(?:back|front|side|left side|right side|top) of (?:his|her|their|my|the) )?(?:head|forehead|scalp|skull|temple)\b"
    r"|\b(?:hit|struck) (?:in|on) the (?:head|forehead|temple)\b|\b(?:head|brain) (?:injur\w+|trauma|strike)\b|\bhead ?strike\b"
    r"|\bse (?:golpeo|pego|dio) (?:(?:un golpe )?en )?la (?:cabeza|frente)\b|\bgolpe en la cabeza\b"
)
ILL = re.compile(
    r"\b(?:fevers?|febrile|flu|flu.like|influenza|chicken ?pox|varicella|fiebres?|febril|gripe|gripa|varicela)\b"
)
_FIREARM = r"\b(?:(?:hand|shot)?guns?|pistols?|revolvers?|rifles?|firearms?|armas? de fuego|pistolas?|escopetas?|revolver(?:es)?)\b"
_MEDICINE = r"(?:pills?|tablets?|meds|medications?|medicines?|opioids?|oxycodone|insulin|pastillas|medicinas|medicamentos)\b"
_PUT_AWAY = (
    r"\b(?:hid(?:es|den|ing)?|lock(?:s|ed|ing)?(?: up| away)?|put away|took away|takes away|sav(?:es|ed|ing)(?: up)?|hoard\w*|stockpil\w*|stor(?:es|ed|ing) up|"
    rf"escond\w*|guard\w*|acumul\w*|junt(?:a|o|ando))\W+(?:\w+\W+){{0,4}}?{_MEDICINE}"
    rf"|\b{_MEDICINE}\W+(?:\w+\W+){{0,3}}?(?:lock(?:ed|box)|hidden|put away|bajo llave|escondid\w+)"
)
_MEANS = re.compile(f"{_FIREARM}|{_PUT_AWAY}")
_LATELY = timedelta(days=366)
_DRINKS = re.compile(
    r"\b(?:drinks?|drinking|bebe|bebiendo|toma)\W+(?:(?!(?:root|ginger|non|no|without|sin|and|but|y|pero)\b)\w+\W+){0,5}?"
    r"(?:beers?|wine|vodka|whiske?y|liquor|rum|gin|tequila|bourbon|alcohol|(?:six|12|twelve).?packs?|cervezas?|vino|ron|licor)\b"
    r"|\b(?:beers?|glass(?:es)? of wine|alcoholic drinks|shots of \w+|cervezas) (?:a|per|each|every|por|al|cada) (?:day|night|week|dia|noche|semana)\b"
)
_STOPPED = re.compile(
    r"\b(?:(?:no longer|does not|doesn.?t|stopped|quit) drink\w*|denies (?:any )?(?:alcohol|drinking)|sober|abstinent|no alcohol|no (?:bebe|toma) alcohol|dejo de beber)\b"
)
# Oxygen at home that was ordered and isn't there: the supplier is silent, or nothing came.
_OXYGEN = r"(?:home oxygen|oxygen|o2|concentrator|oxigeno|concentrador)"
_NOT_THERE = (
    r"(?:(?:has|have|had) ?(?:not|n.t) (?:yet )?(?:called|come|arrived|been (?:delivered|set up|brought)|delivered|received|got)|not (?:yet )?(?:been )?(?:delivered|arrived|set up|come|received)|"
    r"never (?:came|arrived|called|delivered|got)|still (?:waiting|waits)|waiting (?:for|on)|no ha (?:llegado|llamado|venido)|no (?:llego|le han traido|lo han traido|llega)|sigue esperando|espera)"
)
_NO_OXYGEN = re.compile(
    rf"\b{_OXYGEN}\b[^.;]{{0,80}}?\b{_NOT_THERE}|\b{_NOT_THERE}[^.;]{{0,40}}?\b{_OXYGEN}\b"
)
_AT_HOME = re.compile(
    r"\b(?:home (?:oxygen|o2)|(?:oxygen|o2)(?: \w+){0,3} at home|oxygen (?:concentrator|tank|tanks)|on (?:home )?(?:oxygen|o2)\b|\d(?:\.\d)? ?(?:l|liters?)(?:/min)?(?: of)? (?:oxygen|o2)|oxigeno en casa|concentrador de oxigeno)"
)
_SMOKES = re.compile(
    r"\b(?:smok(?:es|ing)|vap(?:es|ing)|lights? (?:a |his |her )?cigarettes?|(?:half|one|a|\d) packs? (?:a|per) day|fuma|fumando)\b"
)


def noted(asked: Seen, term: Term) -> list[Match]:
    """The notes that tell of one of the line's things, the newest first; of an answer to a questionnaire the entry that holds it;
    of what results show together (alarms.py) one match of all of them."""
    alarms = [
        Match(tuple(dict.fromkeys(one.id for one in shown)), {f"noted:{term.names[0]}.date": shown[0].dated})
        for name in term.names
        if name in ALARMS and (shown := _newest_first(ALARMS[name](asked)))
    ]
    found = {
        entry.id: (name, entry) for name in term.names if name in NOTED for entry in NOTED[name](asked.record)
    }
    return alarms + [
        Match((entry.id,), {f"noted:{term.names[0]}.date": entry.dated})
        for _, entry in reversed(found.values())
    ]


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=attrgetter("dated"), reverse=True)


def blows(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 14 days that tell of a blow to the head."""
    return blows_in(record.entries, record.as_of)


def blows_in(entries: Iterable[Entry], as_of: date) -> Iterator[Entry]:
    """Those of these entries that are such a note."""
    return (one for one in entries if is_fresh(one, as_of) and there(one.text, _BLOW))


def illnesses(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 14 days that tell of a fever, the flu or chickenpox."""
    return (one for one in _notes(record, FRESH) if there(one.text, ILL))


def means(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last month that tell of a firearm or of medicines put away, where thoughts of suicide are told by whatever source."""
    if positive(record.entries, record.as_of) or noted_self_harm(record.entries, record.as_of):
        yield from (one for one in _notes(record, MONTH) if there(one.text, _MEANS, whoever=True))


def drinking(record: PatientRecord) -> Iterator[Entry]:
    """The newest note of the last 12 months that tells of drinking; none where a newer one tells of having stopped, and none of a programme's."""
    for entry in reversed(tuple(_notes(record, _LATELY))):
        if "part2" in entry.detail:
            continue
        if there(entry.text, _DRINKS):
            yield entry
            return
        if _STOPPED.search(fold(entry.text)):
            return


def no_oxygen(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 14 days that tell of oxygen at home that was ordered and isn't there."""
    return (one for one in _notes(record, FRESH) if any(_NO_OXYGEN.search(line) for line in _lines(one.text)))


def fallen(record: PatientRecord) -> Iterator[Entry]:
    """What notes and assessments of the last 12 months say of a fall of the patient, as `connect/said` names it."""
    return (
        one
        for one in record.entries
        if one.kind == "Observation"
        and one.text == "falls"
        and "functional" in one.category
        and not one.negated
        and one.subject == "patient"
        and one.status != "entered-in-error"
        and one.happened is not None
        and record.as_of - _LATELY <= one.happened.day <= record.as_of
    )


def oxygen_smoked(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 12 months that tell of smoking as of now and of oxygen at home, in one note or in two."""
    every = tuple(_notes(record, _LATELY))
    smoking = [one for one in every if there(one.text, _SMOKES)]
    oxygen = [one for one in every if there(one.text, _AT_HOME)]
    if smoking and oxygen:
        yield smoking[-1]
        if oxygen[-1].id != smoking[-1].id:
            yield oxygen[-1]


def _lines(text: str) -> list[str]:
    return re.split(r"[.;\n]", fold(text))


def thoughts(record: PatientRecord) -> Iterator[Entry]:
    """The notes that tell of thoughts of suicide or self-harm that may be the patient's own."""
    who = record.demographics
    names = frozenset(fold(one) for name in who.names for one in name.given)
    return (
        one.note for one in noted_self_harm(record.entries, record.as_of, who.sex, names) if not one.others
    )


def answers(record: PatientRecord) -> Iterator[Entry]:
    """The newest answer to the question about self-harm, where it is positive."""
    if answered := positive(record.entries, record.as_of):
        yield answered[0]


def bleedings(record: PatientRecord) -> Iterator[Entry]:
    """The notes of the last 14 days that tell of bleeding as red_flags.toml has it."""
    return (one for one in record.entries if bleeding_in(one, record.as_of))


def _notes(record: PatientRecord, span: timedelta) -> Iterator[Entry]:
    """The notes about the patient with words, of so long a time."""
    return (one for one in record.entries if is_fresh(one, record.as_of, span))


NOTED: Mapping[str, Callable[[PatientRecord], Iterator[Entry]]] = {
    "self_harm": thoughts,
    "self_harm_answer": answers,
    "lethal_means": means,
    "head_injury": blows,
    "coronary_stent": lambda record: noted_stents(record.entries, record.as_of),
    "bleeding": bleedings,
    "drinking": drinking,
    "fever": illnesses,
    "no_oxygen": no_oxygen,
    "oxygen_smoked": oxygen_smoked,
    "maternal": lambda record: signed(record.entries, record.as_of),
    "methotrexate_daily": as_daily,
    "falls": fallen,
}
