"""A month of care management from the consent to what a biller reads, and each thing without which it isn't one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloom.errors import InputError, NotLicensed
from careloom.pipeline.prices import FILE
from careloom.store.models import AuditEvent, ManagementStep
from careloom.store.users import Licence
from tests.flow.managed import MONTH, PRICES, Managed
from tests.flow.pilots import trying

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def here(home: Path, tmp_path: Path) -> Managed:
    made = Managed(trying(home, tmp_path / "people"))
    made.comes()
    return made


def test_a_month_that_lacks_nothing_is_counted_with_its_evidence_and_no_name(here: Managed) -> None:
    plan = here.whole()
    found = here.found()
    (month,) = found.patients
    ccm = next(one for one in month.families if one.family == "ccm")
    assert (ccm.met, dict(ccm.units), ccm.minutes, month.counted) == (True, {"99490": 1}, 21, ("ccm",))
    assert (found.pays, found.met, found.unpriced) == (60.0, 1, ())
    said = " ".join(ccm.evidence)
    steps = {row.what: row.id.hex for row in ManagementStep.objects.all()}
    assert all(steps[what] in said for what in ("consent", "visit", "attest", "copy"))
    (minutes,) = here.pipeline.store.worked.attested(MONTH)
    assert plan.id in said and minutes.id in said and "registered_nurse" in said
    assert here.site.rosa.user not in said and "Marsh" not in said
    assert "condition Essential (primary) hypertension:" in said
    with pytest.raises(NotLicensed):
        here.pipeline.care_months.found(here.site.rosa, MONTH)


def test_nineteen_minutes_are_no_month(here: Managed) -> None:
    here.whole(attested=19)
    assert here.family("ccm").lacks == ("19 of 20 minutes are attested",)
    assert (here.found().pays, here.month().counted) == (0.0, ())


def test_each_minute_is_attested_once_and_no_minute_of_a_machine(here: Managed) -> None:
    here.whole(worked=23, attested=21)
    with pytest.raises(InputError, match="can still be attested"):
        here.minutes(20)
    assert here.family("ccm").minutes == 21


def test_two_families_of_one_month_count_as_one(here: Managed) -> None:
    plan = here.whole(worked=23, attested=21)
    here.site.works(here.osei, plan, 40)
    here.minutes(35, here.osei)
    month = here.month()
    met = [one.family for one in month.families if one.met]
    assert met == ["ccm", "ccm_practitioner"]
    assert dict(here.family("ccm").units) == {"99490": 1, "99439": 1}
    # The lowest paid of those that are met: a biller may choose another, never the software.
    assert (month.counted, here.found().pays) == (("ccm_practitioner",), 80.0)


def test_the_programme_of_the_newest_consent_takes_the_place_of_the_one_before_in_its_month(
    here: Managed,
) -> None:
    here.whole()
    here.consents(date(2026, 11, 20), programme="apcm")
    here.attests(focal=True)
    here.says(here.site.rosa, "beneficiary", date(2026, 11, 20), qualified=False)
    month = here.month()
    assert [(one.family, one.met, dict(one.units)) for one in month.families] == [
        ("apcm", True, {"G0557": 1})
    ]
    assert here.found().pays == 50.0


def test_minutes_before_a_consent_count_for_nothing(here: Managed) -> None:
    here.whole()
    here.site.later(days=1)
    here.consents(date(2026, 11, 24))
    one = here.family("ccm")
    assert (one.minutes, one.met) == (0, False)
    assert any("21 more minutes of registered_nurse don't count" in said for said in one.evidence)


def test_a_consent_withdrawn_in_the_middle_of_a_month_holds_until_its_end_for_minutes_until_that_day(
    here: Managed,
) -> None:
    plan = here.whole(worked=23, attested=21)
    ended = here.says(here.site.rosa, "end", TODAY, by="the patient", why="she does not want it any more")
    here.site.later(days=2)
    here.site.works(here.site.rosa, plan, 30)
    here.minutes(30)
    one = here.family("ccm")
    # 51 minutes were attested; on the day of the withdrawal she had worked for 23.
    assert (dict(one.units), one.met) == ({"99490": 1}, True) and 21 <= one.minutes <= 23
    assert any(ended in said for said in one.evidence)
    here.site.later(days=10)
    assert here.found(date(2026, 12, 1)).patients == ()
    with pytest.raises(InputError):
        here.says(here.site.rosa, "end", TODAY, by="the patient")


def test_a_month_without_an_initiating_visit_is_none(here: Managed) -> None:
    here.consents()
    here.attests()
    here.copies(here.signed(23))
    here.minutes(21)
    assert any("initiating visit" in one for one in here.family("ccm").lacks)
    with pytest.raises(InputError, match="too long before the consent"):
        here.visited(date(2025, 6, 1))
    taken = here.visited()
    assert here.family("ccm").met
    here.pipeline.managing.take_back(here.site.rosa, here.patient, taken, "it was somebody else's visit")
    assert not here.family("ccm").met
    with pytest.raises(InputError, match="nothing of the kind"):
        here.pipeline.managing.take_back(here.site.rosa, here.patient, taken, "it was somebody else's visit")


def test_minutes_of_a_role_that_the_site_does_not_count_are_told_and_count_for_nothing(
    here: Managed, home: Path
) -> None:
    here.pipeline.store.users.create("cora", role="care_coordinator")
    cora = here.pipeline.store.users.reviewer("cora")
    here.consents()
    here.visited()
    here.attests()
    here.copies(here.signed(25, who=cora))
    here.minutes(25, cora)
    assert (here.month().uncounted, here.family("ccm").minutes) == ({"care_coordinator": 25}, 0)
    (home / FILE).write_text(PRICES.replace('["registered_nurse"', '["care_coordinator"'))
    assert here.family("ccm").met


def test_a_site_that_says_nothing_of_the_night_has_no_month(here: Managed, home: Path) -> None:
    here.whole()
    (home / FILE).write_text("\n".join(line for line in PRICES.splitlines() if "day_and_night" not in line))
    assert here.family("ccm").lacks == ("the site hasn't said how patients reach it day and night",)


def test_a_complex_month_takes_the_practitioners_word_on_its_decisions(here: Managed) -> None:
    here.whole(worked=70, attested=65)
    assert any("moderate or high complexity" in one for one in here.family("ccm_complex").lacks)
    here.says(here.osei, "month", MONTH, complexity="moderate")
    # The month's plan was its first: it was established.
    assert (here.family("ccm_complex").met, dict(here.family("ccm_complex").units)) == (True, {"99487": 1})


def test_who_may_say_what(here: Managed) -> None:
    site, users = here.site, here.pipeline.store.users
    with pytest.raises(NotLicensed, match="a physician"):
        here.says(site.rosa, "attest", TODAY, lasting=True, at_risk=True)
    users.create("lapsed", role="physician", licence=Licence("MA", "MD2", date(2026, 1, 1)))
    with pytest.raises(NotLicensed, match="expired"):
        here.says(users.reviewer("lapsed"), "month", MONTH, complexity="high")
    with pytest.raises(NotLicensed):
        here.says(site.lead, "consent", TODAY)
    assert ManagementStep.objects.count() == 0
    users.create("anya", role="advanced_practice_nurse", licence=Licence("MA", "NP1", date(2031, 1, 1)))
    here.says(users.reviewer("anya"), "month", MONTH, complexity="low")
    said = AuditEvent.objects.filter(action="care management month")
    assert said.count() == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"told": ("cost_sharing",)}, "only after the patient was told"),
        ({"way": ""}, "verbal or written"),
        ({"by": " "}, "who consented"),
        ({"programme": "pcm"}, "which programme"),
        ({"practitioner": "nobody"}, "which practitioner"),
        ({"day": date(2026, 12, 24)}, "yet to come"),
        ({"by": "x" * 600}, "too long"),
    ],
)
def test_a_consent_that_lacks_something_is_refused_by_name(
    here: Managed, changed: dict[str, object], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        here.consents(**changed)  # type: ignore[arg-type]
    assert ManagementStep.objects.count() == 0


def test_only_conditions_that_the_record_documents_are_attested(here: Managed) -> None:
    known = here.pipeline.managing.conditions(here.patient)
    assert {one.concept for one in known} == {"type_2_diabetes", "hypertension"}
    with pytest.raises(InputError, match="documents no such"):
        here.attests(conditions=(replace(known[0], concept="gout"),))
    with pytest.raises(InputError, match="12 months"):
        here.attests(lasting=False)
    here.whole()
    here.attests(conditions=known[:1])
    assert "1 chronic condition documented; two are needed" in here.family("ccm").lacks
