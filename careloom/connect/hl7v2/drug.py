"""RXO, RXE, RXD, RXG and RXA as MedicationRequest, MedicationDispense and MedicationAdministration.

Source   HL7 v2-to-FHIR, RXO[MedicationRequest], RXR and TQ1[MedicationRequest], ORC[MedicationAdministration];
         HL7 v2.8.2, chapter 4A
"""

from collections import Counter
from collections.abc import Iterable

from careloom.care.entry import Code, Dosage, Entry, Period
from careloom.connect.hl7v2.addresses import address, number, placed
from careloom.connect.hl7v2.coded import Concept, all_codes, coded, comments, every, join, texts
from careloom.connect.hl7v2.groups import Given, Order
from careloom.connect.hl7v2.names import organisation, providers
from careloom.connect.hl7v2.order import status
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import DRUG_CONTROL, DRUG_STATUS, given_or_not
from careloom.connect.hl7v2.timing import amount, frequency, old_frequency
from careloom.connect.hl7v2.units import units
from careloom.errors import InputError

# What somebody asked for but the pharmacy did not answer yet, and what it encoded: RXE is the later word.
ORDERED = ("RXE", "RXO")
# Where further codes of the drug stand, and its strength with the strength's unit.
SUPPLEMENTARY = {"RXE": 31, "RXO": 24}
STRENGTHS = {"RXE": (25, 26), "RXO": (18, 19), "RXD": (16, 17)}


def drugs(order: Order, visit: tuple[str, ...], sent: Sent) -> list[Entry]:
    """The entries of a drug order: the order itself, what was dispensed, and each dose that was given."""
    found: list[Entry] = []
    if order.orc:
        order.orc.used = True
    try:
        request = _request(order, visit, sent)
        found += [request] if request else []
        based = tuple(one.id for one in found)
        for name in ("RXD", "RXG"):
            if rx := order.drugs.get(name):
                make = _dispense if name == "RXD" else _prepared
                found.append(make(rx, order, (*visit, *based), sent))
    except InputError as error:
        sent.reject(error, next(iter(order.drugs.values()), order.orc))
        based = ()
    for one in order.given:
        try:
            found.append(_administration(one, order, (*visit, *based), sent))
        except InputError as error:
            sent.reject(error, one.rxa)
    return found


def _request(order: Order, visit: tuple[str, ...], sent: Sent) -> Entry | None:
    rx = next((order.drugs[name] for name in ORDERED if name in order.drugs), None)
    if rx is None:
        return None
    for name in ORDERED:
        if name in order.drugs:
            order.drugs[name].used = True
    encoded = rx.name == "RXE"
    named, text = _drug(rx, 2 if encoded else 1, order, sent)
    orc = order.orc
    ordered = order.drugs.get("RXO", rx)
    stands = status(orc, DRUG_STATUS, DRUG_CONTROL)
    return Entry(
        id=sent.id(rx, "MedicationRequest"),
        kind="MedicationRequest",
        source=sent.source(rx, _address(stands, order, named)),
        codes=named,
        text=text,
        dosage=_dosage(rx, order, sent),
        effective=_bounds(order, rx, sent),
        recorded=sent.beside(orc, 9) if orc else None,
        status=stands,
        detail=texts(
            intent="order",
            quantity=_quantity(rx, 10, 11) if encoded else _quantity(rx, 11, 12),
            refills=rx.text(12 if encoded else 13),
            prescriber=(providers(orc, 12) if orc else "") or providers(rx, 13 if encoded else 14),
            practice=organisation(orc, 21) if orc else "",
            reason=_words(rx, 27 if encoded else 20, sent),
            pharmacy=organisation(rx, 40) if encoded else organisation(rx, 32),
            note=join(
                [
                    _asked_for(ordered, rx, sent),
                    _words(ordered, 6, sent) if ordered.name == "RXO" else "",
                    _words(rx, 21, sent) if encoded else "",
                    coded(orc, 16, sent.message.source).words if orc else "",
                    comments(orc) if orc else "",
                    *(comments(order.drugs[name]) for name in ORDERED if name in order.drugs),
                ]
            ),
        ),
        references=visit,
    )


def share_numbers(orders: Iterable[Order]) -> None:
    """Mark the drug orders of a message that have one number: each is told apart by its drug."""
    found = [(placed(one.orc), one) for one in orders if one.drugs and one.orc]
    counts = Counter(order_number for order_number, _ in found)
    for order_number, one in found:
        one.shares = counts[order_number] > 1


def _address(stands: str, order: Order, named: tuple[Code, ...]) -> str:
    """By the order's number and group; what does not say how it stands tells nothing anew."""
    orc = order.orc
    if orc is None or stands == "unknown":
        return ""
    drug = named[0].code if order.shares and named else ""
    return address("MedicationRequest", placed(orc), number(orc.one(4)), drug)


def _asked_for(rxo: Segment, rx: Segment, sent: Sent) -> str:
    """The drug as it was ordered, where the pharmacy encoded it in other words."""
    if rxo is rx:
        return ""
    source = sent.message.source
    said = coded(rxo, 1, source).words
    return f"ordered as {said}" if said and said != coded(rx, 2, source).words else ""


def _dispense(rxd: Segment, order: Order, references: tuple[str, ...], sent: Sent) -> Entry:
    """What was handed out, when, how much and by whom."""
    named, text = _drug(rxd, 2, order, sent)
    handed = sent.when(rxd, 3)
    said = status(order.orc, DRUG_STATUS, DRUG_CONTROL)
    return Entry(
        id=sent.id(rxd, "MedicationDispense"),
        kind="MedicationDispense",
        source=sent.source(rxd),
        codes=named,
        text=text,
        dosage=_taken(order, "RXE" if "RXE" in order.drugs else "RXO", sent) or _by_route(order, sent),
        effective=Period(handed),
        status=said if said in ("cancelled", "entered-in-error", "stopped") else "completed",
        detail=texts(
            quantity=_quantity(rxd, 4, 5),
            refills=rxd.text(8),
            pharmacy=providers(rxd, 10),
            reason=_words(rxd, 21, sent),
            note=join([rxd.whole(9), _words(rxd, 15, sent), comments(rxd)]),
        ),
        references=references,
    )


def _prepared(rxg: Segment, order: Order, references: tuple[str, ...], sent: Sent) -> Entry:
    """RXG: a dose that is to be given; not yet handed over."""
    named, text = _drug(rxg, 4, order, sent)
    dose = _dose(rxg, 5, 6, 7)
    return Entry(
        id=sent.id(rxg, "MedicationDispense"),
        kind="MedicationDispense",
        source=sent.source(rxg),
        codes=named,
        text=text,
        dosage=Dosage(dose=dose, route=_route(order.routes, sent)) if dose or order.routes else None,
        status="preparation",
        detail=texts(note=join([_words(rxg, 9, sent), comments(rxg)])),
        references=references,
    )


def _administration(given: Given, order: Order, references: tuple[str, ...], sent: Sent) -> Entry:
    """A dose that was given; what was refused or not given is negated, with the reason in the note."""
    rxa = given.rxa
    named, text = _drug(rxa, 5, order, sent)
    done = given_or_not(rxa)
    kept = address("MedicationAdministration", placed(order.orc), rxa.text(2), rxa.text(3))
    dosage = Dosage(dose=_quantity(rxa, 6, 7), route=_route(given.routes or order.routes, sent))
    return Entry(
        id=sent.id(rxa, "MedicationAdministration"),
        kind="MedicationAdministration",
        source=sent.source(rxa, kept),
        codes=named,
        text=text,
        dosage=dosage if dosage != Dosage() else None,
        effective=sent.period(rxa, 3, 4),
        status=done,
        negated=done == "not-done",
        detail=texts(
            reason=join(one.words for one in every(rxa, 19, sent.message.source)),
            author=providers(rxa, 10),
            note=join([_words(rxa, 18, sent), _words(rxa, 9, sent), comments(rxa)]),
        ),
        references=references,
    )


def _drug(rx: Segment, field: int, order: Order, sent: Sent) -> tuple[tuple[Code, ...], str]:
    """Codes and words of the drug, of a compound those of its parts. Raises InputError where it names none."""
    named = coded(rx, field, sent.message.source)
    parts = [coded(one, 2, sent.message.source) for one in order.parts]
    for one in order.parts:
        one.used = True
    if not named and not any(parts):
        raise InputError("names no drug", sent.where(rx, field))
    if parts and not named.codes:
        return all_codes(parts), join([named.words, *(one.words for one in parts)])
    further = SUPPLEMENTARY.get(rx.name, 0)
    supplementary: list[Concept] = every(rx, further, sent.message.source) if further else []
    return all_codes([named, *supplementary]), _with_strength(rx, named)


def _with_strength(rx: Segment, named: Concept) -> str:
    """The drug's text, with the strength that stands apart from it."""
    fields = STRENGTHS.get(rx.name)
    strength = _quantity(rx, *fields) if fields else ""
    if not strength or rx.text(fields[0] if fields else 0) in named.words:
        return named.label
    return f"{named.words} {strength}"


def _dosage(rx: Segment, order: Order, sent: Sent) -> Dosage | None:
    """How it is to be taken: dose, route, how often, and the sender's instructions in words."""
    encoded = rx.name == "RXE"
    dose = _dose(rx, 3, 4, 5) if encoded else _dose(rx, 2, 3, 4)
    rate = _quantity(rx, 23, 24) if encoded else _quantity(rx, 21, 22)
    often = frequency(order.timings)
    if not often:
        orc = order.orc
        old = [*rx.all(1)] if encoded and rx.raw(1) else [*orc.all(7)] if orc else []
        often = join(old_frequency(one) for one in old)
        dose = dose or join(amount(one.inner(1)) for one in old)
    for one in (*order.timings, *order.routes):
        one.used = True
    words = [_words(rx, 7, sent), *(one.whole(11) for one in order.timings)]
    if encoded and (asked := order.drugs.get("RXO")) is not None and not words[0]:
        words.append(_words(asked, 7, sent))
    found = Dosage(
        text=join(words),
        dose=f"{dose} at {rate}" if dose and rate else dose or rate,
        route=_route(order.routes, sent),
        frequency=often,
    )
    return found if found != Dosage() else None


def _taken(order: Order, name: str, sent: Sent) -> Dosage | None:
    rx = order.drugs.get(name)
    return _dosage(rx, order, sent) if rx else None


def _by_route(order: Order, sent: Sent) -> Dosage | None:
    return Dosage(route=_route(order.routes, sent)) if order.routes else None


def _dose(rx: Segment, low: int, high: int, unit: int) -> str:
    """A dose or a range of doses with its unit."""
    first, second = rx.text(low), rx.text(high)
    named = units(rx, unit) or ""
    said = f"{first}-{second}" if first and second and first != second else first or second
    return f"{said} {named}".strip() if said else ""


def _quantity(rx: Segment, number: int, unit: int) -> str:
    said = rx.text(number)
    return f"{said} {units(rx, unit) or ''}".strip() if said else ""


def _words(segment: Segment, field: int, sent: Sent) -> str:
    """The words of all repetitions of a coded field."""
    return join(one.words for one in every(segment, field, sent.message.source))


def _route(routes: list[Segment], sent: Sent) -> str:
    for one in routes:
        one.used = True
    return join(coded(one, 1, sent.message.source).words for one in routes)


def _bounds(order: Order, rx: Segment, sent: Sent) -> Period:
    """From when to when it is to be taken: TQ1, else TQ, else when the order was written."""
    for timing in order.timings:
        if timing.raw(7) or timing.raw(8):
            return sent.period(timing, 7, 8)
    held = rx if rx.name == "RXE" and rx.raw(1) else order.orc
    field = 1 if held is rx else 7
    if held is not None and held.raw(field):
        one = held.one(field)
        start, end = (sent.moment(one[place], held, field) for place in (4, 5))
        if start or end:
            return Period(start, end)
    orc = order.orc
    begin = sent.when(orc, 15) if orc else None
    return Period(begin or (sent.when(orc, 9) if orc else None))
