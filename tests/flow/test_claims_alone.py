"""Somebody known from pharmacy claims alone: the plan says what is missing, and still cites."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Verdict
from careloom.demo import AS_OF, HERE

pytestmark = pytest.mark.django_db


def test_a_person_without_a_patient_entry_gets_a_cited_plan(home: Path, tmp_path: Path) -> None:
    desk = pipelines.build(replace(settings.read(), home=home, model="none"))
    claims = (HERE / "harbor_pharmacy" / "claims-2026.csv").read_text().splitlines(keepends=True)
    hers = tmp_path / "claims.csv"
    hers.write_text("".join([claims[0], *(row for row in claims if row.startswith("CHP72210"))]))
    (patient,) = desk.connect([hers], source="harbor_pharmacy").patients
    record = desk.record("test", patient, AS_OF)
    assert {entry.kind for entry in record.entries} == {"MedicationDispense"}
    plan = desk.draft("test", patient, as_of=AS_OF, model="none")
    for statement in plan.document.statements:
        assert statement.citations, statement.text
        assert statement.verdict is Verdict.SUPPORTED, statement.text
