"""Which FHIR system an OID stands for.

Source   HL7 Terminology (THO) and FHIR R4, "Using Codes": the URI of each code system's OID; FHIR R4, Identifier
         Systems; C-CDA on FHIR, mapping of ids and codes (2024)
"""

import re
from collections.abc import Mapping

from careloom.care.entry import ICD10, LOINC, NDC, RXNORM, SNOMED, Identifier

CPT = "http://www.ama-assn.org/go/cpt"
CVX = "http://hl7.org/fhir/sid/cvx"
NCI = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
V3_CODES = "http://terminology.hl7.org/CodeSystem/v3-"
URI = "urn:ietf:rfc:3986"

SYSTEMS: Mapping[str, str] = {
    "2.16.840.1.113883.6.96": SNOMED,
    "2.16.840.1.113883.6.1": LOINC,
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.69": NDC,
    "2.16.840.1.113883.6.90": ICD10,
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.104": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.2": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.12.292": CVX,
    "2.16.840.1.113883.6.59": CVX,
    "2.16.840.1.113883.12.227": "http://hl7.org/fhir/sid/mvx",
    "2.16.840.1.113883.6.12": CPT,
    "2.16.840.1.113883.6.285": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.14": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.13": "http://www.ada.org/cdt",
    "2.16.840.1.113883.6.8": "http://unitsofmeasure.org",
    "2.16.840.1.113883.3.26.1.1": NCI,
    "2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "2.16.840.1.113883.3.26.1.5": "http://hl7.org/fhir/ndfrt",
    "2.16.840.1.113883.6.209": "http://hl7.org/fhir/ndfrt",
    "2.16.840.1.113883.6.345": "http://www.nlm.nih.gov/research/umls/medrt",
    "2.16.840.1.113883.6.101": "http://nucc.org/provider-taxonomy",
    "2.16.840.1.113883.6.238": "urn:oid:2.16.840.1.113883.6.238",
    "2.16.840.1.113883.6.259": "https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html",
    "2.16.840.1.113883.6.121": "urn:ietf:bcp:47",
    "2.16.840.1.113883.6.254": "http://hl7.org/fhir/sid/icf",
    "1.2.840.10008.2.16.4": "http://dicom.nema.org/resources/ontology/DCM",
    "2.16.840.1.113883.5.4": V3_CODES + "ActCode",
    "2.16.840.1.113883.5.6": V3_CODES + "ActClass",
    "2.16.840.1.113883.5.8": V3_CODES + "ActReason",
    "2.16.840.1.113883.5.7": V3_CODES + "ActPriority",
    "2.16.840.1.113883.5.25": V3_CODES + "Confidentiality",
    "2.16.840.1.113883.5.83": V3_CODES + "ObservationInterpretation",
    "2.16.840.1.113883.5.88": V3_CODES + "ParticipationFunction",
    "2.16.840.1.113883.5.110": V3_CODES + "RoleClass",
    "2.16.840.1.113883.5.111": V3_CODES + "RoleCode",
    "2.16.840.1.113883.5.112": V3_CODES + "RouteOfAdministration",
    "2.16.840.1.113883.5.139": V3_CODES + "TimingEvent",
    "2.16.840.1.113883.5.1": V3_CODES + "AdministrativeGender",
    "2.16.840.1.113883.5.2": V3_CODES + "MaritalStatus",
    "2.16.840.1.113883.5.60": V3_CODES + "LanguageAbilityMode",
    "2.16.840.1.113883.5.1008": V3_CODES + "NullFlavor",
    "2.16.840.1.113883.5.1076": V3_CODES + "ReligiousAffiliation",
    "2.16.840.1.113883.5.1119": V3_CODES + "AddressUse",
    "2.16.840.1.113883.5.1063": V3_CODES + "ObservationValue",
    "2.16.840.1.113883.5.53": V3_CODES + "ReactivityCode",
    "2.16.840.1.113883.12.112": "http://terminology.hl7.org/CodeSystem/v2-0112",
    "2.16.840.1.113883.12.1": "http://terminology.hl7.org/CodeSystem/v2-0001",
    "2.16.840.1.113883.12.78": "http://terminology.hl7.org/CodeSystem/v2-0078",
    "2.16.840.1.113883.12.443": "http://terminology.hl7.org/CodeSystem/v2-0443",
}
# Whose identifiers have a FHIR address of their own.
ASSIGNERS: Mapping[str, str] = {
    "2.16.840.1.113883.4.1": "http://hl7.org/fhir/sid/us-ssn",
    "2.16.840.1.113883.4.6": "http://hl7.org/fhir/sid/us-npi",
    "2.16.840.1.113883.4.572": "http://hl7.org/fhir/sid/us-medicare",
    "2.16.840.1.113883.4.927": "http://hl7.org/fhir/sid/us-mbi",
}
OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


def system(oid: str) -> str:
    """The FHIR URI of a code system's OID; "urn:oid:…" for one that has none, "" for no OID.

    An address where an OID should stand is taken as it is.
    """
    if oid.startswith(("http://", "https://", "urn:")):
        return oid
    return SYSTEMS.get(oid) or (f"urn:oid:{oid}" if OID.fullmatch(oid) else "")


def identifier(root: str, extension: str, source: str) -> Identifier | None:
    """An II as an identifier; None where it names nothing.

    A root alone is itself the value, of the system of URIs. An assigner that is neither OID nor UUID is the source's own word.
    """
    if not extension:
        if OID.fullmatch(root):
            return Identifier(URI, f"urn:oid:{root}")
        return Identifier(URI, f"urn:uuid:{root.lower()}") if UUID.fullmatch(root) else None
    if root in ASSIGNERS:
        return Identifier(ASSIGNERS[root], extension)
    if OID.fullmatch(root):
        return Identifier(f"urn:oid:{root}", extension)
    if UUID.fullmatch(root):
        return Identifier(f"urn:uuid:{root.lower()}", extension)
    return Identifier(f"urn:careloom:source:{source}:{root or 'identifier'}", extension)
