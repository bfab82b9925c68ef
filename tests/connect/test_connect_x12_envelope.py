"""An interchange that does not close well is told with its place and the standard's code, and gives nothing that isn't sure."""

import pytest

from tests.connect.x12_made import (
    CLAIM,
    HEADER,
    PAYER,
    PROFESSIONAL,
    body,
    codes_of,
    entries,
    faults,
    group,
    instead,
    interchange,
    read,
    transaction,
    whole,
    without,
)

GOOD = whole(PROFESSIONAL)
IDA = [
    "HL*3*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*REED*IDA****MI*RX901",
    "DMG*D8*19520103*F",
    PAYER,
    *CLAIM,
]
TWO = whole([*PROFESSIONAL, *IDA])


def test_an_interchange_as_its_guide_has_it_has_no_fault():
    assert faults(GOOD) == []
    assert len(entries(GOOD, "Claim")) == 1


@pytest.mark.parametrize(
    ("broken", "code", "where", "claims"),
    [
        (instead(GOOD, "IEA", "IEA*1*000000008"), "TA1 001", "ISA 1/IEA-02", 1),
        (instead(GOOD, "IEA", "IEA*2*000000007"), "TA1 021", "ISA 1/IEA-01", 1),
        (without(GOOD, "IEA"), "TA1 023", "ISA 1", 1),
        (instead(GOOD, "GE", "GE*1*6"), "AK9 4", "ISA 1/GS 1/GE-02", 1),
        (instead(GOOD, "GE", "GE*3*5"), "AK9 5", "ISA 1/GS 1/GE-01", 1),
        (without(GOOD, "GE"), "AK9 3", "ISA 1/GS 1", 1),
        (instead(GOOD, "SE", "SE*99*0001"), "IK5 4", "ISA 1/GS 1/ST 1/SE-01", 1),
        (instead(GOOD, "SE", "SE*x*0001"), "IK5 4", "ISA 1/GS 1/ST 1/SE-01", 1),
        (instead(GOOD, "SE", "SE*29*0002"), "IK5 3", "ISA 1/GS 1/ST 1", 0),
        (without(GOOD, "SE"), "IK5 2", "ISA 1/GS 1/ST 1", 0),
        (without(GOOD, "ST"), "TA1 024", "ISA 1/GS 1", 0),
        (without(GOOD, "GS"), "TA1 024", "ISA 1/GS 1", 1),
        (without(GOOD, "ISA"), "TA1 022", "line 1", 0),
    ],
)
def test_each_way_in_which_an_envelope_can_break(broken, code, where, claims):
    told = faults(broken)
    assert where in dict(told)
    assert code in codes_of(broken)
    assert len(entries(broken, "Claim")) == claims


def test_the_counts_say_what_was_said_and_what_is_there():
    ((_, reason),) = faults(instead(GOOD, "SE", "SE*99*0001"))
    assert reason == "the number of segments says 99, there are 29 (IK5 4)"


def test_a_file_that_breaks_off_gives_the_patients_before_the_last_and_not_hers():
    cut = TWO[: TWO.index("NM1*IL*1*REED*IDA****MI*RX901") + 8]
    assert [one.person.names[0].family for one in read(cut) if one.entries] == ["QUILL"]
    assert {"IK5 2", "AK9 3", "TA1 023"} <= set(codes_of(cut))


def test_a_file_that_breaks_off_inside_a_segment_is_told():
    data = body(GOOD)
    assert "TA1 023" in codes_of(data[: data.index(b"SE*")] + b"SE*3")


def test_two_halves_of_two_sets_give_nothing():
    spliced = [*HEADER, *IDA]
    joined = [*transaction(PROFESSIONAL, control="0001")[:20], *transaction(spliced, control="0002")[-12:]]
    assert entries(interchange([["GS*HC*A*L*20260301*1015*5*X*005010X222A1", *joined, "GE*1*5"]])) == []


def test_a_set_without_a_trailer_does_not_take_the_next_set_with_it():
    first, second = transaction(PROFESSIONAL), transaction(PROFESSIONAL, control="0002")
    broken = interchange([group([first[:-1], second])])
    assert [one.source.where for one in entries(broken, "Claim")] == ["ISA 1/GS 1/ST 2/2300 CLM[1]"]
    assert codes_of(broken).count("IK5 2") == 1


@pytest.mark.parametrize(
    ("twice", "code"),
    [
        (interchange([group([transaction(PROFESSIONAL), transaction(PROFESSIONAL)])]), "IK5 23"),
        (interchange([group([transaction(PROFESSIONAL)]), group([transaction(PROFESSIONAL)])]), "AK9 19"),
        (GOOD + GOOD, "TA1 025"),
    ],
)
def test_a_control_number_that_stands_twice_is_told(twice, code):
    assert codes_of(twice) == [code]
    assert len(entries(twice, "Claim")) == 2


def test_several_interchanges_with_other_marks_are_read_one_by_one():
    other = [one.replace("*", "|").replace(":", ">") for one in whole(PROFESSIONAL)]
    other = [one.replace("000000007", "000000008") for one in other]
    data = body(GOOD) + b"\n\n" + b"".join(one.encode() + b"'" for one in other)
    assert faults(data) == []
    assert [one.source.where for one in entries(data, "Claim")] == [
        "ISA 1/GS 1/ST 1/2300 CLM[1]",
        "ISA 2/GS 1/ST 1/2300 CLM[1]",
    ]


def test_an_interchange_whose_trailer_is_missing_does_not_take_the_next_with_it():
    other = [one.replace("000000007", "000000008") for one in GOOD]
    broken = [*without(GOOD, "IEA"), *other]
    assert codes_of(broken) == ["TA1 023"]
    assert len(entries(broken, "Claim")) == 2


@pytest.mark.parametrize("ends", ["", "\r\n", "\n", "\r\n\r\n"])
def test_line_ends_and_blank_lines_are_layout(ends):
    data = "".join(f"{one}~{ends}" for one in GOOD).encode()
    assert faults(data + b"\n\n\n") == []


def test_a_line_end_can_be_the_terminator():
    data = "".join(f"{one}\r\n" for one in GOOD).encode()
    assert faults(data) == []
    assert len(entries(data, "Claim")) == 1


def test_indented_segments_are_layout():
    assert faults("".join(f"{one}~\n   " for one in GOOD).encode()) == []


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda data: data.replace(b"ISA*00*          *", b"ISA*00*         *", 1), "TA1 011"),
        (lambda data: data.replace(b"*ZZ*ALDER ", b"*QQ*ALDER ", 1), "TA1 005"),
        (lambda data: data.replace(b"*260301*1015*^", b"*261301*1015*^", 1), "TA1 014"),
        (lambda data: data.replace(b"*260301*1015*^", b"*260301*2915*^", 1), "TA1 015"),
        (lambda data: data.replace(b"*00501*", b"*99999*", 1), "TA1 017"),
        (lambda data: data.replace(b"*0*P*:", b"*7*P*:", 1), "TA1 019"),
        (lambda data: data.replace(b"*0*P*:", b"*0*Q*:", 1), "TA1 020"),
        (lambda data: data[:60] + data[106:], "TA1 022"),
        (lambda data: data.replace(b"*P*:~", b"*P*:A", 1), "TA1 004"),
        (lambda data: data.replace(b"*P*:~", b"*P**~", 1), "TA1 027"),
        (lambda data: data.replace(b"~\nGS", b"~\n~\nGS", 1), "IK3 8"),
        (lambda data: data + b"GE*1*5~IEA*1*000000007~", "TA1 022"),
        (lambda data: b"forwarded by mail\n" + data, "TA1 022"),
        (lambda data: data.replace(b"GS*HC", b"GS*ZQ", 1), "AK9 1"),
        (lambda data: data.replace(b"GS*HC", b"GS*HP", 1), "IK5 18"),
        (lambda data: data.replace(b"*X*005010X222A1", b"*X*five", 1), "AK9 2"),
        (lambda data: data.replace(b"*20260301*1015*5*", b"*20261301*1015*5*", 1), "TA1 024"),
        (lambda data: data.replace(b"ST*837*0001*005010X222A1", b"ST*8X7*0001*005010X222A1", 1), "IK5 6"),
        (lambda data: data.replace(b"005010X222A1", b"009010X999A9"), "IK5 I6"),
        (lambda data: data.replace(b"ST*837*0001*005010X222A1", b"ST*837*0001*005010X223A2", 1), "IK5 19"),
        (lambda data: data.replace(b"ST*837*0001*", b"ST*837*0001 *", 1), "IK4 6"),
        (lambda data: data.replace(b"GS*HC*ALDER*", b"GS*HC*ALDER *", 1), "IK4 6"),
        (lambda data: data.replace(b"GE*1*5~", b"GE*1*5*~", 1), "IK3 8"),
        (lambda data: data.replace(b"GE*1*5~", b"GE*1*5*9~", 1), "IK4 3"),
        (lambda data: data.replace(b"ST*837*0001", b"ST*837*1", 1).replace(b"*0001~", b"*1~"), "IK5 7"),
    ],
)
def test_each_fault_of_a_header_has_its_code(damage, code):
    assert code in codes_of(damage(body(GOOD)))


def test_components_parted_by_another_mark_than_the_header_names_are_read_and_told_once():
    data = body(GOOD).replace(b"*P*:~", b"*P*>~", 1)
    assert codes_of(data) == ["TA1 027"]
    (claim,) = entries(data, "Claim")
    assert [one.code for one in claim.value_codes] == ["E11.22", "I10"]


def test_a_control_number_with_a_space_after_it_is_the_same_number():
    data = body(GOOD).replace(b"ST*837*0001*", b"ST*837*0001 *", 1)
    assert len(entries(data, "Claim")) == 1


def test_a_set_with_nothing_in_it_misses_what_its_guide_begins_with():
    told = [reason for _, reason in faults(whole([]))]
    assert "the segment BHT (0019), which must be there, is missing (IK3 3)" in told
    assert "the loop 2000A (HL), which must be there, is missing (IK3 3)" in told


def test_ten_thousand_damaged_interchanges_are_told_as_a_number():
    head = b"ISA*00*          *01*          *ZZ*ALDER          *ZZ*LARCH          *260301*1015*^*00501*%09d*0*P*:~"
    data = b"".join(head % number + b"GS*HC~" for number in range(400))
    assert len(faults(data)) < 400
    assert any("times more" in reason for _, reason in faults(data))


def test_a_set_of_an_unknown_version_is_not_read():
    assert entries(body(GOOD).replace(b"005010X222A1", b"009010X999A9")) == []


def test_an_acknowledgement_of_an_interchange_is_counted_and_no_fault():
    at = next(place for place, one in enumerate(GOOD) if one.startswith("GS"))
    found = read([*GOOD[:at], "TA1*000000006*260228*1015*A*000", *GOOD[at:]])
    assert sum(dict(one.unknown).get("X12 TA1", 0) for one in found) == 1
    assert not any(one.rejected for one in found)


def test_a_space_before_a_segment_is_told_and_the_segment_read():
    data = body(GOOD).replace(b"~\nDMG", b"~ DMG", 1)
    assert codes_of(data) == ["IK3 1"]
    assert [one.person.birth_date for one in read(data) if one.entries] == ["1949-06-30"]


def test_spaces_around_a_lines_end_are_layout():
    assert faults("".join(f"{one}~ \n  " for one in GOOD).encode()) == []


def test_sets_that_say_nothing_of_a_patient_are_counted_and_no_fault():
    ack = [
        "ISA*00*          *00*          *ZZ*ALDER          *ZZ*LARCH          *260301*1015*^*00501*000000007*0*P*:"
    ]
    ack += [
        "GS*FA*A*L*20260301*1015*5*X*005010X231A1",
        "ST*999*0001*005010X231A1",
        "AK1*HC*5",
        "AK9*A*1*1*1",
        "SE*4*0001",
    ]
    (reading,) = read([*ack, "GE*1*5", "IEA*1*000000007"])
    assert dict(reading.unknown) == {"X12 999": 1}
    assert reading.rejected == ()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda data: data[:106] + data[106:].replace(b"*", b"|"), "TA1 026"),
        (lambda data: data[:107] + data[107:].replace(b"~", b"!"), "TA1 004"),
    ],
)
def test_segments_with_other_marks_than_their_header_are_told(damage, code):
    assert code in codes_of(damage(body(GOOD)))


def test_one_segment_with_another_mark_is_told_and_what_is_whose_is_not_guessed():
    data = body(GOOD).replace(b"NM1*IL*1*QUILL*MARTA*J***MI*QX778", b"NM1|IL|1|QUILL|MARTA|J|||MI|QX778")
    told = [reason for _, reason in faults(data)]
    assert "the segment's elements are parted by another character than the header names (IK3 1)" in told
    assert entries(data) == []
