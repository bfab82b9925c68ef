"""What an EHR is answered at a hook while something is stopped, and once a rule of the site is active."""

from dataclasses import asdict
from pathlib import Path

import pytest

from careloom.care.document import Severity
from careloom.care.site_rule import DrugPair, DrugState, RuleStep, RuleStepKind
from careloom.pipeline import Pipeline
from tests.web.ehr import SIGN, VIEW, Ehr, asks, known, marta, order, searched, taking

pytestmark = pytest.mark.django_db
NOTHING = "Careloom is stopped at this site: nothing was looked at here."


def test_while_the_site_is_stopped_one_card_says_so_and_nothing_else_is_answered(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    known(real, tmp_path, taking("Clarithromycin 500 MG"))
    asked = asks(order("Simvastatin 40 MG"), patient=marta())
    assert len(ehr.cards(SIGN, asked)) >= 1
    real.stop_switch.stop("operator", "site", "", "a test")
    for service, sent in ((SIGN, asked), (VIEW, asks(hook="patient-view", patient=marta()))):
        assert [one["summary"] for one in ehr.cards(service, sent)] == [NOTHING]


def test_while_care_plans_are_stopped_who_opens_a_chart_is_told(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    known(real, tmp_path, taking("Clarithromycin 500 MG"))
    real.stop_switch.stop("operator", "kind", "care_plan", "a test")
    cards = ehr.cards(VIEW, asks(hook="patient-view", patient=marta()))
    assert "Care plans are stopped" in cards[-1]["summary"]
    assert "stopped" not in str(ehr.cards(SIGN, asks(order("Simvastatin 40 MG"), patient=marta())))


def test_an_active_rule_of_the_site_is_a_card_at_the_signing_of_an_order(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    pair = DrugPair(
        one="metformin",
        other="cetirizine",
        severity=Severity.HIGH,
        why="an invented harm at the hook",
        action="Ask the prescriber.",
        source="Invented committee",
        section="4",
        year=2024,
    )
    sent = asks(order("Metformin 500 MG"), patient=marta(), meds=searched(taking("Cetirizine 10 MG")))
    assert "invented harm" not in str(ehr.cards(SIGN, sent))
    rules, at = real.store.site_rules, real.clock()
    version = rules.add(pair, who="u", at=at)
    rules.say(version, RuleStep(what=RuleStepKind.ACTIVE, who="u", role="physician", at=at))
    (card,) = [one for one in ehr.cards(SIGN, sent) if "invented harm" in str(one)]
    assert card["indicator"] == "warning"
    state = DrugState(
        **{
            **{k: v for k, v in asdict(pair).items() if k != "other"},
            "line": "no lab: tsh within 30 days",
            "why": "an invented lack",
            "severity": Severity.HIGH,
        }
    )
    other = rules.add(state, who="u", at=at)
    rules.say(other, RuleStep(what=RuleStepKind.ACTIVE, who="u", role="physician", at=at))
    assert "an invented lack" in str(ehr.cards(SIGN, sent))
    rules.say(version, RuleStep(what=RuleStepKind.WITHDRAWN, who="u", role="physician", at=at))
    assert "invented harm" not in str(ehr.cards(SIGN, sent))
