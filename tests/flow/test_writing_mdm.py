"""What is signed reaches the hospital as one HL7 v2 message, whatever the hospital does; what was undone is taken back there."""

import base64
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.entry import Entry, Message
from careloom.care.writing import Copy, State, There, Writing
from careloom.connect import hl7v2
from careloom.connect.scan import layers
from careloom.pipeline.ehr.destination import AboutTo, Job
from careloom.pipeline.ehr.writing_mdm import TWO_NUMBERS, UNKNOWN_THERE
from tests.flow.hospital_by_messages import Site
from tests.flow.listening import listening, stored_when_read
from tests.flow.process import ADA, answer
from tests.wire.mllp.receiving import Receiver, receiving

pytestmark = pytest.mark.django_db


def read(data: bytes) -> list[Entry]:
    sent = Message(hashlib.sha256(data).hexdigest(), "careloom", "hl7v2", "sent.hl7", "UTC")
    (found,) = hl7v2.read(sent, io.BytesIO(data), limit=8 << 20, options={})
    assert found.rejected == ()
    return [one for one in found.entries if one.kind == "DocumentReference"]


def field(data: bytes, segment: str, number: int) -> str:
    line = next(one for one in data.decode().split("\r") if one.startswith(f"{segment}|"))
    fields = line.split("|")
    at = number - 1 if segment == "MSH" else number
    return fields[at] if at < len(fields) else ""


def told(home: Path, receiver: Receiver, **options: str) -> Site:
    return Site(home, receiver.port, options=options)


def test_a_signed_plan_arrives_with_its_words_and_whoever_signed(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        filed = site.sign()
        (writing,) = site.work()
        assert (writing.state, writing.why) == (State.WRITTEN, "")
        (body,) = hospital.bodies
        assert field(body, "MSH", 9) == "MDM^T02^MDM_T02"
        assert field(body, "PID", 3).startswith("RV104471^^^&2.16.840.1.113883.19.5.1&ISO^MR")
        assert field(body, "TXA", 12) == f"{filed.id}^CARELOOM" and field(body, "TXA", 17) == "AU"
        assert "^Osei^L." in field(body, "TXA", 22)
        (note,) = read(body)
        said = note.text.split("\n")
        assert said[0] == "Interdisciplinary care plan"
        released = [one.text for one in filed.document.statements if one.id in filed.released]
        assert len(released) > 20
        assert {line for text in released for line in text.split("\n")} <= set(said)
        assert said[-1].startswith(
            "Drafted by software (Careloom), read and signed by L. Osei, MD on 2026-11-23"
        )
        assert writing.there is not None
        assert [one.address for one in writing.there.copies] == hospital.controls


def test_it_is_sent_once_however_often_the_worker_looks(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        site.sign()
        for _ in range(3):
            site.work()
            site.pass_minutes(300)
        assert len(hospital.controls) == 1


@pytest.mark.parametrize("fault", ["silent", "close", "half+close", "other", "garbage", "endless"])
def test_whoever_does_not_acknowledge_gets_the_same_message_again_until_it_does(
    home: Path, tmp_path: Path, fault: str
) -> None:
    with receiving(tmp_path, fault, fault, "AA") as hospital:
        site = told(home, hospital, answer_seconds="0.5")
        site.sign()
        (writing,) = site.work()
        assert writing.state is State.UNKNOWN and writing.unanswered
        site.pass_minutes(2)
        assert site.work()[0].state is State.UNKNOWN
        site.pass_minutes(10)
        assert site.work()[0].state is State.WRITTEN
        # The same to the byte: the receiver can tell that it is a repetition.
        assert len(hospital.bodies) == 3 and len(set(hospital.bodies)) == 1


def test_an_error_waits_for_a_person_and_then_goes_as_a_new_message_about_the_same_document(
    home: Path, tmp_path: Path
) -> None:
    with receiving(tmp_path, "AE:103:TXA:2", "AA") as hospital:
        site = told(home, hospital)
        site.sign()
        (writing,) = site.work()
        assert (writing.state, writing.why) == (
            State.REFUSED,
            "answered AE: TXA-2; 103 Table value not found",
        )
        site.pass_minutes(3_000)
        assert site.work()[0].state is State.REFUSED and len(hospital.controls) == 1
        site.configure(**{"type.care_plan": "CAREPLAN"})
        site.desk.writing_back.again("osei", writing.id)
        assert site.work()[0].state is State.WRITTEN
        first, second = hospital.bodies
        assert field(second, "TXA", 2) == "CAREPLAN"
        assert field(first, "MSH", 10) != field(second, "MSH", 10)
        assert field(first, "TXA", 12) == field(second, "TXA", 12)


def test_what_is_not_taken_now_is_tried_again_by_itself_under_the_same_control_id(
    home: Path, tmp_path: Path
) -> None:
    with receiving(tmp_path, "AR:207:MSH:10", "AA") as hospital:
        site = told(home, hospital)
        site.sign()
        (writing,) = site.work()
        assert writing.state is State.QUEUED
        assert writing.why == "again: answered AR: MSH-10; 207 Application error"
        site.pass_minutes(2)
        assert site.work()[0].state is State.WRITTEN
        assert len(set(hospital.controls)) == 1


def test_a_hospital_that_is_down_for_a_day_has_it_the_next_day(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as gone:
        site = told(home, gone)
    site.sign()
    for _ in range(6):
        assert site.work()[0].state is State.QUEUED
        site.pass_minutes(240)
    with receiving(tmp_path, "AA") as hospital:
        site.configure(hospital.port)
        assert site.work()[0].state is State.WRITTEN
        assert len(hospital.controls) == 1


def test_a_newer_plan_takes_the_place_of_the_one_that_is_there(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        old = site.sign()
        site.work()
        site.pass_minutes(60 * 24)
        new = site.sign()
        site.work()
        first, second = hospital.bodies
        assert field(second, "MSH", 9) == "MDM^T10^MDM_T02"
        assert (field(second, "TXA", 12), field(second, "TXA", 13)) == (
            f"{new.id}^CARELOOM",
            f"{old.id}^CARELOOM",
        )
        assert field(first, "TXA", 13) == ""


def test_a_newer_plan_names_the_older_one_too_where_nobody_knows_whether_that_arrived(
    home: Path, tmp_path: Path
) -> None:
    with receiving(tmp_path, "silent", "AA") as hospital:
        site = told(home, hospital, answer_seconds="0.5")
        old = site.sign()
        assert site.work()[0].state is State.UNKNOWN
        site.pass_minutes(60 * 24)
        site.sign()
        newer, older = site.work()
        assert newer.state is State.WRITTEN and older.state in (State.CANCELLED, State.WRITTEN)
        assert field(hospital.bodies[-1], "TXA", 13) == f"{old.id}^CARELOOM"


def test_what_was_undone_is_taken_back_there_once(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA", "silent", "AA") as hospital:
        site = told(home, hospital, answer_seconds="0.5")
        filed = site.sign()
        (writing,) = site.work()
        site.desk.writing_back.undo("osei", writing.id, why="signed for the wrong visit")
        assert site.work()[0].state is State.LEAVING
        site.pass_minutes(2)
        assert site.work()[0].state is State.GONE
        first, back, again = hospital.bodies
        assert back == again and b"OBX|" not in back
        assert field(back, "MSH", 9) == "MDM^T11^MDM_T01" and field(back, "TXA", 19) == "CA"
        assert field(back, "TXA", 12) == field(first, "TXA", 12) == f"{filed.id}^CARELOOM"
        assert field(back, "MSH", 10) != field(first, "MSH", 10)
        assert b"wrong visit" not in back


ADMITTED = (
    "MSH|^~\\&|ADT|RIVERSIDE|||202611201000||ADT^A03|A3|P|2.5.1\r"
    "PID|1||RV104471^^^&2.16.840.1.113883.19.5.1&ISO^MR||Moreno^Ada||19650302|F\r"
    "PV1|1|I|2W^201||||||||||||||||V-778^^^RIVERSIDE^VN|||||||||||||||||01||||||||202611170800|202611201000\r"
)


@pytest.mark.parametrize(
    ("kind", "sent", "visit"),
    [
        ("clinical_summary", ADMITTED, ("I", "V-778^^^RIVERSIDE^VN")),
        ("clinical_summary", ADMITTED.replace("V-778^^^RIVERSIDE^VN", ""), ("I", "")),
        ("clinical_summary", ADMITTED.replace("PV1|1|I", "PV1|1|U"), ("N", "")),
        (
            "clinical_summary",
            "",
            ("O", ""),
        ),  # its FHIR server told of a visit to the clinic, and of no number
        ("care_plan", ADMITTED, ("N", "")),
    ],
)
def test_the_visit_that_a_document_is_about_is_named_as_the_hospital_named_it(
    home: Path, tmp_path: Path, kind: str, sent: str, visit: tuple[str, str]
) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = Site(home, hospital.port, f'kinds = ["{kind}"]')
        if sent:
            (tmp_path / "adt.hl7").write_text(sent)
            site.desk.connect([tmp_path / "adt.hl7"], source="riverside_ehr")
        site.sign(kind)
        assert site.work()[0].state is State.WRITTEN, site.work()[0].why
        (body,) = hospital.bodies
        assert (field(body, "PV1", 2), field(body, "PV1", 19)) == visit
        assert site.desk.store.patients.all().keys() == {site.who}


def test_what_became_of_tasks_is_told_in_no_message(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        site.sign()
        site.work()
        assert site.desk.writing_back.tasks_changed(site.who) == 1
        assert site.work()[0].state is State.WRITTEN
        assert len(hospital.controls) == 1


def test_what_became_of_a_task_while_the_plan_was_handed_over_is_brought_there_after_it(
    home: Path, tmp_path: Path
) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        site.sign()
        (due,) = site.desk.store.writings.last()

        class Slow:
            """A way into the chart that takes so long that somebody does a task meanwhile."""

            def __init__(self) -> None:
                self.had: list[int] = []

            def write(self, job: Job, about_to: AboutTo) -> There:
                about_to(There("message", "", ()))
                self.had.append(list(job.tasks.values()).count("completed"))
                if len(self.had) == 1:
                    task = site.desk.tracking.open("test")[0]
                    site.desk.tracking.say(site.physician, task.id, "completed")
                return There("message", "", (Copy("k"),))

            take_back = write

        slow = Slow()
        writing_back = replace(site.desk.writing_back, destinations={"mdm": slow})
        assert writing_back.work(due.id).state is State.QUEUED
        assert writing_back.work(due.id).state is State.WRITTEN
        assert slow.had == [0, 1]


def test_stored_but_not_acknowledged_by_the_application_is_there_and_said(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "CA") as hospital:
        site = told(home, hospital, accept="AL", application_ack="AL", answer_seconds="0.5")
        site.sign()
        (writing,) = site.work()
        assert writing.state is State.WRITTEN and writing.there is not None
        assert writing.there.notes == ("it is stored there; whether it was taken in was not acknowledged",)


def test_a_hospital_that_never_told_of_her_is_sent_nothing(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital, numbers="another_hospital")
        site.sign()
        (writing,) = site.work()
        assert (writing.state, writing.why) == (State.REFUSED, UNKNOWN_THERE)
        assert hospital.controls == []


def test_two_numbers_in_use_are_a_question_for_the_hospital(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        other = tmp_path / "ada-again.json"

        other.write_text(ADA[0].read_text().replace("RV104471", "RV999999"))
        site.desk.connect([other], source="riverside_ehr")
        if site.desk.find("urn:oid:2.16.840.1.113883.19.5.1|RV999999") != site.who:
            site.desk.merge("test", site.who, site.desk.find("urn:oid:2.16.840.1.113883.19.5.1|RV999999"))
        site.sign()
        (writing,) = site.work()
        assert (writing.state, writing.why) == (State.REFUSED, TWO_NUMBERS)
        assert hospital.controls == []


def test_no_name_number_or_date_of_hers_stands_in_what_is_told_of_it(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "AE:101:PID:5", "AR", "close") as hospital:
        site = told(home, hospital)
        site.sign()
        writings: list[Writing] = site.work()
        site.desk.writing_back.again("osei", writings[0].id)
        site.work()
        site.pass_minutes(10)
        steps = site.work()[0].steps
        assert len(steps) > 5
        for step in steps:
            assert not any(word in step.why for word in ("Moreno", "Ada", "RV104471", "1965", "known here"))


def test_the_printed_plan_goes_along_where_the_site_wants_it(home: Path, tmp_path: Path) -> None:
    with receiving(tmp_path, "silent", "AA") as hospital:
        site = told(home, hospital, pdf="yes", answer_seconds="0.5")
        site.sign()
        site.work()
        site.pass_minutes(2)
        (writing,) = site.work()
        assert writing.state is State.WRITTEN and writing.there is not None and writing.there.notes == ()
        first, again = hospital.bodies
        assert first == again
        last = first.decode().rstrip("\r").split("\r")[-1].split("|")
        kind = last[5].split("^")
        assert (last[2], kind[:4]) == ("ED", ["", "AP", "PDF", "Base64"])
        pages = "".join(layers(base64.b64decode(kind[4])))
        assert "Ada Moreno" in pages and "lines signed." in pages and "DRAFT" not in pages
        # Read by us it is the words and the pages of one document.
        assert read(first)[0].text.startswith("Interdisciplinary care plan\n")


@pytest.mark.parametrize(("options", "why"), [({"pdf_kb": "1"}, "it is longer than 1 KB")])
def test_a_pdf_that_cannot_go_along_is_left_out_and_said(
    home: Path, tmp_path: Path, options: dict[str, str], why: str
) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital, pdf="yes", **options)
        site.sign()
        (writing,) = site.work()
        assert writing.there is not None and writing.there.notes == (f"the PDF was left out: {why}",)
        assert b"|ED|" not in hospital.bodies[0]


@pytest.mark.django_db(transaction=True)
def test_signed_here_it_arrives_once_in_another_careloom_that_listens(home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    with listening(there, "--source", "county") as other:
        site = Site(home, other.port, options={"answer_seconds": "10"})
        filed = site.sign()
        (writing,) = site.work()
        assert (writing.state, writing.why) == (State.WRITTEN, "")
        site.pass_minutes(300)
        site.work()
        found = stored_when_read(there)
        assert [source for _, _, source, _ in found["messages"]] == ["county"]
        assert other.stop() == {"kept": 1, "faulty": 0, "refused": 0}
    (patient,) = answer(there, "patients")["patients"]
    assert patient["names"] == ["Ada Moreno"]
    entries = answer(there, "record", patient["id"])["entries"]
    (note,) = [one for one in entries if one["kind"] == "DocumentReference"]
    released = [one.text for one in filed.document.statements if one.id in filed.released]
    assert all(text in note["text"] for text in released)


def test_what_is_taken_back_in_our_chart_is_taken_back_there_and_what_waits_is_not_sent(
    home: Path, tmp_path: Path
) -> None:
    with receiving(tmp_path, "AA") as hospital:
        site = told(home, hospital)
        filed = site.sign()
        site.work()
        osei = site.desk.store.users.reviewer("osei")
        site.desk.unfiling.take_back(osei, filed.id, "wrong_content", "The dose is wrong.")
        (writing,) = site.work()
        assert writing.state is State.GONE
        assert [field(one, "MSH", 9) for one in hospital.bodies] == ["MDM^T02^MDM_T02", "MDM^T11^MDM_T01"]
        site.pass_minutes(24 * 60)
        waits = site.sign()
        assert waits.id != filed.id
        site.desk.unfiling.take_back(osei, waits.id, "wrong_content", "The dose is wrong.")
        assert site.work()[0].state is State.CANCELLED
        assert len(hospital.bodies) == 2
