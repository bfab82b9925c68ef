"""A call ends with one question; a physician answers yes, no or call me; nothing is changed by it, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloom.care.call import Call
from careloom.care.document import Reviewer
from careloom.care.notices import NoticeKind
from careloom.care.panel import Because
from careloom.care.question import Question, QuestionStep
from careloom.demo import AS_OF
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from careloom.store.models import StoredQuestion
from tests.flow.test_calling import begun, desk, drug, hands, him, nora, note_of, tick
from tests.flow.test_timing import Hands

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db
ORDER = "May she stop ibuprofen?"
NO_ORDER = "May the visit be moved to Friday?"


@pytest.fixture
def osei(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("osei")


def asked(desk: Pipeline, nora: Reviewer, osei: Reviewer, call: Call, request: str = ORDER) -> Question:
    key = drug(call, "lisinopril")
    tick(
        desk, nora, call, whom="patient", asks="1", to=osei.user,
        **{f"drug__{key}": "not_taking", f"why__{key}": "ran_out"},
    )  # fmt: skip
    desk.calling.draft_question(nora, call.id)
    tick(desk, nora, call, assessment="Pressure at home is unknown", request=request)
    desk.calling.end(nora, call.id)
    found = desk.store.questions.of_call(call.id)
    assert found is not None
    return found


def kinds(desk: Pipeline, who: Reviewer, patient: str) -> set[Because]:
    line = next((one for one in desk.panels.panel(who).lines if one.patient == patient), None)
    return {one.because for one in line.reasons} if line else set()


def told(desk: Pipeline, who: Reviewer) -> list[NoticeKind]:
    return [one.kind for one in desk.store.notices.of(who.user)]


def medicines(desk: Pipeline, him: str) -> object:
    record = desk.record("test", him)
    return [(one.name, one.state, one.doses, one.entries) for one in record.medications]


def test_the_question_is_drafted_from_what_was_ticked_with_the_list_beside_it(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    found = asked(desk, nora, osei, begun)
    assert found.parts["situation"] == "On the telephone the patient said: lisinopril not taking, ran out."
    assert found.parts["background"].startswith("Listed: lisinopril, ")
    assert "Allergies: " in found.parts["background"]
    assert (found.parts["assessment"], found.parts["request"]) == ("Pressure at home is unknown", ORDER)
    record = desk.record("test", begun.patient)
    assert found.citations and all(one in record.by_id for one in found.citations)
    note = note_of(desk, desk.calling.get(nora, begun.id))
    (line,) = (one for one in note.document.statements if one.id == found.statement)
    assert (
        line.text.startswith("Situation: On the telephone")
        and "Request: May she stop ibuprofen?" in line.text
    )


def test_what_is_typed_already_is_not_drafted_over_and_nothing_is_assessed_for_her(
    desk: Pipeline, nora: Reviewer, begun: Call
) -> None:
    tick(desk, nora, begun, whom="patient", situation="My own words")
    drafted = desk.calling.draft_question(nora, begun.id)
    assert drafted.of("situation") == "My own words"
    assert drafted.of("assessment") == "" and drafted.of("request") == ""


def test_she_is_told_without_a_word_of_the_patient_and_sees_it_on_her_panel(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str
) -> None:
    found = asked(desk, nora, osei, begun)
    (notice,) = desk.store.notices.of(osei.user)
    assert (notice.kind, notice.words("en")) == (
        NoticeKind.CALL_QUESTION,
        "1 question waits for your answer.",
    )
    assert Because.QUESTION in kinds(desk, osei, him) and Because.QUESTION not in kinds(desk, nora, him)
    assert [one.id for one in desk.questioning.hers(osei)] == [found.id] and desk.questioning.hers(nora) == ()
    assert b"lisinopril" not in bytes(StoredQuestion.objects.get().sealed)


def test_a_question_says_nothing_new_of_the_patient(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str
) -> None:
    """It repeats what sources list and tells what the nurse thinks: neither is a medicine, an allergy or a problem of his anew."""
    tick(desk, nora, begun, to=osei.user, asks="1", situation="He feels dizzy", whom="patient",
         background="Listed: lisinopril 40 mg twice daily; Allergies: penicillin (rash)",
         assessment="Swelling after ibuprofen, with heart failure.", request=ORDER)  # fmt: skip
    desk.calling.end(nora, begun.id)
    record = desk.record("test", him)
    (asked_of_her,) = (
        one for one in record.entries if one.detail.get("title") == "Asked of the physician in a contact"
    )
    assert "Swelling after ibuprofen" in asked_of_her.text
    place = (asked_of_her.source.message, asked_of_her.source.where)
    of_it = [
        one for one in record.entries if (one.source.message, one.source.where[: len(place[1])]) == place
    ]
    assert of_it == [asked_of_her]
    told = " ".join(f"{one.substance} {one.reaction}" for one in record.allergies)
    assert "ibuprofen" not in told and "penicillin" not in told
    assert not any("heart failure" in one.name.lower() for one in record.problems)


def test_a_yes_is_a_task_to_do_as_she_answered_and_changes_no_medicine(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str
) -> None:
    found, before = asked(desk, nora, osei, begun), medicines(desk, him)
    assert found.orders
    answered = desk.questioning.answer(osei, found.id, "yes", "until the next visit")
    assert answered.answer and (answered.answer.what, answered.answer.words) == (
        "yes",
        "until the next visit",
    )
    (task,) = desk.tracking.of(nora.user, him)
    assert (task.owner, task.said.who, task.said.why, task.open) == (
        "nurse", osei.user, "answered yes: until the next visit", True,
    )  # fmt: skip
    assert "Request: May she stop ibuprofen?" in task.text
    assert medicines(desk, him) == before
    assert told(desk, nora) == [NoticeKind.CALL_ANSWER] and Because.ANSWER in kinds(desk, nora, him)
    assert desk.questioning.hers(osei) == ()
    desk.questioning.see(nora, found.id)
    assert Because.ANSWER not in kinds(desk, nora, him)


@pytest.mark.parametrize("said", ["no", "call_me"])
def test_no_and_call_me_make_no_task(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str, said: str
) -> None:
    found = asked(desk, nora, osei, begun)
    desk.questioning.answer(osei, found.id, said)
    assert desk.tracking.of(nora.user, him) == ()
    (mine,) = desk.questioning.answered(nora)
    assert mine.answer and mine.answer.what == said


def test_a_question_that_asks_for_no_order_is_none(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    assert not asked(desk, nora, osei, begun, NO_ORDER).orders


def test_an_answer_is_taken_back_until_it_was_read_and_its_task_with_it(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str, hands: Hands
) -> None:
    found = asked(desk, nora, osei, begun)
    desk.questioning.answer(osei, found.id, "yes")
    hands.go(1)
    assert desk.questioning.take_back(osei, found.id).open
    (task,) = desk.tracking.of(nora.user, him)
    assert not task.open
    hands.go(1)
    desk.questioning.answer(osei, found.id, "yes")
    (task,) = desk.tracking.of(nora.user, him)
    assert task.open
    desk.questioning.see(nora, found.id)
    with pytest.raises(NotApproved, match="read"):
        desk.questioning.take_back(osei, found.id)


@pytest.mark.parametrize("said", ["yes", "no", "call_me"])
def test_an_answers_own_words_order_nothing_unless_she_proved_who_she_is(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str, said: str
) -> None:
    found = asked(desk, nora, osei, begun)
    with pytest.raises(InputError, match="these words are an order"):
        desk.questioning.answer(osei, found.id, said, "Start prednisone 40 mg daily.")
    assert desk.questioning.get(nora, found.id).open and desk.tracking.of(nora.user, him) == ()
    desk.questioning.answer(osei, found.id, said, "Start prednisone 40 mg daily.", proved=True)


def test_what_was_begun_is_not_taken_back(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str, hands: Hands
) -> None:
    found = asked(desk, nora, osei, begun)
    desk.questioning.answer(osei, found.id, "yes")
    hands.go(1)
    (task,) = desk.tracking.of(nora.user, him)
    desk.tracking.say(nora, task.id, "in-progress")
    with pytest.raises(InputError, match="begun"):
        desk.questioning.take_back(osei, found.id)
    assert desk.store.questions.get(found.id).answer is not None


def test_only_who_reaches_it_today_answers(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str
) -> None:
    found = asked(desk, nora, osei, begun)
    old = Licence("MA", "old1", AS_OF.replace(year=2025))
    desk.store.users.create("past", role="physician", licence=old)
    desk.store.users.create(
        "np", role="advanced_practice_nurse", licence=replace(old, expiry=AS_OF.replace(year=2030))
    )
    for name in ("nora", "lpn", "chw", "past", "np"):
        with pytest.raises(NotLicensed):
            desk.questioning.answer(desk.store.users.reviewer(name), found.id, "yes")
    assert [one.user for one in desk.questioning.able(him)] == [osei.user]
    desk.access.join("operator", him, "nora")
    with pytest.raises(NotInCareTeam):
        desk.questioning.answer(osei, found.id, "yes")
    assert desk.questioning.able(him) == () and desk.questioning.listed(osei) == ((), 0)


def test_one_answers_and_the_second_is_told(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    found = asked(desk, nora, osei, begun)
    desk.store.users.create("ito", role="physician", licence=Licence("MA", "ito1", AS_OF.replace(year=2030)))
    desk.questioning.answer(desk.store.users.reviewer("ito"), found.id, "no")
    with pytest.raises(NotApproved, match="already"):
        desk.questioning.answer(osei, found.id, "yes")
    with pytest.raises(NotApproved, match="already"):
        desk.questioning.withdraw(nora, found.id)


def test_who_asked_takes_it_back_and_nobody_else(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    found = asked(desk, nora, osei, begun)
    with pytest.raises(NotLicensed):
        desk.questioning.withdraw(osei, found.id)
    desk.questioning.withdraw(nora, found.id)
    assert desk.questioning.hers(osei) == ()
    with pytest.raises(NotApproved, match="withdrawn"):
        desk.questioning.answer(osei, found.id, "yes")


def test_her_cover_has_it_while_she_is_away(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, hands: Hands
) -> None:
    desk.store.users.create("ito", role="physician", licence=Licence("MA", "ito1", AS_OF.replace(year=2030)))
    ito, today = desk.store.users.reviewer("ito"), hands.now.date()
    desk.turning.away(osei, osei.user, ito.user, today, today)
    found = asked(desk, nora, osei, begun)
    assert [one.id for one in desk.questioning.hers(ito)] == [found.id]
    assert told(desk, ito) == [NoticeKind.CALL_QUESTION]


def test_what_is_overdue_is_told_to_all_who_may_answer_and_to_the_lead_once_a_day(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, hands: Hands
) -> None:
    desk.store.users.create("ito", role="physician", licence=Licence("MA", "ito1", AS_OF.replace(year=2030)))
    desk.store.users.create("lena", role="quality_lead")
    ito, lena = desk.store.users.reviewer("ito"), desk.store.users.reviewer("lena")
    found = asked(desk, nora, osei, begun)
    desk.escalating.run()
    assert NoticeKind.CALL_LATE not in told(desk, lena) and desk.questioning.hers(ito) == ()
    hands.go(3600 * (desk.settings.physician_due_hours + 1))
    for _ in range(2):
        desk.escalating.run()
    for who in (osei, ito, lena):
        assert told(desk, who).count(NoticeKind.CALL_LATE) == 1
    assert [one.id for one in desk.questioning.hers(ito)] == [found.id]


def test_an_answer_that_nobody_reads_is_told_each_working_day_then_to_the_lead_and_ends_after_thirty_days(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, hands: Hands
) -> None:
    lena = desk.store.users.create("lena", role="quality_lead")
    found = asked(desk, nora, osei, begun)
    desk.questioning.answer(osei, found.id, "no")
    desk.escalating.run()
    assert told(desk, nora).count(NoticeKind.CALL_ANSWER) == 1
    for _ in range(2):
        hands.go(3600 * 24)
        desk.escalating.run()
        desk.escalating.run()
    assert told(desk, nora).count(NoticeKind.CALL_ANSWER) == 3
    hands.go(3600 * desk.settings.physician_due_hours)
    desk.escalating.run()
    assert [one.kind for one in desk.store.notices.of(lena)].count(NoticeKind.CALL_UNREAD) >= 1
    assert [one.id for one in desk.questioning.answered(nora)] == [found.id]
    hands.go(3600 * 24 * 31)
    before = told(desk, nora).count(NoticeKind.CALL_ANSWER)
    desk.escalating.run()
    assert told(desk, nora).count(NoticeKind.CALL_ANSWER) == before
    assert desk.questioning.answered(nora) == () and desk.store.questions.unread(hands.now) == ()
    (last,) = desk.questioning.listed(nora)[0]
    assert last.id == found.id and not last.read, "it stands among all that was asked"


def test_whoever_covers_for_her_who_asked_reads_the_answer(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, hands: Hands
) -> None:
    found, today = asked(desk, nora, osei, begun), hands.now.date()
    desk.store.users.create(
        "ned", role="registered_nurse", licence=Licence("MA", "n1", AS_OF.replace(year=2030))
    )
    ned = desk.store.users.reviewer("ned")
    desk.questioning.answer(osei, found.id, "no")
    with pytest.raises(NotLicensed):
        desk.questioning.see(ned, found.id)
    desk.turning.away(nora, nora.user, ned.user, today, today)
    desk.escalating.run()
    assert NoticeKind.CALL_ANSWER in told(desk, ned)
    assert [one.id for one in desk.questioning.answered(ned)] == [found.id]
    desk.questioning.see(ned, found.id)
    assert desk.questioning.answered(nora) == desk.questioning.answered(ned) == ()


def test_a_long_list_of_questions_is_read_a_page_at_a_time_what_waits_for_her_first(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    oldest = asked(desk, nora, osei, begun)
    for one in range(70):
        later = replace(oldest, at=oldest.at + timedelta(minutes=one + 1), to=nora.user)
        made = desk.store.questions.add(later, f"call {one}")
        desk.store.questions.step(made, QuestionStep("withdrawn", nora.user, later.at))
    first, total = desk.questioning.listed(osei)
    second, _ = desk.questioning.listed(osei, 2)
    assert (len(first), len(second), total) == (50, 21, 71) and first[0].id == oldest.id
    assert not {one.id for one in first} & {one.id for one in second}
    assert first[1].at > first[2].at > second[0].at
    with CaptureQueriesContext(connection) as asked_for:
        desk.questioning.listed(osei, 2)
    with CaptureQueriesContext(connection) as again:
        desk.questioning.listed(osei)
    assert len(asked_for) == len(again)


@pytest.mark.parametrize("missing", ["to", "situation", "background", "assessment", "request"])
def test_a_question_that_is_not_whole_stops_the_end_and_says_so(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, missing: str
) -> None:
    said = {
        "asks": "1",
        "to": osei.user,
        "situation": "s",
        "background": "b",
        "assessment": "a",
        "request": "r?",
    }
    tick(
        desk,
        nora,
        begun,
        whom="patient",
        **{name: "" if name == missing else text for name, text in said.items()},
    )
    with pytest.raises(InputError) as error:
        desk.calling.end(nora, begun.id)
    assert error.value.where == "question"
    tick(desk, nora, begun, to=nora.user, **{name: text for name, text in said.items() if name != "to"})
    with pytest.raises(InputError, match="may not answer"):
        desk.calling.end(nora, begun.id)


def test_all_of_it_is_in_the_audit_log_without_words(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call, him: str
) -> None:
    found = asked(desk, nora, osei, begun)
    desk.questioning.answer(osei, found.id, "no")
    desk.questioning.see(nora, found.id)
    events = desk.store.audit.of(him)
    assert {"question asked", "question answered", "answer read"} <= {one["action"] for one in events}
    assert all("ibuprofen" not in one["what"] for one in events)


def test_red_flags_in_a_question_page_too(
    desk: Pipeline, nora: Reviewer, osei: Reviewer, begun: Call
) -> None:
    said = {
        "situation": "Chest pain since this morning",
        "background": "b",
        "assessment": "a",
        "request": "r?",
    }
    tick(desk, nora, begun, whom="patient", asks="1", to=osei.user, **said)
    desk.calling.end(nora, begun.id)
    assert len(desk.store.pages.waiting()) == 1
