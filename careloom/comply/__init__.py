"""Comply: the compliance pack, computed from what the running system tells.

Takes    evidence (values of settings, store, knowledge, kinds, with where each came from), what people answered, and a day
Gives    a Pack: for each requirement what the rule asks, its source, the evidence and a verdict; as JSON, HTML and PDF; what changed between two
Never    asks the system anything itself, lets a verdict be typed, calls a requirement met on an answer that is missing or older than a year,
         or holds anything of a patient
"""

from careloom.comply.changes import Change, changed
from careloom.comply.judging import Ruled, judged, part_of, ruled
from careloom.comply.written import as_json, digest, read, schema

__all__ = ["Change", "Ruled", "as_json", "changed", "digest", "judged", "part_of", "read", "ruled", "schema"]
