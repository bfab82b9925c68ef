"""A filed care plan in FHIR R4: CarePlan with its Goals, Conditions, ServiceRequests and Provenance.

Source   US Core 6.1 CarePlan; HL7 MCC eCare Plan 1.0.0 (CarePlan, Goal, resource-pertainsToGoal).
"""

import html
from collections.abc import Iterable, Iterator, Mapping

from careloom.care.document import Statement
from careloom.care.entry import GRAVITY, Code
from careloom.care.record import Need, PatientRecord, Problem
from careloom.chart.parts import (
    ACT_CODE,
    US_CORE,
    Filed,
    Resource,
    beside,
    ident,
    issue,
    labelled,
    provenance,
    refer,
    supporting,
)
from careloom.chart.people import care_team, patient, signers, uri
from careloom.chart.tasks import REQUEST_STATUS, task

PERTAINS_TO_GOAL = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
CAREPLAN_CATEGORY = f"{US_CORE}/CodeSystem/careplan-category"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
OWNER_TEXT = {"social_worker": "social worker"}


def plan(filed: Filed) -> list[Resource]:
    """The resources of one filed plan, the CarePlan first."""
    proposal, record = filed.proposal, filed.record
    lines = [line for line in proposal.document.statements if line.id in proposal.released]
    people = signers(proposal, filed.decisions)
    team = care_team(record, people)
    conditions = {problem.concept or problem.name: _condition(record, problem) for problem in _active(record)}
    conditions |= {need.domain: _need(record, need) for need in record.needs if need.status == "open"}
    goals = {line.id: _goal(line, record, conditions, filed.at) for line in lines if line.kind == "goal"}
    by_about = {line.about: goals[line.id] for line in lines if line.kind == "goal"}
    requests = {
        line.id: _service_request(line, record, conditions, by_about, filed.at)
        for line in lines
        if line.kind == "activity"
    }
    tracked = list(_tracked(filed, lines, requests))
    addressed = {line.about for line in lines} | _told(lines, record)
    issues = [issue(proposal, finding, record) for finding in proposal.findings]
    used = [condition for about, condition in conditions.items() if about in addressed]
    careplan = _careplan(
        filed, lines, team=team, conditions=used, goals=list(goals.values()), requests=list(requests.values())
    )
    authored = [careplan, *goals.values(), *requests.values()]
    told = [provenance(filed, authored, people)] if people else []
    others = beside(filed, people)
    return [*authored, *tracked, *used, *issues, team, *people, *others, *told]


def _tracked(
    filed: Filed, lines: Iterable[Statement], requests: Mapping[str, Resource]
) -> Iterator[Resource]:
    """The Tasks of a plan's activities; each ServiceRequest takes on what became of it."""
    for line in lines:
        if line.id in requests and (said := filed.tasks.get(line.id)):
            request = requests[line.id]
            request["status"] = REQUEST_STATUS.get(said.status, "active")
            ident_of = ident("Task", filed.proposal.document.patient, line.id)
            yield task(ident_of, line, said, request, refer(patient(filed.record)))


def _active(record: PatientRecord) -> Iterable[Problem]:
    return (problem for problem in record.problems if problem.status == "active")


def _told(lines: Iterable[Statement], record: PatientRecord) -> set[str]:
    """The problems of signed concerns that tell of several together."""
    cited = {citation for line in lines if line.kind == "concern" for citation in line.citations}
    return {one.concept or one.name for one in _active(record) if cited.intersection(one.entries)}


def _careplan(
    filed: Filed,
    lines: list[Statement],
    *,
    team: Resource,
    conditions: list[Resource],
    goals: list[Resource],
    requests: list[Resource],
) -> Resource:
    proposal, record = filed.proposal, filed.record
    cited = dict.fromkeys(citation for line in lines for citation in line.citations)
    plan: Resource = {
        "resourceType": "CarePlan",
        "id": ident("CarePlan", proposal.id),
        "meta": {"profile": [f"{US_CORE}/StructureDefinition/us-core-careplan"]} | labelled(lines),
        "text": {"status": "additional", "div": _narrative(lines)},
        "identifier": [{"system": "urn:careloom:proposal", "value": proposal.id}],
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [{"system": CAREPLAN_CATEGORY, "code": "assess-plan"}]}],
        "title": "Interdisciplinary care plan",
        "subject": refer(patient(record)),
        "period": {"start": proposal.document.as_of.isoformat()},
        "created": filed.at,
        "careTeam": [refer(team)],
        "supportingInfo": [
            supporting(record.by_id[citation]) for citation in cited if citation in record.by_id
        ],
    }
    writers = [refer(person) for person in signers(proposal, filed.decisions)]
    if writers:
        plan["author"] = writers[-1]
        plan["contributor"] = writers
    for key, resources in (("addresses", conditions), ("goal", goals)):
        if resources:
            plan[key] = [refer(resource) for resource in resources]
    if requests:
        plan["activity"] = [{"reference": refer(request)} for request in requests]
    if record.notice:
        label = {"system": ACT_CODE, "code": "42CFRPart2"}
        plan["meta"]["security"] = [*plan["meta"].get("security", ()), label]
        plan["note"] = [{"text": line} for line in record.notice]
    return {key: value for key, value in plan.items() if value}


def _narrative(lines: Iterable[Statement]) -> str:
    sections: dict[str, list[Statement]] = {}
    for line in lines:
        sections.setdefault(line.section, []).append(line)
    body = "".join(
        f"<h3>{html.escape(section.replace('_', ' ').capitalize())}</h3><ul>"
        + "".join(f"<li>{html.escape(line.text)}</li>" for line in group)
        + "</ul>"
        for section, group in sections.items()
    )
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'


def concept(codes: Iterable[Code], text: str) -> Resource:
    """A CodeableConcept with the source's own codes and words."""
    coding = [
        {"system": uri(code.system), "code": code.code.strip()}
        | ({"display": code.display} if code.display else {})
        for code in codes
        if code.system and code.code.strip()
    ]
    return ({"coding": coding} if coding else {}) | {"text": text}


def _condition(record: PatientRecord, problem: Problem) -> Resource:
    resource: Resource = {
        "resourceType": "Condition",
        "id": ident("Condition", record.patient, problem.concept or problem.name),
        "meta": {"profile": [f"{US_CORE}/StructureDefinition/us-core-condition-problems-health-concerns"]},
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "confirmed"}]},
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                        "code": "problem-list-item",
                    }
                ]
            }
        ],
        "code": concept(problem.codes, problem.name),
        "subject": refer(patient(record)),
    }
    if problem.since and len(problem.since.text) in (4, 7, 10):
        resource["onsetDateTime"] = problem.since.text
    elif problem.since:
        resource["onsetDateTime"] = problem.since.day.isoformat()
    return resource


def _need(record: PatientRecord, need: Need) -> Resource:
    codes = [
        code for citation in need.entries if citation in record.by_id for code in record.by_id[citation].codes
    ]
    meant = dict.fromkeys(code for code in codes if code.system != GRAVITY)
    kinds = [
        {"coding": [{"system": code.system, "code": code.code, "display": code.display}]}
        for code in dict.fromkeys(codes)
        if code.system == GRAVITY
    ]
    return {
        "resourceType": "Condition",
        "id": ident("Condition", record.patient, "need", need.domain),
        "meta": {"profile": [f"{US_CORE}/StructureDefinition/us-core-condition-problems-health-concerns"]},
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "unconfirmed"}]},
        "category": [
            {"coding": [{"system": f"{US_CORE}/CodeSystem/condition-category", "code": "health-concern"}]},
            {"coding": [{"system": f"{US_CORE}/CodeSystem/us-core-category", "code": "sdoh"}]},
            *kinds,
        ],
        "code": concept(meant, need.name),
        "subject": refer(patient(record)),
    }


def _goal(line: Statement, record: PatientRecord, conditions: Mapping[str, Resource], at: str) -> Resource:
    goal: Resource = {
        "resourceType": "Goal",
        "id": ident("Goal", record.patient, line.id),
        "meta": {"profile": [f"{US_CORE}/StructureDefinition/us-core-goal"]} | labelled([line]),
        "lifecycleStatus": "active",
        "achievementStatus": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/goal-achievement", "code": "in-progress"}
            ]
        },
        "priority": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/goal-priority", "code": "medium-priority"}
            ]
        },
        "description": {"text": line.text},
        "subject": refer(patient(record)),
        "startDate": record.as_of.isoformat(),
        "statusDate": at[:10],
    }
    if line.goal:
        target: Resource = {"dueDate": line.goal.due} if line.goal.due else {}
        target["measure"] = concept(
            [Code(line.goal.measure_system, line.goal.measure_code, line.goal.measure_display)],
            line.goal.measure_display,
        )
        target |= _detail(line.goal.comparator, line.goal.value, line.goal.unit)
        goal["target"] = [target]
    if line.about in conditions:
        goal["addresses"] = [refer(conditions[line.about])]
    return goal


def _detail(comparator: str, value: str, unit: str) -> Resource:
    try:
        quantity: Resource = {"value": float(value) if "." in value else int(value)}
    except ValueError:
        return {"detailString": f"{comparator} {value} {unit}".strip()}
    if unit:
        quantity |= {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    bound = {"<": "high", "<=": "high", "≤": "high", ">": "low", ">=": "low", "≥": "low"}.get(comparator)
    return {"detailRange": {bound: quantity}} if bound else {"detailQuantity": quantity}


def _service_request(
    line: Statement,
    record: PatientRecord,
    conditions: Mapping[str, Resource],
    goals: Mapping[str, Resource],
    at: str,
) -> Resource:
    request: Resource = {
        "resourceType": "ServiceRequest",
        "id": ident("ServiceRequest", record.patient, line.id),
        "meta": labelled([line]),
        "status": "active",
        "intent": "plan",
        "code": {"text": line.text},
        "subject": refer(patient(record)),
        "authoredOn": at,
    }
    if line.activity:
        owner = OWNER_TEXT.get(line.activity.owner, line.activity.owner)
        request["performerType"] = {"text": owner}
        if line.activity.due:
            request["occurrencePeriod"] = {"end": line.activity.due}
    if line.about in conditions:
        request["reasonReference"] = [refer(conditions[line.about])]
    if not request["meta"]:
        del request["meta"]
    if line.about in goals:
        request["extension"] = [{"url": PERTAINS_TO_GOAL, "valueReference": refer(goals[line.about])}]
    if line.guideline:
        request["note"] = [{"text": f"Basis: {line.guideline.source}"}]
    return request
