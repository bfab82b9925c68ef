"""One HL7 message into readings: a reading for each person that it is about."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, TypeAlias

from careloom.care.entry import Entry, Merge, Message, Person, Reading, Rejection
from careloom.connect.hl7v2 import (
    allergy,
    appointment,
    document,
    patient,
    payment,
    people,
    problem,
    wishes,
)
from careloom.connect.hl7v2.drug import drugs, share_numbers
from careloom.connect.hl7v2.framing import Raw, messages
from careloom.connect.hl7v2.groups import Gatherer, Group, Order, attach_notes
from careloom.connect.hl7v2.kinds import is_about_somebody, is_read, may_hold_many
from careloom.connect.hl7v2.order import Results, ordered, specimen
from careloom.connect.hl7v2.result import Around, observations
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent, opened
from careloom.connect.hl7v2.vaccine import vaccines
from careloom.connect.hl7v2.value import FILES
from careloom.connect.hl7v2.visit import encounter
from careloom.errors import InputError, PatientMismatch

Visit: TypeAlias = tuple[str, ...]
VACCINES = frozenset({"VXU", "VXR"})
# Segments that say something of the message or of others, and need no entry.
ABOUT_THE_MESSAGE = frozenset({"MSH", "EVN", "SFT", "UAC", "MSA", "QRD", "QRF", "QPD", "QAK", "DSC", "RGS"})
SCHEDULE = frozenset({"AIS", "AIG", "AIL", "AIP"})

# What reads one segment that stands for itself: the entry, or None where it is only looked at.
Single: TypeAlias = Callable[[Segment, Visit, Sent], Entry | None]


def _relative(one: Segment, _: Visit, sent: Sent) -> Entry | None:
    return people.relative(one, sent)


def _guarantor(one: Segment, _: Visit, sent: Sent) -> Entry | None:
    return people.guarantor(one, sent)


def _carer(one: Segment, _: Visit, sent: Sent) -> Entry | None:
    return people.carer(one, sent)


def _primary_carer(one: Segment, _: Visit, sent: Sent) -> Entry | None:
    return people.primary_carer(one, sent)


def _coverage(one: Segment, _: Visit, sent: Sent) -> Entry:
    return payment.coverage(one, sent)


def _goal(one: Segment, _: Visit, sent: Sent) -> Entry:
    return problem.goal(one, sent)


def _specimen(one: Segment, _: Visit, sent: Sent) -> Entry:
    return specimen(one, sent)


SINGLES: Mapping[str, Single] = {
    "PD1": _primary_carer,
    "NK1": _relative,
    "GT1": _guarantor,
    "ROL": _carer,
    "PRT": _carer,
    "AL1": allergy.allergy,
    "IAM": allergy.allergy,
    "DG1": problem.diagnosis,
    "PRB": problem.problem,
    "GOL": _goal,
    "ACC": problem.accident,
    "PR1": problem.procedure,
    "IN1": _coverage,
    "RF1": payment.referral,
    "SPM": _specimen,
    "CON": wishes.consent,
    "ARV": wishes.restriction,
}
# What reads a segment that may give several.
SEVERAL: Mapping[str, Callable[[Segment, Visit, Sent], Iterator[Entry]]] = {
    "FT1": payment.charged,
    "PD1": wishes.directives,
    "PDA": problem.cause_of_death,
    "IAM": people.reporter,
}
# A type and an event as HL7 has them; what else a sender writes there is not repeated.
CALLED = re.compile(r"[A-Z][A-Z0-9]{2}(\^[A-Z][A-Z0-9]{2})?")
# What belongs to a segment that was read and says nothing that an entry holds.
LOOKED_AT = frozenset(
    {*SINGLES, "IN2", "IN3", "DB1", "MRG", "PV2", "TQ1", "TQ2", "RXR", "RXC", "ORC", "NTE", "RGS", "CTD"}
)


def read(message: Message, body: BinaryIO, *, limit: int, options: Mapping[str, str]) -> Iterator[Reading]:
    """The readings of an HL7 file, message by message; what can't be read is a Rejection ("message 3, PID-3")."""
    for raw in messages(body, limit):
        if isinstance(raw, Rejection):
            yield Reading(Person(), rejected=(raw,))
        else:
            yield from _read(message, raw, options)


def _read(message: Message, raw: Raw, options: Mapping[str, str]) -> Iterator[Reading]:
    """The readings of one message. Nothing is given of a message that is refused as a whole."""
    try:
        sent = opened(message, raw, options)
        found = list(_people(sent)) if is_read(sent) else []
    except InputError as error:
        where = error.where or f"message {raw.number}"
        yield Reading(Person(), rejected=(Rejection(where, error.reason, type(error).__name__),))
        return
    unknown, looked_up = _counted(sent, read=bool(found))
    if not found:
        yield Reading(Person(), (), tuple(sent.rejected), unknown, looked_up)
    for place, one in enumerate(found):
        last = place == len(found) - 1
        who, entries, same, others = one
        yield Reading(
            who,
            tuple(entries),
            tuple(sent.rejected) if last else (),
            unknown if last else {},
            looked_up if last else {},
            merges=same,
            unlinks=others,
        )


def _counted(sent: Sent, *, read: bool) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Segments by name: not understood, and only looked at. A message that is not read counts as one.

    One about a patient waits for somebody: what nobody here knows may take something back.
    """
    if not read:
        name = sent.name if CALLED.fullmatch(sent.name) else "another one"
        if not sent.rejected and is_about_somebody(sent):
            why = f"is a message that no reader knows ({name}): it is kept and not read"
            sent.reject(InputError(why, f"message {sent.number}, MSH-9"))
        if not sent.rejected:
            sent.unknown[f"message {name}"] += 1
        return dict(sent.unknown), {}
    looked_up: Counter[str] = Counter()
    for segment in sent.segments:
        if segment.name in ABOUT_THE_MESSAGE:
            looked_up[segment.name] += 1
        elif not segment.used:
            sent.unknown[f"segment {segment.name}"] += 1
    return dict(sent.unknown), dict(looked_up)


Found: TypeAlias = tuple[Person, list[Entry], tuple[Merge, ...], tuple[Merge, ...]]


def _people(sent: Sent) -> Iterator[Found]:
    """Each person of a message with their entries. Raises InputError where it names nobody or too many."""
    groups, before = _grouped(sent)
    if not groups:
        raise InputError("is missing: the message names no patient", f"message {sent.number}, PID")
    persons = [patient.person(group.pid, group.others, sent) for group in groups]
    if len(groups) > 1 and not may_hold_many(sent):
        own = set(persons[0].identifiers)
        if any(own.isdisjoint(other.identifiers) for other in persons[1:]):
            raise PatientMismatch("one message holds two patients", sent.where(groups[1].pid))
    linked = sent.type == "ADT" and sent.event == patient.LINK
    unlinked = sent.type == "ADT" and sent.event == patient.UNLINK
    for place, (group, who) in enumerate(zip(groups, persons, strict=True)):
        same: list[Merge] = []
        for mrg in (one for one in group.others if one.name == "MRG"):
            same += patient.merges(mrg, who, sent)
        who = patient.surviving(who, same)
        beside: list[Merge] = []
        if (linked or unlinked) and place == 0:
            for other, whose in zip(groups[1:], persons[1:], strict=True):
                beside += patient.linked(who, whose, other.pid, sent)
        if linked and place:
            group.pid.used = True
            continue
        same += beside if linked else []
        yield who, _entries(group, who, before, place, sent), tuple(same), tuple(beside if unlinked else ())


def _grouped(sent: Sent) -> tuple[list[Group], list[Segment]]:
    """The message's people with what stands under each, and what stands before the first (a schedule)."""
    before: list[Segment] = []
    gatherers: list[Gatherer] = []
    for segment in attach_notes(sent.segments):
        if segment.name == "PID":
            gatherers.append(Gatherer(sent.type, Group(segment)))
        elif gatherers:
            gatherers[-1].take(segment)
        elif segment.name not in ABOUT_THE_MESSAGE:
            before.append(segment)
    return [one.group for one in gatherers], before


def _entries(group: Group, who: Person, before: list[Segment], place: int, sent: Sent) -> list[Entry]:
    """The entries of one person, in the order of their segments as far as they do not belong together."""
    proxies = [said for one in group.others if one.name == "NK1" and (said := people.proxy(one, sent))]
    found: list[Entry] = [patient.patient(group.pid, who, proxies, sent)]
    visit: Visit = ()
    for pv1, pv2 in group.visits:
        if made := _made(partial(encounter, pv1, pv2), pv1, sent):
            found.append(made)
            visit = visit or (made.id,)
    for segment in (*(before if place == 0 else ()), *group.others):
        reads = SINGLES.get(segment.name)
        if reads is not None and (made := _made(partial(reads, segment, visit), segment, sent)):
            found.append(made)
        if (several := SEVERAL.get(segment.name)) is not None:
            found += _several(partial(several, segment, visit), segment, sent)
    for segment in (group.pid, *(one for one in group.others if one.name == "IN1")):
        further = people.mother if segment is group.pid else people.insured
        if made := _made(partial(further, segment), segment, sent):
            found.append(made)
    found += _appointments(group, before, visit, place, sent)
    found += _documents(group, visit, sent)
    found += _all_results(group, visit, sent)
    return found


def _made(make: Callable[[Sent], Entry | None], segment: Segment, sent: Sent) -> Entry | None:
    """What a segment gives; None and a rejection where it can't be read, None where it says nothing."""
    try:
        found = make(sent)
    except InputError as error:
        sent.reject(error, segment)
        return None
    if segment.name in LOOKED_AT:
        segment.used = True
    return found


def _several(make: Callable[[Sent], Iterator[Entry]], segment: Segment, sent: Sent) -> list[Entry]:
    try:
        return list(make(sent))
    except InputError as error:
        sent.reject(error, segment)
        return []


def _appointments(
    group: Group, before: list[Segment], visit: Visit, place: int, sent: Sent
) -> Iterator[Entry]:
    """A schedule stands before its patients (some senders: after them), its resources after the last of them."""
    around = [*before, *group.others]
    for sch in (one for one in around if one.name == "SCH"):
        resources = [one for one in around if one.name in SCHEDULE]
        timings = [one for one in around if one.name == "TQ1"]
        made = _made(partial(appointment.appointment, sch, timings, resources, visit, place), sch, sent)
        if made:
            yield made


def _documents(group: Group, visit: Visit, sent: Sent) -> Iterator[Entry]:
    for ordinal, (txa, obxs) in enumerate(group.documents):
        made = _made(partial(document.document, txa, obxs, visit, 0 if ordinal == 0 else ordinal), txa, sent)
        if made:
            yield made
            if former := document.replaced(txa, sent):
                yield former
            rest = [one for one in obxs if not one.used]
            yield from (one.entry for one in observations(rest, Around(made.effective, (made.id,)), sent))


def _all_results(group: Group, visit: Visit, sent: Sent) -> Iterator[Entry]:
    """Results that belong to no order, then each order with its own."""
    known = Results()
    loose = []
    for obx in group.results:
        of_it = group.specimen_of.get(id(obx))
        ids = (*visit, sent.id(of_it, "Specimen")) if of_it else visit
        loose += observations([obx], Around(references=ids), sent) if of_it else []
    plain = [obx for obx in group.results if id(obx) not in group.specimen_of]
    loose += observations(plain, Around(references=visit), sent)
    known.add(loose)
    yield from (one.entry for one in loose)
    share_numbers(group.orders)
    for order in group.orders:
        yield from _order(order, visit, known, sent)
    every = (*group.results, *(obx for order in group.orders for obx in order.results))
    for obx in every:
        if obx.text(2).upper() in FILES and (
            made := _made(partial(document.attached, obx, visit), obx, sent)
        ):
            yield made


def _order(order: Order, visit: Visit, known: Results, sent: Sent) -> Iterator[Entry]:
    if order.obr is not None:
        yield from ordered(order, visit, known, sent)
    if sent.type in VACCINES and order.given:
        yield from vaccines(order, visit, sent)
    elif order.drugs or order.given:
        made = drugs(order, visit, sent)
        yield from made
        of_it = (*visit, *(one.id for one in made[:1]))
        if order.obr is None:
            yield from (one.entry for one in observations(order.results, Around(references=of_it), sent))
        for given in order.given:
            yield from (one.entry for one in observations(given.results, Around(references=of_it), sent))
