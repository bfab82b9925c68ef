"""The words of a reason: days as the source wrote them, and lists of sources."""

import re
import unicodedata
from collections.abc import Iterable

from careloom.care.entry import UNNAMED_SOURCES, Entry, When

_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|event|procedure|morphologic abnormality|substance|product)\)\s*$",
    re.I,
)


def day_of(when: When) -> str:
    """The day as ISO text, no more precise than the source: "2019-03" stays "2019-03"."""
    if len(when.text) in (4, 7) and (len(when.text) == 4 or when.text[4] == "-"):
        return when.text
    return when.day.isoformat()


def day(entry: Entry) -> str:
    """When an entry happened, as ISO text; "" where it has no time."""
    return day_of(entry.happened) if entry.happened else ""


def on(entry: Entry) -> str:
    """ "on 2026-10-09", or "on an unknown date"."""
    return f"on {day(entry)}" if entry.happened else "on an unknown date"


def systems(entry: Entry) -> tuple[str, ...]:
    """The systems that said it, those of merged copies too, in the order of the alphabet."""
    return tuple(sorted({source.system for source in (entry.source, *entry.also)}))


def senders(entry: Entry) -> tuple[str, ...]:
    """Who said it, for telling senders apart: what nobody named a source for may be several systems, so each message of
    such a source counts as a sender of its own, and none of them corrects another."""
    return tuple(
        source.system if source.system not in UNNAMED_SOURCES else f"{source.system} {source.message}"
        for source in (entry.source, *entry.also)
    )


def whence(entry: Entry) -> str:
    """The systems that said it, in words; "(software)" where they say that software wrote it."""
    return (
        f"{listed(systems(entry))} (software)"
        if entry.detail.get("machine_written") == "true"
        else listed(systems(entry))
    )


def listed(words: Iterable[str]) -> str:
    """ "EHR", "EHR and PHARMACY", "A, B and C": each once, in the given order."""
    once = list(dict.fromkeys(words))
    return " and ".join(filter(None, [", ".join(once[:-1]), once[-1] if once else ""]))


def plain(name: str) -> str:
    """A name as people say it: without SNOMED's semantic tag ("(disorder)")."""
    return _TAG.sub("", name).strip()


def key(name: str) -> str:
    """A name for comparing: lower case, without tag, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", plain(name).lower())
    return " ".join(
        re.sub(r"[^\w%.]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split()
    )
