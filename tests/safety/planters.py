"""All ways to plant a fault in a statement as a whole, by name.

A planter gives the changed statement, or None where its fault doesn't fit. What it leaves out would be no fault: a citation changed
for another source of the same thing or for one of the same day of which alone is told, a thing swapped for one that the
statement or what it cites has too, an entry added that has a word of the statement or is in a dispute about what it cites.
"""

from tests.safety.plant_citations import (
    all_citations_swapped,
    anothers_activity,
    anothers_fact,
    anothers_whole_line,
    citation_of_nothing,
    citation_removed,
    own_citation_swapped,
    own_text_anothers_citations,
    uncited_fact,
)
from tests.safety.plant_parts import (
    due_everywhere,
    due_in_part,
    due_in_words,
    guideline_changed,
    role_in_activity,
    role_in_both,
    role_in_words,
    target_everywhere,
    target_in_part,
)
from tests.safety.plant_turned import (
    SWAPS,
    a_count,
    ends_turned_round,
    no_added,
    no_removed,
    relatives,
    relatives_as_own,
    swapped,
)
from tests.safety.plant_words import (
    a_drug_of_another_class,
    a_drug_of_like_name,
    a_records_day,
    a_records_number,
    another_lab,
    another_need,
    another_problem,
    another_reaction,
    another_result,
    another_source,
    dose_tenfold,
)
from tests.safety.related import Planter

KINDS: dict[str, Planter] = {
    "number of the record": a_records_number,
    "day of the record": a_records_day,
    "value of another day": another_result,
    "drug of like name": a_drug_of_like_name,
    "drug of another class": a_drug_of_another_class,
    "dose tenfold": dose_tenfold,
    **{kind: swapped(kind) for kind in SWAPS},
    "ends turned round": ends_turned_round,
    "denied": no_added,
    "no longer denied": no_removed,
    "told of a relative": relatives,
    "a relative's as own": relatives_as_own,
    "test": another_lab,
    "own other problem": another_problem,
    "reaction": another_reaction,
    "need": another_need,
    "source": another_source,
    "count": a_count,
    "role, words": role_in_words,
    "role, part": role_in_activity,
    "role, both": role_in_both,
    "due, words": due_in_words,
    "due, part": due_in_part,
    "due, everywhere": due_everywhere,
    "target, part": target_in_part,
    "target, everywhere": target_everywhere,
    "guideline": guideline_changed,
    "another's whole line": anothers_whole_line,
    "another's activity": anothers_activity,
    "another's fact": anothers_fact,
    "own citation swapped": own_citation_swapped,
    "all citations swapped": all_citations_swapped,
    "citation removed": citation_removed,
    "citation of nothing": citation_of_nothing,
    "uncited fact": uncited_fact,
    "another line's grounds": own_text_anothers_citations,
}
