"""Readiness: what the sources can and cannot give; the audit of the data before anybody drafts from it.

Takes    one patient at a time (entries, persons, when their messages came), every message's facts, who may be who
Gives    a report of counts: how complete, coded, plausible and fresh each field is in each source, and what fell away
Never    keeps a patient's words, reads a clock or a database, or calls a source good for want of a message
"""

from careloom.readiness.changes import changes
from careloom.readiness.fields import Field, load_fields
from careloom.readiness.report import Report, report
from careloom.readiness.tally import Tally, Told
from careloom.readiness.words import as_json, from_json

__all__ = ["Field", "Report", "Tally", "Told", "as_json", "changes", "from_json", "load_fields", "report"]
