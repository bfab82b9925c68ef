"""A licence holds in its own state: one of another state signs nothing, a nurse's multistate one holds where a state of the site is in the compact."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from careloom.care.document import Tier
from careloom.care.licensing import holds, states
from careloom.errors import ConfigError, NotLicensed
from careloom.pipeline import Pipeline
from careloom.review.tiers import lapsed, reach, reach_of
from careloom.store.users import Licence
from tests.flow.test_calling import desk, hands

__all__ = ["desk", "hands"]
pytestmark = pytest.mark.django_db
TODAY, LATER = date(2026, 11, 23), date(2031, 6, 30)


def licensed(desk: Pipeline, name: str, role: str, state: str, *, multistate: bool = False) -> Any:
    held = Licence(state, f"X-{name}", LATER, multistate=multistate)
    desk.store.users.create(name, role=role, licence=held)
    return desk.store.users.reviewer(name)


def test_where_no_state_is_set_any_licence_signs(desk: Pipeline, settings: Any) -> None:
    assert settings.CARELOOM_LICENCE_STATES == {}
    assert reach(licensed(desk, "nell", "registered_nurse", "NH"), TODAY) is Tier.NURSE


def test_a_licence_of_another_state_signs_nothing_and_says_which_it_is(desk: Pipeline, settings: Any) -> None:
    settings.CARELOOM_LICENCE_STATES = states("MA")
    for name, role in (("nell", "registered_nurse"), ("drew", "physician")):
        away = licensed(desk, name, role, "NH")
        assert reach_of(away, TODAY) is Tier.AUTO and lapsed(away, TODAY) == "NH"
        with pytest.raises(NotLicensed, match="the licence is of NH, a state in which nobody signs here"):
            reach(away, TODAY)
    assert reach(licensed(desk, "mae", "registered_nurse", "MA"), TODAY) is Tier.NURSE
    assert reach(desk.store.users.reviewer("osei"), TODAY) is Tier.PHYSICIAN


def test_a_multistate_licence_holds_in_a_compact_state_and_in_no_other(desk: Pipeline, settings: Any) -> None:
    nell = licensed(desk, "nell", "registered_nurse", "TX", multistate=True)
    single = licensed(desk, "sue", "registered_nurse", "TX")
    settings.CARELOOM_LICENCE_STATES = states("NH+compact")
    assert reach(desk.store.users.reviewer("nell"), TODAY) is Tier.NURSE
    assert reach_of(desk.store.users.reviewer("sue"), TODAY) is Tier.AUTO
    settings.CARELOOM_LICENCE_STATES = states("MA")
    assert reach_of(desk.store.users.reviewer("nell"), TODAY) is Tier.AUTO
    assert nell.user != single.user


@pytest.mark.parametrize("role", ["physician", "advanced_practice_nurse", "physician_assistant"])
def test_the_nurses_compact_carries_nobody_elses_licence(role: str) -> None:
    assert not holds(states("NH+compact"), "TX", role, multistate=True)
    assert holds(states("NH+compact TX"), "TX", role, multistate=False)


def test_a_multistate_licence_expires_like_any_other(desk: Pipeline, settings: Any) -> None:
    settings.CARELOOM_LICENCE_STATES = states("NH+compact")
    nell = licensed(desk, "nell", "registered_nurse", "TX", multistate=True)
    assert reach_of(replace(nell, licence_expiry="2026-11-22"), TODAY) is Tier.AUTO


@pytest.mark.parametrize("wrong", ["Massachusetts", "ma", "MA,NH", "NH+nlc", "MA:RN"])
def test_a_setting_that_is_no_list_of_states_stops_the_start_in_words(wrong: str) -> None:
    with pytest.raises(ConfigError, match="CARELOOM_LICENCE_STATES holds states, such as MA"):
        states(wrong)
