"""Two sources name two people as the one who gives primary care: whom does the coordinator call?"""

import pytest

from tests.connect.made import patient
from tests.record.people import the_only
from tests.record.sources import of, the_record_of


def team(name, role="Primary care physician", **given):
    member = {"role": [{"text": role}], "member": {"display": name}}
    return of("CareTeam", **{"status": "active", "participant": [member]} | given)


def practitioner(name):
    return patient(generalPractitioner=[{"reference": "Practitioner/1", "display": name}])


@pytest.mark.parametrize(
    ("hospital", "clinic", "why"),
    [
        (
            [team("Dr. L. Osei")],
            [team("Maria Santos, MD")],
            "Dr. L. Osei in hospital; Maria Santos, MD in clinic",
        ),
        (
            [team("Lena Osei")],
            [practitioner("Dr. Paul Osei")],
            "Lena Osei in hospital; Dr. Paul Osei in clinic",
        ),
        ([team("Osei, Lena")], [team("Osei, Paul", "PCP")], "Osei, Lena in hospital; Osei, Paul in clinic"),
    ],
)
def test_two_people_are_a_conflict(hospital, clinic, why):
    record = the_record_of(hospital=hospital, clinic=clinic)
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("primary_care", "primary care provider")
    assert sorted(conflict.why.split("; ")) == sorted(why.split("; "))
    assert len(conflict.entries) == 2


@pytest.mark.parametrize(
    "clinic",
    [
        team("Lena Osei, MD"),
        team("Osei, Lena MD"),
        team("Dr. Osei"),
        team("Riverside Primary Care"),
        team("Maria Santos, MD", "Cardiologist"),
        team("Maria Santos, MD", status="inactive"),
        team("Maria Santos, MD", period={"start": "2019-01-01", "end": "2020-01-01"}),
        patient(generalPractitioner=[{"reference": "Organization/9", "display": "Kaiser Permanente"}]),
    ],
)
def test_one_person_in_two_spellings_a_practice_or_a_team_that_ended_contradicts_nobody(clinic):
    assert not the_record_of(hospital=[team("Dr. L. Osei")], clinic=[clinic]).conflicts


def test_the_newer_list_of_a_source_replaces_its_older_one():
    old = team("Maria Santos, MD", period={"start": "2019-01-01"})
    new = team("Lena Osei, MD", period={"start": "2025-01-01"})
    assert not the_record_of(hospital=[team("Dr. L. Osei")], clinic=[old, new]).conflicts
