"""Back-test: what a rule would have said over the drafts of the past, by what rules saw of each when it was made.

Takes    a rule's two drugs, the frozen inputs of drafts, and what became of those drafts
Gives    how many it flags, which of them were reported as wrong, which were signed with nobody saying so, and alerts a week
Never    reads a record, guesses what a draft without frozen inputs held (`left_out`), or says that a signed draft was right
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from careloom.care.site_rule import DrugState, ProtocolChange, RuleBody, RuleInputs, Tried
from careloom.improve.protocol_changes import differing
from careloom.improve.site_rules import met
from careloom.improve.site_states import meets, members
from careloom.knowledge import Knowledge

# What became of a draft, as `became` says it; of any other nobody decided or said anything.
REPORTED, SIGNED = "reported", "signed"
WEEK = timedelta(days=7)
SHOWN = 20
# After so many drafts it is said how far a trial is.
STEP = 2_000


def back_test(
    body: RuleBody,
    frozen: Iterable[RuleInputs],
    knowledge: Knowledge,
    became: Callable[[Collection[str]], Mapping[str, str]],
    *,
    left_out: int = 0,
    case: str = "",
    step: Callable[[int], None] = lambda _: None,
) -> Tried:
    """Try a rule over `frozen`, in any order; `case` is the draft that it was written after ("": none), `step` is told how many were looked at.

    `became` says of drafts, by id, whether they were REPORTED or SIGNED. A week is counted from the first draft to the last, at least one.
    """
    flags, likely = _flags(body, knowledge), isinstance(body, ProtocolChange)
    first: datetime | None = None
    last: datetime | None = None
    looked = told = unsure = untold = 0
    own: bool | None = None
    new: list[tuple[datetime, str]] = []
    for inputs in frozen:
        looked += 1
        if not looked % STEP:
            step(looked)
        first = inputs.made if first is None or inputs.made < first else first
        last = inputs.made if last is None or inputs.made > last else last
        flagged, known = flags(inputs)
        if flagged is None:
            untold += 1
            continue
        if inputs.proposal == case:
            own = flagged
        # Of a protocol nothing was told before, and what is known says whether it is only likely.
        unsure += likely and known
        told += known and not likely
        if flagged and (likely or not known):
            new.append((inputs.made, inputs.proposal))
    step(looked)
    fate = became([proposal for _, proposal in new]) if new else {}
    weeks = max((last - first) / WEEK, 1.0) if first and last else 1.0
    return Tried(
        drafts=looked - untold,
        left_out=left_out + untold,
        flagged=told + len(new),
        told=told,
        caught=sum(fate.get(one) == REPORTED for _, one in new),
        wrongly=sum(fate.get(one) == SIGNED for _, one in new),
        weeks=round(weeks, 1),
        weekly=round(len(new) / weeks, 2),
        own_case=own,
        examples=tuple(one for _, one in sorted(new, reverse=True)[:SHOWN]),
        unsure=unsure,
    )


def _flags(body: RuleBody, knowledge: Knowledge) -> Callable[[RuleInputs], tuple[bool | None, bool]]:
    """What says of a draft whether a rule flags it (None: that can't be told of it), and whether lists told each of its pairs already (of results and conditions
    that isn't kept); of a protocol's change, whether it would have made it another, and whether that is only likely."""
    if isinstance(body, ProtocolChange):
        return differing(body, knowledge)
    if isinstance(body, DrugState):
        return lambda inputs: (meets(body, inputs, knowledge), False)
    ones, others = members(body.one, knowledge.drugs), members(body.other, knowledge.drugs)

    def pairs_of(inputs: RuleInputs) -> tuple[bool, bool]:
        pairs = met(ones, others, inputs)
        return bool(pairs), bool(pairs) and pairs <= frozenset(inputs.told)

    return pairs_of
