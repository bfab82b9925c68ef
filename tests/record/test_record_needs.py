"""Social needs: who says so, and whether it still holds."""

from dataclasses import replace

import pytest

from careloom.care.entry import LOINC, Code, Component
from tests.record.people import a_condition, a_need, an_entry, the_only, the_record


def test_a_need_that_a_note_tells_of_is_open():
    need = the_only(the_record(a_need("housing", "eviction notice", "2026-10-09")).needs)
    assert (need.domain, need.name, need.status) == ("housing", "eviction notice", "open")


def test_a_denied_need_is_none():
    assert the_record(a_need("food", "enough to eat", "2026-10-09", adverse=False)).needs == ()


def test_the_newest_word_closes_a_need():
    first, last = (
        a_need("housing", "shelter", "2026-03-01"),
        a_need("housing", "moved into a flat", "2026-10-09", adverse=False),
    )
    need = the_only(the_record(first, last).needs)
    assert (need.status, need.name, set(need.entries)) == ("met", "shelter", {first.id, last.id})


def test_the_newest_word_opens_it_again():
    record = the_record(
        a_need("housing", "shelter", "2026-03-01"),
        a_need("housing", "moved into a flat", "2026-05-01", adverse=False),
        a_need("housing", "eviction notice", "2026-10-09"),
    )
    assert (the_only(record.needs).status, the_only(record.needs).name) == ("open", "eviction notice")


def test_a_contradiction_of_one_day_stays_open():
    record = the_record(
        a_need("food", "no food at home", "2026-10-09"),
        a_need("food", "eats well", "2026-10-09", adverse=False, source="ehr"),
    )
    assert the_only(record.needs).status == "open"


@pytest.mark.parametrize(
    ("code", "domain"),
    [
        ("Z59.00", "housing"),
        ("Z59.41", "food"),
        ("Z59.82", "transport"),
        ("Z5982", "transport"),
        ("Z59.12", "utilities"),
        ("Z56.0", "employment"),
        ("Z60.2", "social_support"),
        ("Z63.6", "parent_or_caregiver"),
        ("Z59.71", "access_to_care"),
        ("Z55.6", "health_literacy"),
        ("Z65.3", "legal"),
    ],
)
def test_a_z_code_is_a_need_and_no_disease(code, domain):
    record = the_record(a_condition("a finding", f"icd|{code}", on="2026-01-01"))
    assert the_only(record.needs).domain == domain
    assert record.problems == ()


def test_a_social_condition_that_ended_is_met():
    need = the_only(
        the_record(
            a_condition("Homeless (finding)", "sct|32911000", on="2025-01-01"),
            a_condition(
                "Homeless (finding)", "sct|32911000", status="resolved", on="2026-01-01", until="2026-02-01"
            ),
        ).needs
    )
    assert (need.domain, need.status) == ("housing", "met")


def test_employment_is_no_need():
    assert (
        the_record(a_condition("Full-time employment (finding)", "sct|160903007", on="2026-01-01")).needs
        == ()
    )


def an_answer(loinc, value=None, code=None, on="2026-10-09"):
    value_codes = (Code(LOINC, code),) if code else ()
    return an_entry(
        "Observation",
        loinc,
        code=f"loinc|{loinc}",
        value=value,
        value_codes=value_codes,
        on=on,
        status="final",
    )


@pytest.mark.parametrize(
    ("answer", "open_domain"),
    [
        (an_answer("88124-3", "At risk"), "food"),
        (an_answer("88124-3", "Not at risk"), None),
        (an_answer("88122-7", code="LA6729-3"), "food"),
        (an_answer("88122-7", "Never true"), None),
        (an_answer("93030-5", "Yes, it has kept me from medical appointments"), "transport"),
        (an_answer("93030-5", "No"), None),
        (an_answer("71802-3", "I do not have a steady place to live"), "housing"),
        (an_answer("71802-3", "I have a steady place to live"), None),
        (an_answer("71802-3", "Patient is homeless"), "housing"),
        (an_answer("71802-3", "declined to answer"), None),
        (an_answer("93033-9", code="LA33-6"), "housing"),
        (an_answer("93033-9", "I choose not to answer this question"), None),
        (an_answer("93026-3", "No"), "safety"),
        (an_answer("67875-5", "Unemployed"), "employment"),
        (an_answer("67875-5", "Full-time work"), None),
        (an_answer("93031-3", "Child care"), "finances"),
    ],
)
def test_a_screening_answer(answer, open_domain):
    assert [need.domain for need in the_record(answer).needs] == ([open_domain] if open_domain else [])


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("Patient is homeless", "Patient is homeless"),
        ("I do not have housing (staying with others, in a hotel)", "housing"),
    ],
)
def test_a_need_is_named_by_an_answer_that_can_stand_in_a_plan(answer, name):
    assert the_only(the_record(an_answer("71802-3", answer)).needs).name == name


@pytest.mark.parametrize(("value", "needs"), [("true", ["transport"]), ("false", []), (None, [])])
def test_an_observed_finding_counts_by_its_value(value, needs):
    seen = an_entry(
        "Observation",
        "Transport too expensive",
        on="2026-10-09",
        status="final",
        value=value,
        category=("sdoh",),
    )
    assert [need.domain for need in the_record(seen).needs] == needs


def test_an_answer_inside_a_questionnaire_counts():
    part = Component((Code(LOINC, "88123-5"),), "food did not last", "Often true")
    record = the_record(
        an_entry(
            "QuestionnaireResponse", "Screening", on="2026-10-09", status="completed", components=(part,)
        )
    )
    assert (the_only(record.needs).domain, the_only(record.needs).name) == ("food", "food bought didn't last")


def test_somebody_elses_need_is_not_hers():
    assert (
        the_record(replace(a_need("housing", "her son is homeless", "2026-10-09"), subject="family")).needs
        == ()
    )


def test_an_answer_that_means_nothing_alone_is_told_as_its_question():
    seldom = Component(
        (Code(LOINC, "93029-7", "How often do you see people that you feel close to?"),),
        value="Less than once a week",
    )
    entry = an_entry("QuestionnaireResponse", "2026-10-15", components=(seldom,))
    assert the_only(the_record(entry).needs).name == "seldom talks to people"


@pytest.mark.parametrize(
    "told",
    [
        "She is 22 weeks pregnant.",
        "Pregnant with her second child.",
        "32-year-old woman, 30 weeks pregnant, here for her prenatal visit with her mother.",
        "She is expecting a baby in March.",
        "Expecting twins, due in April.",
        "Trying to conceive since June.",
        "Está embarazada de 20 semanas.",
    ],
)
def test_who_expects_a_child_is_no_caregiver_by_that(told):
    assert the_record(a_need("parent_or_caregiver", told, "2026-10-09")).needs == ()


@pytest.mark.parametrize(
    "told",
    [
        "Pregnant and raising two toddlers on her own.",
        "She is pregnant and cannot find child care for her son.",
        "Mother of two, 14 weeks pregnant.",
        "Embarazada de 12 semanas, tiene dos hijos pequeños en casa.",
        "She is pregnant and takes care of her grandmother.",
        "Cares for her disabled brother.",
    ],
)
def test_who_looks_after_somebody_is_a_caregiver_pregnant_or_not(told):
    assert the_only(the_record(a_need("parent_or_caregiver", told, "2026-10-09")).needs).status == "open"
