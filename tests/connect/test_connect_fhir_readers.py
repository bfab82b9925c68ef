"""Each kind of resource becomes an entry that says what the source said, in the source's own digits."""

import pytest

from careloom.care.detail import DETAIL
from careloom.care.entry import Range
from tests.connect.made import METFORMIN, RXNORM, SNOMED, a1c, about, coded, patient, the_entry


def test_a_result_keeps_its_digits_unit_and_date():
    entry = the_entry(a1c())
    assert (entry.value, entry.unit, entry.effective.start.text) == ("7.00", "%", "2026-03-04")
    assert entry.codes[0].code == "4548-4"


def test_an_absurd_value_and_an_unknown_unit_stay_what_the_source_said():
    entry = the_entry(a1c(valueQuantity={"value": "91!", "unit": "glimps"}))
    assert (entry.value, entry.unit) == ("91", "glimps")


def test_a_result_below_the_limit_of_detection_keeps_its_comparator():
    entry = the_entry(a1c(valueQuantity={"value": "0.10!", "comparator": "<", "unit": "ng/mL"}))
    assert (entry.comparator, entry.value) == ("<", "0.10")


def test_a_result_keeps_range_interpretation_and_the_reason_why_it_is_absent():
    entry = the_entry(
        a1c(
            valueQuantity=None,
            dataAbsentReason=coded(
                "unknown", "Unknown", "http://terminology.hl7.org/CodeSystem/data-absent-reason"
            ),
            interpretation=[coded("HH"), coded("A")],
            referenceRange=[{"low": {"value": "2.50!"}, "high": {"value": 6}, "text": "adults"}],
        )
    )
    assert entry.value is None
    assert entry.detail["absent"] == "Unknown"
    assert entry.interpretation == "HH; A"
    assert entry.range == Range("2.50", "6", "adults")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"valueString": "cloudy"}, "cloudy"),
        ({"valueBoolean": False}, "false"),
        ({"valueInteger": 12}, "12"),
        ({"valueCodeableConcept": coded("LA28397-0", "Often true")}, "Often true"),
        ({"valueRange": {"low": {"value": 5}, "high": {"value": "140.50!"}}}, "5-140.50"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        ({"valueTime": "08:30:00"}, "08:30:00"),
        ({"valueDateTime": "2026-03"}, "2026-03"),
    ],
)
def test_a_value_of_any_kind_is_kept_as_text(given, value):
    assert the_entry(a1c(valueQuantity=None, **given)).value == value


def test_a_blood_pressure_is_one_entry_with_two_components():
    parts = [
        {"code": coded("8480-6", "Systolic"), "valueQuantity": {"value": "140.50!", "unit": "mmHg"}},
        {"code": coded("8462-4", "Diastolic"), "valueQuantity": {"value": 88, "unit": "mmHg"}},
    ]
    entry = the_entry(a1c(code=coded("85354-9", "Blood pressure"), valueQuantity=None, component=parts))
    assert [(one.text, one.value, one.unit) for one in entry.components] == [
        ("Systolic", "140.50", "mmHg"),
        ("Diastolic", "88", "mmHg"),
    ]


def condition(clinical: str | None, certainty: str | None, **given):
    return about(
        "Condition",
        clinicalStatus=coded(clinical) if clinical else None,
        verificationStatus=coded(certainty) if certainty else None,
        code=coded("44054006", "Type 2 diabetes", SNOMED),
        **given,
    )


def test_a_refuted_problem_is_negated():
    entry = the_entry(condition("inactive", "refuted"))
    assert (entry.negated, entry.certainty) == (True, "refuted")


def test_a_problem_entered_in_error_says_so_whatever_its_clinical_status():
    entry = the_entry(condition("active", "entered-in-error"))
    assert (entry.status, entry.certainty, entry.negated) == ("entered-in-error", "entered-in-error", False)


def test_a_problem_keeps_when_it_began_and_ended():
    entry = the_entry(
        condition("resolved", "confirmed", onsetDateTime="2019-05", abatementDateTime="2021-02-03")
    )
    assert (entry.effective.start.text, entry.effective.end.text) == ("2019-05", "2021-02-03")
    assert entry.detail["abatement"] == "2021-02-03"


def test_a_problem_that_began_at_an_age_keeps_the_age():
    assert (
        the_entry(condition("active", None, onsetAge={"value": 52, "unit": "years"})).detail["onset"]
        == "52 years"
    )


def test_an_allergy_keeps_its_reactions_kind_and_criticality():
    entry = the_entry(
        {
            "resourceType": "AllergyIntolerance",
            "patient": {"reference": "Patient/p1"},
            "clinicalStatus": coded("active"),
            "type": "allergy",
            "criticality": "high",
            "category": ["medication"],
            "code": coded("7980", "Penicillin", RXNORM),
            "reaction": [
                {
                    "manifestation": [coded("247472004", "Hives", SNOMED), {"text": "swelling"}],
                    "severity": "severe",
                }
            ],
        }
    )
    assert entry.detail == {
        "allergy_type": "allergy",
        "criticality": "high",
        "reaction": "Hives; swelling",
        "severity": "severe",
    }


def test_no_known_allergy_is_negated_so_that_it_is_never_an_allergy():
    entry = the_entry(
        {
            "resourceType": "AllergyIntolerance",
            "patient": {"reference": "Patient/p1"},
            "code": coded("716186003", "No known allergy", SNOMED),
        }
    )
    assert entry.negated


def test_what_a_father_has_is_the_familys():
    entry = the_entry(
        {
            "resourceType": "FamilyMemberHistory",
            "status": "completed",
            "patient": {"reference": "Patient/p1"},
            "relationship": coded("FTH", "father"),
            "condition": [
                {"code": coded("44054006", "Type 2 diabetes", SNOMED), "onsetString": "in his forties"}
            ],
        }
    )
    assert (entry.subject, entry.text, entry.components[0].value) == (
        "family",
        "father: Type 2 diabetes",
        "in his forties",
    )


def test_an_encounter_says_its_class_reason_and_who_was_met():
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Osei", "prefix": ["Dr."]}]}
    entry = the_entry(
        about(
            "Encounter",
            status="finished",
            **{"class": {"code": "EMER"}},
            type=[coded("50849002", "Emergency visit", SNOMED)],
            period={"start": "2026-01-01", "end": "2026-01-02"},
            reasonCode=[{"text": "chest pain"}],
            participant=[{"individual": {"reference": "Practitioner/d"}}],
        ),
        doctor,
    )
    assert entry.detail == {"class": "emergency", "reason": "chest pain", "author": "Osei"}


def test_a_goal_keeps_its_target_and_when_it_is_due():
    target = [
        {
            "measure": coded("4548-4", "HbA1c"),
            "detailQuantity": {"value": "7.00!", "comparator": "<", "unit": "%"},
            "dueDate": "2026-09-01",
        }
    ]
    entry = the_entry(
        about("Goal", lifecycleStatus="active", description={"text": "Lower sugar"}, target=target)
    )
    assert (entry.detail["target"], entry.detail["due"], entry.status) == (
        "HbA1c <7.00 %",
        "2026-09-01",
        "active",
    )


def test_a_plan_and_a_team_say_what_and_who():
    plan = about(
        "CarePlan",
        status="active",
        title="Diabetes plan",
        activity=[{"detail": {"code": {"text": "Walk"}, "status": "in-progress"}}],
    )
    team = about(
        "CareTeam",
        participant=[
            {"role": [{"text": "nurse"}], "member": {"display": "R. Blake"}},
            {"member": {"reference": "Patient/p1"}},
        ],
    )
    assert [(one.text, one.value) for one in the_entry(plan).components] == [("Walk", "in-progress")]
    assert the_entry(team).detail["participants"] == "nurse: R. Blake"


def claim(kind: str, **given):
    return {
        "resourceType": kind,
        "id": "c1",
        "use": "preauthorization",
        "patient": {"reference": "Patient/p1"},
        **given,
    }


def test_a_denied_authorisation_says_denied_and_for_what():
    action = {
        "url": "http://x/extension-reviewActionCode",
        "valueCodeableConcept": coded("A3", "Not Certified", "https://codesystem.x12.org/005010/306"),
    }
    asked = claim("Claim", item=[{"productOrService": {"text": "sacubitril/valsartan"}}])
    answer = claim(
        "ClaimResponse",
        outcome="complete",
        request={"reference": "Claim/c1"},
        item=[{"adjudication": [{"extension": [{"url": "http://x/reviewAction", "extension": [action]}]}]}],
    ) | {"id": "c2"}
    entry = the_entry(answer, asked)
    assert (entry.detail["outcome"], entry.detail["service"]) == ("denied", "sacubitril/valsartan")


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("Denied: step therapy required", "denied"),
        ("Not approved", "denied"),
        ("Approved for 12 months", "approved"),
        ("See letter", "complete"),
    ],
)
def test_a_payers_words_are_read_for_the_decision(disposition, outcome):
    entry = the_entry(claim("ClaimResponse", outcome="complete", disposition=disposition))
    assert (entry.detail["outcome"], entry.detail["disposition"]) == (outcome, disposition)


def test_a_pharmacy_claim_with_a_compound_names_its_ingredients():
    item = {
        "productOrService": {"text": "compound"},
        "detail": [{"productOrService": coded("00071015523", "", "http://hl7.org/fhir/sid/ndc")}],
    }
    supply = {"category": coded("dayssupply"), "valueQuantity": {"value": 30}}
    entry = the_entry(claim("ExplanationOfBenefit", item=[item], supportingInfo=[supply]))
    assert ([one.code for one in entry.codes], entry.detail["days_supply"]) == (["00071015523"], "30")


def test_answers_of_a_questionnaire_keep_question_answer_and_loinc_code():
    items = [
        {
            "linkId": "/88121-9",
            "text": "Hunger",
            "item": [
                {
                    "linkId": "/88122-7",
                    "text": "Worried?",
                    "answer": [{"valueCoding": {"code": "LA28397-0", "display": "Often true"}}],
                },
                {"linkId": "1-1", "text": "Other", "answer": [{"valueDecimal": "2.50!"}]},
            ],
        }
    ]
    entry = the_entry(about("QuestionnaireResponse", status="completed", item=items))
    assert [(one.text, one.value, [code.code for code in one.codes]) for one in entry.components] == [
        ("Worried?", "Often true", ["88122-7"]),
        ("Other", "2.50", []),
    ]


def test_a_patient_entry_tells_language_interpreter_and_proxy_but_no_name():
    entry = the_entry(
        patient(
            communication=[{"language": coded("es", "Spanish"), "preferred": True}],
            extension=[
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
                    "valueBoolean": True,
                }
            ],
            contact=[
                {
                    "relationship": [coded("HPOWATT", "healthcare power of attorney")],
                    "name": {"family": "Ode", "given": ["Lia"]},
                }
            ],
        )
    )
    assert entry.detail == {
        "birth_date": "1949-06-30",
        "sex": "female",
        "language": "es",
        "interpreter": "true",
        "proxy": "Lia Ode (healthcare power of attorney)",
    }
    assert "Quill" not in repr(entry)


def test_who_wrote_it_is_never_the_patients_name():
    entry = the_entry(a1c(performer=[{"reference": "Patient/p1", "display": "Marta Quill"}]), patient())
    assert entry.detail["author"] == "patient"


def test_readers_use_no_details_but_the_listed_ones():
    samples = [
        a1c(note=[{"text": "n"}], bodySite={"text": "arm"}),
        condition("active", None, note=[{"text": "n"}]),
        patient(),
        claim("ClaimResponse", disposition="x"),
    ]
    for sample in samples:
        assert set(the_entry(sample).detail) <= set(DETAIL)


def test_the_clock_time_without_an_offset_is_the_sources_zone():
    when = the_entry(a1c(effectiveDateTime="2026-03-04")).effective.start
    assert (when.zone, when.zone_assumed, when.earliest.hour) == ("America/New_York", True, 5)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (">60 mL/min/1.73m2", (">", "60", "mL/min/1.73m2")),
        ("< 0.10", ("<", "0.10", "%")),
        ("7.1 %", ("", "7.1", "%")),
        ("3 drinks a day", ("", "3 drinks a day", None)),
        ("7.1", ("", "7.1", None)),
    ],
)
def test_a_figure_typed_as_text_is_read_with_its_comparator_and_unit(typed, read):
    entry = the_entry(
        a1c(valueQuantity=None, valueString=typed, referenceRange=[{"high": {"value": 6, "unit": "%"}}])
    )
    assert (entry.comparator, entry.value, entry.unit) == read


def test_a_pharmacy_claim_without_a_billable_period_is_of_the_day_it_was_filled():
    entry = the_entry(
        about(
            "ExplanationOfBenefit",
            subject=None,
            patient={"reference": "Patient/p1"},
            status="active",
            use="claim",
            created="2026-09-01",
            item=[{"sequence": 1, "productOrService": METFORMIN, "servicedDate": "2026-08-30"}],
        )
    )
    assert entry.happened.text == "2026-08-30"


def test_a_list_keeps_why_nothing_stands_on_it():
    empty = about(
        "List",
        status="current",
        title="Allergies",
        code=coded("48765-2"),
        date="2026-01-02",
        emptyReason=coded("nilknown"),
    )
    entry = the_entry(empty)
    assert (entry.kind, entry.text, entry.detail["empty"]) == ("List", "Allergies", "nilknown")
    assert entry.effective.start.text == "2026-01-02"


def test_a_list_with_something_on_it_is_not_empty_and_leads_to_it():
    allergy = about(
        "AllergyIntolerance", id="a1", patient={"reference": "Patient/p1"}, code={"text": "Latex"}
    )
    held = about(
        "List", status="current", title="Allergies", entry=[{"item": {"reference": "AllergyIntolerance/a1"}}]
    )
    entry = the_entry(held, allergy)
    assert "empty" not in entry.detail
    assert len(entry.references) == 1
