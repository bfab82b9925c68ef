"""Assembling: one pass over the entries of a patient, then each part of the record from its own kinds."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import msgspec

from careloom.care.entry import Entry, Person
from careloom.care.fills import is_claim
from careloom.care.record import Conflict, PatientRecord, Problem
from careloom.care.ruling import Ruling
from careloom.knowledge import Knowledge
from careloom.knowledge.elements import elements
from careloom.knowledge.facts import Facts
from careloom.knowledge.missing import missing
from careloom.knowledge.none_known import allergies_denied, medicines_denied
from careloom.record.allergies import allergies
from careloom.record.another import another
from careloom.record.births import after_births
from careloom.record.consents import consents
from careloom.record.contradicted import contradicted
from careloom.record.counting import count
from careloom.record.deaths import deaths
from careloom.record.duplicates import merge
from careloom.record.excluded import excluded
from careloom.record.hazards import hazards
from careloom.record.measured_apart import measured_apart
from careloom.record.medications import medications
from careloom.record.named import named
from careloom.record.needs import needs, spoken
from careloom.record.none_taken import none_taken
from careloom.record.overruled import is_overruled
from careloom.record.people import care_team, demographics, searched
from careloom.record.primary_care import primary_care
from careloom.record.problems import is_problem, problems
from careloom.record.remembered import Remembered
from careloom.record.ruled import ruled, settled
from careloom.record.same_day import same_day
from careloom.record.scanned import to_confirm
from careloom.record.sides import sides
from careloom.record.software import software_alone
from careloom.record.therapies import therapies
from careloom.record.trends import trends
from careloom.record.vaccinations import vaccinations

# Changes whenever the same entries give another record.
RECORD_VERSION = "1"

_DRUGS = ("MedicationRequest", "MedicationStatement")
_LISTS = (*_DRUGS, "List")
_DENIALS = ("Condition", "Observation", "List")
_SOCIAL = ("Condition", "Observation", "QuestionnaireResponse")


def assemble(
    patient: str,
    entries: Sequence[Entry],
    knowledge: Knowledge,
    as_of: date,
    persons: Sequence[Person] = (),
    remembered: Remembered | None = None,
    *,
    copied: frozenset[str] = frozenset(),
    rulings: Sequence[Ruling] = (),
    bare: bool = False,
) -> PatientRecord:
    """The record of `patient` as of a date; a `bare` one without what it lacks, and without what disagrees in it unless something was settled,
    for what is filed already and only told.

    `entries` are all entries of that patient, in any order; `persons` what each message said of who they are; `copied` the ids
    of notes that stand word for word in another chart, too; `rulings` what was settled where sources disagreed.
    Later entries do not count, withdrawn ones are kept apart. Equal input gives an equal record, whatever its order and
    whatever is `remembered` of the record as it was before: a part that rests on the same entries is not made again.
    """
    remembered = remembered or Remembered()
    part, those = remembered.part, remembered.those
    counted = count(ruled(entries, rulings), as_of)
    merged = merge(named(counted.live, knowledge.terms))
    of_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in merged:
        of_kind[entry.kind].append(entry)
    who, disputed_person = demographics(of_kind["Patient"], persons, as_of)
    social = {entry.id for entry in those(spoken, [one for kind in _SOCIAL for one in of_kind[kind]])}
    diagnoses = [
        entry for entry in of_kind["Condition"] if entry.id not in social and not is_overruled(entry)
    ]
    conditions = those(is_problem, diagnoses, knowledge)
    found_problems, disputed_problems = part(problems, conditions, knowledge, as_of)
    found_problems, births = after_births(found_problems, merged, who, knowledge, as_of)
    no_drugs = those(medicines_denied, [entry for entry in merged if entry.kind in _LISTS])
    denying = {entry.id for entry in no_drugs}
    # What was settled is told with what speaks against it since, which may be among what disagrees.
    disputes = bool(rulings) or not bare
    if disputes:
        disputed_problems += part(_excluded, found_problems, conditions, knowledge)
    drugs = [
        entry
        for entry in merged
        if (entry.kind in _DRUGS or is_claim(entry)) and entry.id not in denying and not is_overruled(entry)
    ]
    found_drugs, disputed_drugs = part(medications, drugs, knowledge, as_of)
    disputed_drugs += tuple(none_taken(no_drugs, found_drugs, {entry.id: entry for entry in drugs}))
    lists = those(allergies_denied, [one for kind in _DENIALS for one in of_kind[kind]])
    found_allergies, disputed_allergies = allergies(
        (*of_kind["AllergyIntolerance"], *lists), knowledge, of_kind["MedicationRequest"]
    )
    found_trends, unusable = part(trends, of_kind["Observation"], knowledge, as_of)
    record = PatientRecord(
        patient=patient,
        as_of=as_of,
        version=_version(
            patient,
            remembered.each(_digest, (*counted.live, *counted.withdrawn, *counted.unconfirmed)),
            knowledge.version,
            as_of,
            persons,
            copied,
        ),
        demographics=who,
        entries=merged,
        problems=found_problems,
        births=births,
        medications=found_drugs,
        allergies=found_allergies,
        needs=needs(entry for entry in merged if entry.kind in _SOCIAL or "domain" in entry.detail),
        conflicts=(
            ()
            if not disputes
            else (
                *disputed_person,
                *deaths(of_kind["Patient"], merged),
                *primary_care(merged),
                *disputed_allergies,
                *disputed_drugs,
                *disputed_problems,
                *contradicted(those(knowledge.matters.may_tell, merged), knowledge, as_of),
                *sides(merged),
                *part(_apart, of_kind["Observation"], knowledge, as_of, who.birth_date),
                *unusable,
                *part(_same_day, of_kind["Observation"], knowledge),
                *vaccinations(of_kind["Immunization"]),
                *hazards(found_drugs, found_allergies, {entry.id: entry for entry in merged}, knowledge),
                *software_alone(merged, found_problems, found_drugs, found_allergies),
                *another(of_kind["DocumentReference"], who, copied),
            )
        ),
        trends=found_trends,
        therapies=part(therapies, drugs, knowledge),
        searched=searched((*counted.live, *counted.withdrawn)),
        care_team=care_team(merged),
        withdrawn=counted.withdrawn,
        consents=consents(of_kind["Consent"], as_of),
    )
    if bare:
        return replace(record, settled=settled(record, rulings, knowledge))
    facts = Facts(record, knowledge, remembered.each)
    gaps = (*missing(record, knowledge, facts), *to_confirm(counted.unconfirmed))
    return replace(
        record, gaps=gaps, elements=elements(facts, gaps), settled=settled(record, rulings, knowledge)
    )


def _apart(
    observations: Sequence[Entry], knowledge: Knowledge, as_of: date, birth_date: str | None
) -> tuple[Conflict, ...]:
    return tuple(measured_apart(observations, knowledge, as_of, birth_date))


def _same_day(observations: Sequence[Entry], knowledge: Knowledge) -> tuple[Conflict, ...]:
    return tuple(same_day(observations, knowledge))


def _version(
    patient: str,
    entries: Iterable[tuple[str, bytes]],
    knowledge: str,
    as_of: date,
    persons: Sequence[Person],
    copied: frozenset[str],
) -> str:
    """A hash over everything that the record rests on: equal exactly when the record is."""
    digest = hashlib.sha256(f"{RECORD_VERSION}\0{patient}\0{knowledge}\0{as_of.isoformat()}".encode())
    for encoded in sorted(_ENCODER.encode(person) for person in persons):
        digest.update(encoded)
    for note in sorted(copied):
        digest.update(f"copied {note}\0".encode())
    for _, told in sorted(entries):
        digest.update(told)
    return digest.hexdigest()[:32]


def _digest(entry: Entry) -> tuple[str, bytes]:
    """An entry's id, and what changes with anything that it says."""
    return entry.id, hashlib.sha256(_ENCODER.encode(entry)).digest()


def _excluded(
    found: Sequence[Problem], conditions: Sequence[Entry], knowledge: Knowledge
) -> tuple[Conflict, ...]:
    return tuple(excluded(found, conditions, knowledge))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


_ENCODER = msgspec.json.Encoder(order="deterministic", enc_hook=_plain)
