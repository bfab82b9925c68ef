"""What comes from a source and can't wait pages a person as it comes: critical results, an answer, a note of what is dangerous now."""

import base64

import pytest

from tests.connect.made import about, coded
from tests.flow.letters import outbox, told

pytestmark = pytest.mark.django_db


def answer(code: str, day: str):
    item = coded("44260-8", "Thoughts that you would be better off dead")
    return about("Observation", id=f"phq-{day}", status="final", code=item, effectiveDateTime=day,
                 valueCodeableConcept=coded(code, "Several days"))  # fmt: skip


def potassium(value: str, day: str, **said):
    quantity = {
        "value": float(value),
        "unit": "mmol/L",
        "system": "http://unitsofmeasure.org",
        "code": "mmol/L",
    }
    return about("Observation", id=f"k-{value}-{day}", status="final", code=coded("2823-3", "Potassium"),
                 effectiveDateTime=day, valueQuantity=quantity, **said)  # fmt: skip


def test_a_positive_answer_about_self_harm_pages_and_not_at_all_or_an_old_one_does_not(site):
    site.sends(answer("LA6568-5", "2026-11-24"), answer("LA6569-3", "2026-03-01"))
    assert not site.desk.store.pages.waiting()
    site.sends(answer("LA6569-3", "2026-11-23"))
    site.sends(answer("LA6569-3", "2026-11-23"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "self_harm"
    assert len(told(site)) == 1


def test_a_critical_result_of_today_pages_and_one_of_last_year_does_not(site):
    site.sends(potassium("7.1", "2025-11-24"), potassium("4.1", "2026-11-24"))
    assert not site.desk.store.pages.waiting()
    site.sends(potassium("7.1", "2026-11-24"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "critical_result"
    assert page.words.startswith("potassium critically high (")
    assert " · 7.1 mmol/L on 2026-11-24, " in page.words
    assert "7.1" not in "".join(outbox(site, "pages/email"))


def test_what_the_laboratory_itself_calls_critical_pages_too(site):
    called = coded(
        "HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    )
    site.sends(replace_code(potassium("5.2", "2026-11-24", interpretation=[called])))
    (page,) = site.desk.store.pages.waiting()
    assert "potassium, which its laboratory calls critical · 5.2 mmol/L on 2026-11-24" in page.words


def test_a_critical_result_that_no_table_of_ours_has_is_told_by_its_own_name_and_value(site):
    called = coded(
        "HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    )
    level = {"value": 18.4, "unit": "ng/mL", "system": "http://unitsofmeasure.org", "code": "ng/mL"}
    site.sends(
        about("Observation", id="vor", status="final", code=coded("38370-3", "Voriconazole [Mass/volume] in Serum or Plasma"),
              effectiveDateTime="2026-11-24", valueQuantity=level, interpretation=[called])
    )  # fmt: skip
    (page,) = site.desk.store.pages.waiting()
    assert page.words.startswith(
        "Voriconazole [Mass/volume] in Serum or Plasma, which its laboratory calls critical"
    )
    assert "18.4 ng/mL on 2026-11-24" in page.words
    letters = "".join(outbox(site, "pages/email"))
    assert "18.4" not in letters and "oriconazole" not in letters


def note(text: str, day: str, number: int = 1):
    data = base64.b64encode(text.encode()).decode()
    return about(
        "DocumentReference",
        id=f"note-{number}",
        status="current",
        date=f"{day}T10:00:00-05:00",
        content=[{"attachment": {"contentType": "text/plain", "data": data}}],
    )


def test_a_fresh_note_that_tells_of_suicide_pages_once_and_an_old_chart_pages_nobody(site):
    site.sends(*(note(f"Visit {one}. Wants to die.", "2026-03-02", one) for one in range(2, 40)))
    site.sends(note("Denies suicidal ideation.", "2026-11-23", 50))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Pt says some days she thinks about ending it all.", "2026-11-23"))
    site.sends(note("Pt says some days she thinks about ending it all.", "2026-11-23"))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "self_harm"
    assert "tells of thoughts of suicide or self-harm" in page.words
    assert "ending" not in "".join(outbox(site, "pages/email"))


def test_thoughts_of_three_weeks_ago_page_and_a_brothers_own_words_do_not(site):
    site.sends(note("Her brother said he did not want to wake up.", "2026-11-20", 70))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Last week she said she did not want to wake up.", "2026-11-02", 71))
    (page,) = site.desk.store.pages.waiting()
    assert (page.cause, "2026-11-02" in page.words) == ("self_harm", True)


def test_black_stool_in_a_fresh_note_pages_where_a_blood_thinner_is_taken_and_only_there(site):
    site.sends(note("She reports black stools for two days.", "2026-11-23", 60))
    assert not site.desk.store.pages.waiting()
    warfarin = about(
        "MedicationRequest",
        id="warfarin",
        status="active",
        intent="order",
        authoredOn="2026-06-02",
        medicationCodeableConcept={"text": "warfarin sodium 5 MG Oral Tablet"},
    )
    site.sends(warfarin, note("Denies black stools.", "2026-11-23", 61))
    assert not site.desk.store.pages.waiting()
    site.sends(note("She reports black stools for three days.", "2026-11-23", 62))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "bleeding"
    assert "black stool" in page.words and "blood thinner" in page.words
    assert "stool" not in "".join(outbox(site, "pages/email"))


def test_a_fever_pages_with_sickle_cell_disease_and_nobody_without_or_at_a_lower_temperature(site):
    def temperature(value, number):
        return about(
            "Observation",
            id=f"temperature-{number}",
            status="final",
            effectiveDateTime="2026-11-23T08:00:00-05:00",
            code={
                "coding": [{"system": "http://loinc.org", "code": "8310-5", "display": "Body temperature"}]
            },
            valueQuantity={
                "value": value,
                "unit": "Cel",
                "system": "http://unitsofmeasure.org",
                "code": "Cel",
            },
        )

    site.sends(temperature(39.2, 1))
    assert not site.desk.store.pages.waiting()
    sickle = {
        "system": "http://hl7.org/fhir/sid/icd-10-cm",
        "code": "D57.1",
        "display": "Sickle-cell disease",
    }
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    site.sends(
        about("Condition", id="sickle", clinicalStatus={"coding": [active]}, code={"coding": [sickle]}),
        temperature(37.9, 2),
    )
    assert not site.desk.store.pages.waiting()
    site.sends(temperature(38.9, 3))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "fever"
    assert "with sickle cell disease" in page.words and "2026-11-23" in page.words


def test_a_blow_to_the_head_pages_where_an_anticoagulant_is_taken_and_not_with_aspirin_alone_or_an_old_note(
    site,
):
    def takes(drug, number):
        return about(
            "MedicationRequest",
            id=f"drug-{number}",
            status="active",
            intent="order",
            authoredOn="2026-06-02",
            medicationCodeableConcept={"text": drug},
        )

    site.sends(
        takes("aspirin 81 MG Oral Tablet", 1), note("Fell in the kitchen and hit her head.", "2026-11-23", 80)
    )
    site.sends(takes("apixaban 5 MG Oral Tablet", 2), note("Fell and hit her head.", "2026-11-02", 81))
    site.sends(note("Fell on the stairs, did not hit her head.", "2026-11-23", 82))
    assert not site.desk.store.pages.waiting()
    site.sends(note("Se cayó y se golpeó la cabeza.", "2026-11-22", 83))
    (page,) = site.desk.store.pages.waiting()
    assert page.cause == "head_injury"
    assert "2026-11-22" in page.words and "a blow to the head, with a blood thinner" in page.words
    assert "head" not in "".join(outbox(site, "pages/email"))


def replace_code(resource):
    return {**resource, "id": "k-called"}
