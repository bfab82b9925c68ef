"""Timing: how long people worked on each case, what they correct of it, and which minutes they attest.

Takes    signs of life of pages, and what people say of their own time
Gives    active time by day, patient, case and activity; what stands measured beside what was corrected; minutes attested
Never    counts a machine's time, a second twice, or attests for anybody; changes what was measured

Each minute once: nobody attests more than she was active, and all of them together no more than anybody was for that patient.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.worked import ACTIVITIES, WORDS, Attested, Beat, Correction, Stretch, Word
from careloom.errors import InputError
from careloom.measure.active_time import REACH, Running, by_day, running, stretches, together
from careloom.pipeline.access import Access
from careloom.store.opening import Store

DAY = timedelta(days=1)
# A page sends a sign every quarter of a minute, and one when it is opened, left or looked at again.
MOST_A_MINUTE = 60
LONGEST_SPAN = 32
# Who corrects or attests says why in at least so many words.
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person's clock stands: `seconds` on this case so far; what runs by itself, for whom, since when; the case's activity
    that was stopped because she turned to somebody else."""

    seconds: int
    running: Running | None
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """One person's time of a day on a case: measured, and what she said of it."""

    day: date
    patient: str
    case: str
    activity: str
    measured: int
    corrections: tuple[Correction, ...] = ()

    @property
    def seconds(self) -> int:
        """As it stands with the corrections."""
        return self.measured + sum(one.seconds for one in self.corrections)


@dataclass(frozen=True, slots=True)
class Month:
    """One person's month with a patient: active seconds, minutes attested, and minutes that she may still attest."""

    patient: str
    seconds: int
    attested: int

    @property
    def left(self) -> int:
        """Whole minutes that are active and not attested by her."""
        return max(self.seconds // 60 - self.attested, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """The time of everybody (a user's id) on a case. `origin` says who wrote the draft: "model", "template" or, with no draft, a "hand"."""

    case: str
    patient: str
    kind: str
    origin: str
    status: str
    worked: tuple[tuple[str, Worked], ...]

    @property
    def seconds(self) -> int:
        """All of it, as it stands with the corrections."""
        return sum(row.seconds for _, row in self.worked)


@dataclass(frozen=True)
class Timing:
    """The working time of one organisation's people; days are those of `zone`."""

    store: Store
    access: Access
    clock: Callable[[], datetime]
    zone: ZoneInfo

    def beat(
        self,
        actor: Reviewer,
        patient: str,
        case: str,
        *,
        span: str,
        activity: str,
        word: str,
        inputs: Iterable[int] = (),
    ) -> Standing | None:
        """Take a sign of life of a page or of what runs by itself; how her clock stands, where the page needs to know it.

        Raises InputError for what no page of ours says, or says far too often.
        """
        if activity not in ACTIVITIES or word not in WORDS:
            raise InputError("the clock knows no such activity or word", where="activity")
        if not span.isalnum() or len(span) > LONGEST_SPAN:
            raise InputError("this is no span", where="span")
        known: Word = next(one for one in WORDS if one == word)
        at = self.clock()
        if self.store.worked.beats_since(actor.user, at - timedelta(minutes=1)) >= MOST_A_MINUTE:
            raise InputError("signs of life come too often", where="span")
        reach = int(REACH.total_seconds())
        touched = tuple(sorted({one for one in inputs if 0 <= one <= reach}))
        self.store.worked.beat(actor.user, Beat(span, patient, case, activity, known, at, touched))
        if word in ("begin", "still", "stop") or ACTIVITIES[activity].asks_after:
            return self.standing(actor.user, patient, case)
        return None

    def standing(self, who: str, patient: str, case: str) -> Standing:
        """How a person's clock stands as she looks at a case."""
        now = self.clock()
        beats = self._one_person(self.store.worked.beats(who, now - DAY, now + DAY))
        ran = running(beats, now)
        stopped = ""
        if ran and ran.over and now - ran.stretch.ended < REACH:
            signs = [one for one in beats if one.span == ran.span]
            stopped = "" if any(one.word == "stop" for one in signs) else ran.stretch.activity
        goes_on = ran if ran and not ran.over and ran.stretch.patient == self._first(patient) else None
        return Standing(self._on_case(who, case) if case else 0, goes_on, stopped)

    def active(self, who: str, case: str) -> int | None:
        """Seconds of a person on a case so far, as her pages told; None where none told anything (no JavaScript, the API)."""
        return self._on_case(who, case) if self.store.worked.days(who, case) else None

    def lasted(self, who: str, patient: str, activity: str, since: datetime) -> int:
        """Seconds of an activity of a person for a patient since a time."""
        found = self._stretches(who, since.astimezone(self.zone).date(), self.today)
        mine = (one for one in found if one.activity == activity and one.patient == self._first(patient))
        return int(
            sum(
                (max(one.ended - max(one.began, since), timedelta()) for one in mine), timedelta()
            ).total_seconds()
        )

    def worked(self, who: str, first: date, last: date) -> tuple[Worked, ...]:
        """A person's time from one day to another, the newest day first."""
        measured = {
            key: int(long.total_seconds())
            for key, long in by_day(self._stretches(who, first, last), self.zone).items()
            if first <= key[0] <= last
        }
        said: dict[tuple[date, str, str, str], list[Correction]] = {}
        for one in self.store.worked.corrections(first, last, who):
            said.setdefault((one.day, self._first(one.patient), one.case, one.activity), []).append(one)
        rows = [Worked(*key, measured.get(key, 0), tuple(said.get(key, ()))) for key in {*measured, *said}]
        kept = [one for one in rows if one.measured or one.corrections]
        return tuple(
            sorted(kept, key=lambda one: (-one.day.toordinal(), one.patient, one.case, one.activity))
        )

    def correct(
        self, actor: Reviewer, patient: str, case: str, *, activity: str, day: date, minutes: int, why: str
    ) -> None:
        """Say that one's own time of a day was so many minutes more, or fewer, and why; both stay to be seen.

        Raises NotLicensed, NotInCareTeam, and InputError for what can't be so.
        """
        self.access.must(actor, Permission.WORK)
        self.access.must_see(actor, patient)
        self._must_be_possible(patient, case, activity, day, why)
        if not minutes:
            raise InputError("say how many minutes more or fewer it was", where="minutes")
        at, seconds = self.clock(), minutes * 60
        with self.store.transaction():
            self.store.worked.hold(patient)
            rows = self.worked(actor.user, day, day)
            same = (self._first(patient), case, activity)
            before = sum(one.seconds for one in rows if (one.patient, one.case, one.activity) == same)
            if before + seconds < 0:
                raise InputError("no time can be less than none", where="minutes")
            if sum(one.seconds for one in rows) + seconds > DAY.total_seconds():
                raise InputError("a day has 24 hours", where="minutes")
            if seconds < 0:
                self._must_not_be_attested(actor.user, patient, day, seconds)
            said = Correction(actor.user, patient, case, activity, day, seconds, why.strip(), at)
            self.store.worked.correct(said)
            self.store.audit.note(actor.user, "correct time", patient=patient, what=case, why=why.strip())

    def months(self, who: str, month: date) -> tuple[Month, ...]:
        """A person's month (its first day) by patient, the longest first."""
        first, last = _bounds(month)
        seconds: dict[str, int] = {}
        for row in self.worked(who, first, last):
            seconds[row.patient] = seconds.get(row.patient, 0) + row.seconds
        attested: dict[str, int] = {}
        for one in self.store.worked.attested(first):
            if one.who == who:
                patient = self._first(one.patient)
                attested[patient] = attested.get(patient, 0) + one.minutes
        rows = [
            Month(one, seconds.get(one, 0), attested.get(one, 0))
            for one in sorted({*seconds, *attested})
            if seconds.get(one) or attested.get(one)
        ]
        return tuple(sorted(rows, key=lambda row: -row.seconds))

    def attest(self, actor: Reviewer, patient: str, month: date, minutes: int, why: str = "") -> None:
        """Attest minutes of a month as one's own work for a patient; with fewer than 0 and a reason, take some back.

        Raises NotLicensed, NotInCareTeam, and InputError for minutes in which she wasn't active, or that were attested already,
        by her or by whoever worked for the patient in the same minutes.
        """
        self.access.must(actor, Permission.WORK)
        self.access.must_see(actor, patient)
        first = month.replace(day=1)
        if first > self.today:
            raise InputError("this month is yet to come", where="month")
        if not minutes:
            raise InputError("say how many minutes", where="minutes")
        if minutes < 0 and len(why.split()) < FEWEST_WORDS:
            raise InputError("say in a few words why they are taken back", where="why")
        with self.store.transaction():
            self.store.worked.hold(patient)
            most, hers = self._attestable(actor.user, patient, first)
            if minutes > most:
                raise InputError(f"{most} minutes of this month can still be attested", where="minutes")
            if hers + minutes < 0:
                raise InputError("that is more than was attested", where="minutes")
            said = Attested(actor.user, patient, first, minutes, why.strip(), self.clock())
            self.store.worked.attest(said)
            what = f"{first:%Y-%m} {minutes:+d}"
            self.store.audit.note(actor.user, "attest time", patient=patient, what=what, why=why.strip())

    def cases(self, actor: str, first: date, last: date) -> tuple[Case, ...]:
        """Everybody's time from one day to another by case, the longest first. `actor` is a user's id."""
        people = set(self.store.worked.people(*self._times(first, last)))
        people |= {one.who for one in self.store.worked.corrections(first, last)}
        rows: dict[tuple[str, str], list[tuple[str, Worked]]] = {}
        for who in sorted(people):
            for row in self.worked(who, first, last):
                rows.setdefault((row.case, row.patient), []).append((who, row))
        self.store.audit.note_all(actor, "read", sorted({patient for _, patient in rows}), "time")
        found = (self._case(case, patient, tuple(worked)) for (case, patient), worked in rows.items())
        return tuple(sorted(found, key=lambda one: (-one.seconds, one.case, one.patient)))

    def own(self, who: str, first: date, last: date) -> tuple[Case, ...]:
        """One person's own time from one day to another by case."""
        rows: dict[tuple[str, str], list[tuple[str, Worked]]] = {}
        for row in self.worked(who, first, last):
            rows.setdefault((row.case, row.patient), []).append((who, row))
        return tuple(self._case(case, patient, tuple(worked)) for (case, patient), worked in rows.items())

    def _case(self, case: str, patient: str, worked: tuple[tuple[str, Worked], ...]) -> Case:
        if not case:
            return Case("", patient, "", "", "", worked)
        proposal = self.store.proposals.get(case)
        document = proposal.document
        origin = "hand" if document.by_hand else "model" if document.model_that_wrote else "template"
        return Case(case, patient, document.kind, origin, proposal.status, worked)

    def _attestable(self, who: str, patient: str, first: date) -> tuple[int, int]:
        """How many more minutes somebody may attest of a month for a patient, and how many she attested."""
        one = self._first(patient)
        mine = next((row for row in self.months(who, first) if row.patient == one), Month(one, 0, 0))
        said = [row for row in self.store.worked.attested(first) if self._first(row.patient) == one]
        free = self._together(one, first) // 60 - sum(row.minutes for row in said)
        return max(min(mine.left, free), 0), mine.attested

    def _together(self, patient: str, month: date) -> int:
        """Seconds of a month in which anybody worked for a patient, each once, with what was corrected."""
        first, last = _bounds(month)
        since, before = self._times(first, last)
        members = self.store.sameness.members(patient)
        found: list[Stretch] = []
        for who in self.store.worked.people(since, before, members):
            for one in self._stretches(who, first, last):
                clipped = replace(one, began=max(one.began, since), ended=min(one.ended, before))
                if one.patient == patient and clipped.began < clipped.ended:
                    found.append(clipped)
        said = self.store.worked.corrections(first, last)
        corrected = sum(one.seconds for one in said if self._first(one.patient) == patient)
        return int(together(found).total_seconds()) + corrected

    def _must_be_possible(self, patient: str, case: str, activity: str, day: date, why: str) -> None:
        if activity not in ACTIVITIES:
            raise InputError("the clock knows no such activity", where="activity")
        if day > self.today:
            raise InputError("this day is yet to come", where="day")
        if len(why.split()) < FEWEST_WORDS:
            raise InputError("say in a few words why", where="why")
        if case and self._first(self.store.proposals.patient(case)) != self._first(patient):
            raise InputError("this document is about somebody else", where="case")

    def _must_not_be_attested(self, who: str, patient: str, day: date, seconds: int) -> None:
        """Raises InputError where fewer minutes would leave less than was attested."""
        one = self._first(patient)
        row = next((row for row in self.months(who, day) if row.patient == one), None)
        if row and (row.seconds + seconds) // 60 < row.attested:
            raise InputError("these minutes are attested; take them back first", where="minutes")

    def _on_case(self, who: str, case: str) -> int:
        """Measured seconds of a person on a case so far."""
        total = timedelta()
        for first, last in _runs_of(self.store.worked.days(who, case)):
            since = datetime.combine(first - DAY, time.min, UTC)
            beats = self.store.worked.beats(who, since, datetime.combine(last + 2 * DAY, time.min, UTC))
            total += sum((one.lasted for one in stretches(beats) if one.case == case), timedelta())
        return int(total.total_seconds())

    def _stretches(self, who: str, first: date, last: date) -> tuple[Stretch, ...]:
        """A person's intervals around some days: what began before them and what ends after them too."""
        since, before = self._times(first, last)
        return stretches(self._one_person(self.store.worked.beats(who, since - DAY, before + DAY)))

    def _one_person(self, beats: Iterable[Beat]) -> list[Beat]:
        """The beats, each with the id under which its patient is read."""
        found = list(beats)
        clusters = self.store.sameness.clusters({one.patient for one in found})
        return [replace(one, patient=clusters.first(one.patient)) for one in found]

    def _first(self, patient: str) -> str:
        return self.store.sameness.first(patient)

    def _times(self, first: date, last: date) -> tuple[datetime, datetime]:
        return (
            datetime.combine(first, time.min, self.zone).astimezone(UTC),
            datetime.combine(last + DAY, time.min, self.zone).astimezone(UTC),
        )

    @property
    def today(self) -> date:
        """The day it is in the site's zone."""
        return self.clock().astimezone(self.zone).date()


def _bounds(month: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    first = month.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - DAY


def _runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as runs of neighbouring days."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= 3 * DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
