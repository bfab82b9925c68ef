"""Hearing: what people say of the product, what became of it, what is voted for, and what went well and may be told.

Takes    somebody's words on a page; a lead's answer; votes; a person's consent
Gives    her own feedback with what became of it; everything for the quality lead; what is put to the vote in the lead's words; wins with their numbers
Never    takes a patient along that she didn't name, shows anybody's words to others than leads, or tells of a win before its person said so
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from careloom.care.access import Permission
from careloom.care.document import Action, Reviewer
from careloom.care.voice import About, Became, Said, Shared, Voice
from careloom.errors import InputError
from careloom.pipeline.access import Access
from careloom.pipeline.timing import Case
from careloom.store.opening import Store

MOST_CHARACTERS, FEWEST_WORDS = 2000, 2
# A day's feedback of one person.
MOST_A_DAY = 30
# What a win is told from: so many cases of each way, within so many days, and so much faster.
CASES, WITHIN, FASTER = 10, timedelta(days=180), 0.30
FASTER_WIN, CAUGHT_WIN = "faster", "caught"


@dataclass(frozen=True, slots=True)
class Win:
    """Something that went well with somebody, found by the product: its key, and its numbers. Nothing of it tells of a patient."""

    key: str
    numbers: dict[str, str]
    shared: bool


@dataclass(frozen=True)
class Hearing:
    """What the people of one organisation say. `cases` gives one person's measured time by case from one day to another."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    cases: Callable[[str, date, date], tuple[Case, ...]]

    def add(self, actor: Reviewer, page: str, about: About, words: str, patient: str) -> str:
        """Take somebody's feedback on a page; `patient` only where she says that it is about that one. Raises InputError, NotInCareTeam."""
        said = words.strip()
        if len(said.split()) < FEWEST_WORDS or len(said) > MOST_CHARACTERS:
            raise InputError(f"say it in some words, {MOST_CHARACTERS} characters at most", where="words")
        since = self.here() - timedelta(days=1)
        if sum(one.at >= since for one in self.store.voices.all(actor.user)) >= MOST_A_DAY:
            raise InputError("that is much for one day; say the rest tomorrow")
        if patient:
            self.access.must_see(actor, patient)
        with self.store.transaction():
            made = self.store.voices.add(
                Voice("", actor.user, actor.role, page, about, said, patient, self.here())
            )
            self.store.audit.note(actor.user, "give feedback", patient=patient)
        return made

    def mine(self, actor: Reviewer) -> tuple[Voice, ...]:
        """Her own feedback, the newest first, with what became of it."""
        return self.store.voices.all(actor.user)

    def every(self, actor: Reviewer) -> tuple[Voice, ...]:
        """Everybody's, for the lead, the newest first. Raises NotLicensed."""
        self.access.must(actor, Permission.LEAD)
        found = self.store.voices.all()
        self.store.audit.note_all(
            actor.user, "read", sorted({one.patient for one in found if one.patient}), "feedback"
        )
        return found

    def answer(self, actor: Reviewer, voice: str, said: Said) -> None:
        """A lead says what became of it, and may put it to the vote in words of her own. Raises NotLicensed, InputError."""
        self.access.must(actor, Permission.LEAD)
        self.store.voices.get(voice)
        if said.became is Became.NOT_DONE and len(said.words.split()) < FEWEST_WORDS:
            raise InputError("say why it won't be done, for its author to read", where="words")
        if max(len(said.words), len(said.offered)) > MOST_CHARACTERS:
            raise InputError("too long", where="words")
        with self.store.transaction():
            self.store.voices.say(voice, said)
            self.store.audit.note(actor.user, "answer feedback")

    def offered(self) -> tuple[Voice, ...]:
        """What is put to the vote, those with the most votes first."""
        found = [
            one
            for one in self.store.voices.all()
            if one.offered and one.became not in (Became.DONE, Became.NOT_DONE)
        ]
        return tuple(sorted(found, key=lambda one: -one.votes))

    def vote(self, actor: Reviewer, voice: str, *, on: bool) -> None:
        """Vote for what is put to the vote, once, or take the vote back. Raises InputError where nothing is."""
        if voice not in {one.id for one in self.offered()}:
            raise InputError("this isn't put to the vote")
        self.store.voices.vote(voice, actor.user, on=on)

    def wins(self, actor: Reviewer) -> tuple[Win, ...]:
        """What went well with her, told to her alone until she shares it."""
        shared = {one.key for one in self.store.voices.shared() if one.who == actor.user}
        found = [*self._faster(actor), *self._caught(actor)]
        return tuple(Win(one.key, one.numbers, one.key in shared) for one in found)

    def share(self, actor: Reviewer, key: str, *, on: bool) -> None:
        """Let others know of a win with its numbers, without a name; or take that back. Raises InputError where there is none."""
        known = {one.key: one for one in self.wins(actor)}
        stood = {one.key: one for one in self.store.voices.shared() if one.who == actor.user}
        if key not in (known if on else stood):
            raise InputError("there is no such success")
        numbers = known[key].numbers if on else stood[key].numbers
        self.store.voices.share(Shared(actor.user, key, numbers, on, self.here()))
        self.store.audit.note(actor.user, "share success" if on else "take back shared success")

    def shared(self) -> tuple[Shared, ...]:
        """What people let others know of."""
        return self.store.voices.shared()

    def _faster(self, actor: Reviewer) -> list[Win]:
        """Her median minutes of a case with a draft, where they are at least 30 % fewer than of hers written by hand; enough of both kinds."""
        today = self.here().date()
        times: dict[bool, list[float]] = {True: [], False: []}
        for case in self.cases(actor.user, today - WITHIN, today):
            if case.status == "active" and case.seconds > 0 and case.origin:
                times[case.origin == "hand"].append(case.seconds / 60)
        by_hand, by_draft = times[True], times[False]
        if min(len(by_hand), len(by_draft)) < CASES:
            return []
        before, after = median(by_hand), median(by_draft)
        if after > (1 - FASTER) * before:
            return []
        numbers = {
            "by_hand": f"{before:.0f}",
            "by_draft": f"{after:.0f}",
            "percent": f"{100 * (1 - after / before):.0f}",
            "cases_by_hand": str(len(by_hand)),
            "cases_by_draft": str(len(by_draft)),
        }
        return [Win(FASTER_WIN, numbers, shared=False)]

    def _caught(self, actor: Reviewer) -> list[Win]:
        """How many wrong or missing lines she caught in real drafts: struck with a reason, or returned with one."""
        since = self.here() - WITHIN
        struck = sum(
            len(one.struck) for one in self.store.proposals.decided_by(actor.user, since, Action.AMEND)
        )
        returned = len(self.store.proposals.decided_by(actor.user, since, Action.RETURN))
        if struck + returned == 0:
            return []
        return [Win(CAUGHT_WIN, {"struck": str(struck), "returned": str(returned)}, shared=False)]
