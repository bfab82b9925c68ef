"""One HL7 message: decoded, cut into segments, and what is wrong with it as a whole."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from careloom.care.entry import UNNAMED_SOURCES, Message, Period, Rejection, Source, When, entry_id
from careloom.connect.hl7v2 import charset
from careloom.connect.hl7v2.addresses import of_sender
from careloom.connect.hl7v2.delimiters import Delimiters, delimiters
from careloom.connect.hl7v2.framing import Raw
from careloom.connect.hl7v2.moments import moment
from careloom.connect.hl7v2.segments import Segment
from careloom.errors import InputError

NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
# What no text of a segment holds: control characters but tab.
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
CHARSET_FIELD = 17


@dataclass(slots=True)
class Sent:
    """A message that is being read: whose bytes, which in its file, its type, event and segments.

    `rejected` and `unknown` fill as it is read. `since` is when its sender made it (MSH-7): "" where nothing of it may
    stand for a newer version of what an earlier message said. `sender` is who it says made it (MSH-3, MSH-4), where the
    site has not named the source.
    """

    message: Message
    number: int
    segments: list[Segment]
    type: str = ""
    event: str = ""
    since: str = ""
    sender: str = ""
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """Type and event as messages are called: "ADT^A08"."""
        return f"{self.type}^{self.event}" if self.event else self.type

    def where(self, segment: Segment | None = None, field: int = 0) -> str:
        """A place as a person finds it: "message 3, OBX[2]-5"."""
        inside = f", {segment.where}" if segment else ""
        return f"message {self.number}{inside}{f'-{field}' if field else ''}"

    def id(self, segment: Segment, kind: str, ordinal: int = 0) -> str:
        """The id of the entry that a segment gives."""
        return entry_id(self.message.sha256, self.where(segment), kind, ordinal)

    def source(self, segment: Segment, address: str = "") -> Source:
        """The source of the entry that a segment gives; `address` is that of what the sender keeps up to date."""
        segment.used = True
        kept = (of_sender(address, self.sender), self.since) if address and self.since else ()
        return Source(self.message.sha256, self.where(segment), self.message.source, *kept)

    def when(self, segment: Segment, field: int, component: int = 1) -> When | None:
        """A time of a segment. Raises InputError with the field's place."""
        said = segment.text(field, component)
        if not said:
            return None
        return self.moment(said, segment, field, segment.text(field, 2) if component == 1 else "")

    def moment(self, said: str, segment: Segment, field: int, precision: str = "") -> When | None:
        """A text of a segment's field as a time. Raises InputError with the field's place."""
        if not said:
            return None
        try:
            found = moment(said, self.message.zone, precision)
        except InputError as error:
            raise InputError(error.reason, self.where(segment, field)) from None
        if found is None:
            self.unknown["a time of nothing but zeros"] += 1
        return found

    def period(self, segment: Segment, start: int, end: int) -> Period:
        """From one field's time to another's."""
        return Period(self.when(segment, start), self.when(segment, end) if end else None)

    def beside(self, segment: Segment, field: int, said: str | None = None) -> When | None:
        """A time that stands beside what a segment says (`said`, where it is a part of the field): one that is none is
        rejected by its field, and the rest is read."""
        try:
            return self.when(segment, field) if said is None else self.moment(said, segment, field)
        except InputError as error:
            one = Rejection(error.where, error.reason, type(error).__name__)
            if one not in self.rejected:
                self.rejected.append(one)
            return None

    def between(self, segment: Segment, start: int, end: int) -> Period:
        """The same of a time from which and one to which."""
        return Period(self.beside(segment, start), self.beside(segment, end) if end else None)

    def reject(self, error: InputError, segment: Segment | None = None) -> None:
        """Keep the reason why a part could not be read."""
        if segment is not None:
            segment.used = True
        where = error.where or self.where(segment)
        self.rejected.append(Rejection(where, error.reason, type(error).__name__))


def opened(message: Message, raw: Raw, options: Mapping[str, str]) -> Sent:
    """A message's segments. Raises InputError where it can't be read as a whole."""
    place = f"message {raw.number}"
    if raw.too_large:
        raise InputError("is larger than a message may be", place)
    if raw.cut:
        raise InputError(raw.cut, place)
    marks = _marks(raw, options, place)
    sent = Sent(message, raw.number, [])
    lines = _lines(raw, marks.charset, sent, place)
    header = lines[0].split(marks.field)
    sent.segments = _segments(lines, marks, sent, place)
    numbered(sent.segments)
    if raw.loose:
        _refuse_cut(sent)
    sent.type, sent.event = _kind(header, marks, place)
    if message.source in UNNAMED_SOURCES:
        sent.sender = "\x1f".join(header[2:4]).strip("\x1f ")
    if sent.sender or message.source not in UNNAMED_SOURCES:
        sent.since = _since(header, message.zone, raw.number)
    return sent


def _since(header: list[str], zone: str, number: int) -> str:
    """When a message was made (MSH-7), as an instant; "" where it does not say.

    A file's messages may be of one second: their order in it tells them apart, a microsecond each.
    """
    said = header[6] if len(header) > 6 else ""
    try:
        made = moment(re.split(r"[^\w.+-]", said, maxsplit=1)[0], zone)
    except InputError:
        return ""
    return (made.earliest + timedelta(microseconds=number)).isoformat() if made else ""


def _marks(raw: Raw, options: Mapping[str, str], place: str) -> Delimiters:
    header = raw.lines[0]
    fields = header.split(header[3:4])
    try:
        encoding = fields[1].decode("ascii") if len(fields) > 1 else ""
        separator = header[3:4].decode("ascii")
    except UnicodeDecodeError:
        raise InputError("names no delimiters, or one of them twice", f"{place}, MSH-2") from None
    named = fields[CHARSET_FIELD] if len(fields) > CHARSET_FIELD else b""
    if len(encoding) > 1:
        named = named.split(encoding[1].encode(), 1)[0]
    try:
        codec = charset.codec(named.decode("ascii", errors="replace"), options.get("charset", ""))
    except InputError as error:
        raise InputError(error.reason, f"{place}, MSH-18") from None
    try:
        return delimiters(separator, encoding, codec)
    except InputError as error:
        raise InputError(error.reason, f"{place}, MSH-2") from None


def _lines(raw: Raw, codec: str, sent: Sent, place: str) -> list[str]:
    """The message's lines as text; a line that is neither a segment nor text is junk and rejected as such."""
    data = b"\r".join(raw.lines)
    try:
        whole = charset.decode(data, codec)
        if not CONTROLS.search(whole.replace("\r", "")):
            return whole.split("\r")
    except UnicodeDecodeError:
        pass
    found = []
    for number, line in enumerate(raw.lines, start=1):
        where = f"{place}, line {number}"
        segment = (
            NAME.fullmatch(line[:3].decode("ascii", errors="replace")) and line[3:4] == raw.lines[0][3:4]
        )
        try:
            text = charset.decode(line, codec)
        except UnicodeDecodeError as error:
            if segment:
                why = "is not in the character set that MSH-18 or the source's options name"
                raise InputError(why, f"{where}, byte {error.start + 1}") from None
            text = "\x00"
        control = CONTROLS.search(text)
        if control is None:
            found.append(text)
        elif segment and control.group(0) == "\x00":
            raise InputError("holds a NUL byte", f"{where}, byte {line.find(0) + 1}")
        elif segment:
            raise InputError("holds a control character", f"{where}, character {control.start() + 1}")
        else:
            sent.rejected.append(Rejection(where, "holds bytes that are neither a segment nor text"))
    return found


def _segments(lines: list[str], marks: Delimiters, sent: Sent, place: str) -> list[Segment]:
    """Lines as segments. A line that is none belongs to the text before it: a line break that was not escaped."""
    found: list[Segment] = []
    joined: list[list[str]] = []
    blank = 0
    for line in lines:
        if not line.strip():
            blank += 1
            continue
        name = line[:3]
        if NAME.fullmatch(name) and (len(line) == 3 or line[3] == marks.field):
            joined.append([line])
        else:
            joined[-1] += [*[""] * blank, line]
            sent.unknown["line without a segment's name, read as part of the one before"] += 1
        blank = 0
    for number, parts in enumerate(joined):
        line = "\n".join(parts)
        fields = line.split(marks.field)
        if fields[0] == "MSH":
            fields.insert(1, marks.field)
        found.append(Segment(fields[0], fields, marks, number))
    if not found or found[0].name != "MSH":
        raise InputError("has no MSH", place)
    return found


def numbered(segments: Iterable[Segment]) -> None:
    """Give every segment its place: its name, with a number where several have that name."""
    every = list(segments)
    counts = Counter(one.name for one in every)
    seen: Counter[str] = Counter()
    for one in every:
        seen[one.name] += 1
        one.where = f"{one.name}[{seen[one.name]}]" if counts[one.name] > 1 else one.name


def _kind(header: list[str], marks: Delimiters, place: str) -> tuple[str, str]:
    """Type and event of MSH-9; of version 2.1 and 2.2 "ADT^A08" too, or the type alone."""
    said = marks.parts(header[8]) if len(header) > 8 else []
    kind = said[0].strip() if said else ""
    if not kind:
        raise InputError("names no message type", f"{place}, MSH-9")
    return kind, said[1].strip() if len(said) > 1 else ""


def _refuse_cut(sent: Sent) -> None:
    """Take a last segment away that nothing ends and that lacks what its like have: the rest of it may be missing.

    Where no OBX has a result status (OBX-11) that shows nothing; then a comment says so beside the value.
    """
    last = sent.segments[-1]
    if last.name == "OBX" and len(last) <= 5:
        sent.reject(InputError("nothing ends it and it has no value (OBX-5): it is cut short"), last)
        sent.segments.pop()
    elif last.name == "OBX" and len(last) <= 11:
        others = [one for one in sent.segments if one.name == "OBX" and one is not last]
        if any(one.raw(11) for one in others):
            sent.reject(InputError("nothing ends it and it lacks OBX-11: it may be cut short"), last)
            sent.segments.pop()
        else:
            last.open = True
    elif last.name == "MSH" or not NAME.fullmatch(last.name):
        raise InputError("ends in its first segment: it is cut short", sent.where())
