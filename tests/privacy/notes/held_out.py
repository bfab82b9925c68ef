"""Notes written after the patterns were done, by other names and in other styles: what is measured on them is told in docs/deidentification.md."""

POOLS = {
    "given": [
        "Thuy",
        "Eun-ji",
        "Adaeze",
        "Ruth",
        "Earl",
        "Ivy",
        "Joy",
        "Faith",
        "Pearl",
        "June",
        "Ximena",
        "Giovanni",
        "Tatiana",
        "Deshawn",
        "Lakshmi",
        "Siobhan",
        "Hyun",
        "Fatoumata",
        "Rosalind",
        "Art",
        "Bill",
        "Guadalupe",
        "Cornelius",
        "Mei-Ling",
    ],
    "family": [
        "Nguyen Thi Mai",
        "O'Neal",
        "Vandermeer",
        "van den Heuvel",
        "Ruiz-Castellanos",
        "Wojciechowski",
        "Rivers",
        "Church",
        "Hill",
        "Bush",
        "Achterberg",
        "Mbeki",
        "Yamaguchi",
        "Fernandez",
        "D'Angelo",
        "Castellano",
        "Winters",
        "Haddad",
        "Thiessen",
        "Kowalczuk",
        "Papadopoulos",
        "Stone",
        "Le",
        "Xiong",
    ],
    "town": [
        "Chelsea",
        "Brattleboro",
        "Truth or Consequences",
        "Sandusky",
        "Eagle Pass",
        "Worcester",
        "Valdosta",
        "Kingman",
    ],
    "road": ["Sycamore", "Winding Creek", "N. Main", "Old Post", "Peachtree", "W 14th", "Juniper Hollow"],
}
NOTES = (
    """{town} fills nothing here.""".replace(
        "{town} fills nothing here.",
        """Care transitions call, TCM day 2
Caller: ⟦name|{given} {family}⟧ LPN
Pt ⟦name|{given} {family}⟧ (⟦date|93⟧yo, DOB ⟦date|3/4/33⟧) picked up on 2nd ring. Discharged from ⟦geography|St. Vincent Medical Center⟧ ⟦date|9/27⟧ after CHF exacerbation. Denies SOB, wt down 3 lb, taking torsemide 20 mg daily and Entresto 24/26 mg BID. Lives c/o niece ⟦name|{given}⟧, ⟦geography|{d4} {road} Rd⟧, ⟦geography|{town}⟧, TX ⟦geography|78852⟧. Cell ⟦phone|830.555.{d4}⟧. Appt w/ Dr ⟦name|{family}⟧ on ⟦date|Oct 4⟧ at 10:15. Knows red flags. Next call ⟦date|10/02⟧.""",
    ),
    """ED TRIAGE   {GIVEN_LINE}
CHIEF COMPLAINT: FALL FROM STANDING. HX OF ALZHEIMER DISEASE, AFIB ON ELIQUIS 5 MG BID.
PATIENT ⟦name|{GIVEN} {FAMILY}⟧ ARRIVED BY EMS ⟦date|11/14/2026⟧ 0312. MEDICAL RECORD NUMBER ⟦mrn|00{d6}⟧ VISIT ⟦account|V{d9}⟧.
SON ⟦name|{GIVEN} {FAMILY}⟧ AT BEDSIDE, PHONE ⟦phone|978 555 {d4}⟧. GCS 14. CT HEAD NEGATIVE. FOLEY PLACED. SEEN BY ⟦name|{FAMILY}, {GIVEN}⟧ MD.
""".replace("   {GIVEN_LINE}", ""),
    """Home visit - community health worker
I met ⟦name|{given}⟧ at her apartment on ⟦geography|{d3} {road} Ave Unit {d2}⟧ in ⟦geography|{town}⟧. She is ⟦date|ninety-two⟧ years old and was ⟦name|{given}⟧'s neighbor for years. Her grandson ⟦name|{given} {family}⟧ pays the electric bill (acct ⟦account|{d4}-{d6}⟧), past due since ⟦date|August 30th⟧. She eats one meal a day. Fridge: milk, insulin (Lantus 18 units), eggs. Blood pressure 152/88. She said "⟦name|{given}⟧ never calls." Medicaid number ⟦health_plan|MA{d9}⟧. Reach me at ⟦email|chw.{d3}@outreach-example.org⟧ or ext. ⟦phone|{d4}⟧.
""",
    """LETTER OF MEDICAL NECESSITY
⟦date|November 9, 2026⟧
Re: ⟦name|{given} {family}⟧ | Subscriber ID: ⟦health_plan|YPB{d9}⟧ | DOB: ⟦date|07-22-1958⟧
To Whom It May Concern: I follow ⟦name|Ms. {family}⟧ for Crohn's disease with ileal stricture. She failed azathioprine and adalimumab. I request vedolizumab 300 mg IV. CRP 24 mg/L, fecal calprotectin 812 ug/g. Prior reference ⟦other|AUTH-{d7}⟧.
Sincerely,
⟦name|{given} {family}⟧, M.D.
Gastroenterology, ⟦geography|Lakeview Medical Group⟧
NPI: ⟦licence|1{d9}⟧  DEA: ⟦licence|BF{d7}⟧
Tel ⟦phone|(505) 555-{d4}⟧ / Fax ⟦fax|(505) 555-{d4}⟧
""",
    """Trabajadora social: ⟦name|{given} {family}⟧. Llamada del ⟦date|14/09/2026⟧.
El paciente, don ⟦name|{given} {family}⟧, nacido el ⟦date|5 de febrero de 1949⟧, vive solo en la ⟦geography|Avenida Juárez 220⟧ y no tiene transporte para la diálisis. Su hermana ⟦name|{given}⟧ lo lleva los martes (cel. ⟦phone|520-555-{d4}⟧). Toma lisinopril 20 mg e insulina. Expediente ⟦mrn|{d7}⟧. Se quedó sin gas el ⟦date|2 de septiembre⟧. Firmado: ⟦name|{given} {family}⟧, MSW
""",
    """| Patient | DOB | Room | Attending |
|---|---|---|---|
| ⟦name|{family}, {given}⟧ | ⟦date|02/11/1947⟧ | 412B | ⟦name|{family}⟧ |

Overnight: O2 2 L NC, sats 94%. K 3.2, repleted with KCl 40 mEq. Braden 16. Wound vac to sacral stage 3. Spouse ⟦name|{given}⟧ called ⟦date|11/20⟧ asking about SNF; prefers ⟦geography|Maple Grove Manor⟧. HCP form lists ⟦name|{given} {family}⟧ (⟦phone|802-555-{d4}⟧). Implanted ICD s/n ⟦device|BLK{d6}H⟧, checked remotely. d/w Dr. ⟦name|{given} {family}⟧.
""",
    """Nurse line msg for ⟦name|{given} {family}⟧: caller is husb ⟦name|{given}⟧, says she's been dizzy since ⟦date|Thanksgiving⟧. on amlodipine 10 and hctz 25. bp at home 98/60. pharmacy ⟦geography|Corner Drug⟧ on ⟦geography|{road} St⟧. told to hold hctz & call pcp ⟦name|{family}⟧. ssn last four ⟦ssn|{d4}⟧ verified, dob ⟦date|1.9.52⟧. portal user ⟦other|{d2}sunny{d4}⟧. ip ⟦ip|172.16.{d2}.{d2}⟧ -⟦name|{given}⟧, RN
""",
    """REMITTANCE NOTE  ICN ⟦account|22{d11}⟧  PT CTL ⟦account|{d8}⟧  HIC ⟦health_plan|1EG4-TE5-MK73⟧
CLAIM FOR ⟦name|{FAMILY} {GIVEN}⟧ DOS ⟦date|20260811⟧ PROC 99490 DX N18.31 REJECTED: MEMBER NOT FOUND. RESUBMIT WITH NAME AS ON CARD. CONTACT ⟦name|{GIVEN}⟧ AT ⟦phone|1-888-555-{d4}⟧ X{d3}. VEHICLE CLAIM VIN ⟦vehicle|1FTFW1ET5DFC1{d4}⟧. SEE ⟦url|www.payer-example.com/era/{d6}⟧.
""".replace("X{d3}.", "⟦phone|X{d3}⟧."),
)
