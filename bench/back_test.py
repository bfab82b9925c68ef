"""The promise of a rule's trial over the past: 100,000 drafts in less than five minutes on two cores, with progress.

Invented inputs: every draft has 4 to 14 drugs of our list, drawn with a seed; one in ten is signed. What is timed is the whole trial as the page does it: rows
read, decrypted and decoded, the rule tried, what became of the drafts asked, the result kept. Beside it, where DuckDB is installed, the same question over
the same inputs in Parquet that nothing encrypts (docs/decisions/0031).
"""

import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from bench.measure import Row, once

DRAFTS, MINUTES = 100_000, 5
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
AT_ONCE = 5_000
FILLED = {
    "one": "ssri", "other": "nsaid", "severity": "high", "why": "an invented harm", "action": "Ask",
    "source": "Invented committee", "section": "section 1", "year": "2024",
}  # fmt: skip


def rows(home: Path) -> Iterable[Row]:
    """The trial over 100,000 drafts, and what Parquet would take."""
    from dataclasses import replace

    from careloom.care.document import Reviewer
    from careloom.pipeline import build
    from careloom.settings import read

    pipeline = build(replace(read(), home=home, model="none"))
    drawn = list(_fill(pipeline))
    user = pipeline.store.users.create("lena", role="quality_lead", name="Lena")
    lead = pipeline.store.users.reviewer("lena")
    assert isinstance(lead, Reviewer), user
    rule = pipeline.protecting.draft(lead, FILLED)
    steps: list[int] = []
    came = None

    def trial() -> None:
        nonlocal came
        came = pipeline.protecting.try_over_the_past(lead, rule, lambda done, _all: steps.append(done))

    cost = once(trial)
    assert came is not None and came.drafts == DRAFTS and came.left_out == 0
    expected = sum(_meets(pipeline, one) for one in drawn)
    yield (
        f"a rule over {DRAFTS:,} drafts (SQLite, sealed rows)",
        f"{cost.wall:.1f} s wall, {cost.cpu:.1f} s CPU; {len(steps)} steps of progress",
        f"< {MINUTES} min",
        cost.wall < MINUTES * 60 and len(steps) > 10,
    )
    yield (
        "drafts that it flags, as counted otherwise",
        f"{came.flagged:,} of {expected:,}",
        "all",
        came.flagged == expected,
    )
    if find_spec("duckdb") and find_spec("pyarrow"):
        seconds, found = _parquet(home, pipeline, drawn)
        yield (
            "the same over unencrypted Parquet by DuckDB",
            f"{seconds:.2f} s wall, {found:,} flagged",
            "told",
            found == expected,
        )


def _fill(pipeline: "object") -> Iterator[tuple[str, ...]]:
    """Put the drafts into the store; the drugs of each."""
    from careloom.care.site_rule import RuleInputs
    from careloom.pipeline import Pipeline
    from careloom.store import codec
    from careloom.store.ids import new_id
    from careloom.store.models import Filing, FrozenInputs, Patient, StoredProposal, place

    assert isinstance(pipeline, Pipeline)
    chance = random.Random(31)
    keys, organisation = pipeline.store.keys, pipeline.store.keys.organisation
    patient = Patient.objects.create(organisation=organisation, created=BEGAN)
    names = [one.name for one in pipeline.knowledge.drugs.all()]
    for start in range(0, DRAFTS, AT_ONCE):
        proposals, frozen, filings = [], [], []
        for number in range(start, start + AT_ONCE):
            made = BEGAN + timedelta(minutes=9 * number)
            drugs = tuple(sorted(chance.sample(names, chance.randint(4, 14))))
            proposal = StoredProposal(
                id=new_id(), organisation=organisation, patient=patient, kind="care_plan", status="draft",
                tier=1, created=made, sealed_cited=b"", seen=b"",
            )  # fmt: skip
            inputs = RuleInputs(
                proposal=proposal.id.hex, kind="care_plan", made=made, drugs=drugs, problems=("hypertension", "diabetes"),
                labs=dict.fromkeys(("potassium", "egfr", "hba1c", "systolic"), ("4.8", "mmol/L", "2026-01-02")),
            )  # fmt: skip
            row = new_id()
            sealed = keys.seal(codec.encode(inputs), place("frozen inputs", row, "inputs"))
            frozen.append(
                FrozenInputs(id=row, organisation=organisation, proposal=proposal, made=made, sealed=sealed)
            )
            proposals.append(proposal)
            if not number % 10:
                filings.append(
                    Filing(organisation=organisation, patient=patient, proposal=proposal, version=1, at=made)
                )
            yield drugs
        StoredProposal.objects.bulk_create(proposals)
        FrozenInputs.objects.bulk_create(frozen)
        Filing.objects.bulk_create(filings)


def _sides(pipeline: "object") -> tuple[set[str], set[str]]:
    from careloom.pipeline import Pipeline

    assert isinstance(pipeline, Pipeline)
    of = pipeline.knowledge.drugs.class_members
    return {one.name for one in of("ssri")}, {one.name for one in of("nsaid")}


def _meets(pipeline: "object", drugs: tuple[str, ...]) -> bool:
    ones, others = _sides(pipeline)
    return any(a in ones and b in others and a != b for a in drugs for b in drugs)


def _parquet(home: Path, pipeline: "object", drawn: list[tuple[str, ...]]) -> tuple[float, int]:
    import duckdb
    import pyarrow
    import pyarrow.parquet

    file = home / "frozen.parquet"
    table = pyarrow.table({"proposal": list(range(len(drawn))), "drugs": drawn})
    pyarrow.parquet.write_table(table, file, compression="zstd")
    ones, others = (sorted(side) for side in _sides(pipeline))
    began = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        (found,) = connection.execute(
            "SELECT count(*) FROM read_parquet(?) WHERE list_has_any(drugs, ?) AND list_has_any(drugs, ?)",
            [str(file), ones, others],
        ).fetchone() or (0,)
    return time.perf_counter() - began, int(found)
