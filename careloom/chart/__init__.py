"""Chart: what was signed, written where the whole team reads it.

Takes    a proposal whose lines are released, and the record it was drafted from
Gives    the document as FHIR R4, with who signed, what it rests on and what software wrote
Never    writes a line that nobody released, or a model's name where a person wrote
"""

from careloom.chart.audit import audit_events
from careloom.chart.bundle import bundle

__all__ = ["audit_events", "bundle"]
