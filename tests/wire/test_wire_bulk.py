"""A bulk export is asked for, waited for and fetched; what breaks on the way is taken up again or named."""

import pytest

from careloom.errors import SourceError
from careloom.wire import fhir
from careloom.wire.fhir import bulk
from tests.wire.conftest import Clock, Open
from tests.wire.served import Fault, Hospital, outcome

MB = 1 << 20


def fill(hospital: Hospital, number: int = 40) -> None:
    subject = {"reference": "Patient/p-778"}
    hospital.keep(
        *(
            {"resourceType": "Condition", "id": f"c{n}", "subject": subject, "note": "n" * 500}
            for n in range(number)
        )
    )


def finished(server: fhir.Server, **export: object) -> fhir.Manifest:
    url = bulk.kick_off(server, fhir.Export(**export))
    for number in range(1, 9):
        found = bulk.ask(server, url, number)
        if isinstance(found, fhir.Manifest):
            return found
        server.time.wait(found.wait)
    raise AssertionError("it never ends")


def fetched(
    server: fhir.Server, file: fhir.File, most_bytes: int = MB, *, needs_token: bool = False
) -> bytes:
    return b"".join(bulk.chunks(server, file, needs_token=needs_token, most_bytes=most_bytes))


def test_an_export_is_asked_for_as_the_specification_says(hospital: Hospital, opened: Open) -> None:
    since = "2026-05-01T00:00:00Z"
    bulk.kick_off(
        opened(),
        fhir.Export(
            level="group", group="g1", types=("Patient", "Condition"), since=since, filters=("Condition?a=b",)
        ),
    )
    (asked,) = hospital.asked
    assert asked.path == "/fhir/Group/g1/$export"
    assert asked.headers["prefer"] == "respond-async"
    assert dict(asked.query) == {
        "_outputFormat": "application/fhir+ndjson",
        "_type": "Patient,Condition",
        "_since": since,
        "_typeFilter": "Condition?a=b",
    }


def test_it_is_waited_for_as_the_server_says(hospital: Hospital, opened: Open, clock: Clock) -> None:
    fill(hospital)
    hospital.polls_needed = 3
    found = finished(opened(), level="system")
    assert clock.waited == [1, 1, 1]
    assert found.until == "2026-06-01T00:00:00.000Z"
    assert [(file.kind, file.count) for file in found.output] == [("Condition", 40)]


def test_what_the_server_says_of_its_progress_is_shown_without_tricks(
    hospital: Hospital, opened: Open
) -> None:
    server = opened()
    url = bulk.kick_off(server, fhir.Export(level="system"))
    hospital.faults.append(Fault(202, "/jobs/", headers={"x-progress": "12 %\x1b[31m" + "x" * 500}))
    running = bulk.ask(server, url, 1)
    assert isinstance(running, fhir.Running)
    assert running.progress.startswith("12 %[31mxx")
    assert len(running.progress) == 80
    assert running.wait == 5


def test_a_server_that_is_busy_with_it_is_asked_later_and_later(hospital: Hospital, opened: Open) -> None:
    server = opened(options={"tries": "1"})
    url = bulk.kick_off(server, fhir.Export(level="system"))
    hospital.faults += [Fault(429, "/jobs/"), Fault(500, "/jobs/", body=outcome("transient"))]
    waits = [bulk.ask(server, url, number) for number in (4, 5)]
    assert [one.wait for one in waits if isinstance(one, fhir.Running)] == [40, 300]


def test_an_export_that_failed_or_ran_out_is_told_apart(hospital: Hospital, opened: Open) -> None:
    server = opened()
    url = bulk.kick_off(server, fhir.Export(level="system"))
    hospital.faults.append(Fault(500, "/jobs/", body=outcome("exception")))
    with pytest.raises(fhir.CannotAnswer, match=r"failed inside \(500\)"):
        bulk.ask(server, url, 1)
    hospital.jobs["1"].gone = True
    with pytest.raises(bulk.Expired):
        bulk.ask(server, url, 1)


def test_a_server_that_exports_nothing_says_so(hospital: Hospital, opened: Open) -> None:
    hospital.faults.append(Fault(404, "$export", body=outcome("not-supported")))
    with pytest.raises(fhir.CannotAnswer, match="does not support this"):
        bulk.kick_off(opened(), fhir.Export())


def test_a_file_whose_connection_breaks_arrives_whole(hospital: Hospital, opened: Open, clock: Clock) -> None:
    fill(hospital)
    server = opened()
    (file,) = finished(server, level="system").output
    hospital.faults += [
        Fault(200, "/files/", cut_after=9_000),
        Fault(200, "/files/", cut_after=15_000),
        Fault(503, "/files/"),
    ]
    assert fetched(server, file) == next(iter(hospital.jobs["1"].files.values()))


def test_a_file_that_changes_while_it_is_read_is_not_pieced_together(
    hospital: Hospital, opened: Open
) -> None:
    fill(hospital, 400)
    server = opened()
    hospital.lines_a_file = 1000
    (file,) = finished(server, level="system").output
    hospital.faults.append(Fault(200, "/files/", cut_after=150_000))
    parts = bulk.chunks(server, file, needs_token=False, most_bytes=MB)
    next(parts)
    (name,) = hospital.jobs["1"].files
    hospital.jobs["1"].files[name] = hospital.jobs["1"].files[name].replace(b"nnn", b"mmm")
    with pytest.raises(SourceError, match="changed a file"):
        list(parts)


def test_a_file_that_is_too_large_unpacked_is_refused(hospital: Hospital, opened: Open) -> None:
    fill(hospital)
    server = opened()
    (file,) = finished(server, level="system").output
    hospital.zip_answers = True
    with pytest.raises(SourceError, match="larger than"):
        fetched(server, file, most_bytes=10_000)


def test_a_file_that_is_gone_means_that_the_export_ran_out(hospital: Hospital, opened: Open) -> None:
    fill(hospital)
    server = opened()
    (file,) = finished(server, level="system").output
    hospital.jobs["1"].gone = True
    with pytest.raises(bulk.Expired):
        fetched(server, file)


def test_a_token_goes_to_the_server_alone(hospital: Hospital, opened: Open) -> None:
    fill(hospital)
    server = opened()
    (file,) = finished(server, level="system").output
    elsewhere = fhir.File("Condition", "https://files.example/1.ndjson")
    with pytest.raises(SourceError, match="another host"):
        fetched(server, elsewhere, needs_token=True)
    with pytest.raises(SourceError, match="over http from another host"):
        fetched(server, fhir.File("Condition", "http://files.example/1.ndjson"))
    hospital.faults.append(Fault(302, "/files/", headers={"location": file.url}))
    assert fetched(server, file, needs_token=True)
    hospital.faults.append(Fault(302, "/files/", headers={"location": "http://files.example/1.ndjson"}))
    with pytest.raises(SourceError, match="over http from another host"):
        fetched(server, file, needs_token=True)


def test_the_server_is_told_when_an_export_is_no_longer_needed(hospital: Hospital, opened: Open) -> None:
    server = opened()
    url = bulk.kick_off(server, fhir.Export(level="system"))
    assert bulk.forget(server, url)
    assert hospital.jobs["1"].gone
    assert not bulk.forget(server, url)
