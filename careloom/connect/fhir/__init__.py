"""FHIR R4: Bundles of any type, single resources, and NDJSON that streams.

Takes    a Message and its bytes (JSON, UTF-8)
Gives    readings: entries of one person each, what was rejected and where, and which types were not understood
Never    changes a digit, guesses a subject, or lets one broken resource spoil the others
"""

from careloom.connect.fhir.message import read

__all__ = ["is_ours", "read"]


def is_ours(head: bytes) -> bool:
    """Whether a message's first bytes are those of a JSON object in UTF-8."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b"\x00" not in head[:4]
