"""What each kind of C-CDA statement says: allergies, problems, drugs, vaccines, results, plans, people."""

import pytest

from careloom.care.entry import RXNORM, Code, Range
from tests.connect.made_ccda import CCD, GOUT, T, every, of_ccd, problem, reading, reasons, told, with_section
from tests.connect.made_ccda import LOINC as IN_LOINC
from tests.connect.made_ccda import RXNORM as IN_RXNORM
from tests.connect.made_ccda import SNOMED as IN_SNOMED


def test_an_allergy_has_its_substance_reaction_severity_and_criticality():
    found = of_ccd("AllergyIntolerance")
    assert found.codes == (Code(RXNORM, "7984", "penicillin V"),)
    assert found.text == "Penicillin V"
    assert (found.status, found.certainty, found.negated) == ("active", "", False)
    assert found.category == ("medication",)
    assert found.detail["allergy_type"] == "allergy"
    assert found.detail["reaction"] == "Hives"
    assert found.detail["severity"] == "severe"
    assert found.detail["criticality"] == "high"
    assert found.effective.start.text == "2010-05-01"


def allergy(value: str, substance: str, more: str = "", negated: str = "") -> str:
    return f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}30"/><statusCode code="active"/>
      <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {negated}><templateId root="{T}7"/>
      <text>In words</text><value xsi:type="CD" code="{value}" {IN_SNOMED} displayName="Allergy"/>
      <participant typeCode="CSM"><participantRole><playingEntity><code {substance}/></playingEntity></participantRole></participant>
      {more}</observation></entryRelationship></act>"""


@pytest.mark.parametrize(
    ("value", "substance", "code"),
    [
        ("419199007", 'nullFlavor="NA"', "716186003"),
        ("416098002", 'nullFlavor="NA"', "409137002"),
        ("414285001", 'nullFlavor="NA"', "429625007"),
        ("419199007", f'code="410942007" {IN_SNOMED}', "409137002"),
    ],
)
def test_no_known_allergy_is_negated_and_stands_for_no_substance(value, substance, code):
    found = told("48765-2", allergy(value, substance, negated='negationInd="true"'), "AllergyIntolerance")
    assert found.codes[0].code == code
    assert found.negated
    assert found.certainty == ""


def test_an_allergy_that_is_denied_is_refuted_with_its_substance():
    denied = allergy(
        "414285001", f'code="762952008" {IN_SNOMED} displayName="Peanut"', negated='negationInd="true"'
    )
    found = told("48765-2", denied, "AllergyIntolerance")
    assert (found.name, found.negated, found.certainty) == ("Peanut", True, "refuted")


def test_an_allergy_in_words_alone_is_kept_in_those_words():
    found = told("48765-2", allergy("419199007", 'nullFlavor="UNK"'), "AllergyIntolerance")
    assert (found.codes, found.text) == ((), "In words")


def test_the_status_of_an_allergy_is_its_own_before_that_of_its_concern():
    status = f'<entryRelationship typeCode="SUBJ"><observation><code code="33999-4" {IN_LOINC}/><value xsi:type="CE" code="73425007" {IN_SNOMED}/></observation></entryRelationship>'
    found = told("48765-2", allergy("416098002", f'code="7984" {IN_RXNORM}', status), "AllergyIntolerance")
    assert found.status == "inactive"


def test_a_problem_has_its_codes_words_onset_and_status():
    found = of_ccd("Condition")
    assert [code.code for code in found.codes] == ["59621000", "I10"]
    assert found.text == "Essential hypertension"
    assert found.effective.start.text == "2019-03"
    assert (found.status, found.certainty, found.negated) == ("active", "", False)
    assert found.category[0] == "problem-list-item"


def test_a_problem_that_ended_is_resolved_even_where_its_concern_is_still_watched():
    found = told("11450-4", problem(GOUT, '<low value="2019"/><high value="20200401"/>'), "Condition")
    assert (found.status, found.detail["abatement"]) == ("resolved", "2020-04-01")
    unknown_end = told("11450-4", problem(GOUT, '<low value="2019"/><high nullFlavor="UNK"/>'), "Condition")
    assert unknown_end.status == "resolved"


def test_a_problem_that_is_denied_is_refuted_and_no_known_problem_is_said():
    denied = told("11450-4", problem(GOUT, negated='negationInd="true"'), "Condition")
    assert (denied.negated, denied.certainty) == (True, "refuted")
    any_problem = f'<value xsi:type="CD" code="55607006" {IN_SNOMED}/>'
    none = told("11450-4", problem(any_problem, negated='negationInd="true"'), "Condition")
    assert (none.codes[0].code, none.negated) == ("160245001", False)


def test_how_sure_a_problem_is_comes_from_its_qualifier():
    suspected = GOUT.replace(
        "/>",
        f'><qualifier><name code="408729009" {IN_SNOMED}/><value code="415684004" {IN_SNOMED}/></qualifier></value>',
    )
    assert told("11450-4", problem(suspected), "Condition").certainty == "provisional"


def test_the_age_at_onset_severity_and_site_are_told():
    more = f"""<targetSiteCode code="1" {IN_SNOMED} displayName="Toe"><qualifier><value code="2" displayName="Left"/></qualifier></targetSiteCode>
      <entryRelationship typeCode="SUBJ" inversionInd="true"><observation><templateId root="{T}31"/><value xsi:type="PQ" value="57" unit="a"/></observation></entryRelationship>
      <entryRelationship typeCode="SUBJ" inversionInd="true"><observation><templateId root="{T}8"/><code code="SEV"/><value xsi:type="CD" code="6736007" displayName="Moderate"/></observation></entryRelationship>
      <entryRelationship typeCode="SUBJ" inversionInd="true"><act><templateId root="{T}64"/><code code="48767-8"/><text>Worse at night</text></act></entryRelationship>"""
    found = told("11450-4", problem(GOUT, more=more), "Condition")
    assert found.detail["onset"] == "57 a"
    assert found.detail["severity"] == "Moderate"
    assert found.detail["body_site"] == "Toe, Left"
    assert found.detail["note"] == "Worse at night"


def test_a_diagnosis_of_a_visit_belongs_to_the_visit():
    diagnosis = f'<entryRelationship typeCode="COMP"><act><templateId root="{T}80"/><code code="29308-4"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS"><templateId root="{T}4"/>{GOUT}</observation></entryRelationship></act></entryRelationship>'
    visit = f'<encounter classCode="ENC" moodCode="EVN"><templateId root="{T}49"/><code code="99213" codeSystem="2.16.840.1.113883.6.12"/><effectiveTime value="20260301"/>{diagnosis}</encounter>'
    (gout,) = every("46240-8", visit, "Condition")
    assert gout.category == ("encounter-diagnosis",)
    met = told("46240-8", visit, "Encounter")
    assert met.references == (gout.id,)
    assert (met.status, met.detail["class"]) == ("finished", "ambulatory")


def test_a_drug_has_its_dose_route_frequency_words_reason_and_order():
    found = of_ccd("MedicationRequest")
    assert found.codes == (Code(RXNORM, "314076", "lisinopril 10 MG Oral Tablet"),)
    assert found.dosage.dose == "1 tablet"
    assert found.dosage.route == "ORAL"
    assert found.dosage.frequency == "twice daily"
    assert found.dosage.text == "Take 1 tablet by mouth twice a day"
    assert (found.status, found.detail["intent"]) == ("active", "order")
    assert found.detail["reason"] == "Essential hypertension"
    assert (found.detail["quantity"], found.detail["refills"]) == ("60", "3")
    assert found.detail["prescriber"] == "Ada Reyes"
    assert (found.effective.start.text, found.recorded.text) == ("2024-01-15", "2024-01-15")


def drug(more: str = "", status: str = "active", attributes: str = 'moodCode="EVN"') -> str:
    return f"""<substanceAdministration classCode="SBADM" {attributes}><templateId root="{T}16"/><statusCode code="{status}"/>{more}
      <consumable><manufacturedProduct><manufacturedMaterial><code code="314076" {IN_RXNORM} displayName="lisinopril"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"""


@pytest.mark.parametrize(
    ("time", "often"),
    [
        ('xsi:type="PIVL_TS" institutionSpecified="true"><period value="8" unit="h"/>', "three times daily"),
        ('xsi:type="PIVL_TS"><period value="8" unit="h"/>', "every 8 hours"),
        (
            'xsi:type="PIVL_TS"><period xsi:type="IVL_PQ"><low value="4" unit="h"/><high value="6" unit="h"/></period>',
            "every 4 to 6 hours",
        ),
        ('xsi:type="PIVL_TS" institutionSpecified="true"><period value="1" unit="d"/>', "once daily"),
        ('xsi:type="PIVL_TS"><period value="1" unit="wk"/>', "once weekly"),
        ('xsi:type="PIVL_TS"><period value="0.5" unit="d"/>', "twice daily"),
        ('xsi:type="EIVL_TS"><event code="HS"/>', "at bedtime"),
        ('xsi:type="EIVL_TS"><event code="ACM"/>', "before breakfast"),
        ('xsi:type="PIVL_TS"><period nullFlavor="UNK"/>', ""),
    ],
)
def test_how_often_a_drug_is_taken_is_said_in_words(time, often):
    found = told("10160-0", drug(f'<effectiveTime operator="A" {time}</effectiveTime>'), "MedicationRequest")
    assert (found.dosage.frequency if found.dosage else "") == often


def test_a_drug_as_needed_says_for_what():
    need = f'<precondition typeCode="PRCN"><criterion><value xsi:type="CD" code="56018004" {IN_SNOMED} displayName="Wheezing"/></criterion></precondition>'
    assert told("10160-0", drug(need), "MedicationRequest").dosage.frequency == "as needed for Wheezing"


def test_an_order_that_was_written_and_still_runs_is_active():
    later = '<effectiveTime xsi:type="IVL_TS"><low value="20260101"/><high value="20270101"/></effectiveTime>'
    before = (
        '<effectiveTime xsi:type="IVL_TS"><low value="20240101"/><high value="20250101"/></effectiveTime>'
    )
    assert told("10160-0", drug(later, "completed"), "MedicationRequest").status == "active"
    assert told("10160-0", drug(before, "completed"), "MedicationRequest").status == "completed"
    assert told("10160-0", drug("", "aborted"), "MedicationRequest").status == "stopped"


def test_a_drug_that_is_denied_is_negated_and_no_drugs_at_all_are_said():
    denied = told("10160-0", drug(attributes='moodCode="EVN" negationInd="true"'), "MedicationRequest")
    assert denied.negated
    none = drug(attributes='moodCode="EVN" negationInd="true"').replace(
        f'code="314076" {IN_RXNORM} displayName="lisinopril"', 'nullFlavor="NA"'
    )
    found = told("10160-0", none, "MedicationRequest")
    assert (found.text, found.negated) == ("No known medications", True)


def test_what_was_dispensed_is_an_entry_of_its_own():
    fill = f'<entryRelationship typeCode="REFR"><supply classCode="SPLY" moodCode="EVN"><templateId root="{T}18"/><statusCode code="completed"/><effectiveTime value="20260201"/><quantity value="30" unit="{{tbl}}"/></supply></entryRelationship>'
    (found,) = every("10160-0", drug(fill), "MedicationDispense")
    assert (found.name, found.status, found.detail["quantity"]) == ("lisinopril", "completed", "30 tbl")


def test_a_drug_without_a_name_is_rejected_with_its_place():
    nameless = drug().replace(f'code="314076" {IN_RXNORM} displayName="lisinopril"', 'nullFlavor="UNK"')
    found = reading(with_section("10160-0", f"<entry>{nameless}</entry>"))
    assert "a medication that names no drug" in reasons(found)
    assert found.sections["medications"].rejected == 1


def test_a_vaccine_that_was_refused_is_not_done():
    vaccine = f"""<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="{{}}"><templateId root="{T}52"/>
      <statusCode code="completed"/><effectiveTime value="20251010"/><consumable><manufacturedProduct><manufacturedMaterial>
      <code code="140" codeSystem="2.16.840.1.113883.12.292" displayName="Influenza"/></manufacturedMaterial></manufacturedProduct></consumable>
      <entryRelationship typeCode="RSON"><observation><templateId root="{T}53"/><code code="PATOBJ" displayName="Patient objection"/></observation></entryRelationship></substanceAdministration>"""
    refused = told("11369-6", vaccine.format("true"), "Immunization")
    assert (refused.status, refused.negated, refused.detail["note"]) == (
        "not-done",
        True,
        "Patient objection",
    )
    given = told("11369-6", vaccine.format("false"), "Immunization")
    assert (given.status, given.negated, given.codes[0].system) == (
        "completed",
        False,
        "http://hl7.org/fhir/sid/cvx",
    )


def test_a_result_keeps_its_own_digits_and_belongs_to_its_report():
    found = next(one for one in reading(CCD).entries if one.codes and one.codes[0].code == "4548-4")
    assert (found.value, found.unit, found.interpretation) == ("7.00", "%", "H")
    assert found.range == Range("4.0", "5.6")
    assert found.category == ("laboratory",)
    report = of_ccd("DiagnosticReport")
    assert report.references == (found.id,)
    assert report.effective.start.text == "2026-03-04"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('<value xsi:type="INT" value="41"/>', ("41", None, "")),
        ('<value xsi:type="REAL" value="1.50"/>', ("1.50", None, "")),
        ('<value xsi:type="ST">&gt; 60 mL/min/1.73m2</value>', ("60", "mL/min/1.73m2", ">")),
        ('<value xsi:type="ST">YELLOW</value>', ("YELLOW", None, "")),
        (
            '<value xsi:type="IVL_PQ"><low value="10" unit="mg/L"/><high value="20" unit="mg/L"/></value>',
            ("10-20", "mg/L", ""),
        ),
        (
            '<value xsi:type="IVL_PQ"><high value="0.1" unit="ng/mL" inclusive="false"/></value>',
            ("0.1", "ng/mL", "<"),
        ),
        (
            '<value xsi:type="RTO_PQ_PQ"><numerator value="1"/><denominator value="128"/></value>',
            ("1:128", None, ""),
        ),
        ('<value xsi:type="BL" value="true"/>', ("true", None, "")),
        ('<value xsi:type="TS" value="20260102"/>', ("2026-01-02", None, "")),
        (
            '<value xsi:type="PQ" nullFlavor="OTH"><translation value="12" code="x"><originalText>IU</originalText></translation></value>',
            ("12", "IU", ""),
        ),
        ('<value value="3" unit="mg"/>', ("3", "mg", "")),
        (
            '<value xsi:type="ED" mediaType="text/plain" representation="B64">Y2xlYXI=</value>',
            ("clear", None, ""),
        ),
    ],
)
def test_every_type_of_value_is_read(value, read):
    entry = f'<observation classCode="OBS" moodCode="EVN"><code code="4548-4" {IN_LOINC} displayName="x"/><statusCode code="completed"/>{value}</observation>'
    found = told("30954-2", entry, "Observation")
    assert (found.value, found.unit, found.comparator) == read


def test_a_value_that_is_missing_says_why():
    entry = f'<observation classCode="OBS" moodCode="EVN"><code code="4548-4" {IN_LOINC}/><value xsi:type="PQ" nullFlavor="NASK"/></observation>'
    found = told("30954-2", entry, "Observation")
    assert (found.value, found.detail["absent"]) == (None, "not-asked")


def test_a_range_that_is_marked_normal_is_the_range():
    ranges = "".join(
        f'<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="{low}"/></value><interpretationCode code="{code}"/></observationRange></referenceRange>'
        for low, code in (("200", "H"), ("100", "N"))
    )
    entry = f'<observation classCode="OBS" moodCode="EVN"><code code="1" {IN_LOINC} displayName="x"/><value xsi:type="PQ" value="150"/>{ranges}</observation>'
    assert told("30954-2", entry, "Observation").range == Range("100", None)


def test_two_pressures_of_one_time_are_one_blood_pressure():
    found = next(one for one in reading(CCD).entries if one.codes and one.codes[0].code == "85354-9")
    assert [(part.codes[0].code, part.value, part.unit) for part in found.components] == [
        ("8480-6", "142", "mm[Hg]"),
        ("8462-4", "86", "mm[Hg]"),
    ]
    panel = next(one for one in reading(CCD).entries if one.codes and one.codes[0].code == "85353-1")
    assert panel.references == (found.id,)


def test_smoking_and_pregnancy_are_what_they_assert():
    smoking = f'<observation classCode="OBS" moodCode="EVN"><templateId root="{T}78"/><code code="ASSERTION"/><value xsi:type="CD" code="8517006" {IN_SNOMED} displayName="Former smoker"/></observation>'
    found = told("29762-2", smoking, "Observation")
    assert (found.codes[0].code, found.value, found.category) == (
        "72166-2",
        "Former smoker",
        ("social-history",),
    )
    due = f'<entryRelationship typeCode="REFR"><observation><templateId root="2.16.840.1.113883.10.20.15.3.1"/><code code="11778-8" {IN_LOINC}/><value xsi:type="TS" value="20261001"/></observation></entryRelationship>'
    pregnant = f'<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.15.3.8"/><code code="ASSERTION"/><value xsi:type="CD" code="77386006" {IN_SNOMED} displayName="Pregnant"/>{due}</observation>'
    found = told("29762-2", pregnant, "Observation")
    assert found.codes[0].code == "82810-3"
    assert found.components[0].value == "2026-10-01"


def test_a_scale_holds_its_answers():
    part = f'<entryRelationship typeCode="COMP"><observation><templateId root="{T}86"/><code code="44250-9" {IN_LOINC} displayName="Little interest"/><value xsi:type="INT" value="2"/></observation></entryRelationship>'
    scale = f'<observation classCode="OBS" moodCode="EVN"><templateId root="{T}69"/><code code="44261-6" {IN_LOINC} displayName="PHQ-9"/><value xsi:type="INT" value="12"/>{part}</observation>'
    found = told("10190-7", scale, "Observation")
    assert (found.value, found.category) == ("12", ("survey",))
    assert [(one.text, one.value) for one in found.components] == [("Little interest", "2")]
