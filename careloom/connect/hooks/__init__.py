"""CDS Hooks: what an EHR asks at a hook, and what it says became of a card.

Source   CDS Hooks 2.0 (HL7, 2022): "HTTP Request", "Prefetch", "Feedback"; the hooks patient-view 1.0, order-select and order-sign 1.0
Takes    the bytes of a request's body
Gives    the question, with the resources that came along, those of an older FHIR in today's form
Never    follows an address, or repeats what a body says where it refuses one: places and shapes alone
"""

from careloom.connect.hooks.asking import asked, feedback
from careloom.connect.hooks.sent import fetched

__all__ = ["asked", "feedback", "fetched"]
