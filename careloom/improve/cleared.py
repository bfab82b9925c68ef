"""Cleared: a training set in which nothing is known of anybody and nothing looks like an identifier. Training takes this and nothing else.

Source   45 CFR 164.514(a): what is learned from is no individually identifiable health information
Misses   a name that no message gave and no pattern knows (docs/phi.md)
"""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass

from careloom.errors import Refused
from careloom.improve.training_set import DECIDED, Pair, TrainingSet
from careloom.privacy.known import Known
from careloom.privacy.scrub import scrub


@dataclass(frozen=True)
class Cleared:
    """A set whose every text was held against what is `known` of whom it is about (by the pairs' group) and against patterns.

    It can't be made of another: raises Refused where anything is found, where it isn't said how a site's pair was scrubbed, or where nothing
    is known of whom a site's pair is about. The message names pairs and kinds of identifiers, never their words.
    """

    found: TrainingSet
    known: InitVar[Mapping[str, Sequence[Known]]]

    def __post_init__(self, known: Mapping[str, Sequence[Known]]) -> None:
        version = self.found.version[:12]
        for number, one in enumerate(self.found.pairs, 1):
            if one.source == DECIDED and not (one.scrubbed and known.get(one.group)):
                raise Refused(
                    f"training set {version}: pair {number} is a patient's, and nothing says that it was scrubbed"
                )
            if kinds := _left_in(one, known.get(one.group, ())):
                raise Refused(
                    f"training set {version}: pair {number} holds what looks like an identifier ({', '.join(kinds)}); "
                    "nothing is learned from it. Make the set anew: careloom learn set"
                )


def _left_in(one: Pair, known: Sequence[Known]) -> list[str]:
    return sorted(
        {span.kind for text in (one.asked, one.said, one.drafted) for span in scrub(text, known).spans}
    )


def is_clean(one: Pair) -> bool:
    """Whether nothing in a pair looks like an identifier to somebody who knows nobody."""
    return not _left_in(one, ())
