"""A number that was used again, or told wrong: nothing is filed until a person says who it is, and that can be taken back."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Reviewer
from careloom.errors import InputError, NotLicensed
from careloom.pipeline import Pipeline
from tests.connect.hl7 import PID, hl7
from tests.flow.feed import Sends, feed
from tests.flow.test_merging import HARBOR, LATEX, NUTS, PENICILLIN, allergies, merge, people

pytestmark = pytest.mark.django_db
CAM = Reviewer(user="cam", role="care_coordinator")
# Iver Ost bears the number that Marta Quill bore, or Marta's birth date was mistyped.
IVER = "PID|1||H-778^^^HARBOR^MR||Ost^Iver||19500112|M"
MISTYPED = PID.replace("19490630", "19490603")
THIRD = "PID|1||H-778^^^HARBOR^MR||Ahn^Sue||19800101|F"
MOLD = "AL1|1|EA|419474003^Mold^SCT|MO"


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


@pytest.fixture
def marta(sends) -> str:
    (patient,) = sends(hl7("ADT^A01", PENICILLIN)).patients
    return patient


def waits(desk: Pipeline) -> str:
    """The one message that waits for a person to say whom it is about."""
    (row,) = [one for one in desk.store.messages.rejections() if one.error == "PatientMismatch"]
    return row.message


def arrives(kind: str, allergy: str, pid: str, number: str = "C-1") -> bytes:
    return hl7(kind, allergy, pid=pid).replace(b"|C-1|", f"|{number}|".encode())


def test_somebody_new_is_founded_and_each_later_message_goes_to_whom_it_describes(desk, sends, marta):
    assert sends(arrives("ADT^A01", LATEX, IVER)).rejected
    message = waits(desk)
    (refused,) = desk.refusals.waiting(CAM, message)
    assert refused.bearers == (marta,)
    assert refused.why.startswith("an identifier is shared, but the birth date differs")
    assert refused.told.entries > 0
    iver = desk.refusals.new(CAM, message, why="the hospital used the number again")
    assert iver != marta
    assert desk.store.messages.rejections() == ()
    sends(arrives("ADT^A08", NUTS, IVER, "C-2"), arrives("ADT^A08", MOLD, PID, "C-3"))
    assert desk.store.messages.rejections() == ()
    assert allergies(desk, iver) == {"Latex", "Nuts"}
    assert allergies(desk, marta) == {"Penicillin", "Mold"}
    assert desk.store.sameness.looks() == ()
    with pytest.raises(InputError, match="more than one patient"):
        desk.find(f"{HARBOR}|H-778")


def test_what_names_the_number_alone_waits_once_two_people_bear_it(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    iver = desk.refusals.new(CAM, waits(desk), why="asked the hospital")
    sends(arrives("ADT^A08", NUTS, "PID|1||H-778^^^HARBOR^MR", "C-2"))
    (refused,) = desk.refusals.waiting(CAM, waits(desk))
    assert set(refused.bearers) == {marta, iver}
    assert desk.refusals.known(CAM, waits(desk), iver, why="his visit that day") == iver
    assert allergies(desk, iver) == {"Latex", "Nuts"}
    assert allergies(desk, marta) == {"Penicillin"}


def test_a_third_person_under_the_number_is_a_persons_again(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    desk.refusals.new(CAM, waits(desk), why="asked the hospital")
    sends(arrives("ADT^A01", NUTS, THIRD))
    (refused,) = desk.refusals.waiting(CAM, waits(desk))
    assert len(refused.bearers) == 2
    sue = desk.refusals.new(CAM, waits(desk), why="asked again")
    assert people(desk) == 3
    for number, pid in enumerate((PID, IVER, THIRD)):
        assert sends(arrives("ADT^A08", MOLD, pid, f"C-9{number}")).rejected == []
    assert allergies(desk, sue) == {"Nuts", "Mold"}


def test_it_is_this_patient_files_it_and_what_is_mistyped_so_again_is_filed_too(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, MISTYPED))
    assert desk.refusals.known(CAM, waits(desk), marta, why="her passport") == marta
    assert people(desk) == 1
    assert desk.find(f"{HARBOR}|H-778") == marta
    sends(arrives("ADT^A08", NUTS, MISTYPED, "C-2"), arrives("ADT^A08", MOLD, PID, "C-3"))
    assert desk.store.messages.rejections() == ()
    assert allergies(desk, marta) == {"Penicillin", "Latex", "Nuts", "Mold"}
    assert desk.store.sameness.clusters().members(marta) != (marta,)


def test_it_may_be_somebody_whom_we_know_by_another_number(desk, sends, marta):
    (iver,) = sends(arrives("ADT^A01", NUTS, IVER.replace("H-778", "N-1")), source="northgate").patients
    sends(arrives("ADT^A01", LATEX, IVER))
    assert desk.refusals.known(CAM, waits(desk), iver, why="his licence") == iver
    assert allergies(desk, iver) == {"Nuts", "Latex"}
    sends(arrives("ADT^A08", MOLD, IVER, "C-2"))
    assert allergies(desk, iver) == {"Nuts", "Latex", "Mold"}
    assert allergies(desk, marta) == {"Penicillin"}


@pytest.mark.parametrize("word", ["new", "known"])
def test_it_is_taken_back_and_her_record_is_as_it_was(desk, sends, marta, word):
    before = desk.store.entries.of(marta), desk.store.patients.said(marta)
    sends(arrives("ADT^A01", LATEX, IVER if word == "new" else MISTYPED))
    message = waits(desk)
    if word == "new":
        desk.refusals.new(CAM, message, why="it seems so")
    else:
        desk.refusals.known(CAM, message, marta, why="it seems so")
    (said,) = desk.refusals.identified()
    assert desk.refusals.take_back(CAM, said.patient) == message
    assert waits(desk) == message
    assert desk.refusals.identified() == ()
    assert (desk.store.entries.of(marta), desk.store.patients.said(marta)) == before
    assert list(desk.store.patients.all()) == list(desk.store.arrived.patients()) == [marta]
    assert people(desk) == desk.store.arrived.count() == 1
    assert desk.find(f"{HARBOR}|H-778") == marta
    desk.replay()
    assert waits(desk) == message
    again = desk.refusals.new(CAM, message, why="asked")
    assert allergies(desk, again) == {"Latex"}


def test_it_is_not_taken_back_once_more_has_come_for_them(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    iver = desk.refusals.new(CAM, waits(desk), why="asked the hospital")
    sends(arrives("ADT^A08", NUTS, IVER, "C-2"))
    with pytest.raises(InputError, match="more has come"):
        desk.refusals.take_back(CAM, iver)
    desk.people.same(CAM, iver, marta, why="one person after all")
    assert allergies(desk, marta) == {"Penicillin", "Latex", "Nuts"}


@pytest.mark.parametrize("pid", [IVER, MISTYPED])
def test_a_replay_changes_nothing_of_it(desk, sends, marta, pid):
    sends(arrives("ADT^A01", LATEX, pid))
    if pid == IVER:
        desk.refusals.new(CAM, waits(desk), why="asked")
    else:
        desk.refusals.known(CAM, waits(desk), marta, why="asked")
    sends(arrives("ADT^A08", NUTS, pid, "C-2"))

    def stands():
        alone = {
            one: desk.store.entries.of(one, alone=True) for one in desk.store.sameness.clusters().said[0].pair
        }
        return alone, desk.store.patients.all(), len(desk.store.sameness.words())

    before = stands()
    desk.replay()
    assert stands() == before
    assert desk.store.messages.rejections() == ()


def test_of_a_file_about_several_each_is_said_by_itself(desk, sends, marta):
    sends(
        arrives("ADT^A01", LATEX, IVER),
        arrives("ADT^A08", NUTS, IVER, "C-2"),
        arrives("ADT^A08", MOLD, THIRD, "C-3"),
    )
    (message,) = {one.message for one in desk.store.messages.rejections()}
    iver, sue = desk.refusals.waiting(CAM, message)
    with pytest.raises(InputError, match="say which"):
        desk.refusals.new(CAM, message, why="asked")
    him = desk.refusals.new(CAM, message, iver.key, why="asked")
    assert allergies(desk, him) == {"Latex", "Nuts"}
    assert [one.key for one in desk.refusals.waiting(CAM, message)] == [sue.key]
    her = desk.refusals.new(CAM, message, sue.key, why="asked")
    assert allergies(desk, her) == {"Mold"}
    desk.refusals.take_back(CAM, her)
    assert allergies(desk, him) == {"Latex", "Nuts"}


def test_the_second_of_two_who_decide_at_once_is_told(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    message, key = waits(desk), desk.refusals.waiting(CAM, waits(desk))[0].key
    desk.refusals.new(CAM, message, key, why="asked")
    for word in (
        lambda: desk.refusals.new(CAM, message, key, why="asked"),
        lambda: desk.refusals.known(CAM, message, marta, key, why="asked"),
    ):
        with pytest.raises(InputError, match="nobody of this message waits"):
            word()
    assert people(desk) == 2


def test_it_takes_a_reason_a_role_and_a_name_and_stands_in_everybodys_audit_log(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER), arrives("ADT^A01", NUTS, "PID|1||H-778^^^HARBOR^MR|||||M", "C-2"))
    message = desk.store.messages.rejections()[0].message
    keys = [one.key for one in desk.refusals.waiting(CAM, message)]
    with pytest.raises(InputError, match="why"):
        desk.refusals.new(CAM, message, keys[0], why=" ")
    with pytest.raises(NotLicensed):
        desk.refusals.new(Reviewer(user="q", role="quality_lead"), message, keys[0], why="x")
    with pytest.raises(InputError, match="neither a name nor a birth date"):
        desk.refusals.new(CAM, message, keys[1], why="x")
    iver = desk.refusals.new(CAM, message, keys[0], why="asked the hospital")
    for one in (iver, marta):
        (event,) = [row for row in desk.store.audit.of(one) if row["action"] == "somebody new"]
        assert event["actor"] == "cam"


def test_two_who_were_told_apart_by_a_person_may_still_be_merged_by_one(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    iver = desk.refusals.new(CAM, waits(desk), why="asked")
    assert desk.people.same(CAM, marta, iver, why="it was one person")
    assert people(desk) == 1
    desk.people.unmerge(CAM, marta, iver, why="it was not")
    assert sends(arrives("ADT^A08", NUTS, IVER, "C-2")).rejected == []
    assert allergies(desk, iver) == {"Latex", "Nuts"}


def test_a_merge_that_names_a_number_of_two_people_is_a_persons(desk, sends, marta):
    sends(arrives("ADT^A01", LATEX, IVER))
    desk.refusals.new(CAM, waits(desk), why="asked")
    sends(hl7("ADT^A01", NUTS, pid=THIRD.replace("H-778", "H-900")))
    report = sends(merge(prior="H-778", pid=THIRD.replace("H-778", "H-900")))
    assert "more than one patient" in report.rejected[0]["reason"]
    assert people(desk) == 3
