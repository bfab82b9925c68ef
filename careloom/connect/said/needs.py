"""Social needs, and that there is none, in the words of a note; the phrases are in domains/.

Source   ICD-10-CM tabular list FY2026, Z55–Z65 and Z75.3, and Gravity's categories, for the codes; the phrases are our own
Misses   needs told in other words; irony; who "they" are
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from careloom.care.detail import LIKENESS
from careloom.care.entry import GRAVITY, ICD10, Code
from careloom.connect.said.injuries import accidents, handled
from careloom.connect.said.learned import learned, likely
from careloom.connect.said.need_phrases import Row, Table, table
from careloom.connect.said.saying import Line, Note, Saying
from careloom.connect.said.screens import Answered, answered, closing
from careloom.knowledge.red_flags import speaks_of_self_harm
from careloom.text.folding import fold
from careloom.text.phrases import Found, word_keys
from careloom.text.scope import Scope, Scopes
from careloom.text.whoever import Plain, plain

CATEGORY = ("sdoh",)
SAFETY = "safety"
SUBSTANCES = "substance_use"
# Of these domains a sentence may tell a need and what is in order.
BESIDE = frozenset({"social_support", "relationship", "parent_or_caregiver", "substance_use", "language"})
# Who has a partner that helps has both.
PARTNER = ("relationship", "social_support")
WISH = 60
BY_LIKENESS = f"{LIKENESS} to labelled sentences"
NEGATIVE = re.compile(
    r"(?:has |have |had |with )?(?:no|not|no ?body|no one|none|nothing|without|lacks?|lacking|lack|cannot|can't|unable|never|"
    r"hardly|rarely|barely|seldom|doesn't|don't|does not|do not|did not|isn't|sin|falta|nadie|nunca|ningun[oa]?)\b"
)


# A "no" before a noun is for a whole list ("no mold, pests"), a "not" for its verb.
DENIAL = re.compile(r"\b(?:(?P<noun>no|without|without any|sin|ningun[oa]?)|not|never|nunca|cannot|\w+n't)\b")
# "Denies" speaks of what would be in order only right before it.
NEAR_DENIAL = re.compile(r"(?:den(?:ies|ied|ying)|nieg\w+|neg[oa]\w*|report|endorse)\s+(?:\S+\s+){0,2}\Z")
LISTED = re.compile(r"\b(?:or|nor|ni|o)\b")
# Words of substances. Of likeness alone the tablets of a new bottle, taken every day, would be use of one.
SUBSTANCE = re.compile(
    r"\b(?:alcohol|drink|drank|(?<!like )(?<!like a )(?<!as if )drunk|beer|wine|liquor|vodka|whisk|bourbon|tequila|booze|bender|hangover|hungover|sober|smok|cigar|tobacco|vap(?:e|ing)|nicotine|juul|cannabis|marijuana|heroin|cocaine|"
    r"fentanyl|opioid|opiate|needle|syringe|overdos|relaps|detox|rehab|craving|addict|narcan|naloxone|methadone|suboxone|snort|withdraw|dealer)\w*"
    r"|\b(?:meth|crack|weed|pot|joints?|dope|pipe|using|high|rum|gin|fifth|six-?packs?|shots?|cans?|bars?|dip|chew|snuff|zyn|aa|na|inject(?:s|ing)? (?:drugs|up)|shoots? up|street)\b"
)
# What somebody does to another, or is afraid of. Of likeness alone a gun that a wife puts away would be violence.
VIOLENT = re.compile(
    r"\b(?:abus|violen|threat|assault|attack|beat|punch|kick|slap|chok|strangl|shov|push|grab|hurt|harm|stab|shot|gunfire|gunshot|rape|rapist|rob|mugg|"
    r"stalk|harass|bull(?:y|ie)|coerc|traffick|exploit|steal|stole|scam|control|forc|intimidat|afraid|scare|fear|fright|terrif|terror|unsafe|safe|danger|menac|"
    r"yell|scream|shout|fight|fought|crime|gang|neglect|mistreat|aggress|bruis|belittl|humiliat|isolat|jealous|unlock|loaded)\w*"
    r"|\b(?:hits?|hitting|lock(?:s|ed)? (?:him|her|them)|ran away|fled|flee\w*|escap\w*|hiding from|(?:wav|point|brandish|aim|pull|held|hold)\w* (?:\w+ ){0,2}?(?:gun|handgun|"
    r"pistol|knife|weapon|rifle)\w*)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one phrase says, after its surroundings were looked at."""

    domain: str
    name: str
    code: str
    adverse: bool
    negated: bool
    family: bool
    start: int
    end: int
    found_by: str = ""


def needs(note: Note) -> Iterator[Saying]:
    """Every need, and every denial of one, that the note tells: Observations of category "sdoh"."""
    known = table()
    for line in note.lines:
        if line.is_open:
            continue
        words = plain(line.sentence.text, line.language, known.is_word)
        said = _in_plain_words(line, words)
        phrases = _told(said, known)
        for told in _once(_weighed(phrases)) if phrases else _by_likeness(said, known):
            yield _saying(line, told, words, known)


def _in_plain_words(line: Line, words: Plain) -> Line:
    """The line without who its persons are, so that the same is told of everybody, and with the answer that closes it."""
    answer = closing(line.folded) if line.answer is None else line.answer
    if words.text == line.sentence.text:
        return line if answer is line.answer else replace(line, answer=answer)
    folded = fold(words.text)
    keys = word_keys(folded)
    scopes = Scopes(words.text, line.language, keys)
    return replace(line, folded=folded, keys=keys, scopes=scopes, answer=answer)


def _told(line: Line, table: Table) -> Sequence[Told]:
    """What a line tells: the answers of a screening, and of the rest its phrases and the domains that it names."""
    asked = tuple(answered(line))
    if not asked:
        return (*_phrases(line, table), *_topics(line, table))
    rest = (
        one
        for one in (*_phrases(line, table), *_topics(line, table))
        if not any(field.start <= one.start < field.end for field in asked)
    )
    return (*(_answer(field, line, table) for field in asked), *rest)


def _answer(field: Answered, line: Line, table: Table) -> Told:
    family = line.sentence.kind == "family_history"
    name, code = _opposite(field.domain), table.usual[field.domain]
    adverse = field.adverse
    return Told(field.domain, name, code, adverse, not adverse, family, field.start, field.end)


def _phrases(line: Line, table: Table) -> Iterator[Told]:
    told = _without_accidents(line, table.rows[line.language].find(line.folded, line.keys))
    meant = {row: _is_meant(line, row) for row in {one.meaning for one in told}}
    found = [one for one in told if meant[one.meaning]]
    for one in _named(_longest(found)):
        row, scope = one.meaning, line.scopes.at(one.start, one.end)
        adverse = _adverse(one, scope, line, table)
        if adverse is None:
            continue
        code = row.code if row.adverse else table.usual[row.domain]
        name = row.name if adverse == row.adverse or row.adverse else _opposite(row.domain)
        denied = row.adverse and not adverse
        family = (scope.family and not row.whoever) or line.sentence.kind == "family_history"
        yield Told(row.domain, name, code, adverse, denied, family, one.start, one.end)


def _without_accidents(line: Line, found: list[Found[Row]]) -> list[Found[Row]]:
    """Without violence in the words of what somebody did to themselves: "she fell and hit her head"."""
    if line.language != "en" or not any(_is_harm(one) for one in found):
        return found
    own = (*accidents(line.folded), *handled(line.folded))
    return [
        one
        for one in found
        if not (_is_harm(one) and any(accident.tells(one.start, one.end) for accident in own))
    ]


def _is_harm(found: Found[Row]) -> bool:
    return found.meaning.adverse and found.meaning.domain == SAFETY


def _by_likeness(line: Line, table: Table) -> Iterator[Told]:
    """What a line of which no phrase tells anything is likely to tell, where its surroundings let the words stand.

    In Spanish too little was labelled to learn from.
    """
    if line.language != "en" or line.answer is not None or line.sentence.kind == "family_history":
        return
    own = tuple(accidents(line.folded))
    for one in likely(line.folded, line.language, learned()):
        if speaks_of_self_harm(line.folded):
            return
        if one.domain == SAFETY and one.adverse and (own or not VIOLENT.search(line.folded)):
            continue
        if one.domain == SUBSTANCES and one.adverse and not SUBSTANCE.search(line.folded):
            continue
        scope = line.scopes.at(one.start, one.end)
        undone = scope.over or line.over_next or scope.negated
        if scope.supposed or scope.denied or scope.family or scope.past or (one.adverse and undone):
            continue
        name, code = _opposite(one.domain), table.usual[one.domain]
        yield Told(
            one.domain, name, code, one.adverse, not one.adverse, False, one.start, one.end, BY_LIKENESS
        )


def _weighed(every: Sequence[Told]) -> Iterator[Told]:
    """Without that a domain is in order, where the sentence tells of a need in it ("rents, and is two months behind").

    Help and trouble with people stand side by side ("lives alone, and her sister calls every day").
    """
    needed = {(one.domain, one.family) for one in every if one.adverse and one.domain not in BESIDE}
    for one in every:
        denied = one.negated and not one.found_by
        if one.adverse or denied or (one.domain, one.family) not in needed:
            yield one


def _adverse(found: Found[Row], scope: Scope, line: Line, table: Table) -> bool | None:
    """Whether the phrase tells of a need (True), of none (False), or of nothing (None)."""
    row, start = found.meaning, found.start
    if line.answer is not None:
        return row.adverse is line.answer
    if scope.supposed or (not row.adverse and _is_wanted(line, start, table)):
        return None
    if scope.denied and not row.adverse and not NEAR_DENIAL.search(line.folded, 0, start):
        return None
    if scope.denied or (scope.negated and _is_undone(line, found)):
        return not row.adverse
    if row.adverse:
        return row.lasting or not (scope.past or scope.over or line.over_next)
    return None if scope.past and not row.lasting else False


def _is_wanted(line: Line, start: int, table: Table) -> bool:
    """Whether what would be in order is only wished for or missed: "lack of affordable housing"."""
    ahead = line.folded[max(0, start - WISH) : start]
    return any(not ahead[one.end :].strip() for one in table.wanted[line.language].find(ahead, line.keys))


def _is_undone(line: Line, found: Found[Row]) -> bool:
    """Whether a "no" before a phrase undoes it.

    In "no car and no ride" the first does not undo the second, which has its own; nor does a "not" undo what stands behind
    a comma ("could not come, truck in the shop"), unless it is a list ("does not drink, smoke or vape").
    """
    start, adverse = found.start, found.meaning.adverse
    if adverse and (NEGATIVE.match(line.folded, start) or DENIAL.search(line.folded, start, found.end)):
        return False
    comma = line.folded.rfind(",", 0, start)
    if comma < 0 or DENIAL.search(line.folded, comma, start):
        return True
    last = list(DENIAL.finditer(line.folded, 0, comma))[-1:]
    if not last or (adverse and last[0]["noun"]):
        return True
    return LISTED.search(line.folded, last[0].end()) is not None


def _topics(line: Line, table: Table) -> Iterator[Told]:
    """Domains named under "denies" or "problems with": "no problem with housing or food"."""
    for one in table.topics[line.language].find(line.folded, line.keys):
        scope = line.scopes.at(one.start, one.end)
        if not (scope.denied or scope.troubled) or scope.supposed:
            continue
        after = line.folded[one.end : one.end + 25].lstrip()
        if any(found.start == 0 for found in table.topics_unless[line.language].find(after)):
            continue
        adverse = not scope.negated and not scope.over and not scope.past
        name = _opposite(one.meaning)
        code = table.usual[one.meaning]
        yield Told(one.meaning, name, code, adverse, not adverse, scope.family, one.start, one.end)


def _is_meant(line: Line, row: Row) -> bool:
    if row.kinds and line.sentence.kind not in row.kinds:
        return False
    return not row.unless.holds(line.folded, line.keys)


def _longest(found: Sequence[Found[Row]]) -> list[Found[Row]]:
    """Of phrases of one domain that overlap a need, else the longest; in place order."""
    chosen: list[Found[Row]] = []
    if len(found) < 2:
        return list(found)
    joined = tuple(_joined(found))
    told = (one for one in joined if not any(_covers(other, one) for other in joined))
    for one in sorted(told, key=lambda one: (not one.meaning.adverse, one.start - one.end, one.start)):
        rivals = (other for other in chosen if other.meaning.domain == one.meaning.domain)
        if not any(one.start < other.end and other.start < one.end for other in rivals):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _joined(found: Sequence[Found[Row]]) -> Iterator[Found[Row]]:
    """Phrases of one row that overlap as one, which begins where the first does."""
    last: dict[Row, Found[Row]] = {}
    for one in found:
        before = last.get(one.meaning)
        if before is not None and one.start < before.end:
            last[one.meaning] = Found(before.start, max(before.end, one.end), one.meaning)
            continue
        if before is not None:
            yield before
        last[one.meaning] = one
    yield from last.values()


def _covers(well: Found[Row], need: Found[Row]) -> bool:
    """Whether a phrase says that all is in order, and has the words of a need within ("never goes hungry")."""
    if well.meaning.adverse or not need.meaning.adverse or well.meaning.domain != need.meaning.domain:
        return False
    return well.start <= need.start and need.end <= well.end and well.end - well.start > need.end - need.start


def _named(found: Sequence[Found[Row]]) -> Iterator[Found[Row]]:
    """Without what is said only on the way to another thing: "cannot pay" where it is the rent that can't be paid."""
    for one in found:
        others = (other for other in found if other.meaning.domain != one.meaning.domain)
        if not one.meaning.gives_way or not any(
            one.start < other.end
            and other.start < one.end
            and not other.meaning.gives_way
            and (one.meaning.domain, other.meaning.domain) != PARTNER
            for other in others
        ):
            yield one


def _once(told: Iterable[Told]) -> Iterator[Told]:
    """Each thing once a sentence; a topic is left out where a phrase said more of its domain."""
    seen: set[tuple[str, bool, bool, str]] = set()
    domains: set[str] = set()
    for one in told:
        key = (one.domain, one.adverse, one.family, one.name)
        general = one.name == _opposite(one.domain)
        if key in seen or (general and one.domain in domains):
            continue
        seen.add(key)
        domains.add(one.domain)
        yield one


def _opposite(domain: str) -> str:
    return f"trouble with {domain.replace('_', ' ')}"


def _saying(line: Line, told: Told, words: Plain, table: Table) -> Saying:
    start, end = words.place(told.start, told.end)
    return Saying(
        kind="Observation",
        start=line.sentence.start + start,
        end=line.sentence.start + end,
        sentence=line.sentence,
        text=told.name,
        codes=tuple(_codes(told, table)) if told.adverse else (),
        category=CATEGORY,
        status="final",
        negated=told.negated,
        subject="family" if told.family else "patient",
        detail={
            "domain": told.domain,
            "adverse": "true" if told.adverse else "false",
            "found_by": told.found_by,
        },
    )


def _codes(told: Told, table: Table) -> Iterator[Code]:
    if told.code:
        yield Code(ICD10, told.code, table.displays[told.code])
    category = table.gravity_of.get(told.name, table.gravity_of[told.domain])
    if category:
        yield Code(GRAVITY, category, table.gravity[category])
