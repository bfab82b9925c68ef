"""Paging: what can't wait is told to a named person at once, and to the next one until somebody takes it and writes what was done.

Takes    a reply or a typed contact with a red flag, a positive answer about self-harm or a fresh note that tells of it, or of bleeding or a
         blow to the head beside a drug with which blood clots less, a fever that is an emergency, or a critical result, as it comes in
Gives    a page: on the page Urgent, and to each person of the site's chain in turn, every so many minutes, until taken; and
         again where nobody wrote what was done in the site's time
Never    puts a word of a patient into what is sent, waits in a queue of work, or counts a failed telling as told
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.sending import Outgoing
from careloom.care.system import source_name, told_by
from careloom.care.urgent import DETAIL, NOT_REACHED, REACHED, Cause, Page, Somebody, Told, may_take
from careloom.check.bleeding import noted_bleeding, thinning
from careloom.check.fever import dangerous
from careloom.check.head_injury import noted_blows
from careloom.check.maternal import noted_signs
from careloom.check.self_harm import given_names
from careloom.deliver import Adapter
from careloom.draft.wording import bare, happened, pressure, value
from careloom.errors import ConfigError, DeliveryError, InputError, NotLicensed, StaleRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.alarms import may_be_fever
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import CALLED_CRITICAL
from careloom.knowledge.maternal import signs_of
from careloom.knowledge.measured import values_of
from careloom.knowledge.noted import blows_in
from careloom.knowledge.self_harm import positive
from careloom.knowledge.signs import bleeding_in
from careloom.knowledge.thoughts import noted_self_harm
from careloom.pipeline.access import REFUSAL
from careloom.review.tiers import expired
from careloom.store.opening import Store

log = structlog.get_logger(__name__)

# What came in from longer ago is for the plan, not for a page: an old chart that is loaded pages nobody.
ANSWER_AGE, RESULT_AGE = timedelta(days=14), timedelta(days=3)
# So long is what somebody writes of what was done.
MOST_WORDS = 500
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", None, ""})
LETTER = """Something in Careloom can't wait: a patient's reply, what was told in a contact, an answer about self-harm, or a critical result.

Open the page Urgent in Careloom (or run: careloom pages), look at page {page}, and acknowledge it there.
Until somebody does, the next person is told after {minutes} minutes."""


@dataclass(frozen=True)
class Paging:
    """The pages of one organisation. `chain` are those who are told, in their order; `adapter` brings it to them."""

    store: Store
    knowledge: Knowledge
    record_of: Callable[[str, date], PatientRecord]
    clock: Callable[[], datetime]
    chain: tuple[Somebody, ...]
    minutes: int
    outcome_minutes: int
    adapter: Adapter
    is_programmes: Callable[[Entry], bool] = lambda _: False

    def open(self, cause: Cause, reference: str, *, patient: str, words: str) -> Page:
        """A page, told to the first of the chain before this returns; the same cause about the same thing is one."""
        page, new = self.store.pages.open(cause, reference, patient=patient, words=words, at=self.clock())
        if not new:
            return page
        self.store.audit.note("careloom", "page", patient=patient or None, what=page.id)
        self.tell(page)
        return self.store.pages.get(page.id)

    def open_or_add(
        self, cause: Cause, reference: str, things: Sequence[str], *, patient: str, opening: str
    ) -> None:
        """One page of all that is told of the same thing while nobody has taken it; somebody is told at once of what is new on it.

        `things` are what can't wait by name, each told once; `opening` goes before them. After the page was taken, what is new
        since is a page of its own.
        """
        while True:
            before = self.store.pages.about(cause, reference)
            new = [one for one in things if not any(one in page.words for page in before)]
            if not new:
                return
            last = before[-1] if before else None
            if last is None or not last.is_open:
                number = f"-{len(before) + 1}" if before else ""
                self.open(cause, f"{reference}{number}", patient=patient, words=f"{opening} {', '.join(new)}")
            elif self.store.pages.step(last, Told("added", ", ".join(new), self.clock())):
                self.store.audit.note("careloom", "page", patient=patient or None, what=last.id)
                self.tell(self.store.pages.get(last.id))

    def tell(self, page: Page) -> None:
        """Tell the next of the chain; where that fails, at once the one after, and so on round the chain."""
        if not self.chain:
            log.error("nobody is named to be told of what can't wait", page=page.id)
        for _ in self.chain:
            somebody = self.chain[sum(step.what == "told" for step in page.steps) % len(self.chain)]
            # Before it goes out, so that two processes don't tell two people; told twice would do no harm.
            if not self.store.pages.step(page, Told("told", somebody.name, self.clock())):
                return
            page = self.store.pages.get(page.id)
            try:
                self.adapter.send(self._letter(page, somebody), lambda: None)
            except DeliveryError as failure:
                log.error("a page could not be delivered", page=page.id, error_class=type(failure).__name__)
                self.store.pages.step(page, Told("failed", somebody.name, self.clock()))
                page = self.store.pages.get(page.id)
                continue
            return

    def escalate(self) -> int:
        """Tell the next person of every page that nobody took in time, or of which nobody wrote in time what was done; how many
        pages that were."""
        pages, told = self.store.pages.unfinished(), 0
        for page in pages:
            lapsed = self._lapsed(page)
            if lapsed or self._is_late(page):
                self.tell(self.store.pages.get(page.id))
                told += 1
        return told

    def _lapsed(self, page: Page) -> bool:
        """Whether it was held too long without an outcome; then nobody holds it any more."""
        taken, now = page.taken, self.clock()
        if taken is None or now - taken.at < timedelta(minutes=self.outcome_minutes):
            return False
        if not self.store.pages.step(page, Told("lapsed", taken.whom, now)):
            return False
        self.store.audit.note("careloom", "page lapsed", patient=page.patient or None, what=page.id)
        return True

    def _is_late(self, page: Page) -> bool:
        if not page.is_open:
            return False
        told = [step.at for step in page.steps if step.what != "added"]
        last = told[-1] if told else page.at - timedelta(minutes=self.minutes)
        return bool(self.chain) and self.clock() - last >= timedelta(minutes=self.minutes)

    def acknowledge(self, actor: Reviewer, page_id: str) -> Page:
        """Take a page. Raises NotLicensed for a role that may not act on it or a licence that expired, InputError for an unknown one; who is second is told who was
        first by the page itself."""
        page = self._must(actor, page_id)
        while page.is_open:
            page = self._step(actor, page, "acknowledged", actor.user, "acknowledge page")
        return page

    def give_back(self, actor: Reviewer, page_id: str) -> Page:
        """Somebody else takes it: the next of the chain is told at once. Raises InputError where she doesn't hold it."""
        page = self.store.pages.get(page_id)
        if page.is_done or page.taken is None or page.taken.whom != actor.user:
            raise InputError("only who holds a page gives it back")
        page = self._step(actor, page, "returned", actor.user, "give back page")
        if page.is_open:
            self.tell(page)
        return self.store.pages.get(page_id)

    def finish(self, actor: Reviewer, page_id: str, words: str) -> Page:
        """Write what was done, which ends it; whoever writes holds it. Raises NotLicensed, and InputError without words."""
        page = self._must(actor, page_id)
        if not words.strip():
            raise InputError("say what was done")
        while not page.is_done:
            if page.taken is None or page.taken.whom != actor.user:
                page = self._step(actor, page, "acknowledged", actor.user, "acknowledge page")
            else:
                page = self._step(actor, page, "outcome", words.strip()[:MOST_WORDS], "act on page")
        return page

    def called(self, actor: Reviewer, page_id: str, *, reached: bool, known: int | None = None) -> Page:
        """Tick that the telephone call was made, and whether somebody was reached; it ends nothing. Whoever ticks holds the page. `known` is
        how many calls were ticked when it was read: a machine's request that comes twice is refused. Raises NotLicensed, InputError where it
        is over, and StaleRecord where more or fewer are ticked."""
        page = self._must(actor, page_id)
        said = f"{actor.user}{DETAIL}{REACHED if reached else NOT_REACHED}"
        while not page.is_done:
            if known is not None and len(page.calls) != known:
                raise StaleRecord("the calls about it are not those that were read")
            if page.taken is None or page.taken.whom != actor.user:
                page = self._step(actor, page, "acknowledged", actor.user, "acknowledge page")
            elif self.store.pages.step(page, Told("called", said, self.clock())):
                self.store.audit.note(
                    actor.user, "call about page", patient=page.patient or None, what=page.id
                )
                return self.store.pages.get(page.id)
            else:
                page = self.store.pages.get(page.id)
        raise InputError("this page is over")

    def uncall(self, actor: Reviewer, page_id: str, number: int) -> Page:
        """Take back one's own tick of a call, by its number among the page's steps; both stay among them. Raises NotLicensed, and InputError
        where there is no such tick of hers, or the page is over."""
        page = self._must(actor, page_id)
        said = f"{actor.user}{DETAIL}{number}"
        while page.may_uncall(number, actor.user):
            page = self._step(actor, page, "uncalled", said, "untick call about page")
            if number not in dict(page.calls):
                return page
        raise InputError("this page is over" if page.is_done else "no call of yours is ticked there")

    def undo(self, actor: Reviewer, page_id: str, why: str) -> Page:
        """What was written as done was not so, or of somebody else: the page waits again, and the next of the chain is told at once. What was
        written stays among its steps. Raises NotLicensed, and InputError without a reason or where nothing is written."""
        page = self._must(actor, page_id)
        if not why.strip():
            raise InputError("say why it is taken back")
        if not page.is_done:
            raise InputError("nothing is written that could be taken back")
        said = f"{actor.user}{DETAIL}{why.strip()[:MOST_WORDS]}"
        page = self._step(actor, page, "undone", said, "undo page outcome")
        if page.is_open:
            self.tell(page)
        return self.store.pages.get(page_id)

    def _must(self, actor: Reviewer, page_id: str) -> Page:
        page = self.store.pages.get(page_id)
        if not may_take(actor.role, page.cause):
            raise NotLicensed(REFUSAL[Permission.ACT])
        if expired(actor, self.clock().astimezone().date()):
            raise NotLicensed(
                f"the licence expired on {actor.licence_expiry}; somebody else takes what can't wait"
            )
        return page

    def _step(self, actor: Reviewer, page: Page, what: str, whom: str, action: str) -> Page:
        """The page after a step, or after what somebody else did meanwhile."""
        if self.store.pages.step(page, Told(what, whom, self.clock())):
            self.store.audit.note(actor.user, action, patient=page.patient or None, what=page.id)
        return self.store.pages.get(page.id)

    def watch(self, patient: str, entries: Sequence[Entry]) -> None:
        """Page about what just came of a patient and can't wait."""
        today = self.clock().astimezone().date()
        fresh = [one for one in entries if not one.happened or one.happened.day >= today - ANSWER_AGE]
        if fresh and (answered := positive(fresh, today)):
            self.open(
                "self_harm",
                answered[0].id,
                patient=patient,
                words="a positive answer about self-harm (PHQ-9, item 9)",
            )
        self._watch_for_thoughts(patient, entries, today)
        self._watch_for_bleeding(patient, fresh, today)
        self._watch_for_blows(patient, fresh, today)
        self._watch_for_fever(patient, fresh, today)
        self._watch_for_maternal_signs(patient, fresh, today)
        for entry, words in self._critical(patient, fresh, today):
            self.open("critical_result", entry.id, patient=patient, words=words)

    def _watch_for_thoughts(self, patient: str, entries: Sequence[Entry], today: date) -> None:
        """The newest note that tells of thoughts of suicide or self-harm which are, or may be, the patient's own."""
        if not noted_self_harm(entries, today):
            return
        record = self.record_of(patient, today)
        told = noted_self_harm(entries, today, record.demographics.sex, given_names(record))
        theirs = [one for one in told if not one.others]
        if theirs:
            (note,) = _newest(one.note for one in theirs)
            words = f"a note ({told_by(note)}) tells of thoughts of suicide or self-harm"
            self.open("self_harm", note.id, patient=patient, words=words)

    def _watch_for_bleeding(self, patient: str, fresh: Sequence[Entry], today: date) -> None:
        """The newest note that tells of bleeding, of somebody who takes what lets blood clot less."""
        if not any(bleeding_in(one, today) for one in fresh):
            return
        facts = Facts(self.record_of(patient, today), self.knowledge)
        if thinning(facts):
            told = {one.id: (one, signs) for one, signs in noted_bleeding(fresh, facts)}
            (newest,) = _newest(one for one, _ in told.values())
            signs = told[newest.id][1]
            words = f"a note ({told_by(newest)}) tells of {', '.join(signs)}, with a blood thinner"
            self.open("bleeding", newest.id, patient=patient, words=words)

    def _watch_for_blows(self, patient: str, fresh: Sequence[Entry], today: date) -> None:
        """The newest note that tells of a blow to the head, of somebody who takes such a drug, aspirin alone aside."""
        if not any(blows_in(fresh, today)):
            return
        told = noted_blows(fresh, Facts(self.record_of(patient, today), self.knowledge))
        for newest in _newest(told):
            words = f"a note ({told_by(newest)}) tells of a blow to the head, with a blood thinner"
            self.open("head_injury", newest.id, patient=patient, words=words)

    def _watch_for_fever(self, patient: str, fresh: Sequence[Entry], today: date) -> None:
        """The newest temperature or note of a fever, of somebody with sickle cell disease or few neutrophils."""
        came = {one.id for one in fresh if may_be_fever(one, self.knowledge)}
        told = dangerous(Facts(self.record_of(patient, today), self.knowledge)) if came else ()
        for danger in told:
            for newest in _newest(one for one in danger.hot if one.id in came):
                words = f"a fever ({told_by(newest)}), with {danger.beside}"
                self.open("fever", newest.id, patient=patient, words=words)

    def _watch_for_maternal_signs(self, patient: str, fresh: Sequence[Entry], today: date) -> None:
        """The newest note that tells an urgent maternal warning sign, of somebody who is pregnant or gave birth within a year."""
        if any(signs_of(one, today) for one in fresh):
            told = noted_signs(fresh, Facts(self.record_of(patient, today), self.knowledge))
            for newest in _newest(one for one, _ in told):
                words = f"a note ({told_by(newest)}) tells of an urgent maternal warning sign"
                self.open("maternal", newest.id, patient=patient, words=words)

    def _critical(self, patient: str, entries: Sequence[Entry], today: date) -> Iterator[tuple[Entry, str]]:
        """The results of the last days that are critical for her, with what the page says; those of before too, where what came says that
        she is pregnant or has given birth, for which the limits are narrower."""
        concerned = any(self._tells_of_a_pregnancy(one) for one in entries)
        record = self.record_of(patient, today) if concerned else None
        results = {one.id: one for one in (*(record.entries if record else ()), *entries)}
        person: Facts | None = None
        for entry in results.values():
            happened = entry.happened
            if entry.kind != "Observation" or entry.subject != "patient" or entry.status not in _FINAL:
                continue
            if happened is None or not today - RESULT_AGE <= happened.day:
                continue
            beyond = [
                one for one in values_of(entry, self.knowledge) if one[0].may_be_critical(one[1], one[2])
            ]
            if beyond:
                person = person or Facts(record or self.record_of(patient, today), self.knowledge)
                said = [(one[0].meant(person.age, person.problems), one[1], one[2]) for one in beyond]
                for lab, side in [(lab, lab.critical(digits, unit)) for lab, digits, unit in said]:
                    if side:
                        yield (
                            entry,
                            f"{lab.label} critically {side} ({lab.critical_source}){self._told(entry)}",
                        )
                        break
            elif entry.interpretation in CALLED_CRITICAL:
                closed = self.is_programmes(entry)
                known = self.knowledge.labs.find(entry.codes, entry.text)
                name = known.label if known else "" if closed else bare(entry.name)
                yield (
                    entry,
                    f"{name or 'a result'}, which its laboratory calls critical{self._told(entry)}",
                )

    def _tells_of_a_pregnancy(self, entry: Entry) -> bool:
        if entry.kind == "Condition":
            return self.knowledge.conditions.group(entry.codes, entry.text) == "pregnancy"
        return "birth" in self.knowledge.sightings.shown_by(entry)

    def _told(self, entry: Entry) -> str:
        """The value, its day and who says so, behind DETAIL; "" for what a substance-use programme sent."""
        said = pressure(entry, self.knowledge.labs) or value(entry, self.knowledge.labs)
        if not said or self.is_programmes(entry):
            return ""
        return f"{DETAIL}{said} on {happened(entry)}, {source_name(entry.source.system)}"

    def _letter(self, page: Page, somebody: Somebody) -> Outgoing:
        key = f"{page.id.replace('-', '')}{len(page.steps):04d}"
        text = LETTER.format(page=page.id[:8], minutes=self.minutes)
        return Outgoing(key, somebody.address, "Urgent: look at Careloom now", text, self.clock())


def chain(text: str, setting: str = "CARELOOM_URGENT_PEOPLE") -> tuple[Somebody, ...]:
    """Who is told, as a setting has them: "R. Blake <blake@clinic.example>; Dr. Osei <…>". Raises ConfigError."""
    found = []
    for one in filter(None, map(str.strip, text.split(";"))):
        name, opened, rest = one.partition("<")
        if not (name.strip() and opened and "@" in rest and rest.endswith(">")):
            raise ConfigError(f"{setting} is written as NAME <ADDRESS>; NAME <ADDRESS>")
        found.append(Somebody(name.strip(), rest.removesuffix(">").strip()))
    return tuple(found)


def _newest(entries: Iterable[Entry]) -> Sequence[Entry]:
    """The newest of entries that have a day; none of none."""
    return sorted(entries, key=lambda one: (one.happened.day if one.happened else date.min, one.id))[-1:]


def page_of(pages: Sequence[Page], start: str) -> Page:
    """The page whose id begins so. Raises InputError where none does, or more than one."""
    found = [one for one in pages if start and one.id.startswith(start)]
    if len(found) != 1:
        raise InputError("more than one page begins so" if found else "unknown page")
    return found[0]
