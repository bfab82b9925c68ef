"""C-CDA that nobody here wrote: nothing crashes, every entry is counted, valid samples have no fault, and it means what FHIR means."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from careloom.care.detail import DETAIL
from careloom.care.entry import Entry, Person, Reading
from careloom.connect import ccda, detect, fhir
from careloom.connect.ccda.element import V3
from careloom.errors import InputError
from tests.connect.made import message

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "ccda"
CERTIFIED = SHARED / "onc-cures-2015"
VENDORS = SHARED / "ccda-on-fhir" / "mappings" / "examples" / "CDAtoFHIRExamples"
GUIDE = SHARED / "ccda-on-fhir" / "input" / "resources"
pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent"),
]


def files() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(SHARED.rglob("*.xml")):
        yield path, path.read_bytes()


def documents() -> Iterator[tuple[Path, Reading]]:
    """Every file that is a document about somebody, read."""
    for path, data in files():
        try:
            yield path, read(data)
        except InputError:
            continue


def read(data: bytes) -> Reading:
    (found,) = ccda.read(message(data, "ccda"), io.BytesIO(data), max_mb=64)
    return found


def of_fhir(data: bytes) -> tuple[list[Entry], list[Person]]:
    found = list(fhir.read(message(data), io.BytesIO(data), max_json_mb=64))
    return [entry for one in found for entry in one.entries], [one.person for one in found]


def facts(entries: list[Entry], people: list[Person]) -> set[tuple[object, ...]]:
    """What is said, without ids and places: who it is, codes, values with units, times, statuses, flags."""
    said: set[tuple[object, ...]] = set()
    for person in people:
        said |= {("name", name.family.lower(), *name.given[:1]) for name in person.names}
        said |= {("birth", person.birth_date), ("sex", person.sex)} if person.birth_date else set()
        said |= {("id", one.system, one.value) for one in person.identifiers if "careloom" not in one.system}
    for entry in entries:
        about = entry.codes[0].code if entry.codes else entry.text
        said |= {("code", code.system, code.code) for code in entry.codes}
        said |= {("value code", about, code.code) for code in entry.value_codes}
        if entry.value and entry.kind == "Observation":
            said.add(("value", about, entry.value, entry.unit))
        if entry.effective.start and about:
            said.add(("day", about, entry.effective.start.text[:10]))
        if entry.interpretation:
            said.add(("flag", about, entry.interpretation))
        if entry.status:
            said.add(("status", entry.kind, about, entry.status))
    return said


def test_every_file_is_told_and_read_or_refused_with_a_reason_and_a_place():
    outcomes: Counter[str] = Counter()
    for path, data in files():
        try:
            assert detect(path.name, data[: 1 << 16]) == "ccda"
            read(data)
            outcomes["read"] += 1
        except InputError as refused:
            assert refused.reason
            outcomes[re.sub(r"\(.*?\)|\d+", "…", refused.reason)[:60]] += 1
    print(dict(outcomes))
    assert outcomes["read"] >= 39
    assert sum(outcomes.values()) > 400


def test_every_entry_of_every_document_is_counted():
    total: Counter[str] = Counter()
    for path, found in documents():
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, recover=True))
        held = sum(1 for _ in root.iter(V3 + "entry"))
        counted = sum(one.entries for one in found.sections.values())
        assert counted == held or not held, path.name
        for one in found.sections.values():
            assert one.entries == one.read + one.unknown + one.rejected + one.pointers, path.name
            total.update(
                entries=one.entries,
                read=one.read,
                unknown=one.unknown,
                rejected=one.rejected,
                pointers=one.pointers,
            )
    print(dict(total))
    assert total["entries"] >= 637
    assert total["read"] >= 0.99 * total["entries"]


def test_entries_are_well_formed():
    for path, found in documents():
        assert len({one.id for one in found.entries}) == len(found.entries), path.name
        for entry in found.entries:
            assert entry.detail.keys() <= DETAIL.keys()
            assert entry.source.where.startswith("/ClinicalDocument")
            assert all(one in {other.id for other in found.entries} for one in entry.references)


def test_a_section_with_text_and_no_entries_is_a_note():
    for path, found in documents():
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, recover=True))
        texts = [
            section
            for section in root.iter(V3 + "section")
            if section.find(V3 + "entry") is None
            and section.find(V3 + "text") is not None
            and "".join(section.find(V3 + "text").itertext()).strip()
        ]
        noted = sum(1 for one in found.entries if one.source.where.endswith(("/section/text", "]/text")))
        assert noted >= len(texts), path.name


def test_certified_samples_have_no_fault():
    """The valid ones of a certification: each fault that is told of them would be a false alarm."""
    alarms = {}
    for path in sorted(CERTIFIED.rglob("*.xml")):
        found = [one.reason for one in read(path.read_bytes()).rejected if one.error == "ConformanceFault"]
        if found:
            alarms[path.name] = found
    others = Counter(
        one.reason
        for path, found in documents()
        if CERTIFIED not in path.parents
        for one in found.rejected
        if one.error == "ConformanceFault"
    )
    print("false alarms on certified samples:", alarms, "; faults of the other samples:", dict(others))
    assert alarms == {}


@pytest.mark.parametrize("vendor", ["Redox", "Cerner", "MDIX", "Diameter Health"])
def test_it_means_what_a_vendor_made_of_it_as_fhir(vendor):
    """The vendors differ from each other in times of day and addresses of code systems: what two of three share is ours."""
    ours = read((VENDORS / "Input" / "Myra Jones v2.xml").read_bytes())
    mine = facts(list(ours.entries), [ours.person])
    (path,) = sorted((VENDORS / "Raw_Output" / "Bundle-Complete" / vendor).glob("*.json"))
    theirs = facts(*of_fhir(path.read_bytes()))
    print(
        vendor, f"{len(theirs & mine)} of {len(theirs)} are ours; missing:", sorted(map(str, theirs - mine))
    )
    assert {one for one in theirs if one[0] in ("name", "birth", "sex", "value code")} <= mine | {
        ("value code", "289169006", "289169006")  # one vendor alone gives the goal's own code as its value
    }


@pytest.mark.parametrize("kind", ["allergy", "problem", "immunization", "procedure", "medication"])
def test_the_guides_own_pairs_are_kept(kind):
    """The consensus examples of C-CDA on FHIR: of the fragment, put into a document, codes, days and statuses are the resource's."""
    fragment = (GUIDE / "binary" / f"CF-{kind}.xml").read_text("utf-8")
    body = re.sub(r"<\?xml[^>]*\?>|<!--.*?-->", "", fragment, flags=re.DOTALL)
    if "<entry" not in body:
        body = f"<entry>{body}</entry>"
    whole = (VENDORS / "Input" / "Myra Jones v2.xml").read_text("utf-8")
    code = {
        "allergy": "48765-2",
        "problem": "11450-4",
        "immunization": "11369-6",
        "procedure": "47519-4",
    }.get(kind, "10160-0")
    head = whole[: whole.index("<structuredBody")]
    document = f'{head}<structuredBody><component><section><code code="{code}"/><text/>{body}</section></component></structuredBody></component></ClinicalDocument>'
    ours = facts([one for one in read(document.encode()).entries if "structuredBody" in one.source.where], [])
    name = {"allergy": "allergyintolerance", "problem": "condition", "medication": "medicationrequest"}.get(
        kind, kind
    )
    resource = json.loads((GUIDE / name / f"CF-{kind}.json").read_text("utf-8"))
    theirs = facts(of_fhir(json.dumps(resource).encode())[0], [])
    print(kind, f"{len(theirs & ours)} of {len(theirs)} are ours; missing:", sorted(map(str, theirs - ours)))
    # The example's own slip: its C-CDA says ICD-10-CM where its FHIR says ICD-10-PCS.
    assert {one for one in theirs if "0DBJ4ZZ" not in one} <= ours
