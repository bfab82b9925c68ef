"""What can't wait in a record itself stands on the panel before anybody drafted a plan, and leaves it with its cause."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Reviewer
from careloom.care.panel import Because
from careloom.pipeline import Pipeline
from careloom.store.clock import now
from tests.connect.made import coded
from tests.flow.panels import clashing, days_ago, drug, found, the_line, why
from tests.flow.test_access import person
from tests.flow.test_deciding import every
from tests.record.sources import of

pytestmark = pytest.mark.django_db


def test_a_high_finding_of_the_record_stands_on_the_panel_before_anybody_drafted_a_plan(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    marta, calm = arrives(*clashing(), who=1), arrives(drug("atorvastatin 20 MG Oral Tablet"), who=2)
    (words,) = found(pipeline, rosa, marta)
    assert "warfarin" in words and "ibuprofen" in words
    assert not pipeline.store.proposals.of(marta)
    panel = pipeline.panels.panel(rosa)
    assert [line.patient for line in panel.lines] == [marta, calm]
    assert panel.counts[Because.FINDING] == 1 and found(pipeline, rosa, calm) == []


def test_a_finding_waits_since_it_was_first_seen_and_leaves_with_the_drug_that_made_it(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    marta = arrives(*clashing())

    def since() -> datetime:
        assert found(pipeline, rosa, marta)
        reasons = the_line(pipeline, rosa, marta).reasons
        return next(one.at for one in reasons if one.because is Because.FINDING)

    first = since()
    arrives(drug("atorvastatin 20 MG Oral Tablet", "3"))
    assert since() == first
    arrives(drug("ibuprofen 600 MG Oral Tablet", "2", status="stopped"))
    assert found(pipeline, rosa, marta) == []


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "unopened"])
def test_what_a_physician_opened_and_signed_a_line_about_stands_on_the_panel_no_more(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str], *, opened: bool
) -> None:
    marta, osei = arrives(*clashing()), person(pipeline, "osei", "physician")
    plan = pipeline.propose("test", marta, model="none")
    assert found(pipeline, rosa, marta)
    for number in range(len(plan.findings) if opened else 0):
        pipeline.attention.look(osei, pipeline.review(osei, plan.id), f"f{number}")
    pipeline.decide(osei, plan.id, Action.APPROVE, opened=every(plan))
    assert pipeline.store.proposals.get(plan.id).status == "active"
    assert bool(found(pipeline, rosa, marta)) is not opened


def test_methotrexate_every_day_stands_on_the_panel_after_a_physician_signed_until_its_order_ends(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    order = drug("methotrexate", dosageInstruction=[{"text": "15 mg by mouth daily"}])
    marta, osei = arrives(order), person(pipeline, "osei", "physician")
    plan = pipeline.propose("test", marta, model="none")
    for number in range(len(plan.findings)):
        pipeline.attention.look(osei, pipeline.review(osei, plan.id), f"f{number}")
    pipeline.decide(osei, plan.id, Action.APPROVE, opened=every(plan))
    (words,) = found(pipeline, rosa, marta)
    assert "methotrexate" in words
    arrives({**order, "status": "stopped"})
    assert found(pipeline, rosa, marta) == []


def test_what_time_alone_takes_away_is_gone_without_anything_that_came(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    """A glucose of 41 of three weeks ago beside insulin counts for 30 days."""
    low = of(
        "Observation",
        id="low",
        status="final",
        code=coded("2345-7", "Glucose"),
        effectiveDateTime=days_ago(21),
        valueQuantity={"value": 41, "unit": "mg/dL", "code": "mg/dL"},
    )
    marta = arrives(drug("insulin glargine 100 UNT/ML Injectable Solution"), low)
    (words,) = found(pipeline, rosa, marta)
    assert "41" in words
    later = replace(pipeline, clock=lambda: now() + timedelta(days=20))
    assert found(later, rosa, marta) == []


def test_what_an_urgent_page_tells_is_not_told_twice(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    text = base64.b64encode(b"Fell on the stairs and hit her head.").decode()
    note = of(
        "DocumentReference",
        id="fall",
        status="current",
        date=days_ago(1),
        content=[{"attachment": {"contentType": "text/plain", "data": text}}],
    )
    marta = arrives(drug("apixaban 5 MG Oral Tablet"), note)
    assert found(pipeline, rosa, marta) == []
    assert why(pipeline, rosa, marta)[0] is Because.URGENT
    (page,) = pipeline.store.pages.waiting()
    pipeline.paging.finish(rosa, page.id, "Seen at Mercy, CT clear")
    assert found(pipeline, rosa, marta) == [] and why(pipeline, rosa, marta) == []


def test_nothing_of_a_programme_and_nobody_who_died_stands(
    home: Path, pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[haven]\nformat = "fhir"\npart2 = true\nprogramme = "Haven"\n')
    own = pipelines.build(replace(settings.read(), home=home, model="none"))
    warfarin, ibuprofen = clashing()
    marta = arrives(ibuprofen, who=1)
    arrives(warfarin, who=1, source="haven")
    assert found(own, rosa, marta) == []
    dead = arrives(*clashing(), who=3, deceasedDateTime=days_ago(2)[:10])
    assert found(own, rosa, dead) == []


def test_two_records_that_become_one_are_looked_through_as_one(
    pipeline: Pipeline, rosa: Reviewer, arrives: Callable[..., str]
) -> None:
    warfarin, ibuprofen = clashing()
    one, other = arrives(warfarin, who=1), arrives(ibuprofen, who=2)
    assert found(pipeline, rosa, one) == found(pipeline, rosa, other) == []
    pipeline.store.sameness.say(one, other, "same", who=rosa.user, why="the same card")
    assert found(pipeline, rosa, pipeline.store.sameness.first(one))
