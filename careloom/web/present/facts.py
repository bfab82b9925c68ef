"""What else a source says of an entry: the parts of its detail that a reader judges it by, with words for them."""

from collections.abc import Callable

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.web.present.banner import language
from careloom.web.present.words import day
from careloom.web.saying import later

# Keys of an entry's detail with the words for them, in the order in which they are read.
DETAILS: tuple[tuple[str, str], ...] = (
    ("birth_date", later("born")),
    ("sex", later("sex")),
    ("deceased", later("died")),
    ("language", later("language")),
    ("interpreter", later("interpreter")),
    ("contact", later("safe to leave a message")),
    ("general_practitioner", later("primary care")),
    ("proxy", later("proxy")),
    ("reaction", later("reaction")),
    ("severity", later("severity")),
    ("criticality", later("criticality")),
    ("absent", later("no value because")),
    ("empty", later("empty because")),
    ("body_site", later("where")),
    ("quantity", later("quantity")),
    ("days_supply", later("days' supply")),
    ("refills", later("refills left")),
    ("adherence", later("how it is taken")),
    ("doubled", later("two bottles of it")),
    ("prescriber", later("ordered by")),
    ("practice", later("of the practice")),
    ("pharmacy", later("pharmacy")),
    ("author", later("by")),
    ("informant", later("told by")),
    ("unit_assumed", later("unit not written, the usual one taken")),
    ("custodian", later("kept by")),
    ("completion", later("completion")),
    ("read_by", later("read by")),
    ("found_by", later("found by")),
    ("relation", later("relation")),
    ("reason", later("why")),
    ("use", later("asked as")),
    ("service", later("for")),
    ("outcome", later("outcome")),
    ("disposition", later("answer")),
    ("authorization", later("authorization")),
    ("payer", later("payer")),
    ("target", later("target")),
    ("achievement", later("achieved")),
    ("priority", later("priority")),
    ("due", later("due")),
    ("place", later("at")),
    ("instructions", later("to do before")),
    ("answer", later("patient's answer")),
    ("onset", later("began")),
    ("abatement", later("ended")),
    ("discharge", later("discharge")),
    ("length", later("how long, as told")),
    ("participants", later("with")),
    ("document", later("paper")),
    ("recipient", later("may receive")),
    ("purpose", later("for the purpose of")),
    ("labels", later("labelled")),
    ("section", later("under")),
    ("note", later("note")),
    ("settled", later("settled")),
    ("overruled", later("no longer speaks for")),
)
# HL7 list-empty-reason.
EMPTY = {
    "nilknown": later("none known"),
    "notasked": later("not asked"),
    "withheld": later("withheld"),
    "unavailable": later("unavailable"),
    "notstarted": later("not started"),
    "closed": later("closed"),
}
# What of an entry a person overruled when sources disagreed.
OVERRULED = {
    "dose": later("the dose, since another one was settled"),
    "all": later("what it says, since something else was settled"),
    "denial": later("that no such allergy is known, since one was settled"),
}
# Codes of a source that are read better as words.
SPOKEN: dict[str, Callable[[str], str]] = {
    "language": language,
    "interpreter": lambda code: gettext("needed") if code == "true" else gettext("not needed"),
    "contact": lambda code: gettext("yes") if code == "ok" else code,
    "deceased": lambda code: gettext("yes, no date") if code == "true" else code,
    "empty": lambda code: EMPTY.get(code, code),
    "read_by": lambda code: gettext("a machine, off an image; not confirmed") if code == "ocr" else code,
    "adherence": lambda code: (
        gettext("not as directed, doses are missed") if code == "taking-not-as-directed" else code
    ),
    "doubled": lambda code: gettext("both are used") if code == "true" else code,
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
        found.append((gettext("dosage"), said))
    if entry.status in ("amended", "corrected"):
        found.append((gettext("status"), entry.status))
    for key, label in DETAILS:
        told = entry.detail.get(key, "")
        found.append((label, SPOKEN[key](told) if told and key in SPOKEN else told))
    if entry.recorded is not None and day(entry.recorded)[:10] != day(entry.happened)[:10]:
        found.append((gettext("recorded"), day(entry.recorded)))
    return tuple((label, value) for label, value in found if value)
