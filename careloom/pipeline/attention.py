"""Attention: what somebody reads, marks, answers and types before she decides, and the signature that follows from it.

Takes    a person, the review that she sees, and what she does with it
Gives    how far she is with it; the signature of what she marked, or of all that is hers
Never    signs while a high finding is unopened, or an uncertain line without her yes; holds up anybody for reading fast
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.document import Action, Decision, Proposal, Reviewer, Statement, Tier
from careloom.care.progress import Progress
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline.deciding import Desk
from careloom.pipeline.shown import Review
from careloom.review.cosign import to_cosign
from careloom.review.decisions import asks_whole
from careloom.review.tiers import WHOLE, reach, reach_of
from careloom.review.vigilance import (
    NO,
    YES,
    covered,
    hers,
    mark_of,
    shown_with,
    to_open,
    wording,
    words_to_read,
)

# So many forms of one document, each of so many characters, are kept at most.
MOST_FIELDS, LONGEST, LONGEST_NAME = 200, 4000, 80
# A page tells every quarter of a minute that somebody reads: so much of her reading may not be told yet.
UNTOLD = 15


@dataclass(frozen=True, slots=True)
class Pace:
    """How long somebody was active on a document (`seconds`; since she opened it, where no page of hers told) and how long its `words`
    take to read at the site's rate (`least`)."""

    words: int
    seconds: int
    least: int

    @property
    def kept(self) -> dict[str, str]:
        """As it is kept with a decision; whoever was told that she was fast went on."""
        said = {"words": self.words, "seconds": self.seconds, "least": self.least}
        return {key: str(value) for key, value in said.items()} | ({"went_on": "yes"} if self.hasty else {})

    @property
    def hasty(self) -> bool:
        """Whether nobody reads that fast."""
        return self.seconds < self.least


@dataclass(frozen=True)
class Attention:
    """What people do before they decide. `rate` is how many words a minute are read here, 0 where that isn't looked at; `active` gives
    the seconds for which somebody's pages told that she worked on a document, None where none ever did."""

    desk: Desk
    clock: Callable[[], datetime]
    today: Callable[[], date]
    rate: int = 238
    active: Callable[[str, str], int | None] = lambda _who, _case: None

    def begin(self, actor: Reviewer, found: Review) -> Review:
        """Remember when she first opened it; from then on her reading is timed."""
        if found.proposal.status != "draft" or found.progress.since is not None:
            return found
        now = self.clock()
        return self._change(actor, found, lambda before: replace(before, since=before.since or now))

    def look(self, actor: Reviewer, found: Review, key: str) -> Review:
        """She opened a line or a finding, and read the findings that stand with it."""
        wanted = {mark_of(one) for one in shown_with(found.proposal, key)}
        missing = wanted.difference(found.progress.looked)
        if found.proposal.status != "draft" or not missing:
            return found
        return self._change(
            actor,
            found,
            lambda before: replace(before, looked=tuple(dict.fromkeys((*before.looked, *sorted(missing))))),
        )

    def mark(self, actor: Reviewer, found: Review, line: str, *, on: bool) -> Review:
        """Mark a line for her signature, or take the mark off. Raises InputError, NotLicensed where it isn't hers to sign now."""
        self._hers(found, line)
        return self._change(
            actor,
            found,
            lambda before: replace(
                before, marked=(*(one for one in before.marked if one != line), *((line,) if on else ()))
            ),
        )

    def answer(self, actor: Reviewer, found: Review, line: str, said: str) -> Review:
        """Her yes or no to an uncertain line; it holds for these very words. Raises InputError, NotLicensed as `mark`."""
        statement = self._hers(found, line)
        if line not in found.doubts or said not in (YES, NO):
            raise InputError("this line asks for no yes or no", where=line)
        given = f"{said}:{wording(statement)}"
        return self._change(
            actor, found, lambda before: replace(before, answers={**before.answers, line: given})
        )

    def keep(self, actor: Reviewer, proposal: str, field: str, text: str, was: str) -> None:
        """Keep what she typed into a form; "" forgets it. Raises StaleRecord where another window of hers left other words than `was`."""
        if self.desk.store.proposals.get(proposal).status != "draft":
            return
        if len(text) > LONGEST or len(field) > LONGEST_NAME:
            raise InputError("too long to be kept")

        def typed(before: Progress) -> Progress:
            if before.typed.get(field, "") not in (was, text):
                raise StaleRecord("you typed other words here in another window; look at them first")
            kept = {name: said for name, said in before.typed.items() if name != field}
            if text:
                kept[field] = text
            if len(kept) > MOST_FIELDS:
                raise InputError("too many forms are open")
            return replace(before, typed=kept)

        self.desk.store.unfinished.change(proposal, actor.user, typed)

    def forget(self, actor: Reviewer, proposal: str, field: str) -> None:
        """What she typed into a form was sent."""

        def sent(before: Progress) -> Progress:
            return replace(before, typed={name: said for name, said in before.typed.items() if name != field})

        self.desk.store.unfinished.change(proposal, actor.user, sent)

    def kept(self, actor: Reviewer, proposal: str, field: str) -> str:
        """What she typed into a form and didn't send."""
        return self.desk.store.unfinished.of(proposal, actor.user).typed.get(field, "")

    def pace(self, actor: Reviewer, found: Review) -> Pace:
        """How long she had it, and how long reading what she would sign takes."""
        lines = covered(found.proposal, found.may, found.doubts, found.progress)
        words = words_to_read(lines, found.proposal.findings)
        since = found.progress.since
        seconds = int((self.clock() - since).total_seconds()) if since is not None else 0
        if self.rate and (told := self.active(actor.user, found.proposal.id)) is not None:
            seconds = min(seconds, told + UNTOLD)
        return Pace(words, seconds, round(words * 60 / self.rate) if self.rate else 0)

    def sign(self, actor: Reviewer, found: Review, *, opened: tuple[str, ...] = ()) -> Proposal:
        """Sign what she marked, or all that is hers, as she saw it; her pace is kept with the decision.

        Raises NotLicensed without a licence in force, NotApproved while a high finding is unopened or nothing is left to sign, StaleRecord where it is not what she saw,
        and whatever a decision raises.
        """
        reach(actor, self.today())
        missing = to_open(found.proposal, found.progress)
        if missing:
            rules = ", ".join(sorted({one.rule for one in missing}))
            raise NotApproved(f"open first what the rules found ({len(missing)} high: {rules})")
        asked = list(self.covers(actor, found))
        if not asked:
            raise NotApproved("no line is yours to sign now: answer those that ask for your yes or no first")
        pace = self.pace(actor, found)
        decision = Decision(
            action=Action.APPROVE,
            reviewer=actor.user,
            role=actor.role,
            at=self.clock(),
            statements=tuple(asked),
            opened=opened,
            name=actor.name,
            pace=pace.kept,
        )
        return self.desk.decide(actor, found.proposal.id, decision, self.today(), found.proposal)

    def cosign(self, actor: Reviewer, found: Review) -> Proposal:
        """Stand beside the signature of the lines of her field, as she saw them. Raises as `sign`."""
        if missing := to_open(found.proposal, found.progress):
            raise NotApproved(f"open first what the rules found ({len(missing)} high)")
        lines = tuple(line.id for line in to_cosign(found.proposal, actor.role))
        decision = Decision(
            action=Action.COSIGN,
            reviewer=actor.user,
            role=actor.role,
            at=self.clock(),
            statements=lines,
            name=actor.name,
        )
        return self.desk.decide(actor, found.proposal.id, decision, self.today(), found.proposal)

    def covers(self, actor: Reviewer, found: Review) -> tuple[str, ...]:
        """What her signature covers now: lines by id, and "*" for the whole where a physician signs all that is hers."""
        lines = covered(found.proposal, found.may, found.doubts, found.progress)
        whole = asks_whole(found.proposal)
        mine = hers(found.proposal, found.may)
        hold = whole and reach_of(actor, self.today()) is Tier.PHYSICIAN and len(lines) == len(mine)
        return (*(line.id for line in lines), *((WHOLE,) if hold else ()))

    def _hers(self, found: Review, line: str) -> Statement:
        statement = next((one for one in found.proposal.document.statements if one.id == line), None)
        if statement is None:
            raise InputError("there is no such line", where=line)
        if found.proposal.status != "draft" or statement not in hers(found.proposal, found.may):
            raise NotLicensed(found.who.get(line, "this line isn't yours to sign now"))
        return statement

    def _change(self, actor: Reviewer, found: Review, how: Callable[[Progress], Progress]) -> Review:
        return replace(found, progress=self.desk.store.unfinished.change(found.proposal.id, actor.user, how))
