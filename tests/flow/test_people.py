"""Each demo person through the whole pipeline: what her record holds, what her plan says and never says."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Proposal, Verdict
from careloom.care.record import PatientRecord
from careloom.demo import AS_OF, PEOPLE, TRUTH
from careloom.pipeline import Pipeline
from careloom.review.tiers import findings_of

NAMES = sorted(path.stem for path in TRUTH.glob("*.toml"))

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Pipeline]:
    home: Path = tmp_path_factory.mktemp("people")
    with django_db_blocker.unblock(), transaction.atomic():
        built = pipelines.build(replace(settings.read(), home=home, organisation="people", model="none"))
        for source, folder in PEOPLE:
            report = built.connect([folder], source=source)
            assert report.rejected == []
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=NAMES)
def person(request: pytest.FixtureRequest, desk: Pipeline, django_db_blocker: Any) -> "Person":
    with django_db_blocker.unblock():
        truth = tomllib.loads((TRUTH / f"{request.param}.toml").read_text())
        patient = desk.find(truth["patient"])
        return Person(
            truth, desk.record("test", patient, AS_OF), desk.draft("test", patient, as_of=AS_OF, model="none")
        )


class Person:
    def __init__(self, truth: dict[str, Any], record: PatientRecord, plan: Proposal) -> None:
        self.truth = truth
        self.record = record
        self.plan = plan
        self.text = "\n".join(statement.text for statement in plan.document.statements)


def test_there_are_thirteen_people_and_nobody_was_merged(desk: Pipeline) -> None:
    patients = {desk.find(tomllib.loads(path.read_text())["patient"]) for path in TRUTH.glob("*.toml")}
    assert len(patients) == len(NAMES) == 13
    assert set(desk.store.patients.all()) == patients


def test_she_is_woven_from_all_her_sources(person: Person) -> None:
    assert {one.system for one in person.record.searched} == set(person.truth["sources"])
    assert len(person.truth["sources"]) >= 3


def test_her_record_holds_what_is_true(person: Person) -> None:
    wanted = person.truth["record"]
    active = {problem.concept for problem in person.record.problems if problem.status == "active"}
    concepts = {part for concept in active if concept for part in family(concept)}
    assert set(wanted.get("active_problems", ())) <= concepts
    assert not set(wanted.get("not_active", ())) & concepts
    current = {name for drug in person.record.medications if drug.current for name in drug.ingredients}
    assert set(wanted.get("current_drugs", ())) <= current
    assert not set(wanted.get("not_current", ())) & current
    allergies = " ".join(
        f"{one.substance} {' '.join(one.classes)}".lower()
        for one in person.record.allergies
        if one.status == "active"
    )
    for allergy in wanted.get("allergies", ()):
        assert allergy in allergies
    assert set(wanted.get("conflicts", ())) <= {one.kind for one in person.record.conflicts}
    needs = {one.domain for one in person.record.needs if one.status == "open"}
    assert set(wanted.get("needs", ())) <= needs
    assert not set(wanted.get("no_need", ())) & needs
    assert set(wanted.get("trends", ())) <= {one.about for one in person.record.trends}


def family(concept: str) -> set[str]:
    """A stage or type counts as its disease."""
    parents = ("type_2_diabetes", "hypertension", "heart_failure", "chronic_kidney_disease", "asthma")
    return {concept} | {parent for parent in parents if concept.startswith(parent)}


def test_her_plan_says_what_it_must(person: Person) -> None:
    for words in person.truth["plan"]["says"]:
        assert re.search(words, person.text), words


def test_her_plan_never_says_what_is_not_so(person: Person) -> None:
    for words in person.truth["plan"]["never_says"]:
        assert not re.search(words, person.text), words


def test_every_statement_is_supported_and_every_citation_resolves(person: Person) -> None:
    for statement in person.plan.document.statements:
        assert statement.citations, statement.text
        assert all(citation in person.record.by_id for citation in statement.citations)
        assert statement.verdict is Verdict.SUPPORTED, statement.text


def test_no_untouched_statement_is_at_fault(person: Person) -> None:
    at_fault = {
        finding.statement: finding.message for finding in person.plan.findings if finding.severity != "low"
    }
    at_fault.pop(None, None)
    assert at_fault == {}


def test_the_hazards_planted_in_her_record_are_found(person: Person) -> None:
    assert set(person.truth.get("findings", {}).get("rules", ())) <= {
        one.rule for one in person.plan.findings
    }


def test_a_high_finding_about_her_stands_among_the_first_three(person: Person) -> None:
    by_id = {one.id: one for one in person.plan.document.statements}
    top = [by_id[one] for one in person.plan.document.top]
    high = [one for one in person.plan.findings if one.severity == "high" and one.statement is None]
    assert all(any(findings_of(line, [one]) for line in top) for one in high)


def test_all_twelve_parts_are_there(person: Person) -> None:
    sections = {statement.section for statement in person.plan.document.statements}
    assert sections == {
        "problem_list",
        "prognosis",
        "goals",
        "cognitive_functional",
        "symptom_management",
        "interventions",
        "medication_management",
        "environment",
        "caregiver",
        "coordination",
        "review",
        "revision",
    }


def test_the_right_person_signs(person: Person) -> None:
    if "tier" in person.truth["plan"]:
        assert person.plan.tier.word == person.truth["plan"]["tier"]


def test_asked_twice_the_plan_is_the_same(person: Person, desk: Pipeline) -> None:
    again = desk.draft("test", person.record.patient, as_of=AS_OF, model="none")
    assert again.document == person.plan.document
    assert again.id == person.plan.id
