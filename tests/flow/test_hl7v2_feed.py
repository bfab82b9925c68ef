"""A hospital's feed through the door: whom a message is about, what a merge may do, what is replayed, what is audited."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.entry import Person
from careloom.pipeline import Pipeline
from tests.connect.hl7 import PID, hl7, seg
from tests.flow.feed import Sends, feed

pytestmark = pytest.mark.django_db

OTHER = "PID|1||H-900^^^HARBOR^MR||Ost^Iver||19500112|M"
AL1 = "AL1|1|DA|70618^Penicillin^RXNORM|SV"
RESULT = (
    "OBR|1|||24323-8^CMP^LN|||202603040800||||||||||||||||||F",
    "OBX|1|NM|2823-3^K^LN||4.10|mmol/L|||||F",
)
HARBOR = "urn:careloom:source:harbor:HARBOR"


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


def merge(event: str, mrg: str = "MRG|H-100^^^HARBOR^MR", pid: str = PID) -> bytes:
    return hl7(f"ADT^{event}^ADT_A39", "EVN|A40|20260304", mrg, pid=pid)


def refused(report) -> list[tuple[str, str]]:
    return [(one["where"], one["reason"]) for one in report.rejected]


def numbers(desk: Pipeline, patient: str) -> set[str]:
    return {one.value for person in desk.store.patients.persons(patient) for one in person.identifiers}


def test_messages_about_one_person_make_one_record(desk, sends):
    report = sends(
        hl7("ADT^A01", "PV1|1|I", AL1), hl7("ORU^R01", *RESULT), hl7("ADT^A08", OTHER and "PV1|1|I")
    )
    (patient,) = report.patients
    assert report.messages == 1
    assert {entry.kind for entry in desk.store.entries.of(patient)} >= {"AllergyIntolerance", "Observation"}


def test_the_same_file_again_adds_nothing(sends):
    file = (hl7("ADT^A01", AL1), hl7("ORU^R01", *RESULT))
    assert sends(*file).entries == 6
    again = sends(*file)
    assert (again.entries, again.duplicates) == (0, 1)


def test_a_merge_with_a_number_that_is_hers_already_changes_nothing(desk, sends):
    sends(hl7("ADT^A01", pid=PID.replace("H-778^^^HARBOR^MR", "H-778^^^HARBOR^MR~H-100^^^HARBOR^MR")))
    report = sends(merge("A40"))
    (patient,) = report.patients
    assert report.rejected == []
    assert numbers(desk, patient) == {"H-778", "H-100"}


def test_a_new_number_for_somebody_known_by_the_old_one_founds_nobody(desk, sends):
    (hers,) = sends(hl7("ADT^A01", AL1, pid=PID.replace("H-778", "H-100"))).patients
    report = sends(merge("A47", pid="PID|1||H-778^^^HARBOR^MR||Quill^Marta"))
    assert report.rejected == []
    assert list(report.patients) == [hers]
    assert numbers(desk, hers) == {"H-778", "H-100"}


def test_a_new_number_whose_old_one_was_somebody_elses_is_refused(sends):
    sends(hl7("ADT^A01", AL1, pid=OTHER.replace("H-900", "H-100")))
    ((where, reason),) = refused(sends(merge("A47")))
    assert where == "message 1, PID"
    assert "an identifier is shared, but the" in reason


@pytest.mark.parametrize("event", ["A46", "A47", "A48"])
def test_a_former_number_of_hers_is_learnt_though_nobody_sent_it(desk, sends, event):
    (patient,) = sends(merge(event)).patients
    assert numbers(desk, patient) == {"H-778", "H-100"}


@pytest.mark.parametrize("event", ["A43", "A44"])
def test_a_move_between_two_numbers_is_no_merge_and_a_persons_to_decide(desk, sends, event):
    report = sends(merge(event))
    (patient,) = report.patients
    assert refused(report) == [
        (
            "message 1, MRG-1",
            f"moves what was filed under one number to another ({event}): a person must decide",
        )
    ]
    assert numbers(desk, patient) == {"H-778"}


def test_a_move_of_a_visit_between_her_own_accounts_is_nothing_to_decide(sends):
    own = seg("MRG", {1: "H-778^^^HARBOR^MR", 3: "AC-1", 5: "V-1"})
    assert sends(merge("A45", own)).rejected == []


def test_a_number_of_an_account_is_never_merged(desk, sends):
    sends(hl7("ADT^A01"))
    report = sends(merge("A40", seg("MRG", {1: "AC-1^^^HARBOR^AN", 3: "AC-2"})))
    (patient,) = report.patients
    assert report.rejected == []
    assert numbers(desk, patient) == {"H-778"}


def test_families_that_share_an_account_are_not_one_person(desk, sends):
    account = "|" * 10 + "AC-7^^^HARBOR^AN"
    twin = PID.replace("H-778", "H-779").replace("Marta^Jo", "Anna^Lu")
    report = sends(hl7("ADT^A01", pid=PID + account), hl7("ADT^A01", pid=twin + account))
    assert len(report.patients) == 2
    assert report.rejected == []


def test_somebody_unknown_without_a_name_is_kept_until_she_is_known(desk, sends):
    nameless = hl7("ORU^R01", *RESULT, pid="PID|1||H-778^^^HARBOR^MR")
    first = sends(nameless)
    assert refused(first)[0][0] == "message 1, PID"
    assert "unknown patient" in refused(first)[0][1]
    sends(hl7("ADT^A01", AL1))
    (patient,) = desk.store.patients.all()
    assert "Observation" in {entry.kind for entry in desk.store.entries.of(patient)}
    assert desk.store.messages.rejections() == ()


def test_one_broken_message_of_a_file_is_rejected_and_the_rest_is_stored(desk, sends):
    report = sends(hl7("ADT^A01", AL1), hl7("ORU^R01", *RESULT, pid=""), hl7("ORU^R01", *RESULT))
    assert refused(report) == [("message 2, PID", "is missing: the message names no patient")]
    assert len(report.patients) == 1
    assert report.entries == 6


def test_what_a_note_says_is_read_from_an_mdm(desk, sends):
    txa = seg("TXA", {1: "1", 2: "SW^Social work note", 4: "20260304", 9: "7^Hart^Lou"})
    (patient,) = sends(hl7("MDM^T02", txa, "OBX|1|TX|1^Note^L||She was evicted last week.||||||F")).patients
    kinds = [entry.kind for entry in desk.store.entries.of(patient)]
    assert "DocumentReference" in kinds
    assert any("quote" in entry.detail for entry in desk.store.entries.of(patient))


def test_a_replay_makes_the_same_record(desk, sends):
    (patient,) = sends(hl7("ADT^A01", AL1), hl7("ORU^R01", *RESULT), merge("A40")).patients
    before = desk.store.entries.of(patient)
    desk.replay()
    assert desk.store.entries.of(patient) == before
    assert len(desk.store.patients.all()) == 1


def test_a_sites_character_set_for_a_source_is_taken(home, tmp_path):
    (tmp_path / "sources.toml").write_text('[harbor.options]\ncharset = "latin-1"\n', encoding="utf-8")
    desk = pipelines.build(
        replace(settings.read(), home=home, model="none", sources=tmp_path / "sources.toml")
    )
    file = tmp_path / "feed.hl7"
    file.write_bytes(hl7("ADT^A01", pid=PID.replace("Marta", "Zoë")).decode().encode("latin-1"))
    (patient,) = desk.connect([file], source="harbor").patients
    assert desk.store.patients.persons(patient)[0].names[0].given == ("Zoë", "Jo")


def test_whoever_a_file_touched_is_in_the_audit_log_and_the_chain_is_whole(desk, sends):
    report = sends(hl7("ADT^A01"), hl7("ADT^A01", pid=OTHER))
    for patient in report.patients:
        assert [one["action"] for one in desk.store.audit.of(patient)] == ["connect"]
    assert desk.store.audit.verify()["ok"]
    assert desk.store.audit.verify()["unsealed"] == 0


def test_she_is_found_by_an_account_number_all_the_same(desk, sends):
    (patient,) = sends(hl7("ADT^A01", pid=PID + "|" * 10 + "AC-7^^^HARBOR^AN")).patients
    assert desk.store.patients.find("urn:careloom:number:harbor:HARBOR|AC-7") == patient
    assert desk.store.patients.find(f"{HARBOR}|H-778") == patient
    assert Person(birth_date="1949-06-30").birth_date in {
        p.birth_date for p in desk.store.patients.persons(patient)
    }
