"""What an entry has to do with a statement, by its words: so that a citation changed for its like is no fault."""

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from tests.safety.plans import Plan, knowledge

Planter = Callable[[Statement, Plan, Sequence[Plan], Random], Statement | None]
DAY = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d|-\d)")
LABS = (
    "eGFR", "creatinine", "potassium", "sodium", "HbA1c", "LDL cholesterol", "hemoglobin", "TSH", "NT-proBNP", "INR",
    "urine albumin-to-creatinine ratio", "ALT", "magnesium", "ferritin", "platelets", "calcium", "uric acid", "albumin",
)  # fmt: skip
_PLAIN = frozenset(
    [
        "with",
        "from",
        "that",
        "this",
        "have",
        "been",
        "which",
        "what",
        "when",
        "plan",
        "care",
        "patient",
        "nurse",
        "recorded",
        "score",
        "total",
        "note",
        "health",
        "history",
        "help",
        "needs",
        "social",
        "type",
        "blood",
        "level",
        "measured",
        "active",
        "since",
        "ordered",
        "prescribed",
        "tablet",
        "mouth",
        "daily",
        "source",
        "entry",
        "newest",
        "finding",
    ]
)
_TOLD: dict[str, set[str]] = {}


def is_same(old: Entry, new: Entry, record: PatientRecord) -> bool:
    """Whether two entries are sources of the same thing: the record's own groups, or the same codes or name and value."""
    groups: Iterable[tuple[str, ...]] = (
        one.entries
        for group in (record.problems, record.medications, record.allergies, record.needs, record.conflicts)
        for one in group
    )
    if any(old.id in group and new.id in group for group in groups):
        return True
    if old.kind == new.kind == "Patient":
        return True
    told = (old.name.lower(), old.value, tuple(code.code for code in old.value_codes))
    return told == (new.name.lower(), new.value, tuple(code.code for code in new.value_codes))


def days_of(entry: Entry) -> set[str]:
    times = (entry.effective.start, entry.effective.end, entry.recorded)
    return {one.day.isoformat() for one in times if one is not None}


def words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in _PLAIN}


def told_of(entry: Entry) -> set[str]:
    if entry.id not in _TOLD:
        _TOLD[entry.id] = _all_told_of(entry)
    return _TOLD[entry.id]


def _all_told_of(entry: Entry) -> set[str]:
    parts = [
        entry.text,
        *(code.display for code in (*entry.codes, *entry.value_codes)),
        *entry.detail.values(),
    ]
    lab = knowledge().labs.find(entry.codes, entry.text)
    parts += (lab.label, *lab.words) if lab else ()
    conditions = knowledge().conditions
    concept = conditions.find(entry.codes, entry.text) if entry.kind == "Condition" else None
    for one in conditions.above(concept) if concept else ():
        parts += (conditions.label(one), *conditions.by_concept[one].words, f"about_{one}")
    return words_of(" ".join(parts)) | {one for one in parts if one.startswith("about_")}


def has_to_do(entry: Entry, statement: Statement, cited: Sequence[Entry], record: PatientRecord) -> bool:
    """Whether an entry could be cited for a statement: it has a word of it or of what it cites, or is of the same thing."""
    if entry.kind in ("Patient", "DocumentReference", "CareTeam"):
        return True
    words = {*words_of(statement.text), f"about_{statement.about}"}.union(
        *(told_of(one) for one in cited if one.kind != "Patient")
    )
    return bool(told_of(entry) & words) or any(is_same(one, entry, record) for one in cited)


def cited_by(statement: Statement, plan: Plan) -> list[Entry]:
    return [plan[0].by_id[one] for one in statement.citations if one in plan[0].by_id]


def is_of_sources(statement: Statement) -> bool:
    """Whether a statement names systems alone, so that any entry of theirs can be cited."""
    return "this plan" in statement.text and "source" in statement.text
