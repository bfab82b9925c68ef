"""Prior authorisation and payers' statements as FHIR: service, dates, decision, reason and number come in."""

from tests.connect.made import bundle, coded, patient, read, the_entry

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def claim(kind, **given):
    return {
        "resourceType": kind,
        "id": "c1",
        "use": "preauthorization",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        **given,
    }


def decided(action, number="", reason=""):
    """An adjudication with a review action of PAS."""
    parts = [
        {
            "url": f"{PAS}extension-reviewActionCode",
            "valueCodeableConcept": coded(action, "", "https://codesystem.x12.org/005010/306"),
        }
    ]
    if number:
        parts.append({"url": "number", "valueString": number})
    if reason:
        concept = {"coding": [{"system": "https://codesystem.x12.org/external/886", "code": reason}]}
        parts.append({"url": "reasonCode", "valueCodeableConcept": concept})
    return {
        "extension": [{"url": f"{PAS}extension-reviewAction", "extension": parts}],
        "category": coded("submitted"),
    }


def on(name, **value):
    return {"url": f"{PAS}extension-{name}", **value}


ASKED = claim(
    "Claim",
    item=[
        {
            "sequence": 1,
            "productOrService": coded("97110", "Therapeutic exercise", HCPCS),
            "servicedDate": "2026-03-15",
        },
        {
            "sequence": 2,
            "productOrService": coded("97140", "Manual therapy", HCPCS),
            "servicedDate": "2026-05-15",
        },
    ],
)


def test_a_request_is_of_the_days_of_its_items():
    entry = the_entry(ASKED, patient())
    assert (entry.effective.start.text, entry.effective.end.text) == ("2026-03-15", "2026-05-15")


def test_a_request_for_a_stay_is_of_the_days_of_the_stay():
    stay = {
        "sequence": 1,
        "category": coded("admissionDates"),
        "timingPeriod": {"start": "2026-07-02", "end": "2026-07-09"},
    }
    entry = the_entry(
        claim("Claim", supportingInfo=[stay], item=[{"productOrService": {"text": "bypass"}}]), patient()
    )
    assert (entry.effective.start.text, entry.effective.end.text) == ("2026-07-02", "2026-07-09")


def test_what_an_update_takes_back_is_no_longer_asked_for():
    cancelled = {
        "sequence": 2,
        "productOrService": {"text": "nutrition"},
        "modifierExtension": [{"url": f"{PAS}modifierextension-infoCancelled", "valueBoolean": True}],
    }
    kept = {"sequence": 1, "productOrService": {"text": "home visit"}}
    assert the_entry(claim("Claim", item=[kept, cancelled]), patient()).text == "home visit"


def test_an_approval_has_its_number_and_how_long_it_holds():
    item = {
        "itemSequence": 1,
        "extension": [on("itemPreAuthPeriod", valuePeriod={"start": "2026-03-15", "end": "2026-06-15"})],
        "adjudication": [decided("A1", number="CERT9")],
    }
    answer = claim("ClaimResponse", outcome="complete", request={"reference": "Claim/c1"}, item=[item]) | {
        "id": "c2"
    }
    entry = the_entry(answer, ASKED, patient())
    assert (entry.detail["outcome"], entry.detail["authorization"]) == ("approved", "CERT9")
    assert (entry.effective.start.text, entry.effective.end.text) == ("2026-03-15", "2026-06-15")


def test_certification_dates_bound_an_approval():
    item = {
        "extension": [
            on("itemCertificationEffectiveDate", valueDate="2026-03-15"),
            on("itemCertificationExpirationDate", valueDate="2026-04-15"),
        ],
        "adjudication": [decided("A1")],
    }
    entry = the_entry(claim("ClaimResponse", outcome="complete", item=[item]), patient())
    assert (entry.effective.start.text, entry.effective.end.text) == ("2026-03-15", "2026-04-15")


def answers(*items, **given):
    """The answer to ASKED as a whole, and the decision of each service that has one of its own."""
    answer = claim(
        "ClaimResponse", outcome="complete", request={"reference": "Claim/c1"}, item=list(items), **given
    ) | {"id": "c2"}
    found = read(bundle(answer, ASKED, patient(), type="collection"))
    assert [one.rejected for one in found if one.rejected] == []
    whole, *apart = [e for one in found for e in one.entries if e.kind == "ClaimResponse"]
    return whole, apart


def test_services_that_were_decided_differently_are_told_apart_with_their_days_and_reasons():
    whole, (approved, denied) = answers(
        {
            "itemSequence": 1,
            "extension": [on("itemPreAuthPeriod", valuePeriod={"start": "2026-03-15", "end": "2026-06-15"})],
            "adjudication": [decided("A1", number="CERT9")],
        },
        {"itemSequence": 2, "adjudication": [decided("A3", reason="0F")]},
    )
    assert whole.detail["outcome"] == "partially approved"
    assert approved.source.where == "Bundle.entry[0].resource.item[0]"
    assert [(one.text, one.detail["outcome"]) for one in (approved, denied)] == [
        ("Therapeutic exercise", "approved"),
        ("Manual therapy", "denied"),
    ]
    assert [[code.code for code in one.codes] for one in (approved, denied)] == [["97110"], ["97140"]]
    assert (approved.effective.start.text, approved.effective.end.text) == ("2026-03-15", "2026-06-15")
    assert approved.detail["authorization"] == "CERT9"
    assert denied.effective.start.text == "2026-05-15"
    assert denied.detail["reason"] == "not held medically necessary (0F)"
    assert "authorization" not in denied.detail
    assert whole.id in approved.references


def test_a_pended_service_beside_a_denied_one_is_neither_approved_nor_denied():
    whole, apart = answers(
        {"itemSequence": 1, "adjudication": [decided("A4")]},
        {"itemSequence": 2, "adjudication": [decided("A3")]},
    )
    assert [one.detail["outcome"] for one in apart] == ["pended", "denied"]
    assert whole.detail["outcome"] == "complete"


def test_services_that_were_decided_alike_are_one_answer():
    whole, apart = answers(
        {"itemSequence": 1, "adjudication": [decided("A3")]},
        {"itemSequence": 2, "adjudication": [decided("A3")]},
    )
    assert (whole.detail["outcome"], apart) == ("denied", [])


def test_a_request_that_could_not_be_decided_says_why_in_words():
    error = {"code": {"coding": [{"system": "https://codesystem.x12.org/005010/901", "code": "72"}]}}
    entry = the_entry(claim("ClaimResponse", outcome="error", error=[error]), patient())
    assert entry.detail["disposition"] == "member number invalid or missing (72)"


def test_a_hospital_statement_without_a_procedure_has_its_revenue_code():
    nothing = coded(
        "not-applicable", "Not Applicable", "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    )
    item = {
        "sequence": 1,
        "revenue": coded("0450", "", "https://www.nubc.org/CodeSystem/RevenueCodes"),
        "productOrService": nothing,
    }
    operation = {
        "sequence": 1,
        "procedureCodeableConcept": coded("0210083", "", "http://www.cms.gov/Medicare/Coding/ICD10"),
    }
    entry = the_entry(
        claim("ExplanationOfBenefit", outcome="complete", item=[item], procedure=[operation]), patient()
    )
    assert [one.code for one in entry.codes] == ["0450", "0210083"]
    assert entry.text == "0450"
