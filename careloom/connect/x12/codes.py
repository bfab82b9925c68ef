"""Codes: from X12's qualifiers to the code systems by which FHIR names them.

Sources: X12 elements 235 (product or service), 1270 (code lists of HI); HL7 terminology (URIs of external code
systems); ICD-10-CM and ICD-9-CM official guidelines (the point after the third character, of E codes the fourth).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from careloom.care.entry import ICD10, LOINC, NDC, Code
from careloom.connect.x12.segment import Segment

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CDT = "http://www.ada.org/cdt"
REVENUE = "https://www.nubc.org/CodeSystem/RevenueCodes"
HIPPS = "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/ProspMedicareFeeSvcPmtGen/HIPPSCodes"
DRG = (
    "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/"
    "MS-DRG-Classifications-and-Software"
)
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"
ICD9_PROCEDURE = "http://hl7.org/fhir/sid/icd-9-cm/procedure"
ICD10_PROCEDURE = "http://www.cms.gov/Medicare/Coding/ICD10"
IS_CPT = re.compile(r"\d{4}[\dFTUM]")
IS_HCPCS = re.compile(r"[A-CE-V]\d{4}")
IS_NDC = re.compile(r"\d{11}")

# HI: principal, other, admitting, reason for visit, external cause.
DIAGNOSES: Mapping[str, str] = {
    **dict.fromkeys(("ABK", "ABF", "ABJ", "APR", "ABN"), ICD10),
    **dict.fromkeys(("BK", "BF", "BJ", "PR", "BN"), ICD9),
}
PROCEDURES: Mapping[str, str] = {
    **dict.fromkeys(("BBR", "BBQ", "ABR", "ABQ"), ICD10_PROCEDURE),
    **dict.fromkeys(("BR", "BQ"), ICD9_PROCEDURE),
    **dict.fromkeys(("BP", "BO"), "HC"),
    "DR": DRG,
    "LOI": LOINC,
    "NDC": NDC,
}
PRODUCTS: Mapping[str, str] = {
    "AD": CDT,
    "NU": REVENUE,
    "RB": REVENUE,
    "HP": HIPPS,
    "N4": NDC,
    "ID": ICD9_PROCEDURE,
}


def product(qualifier: str, code: str, words: str = "") -> Code | None:
    """The code of a product or service (X12 element 235 and 234); None where the qualifier names no system known here."""
    if not code:
        return None
    if qualifier == "HC":
        system = CPT if IS_CPT.fullmatch(code) else HCPCS if IS_HCPCS.fullmatch(code) else ""
        return Code(system, code, words) if system else None
    if qualifier == "N4" and not IS_NDC.fullmatch(code):
        return None
    system = PRODUCTS.get(qualifier, "")
    return Code(system, code, words) if system else None


def service(segment: Segment, place: int) -> tuple[Code | None, str]:
    """The code of a composite product or service (C003), and the words for it: its description, else the code."""
    words = segment.part(place, 7)
    code = segment.part(place, 2)
    return product(segment.part(place, 1), code, words), words or code


def health(segment: Segment) -> Iterator[tuple[str, Code]]:
    """What HI lists: "diagnosis" or "procedure", and its code. Other lists (values, occurrences) are passed over."""
    for place in range(1, len(segment.elements)):
        kind, code = segment.part(place, 1), segment.part(place, 2)
        if not code:
            continue
        if kind in DIAGNOSES:
            yield "diagnosis", Code(DIAGNOSES[kind], pointed(DIAGNOSES[kind], code))
        elif PROCEDURES.get(kind) == "HC":
            found = product("HC", code)
            if found:
                yield "procedure", found
        elif kind in PROCEDURES:
            yield "procedure", Code(PROCEDURES[kind], code)


def pointed(system: str, code: str) -> str:
    """A diagnosis code with its point, which X12 leaves out and every other source has."""
    if "." in code:
        return code
    before = 4 if system == ICD9 and code.startswith("E") else 3
    return f"{code[:before]}.{code[before:]}" if len(code) > before else code


def each(codes: Iterable[Code]) -> tuple[Code, ...]:
    """The codes, each once, in order."""
    return tuple(dict.fromkeys(codes))
