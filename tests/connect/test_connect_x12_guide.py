"""What a guide does not have is told with its loop, segment and element, and what can be read is read."""

import pytest

from tests.connect.x12_made import (
    CLAIM,
    HEADER,
    PROFESSIONAL,
    SUBSCRIBER,
    codes_of,
    entries,
    faults,
    instead,
    read,
    whole,
    without,
)


def after(segments, start, *others):
    """The segments with others after the first that begins so."""
    at = next(place for place, one in enumerate(segments) if one.startswith(start))
    return [*segments[: at + 1], *others, *segments[at + 1 :]]


@pytest.mark.parametrize(
    ("segments", "where", "code"),
    [
        # Segments: there is none of that id, not of this set, unexpected, out of order, too often, missing.
        (after(PROFESSIONAL, "N3", "QQQ9*1"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 9", "IK3 1"),
        (after(PROFESSIONAL, "N3", "CLP*1"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 9: CLP", "IK3 1"),
        (after(PROFESSIONAL, "LX*1", "SBR*P*18*******CI"), "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[1], segment 22: SBR", "IK3 7"),
        (after(PROFESSIONAL, "HI", "REF*EA*77"), "ISA 1/GS 1/ST 1/2300 CLM[1], segment 21: REF", "IK3 7"),
        (after(PROFESSIONAL, "N4", "REF*ZZ*77"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 10: REF", "IK3 2, IK4 7"),
        (after(PROFESSIONAL, "REF*EI", "REF*EI*998877665"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 11: REF", "IK3 5"),
        (without(PROFESSIONAL, "N3"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 8", "IK3 3"),
        (without(PROFESSIONAL, "HI"), "ISA 1/GS 1/ST 1/2300 CLM[1], segment 20", "IK3 3"),
        (without(PROFESSIONAL, "DTP"), "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[1], segment 23", "IK3 3"),
        # Loops: too often, missing.
        (after(PROFESSIONAL, "REF*EI", *HEADER[5:]), "ISA 1/GS 1/ST 1/2000A HL[1], segment 11: 2010AA", "IK3 4"),
        (without(PROFESSIONAL, "NM1*PR"), "ISA 1/GS 1/ST 1/2000A HL[1]/2000B HL[2], segment 17", "IK3 3"),
        (without(PROFESSIONAL, "NM1*40"), "ISA 1/GS 1/ST 1, segment 5", "IK3 3"),
        ([*HEADER, *SUBSCRIBER, *CLAIM[:3]], "ISA 1/GS 1/ST 1/2300 CLM[1], segment 20", "IK3 3"),
        # Elements: missing, needed by another, too many, too short, too long, character, code, date, time, components.
        (instead(PROFESSIONAL, "NM1*41", "NM1*41**ALDER*****46*112233445"), "ISA 1/GS 1/ST 1/1000A NM1, segment 3: NM1-02", "IK4 1"),
        (instead(PROFESSIONAL, "CLM", "CLM*A1*150****Y*A*Y*Y"), "ISA 1/GS 1/ST 1/2300 CLM[1], segment 18: CLM-05", "IK4 1"),
        (instead(PROFESSIONAL, "NM1*IL", "NM1*IL*1*QUILL*MARTA****MI"), "ISA 1/GS 1/ST 1/2000B HL[2]/2010BA NM1, segment 13: NM1-09", "IK4 2"),
        (instead(PROFESSIONAL, "N3", "N3*12 MILL ROAD*2*3*4*5"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 8: N3", "IK4 3"),
        (instead(PROFESSIONAL, "N4", "N4*B*ME*04401"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 9: N4-01", "IK4 4"),
        (instead(PROFESSIONAL, "N4", "N4*BANGOR*MEE*04401"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 9: N4-02", "IK4 5"),
        (instead(PROFESSIONAL, "CLM", "CLM*A1*one***11:B:1*Y*A*Y*Y"), "ISA 1/GS 1/ST 1/2300 CLM[1], segment 18: CLM-02", "IK4 6"),
        (instead(PROFESSIONAL, "N3", "N3*12 MILL ROAD  "), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 8: N3-01", "IK4 6"),
        (instead(PROFESSIONAL, "DMG", "DMG*D8*19490630*R"), "ISA 1/GS 1/ST 1/2000B HL[2]/2010BA NM1, segment 16: DMG-03", "IK4 7"),
        (instead(PROFESSIONAL, "DMG", "DMG*D8*19491330*F"), "ISA 1/GS 1/ST 1/2000B HL[2]/2010BA NM1, segment 16: DMG-02", "IK4 8"),
        (instead(PROFESSIONAL, "DTP", "DTP*472*RD8*20260216-20260214"), "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[1], segment 23: DTP-03", "IK4 8"),
        (instead(PROFESSIONAL, "BHT", "BHT*0019*00*77*20260301*2560*CH"), "ISA 1/GS 1/ST 1, segment 2: BHT-05", "IK4 9"),
        (instead(PROFESSIONAL, "CLM", "CLM*A1*150***11:B:1:1:1:1:1*Y*A*Y*Y"), "ISA 1/GS 1/ST 1/2300 CLM[1], segment 18: CLM-05", "IK4 13"),
        (instead(PROFESSIONAL, "NM1*85", "NM1*85*2*ALDER CLINIC*****XX*1234567893**"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 7: NM1-11", "IK3 8"),
        (instead(PROFESSIONAL, "N3", "N3"), "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 8: N3", "IK3 8"),
        # Levels and sums.
        (instead(PROFESSIONAL, "HL*2", "HL*7*1*22*0"), "ISA 1/GS 1/ST 1/HL[2]: HL-01", "IK4 7"),
        (instead(PROFESSIONAL, "HL*2", "HL*2*9*22*0"), "ISA 1/GS 1/ST 1/HL[2]: HL-02", "IK4 7"),
        (instead(PROFESSIONAL, "HL*2", "HL*2*1*29*0"), "ISA 1/GS 1/ST 1/HL[2]: HL-03", "IK4 7"),
        (instead(PROFESSIONAL, "HL*1", "HL*1**20*0"), "ISA 1/GS 1/ST 1/HL[2]: HL-02", "IK4 7"),
        (instead(PROFESSIONAL, "HL*2", "HL*2*1*22*1"), "ISA 1/GS 1/ST 1/HL: HL-04", "IK4 7"),
        (instead(PROFESSIONAL, "CLM", "CLM*A1*151***11:B:1*Y*A*Y*Y"), "ISA 1/GS 1/ST 1/2300 CLM[1]: CLM-02", "ours: balance"),
        (instead(PROFESSIONAL, "LX*2", "LX*4"), "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[2]: LX-01", "IK4 7"),
        # What lies after the day on which the set was made.
        (instead(PROFESSIONAL, "DTP", "DTP*472*D8*20260302"), "ISA 1/GS 1/ST 1/2300 CLM[1]/DTP: DTP-03", "IK4 8"),
        (instead(PROFESSIONAL, "DMG", "DMG*D8*20991231*F"), "ISA 1/GS 1/ST 1/2300 CLM[1]: DMG-02", "IK4 8"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_and_its_code(segments, where, code):
    told = faults(whole(segments))
    assert (where, code) in [(place, reason.rpartition("(")[2].rstrip(")")) for place, reason in told]


def test_a_fault_beside_the_claim_does_not_lose_the_claim():
    (claim,) = entries(whole(instead(PROFESSIONAL, "NM1*41", "NM1*41**ALDER*****46*112233445")), "Claim")
    assert claim.value_codes


def test_a_date_that_is_none_is_left_out_of_the_claim():
    (claim,) = entries(whole(instead(PROFESSIONAL, "DTP", "DTP*472*D8*20269914")), "Claim")
    assert claim.effective.start.text == "2026-02-16"


def test_a_birth_date_that_is_none_founds_nobody():
    (*_, reading) = [
        one for one in read(whole(instead(PROFESSIONAL, "DMG", "DMG*D8*19491330*F"))) if one.entries
    ]
    assert reading.person.birth_date is None


def test_a_loop_whose_first_segment_is_missing_is_named():
    told = faults(whole(without(PROFESSIONAL, "HL*2")))
    assert any("the segment that begins the loop is missing (IK3 3)" in reason for _, reason in told)


def test_the_same_fault_a_thousand_times_is_told_as_a_number():
    many = [*HEADER, *SUBSCRIBER]
    for number in range(60):
        many += [
            f"CLM*A{number}*100***11:B:Q*Y*A*Y*Y",
            "HI*ABK:E1122",
            "LX*1",
            "SV1*HC:99213*100*UN*1*QQQ**1",
            "DTP*472*D8*20260214",
        ]
    told = faults(whole(many))
    assert len(told) < 60
    assert any(reason.startswith("35 times more") for _, reason in told)
    assert len(entries(whole(many), "Claim")) == 60


def test_a_code_that_only_a_later_edition_has_is_told_and_read():
    assert codes_of(whole(instead(PROFESSIONAL, "SBR", "SBR*P*18*******Q9"))) == ["IK4 7"]
