"""The services that EHRs may call at their hooks: what each is for, and what an EHR is asked to send along."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

_PATIENT = {"patient": "Patient/{{context.patientId}}"}
# What the drug rules look at; the templates are those of FHIR R4 searches that every US Core server answers, and no more of FHIR than CDS
# Hooks 2.0 recommends ("Prefetch query restrictions"): an EHR may leave out all that a template with more would bring.
_DRUGS = {
    **_PATIENT,
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}&status=active,on-hold",
    "statements": "MedicationStatement?patient={{context.patientId}}&status=active,intended",
    "results": "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date&_count=200",
    "vitals": "Observation?patient={{context.patientId}}&category=vital-signs&_sort=-date&_count=50",
}
# What comes along with a search that we make ourselves, where the server knows how: the drugs that orders merely refer to.
ALONG = "&_include="
_ALONG = {"medications": f"{ALONG}MedicationRequest:medication"}
_NEEDS = (
    "Each request carries a signed statement (JWT) of an issuer that the site trusts, by ES384 or RS384. "
    "Without what is to be sent along it answers from Careloom's own record, and says so."
)


@dataclass(frozen=True, slots=True)
class HookService:
    """A service: its hook, its id in the address, and what discovery says of it."""

    id: str
    hook: str
    title: str
    description: str
    prefetch: Mapping[str, str] = field(default_factory=dict)
    needs: str = _NEEDS

    @property
    def on_orders(self) -> bool:
        """Whether its hook has draft orders."""
        return self.hook != "patient-view"


SERVICES = (
    HookService(
        "careloom-patient-view",
        "patient-view",
        "Careloom: care plan and gaps",
        "Says whether a care plan waits for a signature or is in force, and which gaps in care come first.",
        _PATIENT,
    ),
    HookService(
        "careloom-order-select",
        "order-select",
        "Careloom: safety of the medication that is chosen",
        "Checks a chosen medication against the patient's other drugs, allergies, kidneys, problems, pregnancy and age.",
        _DRUGS,
    ),
    HookService(
        "careloom-order-sign",
        "order-sign",
        "Careloom: safety of the medications that are to be signed",
        "Checks medications before they are signed against the patient's other drugs, allergies, kidneys, problems, pregnancy and age.",
        _DRUGS,
    ),
)
BY_ID = {one.id: one for one in SERVICES}

# A suggestion to take a draft order back.
REMOVE = "remove"
# Why somebody sets a card aside: codes of ours, since HL7's own list is informative.
REASONS_SYSTEM = "urn:careloom:override-reason"
REASONS: Mapping[str, str] = {
    "benefit-outweighs": "The benefit outweighs the risk",
    "will-monitor": "It will be monitored",
    "tolerated-before": "The patient has tolerated it before",
    "no-alternative": "There is no alternative",
    "record-is-wrong": "What it rests on is wrong or out of date",
    "not-relevant": "It does not matter for this patient",
}
TOPICS_SYSTEM = "urn:careloom:card-topic"
TOPICS: Mapping[str, str] = {
    "allergy": "Allergy",
    "interaction": "Drug interaction",
    "circumstance": "Drug and condition, age or result",
    "renal": "Kidney function",
    "duplicate": "Duplicate therapy",
    "opioid": "Opioid safety",
    "plan": "Care plan",
    "gaps": "Gaps in care",
    "scope": "What was checked",
}


def suggestion_id(card: str, what: str) -> str:
    """The id of a card's suggestion: REMOVE of a draft order, or the LOINC code of a test to be ordered."""
    return str(uuid5(NAMESPACE_URL, f"{card}/{what}"))


def document_context(proposal: str) -> str:
    """What a card's link hands an EHR for the launch that follows (appContext), so that this document opens; its id is no secret."""
    return f"document={proposal}"


def paths(service: HookService, patient: str, keys: Collection[str]) -> tuple[str, ...]:
    """The reads and searches of a service for a patient (a FHIR id), those of these keys of its prefetch."""
    return tuple(
        path.replace("{{context.patientId}}", patient) + _ALONG.get(key, "")
        for key, path in service.prefetch.items()
        if key in keys
    )
