"""Pilot: the rules of a controlled comparison of cases by hand with cases by draft (docs/pilot.md).

Takes    a protocol, a record, what happened to a pilot, and what its cases came to
Gives    what is wrong with a protocol, who may be enrolled, how a case is written, what the metrics are, whether a stop rule holds
Never    changes a protocol, foresees an allocation without its seed, or gives a number where there are too few cases for one
"""
