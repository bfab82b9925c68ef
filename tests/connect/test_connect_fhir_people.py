"""Whom a message is about: nobody is merged, guessed or forgotten."""

import pytest

from careloom.care.entry import HumanName, Identifier
from careloom.errors import PatientMismatch
from tests.connect.made import a1c, about, bundle, coded, entries, patient, read, rejections

SERVER = "urn:careloom:source:clinic"


def test_a_person_is_known_by_every_identifier_and_the_servers_own_id():
    (reading,) = read(
        patient(
            identifier=[
                {"system": "urn:a", "value": "1"},
                {"value": "77", "type": coded("MR")},
                {"system": "urn:b"},
            ]
        )
    )
    assert reading.person.identifiers == (
        Identifier("urn:a", "1"),
        Identifier(f"{SERVER}:MR", "77"),
        Identifier(SERVER, "Patient/p1"),
    )


def test_the_official_name_comes_first_and_the_maiden_name_last():
    names = [
        {"use": "maiden", "family": "Brook"},
        {"family": "Quill"},
        {"use": "official", "family": "Quill-Ode", "given": ["Marta", None], "suffix": ["Jr"]},
    ]
    (reading,) = read(patient(name=names))
    assert reading.person.names[0] == HumanName("Quill-Ode", ("Marta",), "Jr")
    assert reading.person.names[-1].family == "Brook"


def test_a_resource_alone_is_about_the_patient_that_it_names():
    (reading,) = read(a1c())
    assert reading.person.identifiers == (Identifier(SERVER, "Patient/p1"),)
    assert reading.person.birth_date is None


def test_a_subject_known_by_an_identifier_alone_is_that_person():
    named = a1c(subject={"identifier": {"system": "urn:clinic", "value": "Q-778-p1"}})
    (alone,) = read(named)
    assert alone.person.identifiers == (Identifier("urn:clinic", "Q-778-p1"),)
    (together,) = read(bundle(patient(), named))
    assert [entry.kind for entry in together.entries] == ["Patient", "Observation"]


def test_a_search_by_identifier_as_a_reference_is_that_person():
    (reading,) = read(
        bundle(
            patient(),
            a1c(subject={"reference": "Patient?identifier=urn:clinic|Q-778-p1"}),
            type="transaction",
        )
    )
    assert len(reading.entries) == 2


@pytest.mark.parametrize("type", ["document", "collection", "transaction", "message"])
def test_a_message_about_one_person_never_holds_two(type):
    with pytest.raises(PatientMismatch) as refused:
        read(bundle(patient(), patient("p2"), type=type))
    assert "Bundle.entry[0].resource and Bundle.entry[1].resource" in str(refused.value)
    assert "Quill" not in str(refused.value)


@pytest.mark.parametrize("type", ["searchset", "batch", "history", "batch-response"])
def test_a_search_may_hold_many_people_and_keeps_them_apart(type):
    second = a1c(id="o2", subject={"reference": "Patient/p2"})
    found = read(bundle(patient(), patient("p2", birthDate="1950-01-01"), a1c(), second, type=type))
    assert [(one.person.birth_date, [entry.kind for entry in one.entries]) for one in found] == [
        ("1949-06-30", ["Patient", "Observation"]),
        ("1950-01-01", ["Patient", "Observation"]),
    ]


def test_two_patients_that_share_an_id_but_not_a_birth_date_are_refused():
    with pytest.raises(PatientMismatch):
        read(bundle(patient(), patient(birthDate="1950-01-01"), type="searchset"))


def test_one_id_on_two_servers_is_two_people():
    urls = (
        "https://a.example/fhir/Patient/p1",
        "https://b.example/fhir/Patient/p1",
        "https://b.example/fhir/Observation/o",
    )
    found = read(bundle(patient(), patient(birthDate="1950-01-01"), a1c(), type="searchset", urls=urls))
    by_birth = {one.person.birth_date: [entry.kind for entry in one.entries] for one in found}
    assert by_birth == {"1949-06-30": ["Patient"], "1950-01-01": ["Patient", "Observation"]}


def test_anothers_result_in_a_message_about_one_person_is_rejected():
    found = read(bundle(patient(), a1c(subject={"reference": "Patient/somebody-else"})))
    assert [one.error for reading in found for one in reading.rejected] == ["PatientMismatch"]
    assert [entry.kind for entry in found[0].entries] == ["Patient"]


def test_temporary_addresses_lead_to_the_patient_of_the_message():
    urls = ("urn:uuid:11111111-1111-1111-1111-111111111111",)
    found = a1c(subject={"reference": urls[0]})
    (reading,) = read(bundle(patient(id=None), found, type="transaction", urls=urls))
    assert len(reading.entries) == 2


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (None, "no subject"),
        ({}, "no subject"),
        ({"display": "Marta Quill"}, "no subject"),
        ({"reference": "urn:uuid:nobody"}, "no subject: what it refers to is not in the message"),
        ({"reference": "Group/7"}, "no subject: what it refers to is not in the message"),
        ({"reference": "#gone"}, "no subject: what it refers to is not contained"),
    ],
)
def test_a_resource_without_a_subject_is_rejected_and_the_rest_goes_on(subject, reason):
    resource = bundle(patient(), a1c(subject=subject), a1c(id="o2"))
    assert rejections(resource) == [("Bundle.entry[1].resource", reason)]
    assert len(entries(resource)) == 2


def test_a_contained_patient_is_a_person():
    own = a1c(subject={"reference": "#me"}, contained=[patient("me")])
    (reading,) = read(own)
    assert reading.person.names[0].family == "Quill"


def test_a_contained_patient_without_any_identifier_still_has_one():
    own = a1c(subject={"reference": "#me"}, contained=[patient("me", identifier=[])])
    (reading,) = read(own)
    assert len(reading.person.identifiers) == 1


def test_an_appointment_is_about_the_patient_among_its_participants():
    visit = {
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2026-12-01T09:00:00-05:00",
        "participant": [{"actor": {"display": "Room 4"}}, {"actor": {"reference": "Patient/p1"}}],
    }
    (reading,) = read(visit)
    assert (reading.person.identifiers[0].value, reading.entries[0].detail["due"]) == (
        "Patient/p1",
        "2026-12-01",
    )


def test_an_appointment_says_where_what_the_patient_is_to_do_and_what_they_answered():
    place = {"resourceType": "Location", "id": "l1", "name": "Riverside Medical Center"}
    visit = {
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2026-12-01T09:00:00-05:00",
        "comment": "prefers mornings",
        "patientInstruction": "Bring your card.",
        "participant": [
            {"actor": {"reference": "Patient/p1"}, "status": "declined"},
            {"actor": {"reference": "Location/l1"}, "status": "accepted"},
            {"actor": {"display": "Dr. Osei"}, "status": "accepted"},
        ],
    }
    (reading,) = read(bundle(patient(), place, visit))
    found = reading.entries[-1].detail
    assert (found["place"], found["instructions"], found["answer"], found["note"]) == (
        "Riverside Medical Center",
        "Bring your card.",
        "declined",
        "prefers mornings",
    )


def test_provenance_is_about_whom_its_target_is_about():
    source = {
        "resourceType": "Provenance",
        "target": [{"reference": "Observation/r1"}],
        "recorded": "2026-03-04T00:00:00Z",
        "agent": [{"who": {"display": "Dr. Osei"}}],
    }
    (reading,) = read(bundle(a1c(), source, type="searchset"))
    assert reading.entries[1].references == (reading.entries[0].id,)


def test_people_and_places_are_looked_up_and_are_no_entries():
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr. Osei"}]}
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/d"},
        "specialty": [{"text": "cardiology"}],
    }
    (reading,) = read(bundle(patient(), a1c(performer=[{"reference": "PractitionerRole/r"}]), doctor, role))
    assert reading.entries[1].detail["author"] == "Dr. Osei (cardiology)"
    assert reading.looked_up == {"Practitioner": 1, "PractitionerRole": 1}


def test_an_order_of_somebody_in_a_role_keeps_the_practice_that_the_role_names():
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr. Osei"}]}
    practice = {"resourceType": "Organization", "id": "o", "name": "Lakeside Family Practice"}
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/d"},
        "organization": {"reference": "Organization/o"},
    }
    order = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": "Oxycodone 10 MG"},
        "requester": {"reference": "PractitionerRole/r"},
    }
    (reading,) = read(bundle(patient(), order, doctor, practice, role))
    (found,) = [one for one in reading.entries if one.kind == "MedicationRequest"]
    assert (found.detail["prescriber"], found.detail["practice"]) == ("Dr. Osei", "Lakeside Family Practice")


def test_roles_that_refer_to_each_other_are_no_endless_circle():
    one = {"resourceType": "PractitionerRole", "id": "a", "practitioner": {"reference": "PractitionerRole/a"}}
    (reading,) = read(bundle(patient(), a1c(performer=[{"reference": "PractitionerRole/a"}]), one))
    assert "author" not in reading.entries[1].detail


def test_references_lead_only_to_entries_that_were_read():
    report = about(
        "DiagnosticReport",
        id="dr",
        code={"text": "Panel"},
        result=[{"reference": "Observation/o1"}, {"reference": "Observation/o2"}],
    )
    good, bad = a1c(id="o1"), a1c(id="o2", effectiveDateTime="0000")
    found = {entry.id: entry for entry in entries(bundle(patient(), report, good, bad))}
    assert all(reference in found for entry in found.values() for reference in entry.references)
    assert sum(len(entry.references) for entry in found.values()) == 1


def test_an_older_version_in_a_history_is_counted_and_not_said_again():
    urls = ("https://a/fhir/Observation/o", "https://a/fhir/Observation/o")
    newer, older = a1c(id="o", status="amended"), a1c(id="o")
    (reading,) = read(bundle(newer, older, type="history", urls=urls))
    assert [entry.status for entry in reading.entries] == ["amended"]
    assert reading.unknown == {"Observation (earlier version)": 1}


def test_a_bundle_inside_a_bundle_is_a_message_of_its_own():
    twins = bundle(patient(), patient("p2"))
    found = read(bundle(bundle(patient(), a1c()), twins, type="searchset"))
    assert [entry.source.where for one in found for entry in one.entries] == [
        "Bundle.entry[0].resource.entry[0].resource",
        "Bundle.entry[0].resource.entry[1].resource",
    ]
    assert [one.error for reading in found for one in reading.rejected] == ["PatientMismatch"]


def test_the_same_bytes_give_the_same_entries():
    assert entries(bundle(patient(), a1c())) == entries(bundle(patient(), a1c()))
