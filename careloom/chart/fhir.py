"""A filed care plan in FHIR R4: CarePlan with its Goals, Conditions, ServiceRequests and Provenance.

Source   US Core 6.1.0 (CarePlan, Goal, Condition Problems and Health Concerns, ServiceRequest); HL7 MCC eCare Plan 1.0.0 (mccCarePlan with
         its custodian, MCCGoal, MCCChronCondHealthConcern, MCCServiceRequest, resource-pertainsToGoal); HL7 SDOH Clinical Care 2.3.0
         (SDOHCC Condition, SDOHCC Goal)
Misses   SDOHCC ServiceRequest and Task for Referral Management: their code is bound to codes of procedures, and what is to be done stands
         in words here
"""

import html
from collections.abc import Iterable, Iterator, Mapping

from careloom.care.document import Statement
from careloom.care.entry import GRAVITY, ICD10, SNOMED, Code
from careloom.care.record import Need, PatientRecord, Problem
from careloom.chart.parts import (
    ACT_CODE,
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
from careloom.chart.people import (
    MCC,
    SDOH,
    US_CORE,
    care_team,
    claims,
    kept_by,
    organization,
    signers,
    uri,
    whose,
)
from careloom.chart.tasks import REQUEST_STATUS, task

PERTAINS_TO_GOAL = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
CAREPLAN_CATEGORY = f"{US_CORE}/CodeSystem/careplan-category"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
OWNER_TEXT = {"social_worker": "social worker"}
SOCIAL: Resource = {"coding": [{"system": f"{US_CORE}/CodeSystem/us-core-category", "code": "sdoh"}]}
# By what an activity is for the category of US Core's value set (us-core-servicerequest-category) that says so; others have none.
CATEGORIES: Mapping[str, Resource] = {
    "education": {"coding": [{"system": SNOMED, "code": "409073007", "display": "Education"}]},
    "assessment": {"coding": [{"system": SNOMED, "code": "386053000", "display": "Evaluation procedure"}]},
    "evaluation": {"coding": [{"system": SNOMED, "code": "386053000", "display": "Evaluation procedure"}]},
    "social": SOCIAL,
    "transport": SOCIAL,
}
# So many entries are named as what a concern rests on.
MOST_EVIDENCE = 20


def plan(filed: Filed) -> list[Resource]:
    """The resources of one filed plan, the CarePlan first."""
    proposal, record = filed.proposal, filed.record
    lines = [line for line in proposal.document.statements if line.id in proposal.released]
    people = signers(proposal, filed.decisions)
    team = care_team(record, people, filed.custodian)
    conditions = {problem.concept or problem.name: _condition(record, problem) for problem in _active(record)}
    conditions |= {need.domain: _need(record, need) for need in record.needs if need.status == "open"}
    goals = {line.id: _goal(line, record, conditions, filed.at) for line in lines if line.kind == "goal"}
    by_about = {line.about: goals[line.id] for line in lines if line.kind == "goal"}
    by_user = {person["identifier"][0]["value"]: person for person in people}
    requests = {
        line.id: _service_request(line, filed, conditions, by_about, by_user.get(proposal.released[line.id]))
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
    told = [provenance(filed, [*authored, *tracked], people)] if people else []
    others = beside(filed, people)
    kept = organization(filed.custodian)
    return [*authored, *tracked, *used, *issues, team, *people, *others, *kept, *told]


def _tracked(
    filed: Filed, lines: Iterable[Statement], requests: Mapping[str, Resource]
) -> Iterator[Resource]:
    """The Tasks of a plan's activities; each ServiceRequest takes on what became of it."""
    for line in lines:
        if line.id in requests and (said := filed.tasks.get(line.id)):
            request = requests[line.id]
            request["status"] = REQUEST_STATUS.get(said.status, "active")
            ident_of = ident("Task", filed.proposal.document.patient, line.id)
            yield task(ident_of, line, said, request, filed)


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
        "meta": claims("us-core-careplan", f"{MCC}/StructureDefinition/mccCarePlan") | labelled(lines),
        "text": {"status": "additional", "div": _narrative(lines)},
        "identifier": [{"system": "urn:careloom:proposal", "value": proposal.id}],
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [{"system": CAREPLAN_CATEGORY, "code": "assess-plan"}]}],
        "title": "Interdisciplinary care plan",
        "subject": whose(record),
        "period": {"start": proposal.document.as_of.isoformat()},
        "created": filed.at,
        "careTeam": [refer(team)],
        "supportingInfo": [
            supporting(record.by_id[citation]) for citation in cited if citation in record.by_id
        ],
    }
    if kept := kept_by(filed.custodian):
        plan["extension"] = [{"url": f"{MCC}/StructureDefinition/custodian", "valueReference": kept}]
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
        "meta": claims(*_CONCERN),
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
        "subject": whose(record),
        **_evidence(record, problem.entries),
    }
    if problem.since and len(problem.since.text) in (4, 7, 10):
        resource["onsetDateTime"] = problem.since.text
    elif problem.since:
        resource["onsetDateTime"] = problem.since.day.isoformat()
    return resource


_CONCERN = (
    "us-core-condition-problems-health-concerns",
    f"{MCC}/StructureDefinition/MCCChronCondHealthConcern",
)


def _evidence(record: PatientRecord, entries: Iterable[str]) -> Resource:
    """What a concern rests on, the first of these entries; {} where none is known."""
    known = [record.by_id[one] for one in entries if one in record.by_id][:MOST_EVIDENCE]
    return {"evidence": [{"detail": [supporting(one) for one in known]}]} if known else {}


def _need(record: PatientRecord, need: Need) -> Resource:
    """A need; an SDOHCC Condition where a source coded it and it is in one of Gravity's categories."""
    codes = [
        code for citation in need.entries if citation in record.by_id for code in record.by_id[citation].codes
    ]
    meant = dict.fromkeys(code for code in codes if code.system != GRAVITY)
    kinds = _gravity(codes)
    is_coded = any(code.system in (ICD10, SNOMED) and code.code.strip() for code in meant)
    profiles = (*_CONCERN, f"{SDOH}/SDOHCC-Condition") if kinds and is_coded else _CONCERN
    return {
        "resourceType": "Condition",
        "id": ident("Condition", record.patient, "need", need.domain),
        "meta": claims(*profiles),
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": "unconfirmed"}]},
        "category": [
            {"coding": [{"system": f"{US_CORE}/CodeSystem/condition-category", "code": "health-concern"}]},
            SOCIAL,
            *kinds,
        ],
        "code": concept(meant, need.name),
        "subject": whose(record),
        **_evidence(record, need.entries),
    }


def _gravity(codes: Iterable[Code]) -> list[Resource]:
    """Gravity's categories among these codes, each once."""
    return [
        {"coding": [{"system": code.system, "code": code.code, "display": code.display}]}
        for code in dict.fromkeys(codes)
        if code.system == GRAVITY
    ]


def _social(condition: Resource | None) -> list[Resource]:
    """The categories of Gravity's that a need's Condition is in; [] for any other."""
    found = condition["category"] if condition else []
    return [one for one in found if one["coding"][0]["system"] == GRAVITY]


def _goal(line: Statement, record: PatientRecord, conditions: Mapping[str, Resource], at: str) -> Resource:
    kinds = _social(conditions.get(line.about))
    profiles = [
        "us-core-goal",
        f"{MCC}/StructureDefinition/MCCGoal",
        *([f"{SDOH}/SDOHCC-Goal"] if kinds else []),
    ]
    goal: Resource = {
        "resourceType": "Goal",
        "id": ident("Goal", record.patient, line.id),
        "meta": claims(*profiles) | labelled([line]),
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
        **({"category": kinds} if kinds else {}),
        "description": {"text": line.text},
        "subject": whose(record),
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
    filed: Filed,
    conditions: Mapping[str, Resource],
    goals: Mapping[str, Resource],
    signer: Resource | None,
) -> Resource:
    record, condition = filed.record, conditions.get(line.about)
    request: Resource = {
        "resourceType": "ServiceRequest",
        "id": ident("ServiceRequest", record.patient, line.id),
        "meta": claims("us-core-servicerequest", f"{MCC}/StructureDefinition/MCCServiceRequest")
        | labelled([line]),
        "status": "active",
        "intent": "plan",
        "code": {"text": line.text},
        "subject": whose(record),
        "authoredOn": filed.at,
    }
    kinds = _social(condition)
    own = CATEGORIES.get(line.activity.category if line.activity else "", SOCIAL if kinds else None)
    if own:
        request["category"] = [own, *kinds]
    if signer:
        request["requester"] = refer(signer)
    if line.activity:
        owner = OWNER_TEXT.get(line.activity.owner, line.activity.owner)
        request["performerType"] = {"text": owner}
        if line.activity.due:
            request["occurrencePeriod"] = {"end": line.activity.due}
    if condition:
        request["reasonReference"] = [refer(condition)]
    if line.about in goals:
        request["extension"] = [{"url": PERTAINS_TO_GOAL, "valueReference": refer(goals[line.about])}]
    if line.guideline:
        request["note"] = [{"text": f"Basis: {line.guideline.source}"}]
    return request
