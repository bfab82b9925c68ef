"""MeasureReports: an individual one for a patient, a summary for all, shaped as DEQM asks.

Source   FHIR R4 MeasureReport; Da Vinci DEQM 5.0 (STU 5), profiles indv-measurereport-deqm and summary-measurereport-deqm: scoring at the root, the
         measure with its version, the ids of groups and populations, supplemental data by reference
Misses   ids of populations as the Measure resource has them (a population's code stands there), the resources that were evaluated, and supplemental
         data of a summary
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from careloom.measure.quality.noun import Measure
from careloom.measure.quality.running import Asked, Counted, Supplement, rate

TERMS = "http://terminology.hl7.org/CodeSystem/"
POPULATION, NOTATION = f"{TERMS}measure-population", f"{TERMS}measure-improvement-notation"
DEQM = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/"
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MeasureReport"
CRITERIA = "http://hl7.org/fhir/StructureDefinition/cqf-criteriaReference"
GENDER = "http://hl7.org/fhir/administrative-gender"
ECQI, OURS = "https://madie.cms.gov/Measure/", "urn:careloom:measure:"
_VERSION = re.compile(r"\b\d+\.\d+\.\d{3}\b")


def canonical(measure: Measure, edition: str) -> str:
    """The address of the FHIR Measure of an edition with its version; ours where none is published (PDC).

    Its names stand in the order of the editions, the newest last.
    """
    version = _VERSION.search(next(said for year, said in measure.editions.items() if year == edition))
    if version is None:
        return f"{OURS}{measure.name}|{edition}"
    return f"{ECQI}{measure.also[min(int(edition) - 2025, len(measure.also) - 1)]}|{version[0]}"


def individual(
    asked: Asked, one: Counted, reporter: str, at: datetime, known: Supplement | None = None
) -> dict[str, Any]:
    """One patient's report; `known` are the supplemental data: sex, race, ethnicity and payer, as far as a source says them."""
    groups = [
        _group(asked.groups[number].id, counts, one.strata[number], rate(counts))
        for number, counts in enumerate(one.groups)
    ]
    told = list(_supplemental(known, f"Patient/{one.patient}")) if known else []
    found = {
        **_head(asked, reporter, at, "individual", "indv-measurereport-deqm"),
        "subject": {"reference": f"Patient/{one.patient}"},
        "group": groups,
    }
    found["contained"] += told
    found["extension"] += [_referred(each["id"]) for each in told]
    return found


def summary(
    asked: Asked, totals: tuple[Mapping[str, int], ...], reporter: str, at: datetime
) -> dict[str, Any]:
    """The report of all patients; a group with nobody in its denominator has no score."""
    groups = [
        _group(asked.groups[number].id, counts, (), rate(counts)) for number, counts in enumerate(totals)
    ]
    return {**_head(asked, reporter, at, "summary", "summary-measurereport-deqm"), "group": groups}


def gaps(counts: Mapping[str, int], measure: Measure) -> bool:
    """Whether somebody is in the gap: in what the rate is of, and not where the measure wants them."""
    left = (
        counts["denominator"]
        - counts.get("denominator-exclusion", 0)
        - counts.get("denominator-exception", 0)
    )
    met = counts.get("numerator", 0) - counts.get("numerator-exclusion", 0)
    return met > 0 if measure.improvement == "decrease" else met < left


def _head(asked: Asked, reporter: str, at: datetime, kind: str, profile: str) -> dict[str, Any]:
    scoring = {"coding": [{"system": f"{TERMS}measure-scoring", "code": "proportion"}]}
    return {
        "resourceType": "MeasureReport",
        "meta": {"profile": [f"{DEQM}{profile}"]},
        "contained": [{"resourceType": "Organization", "id": "reporter", "active": True, "name": reporter}],
        "extension": [{"url": f"{DEQM}extension-measureScoring", "valueCodeableConcept": scoring}],
        "status": "complete",
        "type": kind,
        "measure": canonical(asked.measure, asked.edition),
        "date": at.isoformat(timespec="seconds"),
        "reporter": {"reference": "#reporter", "display": reporter},
        "period": {"start": asked.period.first.isoformat(), "end": asked.period.last.isoformat()},
        "improvementNotation": {"coding": [{"system": NOTATION, "code": asked.measure.improvement}]},
    }


def _group(
    id: str, counts: Mapping[str, int], strata: tuple[str, ...], score: float | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": id,
        "extension": [_link("group", id)],
        "population": list(_populations("group.population", counts)),
    }
    if score is not None:
        found["measureScore"] = {"value": round(score, 6)}
    if strata:
        found["stratifier"] = [
            {
                "extension": [_link("group.stratifier", one)],
                "code": [{"text": one}],
                "stratum": [
                    {
                        "value": {"text": "true"},
                        "population": list(_populations("group.stratifier.stratum.population", counts)),
                    }
                ],
            }
            for one in strata
        ]
    return found


def _populations(place: str, counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for name, count in counts.items():
        yield {
            "extension": [_link(place, name)],
            "code": {"coding": [{"system": POPULATION, "code": name}]},
            "count": count,
        }


def _link(place: str, id: str) -> dict[str, Any]:
    return {"url": f"{R5}.{place}.linkId", "valueString": id}


def _supplemental(known: Supplement, subject: str) -> Iterator[dict[str, Any]]:
    """What is known of a patient as contained observations, by the ids that the measures give supplemental data."""
    sex = (f"{GENDER}|{known.sex}",) if known.sex else ()
    said: Sequence[tuple[str, Sequence[str]]] = (
        ("sex", sex),
        ("race", known.race),
        ("ethnicity", known.ethnicity),
        ("payer", known.payer),
    )
    for name, codings in said:
        if codings:
            parts = (one.rpartition("|") for one in codings)
            yield {
                "resourceType": "Observation",
                "id": f"sde-{name}",
                "status": "final",
                "code": {
                    "coding": [{"system": f"{TERMS}measure-data-usage", "code": "supplemental-data"}],
                    "text": f"SDE {name.title()}",
                },
                "subject": {"reference": subject},
                "valueCodeableConcept": {
                    "coding": [{"system": system, "code": code} for system, _, code in parts]
                },
            }


def _referred(id: str) -> dict[str, Any]:
    reference = {"extension": [{"url": CRITERIA, "valueString": id}], "reference": f"#{id}"}
    return {"url": f"{R5}.supplementalData", "valueReference": reference}
