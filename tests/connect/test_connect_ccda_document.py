"""A whole C-CDA document: who it is about, what its header gives, and that nothing of it is lost."""

import base64
import re

import pytest

from careloom.care.detail import DETAIL
from careloom.care.entry import Identifier
from careloom.connect.ccda.sheet import STATEMENTS
from careloom.errors import InputError, PatientMismatch
from tests.connect.made_ccda import CCD, LOINC, T, kinds, old, reading, reasons, told, with_section, without
from tests.connect.scanned import pdf


def test_marta_is_known_by_her_number_name_birth_date_and_sex():
    person = reading(CCD).person
    assert person.identifiers == (Identifier("urn:oid:2.16.840.1.113883.19.5.7", "Q-778"),)
    assert person.names[0].full == "Marta Jo Quill"
    assert (person.birth_date, person.sex) == ("1949-06-30", "female")
    assert person.addresses == ("4 Mill Lane, Harbor, ME, 04999, US",)
    assert person.telecoms == ("+1(207)555-0101",)
    assert person.uses == (("+1(207)555-0101", "home"),)


@pytest.mark.parametrize(
    ("said", "use"),
    [
        ('value="tel:+1(207)555-0101" use="MC"', "mobile"),
        ('value="tel:+1(207)555-0101" use="HP MC"', "mobile"),
        ('value="tel:+1(207)555-0101" use="MC BAD"', "old"),
        ('value="fax:+1(207)555-0101" use="WP"', "fax"),
        ('value="sms:+1(207)555-0101"', "mobile"),
        ('value="tel:+1(207)555-0101" use="WP"', "work"),
    ],
)
def test_what_her_number_is_for_is_kept(said, use):
    document = CCD.replace('value="tel:+1(207)555-0101" use="HP"', said)
    assert reading(document).person.uses == (("+1(207)555-0101", use),)


def test_her_language_and_who_may_decide_for_her_are_told():
    found = next(one for one in reading(CCD).entries if one.kind == "Patient")
    assert found.detail["language"] == "en"
    assert found.detail["proxy"] == "Ines Quill (Power of Attorney)"


def test_the_document_itself_is_an_entry_without_text():
    found = reading(CCD).entries[0]
    assert found.kind == "DocumentReference"
    assert found.text == ""
    assert found.detail["title"] == "Continuity of Care"
    assert found.detail["author"] == "Ada Reyes"
    assert found.detail["custodian"] == "Northgate Clinic"
    assert found.effective.start.text == "2026-03-10T09:30:00-05:00"


def test_whoever_performed_the_care_is_the_care_team():
    found = next(one for one in reading(CCD).entries if one.kind == "CareTeam")
    assert found.detail["participants"] == "Primary Care Provider: Ada Reyes"


def test_the_ccd_gives_an_entry_for_each_of_its_statements():
    found = reading(CCD)
    assert found.rejected == ()
    assert found.unknown == {}
    assert kinds(found.entries) == [
        "DocumentReference",
        "Patient",
        "CareTeam",
        "AllergyIntolerance",
        "MedicationRequest",
        "Condition",
        "DocumentReference",
        "DiagnosticReport",
        "Observation",
        "Observation",
        "Observation",
        "Observation",
        "DocumentReference",
    ]


def test_every_entry_of_a_section_is_accounted_for():
    for tally in reading(CCD).sections.values():
        assert tally.entries == tally.read + tally.unknown + tally.rejected + tally.pointers
    assert set(reading(CCD).sections) == {
        "allergies",
        "medications",
        "problems",
        "results",
        "social history",
        "vital signs",
    }


def test_the_same_document_gives_the_same_entries_and_ids():
    assert reading(CCD) == reading(CCD)
    assert len({one.id for one in reading(CCD).entries}) == len(reading(CCD).entries)


def test_a_place_is_an_xpath_of_the_document():
    found = next(one for one in reading(CCD).entries if one.kind == "Condition")
    assert found.source.where == (
        "/ClinicalDocument/component/structuredBody/component[3]/section/entry/act/entryRelationship/observation"
    )


def test_details_are_of_the_keys_that_are_listed():
    assert {key for one in reading(CCD).entries for key in one.detail} <= DETAIL.keys()


def test_r11_is_read_as_r21_is():
    new, before = reading(CCD), reading(old(CCD))
    assert [(one.kind, one.codes, one.value, one.status) for one in new.entries] == [
        (one.kind, one.codes, one.value, one.status) for one in before.entries
    ]
    assert before.rejected == ()


def test_a_section_with_text_alone_is_a_note():
    found = reading(CCD).entries[-1]
    assert (found.kind, found.text) == ("DocumentReference", "She is homeless and sleeps in a shelter.")
    assert found.detail["title"] == "Assessment"


def test_of_a_section_with_entries_only_what_they_do_not_say_is_a_note():
    (found,) = [one for one in reading(CCD).entries if "beside the entries" in one.detail.get("title", "")]
    assert found.text == "Lives alone on the third floor."


def test_text_that_was_derived_from_the_entries_says_nothing_more():
    entry = "<entry typeCode='DRIV'><observation classCode='OBS' moodCode='EVN'><code code='X'/><value xsi:type='ST'>y</value></observation></entry>"
    found = reading(with_section("29762-2", entry, "<paragraph>Nothing to add here</paragraph>"))
    assert [one.text for one in found.entries if one.kind == "DocumentReference"] == [""]


def test_deleted_text_of_a_narrative_is_not_said():
    text = "<paragraph>Walks <content revised='delete'>never </content>daily</paragraph>"
    found = reading(with_section("51848-0", "", text)).entries[-1]
    assert found.text == "Walks daily"


def test_an_entry_that_nobody_understands_is_counted_by_its_section_and_template():
    entry = "<entry><regionOfInterest classCode='ROIOVL' moodCode='EVN'><templateId root='1.2.3'/><id root='1.2'/><code code='ELLIPSE'/></regionOfInterest></entry>"
    found = reading(with_section("30954-2", entry))
    assert found.unknown == {"results: regionOfInterest EVN 1.2.3": 1}
    assert found.sections["results"].unknown == 1


def test_a_section_whose_code_its_sender_made_up_is_named_by_that_code_alone():
    entry = "<entry><regionOfInterest/></entry>"
    assert list(reading(with_section("Marta Quill", entry)).sections) == ["section without a code"]
    assert list(reading(with_section("X-12", entry)).sections) == ["section X-12"]


def test_every_statement_is_used_or_counted():
    """Nested statements too: each is an entry, a part of one, or counted as not understood."""
    inner = "<entryRelationship typeCode='COMP'><observationMedia classCode='OBS' moodCode='EVN'/></entryRelationship>"
    entry = f"<entry><procedure classCode='PROC' moodCode='EVN'><code code='1' displayName='Dressing'/>{inner}</procedure></entry>"
    found = reading(with_section("47519-4", entry))
    assert found.unknown == {"procedures: observationMedia EVN": 1}
    assert "observationMedia" in STATEMENTS


def test_two_patients_are_never_one():
    target = re.search(r"<recordTarget>.*?</recordTarget>", CCD, re.DOTALL)[0]
    other = target.replace("Q-778", "Q-900").replace("Marta", "Lena")
    with pytest.raises(PatientMismatch) as refused:
        reading(CCD.replace(target, target + other))
    assert refused.value.where == "/ClinicalDocument/recordTarget[1] and /ClinicalDocument/recordTarget[2]"


def test_the_same_patient_named_twice_is_one():
    target = re.search(r"<recordTarget>.*?</recordTarget>", CCD, re.DOTALL)[0]
    assert reading(CCD.replace(target, target + target)).person == reading(CCD).person


def test_a_document_about_nobody_is_refused():
    with pytest.raises(InputError, match="names no patient"):
        reading(without(CCD, r"<recordTarget>.*?</recordTarget>"))


def test_a_patient_without_a_number_is_known_by_the_place_where_she_is_named():
    found = reading(
        CCD.replace('<id root="2.16.840.1.113883.19.5.7" extension="Q-778"/>', '<id nullFlavor="UNK"/>')
    )
    (only,) = found.person.identifiers
    assert only.system == "urn:careloom:source:riverside"
    assert only.value.endswith("recordTarget")


def test_a_time_that_is_none_is_rejected_by_itself_and_the_rest_goes_on():
    found = reading(CCD.replace('<low value="201903"/>', '<low value="00000101"/>'))
    assert "is not a time that HL7 allows (YYYYMMDDHHMMSS)" in reasons(found)
    (one,) = [entry for entry in found.entries if entry.kind == "Condition"]
    assert one.effective.start is None
    assert one.name == "Essential hypertension"


def test_a_time_that_is_written_as_iso_is_read_with_that_fault():
    found = reading(CCD.replace('<low value="201903"/>', '<low value="2019-03-02"/>'))
    assert reasons(found) == ["is a time as ISO writes it, not as HL7 does"]
    (one,) = [entry for entry in found.entries if entry.kind == "Condition"]
    assert one.effective.start.text == "2019-03-02"


def test_a_sender_whose_every_time_is_wrong_is_told_so_with_how_often():
    wrong = '<observation classCode="OBS" moodCode="EVN"><code code="X"/><effectiveTime value="soon"/><value xsi:type="INT" value="1"/></observation>'
    found = reading(with_section("30954-2", f"<entry>{wrong}</entry>" * 50))
    told = [reason for reason in reasons(found) if "not a time" in reason]
    assert len(told) == 20
    assert told[-1].endswith("(and at 30 more places)")
    assert found.sections["results"].read == 50


def test_an_oid_alone_is_nobodys_number():
    found = reading(CCD.replace(' extension="Q-778"', ""))
    assert found.person.identifiers[0].system == "urn:careloom:source:riverside"


def test_who_told_of_it_stands_where_nobody_wrote_it():
    entry = '<observation classCode="OBS" moodCode="EVN"><code code="X"/><value xsi:type="INT" value="1"/><informant><relatedEntity classCode="PRS"><code code="MTH" displayName="mother"/></relatedEntity></informant></observation>'
    assert told("29762-2", entry, "Observation").detail["author"] == "mother"


def test_a_visit_that_stands_in_header_and_body_is_one():
    visit = "<encounter classCode='ENC' moodCode='EVN'><id root='1.2.9' extension='7'/><code code='99213' codeSystem='2.16.840.1.113883.6.12'/><effectiveTime value='202603100900-0500'/></encounter>"
    stay = "<componentOf><encompassingEncounter><id root='1.2.9' extension='7'/><effectiveTime><low value='202603100900-0500'/><high value='202603100930-0500'/></effectiveTime></encompassingEncounter></componentOf>"
    document = with_section("46240-8", f"<entry>{visit}</entry>").replace(
        "<component><structuredBody>", f"{stay}<component><structuredBody>"
    )
    (found,) = [one for one in reading(document).entries if one.kind == "Encounter"]
    assert found.effective.end.text == "2026-03-10T09:30-05:00"
    assert found.detail["class"] == "ambulatory"


def test_what_is_said_of_a_relative_is_not_said_of_the_patient():
    entry = """<observation classCode="OBS" moodCode="EVN"><code code="ASSERTION"/>
        <value xsi:type="CD" code="73211009" codeSystem="2.16.840.1.113883.6.96" displayName="Diabetes mellitus"/>
        <subject><relatedSubject classCode="PRS"><code code="MTH"/></relatedSubject></subject></observation>"""
    assert told("11348-0", entry, "Observation").subject == "family"


def file_body(kind: str, data: bytes) -> str:
    text = f"<text mediaType='{kind}' representation='B64'>{base64.b64encode(data).decode()}</text>"
    return re.sub(
        r"<component>\s*<structuredBody>.*</component>\s*</ClinicalDocument>",
        f"<component><nonXMLBody>{text}</nonXMLBody></component></ClinicalDocument>",
        CCD,
        flags=re.DOTALL,
    )


def test_a_file_body_that_is_text_is_read_and_an_image_is_counted():
    assert reading(file_body("text/plain", b"Seen today.")).entries[-1].text == "Seen today."
    found = reading(file_body("image/jpeg", b"\xff\xd8\xff"))
    assert found.unknown == {"body: image/jpeg": 1}
    assert found.entries[-1].text == ""
    wrong = reading(file_body("text/plain", b"\xff\xfe\xff"))
    assert "a body that is not base64 or not UTF-8" in reasons(wrong)


def test_a_pdf_body_is_a_document_with_its_text_layer():
    found = reading(file_body("application/pdf", pdf("Rest and fluids")))
    assert found.entries[-1].kind == "DocumentReference"
    assert found.entries[-1].text == "Rest and fluids"
    assert found.unknown == {}
    assert {one.error for one in found.rejected} == {"ConformanceFault"}


def test_a_pdf_body_that_is_an_image_is_counted_and_one_that_is_no_pdf_is_rejected_and_both_are_kept():
    scanned = reading(file_body("application/pdf", pdf("Rest", scanned=True)))
    assert scanned.unknown == {"a page of a PDF without a text layer": 1}
    broken = reading(file_body("application/pdf", b"%PDF-1.4"))
    assert "is a damaged PDF" in reasons(broken)
    assert [one.entries[-1].kind for one in (scanned, broken)] == ["DocumentReference"] * 2


def test_a_note_that_is_a_pdf_is_read_too():
    data = base64.b64encode(pdf("Walks with a cane")).decode()
    entry = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}202" extension="2016-11-01"/>
        <code code="34109-9" {LOINC}/><text mediaType="application/pdf" representation="B64">{data}</text>
        <statusCode code="completed"/></act>"""
    assert told("34109-9", entry, "DocumentReference").text == "Walks with a cane"


def test_a_time_with_an_offset_that_no_zone_has_keeps_its_local_time_and_is_told():
    found = reading(CCD.replace("20260310093000-0500", "20260310093000-5000", 1))
    assert any(one.recorded and one.recorded.text == "2026-03-10T09:30:00" for one in found.entries)
    (told_of,) = [one for one in found.rejected if "offset that no zone has" in one.reason]
    assert told_of.where == "/ClinicalDocument/effectiveTime/@value"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("<td><content ID='p'>Gout</content></td><td>2019</td>", "Gout"),
        ("<td><content ID='p'/>Gout</td><td>2019</td>", "Gout"),
        ("<td><content ID='p'/></td><td>Gout</td><td>2019</td>", "Gout 2019"),
    ],
)
def test_an_empty_mark_in_the_text_stands_for_its_cell_or_its_row(row, said):
    entry = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}3"/><statusCode code="active"/>
        <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="{T}4"/>
        <code nullFlavor="NA"/><text><reference value="#p"/></text><value xsi:type="CD" nullFlavor="OTH"/>
        </observation></entryRelationship></act>"""
    text = f"<table><tbody><tr>{row}</tr></tbody></table>"
    assert told("11450-4", entry, "Condition", text).text == said
