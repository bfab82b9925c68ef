"""A nurse calls Samuel: what she ticks is in his record as reported, beside what others say, with a note, tasks and minutes."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.call import Again, Call
from careloom.care.document import Proposal, Reviewer
from careloom.care.entry import RECORDED_HERE, Entry
from careloom.care.panel import Because
from careloom.care.worked import Beat
from careloom.demo import AS_OF, HERE
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed, Refused
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from careloom.store.models import StoredCall
from tests.connect.made import body, bundle, patient
from tests.flow.test_timing import Hands
from tests.flow.visiting.calls import lines

pytestmark = pytest.mark.django_db
SAMUEL = "urn:oid:2.16.840.1.113883.19.5.1|RV160001"


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def desk(home: Path, hands: Hands) -> Pipeline:
    built = pipelines.build(replace(settings.read(), home=home, model="none"), clock=hands)
    built.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    built.connect([HERE / "harbor_pharmacy"], source="harbor_pharmacy")
    built.connect([HERE / "social_services"], source="social_services")
    until = AS_OF.replace(year=2030)
    for name, role in (
        ("nora", "registered_nurse"),
        ("osei", "physician"),
        ("chw", "community_health_worker"),
        ("lpn", "practical_nurse"),
    ):
        built.store.users.create(name, role=role, licence=Licence("MA", f"{name}1", until))
    return built


@pytest.fixture
def him(desk: Pipeline) -> str:
    return desk.find(SAMUEL)


@pytest.fixture
def nora(desk: Pipeline) -> Reviewer:
    return desk.store.users.reviewer("nora")


@pytest.fixture
def begun(desk: Pipeline, nora: Reviewer, him: str) -> Call:
    return desk.calling.begin(nora, desk.record(nora, him))


def drug(call: Call, name: str) -> str:
    return next(one.key for one in call.sheet.drugs if name in one.name)


def ours(desk: Pipeline, who: str, kind: str) -> list[Entry]:
    found = desk.record("test", who).entries
    return [
        one
        for one in found
        if one.kind == kind and one.source.system == RECORDED_HERE and not one.detail.get("quote")
    ]


def tick(desk: Pipeline, who: Reviewer, call: Call, **said: str) -> Call:
    for name, text in said.items():
        call = desk.calling.say(who, call.id, name.replace("__", ":"), text)
    return call


def note_of(desk: Pipeline, call: Call) -> Proposal:
    return desk.store.proposals.get(call.note)


def test_what_he_says_stands_in_his_record_as_reported_and_in_conflict_with_the_list(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call, hands: Hands
) -> None:
    lisinopril, food = drug(begun, "lisinopril"), "food"
    first = begun.sheet.asks[0]
    hands.go(60)
    tick(
        desk, nora, begun, whom="patient",
        **{
            f"ask__{first.key}": "One in the morning",
            f"drug__{lisinopril}": "differently", f"dose__{lisinopril}": "5 mg", f"often__{lisinopril}": "once a day",
            f"need__{food}": "new", f"about__{food}": "runs out before the end of the month",
            "reaction": "penicillin: a rash as a child",
            "step__1": "Send the food bank list", "owner__1": "social_worker", "due__1": "2026-12-01",
        },
    )  # fmt: skip
    over = desk.calling.end(nora, begun.id)
    (taken,) = ours(desk, him, "MedicationStatement")
    assert (taken.status, taken.detail["author"], taken.dosage.text if taken.dosage else "") == (
        "active", "the patient", "5 mg, once a day",
    )  # fmt: skip
    record = desk.record("test", him)
    dose = next(one for one in record.conflicts if one.kind == "dose")
    assert taken.id in dose.entries
    assert next(one for one in record.medications if one.name == "lisinopril").state == "dose_in_conflict"
    need = next(one for one in record.needs if one.domain == food)
    assert need.status == "open" and record.by_id[need.entries[0]].source.system == RECORDED_HERE
    note = note_of(desk, over)
    assert lines(note, "medicines") == [
        f"{begun.sheet.drugs[0].name.capitalize()} is reported as taken in another way: “5 mg, once a day”."
    ]
    assert f"Reported: “About {first.topic}: One in the morning”." in lines(note, "reported")
    assert "Reported: “Reports a reaction: penicillin: a rash as a child”." in lines(note, "reported")
    assert lines(note, "needs") == ["About food: new need, runs out before the end of the month."]
    assert note.status == "draft" and not lines(note, "chart")
    (task,) = desk.tracking.of(nora.user, him)
    assert (task.text, task.owner, task.due, task.open) == (
        "Send the food bank list (social worker, by 2026-12-01).", "social_worker", date(2026, 12, 1), True,
    )  # fmt: skip


def test_what_was_not_asked_is_said_of_nobody(desk: Pipeline, nora: Reviewer, him: str, begun: Call) -> None:
    tick(desk, nora, begun, whom="patient")
    over = desk.calling.end(nora, begun.id)
    assert ours(desk, him, "MedicationStatement") == [] and ours(desk, him, "Observation") == []
    assert [one.section for one in note_of(desk, over).document.statements] == ["contact"]
    assert desk.tracking.of(nora.user, him) == ()


def test_a_need_that_is_solved_is_met_and_one_that_stays_is_open(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    (open_now,) = (one.domain for one in begun.sheet.needs if one.open)
    tick(
        desk,
        nora,
        begun,
        whom="patient",
        **{f"need__{open_now}": "solved", f"about__{open_now}": "his son drives"},
    )
    desk.calling.end(nora, begun.id)
    assert {one.domain: one.status for one in desk.record("test", him).needs}[open_now] == "met"


def test_a_drug_that_is_not_taken_has_its_reason_and_ends_nothing(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    key = drug(begun, "lisinopril")
    tick(
        desk,
        nora,
        begun,
        whom="caregiver",
        **{f"drug__{key}": "not_taking", f"why__{key}": "cost", f"words__{key}": "since May"},
    )
    desk.calling.end(nora, begun.id)
    (said,) = ours(desk, him, "MedicationStatement")
    assert (said.negated, said.detail["author"], said.detail["note"]) == (
        True,
        "the caregiver",
        "it costs too much, since May",
    )
    record = desk.record("test", him)
    assert "medication_status" in {one.kind for one in record.conflicts if said.id in one.entries}
    assert next(one for one in record.medications if one.name == "lisinopril").current


def test_her_clock_runs_from_the_start_to_the_end(
    desk: Pipeline, nora: Reviewer, begun: Call, hands: Hands
) -> None:
    for _ in range(14 * 4):
        hands.go(15)
        desk.store.worked.beat(nora.user, Beat(begun.id, begun.patient, "", "call", "beat", hands.now))
    assert desk.calling.ends(nora, begun).minutes == 14
    tick(desk, nora, begun, whom="patient")
    desk.calling.end(nora, begun.id)
    hands.go(3600)
    assert desk.timing.lasted(nora.user, begun.patient, "call", begun.began) == 14 * 60
    assert desk.timing.standing(nora.user, begun.patient, "").running is None
    assert desk.timing.months(nora.user, hands.now.date())[0].attested == 0


def test_minutes_stand_in_the_note_only_where_she_attests_them(
    desk: Pipeline, nora: Reviewer, begun: Call, hands: Hands
) -> None:
    hands.go(600)
    call = tick(desk, nora, begun, whom="patient", minutes="9")
    assert "attests" not in lines(note_of(desk, desk.calling.end(nora, call.id)), "contact")[0]
    hands.go(600)
    second = desk.calling.begin(nora, desk.record(nora, begun.patient))
    hands.go(600)
    tick(desk, nora, second, whom="patient", minutes="9", attested="1")
    assert "attests 9 min" in lines(note_of(desk, desk.calling.end(nora, second.id)), "contact")[0]


def test_what_she_ticks_is_sealed(desk: Pipeline, nora: Reviewer, begun: Call) -> None:
    tick(desk, nora, begun, reported="something only he knows")
    assert b"only he knows" not in bytes(StoredCall.objects.get().sealed)


def test_nobody_answered_is_a_try_with_a_next_one_on_a_working_day(
    desk: Pipeline, nora: Reviewer, him: str
) -> None:
    again = Again(due=desk.calling.next_day(), owner="nurse")
    over = desk.calling.not_reached(nora, desk.record(nora, him), "nobody_reached", again)
    (tried,) = ours(desk, him, "Encounter")
    assert tried.status == "cancelled" and "nobody reached" in tried.name
    (task,) = desk.tracking.of(nora.user, him)
    assert task.due == again.due and again.due.weekday() < 5 and task.text.startswith("Call again (nurse")
    assert len(note_of(desk, over).document.statements) == 2
    with pytest.raises(InputError, match="message"):
        desk.calling.not_reached(nora, desk.record(nora, him), "message_left", None)


def test_a_call_in_which_something_was_said_reached_somebody(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    tick(desk, nora, begun, reported="Good morning")
    with pytest.raises(InputError, match="ticked or typed"):
        desk.calling.not_reached(nora, desk.record(nora, him), "wrong_number", None)
    with pytest.raises(InputError):
        desk.calling.drop(nora, begun.id)


def test_a_call_that_was_none_leaves_nothing(desk: Pipeline, nora: Reviewer, him: str, begun: Call) -> None:
    before = desk.store.messages.count()
    desk.calling.drop(nora, begun.id)
    assert desk.store.messages.count() == before and desk.store.calls.open_of(him, nora.user) is None
    assert desk.tracking.of(nora.user, him) == ()


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({}, "whom"),
        ({"whom": "patient", "drug__{drug}": "differently"}, "drugs"),
        ({"whom": "patient", "drug__{drug}": "not_taking", "why__{drug}": "other"}, "drugs"),
        ({"whom": "patient", "step__1": "Call the pharmacy"}, "steps"),
        ({"whom": "patient", "measured": "BP 142"}, "measured"),
        ({"whom": "patient", "attested": "1"}, "minutes"),
        ({"whom": "patient", "minutes": "900", "attested": "1"}, "minutes"),
    ],
)
def test_what_is_missing_is_told_at_its_part_and_nothing_is_made(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call, said: dict[str, str], part: str
) -> None:
    key, before = drug(begun, "lisinopril"), desk.store.messages.count()
    call = tick(desk, nora, begun, **{name.replace("{drug}", key): text for name, text in said.items()})
    assert part in desk.calling.ends(nora, call).wrong
    with pytest.raises(InputError) as told:
        desk.calling.end(nora, begun.id)
    assert told.value.where == part
    assert desk.store.messages.count() == before and desk.store.calls.open_of(him, nora.user)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("drug:nothere", "taking"), ("whom", "everybody"), ("need:safety", "new"), ("drug:", "taking"), ("said", "x"),
        ("reported", "x" * 2401), ("reaction", "x" * 601), ("step:9", "x"), ("__class__", "x"), ("reported", "\u202eabc"), ("reaction", "a\x00b"),
    ],
)  # fmt: skip
def test_a_field_that_there_isnt_and_what_cant_stand_in_one_are_refused(
    desk: Pipeline, nora: Reviewer, begun: Call, name: str, text: str
) -> None:
    with pytest.raises(InputError):
        desk.calling.say(nora, begun.id, name, text)
    assert desk.calling.get(nora, begun.id).said == {}


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "=cmd()|'/c calc'!A1",
        "{{7*7}}",
        "a; b; c: d: e",
        '“quoted” "twice"',
    ],
)
def test_hostile_words_are_words_in_every_field(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call, words: str
) -> None:
    key, topic = drug(begun, "lisinopril"), begun.sheet.asks[0].key
    tick(
        desk, nora, begun, whom="patient",
        **{
            f"ask__{topic}": words, f"drug__{key}": "differently", f"words__{key}": words, "others": words,
            "reaction": words, "reported": words, "observed": words, "step__1": words, "owner__1": "nurse",
            "due__1": "2027-01-04", "need__food": "new", "about__food": words,
        },
    )  # fmt: skip
    over = desk.calling.end(nora, begun.id)
    sections = {one.section for one in note_of(desk, over).document.statements}
    assert {"reported", "medicines", "observed", "needs", "agreed"} <= sections
    assert len(desk.tracking.of(nora.user, him)) == 1


def test_an_outsider_opens_none_and_who_may_work_calls(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    desk.access.join("operator", him, "nora")
    desk.access.join("operator", him, "chw")
    outside, chw = desk.store.users.reviewer("lpn"), desk.store.users.reviewer("chw")
    record = desk.record("test", him)
    with pytest.raises(NotInCareTeam):
        desk.calling.begin(outside, record)
    with pytest.raises(NotInCareTeam):
        desk.calling.get(outside, begun.id)
    hers = desk.calling.begin(chw, record, "the nurse asked me")
    tick(desk, chw, hers, whom="patient", reported="Better today")
    assert note_of(desk, desk.calling.end(chw, hers.id)).status == "draft"
    desk.store.users.create("aud", role="auditor")
    with pytest.raises(NotLicensed):
        desk.calling.begin(desk.store.users.reviewer("aud"), record)


def test_a_call_ends_once_and_its_tasks_outlive_a_newer_plan(
    desk: Pipeline, nora: Reviewer, him: str, begun: Call
) -> None:
    tick(
        desk, nora, begun, whom="patient", step__1="Call the pharmacy", owner__1="nurse", due__1="2027-01-04"
    )
    desk.calling.end(nora, begun.id)
    with pytest.raises(NotApproved):
        desk.calling.end(nora, begun.id)
    with pytest.raises(NotApproved):
        desk.calling.say(nora, begun.id, "reported", "later")
    plan = desk.propose("test", him, as_of=AS_OF, model="none")
    desk.tracking.follow(replace(plan, status="active", released={}))
    (task,) = desk.tracking.of(nora.user, him)
    assert task.open


def test_who_reached_somebody_after_a_discharge_has_no_call_due_any_more(
    desk: Pipeline, nora: Reviewer, tmp_path: Path, hands: Hands
) -> None:
    day = (hands.now - timedelta(days=1)).isoformat(timespec="seconds")
    stay = {
        "resourceType": "Encounter", "id": "e1", "status": "finished", "subject": {"reference": "Patient/p1"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "period": {"start": (hands.now - timedelta(days=4)).isoformat(timespec="seconds"), "end": day},
    }  # fmt: skip
    file = tmp_path / "marta.json"
    file.write_bytes(
        body(
            bundle(
                patient("p1", name=[{"family": "Quill", "given": ["Marta"]}], birthDate="1950-02-17"), stay
            )
        )
    )
    (who,) = desk.connect([file], source="mercy").patients

    def due() -> bool:
        line = next(one for one in desk.panels.panel(nora).lines if one.patient == who)
        return Because.CALL in {one.because for one in line.reasons}

    assert due()
    record = desk.record(nora, who)
    assert desk.calling.sheet(nora, who).asks[0].topic == "after the hospital"
    desk.calling.not_reached(nora, record, "nobody_reached", None)
    assert due()
    hands.go(600)
    call = desk.calling.begin(nora, desk.record(nora, who))
    tick(desk, nora, call, whom="patient", reported="Better")
    desk.calling.end(nora, call.id)
    assert not due()


def test_nobody_calls_somebody_who_has_died(desk: Pipeline, nora: Reviewer, him: str) -> None:
    record = desk.record(nora, him)
    gone = replace(record, demographics=replace(record.demographics, deceased="2026-11-01"))
    with pytest.raises(Refused):
        desk.calling.begin(nora, gone)


def test_who_did_what_is_in_the_audit_log(desk: Pipeline, nora: Reviewer, him: str, begun: Call) -> None:
    tick(desk, nora, begun, whom="patient")
    desk.calling.end(nora, begun.id)
    done = [one["action"] for one in desk.store.audit.of(him)]
    assert {"begin call", "document contact", "end call"} <= set(done)
