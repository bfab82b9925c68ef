"""One call in two windows, and two colleagues who call the same patient."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from careloom.care.call import Call
from careloom.care.document import Proposal, Reviewer
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.flow.test_calling import begun, desk, hands, him, nora, note_of, tick
from tests.flow.test_timing import Hands
from tests.flow.visiting.calls import lines

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db


def test_two_windows_of_one_nurse_lose_nothing_of_each_other(
    desk: Pipeline, nora: Reviewer, begun: Call
) -> None:
    desk.calling.say(nora, begun.id, "reported", "first window", "")
    with pytest.raises(StaleRecord):
        desk.calling.say(nora, begun.id, "reported", "second window", "")
    desk.calling.say(nora, begun.id, "reaction", "none", "")
    kept = desk.calling.get(nora, begun.id)
    assert kept.said == {"reported": "first window", "reaction": "none"}
    assert desk.calling.begin(nora, desk.record(nora, begun.patient)).id == begun.id


def test_what_another_window_says_while_the_note_is_written_is_not_lost(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    tick(
        desk, nora, begun, whom="patient", step__1="Call the pharmacy", owner__1="nurse", due__1="2027-01-04"
    )
    write = desk.calling.note

    def meanwhile(who: Reviewer, patient: str, given: Mapping[str, str]) -> Proposal:
        desk.calling.say(who, begun.id, "reported", "He feels dizzy")
        return write(who, patient, given)

    with pytest.raises(StaleRecord):
        replace(desk.calling, note=meanwhile).end(nora, begun.id)
    assert not desk.calling.get(nora, begun.id).ended and desk.tracking.of(nora.user, him) == ()
    over = desk.calling.end(nora, begun.id)
    assert "dizzy" in " ".join(lines(note_of(desk, over), "reported"))


def test_of_two_windows_that_end_it_at_once_one_does(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    tick(
        desk, nora, begun, whom="patient", step__1="Call the pharmacy", owner__1="nurse", due__1="2027-01-04"
    )
    write = desk.calling.note

    def meanwhile(who: Reviewer, patient: str, given: Mapping[str, str]) -> Proposal:
        note = write(who, patient, given)
        desk.calling.end(who, begun.id)
        return note

    with pytest.raises(NotApproved):
        replace(desk.calling, note=meanwhile).end(nora, begun.id)
    (task,) = desk.tracking.of(nora.user, him)
    assert len(desk.store.tasks.history(him, task.said.statement)) == 1
    assert AuditEvent.objects.filter(action="end call").count() == 1


def test_a_colleague_reads_whose_call_it_is_and_says_why_she_calls_too(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call, hands: Hands
) -> None:
    lpn = desk.store.users.reviewer("lpn")
    assert [who for who, _ in desk.calling.others(lpn, him)] == [nora.user]
    with pytest.raises(InputError, match="colleague"):
        desk.calling.begin(lpn, desk.record(lpn, him))
    hers = desk.calling.begin(lpn, desk.record(lpn, him), "he asked for me")
    assert hers.id != begun.id
    with pytest.raises(NotLicensed):
        desk.calling.say(lpn, begun.id, "reported", "x")
    hands.go(301)
    assert desk.calling.others(nora, him) == ()
