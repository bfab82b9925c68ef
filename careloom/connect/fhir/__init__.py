"""FHIR R4: Bundles of any type, single resources, and NDJSON that streams.

Takes    a Message and its bytes (JSON, UTF-8)
Gives    readings: entries of one person each, what was rejected and where, and which types were not understood
Never    changes a digit, guesses a subject, or lets one broken resource spoil the others
"""

from careloom.connect.fhir.message import read

__all__ = ["read"]
