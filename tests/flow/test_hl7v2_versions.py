"""A feed corrects, changes, cancels and replaces what it said: what counts is what it said last."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.entry import Entry, Identifier, Person, Reading, Rejection, Source
from careloom.pipeline import Pipeline
from careloom.pipeline.intake import each_once
from tests.connect.hl7 import MSH, hl7, seg
from tests.flow.feed import Sends, feed

pytestmark = pytest.mark.django_db

OBR = "OBR|1|P-5^EHR|F-5^LAB|24323-8^CMP^LN|||202603040800||||||||||||||||||{0}"
TXA = {2: "DS^Summary^L", 4: "202603041000", 6: "202603041000", 17: "AU"}


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


def at(minute: int, kind: str, *segments: str) -> bytes:
    return hl7(kind, *segments, msh=MSH.replace("20260304101500", f"2026030410{minute:02}00"))


def potassium(minute: int, value: str, status: str, taken: str = "202603040800") -> bytes:
    obx = f"OBX|1|NM|2823-3^K^LN||{value}|mmol/L|||||{status}|||{taken}"
    return at(minute, "ORU^R01", OBR.format(status), obx)


def ordered(minute: int, control: str, dose: str = "500") -> bytes:
    return at(minute, "RDE^O11", f"ORC|{control}|P-7^EHR|F-7^RX", f"RXE||860975^metformin^RXNORM|{dose}||MG")


def note(minute: int, event: str, number: str, text: str, parent: str = "") -> bytes:
    fields = {**TXA, 12: number, 13: parent}
    return at(minute, f"MDM^{event}", seg("TXA", fields), f"OBX|1|TX|1^Note^L||{text}||||||F")


def hers(desk: Pipeline, kind: str) -> list[Entry]:
    (patient,) = desk.store.patients.all()
    return [one for one in desk.store.entries.of(patient) if one.kind == kind]


def values(desk: Pipeline) -> list[tuple[str | None, str | None]]:
    return [(one.value, one.status) for one in hers(desk, "Observation")]


def test_a_corrected_result_is_the_only_one(desk, sends):
    sends(potassium(1, "7.9", "P"))
    sends(potassium(2, "7.9", "F"))
    sends(potassium(3, "4.1", "C"))
    assert values(desk) == [("4.1", "corrected")]
    assert [one.status for one in hers(desk, "DiagnosticReport")] == ["corrected"]
    desk.replay()
    assert values(desk) == [("4.1", "corrected")]


def test_a_result_that_was_wrong_is_withdrawn(desk, sends):
    sends(potassium(1, "7.9", "F"), potassium(2, "7.9", "W"))
    assert values(desk) == [("7.9", "entered-in-error")]


def test_in_one_file_and_one_minute_the_later_message_counts(desk, sends):
    sends(potassium(1, "7.9", "F"), potassium(1, "4.1", "C"))
    assert values(desk) == [("4.1", "corrected")]


def test_an_older_message_that_comes_late_changes_nothing(desk, sends):
    sends(potassium(3, "4.1", "C"))
    sends(potassium(1, "7.9", "F"))
    assert values(desk) == [("4.1", "corrected")]


def test_every_result_of_a_series_stays(desk, sends):
    sends(potassium(1, "7.9", "F"))
    sends(potassium(2, "5.0", "F", "202603041200"))
    assert values(desk) == [("7.9", "final"), ("5.0", "final")]


def test_where_the_site_named_nobody_the_message_names_its_sender(desk, sends):
    sends(potassium(1, "7.9", "F"), source=None)
    sends(potassium(2, "5.5", "C").replace(b"|WARD|HARBOR|", b"|WARD|MERCY|"), source=None)
    assert values(desk) == [("7.9", "final"), ("5.5", "corrected")]
    sends(potassium(3, "4.1", "C"), source=None)
    assert sorted(map(str, values(desk))) == ["('4.1', 'corrected')", "('5.5', 'corrected')"]


def test_two_files_of_senders_whom_nobody_names_are_two_statements(desk, sends):
    sends(potassium(1, "7.9", "F").replace(b"|WARD|HARBOR|", b"|||"), source=None)
    sends(potassium(2, "4.1", "C").replace(b"|WARD|HARBOR|", b"|||"), source=None)
    assert len(values(desk)) == 2


@pytest.mark.parametrize(("control", "status"), [("CA", "cancelled"), ("DC", "stopped"), ("HD", "on-hold")])
def test_a_drug_order_that_is_taken_back_is_no_longer_active(desk, sends, control, status):
    sends(ordered(1, "NW"))
    sends(ordered(2, control))
    assert [one.status for one in hers(desk, "MedicationRequest")] == [status]


def test_of_a_changed_order_the_new_dose_counts(desk, sends):
    sends(ordered(1, "NW"))
    sends(ordered(2, "XO", "1000"))
    (found,) = hers(desk, "MedicationRequest")
    assert found.dosage is not None and found.dosage.dose == "1000 MG"


def test_a_prescription_of_several_drugs_under_one_number_keeps_them_all(desk, sends):
    def prescribed(minute: int, *drugs: tuple[str, str, str]) -> bytes:
        lines = [
            (f"ORC|{control}|P-7||{group}", f"RXE||{code}^drug {code}^L|1||TAB")
            for control, group, code in drugs
        ]
        return at(minute, "RDE^O11", *(line for pair in lines for line in pair))

    sends(prescribed(1, ("NW", "P-7_1", "11"), ("NW", "P-7_1", "12"), ("NW", "P-7_2", "13")))
    sends(prescribed(2, ("NW", "P-7_3", "14")))
    sends(prescribed(3, ("DC", "P-7_1", "12"), ("NW", "P-7_2", "13")))
    found = {one.codes[0].code: one.status for one in hers(desk, "MedicationRequest")}
    assert found == {"11": "active", "12": "stopped", "13": "active", "14": "active"}
    assert len(hers(desk, "MedicationRequest")) == 4


def test_a_laboratory_order_is_cancelled_and_a_result_without_its_control_leaves_it(desk, sends):
    order = ("ORC|{0}|P-5^EHR|F-5^LAB", OBR.format(""))
    sends(at(1, "ORM^O01", order[0].format("NW"), order[1]))
    sends(potassium(2, "4.1", "F"))
    assert sorted(str(one.status) for one in hers(desk, "ServiceRequest")) == ["active", "unknown"]
    sends(at(3, "ORM^O01", order[0].format("CA"), order[1]))
    assert sorted(str(one.status) for one in hers(desk, "ServiceRequest")) == ["revoked", "unknown"]


def test_an_appointment_that_moved_and_was_cancelled_is_one(desk, sends):
    sch = "SCH|A-1|B-1|||||||30|MIN|^^^{0}"
    sends(at(1, "SIU^S12", sch.format("202604010900")))
    sends(at(2, "SIU^S13", sch.format("202604020900")))
    (moved,) = hers(desk, "Appointment")
    assert (moved.status, moved.detail["due"]) == ("booked", "2026-04-02")
    sends(at(3, "SIU^S15", sch.format("202604020900")))
    assert [one.status for one in hers(desk, "Appointment")] == ["cancelled"]


def test_a_stay_is_one_from_admission_to_its_end_and_one_that_never_was(desk, sends):
    pv1 = {2: "I", 19: "V-9", 44: "202603041000"}
    sends(at(1, "ADT^A01", seg("PV1", pv1)))
    sends(at(2, "ADT^A03", seg("PV1", {**pv1, 45: "202603041030"})))
    assert [one.status for one in hers(desk, "Encounter")] == ["finished"]
    sends(at(3, "ADT^A13", seg("PV1", pv1)))
    assert [(one.status, one.effective.end) for one in hers(desk, "Encounter")] == [("in-progress", None)]
    sends(at(4, "ADT^A11", seg("PV1", pv1)))
    assert [one.status for one in hers(desk, "Encounter")] == ["cancelled"]


def test_a_replaced_document_is_superseded_along_the_whole_chain(desk, sends):
    sends(note(1, "T02", "D-1", "She was evicted and is homeless."))
    sends(note(2, "T10", "D-2", "She moved in with her sister.", "D-1"))
    sends(note(3, "T10", "D-3", "She has her own flat.", "D-2"))
    found = [(one.text, one.status) for one in hers(desk, "DocumentReference")]
    assert sorted(found) == [("", "superseded"), ("", "superseded"), ("She has her own flat.", "current")]
    told = [one for one in hers(desk, "Observation") if "evicted" in str(one.detail)]
    assert told == []


def test_a_replacement_that_came_first_still_replaces(desk, sends):
    sends(note(2, "T10", "D-2", "Corrected.", "D-1"))
    sends(note(1, "T02", "D-1", "Wrong."))
    assert sorted(one.text for one in hers(desk, "DocumentReference")) == ["", "Corrected."]


def test_a_document_that_is_cancelled_is_withdrawn_and_an_addendum_replaces_nothing(desk, sends):
    sends(note(1, "T02", "D-1", "First."), note(2, "T06", "D-2", "More.", "D-1"))
    assert sorted(one.text for one in hers(desk, "DocumentReference")) == ["First.", "More."]
    sends(note(3, "T11", "D-1", "First."))
    found = {one.text: one.status for one in hers(desk, "DocumentReference")}
    assert found == {"First.": "entered-in-error", "More.": "current"}


def test_an_id_that_stands_twice_is_rejected_alone():
    one = Entry(id="a" * 32, kind="Flag", source=Source("m", "row 1", "harbor"))
    other = Entry(id="b" * 32, kind="Flag", source=Source("m", "row 2", "harbor"))
    again = replace(one, source=Source("m", "row 3", "harbor"))
    person = Person(identifiers=(Identifier("urn:x", "1"),))
    rejected: list[Rejection] = []
    found = list(each_once([Reading(person, (one, other)), Reading(person, (again,))], rejected))
    assert [entry.id for reading in found for entry in reading.entries] == [one.id, other.id]
    assert rejected == [Rejection("row 3", "stands twice in one message")]
