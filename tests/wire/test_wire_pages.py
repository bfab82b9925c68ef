"""What a search gave arrives page by page, whole and once; a server that misbehaves is named, no person is."""

import logging

import pytest

from careloom.errors import ConfigError, SourceError
from careloom.privacy.logs import logging_config
from careloom.wire import fhir
from tests.wire.conftest import Clock, Open
from tests.wire.served import Fault, Hospital, outcome

MARTA = {"resourceType": "Patient", "id": "p-778", "birthDate": "1949-06-30", "name": [{"family": "Quill"}]}
NEVER_SAID = ("Quill", "Marta", "1949", "p-778", "patient=")


def condition(number: int) -> dict:
    return {"resourceType": "Condition", "id": f"c{number}", "subject": {"reference": "Patient/p-778"}}


def conditions(server: fhir.Server) -> list[fhir.Page]:
    return list(
        fhir.pages(server, fhir.Search("Condition", label="Condition").of(fhir.profile("epic"), "p-778"))
    )


def refused(server: fhir.Server) -> str:
    """Why a search failed, in words that tell nobody's name, number or birth date."""
    with pytest.raises(SourceError) as caught:
        conditions(server)
    assert not any(word in str(caught.value) for word in NEVER_SAID)
    return str(caught.value)


def test_every_page_of_a_search_arrives_once_and_as_it_was_sent(hospital: Hospital, opened: Open) -> None:
    hospital.keep(MARTA, *map(condition, range(7)))
    hospital.page_size = 3
    found = conditions(opened())
    assert [page.number for page in found] == [1, 2, 3]
    assert [page.matches for page in found] == [3, 3, 1]
    assert found[0].total == 7
    ids = [f'"id": "c{number}"'.encode() for number in range(7)]
    assert all(sum(one in page.body for page in found) == 1 for one in ids)


def test_a_relative_link_to_the_next_page_is_followed(hospital: Hospital, opened: Open) -> None:
    hospital.keep(*map(condition, range(4)))
    hospital.page_size, hospital.next_link = 3, lambda base, path: path.lstrip("/")
    assert len(conditions(opened())) == 2


def test_a_link_to_another_host_is_not_followed(hospital: Hospital, opened: Open) -> None:
    hospital.keep(*map(condition, range(4)))
    hospital.page_size = 3
    hospital.next_link = lambda base, path: f"http://127.0.0.1:9{path}"
    assert "another host" in refused(opened())


def test_pages_that_lead_in_a_circle_end(hospital: Hospital, opened: Open) -> None:
    hospital.keep(*map(condition, range(4)))
    hospital.page_size = 3
    hospital.next_link = lambda base, path: f"{base}/Condition?patient=p-778"
    assert "circle" in refused(opened())


def test_a_zipped_answer_is_unpacked_and_one_that_unpacks_to_too_much_is_refused(
    hospital: Hospital, opened: Open
) -> None:
    hospital.zip_answers = True
    hospital.keep(condition(1))
    assert b'"c1"' in conditions(opened())[0].body
    hospital.keep({**condition(2), "text": {"div": "x" * 200_000}})
    assert "more than 0 MB" in refused(opened(most_bytes=100_000))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_is_asked_again(
    status: int, hospital: Hospital, opened: Open, clock: Clock
) -> None:
    hospital.keep(condition(1))
    hospital.faults += [Fault(status, "/Condition")] * 2
    assert conditions(opened())[0].matches == 1
    assert clock.waited == [1, 2]


def test_the_server_says_how_long_to_wait_in_seconds_or_as_a_date(
    hospital: Hospital, opened: Open, clock: Clock
) -> None:
    hospital.keep(condition(1))
    dated = {"date": "Fri, 01 May 2026 10:00:00 GMT", "retry-after": "Fri, 01 May 2026 10:00:25 GMT"}
    hospital.faults += [Fault(503, headers={"retry-after": "7"}), Fault(429, headers=dated)]
    conditions(opened())
    assert clock.waited == [7, 25]


def test_nobody_waits_longer_than_the_site_allows(hospital: Hospital, opened: Open, clock: Clock) -> None:
    hospital.faults += [Fault(429, headers={"retry-after": "3600"})]
    assert "3600 seconds" in refused(opened(options={"longest_wait": "60"}))
    assert clock.waited == []


def test_a_server_that_stays_busy_is_given_up(hospital: Hospital, opened: Open) -> None:
    hospital.faults += [Fault(503, body=outcome("transient"))] * 3
    assert "out of order (503)" in refused(opened(options={"tries": "3"}))
    assert len(hospital.searches("Condition")) == 3


def test_a_connection_that_breaks_is_tried_again_and_a_dead_one_named(
    hospital: Hospital, opened: Open, clock: Clock
) -> None:
    hospital.keep(condition(1))
    hospital.faults += [Fault(200, "/Condition", cut_after=20)]
    assert conditions(opened())[0].matches == 1
    nobody = opened(url="http://127.0.0.1:9/fhir")
    assert "can't be reached" in refused(nobody)


def test_a_server_that_does_not_answer_in_time_is_named(hospital: Hospital, opened: Open) -> None:
    hospital.faults.append(Fault(200, "/Condition", delay=1))
    assert "did not answer within 0.2 seconds" in refused(opened(options={"tries": "1", "timeout": "0.2"}))


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (400, outcome("required"), "wants a search parameter that was not given (400)"),
        (403, b"", "our token does not cover it (403)"),
        (404, b"<html>Marta Quill</html>", "has no such search (404)"),
        (410, outcome("deleted"), "this was deleted (410)"),
        (422, outcome("Quill-1949"), "gives no reason (422)"),
        (500, outcome("exception"), "failed inside (500)"),
        (501, outcome("not-supported"), "does not support this (501)"),
        (200, b"<html/>", "no Bundle"),
        (200, {"resourceType": "Patient", "id": "p-778"}, "no Bundle"),
    ],
)
def test_what_a_server_cannot_answer_is_said_in_words(
    status: int, body: bytes, why: str, hospital: Hospital, opened: Open
) -> None:
    hospital.faults.append(Fault(status, "/Condition", body=body))
    server = opened()
    with pytest.raises(fhir.CannotAnswer) as caught:
        conditions(server)
    assert why in str(caught.value)
    assert "mercy can't answer Condition" in str(caught.value)
    assert not any(word in str(caught.value) for word in NEVER_SAID)


def test_a_server_that_has_moved_is_named(hospital: Hospital, opened: Open) -> None:
    hospital.faults.append(Fault(302, headers={"location": "http://127.0.0.1:9/"}))
    assert "has moved" in refused(opened())


def test_what_a_server_remarks_on_a_page_is_kept(hospital: Hospital, opened: Open) -> None:
    entry = {"resource": outcome("incomplete", "warning"), "search": {"mode": "outcome"}}
    hospital.faults.append(Fault(200, body={"resourceType": "Bundle", "type": "searchset", "entry": [entry]}))
    (page,) = conditions(opened())
    assert page.matches == 0
    assert [one.words for one in page.issues] == ["it gave only a part of the results"]


def test_a_server_of_another_release_is_refused(hospital: Hospital, opened: Open) -> None:
    hospital.capability = {"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0", "rest": []}
    with pytest.raises(SourceError, match=r"speaks FHIR 5\.0\.0, not R4"):
        _ = opened().capability


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://ehr.example/fhir", {}),
        ("ftp://ehr.example/fhir", {}),
        ("https://user:word@ehr.example/fhir", {}),
        ("", {}),
        ("https://ehr.example/fhir", {"timeout": "soon"}),
        ("https://ehr.example/fhir", {"count": "0"}),
        ("https://ehr.example/fhir", {"ca_file": "/nowhere.pem"}),
    ],
)
def test_an_address_or_option_that_is_not_safe_is_refused(url: str, options: dict, opened: Open) -> None:
    with pytest.raises(ConfigError, match="mercy"):
        opened(url=url, options=options)


def test_http_to_another_machine_needs_the_sites_word(opened: Open) -> None:
    assert (
        opened(url="http://ehr.example/fhir", options={"allow_http": "yes"}).base == "http://ehr.example/fhir"
    )


def test_no_log_line_holds_an_address_that_was_asked(
    hospital: Hospital, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    hospital.keep(condition(1))
    caplog.set_level(logging.DEBUG)
    for name, level in logging_config("DEBUG")["loggers"].items():
        caplog.set_level(level["level"], name)
    conditions(opened())
    assert not any("p-778" in record.getMessage() for record in caplog.records)
