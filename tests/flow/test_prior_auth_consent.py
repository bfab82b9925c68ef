"""A letter to a payer about somebody whom a substance-use programme treats: nothing of it without consent, and its notice only with it."""

import base64

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.record import PART2_NOTICE
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from careloom.store.licence import Licence
from tests.flow.test_consent import CONSENT, desk, programme, sends
from tests.flow.test_deciding import every
from tests.record.sources import order

__all__ = ["desk", "sends"]

pytestmark = pytest.mark.django_db


def asked(desk: Pipeline, sends, criterion: str, *more) -> tuple[str, Proposal]:
    """Who was asked for and the letter, of one criterion."""
    who = sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    sends("lighthouse", *programme(*more))
    fields = {"policy": f"Approval criteria\n1. {criterion}\n", "service": "naltrexone"}
    return who, desk.propose("test", who, kind="prior_auth_letter", model="none", given=fields)


def test_what_consent_withholds_answers_no_criterion_and_leaves_no_trace(desk, sends):
    _, letter = asked(desk, sends, "Diagnosis of opioid dependence")
    (line,) = [one.text for one in letter.document.statements if one.text.startswith("“1. ")]
    assert line == "“1. Diagnosis of opioid dependence”: not documented; needed: a recorded diagnosis."
    told = repr([one for one in letter.document.statements if one.text != line])
    assert not [word for word in ("F11", "ethadone", "ighthouse", "pioid", "restricted") if word in told]


@pytest.mark.parametrize(
    ("criterion", "tells"), [("Diagnosis of opioid dependence", True), ("Currently taking citalopram", False)]
)
def test_a_programmes_notice_goes_only_with_a_letter_that_tells_of_it(desk, sends, criterion, tells):
    who, letter = asked(desk, sends, criterion, CONSENT)
    desk.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", AS_OF.replace(year=2030)))
    physician: Reviewer = desk.store.users.reviewer("osei")
    desk.decide(physician, letter.id, Action.APPROVE, opened=every(letter))
    chart = [one["resource"] for one in desk.chart(physician, who)["entry"]]
    (filed,) = [one for one in chart if one["resourceType"] == "DocumentReference"]
    said = base64.b64decode(filed["content"][0]["attachment"]["data"]).decode()
    assert (PART2_NOTICE in said) is tells
    assert ("securityLabel" in filed) is tells
