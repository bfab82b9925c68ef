"""The promise of what watches: 1,000,000 decisions monitored in less than a minute on two cores, with progress.

Invented drafts and decisions of two and a half years, a thousand a day: each draft has twelve lines and up to three findings, each decision signs, changes or rejects. Drafts are
rows of a few hundred templates, sealed each under its own id. What is timed is all of it from nothing, as the first run after an upgrade does it (every draft and decision read from
its sealed row, counted by day, the day counts kept, every series judged), and the run of the next day, as it is every day after (from the day counts). One process does it, so that its
CPU time is what a quiet core takes; the calibration loop runs between its days.
"""

import random
import statistics
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from bench.measure import REFERENCE, Row, loop, once

DECISIONS, A_DAY, SECONDS = 1_000_000, 1_100, 60
AT_ONCE = 5_000
# The calibration loop runs after so many days.
DAYS = 30


def rows(home: Path) -> Iterable[Row]:
    """A first count over a million decisions, and the count of the day after."""
    from dataclasses import replace

    from careloom.pipeline import build
    from careloom.settings import read

    pipeline = build(replace(read(), home=home, model="none"))
    days = _fill(pipeline, DECISIONS)
    steps: list[int] = []
    loops: list[float] = []
    waited: list[float] = []

    def step(_what: str, done: int, _of: int) -> None:
        steps.append(done)
        if done % DAYS == 1:
            wall, cpu = time.perf_counter(), time.process_time()
            loop()
            loops.append(time.process_time() - cpu)
            waited.append(time.perf_counter() - wall)

    first = once(lambda: pipeline.watching.keep_up("bench", step))
    wall, cpu = first.wall - sum(waited), first.cpu - sum(loops)
    slower = statistics.mean(loops) / REFERENCE
    state = pipeline.watching.state("bench")
    assert state is not None
    counted = sum(one.number for one in pipeline.watching.days(["edited|care_plan"])["edited|care_plan"])
    yield (
        f"{DECISIONS:,} decisions of {days} days, counted and judged from nothing (SQLite, sealed rows)",
        f"{cpu / slower:.1f} s calibrated ({cpu:.1f} s of CPU, {wall:.1f} s wall); {len(steps)} steps",
        f"< {SECONDS} s calibrated",
        cpu / slower < SECONDS and len(steps) > DECISIONS // A_DAY,
    )
    yield "decisions that stand in the counts", f"{counted:,.0f}", "all", counted == DECISIONS
    again = once(lambda: pipeline.watching.keep_up("bench"))
    yield (
        f"the same on a day after ({len(state.watched.rows)} series judged)",
        f"{again.cpu / slower:.1f} s calibrated ({again.cpu:.1f} s of CPU, {again.wall:.1f} s wall)",
        f"< {SECONDS} s calibrated",
        again.cpu / slower < SECONDS,
    )


def _fill(pipeline: "object", number: int) -> int:
    """Put drafts and a decision of each into the store; over how many days."""
    from careloom.care.document import (
        Action,
        Decision,
        Document,
        Finding,
        ModelUse,
        Proposal,
        Severity,
        Statement,
        Tier,
    )
    from careloom.pipeline import Pipeline
    from careloom.store import codec
    from careloom.store.ids import new_id
    from careloom.store.models import Patient, ProposalRevision, StoredDecision, StoredProposal, place

    assert isinstance(pipeline, Pipeline)
    chance = random.Random(10)
    keys, organisation = pipeline.store.keys, pipeline.store.keys.organisation
    now = pipeline.watching.here()
    begun = now - timedelta(days=number // A_DAY + 1)
    patient = Patient.objects.create(organisation=organisation, created=begun)
    rules = ("renal", "interaction", "allergy", "duplicate", "coverage", "grounding", "omission", "bleeding")
    drafts, decisions = [], []
    for one in range(300):
        lines = tuple(
            Statement(
                id=f"s{place_}", section="plan", kind=chance.choice(("concern", "goal", "activity", "gap")),
                text="An invented line of a draft that is about as long as such lines are.",
            )
            for place_ in range(12)
        )  # fmt: skip
        found = tuple(
            Finding(rule, Severity.MODERATE, "an invented finding", statement=f"s{chance.randrange(12)}")
            for rule in chance.sample(rules, chance.randint(0, 3))
        )
        document = Document(
            patient=patient.id.hex, kind="care_plan", as_of=begun.date(), record_version="v", statements=lines,
            model=ModelUse("m", "0" * 64, calls=4, fallbacks=one % 3, completion_tokens=300, seconds=9.0, heard=4, unverified=one % 2),
            knowledge={"protocols": "2026-11"},
        )  # fmt: skip
        drafts.append(
            codec.encode(
                Proposal(id="0" * 32, document=document, findings=found, tier=Tier.NURSE, created=begun)
            )
        )
        action = chance.choices((Action.APPROVE, Action.AMEND, Action.REJECT), (80, 15, 5))[0]
        decisions.append(
            (
                action.value,
                codec.encode(
                    Decision(
                        action=action, reviewer="u", role="physician", at=begun,
                        statements=tuple(f"s{n}" for n in range(12)), looked=("a" * 16,) * 2,
                        edits={"s1": "An invented line, amended"} if action is Action.AMEND else {},
                    )
                ),
            )
        )  # fmt: skip
    for start in range(0, number, AT_ONCE):
        proposals, revisions, decided = [], [], []
        for place_ in range(start, min(start + AT_ONCE, number)):
            at = begun + timedelta(days=place_ // A_DAY, seconds=20 * (place_ % A_DAY))
            which = chance.randrange(300)
            proposal = StoredProposal(
                id=new_id(), organisation=organisation, patient=patient, kind="care_plan", status="active", tier=1,
                created=at, sealed_cited=b"", seen=b"",
            )  # fmt: skip
            proposals.append(proposal)
            row = new_id()
            revisions.append(
                ProposalRevision(
                    id=row, organisation=organisation, proposal=proposal, version=1, at=at,
                    sealed=keys.seal(drafts[which], place("proposal revision", row, "proposal")),
                )
            )  # fmt: skip
            row = new_id()
            action, body = decisions[which]
            decided.append(
                StoredDecision(
                    id=row, organisation=organisation, proposal=proposal, action=action,
                    reviewer=f"u{place_ % 9}", role="physician", at=at + timedelta(seconds=600),
                    sealed=keys.seal(body, place("decision", row, "decision")),
                )
            )  # fmt: skip
        StoredProposal.objects.bulk_create(proposals)
        ProposalRevision.objects.bulk_create(revisions)
        StoredDecision.objects.bulk_create(decided)
    return number // A_DAY + 1
