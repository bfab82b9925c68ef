"""What our FHIR server says of itself: a CapabilityStatement of what works, and nothing else.

Source   FHIR R4 CapabilityStatement; US Core 6.1.0, MCC eCare Plan 1.0.0, SDOH Clinical Care 2.3.0 and Da Vinci PAS 2.0.1 for the profiles that
         our resources claim
"""

from collections.abc import Mapping
from datetime import date

from careloom.chart.parameters import PARAMETERS, WHOSE
from careloom.chart.pas import PAS
from careloom.chart.people import MCC, SDOH, US_CORE, Resource
from careloom.chart.searching import REVINCLUDE, included_by

_US_CORE, _MCC = f"{US_CORE}/StructureDefinition", f"{MCC}/StructureDefinition"
_CONDITION = f"{_US_CORE}/us-core-condition-problems-health-concerns"
# By type the profiles that resources claim, each as far as it keeps them.
PROFILES: Mapping[str, tuple[str, ...]] = {
    "Patient": (f"{_US_CORE}/us-core-patient",),
    "CarePlan": (f"{_US_CORE}/us-core-careplan", f"{_MCC}/mccCarePlan"),
    "Goal": (f"{_US_CORE}/us-core-goal", f"{_MCC}/MCCGoal", f"{SDOH}/SDOHCC-Goal"),
    "DocumentReference": (f"{_US_CORE}/us-core-documentreference",),
    "Provenance": (f"{_US_CORE}/us-core-provenance",),
    "Condition": (_CONDITION, f"{_MCC}/MCCChronCondHealthConcern", f"{SDOH}/SDOHCC-Condition"),
    "ServiceRequest": (f"{_US_CORE}/us-core-servicerequest", f"{_MCC}/MCCServiceRequest"),
    "CareTeam": (f"{_US_CORE}/us-core-careteam", f"{_MCC}/MCCCareTeam"),
    "AllergyIntolerance": (f"{_US_CORE}/us-core-allergyintolerance",),
    "Practitioner": (f"{_US_CORE}/us-core-practitioner",),
    "PractitionerRole": (f"{PAS}/profile-practitionerrole",),
    "Organization": (f"{_US_CORE}/us-core-organization", f"{PAS}/profile-insurer"),
    "Coverage": (f"{PAS}/profile-coverage",),
    "Claim": (f"{PAS}/profile-claim",),
}
EVENT = "AuditEvent"
SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
NOTE = (
    "Only what is in the chart: signed and filed. Drafts are never served. What was settled and taken back says entered-in-error; "
    "of the versions of a resource the one in force is held, and vread and history answer with it alone; "
    "what is in the chart no more answers 410. Search by POST is preferred, since an address may be logged on its way. "
    "_elements, or _summary (true, text, data, false; of a search count, too), says how much of each resource is told; what is left out is "
    "tagged SUBSETTED. No type at once is searched, and no batch or transaction is taken."
)


def capability(base: str, version: str, day: date) -> Resource:
    """The statement of the server at `base`."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": day.isoformat(),
        "kind": "instance",
        "software": {"name": "Careloom", "version": version},
        "implementation": {"description": "Careloom: what was signed, as FHIR R4", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": NOTE,
                "security": {
                    "cors": False,
                    "service": [
                        {"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}], "text": "A token"}
                    ],
                    "description": "A bearer token of `careloom token add` whose scope names the type (system/CarePlan.rs).",
                },
                "resource": [_of(kind) for kind in PARAMETERS],
            }
        ],
    }


def _of(kind: str) -> Resource:
    whose = [name for name in WHOSE if name in PARAMETERS[kind]]
    needed = f"A search says whose: one of {', '.join(whose)}." if kind not in ("Patient", EVENT) else ""
    return {
        "type": kind,
        **({"supportedProfile": list(PROFILES[kind])} if kind in PROFILES else {}),
        **({"documentation": needed} if needed else {}),
        "interaction": [{"code": code} for code in _interactions(kind)],
        # Versions are counted, and of them the one in force is held.
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-supported" if kind == EVENT else "full-support",
        "referencePolicy": ["literal", "local"],
        **({"searchInclude": list(includes)} if (includes := included_by(kind)) and kind != EVENT else {}),
        **({"searchRevInclude": [REVINCLUDE]} if kind not in ("Provenance", EVENT) else {}),
        "searchParam": [{"name": name, "type": one.by.value} for name, one in PARAMETERS[kind].items()],
    }


def _interactions(kind: str) -> tuple[str, ...]:
    return ("read", "search-type") if kind == EVENT else ("read", "vread", "history-instance", "search-type")
