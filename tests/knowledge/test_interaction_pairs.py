"""Pairs that must be stopped, pairs that must be told, and pairs that are meant."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.knowledge.drugs import Ingredient, load_drugs
from careloom.knowledge.interactions import load_interactions

DRUGS = load_drugs()
TABLE = load_interactions()


def drug(name: str) -> Ingredient:
    found = DRUGS.named(name)
    assert found, name
    return found


def between(a: str, b: str):
    return TABLE.between(drug(a), drug(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("phenelzine", "sertraline"),
        ("tranylcypromine", "amphetamine"),
        ("selegiline", "meperidine"),
        ("linezolid", "venlafaxine"),
        ("simvastatin", "clarithromycin"),
        ("lovastatin", "ritonavir"),
        ("nitroglycerin", "sildenafil"),
        ("tizanidine", "ciprofloxacin"),
        ("ramelteon", "fluvoxamine"),
        ("febuxostat", "azathioprine"),
        ("atazanavir", "omeprazole"),
        ("irinotecan", "ketoconazole"),
        ("dihydroergotamine", "clarithromycin"),
        ("rifampin", "darunavir"),
        ("haloperidol", "methadone"),
        ("sacubitril", "lisinopril"),
        ("naltrexone", "oxycodone"),
        ("repaglinide", "gemfibrozil"),
        ("glyburide", "bosentan"),
        ("nirmatrelvir", "amiodarone"),
    ],
)
def test_a_prescriber_is_stopped(a: str, b: str) -> None:
    found = between(a, b)
    assert found and found.severity == "high" and found.interrupts


@pytest.mark.parametrize(
    ("a", "b", "severity"),
    [
        ("warfarin", "ibuprofen", "high"),
        ("apixaban", "naproxen", "high"),
        ("edoxaban", "rifampin", "high"),
        ("warfarin", "amiodarone", "high"),
        ("warfarin", "sulfamethoxazole", "moderate"),
        ("lisinopril", "losartan", "high"),
        ("trimethoprim", "lisinopril", "high"),
        ("trimethoprim", "spironolactone", "moderate"),
        ("lithium", "hydrochlorothiazide", "high"),
        ("lithium", "ibuprofen", "moderate"),
        ("methotrexate", "trimethoprim", "high"),
        ("methotrexate", "ibuprofen", "moderate"),
        ("oxycodone", "lorazepam", "high"),
        ("verapamil", "metoprolol", "high"),
        ("digoxin", "amiodarone", "high"),
        ("lamotrigine", "valproate", "high"),
        ("sirolimus", "rifampin", "high"),
        ("tacrolimus", "st john's wort", "moderate"),
        ("ethinyl estradiol", "carbamazepine", "high"),
        ("tamoxifen", "paroxetine", "high"),
        ("clopidogrel", "omeprazole", "high"),
        ("atorvastatin", "clarithromycin", "moderate"),
        ("tamsulosin", "doxazosin", "high"),
        ("levodopa", "tetrabenazine", "high"),
        ("lisinopril", "ibuprofen", "moderate"),
        ("lisinopril", "spironolactone", "moderate"),
        ("levothyroxine", "calcium carbonate", "moderate"),
        ("ciprofloxacin", "iron", "moderate"),
        ("sertraline", "aspirin", "moderate"),
        ("oxycodone", "gabapentin", "moderate"),
        ("warfarin", "ginkgo", "moderate"),
        ("simvastatin", "lovastatin", "moderate"),
    ],
)
def test_a_pair_is_told_without_stopping_anybody(a: str, b: str, severity: str) -> None:
    found = between(a, b)
    assert found and found.severity == severity and not found.interrupts


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("lisinopril", "hydrochlorothiazide"),
        ("metformin", "lisinopril"),
        ("amlodipine", "atorvastatin"),
        ("metformin", "sitagliptin"),
        ("sacubitril", "valsartan"),
        ("levothyroxine", "metformin"),
        ("carbidopa", "levodopa"),
        ("acetaminophen", "lisinopril"),
        ("amlodipine", "lisinopril"),
        ("fluticasone", "albuterol"),
    ],
)
def test_drugs_that_belong_together_are_not_told(a: str, b: str) -> None:
    assert between(a, b) is None


def test_an_inhibitor_is_as_strong_as_fda_says() -> None:
    for name in ("ritonavir", "abiraterone", "cinacalcet"):
        assert "strong cyp2d6 inhibitor" not in drug(name).classes
    for name in ("celecoxib", "cimetidine"):
        assert "moderate cyp2d6 inhibitor" not in drug(name).classes
    assert between("tamoxifen", "celecoxib") is None


def test_a_drug_does_not_interact_with_itself() -> None:
    assert between("warfarin", "warfarin") is None


@given(st.sampled_from(DRUGS.all()), st.sampled_from(DRUGS.all()))
def test_the_order_of_a_pair_never_matters(a: Ingredient, b: Ingredient) -> None:
    assert TABLE.between(a, b) == TABLE.between(b, a)
    every = TABLE.every_between(a, b)
    assert (every[0] if every else None) == TABLE.between(a, b)


def test_three_drugs_that_spare_the_kidney_nothing_are_one_set() -> None:
    hits = TABLE.among(map(drug, ("ibuprofen", "lisinopril", "furosemide")))
    assert hits[0].interaction.id == "triple-whammy"
    assert {one.name for one in hits[0].drugs} == {"ibuprofen", "lisinopril", "furosemide"}
    two = TABLE.among(map(drug, ("ibuprofen", "lisinopril")))
    assert [hit.interaction.id for hit in two] == ["nsaid-raas"]


def test_one_drug_cannot_fill_two_places_of_a_set() -> None:
    spared = TABLE.among(map(drug, ("ibuprofen", "furosemide", "metformin")))
    assert "triple-whammy" not in {hit.interaction.id for hit in spared}


def test_a_drug_harms_somebody_with_the_disease_and_nobody_without() -> None:
    ibuprofen = [drug("ibuprofen")]
    ill = TABLE.with_conditions(ibuprofen, ["chronic_kidney_disease"])
    assert [hit.interaction.id for hit in ill] == ["nsaid-ckd"]
    assert TABLE.with_conditions(ibuprofen, ["asthma"]) == []


def test_forty_drugs_are_compared_well_within_five_milliseconds() -> None:
    forty = DRUGS.all()[:40]
    start = time.process_time()
    for number in range(40_000):
        str(number).split("0")
    unit = time.process_time() - start

    def cost() -> float:
        begun = time.process_time()
        TABLE.among(forty)
        return time.process_time() - begun

    assert len(list(combinations(forty, 2))) == 780
    assert min(cost() for _ in range(5)) < unit
