"""Ways to plant a fault in a sentence of a plan: text in, changed text out, None where the fault doesn't fit.

They know nothing of how sentences are verified; they do what a careless editor, a bad model or a judge would do.
"""

import re
from collections.abc import Callable
from random import Random

Mutator = Callable[[str, Random], str | None]

_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-]|\.\d|-\d)")
_UNITS = (
    ("mg/dL", "mmol/L"), ("mmol/L", "mg/dL"), ("mL/min/1.73 m2", "mL/h"), ("mL/min", "L/min"), ("mmHg", "kPa"),
    ("mm[Hg]", "kPa"), (" mg", " mcg"), (" MG", " MCG"), (" mcg", " mg"), (" MCG", " MG"), (" %", " mmol/mol"),
    (" kg/m2", " lb/m2"), (" kg", " lb"), (" g/dL", " mg/dL"), (" years", " months"), (" months", " years"),
    (" days", " weeks"), (" weeks", " days"), (" hours", " days"), (" HR", " MIN"), (" ML", " L"), (" cm", " m"),
    (" U/L", " mU/L"), (" mEq", " mg"), ("10*3/uL", "10*6/uL"), (" pg", " mg"), (" fL", " mL"), ("g/L", "mg/L"),
)  # fmt: skip
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_DRUGS = (
    ("metformin", "glipizide"), ("lisinopril", "enalapril"), ("enalapril", "ramipril"), ("simvastatin", "atorvastatin"),
    ("atorvastatin", "rosuvastatin"), ("amlodipine", "nifedipine"), ("hydrochlorothiazide", "chlorthalidone"),
    ("losartan", "valsartan"), ("furosemide", "torsemide"), ("warfarin", "apixaban"), ("ibuprofen", "naproxen"),
    ("naproxen", "ibuprofen"), ("aspirin", "clopidogrel"), ("clopidogrel", "prasugrel"), ("acetaminophen", "tramadol"),
    ("metoprolol", "carvedilol"), ("carvedilol", "bisoprolol"), ("insulin", "liraglutide"), ("penicillin", "ampicillin"),
    ("amoxicillin", "cephalexin"), ("verapamil", "diltiazem"), ("digoxin", "amiodarone"), ("sertraline", "fluoxetine"),
    ("fluoxetine", "paroxetine"), ("nitroglycerin", "isosorbide"), ("albuterol", "salmeterol"), ("tacrine", "donepezil"),
    ("donepezil", "galantamine"), ("memantine", "donepezil"), ("galantamine", "donepezil"), ("ethinyl", "mestranol"),
    ("oxycodone", "hydrocodone"), ("hydrocodone", "morphine"), ("loratadine", "cetirizine"), ("alendronate", "risedronate"),
    ("levothyroxine", "liothyronine"), ("prednisone", "dexamethasone"), ("cisplatin", "carboplatin"),
    ("tamoxifen", "anastrozole"), ("fluticasone", "budesonide"), ("medroxyprogesterone", "norethindrone"),
    ("levonorgestrel", "etonogestrel"), ("norethindrone", "norgestimate"), ("diphenhydramine", "hydroxyzine"),
    ("cetirizine", "fexofenadine"), ("epinephrine", "albuterol"), ("spironolactone", "eplerenone"),
    ("sacubitril", "aliskiren"), ("empagliflozin", "dapagliflozin"), ("dapagliflozin", "canagliflozin"),
    ("semaglutide", "dulaglutide"), ("glipizide", "glyburide"), ("sulfonamide", "penicillin"), ("NSAIDs", "opioids"),
    ("SGLT2", "DPP-4"), ("ACE inhibitor", "beta blocker"), ("statin", "fibrate"), ("apixaban", "rivaroxaban"),
)  # fmt: skip
_STATUS = (
    ("active", "resolved"), ("resolved", "active"), ("prescribed", "stopped"), ("stopped", "prescribed"),
    ("refuted", "confirmed"), ("taken", "stopped"), ("denied", "approved"), ("booked", "cancelled"),
    ("is recorded", "is resolved"), ("filled", "cancelled"), ("completed", "planned"), ("ordered", "cancelled"),
)  # fmt: skip
_WAYS = (
    ("rose", "fell"), ("fell", "rose"), ("rising", "falling"), ("falling", "rising"), ("above", "below"),
    ("below", "above"), ("over", "under"), ("at least", "at most"), ("at most", "at least"), ("increase", "decrease"),
    ("decrease", "increase"), ("higher", "lower"), ("lower", "higher"), ("high", "low"), ("low", "high"),
    ("increased", "decreased"), ("decreased", "increased"), ("less than", "more than"), ("more than", "less than"),
    ("up to", "at least"), ("worse", "better"), ("before", "after"), ("after", "before"),
)  # fmt: skip
_OFTEN = (
    ("twice", "three times"), ("once", "twice"), ("weekly", "daily"), ("daily", "weekly"), ("monthly", "weekly"),
    ("yearly", "monthly"), ("annual", "monthly"), ("every day", "every week"), ("at bedtime", "in the morning"),
    ("every 3 months", "every 6 months"), ("every year", "every month"), ("each day", "each week"),
)  # fmt: skip
_ACTS = (
    ("reviews", "stops"), ("review", "stop"), ("arranges", "cancels"), ("arrange", "cancel"), 
    ("start", "stop"), ("stop", "start"), ("avoid", "use"), ("use", "avoid"), ("continue", "stop"), ("offers", "refuses"),
    ("keep", "stop"), ("treat", "stop treating"), ("add", "avoid"), ("repeats", "skips"), ("checks", "skips"),
    ("teaches", "forbids"), ("orders", "cancels"), ("considers", "starts"), ("reduce", "raise"), ("raise", "reduce"),
)  # fmt: skip
_THINGS = (
    ("diabetes", "asthma"), ("hypertension", "heart failure"), ("heart failure", "hypertension"), ("HbA1c", "LDL cholesterol"),
    ("eGFR", "potassium"), ("potassium", "sodium"), ("blood pressure", "heart rate"), ("systolic", "diastolic"),
    ("body mass index", "body height"), ("creatinine", "urea"), ("kidney", "liver"), ("eye", "ear"), ("foot", "hand"),
    ("transport", "housing"), ("housing", "food"), ("food", "transport"), ("caregiver", "guardian"), ("left", "right"),
    ("acute", "chronic"), ("chronic", "acute"), ("type 2", "type 1"), ("anemia", "leukemia"), ("penicillin", "peanut"),
    ("mold", "peanut"), ("dust mite", "shellfish"), ("pollen", "latex"), ("urine albumin", "urine culture"),
)  # fmt: skip

# A drug, a brand of another, and that other's own name, which the text must not have.
_BRANDS = (
    ("metformin", "Januvia", "sitagliptin"), ("lisinopril", "Diovan", "valsartan"), ("insulin", "Trulicity", "dulaglutide"),
    ("atorvastatin", "Crestor", "rosuvastatin"), ("simvastatin", "Lipitor", "atorvastatin"), ("warfarin", "Eliquis", "apixaban"),
    ("amlodipine", "Toprol", "metoprolol"), ("furosemide", "Bumex", "bumetanide"), ("sertraline", "Prozac", "fluoxetine"),
    ("albuterol", "Spiriva", "tiotropium"), ("aspirin", "Plavix", "clopidogrel"), ("losartan", "Zestril", "lisinopril"),
    ("hydrochlorothiazide", "Lasix", "furosemide"), ("metoprolol", "Norvasc", "amlodipine"),
    ("clopidogrel", "Brilinta", "ticagrelor"), ("donepezil", "Namenda", "memantine"),
)  # fmt: skip
_ROUTES = (
    ("by mouth", "by injection"), ("oral", "intravenous"), ("inhaled", "oral"), ("subcutaneously", "orally"),
    ("under the tongue", "by mouth"),
)  # fmt: skip


def _swap(pairs: tuple[tuple[str, str], ...], text: str, chance: Random) -> str | None:
    fitting = [
        (old, new)
        for old, new in pairs
        if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE)
        and new.lower() not in text.lower()
    ]
    if not fitting:
        return None
    old, new = chance.choice(fitting)
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text, count=1, flags=re.IGNORECASE)


def _numbers(text: str) -> list[re.Match[str]]:
    dates = [match.span() for match in _DATE.finditer(text)]
    return [
        match
        for match in _NUMBER.finditer(text)
        if not any(start <= match.start() < end for start, end in dates)
        and not text[: match.start()].endswith(("1.73 m", "mL/min/"))
        and not text[match.start() :].startswith("1.73 m2")
    ]


def _put(text: str, match: re.Match[str], new: str) -> str | None:
    return None if new == match.group() else text[: match.start()] + new + text[match.end() :]


def another_number(text: str, chance: Random) -> str | None:
    """One digit of a number becomes another."""
    found = _numbers(text)
    if not found:
        return None
    match = chance.choice(found)
    digits = match.group()
    place = chance.choice([at for at, sign in enumerate(digits) if sign.isdigit()])
    new = chance.choice([digit for digit in "123456789" if digit != digits[place]])
    return _put(text, match, digits[:place] + new + digits[place + 1 :])


def turned_number(text: str, chance: Random) -> str | None:
    """1.8 becomes 8.1, 154 becomes 145."""
    found = [match for match in _numbers(text) if len(set(match.group().replace(".", ""))) > 1]
    if not found:
        return None
    match = chance.choice(found)
    digits = match.group()
    turned = list(digits.replace(".", ""))
    at = next(place for place in range(len(turned) - 1, 0, -1) if turned[place] != turned[place - 1])
    turned[at], turned[at - 1] = turned[at - 1], turned[at]
    point = digits.find(".")
    new = "".join(turned) if point < 0 else "".join(turned[:point]) + "." + "".join(turned[point:])
    return _put(text, match, new)


def tenfold_number(text: str, chance: Random) -> str | None:
    """A decimal point moves."""
    found = [match for match in _numbers(text) if float(match.group())]
    if not found:
        return None
    match = chance.choice(found)
    digits = match.group()
    return _put(text, match, digits.replace(".", "") if "." in digits else digits + "0")


def number_in_words(text: str, chance: Random) -> str | None:
    """A small number becomes another one, written as a word."""
    found = [match for match in _numbers(text) if "." not in match.group() and 1 <= int(match.group()) <= 12]
    if not found:
        return None
    match = chance.choice(found)
    value = int(match.group())
    return _put(text, match, _WORDS[chance.choice([one for one in range(2, 13) if one != value])])


def another_unit(text: str, chance: Random) -> str | None:
    """A unit of the same kind of thing, but not the same."""
    fitting = [
        pair
        for pair in _UNITS
        if re.search(rf"\d{re.escape(pair[0])}(?![\w/])|\d ?{re.escape(pair[0].strip())}(?![\w/])", text)
    ]
    if not fitting:
        return None
    old, new = chance.choice(fitting)
    return re.sub(rf"(\d ?){re.escape(old.strip())}(?![\w/])", rf"\g<1>{new.strip()}", text, count=1)


def another_day(text: str, chance: Random) -> str | None:
    """A date moves by some days."""
    found = list(_DATE.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    year, month, day = map(int, match.group().split("-"))
    new = chance.choice([other for other in range(1, 29) if other != day])
    return _put(text, match, f"{year:04}-{month:02}-{new:02}")


def another_month_or_year(text: str, chance: Random) -> str | None:
    """A date moves by months or years, or turns month and day round."""
    found = list(_DATE.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    year, month, day = map(int, match.group().split("-"))
    ways = [(year - 1, month, day), (year + 1, month, day), (year, month % 12 + 1, min(day, 28))]
    if day <= 12 and day != month:
        ways.append((year, day, month))
    return _put(text, match, "{:04}-{:02}-{:02}".format(*chance.choice(ways)))


def spelt_day(text: str, chance: Random) -> str | None:
    """Another day, as people write it: "9 Oct 2026", "October 9, 2026", "10/09/2026"."""
    found = list(_DATE.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    year, month, day = map(int, match.group().split("-"))
    day = chance.choice([other for other in range(1, 29) if other != day])
    name = _MONTHS[month - 1]
    forms = (f"{day} {name} {year}", f"{name} {day}, {year}", f"{month:02}/{day:02}/{year}")
    return _put(text, match, chance.choice(forms))


def another_drug(text: str, chance: Random) -> str | None:
    """A drug of the same class."""
    return _swap(_DRUGS, text, chance)


def negation_added(text: str, chance: Random) -> str | None:
    """ "is" becomes "is not", "with" "without", a word gets "no"."""
    ways = []
    for verb in ("is", "was", "are", "were", "has", "will", "does", "can", "should", "may"):
        if match := re.search(rf"\b{verb}\b(?! not)(?! no\b)", text):
            ways.append(text[: match.end()] + " not" + text[match.end() :])
    if match := re.search(r"\bwith\b", text):
        ways.append(text[: match.start()] + "without" + text[match.end() :])
    if match := re.search(
        r"^(The [\w ]+?) (reviews|asks|arranges|checks|offers|meets|documents|updates|repeats|teaches|orders|gives|tells)\b",
        text,
    ):
        verb = match[2].removesuffix("es") if match[2].endswith("ches") else match[2].removesuffix("s")
        ways.append(f"{match[1]} does not {verb}{text[match.end() :]}")
        ways.append(f"{match[1]} never {match[2]}{text[match.end() :]}")
    if re.match(r"(?:An?|The) ", text):
        ways.append(re.sub(r"^(?:An?|The) ", "No ", text))
    return chance.choice(ways) if ways else None


def negation_removed(text: str, chance: Random) -> str | None:
    """ "no", "not" and "without" go, or turn round."""
    ways = []
    for cue, new in (
        (r"\bNo\b ", ""),
        (r"\bno\b ", "a "),
        (r"\bnot\b ", ""),
        (r"\bwithout\b", "with"),
        (r"\bnone\b", "one"),
        (r"\bnever\b ", ""),
        (r"\bNo\b", "A"),
    ):
        if re.search(cue, text):
            changed = re.sub(cue, new, text, count=1)
            ways.append(changed[:1].upper() + changed[1:])
    return chance.choice(ways) if ways else None


def recorded_or_not(text: str, chance: Random) -> str | None:
    """ "is recorded" becomes "is not recorded" and the other way round."""
    del chance
    if re.search(r"\bNo\b.*\b(?:is|was) recorded\b", text):
        return re.sub(r"\bNo (\w)", lambda match: f"A {match[1]}", text, count=1)
    if "is not recorded" in text:
        return text.replace("is not recorded", "is recorded")
    return text.replace("is recorded", "is not recorded") if "is recorded" in text else None


def another_status(text: str, chance: Random) -> str | None:
    """Active becomes resolved, prescribed stopped."""
    return _swap(_STATUS, text, chance)


def another_way(text: str, chance: Random) -> str | None:
    """Rose becomes fell, above below."""
    return _swap(_WAYS, text, chance)


def another_frequency(text: str, chance: Random) -> str | None:
    """Daily becomes weekly, once twice."""
    return _swap(_OFTEN, text, chance)


def another_act(text: str, chance: Random) -> str | None:
    """Review becomes stop, start avoid."""
    return _swap(_ACTS, text, chance)


def another_thing(text: str, chance: Random) -> str | None:
    """Another disease, test, need or side of the body."""
    return _swap(_THINGS, text, chance)


def another_brand(text: str, chance: Random) -> str | None:
    """A brand of another drug."""
    pairs = tuple((drug, brand) for drug, brand, generic in _BRANDS if generic not in text.lower())
    return _swap(pairs, text, chance)


def another_route(text: str, chance: Random) -> str | None:
    """Swallowed becomes injected."""
    return _swap(_ROUTES, text, chance)


def twice_the_dose(text: str, chance: Random) -> str | None:
    """An amount of a drug is doubled."""
    found = list(re.finditer(r"\d+(?:\.\d+)?(?= ?(?:mg|mcg|MG|MCG|units)\b)", text))
    if not found:
        return None
    match = chance.choice(found)
    return _put(text, match, f"{float(match.group()) * 2:g}")


def a_relatives(text: str, chance: Random) -> str | None:
    """What is the patient's becomes a relative's."""
    match = re.match(r"(?:An? )?([A-Z][\w ()/-]{4,60}?) (has been|is|was|are) ", text)
    if match is None:
        return None
    who, thing = chance.choice(["mother", "father", "sister"]), match[1][0].lower() + match[1][1:]
    return f"The patient's {who} has {thing}; it {match[2]} {text[match.end() :]}"


def a_time_without_date(text: str, chance: Random) -> str | None:
    """ "on 2026-03-02" becomes a time before it, said without a date."""
    match = re.search(r"\bon (?:20[012]\d|199\d)-\d\d-\d\d\b", text)
    if match is None:
        return None
    words = chance.choice(["fifty years ago", "forty-five years ago"])
    return text[: match.start()] + words + text[match.end() :]


MUTATORS: dict[str, Mutator] = {
    "number": another_number,
    "number turned round": turned_number,
    "number tenfold": tenfold_number,
    "number in words": number_in_words,
    "unit": another_unit,
    "date, day": another_day,
    "date, month or year": another_month_or_year,
    "date, spelt": spelt_day,
    "drug": another_drug,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "recorded or not": recorded_or_not,
    "status": another_status,
    "direction": another_way,
    "frequency": another_frequency,
    "act": another_act,
    "thing": another_thing,
    "brand": another_brand,
    "route": another_route,
    "dose doubled": twice_the_dose,
    "relative's": a_relatives,
    "time without date": a_time_without_date,
}
