"""People of a site without teams whose panel is looked at: how they come from a source, with which visits, drugs and results."""

from datetime import timedelta

from careloom.care.document import Reviewer
from careloom.care.panel import Because, Line
from careloom.pipeline import Pipeline
from careloom.store.clock import now
from tests.connect.made import Resource, coded
from tests.record.sources import observation, of

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def days_ago(number: float) -> str:
    return (now() - timedelta(days=number)).isoformat(timespec="seconds")


def stay(start: float, end: float | None = None, kind: str = "IMP", **given: object) -> Resource:
    """A visit that began so many days ago."""
    period = {"start": days_ago(start)} | ({"end": days_ago(end)} if end is not None else {})
    status = "finished" if end is not None else "in-progress"
    code = {"system": ACT, "code": kind}
    return of("Encounter", **({"id": f"e{start}", "status": status, "class": code, "period": period} | given))


def the_line(pipeline: Pipeline, who: Reviewer, patient: str) -> Line:
    return next(line for line in pipeline.panels.panel(who).lines if line.patient == patient)


def why(pipeline: Pipeline, who: Reviewer, patient: str) -> list[Because]:
    return [one.because for one in the_line(pipeline, who, patient).reasons]


def potassium(value: str) -> Resource:
    measured = {
        "value": float(value),
        "unit": "mmol/L",
        "system": "http://unitsofmeasure.org",
        "code": "mmol/L",
    }
    return {**observation(coded("2823-3", "Potassium"), days_ago(0.2)), "valueQuantity": measured}


def drug(name: str, number: str = "1", **given: object) -> Resource:
    return of(
        "MedicationRequest",
        **(
            {
                "id": f"drug-{number}",
                "status": "active",
                "intent": "order",
                "authoredOn": days_ago(60)[:10],
                "medicationCodeableConcept": {"text": name},
            }
            | given
        ),
    )


def found(pipeline: Pipeline, who: Reviewer, patient: str) -> list[str]:
    """What the panel tells of high findings, once the records that changed were looked through."""
    while pipeline.standing.keep_up():
        pass
    reasons = the_line(pipeline, who, patient).reasons
    return [one.words for one in reasons if one.because is Because.FINDING]


def clashing() -> tuple[Resource, ...]:
    """Warfarin beside ibuprofen, which nobody has drafted a plan about."""
    return drug("warfarin sodium 5 MG Oral Tablet", "1"), drug("ibuprofen 600 MG Oral Tablet", "2")
