"""Claims of X12 come in as a FHIR reader would have them, each to the patient it is about."""

import pytest

from careloom.care.entry import ICD10, NDC, Identifier
from careloom.connect.x12.codes import CPT, HCPCS
from careloom.text.digits import is_npi
from tests.connect.x12_made import (
    BILLER,
    CLAIM,
    HEADER,
    MARTA,
    OTTO,
    PAYER,
    PROFESSIONAL,
    SUBSCRIBER,
    entries,
    faults,
    instead,
    read,
    whole,
)

DEPENDENT = [
    *HEADER,
    "HL*2*1*22*1",
    "SBR*P********CI",
    *MARTA,
    PAYER,
    "HL*3*2*23*0",
    "PAT*19",
    *OTTO,
    *CLAIM,
]
INSTITUTIONAL = [
    "BHT*0019*00*78*20260301*1015*CH",
    *HEADER[1:],
    *SUBSCRIBER,
    "CLM*B2*450***13:A:1**A*Y*Y",
    "DTP*434*RD8*20260210-20260212",
    "CL1*3*1*01",
    "HI*ABK:I5023",
    "HI*ABJ:R0602",
    "HI*BBR:0210083:D8:20260211",
    "LX*1",
    "SV2*0450*HC:99284*450*UN*1",
    "DTP*472*D8*20260210",
]


def test_martas_claim_has_its_services_diagnoses_dates_and_payer():
    (claim,) = entries(whole(PROFESSIONAL), "Claim")
    assert [(one.system, one.code) for one in claim.codes] == [
        (CPT, "99213"),
        (HCPCS, "J1815"),
        (NDC, "00002871501"),
    ]
    assert [(one.system, one.code) for one in claim.value_codes] == [(ICD10, "E11.22"), (ICD10, "I10")]
    assert claim.effective.start.text == "2026-02-14"
    assert claim.effective.end.text == "2026-02-16"
    assert claim.recorded.text == "2026-03-01T10:15"
    assert (claim.status, claim.category) == ("active", ("professional",))
    assert claim.detail == {
        "use": "claim",
        "service": "99213; J1815",
        "payer": "LARCH HEALTH PLAN",
        "author": "ALDER CLINIC",
        "reason": "E11.22; I10",
        "authorization": "AUTH77",
        "quantity": "10 mL",
    }


def test_the_entry_says_in_which_interchange_group_set_and_claim_it_stands():
    (claim,) = entries(whole(PROFESSIONAL), "Claim")
    assert claim.source.where == "ISA 1/GS 1/ST 1/2300 CLM[1]"


def test_marta_is_known_by_the_number_of_her_payer():
    (reading,) = read(whole(PROFESSIONAL))
    assert reading.person.identifiers == (
        Identifier("urn:careloom:member:60054", "QX778"),
        Identifier("urn:careloom:member:larch-health-plan", "QX778"),
    )
    assert reading.person.names[0].given == ("MARTA", "J")
    assert (reading.person.birth_date, reading.person.sex) == ("1949-06-30", "female")
    assert reading.person.addresses == ("8 ASH LANE, BANGOR, ME, 04401",)


def test_her_insurance_comes_in_beside_the_claim():
    (coverage,) = entries(whole(PROFESSIONAL), "Coverage")
    assert coverage.text == "commercial insurance"
    assert coverage.detail == {"payer": "LARCH HEALTH PLAN", "relation": "self"}


def test_a_grandsons_claim_is_his_and_never_the_subscribers():
    (reading,) = read(whole(DEPENDENT))
    assert reading.person.names[0].given == ("OTTO",)
    assert reading.person.identifiers[0] == Identifier(
        "urn:careloom:member:60054:dependent", "QX778 2011-02-11 OTTO"
    )
    assert {entry.kind for entry in reading.entries} == {"Claim", "Coverage"}
    assert next(one for one in reading.entries if one.kind == "Coverage").detail["relation"] == "child"


def test_two_patients_in_one_set_are_two_readings():
    second = [
        "HL*3*1*22*0",
        "SBR*P*18*******CI",
        "NM1*IL*1*REED*IDA****MI*RX901",
        "DMG*D8*19520103*F",
        PAYER,
        *CLAIM,
    ]
    marta, ida = read(whole([*PROFESSIONAL, *second]))
    assert marta.person.names[0].family == "QUILL"
    assert ida.person.names[0].family == "REED"
    assert {one.source.where for one in ida.entries} == {
        "ISA 1/GS 1/ST 1/HL[3]/SBR",
        "ISA 1/GS 1/ST 1/2300 CLM[2]",
    }


def test_a_hospitals_claim_has_revenue_codes_the_stay_and_its_procedure():
    (claim,) = entries(whole(INSTITUTIONAL, guide="005010X223A2"), "Claim")
    assert [one.code for one in claim.codes] == ["0210083", "99284", "0450"]
    assert [one.code for one in claim.value_codes] == ["I50.23", "R06.02"]
    assert (claim.effective.start.text, claim.effective.end.text) == ("2026-02-10", "2026-02-12")
    assert claim.category == ("institutional",)


def test_a_hospitals_claim_as_its_guide_has_it_is_no_fault():
    assert faults(whole(INSTITUTIONAL, guide="005010X223A2")) == []


def test_a_voided_claim_is_cancelled():
    (claim,) = entries(
        whole(instead(PROFESSIONAL, "CLM", "CLM*A1*150***11:B:8*Y*A*Y*Y", "REF*F8*OLD1")), "Claim"
    )
    assert claim.status == "cancelled"


def test_icd_9_codes_of_old_claims_keep_their_own_system_and_point():
    old = instead(PROFESSIONAL, "HI", "HI*BK:25040*BF:V7389*BN:E9865")
    (claim,) = entries(whole(old), "Claim")
    assert [(one.system[-8:], one.code) for one in claim.value_codes] == [
        ("icd-9-cm", "250.40"),
        ("icd-9-cm", "V73.89"),
        ("icd-9-cm", "E986.5"),
    ]


def test_an_ndc_of_nine_digits_is_kept_as_words_and_told():
    short = whole(instead(PROFESSIONAL, "LIN", "LIN**N4*000287150"))
    (claim,) = entries(short, "Claim")
    assert not any(one.system == NDC for one in claim.codes)
    assert "NDC 000287150 (as sent)" in claim.text
    ((where, reason),) = faults(short)
    assert where == "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[2]/2410 LIN: LIN-03"
    assert "no NDC of 11 digits, it has 9" in reason


def test_another_insurance_of_hers_is_an_insurance_with_its_own_payer():
    other = [
        "SBR*S*01*******MB",
        "OI***Y***Y",
        "NM1*IL*1*QUILL*JON****MI*J1",
        "NM1*PR*2*MEDICARE*****PI*00435",
    ]
    at = PROFESSIONAL.index("LX*1")
    found = entries(whole([*PROFESSIONAL[:at], *other, *PROFESSIONAL[at:]]), "Coverage")
    assert [one.detail["payer"] for one in found] == ["LARCH HEALTH PLAN", "MEDICARE"]
    (reading,) = read(whole([*PROFESSIONAL[:at], *other, *PROFESSIONAL[at:]]))
    assert reading.person.names[0].given == ("MARTA", "J")


def test_a_claim_under_a_level_whose_parent_is_not_there_is_nobodys():
    astray = whole([*HEADER, "HL*2*7*22*0", *SUBSCRIBER[1:], *CLAIM])
    assert entries(astray) == []
    told = dict(faults(astray))
    assert "whose it is is not sure" in told["ISA 1/GS 1/ST 1/2300 CLM[1]"]


def test_a_second_subscriber_whose_level_is_missing_takes_no_claim_of_the_first_and_gives_hers_to_nobody():
    ida = ["SBR*P*18*******CI", "NM1*IL*1*REED*IDA****MI*RX901", "DMG*D8*19520103*F", PAYER, *CLAIM]
    joined = whole([*PROFESSIONAL, *ida])
    assert [one.source.where for one in entries(joined, "Claim")] == ["ISA 1/GS 1/ST 1/2300 CLM[1]"]
    assert "what follows is not read" in dict(faults(joined))["ISA 1/GS 1/ST 1/2300 CLM[1]/SBR"]


def test_a_dependent_whose_level_is_missing_is_not_taken_for_the_subscriber():
    joined = whole([*PROFESSIONAL, "PAT*19", *OTTO, *CLAIM])
    assert len(entries(joined, "Claim")) == 1


def test_segments_that_nobody_here_understands_are_counted():
    extra = instead(PROFESSIONAL, "HI", "CR2********M", "HI*ABK:E1122")
    assert sum((dict(one.unknown).get("segment CR2", 0) for one in read(whole(extra))), 0) == 1


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1234567890", "the check digit of the NPI is wrong"),
        ("123456789", "is no NPI of ten digits, it has 9 characters"),
    ],
)
def test_a_wrong_npi_is_told_and_in_a_test_only_counted(number, why):
    wrong = whole(instead(PROFESSIONAL, "NM1*85", f"NM1*85*2*ALDER CLINIC*****XX*{number}"))
    ((where, reason),) = faults(wrong)
    assert (where, reason.partition(" (")[0]) == (
        "ISA 1/GS 1/ST 1/2000A HL[1]/2010AA NM1, segment 7: NM1-09",
        why,
    )
    in_test = [one.replace("*0*P*:", "*0*T*:") for one in wrong]
    assert faults(in_test) == []
    (counted,) = [dict(one.unknown) for one in read(in_test) if one.unknown]
    assert counted == {f"in a test: NM1-09 {why}": 1}


def test_a_claim_that_stands_twice_is_read_once_and_told():
    twice = whole([*HEADER, *SUBSCRIBER, *CLAIM, *CLAIM])
    assert [reason.rpartition("(")[2] for _, reason in faults(twice)] == ["ours: duplicate)"]
    assert len(entries(twice, "Claim")) == 1


def test_a_replacement_of_a_claim_is_no_duplicate():
    other = ["CLM*A1*150***11:B:7*Y*A*Y*Y", *CLAIM[1:]]
    assert faults(whole([*HEADER, *SUBSCRIBER, *CLAIM, *other])) == []


def test_a_line_that_points_at_a_diagnosis_that_is_not_there_is_told():
    wrong = whole(instead(PROFESSIONAL, "SV1*HC:99213", "SV1*HC:99213*100*UN*1***3"))
    assert faults(wrong) == [
        (
            "ISA 1/GS 1/ST 1/2300 CLM[1]/2400 LX[1]: SV1-07",
            "points at a diagnosis that the claim does not have (IK4 7)",
        )
    ]


@pytest.mark.parametrize(
    ("number", "holds"), [("1234567893", True), ("1234567890", False), ("123456789", False), ("", False)]
)
def test_a_check_digit_of_an_npi(number, holds):
    assert is_npi(number) is holds


def test_a_claim_of_the_older_release_is_read_too():
    old = ["BHT*0019*00*77*20060301*1015*CH", "REF*87*004010X098A1", *HEADER[1:4]]
    old += ["HL*1**20*1", *BILLER[:3], "HL*2*1*22*0", "SBR*P*18*******CI", *MARTA, PAYER]
    old += [
        "CLM*A1*100***11::1*Y*A*Y*Y*C",
        "HI*BK:25000",
        "LX*1",
        "SV1*HC:99213*100*UN*1***1",
        "DTP*472*D8*20060214",
    ]
    data = whole(old, guide="004010X098A1")
    assert faults(data) == []
    (claim,) = entries(data, "Claim")
    assert claim.value_codes[0].code == "250.00"
