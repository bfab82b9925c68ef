"""What payers say in X12: payments, eligibility, claim status, enrolment, and prior authorisation."""

import pytest

from careloom.care.entry import Identifier
from tests.connect.x12_made import codes_of, entries, faults, instead, read, whole, without

PAYMENT = [
    "BPR*I*60*C*CHK************20260310",
    "TRN*1*77123*1112233445",
    "DTM*405*20260309",
    "N1*PR*LARCH HEALTH PLAN",
    "N3*1 BAY ST",
    "N4*PORTLAND*ME*04101",
    "REF*2U*60054",
    "PER*BL*HELP DESK*TE*2075550111",
    "N1*PE*ALDER CLINIC*XX*1234567893",
    "LX*1",
    "CLP*A1*1*100*60*20*12*ICN1",
    "NM1*QC*1*QUILL*MARTA****MI*QX778",
    "SVC*HC:99213*100*60**1",
    "DTM*472*20260214",
    "CAS*PR*3*20",
    "CAS*CO*45*20",
    "CLP*A2*4*50*0**12*ICN2",
    "NM1*QC*1*REED*IDA****MI*RX901",
    "SVC*HC:J1815*50*0**1",
    "DTM*472*20260216",
    "CAS*CO*197*50",
]
ANSWER = [
    "BHT*0022*11*88*20260301*1015",
    "HL*1**20*1",
    "NM1*PR*2*LARCH HEALTH PLAN*****PI*60054",
    "HL*2*1*21*1",
    "NM1*1P*2*ALDER CLINIC*****XX*1234567893",
    "HL*3*2*22*0",
    "TRN*2*1*9112233445",
    "NM1*IL*1*QUILL*MARTA****MI*QX778",
    "DMG*D8*19490630*F",
    "DTP*346*D8*20260101",
    "EB*1**30**GOLD PLAN",
    "EB*B**98****27*25*****Y".replace("****27*25", "***27*25"),
    "EB*C*IND*30***23*500",
    "MSG*CALL BEFORE SURGERY",
]
STATUS = [
    "BHT*0010*08*99*20260301*1015*DG",
    "HL*1**20*1",
    "NM1*PR*2*LARCH HEALTH PLAN*****PI*60054",
    "HL*2*1*21*1",
    "NM1*41*2*ALDER CLINIC*****46*112233445",
    "HL*3*2*19*1",
    "NM1*1P*2*ALDER CLINIC*****XX*1234567893",
    "HL*4*3*22*0",
    "NM1*IL*1*QUILL*MARTA****MI*QX778",
    "TRN*2*A1",
    "STC*F2:88*20260305**100*0",
    "REF*1K*ICN1",
    "SVC*HC:99213*100*0****1",
    "STC*F2:88*20260305",
    "DTP*472*D8*20260214",
]
ENROLMENT = [
    "BGN*00*12*20260101*1200****2",
    "N1*P5*MILL WORKERS*FI*998877665",
    "N1*IN*LARCH HEALTH PLAN*FI*60054",
    "INS*Y*18*021*28*A***FT",
    "REF*0F*QX778",
    "REF*1L*GRP1",
    "DTP*356*D8*20260101",
    "NM1*IL*1*QUILL*MARTA",
    "N3*8 ASH LANE",
    "N4*BANGOR*ME*04401",
    "DMG*D8*19490630*F",
    "LUI*LD*SPA**7",
    "HD*021**HLT*GOLD",
    "DTP*348*D8*20260101",
    "INS*N*19*024*20*A",
    "REF*0F*QX778",
    "NM1*IL*1*QUILL*OTTO",
    "DMG*D8*20110211*M",
    "HD*024**DEN",
    "DTP*349*D8*20260228",
]
REQUEST = [
    "BHT*0007*13*55*20260301*1015",
    "HL*1**20*1",
    "NM1*X3*2*LARCH HEALTH PLAN*****PI*60054",
    "HL*2*1*21*1",
    "NM1*1P*2*ALDER CLINIC*****XX*1234567893",
    "HL*3*2*22*1",
    "NM1*IL*1*QUILL*MARTA****MI*QX778",
    "DMG*D8*19490630*F",
    "HL*4*3*EV*1",
    "TRN*1*T1*9112233445",
    "UM*HS*I*PT",
    "DTP*AAH*RD8*20260315-20260515",
    "HI*ABK:M5416",
    "HL*5*4*SS*0",
    "SV1*HC:97110",
    "HSD*VS*12*WK*2*34*2",
    "HL*6*4*SS*0",
    "SV1*HC:97140",
    "HSD*VS*12",
]
RESPONSE = [
    "BHT*0007*11*55*20260302*0900",
    *REQUEST[1:9],
    "TRN*2*T1*9112233445",
    "UM*HS*I*PT",
    "HL*5*4*SS*0",
    "HCR*A1*CERT9",
    "DTP*472*RD8*20260315-20260515",
    "SV1*HC:97110",
    "HSD*VS*12",
    "MSG*TWICE A WEEK",
    "HL*6*4*SS*0",
    "HCR*A3**0F",
    "SV1*HC:97140",
]


def test_a_payment_says_what_was_paid_for_which_service_and_why_not_all_of_it():
    paid, denied = entries(whole(PAYMENT, "835"), "ExplanationOfBenefit")
    assert [one.code for one in paid.codes] == ["99213"]
    assert paid.effective.start.text == "2026-02-14"
    assert paid.recorded.text == "2026-03-09"
    assert paid.detail == {
        "use": "claim",
        "outcome": "complete",
        "disposition": "processed as primary",
        "service": "99213",
        "payer": "LARCH HEALTH PLAN",
        "reason": "co-payment (CARC 3); charge above the allowed amount (CARC 45)",
        "author": "ALDER CLINIC",
    }
    assert denied.detail["outcome"] == "denied"
    assert denied.detail["reason"] == "no precertification or authorisation (CARC 197)"


def test_each_claim_of_a_payment_is_its_own_patients():
    marta, ida = read(whole(PAYMENT, "835"))
    assert marta.person.names[0].family == "QUILL"
    assert Identifier("urn:careloom:member:60054", "RX901") in ida.person.identifiers


def test_a_payment_as_its_guide_has_it_is_no_fault():
    assert faults(whole(PAYMENT, "835")) == []


@pytest.mark.parametrize(
    ("start", "other", "where"),
    [
        ("BPR", "BPR*I*61*C*CHK************20260310", "ISA 1/GS 1/ST 1/BPR: BPR-02"),
        ("CAS*PR", "CAS*PR*3*19", "ISA 1/GS 1/ST 1/2100 CLP[1]/2110 SVC[1]: SVC-03"),
        ("SVC*HC:J", "SVC*HC:J1815*40*-10**1", "ISA 1/GS 1/ST 1/2100 CLP[2]: CLP-03"),
    ],
)
def test_a_payment_that_does_not_balance_is_told_and_read(start, other, where):
    data = whole(instead(PAYMENT, start, other), "835")
    assert where in dict(faults(data))
    assert len(entries(data)) == 2


def test_the_number_that_the_payer_corrects_stands_beside_the_one_that_was_sent():
    corrected = instead(PAYMENT, "NM1*QC*1*QUILL", PAYMENT[11], "NM1*74*1******C*QX779")
    (marta, _) = read(whole(corrected, "835"))
    numbers = {one.value for one in marta.person.identifiers}
    assert numbers == {"QX778", "QX779"}


def test_a_reversed_payment_is_cancelled():
    reversal = ["CLP*A1*22*-100*-60*-20*12*ICN1", *PAYMENT[11:12]]
    (told,) = entries(
        whole([*instead(PAYMENT[:10], "BPR", "BPR*I*-60*D*CHK************20260310"), *reversal], "835")
    )
    assert told.status == "cancelled"


def test_an_answer_on_eligibility_is_an_insurance_with_its_benefits():
    (coverage,) = entries(whole(ANSWER, "271"))
    assert (coverage.kind, coverage.text, coverage.status) == ("Coverage", "GOLD PLAN", "active")
    assert coverage.effective.start.text == "2026-01-01"
    assert [(one.text, one.value, one.unit) for one in coverage.components][1:] == [
        ("co-payment; professional visit, office; visit; in network", "25", "USD"),
        ("deductible; health benefit plan coverage; calendar year", "500", "USD"),
    ]
    assert coverage.detail == {
        "payer": "LARCH HEALTH PLAN",
        "relation": "self",
        "note": "CALL BEFORE SURGERY",
    }
    assert faults(whole(ANSWER, "271")) == []


def test_insurance_that_has_ended_is_not_active():
    (coverage,) = entries(whole(instead(ANSWER, "EB*1", "EB*6**30"), "271"))
    assert coverage.status == "cancelled"


def test_somebody_whom_the_payer_does_not_find_has_no_insurance_by_that_answer():
    unknown = [one for one in ANSWER if not one.startswith(("EB", "MSG", "DTP"))] + ["AAA*N**75*C"]
    (told,) = entries(whole([*unknown[:9], "AAA*N**75*C"], "271"))
    assert told.kind == "CoverageEligibilityResponse"
    assert told.detail["outcome"] == "error"
    assert told.detail["disposition"] == "subscriber not found (AAA 75)"


def test_a_question_on_eligibility_is_kept_as_a_question():
    asked = [
        "BHT*0022*13*88*20260301*1015",
        *ANSWER[1:6],
        "TRN*1*1*9112233445",
        *ANSWER[7:9],
        "DTP*291*D8*20260301",
        "EQ*30",
    ]
    (request,) = entries(whole(asked, "270"))
    assert request.kind == "CoverageEligibilityRequest"
    assert request.detail["service"] == "health benefit plan coverage"
    assert faults(whole(asked, "270")) == []


def test_a_claims_status_is_a_payers_answer():
    (answer,) = entries(whole(STATUS, "277"))
    assert answer.kind == "ClaimResponse"
    assert answer.detail["outcome"] == "denied"
    assert answer.detail["disposition"] == "finalized: denied (status category F2)"
    assert answer.recorded.text == "2026-03-05"
    assert [one.code for one in answer.codes] == ["99213"]
    assert faults(whole(STATUS, "277")) == []


def test_a_birth_date_before_the_name_is_the_same_persons():
    asked = [*STATUS[:8], "DMG*D8*19490630*F", *STATUS[8:9], "TRN*1*A1", "DTP*472*D8*20260214"]
    (reading,) = read(whole(instead(asked, "BHT", "BHT*0010*13*99*20260301*1015"), "276"))
    assert (reading.person.birth_date, reading.person.sex) == ("1949-06-30", "female")


def test_enrolment_tells_who_somebody_is_what_they_speak_and_how_they_are_insured():
    marta, otto = read(whole(ENROLMENT, "834"))
    assert Identifier("urn:careloom:member:60054", "QX778") in marta.person.identifiers
    patient, coverage = marta.entries
    assert patient.detail == {"birth_date": "1949-06-30", "sex": "female", "language": "SPA"}
    assert (coverage.text, coverage.status) == ("health: GOLD", "active")
    assert coverage.effective.start.text == "2026-01-01"
    assert otto.entries[1].status == "cancelled"
    assert otto.entries[1].effective.end.text == "2026-02-28"
    assert faults(whole(ENROLMENT, "834")) == []


def test_a_dependents_subscriber_number_makes_nobody_the_subscriber():
    marta, otto = read(whole(ENROLMENT, "834"))
    assert not set(marta.person.identifiers) & set(otto.person.identifiers)


@pytest.mark.parametrize(
    ("segments", "kind", "start"),
    [
        (ANSWER, "271", "EB*C"),
        (STATUS, "277", "SVC"),
        (ENROLMENT, "834", "HD*021"),
        (RESPONSE, "278", "HL*6"),
        (PAYMENT, "835", "SVC*HC:J"),
    ],
)
def test_a_second_person_whose_beginning_is_missing_gets_nothing_of_the_first(segments, kind, start):
    at = next(place for place, one in enumerate(segments) if one.startswith(start))
    role = "QC" if kind == "835" else "IL"
    joined = whole([*segments[:at], f"NM1*{role}*1*STRAY*ANN****MI*Z1", *segments[at:]], kind)
    assert any("second person" in reason for _, reason in faults(joined))
    assert not any(one.person.names and one.person.names[0].family == "STRAY" for one in read(joined))


def test_a_request_for_authorisation_says_what_is_asked_for_how_often_and_when():
    (request,) = entries(whole(REQUEST, "278"))
    assert (request.kind, request.detail["use"]) == ("Claim", "preauthorization")
    assert [one.code for one in request.codes] == ["97110", "97140"]
    assert [one.code for one in request.value_codes] == ["M54.16"]
    assert request.detail["quantity"] == "12 visits, 2 per week, for 2 month; 12 visits"
    assert (request.effective.start.text, request.effective.end.text) == ("2026-03-15", "2026-05-15")
    assert faults(whole(REQUEST, "278")) == []


def test_what_was_approved_and_what_was_denied_are_two_answers():
    approved, denied = entries(whole(RESPONSE, "278"))
    assert (approved.text, approved.detail["outcome"], approved.detail["authorization"]) == (
        "97110",
        "approved",
        "CERT9",
    )
    assert approved.effective.end.text == "2026-05-15"
    assert approved.detail["note"] == "TWICE A WEEK"
    assert (denied.text, denied.detail["outcome"]) == ("97140", "denied")
    assert denied.detail["reason"] == "not held medically necessary (X12 886 0F)"
    assert denied.source.where == "ISA 1/GS 1/ST 1/2000F HL[6]"
    assert faults(whole(RESPONSE, "278")) == []


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("A1", "approved"),
        ("A2", "partially approved"),
        ("A3", "denied"),
        ("A4", "pended"),
        ("A6", "modified"),
        ("C", "cancelled"),
    ],
)
def test_a_decision_on_the_whole_event(action, outcome):
    event = [*RESPONSE[:11], f"HCR*{action}*CERT9", "HI*ABK:M5416"]
    (answer,) = entries(whole(instead(event, "HL*4", "HL*4*3*EV*0"), "278"))
    assert answer.detail["outcome"] == outcome
    assert answer.text == "health services review: physical therapy"


def test_a_request_that_could_not_be_decided_says_why():
    wrong = [*RESPONSE[:8], "AAA*N**72*C"]
    (answer,) = entries(whole(instead(without(wrong, "DMG"), "HL*3", "HL*3*2*22*0"), "278"))
    assert answer.detail["outcome"] == "error"
    assert answer.detail["reason"] == "member number invalid or missing (AAA 72)"


def test_an_authorisation_of_the_older_release_has_the_service_under_the_provider():
    old = ["BHT*0078*11*55*20060302*0900*18", *REQUEST[1:6], "HI*BK:72210", REQUEST[6], "DMG*D8*19490630*F"]
    old += ["HL*4*3*19*1", "NM1*SJ*1*OAK*RAY****24*112233445", "HL*5*4*SS*0", "TRN*2*T1*9112233445"]
    old += ["UM*HS*I*1", "HCR*A1*CERT9", "DTP*472*D8*20060315", "HSD*VS*6"]
    data = whole(old, "278", guide="004010X094A1")
    (answer,) = entries(data)
    told = answer.detail
    assert (told["outcome"], told["authorization"], told["quantity"]) == ("approved", "CERT9", "6 visits")
    assert codes_of(data) == []
