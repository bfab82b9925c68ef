"""Searches of a server that pages oddly, changes while it is read or answers half: told in words, nothing lost or twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from careloom import pipeline
from careloom.pipeline import Pipeline
from careloom.pipeline.pulling import Pulled, Wish
from careloom.settings import Settings
from careloom.store.clock import now
from tests.flow.hospital import entries, texts
from tests.wire.unkind import Say, Unkind, condition, person, searchset, statement, unkind

CONDITIONS = "GET /fhir/Condition"
Open = Callable[..., Pipeline]
JUST = Wish()


@pytest.fixture
def server() -> Iterator[Unkind]:
    """Marta and her one condition."""
    with unkind() as it:
        it.say("GET /fhir/metadata", Say(200, statement("Patient", "Condition", "Observation")))
        it.say("GET /fhir/Patient", Say(200, searchset(person())))
        it.say("GET /fhir/Observation", Say(200, searchset()))
        it.say(CONDITIONS, Say(200, searchset(condition("a"))))
        yield it


@pytest.fixture
def opened(db: None, home: Path, key: str, server: Unkind) -> Open:
    def make(more: str = "") -> Pipeline:
        home.mkdir(exist_ok=True)
        (home / "sources.toml").write_text(f'[mercy]\nurl = "{server.url}"\n{more}')
        built = pipeline.build(Settings(home=home, encryption_key=key), now)
        return Pipeline(built.settings, built.store, built.knowledge, built.clock, lambda _: None)

    return make


def pulled(desk: Pipeline, wish: Wish = JUST) -> Pulled:
    found = desk.pull("mercy", wish)
    assert found.failed == ""
    assert found.report.rejected == []
    return found


def since(server: Unkind) -> bool:
    """Whether conditions were last asked for by what has changed."""
    return "_lastUpdated" in server.lines(CONDITIONS)[-1]


@pytest.mark.parametrize("link", ["Condition?p=2", "/fhir/Condition?p=2", "?p=2", "../fhir/Condition?p=2"])
def test_a_relative_link_leads_to_the_next_page(opened: Open, server: Unkind, link: str) -> None:
    server.say(
        CONDITIONS, Say(200, searchset(condition("a"), next=link)), Say(200, searchset(condition("b")))
    )
    desk = opened()
    pulled(desk)
    assert texts(desk, "Condition") == {"condition a", "condition b"}


def test_pages_that_repeat_themselves_under_ever_new_links_end(opened: Open, server: Unkind) -> None:
    server.say(
        CONDITIONS, *(Say(200, searchset(condition("a"), next=f"Condition?p={n}")) for n in range(2, 99))
    )
    found = pulled(opened())
    assert "Condition: its pages lead in a circle" in found.cannot
    assert len(server.lines(CONDITIONS)) < 9


def test_pages_that_moved_while_they_were_read_are_read_again(opened: Open, server: Unkind) -> None:
    server.say(
        CONDITIONS,
        Say(200, searchset(condition("a"), next="Condition?p=2", total=3)),
        Say(200, searchset(condition("c"), total=2)),
        Say(200, searchset(condition("b"), next="Condition?p=2", total=2)),
        Say(200, searchset(condition("c"), total=2)),
        Say(200, searchset()),
    )
    desk = opened()
    found = pulled(desk)
    assert texts(desk, "Condition") == {"condition a", "condition b", "condition c"}
    assert not any("more than it gave" in one for one in found.remarks)
    pulled(desk)
    assert since(server)


def test_a_server_that_counts_otherwise_than_it_gives_is_told_and_not_read_whole_for_ever(
    opened: Open, server: Unkind
) -> None:
    server.say(CONDITIONS, Say(200, searchset(condition("a"), total=4)))
    desk = opened()
    assert "Condition: it said that there are more than it gave" in pulled(desk).remarks
    pulled(desk)
    assert since(server)


@pytest.mark.parametrize(
    ("severity", "code"), [("error", "exception"), ("warning", "incomplete"), ("information", "timeout")]
)
def test_an_answer_that_may_lack_something_is_told_and_the_same_is_asked_again(
    opened: Open, server: Unkind, severity: str, code: str
) -> None:
    issue = {"severity": severity, "code": code, "diagnostics": "Marta Quill 1949-06-30"}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    half = searchset(condition("a"), outcome)
    server.say(CONDITIONS, Say(200, half), Say(200, searchset(condition("a"), condition("b"))))
    desk = opened()
    said = " ".join(pulled(desk).remarks)
    assert "not all of it may have come" in said
    assert "Quill" not in said
    pulled(desk)
    assert not since(server)
    assert texts(desk, "Condition") == {"condition a", "condition b"}
    pulled(desk)
    assert since(server)


def test_a_server_whose_clock_is_ahead_does_not_make_us_pass_anything_over(
    opened: Open, server: Unkind
) -> None:
    ahead = format_datetime(now() + timedelta(days=400), usegmt=True)
    server.say(CONDITIONS, Say(200, searchset(condition("a")), {"date": ahead}))
    desk = opened()
    pulled(desk)
    pulled(desk)
    assert f"_lastUpdated=ge{now() - timedelta(minutes=5):%Y-%m-%d}" in server.lines(CONDITIONS)[-1]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Say(403), "our token does not cover it (403)"),
        (Say(410), "it is gone (410)"),
        (Say(500, b"<html>Marta Quill</html>"), "it answered 500"),
        (Say(200, b"<Bundle/>", {"content-type": "application/fhir+xml"}), "its answer is XML and not JSON"),
        (Say(200, b"<html>Marta Quill</html>", {"content-type": "text/html"}), "its answer is no Bundle"),
        (Say(200, b'{"resourceType":"OperationOutcome","issue":[]}'), "its answer is no Bundle"),
        (Say(200, b""), "its answer is no Bundle"),
        (Say(204), "it answered 204"),
    ],
)
def test_what_is_no_answer_is_told_in_words_and_the_other_searches_go_on(
    opened: Open, server: Unkind, answer: Say, why: str
) -> None:
    server.say("GET /fhir/Patient", Say(200, searchset(person())))
    server.say("GET /fhir/Observation", answer)
    desk = opened()
    found = pulled(desk)
    assert f"Observation: {why}" in found.cannot
    assert texts(desk, "Condition") == {"condition a"}
    assert "Quill" not in str(found)


def test_a_page_that_is_gone_is_told_and_the_next_pull_makes_it_good(opened: Open, server: Unkind) -> None:
    server.say(CONDITIONS, Say(200, searchset(condition("a"), next="Condition?p=2")), Say(410))
    desk = opened()
    assert "page 2 of Condition: it is gone (410)" in pulled(desk).cannot
    server.say(CONDITIONS, Say(200, searchset(condition("a"), condition("b"))))
    pulled(desk)
    assert not since(server)
    assert texts(desk, "Condition") == {"condition a", "condition b"}
    assert len(entries(desk, "Condition")) == 2


def test_an_answer_that_only_trickles_is_given_up(opened: Open, server: Unkind) -> None:
    drops = [b" "] * 400
    server.say(CONDITIONS, Say(200, drops, length=len(drops), pause=0.02))
    desk = opened('[mercy.options]\ntimeout = "1"\ntries = "1"\n')
    begun = now()
    assert "did not answer within 1 seconds" in desk.pull("mercy", JUST).failed
    assert now() - begun < timedelta(seconds=6)


def test_thousands_of_results_arrive_once(opened: Open, server: Unkind) -> None:
    pages = [
        Say(
            200,
            searchset(
                *(condition(f"{page}-{n}") for n in range(100)),
                next=f"Condition?p={page + 1}" if page < 19 else "",
                total=2_000,
            ),
        )
        for page in range(20)
    ]
    server.say(CONDITIONS, *pages)
    desk = opened()
    found = pulled(desk)
    assert found.results["Condition"] == 2_000
    assert found.report.entries == 2_001
    assert len(entries(desk, "Condition")) == 2_000
    server.say(CONDITIONS, *pages)
    assert pulled(desk, Wish(full=True)).report.entries == 0
