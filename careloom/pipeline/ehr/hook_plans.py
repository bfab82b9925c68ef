"""What an EHR is shown of a plan that waits or is in force, and of what is missing."""

from dataclasses import dataclass
from typing import Literal

from careloom.care.alert import Card
from careloom.care.document import Proposal, Severity
from careloom.care.record import PatientRecord
from careloom.pipeline.ehr.hook_cards import cut, plain

TOP = 3


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the issuer by its name here, the source system whose patients' ids it uses, where links lead, and whether the EHR opens
    Careloom inside itself (docs/smart.md).
    """

    name: str
    source: str
    links: str = ""
    smart: bool = False

    def link(self, label: str, path: str) -> tuple[str, str, Literal["absolute", "smart"]]:
        """A link to a page; where the EHR opens Careloom inside itself, to that with the patient of its chart."""
        if self.smart:
            return label, f"{self.links}/smart/launch", "smart"
        return label, f"{self.links}{path}", "absolute"


def in_force_card(asker: Asker, plan: str, since: str) -> Card:
    """A plan that is in the chart since a day (ISO)."""
    return Card(
        summary=f"A care plan is in force since {since}",
        indicator="info",
        rule="plan",
        source="Careloom",
        topic="plan",
        proposal=plan,
        link=asker.link("Open the care plan in Careloom", f"/review/{plan}"),
    )


def waiting_card(asker: Asker, plan: Proposal) -> Card:
    """A plan that waits, with its three gravest findings."""
    high = sum(one.severity is Severity.HIGH for one in plan.findings)
    said = f": {counted(high, 'grave finding')}" if high else ""
    top = "\n".join(f"- {plain(cut(one.message))}" for one in plan.findings[:TOP])
    return Card(
        summary=f"A care plan waits for a signature{said}",
        indicator="warning" if high else "info",
        rule="plan",
        detail=f"What the check found first:\n\n{top}" if top else "",
        source="Careloom",
        topic="plan",
        proposal=plan.id,
        link=asker.link("Read the care plan in Careloom", f"/review/{plan.id}"),
    )


def gaps_cards(asker: Asker, patient: str, record: PatientRecord) -> list[Card]:
    """The first gaps in care, where there are any."""
    if not record.gaps:
        return []
    # What a problem or a drug of hers makes needed comes before what everybody needs.
    first = sorted(record.gaps, key=lambda one: not set(one.entries) - set(record.demographics.entries))[:TOP]
    told = [f"- {plain(one.label)}: {plain(one.why)}" for one in first]
    names = ", ".join(one.label for one in first)
    return [
        Card(
            summary=cut(f"{counted(len(record.gaps), 'gap')} in care: {names}"),
            indicator="info",
            rule="gaps",
            detail="\n".join(told),
            source="Careloom",
            topic="gaps",
            link=asker.link("Open the patient in Careloom", f"/patients/{patient}"),
        )
    ]


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its word: "1 gap", "3 gaps"."""
    return f"1 {one}" if number == 1 else f"{number} {many or f'{one}s'}"
