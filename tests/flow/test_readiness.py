"""The data audit over the thirteen invented people and their five sources: what is known to be there, and what is not."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom.care.entry import HumanName, Message, Person
from careloom.demo import PEOPLE
from careloom.pipeline import Pipeline
from careloom.readiness import Report
from careloom.settings import Settings
from careloom.store import Store
from careloom.store.models import AuditEvent, ReadinessRun, StoredMessage, place
from tests.readiness.telling import ALLERGY, EHR, PROBLEM, entry


@pytest.fixture
def site(store: Store, home: Path, key: str) -> Pipeline:
    return pipelines.build(Settings(home=home, encryption_key=key, model="none"))


def patients(found: Report, field: str) -> dict[str, int]:
    line = next(one for one in found.fields if one.name == field)
    return {name: cell.patients for name, cell in line.sources.items() if cell.patients}


def test_the_demo_people_are_counted_as_their_sources_tell_of_them(site: Pipeline, tmp_path: Path) -> None:
    for source, folder in PEOPLE:
        site.connect([folder], source=source)
    stray = tmp_path / "stray.txt"
    stray.write_text("Patient: Nobody Known\nMRN: ZZ1\n\nShe needs a ride.\n")
    site.connect([stray], source="social_services")
    found = site.data_audit.run("operator", site.today).report
    assert (found.patients, found.main, found.outside) == (13, "riverside_ehr", 13)
    only = {one.name: one.only for one in found.fields if one.only}
    assert only["fills"] == "harbor_pharmacy"
    assert only["coverage"] == only["authorizations"] == "county_health_plan"
    assert only["social_needs"] == only["caregiver"] == only["contact_preferences"] == "social_services"
    assert only["kidney"] == only["body_size"] == only["care_team"] == only["appointments"] == "riverside_ehr"
    assert patients(found, "demographics")["riverside_ehr"] == 12
    assert patients(found, "allergies") == {"riverside_ehr": 1, "northgate_clinic": 2}
    assert patients(found, "visits") == {"riverside_ehr": 2, "northgate_clinic": 1}
    assert patients(found, "immunizations") == {}
    fields = {one.name: one for one in found.fields}
    assert fields["vitals"].sources["harbor_pharmacy"].verdict == "not carried"
    assert fields["immunizations"].sources["riverside_ehr"].verdict == "none"
    assert fields["diagnoses"].sources["riverside_ehr"].coded == 1.0
    assert len(found.fields) >= 24
    assert found.waiting == {"social_services": 1}
    # The twins share a birth date, a family name and a first letter; namesakes born on other days share nothing.
    (twins,) = found.alike
    assert twins.why == "birth date, family name and first letter agree"
    assert {twins.one, twins.other} == {
        site.find("urn:oid:2.16.840.1.113883.19.5.1|RV150001"),
        site.find("urn:oid:2.16.840.1.113883.19.5.1|RV150002"),
    }
    assert all("A" in one.identifiers and not one.unnamed for one in found.sources)
    assert found.drops == ()
    (waiting,) = site.dead_letters.all()
    site.dead_letters.set_aside("operator", waiting.message, why="not one of ours")
    assert site.data_audit.run("operator", site.today).report.waiting == {}


def test_an_upgrade_that_drops_allergies_is_named_from_the_messages_in_the_store(
    site: Pipeline, store: Store
) -> None:
    today = site.clock()
    for ago in range(12, 0, -1):
        for number in range(4):
            name = f"{ago}-{number}"
            message = _came(store, name, today - timedelta(days=ago))
            person = Person(names=(HumanName("Quill", (name,)),), birth_date=f"19{ago + 10}-01-0{number + 1}")
            patient = store.patients.create(person, message)
            told = [PROBLEM, ALLERGY] if ago > 1 else [PROBLEM, PROBLEM]
            entries = [entry(message.sha256, at, **what) for at, what in enumerate(told)]
            store.entries.add(patient, message, entries, "1")
    found = site.data_audit.run("operator", site.today).report
    assert [(one.field, one.kind, one.now, one.before) for one in found.drops] == [
        ("allergies", "gone", (0, 4), (44, 44))
    ]
    assert next(one for one in found.sources).rhythm == "daily batch"


def _came(store: Store, name: str, at: datetime) -> Message:
    """A message of days ago: its row as the store keeps it, without bytes."""
    row = StoredMessage(organisation="demo", sha256=sha256(name.encode()).hexdigest(), source=EHR)
    row.format, row.zone, row.size, row.received = "fhir", "UTC", 1, at
    row.sealed_name = store.keys.seal(name.encode(), place("message", row.id, "name"))
    row.save(force_insert=True)
    return Message(row.sha256, EHR, "fhir", received=at)


def test_a_run_is_kept_and_audited_and_the_next_says_what_changed(site: Pipeline, tmp_path: Path) -> None:
    assert site.data_audit.last() is None
    first = site.data_audit.run("operator", site.today)
    assert (first.report.patients, first.before, first.changes) == (0, None, ())
    for name, folder in PEOPLE[:1]:
        site.connect([folder], source=name)
    site.data_audit.run("operator", site.today)
    for number in range(6):
        one = {"resourceType": "Patient", "id": f"n{number}", "birthDate": f"1950-02-0{number + 1}"}
        one |= {"name": [{"family": "Quill", "given": ["Bea"]}], "gender": "female"}
        (tmp_path / f"{number}.json").write_text(json.dumps(one))
    site.connect([tmp_path], source="riverside_ehr")
    found = site.data_audit.run("operator", site.today)
    lost = {one.field for one in found.changes if one.source == "riverside_ehr" and one.now < one.before}
    assert {"diagnoses", "labs", "vitals"} <= lost
    assert site.data_audit.last() == found
    assert ReadinessRun.objects.count() == AuditEvent.objects.filter(action="readiness").count() == 3
