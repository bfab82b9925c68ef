"""A rule of the site that is active speaks on the telephone, too: what it calls high is asked of whoever is called."""

from pathlib import Path

import pytest

from careloom.care.document import Reviewer
from careloom.pipeline import Pipeline
from tests.flow.test_access import person
from tests.flow.test_calling_harm import asked, begun, desk, hands, him, known, nora, order, stay
from tests.flow.test_protecting import FILLED

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db


def signed(desk: Pipeline, said: dict[str, str], before: str = "") -> str:
    """A rule, or another version of one, from its template to active."""
    making, users = desk.protecting, desk.store.users
    rule = making.draft(users.reviewer("lena"), said, version_of=before)
    making.try_over_the_past(users.reviewer("lena"), rule)
    making.run_silently(users.reviewer("lena"), rule)
    for name in ("phil", "olga"):
        making.sign(users.reviewer(name), rule)
    return rule


def test_a_high_rule_of_the_site_is_asked_about_in_a_call_from_the_moment_it_is_active(
    desk: Pipeline, nora: Reviewer, tmp_path: Path
) -> None:
    for name, role in (("lena", "quality_lead"), ("phil", "pharmacist"), ("olga", "physician")):
        person(desk, name, role)
    who = known(desk, tmp_path, stay(), order("metformin 500 mg"), order("cetirizine 10 mg"))
    assert not [one for one in asked(desk, nora, who) if one.press == "high"]
    filled = {**FILLED, "one": "biguanides", "other": "cetirizine", "severity": "high"}
    rule = signed(desk, filled)
    (found,) = [one for one in asked(desk, nora, who) if one.press == "high"]
    said = f"{found.why} {found.more}"
    assert found.topic in ("metformin", "cetirizine")
    assert (
        "an invented harm for this test" in said and "Invented formulary committee, section 4, 2024" in said
    )
    # No question of a call is spent on what is moderate, by our own list neither.
    signed(desk, {**filled, "severity": "moderate"}, rule)
    assert not [one for one in asked(desk, nora, who) if one.press == "high"]
