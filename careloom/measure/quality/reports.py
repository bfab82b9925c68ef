"""MeasureReports: an individual one for a patient, a summary for all, shaped as DEQM asks.

Source: FHIR R4 MeasureReport; Da Vinci DEQM 5.0 (STU 5), profiles indv-measurereport-deqm and summary-measurereport-deqm.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from careloom.measure.quality.noun import Measure
from careloom.measure.quality.running import Asked, Counted, rate

POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
NOTATION = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
DEQM = "http://hl7.org/fhir/us/davinci-deqm/StructureDefinition/"
ECQI = "https://madie.cms.gov/Measure/"


def canonical(measure: Measure, edition: str) -> str:
    """The address of the FHIR Measure of an edition: its names stand in the order of the editions, the newest last."""
    return f"{ECQI}{measure.also[min(int(edition) - 2025, len(measure.also) - 1)]}"


def individual(asked: Asked, one: Counted, reporter: str, at: datetime) -> dict[str, Any]:
    """One patient's report."""
    groups = [
        _group(asked.groups[number].id, counts, one.strata[number], None)
        for number, counts in enumerate(one.groups)
    ]
    return {
        **_head(asked, reporter, at, "individual", "indv-measurereport-deqm"),
        "subject": {"reference": f"Patient/{one.patient}"},
        "group": groups,
    }


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
    return {
        "resourceType": "MeasureReport",
        "meta": {"profile": [f"{DEQM}{profile}"]},
        "status": "complete",
        "type": kind,
        "measure": canonical(asked.measure, asked.edition),
        "date": at.isoformat(timespec="seconds"),
        "reporter": {"display": reporter},
        "period": {"start": asked.period.first.isoformat(), "end": asked.period.last.isoformat()},
        "improvementNotation": {"coding": [{"system": NOTATION, "code": asked.measure.improvement}]},
    }


def _group(
    id: str, counts: Mapping[str, int], strata: tuple[str, ...], score: float | None
) -> dict[str, Any]:
    found: dict[str, Any] = {"id": id, "population": list(_populations(counts))}
    if score is not None:
        found["measureScore"] = {"value": round(score, 6)}
    if strata:
        found["stratifier"] = [
            {"stratum": [{"value": {"text": one}, "population": list(_populations(counts))}]}
            for one in strata
        ]
    return found


def _populations(counts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for name, count in counts.items():
        yield {"code": {"coding": [{"system": POPULATION, "code": name}]}, "count": count}
