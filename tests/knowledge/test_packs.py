"""A site's own table of interactions stands beside ours: read by its headings, faults named by line, disagreement said."""

import pytest

from careloom.knowledge import load
from careloom.knowledge.conditions import load_conditions
from careloom.knowledge.drugs import load_drugs
from careloom.knowledge.interactions import FILE, Known, disagreement, load_interactions
from careloom.knowledge.packs import MOST_FAULTS, read_pack

OURS = load_interactions()
DRUGS = load_drugs()
CONCEPTS = frozenset(one.concept for one in load_conditions().all)
TABLE = """Drug A,Drug B,Severity,Description
warfarin,ibuprofen,Contraindicated,more bleeding
Lipitor,clarithromycin,Minor,little is known
metformin,acetaminophen,Major,a pair that only the pack has
"""


def pack(folder, text, sheet="", name="interactions-acme.csv"):
    (folder / name).write_text(text, "utf-8")
    if sheet:
        (folder / name).with_suffix(".toml").write_text(sheet, "utf-8")
    return load(folder)


def between(knowledge, a, b):
    (one,), (other,) = knowledge.drugs.find(a), knowledge.drugs.find(b)
    return knowledge.interactions.every_between(one, other)


def test_a_table_with_headings_of_its_own_is_read_beside_ours_and_ours_is_whole(tmp_path):
    known = pack(tmp_path, TABLE)
    assert known.problems == ()
    (alone,) = between(known, "metformin", "acetaminophen")
    assert (alone.severity, alone.interrupts, alone.pack) == ("high", False, "acme")
    assert between(known, "acetaminophen", "metformin") == (alone,)
    assert set(OURS.all) <= set(known.interactions.all)
    assert [one.rows for one in known.interactions.lists] == [len(OURS.all), 3]


def test_where_two_lists_disagree_both_are_named_and_the_more_severe_counts(tmp_path):
    known = pack(tmp_path, TABLE)
    every = between(known, "warfarin", "ibuprofen")
    assert (every[0].pack, every[0].interrupts) == ("acme", True)
    lower = between(known, "atorvastatin", "clarithromycin")
    assert lower[0].pack == "" and lower[-1].pack == "acme"
    said = disagreement(lower)
    assert "acme says Minor" in said and f"Careloom's list says {lower[0].severity}" in said
    assert disagreement(between(known, "metformin", "acetaminophen")) == ""


def test_two_packs_that_disagree_are_both_named(tmp_path):
    pack(tmp_path, TABLE)
    known = pack(tmp_path, "drug1;drug2;level\nacetaminophen;metformin;none\n", name="interactions-bell.csv")
    said = disagreement(between(known, "metformin", "acetaminophen"))
    assert said == "The lists disagree: acme says Major, bell says none; the most severe counts."


def test_a_file_beside_the_table_says_what_its_columns_and_words_mean_and_whose_it_is(tmp_path):
    sheet = """
name = "Acme Interactions"
dated = "2026-10"
licence = "Acme, site licence"
interrupts = ["X"]

[columns]
drugs = "Präparat"
with = "Partner"
severity = "Stufe"

[severity]
X = "high"
D = "moderate"
"""
    text = "Präparat\tPartner\tStufe\nmetformin\tacetaminophen\tX\nmetformin\tcetirizine\tD\n"
    known = pack(tmp_path, text, sheet)
    assert known.problems == ()
    (stop,), (ask,) = (between(known, "metformin", one) for one in ("acetaminophen", "cetirizine"))
    assert (stop.severity, stop.interrupts) == ("high", True)
    assert (ask.severity, ask.interrupts) == ("moderate", False)
    assert known.interactions.lists[1].words == "Acme Interactions dated 2026-10"
    assert ask.source == "Acme Interactions 2026-10"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("warfarin,ibuprofen", "line 3: 2 cells under 3 names"),
        ("warfarin,ibuprofen,grave", "line 3: severity 'grave' isn't known"),
        ("warfarin,ibuprofen,", "line 3: severity is empty"),
        ("warfarine,ibuprofen,major", "line 3: there is no drug 'warfarine'; is warfarin meant?"),
        ("asprin,clopidogrel,major", "line 3: there is no drug 'asprin'; is aspirin meant?"),
        ("warfarin,oral contraceptives,major", "line 3: 'oral contraceptives' is no class of ours"),
        ("warfarin,,major", "line 3: it names no two drugs"),
        ("warfarin,???,major", "line 3: '???' is no name of a drug"),
        ('warfarin,"ibuprofen,major', "line 3"),
    ],
)
def test_a_row_with_a_fault_is_named_with_file_and_line_and_the_others_count(tmp_path, row, fault):
    known = pack(tmp_path, f"drug a,drug b,severity\nmetformin,acetaminophen,major\n{row}\n")
    (problem,) = known.problems
    assert problem.startswith("interactions-acme.csv, ") and fault in problem
    assert known.interactions.problems == (problem,)
    assert between(known, "metformin", "acetaminophen")
    assert set(OURS.all) <= set(known.interactions.all)


@pytest.mark.parametrize(
    ("text", "sheet", "fault"),
    [
        ("a,b,c\n1,2,3\n", "", "line 2: no column is known as drugs"),
        ("", "", "line 1: it has no line of column names"),
        ("drug a,drug b,severity\n", "name = 3\n", "interactions-acme.toml: name is a text"),
        ("drug a,drug b,severity\n", "name = \n", "interactions-acme.toml: Invalid value (at line 1"),
        ("drug a,drug b,severity\n", "nmae = 'x'\n", "there is no key 'nmae'"),
        ("drug a,drug b,severity\n", "[severity]\nX = 'grave'\n", "'X' means high, moderate or low"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_and_ours_works(tmp_path, text, sheet, fault):
    known = pack(tmp_path, text, sheet)
    assert fault in known.problems[0]
    assert set(known.interactions.all) == set(OURS.all)


def test_a_table_that_is_no_text_is_named_and_ours_works(tmp_path):
    (tmp_path / "interactions-acme.csv").write_bytes(b"drug a,drug b,severity\nmetformin,\xff\xfe,major\n")
    known = load(tmp_path)
    assert known.problems == ("interactions-acme.csv, line 1: it is not UTF-8 text",)
    assert set(known.interactions.all) == set(OURS.all)


def test_of_a_thousand_wrong_rows_the_first_are_named_and_the_rest_counted(tmp_path):
    known = pack(tmp_path, "drug a,drug b,severity\n" + "warfarin,ibuprofen,grave\n" * 1000)
    assert len(known.problems) == MOST_FAULTS + 1
    assert known.problems[-1] == f"interactions-acme.csv: {1000 - MOST_FAULTS} more rows could not be used"


def test_a_drug_that_only_a_pack_knows_is_known_in_a_drugs_text_and_never_in_prose(tmp_path):
    known = pack(tmp_path, "drug a,drug b,severity\nzorvexalin,warfarin,major\n")
    (one,) = known.drugs.find("zorvexalin 20 MG Oral Tablet")
    assert [found.severity for found in between(known, "zorvexalin", "warfarin")] == ["high"]
    assert known.drugs.mentions("She reads Zorvexalin every evening.") == []
    assert not DRUGS.find(one.name)


def test_brands_combinations_classes_and_codes_in_a_pack_are_understood(tmp_path):
    coded = next(drug for drug in DRUGS.all() if drug.name == "metformin").rxcui
    text = (
        "drug a,drug b,severity\n"
        f"{coded},Tylenol,major\n"
        "NSAIDs,cetirizine,moderate\n"
        "sacubitril / valsartan,cetirizine,moderate\n"
    )
    known = pack(tmp_path, text)
    assert known.problems == ()
    assert between(known, "metformin", "acetaminophen")[0].severity == "high"
    for name in ("naproxen", "sacubitril", "valsartan"):
        assert [one.pack for one in between(known, name, "cetirizine") if one.pack] == ["acme"], name


def test_a_pack_of_a_hundred_thousand_pairs_is_looked_up_as_fast_as_none(tmp_path):
    names = [drug.name for drug in DRUGS.all()]
    rows = [f"{a},{b},minor" for place, a in enumerate(names) for b in names[:place]][:100_000]
    (tmp_path / "interactions-big.csv").write_text("drug a,drug b,severity\n" + "\n".join(rows), "utf-8")
    big = read_pack(tmp_path / "interactions-big.csv", DRUGS)
    table = load_interactions(packs=(big,), known=Known(frozenset(names), DRUGS.classes(), CONCEPTS))
    assert len(table.all) > 90_000
    # A mask as long as the pack would make every comparison of two drugs longer.
    assert max(mask.bit_length() for mask in table._left.values()) < 1_000


def test_a_fault_in_our_own_list_costs_that_row_alone(tmp_path):
    lines = FILE.read_text("utf-8").splitlines()
    lines[4] = lines[4].replace(",", ";", 1)
    broken = tmp_path / "interactions.csv"
    broken.write_text("\n".join(lines), "utf-8")
    table = load_interactions(broken)
    assert len(table.all) == len(OURS.all) - 1
    assert table.problems[0].startswith("interactions.csv, line 5: ")


def test_a_site_switches_a_row_of_a_table_off_and_what_is_checked_says_so(tmp_path):
    ours = load()
    row, other = ours.interactions.all[0].id, ours.circumstances.all[0].id
    (tmp_path / "off.toml").write_text(f'off = ["{row}", "{other}"]\n')
    known = load(tmp_path)
    assert known.problems == ()
    assert {one.id for one in ours.interactions.all} - {one.id for one in known.interactions.all} == {row}
    assert {one.id for one in ours.circumstances.all} - {one.id for one in known.circumstances.all} == {other}
    assert known.interactions.lists[0].words.endswith("(less 1 row that this site switched off)")


def test_a_row_that_nobody_has_cannot_be_switched_off(tmp_path):
    (tmp_path / "off.toml").write_text('off = ["no-such-row"]\n')
    assert load(tmp_path).problems == ("off.toml, line 1: off: there is no rule 'no-such-row'",)
