"""Faults: what is wrong with an interchange, in words, with the code by which X12 answers for it.

TA1 nnn is element TA105; AK9, IK5, IK3 and IK4 n are AK905, IK502, IK304 and IK403 of a 999 (in a 997 AK905,
AK502, AK304 and AK403). Source: X12 technical report 999 (005010X231A1) and X12.5. "ours" marks a rule that no
acknowledgement has a code for.
"""

from careloom.care.entry import Rejection


def fault(where: str, reason: str, code: str) -> Rejection:
    """A fault as a rejection: place, words and code; never a value of the message."""
    return Rejection(where, f"{reason} ({code})")
