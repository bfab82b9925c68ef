"""The patient page: one person's record by its parts; each fact names its source, and the source's own words are one step away."""

from collections.abc import Mapping

from careloom.web.saying import later

# The parts in the order in which they stand on the page.
SECTIONS: Mapping[str, str] = {
    "timeline": later("Timeline"),
    "problems": later("Problems"),
    "medications": later("Medications"),
    "allergies": later("Allergies"),
    "results": later("Results"),
    "needs": later("Needs"),
    "around": later("Care team"),
    "documents": later("Documents"),
    "messages": later("Messages"),
    "tasks": later("Tasks"),
}
