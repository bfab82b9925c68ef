"""What else a source says of an entry: the parts of its detail that a reader judges it by, with words for them."""

from collections.abc import Callable

from careloom.care.entry import Entry
from careloom.web.present.banner import language
from careloom.web.present.words import day

# Keys of an entry's detail with the words for them, in the order in which they are read.
DETAILS: tuple[tuple[str, str], ...] = (
    ("birth_date", "born"),
    ("sex", "sex"),
    ("deceased", "died"),
    ("language", "language"),
    ("interpreter", "interpreter"),
    ("contact", "safe to leave a message"),
    ("general_practitioner", "primary care"),
    ("proxy", "proxy"),
    ("reaction", "reaction"),
    ("severity", "severity"),
    ("criticality", "criticality"),
    ("absent", "no value because"),
    ("empty", "empty because"),
    ("body_site", "where"),
    ("quantity", "quantity"),
    ("days_supply", "days' supply"),
    ("refills", "refills left"),
    ("prescriber", "ordered by"),
    ("pharmacy", "pharmacy"),
    ("author", "by"),
    ("informant", "told by"),
    ("unit_assumed", "unit not written, the usual one taken"),
    ("custodian", "kept by"),
    ("completion", "completion"),
    ("read_by", "read by"),
    ("found_by", "found by"),
    ("relation", "relation"),
    ("reason", "why"),
    ("use", "asked as"),
    ("service", "for"),
    ("outcome", "outcome"),
    ("disposition", "answer"),
    ("authorization", "authorization"),
    ("payer", "payer"),
    ("target", "target"),
    ("achievement", "achieved"),
    ("priority", "priority"),
    ("due", "due"),
    ("place", "at"),
    ("instructions", "to do before"),
    ("answer", "patient's answer"),
    ("onset", "began"),
    ("abatement", "ended"),
    ("discharge", "discharge"),
    ("length", "how long, as told"),
    ("participants", "with"),
    ("document", "paper"),
    ("recipient", "may receive"),
    ("purpose", "for the purpose of"),
    ("labels", "labelled"),
    ("section", "under"),
    ("note", "note"),
    ("settled", "settled"),
    ("overruled", "no longer speaks for"),
)
# HL7 list-empty-reason.
EMPTY = {
    "nilknown": "none known",
    "notasked": "not asked",
    "withheld": "withheld",
    "unavailable": "unavailable",
    "notstarted": "not started",
    "closed": "closed",
}
# What of an entry a person overruled when sources disagreed.
OVERRULED = {
    "dose": "the dose, since another one was settled",
    "all": "what it says, since something else was settled",
    "denial": "that no such allergy is known, since one was settled",
}
# Codes of a source that are read better as words.
SPOKEN: dict[str, Callable[[str], str]] = {
    "language": language,
    "interpreter": lambda code: "needed" if code == "true" else "not needed",
    "contact": lambda code: {"ok": "yes"}.get(code, code),
    "deceased": lambda code: "yes, no date" if code == "true" else code,
    "empty": lambda code: EMPTY.get(code, code),
    "read_by": lambda code: "a machine, off an image; not confirmed" if code == "ocr" else code,
    "overruled": lambda code: OVERRULED.get(code, code),
    "achievement": lambda code: code.replace("-", " "),
}


def facts(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Label and value of everything that the source says beside name, value and time; the source's own words."""
    found = []
    if entry.dosage is not None:
        dosage = entry.dosage
        said = dosage.text or " · ".join(
            part for part in (dosage.dose, dosage.route, dosage.frequency) if part
        )
        found.append(("dosage", said))
    if entry.status in ("amended", "corrected"):
        found.append(("status", entry.status))
    for key, label in DETAILS:
        told = entry.detail.get(key, "")
        found.append((label, SPOKEN[key](told) if told and key in SPOKEN else told))
    if entry.recorded is not None and day(entry.recorded)[:10] != day(entry.happened)[:10]:
        found.append(("recorded", day(entry.recorded)))
    return tuple((label, value) for label, value in found if value)
