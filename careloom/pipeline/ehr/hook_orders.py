"""Draft orders at a hook: which of them are checked, and what is said of those that are not."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from careloom import check
from careloom.care.alert import Alert, HookAsked, Sent
from careloom.care.document import Finding, Severity
from careloom.care.entry import Entry, Reading
from careloom.care.hook_services import REMOVE
from careloom.care.record import PatientRecord
from careloom.check.duplicate import NAME as DUPLICATE
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.asked import asked as tests_asked_by
from careloom.knowledge.drugs import is_supply
from careloom.pipeline.ehr.hook_plans import counted
from careloom.record.beside import Order

# As orders of drugs are called in FHIR R4 and STU3, and in DSTU2.
DRUGS = ("MedicationRequest", "MedicationOrder")
# Nobody takes what such an order names.
_OVER = frozenset(("entered-in-error", "cancelled", "stopped", "completed", "ended"))
# How an order of something else is called in words.
_CALLED = {
    "ServiceRequest": "service request",
    "DeviceRequest": "device request",
    "NutritionOrder": "nutrition order",
    "VisionPrescription": "vision prescription",
    "CommunicationRequest": "communication request",
    "ProcedureRequest": "procedure request",
    "ReferralRequest": "referral request",
    "DiagnosticOrder": "diagnostic order",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """Draft orders of drugs: their entries by their places among all drafts, and what is said of those that can't be checked."""

    entries: Mapping[int, Entry] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def chosen(self, asked: HookAsked) -> frozenset[str]:
        """The ids of the entries that are asked about: of the orders chosen just now, else of all."""
        return frozenset(
            one.id for place, one in self.entries.items() if not asked.selected or place in asked.selected
        )

    def references(self, asked: HookAsked) -> dict[str, str]:
        """How the EHR names each order, by its entry's id ("" where it can't)."""
        return {one.id: asked.drafts[place].reference for place, one in self.entries.items()}


def has_drugs(asked: HookAsked) -> bool:
    """Whether there is anything to check among the draft orders."""
    return any(one.kind in DRUGS for one in asked.drafts)


def drafted(asked: HookAsked, read: Callable[[Sequence[Sent]], Iterable[Reading]]) -> Drafted:
    """The orders of drugs. What is over or not to be done is no order; what is another patient's, or can't be read, is said."""
    places = [place for place, one in enumerate(asked.drafts) if one.kind in DRUGS]
    named = [one for one in (*asked.drafts, *asked.given) if one.kind == "Medication"]
    wanted = f"Patient/{asked.patient}"
    try:
        readings = list(read([*(asked.drafts[place] for place in places), *named]))
    except InputError:
        return Drafted(refused=("The draft orders could not be read: none of them was checked.",))
    found: dict[int, Entry] = {}
    others = 0
    for reading in readings:
        mine = any(one.value == wanted for one in reading.person.identifiers)
        for entry in reading.entries:
            if entry.kind != "MedicationRequest" or entry.negated or entry.status in _OVER:
                continue
            if not mine:
                others += 1
                continue
            number = int(entry.source.where.partition("[")[2].partition("]")[0])
            found[places[number]] = entry
    refused = [f"{counted(others, 'draft order')} of another patient: not checked."] if others else []
    unread = sum(len(one.rejected) for one in readings)
    if unread:
        refused.append(f"{counted(unread, 'draft order')} whose drug or patient can't be read: not checked.")
    return Drafted(found, tuple(refused))


def not_drugs(asked: HookAsked) -> list[str]:
    """Which draft orders are none of drugs and so were not looked at."""
    kinds = Counter(one.kind for one in asked.drafts if one.kind not in (*DRUGS, "Medication"))
    told = [counted(number, _CALLED.get(kind, kind)) for kind, number in sorted(kinds.items())]
    return [f"Only orders of drugs are checked. Not looked at: {', '.join(told)}."] if told else []


def unknown(orders: Sequence[Order], knowledge: Knowledge) -> list[str]:
    """Orders whose drug is not known: no silence passes for "nothing harms"."""
    names = [
        one.medication.name
        for one in orders
        if not any(knowledge.drugs.named(drug) for drug in one.medication.ingredients)
        and not is_supply(one.medication.name)
    ]
    told = ", ".join(dict.fromkeys(names))
    return [f"Not checked, since the drug is not known here: {told}."] if names else []


def unknown_beside(orders: Sequence[Order], standing: PatientRecord, knowledge: Knowledge) -> list[str]:
    """Current drugs that are not known, so that no order was checked against them."""
    ordered = {one.medication.name for one in orders}
    names = [one for one in check.coverage(standing, knowledge).unknown if one not in ordered]
    return (
        [f"Not checked against, since they are not known here: {', '.join(names)}."]
        if orders and names
        else []
    )


def listed(orders: Sequence[Order]) -> list[Alert]:
    """That a drug is on the list already in another dose: said once, and it stops nobody."""
    found = []
    for one in orders:
        if one.before is None or one.is_renewal:
            continue
        doses = "; ".join(words for words, _ in one.before.doses) or "no dose stated"
        message = f"{one.medication.name} is on the list already ({doses}): is this a change of dose, or a second product?"
        evidence = (one.entry, *one.before.entries)
        found.append(
            Alert(
                Finding(DUPLICATE, Severity.LOW, message, evidence),
                f"{one.medication.name} is on the list already",
            )
        )
    return found


def each_pair_once(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts, of duplicates the first for the same entries: two products of two ingredients are one duplicate."""
    kept: list[Alert] = []
    seen: set[frozenset[str]] = set()
    for one in alerts:
        if one.finding.rule == DUPLICATE:
            pair = frozenset(one.finding.evidence)
            if pair in seen:
                continue
            seen.add(pair)
        kept.append(one)
    return kept


def tests_of(alert: Alert, asked: HookAsked) -> tuple[tuple[str, str], ...]:
    """The laboratory tests that an alert asks for, each once, but those that a draft order beside it holds already."""
    drafts = [one.raw.decode("utf-8", "replace") for one in asked.drafts if one.kind not in DRUGS]
    wanted = [test for row in alert.asks for test in tests_asked_by().get(row, ())]
    lacking = [one for one in wanted if not any(one.is_in(draft) for draft in drafts)]
    return tuple(dict.fromkeys((one.loinc, one.name) for one in lacking))


def offers() -> frozenset[str]:
    """Whatever a card may offer: to take a draft order back, and each test by its LOINC code."""
    return frozenset({REMOVE, *(test.loinc for tests in tests_asked_by().values() for test in tests)})


def to_remove(alert: Alert, orders: Sequence[Order], references: Mapping[str, str]) -> tuple[str, str]:
    """The draft order that an alert offers to take back, and its drug: the only one that it is about, where the EHR can name it."""
    about = [one for one in orders if one.entry in alert.finding.evidence]
    if len(about) != 1 or "/" not in references[about[0].entry]:
        return ("", "")
    return references[about[0].entry], about[0].medication.name
