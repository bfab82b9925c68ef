"""A site loads its own releases: names, ingredients and value sets come from them; a broken file changes nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloom.care.entry import ICD10, LOINC, NDC, RXNORM, SNOMED, Code
from careloom.errors import InputError
from careloom.knowledge import load
from careloom.knowledge.releases import compile_release, in_force
from careloom.knowledge.releases.cvx import CVX
from careloom.knowledge.releases.ordered import is_older
from careloom.knowledge.terms import Terms
from careloom.record.named import named
from tests.connect.tabled import FILE, PERSON, read

DAY = date(2026, 11, 28)


def conso(rxcui: str, kind: str, name: str, source: str = "RXNORM") -> str:
    return f"{rxcui}|ENG||||||1|||||{kind}|{rxcui}|{name}||N||".replace(
        "|||||" + kind, f"||||{source}|{kind}"
    )


def rel(second: str, named: str, first: str) -> str:
    return f"{first}||CUI|RO|{second}||CUI|{named}|1||RXNORM|RXNORM||||4096|"


def sat(rxcui: str, ndc: str) -> str:
    return f"{rxcui}|||1|AUI|{rxcui}|||NDC|RXNORM|{ndc}|N|4096|"


# Ibuprofen 200 MG Oral Tablet, a brand of it, and a combination with an ingredient of ours.
CONSO = [
    conso("5640", "IN", "ibuprofen"),
    conso("9001", "SCDC", "ibuprofen 200 MG"),
    conso("310965", "SCD", "ibuprofen 200 MG Oral Tablet"),
    conso("9002", "SBD", "ibuprofen 200 MG Oral Tablet [Harbor]"),
    conso("9003", "SCD", "a name of another source", source="OTHER"),
]
REL = [rel("310965", "consists_of", "9001"), rel("9001", "has_ingredient", "5640"), rel("9002", "tradename_of", "310965"),
       rel("5640", "ingredient_of", "9001")]  # fmt: skip
SAT = [sat("310965", "00093104801"), sat("9002", "60505-2601-1"), sat("9002", "0093104802")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "knowledge"


@pytest.fixture
def write(tmp_path: Path):
    def put(name: str, *lines: str) -> Path:
        file = tmp_path / name
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return file

    return put


def terms(folder: Path) -> Terms:
    return load(None, folder).terms


@pytest.fixture
def rxnorm(write, folder):
    files = [write("RXNCONSO.RRF", *CONSO), write("RXNREL.RRF", *REL), write("RXNSAT.RRF", *SAT)]
    return compile_release(files, folder, loaded=DAY, version="2026-11")


def test_an_ndc_leads_through_the_product_to_its_ingredient(rxnorm, folder):
    known = terms(folder)
    assert known.rxcui_of("0093-1048-01") == "310965"
    assert known.ingredients(NDC, "60505-2601-01") == (Code(RXNORM, "5640", "ibuprofen"),)
    assert known.display(NDC, "00093104801") == "ibuprofen 200 MG Oral Tablet"
    assert known.rxcui_of("0093104802") is None


def test_a_drug_without_words_is_known_by_its_ndc(rxnorm, folder):
    assert [drug.name for drug in load(None, folder).drugs.find("", [Code(NDC, "0093-1048-01")])] == [
        "ibuprofen"
    ]
    assert load().drugs.find("", [Code(NDC, "0093-1048-01")]) == ()


def test_a_bare_code_gets_its_name_and_a_sources_words_stay(rxnorm, folder):
    fill = '[[entry]]\nkind = "MedicationDispense"\ncodes = [{ system = "ndc", code = "NDC", display = "Drug" }]\n'
    header = "MRN,Last Name,First Name,DOB,Sex,NDC,Drug"
    person = "Q-778,Quill,Marta,06/30/1949,F,0093-1048-01,"
    (reading,) = read(header, person, person + "Brufen", text=FILE + PERSON + fill)
    assert [entry.name for entry in named(reading.entries, terms(folder))] == [
        "ibuprofen 200 MG Oral Tablet",
        "Brufen",
    ]


def test_what_is_in_force_says_version_licence_and_day(rxnorm, folder):
    (release,), problems = in_force(folder)
    assert (release.name, release.version, release.loaded, problems) == (
        "rxnorm",
        "2026-11",
        "2026-11-28",
        (),
    )
    assert "UMLS" in release.licence
    assert release.counts == {"code": 4, "ingredient": 1, "towards": 3, "ndc": 2}


def test_the_version_of_knowledge_tells_the_releases(rxnorm, folder):
    assert load(None, folder).version != load().version


@pytest.mark.parametrize(
    ("name", "lines", "where"),
    [
        ("RXNSAT.RRF", [*SAT[:2], SAT[2][:20]], "RXNSAT.RRF line 3"),
        ("RXNREL.RRF", [REL[0], "hello"], "RXNREL.RRF line 2"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_the_old_release_stays(
    rxnorm, write, folder, name, lines, where
):
    with pytest.raises(InputError) as told:
        compile_release(
            [write("RXNCONSO.RRF", *CONSO), write(name, *lines)], folder, loaded=DAY, version="2026-12"
        )
    assert told.value.where == where
    assert in_force(folder)[0] == (rxnorm,)
    assert sorted(file.name for file in folder.iterdir()) == sorted(["loaded.json", rxnorm.file])


def test_a_new_release_takes_the_place_of_the_old_one(rxnorm, write, folder):
    compile_release([write("RXNCONSO.RRF", *CONSO[:1])], folder, loaded=DAY, version="2026-12")
    assert [one.version for one in in_force(folder)[0]] == ["2026-12"]


def test_an_older_release_is_refused_with_both_named_unless_it_is_meant(rxnorm, write, folder):
    files = [write("RXNCONSO.RRF", *CONSO[:1])]
    for version in ("2026-10", "10052026", "2025", ""):
        with pytest.raises(InputError, match=r"rxnorm 2026-11.*--older") as told:
            compile_release(files, folder, loaded=DAY, version=version)
        assert version in str(told.value)
        assert in_force(folder)[0] == (rxnorm,)
    compile_release(files, folder, loaded=DAY, version="2026-10", older=True)
    assert [one.version for one in in_force(folder)[0]] == ["2026-10"]
    compile_release(files, folder, loaded=DAY, version="2026-10")


@pytest.mark.parametrize(
    ("new", "standing", "older"),
    [
        ("2.77", "2.78", True),
        ("2.9", "2.78", True),
        ("2.80", "2.78", False),
        ("2026AA", "2026AB", True),
        ("2027AA", "2026AB", False),
        ("20260901", "20260301", False),
        ("FY2025", "FY2026", True),
        ("2026", "2026-04-01", False),
        ("11022026", "2026-11-03", True),
        ("spring", "2026", None),
        ("spring", "autumn", False),
        ("2026", "sha256 20260101", False),
    ],
)
def test_versions_are_told_apart_as_their_publishers_count_them(new, standing, older):
    assert is_older(new, standing) is older


def test_relations_without_names_are_refused(write, folder):
    with pytest.raises(InputError, match="nothing without RXNCONSO"):
        compile_release([write("RXNREL.RRF", *REL)], folder, loaded=DAY)


def test_a_release_whose_file_was_damaged_is_told_and_not_used(rxnorm, folder):
    (folder / rxnorm.file).write_bytes(b"")
    known = load(None, folder)
    assert known.terms.releases == ()
    assert "damaged" in known.problems[-1]


def test_loinc_snomed_icd_and_cvx_name_their_codes(write, folder):
    releases = [
        [
            write(
                "Loinc_2.78.csv",
                '"LOINC_NUM","COMPONENT","LONG_COMMON_NAME"',
                '"4548-4","A1c","Hemoglobin A1c, ""NGSP"""',
            )
        ],
        [
            write(
                "sct2_Description_Snapshot-en_20240901.txt",
                "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId",
                "1\t2002\t1\t9\t73211009\ten\t900000000000003001\tDiabetes mellitus (disorder)\t9",
                "2\t2002\t1\t9\t1009\ten\t900000000000003001\tOld thing (finding)\t9",
            ),
            write(
                "sct2_Concept_Snapshot_20240901.txt",
                "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId",
                "73211009\t2002\t1\t9\t9",
                "1009\t2002\t0\t9\t9",
            ),
        ],
        [
            write(
                "icd10cm_order_2026.txt",
                f"00001 E11     0 {'Type 2 diabetes mellitus':60} Type 2 diabetes mellitus",
                f"00002 E1122   1 {'Type 2 diabetes w diabetic CKD':60} Type 2 diabetes with diabetic chronic kidney disease",
            )
        ],
        [
            write(
                "cvx.txt",
                "141|Influenza, split|Influenza, seasonal, injectable|note|Active|1|False|2025/01/01",
            )
        ],
    ]
    for files in releases:
        compile_release(files, folder, loaded=DAY)
    known = terms(folder)
    assert known.display(LOINC, "4548-4") == 'Hemoglobin A1c, "NGSP"'
    assert known.display(SNOMED, "73211009") == "Diabetes mellitus"
    assert known.display(SNOMED, "1009") == ""
    assert known.display(ICD10, "E11.22") == "Type 2 diabetes with diabetic chronic kidney disease"
    assert known.display(CVX, "141") == "Influenza, split"
    versions = {one.name: one.version for one in in_force(folder)[0]}
    assert versions["loinc"] == "2.78"
    assert (versions["snomed"], versions["icd10cm"]) == ("20240901", "2026")


VALUE_SET = {
    "resourceType": "ValueSet",
    "url": "http://example.org/vs/diabetes",
    "expansion": {"contains": [{"system": ICD10, "code": "E11.9", "display": "Type 2 diabetes"}]},
}


def test_a_value_set_says_what_it_holds_and_an_unknown_one_says_nothing(write, folder):
    compile_release([write("diabetes.json", json.dumps(VALUE_SET))], folder, loaded=DAY)
    known = terms(folder)
    assert known.holds(VALUE_SET["url"], ICD10, "E11.9") is True
    assert known.holds(VALUE_SET["url"], ICD10, "I10") is False
    assert known.holds("http://example.org/vs/other", ICD10, "E11.9") is None


def test_a_concept_map_and_a_code_system_in_a_bundle(write, folder):
    code_system = {"resourceType": "CodeSystem", "url": "urn:local", "concept": [{"code": "a", "concept": [{"code": "a1", "display": "Sugar"}]}]}  # fmt: skip
    concept_map = {"resourceType": "ConceptMap", "url": "urn:map", "group": [{"source": "urn:local", "target": LOINC, "element": [{"code": "a1", "target": [{"code": "2345-7", "equivalence": "equivalent"}]}]}]}  # fmt: skip
    bundle = {"resourceType": "Bundle", "entry": [{"resource": code_system}, {"resource": concept_map}]}
    compile_release([write("local.json", json.dumps(bundle))], folder, loaded=DAY)
    known = terms(folder)
    assert known.display("urn:local", "a1") == "Sugar"
    assert known.mapped("urn:local", "a1", LOINC) == (("2345-7", "equivalent"),)


@pytest.mark.parametrize(
    ("equivalence", "targets", "added"),
    [
        ("equivalent", ["2345-7"], ["2345-7"]),
        ("wider", ["2345-7"], []),
        ("relatedto", ["2345-7"], []),
        ("equal", ["2345-7", "2339-0"], []),
    ],
)
def test_a_local_code_gets_the_one_standard_code_that_the_sites_map_says_it_means(
    write, folder, equivalence, targets, added
):
    listed = [{"code": one, "equivalence": equivalence} for one in targets]
    group = {"source": "urn:lab", "target": LOINC, "element": [{"code": "GLU", "target": listed}]}
    concept_map = {"resourceType": "ConceptMap", "url": "urn:map", "group": [group]}
    compile_release([write("lab.json", json.dumps(concept_map))], folder, loaded=DAY)
    (reading,) = read(
        "MRN,Last Name,First Name,DOB,Sex,Problem,ICD10,Status,Onset",
        "Q-778,Quill,Marta,06/30/1949,F,Gout,,Active,",
    )
    local = Code("urn:lab", "GLU", "Glucose")
    (entry,) = named([replace(reading.entries[0], codes=(local,))], terms(folder))
    assert entry.codes[0] == local
    assert [code.code for code in entry.codes[1:]] == added
    coded = [replace(reading.entries[0], codes=(local, Code(LOINC, "2339-0")))]
    assert named(coded, terms(folder)) == coded


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("x.json", json.dumps(VALUE_SET)[:-9], "is not JSON, or cut off"),
        ("x.json", '{"resourceType": "Patient"}', "has no ValueSet"),
        ("x.json", json.dumps({"resourceType": "ValueSet", "url": "urn:x", "compose": {"include": [{"system": LOINC}]}}), "load its expansion"),
        ("x.csv", "LOINC_NUM,NAME\n1-8,A", "has no column LONG_COMMON_NAME"),
        ("x.csv", 'LOINC_NUM,LONG_COMMON_NAME\n1-8,"A', "cut off"),
        ("x.txt", "hello", "is none of"),
        ("x.txt", "", "is empty"),
        ("x.zip", "PK\x03\x04", "unpack it"),
        ("x.xml", "<ValueSet/>", "is XML"),
        ("x.json", '{"a":' + "[" * 9_000 + "]" * 9_000 + "}", "nested too deeply"),
        ("sct2_Description_Full-en_INT_20260101.txt", "id\teffectiveTime\tactive\tconceptId\tlanguageCode\ttypeId\tterm", "Full release"),
        ("x.txt", "00001 E11     0 Type 2", "is none of"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_release_is_told(write, folder, name, text, why):
    with pytest.raises(InputError, match=why):
        compile_release([write(name, text)], folder, loaded=DAY)
    assert in_force(folder) == ((), ())


def test_without_releases_nothing_is_known_and_nothing_changes():
    (reading,) = read(
        "MRN,Last Name,First Name,DOB,Sex,Problem,ICD10,Status,Onset",
        "Q-778,Quill,Marta,06/30/1949,F,Gout,,Active,",
    )
    bare = [replace(reading.entries[0], text="", codes=(Code(ICD10, "M10.9"),))]
    assert named(bare, Terms()) is bare
    assert Terms().holds("urn:x", ICD10, "M10.9") is None
