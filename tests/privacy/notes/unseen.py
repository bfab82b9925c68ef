"""Notes written after what `held_out` showed had been mended: the first measurement on them is the number that docs/deidentification.md tells as unseen."""

POOLS = {
    "given": [
        "Blessing",
        "Summer",
        "Dawn",
        "Frank",
        "Chase",
        "Hunter",
        "Prudence",
        "Candelaria",
        "Oluwaseun",
        "Zbigniew",
        "Mahmoud",
        "Sunita",
        "Trinh",
        "Keisha",
        "Beatrix",
        "Lamar",
        "Yevgenia",
        "Tomasz",
        "Mercedes",
        "Wilhelmina",
        "Xiaoming",
        "Ramón",
        "Precious",
        "Gus",
    ],
    "family": [
        "Van Houten",
        "Blackwood",
        "Moreau",
        "Quispe-Huanca",
        "Fields",
        "Major",
        "Noble",
        "Sharp",
        "Ó Súilleabháin",
        "Bhattacharya",
        "Gutiérrez",
        "Abdulrahman",
        "Tsosie",
        "Begay",
        "Lundqvist",
        "Drummond",
        "McGillicuddy",
        "Wu",
        "Nwosu",
        "Ferreira dos Santos",
        "Crow",
        "Temple",
        "Katz",
        "Pham",
    ],
    "town": [
        "Window Rock",
        "Reading",
        "Independence",
        "Bath",
        "El Centro",
        "Medford",
        "Paradise",
        "Hope Mills",
    ],
    "road": ["Cactus Wren", "Bayview", "Third", "Jefferson Davis", "SW Barlow", "Prospect", "Mission"],
}
NOTES = (
    """INPATIENT PROGRESS NOTE
Name: ⟦name|{family}, {given} R.⟧ Age/Sex: ⟦date|91⟧/F  CSN: ⟦account|{d9}⟧  Loc: 5 West
Subjective: Slept poorly. Granddaughter (⟦name|{given}⟧) is visiting from ⟦geography|{town}⟧. Pain 4/10.
Objective: T 98.4, HR 88, BP 134/70, RR 18, 95% RA. JVP 9 cm. 2/6 systolic murmur at apex. Trace edema. Na 131, K 4.4, Cr 1.9 (baseline 1.4 in ⟦date|June⟧ 2026).
A/P: 1. Acute on chronic HFpEF: IV bumetanide 1 mg BID. 2. AKI. 3. Hypothyroid, levothyroxine 88 mcg. Dispo: ⟦geography|Sunrise at Cherry Creek⟧ once stable.
Contact: ⟦name|{given} {family}⟧ (POA) H ⟦phone|720-555-{d4}⟧ C ⟦phone|(720)555-{d4}⟧
Discussed with ⟦name|{family}⟧ (cards) and ⟦name|{given} {family}⟧, PharmD.
⟦name|{given} {family}⟧ PA-C  ⟦date|Nov 12, 2026⟧ 0740
""",
    """Subject: transport for ⟦name|{given} {family}⟧
From: ⟦email|{d3}desk@transit-example.org⟧
Sent: Tuesday, ⟦date|October 6, 2026⟧ 9:14 AM
To: ⟦name|{given} {family}⟧ <⟦email|ccteam{d2}@clinic-example.com⟧>

Hi ⟦name|{given}⟧, the rider at ⟦geography|{d4} {road} Blvd⟧ needs a wheelchair van on ⟦date|10/9⟧ for wound care at 1:30. Her sister ⟦name|{given}⟧ will ride along. Confirmation # ⟦other|T{d6}⟧. Gate code is ⟦other|#{d4}⟧. She uses a walker and has diabetic neuropathy. If late call dispatch ⟦phone|1.800.555.{d4}⟧.
Thanks,
⟦name|{given} {family}⟧
""",
    """MED REC / PHARMACY FAX
⟦geography|{town} Family Pharmacy⟧ ⟦geography|{d3} {road} Street⟧ Ph ⟦phone|928/555-{d4}⟧ Fx ⟦fax|928/555-{d4}⟧
Pt ⟦name|{given} {family}⟧ dob ⟦date|12-09-38⟧ Rx# ⟦other|{d7}⟧ carvedilol 12.5 mg #60, refills 0. Rx# ⟦other|{d7}⟧ glipizide ER 5 mg #30. Prescriber ⟦name|{family} {given}⟧. BIN ⟦health_plan|{d6}⟧ PCN ⟦health_plan|A{d3}⟧ ID ⟦health_plan|{d9}-01⟧. Last fill ⟦date|8/14/26⟧. Please advise re interaction with amiodarone.
""",
    """PSYCHOSOCIAL ASSESSMENT. Client, ⟦name|{given} {family}⟧, age 72, is a widowed retired teacher who taught at ⟦name|Lincoln Elementary⟧. Born in ⟦geography|{town}⟧, ⟦date|April 17⟧, 1954. Two children: ⟦name|{given}⟧ (local) and ⟦name|{given}⟧ (estranged). Rents from ⟦name|Mr. {family}⟧; eviction hearing ⟦date|the 14th of December⟧, docket ⟦other|26-CV-{d4}⟧. Social security card ⟦ssn|219-09-{d4}⟧ seen. State ID ⟦licence|D{d8}⟧. Drives a Buick, license plate ⟦vehicle|BKL {d4}⟧. Denies SI. MoCA 22/30. Sleeps four hours. Skips insulin to pay rent.
""",
    """EMERGENCY CONTACT SHEET
PRIMARY: ⟦name|{GIVEN} {FAMILY}⟧ (DAUGHTER)   CELL: ⟦phone|561-555-{d4}⟧
SECONDARY: ⟦name|{GIVEN}⟧, NEIGHBOR, ⟦geography|{d3} {road} LN⟧
PHYSICIAN: ⟦name|{FAMILY}⟧, ⟦name|{GIVEN}⟧ MD
INSURANCE: MEDICARE ⟦health_plan|4TG7-XN2-PD81⟧ / SUPPLEMENT POLICY NO. ⟦health_plan|ML-{d7}⟧
ALLERGIES: SULFA, CODEINE. CONDITIONS: PARKINSON DISEASE, OSTEOPOROSIS, MACULAR DEGENERATION. DNR ON FILE ⟦date|03/2025⟧.
""",
    """Nota de enfermería a domicilio. Fecha: ⟦date|21-10-2026⟧. Visité a la señora ⟦name|{given} {family}⟧ en su casa (⟦geography|Calle 7 Norte #{d3}⟧, ⟦geography|{town}⟧, CA). Tiene ⟦date|noventa y dos⟧ años. Su nieto ⟦name|{given}⟧ le prepara la comida. Glucosa 212, presión 146/82. Se le olvida la metformina. Me dijo que el doctor ⟦name|{family}⟧ le cambió la dosis el ⟦date|15 de octubre⟧. Teléfono ⟦phone|760 555 {d4}⟧. Medi-Cal ⟦health_plan|9{d7}A⟧. Enf. ⟦name|{given} {family}⟧
""",
    """DEVICE CLINIC: ⟦name|{given} {family}⟧ / ⟦mrn|{d8}⟧. Boston Scientific CRT-D, serial ⟦device|{d6}⟧, lead s/n ⟦device|RTN{d6}V⟧, implanted ⟦date|2/2019⟧. Battery 3.1 y. 2 NSVT runs, longest 9 beats on ⟦date|9/30⟧. Home monitor IP ⟦ip|192.168.{d1}.{d2}⟧, MAC ⟦device|00:1A:2B:3C:4D:5E⟧, portal ⟦url|http://remote.device-example.net/p/{d6}⟧. Fingerprint template id ⟦biometric|FP{d6}⟧. Strip saved as ⟦photo|strip_{d4}.png⟧. Spouse ⟦name|{given}⟧ given the number ⟦phone|888-555-{d4} ext. {d3}⟧.
""",
    """Appeal, 2nd level. Dear Dr. ⟦name|{family}⟧: on behalf of my mother, ⟦name|{given} {family}⟧ (claim ⟦account|{d4}{d8}⟧, date of service ⟦date|July 3rd, 2026⟧), I dispute the denial of skilled nursing days. She fell at home on ⟦date|June 28⟧, had a hip fracture repaired by ⟦name|Dr. {given} {family}⟧ at ⟦geography|Good Samaritan Hospital⟧, and could not bear weight. She takes apixaban and donepezil. She turned ⟦date|90⟧ in ⟦date|May⟧. Certificate ⟦health_plan|{d3}-{d2}-{d4}⟧ is hers.
Yours, ⟦name|{given} {family}⟧, ⟦geography|PO Box {d3}⟧, ⟦geography|{town}⟧, NC ⟦geography|28348⟧
""",
)
