"""PD1-7, PD1-15, CON and ARV: living wills, directives, consents and who may not see what.

Source   HL7 v2-to-FHIR, PD1[Observation-LivingWill]; HL7 v2.8.2, tables 0315, 0435, 0498, 0717 and segments CON, ARV
"""

from collections.abc import Iterator

from careloom.care.entry import LOINC, Code, Entry, Period
from careloom.connect.hl7v2.coded import Concept, coded, comments, every, join, texts
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent

DIRECTIVE = Code(LOINC, "75320-2", "Advance directive")
LIVING_WILLS = {
    "Y": "has a living will",
    "F": "has a living will that is not on file",
    "N": "has no living will, and no information was provided",
    "I": "has no living will, but information was provided",
}
DIRECTIVES = {"DNR": "do not resuscitate"}
CONSENTS = {"A": "active", "L": "active", "B": "active", "R": "rejected", "P": "proposed", "X": "inactive"}
PROVISIONS = {"A": "permit", "L": "permit", "B": "permit", "R": "deny", "X": "deny"}
RESTRICTED = {
    "ALL": "all", "DEM": "demographics", "DRG": "drugs", "HIV": "HIV status and results", "LOC": "patient location",
    "NO": "no restriction", "OI": "opt in to all organisations", "OO": "opt out of all organisations",
    "PID-7": "date of birth", "PID-17": "religion", "PSY": "psychiatric health", "SMD": "sensitive medical data",
    "STD": "sexually transmitted diseases",
}  # fmt: skip


def directives(pd1: Segment, visit: tuple[str, ...], sent: Sent) -> Iterator[Entry]:
    """Whether there is a living will (PD1-7), and what directives there are (PD1-15)."""
    source = sent.message.source
    will = coded(pd1, 7, source, "0315")
    said = [(will, LIVING_WILLS)] if will and will.codes and will.codes[0].code != "U" else []
    said += [(one, DIRECTIVES) for one in every(pd1, 15, source, "0435")]
    for ordinal, (one, known) in enumerate(said):
        first = one.codes[0].code if one.codes else ""
        yield Entry(
            id=sent.id(pd1, "Observation", ordinal),
            kind="Observation",
            source=sent.source(pd1),
            codes=(DIRECTIVE,),
            value=one.words if one.words not in ("", first) else known.get(first, first),
            value_codes=one.codes,
            recorded=sent.beside(pd1, 22),
            status="final",
            references=visit,
        )


def consent(con: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """A consent: what to, whether given, and from when to when."""
    kind = coded(con, 2, sent.message.source, "0496")
    given = con.text(11).upper()
    held = sent.between(con, 14, 15)
    signed = sent.beside(con, 13)
    return Entry(
        id=sent.id(con, "Consent"),
        kind="Consent",
        source=sent.source(con),
        codes=kind.codes,
        text=join([kind.words, con.whole(5)]),
        value=PROVISIONS.get(given),
        effective=held if held != Period() else Period(signed),
        recorded=signed,
        status=CONSENTS.get(given),
        detail=texts(note=join([con.whole(6), comments(con)])),
        references=visit,
    )


def restriction(arv: Segment, visit: tuple[str, ...], sent: Sent) -> Entry | None:
    """That access to something is restricted (ARV), as a flag; None where the restriction is taken away."""
    if arv.text(2).upper() in ("D", "R"):
        arv.used = True
        return None
    source = sent.message.source
    values = every(arv, 3, source, "0717")
    held = arv.one(6)
    told = join(_restricted(one) for one in values)
    return Entry(
        id=sent.id(arv, "Flag"),
        kind="Flag",
        source=sent.source(arv),
        codes=tuple(code for one in values for code in one.codes),
        text=f"access restricted: {told}" if told else "access restricted",
        category=("access",),
        effective=Period(sent.moment(held[1], arv, 6), sent.moment(held[2], arv, 6)),
        status="active",
        detail=texts(
            reason=join(one.words for one in every(arv, 4, source)),
            note=join([arv.whole(5), comments(arv)]),
        ),
        references=visit,
    )


def _restricted(one: Concept) -> str:
    first = one.codes[0].code if one.codes else ""
    return one.words if one.words not in ("", first) else RESTRICTED.get(first, first)
