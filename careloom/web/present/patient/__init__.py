"""The patient page: one person's record by its parts; each fact names its source, and the source's own words are one step away."""

from collections.abc import Mapping

# The parts in the order in which they stand on the page.
SECTIONS: Mapping[str, str] = {
    "timeline": "Timeline",
    "problems": "Problems",
    "medications": "Medications",
    "allergies": "Allergies",
    "results": "Results",
    "needs": "Needs",
    "around": "Care team",
    "documents": "Documents",
    "messages": "Messages",
    "tasks": "Tasks",
}
