"""RXA of a VXU as Immunization. Source: HL7 v2-to-FHIR, RXA, RXR and ORC[Immunization]; CDC, HL7 Version 2.5.1
Implementation Guide for Immunization Messaging 1.5 (2014), RXA: 998 says that no vaccine was given, 999 that the
amount is not known."""

from careloom.care.entry import Entry, Period
from careloom.connect.hl7v2.addresses import of_vaccine
from careloom.connect.hl7v2.coded import coded, comments, every, join, texts
from careloom.connect.hl7v2.groups import Given, Order
from careloom.connect.hl7v2.names import providers
from careloom.connect.hl7v2.result import Around, observations
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import given_or_not
from careloom.connect.hl7v2.units import units
from careloom.errors import InputError

NO_VACCINE = "998"
UNKNOWN_AMOUNT = "999"


def vaccines(order: Order, visit: tuple[str, ...], sent: Sent) -> list[Entry]:
    """Each vaccine of an order, and the observations about it (eligibility, statement given, reaction)."""
    found: list[Entry] = []
    for given in order.given:
        ids: tuple[str, ...] = visit
        try:
            one = _immunization(given, order, visit, sent)
            if one is not None:
                found.append(one)
                ids = (*visit, one.id)
            taken = Period(sent.when(given.rxa, 3))
        except InputError as error:
            sent.reject(error, given.rxa)
            taken = Period()
        found += [one.entry for one in observations(given.results, Around(taken, ids), sent)]
    return found


def _immunization(given: Given, order: Order, visit: tuple[str, ...], sent: Sent) -> Entry | None:
    """A vaccine; what was refused or not given is negated. None where the code says that none was given."""
    rxa, source, orc = given.rxa, sent.message.source, order.orc
    named = coded(rxa, 5, source)
    if not named:
        raise InputError("is missing", sent.where(rxa, 5))
    for one in (*given.routes, *([orc] if orc else [])):
        one.used = True
    if any(code.code == NO_VACCINE for code in named.codes):
        rxa.used = True
        return None
    done = given_or_not(rxa)
    code = named.codes[0].code if named.codes else named.words
    dose = rxa.text(6)
    route = join(coded(one, 1, source).words for one in given.routes)
    site = join(coded(one, 2, source).words for one in given.routes)
    return Entry(
        id=sent.id(rxa, "Immunization"),
        kind="Immunization",
        source=sent.source(rxa, of_vaccine(orc, code)),
        codes=named.codes,
        text=named.label,
        effective=Period(sent.when(rxa, 3)),
        recorded=sent.beside(rxa, 22) or (sent.beside(orc, 9) if orc else None),
        status=done,
        negated=done == "not-done",
        detail=texts(
            quantity="" if dose in ("", UNKNOWN_AMOUNT) else f"{dose} {units(rxa, 7) or ''}".strip(),
            reason=join(one.words for one in every(rxa, 19, source)),
            author=join([providers(rxa, 10), providers(orc, 12) if orc else ""]),
            body_site=site,
            note=join(
                [
                    *(one.words for one in every(rxa, 18, source)),
                    *(one.words for one in every(rxa, 9, source)),
                    route,
                    *_lots(rxa, sent),
                    comments(rxa),
                ]
            ),
        ),
        references=visit,
    )


def _lots(rxa: Segment, sent: Sent) -> list[str]:
    """Lot numbers, when they expire, and who made the vaccine: what a recall asks for."""
    lots = ", ".join(one[1] for one in rxa.all(15) if one[1])
    expires = sent.beside(rxa, 16)
    return [
        f"lot {lots}" if lots else "",
        f"expires {expires.text}" if expires else "",
        join(one.words for one in every(rxa, 17, sent.message.source)),
    ]
