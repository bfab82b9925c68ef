"""What is read a second time can be computed again by anybody with the policy, and foreseen by nobody without it."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.care.document import Proposal, Severity, Tier
from careloom.care.second import (
    Ground,
    Happened,
    LineSaid,
    Mode,
    Policy,
    Reading,
    SecondReading,
    Stage,
    Step,
    Wanted,
    WholeSaid,
)
from careloom.review.second import (
    agree,
    both,
    digest_of,
    holds,
    in_share,
    matters,
    reach_needed,
    second_read,
    stage,
)
from tests.store.people import proposal_for

AT = datetime(2026, 11, 24, tzinfo=UTC)
EVERY = dict.fromkeys(Ground, Mode.AFTER)


def a_plan(**changed) -> Proposal:
    made = proposal_for("00000000-0000-7000-8000-000000000001")
    return replace(made, **({"released": {}, "findings": ()} | changed))


def bounds(number: int, share: float, tail: float = 1e-6) -> tuple[int, int]:
    """Between which counts a binomial number of hits lies but for a tail on each side."""
    chances = [
        comb(number, hits) * share**hits * (1 - share) ** (number - hits) for hits in range(number + 1)
    ]
    low = high = 0
    below = 0.0
    for hits, chance in enumerate(chances):
        below += chance
        if below < tail:
            low = hits + 1
        if below <= 1 - tail:
            high = hits + 1
    return low, high


@pytest.mark.parametrize("share", [5, 20, 50])
def test_a_random_share_is_the_share_within_the_bounds_of_chance(share):
    ids = [sha256(f"{one}".encode()).hexdigest()[:32] for one in range(1000)]
    hits = sum(in_share(one, share, "a seed") for one in ids)
    low, high = bounds(len(ids), share / 100)
    assert low <= hits <= high


def test_no_share_takes_nothing_and_the_whole_takes_all():
    ids = [f"{one:032x}" for one in range(200)]
    assert not any(in_share(one, 0, "a seed") for one in ids)
    assert all(in_share(one, 100, "a seed") for one in ids)


def test_another_seed_takes_others_and_the_same_one_the_same():
    ids = [f"{one:032x}" for one in range(400)]
    one, other = ([in_share(each, 50, seed) for each in ids] for seed in ("a", "b"))
    assert one == [in_share(each, 50, "a") for each in ids]
    low, high = bounds(len(ids), 0.5)
    assert low <= sum(left == right for left, right in zip(one, other, strict=True)) <= high


@given(st.floats(0, 100), st.floats(0, 100), st.text(min_size=1, max_size=40), st.text(max_size=20))
def test_a_larger_share_takes_whatever_a_smaller_one_takes(one, other, proposal, seed):
    low, high = sorted((one, other))
    assert in_share(proposal, high, seed) or not in_share(proposal, low, seed)


def test_each_ground_is_asked_for_by_itself_and_holds_if_one_of_them_does():
    plan = a_plan(findings=proposal_for("p").findings)
    assert second_read(plan, 0, Policy()) is None
    assert second_read(plan, 0, Policy(share=100, first=5)) is None, "no ground has a mode"
    everything = Policy(share=100, first=5, modes=EVERY)
    assert second_read(plan, 4, everything) == Wanted(tuple(Ground), Mode.AFTER)
    assert second_read(plan, 5, everything) == Wanted((Ground.SHARE, Ground.HIGH), Mode.AFTER)
    held = replace(everything, modes={**EVERY, Ground.HIGH: Mode.HOLD})
    assert second_read(plan, 4, held) == Wanted(tuple(Ground), Mode.HOLD)
    assert second_read(replace(plan, findings=()), 4, held) == Wanted((Ground.SHARE, Ground.NEW), Mode.AFTER)
    moderate = replace(plan.findings[0], severity=Severity.MODERATE)
    assert second_read(replace(plan, findings=(moderate,)), 9, replace(held, share=0)) is None


def test_only_the_kinds_that_are_named_are_read_again():
    policy = Policy(first=5, modes=EVERY, kinds=("visit_note",))
    assert second_read(a_plan(), 0, policy) is None
    assert second_read(a_plan(), 0, replace(policy, kinds=("visit_note", "care_plan"))) is not None


def test_a_second_reader_reaches_as_far_as_the_first_and_as_all_who_sign_what_is_held():
    plan = a_plan()
    (line,) = plan.document.statements
    physicians = replace(
        plan, document=replace(plan.document, statements=(replace(line, tier=Tier.PHYSICIAN),))
    )
    after, held = Wanted((Ground.NEW,), Mode.AFTER), Wanted((Ground.NEW,), Mode.HOLD)
    assert reach_needed(after, physicians, Tier.AUTO) is Tier.NURSE
    assert reach_needed(after, physicians, Tier.PHYSICIAN) is Tier.PHYSICIAN
    assert reach_needed(held, plan, Tier.NURSE) is Tier.NURSE
    assert reach_needed(held, physicians, Tier.NURSE) is Tier.PHYSICIAN


def reading(whole: WholeSaid = WholeSaid.APPROVE, line: LineSaid = LineSaid.APPROVE, **more: str) -> Reading:
    return Reading(whole=whole, lines={"s1": line}, **more)


def pairs(now: Proposal, said: Reading):
    return both(a_plan(), now, said)


SIGNED = a_plan(released={"s1": "u"})


def test_both_say_something_of_the_whole_and_of_each_line_that_both_decided():
    (whole, line) = pairs(SIGNED, reading(line=LineSaid.STRIKE))
    assert (whole.first, whole.second, whole.tier) == ("approve", "approve", "physician")
    assert (line.first, line.second, line.tier) == ("approve", "strike", "nurse")
    assert len(pairs(a_plan(status="revoked"), reading(WholeSaid.REJECT))) == 1
    assert pairs(a_plan(struck=("s1",)), reading())[1].first == "strike"
    assert pairs(a_plan(sent_back={"s1": "u"}), reading())[1].first == "back"
    (only,) = SIGNED.document.statements
    other = replace(SIGNED, document=replace(SIGNED.document, statements=(replace(only, text="Else."),)))
    assert pairs(other, reading())[1].first == "amend"


@pytest.mark.parametrize(
    ("now", "said", "settled"),
    [
        (SIGNED, reading(), False),
        (SIGNED, reading(line=LineSaid.AMEND), False),
        (SIGNED, reading(line=LineSaid.STRIKE), True),
        (SIGNED, reading(line=LineSaid.BACK), True),
        (SIGNED, reading(WholeSaid.RETURN), True),
        (SIGNED, reading(WholeSaid.REJECT), True),
        (SIGNED, reading(high="an ulcer"), True),
        (a_plan(struck=("s1",)), reading(line=LineSaid.STRIKE), False),
        (a_plan(status="on-hold"), reading(), False),
        (a_plan(status="revoked"), reading(WholeSaid.RETURN), False),
    ],
)
def test_a_third_is_asked_where_something_was_let_out_that_the_second_would_not_have(now, said, settled):
    assert matters(pairs(now, said), said) is settled


def test_nothing_that_was_worded_anew_is_agreed_on_by_a_word():
    assert agree(pairs(SIGNED, reading()), reading())
    (only,) = SIGNED.document.statements
    other = replace(SIGNED, document=replace(SIGNED.document, statements=(replace(only, text="Else."),)))
    both_amend = reading(line=LineSaid.AMEND)
    assert not agree(pairs(other, both_amend), both_amend)
    assert not agree(pairs(SIGNED, reading(high="an ulcer")), reading(high="an ulcer"))


def chosen(mode: Mode, *steps: Happened) -> SecondReading:
    return SecondReading(
        id="1", proposal="2", first="u", grounds=(Ground.NEW,), mode=mode, policy=1, reach=1, base=1, at=AT, steps=steps
    )  # fmt: skip


def step(what: Step, **told) -> Happened:
    return Happened(what=what, who="v", at=AT, **told)


def test_what_is_held_is_let_go_by_a_word_on_just_what_it_says():
    held = chosen(Mode.HOLD, step(Step.OPEN))
    assert not holds(None, SIGNED) and not holds(chosen(Mode.AFTER), SIGNED) and holds(held, SIGNED)
    said = digest_of(SIGNED)
    assert not holds(chosen(Mode.HOLD, step(Step.AGREE, digest=said)), SIGNED)
    assert not holds(chosen(Mode.HOLD, step(Step.SETTLE, outcome="first", digest=said)), SIGNED)
    assert holds(chosen(Mode.HOLD, step(Step.SETTLE, outcome="second", digest=said)), SIGNED)
    (only,) = SIGNED.document.statements
    other = replace(SIGNED, document=replace(SIGNED.document, statements=(replace(only, text="Else."),)))
    assert holds(chosen(Mode.HOLD, step(Step.AGREE, digest=said)), other)
    assert holds(chosen(Mode.HOLD, step(Step.AGREE, digest=said)), replace(SIGNED, struck=("s2",)))


def test_a_second_reading_waits_for_one_thing_at_a_time():
    opened, read = step(Step.OPEN), step(Step.READ, reading=reading())
    compared = step(Step.COMPARE, pairs=pairs(SIGNED, reading()))
    returned = step(Step.COMPARE, pairs=pairs(a_plan(status="on-hold"), reading()))
    for mode, steps, waits in (
        (Mode.AFTER, (), Stage.CHOSEN),
        (Mode.AFTER, (opened,), Stage.WAITS),
        (Mode.AFTER, (opened, read), Stage.READ),
        (Mode.AFTER, (opened, read, compared), Stage.DONE),
        (Mode.HOLD, (opened, read, compared), Stage.MINOR),
        (Mode.HOLD, (opened, read, returned), Stage.DONE),
        (Mode.HOLD, (opened, read, compared, step(Step.AGREE)), Stage.DONE),
        (Mode.AFTER, (opened, read, compared, step(Step.DIFFER)), Stage.THIRD),
        (Mode.AFTER, (opened, read, compared, step(Step.DIFFER), step(Step.SETTLE, outcome="second")), Stage.CORRECT),
        (Mode.HOLD, (opened, read, compared, step(Step.DIFFER), step(Step.SETTLE, outcome="second")), Stage.DONE),
        (Mode.AFTER, (opened, read, step(Step.SETTLE, outcome="second"), step(Step.CORRECT)), Stage.DONE),
    ):  # fmt: skip
        assert stage(chosen(mode, *steps)) is waits
