"""How a note tells that a drug is taken otherwise than directed: doses missed, none left, left for its price, two bottles of it.

Gives    what to add to a drug that a note names (`otherwise`), and the social need that a price makes (`need`)
Source   FHIR R5, MedicationStatement Adherence Codes ("taking-not-as-directed"); ICD-10-CM FY2026, Z91.120; Gravity's category
         "medical-cost-burden" (HL7 SDOH Clinical Care, SDOHCC-CodeSystemTemporaryCodes); the phrases are our own
Misses   a reason that stands in another sentence; how many doses; a drug that is only called by what it is for
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import GRAVITY, ICD10, Code
from careloom.connect.said.saying import Line, Saying
from careloom.text.language import Language
from careloom.text.phrases import Found, Phrases
from careloom.text.scope import relatives

FILE = Path(__file__).with_name("adherence.toml")
NOT_AS_DIRECTED = "taking-not-as-directed"
NEED = "medicine not taken as directed for its cost"
_CODES = (
    Code(
        ICD10,
        "Z91.120",
        "Patient's intentional underdosing of medication regimen due to financial hardship",
    ),
    Code(GRAVITY, "medical-cost-burden", "Medical Cost Burden"),
)
_PATIENTS = re.compile(r"(?: of (?:the )?(?:patient|pt|client)| del? (?:la )?paciente)? *")
# What may stand between a cue and its drug: few words, and nothing that ends a clause.
_BETWEEN = re.compile(r"(?: ?(?!(?:but|however|although|though|pero|aunque)\b)[\w'%/-]+){0,4} ?")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is told of how a drug is taken: `said` is "missed", "out", "kept", "advice" or "other" (of somebody else; "" where nothing is), `cost` that its price is
    why, `both` that two bottles of it are used, `at` where the cue before it ends (-1 for none)."""

    said: str = ""
    cost: bool = False
    both: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Table:
    """adherence.toml, compiled."""

    before: Mapping[Language, Phrases[str]]
    after: Mapping[Language, Phrases[str]]
    cost: Mapping[Language, Phrases[str]]
    both: Mapping[Language, Phrases[str]]
    advice: Mapping[Language, Phrases[str]]


def otherwise(line: Line, place: tuple[int, int], limit: int, following: str = "") -> Otherwise:
    """What the sentence tells of the drug at `place` (from, to); what stands behind `limit` is the next drug's.

    `following` is the next sentence, folded, which may tell that both of two bottles are used.
    """
    start, end = place
    table, spoken, text = _table(), line.language, line.folded
    ahead = _ahead(table.before[spoken].find(text, line.keys), text, start)
    if ahead is not None and _of_a_relative(text[: ahead.start], spoken):
        return Otherwise("other", at=ahead.end)
    behind = table.after[spoken].find(text[end:limit])
    priced = bool(table.cost[spoken].find(text, line.keys))
    found = {one.meaning for one in table.both[spoken].find(text, line.keys)}
    if found == {"any"} and following:
        found |= {one.meaning for one in table.both[spoken].find(following) if one.meaning == "taken"}
    both = found == {"any", "taken"}
    said = _said(ahead, behind, priced=priced)
    if said and table.advice[spoken].find(text[:start]):
        said = "advice"
    cost = priced and said in ("missed", "out")
    return Otherwise(said, cost, both and said in ("", "missed"), ahead.end if ahead else -1)


def _of_a_relative(before: str, spoken: Language) -> bool:
    """Whether a relative is who does what stands behind these words: "her sister skips her insulin"."""
    named = list(relatives(before, spoken))
    return bool(named) and _PATIENTS.fullmatch(before[named[-1].end() :]) is not None


def _said(ahead: Found[str] | None, behind: list[Found[str]], *, priced: bool) -> str:
    """Of what stands before and behind the drug that which counts: that none is missed, then missed, then none left."""
    told = ahead.meaning if ahead else ""
    if told == "halved":
        told = "missed" if priced else ""
    after = {"missed" if priced and one.meaning == "halved" else one.meaning for one in behind}
    if told in ("kept", "missed"):
        return told
    return "missed" if "missed" in after else told or ("out" if "out" in after else "")


def _ahead(cues: list[Found[str]], text: str, start: int) -> Found[str] | None:
    """The cue that ends nearest before the drug, the longest of those, unless a clause ends between."""
    near = [one for one in cues if one.end <= start]
    found = max(near, key=lambda one: (one.end, -one.start), default=None)
    return None if found is None or not _BETWEEN.fullmatch(text[found.end : start]) else found


def need(line: Line, start: int, end: int) -> Saying:
    """The need of whoever leaves out a drug for its price, at the drug (offsets in the sentence)."""
    return Saying(
        kind="Observation",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=NEED,
        codes=_CODES,
        category=("sdoh",),
        status="final",
        detail={"domain": "finances", "adverse": "true"},
    )


@lru_cache(maxsize=1)
def _table() -> Table:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    languages: tuple[Language, Language] = ("en", "es")

    def side(name: str) -> Mapping[Language, Phrases[str]]:
        return {
            spoken: Phrases(
                ((phrase, what) for what, said in tables[spoken][name].items() for phrase in said), {}
            )
            for spoken in languages
        }

    advice = {
        spoken: Phrases(((phrase, "advice") for phrase in tables["advice"][spoken]), {})
        for spoken in languages
    }
    return Table(side("before"), side("after"), side("cost"), side("both"), advice)
