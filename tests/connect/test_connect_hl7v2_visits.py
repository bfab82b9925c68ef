"""Visits with what their event says of them, and appointments."""

import pytest

from tests.connect.hl7 import entries, hl7, read, rejections, seg, the_entry, the_reading

PV1 = {
    2: "I",
    3: "2 West^201^A",
    4: "E",
    7: "7^Hart^Lou",
    8: "6^Bell^Noor",
    17: "7^Hart^Lou",
    19: "V-9",
    36: "01^Home^HL70112",
    44: "202603010930",
}


def visit(event: str, **further: str):
    fields = {**PV1, **{int(name[1:]): value for name, value in further.items()}}
    return the_entry(hl7(f"ADT^{event}", seg("PV1", fields)), "Encounter")


def test_a_stay_says_when_with_whom_and_where_she_went():
    data = hl7(
        "ADT^A03",
        seg("PV1", {**PV1, 45: "202603040800"}),
        seg("PV2", {3: "^Chest pain", 12: "Observed overnight"}),
    )
    found = the_entry(data, "Encounter")
    assert (found.status, found.detail["class"], found.codes[0].code) == ("finished", "inpatient", "E")
    assert (found.effective.start.text, found.effective.end.text) == ("2026-03-01T09:30", "2026-03-04T08:00")
    assert found.detail["author"] == "Lou Hart; Noor Bell"
    assert (found.detail["discharge"], found.detail["reason"], found.detail["note"]) == (
        "Home",
        "Chest pain",
        "Observed overnight",
    )
    assert "V-9" not in str(found)


@pytest.mark.parametrize(
    ("event", "further", "status"),
    [
        ("A01", {}, "in-progress"), ("A04", {}, "in-progress"), ("A05", {}, "planned"), ("A14", {}, "planned"),
        ("A02", {"f2": "P"}, "in-progress"), ("A03", {}, "finished"), ("A08", {}, "in-progress"),
        ("A08", {"f45": "202603040800"}, "finished"), ("A11", {}, "cancelled"),
        ("A11", {"f45": "202603040800"}, "cancelled"), ("A27", {}, "cancelled"), ("A38", {}, "cancelled"),
        ("A13", {"f45": "202603040800"}, "in-progress"), ("A23", {}, "entered-in-error"), ("A28", {"f2": "P"}, "planned"),
        ("A31", {"f2": "U"}, "unknown"), ("A08", {"f2": ""}, "unknown"), ("A08", {"f2": "X"}, "unknown"),
    ],
)  # fmt: skip
def test_an_event_says_what_becomes_of_the_visit(event, further, status):
    assert visit(event, **further).status == status


def test_a_discharge_that_is_taken_back_has_no_end():
    assert visit("A13", f45="202603040800").effective.end is None


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("O", "ambulatory"),
        ("E", "emergency"),
        ("P", "pre-admission"),
        ("R", "recurring patient"),
        ("HH^home health", "home health"),
    ],
)
def test_the_class_of_a_visit_is_in_words(said, named):
    assert visit("A08", f2=said).detail["class"] == named


def test_an_older_message_names_its_event_in_another_segment():
    data = hl7("ADT", "EVN|A11|20260304", seg("PV1", PV1))
    assert the_entry(data, "Encounter").status == "cancelled"


def test_an_event_that_nobody_knows_waits_for_a_person_and_is_not_read():
    for kind in ("ADT^A99", "XYZ^Q99"):
        data = hl7(kind, seg("PV1", PV1))
        (found,) = read(data)
        assert found.entries == ()
        why = f"is a message that no reader knows ({kind}): it is kept and not read"
        assert rejections(data) == [("message 1, MSH-9", why)]
    assert "Quill" not in rejections(hl7("Quill Marta^A99"))[0][1]


def test_a_message_about_nobody_is_counted_by_name():
    assert the_reading(hl7("ADT^A20")).unknown == {"message ADT^A20": 1}
    assert the_reading(hl7("XYZ^Q99", pid="")).unknown == {"message XYZ^Q99": 1}
    assert the_reading(hl7("ACK^A01", "MSA|AA|1", pid="")).unknown == {"message ACK^A01": 1}


def test_segments_that_nobody_knows_are_counted_by_name_and_the_rest_is_read():
    found = the_reading(hl7("ADT^A08", seg("PV1", PV1), "ZPM|1|secret", "ZPM|2", "UB1|1", "RXR|PO"))
    assert found.unknown == {"segment ZPM": 2, "segment UB1": 1, "segment RXR": 1}
    assert found.looked_up == {"MSH": 1}
    assert [one.kind for one in found.entries] == ["Patient", "Encounter"]


def test_an_absurd_time_of_a_visit_is_rejected_and_the_visit_is_read():
    data = hl7("ADT^A08", seg("PV1", {**PV1, 44: "99999999"}), "AL1|1|DA|1^Penicillin^L")
    assert rejections(data) == [("message 1, PV1-44", "is not a date or time that HL7 allows")]
    (found,) = read(data)
    assert [one.kind for one in found.entries] == ["Patient", "Encounter", "AllergyIntolerance"]
    assert found.entries[1].effective.start is None


SCH = {
    1: "A-1",
    2: "A-2",
    6: "^Follow-up",
    7: "I10^Hypertension^I10C",
    8: "ROUTINE^Routine visit^L",
    9: "30",
    10: "min",
    11: "^^^202604010900^202604010930",
    25: "Booked",
}
AIS = seg("AIS", {3: "FU^Follow-up visit^L", 4: "202604010915", 7: "20", 8: "min"})
AIP = seg("AIP", {3: "7^Hart^Lou", 4: "MD^Physician^L"})
AIL = "AIL|1|A|Clinic^Room 4^^Harbor"


def scheduled(event: str, *resources: str, **further: str):
    fields = {**SCH, **{int(name[1:]): value for name, value in further.items()}}
    data = hl7(f"SIU^{event}", pid="").decode() + "\r".join(
        [seg("SCH", fields), "PID|1||H-1||Quill^Marta||1949", "RGS|1", *resources, ""]
    )
    return the_entry(data.encode(), "Appointment")


def test_an_appointment_says_when_what_for_and_with_whom():
    found = scheduled("S12", AIP, AIL)
    assert (found.effective.start.text, found.effective.end.text) == ("2026-04-01T09:00", "2026-04-01T09:30")
    assert (found.status, found.detail["due"], found.codes[0].display) == (
        "booked",
        "2026-04-01",
        "Routine visit",
    )
    assert found.detail["participants"] == "Physician: Lou Hart; location: Clinic, Room 4, Harbor"
    assert found.detail["place"] == "Clinic, Room 4, Harbor"
    assert (found.detail["reason"], found.detail["note"]) == ("Hypertension", "Follow-up")


def test_the_service_has_the_last_word_on_its_start_and_tq1_on_that():
    assert scheduled("S12", AIS).effective.start.text == "2026-04-01T09:15"
    assert scheduled("S12", AIS).effective.end.text == "2026-04-01T13:35:00Z"
    timed = scheduled("S12", "TQ1|1||||||202604011000|202604011030", AIS)
    assert (timed.effective.start.text, timed.effective.end.text) == ("2026-04-01T10:00", "2026-04-01T10:30")


def test_an_appointment_that_only_a_room_times_has_the_rooms_time():
    found = scheduled("S12", seg("AIL", {3: "Clinic", 6: "202604011100"}), f11="")
    assert (found.effective.start.text, found.effective.end.text) == (
        "2026-04-01T11:00",
        "2026-04-01T15:30:00Z",
    )


@pytest.mark.parametrize(
    ("event", "said", "status"),
    [("S12", "Booked", "booked"), ("S12", "", "booked"), ("S13", "", "booked"), ("S15", "", "cancelled"),
     ("S17", "", "entered-in-error"), ("S26", "", "noshow"), ("S14", "Complete", "fulfilled"), ("S14", "Waitlist", "waitlist"),
     ("S15", "Cancelled", "cancelled"), ("S12", "Overbook", "booked"), ("S18", "", None)],
)  # fmt: skip
def test_an_appointments_status_is_its_own_and_else_its_events(event, said, status):
    assert scheduled(event, f25=said).status == status


def test_an_appointment_of_two_patients_is_in_both_records():
    data = hl7("SIU^S12", pid="").decode() + "\r".join(
        [seg("SCH", SCH), "PID|1||H-1||Quill^Marta||1949", "PID|2||H-2||Ost^Iver||1950", "RGS|1", AIP, ""]
    )
    first, second = read(data.encode())
    assert (
        [one.kind for one in first.entries]
        == [one.kind for one in second.entries]
        == ["Patient", "Appointment"]
    )
    assert first.entries[1].id != second.entries[1].id
    assert len(entries(data.encode(), "Appointment")) == 2
