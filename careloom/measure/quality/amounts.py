"""Values in the unit that a measure compares them with. Source: UCUM 2.1; CQL 1.5, "Quantity" (a number without unit is "1")."""

from collections.abc import Mapping

from careloom.measure.quality.noun import Table, Truth

# By the unit that is asked for: the units that can be turned into it, and by what a value is multiplied.
FACTORS: Mapping[str, Mapping[str, float]] = {
    "%": {"%": 1.0, "": 100.0, "1": 100.0, "[ppth]": 0.1},
    "mm[Hg]": {"mm[Hg]": 1.0, "kPa": 7.50061683, "cm[H2O]": 0.73555913},
    "mg/dL": {"mg/dL": 1.0, "g/L": 100.0, "mg/L": 0.1, "g/dL": 1000.0, "mg/100mL": 1.0},
}


def in_unit(table: Table, unit: str) -> Truth:
    """A row's value in a unit; nothing where it has another kind of unit."""
    factors = FACTORS[unit]
    said = table.unit.fill_null("")
    return table.value * said.cases(*factors.items(), else_=None)
