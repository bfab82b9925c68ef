"""A bulk export arrives whole and once, with what was deleted and what went wrong, however often it is cut off."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careloom.errors import ConfigError, InputError
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Pulled, Wish
from careloom.wire.fhir.keys import make_key, public_set
from tests.flow.hospital import Waited, condition, entries, mercy, site, texts
from tests.wire.served import Fault, Hospital, outcome, serving

BULK = Wish(bulk=True)


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with serving(mercy()) as one:
        one.lines_a_file = 3
        yield one


Open = Callable[..., Pipeline]


@pytest.fixture
def waited() -> Waited:
    return []


@pytest.fixture
def opened(db: None, home: Path, key: str, hospital: Hospital, waited: Waited) -> Open:
    def make(more: str = "") -> Pipeline:
        return site(home, key, hospital, more, waited)

    return make


def exported(desk: Pipeline, wish: Wish = BULK) -> Pulled:
    found = desk.pull("mercy", wish)
    assert found.failed == ""
    assert found.report.rejected == []
    return found


def fetched(hospital: Hospital) -> list[str]:
    return [one.path for one in hospital.asked if one.path.startswith(("/files/", "/open/"))]


def test_an_export_gives_what_searches_give_and_the_server_may_forget_it(
    opened: Open, hospital: Hospital, waited: Waited
) -> None:
    desk = opened()
    found = exported(desk)
    assert found.results == {"Medication": 1, "Patient": 1, "Condition": 7, "MedicationRequest": 1}
    assert found.pages["Condition"] == 3
    assert list(found.pages)[:2] == ["Medication", "Patient"]
    assert found.report.entries == 9
    assert entries(desk, "MedicationRequest")[0].codes[0].code == "860975"
    assert waited == [1]
    assert hospital.lines[-2:] == ["DELETE /jobs/1", "GET /fhir/metadata"]
    assert desk.pull("mercy", Wish()).report.entries == 0


def test_the_next_export_asks_for_what_has_changed_since_the_last_was_complete(
    opened: Open, hospital: Hospital
) -> None:
    desk = opened()
    exported(desk)
    hospital.keep(condition(2, "condition 2, resolved"), at="2026-06-02T00:00:00.000Z")
    found = exported(desk)
    assert hospital.jobs["2"].since == "2026-06-01T00:00:00.000+00:00"
    assert found.results == {"Condition": 1}
    assert "condition 2, resolved" in texts(desk, "Condition")
    assert "condition 2" not in texts(desk, "Condition")
    exported(desk, Wish(bulk=True, full=True))
    assert hospital.jobs["3"].since == ""
    assert len(entries(desk, "Condition")) == 7


def test_what_the_server_has_deleted_is_withdrawn(opened: Open, hospital: Hospital) -> None:
    desk = opened()
    exported(desk)
    del hospital.resources["Condition/c3-p-778"]
    hospital.deleted = ["Condition/c3-p-778"]
    found = exported(desk, Wish(bulk=True, full=True))
    assert found.report.deleted == 1
    (patient,) = desk.store.patients.all()
    record = desk.record("test", patient)
    assert [one.name for one in record.withdrawn] == ["condition 3"]
    assert "condition 3" not in {one.name for one in record.entries}


def test_what_could_not_be_exported_is_told_and_asked_for_again(opened: Open, hospital: Hospital) -> None:
    hospital.errors = [
        outcome("processing"),
        outcome("processing"),
        outcome("informational", "information"),
    ]
    desk = opened()
    found = desk.pull("mercy", BULK)
    assert found.failed == ""
    assert "the server could not export 2 things: it could not process the request" in found.remarks
    why = "the sender could not give this: it could not process the request"
    assert [(one["where"], one["reason"]) for one in found.report.rejected] == [
        ("line 1", why),
        ("line 2", why),
    ]
    assert found.report.unknown["OperationOutcome"] == 1
    (letter,) = desk.dead_letters.all()
    assert sorted(one.where for one in letter.rejected) == ["line 1", "line 2"]
    hospital.errors = []
    exported(desk)
    assert hospital.jobs["2"].since == ""
    exported(desk)
    assert hospital.jobs["3"].since != ""


def test_files_that_are_stored_are_not_fetched_again(opened: Open, hospital: Hospital) -> None:
    desk = opened('[mercy.options]\ntries = "1"\n')
    hospital.faults.append(Fault(503, "Condition.3.ndjson"))
    found = desk.pull("mercy", BULK)
    assert "does not give a file (503)" in found.failed
    before = fetched(hospital)
    exported(desk)
    assert len(hospital.jobs) == 1
    assert set(before[:-1]).isdisjoint(fetched(hospital)[len(before) :])
    assert len(entries(desk, "Condition")) == 7


def test_an_export_that_ran_out_is_asked_for_anew_and_that_is_told(opened: Open, hospital: Hospital) -> None:
    desk = opened('[mercy.options]\ntries = "1"\n')
    hospital.faults.append(Fault(503, "Condition.3.ndjson"))
    desk.pull("mercy", BULK)
    hospital.jobs["1"].gone = True
    found = exported(desk)
    assert "mercy no longer has a file of the export; a new one is asked for" in found.remarks
    assert len(hospital.jobs) == 2
    assert len(entries(desk, "Condition")) == 7
    assert found.report.entries == 5


def test_a_server_that_never_finishes_an_export_is_given_up(opened: Open, hospital: Hospital) -> None:
    hospital.faults += [Fault(404, "/jobs/")] * 3
    found = opened().pull("mercy", BULK)
    assert "the export: it ran out each time before it was fetched" in found.cannot
    assert found.failed


def test_an_export_that_asks_for_something_else_gives_up_the_one_under_way(
    opened: Open, hospital: Hospital
) -> None:
    desk = opened('[mercy.options]\ntries = "1"\n')
    hospital.faults.append(Fault(503, "Condition.3.ndjson"))
    desk.pull("mercy", BULK)
    desk = opened('[mercy.options]\ntypes = "Condition"\n')
    found = exported(desk)
    assert hospital.jobs["1"].gone
    assert hospital.jobs["2"].types[-1] == "Condition"
    assert "Patient" not in hospital.jobs["2"].types
    assert "an export under way that asked for something else was given up" in found.remarks


def test_a_server_that_refuses_or_fails_says_so_and_the_next_one_is_new(
    opened: Open, hospital: Hospital
) -> None:
    desk = opened()
    hospital.faults.append(Fault(403, "$export"))
    found = desk.pull("mercy", BULK)
    assert "an export: it answered 403" in found.cannot
    assert found.failed == "mercy can't answer an export: it answered 403"
    hospital.faults.append(Fault(500, "/jobs/", body=outcome("exception")))
    assert "the export: it failed inside (500)" in desk.pull("mercy", BULK).cannot
    exported(desk)
    assert len(entries(desk, "Condition")) == 7


def test_the_vendor_says_of_whom_an_export_can_be(opened: Open, hospital: Hospital) -> None:
    desk = opened('profile = "epic"\n')
    with pytest.raises(ConfigError, match="exports by group alone"):
        desk.pull("mercy", BULK)
    with pytest.raises(InputError, match="leave out --patient"):
        desk.pull("mercy", Wish(bulk=True, patients=("p-778",)))
    exported(desk, Wish(bulk=True, group="g1"))
    exported(desk, Wish(bulk=True, group="g1"))
    assert [job.since for job in hospital.jobs.values()] == ["", ""]
    assert "GET /fhir/Group/g1/$export" in hospital.lines


def test_what_a_site_narrows_is_narrowed_in_an_export_where_the_vendor_can(
    opened: Open, hospital: Hospital
) -> None:
    narrow = '[mercy.options]\n"search.Observation" = "category=laboratory"\n'
    exported(opened(f'profile = "oracle-health"\n{narrow}'))
    (asked,) = [one for one in hospital.asked if one.path.endswith("$export")]
    assert asked.all("_typeFilter") == ["Observation?category=laboratory"]


def test_files_are_fetched_with_a_token_where_the_server_wants_one(
    opened: Open, hospital: Hospital, home: Path
) -> None:
    hospital.keys = public_set(make_key(home / "keys" / "mercy.jwk"))
    hospital.smart = {"token_endpoint": f"{hospital.base.removesuffix('/fhir')}/token"}
    hospital.needs_token, hospital.expires_in = True, 31
    exported(opened('client_id = "c1"\nkey = "keys/mercy.jwk"\n'))
    files = [one for one in hospital.asked if one.path.startswith("/files/")]
    assert files
    assert all(one.headers["authorization"].startswith("Bearer ") for one in files)
    hospital.needs_token = False
    exported(opened('client_id = "c1"\nkey = "keys/mercy.jwk"\n'), Wish(bulk=True, full=True))
    opens = [one for one in hospital.asked if one.path.startswith("/open/")]
    assert opens
    assert not any("authorization" in one.headers for one in opens)


def test_a_file_with_fewer_lines_than_was_said_is_told(opened: Open, hospital: Hospital) -> None:
    desk = opened('[mercy.options]\ntries = "1"\n')
    hospital.faults.append(Fault(503, "Patient.0.ndjson"))
    desk.pull("mercy", BULK)
    name = "Condition.0.ndjson"
    hospital.jobs["1"].files[name] = hospital.jobs["1"].files[name].split(b"\n")[0]
    assert "a file of Condition was said to have 3 lines and has 1" in exported(desk).remarks
