"""What is watched is counted by day, each day once whatever the clock does, and what moved alarms whoever answers for it once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Action, Reviewer
from careloom.care.watched import Cause, DayCount
from careloom.errors import NotLicensed
from careloom.monitor.arriving import Mix
from careloom.pipeline import Pipeline
from careloom.pipeline.versions import of_message
from careloom.pipeline.watching import DATA, WORK, as_json
from careloom.readiness import Tally
from tests.flow.test_turning import Clock
from tests.flow.watching.counted import DAY, NOON, decide, draft, held

pytestmark = pytest.mark.django_db


def test_a_day_is_counted_once_and_again_where_something_came_late_or_the_clock_was_set_back(
    desk: Pipeline, alice: str, clock: Clock
) -> None:
    one = draft(desk, alice, 1, NOON, "renal")
    decide(desk, one, Action.APPROVE, NOON, statements=(one.document.statements[0].id,), looked=("a", "b"))
    assert desk.watching.count() == 1
    first = held(desk)
    assert (first["fired|renal", DAY].number, first["fired|renal", DAY].hits) == (1, 1)
    assert first["overridden|renal", DAY].hits == 1 and first["read", DAY].hits == 2
    assert desk.watching.count() == 0 and held(desk) == first
    # The clock is set back by three days, and what is drafted then stands there.
    clock.now = NOON - timedelta(3)
    draft(desk, alice, 2, clock.now)
    assert desk.watching.count() == 1
    clock.now = NOON
    draft(desk, alice, 3, NOON - timedelta(3))
    assert desk.watching.count() == 1
    now = held(desk)
    earlier = now["findings", DAY - timedelta(3)]
    assert earlier.number == 2 and now["findings", DAY] == first["findings", DAY]


def test_drafts_that_are_no_longer_remembered_count_as_those_that_are(desk: Pipeline, alice: str) -> None:
    made = [draft(desk, alice, number, NOON - timedelta(number), "renal") for number in range(1, 6)]
    for number, one in enumerate(made):
        decide(desk, one, Action.REJECT if number % 2 else Action.APPROVE, NOON)
    desk.watching.count()
    first = held(desk)
    assert first["sent_back|care_plan", DAY].number == 5 and first["sent_back|care_plan", DAY].hits == 2
    desk.store.day_counts.put(WORK, {}, at=NOON, whole=True)
    assert replace(desk.watching, remembered=1).count() == 6
    assert held(desk) == first


def test_what_was_undone_doesnt_count_and_a_line_that_was_changed_was_heeded(
    desk: Pipeline, alice: str
) -> None:
    one, other = draft(desk, alice, 1, NOON, "renal"), draft(desk, alice, 2, NOON, "renal")
    line = one.document.statements[0].id
    decide(desk, one, Action.REJECT, NOON)
    decide(desk, one, Action.UNDO, NOON + timedelta(minutes=1))
    decide(desk, other, Action.AMEND, NOON, edits={line: "other words"})
    decide(desk, other, Action.REJECT, NOON + timedelta(minutes=2), feedback={"code": "wrong"})
    desk.watching.count()
    now = held(desk)
    assert now["sent_back|care_plan", DAY].number == 1 == now["edited|care_plan", DAY].hits
    assert (now["overridden|renal", DAY].number, now["overridden|renal", DAY].hits) == (1, 0)
    assert now["reasons", DAY].bins == {"wrong": 1}
    assert not any("other words" in str(one) for one in now.values())


def test_what_moved_alarms_once_with_what_from_what_to_what_since_when(desk: Pipeline, alice: str) -> None:
    begun = DAY - timedelta(90)
    days = {
        begun + timedelta(n): (
            "x",
            [
                DayCount(
                    series="shown|mercy|labs",
                    day=begun + timedelta(n),
                    number=50,
                    hits=10 if n >= 80 else 45,
                )
            ],
        )
        for n in range(91)
    }
    desk.store.day_counts.put(DATA, days, at=NOON)
    found = desk.watching.keep_up("worker")
    (signal,) = found.signals
    assert (signal.cause, signal.since) == (Cause.DATA, begun + timedelta(80))
    desk.watching.keep_up("worker")
    lead = desk.store.users.reviewer("quinn")
    assert isinstance(lead, Reviewer)
    standing, _ = desk.alarming.listed(lead)
    (alarm,) = standing
    words = alarm.words.format(**alarm.values)
    assert (alarm.kind, alarm.link) == ("data", "/watching")
    assert "messages of mercy that show labs: from 90 % to 20 % since about 2026-11-13" in words
    state = desk.watching.state(lead)
    assert state is not None and state.watched == found
    told = as_json(state)["signals"][0]
    assert told["moved"][0]["before"] == [2800.0, 2520.0] or told["moved"][0]["series"] == "shown|mercy|labs"


def test_before_anybody_counted_nothing_is_said_and_a_nurse_reads_none_of_it(desk: Pipeline) -> None:
    assert desk.watching.state("operator") is None
    with pytest.raises(NotLicensed):
        desk.watching.state(desk.store.users.reviewer("nora"))


def test_what_the_data_audit_reads_is_counted_by_source_and_whom_it_was_about(desk: Pipeline) -> None:
    tally = Tally(desk.data_audit.fields, desk.knowledge, DAY)
    tally.days["mercy", ""][DAY - timedelta(2)] = 4
    tally.days["mercy", "labs"][DAY - timedelta(2)] = 3
    tally.units["mercy", "creatinine"][DAY]["mg/dL"] = 2
    mix = Mix()
    mix.add({"age": "18 to 44", "sex": "female"}, ("diabetes",), {DAY})
    desk.watching.arrived(tally, mix)
    now = held(desk)
    shown = now["shown|mercy|labs", DAY - timedelta(2)]
    assert (shown.number, shown.hits) == (4, 3)
    # A day on which nothing came is told as such: silence is something that moved.
    assert now["messages|mercy", DAY].hits == 0
    assert now["age", DAY].bins == {"18 to 44": 1} and now["payer", DAY].bins == {"not recorded": 1}
    # The next audit replaces all of it.
    desk.watching.arrived(Tally(desk.data_audit.fields, desk.knowledge, DAY), Mix())
    assert not held(desk)


STAY = "MSH|^~\\&|WARD|HARBOR|CARELOOM|SITE|{at}||ADT^A08|{at}|P|2.5.1\rPID|1||77^^^HARBOR^MR||Example^Anna||19500101|F\rIN1|1|P|1|{payer}\r{more}"


def test_whom_something_came_about_is_counted_as_she_was_then(desk: Pipeline, tmp_path) -> None:
    """A diagnosis made later and another payer later move nothing of the weeks before; what nobody had said of her yet is taken from what was said later."""
    for days, payer, more in (
        (30, "Medicaid", ""),
        (10, "Medicare", "DG1|1||E11.9^Type 2 diabetes^I10||{at}|W\r"),
    ):
        at = NOON - timedelta(days)
        told = f"{at:%Y%m%d%H%M}-0500"
        file = tmp_path / f"{days}.hl7"
        file.write_text(STAY.format(at=told, payer=payer, more=more.format(at=told)))
        desk.store.messages.put(
            [file.read_bytes()], source="ward", format="hl7v2", name=file.name, zone="UTC", received=at
        )
        assert not desk.connect([file], source="ward").rejected
    desk.data_audit.run("operator", DAY)
    now = held(desk)
    first, second = DAY - timedelta(30), DAY - timedelta(10)
    assert [now["payer", day].bins for day in (first, second)] == [{"Medicaid": 1}, {"Medicare": 1}]
    assert ("conditions", first) not in now and now["conditions", second].number == 1
    assert now["sex", first].bins == {"female": 1}


@pytest.mark.parametrize(
    ("format_", "head", "said"),
    [
        (
            "hl7v2",
            b"MSH|^~\\&|LABSYS 4.2|A|B|C|20260101||ORU^R01|1|P|2.5.1\rPID|1",
            ["LABSYS 4.2", "HL7 2.5.1"],
        ),
        ("hl7v2", b"MSH|", []),
        ("ccda", b'<templateId root="2.16.840.1" extension="2015-08-01"/>', ["2.16.840.1 2015-08-01"]),
        ("fhir", b"{}", []),
    ],
)
def test_a_message_says_by_which_software_and_version_it_was_made(format_, head, said) -> None:
    assert of_message(format_, head) == said
