"""OBX as Observation: one result each; a text's lines as one, repeated values and a header's members as components."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from careloom.care.entry import Component, Entry, Period, When
from careloom.connect.hl7v2.addresses import address, number
from careloom.connect.hl7v2.coded import Concept, coded, comments, every, join, texts
from careloom.connect.hl7v2.names import organisation, providers
from careloom.connect.hl7v2.segments import Segment
from careloom.connect.hl7v2.sent import Sent
from careloom.connect.hl7v2.tables import RESULT
from careloom.connect.hl7v2.value import Value, range_of, values, with_comparator
from careloom.errors import InputError

NO_TIME = Period()
NARRATIVE = frozenset({"TX", "FT"})
MAY_BE_CUT = "the message ends here without a result status: the value may be cut short"
# Table 0078's word for "no range applies" is no flag.
NO_FLAG = frozenset({"null", "NULL"})


@dataclass(frozen=True, slots=True)
class Around:
    """What an OBX takes from what it belongs to: when it was taken, the entries that it points to, the order's number."""

    taken: Period = NO_TIME
    references: tuple[str, ...] = ()
    order: str = ""


@dataclass(slots=True)
class Found:
    """One observation, with the sub-id (OBX-4) by which others may belong to it."""

    obx: Segment
    entry: Entry
    sub_id: str
    code: str


def observations(obxs: Iterable[Segment], around: Around, sent: Sent) -> list[Found]:
    """The observations of some OBX segments; one that can't be read is rejected and the rest go on."""
    found: list[Found] = []
    for lines in narratives(obxs):
        try:
            found.append(_observation(lines, around, sent))
        except InputError as error:
            sent.reject(error, lines[0])
    return _grouped(found)


def narratives(obxs: Iterable[Segment]) -> Iterator[list[Segment]]:
    """OBX segments one by one; those that hold one text line by line (same code, same sub-id) together."""
    held: list[Segment] = []
    for obx in obxs:
        if held and _continues(held[-1], obx):
            held.append(obx)
            continue
        if held:
            yield held
        held = [obx]
    if held:
        yield held


def _continues(one: Segment, other: Segment) -> bool:
    return (
        one.raw(2) in NARRATIVE
        and one.raw(2) == other.raw(2)
        and one.raw(3) == other.raw(3)
        and one.raw(4) == other.raw(4)
        and one.raw(11) == other.raw(11)
        and bool(one.raw(3))
        and not one.notes
    )


def _observation(lines: list[Segment], around: Around, sent: Sent) -> Found:
    obx = lines[0]
    named = coded(obx, 3, sent.message.source)
    if not named:
        raise InputError("is missing", sent.where(obx, 3))
    said = _lines(lines, sent) if len(lines) > 1 else values(obx, sent)
    taken = sent.when(obx, 14)
    effective = Period(taken) if taken else around.taken
    flags = every(obx, 8, sent.message.source)
    status = obx.text(11)
    parts: tuple[Component, ...] = ()
    if len(said) > 1:
        parts = tuple(_component(named, one) for one in said)
        said = []
    one = said[0] if said else Value()
    code = named.codes[0].code if named.codes else ""
    entry = Entry(
        id=sent.id(obx, "Observation"),
        kind="Observation",
        source=sent.source(obx, _address(obx, named, effective, around)),
        codes=named.codes,
        text=named.label,
        category=(obx.text(29),) if obx.raw(29) else (),
        value=one.value,
        unit=one.unit,
        comparator=one.comparator,
        value_codes=one.codes,
        interpretation=_flags(flags),
        range=range_of(obx),
        components=parts,
        effective=effective,
        recorded=_analysed(obx, sent),
        status=RESULT.get(status, "unknown"),
        detail=_detail(lines, obx, status, sent),
        references=around.references,
    )
    for line in lines[1:]:
        line.used = True
    return Found(obx, entry, obx.text(4), code)


def _address(obx: Segment, named: Concept, taken: Period, around: Around) -> str:
    """A result's own number (OBX-21), else its order's with code, sub-id and time: a series has one order."""
    if own := number(obx.one(21)):
        return address("Observation", own)
    code = named.codes[0].code if named.codes else named.words
    return address("Observation", around.order, code, obx.text(4), taken.start.text if taken.start else "")


def _lines(lines: list[Segment], sent: Sent) -> list[Value]:
    """The lines of one text; an empty line between two is one."""
    text = "\n".join(join(one.value for one in values(line, sent)) for line in lines).strip("\n")
    return [Value(text)] if text else []


def _analysed(obx: Segment, sent: Sent) -> When | None:
    return sent.when(obx, 19) if obx.raw(19) else None


def _flags(flags: list[Concept]) -> str | None:
    return (
        join(
            one.codes[0].code if one.codes else one.words
            for one in flags
            if not (one.codes and one.codes[0].code in NO_FLAG)
        )
        or None
    )


def _detail(lines: list[Segment], obx: Segment, status: str, sent: Sent) -> dict[str, str]:
    """What few OBX segments have, so that a plain one costs nothing."""
    detail: dict[str, str] = {}
    if obx.notes or lines[-1].open or any(line.notes for line in lines[1:]):
        detail["note"] = join([*map(comments, lines), MAY_BE_CUT if lines[-1].open else ""])
    if len(obx) > 16 or status in ("N", "X"):
        site = coded(obx, 20, sent.message.source).words
        why = coded(obx, 32, sent.message.source).words
        if not why:
            why = {"N": "not asked", "X": "cannot be obtained"}.get(status, "")
        author = join([providers(obx, 16), organisation(obx, 23)])
        detail |= texts(absent=why, body_site=site, author=author)
    return detail


def _component(named: Concept, one: Value) -> Component:
    return Component(
        codes=named.codes,
        text=named.words,
        value=with_comparator(one),
        unit=one.unit,
        value_codes=one.codes,
    )


def _grouped(found: list[Found]) -> list[Found]:
    """Results that one header names as its own, and results under results.

    A header is an OBX without a value whose sub-id the next ones share: they become its components (systolic
    and diastolic under "blood pressure"). Sub-ids with a dot ("1.2") make the result "1" point to them.
    """
    found = _under_headers(found)
    roots = {one.sub_id: place for place, one in enumerate(found) if one.sub_id and "." not in one.sub_id}
    members: dict[int, list[str]] = {}
    for one in found:
        root, dot, _ = one.sub_id.partition(".")
        if dot and root in roots:
            members.setdefault(roots[root], []).append(one.entry.id)
    for place, ids in members.items():
        entry = found[place].entry
        found[place].entry = replace(entry, references=tuple(dict.fromkeys([*entry.references, *ids])))
    return found


def _under_headers(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    header: Found | None = None
    for one in found:
        if header is not None and one.sub_id == header.sub_id and _is_part(one, header):
            part = Component(
                codes=one.entry.codes,
                text=one.entry.name,
                value=f"{one.entry.comparator}{one.entry.value}",
                unit=one.entry.unit,
                value_codes=one.entry.value_codes,
                interpretation=one.entry.interpretation,
            )
            header.entry = replace(header.entry, components=(*header.entry.components, part))
            continue
        header = one if _is_header(one) else None
        kept.append(one)
    return kept


def _is_header(one: Found) -> bool:
    entry = one.entry
    return bool(one.sub_id) and entry.value is None and not entry.components and not one.obx.raw(5)


def _is_part(one: Found, header: Found) -> bool:
    """A plain result of the same time and standing: what has a range or a comment of its own stays its own."""
    entry = one.entry
    return (
        entry.value is not None
        and not entry.components
        and entry.range is None
        and not entry.detail
        and entry.status == header.entry.status
        and (entry.effective == header.entry.effective)
    )
