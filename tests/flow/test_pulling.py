"""What a hospital's server holds arrives whole, once, and again when it changes; what it can't answer is said."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Pulled, Wish
from tests.connect.scanned import pdf
from tests.flow.hospital import (
    KINDS,
    METFORMIN,
    NEVER_SAID,
    Resource,
    Waited,
    about,
    condition,
    entries,
    mercy,
    order,
    patient,
    site,
    texts,
)
from tests.flow.process import answer, careloom
from tests.wire.served import Fault, Hospital, capability, outcome, serving


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with serving(mercy()) as one:
        yield one


Open = Callable[[str], Pipeline]


@pytest.fixture
def waited() -> Waited:
    return []


@pytest.fixture
def opened(db: None, home: Path, key: str, hospital: Hospital, waited: Waited) -> Open:
    def make(more: str = "") -> Pipeline:
        return site(home, key, hospital, more, waited)

    return make


def later(hospital: Hospital) -> str:
    """A time after everything that was read, as the server writes it."""
    return f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"


def pulled(desk: Pipeline, wish: Wish | None = None) -> Pulled:
    found = desk.pull("mercy", wish or Wish())
    assert found.failed == ""
    assert found.report.rejected == []
    return found


def test_a_whole_record_arrives_page_by_page_and_nothing_twice(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    first = pulled(desk)
    assert first.pages["Condition"] == 3
    assert first.results["Condition"] == 7
    assert first.report.entries == 9
    assert len(entries(desk, "Condition")) == 7
    assert {one.source.resource for one in entries(desk, "Patient")} == {"Patient/p-778"}
    again = pulled(desk, Wish(full=True))
    assert again.results == first.results
    assert again.report.entries == 0
    assert len(entries(desk)) == 9
    assert desk.store.audit.of(next(iter(desk.store.patients.all())))


def test_only_what_has_changed_is_asked_for_next_with_an_overlap(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    before = datetime.now(UTC)
    pulled(desk)
    hospital.keep(condition(1, "condition 1, resolved"), condition(9, "new"), at=later(hospital))
    found = pulled(desk)
    asked = hospital.searches("Condition")[-1].all("_lastUpdated")[0]
    since = datetime.fromisoformat(asked.removeprefix("ge"))
    assert timedelta(minutes=4) < before - since < timedelta(minutes=6)
    assert found.results["Condition"] == 2
    assert found.report.entries == 2
    assert {"condition 1, resolved", "new"} < texts(desk, "Condition")
    assert "condition 1" not in texts(desk, "Condition")


def test_a_pull_that_was_cut_off_is_made_good_by_the_next(opened: Open, hospital: Hospital) -> None:
    desk = opened('[mercy.options]\ntries = "1"\n')
    hospital.faults.append(Fault(503, "page=2"))
    found = desk.pull("mercy", Wish())
    assert "out of order (503)" in found.failed
    assert len(entries(desk, "Condition")) == 3
    pulled(desk)
    assert hospital.searches("Condition")[-3].all("_lastUpdated") == []
    assert len(entries(desk, "Condition")) == 7


def test_a_busy_server_is_waited_for(opened: Open, hospital: Hospital, waited: Waited) -> None:
    desk = opened()
    hospital.faults += [Fault(429, "/Condition", headers={"retry-after": "17"}), Fault(502, "/Condition")]
    pulled(desk)
    assert waited == [17, 2]
    assert len(entries(desk, "Condition")) == 7


def test_what_a_server_cannot_answer_is_said_and_the_rest_is_read(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    hospital.faults += [Fault(400, "/Condition", body=outcome("not-supported"))]
    found = pulled(desk)
    assert "Condition: it does not support this (400)" in found.cannot
    assert "Immunization: its capability statement has no search for it" in found.cannot
    assert len(entries(desk, "MedicationRequest")) == 1
    again = pulled(desk)
    assert again.results["Condition"] == 7


def test_a_server_that_cannot_tell_changes_is_read_whole(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    pulled(desk)
    hospital.keep(condition(9, "new"))
    hospital.faults += [Fault(400, "/Condition?_count=100&_lastUpdated", body=outcome("not-supported"))]
    found = pulled(desk)
    assert "Condition: can't be asked for changes alone, so that all is read" in found.remarks
    assert found.results["Condition"] == 8
    assert found.report.entries == 1


def test_since_a_day_that_leaves_a_gap_the_mark_stays(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    pulled(desk)
    mark = desk.store.pulls.mark("mercy", "Condition")
    pulled(desk, Wish(since=datetime.now(UTC) + timedelta(days=1)))
    assert desk.store.pulls.mark("mercy", "Condition") == mark
    pulled(desk, Wish(since=datetime(2026, 1, 1, tzinfo=UTC)))
    assert hospital.searches("Condition")[-1].all("_lastUpdated") == ["ge2026-01-01T00:00:00Z"]


def test_a_drug_that_the_page_does_not_bring_is_fetched_once(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    pulled(desk)
    assert entries(desk, "MedicationRequest")[0].codes[0].code == "860975"
    assert hospital.lines.count("GET /fhir/Medication/7") == 1
    pulled(desk, Wish(full=True))
    assert hospital.lines.count("GET /fhir/Medication/7") == 1


def test_a_drug_that_the_page_brings_is_not_fetched(opened: Open, hospital: Hospital) -> None:
    hospital.capability = capability(*KINDS, includes=["MedicationRequest:medication"])
    desk = opened()
    pulled(desk)
    assert hospital.searches("MedicationRequest")[0].all("_include") == ["MedicationRequest:medication"]
    assert entries(desk, "MedicationRequest")[0].codes[0].code == "860975"
    assert "GET /fhir/Medication/7" not in hospital.lines


def test_a_drug_that_is_gone_is_told_and_its_order_waits(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    del hospital.resources["Medication/7"]
    found = desk.pull("mercy", Wish())
    assert [one["reason"] for one in found.report.rejected] == ["names a drug that nobody has sent yet"]
    assert "Medication: 1 could not be read" in found.cannot
    hospital.keep(METFORMIN)
    hospital.keep(order(), at=later(hospital))
    assert pulled(desk).report.entries > 0
    assert desk.store.messages.rejections() == ()


def test_the_text_of_a_note_is_fetched_and_a_picture_stays(opened: Open, hospital: Hospital) -> None:
    note = "She was evicted last week."
    hospital.keep(
        about(
            "DocumentReference",
            "d1",
            status="current",
            date="2026-05-01",
            content=[{"attachment": {"contentType": "text/plain", "url": "Binary/b1"}}],
        ),
        about(
            "DocumentReference",
            "d2",
            status="current",
            content=[{"attachment": {"contentType": "image/tiff", "url": f"{hospital.base}/Binary/b2"}}],
        ),
        about(
            "DocumentReference",
            "d3",
            status="current",
            content=[{"attachment": {"contentType": "application/pdf", "url": "Binary/b3"}}],
        ),
        {
            "resourceType": "Binary",
            "id": "b3",
            "contentType": "application/pdf",
            "data": base64.b64encode(pdf()).decode(),
        },
        {
            "resourceType": "Binary",
            "id": "b1",
            "contentType": "text/plain",
            "data": base64.b64encode(note.encode()).decode(),
        },
    )
    desk = opened()
    found = pulled(desk)
    assert note in {one.text for one in entries(desk, "DocumentReference")}
    assert any("metoprolol" in one.text for one in entries(desk, "DocumentReference"))
    assert "1 attachments of type image/tiff were not fetched" in found.remarks
    assert "GET /fhir/Binary/b2" not in hospital.lines


def test_a_note_that_is_given_as_plain_text_is_read_too(opened: Open, hospital: Hospital) -> None:
    url = f"{hospital.base}/Binary/b1"
    hospital.keep(
        about(
            "DocumentReference",
            "d1",
            status="current",
            content=[{"attachment": {"contentType": "text/plain", "url": url}}],
        )
    )
    hospital.faults.append(
        Fault(200, "Binary/b1", headers={"content-type": "text/plain"}, body=b"No transport.")
    )
    desk = opened()
    pulled(desk)
    assert "No transport." in {one.text for one in entries(desk, "DocumentReference")}


PATIENTS = 'profile = "us-core-patient"\n'


def test_where_one_patient_is_asked_for_at_a_time_the_group_names_them(
    opened: Open, hospital: Hospital
) -> None:
    hospital.keep(
        patient("p-2", "Roth", "1951-01-01"),
        condition(1, whose="p-2"),
        patient("p-3", "Other", "1960-01-01"),
        condition(1, whose="p-3"),
        {
            "resourceType": "Group",
            "id": "g1",
            "member": [
                {"entity": {"reference": "Patient/p-778"}},
                {"entity": {"reference": f"{hospital.base}/Patient/p-2"}},
                {"entity": {"reference": "Patient/p-3"}, "inactive": True},
            ],
        },
    )
    desk = opened(f'{PATIENTS}[mercy.options]\ngroup = "g1"\n')
    found = pulled(desk)
    assert len(desk.store.patients.all()) == 2
    assert found.results["Condition"] == 8
    assert hospital.searches("Condition")[0].all("patient") == ["Patient/p-778"]
    categories = {one.all("category")[0] for one in hospital.searches("Observation")}
    assert {"laboratory", "vital-signs"} < categories


def test_patients_are_named_as_a_person_knows_them(opened: Open, hospital: Hospital) -> None:
    desk = opened(PATIENTS)
    with pytest.raises(InputError, match="one patient at a time"):
        desk.pull("mercy", Wish())
    with pytest.raises(InputError, match="no patient with this identifier"):
        desk.pull("mercy", Wish(patients=("urn:mercy:mrn|none",)))
    pulled(desk, Wish(patients=("urn:mercy:mrn|M-p-778",)))
    (ours,) = desk.store.patients.all()
    hospital.asked.clear()
    for wish in (Wish(patients=(ours,)), Wish(patients=("Patient/p-778",)), Wish()):
        pulled(desk, wish)
        assert hospital.searches("Patient")[-1].all("_id") == ["p-778"]


def test_a_patient_who_came_from_elsewhere_cannot_be_asked_for_here(
    opened: Open, hospital: Hospital, tmp_path: Path
) -> None:
    desk = opened(PATIENTS)
    (tmp_path / "p.json").write_text(json.dumps(patient()))
    (ours,) = desk.connect([tmp_path / "p.json"], source="northgate").patients
    with pytest.raises(InputError, match="not known to come from mercy"):
        desk.pull("mercy", Wish(patients=(ours,)))


def test_each_patient_has_marks_of_their_own(opened: Open, hospital: Hospital) -> None:
    hospital.keep(patient("p-2", "Roth", "1951-01-01"), condition(1, whose="p-2"))
    desk = opened()
    pulled(desk, Wish(patients=("p-778",)))
    pulled(desk, Wish(patients=("p-778", "p-2")))
    asked = {one.all("patient")[0]: one.all("_lastUpdated") for one in hospital.searches("Condition")[3:]}
    assert asked["Patient/p-778"]
    assert asked["Patient/p-2"] == []
    assert len(desk.store.patients.all()) == 2


def test_a_remark_of_the_server_is_told(opened: Open, hospital: Hospital) -> None:
    remark = {"resource": outcome("suppressed", "warning"), "search": {"mode": "outcome"}}
    few = {"resourceType": "Bundle", "type": "searchset", "total": 9, "entry": [remark]}
    hospital.faults += [Fault(200, "/Condition", body=few)] * 2
    found = pulled(opened())
    assert "Condition: it left something out for reasons of privacy" in found.remarks
    assert "Condition: it said that there are more than it gave" in found.remarks


@pytest.fixture
def told(home: Path, hospital: Hospital) -> Path:
    home.mkdir()
    (home / "sources.toml").write_text(
        f'[mercy]\nurl = "{hospital.base}"\n[gone]\nurl = "http://127.0.0.1:9"\n[gone.options]\ntries = "1"\n'
    )
    return home


def test_the_command_says_what_came_and_no_person(told: Path, hospital: Hospital) -> None:
    found = answer(told, "pull", "mercy", CARELOOM_LOG_LEVEL="DEBUG")
    assert found["entries"] == 9
    assert found["sources"][0]["searches"][0] == {"name": "Patient", "pages": 1, "results": 1}
    done = careloom(told, "pull", "mercy", "--full", CARELOOM_LOG_LEVEL="DEBUG")
    assert done.returncode == 0
    assert "mercy: 9 results on 7 pages" in done.stdout
    assert "its capability statement has no search for it: RelatedPerson, Encounter, " in done.stdout
    assert not any(word in done.stdout + done.stderr for word in NEVER_SAID)


def test_one_source_that_is_gone_does_not_keep_the_others(told: Path) -> None:
    done = careloom(told, "pull", "gone", "mercy", "--json")
    assert done.returncode == 75
    said = json.loads(done.stdout)
    assert said["entries"] == 9
    assert [one["failed"] for one in said["sources"]] == ["gone can't be reached", ""]


def test_a_resource_that_cannot_be_read_is_named_and_exits_with_65(told: Path, hospital: Hospital) -> None:
    broken: Resource = {**condition(9), "onsetDateTime": "0000-01-01"}
    hospital.keep(broken)
    done = careloom(told, "pull", "mercy", "--json")
    assert done.returncode == 65
    (rejected,) = json.loads(done.stdout)["rejected"]
    assert rejected["path"] == "Condition page 3"
    assert rejected["where"].startswith("Bundle.entry[1]")
    assert careloom(told, "pull", "mercy", "--since", "soon").returncode == 64
