"""Charts of people whom nobody here invented are served so that each resource is valid and each reference leads somewhere."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class

from careloom.care.document import Action
from careloom.pipeline import Pipeline
from tests.chart.test_chart_fhir import references
from tests.outside.test_connect_outside_fhir import FHIR
from tests.web.conftest import real

__all__ = ["real"]
pytestmark = [
    pytest.mark.outside,
    pytest.mark.django_db,
    pytest.mark.skipif(not FHIR.exists(), reason="../shared/data is absent"),
]
PEOPLE = 8


def test_a_signed_chart_of_each_is_valid_and_closed_in_itself(real: Pipeline, tmp_path: Path) -> None:
    osei, walked = real.store.users.reviewer("osei"), 0
    for path in sorted((FHIR / "synthea-r4").glob("*.json.gz"))[:PEOPLE]:
        file = tmp_path / path.stem
        file.write_bytes(gzip.decompress(path.read_bytes()))
        for patient in real.connect([file], source="synthea").patients:
            if real.record("operator", patient).demographics.deceased:
                continue
            plan = real.propose("operator", patient, model="none")
            lines = [one.id for one in plan.document.statements]
            assert real.decide(osei, plan.id, Action.APPROVE, opened=lines).status == "active"
            real.facade.read(osei, "Patient", patient)
            rows = real.store.shelf.of((patient,), closed=False)
            served = {f"{one.kind}/{one.name}" for one in rows}
            for one in rows:
                get_fhir_model_class(one.kind).model_validate(one.resource)
                assert set(references(one.resource)) <= served
                assert one.updated <= datetime.now(UTC)
            walked += len(rows)
    assert walked > 50
