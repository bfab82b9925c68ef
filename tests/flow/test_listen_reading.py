"""What a listener took goes into the store once and in order, whatever a message or the machine does."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.entry import Message, Rejection
from careloom.care.received import Received
from careloom.pipeline import Pipeline
from careloom.pipeline.intake import Intake
from careloom.pipeline.listening import Reader
from careloom.pipeline.report import Report
from careloom.store.models import Receipt, StoredMessage
from tests.wire.mllp.messages import admit

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


def taken(number: int, body: bytes | None = None, *faults: Rejection, readable: bool = True) -> Received:
    return Received(
        body=admit(f"M{number}", mrn=f"47{number:03}", family=f"Person{number}") if body is None else body,
        source="mercy" if readable else "",
        peer="10.0.0.7 5123",
        control=f"M{number}",
        at=AT + timedelta(seconds=number),
        faults=faults,
        readable=readable,
    )


def take(desk: Pipeline, *messages: Received) -> None:
    with desk.store.journals.write("2575") as journal:
        for message in messages:
            journal.append([message])


@contextmanager
def reader(desk: Pipeline, intake: Intake | None = None) -> Iterator[Reader]:
    found = desk.journal_reader("2575", alone=True)
    try:
        yield replace(found, intake=intake or desk.intake)
    finally:
        found.tail.close()


def emptied(desk: Pipeline, intake: Intake | None = None) -> Reader:
    with reader(desk, intake) as reading:
        reading.until_empty()
    return reading


def order() -> list[str]:
    """The SHA-256 of what came, by its receipts."""
    rows = Receipt.objects.order_by("journal", "number").select_related("message")
    return [row.message.sha256 for row in rows]


def test_messages_are_stored_read_and_receipted_in_their_order(desk: Pipeline) -> None:
    take(desk, *map(taken, range(5)))
    assert emptied(desk).counts["messages"] == 5
    rows = list(StoredMessage.objects.order_by("received"))
    assert [row.sha256 for row in rows] == order()
    assert [row.received for row in rows] == [AT + timedelta(seconds=n) for n in range(5)]
    assert {row.source for row in rows} == {"mercy"} and {row.format for row in rows} == {"hl7v2"}
    assert len(desk.store.patients.all()) == 5
    assert desk.store.messages.get(rows[0].sha256).name == "MLLP 10.0.0.7 5123 message M0"
    assert desk.store.audit.verify()["ok"]


def test_a_message_that_came_twice_is_one_message_with_two_receipts(desk: Pipeline) -> None:
    take(desk, taken(1), taken(1), taken(2))
    done = emptied(desk)
    assert (done.counts["messages"], done.counts["duplicates"]) == (2, 1)
    assert (StoredMessage.objects.count(), Receipt.objects.count()) == (2, 3)
    assert desk.store.receipts.numbers_used_again() == 0


def test_a_number_that_comes_again_with_other_bytes_is_told_and_both_are_kept(
    desk: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    other = admit("M1", mrn="47001", family="Person1", f7="20261109111500")
    take(desk, taken(1), taken(1, other))
    emptied(desk)
    assert StoredMessage.objects.count() == 2
    assert desk.store.receipts.numbers_used_again() == 1
    assert "a control id came again" in caplog.text
    assert "Person1" not in caplog.text


def test_what_was_taken_before_is_passed_over(desk: Pipeline) -> None:
    take(desk, taken(1), taken(2))
    emptied(desk)
    take(desk, taken(3))
    assert emptied(desk).counts == {
        "messages": 1,
        "entries": emptied(desk).counts["entries"] or 2,
        "rejected": 0,
    }
    assert Receipt.objects.count() == 3


def test_what_the_sender_was_told_is_on_the_dead_letter_list(desk: Pipeline) -> None:
    take(
        desk,
        taken(1, None, Rejection("MSH-12", "the version is none of 2.1 to 2.9")),
        taken(
            2, b"no message", Rejection("MSH", "the frame does not begin with an MSH segment"), readable=False
        ),
    )
    emptied(desk)
    said = [(one.where, one.reason, one.format) for one in desk.store.messages.rejections()]
    assert ("MSH-12", "the version is none of 2.1 to 2.9", "hl7v2") in said
    assert ("MSH", "the frame does not begin with an MSH segment", "unknown") in said
    assert len(desk.store.patients.all()) == 1


def test_somebody_unknown_is_tried_again_when_they_are_known(desk: Pipeline) -> None:
    result = "\r".join(
        [
            "MSH|^~\\&|LAB|MERCY|CARELOOM|COUNTY|20261109||ORU^R01^ORU_R01|R1|P|2.5.1",
            "PID|1||47001^^^MERCY^MR",
            "OBR|1|||4548-4^HbA1c^LN|||20261109",
            "OBX|1|NM|4548-4^HbA1c^LN||8.1|%|||||F|||20261109",
            "",
        ]
    ).encode()
    take(desk, taken(1, result))
    with reader(desk) as reading:
        early = replace(reading, again_after=0.0)
        early.until_empty()
        assert [one.error for one in desk.store.messages.rejections()] == ["UnknownPatient"]
    take(desk, taken(2, admit("M2", mrn="47001")))
    with reader(desk) as reading:
        again = replace(reading, again_after=0.0, _later=early._later)
        again.until_empty()
    assert desk.store.messages.rejections() == ()
    (patient,) = desk.store.patients.all()
    assert "8.1" in {entry.value for entry in desk.store.entries.of(patient)}


class Stumbling(Intake):
    """An intake with a defect: whatever names Person3 breaks it."""

    def read(self, message: Message, name: str, report: Report, *, whole: bool = False) -> bool:
        if name.endswith("M3"):
            raise RuntimeError("Person3")
        return super().read(message, name, report, whole=whole)


def stumbling(desk: Pipeline) -> Intake:
    return Stumbling(**{name: getattr(desk.intake, name) for name in Intake.__dataclass_fields__})


def test_a_message_is_read_by_what_was_released_before_it_and_not_by_what_the_listener_began_with(
    desk: Pipeline,
) -> None:
    began, released = desk.intake, [desk.intake, stumbling(desk)]
    take(desk, taken(3))
    with reader(desk, began) as reading:
        reading.follow(lambda _: True, lambda: released[0])
    assert desk.store.messages.rejections() == ()
    take(desk, taken(3, admit("M3", mrn="47999", family="Person4")))
    with reader(desk, began) as reading:
        reading.follow(lambda _: True, lambda: released[1])
    assert [one.name[-2:] for one in desk.store.messages.rejections()] == ["M3"]


def test_a_message_that_nobody_can_read_is_set_down_and_holds_up_nobody(
    desk: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    take(desk, *map(taken, range(6)))
    done = emptied(desk, stumbling(desk))
    assert (done.counts["messages"], done.counts["rejected"]) == (5, 1)
    assert len(order()) == 6
    (letter,) = desk.store.messages.rejections()
    assert letter.reason == "can't be read: a defect of ours (RuntimeError)"
    assert letter.name.endswith("M3")
    assert "Person3" not in caplog.text


def test_on_a_full_disk_the_reader_waits_and_loses_nothing(desk: Pipeline) -> None:
    take(desk, *map(taken, range(3)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        return len(waits) > 3 and seconds > 0.0

    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with reader(desk) as reading:
            reading.follow(wait, lambda: desk.intake)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert waits[0] < waits[1] < waits[2]
    assert len(order()) == 3
    assert len(desk.store.patients.all()) == 3
