"""IN1 as Coverage, FT1 as what was charged for, RF1 as a referral. Source: HL7 v2-to-FHIR, IN1[Coverage]; v2.8.2, 6, 11."""

from collections.abc import Iterator

from careloom.care.entry import Entry, Period
from careloom.connect.hl7v2.addresses import numbered
from careloom.connect.hl7v2.coded import coded, comments, every, join, texts
from careloom.connect.hl7v2.names import organisation, providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import PRIORITY, relation
from careloom.connect.hl7v2.units import unit_of

# 0283, referral status.
REFERRALS = {"A": "active", "P": "on-hold", "R": "revoked", "E": "completed"}
CANCELS = "REF^I14"
PRIORITIES = {"A": "asap", "R": "routine", "S": "stat"}


def coverage(in1: Segment, sent: Sent) -> Entry:
    """Insurance: its kind, who pays and when it holds. Member and policy numbers stay behind."""
    source = sent.message.source
    kind = coded(in1, 15, source, "0086")
    payer = organisation(in1, 4)
    plan = coded(in1, 2, source).words
    related = coded(in1, 17, source, "0063")
    return Entry(
        id=sent.id(in1, "Coverage"),
        kind="Coverage",
        source=sent.source(in1),
        codes=kind.codes,
        text=kind.text or ("" if kind else payer or plan),
        effective=sent.between(in1, 12, 13),
        status="active",
        detail=texts(
            payer=payer,
            relation=relation(related.codes, related.words)[1],
            note=comments(in1),
        ),
    )


def charged(ft1: Segment, visit: tuple[str, ...], sent: Sent) -> Iterator[Entry]:
    """What a charge (FT1) says was done, dispensed and diagnosed."""
    source = sent.message.source
    when = Period(sent.beside(ft1, 4))
    reasons = every(ft1, 19, source)
    done = coded(ft1, 25, source)
    if done:
        yield Entry(
            id=sent.id(ft1, "Procedure"),
            kind="Procedure",
            source=sent.source(ft1),
            codes=done.codes,
            text=done.label,
            effective=when,
            status="unknown",
            detail=texts(reason=join(one.words for one in reasons), author=providers(ft1, 20)),
            references=visit,
        )
    drug = coded(ft1, 29, source)
    if drug:
        amount = ft1.one(43)
        quantity = f"{amount[1]} {unit_of(amount.inner(2)) or ''}".strip() if amount[1] else ""
        yield Entry(
            id=sent.id(ft1, "MedicationDispense"),
            kind="MedicationDispense",
            source=sent.source(ft1),
            codes=drug.codes,
            text=drug.label,
            effective=when,
            status="unknown",
            detail=texts(quantity=quantity),
            references=visit,
        )
    for ordinal, one in enumerate(reasons):
        yield Entry(
            id=sent.id(ft1, "Condition", ordinal),
            kind="Condition",
            source=sent.source(ft1),
            codes=one.codes,
            text=one.label,
            category=("encounter-diagnosis",),
            effective=when,
            references=visit,
        )


def referral(rf1: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """A referral: what for, why, how urgent, and how long it holds."""
    source = sent.message.source
    kind = coded(rf1, 3, source)
    wanted = rf1.text(2).upper()
    return Entry(
        id=sent.id(rf1, "ServiceRequest"),
        kind="ServiceRequest",
        source=sent.source(rf1, numbered("ServiceRequest", rf1, 6, 11)),
        codes=kind.codes,
        text=kind.label or ("" if kind.codes else "referral"),
        category=tuple(one.codes[0].code for one in every(rf1, 5, source) if one.codes),
        effective=sent.between(rf1, 7, 8),
        recorded=sent.beside(rf1, 9),
        status="revoked" if sent.name == CANCELS else REFERRALS.get(rf1.text(1).upper(), "unknown"),
        detail=texts(
            intent="order",
            priority=PRIORITIES.get(wanted, PRIORITY.get(wanted, wanted)),
            reason=join(one.words for one in every(rf1, 10, source)),
            note=comments(rf1),
        ),
        references=visit,
    )
