"""The four criteria for decision support that is no device, kind by kind and card by card, with screens of an invented patient."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from careloom import check, connect, draft, review
from careloom.care.compliance import Evidence, Screen, Shown
from careloom.care.document import ContentClass, Document, Proposal, Statement
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN, Given
from careloom.care.record import PatientRecord
from careloom.care.system import source_name
from careloom.comply.judging import Rule
from careloom.draft.kind import PATIENT, Kind
from careloom.errors import CareloomError
from careloom.improve.people import people
from careloom.pipeline.evidence.looked import Site, counted

# Formats in which images and signals come; none may be among the readers.
SIGNALS = ("dicom", "ecg", "waveform", "edf", "scp", "hl7aecg")
LINES = 6
# So many of the site's newest drafts are looked through for those of a kind; whom a kind names that is for professionals.
OPENED, PROFESSIONALS = 50, ("team", "nurse", "physician")
HOOKS = "Cards at an EHR's hooks"
# What somebody would type for the kinds that ask for something.
TYPED = {
    "recipient": "patient",
    "policy": "Criteria of an invented payer:\n1. The patient has heart failure.\n2. The patient is 18 years of age or older.\n3. A left ventricular ejection fraction is on file.",
    "service": "sacubitril and valsartan",
    "payer": "an invented payer",
}
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
    """A document about an invented person: drafted, checked and classed when the pack was made, by the code that does so for patients. None where
    nothing could be drafted; `kept` are then the lines of the newest drafts of that kind that this site has (how many, and how many cite nothing)."""

    kind: Kind
    document: Document | None
    record: PatientRecord | None
    proposal: Proposal | None = None
    kept: tuple[int, int, int] = (0, 0, 0)

    @property
    def classes(self) -> Counter[ContentClass]:
        """How many of its lines have which class."""
        lines = self.proposal.document.statements if self.proposal else ()
        return Counter(one.content_class for one in lines)

    @property
    def recommends(self) -> bool:
        """Whether a line of it says more than what is administrative or general: by its example's classes, else by the least class of its kind."""
        if self.proposal is not None:
            return any(one not in OPEN for one in self.classes)
        return self.kind.demands.floor not in OPEN

    @property
    def is_for_professionals(self) -> bool:
        """Whether it is for health care professionals, as its kind says."""
        return any(word in self.kind.audience for word in PROFESSIONALS)


def examples(site: Site) -> tuple[Example, ...]:
    """One example of each kind; what somebody would type for it, and the signed plan that a copy is of, are invented, too."""
    who = next(iter(people(site.knowledge))).record
    made: dict[str, Example] = {}
    for name, writing in draft.KINDS.items():
        plan = made[CARE_PLAN].proposal if CARE_PLAN in made else None
        made[name] = _example(site, writing, who, Given(TYPED, plan.document if plan else None))
    return tuple(made.values())


def _example(site: Site, writing: draft.Writing, who: PatientRecord, given: Given) -> Example:
    kind = writing.kind()
    try:
        document, _ = writing.write(who, site.knowledge, given)
    except (CareloomError, KeyError, StopIteration, ValueError):
        return Example(kind, None, None, kept=_kept(site, kind.id))
    findings, verdicts = check.examine(document, who, site.knowledge)
    proposal = review.propose(
        document, findings, who, site.knowledge, proposal_id="0" * 32, created=site.at, verdicts=verdicts
    )
    return Example(kind, document, who, proposal)


def _kept(site: Site, kind: str) -> tuple[int, int, int]:
    """Of the newest drafts of this site those of a kind that nobody wrote by hand: how many, their lines, and how many of these cite nothing."""
    newest = [site.store.proposals.get(one) for one in site.store.retained.newest_drafts(OPENED)]
    own = [one for one in newest if one.document.kind == kind and not one.document.by_hand]
    lines = [line for one in own for line in one.document.statements if _must_cite(line)]
    return len(own), len(lines), sum(not _rests(line) for line in lines)


def _must_cite(line: Statement) -> bool:
    """What says that something is missing has nothing to cite."""
    return line.kind != "gap"


def _rests(line: Statement) -> bool:
    return bool(line.citations or line.guideline or line.filled_from)


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
    for one in shown:
        yield site.tell(
            f"fda.{one.kind.id}.audience",
            "For whom it is",
            f"{one.kind.audience}; least class {_words(one.kind.demands.floor)}",
            True if one.is_for_professionals else None,
            "kind.toml",
        )
        yield site.tell(
            f"fda.{one.kind.id}.recommends",
            "It recommends something about a patient",
            _said_of(one),
            one.recommends,
            "its example, drafted, checked and classed when the pack was made"
            if one.proposal
            else "kind.toml",
        )
        yield _basis(site, one)


def _words(what: ContentClass) -> str:
    return what.value.replace("_", " ")


def _said_of(one: Example) -> str:
    if one.proposal is None:
        return f"{'yes' if one.recommends else 'no'}: the least class of its lines is {_words(one.kind.demands.floor)}; no example can be drafted"
    told = ", ".join(f"{_words(what)} {number}" for what, number in sorted(one.classes.items()))
    return f"{'yes' if one.recommends else 'no'}: lines by class: {told}"


def _basis(site: Site, one: Example) -> Evidence:
    what = "Each line of it shows what it rests on"
    where = "an invented person's, drafted when the pack was made"
    if one.document is None:
        number, lines_of, bare_of = one.kept
        return site.tell(
            f"fda.{one.kind.id}.basis",
            what,
            f"of {lines_of} lines of the newest {counted(number, 'draft', 'drafts')} of it here {lines_of - bare_of} cite entries, a guideline or a text that a licensed person approves"
            if number
            else "nothing can be drafted of an invented person without what somebody types, and no such draft is among the newest of this site",
            not bare_of if lines_of else None,
            f"the newest {OPENED} drafts of this site, opened when the pack was made",
        )
    lines = [line for line in one.document.statements if _must_cite(line)]
    bare = [line for line in lines if not _rests(line)]
    return site.tell(
        f"fda.{one.kind.id}.basis",
        what,
        f"{len(lines) - len(bare)} of {len(lines)} lines cite entries, a guideline or a text that a licensed person approves",
        not bare if lines else None,
        where,
    )


def rules(shown: tuple[Example, ...]) -> Iterator[Rule]:
    """The four criteria of each kind, and of the cards at hooks."""
    for one in shown:
        kind = one.kind
        told = {
            "1": ("fda.images",),
            "2": (f"fda.{kind.id}.basis",),
            "3": (f"fda.{kind.id}.audience", "review.licensed"),
            "4": (f"fda.{kind.id}.basis",)
            if one.document is None
            else (f"fda.{kind.id}.basis", "drafts.cited"),
        }
        whom = "the patient" if kind.audience == PATIENT else kind.audience
        asked = {
            "3": ""
            if one.is_for_professionals
            else f"It goes to {whom} after a professional signed it: does counsel agree that it recommends nothing of its own to them?"
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
    yield _rule("fda.hooks.4", "4", HOOKS, ("fda.cards",), asked_of_cards)
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
