"""Which entries tell of a fill: a pharmacy's dispense, or a payer's adjudicated pharmacy claim."""

from careloom.care.entry import Entry

CLAIMS = ("MedicationDispense", "ExplanationOfBenefit")
_FILLED = frozenset({"completed", "in-progress", "preparation", None})
_REFUSED = frozenset({"denied", "error"})


def is_claim(entry: Entry) -> bool:
    """Whether an entry tells of a fill, made or refused: a dispense, or a payer's adjudicated pharmacy claim."""
    if entry.kind == "MedicationDispense":
        return True
    return (
        entry.kind == "ExplanationOfBenefit"
        and "pharmacy" in entry.category
        and entry.detail.get("use", "claim") == "claim"
        and bool(entry.text or entry.codes)
    )


def is_fill(entry: Entry) -> bool:
    """Whether it was handed out: neither denied nor reversed."""
    if entry.kind == "MedicationDispense":
        return entry.status in _FILLED
    return (
        is_claim(entry) and entry.status in ("active", None) and entry.detail.get("outcome") not in _REFUSED
    )
