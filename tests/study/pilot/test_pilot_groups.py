"""Under which groups a case is counted: what each kind of source says of race, ethnicity and payer, and what none says."""

import re
from datetime import date
from pathlib import Path

import pytest

import careloom
from careloom.care.entry import Entry
from careloom.study.pilot.groups import UNKNOWN, groups_of_entries
from careloom.study.pilot.origins import IN_DETAIL, SEVERAL
from tests.connect import hl7, made, made_ccda

DAY = date(2026, 11, 24)
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
CDC = "urn:oid:2.16.840.1.113883.6.238"
NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"


def told(entries: list[Entry]) -> tuple[str, str]:
    found = groups_of_entries(entries, (), DAY)
    return found["race"], found["ethnicity"]


def us_core(name: str, *codes: tuple[str, str]) -> made.Resource:
    return {
        "url": f"{US_CORE}{name}",
        "extension": [
            *(
                {"url": "ombCategory", "valueCoding": {"system": system, "code": code}}
                for system, code in codes
            ),
            {"url": "text", "valueString": "in words"},
        ],
    }


def by_fhir(*extensions: made.Resource) -> list[Entry]:
    return made.entries(made.patient(extension=list(extensions)))


def by_pid(race: str, ethnicity: str = "") -> list[Entry]:
    pid = hl7.seg("PID", {3: "778^^^HARBOR^MR", 5: "Quill^Marta", 10: race, 22: ethnicity})
    return hl7.entries(hl7.hl7("ADT^A08", pid=pid))


def test_us_core_tells_both_and_two_races_are_more_than_one():
    assert told(by_fhir(us_core("race", (CDC, "2054-5")), us_core("ethnicity", (CDC, "2186-5")))) == (
        "Black or African American",
        "not Hispanic or Latino",
    )
    assert told(by_fhir(us_core("race", (CDC, "2054-5"), (CDC, "2106-3"))))[0] == SEVERAL


def test_who_did_not_say_is_not_recorded_and_no_group_of_another_name():
    asked = by_fhir(us_core("race", (NULL, "ASKU")), us_core("ethnicity", (NULL, "UNK")))
    assert told(asked) == told(by_fhir()) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("race", "ethnicity", "groups"),
    [
        ("2106-3^White^CDCREC", "2135-2^Hispanic or Latino^CDCREC", ("White", "Hispanic or Latino")),
        ("2028-9^Asian^HL70005", "N^Not Hispanic^HL70189", ("Asian", "not Hispanic or Latino")),
        ("1002-5", "H", ("American Indian or Alaska Native", "Hispanic or Latino")),
        ("2028-9^Asian^HL70005~2106-3^White^HL70005", "U^Unknown^HL70189", (SEVERAL, UNKNOWN)),
        ("7^Declined^L", "", (IN_DETAIL, UNKNOWN)),
        ("", "", (UNKNOWN, UNKNOWN)),
    ],
)
def test_pid_10_and_pid_22_tell_it_in_hl7_v2(race, ethnicity, groups):
    assert told(by_pid(race, ethnicity)) == groups


def test_a_ccda_header_tells_it():
    found = list(made_ccda.reading(made_ccda.CCD).entries)
    assert told(found) == ("White", "not Hispanic or Latino")
    silent = re.sub(r"<(raceCode|ethnicGroupCode) [^>]*>", r'<\1 nullFlavor="UNK"/>', made_ccda.CCD)
    assert told(list(made_ccda.reading(silent).entries)) == (UNKNOWN, UNKNOWN)


def test_the_payer_is_of_a_coverage_that_is_not_over():
    def cover(name: str, **given: object) -> made.Resource:
        return {
            "resourceType": "Coverage",
            "id": name,
            "status": "active",
            "beneficiary": {"reference": "Patient/p1"},
            "payor": [{"display": name}],
            **given,
        }

    both = (cover("Medicare"), cover("Acme Health", period={"end": "2025-12-31"}))
    found = made.entries(made.bundle(made.patient(), *both))
    assert groups_of_entries(found, (), DAY)["payer"] == "Medicare"
    over = made.entries(made.bundle(made.patient(), both[1]))
    assert groups_of_entries(over, (), DAY)["payer"] == UNKNOWN


def test_no_draft_check_or_tier_reads_race_or_ethnicity():
    """45 CFR 92.210 (2024): what supports a decision on care may not discriminate; here nothing that does is told."""
    package = Path(careloom.__file__).parent
    reads = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if re.search(r"""["'](race|ethnicity)["']""", file.read_text("utf-8"))
    }
    assert reads == {
        "connect/ccda/header.py",
        "connect/fhir/patient.py",
        "connect/hl7v2/patient.py",
        "measure/quality/reports.py",
        "measure/quality/running.py",
        "measure/quality/views.py",
        "study/pilot/groups.py",
        "study/pilot/origins.py",
        "web/present/pilot_report.py",
    }
