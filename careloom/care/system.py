"""Source systems: who sends to us, and what a site has set for each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from careloom.care.entry import Entry

# Words of the field that a site's name for a source writes small and a person says letter by letter.
_LETTERS = frozenset(
    {"adt", "ccd", "ccda", "ehr", "elr", "emr", "fhir", "hie", "hl7", "hmo", "icu", "lis", "pacs", "pbm", "pcp", "phr", "snf", "va"}
)  # fmt: skip
_NAMED = re.compile(r"\w+_\w+")


def source_name(system: str) -> str:
    """A source as a person says it: "riverside EHR" for the site's name "riverside_ehr"."""
    words = system.replace("_", " ").split(" ")
    return " ".join(word.upper() if word in _LETTERS else word for word in words)


def told_by(entry: Entry) -> str:
    """Which system told something, and of which day: "riverside EHR, 2026-11-25"; the day as its source wrote it, "" for none."""
    return f"{source_name(entry.source.system)}, {entry.dated}"


def spoken(words: str) -> str:
    """Words of ours in which the names of sources are as a person says them."""
    return _NAMED.sub(lambda found: source_name(found[0]), words)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTo:
    """What a site writes to one of its systems (docs/writeback.md).

    way       by which way: "fhir", or another that has a destination of its own
    kinds     which kinds of documents go there once they are filed
    plan      whether a care plan goes as "resources" or as one readable "document" alone
    refuses   FHIR types that it is never sent
    named     the names by which a consent may name it as a recipient (42 CFR Part 2)
    scope     what we ask for where it gives tokens to write
    options   what else a way takes, by name
    """

    way: str = "fhir"
    kinds: tuple[str, ...] = ("care_plan",)
    plan: str = "resources"
    refuses: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    scope: str = "system/*.read system/*.write"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartApp:
    """How we are registered at an EHR as a SMART app, which opens inside it with its patient (docs/smart.md).

    client_id, key   as whom we ask, and the file with our private key (JWK); without a key we are a public client
    issuer           who signs its id tokens, exactly as it calls itself; "" is the FHIR base URL
    label            what people call it
    frame            the origins (https://host) whose pages may show us in a frame
    scope            what is asked for beside launch and sign-in: reading the one patient
    second_factor    it asks people for a second factor itself; else ours is asked for after it
    confirms         it asks people anew where we want it (max_age=0), and says when it did (auth_time)
    """

    client_id: str
    key: Path | None = None
    issuer: str = ""
    label: str = ""
    frame: tuple[str, ...] = ()
    scope: str = "patient/Patient.r"
    second_factor: bool = False
    confirms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSystem:
    """One system that sends messages, under the name by which the site knows it.

    zone      IANA zone of its times that carry no offset; "" is the site's own
    format    the reader of its files, where they don't tell by themselves
    url       FHIR base URL, where we read from it
    profile   its vendor's ways of answering, by name ("standard" where it has none)
    token_url, client_id, key, scope   SMART Backend Services: where it gives tokens, as whom we ask, the file
              with our private key (JWK), what we ask for
    part2     whether it is a substance-use programme under 42 CFR Part 2: what comes from it is kept apart (docs/consent.md)
    programme the programme's name, as a consent names it
    options   what else a reader or client of its takes, by name
    write     what is written to it, where anything is
    smart     how it opens Careloom inside itself, where it does
    """

    name: str
    zone: str = ""
    format: str = ""
    url: str = ""
    profile: str = "standard"
    token_url: str = ""
    client_id: str = ""
    key: Path | None = None
    scope: str = "system/*.read"
    part2: bool = False
    programme: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    write: WrittenTo | None = None
    smart: SmartApp | None = None
