"""Record: from entries to one longitudinal record of one person, as of a date.

Takes    a patient's entries from all sources, what their messages said of the person, knowledge, and the date
Gives    a PatientRecord: entries in order with repeats merged, and what follows from them, each with its reason
Never    settles a disagreement in silence, asks a model, a clock or a store, or drops a source
"""

from careloom.record.as_json import to_json
from careloom.record.assemble import RECORD_VERSION, assemble
from careloom.record.consents import barrier, consents
from careloom.record.remembered import Remembered
from careloom.record.segments import Programmes

__all__ = ["RECORD_VERSION", "Programmes", "Remembered", "assemble", "barrier", "consents", "to_json"]
