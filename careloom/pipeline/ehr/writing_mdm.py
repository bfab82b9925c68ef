"""The way into another system's chart by messages: a filed document as HL7 v2 MDM over MLLP, acknowledged.

Takes    what is to be written or taken back, and what the receiver itself says of who the patient is
Gives    what the receiver acknowledged, with the document's number and the message's control id
Never    sends a document that is there already, a second message while nobody knows what became of the first without the same control id, or
         anything about a patient whose number at the receiver isn't known for certain (docs/hl7-out.md)
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from careloom.care.entry import Entry, Person
from careloom.care.writing import AGAIN, Copy, State, Step, There, Writing
from careloom.chart import mdm
from careloom.chart.mdm import Event, Message, Notice, Receiver
from careloom.chart.parts import Filed, FiledAs
from careloom.chart.v2_people import numbers
from careloom.connect.hl7v2.tables import CLASSES
from careloom.errors import InputError, WriteBackError
from careloom.pipeline.ehr.destination import AboutTo, Job
from careloom.pipeline.ehr.mdm_settings import MdmSettings, mdm_settings
from careloom.pipeline.filing import plan_as_document
from careloom.wire.mllp import Sender
from careloom.wire.mllp.answer import ANSWERED

FORM = "message"
# Table 0004 by the words that its reader makes of it.
_CLASSES = {words: code for code, (words, _) in CLASSES.items() if code not in ("N", "U")}
TWO_NUMBERS = "it has two numbers in use for this patient: have them merged there first"
UNKNOWN_THERE = "it never told us of this patient: whose chart it is there isn't known"
NO_PDF = "the PDF was left out: "


@dataclass
class MdmDestination:
    """Sends to the receiver of a system. `said` gives what each source says of who a patient is, without numbers that are in use no more;
    `printed` the PDF of a filed document, where this process can make one; `number` of a visit as its message wrote it; `home` is where files of settings lie.
    """

    said: Callable[[str], Sequence[tuple[str, Person]]]
    home: Path
    printed: Callable[[Filed], bytes] | None = None
    number: Callable[[Entry], str] = lambda _: ""
    _senders: dict[MdmSettings, Sender] = field(default_factory=dict, init=False, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def write(self, job: Job, about_to: AboutTo) -> There:
        """See `Destination`."""
        there = job.writing.there
        if there is not None and there.copies:
            return there  # what is filed doesn't change; what becomes of its tasks is told in no message
        parent = next((one.proposal for one in job.older if _stands(one)), "")
        event: Event = "T10" if parent else "T02"
        return self._send(job, event, parent, about_to)

    def take_back(self, job: Job, about_to: AboutTo) -> There:
        """See `Destination`."""
        return self._send(job, "T11", "", about_to)

    def _send(self, job: Job, event: Event, parent: str, about_to: AboutTo) -> There:
        site = mdm_settings(job.system)
        sender = self._sender(site)
        to = site.receiver(job.filed.proposal.document.kind)
        who = self._who(job, site)
        key, at = _occasion(job.writing)
        pdf, notes = (b"", ()) if event == "T11" else self._pdf(job, site)
        parent = mdm.document_number(parent) if parent else ""
        notice = Notice(event=event, key=key, at=at, parent=parent, pdf=pdf, visit=self._visit(job, site))
        made = _message(job.filed, who, to, notice)
        copy = Copy(key=made.document, address=made.control)
        whose = numbers(who, to.authority)[0].partition("^")[0]
        about_to(There(FORM, whose, (copy,), notes))
        taken = sender.send(made.body)
        notes = (*notes, taken.note) if taken.note else notes
        return There(FORM, whose, () if event == "T11" else (copy,), notes)

    def _who(self, job: Job, site: MdmSettings) -> Person:
        """The patient as the receiver's own newest message tells. Raises WriteBackError where it told none, or two numbers in use."""
        theirs = [person for source, person in self.said(job.writing.patient) if source in site.numbers]
        known = [person for person in theirs if numbers(person, site.authority)]
        if not known:
            raise WriteBackError(UNKNOWN_THERE, permanent=True)
        by_authority: dict[str, set[str]] = {}
        for number in (one for person in known for one in numbers(person, site.authority)):
            value, _, authority = number.partition("^")
            by_authority.setdefault(authority, set()).add(value)
        if any(len(values) > 1 for values in by_authority.values()):
            raise WriteBackError(TWO_NUMBERS, permanent=True)
        return next((one for one in reversed(known) if one.names), known[-1])

    def _visit(self, job: Job, site: MdmSettings) -> tuple[str, str]:
        """The one visit of the receiver's own that signed lines cite: its class, and its number. A care plan is about none."""
        filed = job.filed
        lines = [one for one in filed.proposal.document.statements if one.id in filed.proposal.released]
        cited = [filed.record.by_id.get(one) for line in lines for one in line.citations]
        theirs = {
            one.id: one
            for one in cited
            if one and one.kind == "Encounter" and one.source.system in site.numbers
        }
        if len(theirs) != 1 or filed.form is None:
            return mdm.NO_VISIT
        (visit,) = theirs.values()
        said = _CLASSES.get(visit.detail.get("class", ""))
        return (said, self.number(visit)) if said else mdm.NO_VISIT

    def _pdf(self, job: Job, site: MdmSettings) -> tuple[bytes, tuple[str, ...]]:
        """The printed document, where the site wants it; else, or where it can't be made or is too long, why it is left out."""
        if not site.pdf:
            return b"", ()
        if self.printed is None:
            return b"", (f"{NO_PDF}this process can print nothing",)
        try:
            made = self.printed(job.filed)
        except InputError:
            return b"", (f"{NO_PDF}a character of it has no font here",)
        if len(made) > site.pdf_kb << 10:
            return b"", (f"{NO_PDF}it is longer than {site.pdf_kb} KB",)
        return made, ()

    def _sender(self, site: MdmSettings) -> Sender:
        with self._turn:
            if site not in self._senders:
                self._senders[site] = Sender(site.peer(self.home))
            return self._senders[site]


def _message(filed: Filed, who: Person, to: Receiver, notice: Notice) -> Message:
    try:
        return mdm.message(filed, form_of(filed), who, to, notice)
    except InputError as refusal:
        raise WriteBackError(refusal.reason, permanent=True) from None


def form_of(filed: Filed) -> FiledAs:
    """As what a filed document is told: its own form, or a care plan's as one document."""
    return filed.form or plan_as_document()


def _stands(older: Writing) -> bool:
    """Whether an older document is there, or may be: it was sent, and nobody knows what became of it, also where it was given up since."""
    there = older.there
    if there is not None:
        return bool(there.copies)
    ends = (one for one in reversed(older.steps) if one.state is State.SENDING or _is_answer(one))
    last = next(ends, None)
    return last is not None and last.state is State.SENDING


def _is_answer(step: Step) -> bool:
    """Whether a step tells that the receiver answered and didn't take it."""
    return step.why.removeprefix(AGAIN).startswith(ANSWERED)


def _occasion(writing: Writing) -> tuple[str, datetime]:
    """What a message stands for, and since when it is to be sent. As long as nobody answered it is the same occasion, so that the message
    is the same to the byte; after an answer it is another one.
    """
    ended = [
        number
        for number, step in enumerate(writing.steps)
        if step.state in (State.WRITTEN, State.GONE) or (step.state is State.REFUSED and _is_answer(step))
    ]
    begun = ended[-1] + 1 if ended else 0
    rest = writing.steps[begun:]
    first = next((one for one in rest if one.state is State.LEAVING), rest[0]) if writing.undoing else rest[0]
    way = "back" if writing.undoing else "there"
    return f"{writing.id}/{way}/{len(ended)}", first.at
