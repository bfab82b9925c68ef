"""All the demo people again, from sources that nobody named: the plan stands as well."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Severity, Verdict
from careloom.demo import AS_OF, PEOPLE

pytestmark = pytest.mark.django_db


def test_whom_one_sender_tells_apart_are_two_people_however_alike(home: Path, tmp_path: Path) -> None:
    desk = pipelines.build(replace(settings.read(), home=home, model="none"))
    alike = {
        "resourceType": "Patient",
        "name": [{"family": "Reed", "given": ["Sam"]}],
        "birthDate": "1980-05-05",
        "gender": "male",
    }
    file = tmp_path / "Patient.ndjson"
    file.write_text("".join(json.dumps(alike | {"id": one}) + "\n" for one in ("a", "b", "a")))
    assert len(desk.connect([file]).patients) == 2
    assert len(desk.store.patients.all()) == 2
    file.write_text(file.read_text() + "\n")
    assert len(desk.connect([file]).patients) == 2
    assert len(desk.store.patients.all()) == 2


def test_nobodys_plan_is_at_fault_for_how_its_sources_are_called(home: Path) -> None:
    desk = pipelines.build(replace(settings.read(), home=home, model="none"))
    assert desk.connect([folder for _, folder in PEOPLE]).rejected == []
    patients = desk.store.patients.all()
    assert len(patients) == 13
    for patient in patients:
        plan = desk.draft("test", patient, as_of=AS_OF, model="none")
        for statement in plan.document.statements:
            assert statement.verdict is Verdict.SUPPORTED, statement.text
        at_fault = [one for one in plan.findings if one.statement and one.severity is not Severity.LOW]
        assert at_fault == []
