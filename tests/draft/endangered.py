"""People of each of whom something high is found: drugs, notes and results that a plan must have a line about on the day itself."""

from careloom import check, draft
from careloom.care.entry import LOINC, Code, HumanName, Person
from careloom.care.kinds import Given
from careloom.llm import Remembered
from tests.draft.people import KNOWLEDGE, Told


def plan(told):
    """A plan as the desk drafts it: with what the check has of the record itself."""
    record = told.record()
    standing = check.standing(record, KNOWLEDGE)
    given = Given(standing=standing)
    return draft.write(record, KNOWLEDGE, None, given=given, calls=0, answers=Remembered()), standing, record


def somebody(*drugs, problems=(), born="1960-05-17"):
    told = Told()
    told.patient()
    for name, code in problems:
        told.problem(name, code, on="2026-11-01")
    for name in drugs:
        told.drug(name, "Take 1 tablet by mouth daily", on="2026-11-10")
    return told


def breastfeeding():
    told = somebody(
        "acetaminophen 300 MG / codeine phosphate 30 MG Oral Tablet", problems=[("Breastfeeding", "")]
    )
    told.problem("Lactating mother", "413712001", on="2026-11-01")
    return told


def expecting(*drugs):
    """Somebody with epilepsy whose sources call the one pregnancy by a visit's title and by a word."""
    told = somebody(*drugs, problems=[("Focal epilepsy", "G40.109")], born="1994-02-03")
    told.problem("Supervision of elderly multigravida, second trimester", "O09.522", on="2026-11-02")
    told.problem("Pregnant", on="2026-11-12", system="notes")
    return told


def transplanted(other, level, flag, creatinine="1.6"):
    told = somebody("tacrolimus 1 MG Oral Capsule", other, problems=[("Liver transplant status", "Z94.4")])
    told.lab("2160-0", "Creatinine", "1.0", "mg/dL", "2026-10-10")
    told.lab("2160-0", "Creatinine", creatinine, "mg/dL", "2026-11-21")
    told.lab(
        "11253-2", "Tacrolimus [Mass/volume] in Blood", level, "ng/mL", "2026-11-21", interpretation=flag
    )
    return told


def allergic():
    told = somebody("amoxicillin 500 MG Oral Capsule")
    told.allergy("penicillin")
    return told


def noted(text, *drugs, born="1960-05-17", on="2026-11-18"):
    """Somebody of whom a note of five days ago tells this."""
    told = Told(Person(birth_date=born, sex="female", names=(HumanName(family="Haddad", given=("Noor",)),)))
    told.patient()
    for name in drugs:
        told.drug(name, "Take 1 tablet by mouth daily", on="2026-11-10")
    told.add("DocumentReference", text=text, on=on, status="current", system="notes")
    return told


def mother():
    told = noted(
        "Postpartum visit, day nine after birth. Headache since Sunday that does not go away, sees spots."
    )
    told.problem("Postpartum state", "86569001", on="2026-11-12")
    return told


def lapsed():
    told = somebody(problems=[("STEMI", "I21.11")])
    told.drug("clopidogrel 75 MG Oral Tablet", "daily", on="2026-11-02", status="stopped")
    return told


def kidney():
    told = somebody("metformin 1000 MG Oral Tablet")
    told.lab("98979-8", "eGFR", "22", "mL/min/{1.73_m2}", "2026-11-16")
    return told


def low_sugar():
    told = somebody("glipizide 10 MG Oral Tablet")
    told.lab("2345-7", "Glucose", "44", "mg/dL", "2026-11-20")
    return told


def answered():
    told = somebody()
    told.add(
        "Observation",
        text="Thoughts that you would be better off dead",
        codes=(Code(LOINC, "44260-8", "Thoughts that you would be better off dead"),),
        value="Several days",
        status="final",
        on="2026-11-20",
    )
    return told


def swollen():
    told = somebody(problems=[("Heart failure", "84114007")])
    told.lab("29463-7", "Body weight", "78.9", "kg", "2026-11-19")
    told.lab("29463-7", "Body weight", "82.4", "kg", "2026-11-22")
    return told


def gained():
    told = noted("She is up five pounds since Friday and sleeps on three pillows.")
    told.problem("Heart failure", "84114007", on="2026-11-01")
    return told


def feverish():
    told = somebody(problems=[("Sickle cell anemia", "127040003")], born="2020-05-17")
    told.lab("8310-5", "Body temperature", "39.2", "Cel", "2026-11-22")
    return told


def few_neutrophils():
    told = somebody()
    told.lab("751-8", "Neutrophils", "0.4", "10*3/uL", "2026-11-20")
    told.lab("8310-5", "Body temperature", "38.4", "Cel", "2026-11-22")
    return told


def stopped_prednisone():
    told = somebody()
    told.drug("prednisone 20 MG Oral Tablet", "daily", on="2026-08-02", status="stopped")
    told.lab("8480-6", "Systolic blood pressure", "86", "mm[Hg]", "2026-11-22")
    told.lab("2951-2", "Sodium", "127", "mmol/L", "2026-11-22")
    return told


PEOPLE = {
    "weight that rises with heart failure": swollen,
    "pounds gained that a note tells": gained,
    "a fever with sickle cell disease": feverish,
    "a fever with few neutrophils": few_neutrophils,
    "a glucocorticoid that stopped": stopped_prednisone,
    "a hand on her throat": lambda: noted("Her boyfriend grabbed her by the throat last week."),
    "thoughts of suicide": lambda: noted("He says his family would be better off without him."),
    "an answer about self-harm": answered,
    "a gun at home": lambda: noted("She wishes she were dead. Her husband hides the handgun."),
    "a blow to the head": lambda: noted(
        "Se cayó dos veces, con un golpe en la cabeza.", "apixaban 5 MG Oral Tablet"
    ),
    "a headache with spots after a birth": mother,
    "black stool": lambda: noted(
        "Stools have been black and tarry since Monday.", "warfarin sodium 5 MG Oral Tablet"
    ),
    "drinking and an opioid": lambda: noted(
        "Drinks a six pack of beer every night.", "oxycodone 10 MG Oral Tablet"
    ),
    "aspirin with the flu": lambda: noted(
        "Fever and cough since Monday, likely the flu.", "aspirin 325 MG Oral Tablet", born="2012-05-17"
    ),
    "a stent's drug that stopped": lapsed,
    "a failing kidney": kidney,
    "low sugar": low_sugar,
    "two anticoagulants": lambda: somebody("apixaban 5 MG Oral Tablet", "warfarin sodium 5 MG Oral Tablet"),
    "a pair that prolongs QT": lambda: somebody(
        "amiodarone 200 MG Oral Tablet", "azithromycin 250 MG Oral Tablet"
    ),
    "a drug against an allergy": allergic,
    "codeine while breastfeeding": breastfeeding,
    "valproate in a pregnancy": lambda: expecting("divalproex sodium 250 MG Delayed Release Oral Tablet"),
    "two drugs in a pregnancy": lambda: expecting(
        "warfarin sodium 5 MG Oral Tablet", "losartan 50 MG Oral Tablet"
    ),
    "a combination with an ACE inhibitor": lambda: somebody(
        "ramipril 10 MG Oral Capsule", "sacubitril 49 MG / valsartan 51 MG Oral Tablet"
    ),
    "methotrexate every day": lambda: noted(
        "Takes six methotrexate tablets every day.",
        "sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet",
    ),
    "a level above its range": lambda: transplanted("clarithromycin 500 MG Oral Tablet", "19.8", "HH"),
    "an NSAID with heart failure": lambda: somebody(
        "ibuprofen 600 MG Oral Tablet", problems=[("Heart failure", "I50.9")]
    ),
    "an opioid and a benzodiazepine": lambda: somebody(
        "oxycodone 10 MG Oral Tablet", "alprazolam 1 MG Oral Tablet"
    ),
}
