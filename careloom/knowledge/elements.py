"""The elements of a comprehensive care plan and the conditions of its programme: which of them a record holds, which are old.

Source   CMS, Chronic Care Management Services, Comprehensive Care Plan and Practitioner Eligibility, 2025 (as gaps.toml cites it); the
         12 months within which an assessment, a goal or a plan counts as new are ours, but for the visit's year, which is CMS's
Misses   what stands only in a note that no phrase of seen.toml finds; whether a condition brings significant risk
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from careloom.care.entry import Entry
from careloom.care.record import Element, ElementState, Gap
from careloom.knowledge.days import months_before
from careloom.knowledge.facts import Facts

_MONTHS = 12
_CITED = 4
_LIVE = frozenset(
    {
        "active",
        "accepted",
        "planned",
        "in-progress",
        "on-hold",
        "proposed",
        "requested",
        "received",
        "draft",
        None,
    }
)
_CARE_MANAGEMENT = re.compile(r"\b(?:chronic|principal|advanced primary)? ?care management\b|\bccm\b", re.I)
_WORST = {"absent": 0, "old": 1, "present": 2}


def elements(facts: Facts, gaps: Sequence[Gap]) -> tuple[Element, ...]:
    """Each element as present, old or absent as of the record's date, with its newest day, its entries and why."""
    return tuple(judge(facts, gaps) for judge in _ELEMENTS)


def _found(
    name: str,
    label: str,
    entries: Iterable[Entry],
    facts: Facts,
    *,
    months: int | None = _MONTHS,
    nothing: str = "",
) -> Element:
    """An element by its entries: old where the newest is older than `months`."""
    told = sorted(entries, key=lambda one: (_day(one) or date.min, one.id))
    if not told:
        return Element(name, label, "absent", None, (), nothing or f"no {label} is recorded")
    last = _day(told[-1])
    old = months is not None and (last is None or last < months_before(facts.record.as_of, months))
    state: ElementState = "old" if old else "present"
    when = f"the last is of {last.isoformat()}" if last else "the last has no day"
    return Element(
        name, label, state, last.isoformat() if last else None, tuple(one.id for one in told[-_CITED:]), when
    )


def _seen(
    name: str, label: str, *abouts: str, months: int | None = _MONTHS
) -> Callable[[Facts, Sequence[Gap]], Element]:
    """An element that sightings show; where it has several parts, the weakest of them counts."""

    def judge(facts: Facts, _: Sequence[Gap]) -> Element:
        parts = [_found(name, label, facts.seen.get(about, ()), facts, months=months) for about in abouts]
        weakest = min(parts, key=lambda one: (_WORST[one.state], one.since or ""))
        missing = [
            about.replace("_", " ") for about, one in zip(abouts, parts, strict=True) if one.state == "absent"
        ]
        why = f"no {' and no '.join(missing)} is recorded" if missing else weakest.why
        entries = tuple(dict.fromkeys(id for one in parts for id in one.entries))
        return Element(name, label, weakest.state, weakest.since, entries, why)

    return judge


def _problem_list(facts: Facts, _: Sequence[Gap]) -> Element:
    known = [
        facts.record.by_id[id]
        for one in facts.record.problems
        if one.status == "active"
        for id in one.entries[:1]
    ]
    return _found("problem_list", "problem list", known, facts, months=None)


def _goals(facts: Facts, _: Sequence[Gap]) -> Element:
    goals = _of(facts, "Goal")
    measurable = [one for one in goals if one.detail.get("target")]
    nothing = "goals are recorded, none with a target" if goals else ""
    return _found("goals", "measurable treatment goal", measurable, facts, nothing=nothing)


def _symptoms(facts: Facts, _: Sequence[Gap]) -> Element:
    asked = [one for one in facts.record.entries if one.kind == "Observation" and "survey" in one.category]
    asked += [one for one in facts.seen.get("depression_screen", ()) if one not in asked]
    return _found("symptom_management", "assessment of symptoms", asked, facts)


def _interventions(facts: Facts, _: Sequence[Gap]) -> Element:
    planned = _of(facts, "ServiceRequest", "Task", "CarePlan")
    owned = [one for one in planned if one.detail.get("participants") or one.detail.get("author")]
    nothing = "interventions are recorded, none with who is responsible" if planned else ""
    return _found("interventions", "planned intervention", owned, facts, nothing=nothing)


def _medications(facts: Facts, gaps: Sequence[Gap]) -> Element:
    known = [
        facts.record.by_id[id] for one in facts.record.medications if one.current for id in one.entries[:1]
    ]
    found = _found("medication_management", "medication list", known, facts, months=None)
    asked = next((gap for gap in gaps if gap.about == "medication_reconciliation"), None)
    if asked is None or found.state == "absent":
        return found
    return Element(
        found.name, found.label, "old", asked.since, found.entries, "a medication reconciliation is needed"
    )


def _coordination(facts: Facts, _: Sequence[Gap]) -> Element:
    return _found("coordination", "care team or referral", _of(facts, "CareTeam", "ServiceRequest"), facts)


def _review(facts: Facts, _: Sequence[Gap]) -> Element:
    return _found("periodic_review", "care plan to review", _of(facts, "CarePlan"), facts)


def _revision(facts: Facts, _: Sequence[Gap]) -> Element:
    """Whether a plan is newer than the newest problem: else it has to be revised."""
    found = _found("revision", "care plan to revise", _of(facts, "CarePlan"), facts, months=None)
    begun = [
        one.since.day.isoformat() for one in facts.record.problems if one.status == "active" and one.since
    ]
    if found.since and begun and max(begun) > found.since:
        why = f"a problem began on {max(begun)}, after the plan of {found.since}"
        return Element(found.name, found.label, "old", found.since, found.entries, why)
    return found


def _two_conditions(facts: Facts, _: Sequence[Gap]) -> Element:
    chronic = [
        one
        for one in facts.record.problems
        if one.status == "active"
        and not one.doubtful
        and one.concept
        and facts.knowledge.conditions.chronic(one.concept)
    ]
    entries = tuple(one.entries[0] for one in chronic[:_CITED])
    state: ElementState = "present" if len(chronic) > 1 else "absent"
    why = f"{len(chronic)} active chronic condition{'' if len(chronic) == 1 else 's'} known here"
    return Element("two_conditions", "two or more chronic conditions", state, None, entries, why)


def _visit(facts: Facts, _: Sequence[Gap]) -> Element:
    visits = [
        one
        for one in facts.record.entries
        if one.kind == "Encounter" and one.status in ("finished", "in-progress", None)
    ]
    return _found("initiating_visit", "visit within a year", visits, facts)


def _consent(facts: Facts, _: Sequence[Gap]) -> Element:
    given = [one for one in facts.record.consents if one.given and _CARE_MANAGEMENT.search(one.scope)]
    entries = [facts.record.by_id[id] for one in given for id in one.entries if id in facts.record.by_id]
    return _found("programme_consent", "consent to care management", entries, facts, months=None)


def _of(facts: Facts, *kinds: str) -> list[Entry]:
    """The patient's entries of these kinds that are neither over nor denied."""
    return [
        one
        for one in facts.record.entries
        if one.kind in kinds and one.status in _LIVE and one.subject == "patient" and not one.negated
    ]


def _day(entry: Entry) -> date | None:
    return entry.happened.day if entry.happened else None


# In the order of CMS's list; then the conditions of the programme.
_ELEMENTS: tuple[Callable[[Facts, Sequence[Gap]], Element], ...] = (
    _problem_list,
    _seen("prognosis", "expected outcome and prognosis", "prognosis", months=None),
    _goals,
    _seen(
        "cognitive_functional",
        "cognitive and functional assessment",
        "cognitive_assessment",
        "functional_assessment",
    ),
    _symptoms,
    _interventions,
    _medications,
    _seen("environment", "environmental evaluation", "environment_assessment"),
    _seen("caregiver", "caregiver assessment", "caregiver_assessment"),
    _coordination,
    _review,
    _revision,
    _two_conditions,
    _visit,
    _consent,
)
