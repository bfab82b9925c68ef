"""Versions: what each day's messages of a source, and its FHIR server, say of the software that made them, so that an upgrade has a day.

Source   HL7 v2 MSH-3, MSH-12, SFT-2 and SFT-3 (HL7 2.5.1, chapter 2); C-CDA templateId and, of the authoring device, manufacturerModelName and softwareName (HL7 C-CDA
         R2.1); FHIR R4 meta.profile with a version, CapabilityStatement.software and fhirVersion; X12 GS08
Misses   a server that is never read or checked; sources that send tables or notes
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, tzinfo

from careloom.care.watched import DayCount
from careloom.errors import CareloomError
from careloom.monitor.series import name
from careloom.store.opening import Store
from careloom.wire.fhir import Capability

# So much of a message is read.
HEAD = 65_536
LONGEST = 80
SERVERS = "servers"
_X12 = re.compile(rb"GS[*|](?:[^*|~]{0,40}[*|]){7}([0-9A-Za-z]{6,12})[~\r\n]")
_TEMPLATE = re.compile(rb'<templateId\s+root="([0-9.]+)"(?:\s+extension="([0-9A-Za-z.-]+)")?')
_DEVICE = re.compile(rb"<(?:softwareName|manufacturerModelName)[^>]*>([^<]{1,80})<")
_PROFILE = re.compile(
    rb'"https?://[^"|]{1,80}?/(?:fhir/)?([^"|/]+/[^"|/]+|[^"|/]+)/StructureDefinition/[^"|]{1,80}\|([0-9A-Za-z.-]{1,20})"'
)
_PLAIN = re.compile(r"[^0-9A-Za-z ._/+-]+")


def versions(store: Store, day: date, zone: tzinfo) -> Iterator[DayCount]:
    """For each source the versions that its messages of a day name."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, format_, sha256 in store.day_counts.heads(day, zone):
        try:
            with store.messages.open(sha256) as message:
                found[source].update(of_message(format_, message.read(HEAD)))
        except (CareloomError, OSError):
            continue
    for source, said in found.items():
        if said:
            yield DayCount(series=name("version", source), day=day, number=said.total(), bins=dict(said))


def heard(store: Store, source: str, said: Capability, at: datetime) -> None:
    """Keep what a source's server says of its software today (`at` in the site's zone); of a server that says nothing, nothing."""
    told = [
        _plain(f"{said.software} {said.software_version}"),
        f"FHIR {_plain(said.version)}" if said.version else "",
    ]
    if not said.known or not any(told):
        return
    day = at.date()
    series = name("version", source, "server")
    kept = [one for one in store.day_counts.of(SERVERS, day) if one.series != series]
    mine = DayCount(series=series, day=day, number=1, bins={one: 1 for one in told if one})
    store.day_counts.put(SERVERS, {day: ("", [*kept, mine])}, at=at)


def of_message(format_: str, head: bytes) -> list[str]:
    """What the head of a message says of versions."""
    if format_.startswith("hl7"):
        return _of_hl7(head)
    if format_.startswith("ccda"):
        templates = [b" ".join(filter(None, found)).decode() for found in _TEMPLATE.findall(head)[:3]]
        devices = dict.fromkeys(_plain(one.decode("utf-8", "replace")) for one in _DEVICE.findall(head)[:4])
        return [*(f"software {one}" for one in devices if one), *templates]
    if format_.startswith("fhir"):
        return sorted({f"{guide.decode()} {version.decode()}" for guide, version in _PROFILE.findall(head)})
    if format_.startswith("x12"):
        return [f"X12 {_plain(one.decode())}" for one in _X12.findall(head)[:1]]
    return []


def _of_hl7(head: bytes) -> list[str]:
    place = head.find(b"MSH")
    if place < 0 or len(head) < place + 8:
        return []
    lines = [one.decode("utf-8", "replace") for one in re.split(rb"[\r\n]+", head[place:])[:8]]
    line = lines[0]
    fields = line.split(line[3])
    application, version = (fields[n] if len(fields) > n else "" for n in (2, 11))
    software = [one.split(line[3]) for one in lines[1:] if one.startswith(f"SFT{line[3]}")]
    told = [_plain(" ".join(one[3:4] + one[2:3])) for one in software]
    return [one for one in (_plain(application), f"HL7 {_plain(version)}" if version else "", *told) if one]


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text).strip()[:LONGEST]
