"""What our FHIR server says of itself: a CapabilityStatement of what works, and nothing else.

Source   FHIR R4 CapabilityStatement; US Core 6.1 for the profiles that our resources claim
"""

from datetime import date

from careloom.chart.parameters import PARAMETERS, WHOSE
from careloom.chart.people import Resource
from careloom.chart.searching import REVINCLUDE, included_by

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
PROFILES = {
    "CarePlan": "us-core-careplan",
    "Condition": "us-core-condition-problems-health-concerns",
    "Goal": "us-core-goal",
    "DocumentReference": "us-core-documentreference",
}
SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
NOTE = (
    "Only what is in the chart: signed and filed. Drafts are never served. What was settled and taken back says entered-in-error; "
    "what is in the chart no more answers 410. Search by POST is preferred, since an address may be logged on its way."
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
    needed = (
        f"A search says whose: one of {', '.join(whose)}." if kind not in ("Patient", "AuditEvent") else ""
    )
    return {
        "type": kind,
        **({"supportedProfile": [f"{US_CORE}/{PROFILES[kind]}"]} if kind in PROFILES else {}),
        **({"documentation": needed} if needed else {}),
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        **(
            {"searchInclude": list(includes)}
            if (includes := included_by(kind)) and kind != "AuditEvent"
            else {}
        ),
        **({"searchRevInclude": [REVINCLUDE]} if kind not in ("Provenance", "AuditEvent") else {}),
        "searchParam": [{"name": name, "type": one.by.value} for name, one in PARAMETERS[kind].items()],
    }
