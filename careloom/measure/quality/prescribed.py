"""Orders of drugs as the measures count them: what is an order, one row each, and for how many days it supplies.

Source   the eCQMs' Status (`isMedicationOrder`) and CumulativeMedicationDuration libraries, 4.1 (2025) and 6.0 (2026)
"""

from careloom.measure.quality.noun import Edition, Table, Truth

# FHIR R4 RequestIntent: "order" and its kinds, which the 2026 edition counts as well.
ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
ALIVE = ("active", "completed")


def drug_orders(table: Table, edition: Edition) -> Table:
    """Orders that are active or completed and don't forbid the drug."""
    intents = ORDERS if edition == "2026" else ORDERS[:1]
    return table.filter(table.status.isin(ALIVE) & table.intent.isin(intents) & ~table.negated)


def days_supplied(orders: Table) -> Truth:
    """Days that an order supplies with its refills: as it says itself, or its quantity over the doses of a day; unknown without either."""
    import ibis  # over a quarter of a second

    doses = (orders.dose * orders.per_day).nullif(0)
    return ibis.coalesce(orders.days_supply, orders.quantity / doses) * (1 + orders.refills.fill_null(0))
