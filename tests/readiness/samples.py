"""Invented messages of each format that show every field of the audit which the format can carry."""

from careloom.connect.claims import COLUMNS
from tests.connect.hl7 import hl7, seg
from tests.connect.scanned import pdf
from tests.connect.x12_made import PROFESSIONAL, whole
from tests.connect.x12_made import body as x12_body

NOTE = """Patient: Marta Quill
Birth date: 1949-06-30
Sex: female
MRN: Q-778
Date: 2026-03-04
Author: R. Blake, MSW
Type: progress note

She takes metoprolol 50 mg twice a day.
She is allergic to penicillin: hives.
She was evicted and has no place to stay.
Her daughter helps her with bathing and is exhausted; Zarit caregiver burden 40.
She needs help with bathing and walks with a walker.
Mini-Cog 2 of 5, memory is failing.
PHQ-9 score 14.
Weight 72 kg, BP 132/78, creatinine 1.1 mg/dL.
She is DNR; her health care proxy is her daughter Ana.
She speaks Spanish and needs an interpreter.
She asks that no messages be left on her phone.
She smokes a pack a day.
Family history: her mother is allergic to penicillin.
"""
WHO = "PID|1||H-778^^^HARBOR^MR||Quill^Marta^Jo^Jr||19490630|F|||8 Ash Lane^^Bangor^ME^04401||2075550100||es|||||||"
OBR = seg("OBR", {1: "1", 4: "24323-8^CMP^LN", 7: "202603040800", 24: "LAB", 25: "F"})


def obx(code: str, value: str, unit: str = "", kind: str = "NM") -> str:
    """A result of an OBX coded in LOINC."""
    return f"OBX|1|{kind}|{code}^x^LN||{value}|{unit}|||||F|||202603040800"


HL7 = (
    hl7(
        "ADT^A03",
        seg("PD1", {4: "1234567893^Osei^Kofi^^^^^^NPI", 7: "Y", 11: "Y", 12: "Y"}),
        "NK1|1|Quill^Ana|DAU^daughter^HL70063",
        seg("PV1", {1: "1", 2: "I", 36: "01", 44: "202603010800", 45: "202603040800"}),
        "AL1|1|DA|7980^penicillin^RXNORM|MO|hives",
        "DG1|1||E11.9^Type 2 diabetes^I10|||W",
        seg("PR1", {1: "1", 3: "93000^ECG^C4", 5: "202603020900"}),
        seg("IN1", {1: "1", 2: "HMO", 3: "60054", 4: "Larch Health Plan"}),
        seg("CON", {1: "1", 2: "001", 11: "A", 13: "202603010800"}),
        pid=WHO,
    ),
    hl7(
        "ORU^R01",
        OBR,
        obx("33914-3", "52", "mL/min/{1.73_m2}"),
        obx("29463-7", "80", "kg"),
        obx("8480-6", "140", "mm[Hg]"),
        obx("44261-6", "14", "{score}"),
        obx("72106-8", "22", "{score}"),
        obx("72166-2", "449868002^Current every day smoker^SCT", kind="CWE"),
        obx("93025-5", "food is short", kind="ST"),
        obx("96761-2", "3", "{score}"),
        pid=WHO,
    ),
    hl7(
        "RDE^O11",
        "ORC|NW|R1",
        "RXE|^BID|6918^metoprolol^RXNORM|50||mg|TAB",
        "RXR|PO",
        pid=WHO,
    ),
    hl7(
        "RDS^O13",
        "ORC|RE|R1",
        seg("RXD", {1: "1", 2: "00093104801^metoprolol^NDC", 3: "20260302", 4: "60", 5: "TAB", 7: "R1"}),
        pid=WHO,
    ),
    hl7("VXU^V04", "ORC|RE||V1", "RXA|0|1|20251001|20251001|150^influenza^CVX|0.5|mL", pid=WHO),
    hl7("SIU^S12", "SCH|1|2||||^x|||30|min|^^^202612010900", WHO, pid=""),
    hl7("ORM^O01", "ORC|NW|O1", seg("OBR", {1: "1", 2: "O1", 4: "93000^ECG^C4"}), pid=WHO),
    hl7(
        "MDM^T02",
        "EVN|T02|20260304",
        "TXA|1|CN|TX|20260304|||||||||D1||||||AU",
        "OBX|1|TX|x||She sleeps well.",
        pid=WHO,
    ),
    hl7("PGL^PC6", "GOL|AD|20260301|G1^walk each day^L|GI1", pid=WHO),
)
CLAIM = (
    f"{','.join(COLUMNS)}\n"
    "Q-778,Quill,Marta,,1949-06-30,F,C-1,2026-02-03,00093-1048-01,860975,METFORMIN,500 mg,60,30,2,L,P,paid,\n"
).encode()
SCANNED = "\n".join(
    [
        "Patient Name: Marta Quill",
        "Date of Birth: 06/30/1949",
        "MRN: Q-778",
        *NOTE.partition("\n\n")[2].splitlines(),
    ]
)
SAMPLES = {
    "hl7v2": HL7,
    "x12": (x12_body(whole(PROFESSIONAL)),),
    "pharmacy_claims": (CLAIM,),
    "notes": (NOTE.encode(),),
    "scan": (pdf(SCANNED),),
}
