"""Whatever an EHR's server does to us, in a process of its own: what is signed is there once in the end, or a person is told why not."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careloom.care.writing import AS_DOCUMENT, State, Writing
from careloom.wire.fhir.keys import make_key
from tests.flow.charts import Chart, Site, chart
from tests.flow.test_listen import certificate

pytestmark = pytest.mark.django_db
ERRORS = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "business-rule"}]}


@pytest.fixture
def there() -> Iterator[Chart]:
    with chart() as found:
        yield found


def one(site: Site) -> Writing:
    return site.work()[0]


def is_there_once(there: Chart, site: Site) -> bool:
    """Whether her plan is in the hospital's chart, and nothing of it twice."""
    plan = site.work()[0]
    assert plan.state is State.WRITTEN, plan.why
    found = [
        tuple(by.items())
        for kind in there.ours()
        for each in there.all(kind)
        for by in each.get("identifier", [])
    ]
    return len(found) == len(set(found)) and there.ours()["CarePlan"] == there.ours()["Provenance"] == 1


def test_a_signed_plan_is_there_once_and_read_back(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    assert is_there_once(there, site)
    assert site.work()[0].there is not None
    assert site.work()[0].there.notes == ()


def test_a_hospital_that_is_down_for_a_day_has_it_the_next_day(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "hang_up"})
    tries = 0
    while site.now.day == 23 or site.now.hour < 15:
        tries += 1
        writing = one(site)
        assert (writing.state, writing.why.startswith("again: ")) == (State.QUEUED, True)
        site.now = writing.not_before
    assert tries == 10
    there.behave()
    assert is_there_once(there, site)


@pytest.mark.parametrize("how", ["trickle", "drip"])
@pytest.mark.parametrize("at", ["GET /metadata", "GET /Goal", "POST /"])
def test_a_server_that_trickles_for_an_hour_is_left_when_its_time_is_up(
    there: Chart, home: Path, how: str, at: str
) -> None:
    site = Site(home, there, options={"timeout": "0.2"})
    site.sign()
    there.behave({"do": how, "at": at})
    began = time.monotonic()
    writing = one(site)
    assert time.monotonic() - began < 10
    assert writing.state is (State.UNKNOWN if at == "POST /" else State.QUEUED), writing.why
    there.behave()
    site.options = {}
    site.configure("")
    site.pass_minutes(200)
    assert is_there_once(there, site)


@pytest.mark.parametrize("how", ["trickle", "drip"])
def test_a_server_that_trickles_bytes_holds_a_worker_no_longer_than_the_site_has_set(
    there: Chart, home: Path, how: str
) -> None:
    more = '[riverside_ehr.write.options]\nattempt_seconds = "1.5"'
    site = Site(home, there, write=more)
    site.sign()
    there.behave({"do": how, "at": "GET /Goal"})
    began = time.monotonic()
    writing = one(site)
    assert time.monotonic() - began < 8
    assert writing.why == "again: riverside_ehr did not answer within 1.5 seconds in all"
    there.behave()
    site.configure("")
    site.pass_minutes(200)
    assert is_there_once(there, site)


@pytest.mark.parametrize("said", ["0", "601", "soon"])
def test_a_time_for_one_try_that_is_none_waits_for_whoever_runs_the_site(
    there: Chart, home: Path, said: str
) -> None:
    site = Site(home, there, write=f'[riverside_ehr.write.options]\nattempt_seconds = "{said}"')
    site.sign()
    writing = one(site)
    assert (writing.state, "attempt_seconds is no number of seconds" in writing.why) == (State.REFUSED, True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("at", ["GET /Goal", "POST /"])
def test_a_server_that_asks_to_be_left_alone_is_left_alone_for_so_long(
    there: Chart, home: Path, status: int, at: str
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "say", "status": status, "headers": {"Retry-After": "5400"}, "at": at})
    writing = one(site)
    assert writing.state is State.QUEUED and (writing.not_before - site.now).total_seconds() == 5400
    there.behave()
    site.pass_minutes(89)
    before = len(there.came)
    assert (one(site).state, len(there.came)) == (State.QUEUED, before)
    site.pass_minutes(2)
    assert is_there_once(there, site)


@pytest.mark.parametrize("after", [True, False])
def test_what_nobody_answered_is_looked_for_before_it_is_sent_again(
    there: Chart, home: Path, after: bool
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "hang_up", "at": "POST /", "after": after})
    assert one(site).state is State.UNKNOWN
    there.behave()
    site.pass_minutes(2)
    assert is_there_once(there, site)
    assert len([line for line in there.came if line.startswith("POST")]) == (1 if after else 2)


def test_a_transaction_that_fails_in_the_middle_and_keeps_its_half_is_made_whole(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "half", "at": "POST /"})
    writing = one(site)
    assert (writing.state, writing.since) == (State.QUEUED, None)
    half = there.ours()
    assert half.get("Goal") and half.get("Provenance") is None
    there.behave()
    site.pass_minutes(2)
    assert is_there_once(there, site)


def test_what_somebody_changes_between_our_read_and_our_write_is_told_and_stays(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    assert is_there_once(there, site)
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    there.behave({"do": "moved", "at": "P"})
    writing = one(site)
    assert writing.state is State.WRITTEN, writing.why
    every = [each for kind in ("Task", "ServiceRequest") for each in there.all(kind)]
    theirs = [each for each in every if each.get("note") == [{"text": "Somebody called her"}]]
    assert [each["resourceType"] for each in theirs] == ["Task", "ServiceRequest"]
    assert (theirs[0]["description"], theirs[1]["priority"]) == ("Said otherwise there", "stat")
    assert writing.there is not None
    told = [note for note in writing.there.notes if "changed there by somebody else" in note]
    assert len(told) == 2, writing.there.notes


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"do": "say", "status": 200, "body": ERRORS}, "with errors"),
        ({"do": "say", "status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "has moved"),
        ({"do": "say", "status": 307, "headers": {"Location": "http://169.254.169.254/"}}, "has moved"),
        ({"do": "say", "status": 401, "body": ERRORS}, "does not let us in"),
        ({"do": "say", "status": 403, "body": ERRORS}, "403"),
    ],
)
def test_a_no_waits_for_a_person_and_is_tried_again_when_she_says_so(
    there: Chart, home: Path, fault: dict[str, Any], why: str
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave(*({**fault, "at": at} for at in ("POST /", "POST /DocumentReference")))
    writing = one(site)
    assert (writing.state, why in writing.why) == (State.REFUSED, True), writing.why
    assert there.ours() == {}
    site.pass_minutes(9 * 24 * 60)
    assert one(site).state is State.REFUSED
    there.behave()
    site.desk.writing_back.again(site.nurse.user, writing.id)
    assert is_there_once(there, site)


def test_a_certificate_that_ended_is_sent_nothing(home: Path, tmp_path: Path) -> None:
    ended = certificate(tmp_path, "hospital", ends=-1)
    with chart(ended) as there:
        site = Site(home, there, options={"ca_file": str(ended[0])})
        site.sign()
        writing = one(site)
        assert writing.state is State.REFUSED
        assert "certificate is not trusted (certificate has expired)" in writing.why
        assert there.ours() == {}


def test_a_certificate_that_holds_is_written_to(home: Path, tmp_path: Path) -> None:
    good = certificate(tmp_path, "hospital")
    with chart(good) as there:
        site = Site(home, there, options={"ca_file": str(good[0])})
        site.sign()
        assert is_there_once(there, site)


@pytest.fixture
def enrolled(there: Chart, home: Path, tmp_path: Path) -> Site:
    """A site that is known to the hospital's token server by its key."""
    key = tmp_path / "riverside.jwk"
    make_key(key)
    more = f'client_id = "careloom"\nkey = "{key}"\ntoken_url = "{there.url}/token"'
    return Site(home, there, more=more)


@pytest.mark.parametrize("at", ["GET /Goal", "POST /"])
def test_a_token_that_ends_in_the_middle_is_asked_for_anew(there: Chart, enrolled: Site, at: str) -> None:
    enrolled.sign()
    there.behave({"do": "expire", "at": at})
    assert is_there_once(there, enrolled)


def test_a_token_that_is_revoked_in_the_middle_for_good_waits_for_a_person(
    there: Chart, enrolled: Site
) -> None:
    enrolled.sign()
    there.behave({"do": "expire", "at": "POST /", "for_good": True})
    writing = one(enrolled)
    assert (writing.state, "gives no token" in writing.why) == (State.REFUSED, True), writing.why
    assert there.ours() == {}
    there.behave()
    enrolled.desk.writing_back.again(enrolled.nurse.user, writing.id)
    assert is_there_once(there, enrolled)


@pytest.mark.parametrize("kind", ["CarePlan", "Goal"])
def test_what_it_gives_as_ours_and_is_another_patients_stops_all_writing(
    there: Chart, home: Path, kind: str
) -> None:
    site = Site(home, there)
    site.sign()
    assert is_there_once(there, site)
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    before = there.all("Task")
    there.behave({"do": "other", "at": f"GET /{kind}"})
    writing = one(site)
    assert (writing.state, "in another patient's chart" in writing.why) == (State.REFUSED, True), writing.why
    assert there.all("Task") == before


@pytest.mark.parametrize(
    ("kind", "gives"),
    [
        ("Goal", {"meta": "1"}), ("Goal", {"identifier": ["x"]}), ("Task", {"identifier": [{"value": {}}]}),
        ("CarePlan", {"subject": True}), ("Task", {"for": None}), ("Provenance", {"agent": "x"}),
    ],
)  # fmt: skip
def test_what_is_no_resource_as_fhir_has_it_stops_the_writing_and_waits_for_a_person(
    there: Chart, home: Path, kind: str, gives: dict[str, Any]
) -> None:
    site = Site(home, there)
    site.sign()
    assert is_there_once(there, site)
    task = site.desk.tracking.open("test")[0]
    site.desk.tracking.say(site.nurse, task.id, "completed")
    there.behave({"do": "gives", "with": gives, "at": f"GET /{kind}"})
    writing = one(site)
    assert (writing.state, "with something else than was asked for" in writing.why) == (State.REFUSED, True)
    there.behave()
    site.desk.writing_back.again(site.nurse.user, writing.id)
    assert is_there_once(there, site)


def test_a_plan_that_is_read_back_out_of_another_patients_chart_is_no_success(
    there: Chart, home: Path
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "other", "at": "GET /Goal", "written": True})
    writing = one(site)
    assert (writing.state, "in another patient's chart" in writing.why) == (State.REFUSED, True), writing.why
    assert writing.since is None
    there.behave()
    site.desk.writing_back.again(site.nurse.user, writing.id)
    assert is_there_once(there, site)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_server_that_refuses_the_transaction_has_the_readable_plan_instead_and_the_page_says_so(
    there: Chart, home: Path, status: int
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "say", "status": status, "body": ERRORS, "exactly": "POST /"})
    writing = one(site)
    assert writing.state is State.WRITTEN and writing.there is not None, writing.why
    assert there.ours() == {"DocumentReference": 1, "Provenance": 1}
    told = f"{AS_DOCUMENT}riverside_ehr took nothing: "
    assert any(note.startswith(told) and f"({status})" in note for note in writing.there.notes)


@pytest.mark.parametrize("status", [409, 412])
def test_a_server_that_says_again_and_again_that_it_was_changed_is_tried_later_and_has_it_once(
    there: Chart, home: Path, status: int
) -> None:
    site = Site(home, there)
    site.sign()
    there.behave({"do": "say", "status": status, "body": ERRORS, "at": "POST /"})
    writing = one(site)
    assert writing.state is State.QUEUED, writing.why
    assert writing.why == "again: riverside_ehr: what is there changes while it is written"
    assert there.ours() == {}
    there.behave()
    site.pass_minutes(2)
    assert is_there_once(there, site)


def test_another_patient_under_her_address_is_sent_nothing(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    (ada,) = there.all("Patient")
    there.put({**ada, "name": [{"family": "Quill", "given": ["Marta"]}], "birthDate": "1949-06-30"})
    writing = one(site)
    assert (writing.state, "may be another person's" in writing.why) == (State.REFUSED, True), writing.why
    assert there.ours() == {}


def test_no_name_number_or_date_of_hers_stands_in_what_is_told_of_a_fault(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    said = {"severity": "error", "code": "invalid", "diagnostics": "Ada Moreno 1965 RV104471"}
    there.behave({"do": "say", "status": 422, "body": {**ERRORS, "issue": [said]}, "at": "P"})
    for step in one(site).steps:
        assert not any(word in step.why for word in ("Moreno", "Ada", "RV104471", "1965"))
