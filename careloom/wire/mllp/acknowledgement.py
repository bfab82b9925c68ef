"""What a sender is told: one acknowledgement or two. Source: HL7 v2.8.2, chapter 2 (2.9.2, 2.9.3, 2.13.8, 2.15.5 ERR).

    kept       AA, CA   durably stored, and of good form
    faulty     AE, CE   durably stored; somebody here will see what is wrong with it
    refused    AR, CR   not taken: it must be mended, or sent again later

In original mode there is one answer. In enhanced mode (MSH-15 or MSH-16 stand) there is the accept acknowledgement, an
application acknowledgement, both or neither, as the sender wishes; a message that was refused is always answered, since
a sender that hears nothing believes that it is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from careloom.wire.mllp.faults import CODES, LONGEST_CONTROL, Fault
from careloom.wire.mllp.header import Header

Outcome: TypeAlias = Literal["kept", "faulty", "refused"]
LETTER: dict[Outcome, str] = {"kept": "A", "faulty": "E", "refused": "R"}
# What answers a frame without a header: the standard's own delimiters, and no control id.
NOBODY = Header((b"MSH", b"^~\\&"), b"|")
PLAIN = b"^~\\&"
CONTROLS = bytes(range(0x20))
# Versions of which an acknowledgement's type has one part, and two (2.13.9.9 in each version).
ONE_PART = ("2.0", "2.0D", "2.1", "2.2")
TWO_PARTS = ("2.3",)
# The first in which ERR names place, code and severity in fields of their own, and that without a text in MSA.
NEW_ERR = "2.5"
NO_TEXT = "2.7"


class Acknowledger:
    """Writes acknowledgements, each with a control id of its own."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._count = 0

    def answers(self, head: Header | None, outcome: Outcome, faults: Sequence[Fault]) -> Iterator[bytes]:
        """The acknowledgements that this message's sender is sent, in order."""
        if head is None:
            yield self._answer(NOBODY, "AR", faults)
            return
        if head.type == "ACK":
            return  # acknowledgements that are acknowledged go on for ever
        if not head.is_enhanced:
            yield self._answer(head, f"A{LETTER[outcome]}", faults)
            return
        letter = LETTER[outcome]
        application = _wants(head.part(16), outcome)
        if outcome == "refused":
            yield self._answer(head, "CR", faults)
        elif outcome == "faulty" and application:
            # Both come: the first says that it is stored, the second what is wrong with it.
            if _wants(head.part(15), "kept"):
                yield self._answer(head, "CA", ())
            yield self._answer(head, "AE", faults)
        else:
            if _wants(head.part(15), outcome):
                yield self._answer(head, f"C{letter}", faults)
            if application:
                yield self._answer(head, f"A{letter}", faults)

    def _answer(self, head: Header, code: str, faults: Sequence[Fault]) -> bytes:
        sane = head.is_sane and len(head.encoding) >= len(PLAIN)
        put = _Writer(head.separator, head.encoding) if sane else _Writer(NOBODY.separator, PLAIN)
        lines = [self._msh(head, put), _msa(head, code, faults, put)]
        lines += [_err(head, fault, put) for fault in faults]
        return b"".join(line + b"\r" for line in lines)

    def _msh(self, head: Header, put: "_Writer") -> bytes:
        now = self._clock()
        self._count += 1
        number = f"{int(now.timestamp() * 1_000_000):x}{self._count & 0xFFFF:04x}"
        version = head.field(12) or b"2.5.1"
        fields = [
            b"MSH",
            put.encoding,
            put.echo(head.field(5)),
            put.echo(head.field(6)),
            put.echo(head.field(3)),
            put.echo(head.field(4)),
            now.strftime("%Y%m%d%H%M%S%z").encode(),
            b"",
            _type(head, put),
            number.encode(),
            put.echo(head.field(11)) or b"P",
            put.echo(version),
        ]
        if head.field(18):
            # What is echoed above came in this character set.
            fields += [b"", b"", b"", b"", b"", put.echo(head.field(18))]
        return put.separator.join(fields)


class _Writer:
    """The delimiters of an acknowledgement: those of the message that it answers."""

    def __init__(self, separator: bytes, encoding: bytes) -> None:
        self.separator = separator
        self.encoding = encoding
        self.component = encoding[:1]
        self.sub = encoding[3:4]
        self._plain = str.maketrans({chr(byte): " " for byte in separator + encoding})

    def text(self, words: str) -> bytes:
        """Words of ours, without what would be a delimiter."""
        return words.translate(self._plain).encode("ascii", errors="replace")

    def echo(self, field: bytes) -> bytes:
        """A field of the message as it came, without what could end a field, a segment or a frame."""
        return field[:LONGEST_CONTROL].translate(None, CONTROLS + self.separator)


def _wants(condition: str, outcome: Outcome) -> bool:
    """Whether a sender wants to hear of this (table 0155); what no table knows is taken for "always"."""
    said = condition.upper()
    return {"": False, "NE": False, "ER": outcome != "kept", "SU": outcome == "kept"}.get(said, True)


def _type(head: Header, put: _Writer) -> bytes:
    event = put.text(head.event)
    if head.version in ONE_PART or not event:
        return b"ACK"
    parts = [b"ACK", event] if head.version in TWO_PARTS else [b"ACK", event, b"ACK"]
    return put.component.join(parts)


def _msa(head: Header, code: str, faults: Sequence[Fault], put: _Writer) -> bytes:
    fields = [b"MSA", code.encode(), put.echo(head.control)]
    if faults and head.version < NO_TEXT:
        fields.append(put.text(_words(faults[0])))
    return put.separator.join(fields)


def _err(head: Header, fault: Fault, put: _Writer) -> bytes:
    """Segment, its repetition and field; the code; in words. In two forms, the older one up to 2.4."""
    segment, _, field = fault.place.partition("-")
    name, _, which = segment.partition("[")
    place = [name.encode(), which.rstrip("]").encode() or b"1", field.encode()]
    coded = [fault.code.encode(), put.text(CODES[fault.code]), b"HL70357"]
    if head.version and head.version < NEW_ERR:
        return put.separator.join([b"ERR", put.component.join([*place, put.sub.join(coded)])])
    at = put.component.join(part for part in place if part)
    fields = [b"ERR", b"", at, put.component.join(coded), b"E", b"", b"", b"", put.text(_words(fault))]
    return put.separator.join(fields)


def _words(fault: Fault) -> str:
    return f"{fault.place}: {fault.reason}"
