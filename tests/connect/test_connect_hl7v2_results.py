"""Results: every type of value, units, ranges, flags and statuses, with the sender's own digits."""

import pytest

from careloom.care.entry import LOINC, Range
from tests.connect.hl7 import entries, hl7, read, rejections, result, seg, the_entry

OBR = "OBR|1|P-1^EHR|F-1^LAB|24323-8^Comprehensive panel^LN|||202603040800|||||||||7^Hart^Lou||||||202603040930||LAB|F"


def obx(kind: str, value: str, unit: str = "", rest: str = "|||||F") -> str:
    return f"OBX|1|{kind}|2823-3^Potassium^LN||{value}|{unit}{rest}"


@pytest.mark.parametrize(
    ("kind", "said", "unit", "value", "comparator", "read_unit"),
    [
        ("NM", "4.10", "mmol/L^^UCUM", "4.10", "", "mmol/L"),
        ("NM", "-0.5", "", "-0.5", "", None),
        ("NM", "+7", "", "+7", "", None),
        ("NM", "&lt;5", "mg/dL", "&lt;5", "", "mg/dL"),
        ("NM", "<0.10", "ng/mL", "0.10", "<", "ng/mL"),
        ("NM", "see note", "mg/dL", "see note", "", None),
        ("SN", ">^60", "mL/min", "60", ">", "mL/min"),
        ("SN", "^182", "mg/dl", "182", "", "mg/dl"),
        ("SN", "=^65", "/min^^ISO+", "65", "", "/min"),
        ("SN", "^1^:^128", "", "1:128", "", None),
        ("SN", "^100^-^200", "mg/dL", "100-200", "", "mg/dL"),
        ("SN", "^2^+", "", "2+", "", None),
        ("SN", "<>^7", "", "<> 7", "", None),
        ("ST", "7.1", "%", "7.1", "", "%"),
        ("ST", "> 60 mL/min/1.73m2", "", "60", ">", "mL/min/1.73m2"),
        ("ST", "<0.10", "ng/mL", "0.10", "<", "ng/mL"),
        ("ST", "7.1", "", "7.1", "", None),
        ("ST", "3 drinks a day", "", "3 drinks a day", "", None),
        ("FT", r"First\.br\second", "", "First\nsecond", "", None),
        ("TX", "One~two", "", "One\ntwo", "", None),
        ("DT", "20230201", "", "2023-02-01", "", None),
        ("TS", "20260304081500-0500", "", "2026-03-04T08:15:00-05:00", "", None),
        ("TM", "0815", "", "08:15", "", None),
        ("DR", "20260304^20260305", "", "2026-03-04/2026-03-05", "", None),
        ("NR", "1^10", "mg", "1-10", "", "mg"),
        ("CQ", "5^mg&milligram&UCUM", "", "5 mg", "", None),
        ("XPN", "Hart^Lou", "", "Lou Hart", "", None),
        ("XCN", "7^Hart^Lou", "", "Lou Hart", "", None),
        ("EI", "A-1^LAB", "", "A-1 LAB", "", None),
        ("", "untyped", "", "untyped", "", None),
        ("NM", "", "mg", None, "", None),
        ("NM", '""', "mg", None, "", None),
    ],
)  # fmt: skip
def test_a_value_is_what_the_sender_wrote(kind, said, unit, value, comparator, read_unit):
    found = result(obx(kind, said, unit))
    assert (found.value, found.comparator, found.unit) == (value, comparator, read_unit)


@pytest.mark.parametrize(
    ("unit", "read_unit"),
    [
        ("mg/dl^^ISO+", "mg/dL"),
        ("mm(hg)^^ISO+", "mm[Hg]"),
        ("10*9/l^^ISO+", "10*9/L"),
        ("iu/ml^^ANS+", "[iU]/mL"),
        ("beats/min^^ISO", "beats/min"),
        ("mm/hr^^ISO+", "mm/h"),
        ("K/uL^thousand per microlitre^L", "K/uL"),
        ("mg/dL^milligram per deciliter^L^mg/dL^^UCUM", "mg/dL"),
        ("MGDL^^L^mg/dL^^UCUM", "mg/dL"),
        ("1^ML^METRIC", "ML"),
        ("^furlongs", "furlongs"),
        ("wibble", "wibble"),
    ],
)
def test_a_unit_is_ucum_where_it_is_coded_and_else_stays_as_it_was_sent(unit, read_unit):
    assert result(obx("NM", "5", unit)).unit == read_unit


@pytest.mark.parametrize(
    ("said", "range"),
    [
        ("3.5-5.1", Range("3.5", "5.1", "3.5-5.1")),
        ("3.5 - 5.1", Range("3.5", "5.1", "3.5 - 5.1")),
        ("-2-2", Range("-2", "2", "-2-2")),
        ("<200", Range(None, "200", "<200")),
        (">=60", Range("60", None, ">=60")),
        ("70_105", Range(None, None, "70_105")),
        ("M: 13-17; F: 12-15", Range(None, None, "M: 13-17; F: 12-15")),
        ("", None),
    ],
)
def test_a_range_keeps_its_text_and_gives_its_bounds_where_they_are_plain(said, range):
    assert result(obx("NM", "4", "mmol/L", f"|{said}||||F")).range == range


@pytest.mark.parametrize(
    ("said", "flags"),
    [("H", "H"), ("H~A", "H; A"), ("A^Abnormal^HL70078", "A"), ("null", None), ("", None), ("^high", "high")],
)
def test_flags_are_the_senders(said, flags):
    assert result(obx("NM", "4", "mmol/L", f"||{said}|||F")).interpretation == flags


@pytest.mark.parametrize(
    ("said", "status"),
    [("F", "final"), ("C", "corrected"), ("P", "preliminary"), ("A", "amended"), ("D", "entered-in-error"),
     ("W", "entered-in-error"), ("X", "cancelled"), ("U", "final"), ("V", "final"), ("S", "unknown"), ("", "unknown"),
     ("Q", "unknown")],
)  # fmt: skip
def test_a_status_is_fhirs_word_for_it(said, status):
    assert result(obx("NM", "4", "mmol/L", f"|||||{said}")).status == status


def test_a_result_that_could_not_be_had_says_so():
    assert result(obx("NM", "", "", "|||||X")).detail["absent"] == "cannot be obtained"
    assert result(obx("NM", "", "", "|||||N")).detail["absent"] == "not asked"


def test_a_code_has_its_system_and_its_alternate_too():
    found = result(
        "OBX|1|CWE|11475-1^Organism^LN^ORG^Organism^L||112283007^E. coli^SCT^EC^E coli^99LAB^^^Escherichia coli||||||F"
    )
    assert [(code.system, code.code) for code in found.codes] == [
        (LOINC, "11475-1"),
        ("urn:careloom:source:harbor:code:L", "ORG"),
    ]
    assert [(code.system, code.code) for code in found.value_codes] == [
        ("http://snomed.info/sct", "112283007"),
        ("urn:careloom:source:harbor:code:99LAB", "EC"),
    ]
    assert found.value == "Escherichia coli"


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("LN", "http://loinc.org"), ("SCT", "http://snomed.info/sct"), ("I9C", "http://hl7.org/fhir/sid/icd-9-cm"),
        ("I10", "http://hl7.org/fhir/sid/icd-10"), ("I10C", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("NDC", "http://hl7.org/fhir/sid/ndc"), ("RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        ("RxNorm", "http://www.nlm.nih.gov/research/umls/rxnorm"), ("CVX", "http://hl7.org/fhir/sid/cvx"),
        ("C4", "http://www.ama-assn.org/go/cpt"), ("L", "urn:careloom:source:harbor:code:L"),
        ("99ZZZ", "urn:careloom:source:harbor:code:99ZZZ"), ("XYZ", "urn:careloom:code:XYZ"),
        ("HL70078", "http://terminology.hl7.org/CodeSystem/v2-0078"), ("1.2.3.4", "urn:oid:1.2.3.4"),
        ("2.16.840.1.113883.6.1", "http://loinc.org"), ("http://a.example/codes", "http://a.example/codes"), ("", ""),
    ],
)  # fmt: skip
def test_a_coding_system_is_the_uri_that_fhir_has_for_it(name, system):
    (code,) = result(f"OBX|1|NM|K^Potassium^{name}||4||||||F").codes
    assert code.system == system


def test_the_time_of_a_result_is_its_own_and_else_its_orders():
    assert result(obx("NM", "4")).effective.start.text == "2026-03-04T08:00"
    own = result(obx("NM", "4", "", "|||||F|||202603050700|||||202603050800"))
    assert (own.effective.start.text, own.recorded.text) == ("2026-03-05T07:00", "2026-03-05T08:00")


def test_who_and_where_and_what_was_remarked():
    found = result(
        "OBX|1|NM|8867-4^Heart rate^LN||60|/min||||||||||||7^Hart^Lou||||LA^Left arm^L|||Harbor Lab".replace(
            "||||||||||||7", "|||||F|||||7"
        ),
        "NTE|1||Patient was at rest~and seated",
        "NTE|2||Repeated",
    )
    assert found.detail["author"] == "Lou Hart; Harbor Lab"
    assert found.detail["body_site"] == "Left arm"
    assert found.detail["note"] == "Patient was at rest\nand seated; Repeated"


def test_a_number_that_repeats_is_several_components():
    found = result("OBX|1|NM|8867-4^Heart rate^LN||60~120|/min|||||F")
    assert found.value is None
    assert [(part.value, part.unit, part.codes[0].code) for part in found.components] == [
        ("60", "/min", "8867-4"),
        ("120", "/min", "8867-4"),
    ]


def test_a_blood_pressure_under_its_header_is_one_observation_with_two_components():
    data = hl7(
        "ORU^R01",
        OBR,
        "OBX|1||85354-9^Blood pressure panel^LN|1|||||||F",
        "OBX|2|NM|8480-6^Systolic^LN|1|138|mm[Hg]^^UCUM|||||F",
        "OBX|3|NM|8462-4^Diastolic^LN|1|84|mm[Hg]^^UCUM|||||F",
        "OBX|4|NM|8867-4^Heart rate^LN|2|70|/min|||||F",
    )
    pressure, pulse = entries(data, "Observation")
    assert pressure.codes[0].code == "85354-9"
    assert [(part.codes[0].code, part.value, part.unit) for part in pressure.components] == [
        ("8480-6", "138", "mm[Hg]"),
        ("8462-4", "84", "mm[Hg]"),
    ]
    assert pulse.value == "70"


def test_a_pressure_in_two_lines_without_a_header_is_two_observations():
    data = hl7(
        "ORU^R01",
        OBR,
        "OBX|1|NM|8480-6^Systolic^LN||138|mm[Hg]|||||F",
        "OBX|2|NM|8462-4^Diastolic^LN||84|mm[Hg]|||||F",
    )
    assert [one.value for one in entries(data, "Observation")] == ["138", "84"]


def test_results_under_a_result_are_pointed_to():
    data = hl7(
        "ORU^R01",
        OBR,
        "OBX|1|CE|600-7^Organism^LN|1|112283007^E. coli^SCT||||||F",
        "OBX|2|ST|18906-8^Ciprofloxacin^LN|1.1|S||||||F",
        "OBX|3|ST|18862-3^Amoxicillin^LN|1.2|R||||||F",
    )
    organism, *others = entries(data, "Observation")
    assert set(organism.references) >= {one.id for one in others}


def test_a_child_order_points_to_the_result_that_it_names_as_its_parent():
    data = hl7(
        "ORU^R01",
        OBR,
        "OBX|1|CE|600-7^Organism^LN|1|112283007^E. coli^SCT||||||F",
        seg("OBR", {4: "29576-6^Susceptibility panel^LN", 25: "F", 26: "600-7&Organism&LN^1^E. coli"}),
        "OBX|1|ST|18906-8^Ciprofloxacin^LN||S||||||F",
    )
    organism, susceptible = entries(data, "Observation")
    assert organism.id in susceptible.references


def test_a_report_in_lines_is_one_text():
    data = hl7(
        "ORU^R01",
        OBR.replace("LAB|F", "RAD|F"),
        "OBX|1|TX|18748-4^Chest X-ray^LN||The heart is not enlarged.||||||F",
        "OBX|2|TX|18748-4^Chest X-ray^LN||~||||||F",
        "OBX|3|TX|18748-4^Chest X-ray^LN||No effusion.||||||F",
        "OBX|4|ST|99^Impression^L||Normal||||||F",
    )
    first, second = entries(data, "Observation")
    assert first.value == "The heart is not enlarged.\n\nNo effusion."
    assert (second.value, first.source.where) == ("Normal", "message 1, OBX[1]")
    assert the_entry(data, "DiagnosticReport").category == ("RAD",)


def test_a_report_has_its_times_its_status_its_readers_and_its_results():
    data = hl7("ORU^R01", OBR + "|||||||3&Bell&Noor", obx("NM", "4"), "OBX|2|NM|2951-2^Sodium^LN||140||||||F")
    report = the_entry(data, "DiagnosticReport")
    results = entries(data, "Observation")
    assert (report.status, report.category, report.codes[0].code) == ("final", ("LAB",), "24323-8")
    assert (report.effective.start.text, report.recorded.text) == ("2026-03-04T08:00", "2026-03-04T09:30")
    assert report.detail["author"] == "Noor Bell"
    assert {one.id for one in results} < set(report.references)


@pytest.mark.parametrize(
    ("said", "status"),
    [("F", "final"), ("P", "preliminary"), ("C", "corrected"), ("A", "partial"), ("R", "partial"), ("O", "registered"),
     ("I", "registered"), ("S", "registered"), ("X", "cancelled"), ("Z", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_a_reports_status_is_fhirs_word_for_it(said, status):
    data = hl7("ORU^R01", OBR.removesuffix("F") + said, obx("NM", "4"))
    assert the_entry(data, "DiagnosticReport").status == status


def test_a_specimen_says_what_it_is_and_when_it_was_taken():
    data = hl7(
        "ORU^R01",
        OBR,
        obx("NM", "4"),
        "SPM|1|S-1||119297000^Blood^SCT|||VP^Venipuncture|LA^Left arm^HL70163||||||Taken fasting|||"
        "20260304075500-0500^20260304075700-0500|202603040830||Y||||HEM^Hemolyzed^HL70493",
        "OBX|1|NM|30525-0^Age^LN||76|a|||||F",
    )
    specimen = the_entry(data, "Specimen")
    assert (specimen.codes[0].code, specimen.status) == ("119297000", "available")
    assert specimen.effective.end.text == "2026-03-04T07:57:00-05:00"
    assert specimen.detail == {"body_site": "Left arm", "note": "Hemolyzed; Taken fasting"}
    potassium, age = entries(data, "Observation")
    assert specimen.id in potassium.references
    assert specimen.id in age.references
    assert age.effective.start.text == "2026-03-04T07:55:00-05:00"


def test_an_older_message_names_its_specimen_in_the_order():
    data = hl7(
        "ORU^R01",
        OBR.replace("|||||||||7^", "|||||||202603040815|BLD&Blood&HL70070^^^LA&Left arm&L|7^"),
        obx("NM", "4"),
    )
    specimen = the_entry(data, "Specimen")
    assert (specimen.codes[0].code, specimen.detail["body_site"]) == ("BLD", "Left arm")
    assert specimen.recorded.text == "2026-03-04T08:15"


def test_in_an_oul_the_specimen_comes_first_and_the_control_after_the_request():
    data = hl7(
        "OUL^R22^OUL_R22",
        "SPM|1|S-1||119297000^Blood^SCT",
        "OBX|1|NM|30525-0^Age^LN||76|a|||||F",
        "OBR|1|||2823-3^Potassium^LN|||202603040800|||||||||||||||||||F",
        "ORC|SC||||CM",
        obx("NM", "4.1"),
    )
    specimen = the_entry(data, "Specimen")
    age, potassium = entries(data, "Observation")
    assert specimen.id in age.references
    assert specimen.id in potassium.references
    assert the_entry(data, "ServiceRequest").status == "completed"


def test_a_file_in_a_result_is_a_document_with_its_text():
    data = hl7(
        "ORU^R01", OBR, "OBX|1|ED|11502-2^Lab report^LN||^TEXT^PLAIN^Base64^UG90YXNzaXVtIGlzIGhpZ2gu||||||F"
    )
    document = the_entry(data, "DocumentReference")
    assert (document.text, document.detail["title"]) == ("Potassium is high.", "Lab report")
    assert the_entry(data, "Observation").status == "final"
    picture = hl7("ORU^R01", OBR, "OBX|1|ED|11502-2^Lab report^LN||^IM^JPEG^Base64^/9j/4AAQ||||||F")
    assert the_entry(picture, "DocumentReference").text == ""


def test_a_result_without_a_code_and_one_with_an_absurd_time_are_rejected_and_the_rest_is_read():
    data = hl7(
        "ORU^R01",
        OBR,
        "OBX|1|NM|||4||||||F",
        obx("NM", "4", "", "|||||F|||20260230"),
        "OBX|3|NM|2951-2^Sodium^LN||140||||||F",
    )
    assert rejections(data) == [
        ("message 1, OBX[1]-3", "is missing"),
        ("message 1, OBX[2]-14", "is not a date or time that HL7 allows"),
    ]
    (found,) = read(data)
    assert [one.value for one in found.entries if one.kind == "Observation"] == ["140"]


def test_a_last_result_that_is_cut_short_is_not_read_as_a_smaller_one():
    whole = hl7("ORU^R01", OBR, obx("NM", "140"), obx("NM", "4.10"))
    cut = whole[: whole.rindex(b"4.10") + 1]
    assert rejections(cut) == [
        ("message 1, OBX[2]", "nothing ends it and it lacks OBX-11: it may be cut short")
    ]
    (found,) = read(cut)
    assert [one.value for one in found.entries if one.kind == "Observation"] == ["140"]


def test_a_lone_result_that_may_be_cut_short_says_so():
    whole = hl7("ORU^R01", OBR, obx("NM", "4.10"))
    found = the_entry(whole[: whole.rindex(b"4.10") + 1], "Observation")
    assert (found.value, found.status) == ("4", "unknown")
    assert "may be cut short" in found.detail["note"]


def test_a_type_of_value_that_nobody_knows_is_kept_as_text_and_counted():
    data = hl7("ORU^R01", OBR, obx("ZZ", "odd^thing"))
    (found,) = read(data)
    assert found.unknown == {"OBX-2 ZZ": 1}
    assert [one.value for one in found.entries if one.kind == "Observation"] == ["odd^thing"]
