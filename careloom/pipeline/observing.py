"""Observing: time studies, in which people shadow a colleague and tap what she does; who may see what of them.

Takes    a list of activities that a lead edits, studies with their people, taps of phones, tables, and what observers say of their own taps
Gives    to an observer her own shifts, to whoever is observed her own minutes, to a lead totals in which nobody's own minutes can be read
Never    takes a tap twice, changes one, or tells one person's minutes to anybody but her and whoever sat beside her
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.observed import (
    GRADES,
    SAID,
    WHATS,
    ActivityList,
    Placed,
    SaidOfTap,
    StudyActivity,
    StudyStep,
    StudyWhat,
    Tap,
    TimeStudy,
)
from careloom.errors import InputError, NotLicensed
from careloom.measure.agreement import Agreement
from careloom.pipeline.access import Access
from careloom.store.opening import Store
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.observers import Limits, bland_altman, icc
from careloom.study.time_study import table
from careloom.study.time_study.agreeing import agreed, minutes, together
from careloom.study.time_study.clocks import placed
from careloom.study.time_study.shifts import Shift, shifts
from careloom.study.time_study.starter import starter
from careloom.study.time_study.totals import Total, Totals, hers, totals

MOST_TAPS = 500
MOST_ACTIVITIES = 60
MOST_MINUTES = 600
LONGEST_TEXT = table.LONGEST_NOTE
FIRST_YEAR, LAST_YEAR = 2000, 2200
# Whoever corrects says why in at least so many words, as with her own time.
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of taps that a phone sent: those (ids) that are kept now, and of each other one why not: `closed`, `not_observer`,
    `not_observed`, `activity`, `odd`. `off` is by how many seconds the phone's clock is behind (less than 0: ahead)."""

    taken: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    off: float


@dataclass(frozen=True, slots=True)
class Agreeing:
    """How far two observers agree over so many slices of a minute, and over the minutes of each activity of a shift."""

    slices: int
    slice_by_slice: Agreement | None
    limits: Limits | NotSaid
    icc: Estimate | NotSaid


@dataclass(frozen=True)
class Observing:
    """The time studies of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    zone: ZoneInfo

    def activities(self, version: int | None = None) -> ActivityList:
        """The list as it is now, or as a study began with it. Raises InputError for a version that there isn't."""
        every = (*self.store.observations.lists(), starter())
        found = next((one for one in every if version is None or one.version == version), None)
        if found is None:
            raise InputError("the list has no such version", where="version")
        return found

    def lists(self) -> tuple[ActivityList, ...]:
        """Every version, the newest first; the last is the one that Careloom ships."""
        return (*self.store.observations.lists(), starter())

    def change(self, actor: Reviewer, said: StudyActivity, *, was: int, why: str = "") -> ActivityList:
        """Say an activity anew, or add one: the list's next version. Studies keep the one with which they began.

        Raises NotLicensed, InputError, and StaleRecord where `was` isn't the newest version any more.
        """
        self.access.must(actor, Permission.LEAD)
        old = self.activities()
        _must_fit(said, old)
        rows = tuple(said if one.id == said.id else one for one in old.activities)
        made = rows if old.find(said.id) else (*rows, said)
        return self._next(actor, made, was, why)

    def restore(self, actor: Reviewer, version: int, *, was: int) -> ActivityList:
        """Make an earlier version the newest again, as a version of its own."""
        self.access.must(actor, Permission.LEAD)
        return self._next(actor, self.activities(version).activities, was, f"as in version {version}")

    def _next(self, actor: Reviewer, rows: tuple[StudyActivity, ...], was: int, why: str) -> ActivityList:
        made = ActivityList(was + 1, rows, actor.user, self.here(), why.strip()[:LONGEST_TEXT])
        self.store.observations.add_list(made)
        self.store.audit.note(actor.user, "change activity list", what=str(made.version))
        return made

    def begin(self, actor: Reviewer | str, title: str, question: str = "") -> str:
        """Begin a study with the list as it is now; its id. Raises NotLicensed, InputError."""
        who = self._lead(actor)
        if not title.strip():
            raise InputError("give the study a title", where="title")
        study = self.store.observations.add_study(
            title.strip()[:120],
            question.strip()[:LONGEST_TEXT],
            list_version=self.activities().version,
            who=who,
            at=self.here(),
        )
        self.store.audit.note(who, "begin time study", what=study)
        return study

    def studies(self, actor: Reviewer | str) -> tuple[TimeStudy, ...]:
        """A lead's: all. Anybody else's: those in which she observes or is observed."""
        return tuple(one for one in self.store.observations.studies() if self._concerns(actor, one))

    def study(self, actor: Reviewer | str, study: str) -> TimeStudy:
        """One. Raises InputError for one that there isn't, NotLicensed for whoever has nothing to do with it."""
        found = self.store.observations.study(study)
        if not self._concerns(actor, found):
            raise NotLicensed("a time study is seen by its lead, its observers and whom they observe")
        return found

    def put(self, actor: Reviewer | str, study: str, what: StudyWhat, whom: str) -> None:
        """Say who observes or is observed, or that the study is over, as its lead; or agree, as who is observed.

        Raises NotLicensed, InputError for somebody unknown or where it is so already, StaleRecord.
        """
        found = self.study(actor, study)
        if found.closed:
            raise InputError("this study is closed")
        if what in ("agree", "disagree"):
            who = whom = _user(actor)
            if who not in found.ever_observed:
                raise NotLicensed("only who is observed agrees for herself")
        else:
            who = self._lead(actor)
            whom = "" if what == "close" else self.store.users.reviewer(whom).user
        after = replace(found, steps=(*found.steps, StudyStep(what, whom, who, self.here())))
        if what != "close" and (after.observers, after.observed, after.agreed) == (
            found.observers,
            found.observed,
            found.agreed,
        ):
            raise InputError("that is so already")
        if set(after.observers) & set(after.observed):
            raise InputError("nobody observes in a study in which she is observed")
        self.store.observations.step(found, after.steps[-1])
        self.store.audit.note(who, f"time study {what}", what=f"{study} {whom}".strip())

    def take(
        self, actor: Reviewer, study: str, taps: Sequence[Tap], *, sent: datetime, mono: float, load: str
    ) -> Taken:
        """Take what an observer's phone sends; what it sent before stays as it is.

        `sent` and `mono` are what the phone's two clocks said as it sent. Raises InputError for more than `MOST_TAPS` at once.
        """
        if len(taps) > MOST_TAPS:
            raise InputError(f"a phone sends at most {MOST_TAPS} taps at once")
        found, received = self.study(actor, study), self.here().astimezone(UTC)
        known = self.store.observations.known(study, actor.user, [one.id for one in taps])
        activities = self.activities(found.list_version)
        if not FIRST_YEAR <= sent.year < LAST_YEAR:
            raise InputError("the phone's clock says no time that there is", where="sent")
        odd = [one for one in taps if not _is_tap(one)]
        refused, good = [(one.id, "odd") for one in odd], []
        for one in placed(
            [one for one in taps if one not in odd], actor.user, sent, mono, load, received=received
        ):
            why = "" if one.tap.id in known else _refused(one, found, activities)
            if why:
                refused.append((one.tap.id, why))
            else:
                good.append(one)
        self.store.observations.tap(study, [one for one in good if one.tap.id not in known])
        off = (received - sent).total_seconds()
        return Taken(tuple(one.tap.id for one in good), tuple(refused), off)

    def read_table(self, actor: Reviewer, study: str, text: str) -> table.Read:
        """Take a table that an observer wrote elsewhere, as her own observations; bad lines are told and nothing of them is taken."""
        found, now = self.study(actor, study), self.here()
        if found.closed:
            raise InputError("this study is closed")
        if actor.user not in found.observers:
            raise NotLicensed("tables are taken of this study's observers")
        names = {one.id: one.username for one in self.store.users.accounts()}
        observed = {names[whom]: whom for whom in found.observed if whom in names}
        read = table.read(text, self.activities(found.list_version), observed, self.zone, now)
        self.store.observations.tap(
            study, placed(read.spans, actor.user, now, 0.0, "table", received=now.astimezone(UTC))
        )
        self.store.audit.note(actor.user, "import observations", what=f"{study} {len(read.spans)}")
        return read

    def shifts(self, study: TimeStudy) -> tuple[Shift, ...]:
        """Every shift of a study; for the pipeline alone, which says who sees what of it."""
        observations = self.store.observations
        return shifts(observations.taps(study.id), observations.said(study.id), self.here())

    def own_shifts(self, actor: Reviewer, study: TimeStudy) -> tuple[Shift, ...]:
        """Those in which she observed: what she tapped herself."""
        return tuple(one for one in self.shifts(study) if one.observer == actor.user)

    def own_minutes(self, actor: Reviewer, study: TimeStudy) -> tuple[Total, ...]:
        """Her own minutes by activity, where she is observed."""
        return hers(self.shifts(study), actor.user)

    def say(
        self, actor: Reviewer, study: str, shift: str, tap: str, what: str, value: str = "", why: str = ""
    ) -> None:
        """Say of a stretch that she tapped herself what it was, and why. Raises NotLicensed, InputError."""
        found = self.study(actor, study)
        if found.closed:
            raise InputError("this study is closed")
        mine = [one for one in self.own_shifts(actor, found) if one.id == shift]
        if not any(part.tap == tap for one in mine for part in one.stretches):
            raise NotLicensed("an observer corrects what she tapped herself")
        if what not in SAID:
            raise InputError("that can't be said of it", where="what")
        if what == "minutes" and not (value.isdecimal() and 1 <= int(value) <= MOST_MINUTES):
            raise InputError(f"say how many whole minutes, 1 to {MOST_MINUTES}", where="value")
        if what == "activity" and self.activities(found.list_version).find(value) is None:
            raise InputError("this study's list has no such activity", where="value")
        if what != "undo" and len(why.split()) < FEWEST_WORDS:
            raise InputError("say why in a few words, and nothing of a patient", where="why")
        said = SaidOfTap(shift, tap, what, value, why.strip()[:LONGEST_TEXT], actor.user, self.here())
        self.store.observations.say(study, said)
        self.store.audit.note(actor.user, "correct observation", what=f"{study} {tap}")

    def totals(self, actor: Reviewer | str, study: TimeStudy) -> Totals:
        """What a lead sees of the minutes. Raises NotLicensed."""
        self._lead(actor)
        return totals(self.shifts(study), study.agreed, study.closed, self.zone)

    def agreement(self, actor: Reviewer | str, study: TimeStudy) -> Agreeing:
        """How far two observers agree: a lead's over all pairs, an observer's over her own."""
        names = [one.id for one in self.activities(study.list_version).activities]
        found = [
            one
            for one in together(self.shifts(study))
            if self.leads(actor) or _user(actor) in (one.first, one.second)
        ]
        pairs, counted = [pair for one in found for pair in one.pairs], minutes(found)
        return Agreeing(len(pairs), agreed(pairs, names), bland_altman(counted), icc(counted))

    def _lead(self, actor: Reviewer | str) -> str:
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
        return _user(actor)

    def leads(self, actor: Reviewer | str) -> bool:
        """Whether this person leads studies."""
        return isinstance(actor, str) or may(actor.role, Permission.LEAD)

    def _concerns(self, actor: Reviewer | str, study: TimeStudy) -> bool:
        people = {*study.ever_observed, *_ever_observers(study)}
        return self.leads(actor) or _user(actor) in people


def _user(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user


def _ever_observers(study: TimeStudy) -> Iterable[str]:
    return (step.whom for step in study.steps if step.what == "observer")


def _was(study: TimeStudy, who: str, what: str, at: datetime) -> bool:
    """Whether somebody was an observer, or observed, at a time."""
    said = [step.what for step in study.steps if step.whom == who and step.at <= at]
    return next((one == what for one in reversed(said) if one in (what, f"{what}_out")), False)


def _is_tap(tap: Tap) -> bool:
    """Whether this is one that a page of ours could have made."""
    years = (tap.phone.year, (tap.until or tap.phone).year)
    return (
        tap.what in WHATS
        and len(tap.id) == 32
        and 0 < len(tap.shift) <= 32
        # Ids alone: nothing that a database refuses or a page would have to escape.
        and all(_is_id(one) for one in (tap.id, tap.shift, tap.load, tap.activity, tap.whom))
        and len(tap.text) <= LONGEST_TEXT
        and all(FIRST_YEAR <= year < LAST_YEAR for year in years)
        and (tap.what == "span") == (tap.until is not None)
    )


def _is_id(text: str) -> bool:
    """Whether a text has ASCII letters, digits, _ and - alone, or nothing."""
    return not text or (text.isascii() and text.replace("_", "").replace("-", "").isalnum())


def _refused(one: Placed, study: TimeStudy, activities: ActivityList) -> str:
    """Why a tap isn't taken; "" where it is."""
    tap = one.tap
    if study.closed:
        return "closed"
    # What was tapped while she was an observer is taken after she left, too; when, the corrected time says.
    if not (_was(study, one.observer, "observer", one.at) or one.observer in study.observers):
        return "not_observer"
    if tap.what in ("begin", "span") and tap.whom not in study.ever_observed:
        return "not_observed"
    if tap.what in ("activity", "span") and activities.find(tap.activity) is None:
        return "activity"
    return ""


def _must_fit(said: StudyActivity, old: ActivityList) -> None:
    """Raises InputError for what the list can't hold."""
    if not (said.id.isascii() and said.id.replace("_", "a").isalnum() and len(said.id) <= 40):
        raise InputError("an activity's id has letters, digits and _ alone", where="id")
    if not said.label.strip() or len(said.label) > 60:
        raise InputError("an activity has a name of at most 60 characters", where="label")
    if said.outcome not in GRADES or said.satisfaction not in GRADES:
        raise InputError("how much a delay does is 0, 1, 2 or 3", where="outcome")
    if said.automatable is not None and not 0 <= said.automatable <= 1:
        raise InputError("the share is from 0 to 100 percent", where="automatable")
    for name, most in (("volume", 100_000.0), ("setup_hours", 100_000.0)):
        number = getattr(said, name)
        if number is not None and not 0 <= number <= most:
            raise InputError(f"a number from 0 to {most:g}", where=name)
    others = [one for one in old.activities if one.id != said.id]
    if any(one.label.casefold() == said.label.strip().casefold() for one in others):
        raise InputError("another activity has this name", where="label")
    if len(others) >= MOST_ACTIVITIES:
        raise InputError(f"a list has at most {MOST_ACTIVITIES} activities")
