"""Doses: strength and frequency as each source states them, and whether two readings can be one regimen.

Misses   sliding scales and weight-based doses; the steps of a taper (it is shown, and not compared); a combination of which a
         source states the strength of one ingredient alone
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from careloom.care.entry import Entry
from careloom.care.fills import CLAIMS
from careloom.knowledge.frequency import as_needed, number, per_day
from careloom.knowledge.strengths import parse_strengths
from careloom.knowledge.variants import Variant, variant
from careloom.record.weekdays import weekly_mg
from careloom.record.words import key

# What an amount may be counted in where it is no mass: then the strength of one says how much it is.
_COUNTED = r"(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|comprimidos?|tabletas?|pastillas?|caplets?|tbl|each|softgels?|films?|lozenges?)"
_PIECES = re.compile(
    rf"(?<![\w.])(\d+(?:\.\d+|/\d+)?|one|two|three|four|half|una?|dos|tres)\s*(?:\(\w+\)\s*|an?\s+|of an?\s+)?{_COUNTED}\b"
)
# What is counted where no strength says how much one is.
_UNITS = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?|one|two|three|four|una?|dos|tres)\s*(puff|inhalation|spray|drop|patch)(?:e?s)?\b"
)
_SPAN = re.compile(r"\d\s*(?:-|to|or)\s*\d")
_TAPER = re.compile(
    r"\btaper|(?:\bx|\bfor)\s*\d+\s*days?\b.*(?:\bx|\bfor)\s*\d+\s*days?\b|,? then\b.*\d|\b(?:increase|decrease|reduce|titrate)\b.*\b(?:by|to|every|weekly)\b|\bweek 1\b|\bdays? 1-",
    re.I,
)
# "Metoprolol tartrate 25": a number at the end of the name, or before how often it is taken.
_AFTER_NAME = re.compile(
    r"[^\W\d_]{4,}[ ,]+(\d{1,4}(?:\.\d{1,3})?)(?=\s*$|\s+(?:once|twice|daily|nightly|every|q\d|qd|qhs|bid|tid|qid|po)\b)",
    re.I,
)
# "1 po qhs": a count of pieces without their name.
_COUNT_ALONE = re.compile(
    r"^(?:take\s+)?(\d(?:\.\d+)?|1/2|one|two|three|half)\s+(?:po|by mouth|orally|q\w{1,4}|[bt]id|once|twice|daily|nightly|at bedtime)\b"
)
_BARE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:\{\w+\})?\s*")
# More pieces at once than anybody swallows: such a bare number is an amount without its unit.
_MOST_PIECES = 4
_FORMS = (
    ("injected", re.compile(r"\binject|\bsyringe|\bpen\b|\binfusion|\bintraven|\bsubcut|\bintramus", re.I)),
    ("inhaled", re.compile(r"\binhal|\bactuat|\bnebul|\bpuff", re.I)),
    ("patch", re.compile(r"\bpatch|\btransdermal", re.I)),
    ("eye", re.compile(r"\bophthalmic|\beye drop", re.I)),
    ("vaginal", re.compile(r"\bvaginal", re.I)),
    ("local", re.compile(r"\bcream|\bointment|\btopical|\bnasal|\bmucosal|\bgel\b", re.I)),
    ("liquid", re.compile(r"\boral (?:solution|suspension)|\bsyrup|\belixir", re.I)),
    (
        "swallowed",
        re.compile(
            r"\boral\b|\btab(?:let)?s?\b|\bcap(?:sule|let)?s?\b|\bpills?\b|\bpo\b|by mouth|softgel", re.I
        ),
    ),
)
_SWALLOWED = frozenset({"swallowed", "liquid"})
_ANY_VARIANT = Variant()
_TO_MG = {"mg": Fraction(1), "g": Fraction(1000), "mcg": Fraction(1, 1000)}


@dataclass(frozen=True, slots=True)
class Dose:
    """One source's reading. `strength` of a piece and `each` taking in mg (or in `unit`), `times` a day, `daily` amount.

    `words` are the source's, `form` how it enters the body ("swallowed", "injected", …), "" where nobody says. `weekly`: a
    plan by the day of the week, of which `daily` is a seventh; `taper`: steps, of which none is the dose; `unitless` is a
    number that ought to have a unit. Of a combination the amounts are those of its ingredients together, and `parts` what each
    has in a piece. `variant` is the salt or release by which it is another product (knowledge's forms.toml).
    """

    words: str
    form: str
    unit: str = "mg"
    strength: Fraction | None = None
    each: Fraction | None = None
    times: Fraction | None = None
    daily: Fraction | None = None
    dispensed: bool = False
    weekly: bool = False
    taper: bool = False
    unitless: str = ""
    parts: tuple[Fraction, ...] = ()
    variant: Variant = _ANY_VARIANT
    prn: bool = False

    @property
    def stated(self) -> bool:
        """Whether the source says anything of strength or frequency; of a combination or a taper, its words."""
        return bool(self.strength or self.each or self.times or self.daily or re.search(r"\d", self.words))

    @property
    def meaning(self) -> tuple[object, ...]:
        """Equal for two readings of one regimen, whatever their words."""
        form = self.form or "swallowed"
        one = (form, self.unit, self.parts)
        if self.each and self.daily:
            return (*one, self.each, self.daily)
        said = (*one, self.strength, self.each, self.times, self.daily)
        return said if self.strength or self.daily else (*said, key(self.words))

    @property
    def amount(self) -> Fraction | None:
        """How much at once: as stated, else one piece (a dispensed strength says nothing of how many are taken)."""
        return self.each or self.strength


def read(entry: Entry, drugs: tuple[str, ...] = ()) -> Dose:
    """The dose that an entry states: its drug's strength, its dosage, and for a fill its quantity over its days.

    `drugs` are the names of its ingredients: what tells a salt or a release of theirs apart from another.
    """
    names = " ".join(dict.fromkeys([entry.text, *(code.display for code in entry.codes)]))
    strengths = parse_strengths(entry.text) or parse_strengths(names)
    dosage = entry.dosage
    taken = f"{dosage.dose} {dosage.text}".strip() if dosage else ""
    often = f"{dosage.frequency} | {dosage.text}" if dosage else ""
    said = Dose(
        words=_words(entry, strengths),
        form=_form(f"{names} {dosage.route if dosage else ''}"),
        variant=variant(names, drugs),
        prn=as_needed(often),
    )
    strength, unit, parts = _strength(strengths)
    week = weekly_mg(_weighed(taken, strength) if strength and unit == "mg" and not parts else taken)
    taper = week is None and (";" in taken or bool(_TAPER.search(taken)))
    if (len(strengths) > 1 and not parts) or taper:
        # Parts that no piece holds (a liquid, a pack) are compared by their label alone, a taper not at all.
        return replace(said, taper=taper)
    if week is not None:
        return replace(said, strength=strength, daily=week / 7, weekly=True)
    unitless = _unitless(entry, names, taken, strengths)
    each, each_unit = (None, "") if unitless else _each(taken, strength, unit, several=bool(parts))
    if "/" in unit and each_unit:
        strength = None  # A concentration: how much is taken is said in units, puffs or drops.
        unit = each_unit
    unit = unit or each_unit or "mg"
    if each_unit and each_unit != unit:
        each = None
    times = per_day(often) if dosage and not said.prn and (parts or not in_parts(taken)) else None
    daily = each * times if each and times else None
    said = replace(said, unit=unit, strength=strength, parts=parts, times=times)
    if entry.kind in CLAIMS:
        # What a pen or a bottle holds is no number of pieces.
        counted = daily if daily or times or "/" in unit else _dispensed(entry, strength)
        return replace(said, daily=counted, dispensed=True)
    return replace(said, each=each, daily=daily, unitless=unitless)


def _strength(
    strengths: tuple[tuple[str, str], ...],
) -> tuple[Fraction | None, str, tuple[Fraction, ...]]:
    """A piece's strength in mg (or in the unit that comes with it); of a combination the sum of its parts, and those."""
    if len(strengths) == 1:
        return (*_in_mg(strengths[0]), ())
    weighed = [_in_mg(pair) for pair in strengths]
    if len({unit for _, unit in weighed}) != 1 or weighed[0][1] not in ("mg", "mg/actuat"):
        return None, "", ()
    parts = tuple(sorted(amount for amount, _ in weighed))
    return sum(parts, Fraction(0)), weighed[0][1], parts


def disagree(one: Dose, other: Dose) -> bool:
    """Whether two readings of one drug cannot be the same regimen. Symmetric; silence disagrees with nothing."""
    if one.variant.unlike(other.variant):
        return True
    if one.form and other.form and one.form != other.form and not {one.form, other.form} <= _SWALLOWED:
        return _by_another_route(one, other)
    if one.parts != other.parts:
        if not (one.parts and other.parts):
            return bool(one.times and other.times and one.times != other.times)
        if _proportions(one.parts) != _proportions(other.parts):
            return True
    if one.unit != other.unit:
        return False
    if one.daily and other.daily:
        if (one.weekly or other.weekly) and one.dispensed != other.dispensed:
            return False  # Nobody counts out a month of a plan by the day of the week exactly.
        if one.daily != other.daily:
            return True
        return bool(one.each and other.each and one.each != other.each)
    if one.times and other.times and one.times != other.times:
        return True
    if one.dispensed != other.dispensed and (one.each or other.each):
        # Two tablets of 500 mg are one of 1000 mg: a strength on the shelf does not contradict an amount taken.
        return False
    return bool(one.amount and other.amount and one.amount != other.amount)


def _by_another_route(one: Dose, other: Dose) -> bool:
    """Whether one drug is swallowed as one source says and injected as another does, as often: one plan told in two ways.

    Other forms stand beside each other (a gel and tablets), and so do a tablet a day and an injection a month.
    """
    return {one.form, other.form} == {"swallowed", "injected"} and bool(
        one.times and one.times == other.times
    )


def _proportions(parts: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """A combination's parts relative to the least: equal for 2 tablets of 5/10 mg and one of 10/20 mg."""
    return tuple(part / parts[0] for part in parts)


def in_parts(taken: str) -> bool:
    """Whether the words state several amounts ("300 mg in the morning and 600 mg at bedtime"): none of them is the dose."""
    masses = {_in_mg(pair) for pair in parse_strengths(taken) if "/" not in pair[1] and pair[1] != "%"}
    return len(masses) > 1


def _weighed(taken: str, strength: Fraction) -> str:
    """The words with pieces as what they weigh: "1/2 tablet" of 5 mg as "2.5 mg"."""

    def weigh(found: re.Match[str]) -> str:
        count = Fraction(1, 2) if found[1] == "half" else number(found[1])
        return f"{float(count * strength):.6g} mg" if count else found[0]

    return _PIECES.sub(weigh, taken.lower())


def _each(
    taken: str, strength: Fraction | None, unit: str, *, several: bool = False
) -> tuple[Fraction | None, str]:
    """How much is taken at once: a mass in the dosage's words, else a number of pieces of the strength.

    Of a combination (`several` parts) only pieces count: a mass is that of one part or of another.
    """
    said = taken.lower()
    masses = list(
        dict.fromkeys(_in_mg(pair) for pair in parse_strengths(said) if "/" not in pair[1] and pair[1] != "%")
    )
    if several:
        masses = []
    pieces = set(_PIECES.findall(said))
    if len(pieces) > 1 or _SPAN.search(said):
        return None, ""
    count = next((Fraction(1, 2) if one == "half" else number(one) for one in pieces), None)
    if bare := _BARE.fullmatch(said):
        count = number(bare[1])
    elif not pieces and (alone := _COUNT_ALONE.match(said)):
        count = Fraction(1, 2) if alone[1] == "half" else number(alone[1])
    if len(masses) == 1:
        mass, mass_unit = masses[0]
        if count and count != 1 and mass == strength:
            return mass * count, mass_unit  # "2 tablets of 500 mg"
        return mass, mass_unit
    counted = set(_UNITS.findall(said))
    if not masses and len(counted) == 1:
        many, thing = counted.pop()
        return number(many), thing
    if count and strength:
        return count * strength, unit
    return None, ""


def _unitless(entry: Entry, names: str, taken: str, strengths: tuple[tuple[str, str], ...]) -> str:
    """A number that ought to have a unit and has none: "Metoprolol 25", or "10" of a tablet of 10 mg."""
    bare = _BARE.fullmatch(taken)
    if bare and strengths:
        count = number(bare[1])
        same = bare[1] != "1" and any(Fraction(bare[1]) == Fraction(amount) for amount, _ in strengths)
        return bare[1] if same or (count is not None and count > _MOST_PIECES) else ""
    if strengths or parse_strengths(taken) or entry.kind in CLAIMS:
        return ""
    named = _AFTER_NAME.search(names)
    if named:
        return named[1]
    return bare[1] if bare and (number(bare[1]) or 0) > _MOST_PIECES else ""


def _dispensed(entry: Entry, strength: Fraction | None) -> Fraction | None:
    quantity = re.match(r"\s*(\d+(?:\.\d+)?)", entry.detail.get("quantity", ""))
    days = number(entry.detail.get("days_supply", "").split(" ")[0])
    if not quantity or not days or not strength:
        return None
    return strength * Fraction(quantity[1]) / days


def _in_mg(strength: tuple[str, str]) -> tuple[Fraction, str]:
    amount, (unit, per, below) = Fraction(strength[0]), strength[1].partition("/")
    if unit in _TO_MG:
        return amount * _TO_MG[unit], f"mg{per}{below}"
    return amount, strength[1]


def _form(text: str) -> str:
    return next((form for form, pattern in _FORMS if pattern.search(text)), "")


def _words(entry: Entry, strengths: tuple[tuple[str, str], ...]) -> str:
    """The reading in the source's words: "500 mg, twice daily", or for a fill "500 mg, 60 for 30 days"."""
    strength = " / ".join(f"{amount} {unit}" for amount, unit in strengths)
    if len(strengths) > 1 and not all(
        _close(f"{amount} {unit}") in _close(entry.text) for amount, unit in strengths
    ):
        strength = ""  # "62.5-25 mcg": the first has a unit of ours, not of the source.
    dosage = entry.dosage
    # A bare "1" (of what?) says nothing that the frequency does not.
    each = dosage.dose if dosage and dosage.dose != "1" else ""
    said = (dosage.text or " ".join(filter(None, (each, dosage.frequency)))) if dosage else ""
    if not said and entry.kind in CLAIMS and entry.detail.get("quantity"):
        days = entry.detail.get("days_supply")
        said = f"{entry.detail['quantity']} for {days} days" if days else entry.detail["quantity"]
    if re.search(rf"(?<!\d){re.escape(_close(strength))}", _close(said)):
        strength = ""
    return ", ".join(filter(None, (strength, said)))


def _close(text: str) -> str:
    return text.lower().replace(" ", "")
