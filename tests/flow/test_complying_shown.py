"""What the pack shows of the basis: cards as the service answers them, examples of kinds, models by group; what has no basis is told in red."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from careloom.care.document import Proposal
from careloom.comply import bill, inputs
from careloom.comply.judging import Known, judged
from careloom.pipeline import Pipeline
from careloom.pipeline.equity import FEWEST, Equity, Group, model_is_revised
from careloom.pipeline.evidence import cards, groups, people, texts, worksheet
from careloom.pipeline.evidence.looked import no_cards
from careloom.store.models import HookCard
from careloom.study.pilot.groups import DIMENSIONS
from tests.flow.test_complying_watched import site_of, told

pytestmark = pytest.mark.django_db


def test_cards_are_answered_by_the_service_shown_with_their_basis_and_kept_nowhere(desk: Pipeline) -> None:
    site = site_of(desk)
    found = cards.tried(site)
    assert told(cards.of_cards(site, found))["fda.cards"].holds is True
    assert HookCard.objects.count() == 0
    shown = cards.screens(found)
    assert len(shown) == 3 and all(len(one.lines[0].basis) == 2 and one.lines[0].guideline for one in shown)
    assert "this order" in " ".join(shown[0].lines[0].basis) and "JSON" in shown[0].pictured
    with Image.open(BytesIO(b64decode(shown[0].picture))) as picture:
        assert picture.width > 500 and picture.height < picture.width


def test_a_card_without_a_source_and_an_order_that_nobody_answers_are_red(desk: Pipeline) -> None:
    site = site_of(desk)
    (first, *rest) = cards.tried(site)
    bare = replace(first, cards=({**first.cards[0], "source": {"label": "Careloom"}},))
    assert told(cards.of_cards(site, (bare, *rest)))["fda.cards"].holds is False
    silent = cards.tried(replace(site, cards=no_cards))
    found = told(cards.of_cards(site, silent))["fda.cards"]
    assert found.holds is False and "NOTHING was answered to: simvastatin" in found.value


def test_a_letter_chosen_from_the_record_recommends_and_one_to_a_payer_asks_counsel(desk: Pipeline) -> None:
    site = site_of(desk)
    shown = {one.kind.id: one for one in worksheet.examples(site)}
    letter = shown["education"]
    assert letter.kind.demands.floor in worksheet.OPEN and letter.recommends
    facts = told(worksheet.of_criteria(site, tuple(shown.values())))
    assert facts["fda.prior_auth_letter.audience"].holds is None
    assert facts["fda.care_plan.audience"].holds is True
    rules = {one.key: one for one in worksheet.rules(tuple(shown.values()))}
    assert "counsel" in rules["fda.prior_auth_letter.3"].question and not rules["fda.care_plan.3"].question
    # A kind of which there is neither an example nor a draft is not met, whatever else is true of the product.
    note = judged(rules["fda.visit_note.2"], Known(facts, {}, None, site.at))
    assert shown["visit_note"].document is None and note.verdict == "not_met"


def test_what_a_model_worded_is_judged_by_its_own_lines_and_measured_by_group_or_red(
    desk: Pipeline, plan: Proposal
) -> None:
    assert model_is_revised(plan, plan) is None
    first, *others = plan.document.statements
    worded = replace(
        plan, document=replace(plan.document, statements=(replace(first, written_by="model"), *others))
    )
    assert model_is_revised(worded, worded) is False
    assert model_is_revised(worded, replace(worded, struck=(first.id,))) is True
    assert model_is_revised(worded, replace(worded, struck=(others[0].id,))) is False
    site = site_of(desk)
    nothing = groups.looked(site, model_is_revised)
    fared = groups.looked(site)
    found = told(groups.of_groups(site, fared, nothing))["groups.models"]
    assert found.holds is False and "use a model that earned a task" in found.value
    assert groups.of_models(nothing).red == tuple(range(len(DIMENSIONS)))
    few = Equity((), dict.fromkeys(DIMENSIONS, 2), {}, 9)
    assert (
        f"two groups of {FEWEST} patients" in told(groups.of_groups(site, fared, few))["groups.models"].value
    )
    whole = Equity(
        tuple(Group(name, side, 20, 20, 5, (0.25, 0.1, 0.5)) for name in DIMENSIONS for side in "ab"),
        {},
        {},
        40,
    )
    assert told(groups.of_groups(site, fared, whole))["groups.models"].holds is True
    assert "25% (10% to 50%)" in groups.of_models(whole).rows[0][3]


def test_what_people_found_in_a_sample_speaks_for_or_against_and_an_old_one_says_nothing(
    desk: Pipeline,
) -> None:
    def sampled(days: int = 0) -> bool | None:
        site = replace(site_of(desk), at=site_of(desk).at + timedelta(days=days))
        return told(texts.of_samples(site))["harbor.sampled"].holds

    assert sampled() is None
    desk.deidentifying.judge("operator", 40, 0)
    assert sampled() is True and sampled(days=400) is None
    desk.deidentifying.judge("operator", 40, 1, {"name": 1})
    assert sampled() is False


def test_a_new_account_that_nobody_used_yet_is_no_idle_one(desk: Pipeline) -> None:
    desk.store.users.create("newcomer", role="registered_nurse", password="quiet-harbor-morning")
    site = site_of(desk)
    assert told(people.of_people(site))["accounts.idle"].holds is True
    later = told(people.of_people(replace(site, at=site.at + timedelta(days=120))))["accounts.idle"]
    assert later.holds is False and "newcomer" in later.value


def test_the_bill_says_who_made_what_and_what_needs_what(desk: Pipeline) -> None:
    every = {one.name: one for one in bill.installed({})}
    assert "sqlparse" in every["django"].needs and every["django"].supplier == "Django Software Foundation"
    made = bill.as_cyclonedx(every.values(), "0" * 32, site_of(desk).at, "1", "a clinic")
    needs = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}  # type: ignore[attr-defined]
    django = f"pkg:pypi/django@{every['django'].version}"
    assert f"pkg:pypi/sqlparse@{every['sqlparse'].version}" in needs[django] and django in needs["careloom"]
    assert made["metadata"]["authors"] == [{"name": "a clinic"}]  # type: ignore[index]


def test_each_tool_that_judges_names_its_source_and_what_judges_nobody_is_not_asked_for_one() -> None:
    assert inputs.unsourced() == ()
    rows = {row[0]: row for row in inputs.inventory().rows}
    assert "judges nobody" in rows["record/people.py"][3]
