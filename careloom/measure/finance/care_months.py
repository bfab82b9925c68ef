"""Care-management months: which programme's conditions a patient's month meets, with its evidence, and which codes follow from the minutes.

Takes    a month's attested minutes by person and role, and what is documented of the patient and the programme
Gives    each family of codes with its units, what it rests on, and what it lacks in words
Never    counts a machine's time, a minute twice, a month of two families, or a family that lacks something; picks the better paid of two

Source   Medicare Physician Fee Schedule as told in CMS's MLN909188 (Chronic Care Management Services): 99490 from 20 minutes of
         clinical staff in a calendar month, 99439 for each further 20, at most two; 99487 from 60 with decisions of moderate or high complexity and a plan that
         was established or substantially revised, 99489 for each further 30; 99491 from 30 of the practitioner's own, 99437 for each further 30; one
         family a month. A practitioner's minutes count as clinical staff's where 99491 isn't claimed. Advanced primary care management: CY 2025 Physician
         Fee Schedule final rule (89 FR 97710), G0556 with at most one chronic condition, G0557 with two or more, G0558 with two or more of a qualified
         Medicare beneficiary; untimed, and none of the above, nor transitional care, of the same practitioner in its month; the practitioner answers for all primary
         care. An initiating visit for who is new or wasn't seen within a year (advanced primary care: three years) before. Transitional care: MLN908628,
         contact with the patient or caregiver within two business days of a discharge to the community, or two attempts in that time that reached nobody, 99496 with
         decisions of high complexity and a visit within 7 days, 99495 with at least moderate ones and a visit within 14, medicines reconciled by the visit.
         Business days are Monday to Friday without holidays, whatever hours a practice keeps (Noridian, Transitional Care Management Direct Contact).
Misses   what another practice claims for the same patient; payers whose rules differ from Medicare's; whether a service was medically necessary; minutes of days
         in a hospital; a readmission or death within the 30 days of transitional care, which is told and left to a biller
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from careloom.care.management import Complexity, Programme

Family = Literal["ccm", "ccm_complex", "ccm_practitioner", "apcm", "tcm"]

# Families of which a month has one at the most; transitional care stands beside those of chronic care management.
ONE_A_MONTH: tuple[Family, ...] = ("ccm", "ccm_complex", "ccm_practitioner", "apcm")
FEWEST_CONDITIONS = 2
# Within how many days before her consent a patient was seen, so that no initiating visit is needed.
SEEN_WITHIN: Mapping[Programme, timedelta] = {"ccm": timedelta(days=366), "apcm": timedelta(days=3 * 365 + 1)}
# So many attempts in the time for the contact stand in for one that reached somebody.
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Attested:
    """Whole minutes of a month that people of a role attest as their own work for the patient, and on which attestations (their ids) they rest.

    `outside` are attested minutes that don't count: before the consent or the initiating visit, or after the programme ended.
    """

    who: str
    role: str
    minutes: int
    ids: tuple[str, ...] = ()
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Discharge:
    """A discharge: its day, the last day for the contact, when somebody was reached (`contacted`) or wasn't (`attempts`), by whom (`by`: a role that counts, or
    ""), when the visit was, how complex its decisions were, whether medicines were reconciled by then.

    `home` is whether the patient went to the community (None: its source doesn't say), `again` the day of a stay within the 30 days, `died` whether
    the patient died within them. `entries` are those that tell of stay, contact and visit.
    """

    day: date
    contact_by: date
    contacted: date | None = None
    attempts: tuple[date, ...] = ()
    by: str = ""
    visit: date | None = None
    complexity: Complexity = ""
    reconciled: bool = False
    home: bool | None = None
    again: date | None = None
    died: bool = False
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CareMonth:
    """What is documented of a patient's month (its first day).

    `conditions` are chronic problems by name with the entries they rest on; `at_risk` whether a practitioner attests a significant risk of death,
    decompensation or decline; `consented` the day of the programme's consent, `initiated` of the initiating visit (or of the last visit within a
    year of enrolment, which makes one needless); `plan` the id of the signed plan in force, `copied` whether the patient got a copy, `revised` whether it was
    established or substantially revised in this month; `enrolled` the family that the patient agreed to; `reachable` whether somebody is
    reached day and night; `qualified` a qualified Medicare beneficiary (None where nobody says); `focal` whether a practitioner answers for all primary care. `ended`
    is the day on which the programme ended: what was agreed to holds until the end of that month, minutes until that day. `proof` has the ids of what was
    said, by what it is.
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
    enrolled: Programme | Literal[""] = ""
    reachable: bool = False
    qualified: bool | None = None
    focal: bool = False
    ended: date | None = None
    proof: Mapping[str, str] = field(default_factory=dict)
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
    found += [_transitional(one) for one in month.discharges if _same(one.visit or one.day, month.month)]
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


def initiated(visit: date, consented: date, programme: Programme) -> bool:
    """Whether a visit is an initiating one, or makes one needless: it isn't too long before the consent."""
    return consented - visit <= SEEN_WITHIN[programme]


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
    several = month.at_risk and len(month.conditions or {}) >= FEWEST_CONDITIONS
    code = "G0556" if not several else "G0558" if month.qualified else "G0557"
    lacks = [*_programme(month)]
    if not month.focal:
        lacks.append("no practitioner attests that she answers for all primary care")
    if several and month.qualified is None:
        lacks.append(
            "nobody says whether the patient is a qualified Medicare beneficiary, which decides between G0557 and G0558"
        )
    return Claimable("apcm", {code: 1}, 0, tuple(lacks), _evidence(month))


def _transitional(one: Discharge) -> Claimable:
    days = (one.visit - one.day).days if one.visit is not None else None
    lacks = list(_contact(one))
    if days is None:
        lacks.append("no visit after the discharge is documented; 14 days after it is the latest")
    elif days > 14 or days < 0:
        lacks.append(f"the visit was {days} days after the discharge; 14 is the most")
    if one.complexity not in ("moderate", "high"):
        lacks.append("no practitioner attests decisions of moderate or high complexity")
    if not one.reconciled:
        lacks.append("no practitioner attests that medicines were reconciled by the day of the visit")
    if one.home is None:
        lacks.append("the source doesn't say that the patient went home, or to a place like it")
    elif not one.home:
        lacks.append("the patient didn't go home, or to a place like it")
    if one.again is not None:
        lacks.append(f"the patient was admitted again on {one.again}, within the 30 days: a biller judges")
    if one.died:
        lacks.append("the patient died within the 30 days: a biller judges")
    code = "99496" if one.complexity == "high" and days is not None and days <= 7 else "99495"
    evidence = [f"discharge {one.day}"]
    evidence += [f"contact {one.contacted}, by {one.by}"] if one.contacted else []
    evidence += [f"attempt {day}" for day in one.attempts]
    evidence += [f"visit {one.visit}"] if one.visit else []
    return Claimable(
        "tcm", {code: 1}, 0, tuple(lacks), (*evidence, *(f"entry {each}" for each in one.entries))
    )


def _contact(one: Discharge) -> tuple[str, ...]:
    if one.contacted is not None and one.contacted <= one.contact_by:
        return () if one.by else ("whoever made the contact has no role whose minutes the site counts",)
    if len([day for day in one.attempts if day <= one.contact_by]) >= ATTEMPTS:
        return ()
    if one.contacted is not None:
        late = f"the contact was on {one.contacted}, after the second business day ({one.contact_by})"
        return (late,)
    return ("no contact after the discharge is documented",)


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
    found = [
        f"{one.minutes} minutes attested by {one.who} ({one.role})"
        + (f", attestations {', '.join(one.ids)}" if one.ids else "")
        for one in month.attested
    ]
    found += [
        f"{one.outside} more minutes of {one.role} don't count: before the programme began, or after it ended"
        for one in month.attested
        if one.outside
    ]
    told = (("consent", month.consented), ("visit", month.initiated), ("ended", month.ended))
    found += [f"{what} {day}{_id(month, what)}" for what, day in told if day is not None]
    found += [f"{what}{_id(month, what)}" for what in ("attest", "month", "copy") if what in month.proof]
    if month.plan:
        found.append(f"plan {month.plan}")
    return (
        *found,
        *(f"condition {name}: {', '.join(rests)}" for name, rests in (month.conditions or {}).items()),
    )


def _id(month: CareMonth, what: str) -> str:
    return f" ({month.proof[what]})" if what in month.proof else ""


def _same(day: date, month: date) -> bool:
    return (day.year, day.month) == (month.year, month.month)
