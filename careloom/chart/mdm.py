"""A filed document as an HL7 v2 message (MDM): with its words (T02), in place of an older one (T10), or taken back (T11).

Source   HL7 v2.5.1, chapter 9 (MDM, TXA) and chapter 2 (MSH); tables 0270 to 0273. docs/hl7-out.md has a row for each field
Never    what an entry of a substance-use programme stands behind (42 CFR Part 2), a line that nobody released, or a number of the patient
         that the receiver didn't give
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from careloom.care.document import Action, Statement
from careloom.care.entry import Person
from careloom.chart.document import sectioned
from careloom.chart.parts import Filed, FiledAs
from careloom.chart.people import cosigners, signers
from careloom.chart.v2 import (
    BREAK,
    LONGEST,
    MARKS,
    component,
    composed,
    lines,
    moment,
    numbered,
    pieces,
    plain,
    repeated,
)
from careloom.chart.v2_people import Signed, numbers, person, pid, stamped
from careloom.errors import InputError

Event = Literal["T02", "T10", "T11"]
# Events without content have the structure of T01 (table 0354).
STRUCTURE: dict[Event, str] = {"T02": "MDM_T02", "T10": "MDM_T02", "T11": "MDM_T01"}
REASONS: dict[Event, str] = {"T02": "", "T10": "newer version signed", "T11": "signature taken back"}
VERSIONS = ("2.3.1", "2.5.1")
COMPLETIONS = ("AU", "LA")
CONFIDENTIALITIES = ("U", "R", "V")
TEXTS = ("TX", "FT")
# MSH-10 holds 20 characters.
CONTROL = 20
NOT_TOLD = (
    "it rests on what a substance-use programme sent (42 CFR Part 2), which is sent in no HL7 v2 message"
)
NOBODY = "this system never told us a number of its own for this patient, so no message to it can name them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """How a site's receiver wants its messages.

    application, facility         we, as it knows us (MSH-3, MSH-4), and to_application, to_facility it (MSH-5, MSH-6)
    version                       one of VERSIONS
    processing                    P, T or D (MSH-11)
    accept, application_ack       which acknowledgements we ask for (MSH-15, MSH-16: AL, NE, ER, SU), "" for both: the original mode
    completion, confidentiality   TXA-17 of what people signed, and TXA-18
    type                          TXA-2: the site's word for this kind of document, "" for the LOINC code
    text                          a line an OBX ("TX"), or all in one ("FT")
    authority                     the assigning authority (HD) of numbers that it gave without naming one
    """

    application: str = "CARELOOM"
    facility: str = ""
    to_application: str = ""
    to_facility: str = ""
    version: str = "2.5.1"
    processing: str = "P"
    accept: str = ""
    application_ack: str = ""
    completion: str = "AU"
    confidentiality: str = "U"
    type: str = ""
    text: str = "TX"
    authority: str = ""


# Of a document that is about no visit: "not applicable" (table 0004).
NO_VISIT = ("N", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a message tells: its event, on which occasion (`key`: the same again is the same message), since when it is to be sent, the
    number of the document whose place it takes, the document as a PDF, where it goes along, and the visit that it is about: its class (table
    0004) and its number (CX) as the receiver wrote it.
    """

    event: Event
    key: str
    at: datetime
    parent: str = ""
    pdf: bytes = b""
    visit: tuple[str, str] = NO_VISIT


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sent: its control id (the same words on the same occasion have the same), the document's number, its bytes."""

    control: str
    document: str
    body: bytes


def document_number(proposal: str) -> str:
    """TXA-12.1: the number of a document, the same for ever."""
    return proposal


def message(filed: Filed, form: FiledAs, who: Person, to: Receiver, notice: Notice) -> Message:
    """The message of a filed document to a receiver, that knows the patient as `who`.

    Raises InputError where it may not be told so (42 CFR Part 2), or the receiver gave the patient no number.
    """
    said = [line for line in filed.proposal.document.statements if line.id in filed.proposal.released]
    if filed.record.notice_with(one for line in said for one in line.citations):
        raise InputError(NOT_TOLD)
    known = numbers(who, to.authority)
    if not known:
        raise InputError(NOBODY)
    people = _signed(filed)
    rest = [
        numbered("EVN", {1: notice.event, 2: moment(notice.at), 6: moment(_at(filed))}),
        pid(who, known),
        numbered(
            "PV1",
            {1: "1", 2: notice.visit[0], 19: notice.visit[1]}
            if notice.visit[1]
            else {1: "1", 2: notice.visit[0]},
        ),
        _txa(filed, form, people, to, notice),
    ]
    if notice.event != "T11":
        rest += _words(filed, form, said, people, to)
    told = "\r".join((notice.key, _msh(to, notice, ""), *rest))
    control = base64.b32encode(hashlib.sha256(told.encode()).digest()).decode("ascii")[:CONTROL]
    if notice.pdf and notice.event != "T11":
        rest.append(_pdf(filed, form, notice.pdf, len(rest) - 3))
    body = "\r".join((_msh(to, notice, control), *rest, ""))
    return Message(control, document_number(filed.proposal.id), body.encode())


def _msh(to: Receiver, notice: Notice, control: str) -> str:
    fields = {
        2: plain(to.application),
        3: plain(to.facility),
        4: plain(to.to_application),
        5: plain(to.to_facility),
        6: moment(notice.at),
        8: component("MDM", notice.event, STRUCTURE[notice.event]),
        9: control,
        10: to.processing,
        11: to.version,
        14: to.accept,
        15: to.application_ack,
        17: "UNICODE UTF-8",
    }
    # MSH-1 is the separator itself, so that the number of each field is one less here.
    return numbered("MSH", {1: MARKS} | fields)


def _at(filed: Filed) -> datetime:
    return datetime.fromisoformat(filed.at)


def _signed(filed: Filed) -> list[Signed]:
    """Who signed its lines, in the order of their decisions, each with when she last did."""
    known = {
        one["identifier"][0]["value"]: one["name"][0]["text"]
        for one in signers(filed.proposal, filed.decisions)
    }
    when = {one.reviewer: one.at for one in filed.decisions if one.action in (Action.APPROVE, Action.AMEND)}
    return [Signed(user, name, when.get(user, _at(filed))) for user, name in known.items()]


def _txa(filed: Filed, form: FiledAs, people: list[Signed], to: Receiver, notice: Notice) -> str:
    withdrawn = notice.event == "T11"
    fields = {
        1: "1",
        2: plain(to.type or form.code or filed.proposal.document.kind),
        3: "" if withdrawn else to.text,
        4: moment(_at(filed)),
        5: repeated(person(one, to.application) for one in people),
        6: moment(filed.proposal.created),
        9: repeated(person(one, to.application) for one in people[-1:]),
        12: component(document_number(filed.proposal.id), to.application),
        13: component(notice.parent, to.application) if notice.parent else "",
        # What nobody had to sign is documented (DO), not authenticated.
        17: to.completion if people else "DO",
        18: to.confidentiality,
        19: "CA" if withdrawn else "AV",
        21: REASONS[notice.event],
        22: repeated(stamped(one, to.application) for one in people),
    }
    return numbered("TXA", fields)


def _words(
    filed: Filed, form: FiledAs, said: list[Statement], people: list[Signed], to: Receiver
) -> list[str]:
    """The document's words in OBX, title first, and beneath them who drafted and who signed."""
    told = [*lines(form.title)]
    for title, inside in sectioned(form, said):
        told += lines(title)
        told += [one for line in inside for one in lines(line.text)]
    told += lines(told_by(filed, people))
    one_by_one = (one for line in told for one in pieces(line))
    values = _formatted(told) if to.text == "FT" else one_by_one
    return [_obx(filed, form, number, to.text, value) for number, value in enumerate(values, start=1)]


def told_by(filed: Filed, people: list[Signed]) -> str:
    """The word that software drafted it, which model worded lines, and who signed when."""
    document = filed.proposal.document
    names = "; ".join(f"{one.name} on {one.at:%Y-%m-%d %H:%M %Z}".rstrip() for one in people)
    beside = "; ".join(
        str(one["name"][0]["text"])
        for others in cosigners(filed.proposal, filed.decisions).values()
        for one in others
    )
    signed = f"read and signed by {names}" if names else "released without a signature, as this kind may be"
    also = f", co-signed by {beside}" if beside else ""
    if document.by_hand:
        return f"Written by people, {signed}{also}."
    model = document.model_that_wrote
    drafted = f"Careloom with the language model {model}" if model else "Careloom"
    return f"Drafted by software ({drafted}), {signed}{also}."


def _formatted(told: list[str]) -> Iterator[str]:
    """Lines as formatted text, in as few fields as hold them."""
    held = ""
    for one in (piece for line in told for piece in pieces(line, LONGEST - len(BREAK))):
        longer = f"{held}{BREAK}{one}" if held else one
        if len(longer.encode()) > LONGEST:
            yield held
            longer = one
        held = longer
    if held:
        yield held


def _obx(filed: Filed, form: FiledAs, number: int, kind: str, value: str, part: str = "1") -> str:
    code = (
        component(form.code, form.title, "LN")
        if form.code
        else component(filed.proposal.document.kind, form.title, "L")
    )
    return numbered(
        "OBX", {1: str(number), 2: kind, 3: code, 4: part, 5: value, 11: "F", 14: moment(_at(filed))}
    )


def _pdf(filed: Filed, form: FiledAs, pdf: bytes, number: int) -> str:
    """The document as it is printed (ED), behind its words."""
    data = base64.b64encode(pdf).decode("ascii")
    return _obx(filed, form, number, "ED", composed("", "AP", "PDF", "Base64", data), part="2")
