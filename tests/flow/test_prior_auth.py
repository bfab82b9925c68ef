"""A letter to a payer from its policy to the chart: signed by a person, with its Claim, and checked again by its JSON."""

from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom.care.document import Action, Proposal, Reviewer, Verdict
from careloom.cli.proposal import from_json, to_json
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import every

pytestmark = pytest.mark.django_db
POLICY = """Coverage criteria
All of the following must be met:
1. Member is 18 years of age or older
2. Diagnosis of heart failure, type 2 diabetes or COPD
3. Failed at least two other agents
"""


def asked(desk: Pipeline, policy: str = POLICY) -> Proposal:
    fields = {"policy": policy, "service": "echocardiogram, CPT 93306", "payer": "County Health Plan"}
    return desk.propose("test", desk.find(SAMUEL), kind="prior_auth_letter", model="none", given=fields)


def test_a_signed_letter_is_filed_with_its_claim(desk: Pipeline, physician: Reviewer) -> None:
    letter = asked(desk)
    assert {one.verdict for one in letter.document.statements} == {Verdict.SUPPORTED}
    assert desk.decide(physician, letter.id, Action.APPROVE, opened=every(letter)).status == "active"
    chart = desk.chart(physician, desk.find(SAMUEL))
    Bundle.model_validate(chart)
    claims = [one["resource"] for one in chart["entry"] if one["resource"]["resourceType"] == "Claim"]
    assert [one["use"] for one in claims] == ["preauthorization"]
    assert claims[0]["item"][0]["productOrService"]["coding"][0]["code"] == "93306"


def test_asked_twice_it_is_the_same_letter_and_of_another_policy_another(desk: Pipeline) -> None:
    first = asked(desk)
    assert asked(desk).id == first.id
    assert asked(desk, POLICY.replace("18", "21")).id != first.id


def test_its_json_is_checked_against_policy_and_record_again(desk: Pipeline) -> None:
    letter = asked(desk)
    again = desk.check("test", from_json(to_json(letter)), desk.find(SAMUEL))
    assert {one.verdict for one in again.document.statements} == {Verdict.SUPPORTED}
    document = from_json(to_json(letter))
    lines = tuple(
        replace(one, text=one.text.replace("”: a person must judge", "”: met")) for one in document.statements
    )
    wrong = desk.check("test", replace(document, statements=lines), desk.find(SAMUEL))
    assert [one.text[:9] for one in wrong.document.statements if one.verdict is Verdict.CONTRADICTED] == [
        "“3. Faile"
    ]


def test_what_is_no_policy_leaves_no_draft(desk: Pipeline) -> None:
    with pytest.raises(InputError, match="policy"):
        asked(desk, "1. Melt butter.\n2. Add two eggs.\n")
