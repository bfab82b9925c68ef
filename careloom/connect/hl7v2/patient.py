"""PID, PD1, DB1 and MRG: who a message is about, and which other numbers the sender says are that person's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.entry import Entry, Identifier, Merge, Person
from careloom.connect.hl7v2.coded import coded, comments, every, join, texts
from careloom.connect.hl7v2.moments import day_of
from careloom.connect.hl7v2.names import address, full_name, person_names, telecom_uses, telecoms
from careloom.connect.hl7v2.segments import Composite, Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.systems import SSN, assigner
from careloom.connect.hl7v2.tables import LANGUAGES, SEX
from careloom.errors import InputError, PatientMismatch

# Events that say that MRG's numbers are the same person's as PID's: merges, and changes of a person's number.
# Source: HL7 v2.8.2, chapter 3, 3.3.18, 3.3.30, 3.3.34 to 3.3.36, 3.3.39 to 3.3.42, 3.3.46 to 3.3.48.
MERGES = frozenset({"A18", "A30", "A34", "A35", "A36", "A39", "A40", "A41", "A42", "A46", "A47", "A48"})
# Of these, those that give one person another number; the rest say that two who were registered are one.
RENAMES = frozenset({"A46", "A47", "A48"})
# Those that are about two patients, not about two accounts or visits.
OF_PATIENTS = frozenset({"A18", "A30", "A34", "A36", "A39", "A40"})
# Events that move what was filed under a wrong number to the right one (3.3.43 to 3.3.45): two people.
MOVES = frozenset({"A43", "A44", "A45"})
# Events whose MRG tells of another account or visit of the same patient.
SAME_PATIENT = frozenset({"A06", "A07", "A49", "A50", "A51"})
LINK, UNLINK = "A24", "A37"


def person(pid: Segment, others: Sequence[Segment], sent: Sent) -> Person:
    """Who a PID (with its DB1 and IN2) says the patient is; a birth date that is none is rejected by its field."""
    identifiers = [
        *_numbers(pid, 3, sent, untyped="MR"),
        *_numbers(pid, 2, sent, untyped="PT"),
        *_numbers(pid, 4, sent, untyped="alternate"),
        *_numbers(pid, 18, sent, untyped="AN", account=True),
        *_licences(pid, sent),
    ]
    if ssn := pid.text(19):
        identifiers.append(Identifier(SSN, ssn))
    for other in others:
        identifiers += _insurance_numbers(other, sent)
    if not identifiers:
        identifiers.append(
            Identifier(
                f"urn:careloom:source:{sent.message.source}:message",
                f"note {sent.message.sha256[:32]} {sent.number}{pid.where[3:]}",
            )
        )
    return Person(
        identifiers=tuple(dict.fromkeys(identifiers)),
        names=person_names(pid, 5, 9),
        birth_date=_birth_date(pid, sent),
        sex=_sex(pid, sent),
        addresses=tuple(said for one in pid.all(11) if (said := address(one))),
        telecoms=tuple(dict.fromkeys(telecoms(pid, 13, 14, 40))),
        deceased=_deceased(pid, sent),
        # PID-14 is the number at work.
        uses=tuple(dict.fromkeys((*telecom_uses(pid, 13, 40), *telecom_uses(pid, 14, unsaid="work")))),
    )


def patient(pid: Segment, who: Person, proxies: Sequence[str], sent: Sent) -> Entry:
    """What a PID says of the patient. Names, numbers and addresses stay in `Person`."""
    return Entry(
        id=sent.id(pid, "Patient"),
        kind="Patient",
        source=sent.source(pid),
        detail=texts(
            birth_date=who.birth_date,
            sex=who.sex,
            deceased=who.deceased,
            language=_language(pid, sent),
            proxy=join(proxies),
            note=comments(pid),
        ),
        elements={
            name: said
            for name, field, table in (("race", 10, "0005"), ("ethnicity", 22, "0189"))
            if (said := tuple(_origins(pid, field, table, sent)))
        },
    )


def _origins(pid: Segment, field: int, table: str, sent: Sent) -> Iterator[str]:
    """The codes of race or ethnicity as "system|code"; words without a code say none."""
    for one in every(pid, field, sent.message.source, table):
        for code in one.codes:
            yield f"{code.system}|{code.code}"


def merges(mrg: Segment, who: Person, sent: Sent) -> tuple[Merge, ...]:
    """What an MRG under the PID of `who` means: numbers of the same person, or nothing about who is who.

    A move (A43 to A45) from another person's number is a rejection that a person must decide.
    """
    mrg.used = True
    prior = [
        *_numbers(mrg, 1, sent, untyped="MR"),
        *_numbers(mrg, 2, sent, untyped="alternate"),
        *_numbers(mrg, 4, sent, untyped="PT"),
    ]
    known = set(_surviving(who, prior, sent))
    if sent.event in MOVES:
        if any(one not in known for one in prior):
            why = f"moves what was filed under one number to another ({sent.event}): a person must decide"
            sent.reject(PatientMismatch(why, sent.where(mrg, 1)))
        return ()
    if sent.event not in MERGES:
        if sent.event not in SAME_PATIENT:
            sent.unknown[f"MRG in {sent.name}"] += 1
        return ()
    return tuple(
        Merge(one, sent.where(mrg, 1), renames=sent.event in RENAMES)
        for one in dict.fromkeys(prior)
        if one not in known and _personal(one)
    )


def surviving(who: Person, merged: Sequence[Merge]) -> Person:
    """Who is left of a PID that lists the number that it merges beside the one that stays."""
    gone = {one.identifier for one in merged if not one.renames}
    return replace(who, identifiers=tuple(one for one in who.identifiers if one not in gone))


def _surviving(who: Person, prior: Sequence[Identifier], sent: Sent) -> Iterator[Identifier]:
    """A PID's numbers without those that are merged, where its assigner gave the person another one that stays."""
    stay = {one.system for one in who.identifiers if one not in prior}
    for one in who.identifiers:
        if sent.event not in OF_PATIENTS or one not in prior or one.system not in stay:
            yield one


def linked(first: Person, second: Person, pid: Segment, sent: Sent) -> tuple[Merge, ...]:
    """A24: the second PID's numbers are the first's person's too. A37: they are not."""
    known = set(first.identifiers)
    return tuple(
        Merge(one, sent.where(pid, 3)) for one in second.identifiers if one not in known and _personal(one)
    )


def _personal(one: Identifier) -> bool:
    return not one.system.startswith("urn:careloom:number:") and not one.value.startswith("note ")


def _numbers(
    segment: Segment, field: int, sent: Sent, *, untyped: str, account: bool = False
) -> Iterator[Identifier]:
    """The identifiers (CX) of a field."""
    for one in segment.all(field):
        if value := one[1]:
            kind = one[5] or ("AN" if account else "")
            source = sent.message.source
            system = assigner(one, 4, source, kind=kind, untyped=untyped)
            if account and not system.startswith("urn:careloom:number:"):
                system = f"urn:careloom:number:{source}:{one.sub(4, 2) or one.sub(4, 1) or kind}"
            yield Identifier(system, value)


def _licences(pid: Segment, sent: Sent) -> Iterator[Identifier]:
    one = pid.one(20)
    if one[1]:
        state = f":{one[2]}" if one[2] else ""
        yield Identifier(f"urn:careloom:source:{sent.message.source}:DL{state}", one[1])


# IN2's numbers of the insured: kept to be searched by, but a family may share them.
INSURED = ((6, "medicare"), (8, "medicaid"), (10, "military"))


def _insurance_numbers(segment: Segment, sent: Sent) -> Iterator[Identifier]:
    source = sent.message.source
    if segment.name == "IN2":
        segment.used = True
        for field, what in INSURED:
            if value := segment.text(field):
                yield Identifier(f"urn:careloom:number:{source}:{what}", value)
        for one in segment.all(61):
            if one[1]:
                yield Identifier(f"urn:careloom:number:{source}:member", one[1])
    elif segment.name == "DB1" and segment.text(2) in ("PT", ""):
        segment.used = True
        yield from _numbers(segment, 3, sent, untyped="DB")


def _birth_date(pid: Segment, sent: Sent) -> str | None:
    said = pid.text(7)
    if not said:
        return None
    try:
        return day_of(said)
    except InputError as error:
        sent.reject(InputError(error.reason, sent.where(pid, 7)))
        return None


def _sex(pid: Segment, sent: Sent) -> str | None:
    said = pid.text(8)
    if not said:
        return None
    found = SEX.get(said.upper(), SEX.get(said[:1].upper()) if len(said) > 3 else None)
    if found is None:
        sent.unknown["PID-8 with a code that is not in table 0001"] += 1
    return found


def _deceased(pid: Segment, sent: Sent) -> str | None:
    try:
        died = sent.when(pid, 29)
    except InputError as error:
        sent.reject(error)
        died = None
    if died is not None:
        return died.text
    return "true" if pid.text(30).upper() == "Y" else None


def _language(pid: Segment, sent: Sent) -> str:
    """The language in BCP 47, where the code is one of ISO 639; else its words."""
    said = coded(pid, 15, sent.message.source)
    for code in said.codes:
        plain = code.code.lower()
        if plain in LANGUAGES:
            return LANGUAGES[plain]
        if plain in LANGUAGES.values() or plain[:3] in {f"{two}-" for two in LANGUAGES.values()}:
            return code.code if "-" in code.code else plain
    return said.words


def guardian(name: Composite, relation: str) -> str:
    """A person who decides for the patient, as "name (relation)"."""
    said = full_name(name)
    return f"{said} ({relation})" if said else relation
