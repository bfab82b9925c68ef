"""Names of coding systems (HL7 table 0396) as FHIR's URIs, and assigning authorities as systems.

Source   HL7 table 0396; FHIR R4, terminologies-systems and identifier-registry; HL7 v2-to-FHIR, CWE and CX maps
"""

import re
from functools import lru_cache

from careloom.care.entry import ICD10, ICD10_WHO, LOINC, NDC, RXNORM, SNOMED, UCUM
from careloom.connect.hl7v2.segments import Composite

V2 = "http://terminology.hl7.org/CodeSystem/v2-"
SSN = "http://hl7.org/fhir/sid/us-ssn"
SYSTEMS = {
    "LN": LOINC,
    "LOINC": LOINC,
    "SCT": SNOMED,
    "SNOMED": SNOMED,
    "SNOMED-CT": SNOMED,
    "SNOMED CT": SNOMED,
    "SNOMEDCT": SNOMED,
    "SCT2": SNOMED,
    "RXNORM": RXNORM,
    "NDC": NDC,
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "MVX": "http://hl7.org/fhir/sid/mvx",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9CDX": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9CP": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD-9": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD9CM": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD-9-CM": "http://hl7.org/fhir/sid/icd-9-cm",
    "I10": ICD10_WHO,
    "ICD10": ICD10_WHO,
    "ICD-10": ICD10_WHO,
    "I10C": ICD10,
    "ICD10CM": ICD10,
    "ICD10-CM": ICD10,
    "ICD-10-CM": ICD10,
    "I10P": "http://www.cms.gov/Medicare/Coding/ICD10",
    "C4": "http://www.ama-assn.org/go/cpt",
    "CPT": "http://www.ama-assn.org/go/cpt",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "HPC": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "CD2": "http://www.ada.org/cdt",
    "UCUM": UCUM,
    "CDCREC": "urn:oid:2.16.840.1.113883.6.238",
    "NDFRT": "http://hl7.org/fhir/ndfrt",
    "FDAUNII": "http://fdasis.nlm.nih.gov",
    "UNII": "http://fdasis.nlm.nih.gov",
    "WC": "http://www.whocc.no/atc",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "MDC": "urn:iso:std:iso:11073:10101",
    "ISO639": "urn:ietf:bcp:47",
    "ISO3166_1": "urn:iso:std:iso:3166",
    "NUCC": "http://nucc.org/provider-taxonomy",
    "HCPT": "http://nucc.org/provider-taxonomy",
    "NPI": "http://hl7.org/fhir/sid/us-npi",
    "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
}
TABLE = re.compile(r"(?:HL7|0)?0?(\d{4})")
OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# OIDs that FHIR's registry of identifier systems names otherwise.
KNOWN_OIDS = {
    "2.16.840.1.113883.4.1": SSN,
    "2.16.840.1.113883.4.6": "http://hl7.org/fhir/sid/us-npi",
    "2.16.840.1.113883.4.572": "http://hl7.org/fhir/sid/us-medicare",
    "2.16.840.1.113883.4.927": "http://hl7.org/fhir/sid/us-mbi",
}
# Code systems by OID, as version 2.7 and later may name them (CWE.14).
OID_SYSTEMS = {
    "2.16.840.1.113883.6.1": LOINC,
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.69": NDC,
    "2.16.840.1.113883.6.90": ICD10,
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.3": ICD10_WHO,
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.8": UCUM,
}
# Types (HL7 table 0203) by which a patient's own number is meant, so that they need not be told apart.
PATIENT_NUMBERS = frozenset({"MR", "PI", "MRN", "PT", "U", ""})
# Numbers of an account or a visit: several people may share one, and one person has many.
ACCOUNTS = frozenset({"AN", "ANC", "AND", "ANT", "VN", "BA", "BC", "PN"})
US_AUTHORITIES = frozenset({"", "SSA", "USSSA", "USA", "US"})


@lru_cache(maxsize=4_096)
def system(name: str, source: str) -> str:
    """The URI of a coding system by its name in table 0396; a local one (L, 99…) is the source's own."""
    said = name.strip()
    if not said:
        return ""
    upper = said.upper()
    if upper in SYSTEMS:
        return SYSTEMS[upper]
    if upper.startswith("HL7") and (found := TABLE.fullmatch(upper)):
        return f"{V2}{found.group(1)}"
    if said.startswith(("http://", "https://", "urn:")):
        return said
    if OID.fullmatch(said):
        return OID_SYSTEMS.get(said, f"urn:oid:{said}")
    if upper == "L" or upper.startswith("99"):
        return f"urn:careloom:source:{source}:code:{said}"
    return f"urn:careloom:code:{said}"


def authority(universal: str, kind: str) -> str:
    """The URI that a universal id (HD.2, HD.3) is; "" where it is none, whatever type it claims."""
    if universal.startswith(("http://", "https://", "urn:")):
        return universal
    if kind in ("ISO", "") and OID.fullmatch(universal):
        return KNOWN_OIDS.get(universal, f"urn:oid:{universal}")
    if kind in ("UUID", "GUID", "") and UUID.fullmatch(universal):
        return f"urn:uuid:{universal.lower()}"
    return ""


def assigner(one: Composite, component: int, source: str, *, kind: str, untyped: str) -> str:
    """The system of an identifier whose assigning authority (HD) is a component, and whose type is `kind`.

    Where only the sender's own name for the authority stands, the system is this source's; `untyped` is the
    type where neither is said. An account's or a visit's number gets a system that tells nobody apart.
    """
    name, universal = one.sub(component, 1), one.sub(component, 2)
    uri = authority(universal, one.sub(component, 3))
    if kind in ACCOUNTS:
        return f"urn:careloom:number:{source}:{uri or name or kind}"
    if kind == "SS" and not uri and name.upper() in US_AUTHORITIES:
        return SSN
    if uri:
        return uri
    own = name or universal
    if not own:
        return f"urn:careloom:source:{source}:{(untyped if kind in PATIENT_NUMBERS else kind) or 'MR'}"
    return f"urn:careloom:source:{source}:{own}" + ("" if kind in PATIENT_NUMBERS else f":{kind}")
