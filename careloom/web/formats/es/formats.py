"""Numbers keep the decimal point, as sources and drawings have it; clinics in the United States and Mexico write it so."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
