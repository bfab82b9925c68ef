"""What a later message says anew: by whose number, and since when."""

import io
from dataclasses import replace

import pytest

from careloom.care.entry import Entry
from careloom.connect import hl7v2
from tests.connect.hl7 import LIMIT, MSH, PID, hl7, seg, sent, the_entry

OBR = "OBR|1|P-5^EHR|F-5^LAB|24323-8^CMP^LN|||202603040800||||||||||||||||||{status}"
OBX = "OBX|1|NM|2823-3^K^LN||{value}|mmol/L|||||{status}|||{taken}"


def result(value: str = "4.1", status: str = "F", taken: str = "", obr: str = OBR, obx: str = OBX) -> Entry:
    lines = (obr.format(status=status), obx.format(value=value, status=status, taken=taken))
    return the_entry(hl7("ORU^R01", *lines), "Observation")


def drug(control: str, *, orc: str = "ORC|{control}|P-7^EHR|F-7^RX", state: str = "") -> Entry:
    lines = (orc.format(control=control) + state, "RXE||860975^metformin 500 MG^RXNORM|1||TAB")
    return the_entry(hl7("RDE^O11", *lines), "MedicationRequest")


def test_a_corrected_result_is_the_same_result_at_the_same_address():
    first, second = result("4.1"), result("5.1", "C")
    assert first.source.resource == second.source.resource != ""
    assert first.source.resource.startswith("Observation/")
    assert "F-5" not in repr(second) and "P-5" not in repr(second)


def test_a_series_under_one_order_is_no_correction():
    first, second = result(taken="202603040800"), result(taken="202603041200")
    assert first.source.resource != second.source.resource


def test_a_results_own_number_comes_before_its_orders():
    own = OBX + "|||||||R-1^LAB"
    assert result(obx=own).source.resource == result(obx=own, taken="202603041200").source.resource


def test_what_has_no_number_is_a_statement_of_its_own():
    assert result(obr="OBR|1|||24323-8^CMP^LN|||202603040800").source.resource == ""
    assert drug("NW", orc="ORC|{control}").source.resource == ""
    assert the_entry(hl7("ADT^A01", "PV1|1|I"), "Encounter").source.resource == ""


@pytest.mark.parametrize("control", ["NW", "XO", "CA", "DC", "HD", "RL"])
def test_whatever_is_done_to_an_order_is_done_to_the_same_order(control):
    assert drug(control).source.resource == drug("NW").source.resource != ""


def test_an_order_whose_standing_nobody_tells_says_nothing_anew():
    assert (drug("SN").status, drug("SN").source.resource) == ("unknown", "")
    without = the_entry(hl7("ORU^R01", OBR.format(status="F")), "ServiceRequest")
    assert (without.status, without.source.resource) == ("unknown", "")


def test_it_says_so_since_its_sender_made_the_message():
    assert result().source.updated.startswith("2026-03-04T15:15:00.000001")


def test_two_messages_of_one_second_in_a_file_follow_each_other():
    one = hl7("ORU^R01", OBR.format(status="F"), OBX.format(value="4.1", status="F", taken=""))
    data = one + one
    found = [
        entry.source.updated
        for reading in hl7v2.read(sent(data), io.BytesIO(data), limit=LIMIT, options={})
        for entry in reading.entries
        if entry.kind == "Observation"
    ]
    assert found == sorted(found) and len(set(found)) == 2


@pytest.mark.parametrize("made", ["", "soon", "99999999"])
def test_without_a_time_of_the_message_nothing_of_it_is_a_newer_version(made):
    msh = MSH.replace("20260304101500-0500", made)
    data = hl7("ADT^A01", seg("PV1", {2: "I", 19: "V-9"}), msh=msh)
    assert the_entry(data, "Encounter").source.resource == ""


def test_a_source_that_nobody_named_keeps_nothing_up_to_date():
    msh = MSH.replace("|WARD|HARBOR|", "|||")
    data = hl7("ADT^A01", seg("PV1", {2: "I", 19: "V-9"}), msh=msh)
    unnamed = replace(sent(data), source="hl7v2")
    (found,) = hl7v2.read(unnamed, io.BytesIO(data), limit=LIMIT, options={})
    assert {entry.source.resource for entry in found.entries} == {""}


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("Appointment", ("SIU^S12", "SCH|A-1|B-1|||||||30"), ("SIU^S15", "SCH|A-1|B-1")),
        ("Encounter", ("ADT^A01", seg("PV1", {2: "I", 19: "V-9"})), ("ADT^A11", seg("PV1", {2: "I", 19: "V-9"}))),
        ("Condition", ("PPR^PC1", "PRB|AD||I10^Hypertension^I10C|B-3"), ("PPR^PC3", "PRB|DE||I10^Hypertension^I10C|B-3")),
        ("Condition", ("ADT^A08", seg("DG1", {3: "I10^Hypertension^I10C", 20: "D-8"})),
         ("ADT^A08", seg("DG1", {3: "I10^Hypertension^I10C", 20: "D-8", 21: "D"}))),
        ("Procedure", ("ADT^A08", seg("PR1", {3: "80146002^Appendectomy^SCT", 19: "R-8"})),
         ("ADT^A08", seg("PR1", {3: "80146002^Appendectomy^SCT", 19: "R-8", 20: "D"}))),
        ("Goal", ("PGL^PC6", "GOL|AD||289169006^Walk^SCT|G-1"), ("PGL^PC8", "GOL|DE||289169006^Walk^SCT|G-1")),
        ("AllergyIntolerance", ("ADT^A60", seg("IAM", {3: "2670^codeine^RXNORM", 7: "I-1"})),
         ("ADT^A60", seg("IAM", {3: "2670^codeine^RXNORM", 6: "D", 7: "I-1"}))),
        ("Immunization", ("VXU^V04", "ORC|RE||M-4\rRXA|0|1|20260301||140^Influenza^CVX|0.5"),
         ("VXU^V04", "ORC|RE||M-4\r" + seg("RXA", {3: "20260301", 5: "140^Influenza^CVX", 21: "D"}))),
    ],
)  # fmt: skip
def test_each_kind_has_the_number_by_which_its_sender_takes_it_back(kind, first, second):
    said, taken_back = (the_entry(hl7(event, *rest.split("\r")), kind) for event, rest in (first, second))
    assert said.source.resource == taken_back.source.resource != ""
    assert said.status != taken_back.status


def test_a_number_that_means_no_order_names_no_vaccine():
    lines = ("ORC|RE||9999^CDC", "RXA|0|1|20260301||140^Influenza^CVX|0.5")
    assert the_entry(hl7("VXU^V04", *lines), "Immunization").source.resource == ""


def test_a_visit_that_an_order_brings_along_is_not_how_the_visit_stands():
    data = hl7("ORU^R01", seg("PV1", {2: "I", 19: "V-9"}), OBR.format(status="F"), pid=PID)
    assert the_entry(data, "Encounter").source.resource == ""
