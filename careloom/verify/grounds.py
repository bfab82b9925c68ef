"""Does every cited entry carry something of its statement, and is every reason of its guideline's rule cited?

Words may all hold and the citations be wrong: an entry that has nothing to do with the sentence, or none for what makes a
rule this patient's.
"""

from careloom.verify.case import Case, Fault, Mention, telling
from careloom.verify.guidance import Guidance, Reasons
from careloom.verify.parse import is_content
from careloom.verify.support import Support
from careloom.verify.tokens import Sort

# A sentence that rests on more entries may cite some of them for all (`knowledge.protocol.MOST_CITED`, `draft`).
FEW = 8
# A sentence with fewer words of its rule's isn't that rule's, however it is put.
_SHARED = 2


def check_grounds(case: Case, reasons: Reasons | None, *, beside: bool = False) -> None:
    """Hold a cited entry against the statement that it says nothing of, and a reason of its rule that isn't cited.

    A sentence that only stands `beside` a guideline needs none of its words and reasons.
    """
    if reasons is not None and not beside:
        if case.guidance is not None and len(_shared(case, case.guidance)) < _SHARED:
            case.faults.append(Fault("guideline", "", 0, 0, contradicts=True))
        cited = frozenset(one for entry in case.cited for one in (entry.id, *entry.same_as))
        if len(case.cited) < FEW and not all(one.is_cited(cited) for one in reasons.cited):
            case.faults.append(Fault("citation", "", 0, 0))
            return
    held = (entry for match in reasons.matches for entry in match.entries) if reasons else ()
    idle = _idle(case, frozenset(held))
    if idle:
        case.faults.append(Fault("citation", "", 0, 0, evidence=idle))


def _shared(case: Case, guidance: Guidance) -> frozenset[str]:
    """The words that a sentence has of its rule's own."""
    return guidance.words & {token.key for token in case.parsed.tokens if is_content(token)}


def _idle(case: Case, held: frozenset[str]) -> tuple[str, ...]:
    """The cited entries that aren't what the sentence names, no reason of its rule and no source of either."""
    keys = frozenset(token.key for token in case.parsed.tokens)
    told = [one for one in case.mentions if telling(one, case.parsed) and not _is_of_system(one, case, keys)]
    named = (one for mention in told for one in mention.supports if not held or _is_whole(mention, one))
    quoted = (
        one for one in case.entries if any(said.lower() in one.text.lower() for said in _quotations(case))
    )
    speaking = held.union(*(one.rests_on for one in (*named, *quoted)))
    if not speaking:
        speaking = _of_record(case, keys)
    speaking = speaking.union(*(one.rests_on for one in case.further if one.wants))
    speaking |= {entry.id for entry in case.cited if entry.kind == "Patient"}
    if not speaking:
        return ()  # Whether such a sentence may be said at all isn't a question of one citation.
    # A title may have no word that names something in particular ("Reported in a contact").
    titled = (one for one in case.entries if any(len(title) > 1 and title <= keys for title in one.titles))
    speaking |= frozenset().union(*(one.rests_on for one in titled))
    # That nothing is listed rests on all that is cited, and makes nothing of it a reason of a rule.
    concluded = (one for one in case.further if one.wants or not one.absent or not held)
    speaking = speaking.union(*(one.rests_on for one in concluded if one.rests_on & speaking))
    return tuple(entry.id for entry in case.cited if speaking.isdisjoint((entry.id, *entry.same_as)))


def _is_whole(mention: Mention, support: Support) -> bool:
    """Whether words are more than one of many of a name: "blood" of a rule's "low blood sugar" names no hemoglobin in blood."""
    words = mention.words & support.names
    return len(words) > 1 or bool(words & support.drugs) or any(title <= words for title in support.titles)


def _quotations(case: Case) -> list[str]:
    """What a sentence quotes, up to where it leaves something out."""
    return [token.key.split("…")[0].strip(" .") for token in case.parsed.tokens if token.sort is Sort.QUOTE]


def _is_of_system(mention: Mention, case: Case, keys: frozenset[str]) -> bool:
    """Whether a name is that of the system which a cited entry comes from ("county health plan")."""
    return any(mention.words <= name <= keys for one in case.entries for name in one.systems)


def _of_record(case: Case, keys: frozenset[str]) -> frozenset[str]:
    """What may carry a sentence that names nothing of an entry: entries of a system or a day that it names, or of whose kind
    or people it tells ("a care coordinator", "an inpatient visit").
    """
    content = case.affirmed & {token.key for token in case.parsed.tokens if is_content(token)}
    days = [token.key for token in case.parsed.tokens if token.sort is Sort.DATE]
    return frozenset().union(
        *(
            one.rests_on
            for one in case.entries
            if content & one.says or any(name <= keys for name in one.systems) or any(map(one.dated, days))
        )
    )
