"""Who a message is about: numbers with who assigns them, names, birth, death, language; and the people around them."""

import pytest

from careloom.care.entry import HumanName, Identifier
from tests.connect.hl7 import MSH, PID, entries, hl7, read, rejections, seg, the_entry, the_reading


def who(pid: str, *segments: str):
    return the_reading(hl7("ADT^A08", *segments, pid=pid)).person


def systems(pid: str, *segments: str) -> list[tuple[str, str]]:
    return [(one.system, one.value) for one in who(pid, *segments).identifiers]


@pytest.mark.parametrize(
    ("cx", "system"),
    [
        ("778^^^HARBOR^MR", "urn:careloom:source:harbor:HARBOR"),
        ("778^^^HARBOR^PI", "urn:careloom:source:harbor:HARBOR"),
        ("778^^^HARBOR", "urn:careloom:source:harbor:HARBOR"),
        ("778^^^HARBOR^PHE", "urn:careloom:source:harbor:HARBOR:PHE"),
        ("778^^^HARBOR&1.2.840.99&ISO^MR", "urn:oid:1.2.840.99"),
        ("778^^^&1.2.840.99&ISO^MR", "urn:oid:1.2.840.99"),
        (
            "778^^^H&426D2726-51fc-89fe-a946-8596e80a80eb&UUID",
            "urn:uuid:426d2726-51fc-89fe-a946-8596e80a80eb",
        ),
        ("778^^^&https://harbor.example/mrn&URI^MR", "https://harbor.example/mrn"),
        ("778^^^HARBOR&harbor&L^MR", "urn:careloom:source:harbor:HARBOR"),
        ("778^^^&harbor.example&DNS^MR", "urn:careloom:source:harbor:harbor.example"),
        ("778^^^^MR", "urn:careloom:source:harbor:MR"),
        ("778", "urn:careloom:source:harbor:MR"),
        ("123-45-6789^^^USSSA^SS", "http://hl7.org/fhir/sid/us-ssn"),
        ("123-45-6789^^^&2.16.840.1.113883.4.1&ISO^SS", "http://hl7.org/fhir/sid/us-ssn"),
        ("A9^^^HARBOR^AN", "urn:careloom:number:harbor:HARBOR"),
    ],
)
def test_a_number_has_the_system_of_who_assigns_it(cx, system):
    assert systems(f"PID|1||{cx}||Quill^Marta||19490630|F") == [(system, cx.partition("^")[0])]


def test_every_field_with_a_number_of_hers_is_read():
    pid = (
        "PID|1|E-1^^^OTHER|H-778^5^M11^HARBOR^MR~123^^^&1.2.3&ISO^PI|ALT-9|Quill^Marta||19490630|F||||||||||"
        "AC-7^^^HARBOR^AN|123-45-6789|D-55^OR^20300101"
    )
    assert systems(pid) == [
        ("urn:careloom:source:harbor:HARBOR", "H-778"),
        ("urn:oid:1.2.3", "123"),
        ("urn:careloom:source:harbor:OTHER", "E-1"),
        ("urn:careloom:source:harbor:alternate", "ALT-9"),
        ("urn:careloom:number:harbor:HARBOR", "AC-7"),
        ("urn:careloom:source:harbor:DL:OR", "D-55"),
        ("http://hl7.org/fhir/sid/us-ssn", "123-45-6789"),
    ]


def test_an_insurers_numbers_are_kept_to_be_searched_by_and_tell_nobody_apart():
    found = systems(PID, "IN1|1|P", seg("IN2", {6: "1EG4-TE5-MK73", 8: "MA-5", 61: "MEM-3^^^PLAN"}))
    assert found[1:] == [
        ("urn:careloom:number:harbor:medicare", "1EG4-TE5-MK73"),
        ("urn:careloom:number:harbor:medicaid", "MA-5"),
        ("urn:careloom:number:harbor:member", "MEM-3"),
    ]


def test_names_come_with_the_one_to_use_first_and_aliases_among_them():
    found = who(
        "PID|1||H-1||Old^Marta^^^^^M~Quill&van&Quill^Marta^Jo Ann^Jr^Dr^MD^L^^^^^^^^Mattie||19490630|F|Quills^M"
    )
    assert found.names == (
        HumanName("Quill", ("Marta", "Jo Ann"), "Jr MD"),
        HumanName("Quills", ("M",)),
        HumanName("Quill", ("Mattie",), "Jr MD"),
        HumanName("Old", ("Marta",)),
    )


def test_addresses_and_telephones_are_as_people_write_them():
    found = who(
        "PID|1||H-1||Quill^Marta||19490630|F|||12&Harbor Lane&12^Apt 4^Salem^OR^97301^USA^H||"
        "^PRN^PH^^1^503^5550123^9~^NET^Internet^marta@example.org|(503)555-0199^WPN^PH~^^CP^^^^^^^^^+1 503 555 0188"
    )
    assert found.addresses == ("12 Harbor Lane 12, Apt 4, Salem, OR, 97301, USA",)
    assert found.telecoms == (
        "+1 503 5550123 X9",
        "marta@example.org",
        "(503)555-0199",
        "+1 503 555 0188",
    )
    assert found.uses == (
        ("+1 503 5550123 X9", "home"),
        ("(503)555-0199", "work"),
        ("+1 503 555 0188", "mobile"),
    )


def test_what_a_number_is_for_is_kept_where_the_sender_says_it():
    found = who(
        "PID|1||H-1||Quill^Marta||19490630|F|||||(503)555-0101^PRN^CP~(503)555-0102^PRN^FX~(503)555-0103~(503)555-0104^WPN"
        "|(503)555-0105"
    )
    assert found.uses == (
        ("(503)555-0101", "mobile"),
        ("(503)555-0102", "fax"),
        ("(503)555-0104", "work"),
        ("(503)555-0105", "work"),
    )


def test_a_patient_entry_says_what_is_known_and_no_name_or_number():
    pid = "PID|1||H-1||Quill^Marta||194906301530|F|||||||spa^Spanish^HL70296||||||||||||||20260201083000|Y"
    entry = the_entry(hl7("ADT^A08", "NK1|1|Ost^Iver|GRD^Guardian^HL70063", pid=pid), "Patient")
    assert entry.source.where == "message 1, PID"
    assert entry.detail == {
        "birth_date": "1949-06-30",
        "sex": "female",
        "deceased": "2026-02-01T08:30:00",
        "language": "es",
        "proxy": "Iver Ost (Guardian)",
    }


@pytest.mark.parametrize(
    ("said", "sex"),
    [
        ("F", "female"),
        ("m", "male"),
        ("U", "unknown"),
        ("A", "other"),
        ("O", "other"),
        ("Female", "female"),
        ("X", None),
    ],
)
def test_sex_is_fhirs_word(said, sex):
    found = the_reading(hl7("ADT^A08", pid=f"PID|1||H-1||Quill^Marta||1949|{said}"))
    assert found.person.sex == sex
    assert found.person.birth_date == "1949"
    assert ("PID-8 with a code that is not in table 0001" in found.unknown) is (sex is None)


@pytest.mark.parametrize(
    ("said", "language"), [("en", "en"), ("ENG", "en"), ("es-MX^^", "es-MX"), ("^Mixteco", "Mixteco")]
)
def test_language_is_bcp_47_where_the_code_is_one(said, language):
    entry = the_entry(hl7("ADT^A08", pid=PID + "|||||||" + said), "Patient")
    assert entry.detail["language"] == language


def test_the_dead_are_dead_even_without_a_date():
    assert who(PID + "|" * 22 + "Y").deceased == "true"
    assert who(PID + "|" * 22 + "N").deceased is None


def test_a_birth_date_that_is_none_is_rejected_by_its_field_and_the_rest_is_read():
    data = hl7("ADT^A08", "AL1|1|DA|70618^Penicillin^RXNORM", pid=PID.replace("19490630", "19490231"))
    assert rejections(data) == [("message 1, PID-7", "is not a date or time that HL7 allows")]
    (found,) = read(data)
    assert found.person.birth_date is None
    assert [one.kind for one in found.entries] == ["Patient", "AllergyIntolerance"]


def test_a_birth_date_of_zeros_is_no_birth_date():
    found = the_reading(hl7("ADT^A08", pid=PID.replace("19490630", "00000000")))
    assert found.person.birth_date is None


def test_a_patient_without_any_number_is_known_by_the_message_alone():
    found = who("PID|1||||Quill^Marta||19490630|F")
    (one,) = found.identifiers
    assert one.system == "urn:careloom:source:harbor:message"
    assert one.value.startswith("note ")


def test_a_comment_on_the_patient_is_kept_with_her():
    entry = the_entry(hl7("ADT^A08", "NTE|1||Hard of hearing~Speak slowly"), "Patient")
    assert entry.detail["note"] == "Hard of hearing\nSpeak slowly"


def test_relatives_are_named_with_their_relation_in_both_codings():
    nk1 = "NK1|1|Quill^Jon|SON^Son^LOCAL^CHD^Child^HL70063|||||C^^HL70131"
    entry = the_entry(hl7("ADT^A08", nk1.replace("|||||C", "||||C")), "RelatedPerson")
    assert (entry.text, entry.subject) == ("Son; emergency contact: Jon Quill", "other")
    assert {code.code for code in entry.codes} == {"CHILD", "SON", "CHD", "C"}
    spouse = the_entry(hl7("ADT^A08", "NK1|1|Quill^Per|SPO"), "RelatedPerson")
    assert (spouse.text, spouse.detail["relation"]) == ("spouse: Per Quill", "spouse")


def test_a_next_of_kin_that_is_a_firm_has_its_name_and_its_contact():
    nk1 = "NK1|1||EMR^Employer^HL70063||||||||||Harbor Mills|" + "|" * 16 + "Stone^Ada"
    entry = the_entry(hl7("ADT^A08", nk1), "RelatedPerson")
    assert entry.text == "Employer: Ada Stone"


def test_who_pays_for_her_and_who_insures_her_are_people_around_her():
    data = hl7(
        "ADT^A04",
        "GT1|1||Quill^Per||||||||SPO",
        "IN1|1|PPO^PPO Plan|77|Blue Shore||||GRP||||20250101|20261231||PPO|Quill^Per|SPO",
        "IN1|2|M^Medicare|1|Medicare||||||||||||Quill^Marta|SEL",
    )
    assert [one.text for one in entries(data, "RelatedPerson")] == [
        "spouse; guarantor: Per Quill",
        "spouse: Per Quill",
    ]
    first, second = entries(data, "Coverage")
    assert (first.detail, first.status) == ({"payer": "Blue Shore", "relation": "spouse"}, "active")
    assert first.effective.end.text == "2026-12-31"
    assert "GRP" not in str(first)
    assert second.detail == {"payer": "Medicare", "relation": "self"}


def test_a_guarantor_who_is_the_patient_is_nobody_else():
    found = the_reading(hl7("ADT^A04", "GT1|1||Quill^Marta||||||||SEL"))
    assert [one.kind for one in found.entries] == ["Patient"]
    assert found.unknown == {}


def test_who_cares_for_her_is_a_team_and_who_drew_the_blood_is_not():
    data = hl7(
        "ADT^A08",
        "PD1||||1^Hart^Lou^^^Dr",
        "ROL|1|AD|CP^Consulting^HL70443|2^Bell^Noor|20250101|20260101",
        "ROL|2|DE|CP^Consulting^HL70443|3^Gone^Away",
        "PRT||AD||CLP^Collector|4^Draw^Ina",
    )
    first, second = entries(data, "CareTeam")
    assert first.detail == {"participants": "primary care provider: Lou Hart"}
    assert second.detail == {"participants": "consulting provider: Noor Bell"}
    assert second.effective.end.text == "2026-01-01"


def test_a_living_will_a_directive_a_consent_and_a_restriction_are_told():
    data = hl7(
        "ADT^A08",
        "PD1|||||||F||||||||DNR",
        "ARV|1|A|PSY|PHY|Ask the patient first|20260101^20261231",
        "ARV|2|R|DEM",
        seg("CON", {1: "1", 2: "001^Research", 11: "R", 14: "20260101", 15: "20270101"}),
    )
    will, directive = entries(data, "Observation")
    assert (will.codes[0].code, will.value) == ("75320-2", "has a living will that is not on file")
    assert directive.value == "do not resuscitate"
    flag = the_entry(data, "Flag")
    assert (flag.text, flag.detail["note"]) == (
        "access restricted: psychiatric health",
        "Ask the patient first",
    )
    consent = the_entry(data, "Consent")
    assert (consent.value, consent.status, consent.text) == ("deny", "rejected", "Research")


def test_two_patients_in_a_message_about_one_are_both_refused():
    second = PID.replace("H-778", "H-779").replace("Marta", "Anna")
    data = hl7("ADT^A08", second, "AL1|1|DA|1^Penicillin^L")
    (found,) = read(data)
    assert [(one.where, one.reason, one.error) for one in found.rejected] == [
        ("message 1, PID[2]", "one message holds two patients", "PatientMismatch")
    ]
    assert found.entries == ()


def test_results_of_two_patients_in_one_message_are_each_their_own():
    second = PID.replace("H-778", "H-779").replace("Marta", "Anna")
    obr = "OBR|1|||1^Panel^L|||20260304"
    first, other = read(
        hl7("ORU^R01", obr, "OBX|1|NM|2^A^L||1||||||F", second, obr, "OBX|1|NM|2^A^L||2||||||F")
    )
    assert first.person.names[0].given == ("Marta", "Jo")
    assert [one.value for one in first.entries if one.kind == "Observation"] == ["1"]
    assert other.person.names[0].given == ("Anna", "Jo")
    assert [one.value for one in other.entries if one.kind == "Observation"] == ["2"]


def test_a_birth_date_does_not_need_its_clock_or_its_zone():
    assert who(PID.replace("19490630", "19490630235959-0500")).birth_date == "1949-06-30"


def test_the_mother_of_a_newborn_is_told_without_her_number():
    entry = the_entry(hl7("ADT^A28", pid=PID + "|" * 13 + "H-1^^^HARBOR"), "RelatedPerson")
    assert (entry.text, entry.detail) == ("", {"relation": "mother"})
    assert MSH.startswith("MSH|")
    assert (
        Identifier("urn:careloom:source:harbor:HARBOR", "H-1")
        not in who(PID + "|" * 13 + "H-1^^^HARBOR").identifiers
    )
