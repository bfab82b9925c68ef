"""Drugs as prescribers, pharmacies, labels and patients write them, and words that are no drug."""

import pytest

from careloom.care.entry import NDC, RXNORM, Code
from careloom.knowledge.drugs import Drugs, is_local, load_drugs
from careloom.knowledge.strengths import parse_strength, parse_strengths
from careloom.knowledge.variants import variant

DRUGS = load_drugs()


def names(text: str, drugs: Drugs = DRUGS) -> list[str]:
    return [drug.name for drug in drugs.find(text)]


def said(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], drug.name) for start, end, drug in DRUGS.mentions(text)]


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("metformin hydrochloride", ["metformin"]),
        ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", ["metoprolol"]),
        ("Simvistatin 10 MG", ["simvastatin"]),
        ("Lasix 40mg", ["furosemide"]),
        ("Carbamazepine[Tegretol]", ["carbamazepine"]),
        ("Naproxen sodium 220 MG Oral Tablet", ["naproxen"]),
        (
            "Losartan Potassium 50 MG / Hydrochlorothiazide 12.5 MG Oral Tablet",
            ["losartan", "hydrochlorothiazide"],
        ),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", ["amoxicillin", "clavulanate"]),
        ("ferrous sulfate 325 MG Oral Tablet", ["iron"]),
        ("Penicillin V Potassium 250 MG Oral Tablet", ["penicillin v"]),
        ("insulin glargine, human 100 UNT/ML", ["insulin glargine"]),
        ("APAP/codeine", ["acetaminophen", "codeine"]),
        ("salbutamol inhaler", ["albuterol"]),
        ("paracetamol", ["acetaminophen"]),
        ("Jolivette 28 Day Pack", ["norethindrone"]),
    ],
)
def test_a_product_is_known_by_its_ingredients(text: str, ingredients: list[str]) -> None:
    assert names(text) == ingredients


@pytest.mark.parametrize(
    ("brand", "ingredients"),
    [
        ("Glucovance", ["glyburide", "metformin"]),
        ("Janumet 50-1000", ["sitagliptin", "metformin"]),
        ("Entresto", ["sacubitril", "valsartan"]),
        ("Zestoretic", ["lisinopril", "hydrochlorothiazide"]),
        ("Percocet", ["oxycodone", "acetaminophen"]),
        ("Tylenol PM", ["acetaminophen", "diphenhydramine"]),
        ("Tylenol", ["acetaminophen"]),
    ],
)
def test_a_brand_is_opened_into_what_it_holds(brand: str, ingredients: list[str]) -> None:
    assert names(brand) == ingredients


@pytest.mark.parametrize(
    "text",
    [
        "environment",
        "blood glucose test strips",
        "insulin syringe",
        "influenza vaccine",
        "lancets",
        "wheelchair",
        "",
    ],
)
def test_what_is_no_drug_names_none(text: str) -> None:
    assert names(text) == []


def test_a_code_helps_where_the_text_says_nothing() -> None:
    by_display = DRUGS.find("", [Code(NDC, "00000-0000", "Eliquis 5 MG Oral Tablet")])
    by_code = DRUGS.find("", [Code(RXNORM, "29046")])
    assert [drug.name for drug in (*by_display, *by_code)] == ["apixaban", "lisinopril"]
    assert DRUGS.find("", [Code(NDC, "29046")]) == ()


def test_a_note_is_read_for_the_drugs_in_it() -> None:
    assert said("She takes Advil PM for her knees, and Tylenol.") == [
        ("Advil PM", "ibuprofen"),
        ("Advil PM", "diphenhydramine"),
        ("Tylenol", "acetaminophen"),
    ]
    assert said("Toma metformina y losartán.") == [("metformina", "metformin"), ("losartán", "losartan")]
    assert said("St. John's wort from the store") == [("St. John's wort", "st john's wort")]


@pytest.mark.parametrize(
    "text",
    [
        "He has insulin resistance.",
        "insulin-dependent diabetes",
        "iron deficiency anemia, iron studies pending",
        "potassium 5.6 mmol/L",
        "calcium 9 mg/dL",
        "digoxin level 1.2",
        "the environment at home",
        "Vitamin D level was low.",
        "Camila and Yasmin met her at the ocean at the same time.",
        "una asa de la taza",
        "She drinks alcohol.",
    ],
)
def test_body_chemistry_people_and_other_words_are_no_drug(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("on insulin", "insulin"),
        ("calcium 600 mg daily", "calcium"),
        ("takes iron", "iron"),
        ("vitamin D supplement", "vitamin d"),
        ("potassium chloride 20 mEq", "potassium chloride"),
        ("on ASA 81 mg", "aspirin"),
        ("started lithium 300 mg", "lithium"),
    ],
)
def test_a_substance_with_a_dose_or_a_verb_of_taking_is_a_drug(text: str, drug: str) -> None:
    assert [name for _, name in said(text)] == [drug]


def test_a_salt_is_not_a_second_drug() -> None:
    assert said("takes losartan potassium 50 mg daily") == [("losartan", "losartan")]


def test_a_drug_is_read_in_a_sentence_with_accents_and_in_capitals() -> None:
    assert said("Según su hija, toma metformína.") == [("metformína", "metformin")]
    assert said("TAKES METFORMIN.") == [("METFORMIN", "metformin")]


def test_classes_are_named_apart() -> None:
    text = "Avoid NSAIDs; she is on a blood thinner."
    assert [(text[start:end], kind) for start, end, kind in DRUGS.class_mentions(text)] == [
        ("NSAIDs", "nsaid"),
        ("blood thinner", "anticoagulant"),
    ]
    assert said(text) == []


def test_a_class_knows_its_members_and_what_it_is_a_kind_of() -> None:
    assert {"lisinopril", "enalapril"} <= {drug.name for drug in DRUGS.class_members("ace inhibitor")}
    lisinopril = DRUGS.named("lisinopril")
    assert lisinopril is not None
    assert {"raas inhibitor", "raises potassium"} <= lisinopril.classes
    assert DRUGS.class_members("no such class") == ()


@pytest.mark.parametrize(
    ("substance", "classes"),
    [
        ("Penicillin V", ("penicillins",)),
        ("Amoxicillin", ("penicillins",)),
        ("Allergy to penicillin (finding)", ("penicillins",)),
        ("sulfa", ("sulfonamide antibiotics",)),
        ("Bactrim", ("sulfonamide antibiotics",)),
        ("NSAIDs", ("nsaids",)),
        ("codeine", ("opioids",)),
        ("Shellfish allergy", ()),
        ("Latex allergy", ()),
        ("Allergy to bee venom", ()),
        ("House dust mite allergy", ()),
        ("sulfites", ()),
        ("iodinated contrast", ()),
    ],
)
def test_an_allergen_has_its_drug_classes(substance: str, classes: tuple[str, ...]) -> None:
    assert DRUGS.allergy_classes(substance) == classes


def test_cephalexin_is_a_caution_for_penicillin_allergy_and_ceftriaxone_is_not() -> None:
    cephalexin, ceftriaxone, ampicillin = (
        DRUGS.named(name) for name in ("cephalexin", "ceftriaxone", "ampicillin")
    )
    assert cephalexin and ceftriaxone and ampicillin
    caution, same = (DRUGS.cross_reaction("penicillins", drug) for drug in (cephalexin, ampicillin))
    assert caution and caution.severity == "moderate"
    assert same and same.severity == "high"
    assert DRUGS.cross_reaction("penicillins", ceftriaxone) is None


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("Metformin 500 MG Oral Tablet", (("500", "mg"),)),
        ("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet", (("325", "mg"), ("5", "mg"))),
        ("10 ML Furosemide 10 MG/ML Injection", (("10", "mg/mL"),)),
        ("24 HR Metformin 500 MG Extended Release", (("500", "mg"),)),
        ("0.3 ML Epinephrine 1 MG/ML", (("1", "mg/mL"),)),
        ("Fluticasone 0.044 MG/ACTUAT", (("0.044", "mg/actuat"),)),
        ("amoxicillin 400 mg/5 mL", (("400", "mg/5 mL"),)),
        ("insulin glargine 100 UNT/ML", (("100", "units/mL"),)),
        ("levothyroxine 50 mcg", (("50", "mcg"),)),
        ("metformin 1,000 mg", (("1000", "mg"),)),
        ("oxycodone-acetaminophen 5-325 mg", (("5", "mg"), ("325", "mg"))),
        ("Lasix 40mg", (("40", "mg"),)),
        ("Digoxin 0.125 MG", (("0.125", "mg"),)),
        ("Jolivette 28 Day Pack", ()),
        ("ferrous sulfate 325 (65 FE) MG Oral Tablet", (("325", "mg"),)),
        ("Ferrous Sulfate 325 mg (65 mg iron) tablet", (("325", "mg"),)),
        ("cholecalciferol 50 mcg (2000 units) capsule", (("50", "mcg"),)),
        ("Take 5 mL (500 mg)", (("500", "mg"),)),
        ("Ozempic 1 mg/dose (4 mg/3 mL) pen injector", (("1", "mg/dose"),)),
        ("OZEMPIC 4 MG/3 ML (1 MG/DOSE)", (("1", "mg/dose"),)),
    ],
)
def test_a_strength_keeps_the_sources_digits(text: str, strengths: tuple[tuple[str, str], ...]) -> None:
    assert parse_strengths(text) == strengths
    assert parse_strength(text) == (strengths[0] if strengths else None)


def test_cream_and_eye_drops_act_where_they_are_put() -> None:
    assert is_local("diclofenac 1 % topical gel")
    assert is_local("timolol ophthalmic solution")
    assert not is_local("diclofenac 75 mg delayed release oral tablet")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Atorvastatn 40mg tab", ["atorvastatin"]),
        ("Metoprolool", ["metoprolol"]),
        ("Furosemyde 20", ["furosemide"]),
        ("lisniopril 10 mg", ["lisinopril"]),
        ("Atorvstn 40mg", []),
        ("pen needles", []),
    ],
)
def test_one_letter_off_a_long_name_and_nothing_further(text: str, meant: list[str]) -> None:
    assert [drug.name for drug in DRUGS.nearly(text)[1]] == meant


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("HYDROCODONE-ACETAMIN 10-325 MG", ["hydrocodone", "acetaminophen"]),
        ("AMOXICILLIN-CLAV 875-125 MG TAB", ["amoxicillin", "clavulanate"]),
        ("SMZ-TMP SS 400-80 MG TABLET", ["sulfamethoxazole", "trimethoprim"]),
        ("HYDROCODON-ACETAMINOPHEN 5-325", ["acetaminophen", "hydrocodone"]),
        ("metoprolol-hydroch 50-25", ["metoprolol", "hydrochlorothiazide"]),
        ("AMOX-CLAV 875-125 MG TABLET", ["amoxicillin", "clavulanate"]),
        ("AMLOD-BENAZ 5-20 MG CAPSULE", ["amlodipine", "benazepril"]),
        ("BUTALB-ACETAMIN-CAFF 50-325-40", ["acetaminophen", "butalbital", "caffeine"]),
        ("IPRAT-ALBUT 0.5-3(2.5) MG/3 ML", ["albuterol", "ipratropium"]),
        ("BUPRENORPHINE-NALOX 8-2MG FILM", ["buprenorphine", "naloxone"]),
        ("CARBIDOPA-LEVO 25-100 TAB", ["carbidopa", "levodopa"]),
        ("ACETAMINOPHEN-COD #3 TABLET", ["acetaminophen", "codeine"]),
        ("ISOSORBIDE MONONIT ER 30 MG TB", ["isosorbide mononitrate"]),
        ("NORETH-ESTRAD 1-20 TABLET", []),
        ("metoprolol ER-XL", ["metoprolol"]),
        ("carvedilol - oral", ["carvedilol"]),
        ("metformin-plus", ["metformin"]),
    ],
)
def test_a_label_cuts_names_short_and_one_combination_is_meant_or_none(
    text: str, ingredients: list[str]
) -> None:
    assert names(text) == ingredients


def test_a_drug_and_what_kind_of_drug_it_is_are_one() -> None:
    assert names("Lantus Solostar 100 unit/mL (3 mL) insulin pen") == ["insulin glargine"]
    assert names("calcium carbonate 600 mg calcium supplement") == ["calcium carbonate"]
    assert names("insulin syringe") == []


@pytest.mark.parametrize(
    ("text", "drugs", "words"),
    [
        ("metoprolol succ 50 mg", ("metoprolol",), "succinate, extended release"),
        ("METOPROLOL TARTRATE 50 MG TAB", ("metoprolol",), "tartrate, immediate release"),
        ("metoprolol 50 mg", ("metoprolol",), ""),
        ("24 HR venlafaxine 75 MG Extended Release Oral Capsule", ("venlafaxine",), "extended release"),
        ("venlafaxine 75 MG Oral Tablet", ("venlafaxine",), "immediate release"),
        ("omeprazole 20 MG Delayed Release Oral Capsule", ("omeprazole",), ""),
        ("Humulin N 100 units/mL", ("insulin human",), "NPH"),
        ("Novolin 70/30", ("insulin human",), "70/30"),
        ("sumatriptan succinate 50 mg", ("sumatriptan",), ""),
    ],
)
def test_salt_and_release_where_they_make_another_product(
    text: str, drugs: tuple[str, ...], words: str
) -> None:
    assert variant(text, drugs).words == words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marcumar 3 mg", ["phenprocoumon"]),
        ("Johanniskraut 900", ["st john's wort"]),
        ("Leqvio 284 mg", ["inclisiran"]),
        ("co-codamol 30/500", ["codeine", "acetaminophen"]),
        ("PCN VK 500 mg", ["penicillin v"]),
    ],
)
def test_names_of_other_countries_and_new_drugs_are_known(text: str, names: list[str]) -> None:
    assert [drug.name for drug in DRUGS.find(text)] == names


def test_a_lidocaine_patch_acts_beneath_it_and_a_fentanyl_patch_does_not() -> None:
    lidocaine, fentanyl = DRUGS.named("lidocaine"), DRUGS.named("fentanyl")
    assert is_local("Lidocaine 5 % Patch", lidocaine)
    assert not is_local("Fentanyl 25 mcg/h Patch", fentanyl)
