"""What goes with a letter to a payer: a Claim that asks for prior authorization, as Da Vinci PAS has it."""

from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom import chart
from careloom.chart.parts import Filed, FiledAs
from careloom.chart.people import spoken_name
from tests.chart.filed import entry, filed
from tests.chart.test_chart_fhir import of, references

NPI = "1234567893"
FORM = FiledAs("Prior authorization letter", "51852-2", {"problem_list": ""}, claims=True)


def asked(*, order: bool = True, cover: bool = True, **given: str) -> Filed:
    """Ada's letter for a drug, with her insurance and the order cited."""
    one = filed()
    coverage = entry("a", "Coverage", status="active", text="PPO", detail={"payer": "Acme Health Plan"})
    request = entry("b", "MedicationRequest", text="semaglutide", detail={"prescriber": "L. Osei, MD"})
    further = (*([coverage] if cover else []), *([request] if order else []))
    record = replace(one.record, entries=(*one.record.entries, *further))
    first, *rest = one.proposal.document.statements
    cites = (*first.citations, *(each.id for each in further))
    lines = (replace(first, section="request", citations=cites), *rest)
    fields = {"service": "semaglutide 1 mg weekly, NDC 0169-4136-02", "policy": "1. Adult"} | given
    document = replace(one.proposal.document, kind="prior_auth_letter", statements=lines, given=fields)
    return replace(one, proposal=replace(one.proposal, document=document), record=record, form=FORM)


def bundle(one: Filed) -> dict[str, Any]:
    found = chart.bundle(one.record, [one])
    Bundle.model_validate(found)
    assert set(references(found)) <= {each["fullUrl"] for each in found["entry"]}
    return found


def test_it_asks_the_payer_for_the_service_with_the_letter_beside_it() -> None:
    found = bundle(asked(payer="Acme Health"))
    (claim,) = of(found, "Claim")
    (letter,) = of(found, "DocumentReference")
    assert (claim["use"], claim["type"]["coding"][0]["code"]) == ("preauthorization", "pharmacy")
    assert claim["supportingInfo"][0]["valueReference"]["reference"] == f"urn:uuid:{letter['id']}"
    assert claim["item"][0]["productOrService"]["coding"] == [
        {"system": "http://hl7.org/fhir/sid/ndc", "code": "0169-4136-02"}
    ]
    (payer,) = of(found, "Organization")
    assert payer["name"] == "Acme Health Plan" and payer["active"] is True
    (coverage,) = of(found, "Coverage")
    assert coverage["payor"][0]["reference"] == f"urn:uuid:{payer['id']}"
    assert next(one["name"][0]["text"] for one in of(found, "Practitioner")) == "L. Osei, MD"


def test_whoever_prescribed_what_was_tried_before_is_not_the_one_who_asks() -> None:
    one = asked(order=False)
    tried = entry("c", "MedicationRequest", text="glipizide", detail={"prescriber": "Ben Marsh, MD"})
    first, second, *rest = one.proposal.document.statements
    lines = (first, replace(second, section="criteria", citations=(*second.citations, tried.id)), *rest)
    document = replace(one.proposal.document, statements=lines)
    record = replace(one.record, entries=(*one.record.entries, tried))
    found = bundle(replace(one, record=record, proposal=replace(one.proposal, document=document)))
    assert of(found, "PractitionerRole") == []
    (claim,) = of(found, "Claim")
    assert claim["provider"]["extension"][0]["valueCode"] == "unknown"


def test_only_diagnoses_that_the_signed_letter_cites_go_with_it() -> None:
    (claim,) = of(bundle(asked()), "Claim")
    (diagnosis,) = claim["diagnosis"]
    assert diagnosis["diagnosisCodeableConcept"]["coding"][0]["code"] == "N18.32"
    assert claim["item"][0]["diagnosisSequence"] == [1]


def test_a_claim_without_all_that_the_profile_demands_is_a_draft_and_names_no_profile() -> None:
    for one in (
        asked(),
        asked(service_type="88"),
        asked(order=False),
        asked(cover=False),
        asked(payer="Somebody Else", service_type="88"),
    ):
        (claim,) = of(bundle(one), "Claim")
        assert claim["status"] == "draft" and "meta" not in claim


def test_a_claim_that_has_all_of_it_is_active_and_of_the_profile() -> None:
    found = bundle(asked(service_type="88", payer="Acme Health Plan", requester_npi=NPI))
    (claim,) = of(found, "Claim")
    assert claim["status"] == "active"
    named = next(one for one in of(found, "Practitioner") if one["name"][0].get("family") == "Osei")
    assert named["identifier"] == [{"system": "http://hl7.org/fhir/sid/us-npi", "value": NPI}]
    assert claim["meta"]["profile"] == [
        "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/profile-claim"
    ]
    assert claim["item"][0]["category"]["coding"][0]["code"] == "88"


@pytest.mark.parametrize("needed", ["identifier", "status", "type", "use", "patient", "created", "insurer", "provider",
                                    "priority", "insurance", "item"])  # fmt: skip
def test_every_element_that_the_profile_demands_is_there(needed: str) -> None:
    for one in (asked(), asked(order=False, cover=False), asked(service_type="88")):
        (claim,) = of(bundle(one), "Claim")
        assert claim[needed]
    assert claim["insurance"][0]["focal"] is True
    assert claim["supportingInfo"][0]["category"]["coding"][0]["code"] == "additionalInformation"


def test_nobody_is_named_whom_the_record_does_not_name() -> None:
    found = bundle(asked(order=False, cover=False, payer="Acme Health"))
    assert (
        of(found, "Organization") == []
        and of(found, "Coverage") == []
        and of(found, "PractitionerRole") == []
    )
    (claim,) = of(found, "Claim")
    assert (
        claim["insurer"]["extension"][0]["valueCode"]
        == "unknown"
        == claim["provider"]["extension"][0]["valueCode"]
    )


@pytest.mark.parametrize(
    ("service", "codes"),
    [
        ("CPT 93306 echocardiogram", ["93306"]),
        ("infliximab J1745", ["J1745"]),
        ("metformin 500 mg, 60 tablets", ["not-applicable"]),
    ],
)
def test_a_code_is_only_what_was_written_as_one(service: str, codes: list[str]) -> None:
    (claim,) = of(bundle(asked(service=service)), "Claim")
    assert [one["code"] for one in claim["item"][0]["productOrService"]["coding"]] == codes
    assert claim["item"][0]["productOrService"]["text"] == service


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("L. Osei, MD", "Osei"),
        ("Osei, Lena", "Osei"),
        ("Dr. Lena Osei", "Osei"),
        ("Lena Osei MD", "Osei"),
        ("De la Cruz, Ana, NP", "De la Cruz"),
    ],
)
def test_the_requesters_family_name_is_the_one_before_degrees(text: str, family: str) -> None:
    assert spoken_name(text).family == family


def test_any_other_letter_has_no_claim() -> None:
    one = asked()
    plain = replace(one, form=FiledAs("Letter", "51852-2", {}))
    assert of(chart.bundle(plain.record, [plain]), "Claim") == []


def test_a_payer_is_the_same_however_many_spaces_its_name_has() -> None:
    (payer,) = of(bundle(asked(payer="acme  health\nplan")), "Organization")
    assert payer["name"] == "Acme Health Plan"
