"""ORC, OBR and SPM as ServiceRequest, DiagnosticReport and Specimen.

Source   HL7 v2-to-FHIR, ORC/OBR[ServiceRequest], OBR[DiagnosticReport], SPM[Specimen], OBR[Specimen]
"""

from dataclasses import dataclass, field, replace

from careloom.care.entry import Entry, Period
from careloom.connect.hl7v2.addresses import address, filled, placed
from careloom.connect.hl7v2.coded import all_codes, coded, comments, every, join, of, texts
from careloom.connect.hl7v2.groups import Order
from careloom.connect.hl7v2.names import interpreter, organisation, providers
from careloom.connect.hl7v2.result import Around, Found, observations
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import CONTROL, ORDER, PRIORITY, REPORT

# Messages that report what was found. In the others OBX stand for what the order rests on, and a report is made
# only where the order says how its results stand (OBR-25).
REPORTS = frozenset({"ORU", "OUL", "ORF", "OPU", "ORL"})


@dataclass(slots=True)
class Results:
    """The observations of a message so far, by what a child order may name as its parent (OBR-26)."""

    by_parent: dict[tuple[str, str], Found] = field(default_factory=dict)

    def add(self, found: list[Found]) -> None:
        """Make them known."""
        for one in found:
            self.by_parent.setdefault((one.code, one.sub_id), one)
            self.by_parent.setdefault((one.code, ""), one)

    def parent(self, obr: Segment) -> tuple[str, ...]:
        """The id of the result that an OBR names as its parent (an organism for its susceptibilities)."""
        if not obr.raw(26):
            return ()
        one = obr.one(26)
        found = self.by_parent.get((one.sub(1, 1), one[2]))
        return (found.entry.id,) if found else ()


def ordered(order: Order, visit: tuple[str, ...], results: Results, sent: Sent) -> list[Entry]:
    """The entries of an order with an OBR: request, report, specimens and results, as far as it has them."""
    obr = order.obr
    if obr is None:
        return []
    specimens = _specimens(order, obr, sent)
    ids = tuple(one.id for one in specimens) or ((sent.id(order.of, "Specimen"),) if order.of else ())
    taken = sent.between(obr, 7, 8)
    request = (_request(order, obr, taken, visit, sent),)
    reports = sent.type in REPORTS or bool(obr.raw(25))
    report = _report(order, obr, taken, visit, sent) if reports else None
    based = tuple(one.id for one in request)
    parent = results.parent(obr)
    number = filled(order.orc, obr)
    numbered = f"{number}/{_code(obr)}" if number else ""
    found = observations(order.results, Around(taken, (*visit, *ids[:1], *based, *parent), numbered), sent)
    for spm, obxs in ((one, order.of_specimens.get(id(one), [])) for one in order.specimens):
        of_it = sent.id(spm, "Specimen")
        found += observations(obxs, Around(_collected(spm, sent), (*visit, of_it), numbered), sent)
    results.add(found)
    if report is not None:
        members = (*based, *ids, *(one.entry.id for one in found), *parent)
        report = replace(report, references=tuple(dict.fromkeys((*report.references, *members))))
    return [*request, *([report] if report else []), *specimens, *(one.entry for one in found)]


def _request(order: Order, obr: Segment, taken: Period, visit: tuple[str, ...], sent: Sent) -> Entry:
    """What was ordered, by whom, why, and how the order stands."""
    source = sent.message.source
    named = coded(obr, 4, source)
    further = [*every(obr, 46, source), *every(obr, 47, source)]
    orc = order.orc
    control = orc.text(1) if orc else ""
    timing = order.timings[0] if order.timings else None
    stands = status(orc, ORDER, CONTROL)
    written = sent.beside(orc, 9) if orc and (control in ("NW", "") or sent.type not in REPORTS) else None
    asked = sent.beside(obr, 6) or (sent.beside(timing, 7) if timing else None)
    for one in (orc, *order.timings):
        if one:
            one.used = True
    return Entry(
        id=sent.id(obr, "ServiceRequest"),
        kind="ServiceRequest",
        # A message that does not say how the order stands tells nothing anew of it.
        source=sent.source(
            obr, address("ServiceRequest", placed(orc, obr), _code(obr)) if stands != "unknown" else ""
        ),
        codes=named.codes or all_codes(further),
        text=named.label,
        category=(obr.text(24),) if obr.raw(24) else (),
        effective=Period(asked) if asked else taken if sent.type not in REPORTS else Period(),
        recorded=written,
        status=stands,
        detail=texts(
            intent="reflex-order" if obr.text(11) == "G" else "order",
            priority=_priority(obr, timing),
            reason=join(one.words for one in every(obr, 31, source)),
            prescriber=(providers(orc, 12) if orc else "") or providers(obr, 16),
            participants=providers(obr, 28),
            note=join(
                [
                    coded(obr, 13, source).words,
                    timing.whole(11) if timing else "",
                    coded(orc, 16, source).words if orc else "",
                    comments(orc) if orc else "",
                    comments(obr),
                ]
            ),
        ),
        references=visit,
    )


def status(orc: Segment | None, by_status: dict[str, str], by_control: dict[str, str]) -> str:
    """An order's status: ORC-5, else what ORC-1 does to it, else "unknown"."""
    if orc is None:
        return "unknown"
    said = orc.text(5)
    if said:
        return by_status.get(said, "unknown")
    return by_control.get(orc.text(1), "unknown")


def _priority(obr: Segment, timing: Segment | None) -> str:
    said = (timing.text(9) if timing else "") or obr.text(5) or obr.text(27, 6)
    return PRIORITY.get(said.upper(), said)


def _report(order: Order, obr: Segment, taken: Period, visit: tuple[str, ...], sent: Sent) -> Entry:
    """A report over results; its results become references when they are known."""
    source = sent.message.source
    named = coded(obr, 4, source)
    readers = join(interpreter(one) for one in obr.all(32))
    performers = join(interpreter(one) for field in (33, 34) for one in obr.all(field))
    return Entry(
        id=sent.id(obr, "DiagnosticReport"),
        kind="DiagnosticReport",
        source=sent.source(obr, address("DiagnosticReport", filled(order.orc, obr), _code(obr))),
        codes=named.codes,
        text=named.label,
        category=(obr.text(24),) if obr.raw(24) else (),
        effective=taken,
        recorded=sent.beside(obr, 22),
        status=REPORT.get(obr.text(25), "unknown"),
        detail=texts(
            author=readers or performers or _laboratory(order),
            note=join([comments(obr), comments(order.orc) if order.orc else ""]),
        ),
        references=visit,
    )


def _code(obr: Segment) -> str:
    return obr.text(4) or obr.text(4, 2)


def _laboratory(order: Order) -> str:
    """Who performed the results (OBX-23), where all say the same."""
    named = {organisation(obx, 23) for obx in order.results}
    return named.pop() if len(named) == 1 else ""


def _specimens(order: Order, obr: Segment, sent: Sent) -> list[Entry]:
    found = [_of_order(specimen(spm, sent), obr, sent) for spm in order.specimens]
    if not order.specimens and order.of is None and obr.raw(15):
        found.append(_old_specimen(obr, sent))
    return found


def _of_order(one: Entry, obr: Segment, sent: Sent) -> Entry:
    """A specimen that does not say when it was taken or received: then the order does (OBR-7, OBR-14)."""
    taken = one.effective if one.effective != Period() else sent.between(obr, 7, 8)
    return replace(one, effective=taken, recorded=one.recorded or sent.beside(obr, 14))


def specimen(spm: Segment, sent: Sent) -> Entry:
    """What was taken, when and from where."""
    source = sent.message.source
    kind = coded(spm, 4, source)
    return Entry(
        id=sent.id(spm, "Specimen"),
        kind="Specimen",
        source=sent.source(spm),
        codes=kind.codes,
        text=kind.label,
        effective=_collected(spm, sent),
        recorded=sent.beside(spm, 18),
        status={"Y": "available", "N": "unavailable"}.get(spm.text(20).upper()),
        detail=texts(
            body_site=coded(spm, 8, source).words,
            note=join([*(one.words for one in every(spm, 24, source)), spm.whole(14), comments(spm)]),
        ),
    )


def _collected(spm: Segment, sent: Sent) -> Period:
    one = spm.one(17)
    start, end = (sent.beside(spm, 17, one[place]) if _is_time(one[place]) else None for place in (1, 2))
    return Period(start, end)


def _is_time(said: str) -> bool:
    return said[:1].isdigit()


def _old_specimen(obr: Segment, sent: Sent) -> Entry:
    """OBR-15 (SPS), as messages before version 2.5 name a specimen: a coded type in subcomponents, or words."""
    source = sent.message.source
    one = obr.one(15)
    kind = of(one.inner(1), source, "0070")
    return Entry(
        id=sent.id(obr, "Specimen"),
        kind="Specimen",
        source=sent.source(obr),
        codes=kind.codes,
        text=kind.label,
        effective=sent.between(obr, 7, 8),
        recorded=sent.beside(obr, 14),
        detail=texts(
            body_site=of(one.inner(4), source).words,
            note=join([one[3], *(said.words for said in every(obr, 39, source))]),
        ),
    )
