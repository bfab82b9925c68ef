"""Metrics: what a pilot can measure, each with the definition that is printed beside its number."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, and its definition in a sentence or two."""

    name: str
    defined: str


METRICS: Mapping[str, Metric] = {
    "minutes": Metric(
        "Active minutes per case",
        "Minutes in which anybody worked on the case's document, or read, wrote or did paper work for its patient without a document, from the day "
        "of enrolment to the day on which the document was filed, by the running clock (an input lets it run for at most 60 seconds) with the "
        "people's own corrections; calls and visits are not counted. One clock for both arms.",
    ),
    "revised": Metric(
        "Drafts that needed substantial revision",
        "Of the drafts that were decided: those whose words changed by the stated share or more between the draft and what was signed (word edit "
        "distance over the longer of the two), or in which a line of a medication or plan change, a diagnostic impression or an unclear class was "
        "changed or struck, or which were returned or rejected.",
    ),
    "marked": Metric(
        "Drafts that the reviewer says needed substantial revision",
        "Of the drafts of which a participant answered “Did this draft need substantial revision?”: those to which the answer was yes.",
    ),
    "again": Metric(
        "Would go on using it",
        "Of the participants who answered the survey: those who said yes to “Would you go on using it?”, their newest answer each.",
    ),
    "usability": Metric(
        "System Usability Scale",
        "Ten statements answered from 1 to 5; odd ones count the answer minus 1, even ones 5 minus the answer, the sum times 2.5 is a score from 0 "
        "to 100 (Brooke 1996). Each participant's newest answers.",
    ),
    "appointments": Metric(
        "Appointments kept",
        "Of the appointments of enrolled patients that fell after the enrolment and before the end of the pilot and were kept or missed: those kept "
        "(status fulfilled, arrived or checked-in against noshow). Cancelled ones are not counted.",
    ),
    "patients": Metric(
        "Patients' satisfaction",
        "“How satisfied are you with the help you got?”, from 1 (not at all) to 5 (very), as the patient said it to whoever asked; the share of 4 and 5.",
    ),
    "events": Metric(
        "Safety events",
        "Events that reached the patient, minor and serious, recorded of a case by anybody of its care team, per 100 cases.",
    ),
    "near_misses": Metric(
        "Near misses", "Events that were caught before they reached the patient, per 100 cases."
    ),
}
