"""Where a document breaks what C-CDA requires: each kind of fault is told, entries come in all the same, and a good document has none."""

import re

import pytest

from careloom.connect.ccda.conformance import faults, required, rule, vocabulary
from careloom.connect.ccda.document import opened
from tests.connect.made_ccda import CCD, NEVER_IN_ERRORS, old, reading, without


def told(document: str) -> list[str]:
    return [one.reason for one in faults(opened(document.encode()).root)]


def changed(before: str, after: str, document: str = CCD) -> str:
    assert before in document, before
    return document.replace(before, after, 1)


def swapped(pattern: str, after: str, document: str = CCD) -> str:
    found, count = re.subn(pattern, after, document, count=1, flags=re.DOTALL)
    assert count, pattern
    return found


def section_of(template: str) -> str:
    return rf'<component>\s*<section>\s*<templateId root="2.16.840.1.113883.10.20.22.2.{template}"/>.*?</section>\s*</component>'


def emptied(template: str, document: str) -> str:
    found = re.search(section_of(template), document, re.DOTALL)[0]
    return document.replace(found, re.sub(r"<entry.*?</entry>", "", found, flags=re.DOTALL))


HEADER = [
    ('<realmCode code="US"/>', ""),
    ('extension="POCD_HD000040"', 'extension="POCD_HD000041"'),
    ('code="34133-9"', 'code="34133-0"'),
    ("<title>Continuity of Care</title>", ""),
    ('<effectiveTime value="20260310093000-0500"/>', '<effectiveTime value="2026"/>'),
    ('<confidentialityCode code="N"', '<confidentialityCode code="Z"'),
    (
        '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"',
        '<confidentialityCode code="N" codeSystem="1.2.3"',
    ),
    ('<languageCode code="en-US"/>', '<languageCode code="xx-US"/>'),
    ('<languageCode code="en-US"/>', '<languageCode code="en-US" codeSystem="2.16.840.1.113883.6.121"/>'),
    ('<languageCode code="en-US"/>', ""),
    ('<name use="L"><given>Marta</given><given>Jo</given><family>Quill</family></name>', ""),
    ("<given>Marta</given><given>Jo</given>", ""),
    ("<family>Quill</family></name>", "</name>"),
    ("<given>Marta</given>", "<given/>"),
    ("<given>Jo</given>", '<given nullFlavor="UNK">Jo</given>'),
    ("<family>Quill</family></name>", '<family>Quill</family><suffix nullFlavor="XX"/></name>'),
    ("<family>Quill</family></name>", "<family>Quill</family><suffix/></name>"),
    ('administrativeGenderCode code="F"', 'administrativeGenderCode code="Female"'),
    (
        'administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"',
        'administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.2"',
    ),
    (
        'administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"',
        'administrativeGenderCode nullFlavor="NF"',
    ),
    ('<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>', ""),
    ('<birthTime value="19490630"/>', ""),
    ('raceCode code="2106-3"', 'raceCode code="2106-4"'),
    (
        'raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.238"',
        'raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.1"',
    ),
    ('ethnicGroupCode code="2186-5"', 'ethnicGroupCode code="2106-3"'),
    ('<languageCode code="en"/>', '<languageCode code="english"/>'),
    ('<telecom value="tel:+1(207)555-0101" use="HP"/>', ""),
    ("<city>Harbor</city><state>ME</state><postalCode>04999</postalCode>", "<city>Harbor</city>"),
    ('<id root="2.16.840.1.113883.19.5.99999.1" extension="CCD-1"/>', '<id root="not an id" extension="1"/>'),
    ('<time value="20260310093000-0500"/>', '<time value="202603"/>'),
    ("<birthTime", '<maritalStatusCode code="Married" codeSystem="2.16.840.1.113883.5.2"/><birthTime'),
    ("<birthTime", '<maritalStatusCode code="M" codeSystem="2.16.840.1.113883.5.1"/><birthTime'),
    (
        "<birthTime",
        '<religiousAffiliationCode code="1013" codeSystem="2.16.840.1.113883.1.11.19185"/><birthTime',
    ),
]
ENTRY = [
    ('<code code="48765-2"', '<code code="48765-9"'),
    ('<code code="10160-0"', '<code code="10160-1"'),
    ('<code code="11450-4"', '<code code="XYZ"'),
    ('<code code="30954-2" codeSystem="2.16.840.1.113883.6.1"', '<code code="30954-2" codeSystem="2.16.840.1.113883.6.96"'),
    ('<code code="8716-3"', '<code code="8716-4"'),
    ('<code code="29762-2"', '<code code="1"'),
    ("<title>Allergies</title>", ""),
    ('<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>', '<code code="CONCERN" codeSystem="2.16.840.1.113883.5.6"/>'),
    ('<value xsi:type="CD" code="416098002"', '<value xsi:type="CD" code="59621000"'),
    ('<value xsi:type="CD" code="24484000"', '<value xsi:type="CD" code="59621000"'),
    ('<code code="SEV"', '<code code="SEVERITY"'),
    ('<value xsi:type="CD" code="247472004" codeSystem="2.16.840.1.113883.6.96" displayName="Hives"/>', ""),
    ('code="7984" codeSystem="2.16.840.1.113883.6.88"', 'code="7984" codeSystem="2.16.840.1.113883.6.88x"'),
    ('<value xsi:type="CD" code="8517006"', '<value xsi:type="CD" code="8517007"'),
    ('<code code="72166-2"', '<code code="72166-9"'),
    ('<routeCode code="C38288" codeSystem="2.16.840.1.113883.3.26.1.1"', '<routeCode code="PO" codeSystem="2.16.840.1.113883.5.112"'),
    ('<code code="314076" codeSystem="2.16.840.1.113883.6.88"', '<code code="314076" codeSystem="2.16.840.1.113883.6.69"'),
    ('<code code="314076"', '<code code="31407A"'),
    ('<code code="46680005"', '<code code="46680006"'),
    ('<value xsi:type="PQ" value="142" unit="mm[Hg]"/>', '<value xsi:type="ST">142</value>'),
    ('unit="mm[Hg]"', 'unit="mm Hg"'),
    ('<value xsi:type="CD" code="59621000" codeSystem="2.16.840.1.113883.6.96" displayName="Essential hypertension">', '<value xsi:type="CE" code="59621000" codeSystem="2.16.840.1.113883.6.96" displayName="Essential hypertension">'),
    ('displayName="Essential hypertension">', 'displayName="Essential hypertension"><qualifier nullFlavor="ZZ"/>'),
    ('<value xsi:type="PQ" value="7.00"', '<value xsi:type="QUANTITY" value="7.00"'),
    ('<code code="4548-4"', '<code code="4548-5"'),
    # A code of the guide's, of another system than its own.
    ('<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/>', '<code code="CONC" codeSystem="2.16.840.1.113883.5.4"/>'),
    ('<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"', '<code code="34133-9" codeSystem="2.16.840.1.113883.6.96"'),
    ('<value xsi:type="CD" code="8517006" codeSystem="2.16.840.1.113883.6.96"', '<value xsi:type="CD" code="8517006" codeSystem="2.16.840.1.113883.6.9"'),
    ('<value xsi:type="CD" code="247472004" codeSystem="2.16.840.1.113883.6.96"', '<value xsi:type="CD" code="247472004" codeSystem="2.16.840.1.113883.6.103"'),
    # A code system that contradicts its own name, and a code that none of it looks like.
    ('<value xsi:type="CD" code="59621000" codeSystem="2.16.840.1.113883.6.96"', '<value xsi:type="CD" code="59621000" codeSystem="2.16.840.1.113883.6.103" codeSystemName="SNOMED CT"'),
    ('<value xsi:type="CD" code="59621000"', '<value xsi:type="CD" code="hypertension"'),
    ('<routeCode code="C38288"', '<routeCode code="38288"'),
    # What CDA's schema fixes.
    ('<value xsi:type="PQ" value="142"', '<value xsi:type="PQ" value="high"'),
    ('<doseQuantity value="', '<doseQuantity value="x'),
    ('<statusCode code="completed"/>', '<statusCode code="finished"/>'),
    ('<entryRelationship typeCode="SUBJ"', '<entryRelationship typeCode="SUBJECT"'),
    ("<observation ", '<observation negationInd="no" '),
    ('use="HP"', 'use="HOME"'),
]  # fmt: skip
NEW_ONLY = [
    ('<raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.238" displayName="White"/>', ""),
    ('raceCode code="2106-3"', 'raceCode code="1004-1"'),
    ('unit="mm[Hg]"', 'unit="mmHg"'),
    ('<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>', '<code code="OTHER" codeSystem="2.16.840.1.113883.5.4"/>'),
]  # fmt: skip


def test_a_document_that_keeps_the_guide_has_no_fault():
    assert told(CCD) == []
    assert told(old(CCD)) == []


@pytest.mark.parametrize(("before", "after"), HEADER + ENTRY + NEW_ONLY)
def test_what_breaks_r21_is_told(before, after):
    assert told(changed(before, after))


@pytest.mark.parametrize(("before", "after"), HEADER + ENTRY)
def test_what_breaks_r11_is_told(before, after):
    assert told(changed(before, after, old(CCD)))


@pytest.mark.parametrize("template", ["6.1", "1.1", "5.1", "3.1", "17", "4.1"])
def test_a_section_that_its_kind_of_document_requires_is_missed(template):
    assert any("requires a section" in reason for reason in told(without(CCD, section_of(template))))


@pytest.mark.parametrize("template", ["6.1", "1.1", "5.1", "3.1"])
def test_r11_requires_its_sections_too(template):
    assert any("requires a section" in reason for reason in told(without(old(CCD), section_of(template))))


@pytest.mark.parametrize("template", ["6.1", "1.1", "5.1", "3.1", "4.1"])
def test_a_section_that_requires_entries_and_has_none_is_told(template):
    assert any("requires an entry" in reason for reason in told(emptied(template, CCD)))
    assert any("requires an entry" in reason for reason in told(emptied(template, old(CCD))))


def test_a_section_without_information_needs_no_entry():
    nothing = emptied("6.1", CCD)
    first = nothing.index('<templateId root="2.16.840.1.113883.10.20.22.2.6.1"/>')
    start = nothing.rindex("<section>", 0, first)
    assert told(nothing[:start] + '<section nullFlavor="NI">' + nothing[start + 9 :]) == []


@pytest.mark.parametrize(
    "root", ["22.2.6.1", "22.2.1.1", "22.2.5.1", "22.4.7", "22.4.4", "22.4.23", "22.1.1", "22.1.2"]
)
def test_a_template_that_is_misnamed_is_missed(root):
    full = f'root="2.16.840.1.113883.10.20.{root}"'
    assert told(CCD.replace(full, 'root="2.16.840.1.113883.10.20.22.9.99"'))
    assert told(old(CCD).replace(full, 'root="2.16.840.1.113883.10.20.22.9.99"'))


@pytest.mark.parametrize(
    "element", ["statusCode", "effectiveTime", "id", "code", "value", "entryRelationship"]
)
def test_what_a_concern_or_its_observation_lacks_is_told(element):
    at = CCD.index('root="2.16.840.1.113883.10.20.22.4.4"')
    inside = CCD[at:]
    cut = re.sub(rf"<{element}\b[^>]*?(?:/>|>.*?</{element}>)", "", inside, count=1, flags=re.DOTALL)
    if element == "entryRelationship":
        cut = inside
        broken = CCD.replace('<entryRelationship typeCode="SUBJ">', '<entryRelationship typeCode="COMP">')
        assert told(broken)
        return
    assert told(CCD[:at] + cut)


def test_a_fault_keeps_nothing_from_being_read_and_is_of_its_own_class():
    found = reading(changed('<code code="11450-4"', '<code code="11450-9"'))
    assert {one.error for one in found.rejected} == {"ConformanceFault"}
    assert [one.kind for one in found.entries] == [one.kind for one in reading(CCD).entries]


def test_one_rule_that_is_broken_often_is_told_once_with_its_first_place():
    (only,) = faults(
        opened(
            CCD.replace(
                '<statusCode code="completed"/>', '<statusCode code="completed" displayName="x"/>'
            ).encode()
        ).root
    )
    assert "statusCode is a code string" in only.reason
    assert re.search(r"and at \d+ more places", only.reason)
    assert only.where.startswith("/ClinicalDocument/")


def test_a_fault_quotes_nothing_of_the_document():
    for before, after in HEADER + ENTRY:
        for one in faults(opened(changed(before, after).encode()).root):
            assert not any(secret in one.reason + one.where for secret in NEVER_IN_ERRORS)


def test_an_edition_that_nobody_knows_is_held_to_its_shape_alone():
    newer = re.sub(r'extension="20\d\d-\d\d-\d\d"', 'extension="2031-01-01"', CCD)
    assert told(newer) == []
    assert told(without(newer, r'<statusCode code="active"/>(?=\s*<effectiveTime><low value="20190301")'))


def test_every_line_of_the_table_is_a_rule():
    assert len(required()) > 150
    with pytest.raises(ValueError, match="nonsense!"):
        rule.read("code nonsense!")


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("4548-4", True), ("4548-5", False), ("LA6576-8", True), ("4548", False), ("x-1", False)],
)
def test_a_loinc_code_has_its_check_digit(code, is_one):
    assert vocabulary.is_loinc(code) is is_one


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("59621000", True), ("59621001", False), ("29308", False), ("428041000124106", True), ("abc", False)],
)
def test_a_snomed_code_has_its_check_digit(code, is_one):
    assert vocabulary.is_snomed(code) is is_one


@pytest.mark.parametrize(
    ("unit", "is_one"),
    [
        ("mm[Hg]", True),
        ("mg/dL", True),
        ("10*3/uL", True),
        ("mmHg", False),
        ("mg per dL", False),
        ("mm[Hg", False),
    ],
)
def test_a_unit_looks_like_ucum(unit, is_one):
    assert vocabulary.is_unit(unit) is is_one


@pytest.mark.parametrize(
    ("system", "named", "fits"),
    [
        ("2.16.840.1.113883.6.96", "SNOMED-CT", True),
        ("2.16.840.1.113883.6.96", "Snomed CT", True),
        ("2.16.840.1.113883.6.96", "LOINC", False),
        ("2.16.840.1.113883.6.12", "CPT-4", True),
        ("1.22.333.4", "CPT", False),
        ("1.22.333.4", "Our own list", True),
        ("1.22.333.4", "", True),
    ],
)
def test_a_code_system_may_not_be_called_by_the_name_of_another(system, named, fits):
    assert vocabulary.is_named(system, named) is fits


def test_a_section_without_any_template_id_is_told():
    bare = without(CCD, r'<templateId root="2.16.840.1.113883.10.20.22.2.17"[^>]*/>')
    assert "a section of C-CDA has no templateId" in told(bare)


@pytest.mark.parametrize(
    ("system", "code", "is_one"),
    [
        ("2.16.840.1.113883.6.259", "1160-1", True),
        ("2.16.840.1.113883.6.259", "1160-2", False),
        ("2.16.840.1.113883.6.101", "207QA0505X", True),
        ("2.16.840.1.113883.6.101", "0000000000", False),
        ("2.16.840.1.113883.6.12", "99213", True),
        ("2.16.840.1.113883.6.12", "9921", False),
        ("2.16.840.1.113883.6.90", "E11.22", True),
        ("2.16.840.1.113883.6.90", "250.00", False),
        ("1.2.3.4", "anything", True),
    ],
)
def test_a_code_looks_like_those_of_its_system(system, code, is_one):
    assert vocabulary.can_have(system, code) is is_one


def test_a_time_that_nobody_reads_is_told_too():
    found = reading(changed("<custodian>", '<authenticator><time value="today"/></authenticator><custodian>'))
    assert any("a time that HL7 does not allow" in one.reason for one in found.rejected)


def test_a_time_that_the_reader_tells_is_told_once():
    found = reading(
        changed('<effectiveTime value="20260310093000-0500"/>', '<effectiveTime value="yesterday"/>')
    )
    assert [
        one.reason for one in found.rejected if "time" in one.reason and one.where.endswith("/@value")
    ] == ["is not a time that HL7 allows (YYYYMMDDHHMMSS)"]
    assert not any("a time that HL7 does not allow" in one.reason for one in found.rejected)
