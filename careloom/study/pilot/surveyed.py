"""Surveyed: what participants say of working with drafts, and the score of the System Usability Scale.

Source   J. Brooke, "SUS: a 'quick and dirty' usability scale", in Jordan et al. (eds.), Usability Evaluation in Industry, Taylor & Francis 1996,
         pp. 189-194: the ten statements, answered from 1 (strongly disagree) to 5 (strongly agree), and the scoring
"""

from collections.abc import Mapping

from careloom.errors import InputError

# The statements of Brooke 1996, with "the drafts" for "this system".
STATEMENTS = (
    "I think that I would like to use the drafts frequently.",
    "I found the drafts unnecessarily complex.",
    "I thought the drafts were easy to use.",
    "I think that I would need the support of a technical person to be able to use the drafts.",
    "I found the various functions around the drafts were well integrated.",
    "I thought there was too much inconsistency in the drafts.",
    "I would imagine that most people would learn to use the drafts very quickly.",
    "I found the drafts very cumbersome to use.",
    "I felt very confident using the drafts.",
    "I needed to learn a lot of things before I could get going with the drafts.",
)
GO_ON = ("yes", "unsure", "no")


def answers(said: Mapping[str, str]) -> dict[str, str]:
    """What a form said, as it is kept: `again` and `s1` to `s10`. Raises InputError naming the first question without an answer."""
    if said.get("again") not in GO_ON:
        raise InputError("say whether you would go on using it", where="again")
    found = {"again": said["again"]}
    for number in range(1, len(STATEMENTS) + 1):
        name = f"s{number}"
        if said.get(name) not in ("1", "2", "3", "4", "5"):
            raise InputError(f"answer statement {number} from 1 to 5", where=name)
        found[name] = said[name]
    return found


def score(said: Mapping[str, str]) -> float:
    """The score (0 to 100) of ten answers."""
    given = [int(said[f"s{number}"]) for number in range(1, len(STATEMENTS) + 1)]
    return 2.5 * sum(one - 1 if place % 2 == 0 else 5 - one for place, one in enumerate(given))
