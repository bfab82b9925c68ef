"""Care-management months: which programme's conditions a patient's month meets, with its evidence, and which codes follow from the minutes.

Takes    a month's attested minutes by person and role, and what is documented of the patient and the programme
Gives    each family of codes with its units, what it rests on, and what it lacks in words
Never    counts a machine's time, a minute twice, a month of two families, or a family that lacks something; picks the better paid of two

Source   Medicare Physician Fee Schedule as told in CMS's MLN909188 (Chronic Care Management Services): 99490 from 20 minutes of
         clinical staff in a calendar month, 99439 for each further 20, at most two; 99487 from 60 with decisions of moderate or high complexity and a plan that
         was established or substantially revised, 99489 for each further 30; 99491 from 30 of the practitioner's own, 99437 for each further 30; one
         family a month. A practitioner's minutes count as clinical staff's where 99491 isn't claimed. Advanced primary care management: CY 2025 Physician
         Fee Schedule final rule (89 FR 97710), G0556 with at most one chronic condition, G0557 with two or more, G0558 with two or more of a qualified
         Medicare beneficiary; untimed, and none of the above, nor transitional care, of the same practitioner in its month. Transitional care:
         MLN908628, contact within two business days of the discharge, 99496 with decisions of high complexity and a visit within 7 days, 99495 with at least
         moderate ones and a visit within 14.
Misses   what another practice claims for the same patient; payers whose rules differ from Medicare's; whether a service was medically necessary
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Family = Literal["ccm", "ccm_complex", "ccm_practitioner", "apcm", "tcm"]
Complexity = Literal["", "low", "moderate", "high"]

# Families of which a month has one at the most; transitional care stands beside those of chronic care management.
ONE_A_MONTH: tuple[Family, ...] = ("ccm", "ccm_complex", "ccm_practitioner", "apcm")
FEWEST_CONDITIONS = 2
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Attested:
    """Whole minutes of a month that a person with a role attests as her own work for the patient."""

    who: str
    role: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Discharge:
    """A discharge to home: its day, the last day for the contact, when somebody made it, when the visit was, and how complex its decisions were."""

    day: date
    contact_by: date
    contacted: date | None = None
    visit: date | None = None
    complexity: Complexity = ""


@dataclass(frozen=True, slots=True)
class CareMonth:
    """What is documented of a patient's month (its first day).

    `conditions` are chronic problems by name with the entries they rest on; `at_risk` whether a practitioner attests a significant risk of death,
    decompensation or decline; `consented` the day of the programme's consent, `initiated` of the initiating visit (or of the last visit within a
    year of enrolment, which makes one needless); `plan` the id of the signed plan in force, `copied` whether the patient got a copy, `revised` whether it was
    established or substantially revised in this month; `enrolled` the family that the patient agreed to; `reachable` whether somebody is
    reached day and night; `qualified` a qualified Medicare beneficiary (None where nobody says).
    """

    patient: str
    month: date
    attested: tuple[Attested, ...] = ()
    conditions: Mapping[str, tuple[str, ...]] | None = None
    at_risk: bool = False
    consented: date | None = None
    initiated: date | None = None
    plan: str = ""
    copied: bool = False
    revised: bool = False
    complexity: Complexity = ""
    enrolled: Literal["", "ccm", "apcm"] = ""
    reachable: bool = False
    qualified: bool | None = None
    discharges: tuple[Discharge, ...] = ()


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose minutes count as what, by role: the site says it, since state law and the payer do."""

    clinical: Collection[str]
    practitioners: Collection[str]


@dataclass(frozen=True, slots=True)
class Claimable:
    """A family of a month: units by code, the minutes they rest on, what it lacks in words (none where it is met), and what it rests on."""

    family: Family
    units: Mapping[str, int]
    minutes: int
    lacks: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacks

    def pays(self, rates: Mapping[str, float]) -> float | None:
        """What its codes pay by the site's `rates`; None where one has none."""
        if any(code not in rates for code in self.units):
            return None
        return sum(rates[code] * number for code, number in self.units.items())


def claimable(month: CareMonth, staff: Staff) -> tuple[Claimable, ...]:
    """Every family of the month that has minutes, an enrolment or a discharge, met or not."""
    found: list[Claimable] = []
    own = _minutes(month.attested, staff.practitioners)
    team = _minutes(month.attested, staff.clinical) + own
    if month.enrolled == "apcm":
        return (_advanced(month),)
    if month.enrolled == "ccm" or team:
        found += [_staff(month, team), _complex(month, team), _practitioner(month, own)]
    found += [_transitional(one) for one in month.discharges if one.visit and _same(one.visit, month.month)]
    return tuple(found)


def counted(
    found: Iterable[Claimable], rates: Mapping[str, float], chosen: str = ""
) -> tuple[Claimable, ...]:
    """What of a month counts as revenue: of the families of which it has one the `chosen`, else the lowest paid of those that are met (a biller may
    choose another, never the software), and transitional care beside it. What has no rate isn't counted."""
    met = [one for one in found if one.met and one.pays(rates) is not None]
    beside = [one for one in met if one.family not in ONE_A_MONTH]
    alone = sorted(
        (one for one in met if one.family in ONE_A_MONTH),
        key=lambda one: (one.pays(rates) or 0.0, one.family),
    )
    wanted = [one for one in alone if one.family == chosen] if chosen else alone
    return (*wanted[:1], *beside)


def uncounted(month: CareMonth, staff: Staff) -> Mapping[str, int]:
    """Attested minutes by role that the site counts as nobody's of the above."""
    found: dict[str, int] = {}
    for one in month.attested:
        if one.role not in staff.clinical and one.role not in staff.practitioners:
            found[one.role] = found.get(one.role, 0) + one.minutes
    return found


def _minutes(attested: Iterable[Attested], roles: Collection[str]) -> int:
    return sum(one.minutes for one in attested if one.role in roles)


def _staff(month: CareMonth, minutes: int) -> Claimable:
    units = {"99490": 1} if minutes >= 20 else {}
    more = min((minutes - 20) // 20, 2) if units else 0
    if more:
        units["99439"] = more
    return Claimable("ccm", units, minutes, (*_short(minutes, 20), *_chronic(month)), _evidence(month))


def _complex(month: CareMonth, minutes: int) -> Claimable:
    units = {"99487": 1} if minutes >= 60 else {}
    more = (minutes - 60) // 30 if units else 0
    if more:
        units["99489"] = more
    lacks = [*_short(minutes, 60), *_chronic(month)]
    if month.complexity not in ("moderate", "high"):
        lacks.append("no practitioner attests decisions of moderate or high complexity in this month")
    if not month.revised:
        lacks.append("the plan was neither established nor substantially revised in this month")
    return Claimable("ccm_complex", units, minutes, tuple(lacks), _evidence(month))


def _practitioner(month: CareMonth, minutes: int) -> Claimable:
    units = {"99491": 1} if minutes >= 30 else {}
    more = (minutes - 30) // 30 if units else 0
    if more:
        units["99437"] = more
    return Claimable(
        "ccm_practitioner", units, minutes, (*_short(minutes, 30), *_chronic(month)), _evidence(month)
    )


def _advanced(month: CareMonth) -> Claimable:
    several = len(month.conditions or {}) >= FEWEST_CONDITIONS
    code = "G0556" if not several else "G0558" if month.qualified else "G0557"
    lacks = [*_programme(month)]
    if several and month.qualified is None:
        lacks.append(
            "nobody says whether the patient is a qualified Medicare beneficiary, which decides between G0557 and G0558"
        )
    return Claimable("apcm", {code: 1}, 0, tuple(lacks), _evidence(month))


def _transitional(one: Discharge) -> Claimable:
    assert one.visit is not None
    days = (one.visit - one.day).days
    lacks: list[str] = []
    if one.contacted is None:
        lacks.append("no contact after the discharge is documented")
    elif one.contacted > one.contact_by:
        lacks.append(f"the contact was on {one.contacted}, after the second business day ({one.contact_by})")
    if days > 14 or days < 0:
        lacks.append(f"the visit was {days} days after the discharge; 14 is the most")
    if one.complexity not in ("moderate", "high"):
        lacks.append("no practitioner attests decisions of moderate or high complexity")
    code = "99496" if one.complexity == "high" and days <= 7 else "99495"
    return Claimable("tcm", {code: 1}, 0, tuple(lacks), (f"discharge {one.day}", f"visit {one.visit}"))


def _short(minutes: int, least: int) -> tuple[str, ...]:
    return () if minutes >= least else (f"{minutes} of {least} minutes are attested",)


def _chronic(month: CareMonth) -> tuple[str, ...]:
    lacks = [] if month.enrolled == "ccm" else ["the patient isn't enrolled in chronic care management"]
    known = len(month.conditions or {})
    if known < FEWEST_CONDITIONS:
        lacks.append(f"{known} chronic condition{'' if known == 1 else 's'} documented; two are needed")
    if not month.at_risk:
        lacks.append("no practitioner attests a significant risk of death, decompensation or decline")
    return (*lacks, *_programme(month))


def _programme(month: CareMonth) -> tuple[str, ...]:
    last = (month.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    lacks: list[str] = []
    if month.consented is None or month.consented > last:
        lacks.append("no consent to the programme is documented by the end of the month")
    if month.initiated is None:
        lacks.append("no initiating visit, and no visit within the year before enrolment, is documented")
    if not month.plan:
        lacks.append("no signed care plan is in force")
    elif not month.copied:
        lacks.append("that the patient got a copy of the plan isn't documented")
    if not month.reachable:
        lacks.append("the site hasn't said how patients reach it day and night")
    return tuple(lacks)


def _evidence(month: CareMonth) -> tuple[str, ...]:
    found = [f"{one.minutes} minutes attested by {one.who} ({one.role})" for one in month.attested]
    if month.consented:
        found.append(f"consent {month.consented}")
    if month.initiated:
        found.append(f"visit {month.initiated}")
    if month.plan:
        found.append(f"plan {month.plan}")
    return (
        *found,
        *(f"condition {name}: {', '.join(rests)}" for name, rests in (month.conditions or {}).items()),
    )


def _same(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)
