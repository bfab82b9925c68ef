"""The four criteria for decision support that is no device, kind by kind and card by card, with screens of an invented patient."""

from collections.abc import Iterator
from dataclasses import dataclass

from careloom import connect, draft
from careloom.care.compliance import Evidence, Screen, Shown
from careloom.care.document import ContentClass, Document
from careloom.care.entry import Entry
from careloom.care.hook_services import SERVICES
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.care.system import source_name
from careloom.comply.judging import Rule
from careloom.draft.kind import PATIENT, Kind
from careloom.errors import CareloomError
from careloom.improve.people import people
from careloom.pipeline.evidence.looked import Site

# Formats in which images and signals come; none may be among the readers.
SIGNALS = ("dicom", "ecg", "waveform", "edf", "scp", "hl7aecg")
LINES = 6
HOOKS = "Cards at an EHR's hooks"
OPEN = (ContentClass.ADMINISTRATIVE, ContentClass.GENERAL_EDUCATION)
SECTION = "FD&C Act 520(o)(1)(E)"
ASKS = {
    "1": (
        "(i) no images or signals",
        "It acquires, processes and analyses no medical image, and no signal or pattern of a signal-acquiring device.",
    ),
    "2": (
        "(ii)(I) medical information",
        "It shows, analyses or prints medical information about a patient, or such as guidelines.",
    ),
    "3": (
        "(ii)(II) supports a professional",
        "It supports or recommends to a health care professional; what recommends to patients falls outside.",
    ),
    "4": (
        "(ii)(III) the basis can be reviewed",
        "The professional can review the basis of a recommendation by herself, so that she needn't rely on it primarily.",
    ),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A document about an invented person: drafted when the pack was made, by the code that drafts for patients. None where nothing could be drafted."""

    kind: Kind
    document: Document | None
    record: PatientRecord | None


def examples(site: Site) -> tuple[Example, ...]:
    """One example of each kind."""
    who = next(iter(people(site.knowledge))).record
    return tuple(_example(site, writing, who) for writing in draft.KINDS.values())


def _example(site: Site, writing: draft.Writing, who: PatientRecord) -> Example:
    kind = writing.kind()
    try:
        document, _ = writing.write(who, site.knowledge, Given())
    except (CareloomError, KeyError, StopIteration, ValueError):
        return Example(kind, None, None)
    return Example(kind, document, who)


def of_criteria(site: Site, shown: tuple[Example, ...]) -> Iterator[Evidence]:
    """What the criteria rest on."""
    formats = tuple(connect.READERS)
    bad = [one for one in formats if any(sign in one for sign in SIGNALS)]
    yield site.tell(
        "fda.images",
        "No format of images or signals is read (a scanned document is read as text)",
        f"{len(formats)} formats: {', '.join(formats)}" if not bad else f"read: {', '.join(bad)}",
        not bad,
        "the readers that run",
    )
    yield site.tell(
        "fda.cards",
        "Each card at a hook is a finding with its source, for whoever orders",
        f"{len(SERVICES)} services: {', '.join(one.id for one in SERVICES)}",
        bool(SERVICES),
        "the services that run",
        "/docs/hooks",
    )
    for one in shown:
        patient = one.kind.audience == PATIENT
        yield site.tell(
            f"fda.{one.kind.id}.audience",
            "For whom it is",
            f"{one.kind.audience}; least class {one.kind.demands.floor.value.replace('_', ' ')}",
            None if patient else True,
            "kind.toml",
        )
        recommends = one.kind.demands.floor not in OPEN
        said = f"no: its lines are {one.kind.demands.floor.value.replace('_', ' ')}, from texts approved beforehand"
        yield site.tell(
            f"fda.{one.kind.id}.recommends",
            "It recommends something about a patient",
            "yes" if recommends else f"{said}, and not chosen from the record",
            recommends,
            "kind.toml",
        )
        yield _basis(site, one)


def _basis(site: Site, one: Example) -> Evidence:
    what = "Each line of it shows what it rests on"
    where = "an invented person's, drafted when the pack was made"
    if one.document is None:
        return site.tell(
            f"fda.{one.kind.id}.basis",
            what,
            "nothing can be drafted of an invented person without what somebody types",
            None,
            where,
        )
    lines = [line for line in one.document.statements if line.kind != "gap" and not line.filled_from]
    bare = [line for line in lines if not line.citations and not line.guideline]
    return site.tell(
        f"fda.{one.kind.id}.basis",
        what,
        f"{len(lines) - len(bare)} of {len(lines)} lines cite entries or a guideline",
        not bare if lines else None,
        where,
    )


def rules(shown: tuple[Example, ...]) -> Iterator[Rule]:
    """The four criteria of each kind, and of the cards at hooks."""
    for one in shown:
        kind = one.kind
        told = {
            "1": ("fda.images",),
            "2": (f"fda.{kind.id}.basis",) if one.document else ("fda.images",),
            "3": (f"fda.{kind.id}.audience", "review.licensed"),
            "4": (f"fda.{kind.id}.basis", "drafts.cited") if one.document else ("drafts.cited",),
        }
        clinical = kind.audience == PATIENT and kind.demands.floor not in OPEN
        asked = {
            "3": "It goes to the patient after a professional signed it: does counsel agree that it recommends nothing to patients of its own?"
            if clinical
            else ""
        }
        for number, facts in told.items():
            applies = f"fda.{kind.id}.recommends"
            yield _rule(f"fda.{kind.id}.{number}", number, kind.title, facts, asked.get(number, ""), applies)
    for number, facts in (("1", ("fda.images",)), ("2", ("fda.cards",))):
        yield _rule(f"fda.hooks.{number}", number, HOOKS, facts, "")
    yield _rule(
        "fda.hooks.3", "3", HOOKS, (), "Do the EHRs show the cards to health care professionals alone?"
    )
    asked_of_cards = (
        "Was it looked at in each EHR that a card shows its source and leads to what it rests on?"
    )
    yield _rule("fda.hooks.4", "4", HOOKS, (), asked_of_cards)
    yield Rule(
        "fda.urgent.3", f"{SECTION}(ii)(II); guidance, criterion 3", "2026", "What can't wait (pages on critical results and danger): criterion 3", "",
        "Software for time-critical decisions falls outside: there is no time to review its basis.", (), (),
        "Pages about critical results, red-flag replies and danger are time-critical: did counsel judge whether they are a device function, or relay a laboratory's own critical value?",
    )  # fmt: skip
    yield Rule(
        "fda.scores.3", f"{SECTION}(ii)(II); guidance, criterion 3", "2026", "Scores and risk equations: criterion 3", "",
        "The guidance of 2022 held specific risk scores to be outside; that of January 2026 uses more discretion for single recommendations.", (), (),
        "Did counsel judge the scores in knowledge/scores.toml by the guidance of January 2026?",
    )  # fmt: skip


def _rule(
    key: str, number: str, title: str, facts: tuple[str, ...], question: str, applies: str = ""
) -> Rule:
    section, asks = ASKS[number]
    return Rule(
        key,
        f"{SECTION}{section.split(' ')[0]}",
        "2016",
        f"{title}: criterion {number}, {section.partition(' ')[2]}",
        "",
        asks,
        facts,
        (),
        question,
        applies,
    )


def screens(shown: tuple[Example, ...]) -> tuple[Screen, ...]:
    """What a reviewer sees of each example: the first lines, with their basis beside them; nobody is named."""
    found = []
    for one in shown:
        if one.document is not None and one.record is not None:
            lines = [line for line in one.document.statements if line.citations][:LINES]
            record = one.record
            told = tuple(
                Shown(
                    line.text,
                    tuple(_told(record.by_id[cited]) for cited in line.citations if cited in record.by_id),
                    f"{line.guideline.source}" if line.guideline else "",
                )
                for line in lines
            )
            if told:
                found.append(Screen(f"{one.kind.title}, about an invented person", told))
    return tuple(found)


def _told(entry: Entry) -> str:
    words = entry.text or next((code.display for code in entry.codes if code.display), entry.kind)
    value = f" {entry.value} {entry.unit or ''}".rstrip() if entry.value else ""
    told = ", ".join(one for one in (f"{words}{value}", entry.dated) if one)
    return f"{told} ({source_name(entry.source.system)})"
