"""The patient record: every entry of one person, and what follows from them as of a date.

Problems, medications, allergies, needs, conflicts, gaps and trends are derived by the record stage; each
names the entries it rests on and says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from careloom.care.entry import Code, Entry, HumanName, Identifier, When

ProblemStatus = Literal["active", "resolved", "refuted"]
MedicationState = Literal[
    "taking_as_reported",
    "prescribed_and_filled",
    "prescribed_no_fill_seen",
    "filled_not_listed",
    "on_hold",
    "stopped",
    "dose_in_conflict",
]
# docs/conflicts.md has a row for each.
ConflictKind = Literal[
    "allergy_list",
    "allergy_unlisted",
    "medication_list",
    "dose",
    "dose_without_unit",
    "implausible_dose",
    "medication_status",
    "no_fill",
    "problem_status",
    "diagnosis",
    "laterality",
    "demographics",
    "primary_care",
    "code_status",
    "pregnancy",
    "blood_group",
    "smoking",
    "measured_apart",
    "results_differ",
    "living_situation",
    "vaccination",
    "ingredient_twice",
    "two_strengths",
    "allergy_against_drug",
    "implausible_value",
    "unknown_unit",
    "unit_unlike_code",
    "software_alone",
    "note_of_another",
]


@dataclass(frozen=True, slots=True)
class Demographics:
    """Who the patient is, united from all sources; `entries` are the Patient entries it rests on."""

    names: tuple[HumanName, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    birth_date: str | None = None
    sex: str | None = None
    deceased: str | None = None
    language: str | None = None
    interpreter: bool | None = None
    proxy: str | None = None
    safe_contact: str | None = None
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition of the patient, grouped over codings and sources.

    `concept` is knowledge's name for it ("type_2_diabetes") or None where knowledge has none, or where sources only
    suspect it. `doubtful` is a problem that a source still lists as active although it was an acute event of over a
    year ago that nothing confirms since (a conflict says so too): named last, never a reason for a goal.
    """

    name: str
    status: ProblemStatus
    entries: tuple[str, ...]
    why: str
    concept: str | None = None
    codes: tuple[Code, ...] = ()
    since: When | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Regimen:
    """How a drug is taken, as some sources say it: each part in plain words, "" where they don't say.

    `strength` is a piece's ("500 mg"), `amount` what is taken at once ("1000 mg", "2 puffs"; "30 mg a week" of a plan by
    the day of the week, "75 mg a day" of a fill's number over its days), `doubt` why the number can't be relied on, `variant`
    the salt and release by which the product differs from others of its ingredient ("succinate, extended release").
    """

    strength: str
    amount: str
    route: str
    frequency: str
    entries: tuple[str, ...]
    doubt: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug (by its ingredients) as all sources together tell it.

    `current` is whether it counts as taken as of the record's date; `doses` are the distinct
    strength-and-frequency readings, each in the words of its newest entry, with the entries that say so
    (newest first), `regimens` the same readings in parts; `over_the_counter` where a source says so.
    """

    name: str
    ingredients: tuple[str, ...]
    state: MedicationState
    current: bool
    entries: tuple[str, ...]
    why: str
    doses: tuple[tuple[str, tuple[str, ...]], ...] = ()
    last_fill: When | None = None
    refused: tuple[str, ...] = ()
    over_the_counter: bool = False
    regimens: tuple[Regimen, ...] = ()


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance; united over sources, never averaged.

    status is "active", "refuted" (somebody says it is none) or "resolved"; `delabelled` where a source's own words say that
    the label was removed after a test, a challenge or a review; `settled` who settled it here, what and when.
    """

    substance: str
    ingredients: tuple[str, ...]
    classes: tuple[str, ...]
    status: str
    kind: Literal["allergy", "intolerance", "unknown"]
    reaction: str
    entries: tuple[str, ...]
    why: str
    delabelled: bool = False
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A social need or barrier: `domain` as in the command line's contract, `name` in plain words."""

    domain: str
    name: str
    entries: tuple[str, ...]
    status: Literal["open", "met"] = "open"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources disagree; `why` says who says what. Nothing here is resolved: a person decides."""

    kind: ConflictKind
    about: str
    entries: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person settled where sources disagreed: `about` what, the `choice` in words, by whom and when (ISO date), and why.

    `entries` are the sources on which it rests, as they stood then, `own` those by which it was said. `since` tells what a source has
    said about it since then that speaks against it, "" while nothing does. `ruling` is its id, `family` and `key` name the dispute.
    """

    ruling: str
    family: str
    key: str
    about: str
    choice: str
    by: str
    at: str
    reason: str
    entries: tuple[str, ...]
    own: tuple[str, ...]
    since: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is needed and absent. `since` is the last time it was there (ISO date), if ever.

    `about` is a key of the knowledge's gap list ("hba1c", "caregiver_assessment", "code_status", …);
    `label` the words a plan uses for it; `entries` what makes it needed (the problem, the drug).
    """

    kind: str
    about: str
    label: str
    why: str
    since: str | None = None
    entries: tuple[str, ...] = ()


ElementState = Literal["present", "old", "absent"]


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a comprehensive care plan, or a condition of its programme, as the record holds it.

    `since` is the newest day (ISO) on which it stands, None where it never did or has no day.
    """

    name: str
    label: str
    state: ElementState
    since: str | None
    entries: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One result behind a trend: the day (ISO), the source's digits and unit, the entry."""

    day: str
    value: str
    unit: str
    entry: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A value that moves: first and last of `entries` in time, change per `per` in `unit`.

    `per` is "year", or for a shorter span the span itself ("43 days"), since no year is made of a month.

    `direction` is rising, falling or steady; `strong` where knowledge calls the change important. The change is the slope (the
    median of the pairwise slopes) of `points`, all results that it is computed from; over a shorter span the ends' difference.
    """

    about: str
    label: str
    entries: tuple[str, ...]
    first: str
    last: str
    change: str
    unit: str
    per: str
    direction: Literal["rising", "falling", "steady"]
    strong: bool = False
    points: tuple[TrendPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsupplied:
    """Days on which no supply of a drug was in hand: the first and the last (ISO), and how many."""

    start: str
    end: str
    days: int


@dataclass(frozen=True, slots=True)
class Therapy:
    """How the fills of a drug cover the days from the first to the last of them (that day not counted).

    `first` and `last` are ISO dates, `covered` of `days` had supply in hand, early refills carried forward; `gaps` are those
    longer than the allowance. What pharmacies don't tell (cash, samples, a stay in hospital) is unseen.
    """

    name: str
    fills: int
    first: str
    last: str
    covered: int
    days: int
    gaps: tuple[Unsupplied, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consented:
    """A consent: to what, for whom, from when until when (ISO), and whether it is given as of the record's date.

    `part2`: it speaks of a substance-use programme's records (42 CFR Part 2); `counselling`: of its counselling notes too.
    """

    scope: str
    recipients: tuple[str, ...]
    start: str | None
    until: str | None
    given: bool
    system: str
    part2: bool
    counselling: bool
    entries: tuple[str, ...]

    @property
    def told(self) -> str:
        """Its scope, recipients and days in a row."""
        whom = f", for {', '.join(self.recipients)}" if self.recipients else ""
        return (
            f"{self.scope}{whom}, from {self.start or 'a day not stated'} to {self.until or 'no end stated'}"
        )


@dataclass(frozen=True, slots=True)
class Searched:
    """One line of the receipt: a source, how many entries it gave, and until when it reaches."""

    system: str
    entries: int
    newest: str | None


# The shorter of the two statements of which one accompanies what is told with consent.
PART2_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."


@dataclass(frozen=True)
class PatientRecord:
    """One person's longitudinal record as of a date; `version` changes when anything it rests on does.

    `entries` are in time order with repeated ones merged. `withdrawn` are those that their own source marked
    entered-in-error: kept to be shown, never current and never to be cited. `births` is what no source lists as a problem: the weeks, or
    the year, after a birth that a stay or a procedure tells. `whole` is the record with what a substance-use
    programme sent and no consent opens (42 CFR Part 2): for checks alone, never shown, cited, sent or drafted from.
    """

    patient: str
    as_of: date
    version: str
    demographics: Demographics
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    births: tuple[Problem, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    needs: tuple[Need, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    gaps: tuple[Gap, ...] = ()
    trends: tuple[Trend, ...] = ()
    searched: tuple[Searched, ...] = ()
    care_team: tuple[str, ...] = field(default=())
    withdrawn: tuple[Entry, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    consents: tuple[Consented, ...] = ()
    elements: tuple[Element, ...] = ()
    settled: tuple[Settled, ...] = ()
    whole: "PatientRecord | None" = field(default=None, repr=False)

    @cached_property
    def notice(self) -> tuple[str, ...]:
        """What goes with this record wherever it is told, since a consent opened what a substance-use programme sent; else nothing.

        Source: 42 CFR 2.32 (2024): the statement of (a)(2), and (b) what the consents say to which it is told.
        """
        if not any(entry.detail.get("part2") for entry in self.entries):
            return ()
        under = (one for one in self.consents if one.part2 and one.given)
        return (PART2_NOTICE, *(f"Told under the consent: {one.told}." for one in under))

    def notice_with(self, citations: Iterable[str]) -> tuple[str, ...]:
        """The notice that goes with what rests on these entries: none with a letter that tells nothing of a programme, since the
        notice alone would tell of it.
        """
        told = any(self.by_id[one].detail.get("part2") for one in citations if one in self.by_id)
        return self.notice if told else ()

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """Entries by id, including the ids of duplicates that were merged into one."""
        merged = {same: entry for entry in self.entries for same in entry.same_as}
        return merged | {entry.id: entry for entry in self.entries}
