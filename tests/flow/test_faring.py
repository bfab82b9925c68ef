"""How patients fared, through the whole of it: from a sender's Bundle to outcomes, for whoever leads and for nobody else."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from careloom.errors import InputError, NotLicensed
from careloom.store.models import AuditEvent
from careloom.study.outcomes import ALONE
from careloom.study.statistics.estimate import NotSaid
from tests.connect.made import body, bundle, coded, patient
from tests.flow.pilots import DIABETES, trying
from tests.flow.samuel import samuels_desk
from tests.flow.test_access import person
from tests.record.sources import condition

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def stay(number: int, began: str, ended: str, **given: object) -> dict[str, object]:
    return {
        "resourceType": "Encounter",
        "id": f"e{number}",
        "status": "finished",
        "class": {"system": ACT, "code": "IMP"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": began, "end": ended},
        **given,
    }


def result(number: int, day: str, value: float) -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "code": coded("4548-4", "Hemoglobin A1c", "http://loinc.org"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": "%", "code": "%", "system": "http://unitsofmeasure.org"},
    }


def test_a_lead_sees_how_patients_fared_and_a_nurse_does_not(home: Path, tmp_path: Path) -> None:
    desk = samuels_desk(home, lambda: NOW)
    elective = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EL"}]}
    marta = bundle(
        patient(),
        result(1, "2026-02-03", 8.4),
        result(2, "2026-05-03", 7.9),
        stay(1, "2026-01-01", "2026-01-05"),
        stay(2, "2026-01-20", "2026-01-22", priority=elective),
        stay(3, "2026-02-10", "2026-02-12"),
        stay(4, "2026-08-10", "2026-08-12"),
    )
    file = tmp_path / "marta.json"
    file.write_bytes(body(marta))
    assert desk.connect([file], source="mercy").rejected == []
    lead = person(desk, "lena", "quality_lead")
    with pytest.raises(NotLicensed):
        desk.faring.found(desk.store.users.reviewer("nora"), date(2026, 1, 1), date(2026, 10, 31))
    with pytest.raises(InputError):
        desk.faring.found(lead, date(2026, 1, 1), date(2027, 1, 1))
    found = desk.faring.found(lead, date(2026, 1, 1), date(2026, 10, 31))
    outcomes = {one.outcome.name: one for one in found.outcomes}
    assert found.start is None and found.patients == 2
    assert (outcomes["hba1c"].number, outcomes["hba1c"].months[1].value) == (2, 8.4)
    # The stay in August is the newest visit: whether anybody came back since is unknown.
    assert outcomes["readmission"].number == 3
    assert [one.value for one in outcomes["readmission"].months[:2]] == [0.5, 0.0]
    assert isinstance(outcomes["readmission"].adjusted, NotSaid)
    assert isinstance(outcomes["hba1c"].changes, NotSaid)
    assert AuditEvent.objects.filter(action="measure", actor=lead.user).count() == 1


def test_drafts_begin_with_the_first_document_from_a_draft_that_was_filed_and_by_hand_begins_nothing(
    home: Path, tmp_path: Path
) -> None:
    site = trying(home, tmp_path / "people")
    marta = bundle(
        patient(), {**condition(DIABETES), "id": "c1"}, *(result(n, f"2026-{n:02}-03", 8.4) for n in (7, 8))
    )
    file = site.folder / "marta.json"
    file.write_bytes(body(marta))
    (one,) = site.pipeline.connect([file], source="mercy").patients
    (other,) = site.patients(1)
    site.signs(site.nina, site.writes(site.nina, other))
    first, last = date(2026, 1, 1), date(2026, 11, 23)
    assert site.pipeline.faring.found(site.lead, first, last).start is None
    plan = site.drafts(site.rosa, one)
    assert site.pipeline.faring.found(site.lead, first, last).start is None
    site.later(days=1)
    site.signs(site.rosa, plan)
    found = site.pipeline.faring.found(site.lead, first, last)
    assert found.start == date(2026, 11, 24)
    hba1c = found.outcomes[0]
    assert hba1c.changes == NotSaid("not_identified", ALONE)
    assert dict(hba1c.left) == {"no value from 90 to 365 days after the start": 1}
    said = site.pipeline.faring.found(site.lead, first, last, date(2026, 3, 1))
    assert said.start == date(2026, 3, 1)
    assert isinstance(said.outcomes[0].series, NotSaid) and "have no value" in said.outcomes[0].series.words
