"""Exports by a server that does everything that is allowed, and some that isn't: complete, once, and told in words."""

import gzip
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from careloom import pipeline
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Wish
from careloom.settings import Settings
from careloom.store.clock import now
from careloom.wire.fhir.keys import make_key
from tests.flow.hospital import entries, texts
from tests.wire.unkind import Say, Unkind, condition, ndjson, person, statement, unkind

BULK = Wish(bulk=True)
KICK_OFF = "GET /fhir/Patient/$export"
STATUS = "GET /jobs/1"
PEOPLE, CONDITIONS = "GET /files/people", "GET /files/conditions"
Waited = list[float]
Open = Callable[..., Pipeline]


@pytest.fixture
def waited() -> Waited:
    return []


@pytest.fixture
def server() -> Iterator[Unkind]:
    """Marta's three conditions, exported without a hitch."""
    with unkind() as it:
        it.say("GET /fhir/metadata", Say(200, statement("Patient", "Condition")))
        it.say(KICK_OFF, Say(202, headers={"content-location": f"{root(it)}/jobs/1"}))
        it.say(STATUS, Say(200, listing(it)))
        it.say("DELETE /jobs/1", Say(202))
        it.say(PEOPLE, Say(200, ndjson(person())))
        it.say(CONDITIONS, Say(200, ndjson(*map(condition, "abc"))))
        yield it


@pytest.fixture
def opened(db: None, home: Path, key: str, server: Unkind, waited: Waited) -> Open:
    def make(more: str = "") -> Pipeline:
        home.mkdir(exist_ok=True)
        (home / "sources.toml").write_text(f'[mercy]\nurl = "{server.url}"\n{more}')
        built = pipeline.build(Settings(home=home, encryption_key=key), now)
        return Pipeline(built.settings, built.store, built.knowledge, built.clock, waited.append)

    return make


def root(server: Unkind) -> str:
    return server.url.removesuffix("/fhir")


def listing(server: Unkind, **given: Any) -> dict[str, object]:
    files = [
        {"type": "Condition", "url": f"{root(server)}/files/conditions"},
        {"type": "Patient", "url": f"{root(server)}/files/people"},
    ]
    return {
        "transactionTime": "2026-06-01T00:00:00Z",
        "request": server.url,
        "requiresAccessToken": False,
        "output": files,
        "error": [],
        **given,
    }


def whole(desk: Pipeline) -> bool:
    """Whether Marta's record is complete, with nothing twice."""
    return len(entries(desk, "Patient")) == 1 and sorted(texts(desk, "Condition")) == [
        "condition a",
        "condition b",
        "condition c",
    ]


def test_a_server_is_asked_as_late_as_it_wants_and_never_pressed(
    opened: Open, server: Unkind, waited: Waited
) -> None:
    late = format_datetime(now(), usegmt=True)
    server.say(
        STATUS,
        Say(202, headers={"retry-after": "900", "x-progress": "12 of 40 patients"}),
        Say(202, headers={"retry-after": "0"}),
        Say(202, headers={"retry-after": late}),
        Say(429, headers={"retry-after": "400"}),
        Say(503, headers={"retry-after": "70"}),
        Say(504),
        Say(500, b"<html>oops</html>"),
        Say(200, listing(server)),
    )
    told: list[str] = []
    desk = opened()
    found = desk.pull("mercy", BULK, step=lambda words, done, of: told.append(words))
    assert found.failed == ""
    assert whole(desk)
    assert waited[:5] == [900, 1, 1, 400, 70]
    assert "waiting for the export 12 of 40 patients" in told
    assert len(server.lines(KICK_OFF)) == 1


def test_a_server_that_no_longer_says_anything_of_its_export_is_left_alone_and_asked_again_later(
    opened: Open, server: Unkind
) -> None:
    server.say(STATUS, *[Say(503)] * 10, Say(200, listing(server)))
    desk = opened()
    assert "does not say how far" in desk.pull("mercy", BULK).failed
    assert desk.pull("mercy", BULK).failed == ""
    assert whole(desk)
    assert len(server.lines(KICK_OFF)) == 1


def test_a_server_that_knows_ndjson_by_another_name_is_asked_without(opened: Open, server: Unkind) -> None:
    server.say(KICK_OFF, Say(400), Say(202, headers={"content-location": "/jobs/1"}))
    desk = opened()
    assert desk.pull("mercy", BULK).failed == ""
    assert whole(desk)
    assert ["_outputFormat" in line for line in server.lines(KICK_OFF)] == [True, False]


def test_a_list_of_files_may_come_in_pages_and_without_empty_parts(opened: Open, server: Unkind) -> None:
    conditions, people = listing(server)["output"]  # type: ignore[misc]
    more = [{"relation": "next", "url": "/jobs/1/more"}]
    server.say(STATUS, Say(200, listing(server, output=[conditions], deleted=None, link=more)))
    server.say("GET /jobs/1/more", Say(200, listing(server, output=[people], error=None)))
    desk = opened()
    assert desk.pull("mercy", BULK).failed == ""
    assert whole(desk)


def packed(body: bytes) -> bytes:
    return gzip.compress(body[:100]) + gzip.compress(body[100:])


@pytest.mark.parametrize(
    "headers",
    [{}, {"content-encoding": "gzip"}, {"content-type": "application/gzip"}],
    ids=lambda one: str(one),
)
def test_files_may_be_packed_whatever_their_headers_say(
    opened: Open, server: Unkind, headers: dict[str, str]
) -> None:
    server.say(CONDITIONS, Say(200, packed(ndjson(*map(condition, "abc"))), headers))
    desk = opened()
    assert desk.pull("mercy", BULK).failed == ""
    assert whole(desk)


CUT = ndjson(*map(condition, "abc"))[:-30]


@pytest.mark.parametrize(
    "broken",
    [
        Say(200, CUT, length=len(CUT) + 30),
        Say(200, [CUT], length=-1),
        Say(200, gzip.compress(CUT + b"x" * 9)[:-12], {"content-encoding": "gzip"}),
        Say(200, gzip.compress(CUT + b"x" * 9)[:-12]),
        Say(401),
        Say(503, headers={"retry-after": "3"}),
    ],
    ids=["short", "closed", "packed and closed", "gz file closed", "token ran out", "busy"],
)
def test_a_file_that_breaks_off_once_arrives_whole(opened: Open, server: Unkind, broken: Say) -> None:
    server.say(CONDITIONS, broken, Say(200, ndjson(*map(condition, "abc"))))
    desk = opened()
    found = desk.pull("mercy", BULK)
    assert found.failed == ""
    assert found.report.rejected == []
    assert whole(desk)


def test_a_file_that_breaks_off_each_time_is_read_as_far_as_it_goes_and_asked_for_again(
    opened: Open, server: Unkind
) -> None:
    server.say(CONDITIONS, Say(200, CUT, {"connection": "close"}, length=-1))
    desk = opened()
    found = desk.pull("mercy", BULK)
    assert found.failed == ""
    assert "a file of Condition breaks off inside a line" in found.remarks
    assert [one["where"] for one in found.report.rejected] == ["line 3"]
    assert len(texts(desk, "Condition")) == 2
    server.say(CONDITIONS, Say(200, ndjson(*map(condition, "abc"))))
    again = desk.pull("mercy", BULK)
    assert "_since" not in server.lines(KICK_OFF)[-1]
    assert again.report.rejected == []
    assert whole(desk)


def test_a_file_with_fewer_lines_than_was_said_is_asked_for_again(opened: Open, server: Unkind) -> None:
    files = listing(server)["output"]
    files[0]["count"] = 3  # type: ignore[index]
    server.say(STATUS, Say(200, listing(server, output=files)))
    server.say(CONDITIONS, Say(200, ndjson(condition("a"))), Say(200, ndjson(*map(condition, "abc"))))
    desk = opened()
    assert "the next export asks for the same time again" in desk.pull("mercy", BULK).remarks
    desk.pull("mercy", BULK)
    assert "_since" not in server.lines(KICK_OFF)[-1]
    assert whole(desk)
    desk.pull("mercy", BULK)
    assert "_since=2026-06-01T00:00:00.000" in server.lines(KICK_OFF)[-1]


def test_one_file_that_is_refused_keeps_none_of_the_others(opened: Open, server: Unkind) -> None:
    server.say(PEOPLE, Say(200, ndjson(person())))
    server.say(CONDITIONS, Say(403))
    other = {"type": "Observation", "url": f"{root(server)}/files/more"}
    files = [*listing(server)["output"], other]  # type: ignore[misc]
    server.say(STATUS, Say(200, listing(server, output=files)))
    server.say("GET /files/more", Say(200, ndjson(condition("d"))))
    desk = opened()
    assert desk.pull("mercy", BULK).failed == "mercy does not give a file (403)"
    assert texts(desk, "Condition") == {"condition d"}
    server.say(CONDITIONS, Say(200, ndjson(*map(condition, "abc"))))
    assert desk.pull("mercy", BULK).failed == ""
    assert len(texts(desk, "Condition")) == 4
    assert len(server.lines("/files/more")) == 1
    assert len(server.lines(KICK_OFF)) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://169.254.169.254/latest", "over http from another host"),
        ("https://169.254.169.254/latest", "on a machine of this network"),
        ("https://[::1]/files", "on a machine of this network"),
        ("https://intranet/files", "on a machine of this network"),
        ("https://db.internal/files", "on a machine of this network"),
        ("file:///etc/passwd", "over http from another host"),
        ("https://user@[broken", "over http from another host"),
    ],
)
def test_nobody_makes_us_ask_the_machines_beside_us(opened: Open, server: Unkind, url: str, why: str) -> None:
    server.say(STATUS, Say(200, listing(server, output=[{"type": "Patient", "url": url}])))
    assert why in opened().pull("mercy", BULK).failed
    server.say(PEOPLE, Say(302, headers={"location": url}))
    server.say(STATUS, Say(200, listing(server)))
    desk = opened()
    desk.pull("mercy", Wish(cancel=True))
    assert why in desk.pull("mercy", BULK).failed


def test_a_token_that_a_file_wants_on_another_host_waits_for_the_sites_word(
    opened: Open, server: Unkind, home: Path
) -> None:
    make_key(home / "keys" / "mercy.jwk")
    keys = 'client_id = "c1"\nkey = "keys/mercy.jwk"\n'
    keys += f'token_url = "{root(server)}/token"\n'
    server.say("POST /token", Say(200, {"access_token": "t1", "expires_in": 3600}))
    with unkind() as other:
        other.say("GET /people", Say(200, ndjson(person())))
        file = {"type": "Patient", "url": f"{root(other)}/people"}
        server.say(STATUS, Say(200, listing(server, output=[file], requiresAccessToken=True)))
        assert "set options.trusted_hosts" in opened(keys).pull("mercy", BULK).failed
        assert other.came == []
        trusted = f'{keys}[mercy.options]\ntrusted_hosts = "{root(other)}"\n'
        assert opened(trusted).pull("mercy", BULK).failed == ""
        ((_, headers),) = other.came
        assert headers["authorization"] == "Bearer t1"
    assert len(server.lines(KICK_OFF)) == 1


def test_what_could_not_be_exported_waits_on_the_list_of_what_was_rejected(
    opened: Open, server: Unkind
) -> None:
    issue = {"severity": "error", "code": "not-found", "diagnostics": "Marta Quill"}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    server.say("GET /files/errors", Say(200, ndjson(outcome)))
    error = [{"type": "OperationOutcome", "url": f"{root(server)}/files/errors"}]
    server.say(STATUS, Say(200, listing(server, error=error)))
    desk = opened()
    found = desk.pull("mercy", BULK)
    (one,) = found.report.rejected
    assert one["path"] == "export errors 3"
    assert one["reason"] == "the sender could not give this: it did not find this"
    (letter,) = desk.dead_letters.all()
    assert letter.rejected[0].reason == one["reason"]
    assert whole(desk)
    desk.replay()
    assert len(desk.dead_letters.all()) == 1


def test_a_server_whose_clock_is_ahead_does_not_make_us_pass_anything_over(
    opened: Open, server: Unkind
) -> None:
    server.say(STATUS, Say(200, listing(server, transactionTime="2199-01-01T00:00:00Z")))
    desk = opened()
    desk.pull("mercy", BULK)
    desk.pull("mercy", BULK)
    assert f"_since={now().year}" in server.lines(KICK_OFF)[-1]


def test_an_export_that_is_given_up_is_forgotten_here_and_there(opened: Open, server: Unkind) -> None:
    server.say(CONDITIONS, Say(403))
    desk = opened()
    desk.pull("mercy", BULK)
    found = desk.pull("mercy", Wish(cancel=True))
    assert list(found.remarks) == ["an export under way was given up; the server was told"]
    assert len(server.lines("DELETE /jobs/1")) == 1
    assert list(desk.pull("mercy", Wish(cancel=True)).remarks) == ["no export is under way"]
    desk.pull("mercy", BULK)
    assert len(server.lines(KICK_OFF)) == 2


def test_an_export_that_says_nothing_of_its_time_is_read_and_told(opened: Open, server: Unkind) -> None:
    server.say(STATUS, Say(200, {"output": listing(server)["output"]}))
    desk = opened()
    found = desk.pull("mercy", BULK)
    assert "the server does not say until when the export is complete" in found.remarks
    assert whole(desk)


def test_an_empty_export_is_no_failure(opened: Open, server: Unkind) -> None:
    server.say(STATUS, Say(200, listing(server, output=[])))
    assert opened().pull("mercy", BULK).failed == ""
    server.say(PEOPLE, Say(200, ndjson(person())))
    server.say(CONDITIONS, Say(200, b""))
    server.say(STATUS, Say(200, listing(server)))
    found = opened().pull("mercy", BULK)
    assert found.failed == ""
    assert found.report.rejected == []
    assert found.report.messages == 1
