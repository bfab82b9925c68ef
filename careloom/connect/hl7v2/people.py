"""NK1, GT1, ROL, PRT, CTD and PD1: the people around the patient, as RelatedPerson and CareTeam."""

from collections.abc import Iterator
from dataclasses import replace

from careloom.care.entry import Code, Entry, Period
from careloom.connect.hl7v2.coded import Concept, coded, comments, join, texts
from careloom.connect.hl7v2.names import full_name, organisation, providers
from careloom.connect.hl7v2.patient import guardian
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.systems import V2
from careloom.connect.hl7v2.tables import PROVIDERS, relation

SELF = frozenset({"SEL", "S", "18", "SELF", "SLF"})
GUARDIANS = frozenset({"GRD", "GUARD", "POWATT", "DPOWATT", "HPOWATT"})
DELETES = frozenset({"D", "DE"})
# PRT-4 and ROL-3: who cares for the patient, not who did one thing (a collector, a transcriptionist).
CARING = frozenset({"AD", "AT", "CP", "FHCP", "PP", "RP", "RT", "PH", "PCP", "ATND", "CON", "REF"})


def relative(nk1: Segment, sent: Sent) -> Entry | None:
    """Somebody around the patient (NK1): "relation: name"; an organisation's name where it names no person."""
    source = sent.message.source
    name = full_name(nk1.one(2))
    contacts = [f"contact: {said}" for one in nk1.all(30) if (said := full_name(one))]
    made = _related(
        nk1,
        name or full_name(nk1.one(30)) or organisation(nk1, 13),
        [coded(nk1, 3, source, "0063"), coded(nk1, 7, source, "0131")],
        (8, 9),
        sent,
    )
    if made is None or not name or not contacts:
        return made
    return replace(made, detail={**made.detail, "participants": join(contacts)})


def insured(in1: Segment, sent: Sent) -> Entry | None:
    """Who holds the insurance (IN1-16), unless it is the patient."""
    said = coded(in1, 17, sent.message.source, "0063")
    if not said or (said.codes and said.codes[0].code.upper() in SELF):
        return None
    return _related(in1, full_name(in1.one(16)), [said], (0, 0), sent)


def reporter(iam: Segment, _: tuple[str, ...], sent: Sent) -> Iterator[Entry]:
    """Who told of an allergy (IAM-14), where it was a relative (IAM-15)."""
    said = coded(iam, 15, sent.message.source, "0063")
    if said and not (said.codes and said.codes[0].code.upper() in SELF):
        told = _related(iam, full_name(iam.one(14)), [said], (0, 0), sent)
        yield from (told,) if told else ()


def mother(pid: Segment, sent: Sent) -> Entry | None:
    """The mother, where the sender has a number for her (PID-21). Neither it nor her maiden name stands here."""
    if not pid.raw(21):
        return None
    codes, words = relation((Code(f"{V2}0063", "MTH"),), "")
    return Entry(
        id=sent.id(pid, "RelatedPerson"),
        kind="RelatedPerson",
        source=sent.source(pid),
        codes=codes[:1],
        subject="other",
        detail={"relation": words},
    )


def guarantor(gt1: Segment, sent: Sent) -> Entry | None:
    """Who pays (GT1), unless it is the patient."""
    said = coded(gt1, 11, sent.message.source, "0063")
    if said.codes and said.codes[0].code.upper() in SELF:
        gt1.used = True
        return None
    name = full_name(gt1.one(3)) or organisation(gt1, 21)
    return _related(gt1, name, [said, Concept(words="guarantor")], (13, 14), sent)


def _related(
    segment: Segment, name: str, said: list[Concept], period: tuple[int, int], sent: Sent
) -> Entry | None:
    mapped = [relation(one.codes, one.words) for one in said if one]
    codes = tuple(dict.fromkeys(code for found, _ in mapped for code in found))
    words = join(one for _, one in mapped)
    held = sent.between(segment, *period) if period[0] else Period()
    if not name and not codes and held == Period():
        return None
    return Entry(
        id=sent.id(segment, "RelatedPerson"),
        kind="RelatedPerson",
        source=sent.source(segment),
        codes=codes,
        text=f"{words}: {name}" if words and name else words or name,
        effective=held,
        subject="other",
        detail=texts(relation=words, note=comments(segment)),
    )


def proxy(nk1: Segment, sent: Sent) -> str:
    """Who may decide for the patient, where an NK1 says that it is a guardian."""
    for field in (3, 7):
        said = coded(nk1, field, sent.message.source)
        if any(code.code.upper() in GUARDIANS for code in said.codes):
            return guardian(nk1.one(2), relation(said.codes, said.words)[1])
    return ""


def carer(segment: Segment, sent: Sent) -> Entry | None:
    """Somebody who cares for the patient (ROL, PRT), as "role: name"; None where they did only one thing."""
    role_field, person_field, organisation_field = (3, 4, 14) if segment.name == "ROL" else (4, 5, 8)
    said = coded(segment, role_field, sent.message.source)
    role = said.codes[0].code.upper() if said.codes else ""
    name = providers(segment, person_field) or organisation(segment, organisation_field)
    if role not in CARING or not name or segment.text(2).upper() in DELETES:
        return None
    start, end = (5, 6) if segment.name == "ROL" else (11, 12)
    return _team(
        segment, PROVIDERS.get(role, said.words) or said.words, name, sent.between(segment, start, end), sent
    )


def primary_carer(pd1: Segment, sent: Sent) -> Entry | None:
    """The primary care provider (PD1-4), else the practice (PD1-3)."""
    name = providers(pd1, 4) or organisation(pd1, 3)
    return _team(pd1, PROVIDERS["PP"], name, Period(), sent) if name else None


def _team(segment: Segment, role: str, name: str, period: Period, sent: Sent) -> Entry:
    return Entry(
        id=sent.id(segment, "CareTeam"),
        kind="CareTeam",
        source=sent.source(segment),
        effective=period,
        detail={"participants": f"{role}: {name}" if role else name},
    )
