"""Calling: one screen for the telephone, from what is asked to what the call ends with.

Takes    a person, a patient, each tick and word as it is made, and the end of the call
Gives    what to ask; what was said so far; a contact as it is reported (pipeline/visiting.py), a note to be signed, tasks, minutes
Never    makes a call of one that reached nobody, says for anybody what was not asked, or lets a sign that can't wait wait for the end
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

from careloom.care.access import Permission
from careloom.care.call import UNREACHED, Again, Call, Ends, Sheet, may_be
from careloom.care.document import ROLES, Accepted, Finding, Proposal, Reviewer, Severity, Statement
from careloom.care.hours import Calendar
from careloom.care.kinds import CARE_PLAN, checked
from careloom.care.record import PatientRecord
from careloom.check import of_drugs
from careloom.draft import kind_of, must_live
from careloom.draft.visit_note import called, sbar
from careloom.draft.visit_note.contact import Contact, contact_of
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.pipeline.questioning import Questioning
from careloom.pipeline.timing import Timing
from careloom.pipeline.tracking import Tracking
from careloom.pipeline.visiting import KIND, Visiting
from careloom.record import asks
from careloom.review.accepted import speaking
from careloom.store.opening import Store

# Who gave no sign for so long has left her call open; a colleague is no longer told of it.
LEFT = timedelta(minutes=5)
# So many topics are on the screen.
TOPICS = 6
Noted = Callable[[Reviewer, str, Mapping[str, str]], Proposal]


@dataclass(frozen=True)
class Calling:
    """The calls of one organisation. `known` is knowledge with the site's rules that are active, `here` the time in the site's zone, `note` stores a contact and drafts its note."""

    store: Store
    access: Access
    timing: Timing
    tracking: Tracking
    visiting: Visiting
    known: Callable[[], Knowledge]
    calendar: Callable[[], Calendar]
    here: Callable[[], datetime]
    note: Noted
    questioning: Questioning
    record: Callable[[Reviewer, str], PatientRecord]
    carried: Callable[[str], PatientRecord]
    accepted: Callable[[str], Mapping[str, Accepted]]

    def sheet(self, actor: Reviewer, patient: str) -> Sheet:
        """What a call with this patient asks, as this person may read the plan.

        A note and a question are read by roles that don't read what a substance-use programme sent: none of it is carried into one.
        """
        record = self.carried(patient)
        plan = self._plan(actor, record.patient)
        asked = asks.asks(record, self.known(), plan, self._high(record))
        return Sheet(
            asks=asked,
            drugs=asks.drugs(record, asked),
            needs=asks.needs_to_ask(record, self.known()),
            topics=asks.topics(plan, self.known(), TOPICS),
        )

    def begin(self, actor: Reviewer, record: PatientRecord, why: str = "") -> Call:
        """Begin a call, or go on with one's own that is open; its clock runs from now.

        Raises NotLicensed, NotInCareTeam, Refused for somebody who has died, and InputError where a colleague has a call open and
        nothing says why this is another one.
        """
        self._must_work(actor, record.patient)
        must_live(record)
        if known := self.store.calls.open_of(record.patient, actor.user):
            return known
        if self.others(actor, record.patient) and len(why.split()) < 2:
            raise InputError("a colleague has a call open; say in a few words why you call, too", where="why")
        now = self.here()
        begun = Call(
            id="",
            patient=record.patient,
            who=actor.user,
            began=now,
            seen=now,
            sheet=self.sheet(actor, record.patient),
        )
        call = self.store.calls.begin(begun)
        self.store.audit.note(
            actor.user, "begin call", patient=record.patient, what=call.id, why=" ".join(why.split())[:300]
        )
        self.timing.beat(actor, call.patient, "", span=call.id, activity="call", word="begin")
        return call

    def others(self, actor: Reviewer, patient: str) -> tuple[tuple[str, datetime], ...]:
        """Who else has a call open with this patient, and since when."""
        return self.store.calls.others(patient, actor.user, self.here() - LEFT)

    def still_there(self, actor: Reviewer, patient: str) -> None:
        """She gave a sign of herself on the page of her call."""
        if call := self.store.calls.open_of(patient, actor.user):
            self.store.calls.change(call.id, lambda before: replace(before, seen=self.here()))

    def say(self, actor: Reviewer, call_id: str, name: str, text: str, was: str | None = None) -> Call:
        """Keep what stands in a field. `was` is what this page believed to stand there, None for whatever it was.

        Raises InputError for a field or a choice that there isn't, StaleRecord where other words stand there, NotApproved after the end.
        """
        call = self._mine(actor, call_id)
        if not call.sheet.knows(name):
            raise InputError("no such field", where="field")
        text = text.replace("\r\n", "\n").strip()
        if not may_be(name, text):
            raise InputError("is no choice, or is too long", where=name)

        def change(before: Call) -> Call:
            _must_go_on(before)
            if was is not None and before.of(name) not in (was.strip(), text):
                raise StaleRecord("other words stand there")
            said = {key: value for key, value in before.said.items() if key != name}
            return replace(before, said=said | ({name: text} if text else {}), seen=self.here())

        return self.store.calls.change(call.id, change)

    def say_all(self, actor: Reviewer, call_id: str, given: Mapping[str, str]) -> Call:
        """Keep all fields of the screen at once, as a page without JavaScript sends them. Raises as `say`."""
        call = self._mine(actor, call_id)
        said = {name: text.replace("\r\n", "\n").strip() for name, text in given.items()}
        for name, text in said.items():
            if not call.sheet.knows(name) or not may_be(name, text):
                raise InputError("is no field, no choice, or too long", where=name)
        now = self.here()

        def change(before: Call) -> Call:
            _must_go_on(before)
            after = {name: text for name, text in {**before.said, **said}.items() if text}
            return replace(before, said=after, seen=now)

        return self.store.calls.change(call.id, change)

    def draft_question(self, actor: Reviewer, call_id: str) -> Call:
        """Put what was ticked, and what the sources list beside it, into the parts of the question that are still empty."""
        call = self._mine(actor, call_id)
        made = sbar.drafted(call, self.carried(call.patient), self.record(actor, call.patient))
        given = {name: text for name, text in made.items() if not call.of(name)}
        return self.say_all(actor, call.id, {"asks": "1", **given})

    def heard(self, actor: Reviewer, call: Call) -> tuple[str, ...]:
        """What was typed so far that can't wait; somebody is told of it now and not at the end."""
        contact = self._contact(call)
        if contact is None or not contact.flags:
            return ()
        self.visiting.page_now(contact, call.patient, actor.user)
        return tuple(one.label for one in contact.flags)

    def ends(self, actor: Reviewer, call: Call) -> Ends:
        """What the call would end with now, and what is still missing or wrong, by the part of the screen."""
        wrong = dict(called.wrong(call))
        contact = self._contact(call)
        if call.of("to") and call.of("to") not in {one.user for one in self.questioning.able(call.patient)}:
            wrong["question"] = "This person may not answer; choose another."
        try:
            self._read(call)
        except InputError as error:
            words = error.reason if error.reason.startswith("line ") else f"this {error.reason}"
            wrong.setdefault(called.PARTS.get(error.where, "reported"), f"{words[0].upper()}{words[1:]}.")
        drugs = sum(bool(call.of(f"drug:{one.key}")) for one in call.sheet.drugs)
        needs = sum(bool(call.of(f"need:{one.domain}")) for one in call.sheet.needs)
        seconds = self.timing.lasted(actor.user, call.patient, "call", call.began)
        flags = tuple(one.label for one in contact.flags) if contact else ()
        return Ends(
            drugs=drugs,
            needs=needs,
            tasks=called.tasks(call),
            to=call.of("to") if call.of("asks") else "",
            minutes=seconds // 60,
            flags=flags,
            wrong=wrong,
        )

    def end(self, actor: Reviewer, call_id: str) -> Call:
        """The call is over: what was reported is stored, its note waits to be signed, its steps are tasks, its clock stops.

        Raises InputError naming the part of the screen that doesn't fit yet; nothing is made then. NotApproved where it is over, StaleRecord
        where another window said something else meanwhile: the call goes on.
        """
        call = self._mine(actor, call_id)
        for part, words in self.ends(actor, call).wrong.items():
            raise InputError(words, where=part)
        return self._over(actor, call, called.fields(call, self._at(call)))

    def not_reached(self, actor: Reviewer, record: PatientRecord, how: str, again: Again | None) -> Call:
        """A call that reached nobody is noted as one, with the next try as a task; it counts as no contact.

        Raises InputError where it can't be so: a message where the record doesn't say that one may be left, a call in which something was said.
        """
        self._must_work(actor, record.patient)
        known = next((one for one in get_args(called.Unreached) if one == how), None)
        if known is None:
            raise InputError("say how the call came", where="how")
        if how == "message_left" and not may_leave_a_message(record):
            raise InputError("the record doesn't say that a message may be left", where="how")
        if again and (again.owner not in ROLES or again.due < self.here().date()):
            raise InputError(
                "the next try has somebody whose it is and a day that is not past", where="again"
            )
        call = self.begin(actor, record, UNREACHED[how])
        if call.said:
            raise InputError(
                "something is ticked or typed of this call: end it, or take that back", where="how"
            )
        return self._over(actor, call, called.unreached(call, self._at(call), known, again))

    def drop(self, actor: Reviewer, call_id: str) -> None:
        """Nobody was called: nothing is made of it. Raises InputError where something was ticked or typed."""
        call = self._mine(actor, call_id)

        def dropped(before: Call) -> Call:
            _must_go_on(before)
            if before.said:
                raise InputError("something is ticked or typed of this call: end it, or take that back")
            return replace(before, ended=self.here())

        self.store.calls.change(call.id, dropped)
        self.timing.beat(actor, call.patient, "", span=call.id, activity="call", word="stop")
        self.store.audit.note(actor.user, "drop call", patient=call.patient, what=call.id)

    def next_day(self) -> date:
        """The site's next working day."""
        return self.calendar().next_day(self.here().date())

    def get(self, actor: Reviewer, call_id: str) -> Call:
        """One of this person's calls, open or over. Raises InputError, NotLicensed, NotInCareTeam."""
        call = self.store.calls.get(call_id)
        self._must_work(actor, call.patient)
        if call.who != actor.user:
            raise NotLicensed("this call is somebody else's")
        return call

    def name_of(self, call: Call) -> str:
        """The name under which a call stands in the record; "" where nothing of it can be read."""
        contact = self._contact(call)
        return self.visiting.name_of(contact, call.patient, call.who) if contact is not None else ""

    def _over(self, actor: Reviewer, call: Call, given: Mapping[str, str]) -> Call:
        note = self.note(actor, call.patient, given)

        def ended(before: Call) -> Call:
            _must_go_on(before)
            if before.said != call.said:
                raise StaleRecord("something else was ticked or typed meanwhile; look at it again")
            return replace(before, ended=self.here(), note=note.id)

        with self.store.transaction():
            after = self.store.calls.change(call.id, ended)
            self.tracking.begin(actor, note)
            if call.of("asks") and "question" in given:
                self.questioning.ask(actor, call, note, self.record(actor, call.patient))
            self.store.audit.note(actor.user, "end call", patient=call.patient, what=f"{call.id} {note.id}")
        self.timing.beat(actor, call.patient, "", span=call.id, activity="call", word="stop")
        return after

    def _mine(self, actor: Reviewer, call_id: str) -> Call:
        call = self.get(actor, call_id)
        _must_go_on(call)
        return call

    def _must_work(self, actor: Reviewer, patient: str) -> None:
        self.access.must(actor, Permission.WORK)
        self.access.must_see(actor, patient)

    def _contact(self, call: Call) -> Contact | None:
        """What was typed so far, as far as it can be read."""
        try:
            return self._read(replace(call, said={"whom": "patient", **call.said, "asks": ""}))
        except InputError:
            return None

    def _read(self, call: Call) -> Contact:
        given = checked(kind_of(KIND).fields, called.fields(call, self._at(call)))
        return contact_of(given, self.here().date(), self.known())

    def _at(self, call: Call) -> datetime:
        return call.began.astimezone(self.here().tzinfo)

    def _high(self, record: PatientRecord) -> list[Finding]:
        """The high findings about current drugs; one that was signed over only while it rests on a result of the last days."""
        found = [one for one in of_drugs(record, self.known()) if one.severity is Severity.HIGH]
        loud = {one.message for one in speaking(found, record, self.accepted(record.patient))}
        return [one for one in found if one.message in loud or asks.rests_on_a_new_result(one, record)]

    def _plan(self, actor: Reviewer, patient: str) -> tuple[Statement, ...]:
        """What was signed of the plan in the chart, what matters most first: a draft is told to nobody on the telephone. None that
        this person may not read or carry on."""
        plans = [one for one in self.store.proposals.of(patient) if one.document.kind == CARE_PLAN]
        newest = next((one for one in reversed(plans) if one.status == "active"), None)
        if newest is None or not self.access.may_read(actor, newest.id):
            return ()
        frozen = self.store.proposals.frozen(newest.id).values()
        closed = {entry.id for entry in frozen if "part2" in entry.detail}
        told = (one for one in newest.document.statements if closed.isdisjoint(one.citations))
        lines = (one for one in told if one.id in newest.released)
        top = newest.document.top
        return tuple(sorted(lines, key=lambda one: (one.id not in top, one.rank)))


def may_leave_a_message(record: PatientRecord) -> bool:
    """Whether the record says that a message may be left; where it says nothing, or that somebody is spoken with alone, none is."""
    return record.demographics.safe_contact == "ok" and not asks.alone(record)


def _must_go_on(call: Call) -> None:
    """Raises NotApproved for a call that is over."""
    if call.ended:
        raise NotApproved("this call is over; what came of it waits with its note")
