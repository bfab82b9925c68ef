"""Which resources count as done, ordered or seen: the Status library of the eCQMs, versions 1.8 (2025) and 1.15 (2026)."""

from careloom.measure.quality.noun import Table

SEEN = ("final", "amended", "corrected")
ORDERED = ("active", "completed")
# A diagnosis that stands: none of refuted and entered in error.
VERIFIED = ("confirmed", "unconfirmed", "provisional", "differential")


def assessment_performed(table: Table) -> Table:
    """Observations of a survey that are final."""
    return table.filter(table.status.isin(SEEN) & table.category.contains("survey"))


def laboratory_performed(table: Table) -> Table:
    """Final results of a laboratory."""
    return table.filter(table.status.isin(SEEN) & table.category.contains("laboratory"))


def examined(table: Table) -> Table:
    """Final findings of a physical examination."""
    return table.filter(table.status.isin(SEEN) & table.category.contains("exam"))


def measured(table: Table) -> Table:
    """Final observations of any kind (vital signs, diagnostic studies)."""
    return table.filter(table.status.isin(SEEN))


def symptom(table: Table) -> Table:
    """Observations that are final or preliminary."""
    return table.filter(table.status.isin(("preliminary", *SEEN)))


def encounter_performed(table: Table) -> Table:
    """Encounters that took place or are taking place."""
    return table.filter(table.status.isin(("finished", "arrived", "triaged", "in-progress", "onleave")))


def performed(table: Table) -> Table:
    """Procedures and interventions that are completed."""
    return table.filter(table.status == "completed")


def ordered(table: Table) -> Table:
    """Orders (of services, devices, drugs) that are active or completed, and that don't forbid what they name."""
    return table.filter(table.status.isin(ORDERED) & (table.intent == "order") & ~table.negated)


def medication_active(table: Table) -> Table:
    """Orders of drugs that are active."""
    return table.filter((table.status == "active") & (table.intent == "order") & ~table.negated)


def dispensed(table: Table) -> Table:
    """Fills that were handed out, or are about to be."""
    return table.filter(table.status.isin(("completed", "in-progress", "on-hold")))


def verified(table: Table) -> Table:
    """Diagnoses without a verification status, or with one that leaves them standing (2026)."""
    return table.filter(table.certainty.isnull() | table.certainty.isin(("", *VERIFIED)))
