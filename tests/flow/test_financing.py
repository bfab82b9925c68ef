"""What documents cost by the site's own prices, and what a human coder looks at."""

from datetime import date
from pathlib import Path

import pytest

from careloom.errors import ConfigError, InputError, NotLicensed
from careloom.pipeline.prices import FILE, prices
from tests.connect.made import body, bundle, coded, patient
from tests.flow.pilots import Trying, trying
from tests.record.sources import condition, icd

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 23)
PRICES = """
currency = "USD"
machine_hour = 0.5
[wages]
registered_nurse = 60
physician = 180
[models.big]
read = 2
written = 8
[rates]
99490 = 60.5
[minutes]
clinical = ["registered_nurse"]
practitioners = ["physician"]
"""


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Trying:
    return trying(home, tmp_path / "people")


def test_a_document_costs_its_minutes_at_the_sites_wages_and_nothing_that_has_no_price(
    site: Trying, home: Path
) -> None:
    one, two = site.patients(2)
    drafted, written = site.drafts(site.rosa, one), site.writes(site.nina, two)
    site.works(site.rosa, drafted, 6)
    site.works(site.nina, written, 12)
    for plan in (drafted, written):
        site.signs(site.rosa, plan)
    financing = site.pipeline.financing
    with pytest.raises(NotLicensed):
        financing.costs(site.rosa, FIRST, FIRST)
    with pytest.raises(InputError):
        financing.costs(site.lead, FIRST, date(2026, 11, 1))
    without = financing.costs(site.lead, FIRST, FIRST)
    assert not without.prices.there
    assert (without.drafted.mean, without.drafted.unpriced) == (None, 1)
    assert without.drafted.lacking == ("registered_nurse",)
    (home / FILE).write_text(PRICES)
    found = financing.costs(site.lead, FIRST, FIRST)
    assert (found.drafted.mean, found.by_hand.mean) == (6.0, 12.0)
    assert (found.drafted.priced, found.unbelieved, found.prices.currency) == (1, 0, "USD")


def test_a_month_of_attested_minutes_tells_what_it_lacks_by_role_and_no_name(
    site: Trying, home: Path
) -> None:
    (one,) = site.patients(1)
    plan = site.drafts(site.rosa, one)
    site.works(site.rosa, plan, 23)
    site.signs(site.rosa, plan)
    site.pipeline.timing.attest(site.rosa, one, FIRST, 21)
    (home / FILE).write_text(PRICES)
    with pytest.raises(NotLicensed):
        site.pipeline.care_months.found(site.rosa, FIRST)
    with pytest.raises(InputError):
        site.pipeline.care_months.found(site.lead, date(2027, 1, 1))
    found = site.pipeline.care_months.found(site.lead, FIRST)
    (month,) = found.patients
    families = {each.family: each for each in month.families}
    assert dict(families["ccm"].units) == {"99490": 1} and families["ccm"].minutes == 21
    assert "the patient isn't enrolled in chronic care management" in families["ccm"].lacks
    assert "1 chronic condition documented; two are needed" in families["ccm"].lacks
    assert not any("signed care plan" in why for why in families["ccm"].lacks)
    assert not any(site.rosa.user in said for each in month.families for said in each.evidence)
    assert (month.uncounted, found.pays) == ({}, 0.0)
    (home / FILE).write_text(PRICES.replace('["registered_nurse"]', "[]"))
    (month,) = site.pipeline.care_months.found(site.lead, FIRST).patients
    assert dict(month.uncounted) == {"registered_nurse": 21}
    assert site.pipeline.care_months.found("operator", date(2026, 10, 1)).patients == ()


def test_a_coder_sees_what_is_documented_and_on_no_claim_and_what_is_coded_and_documented_nowhere(
    site: Trying,
) -> None:
    diabetes = icd("E11.9", "Type 2 diabetes mellitus without complications")
    pressure, failure = (
        icd("I10", "Essential (primary) hypertension"),
        icd("I50.22", "Chronic systolic heart failure"),
    )
    problems = {"category": [coded("problem-list-item")]}
    claim = {
        "resourceType": "Claim",
        "id": "k1",
        "status": "active",
        "use": "claim",
        "patient": {"reference": "Patient/p1"},
        "created": "2026-06-02",
        "billablePeriod": {"start": "2026-06-01", "end": "2026-06-01"},
        "type": coded("professional"),
        "diagnosis": [
            {"sequence": 1, "diagnosisCodeableConcept": diabetes},
            {"sequence": 2, "diagnosisCodeableConcept": failure},
        ],
    }
    told = bundle(
        patient(),
        {**condition(diabetes, recordedDate="2026-03-01", **problems), "id": "c1"},
        {**condition(pressure, recordedDate="2026-03-01", **problems), "id": "c2"},
        claim,
    )
    file = site.folder / "marta.json"
    file.write_bytes(body(told))
    assert site.pipeline.connect([file], source="mercy").rejected == []
    with pytest.raises(NotLicensed):
        site.pipeline.financing.gaps(site.rosa, 2026)
    with pytest.raises(InputError):
        site.pipeline.financing.gaps(site.lead, 2027)
    (one,) = site.pipeline.financing.gaps(site.lead, 2026)
    assert {(gap.kind, gap.name) for gap in one.gaps} == {
        ("uncoded", "Essential (primary) hypertension"),
        ("undocumented", "heart failure with reduced ejection fraction"),
    }
    assert [len(gap.entries) for gap in one.gaps] == [1, 1]
    # Of last year nothing was documented, and nothing coded.
    assert site.pipeline.financing.gaps("operator", 2025) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("wages = 3", "wages is no table"),
        ("[wages]\nregistered_nurse = -1", "wages.registered_nurse is no amount"),
        ("[wages]\nwizard = 1", "wages names wizard"),
        ("[models.big]\nread = 1", "models.big.written is no amount"),
        ("[minutes]\nclinical = ['physician']\npractitioners = ['physician']", "is in both lists"),
        ("[minutes]\nmagic = []", "minutes.magic"),
        ("[prices]", "prices is none of"),
        ("machine_hour = true", "machine_hour is no amount"),
        ("wages = ", "cannot be read as TOML"),
    ],
)
def test_a_file_of_prices_that_does_not_fit_is_refused_by_name(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError, match=why):
        prices(tmp_path)
