"""The record as the JSON of `careloom record` (DESIGN.md, "The command line")."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from careloom.care.entry import Code, Component, Entry, Period, Source, When
from careloom.care.record import Medication, PatientRecord, Problem, Settled
from careloom.care.ruling import Dispute

Json = dict[str, Any]


def to_json(record: PatientRecord) -> Json:
    """The record as plain lists, dicts and strings; times keep the source's precision.

    Every id that a citation may hold stands in "entries", or in the "same_as" of one of them.
    """
    who = record.demographics
    return {
        "patient": record.patient,
        "as_of": record.as_of.isoformat(),
        "version": record.version,
        "demographics": {
            "names": [name.full for name in who.names],
            "identifiers": [asdict(one) for one in who.identifiers],
            "birth_date": who.birth_date,
            "sex": who.sex,
            "deceased": who.deceased,
            "language": who.language,
            "interpreter": who.interpreter,
            "proxy": who.proxy,
            "safe_contact": who.safe_contact,
            "entries": list(who.entries),
        },
        "entries": [entry_json(entry) for entry in record.entries],
        "problems": [_problem(problem) for problem in record.problems],
        "medications": [_medication(drug) for drug in record.medications],
        "allergies": [_lists(asdict(allergy)) for allergy in record.allergies],
        "needs": [_lists(asdict(need)) for need in record.needs],
        "conflicts": [_lists(asdict(conflict)) for conflict in record.conflicts],
        "settled": [settled_json(one) for one in record.settled],
        "gaps": [_lists(asdict(gap)) for gap in record.gaps],
        "elements": [_lists(asdict(one)) for one in record.elements],
        "trends": [_lists(asdict(trend)) for trend in record.trends],
        "therapies": [_lists(asdict(one)) for one in record.therapies],
        "consents": [_lists(asdict(one)) for one in record.consents],
        "searched": [asdict(one) for one in record.searched],
        "care_team": list(record.care_team),
        "withdrawn": [entry_json(entry) for entry in record.withdrawn],
        **({"notice": list(record.notice)} if record.notice else {}),
    }


def dispute_json(one: Dispute) -> Json:
    """What sources disagree on and a physician settles, with its choices."""
    return {
        "id": one.key,
        "family": one.family,
        "about": one.about,
        "why": [conflict.why for conflict in one.conflicts],
        "choices": [_lists(asdict(choice)) for choice in one.choices],
        "entries": list(one.entries),
    }


def settled_json(one: Settled) -> Json:
    """What stands settled: by whom, on which entries, and what was said against it since."""
    return {
        "id": one.ruling,
        "family": one.family,
        "about": one.about,
        "choice": one.choice,
        "by": one.by,
        "at": one.at,
        "why": one.reason,
        "since": one.since,
        "entries": list(one.entries),
        "own": list(one.own),
    }


def entry_json(entry: Entry) -> Json:
    """One entry: the contract's keys, then text, detail and what else it holds."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "codes": _codes(entry.codes),
        "text": entry.text,
        "value": entry.value,
        "unit": entry.unit,
        "comparator": entry.comparator,
        "value_codes": _codes(entry.value_codes),
        "interpretation": entry.interpretation,
        "range": asdict(entry.range) if entry.range else None,
        "components": [_component(part) for part in entry.components],
        "dosage": asdict(entry.dosage) if entry.dosage else None,
        "effective": _period(entry.effective),
        "recorded": _when(entry.recorded),
        "status": entry.status,
        "negated": entry.negated,
        "certainty": entry.certainty,
        "subject": entry.subject,
        "category": list(entry.category),
        "detail": dict(entry.detail),
        "source": _source(entry.source),
        "also": [_source(source) for source in entry.also],
        "same_as": list(entry.same_as),
        "references": list(entry.references),
    }


def _problem(problem: Problem) -> Json:
    return {
        "name": problem.name,
        "concept": problem.concept,
        "status": problem.status,
        "doubtful": problem.doubtful,
        "since": _when(problem.since),
        "why": problem.why,
        "codes": _codes(problem.codes),
        "entries": list(problem.entries),
    }


def _medication(drug: Medication) -> Json:
    return {
        "name": drug.name,
        "ingredients": list(drug.ingredients),
        "state": drug.state,
        "current": drug.current,
        "why": drug.why,
        "doses": [{"text": text, "entries": list(entries)} for text, entries in drug.doses],
        "regimens": [_lists(asdict(one)) for one in drug.regimens],
        "last_fill": _when(drug.last_fill),
        "over_the_counter": drug.over_the_counter,
        "entries": list(drug.entries),
    }


def _component(part: Component) -> Json:
    return {
        "codes": _codes(part.codes),
        "text": part.text,
        "value": part.value,
        "unit": part.unit,
        "value_codes": _codes(part.value_codes),
        "interpretation": part.interpretation,
    }


def _codes(codes: tuple[Code, ...]) -> list[Json]:
    return [{"system": code.system, "code": code.code, "display": code.display} for code in codes]


def _period(period: Period) -> Json:
    return {"start": _when(period.start), "end": _when(period.end)}


def _when(when: When | None) -> str | None:
    return when.text if when else None


def _source(source: Source) -> Json:
    return {"message": source.message, "where": source.where, "system": source.system}


def _lists(found: Mapping[str, Any]) -> Json:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
