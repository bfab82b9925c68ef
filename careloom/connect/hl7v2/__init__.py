"""HL7 version 2.1 to 2.8: files with one message or many, batches, and messages in MLLP's frames.

Takes    a Message and its bytes, and what the site set for its source (charset)
Gives    readings: entries of one person each, which numbers the sender says are theirs too, what was rejected and
         where ("message 3, OBX[2]-5"), and which segments and events were not understood
Never    guesses a subject, changes a digit, merges two people, or lets one broken message spoil the others
"""

from careloom.connect.hl7v2.charset import codec
from careloom.connect.hl7v2.kinds import people_of
from careloom.connect.hl7v2.message import read

__all__ = ["codec", "is_ours", "people_of", "read"]

NAMES = (b"MSH", b"FHS", b"BHS")


def is_ours(head: bytes) -> bool:
    """Whether a file's first bytes are those of an HL7 message or batch, in a frame or not."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0b\x1c")
    separator = start[3:4]
    named = start[:3] in NAMES and len(separator) == 1
    return named and 0x20 < separator[0] < 0x7F and not separator.isalnum()
