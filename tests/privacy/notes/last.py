"""Notes written after what `unseen` showed had been mended, to look once more: the first measurement on them is told in docs/deidentification.md."""

POOLS = {
    "given": [
        "Harmony",
        "Olumide",
        "Star",
        "Jaroslav",
        "Teodora",
        "Rain",
        "Christian",
        "Paz",
        "Wren",
        "Gaylord",
        "Anh",
        "Shaniqua",
        "Pilar",
        "Ebenezer",
        "Noor",
        "Clay",
        "Jewel",
        "Sunny",
        "Birgitta",
        "Amadou",
        "Kiran",
        "Patience",
        "Lourdes",
        "Rusty",
    ],
    "family": [
        "Van Der Zee",
        "Hightower",
        "Eze",
        "Cruz-Santiago",
        "Goodman",
        "Bishop",
        "Waters",
        "Rice",
        "Fitzgerald",
        "Krishnamurthy",
        "Muñoz",
        "El-Sayed",
        "Two Bulls",
        "Yazzie",
        "Holmgren",
        "MacKenzie",
        "O'Shaughnessy",
        "Ng",
        "Adeyemi",
        "Monteiro",
        "Fox",
        "Snow",
        "Weiss",
        "Phan",
    ],
    "town": ["Chinle", "Mobile", "Liberty", "Salem", "San Luis Obispo", "Bedford", "Eureka", "Orange"],
    "road": ["Saguaro", "Harborview", "Second", "Robert E. Lee", "NE Alberta", "Spring Garden", "Church"],
}
NOTES = (
    """Dialysis unit hand-off. ⟦name|{given} {family}⟧ ran 3.5 h, UF 2.1 L, dry wt 71 kg. Access: L AVF. Cramps at hour 3. Ride home with brother-in-law ⟦name|{given}⟧, who can be reached at ⟦phone|602 555-{d4}⟧. Missed ⟦date|11/18⟧ due to no gas money. Epogen 8,000 units. Next run ⟦date|Friday 11/27⟧. ⟦name|{given} {family}⟧, RN
""",
    """CONSULTATION REPORT
REQUESTED BY: ⟦name|{given} {family}⟧, DO        DATE OF CONSULT: ⟦date|10-30-26⟧
PATIENT NAME: ⟦name|{GIVEN} {FAMILY}⟧            ROOM 12      MRN# ⟦mrn|{d3}-{d2}-{d2}⟧
REASON: hyponatremia. This is a ⟦date|94⟧-year-old woman known to our practice, referred from ⟦geography|Desert Willow Care Center⟧. Meds: HCTZ, sertraline. Na 121. Urine osm 480. Impression: SIADH vs thiazide. Stop HCTZ, fluid restrict 1.2 L. Thank you for involving us in the care of ⟦name|Mrs. {family}⟧.
Dictated by: ⟦name|{given} {family}⟧ MD  D: ⟦date|10/30/2026⟧ T: ⟦date|10/31/2026⟧ Job ⟦other|{d7}⟧
""",
    """tc to pt's home #, no answer, left vm. tc to dtr ⟦name|{given}⟧ (⟦phone|336-555-{d4}⟧): mom moved in with her at ⟦geography|{d4} {road} Dr, Apt 2C⟧ ⟦geography|{town}⟧ last ⟦date|Sept⟧. no falls. out of lantus x 3 days, glucometer reads 380. told to go to ed. pcp dr ⟦name|{family}⟧ notified. insurance changed to humana id ⟦health_plan|H{d8}⟧ eff ⟦date|10/1⟧. ⟦name|{given} {family}⟧ lpn
""",
    """Care conference minutes, ⟦date|Wed., Nov. 4th, 2026⟧. Present: ⟦name|{given} {family}⟧ (son), ⟦name|{given} {family}⟧ (RN CM), ⟦name|Dr. {family}⟧, chaplain ⟦name|{given} {family}⟧. ⟦name|{given}⟧ asked about hospice. Goals: comfort, stay home. Oxycodone 5 mg q4h prn, senna. DNR signed ⟦date|11/04⟧. HCPOA: ⟦name|{given} {family}⟧, ⟦email|{d2}poa_{d3}@mail-example.org⟧.
""",
    """EXPLANATION OF BENEFITS. Member: ⟦name|{given} {family}⟧. ID no. ⟦health_plan|{d3} {d2} {d4}⟧. Group ⟦health_plan|0{d6}⟧. Claim number: ⟦account|E{d10}⟧. Provider: ⟦geography|Blue Ridge Orthopaedics⟧. Date of service: ⟦date|06/09/26⟧. Billed $412.00, allowed $188.40, you owe $37.68. Send appeals to ⟦geography|PO Box {d5}⟧, ⟦geography|{town}⟧, CA ⟦geography|93401⟧.
""",
    """Informe de alta. ⟦name|{given} {family}⟧, sexo F, fecha de nac. ⟦date|09/07/1940⟧, ingresó el ⟦date|3 de noviembre⟧ por neumonía y egresó el ⟦date|8 de noviembre de 2026⟧. Tratamiento: amoxicilina 875 mg cada 12 horas. Acompañante: su esposo, ⟦name|{given} {family}⟧. Domicilio: ⟦geography|Av. Hidalgo {d3}⟧, ⟦geography|Colonia Centro⟧. Cita con la Dra. ⟦name|{given} {family}⟧ el ⟦date|16/11⟧. No. de expediente ⟦mrn|{d6}⟧.
""",
    """Signed out to ⟦name|{given}⟧ at 1900. Bed 4 = ⟦name|{family}⟧, 67F, DKA, gap closed, on subQ. Bed 7 = ⟦name|{family}⟧, 80M, GI bleed, Hgb 7.9, 2 u PRBC. Family of bed 7 (wife ⟦name|{given}⟧) at ⟦phone|x{d4}⟧. Call ⟦name|{given} {family}⟧ (GI fellow, pager ⟦phone|{d5}⟧) if melena.
""",
    """Housing letter. To: ⟦name|{given} {family}⟧, Section 8 Coordinator. My patient ⟦name|{given} {family}⟧ (born ⟦date|January 9⟧, 1949; voucher ⟦other|V-{d6}⟧) uses oxygen 2 L and cannot climb stairs at ⟦geography|{d3} {road} Ave., Unit 3F⟧, ⟦geography|{town}⟧, OR. SSN ⟦ssn|xxx-xx-{d4}⟧. The elevator has been out since ⟦date|10/20⟧. Lic. plate for parking: ⟦vehicle|{d3} KLM⟧. ⟦name|{given} {family}⟧, MSW, lic # ⟦licence|L{d5}⟧
""",
)
