"""A sender is told what became of its message, in its own version, delimiters and mode, without a word of the content."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.wire.mllp.acknowledgement import Acknowledger, Outcome
from careloom.wire.mllp.faults import NO_HEADER, NOT_KEPT, Fault, Form, People
from careloom.wire.mllp.header import header
from tests.wire.mllp.messages import admit, answered, codes, framed

VERSION = Fault("MSH-12", "203", "the version is none of 2.1 to 2.9")


def people(type: str, event: str) -> People:
    if type == "ACK":
        return "any"
    return "several" if event == "A40" else "one"


def codec(named: str) -> str:
    known = {"": "utf-8", "UNICODE UTF-8": "utf-8", "8859/1": "iso8859_1"}
    if named not in known:
        raise InputError("names a character set that is not read")
    return known[named]


FORM = Form(people, codec)


def told(body: bytes, outcome: Outcome = "kept", *faults: Fault) -> bytes:
    acknowledger = Acknowledger(lambda: datetime(2026, 11, 9, 10, 15, 30, tzinfo=UTC))
    return framed(*acknowledger.answers(header(body), outcome, faults))


def places(body: bytes) -> list[tuple[str, str]]:
    head = header(body)
    assert head is not None
    return [(one.place, one.code) for one in FORM.faults(head, body)]


def test_in_original_mode_a_kept_message_is_accepted_once() -> None:
    (answer,) = answered(told(admit("M7")))
    assert answer["MSH"][2:6] == ["CARELOOM", "COUNTY", "MERCY_ADT", "MERCY"]
    assert answer["MSH"][6] == "20261109101530+0000"
    assert answer["MSH"][8] == "ACK^A01^ACK"
    assert answer["MSH"][10:12] == ["P", "2.5.1"]
    assert answer["MSA"] == ["MSA", "AA", "M7"]
    assert "ERR" not in answer


@pytest.mark.parametrize(
    ("version", "type"), [("2.2", "ACK"), ("2.3", "ACK^A01"), ("2.4", "ACK^A01^ACK"), ("2.8", "ACK^A01^ACK")]
)
def test_the_type_is_written_as_its_version_writes_it(version: str, type: str) -> None:
    (answer,) = answered(told(admit(version=version)))
    assert answer["MSH"][8] == type


def test_the_reason_stands_where_the_version_looks_for_it() -> None:
    (old,) = answered(told(admit(version="2.3"), "faulty", VERSION))
    assert old["MSA"][1:] == ["AE", "M1", "MSH-12: the version is none of 2.1 to 2.9"]
    assert old["ERR"][1] == "MSH^1^12^203&Unsupported version id&HL70357"
    (new,) = answered(told(admit(version="2.7"), "faulty", VERSION))
    assert new["MSA"][1:] == ["AE", "M1"]
    assert new["ERR"][2:5] == ["MSH^1^12", "203^Unsupported version id^HL70357", "E"]
    assert new["ERR"][8] == "MSH-12: the version is none of 2.1 to 2.9"


def test_a_second_segment_of_a_kind_is_named_by_its_number() -> None:
    (answer,) = answered(told(admit(), "faulty", Fault("PID[2]", "100", "one message holds two patients")))
    assert answer["ERR"][2] == "PID^2"


@pytest.mark.parametrize(
    ("accept", "application", "kept", "faulty"),
    [
        ("AL", "NE", ["CA"], ["CE"]),
        ("AL", "", ["CA"], ["CE"]),
        ("AL", "AL", ["CA", "AA"], ["CA", "AE"]),
        ("NE", "AL", ["AA"], ["AE"]),
        ("", "AL", ["AA"], ["AE"]),
        ("ER", "ER", [], ["AE"]),
        ("ER", "NE", [], ["CE"]),
        ("SU", "AL", ["CA", "AA"], ["CA", "AE"]),
        ("SU", "NE", ["CA"], []),
        ("AL", "SU", ["CA", "AA"], ["CE"]),
        ("NE", "NE", [], []),
    ],
)
def test_in_enhanced_mode_the_sender_gets_what_it_asked_for(
    accept: str, application: str, kept: list[str], faulty: list[str]
) -> None:
    body = admit("M3", f15=accept, f16=application)
    assert [code for code, _ in codes(told(body))] == kept
    assert [code for code, _ in codes(told(body, "faulty", VERSION))] == faulty
    # Who hears nothing believes that the message is kept: a refusal is always told.
    assert codes(told(body, "refused", NOT_KEPT)) == [("CR", "M3")]


def test_a_frame_without_a_header_is_refused_in_the_standards_own_delimiters() -> None:
    (answer,) = answered(told(b"PID|1||4711\r", "refused", NO_HEADER))
    assert answer["MSH"][1] == "^~\\&"
    assert answer["MSA"][1:3] == ["AR", ""]


def test_an_acknowledgement_is_never_acknowledged() -> None:
    assert told(admit(f9="ACK^A01^ACK")) == b""


def test_odd_delimiters_are_answered_in_kind() -> None:
    body = b"MSH#*~!@#LAB#MERCY#CARELOOM#COUNTY#20261109##ORU*R01*ORU_R01#Q5#P#2.4\rPID#1##4711\r"
    answer = told(body, "faulty", VERSION)
    assert b"MSA#AE#Q5#" in answer
    assert b"ACK*R01*ACK" in answer
    assert b"MSH*1*12*203@Unsupported version id@HL70357" in answer


def test_each_acknowledgement_has_a_number_of_its_own() -> None:
    acknowledger = Acknowledger(lambda: datetime(2026, 11, 9, tzinfo=UTC))
    head = header(admit())
    numbers = [answered(framed(*acknowledger.answers(head, "kept", ())))[0]["MSH"][9] for _ in range(3)]
    assert len(set(numbers)) == 3
    assert all(len(one) <= 20 for one in numbers)


@given(st.binary(max_size=200), st.sampled_from(["kept", "faulty", "refused"]))
def test_no_header_makes_an_answer_that_is_more_than_one_frame(noise: bytes, outcome: Outcome) -> None:
    body = admit("M1").replace(b"MERCY_ADT", noise.replace(b"|", b"").replace(b"\r", b"").replace(b"\n", b""))
    answer = told(body, outcome, NOT_KEPT)
    assert answer.count(b"\x0b") == answer.count(b"\x1c\r") == answer.count(b"\x1c") == 1


@given(st.binary(max_size=300))
def test_no_bytes_after_a_header_bring_the_check_down(noise: bytes) -> None:
    for body in (noise, b"MSH|" + noise, b"MSH" + noise, admit() + b"PID|" + noise):
        head = header(body)
        faults = list(FORM.faults(head, body)) if head else [NO_HEADER]
        answer = told(body, "refused", *faults)
        assert answered(answer) or (head is not None and head.type == "ACK")
        assert answer.count(b"\x0b") == answer.count(b"\x1c") <= 1


def test_a_message_of_good_form_has_no_fault() -> None:
    assert places(admit()) == []
    assert places(admit(f18="8859/1", family="Ébène").decode().encode("latin-1")) == []
    assert places(admit(f11="T^R")) == []
    assert places(admit(f9="ACK").replace(b"PID", b"ZZZ")) == []


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        (admit(f2="^~\\^"), "MSH-2", "102"),
        (admit(f2="abcd"), "MSH-2", "102"),
        (admit(f9=""), "MSH-9", "101"),
        (admit(""), "MSH-10", "101"),
        (admit("9" * 300), "MSH-10", "104"),
        (admit(f11=""), "MSH-11", "101"),
        (admit(f11="X"), "MSH-11", "202"),
        (admit(version=""), "MSH-12", "101"),
        (admit(version="3.0"), "MSH-12", "203"),
        (admit(f18="KLINGON"), "MSH-18", "103"),
        (admit(family="Ébène").decode().encode("latin-1"), "MSH-18", "102"),
        (admit(family="Ash\x00down"), "MSH", "102"),
        (admit() + admit("M2"), "MSH[2]", "100"),
        (admit().replace(b"PID|", b"ZID|"), "PID", "100"),
        (admit() + b"PID|2||4712^^^MERCY^MR||Bright^Bob\r", "PID[2]", "100"),
    ],
)
def test_what_is_wrong_with_a_messages_form_is_named_with_its_place(
    body: bytes, place: str, code: str
) -> None:
    assert (place, code) in places(body)


def test_two_numbers_of_one_person_are_one_person_and_a_merge_holds_two() -> None:
    again = b"PID|2||991^^^LAB^LR~4711^^^MERCY^MR||Ashdown^Alice\r"
    assert places(admit() + again) == []
    assert places(admit(f9="ADT^A40") + b"PID|2||4712^^^MERCY^MR||Bright^Bob\r") == []


def test_no_fault_tells_of_the_person() -> None:
    body = admit(version="", f11="") + b"PID|2||4712^^^MERCY^MR||Bright^Bob||19710203\r"
    head = header(body)
    assert head is not None
    said = told(body, "faulty", *FORM.faults(head, body)).decode()
    assert "two patients" in said
    assert not [
        word for word in ("Ashdown", "Alice", "Bright", "4711", "4712", "1960", "1971") if word in said
    ]
