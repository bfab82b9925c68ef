"""Six more invented people for what patients read, each with much that is hard to say plainly."""

from dataclasses import replace

from tests.draft.people import ANA, Told


def _somebody(born, sex, *problems):
    told = Told(replace(ANA, birth_date=born, sex=sex))
    told.patient()
    for name, code in problems:
        told.problem(name, code)
    return told


def walter():
    """A weak heart that beats unevenly, a blood thinner, a fall."""
    told = _somebody(
        "1941-02-03",
        "male",
        ("Heart failure with reduced ejection fraction", "I50.22"),
        ("Atrial fibrillation", "I48.91"),
        ("Repeated falls", "R29.6"),
        ("Gout", "M10.9"),
    )
    told.drug("Warfarin 5 MG Oral Tablet", "1 tablet daily")
    told.drug("Furosemide 40 MG Oral Tablet", "1 tablet every morning")
    told.lab("6301-6", "INR", "3.9", "{INR}", "2026-11-10")
    told.lab("29463-7", "Body weight", "84.2", "kg", "2026-11-01")
    return told


def hedda():
    """Lungs with oxygen at home, low mood, wine, and power that may be cut off."""
    told = _somebody(
        "1953-07-19",
        "female",
        ("COPD", "J44.9"),
        ("Major depressive disorder, recurrent", "F33.1"),
        ("Alcohol use disorder", "F10.20"),
        ("Osteoporosis", "M81.0"),
    )
    told.drug("Tiotropium 18 MCG Inhalation", "1 capsule inhaled daily")
    told.drug("Sertraline 100 MG Oral Tablet", "1 tablet daily")
    told.lab("44261-6", "PHQ-9 total score", "14", "{score}", "2026-10-20")
    told.need("utilities", "The power company will shut off her power next month.")
    return told


def tomas():
    """Type 1 diabetes since school, a sore on the foot, an A1c far off."""
    told = _somebody(
        "1979-11-30",
        "male",
        ("Type 1 diabetes mellitus", "E10.9"),
        ("Diabetic foot ulcer", "E10.621"),
        ("Hypertension", "I10"),
    )
    told.drug("Insulin glargine 100 UNT/ML", "20 units at bedtime")
    told.lab("4548-4", "Hemoglobin A1c", "10.4", "%", "2026-09-02")
    told.lab("8480-6", "Systolic blood pressure", "152", "mm[Hg]", "2026-11-02")
    told.need("food", "He skips meals at the end of the month.")
    return told


def esperanza():
    """Dementia, falls, and a daughter who is tired."""
    told = _somebody(
        "1938-05-05",
        "female",
        ("Dementia", "F03.90"),
        ("Repeated falls", "R29.6"),
        ("Chronic kidney disease, stage 4", "N18.4"),
        ("Hypothyroidism", "E03.9"),
    )
    told.drug("Levothyroxine 75 MCG Oral Tablet", "1 tablet every morning")
    told.drug("Naproxen 500 MG Oral Tablet", "1 tablet twice a day")
    told.lab("98979-8", "eGFR", "24.73519822", "mL/min/{1.73_m2}", "2026-10-12")
    told.need("social_support", "Her daughter is alone with her and very tired.")
    return told


def luis():
    """A stroke, high cholesterol, smoking, no stable home."""
    told = _somebody(
        "1966-12-24",
        "male",
        ("History of stroke", "Z86.73"),
        ("Hyperlipidemia", "E78.5"),
        ("Essential hypertension", "I10"),
        ("Nicotine dependence, cigarettes", "F17.210"),
        ("Human immunodeficiency virus [HIV] disease", "B20"),
    )
    told.drug("Atorvastatin 80 MG Oral Tablet", "1 tablet at night")
    told.drug("bictegravir / emtricitabine / tenofovir alafenamide Oral Tablet", "1 tablet daily")
    told.lab("13457-7", "LDL cholesterol", "131", "mg/dL", "2026-08-14")
    told.need("housing", "He stays with friends, a week here and a week there.")
    return told


def mei():
    """A heavy body, sleep that stops, a liver that is fat, knees that hurt, fear in her home."""
    told = _somebody(
        "1985-03-08",
        "female",
        ("Obesity", "E66.9"),
        ("Obstructive sleep apnea", "G47.33"),
        ("Nonalcoholic steatohepatitis", "K75.81"),
        ("Osteoarthritis of knee", "M17.9"),
        ("Prediabetes", "R73.03"),
        ("Adult physical abuse, confirmed", "T74.11XA"),
    )
    told.drug("Levonorgestrel intrauterine device", "in place since 2024")
    told.lab("39156-5", "Body mass index", "41.3", "kg/m2", "2026-10-01")
    told.need("safety", "She is afraid of her partner.")
    return told


PEOPLE = {one.__name__: one for one in (walter, hedda, tomas, esperanza, luis, mei)}
