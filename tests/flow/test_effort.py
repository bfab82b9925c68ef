"""How much work documents took: drafted and by hand, through the clock and the desk, told to a lead together and to each person her own."""

from datetime import date
from pathlib import Path

import pytest

from careloom.errors import InputError, NotLicensed
from careloom.measure.efficiency import Case, Withheld
from careloom.pipeline.effort import saved
from careloom.store.models import AuditEvent
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.minutes import Minutes
from tests.flow.pilots import Trying, trying

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Trying:
    return trying(home, tmp_path / "people")


def test_a_lead_sees_everybody_together_and_each_person_her_own(site: Trying) -> None:
    one, two, three = site.patients(3)
    drafted, written = site.drafts(site.rosa, one), site.writes(site.nina, two)
    site.works(site.rosa, drafted, 6)
    site.works(site.nina, written, 12)
    for plan in (drafted, written):
        site.signs(site.rosa, plan)
    site.drafts(site.rosa, three)
    site.later(days=1)
    effort = site.pipeline.effort
    with pytest.raises(NotLicensed):
        effort.found(site.rosa, FIRST, LAST)
    with pytest.raises(InputError):
        effort.found(site.lead, LAST, FIRST)
    with pytest.raises(InputError):
        effort.found(site.lead, FIRST, date(2027, 1, 1))
    found = effort.found(site.lead, FIRST, LAST)
    assert (found.cases, found.filed) == (3, 2)
    few = found.saved["care_plan"]
    assert isinstance(few, NotSaid) and "1 cases without and 1 with a draft are too few" in few.words
    assert found.by_tier
    assert all(isinstance(one, Withheld) for one in (found.per_week, *found.by_tier.values()))
    assert isinstance(found.changed, Estimate) and found.changed.value == 0.0
    assert set(found.time_to_plan) == {"first message"}
    cases = {one.id: one for one in effort.cases("operator", FIRST, LAST)}
    assert (cases[drafted.id].minutes, cases[written.id].minutes) == (6.0, 12.0)
    assert (cases[drafted.id].drafted, cases[written.id].drafted) == (True, False)
    rosas, ninas = effort.own(site.rosa, FIRST, LAST), effort.own(site.nina, FIRST, LAST)
    assert (rosas.filed, rosas.drafted, rosas.by_hand) == (1, 6.0, None)
    assert (ninas.filed, ninas.drafted, ninas.by_hand) == (1, None, 12.0)
    with pytest.raises(NotLicensed):
        effort.own(site.lead, FIRST, LAST)
    assert AuditEvent.objects.filter(action="read", actor=site.lead.user).count() >= 3


def test_minutes_are_compared_with_the_sites_own_hand_written_documents_of_the_same_kind() -> None:
    cases = [
        Case(
            id=f"{number}",
            patient=f"p{number}",
            kind="care_plan" if number < 40 else "care_plan_summary",
            drafted=number % 2 == 0,
            tier="nurse",
            who=f"n{number // 2 % 2}",
            minutes=(20.0 if number % 2 == 0 else 40.0) + number % 7,
            filed=FIRST,
        )
        for number in range(44)
    ]
    found = saved(cases)
    plans = found["care_plan"]
    assert isinstance(plans, Minutes) and plans.verdict == "less"
    assert plans.saved is not None and 15 < plans.saved.low < plans.saved.high < 25
    assert isinstance(found["care_plan_summary"], NotSaid)
