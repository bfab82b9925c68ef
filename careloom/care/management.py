"""Care management: a patient's enrolment in a programme that is paid by the month, and what practitioners attest of it. No clock: time comes in.

Source   what a patient is told before she consents (cost sharing, one practitioner a month, that she may stop at any time, which takes effect at the end of
         the calendar month), that a consent may be verbal, and the initiating visit: CMS, MLN909188 (Chronic Care Management Services), after the
         CY 2015 and CY 2017 Physician Fee Schedule final rules (79 FR 67548, 81 FR 80170); advanced primary care management: CY 2025 final rule (89 FR 97710)
Misses   principal care management (99424 to 99427), behavioural health integration, and payers whose rules differ from Medicare's
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

Programme = Literal["ccm", "apcm"]
PROGRAMMES: Mapping[str, str] = {
    "ccm": "chronic care management",
    "apcm": "advanced primary care management",
}
Complexity = Literal["", "low", "moderate", "high"]
COMPLEXITIES: tuple[Complexity, ...] = get_args(Complexity)
Way = Literal["", "verbal", "written"]
WAYS: tuple[Way, ...] = get_args(Way)
# What somebody says of a patient's care management. Those of PRACTITIONERS_SAY are a practitioner's, by her licence; `back` takes one of the others back.
What = Literal[
    "consent", "visit", "attest", "month", "copy", "beneficiary", "transition", "end", "back"
]  # fmt: skip
WHATS: tuple[What, ...] = get_args(What)
PRACTITIONERS_SAY: frozenset[What] = frozenset({"attest", "month", "transition"})
# The roles that Medicare pays as the practitioner of a programme and that sign in here.
PRACTITIONERS = ("physician", "advanced_practice_nurse", "physician_assistant")
# What a patient is told before she consents, by key, in the words of the source above.
TOLD: Mapping[str, str] = {
    "available": "what the programme offers",
    "cost_sharing": "that she may have to pay a share of its cost",
    "one_practitioner": "that only one practitioner can be paid for it in a month",
    "may_stop": "that she may stop at any time, which holds from the end of that month",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A chronic condition by the concept and name that the record has for it, with the entries that document it."""

    concept: str
    name: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said once of a patient's care management; nothing of it is changed, `back` takes back the one whose id is in `of`.

    `day` is that of the consent, the initiating visit, the copy or the end; the first of the month that `complexity` and `revised` are of; the
    discharge that a `transition` is about. `by` says who consented or withdrew (the patient, or who may for her), `practitioner` who is
    responsible (a user's id). `needless` says that no initiating visit is needed, `why` why. `visit` is the day of the visit after a discharge,
    `reconciled` that medicines were reconciled by then. `plan` is the proposal of which a copy was given.
    """

    patient: str
    what: What
    who: str
    role: str
    at: datetime
    day: date
    id: str = ""
    programme: Programme | Literal[""] = ""
    way: Way = ""
    told: tuple[str, ...] = ()
    by: str = ""
    practitioner: str = ""
    needless: bool = False
    conditions: tuple[Named, ...] = ()
    lasting: bool = False
    at_risk: bool = False
    focal: bool = False
    complexity: Complexity = ""
    revised: bool = False
    plan: str = ""
    qualified: bool = False
    visit: date | None = None
    reconciled: bool = False
    why: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Managed:
    """A patient's care management as it stands by a day: the consent in force or ended last, and what was said since that still stands (the newest of each)."""

    consent: Said | None = None
    ended: Said | None = None
    visit: Said | None = None
    attested: Said | None = None
    beneficiary: Said | None = None
    copies: tuple[Said, ...] = ()
    months: Mapping[date, Said] = field(default_factory=dict)
    transitions: Mapping[date, Said] = field(default_factory=dict)

    @property
    def enrolled(self) -> bool:
        """Whether a consent is in force."""
        return self.consent is not None and self.ended is None


def standing(said: Iterable[Said]) -> tuple[Said, ...]:
    """What wasn't taken back, in its order."""
    every = tuple(said)
    back = {one.of for one in every if one.what == "back"}
    return tuple(one for one in every if one.what != "back" and one.id not in back)


def managed(said: Iterable[Said], last: date) -> Managed:
    """What stands of everything that was said (in its order) and is about a day up to `last`.

    A later consent takes the place of an earlier one and of its end; visit, attestation and copies go on with it. What of two consents has the
    later day counts.
    """
    kept = [one for one in standing(said) if one.day <= last]
    consents = sorted((one for one in kept if one.what == "consent"), key=lambda one: one.day)
    consent = consents[-1] if consents else None
    ends = [one for one in kept if one.what == "end" and consent is not None and one.day >= consent.day]
    return Managed(
        consent,
        ends[0] if ends else None,
        _newest(kept, "visit"),
        _newest(kept, "attest"),
        _newest(kept, "beneficiary"),
        tuple(one for one in kept if one.what == "copy"),
        {one.day: one for one in kept if one.what == "month"},
        {one.day: one for one in kept if one.what == "transition"},
    )


def _newest(kept: Sequence[Said], what: What) -> Said | None:
    """Of the latest day; of two of one day what was said later."""
    return max((one for one in reversed(kept) if one.what == what), key=lambda one: one.day, default=None)
