"""A stent in a coronary artery of which a note tells, with the day that its words give it.

Misses   a stent whose day stands in another sentence, or of which only the year is told; one of "s/p" or "history of" without a day; words other than
         these; languages other than English and Spanish
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.knowledge.days import months_before
from careloom.knowledge.signs import Told, is_fresh, places_told
from careloom.text.days import MONTH_OF, days_named
from careloom.text.folding import fold

# How long a P2Y12 inhibitor is given at the least after a stent in stable disease (ACC/AHA focused update, 2016).
MONTHS = 6
_VESSEL = (
    r"(?:lad|rca|lcx|om ?[123]|pda|left anterior descending|left main|(?:left )?circumflex|right coronary|coronary arter(?:y|ies)|"
    r"descendente anterior|circunfleja|(?:arterias? )?coronarias?(?: derecha)?)"
)
_STENT = re.compile(
    r"\b(?:drug.?eluting|bare.?metal|coronary|cardiac|heart) stents?\b|\bstents? (?:coronari\w+|medicados?|farmacoactivos?|en el corazon)\b"
    rf"|\b(?:stent(?:s|ed|ing)?|des)\b[^.;]{{0,60}}?\b{_VESSEL}\b|\b{_VESSEL}\b[^.;]{{0,40}}?\b(?:stent(?:s|ed|ing)?|des)\b"
    r"|\b(?:pci|percutaneous coronary intervention|angioplasty|angioplastia)\b[^.;]{0,60}?\bstents?\b"
)
# A relative's, or what is to be done.
_ELSEWHERE = frozenset({"family_history", "instructions", "plan"})
# What says that it was done then, and not merely that there is one.
_PLACED = re.compile(
    r"\b(?:placed|implanted|deployed|received|underwent|got|put in|inserted|stented|colocaron|coloco|pusieron|puso|implantaron|recibio)\b"
)
_NOT_YET = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|schedul\w+|consider\w*|will|may need|might|if|possible|candidate|planea\w*|programad\w+)\b"
)
_YEAR = re.compile(r"(?<![\d/-])(?:19|20)\d\d(?![\d-])|\byears? ago\b|\bhace (?:\w+ )?anos?\b")
_AGO = re.compile(
    r"\b(?P<count>\d{1,2}|an?|one|two|three|four|five|six|un|una|dos|tres|cuatro|cinco|seis) (?P<unit>days?|weeks?|months?) ago\b"
    r"|\bhace (?P<cuantos>\d{1,2}|una?|dos|tres|cuatro|cinco|seis) (?P<unidad>dias?|semanas?|mes(?:es)?)\b"
    r"|\blast (?P<last>week|month)\b"
)
_COUNTS = {word: at for at, words in enumerate(("a an one un una", "two dos", "three tres", "four cuatro", "five cinco", "six seis"), 1) for word in words.split()}  # fmt: skip
_DAYS = {"d": 1, "w": 7, "s": 7, "m": 30}
_IN_MONTH = re.compile(rf"\b(?:in|en) (?P<month>{'|'.join(MONTH_OF)})\b(?! \d)")


def noted_stents(entries: Iterable[Entry], as_of: date) -> Iterator[Entry]:
    """The notes of the last six months and since the stent that tell of one placed in that time, in order."""
    first = months_before(as_of, MONTHS)
    for entry in entries:
        written = entry.happened.day if entry.happened and is_fresh(entry, as_of, as_of - first) else None
        if written and any(
            day is not None and first <= day <= written
            for told in places_told(entry.text, _STENT)
            if told.section not in _ELSEWHERE
            for day in [_placed(told, written)]
        ):
            yield entry


def _placed(told: Told, written: date) -> date | None:
    """The day on which it was placed, as its sentence says; the note's where it says that it was done and no other time."""
    folded = fold(told.sentence)
    if _NOT_YET.search(folded):
        return None
    if named := [day for day in days_named(told.sentence, written) if day <= written]:
        return None if _is_of_another_year(folded, named) else max(named)
    if _YEAR.search(folded):
        return None
    if found := _AGO.search(folded):
        unit = found["unit"] or found["unidad"] or found["last"]
        count = found["count"] or found["cuantos"] or "a"
        return written - timedelta(days=_DAYS[unit[0]] * (_COUNTS.get(count) or int(count)))
    if found := _IN_MONTH.search(folded):
        month = MONTH_OF[found["month"]]
        return date(written.year - (month > written.month), month, 1)
    done = _PLACED.search(folded) and not told.past and told.section != "past_history"
    return written if done else None


def _is_of_another_year(folded: str, named: Iterable[date]) -> bool:
    """Whether a year stands there that is none of the days': "stopped it on 10/20, stent in 2019"."""
    years = {str(day.year) for day in named}
    return any(found[0] not in years for found in _YEAR.finditer(folded))
