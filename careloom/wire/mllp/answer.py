"""What a receiver answers to a message of ours. Source: HL7 v2.5.1, chapter 2: MSA, ERR, tables 0008 and 0357; enhanced mode (2.9.3).

    AA, CA   taken
    AE, CE   an error in the message: a person must look at it
    AR, CR   not taken; by its error code either never, or not now

The words of a receiver are not repeated: they may quote the message. Its code, the place and the error code are.
"""

import re
from dataclasses import dataclass

from careloom.wire.mllp.faults import CODES
from careloom.wire.mllp.header import LINE_END, header

TAKEN = ("AA", "CA")
ERRORS = ("AE", "CE")
REFUSALS = ("AR", "CR")
# So words about an answer begin, and no others.
ANSWERED = "answered "
# Table 0357: what is wrong with the message itself, so that sending it again later helps nobody.
_OF_MESSAGE = re.compile(r"1\d\d|20[0-6]")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_NUMBER = re.compile(r"\d{1,3}")
# Table 0357 beyond what our own listener says.
_MORE = {
    "0": "Message accepted",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement: its code (table 0008), whose message it answers, and what its ERR say, as place and code of table 0357."""

    code: str
    control: bytes
    places: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def is_for_good(self) -> bool:
        """Whether the same message will never be taken, as far as the error codes tell."""
        return self.code in ERRORS or any(_OF_MESSAGE.fullmatch(one) and one != "206" for one in self.codes)

    @property
    def words(self) -> str:
        """ "answered AE: PID-5, 101 Required field missing"."""
        known = CODES | _MORE
        errors = [f"{one} {known.get(one, '')}".strip() for one in self.codes]
        said = "; ".join(filter(None, [", ".join(self.places), ", ".join(errors)]))
        return f"{ANSWERED}{self.code}: {said}" if said else f"{ANSWERED}{self.code} without saying why"


def answer(body: bytes) -> Answer | None:
    """The acknowledgement in a frame; None where it is none."""
    head = header(body)
    if head is None:
        return None
    lines = [line.split(head.separator) for line in LINE_END.split(body.strip())]
    msa = next((line for line in lines if line[0] == b"MSA"), None)
    if msa is None or len(msa) < 3:
        return None
    code = msa[1].decode("ascii", errors="replace").strip().upper()
    if code not in (*TAKEN, *ERRORS, *REFUSALS):
        return None
    errors = [_error(line, head.component) for line in lines if line[0] == b"ERR"]
    places = dict.fromkeys(place for place, _ in errors if place)
    codes = dict.fromkeys(said for _, said in errors if said)
    return Answer(code, msa[2].strip(), tuple(places), tuple(codes))


def _error(fields: list[bytes], mark: bytes) -> tuple[str, str]:
    """Place and code of an ERR: of two fields since 2.5, in one before."""
    old = fields[1] if len(fields) > 1 else b""
    place = _parts(fields[2] if len(fields) > 2 and fields[2] else old, mark)
    code = _parts(fields[3] if len(fields) > 3 and fields[3] else b"", mark)
    said = code[0] if code else ""
    if not said and len(place) > 3:
        said = place[3].partition("&")[0]
    segment = place[0] if place and _NAME.fullmatch(place[0]) else ""
    field = place[2] if len(place) > 2 and _NUMBER.fullmatch(place[2]) else ""
    return "-".join(filter(None, [segment, field])), said if _NUMBER.fullmatch(said) else ""


def _parts(field: bytes, mark: bytes) -> list[str]:
    said = field.decode("ascii", errors="replace")
    return [one.strip() for one in said.split(mark.decode("ascii", errors="replace"))] if mark else [said]
