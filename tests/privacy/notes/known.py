"""Notes of the styles that the patterns were written with."""

POOLS = {
    "given": [
        "Maria",
        "James",
        "Wanda",
        "Kwame",
        "Linh",
        "Aaliyah",
        "Bogdan",
        "Saoirse",
        "Teresa",
        "Walter",
        "Grace",
        "Hope",
        "May",
        "Mark",
        "Rose",
        "Priya",
        "Yusuf",
        "Ngozi",
        "Dolores",
        "Angel",
    ],
    "family": [
        "Petrosky",
        "Nguyen",
        "Osei",
        "O'Brien",
        "Garcia-Lopez",
        "Van der Berg",
        "Long",
        "Hope",
        "Price",
        "Okonkwo",
        "McAllister",
        "De la Cruz",
        "Szymanski",
        "Al-Masri",
        "Young",
        "Abernathy",
        "Delgado",
        "St. Clair",
        "Banks",
        "Tran",
    ],
    "town": [
        "Springfield",
        "Lowell",
        "Marietta",
        "Las Cruces",
        "Elyria",
        "Bennington",
        "Harlingen",
        "West Haven",
        "Little Rock",
        "Quincy",
    ],
    "street": [
        "Elm",
        "Oak Hill",
        "Martin Luther King",
        "5th",
        "Lincoln",
        "Old Mill",
        "Washington",
        "Cedar Ridge",
    ],
}
NOTES = (
    """DISCHARGE SUMMARY
Patient: ⟦name|{given} {family}⟧    MRN: ⟦mrn|{d7}⟧   DOB: ⟦date|3/4/41⟧
Admitted: ⟦date|10/02/2026⟧  Discharged: ⟦date|10/07/2026⟧
Attending: ⟦name|{given} {family}⟧, MD   PCP: Dr. ⟦name|{family}⟧

⟦name|{given} {family}⟧ is a 84yo F with Parkinson's disease, CKD stage 3b, and HFrEF (EF 35-40%) admitted from ⟦geography|Riverside Nursing Home⟧ with dyspnea. Foley removed on hospital day 2. Babinski negative bilaterally. Glasgow Coma Scale 15. Started on Lasix 40 mg IV, then furosemide 40 mg PO daily. BP 118/72, HR 78.
Daughter ⟦name|{given}⟧ (⟦phone|617-555-{d4}⟧) updated by phone. She lives at ⟦geography|{d3} {street} St, Apt 4B⟧, ⟦geography|{town}⟧, MA ⟦geography|02118⟧.
Follow up with Dr. ⟦name|{given} {family}⟧ on ⟦date|October 21st⟧.
Electronically signed by ⟦name|{given} {family}⟧, MD ⟦date|10/07/2026⟧ 14:32
""",
    """Phone note ⟦date|11/3⟧: s/w pt's dtr ⟦name|{given} {family}⟧ re: meds. Pt taking metformin 500 mg BID, not taking lisinopril 10 mg. cb # ⟦phone|(413) 555-{d4} x12⟧. ⟦name|{given}⟧ states mom fell last week. Will call back ⟦date|11/5⟧. ⟦name|{given} {family}⟧, RN
""",
    """SOCIAL WORK NOTE
Met with ⟦name|Ms. {family}⟧ at ⟦geography|Harbor Family Clinic⟧. ⟦name|{given}⟧ reports her landlord gave notice; must leave by ⟦date|December 15, 2026⟧. Income SSI $943. SNAP active. Last 4 SSN ⟦ssn|{d4}⟧. E-mail ⟦email|{given}.k@example.org⟧. Her son ⟦name|{given}⟧ drives her. She worked at ⟦name|Acme Bakery⟧ for 20 years. No food in the house since ⟦date|Monday⟧. PHQ-9 14, GAD-7 9.
- ⟦name|{given} {family}⟧, LCSW
""",
    """PRIOR AUTHORIZATION REQUEST
Member name: ⟦name|{family}, {given}⟧
Member ID: ⟦health_plan|W{d9}⟧  Group #: ⟦health_plan|{d6}⟧
DOB ⟦date|1952-08-19⟧
Prescriber: ⟦name|{given} {family}⟧ NPI ⟦licence|1{d9}⟧ Fax: ⟦fax|216-555-{d4}⟧
Drug: sacubitril/valsartan 49/51 mg BID. Dx I50.22. LVEF 30%. Tried enalapril 10 mg BID 2024-2025.
Case # ⟦other|PA-{d6}⟧
""",
    """FAX FROM: ⟦geography|Mercy Hospital⟧ TO: ⟦name|DR. {FAMILY}⟧ ⟦fax|419-555-{d4}⟧ PAGE 1 OF 3
PT: ⟦name|{FAMILY}, {GIVEN}⟧ ACCT ⟦account|{d9}⟧
93-YEAR MALE WITH COPD AND TYPE 2 DIABETES. ALLERGIC TO PENICILLIN. TAKES WARFARIN 5 MG. INR 2.4 ON ⟦date|09/14/26⟧. DISCHARGED HOME WITH WIFE ⟦name|{GIVEN}⟧.
""".replace("93-YEAR", "⟦date|93⟧-YEAR"),
    """Nota de trabajo social, ⟦date|3 de marzo de 2026⟧
Paciente: ⟦name|{given} {family}⟧, ⟦date|91⟧ años. Vive con su hija ⟦name|{given}⟧ en ⟦geography|Calle Olmo 14⟧, ⟦geography|{town}⟧. Tel. ⟦phone|617 555 {d4}⟧. Refiere dolor en la rodilla y toma metformina 500 mg dos veces al día. Le falta comida a fin de mes. Médico: Dra. ⟦name|{family}⟧.
""",
    """CLAIM REMARKS: CLAIM ⟦account|{d11}⟧ DENIED CO-16. SUBSCRIBER ⟦name|{GIVEN} {FAMILY}⟧ POLICY ⟦health_plan|XQ{d8}⟧. SERVICE DATE ⟦date|08/12/2026⟧ CPT 99214 ICD E11.9. CALLED ⟦phone|800-555-{d4}⟧ SPOKE WITH ⟦name|{GIVEN}⟧ REF ⟦other|{d8}⟧.
""",
    """HPI: Mr. ⟦name|{family}⟧ is a ⟦date|97⟧ y/o man brought by his neighbor ⟦name|{given} {family}⟧. He has a pacemaker (Medtronic, serial number ⟦device|PJN{d6}⟧) and drives a truck, plate ⟦vehicle|7ABC{d3}⟧. Uses portal from ⟦ip|10.4.22.{d2}⟧; pictures at ⟦url|https://portal.example.com/u/{d5}⟧. Photo ⟦photo|wound_{d4}.jpg⟧ uploaded. License ⟦licence|S{d8}⟧.
Exam: Murphy's sign negative, Homans negative, no Kernig. Gait: Romberg positive. Takes aspirin 81 mg, Eliquis 5 mg BID.
""",
)
