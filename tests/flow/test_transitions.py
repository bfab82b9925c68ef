"""Transitional care: from a discharge in the record, the contact documented here and the practitioner's word, to what a biller reads."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from careloom.care.hours import Calendar
from careloom.pipeline.transitions import contact_by
from tests.connect.made import Resource
from tests.flow.managed import MONTH, Managed
from tests.flow.pilots import trying

pytestmark = pytest.mark.django_db
# A Friday.
OUT = date(2026, 11, 13)


def stay(start: str, end: str, disposition: str | None = "home", name: str = "e1") -> Resource:
    made: Resource = {
        "resourceType": "Encounter",
        "id": name,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "period": {"start": start, "end": end},
    }
    if disposition is not None:
        system = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
        made["hospitalization"] = {
            "dischargeDisposition": {"coding": [{"system": system, "code": disposition}]}
        }
    return made


def visit(day: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": "e9",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": f"{day}T10:00:00-05:00", "end": f"{day}T10:30:00-05:00"},
    }


@pytest.fixture
def here(home: Path, tmp_path: Path) -> Managed:
    made = Managed(trying(home, tmp_path / "people"))
    made.site.hands.now = datetime(2026, 11, 17, 20, tzinfo=UTC)
    return made


def calls(here: Managed, day: str, reached: str = "reached", at: str = "10:00", **more: str) -> None:
    """A telephone call that is documented here."""
    said = {"day": day, "start": at, "way": "phone", "reached": reached}
    said |= {"whom": "patient", "reported": "Feels well at home."} if reached == "reached" else {}
    here.pipeline.visiting.keep(here.site.rosa, here.patient, {**said, **more})


def attests(here: Managed, **more: Any) -> None:
    here.says(
        here.osei,
        "transition",
        OUT,
        **({"complexity": "high", "visit": date(2026, 11, 17), "reconciled": True} | more),
    )


def test_a_discharge_with_its_call_visit_and_word_is_transitional_care(here: Managed) -> None:
    here.comes(stay("2026-11-09", "2026-11-13"), visit("2026-11-17"))
    calls(here, "2026-11-16")
    attests(here)
    one = here.family("tcm")
    assert (one.lacks, dict(one.units)) == ((), {"99496": 1})
    assert {"discharge 2026-11-13", "contact 2026-11-16, by registered_nurse", "visit 2026-11-17"} <= set(
        one.evidence
    )
    assert sum(said.startswith("entry ") for said in one.evidence) == 3
    assert (here.month().counted, here.found().pays) == (("tcm",), 270.0)


def test_a_discharge_that_nobody_followed_tells_what_it_lacks(here: Managed) -> None:
    here.comes(stay("2026-11-09", "2026-11-13"))
    lacks = " ".join(here.family("tcm").lacks)
    assert "no contact" in lacks and "no visit" in lacks and "complexity" in lacks and "reconciled" in lacks
    assert here.found().pays == 0.0


@pytest.mark.parametrize(
    ("told", "called", "said", "why"),
    [
        (
            [stay("2026-11-09", "2026-11-13", None)],
            "2026-11-16",
            {},
            "doesn't say that the patient went home",
        ),
        ([stay("2026-11-09", "2026-11-13", "snf")], "2026-11-16", {}, "didn't go home"),
        ([stay("2026-11-09", "2026-11-13")], "2026-11-13", {}, "no contact after the discharge"),
        ([stay("2026-11-09", "2026-11-13")], "2026-11-16", {"complexity": "low"}, "moderate or high"),
        (
            [stay("2026-11-09", "2026-11-13"), stay("2026-11-15", "2026-11-16", name="e2")],
            "2026-11-17",
            {},
            "admitted again on 2026-11-15",
        ),
    ],
)
def test_what_speaks_against_it_is_told(
    here: Managed, told: list[Resource], called: str, said: dict[str, Any], why: str
) -> None:
    here.comes(*told)
    calls(here, called)
    attests(here, **said)
    families = [one for one in here.month().families if one.family == "tcm"]
    assert any(why in lack for one in families for lack in one.lacks)
    assert not families[0].met


def test_two_calls_in_time_that_reached_nobody_are_told_as_attempts(here: Managed) -> None:
    here.comes(stay("2026-11-09", "2026-11-13"), visit("2026-11-17"))
    calls(here, "2026-11-16", "nobody_reached", at="09:00")
    assert any("no contact" in why for why in here.family("tcm").lacks)
    calls(here, "2026-11-17", "nobody_reached", at="09:00")
    attests(here)
    one = here.family("tcm")
    assert one.lacks == () and "attempt 2026-11-16" in one.evidence


def test_business_days_leave_out_weekends_and_the_sites_holidays() -> None:
    plain = Calendar(ZoneInfo("America/New_York"))
    assert contact_by(OUT, plain) == date(2026, 11, 17)
    closed = Calendar(ZoneInfo("America/New_York"), holidays=frozenset({date(2026, 11, 16)}))
    assert contact_by(OUT, closed) == date(2026, 11, 18)
    assert contact_by(date(2026, 11, 17), plain) == date(2026, 11, 19)


def test_of_a_visit_in_the_next_month_that_month_is_told(here: Managed) -> None:
    here.comes(stay("2026-10-26", "2026-10-30"), visit("2026-11-05"))
    assert here.found(date(2026, 10, 1)).patients == ()
    assert [one.family for one in here.month(MONTH).families] == ["tcm"]
