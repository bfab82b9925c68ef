"""The banner: who this is, and what nobody may overlook."""

from dataclasses import replace

from careloom.care.entry import LOINC, SNOMED, Code, Entry, Identifier, Period, when
from careloom.care.record import Allergy, Conflict, Demographics
from careloom.web.present.banner import banner, mrn
from tests.web.people import RECORD, TODAY, source


def shown(**change: object) -> dict[str, str]:
    found = banner(replace(RECORD, **change))  # type: ignore[arg-type]
    return {field.label: field.value for field in (found.allergies, *found.fields)}


def test_adas_banner_names_her_age_and_the_last_four_of_her_record_number() -> None:
    found = banner(RECORD)
    assert (found.name, found.age, found.sex, found.birth_date, found.mrn) == (
        "Ada Moreno",
        "61",
        "F",
        "1965-03-02",
        "…4471",
    )


def test_what_no_source_says_is_not_recorded() -> None:
    assert shown(demographics=Demographics()) == {
        "Allergy": "penicillin (rash)",
        "Code status": "not recorded",
        "Proxy": "not recorded",
        "Interpreter": "not recorded",
        "Safe to leave a message": "not recorded",
    }


def test_a_person_without_an_allergy_entry_has_none_recorded_not_none() -> None:
    assert shown(allergies=())["Allergies"] == "none recorded"


def test_a_refuted_allergy_is_not_shown_as_an_allergy_but_is_told() -> None:
    refuted = Allergy("penicillin", ("penicillin",), (), "refuted", "allergy", "", (), "")
    assert shown(allergies=(refuted,))["Allergies"] == "none recorded (penicillin refuted)"


def test_an_intolerance_says_that_it_is_one() -> None:
    codeine = Allergy("codeine", ("codeine",), (), "active", "intolerance", "nausea", (), "")
    assert shown(allergies=(codeine,))["Allergy"] == "codeine (nausea, intolerance)"


def test_the_newest_code_status_is_shown_with_its_date() -> None:
    old = Entry(
        id="a1",
        kind="Observation",
        source=source("EHR", "1"),
        codes=(Code(LOINC, "0", "Code status"),),
        value="full code",
        effective=Period(when("2020-01-02")),
    )
    new = replace(
        old,
        id="a2",
        codes=(Code(SNOMED, "304253006", "Not for resuscitation"),),
        value=None,
        effective=Period(when("2026-02-03")),
    )
    assert shown(entries=(new, old))["Code status"] == "Not for resuscitation (2026-02-03)"


def test_somebody_elses_code_status_is_not_hers() -> None:
    fathers = Entry(
        id="a1",
        kind="Condition",
        source=source("EHR", "1"),
        codes=(Code("icd", "Z66", "DNR"),),
        subject="family",
    )
    assert shown(entries=(fathers,))["Code status"] == "not recorded"


def test_an_interpreter_that_is_not_needed_and_one_whose_language_is_unknown() -> None:
    assert shown(demographics=Demographics(interpreter=False))["Interpreter"] == "not needed"
    assert (
        shown(demographics=Demographics(interpreter=True))["Interpreter"] == "needed, language not recorded"
    )
    assert shown(demographics=Demographics(language="es-MX"))["Interpreter"] == "not recorded; speaks Spanish"


def test_a_national_number_is_never_shown_as_a_record_number() -> None:
    ssn = Identifier("http://hl7.org/fhir/sid/us-ssn", "999-12-3456")
    assert mrn(Demographics(identifiers=(ssn,))) == "not recorded"
    assert mrn(Demographics(identifiers=(ssn, Identifier("http://hospital.example", "H-77-8899")))) == "…8899"
    servers, ward = (
        Identifier(f"urn:careloom:source:harbor{system}", value)
        for system, value in (("", "Patient/7"), (":HARBOR", "H-1007"))
    )
    assert mrn(Demographics(identifiers=(servers,))) == "not recorded"
    assert mrn(Demographics(identifiers=(servers, ward))) == "…1007"


def test_the_age_of_a_person_whose_birthday_is_tomorrow_and_of_one_known_by_year_alone() -> None:
    tomorrow = replace(RECORD.demographics, birth_date="1965-11-24")
    assert banner(replace(RECORD, demographics=tomorrow)).age == "60"
    assert banner(replace(RECORD, demographics=replace(tomorrow, birth_date="1965"))).age == "about 61"
    assert TODAY.isoformat() == "2026-11-23"


def test_where_sources_differ_on_code_status_both_words_stand_in_the_banner() -> None:
    why = "harbor_ehr says DNR on 2026-01-01; clinic says Full code on 2026-06-01"
    differing = Conflict("code_status", "code status", ("a", "b"), why)
    assert shown(conflicts=(differing,))["Code status"] == (
        "sources differ: harbor EHR says DNR on 2026-01-01; clinic says Full code on 2026-06-01"
    )
