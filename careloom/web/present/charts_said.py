"""What is said of a writing by the rooms below, as the templates from which a reader's language is told; systems and codes stay as they are."""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext

from careloom.care.system import spoken
from careloom.web.present.told import Pieces, Said, in_english_now, told
from careloom.web.saying import later

# What people call what a server took or didn't take; its own team reads the type's name at the command line.
TYPES: Mapping[str, str] = {
    "CarePlan": later("care plan"),
    "Goal": later("goals"),
    "ServiceRequest": later("requests"),
    "Task": later("tasks"),
    "Condition": later("problems"),
    "Provenance": later("record of who did what"),
    "DocumentReference": later("document"),
}
# A type that stands alone, and not before an address's id.
_TYPE = re.compile(rf"(?<![/\w])(?:{'|'.join(TYPES)})(?![/\w])")

# Why a system, or a rule of ours, took nothing, or what somebody asked for. What no template made is told in its English.
WHYS = (
    later("{system} can't be reached"),
    later("{system} did not answer within {seconds} seconds"),
    later("{system}: the connection broke ({code})"),
    later("{system}: its certificate is not trusted ({code})"),
    later("{system} answered {status} with errors: {said}"),
    later("{system} answered {status} with no Bundle"),
    later("{system} is overloaded or out of order ({status})"),
    later("{system} is overloaded or out of order ({status}): pull again later"),
    later("{system} asks to be left alone for {seconds} seconds: pull again later"),
    later("{system} gave no answer of its own ({status})"),
    later("{system} failed ({status})"),
    later("{system} took nothing: {more}; what was sent before may be under way still"),
    later("{system} took nothing: {more}"),
    later("{system} takes neither the plan's resources nor a document ({more})"),
    later("{system} does not have all of it ({kinds})"),
    later("{system} does not let us in ({status})"),
    later("{system} has moved: put its new address into sources.toml"),
    later("{system} gives no token: {said}"),
    later("{system} answered with something else than was asked for"),
    later("{system} holds two of one {kind} of ours: delete one there"),
    later("{system} has what is ours in another patient's chart ({address}): look there first"),
    later("{system}: what is there changes while it is written"),
    later("{system} never told us of this patient: whose chart it is there isn't known"),
    later("{system} knows nobody by the numbers that it gave us for this patient"),
    later(
        "{system} has more than one patient under the numbers that it gave us for this one: have it found out there who is who first"
    ),
    later("{system} has merged or closed this patient's chart: pull from it again first"),
    later("{system} states no name or no birth date: whose chart it is can't be checked"),
    later("the chart at {system} may be another person's ({more})"),
    later("{system} answered {status} when asked for the patient"),
    later("a newer plan was signed since; it goes in place of this one"),
    later("the document was taken back here"),
    later("what became of its tasks has changed"),
    later("asked for again"),
    later("to be taken back"),
    later("a person gave it up"),
    later(
        "it rests on something that may be told to this system only with a consent that names it as a recipient"
    ),
    later("this document is not in the chart"),
    later("its statement doesn't offer it"),
    later("it takes no transaction"),
    later("the site has set so"),
    later("it is there so"),
    later("it took no {kinds} ({more})"),
    later("it does not let us in"),
    later("our token does not cover it"),
    later("it has no such thing"),
    later("it does not take it"),
    later("it was changed meanwhile"),
    later("it was changed there meanwhile"),
    later("it is gone"),
    later("it is too large for it"),
    later("it does not take JSON"),
    later("a rule of its own says no"),
    later("it has not built this"),
    later("it says nothing of it"),
    later("it answered {status}"),
    later("it can't be reached ({code})"),
    later("its name is not known now"),
    later("its certificate is not accepted: {said}"),
    later("no TLS with it ({code})"),
    later("no acknowledgement of it came"),
    later("no acknowledgement of it came ({number} for something else)"),
    later("it closed the connection without an acknowledgement"),
    later("it closed the connection without an acknowledgement ({number} for something else)"),
    later("the connection broke before an answer came ({code})"),
    later("the connection broke while it was sent ({code})"),
    later("it sends without end, and no acknowledgement of this message"),
    later("it never told us of this patient: whose chart it is there isn't known"),
    later("it has two numbers in use for this patient: have them merged there first"),
    later("answered {code} without saying why"),
    later("answered {code}: {said}"),
    later("{more} ({status})"),
)
# What a person must know of what is there.
NOTES = (
    later("the readable plan is there instead of its resources: {more}"),
    later("without {kind}: {more}"),
    later("{kind}: deleted there since; it is not written again"),
    later("{address}: changed there by somebody else ({places}); left as it is"),
    later("{address}: it holds otherwise than we sent: {places}"),
    later("{address}: not taken back: {more}"),
    later("Provenance: a record of what happened; it stays there"),
    later("it is stored there; whether it was taken in was not acknowledged"),
    later("the PDF was left out: {said}"),
    *WHYS,
)


def said_of(message: str, templates: Sequence[str]) -> Pieces:
    """What is said of a writing, in the reader's language, each FHIR type in words."""
    said = spoken(message)
    if in_english_now():
        return told(_TYPE.sub(lambda found: _named(found[0]), said), templates)
    return told(said, templates, {"kind": _types, "kinds": _types})


def _types(names: str) -> Iterator[Said]:
    """Types with commas between."""
    for place, name in enumerate(names.split(", ")):
        yield Said(f"{', ' if place else ''}{_named(name)}", False)


def _named(name: str) -> str:
    return gettext(TYPES[name]) if name in TYPES else name
