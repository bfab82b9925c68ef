"""Many second readings: the page asks the database so many questions however long the list is, and shows it a page at a time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloom.care.entry import HumanName, Person
from careloom.care.second import Ground, Happened, Mode, Reading, SecondReading, Step, WholeSaid
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from tests.store.conftest import put
from tests.store.people import proposal_for
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
Wait = Callable[[int, int, bool], None]


@pytest.fixture
def wait(real: Pipeline) -> Wait:
    """So many more documents that Nora decided on: nobody has them, or Ned read them otherwise and a third is to settle."""
    for name in ("nora", "ned"):
        licence = Licence("MA", f"X-{name}", date(2031, 6, 30))
        real.store.users.create(name, role="registered_nurse", password=PASSWORD, licence=licence)
    nora, ned = (real.store.users.reviewer(name).user for name in ("nora", "ned"))

    def more(first: int, number: int, differ: bool) -> None:
        for one in range(first, first + number):
            him = real.store.patients.create(Person(names=(HumanName(text=f"P {one:03}"),)), put(real.store))
            made = proposal_for(him, number=one)
            real.store.proposals.add(made, {})
            at = LONG_AGO + timedelta(minutes=one)
            second = real.store.seconds.choose(
                SecondReading(
                    id="",
                    proposal=made.id,
                    first=nora,
                    grounds=(Ground.SHARE,),
                    mode=Mode.AFTER,
                    policy=0,
                    reach=1,
                    base=1,
                    at=at,
                )
            )
            second = real.store.seconds.add(second, Happened(what=Step.OPEN, who="careloom", at=at))
            if differ:
                said = Reading(whole=WholeSaid.RETURN, reason="too little")
                second = real.store.seconds.add(
                    second, Happened(what=Step.READ, who=ned, at=at, reading=said)
                )
                real.store.seconds.add(second, Happened(what=Step.DIFFER, who="careloom", at=at))

    return more


@pytest.mark.parametrize(("who", "differ"), [("rosa", False), ("osei", True), ("osei", False)])
def test_the_questions_do_not_grow_with_what_waits(real, wait, who, differ):
    reader = signed_in(who)

    def questions(number: int) -> int:
        reader.get("/second-readings")
        with CaptureQueriesContext(connection) as asked:
            page = reader.get("/second-readings").content.decode()
        assert page.count('<td class="who">') == number
        return len(asked)

    wait(1, 2, differ)
    few = questions(2)
    wait(3, 20, differ)
    assert questions(22) == few


def test_a_long_list_is_shown_a_page_at_a_time(wait):
    wait(1, 60, False)
    rosa = signed_in("rosa")
    first, last, beyond = (
        rosa.get(f"/second-readings?page={page}").content.decode() for page in ("", "2", "9")
    )
    assert "<h1>60 second readings</h1>" in first and "1–50 of 60" in first and "51–60 of 60" in last
    assert "P 001" in first and "P 060" not in first and "P 060" in last and "P 001" not in last
    assert 'href="?page=2"' in first and 'href="?page=1"' in last and "51–60 of 60" in beyond
    assert "second reading" in rosa.get("/second-readings?page=x").content.decode()


def test_the_api_gives_a_long_list_a_page_at_a_time_and_says_how_long_it_is(wait):
    wait(1, 60, False)
    rosa = signed_in("rosa")
    first, last, beyond = (
        rosa.get(f"/api/second-readings{page}").json() for page in ("", "?page=2", "?page=3")
    )
    assert [len(one["second_readings"]) for one in (first, last, beyond)] == [50, 10, 0]
    assert {one["total"] for one in (first, last, beyond)} == {60}
    known = {one["proposal"] for page in (first, last) for one in page["second_readings"]}
    assert len(known) == 60
