"""Versions: what the newest message of each source says of the software that made it, so that an upgrade has a day.

Source   HL7 v2 MSH-3 and MSH-12; C-CDA templateId and softwareName (HL7 C-CDA R2.1)
Misses   FHIR servers, whose resources name no software; sources that send tables, claims or notes
"""

import re
from collections.abc import Iterator
from datetime import date

from careloom.care.watched import DayCount
from careloom.errors import CareloomError
from careloom.monitor.series import name
from careloom.store.opening import Store

# So much of a message is read.
HEAD = 65_536
LONGEST = 80
_TEMPLATE = re.compile(rb'<templateId\s+root="([0-9.]+)"(?:\s+extension="([0-9A-Za-z.-]+)")?')
_SOFTWARE = re.compile(rb"<softwareName[^>]*>([^<]{1,80})<")
_PLAIN = re.compile(r"[^0-9A-Za-z ._/+-]+")


def versions(store: Store, day: date) -> Iterator[DayCount]:
    """For each source the versions that its newest message names."""
    for source, format_, sha256 in store.day_counts.newest():
        try:
            with store.messages.open(sha256) as message:
                said = of_message(format_, message.read(HEAD))
        except (CareloomError, OSError):
            continue
        if said:
            yield DayCount(series=name("version", source), day=day, number=1, bins=dict.fromkeys(said, 1))


def of_message(format_: str, head: bytes) -> list[str]:
    """What the head of a message says of versions."""
    if format_.startswith("hl7"):
        return _of_hl7(head)
    if format_.startswith("ccda"):
        templates = [b" ".join(filter(None, found)).decode() for found in _TEMPLATE.findall(head)[:3]]
        software = _SOFTWARE.search(head)
        return [
            *(f"software {_plain(software[1].decode('utf-8', 'replace'))}" for _ in [1] if software),
            *templates,
        ]
    return []


def _of_hl7(head: bytes) -> list[str]:
    place = head.find(b"MSH")
    if place < 0 or len(head) < place + 8:
        return []
    line = re.split(rb"[\r\n]", head[place:], maxsplit=1)[0].decode("utf-8", "replace")
    fields = line.split(line[3])
    application, version = (fields[n] if len(fields) > n else "" for n in (2, 11))
    return [one for one in (_plain(application), f"HL7 {_plain(version)}" if version else "") if one]


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text).strip()[:LONGEST]
