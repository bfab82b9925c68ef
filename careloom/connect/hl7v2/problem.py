"""DG1, PDA, ACC, PRB, PR1 and GOL as Condition, Observation, Procedure and Goal.

Source   HL7 v2-to-FHIR, DG1[Condition], PR1[Procedure]; HL7 v2.8.2, chapters 3 (PDA), 6 (ACC) and 12 (PRB-1, -13, -14)
"""

from collections.abc import Iterator
from datetime import timedelta

from careloom.care.entry import Code, Entry, Period, When, when
from careloom.connect.hl7v2.addresses import numbered
from careloom.connect.hl7v2.coded import Concept, coded, comments, every, join, texts
from careloom.connect.hl7v2.names import providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.systems import system
from careloom.connect.hl7v2.tables import DIAGNOSES
from careloom.errors import InputError

IN_ERROR = "entered-in-error"
DELETES = frozenset({"D", "DE"})
# Words of PRB-13 and PRB-14 (user-defined; these are the standard's own examples) as FHIR's statuses.
CONFIRMED = {
    "C": "confirmed", "CONFIRMED": "confirmed", "P": "provisional", "PROVISIONAL": "provisional", "D": "differential",
    "DIFFERENTIAL": "differential", "R": "refuted", "RULE-OUT": "differential", "RULED-OUT": "refuted",
    "UNCONFIRMED": "unconfirmed", "REFUTED": "refuted",
}  # fmt: skip
LIFE = {
    "ACTIVE": "active", "ACTIVE-IMPROVING": "active", "ACTIVE-STABLE": "active", "ACTIVE-WORSENING": "active",
    "A": "active", "INACTIVE": "inactive", "I": "inactive", "RESOLVED": "resolved", "R": "resolved",
    "RECURRENCE": "recurrence", "RELAPSE": "relapse", "REMISSION": "remission",
}  # fmt: skip
GOALS = {
    "A": "active", "ACTIVE": "active", "C": "completed", "COMPLETED": "completed", "ACHIEVED": "completed",
    "CANCELLED": "cancelled", "REJECTED": "rejected", "ON-HOLD": "on-hold", "INACTIVE": "on-hold",
}  # fmt: skip


def diagnosis(dg1: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """A diagnosis of a visit: a working one is provisional, one that is deleted is entered in error."""
    named = _diagnosis(dg1, sent)
    certainty = IN_ERROR if dg1.text(21).upper() in DELETES else DIAGNOSES.get(dg1.text(6).upper()[:1], "")
    return Entry(
        id=sent.id(dg1, "Condition"),
        kind="Condition",
        source=sent.source(dg1, numbered("Condition", dg1, 20)),
        codes=named.codes,
        text=dg1.whole(4) or named.label,
        category=("encounter-diagnosis",),
        effective=Period(sent.beside(dg1, 5)),
        recorded=sent.beside(dg1, 19),
        status=IN_ERROR if certainty == IN_ERROR else None,
        certainty=certainty,
        detail=texts(author=providers(dg1, 16), note=comments(dg1)),
        references=visit,
    )


def _diagnosis(dg1: Segment, sent: Sent) -> Concept:
    """DG1-3; before version 2.4 the coding system stood in DG1-2 and the words in DG1-4."""
    source = sent.message.source
    named = coded(dg1, 3, source)
    if not named and not dg1.whole(4):
        raise InputError("is missing", sent.where(dg1, 3))
    method = dg1.text(2)
    if method and named.codes and not named.codes[0].system:
        first = named.codes[0]
        return Concept(
            (Code(system(method, source), first.code, first.display), *named.codes[1:]),
            named.text,
            named.words,
        )
    return named


def cause_of_death(pda: Segment, visit: tuple[str, ...], sent: Sent) -> Iterator[Entry]:
    """What a person died of (PDA-1), as who certified it says."""
    for ordinal, one in enumerate(every(pda, 1, sent.message.source)):
        yield Entry(
            id=sent.id(pda, "Condition", ordinal),
            kind="Condition",
            source=sent.source(pda),
            codes=one.codes,
            text=one.label,
            category=("encounter-diagnosis",),
            recorded=sent.beside(pda, 4),
            detail=texts(
                author=providers(pda, 5),
                note=join(["cause of death", *_after_death(pda, sent), comments(pda)]),
            ),
            references=visit,
        )


def _after_death(pda: Segment, sent: Sent) -> Iterator[str]:
    """Whether the death was certified, an autopsy was made and a coroner has it (PDA-3, -6, -7, -9)."""
    for field, what in ((3, "death certified"), (6, "autopsy"), (9, "coroner")):
        said = {"Y": "yes", "N": "no"}.get(pda.text(field).upper())
        if said:
            yield f"{what}: {said}"
    one = pda.one(7)
    for place, what in ((1, "autopsy began"), (2, "autopsy ended")):
        if found := sent.beside(pda, 7, one[place]):
            yield f"{what} {found.text}"


def accident(acc: Segment, visit: tuple[str, ...], sent: Sent) -> Entry | None:
    """An accident: of which kind (ACC-2) and when; where, and whether at work, in words."""
    kind = coded(acc, 2, sent.message.source)
    when_it_was = Period(sent.beside(acc, 1))
    where = acc.text(3)
    if not kind and not where and when_it_was == Period():
        return None
    work = {"Y": "at work", "N": "not at work"}.get(acc.text(5).upper(), "")
    return Entry(
        id=sent.id(acc, "Observation"),
        kind="Observation",
        source=sent.source(acc),
        text="accident",
        value=kind.words or None,
        value_codes=kind.codes,
        effective=when_it_was,
        status="final",
        detail=texts(note=join([f"at {where}" if where else "", work, acc.text(9), comments(acc)])),
        references=visit,
    )


def problem(prb: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """A problem of a problem list: its life cycle, how certain it is, and when it began and ended."""
    source = sent.message.source
    named = coded(prb, 3, source)
    if not named:
        raise InputError("is missing", sent.where(prb, 3))
    deleted = prb.text(1).upper() in DELETES or sent.event == "PC3"
    certainty = IN_ERROR if deleted else _known(prb, 13, CONFIRMED, sent)
    ended = sent.beside(prb, 9)
    # A word that nobody knows is no "active".
    state = _known(prb, 14, LIFE, sent) or ("resolved" if ended else "" if prb.raw(14) else "active")
    return Entry(
        id=sent.id(prb, "Condition"),
        kind="Condition",
        source=sent.source(prb, numbered("Condition", prb, 4)),
        codes=named.codes,
        text=named.label,
        category=("problem-list-item",),
        effective=Period(sent.beside(prb, 16), ended),
        recorded=sent.beside(prb, 7) or sent.beside(prb, 2),
        status=IN_ERROR if deleted else state or None,
        certainty=certainty,
        negated=certainty == "refuted",
        detail=texts(
            onset=prb.whole(17),
            abatement=ended.text if ended else "",
            severity=coded(prb, 26, source).words,
            note=join([coded(prb, 20, source).words, comments(prb)]),
        ),
        references=visit,
    )


def _known(segment: Segment, field: int, words: dict[str, str], sent: Sent) -> str:
    """FHIR's word for a status that may be coded or written out; "" where it is neither."""
    said = coded(segment, field, sent.message.source)
    for word in (*(code.code for code in said.codes), said.words):
        if found := words.get(word.upper().replace(" ", "-")):
            return found
    return ""


def procedure(pr1: Segment, visit: tuple[str, ...], sent: Sent) -> Entry:
    """Something that was done or is to be: HL7 gives a PR1 no status of its own."""
    source = sent.message.source
    named = coded(pr1, 3, source)
    text = pr1.whole(4)
    if not named and not text:
        raise InputError("is missing", sent.where(pr1, 3))
    start = sent.beside(pr1, 5)
    kind = coded(pr1, 6, source)
    deleted = pr1.text(20).upper() in DELETES
    return Entry(
        id=sent.id(pr1, "Procedure"),
        kind="Procedure",
        source=sent.source(pr1, numbered("Procedure", pr1, 19)),
        codes=named.codes,
        text=text or named.label,
        category=(kind.codes[0].code,) if kind.codes else (),
        effective=Period(start, _after(start, pr1.text(7))),
        status=IN_ERROR if deleted else "unknown",
        detail=texts(
            reason=join(one.words for one in every(pr1, 15, source)),
            author=providers(pr1, 8, 11, 12),
            note=join([*(one.words for one in every(pr1, 16, source)), comments(pr1)]),
        ),
        references=visit,
    )


def _after(start: When | None, minutes: str) -> When | None:
    """When something ended that took so many minutes, where its start is known to the minute."""
    if start is None or start.earliest != start.latest or not minutes.isdigit() or len(minutes) > 5:
        return None
    end = start.earliest + timedelta(minutes=int(minutes))
    return when(end.isoformat().replace("+00:00", "Z"))


def goal(gol: Segment, sent: Sent) -> Entry:
    """A goal of a patient's care (GOL): what is to be reached, by when, and how it stands."""
    source = sent.message.source
    named = coded(gol, 3, source)
    if not named:
        raise InputError("is missing", sent.where(gol, 3))
    due = sent.beside(gol, 8)
    deleted = gol.text(1).upper() in DELETES
    return Entry(
        id=sent.id(gol, "Goal"),
        kind="Goal",
        source=sent.source(gol, numbered("Goal", gol, 4)),
        codes=named.codes,
        text=named.words,
        effective=sent.between(gol, 7, 9),
        recorded=sent.beside(gol, 2),
        status=IN_ERROR if deleted else _known(gol, 18, GOALS, sent) or "active",
        detail=texts(
            due=due.text if due else "",
            achievement=coded(gol, 11, source).words,
            note=join([gol.whole(12), comments(gol)]),
        ),
    )
