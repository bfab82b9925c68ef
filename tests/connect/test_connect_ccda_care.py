"""Procedures, relatives, goals, plans, teams and notes of a C-CDA document become the entries that FHIR would give."""

import pytest

from careloom.care.entry import LOINC, SNOMED
from tests.connect.made_ccda import GOUT, T, of_ccd, problem, reading, told, with_section
from tests.connect.made_ccda import LOINC as IN_LOINC
from tests.connect.made_ccda import SNOMED as IN_SNOMED


def test_a_procedure_names_its_site_and_device():
    entry = f"""<procedure classCode="PROC" moodCode="EVN"><templateId root="{T}14"/><code code="175135009" {IN_SNOMED} displayName="Pacemaker"/>
      <statusCode code="completed"/><effectiveTime value="20111005"/><targetSiteCode code="1" displayName="Chest"/>
      <participant typeCode="DEV"><participantRole><id root="1" extension="SERIAL"/><playingDevice><code code="704708004" {IN_SNOMED} displayName="Device"/></playingDevice></participantRole></participant></procedure>"""
    done = told("47519-4", entry, "Procedure")
    assert (done.status, done.detail["body_site"]) == ("completed", "Chest")
    device = told("47519-4", entry, "Device")
    assert (device.name, device.status) == ("Device", "active")
    assert "SERIAL" not in str(device)


def test_what_a_relative_had_is_told_of_the_relative():
    entry = f"""<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="{T}45"/><statusCode code="completed"/>
      <subject><relatedSubject classCode="PRS"><code code="FTH" displayName="Father"/><subject><sdtc:deceasedInd value="true"/></subject></relatedSubject></subject>
      <component><observation><templateId root="{T}46"/><value xsi:type="CD" code="22298006" {IN_SNOMED} displayName="Myocardial infarction"/>
      <entryRelationship typeCode="SUBJ"><observation><templateId root="{T}31"/><value xsi:type="PQ" value="57" unit="a"/></observation></entryRelationship></observation></component></organizer>"""
    found = told("10157-6", entry, "FamilyMemberHistory")
    assert (found.text, found.subject) == ("Father: Myocardial infarction", "family")
    assert found.components[0].value == "57 a"
    assert found.detail["deceased"] == "true"


def test_a_goal_has_its_target_and_due_day():
    entry = f"""<observation classCode="OBS" moodCode="GOL"><templateId root="{T}121"/><code code="4548-4" {IN_LOINC} displayName="Hemoglobin A1c"/>
      <statusCode code="active"/><effectiveTime><low value="20260301"/><high value="20260901"/></effectiveTime>
      <value xsi:type="IVL_PQ"><high value="7.0" unit="%"/></value></observation>"""
    found = told("61146-7", entry, "Goal")
    assert (found.text, found.detail["target"], found.detail["due"]) == (
        "Hemoglobin A1c",
        "<=7.0 %",
        "2026-09-01",
    )
    words = entry.replace(
        'xsi:type="IVL_PQ"><high value="7.0" unit="%"/>', 'xsi:type="ST">Walk to the harbor daily'
    )
    assert told("61146-7", words, "Goal").text == "Walk to the harbor daily"


@pytest.mark.parametrize(
    ("element", "template", "kind"),
    [
        ("procedure", "41", "ServiceRequest"),
        ("observation", "44", "ServiceRequest"),
        ("act", "39", "ServiceRequest"),
        ("act", "140", "ServiceRequest"),
        ("act", "20", "ServiceRequest"),
        ("encounter", "40", "Appointment"),
    ],
)
def test_what_is_planned_is_an_order_or_an_appointment(element, template, kind):
    entry = f'<{element} moodCode="RQO"><templateId root="{T}{template}"/><code code="73761001" {IN_SNOMED} displayName="Colonoscopy"/><statusCode code="active"/><effectiveTime value="20260601"/></{element}>'
    found = told("18776-5", entry, kind)
    assert found.name == "Colonoscopy"
    assert found.effective.start.text == "2026-06-01"
    assert found.detail["due" if kind == "Appointment" else "intent"] in ("2026-06-01", "order", "plan")


def test_the_care_team_insurance_and_directives_are_told():
    team = f"""<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="{T}500"/><code code="86744-0" {IN_LOINC}/><statusCode code="active"/>
      <component><act><templateId root="{T}500.1"/><code code="85847-2"/><performer><sdtc:functionCode displayName="Nurse" code="x"/>
      <assignedEntity><assignedPerson><name><given>Bo</given><family>Lind</family></name></assignedPerson></assignedEntity></performer></act></component></organizer>"""
    assert told("85847-2", team, "CareTeam").detail["participants"] == "Nurse: Bo Lind"
    cover = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}60"/><code code="48768-6"/><entryRelationship typeCode="COMP"><act><templateId root="{T}61"/>
      <code code="12" displayName="Medicare"/><statusCode code="completed"/><performer typeCode="PRF"><assignedEntity><code code="PAYOR"/><representedOrganization><name>County Plan</name></representedOrganization></assignedEntity></performer>
      <participant typeCode="COV"><participantRole><code code="SELF" displayName="self"/></participantRole></participant></act></entryRelationship></act>"""
    insured = told("48768-6", cover, "Coverage")
    assert (insured.name, insured.detail["payer"], insured.detail["relation"]) == (
        "Medicare",
        "County Plan",
        "self",
    )
    will = f'<observation classCode="OBS" moodCode="EVN"><templateId root="{T}48"/><code code="304251008" {IN_SNOMED} displayName="Resuscitation status"/><statusCode code="completed"/><value xsi:type="CD" code="304253006" {IN_SNOMED} displayName="Not for resuscitation"/></observation>'
    assert told("42348-3", will, "Consent").text == "Resuscitation status: Not for resuscitation"


def test_a_note_activity_is_its_whole_text():
    text = '<list><item ID="n1"><paragraph>Seen for a cough.</paragraph><paragraph>Chest clear.</paragraph></item></list>'
    entry = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}202"/><code code="34109-9" {IN_LOINC}><translation code="11488-4" {IN_LOINC} displayName="Consultation note"/></code>
      <text><reference value="#n1"/></text><effectiveTime value="20260301"/><author><time value="20260302"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="9999999999"/></assignedAuthor></author></act>"""
    found = told("11488-4", entry, "DocumentReference", text)
    assert found.text == "Seen for a cough.\nChest clear."
    assert [code.code for code in found.codes] == ["11488-4", "34109-9"]
    assert (found.detail["author"], found.recorded.text) == ("Ada Reyes", "2026-03-02")


def test_an_entry_that_points_at_another_refers_to_it():
    wanted = f'<observation classCode="OBS" moodCode="GOL"><templateId root="{T}121"/><code code="1" {IN_LOINC} displayName="Fewer falls"/><entryRelationship typeCode="REFR"><act><templateId root="{T}122"/><id root="1.9" extension="P"/></act></entryRelationship></observation>'
    known = problem(GOUT).replace("<effectiveTime>", '<id root="1.9" extension="P"/><effectiveTime>')
    found = reading(with_section("61146-7", f"<entry>{wanted}</entry><entry>{known}</entry>"))
    goal = next(one for one in found.entries if one.kind == "Goal")
    gout = next(one for one in found.entries if one.kind == "Condition")
    assert goal.references == (gout.id,)


def test_statements_without_templates_are_read_by_what_they_are():
    entry = f'<observation classCode="OBS" moodCode="EVN"><code code="8480-6" {IN_LOINC} displayName="Systolic"/><value xsi:type="PQ" value="120" unit="mm[Hg]"/></observation>'
    assert told("8716-3", entry, "Observation").category == ("vital-signs",)
    assert (
        told(
            "47519-4",
            f'<act moodCode="EVN"><code code="1" {IN_SNOMED} displayName="Wound care"/></act>',
            "Procedure",
        ).name
        == "Wound care"
    )


def test_a_code_system_is_its_fhir_address():
    assert of_ccd("Condition").codes[0].system == SNOMED
    assert of_ccd("DiagnosticReport").codes[0].system == LOINC
    entry = '<observation classCode="OBS" moodCode="EVN"><code code="X" codeSystem="1.2.3.4"/><value xsi:type="ST">y</value></observation>'
    assert told("30954-2", entry, "Observation").codes[0].system == "urn:oid:1.2.3.4"
