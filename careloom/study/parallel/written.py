"""Written: what a run's plan lacks before it can be locked, and what whoever writes it should know."""

from collections.abc import Container
from dataclasses import dataclass

from careloom.care.parallel import Choice, RunPlan

FEWEST_WEEKS, MOST_WEEKS, LONGEST_WEEKS = 4, 6, 26
FEWEST_PARTICIPANTS = 2
FEWEST_CASES, MOST_CASES = 20, 1000
# A question of fewer words says nothing.
FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words, and at which field of the plan."""

    where: str
    words: str


def problems(plan: RunPlan, able: Container[str], kinds: Container[str]) -> tuple[Problem, ...]:
    """Why it can't be locked; nothing where it can. `able` are the users who write and decide, `kinds` what is written by hand."""
    found = [*_what(plan, kinds), *_who(plan, able), *_criteria(plan)]
    if not FEWEST_WEEKS <= plan.weeks <= LONGEST_WEEKS:
        found.append(Problem("weeks", f"it lasts from {FEWEST_WEEKS} to {LONGEST_WEEKS} weeks"))
    if plan.choice is Choice.DRAWN and not 0 < plan.share < 100:
        found.append(Problem("share", "the drawn share lies between 0 and 100 percent"))
    return tuple(found)


def warnings(plan: RunPlan) -> tuple[str, ...]:
    """What may be so and should be thought of twice."""
    found = []
    if plan.weeks > MOST_WEEKS:
        found.append(
            f"{plan.weeks} weeks are longer than {MOST_WEEKS}: every case is done twice, and people tire of it"
        )
    if len(plan.participants) < 4:
        found.append(
            "with fewer than 4 participants the draft can hardly be told from the people who write and review"
        )
    if plan.second == 0:
        found.append("nobody adjudicates a case a second time: how far judging is chance stays unknown")
    return tuple(found)


def _what(plan: RunPlan, kinds: Container[str]) -> list[Problem]:
    found = []
    if not plan.title.strip():
        found.append(Problem("title", "give it a title"))
    if len(plan.question.split()) < FEWEST_WORDS:
        found.append(Problem("question", "say in a sentence what it is to find out"))
    if not plan.kinds or any(one not in kinds for one in plan.kinds):
        found.append(Problem("kinds", "choose kinds of document that are written by hand, too"))
    return found


def _who(plan: RunPlan, able: Container[str]) -> list[Problem]:
    found, everybody = [], (*plan.participants, *plan.adjudicators)
    if len(set(plan.participants)) < FEWEST_PARTICIPANTS:
        found.append(
            Problem("participants", f"at least {FEWEST_PARTICIPANTS} people write by hand and review drafts")
        )
    if not plan.adjudicators:
        found.append(Problem("adjudicators", "choose at least one who judges"))
    if set(plan.participants) & set(plan.adjudicators):
        found.append(Problem("adjudicators", "whoever judges writes and reviews nothing in it"))
    if len(set(everybody)) != len(everybody):
        found.append(Problem("participants", "somebody is chosen twice"))
    if any(one not in able for one in everybody):
        found.append(Problem("participants", "somebody of these decides on no documents here"))
    if not 0 <= plan.second <= 100:
        found.append(Problem("second", "the share that two judge lies between 0 and 100 percent"))
    elif plan.second and len(plan.adjudicators) == 1:
        found.append(Problem("second", "for a share that two judge it takes two who judge"))
    return found


def _criteria(plan: RunPlan) -> list[Problem]:
    said, found = plan.criteria, []
    if not FEWEST_CASES <= said.cases <= MOST_CASES:
        found.append(Problem("cases", f"it takes from {FEWEST_CASES} to {MOST_CASES} cases"))
    if not 10 <= said.fewest <= said.cases:
        found.append(
            Problem("fewest", "nothing is said of fewer than 10 cases, nor of more than there are to be")
        )
    if not 0 < said.serious < 100 or not 0 < said.omitted < 100 or not 0 < said.agreement < 100:
        found.append(Problem("serious", "shares lie between 0 and 100 percent"))
    if not 0 < said.minutes <= 200:
        found.append(Problem("minutes", "minutes are more than 0 and at most 200 percent of those by hand"))
    return found
