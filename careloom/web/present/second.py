"""A second reading as pages tell it: the bar of whoever reads, what stands side by side afterwards, and the list of what waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, ngettext

from careloom.care.document import Reviewer
from careloom.care.second import Ground, LineSaid, Mode, Pair, SecondReading, Stage, WholeSaid
from careloom.pipeline import Review
from careloom.pipeline.shown import Seconded
from careloom.review.second import FIRST, WHOLE, to_read
from careloom.review.vigilance import to_open
from careloom.web.present.bar import Bar, closed_bar
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES, count, listed, moment
from careloom.web.saying import later

GROUNDS: Mapping[Ground, str] = {
    Ground.SHARE: later("a random share is read again"),
    Ground.HIGH: later("it has a high finding"),
    Ground.NEW: later("its first reader is new here"),
}
SAID: Mapping[str, str] = {
    LineSaid.APPROVE: later("approve"),
    LineSaid.AMEND: later("word it otherwise"),
    LineSaid.STRIKE: later("strike"),
    LineSaid.BACK: later("send back"),
    WholeSaid.RETURN: later("return"),
    WholeSaid.REJECT: later("reject"),
}
# The buttons of a line in a second reading, with their keys.
SAYS = (
    (LineSaid.APPROVE, later("Approve"), "a"),
    (LineSaid.AMEND, later("Would word it otherwise"), "e"),
    (LineSaid.STRIKE, later("Would strike"), "x"),
    (LineSaid.BACK, later("Would send back"), "b"),
)
STAGES: Mapping[Stage, str] = {
    Stage.WAITS: later("a second reader"),
    Stage.READ: later("the first decision, which was taken back"),
    Stage.MINOR: later("her look at what was signed"),
    Stage.THIRD: later("a third reader: the two differ"),
    Stage.CORRECT: later("a correction of what was released"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One thing of which the two said something else: the line's words ("" for the whole), and what each said."""

    text: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Told:
    """A second reading above the document: sentences, what differs, and what this reader may do now; `people` and `thirds` as choices."""

    sentences: tuple[str, ...]
    blind: bool
    sides: tuple[Side, ...]
    reason: str
    high: str
    first: str
    second: str
    may_release: bool
    may_claim: bool
    may_look: bool
    may_settle: bool
    may_correct: bool
    people: tuple[tuple[str, str], ...]
    thirds: tuple[tuple[str, str], ...]
    urgent: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A second reading in the list: which document, why, what it waits for, whose it is, and what may be done with it there."""

    proposal: str
    kind: str
    patient: str
    why: str
    waits: str
    whose: str
    due: str
    late: bool
    held: bool
    claims: bool
    opens: bool


def told(review: Review, now: datetime) -> Told | None:
    """What stands above the document for this reader; None where it isn't read again, or she isn't told."""
    found = review.second
    if found is None:
        return None
    return Told(
        sentences=_sentences(review, found, now),
        blind=found.blind,
        sides=_sides(review, found.pairs),
        reason=found.reading.reason if found.reading else "",
        high=found.reading.high if found.reading else "",
        first=found.first,
        second=found.reader,
        may_release=found.may_release,
        may_claim=found.may_claim,
        may_look=found.may_look,
        may_settle=found.may_settle,
        may_correct=found.may_correct,
        people=_choices(found.people),
        thirds=_choices(found.thirds),
        urgent=found.stage is Stage.CORRECT,
    )


def _choices(people: Sequence[Reviewer]) -> tuple[tuple[str, str], ...]:
    return tuple((one.user, f"{one.name} · {ROLES.get(one.role, one.role)}") for one in people)


def _sentences(review: Review, found: Seconded, now: datetime) -> tuple[str, ...]:
    if found.blind:
        return _blind_words(review, found, now) if found.may_release else (_unread(review, found),)
    return _words(review, found, now)


def _blind_words(review: Review, found: Seconded, now: datetime) -> tuple[str, ...]:
    noun = named(review.proposal.document.kind).noun
    why = listed([GROUNDS[one] for one in found.grounds])
    return (
        gettext(
            "You read this {noun} a second time, since {why}. {first} read it first; you see the draft as it was before that."
        ).format(noun=noun, why=why, first=found.first),
        gettext(
            "What was decided is shown when you have given your reading. What you say here is written into no chart."
        ),
        gettext("Your reading is due {when}.").format(when=moment(found.due, now)) if found.due else "",
    )


def _words(review: Review, found: Seconded, now: datetime) -> tuple[str, ...]:
    noun = named(review.proposal.document.kind).noun
    due = gettext(" by {when}").format(when=moment(found.due, now)) if found.due else ""
    held = gettext("the {noun} is filed").format(noun=noun) if found.held else ""
    words: list[str] = []
    if found.stage is Stage.CHOSEN and held:
        words = [
            gettext("A second reader must agree before {held}: {listed}.").format(
                held=held, listed=listed([GROUNDS[one] for one in found.grounds])
            )
        ]
    elif found.stage is Stage.WAITS:
        whom = (
            gettext("{reader}, second reader,").format(reader=found.reader)
            if found.reader
            else gettext("A second reader")
        )
        what = gettext("must agree before {held}").format(held=held) if held else gettext("reads it again")
        words = [
            gettext("Signed by {first}. {whom} {what}{due}.").format(
                first=found.first, whom=whom, what=what, due=due
            )
            if held
            else f"{whom} {what}{due}."
        ]
        if not found.reader and not found.people:
            words.append(
                gettext(
                    "Nobody may read it now: somebody of the care team whose licence reaches as far is needed."
                )
            )
    elif found.stage is Stage.READ:
        words = [
            gettext(
                "The second reader has read it; the first decision was taken back, and both are shown when it is decided again."
            )
        ]
    elif found.stage is Stage.MINOR:
        words = [
            gettext(
                "{reader} would word something otherwise, and looks at what was signed before {held}."
            ).format(reader=found.reader, held=held)
            if held
            else ""
        ]
    elif found.stage is Stage.THIRD:
        third = found.third or gettext("a physician")
        words = [
            gettext("{first} and {reader} differ in something that matters: {third} settles it{due}.").format(
                first=found.first, reader=found.reader, third=third, due=due
            )
        ]
        words.append(
            gettext("Until then the {noun} is not filed.").format(noun=noun)
            if held
            else gettext("What was released stands until then.")
        )
    elif found.told:
        words = [gettext("{reader} read it a second time.").format(reader=found.reader)]
    if found.settled is not None:
        stands = found.first if found.settled.outcome == FIRST else found.reader
        words.append(
            gettext("{third} upheld the reading of {stands}: {why}").format(
                third=found.third, stands=stands, why=found.settled.why
            )
        )
    if found.stage is Stage.CORRECT:
        words.append(
            gettext(
                "The {noun} that was released is to be corrected{due}: draft it anew and sign that, then say so here."
            ).format(noun=noun, due=due)
        )
    if found.corrected is not None:
        words.append(gettext("Put right: {why}").format(why=found.corrected.why))
    return tuple(one for one in words if one)


def _sides(review: Review, pairs: Sequence[Pair]) -> tuple[Side, ...]:
    """Where the two differ, the whole first; where both would word a line otherwise its words may differ, too."""
    texts = {one.id: one.text for one in review.proposal.document.statements}
    return tuple(
        Side("" if one.line == WHOLE else texts.get(one.line, ""), SAID[one.first], SAID[one.second])
        for one in pairs
        if one.first != one.second or one.first == LineSaid.AMEND
    )


def bar_of(review: Review, otherwise: Bar) -> Bar:
    """The action bar where a document is read a second time: the reader's own, or that it is held; any other as it is."""
    found = review.second
    if found is None:
        return otherwise
    if not found.blind:
        return _held(review, found, otherwise)
    if not found.may_release:
        return Bar(False, "", _unread(review, found), (), True)
    if closed := to_open(review.proposal, review.progress):
        return closed_bar(review.proposal, closed)
    lines = to_read(review.proposal)
    said = Counter(found.said[one] for one in lines if one in found.said)
    parts = [
        gettext("{said} you would {more}").format(said=said[one], more=SAID[one])
        for one in LineSaid
        if said[one] and one is not LineSaid.APPROVE
    ]
    quiet = len(lines) - sum(said.values())
    if quiet:
        parts.append(
            ngettext(
                "{number} line of which you said nothing counts as approved where you approve",
                "{number} lines of which you said nothing count as approved where you approve",
                quiet,
            ).format(number=quiet)
        )
    rest = f" {'; '.join(parts)}." if parts else ""
    return Bar(
        True,
        gettext("Give my reading"),
        gettext("Your second reading of {many}.{rest}").format(many=count(len(lines), "line"), rest=rest),
        (),
        True,
    )


def _unread(review: Review, found: Seconded) -> str:
    """What somebody is told who may be the second reader of a held document and isn't."""
    noun = named(review.proposal.document.kind).noun
    if found.may_claim:
        return gettext(
            "This {noun} is held for a second reader, and you may be she: you see it as it was drafted, and nothing of what was decided. Claim the reading to say what you think."
        ).format(noun=noun)
    return gettext(
        "This {noun} is held for its second reader, {reader}. You might read it in her place, so you see it as it was drafted, and nothing of what was decided."
    ).format(noun=noun, reader=found.reader)


def _held(review: Review, found: Seconded, bar: Bar) -> Bar:
    """What signing does where it is held: it is filed by nobody's signature alone."""
    noun = named(review.proposal.document.kind).noun
    if not found.held:
        return bar
    waits = gettext(
        "the {noun} then waits for a second reader, who must agree before it is filed in the chart"
    ).format(noun=noun)
    said = bar.sentence.replace(f"the {noun} is then filed in the chart", waits)
    if found.stage is not Stage.CHOSEN and said == "All signed.":
        said = gettext("All signed. It is filed when the second reader agrees.")
    return replace(bar, sentence=said)


def rows(
    found: Sequence[tuple[SecondReading, Stage]],
    about: Mapping[str, tuple[str, str]],
    people: Mapping[str, str],
    who: str,
    now: datetime,
) -> tuple[Row, ...]:
    """The list: `about` are patient's name and kind by document, `people` names by user's id."""
    made = []
    for one, stage in found:
        patient, kind = about[one.proposal]
        waits = stage is Stage.WAITS
        reader = people.get(one.reader, "") if one.reader else ""
        made.append(
            Row(
                proposal=one.proposal,
                kind=named(kind).title,
                patient=patient,
                why=listed([GROUNDS[ground] for ground in one.grounds]).capitalize(),
                waits=STAGES[stage],
                whose="you" if one.reader == who and waits else reader if waits else "",
                due=moment(one.due, now),
                late=one.due is not None and one.due < now,
                held=one.mode is Mode.HOLD,
                claims=waits and one.reader != who,
                opens=not waits or one.reader == who,
            )
        )
    return tuple(made)
