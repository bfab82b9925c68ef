"""What somebody signed a plan over stays quiet in the next one, until what it rests on changes or ninety days pass."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.document import Action, Finding, Proposal, Severity
from careloom.cli.proposal import to_json
from careloom.pipeline import Pipeline
from careloom.review.accepted import QUIET_DAYS, every
from careloom.store.licence import Licence

DAY = datetime(2026, 11, 23, 15, tzinfo=UTC)
PATIENT = "urn:ridge:mrn|R-5"
MET = {"warfarin": "5 mg by mouth daily", "ibuprofen": "600 mg by mouth daily", "sertraline": "50 mg daily"}

pytestmark = pytest.mark.django_db


@dataclass
class Ridge:
    """A small clinic whose clock can be set forward, and its one patient, Vera Lund."""

    desk: Pipeline
    folder: Path
    now: datetime = DAY
    sent: int = 0

    def send(self, drugs: dict[str, str], egfr: str = "72", problems: tuple[str, ...] = ()) -> None:
        self.sent += 1
        file = self.folder / f"{self.sent}.json"
        file.write_text(json.dumps(bundle(drugs, egfr, problems, self.sent)))
        assert self.desk.connect([file], source="ridge").rejected == []

    def draft(self) -> Proposal:
        return self.desk.propose("test", self.desk.find(PATIENT), as_of=self.now.date(), model="none")

    def read(self, plan: Proposal, user: str) -> None:
        """Open each finding."""
        who = self.desk.store.users.reviewer(user)
        for number in range(len(plan.findings)):
            self.desk.attention.look(who, self.desk.review(who, plan.id), f"f{number}")

    def sign(
        self, plan: Proposal, user: str = "osei", *, read: bool = True, without: str = "no such word"
    ) -> None:
        """Sign every line but those with a word, the findings opened before."""
        who = self.desk.store.users.reviewer(user)
        if read:
            self.read(plan, user)
        lines = tuple(one.id for one in plan.document.statements)
        struck = tuple(one.id for one in plan.document.statements if without in one.text)
        self.desk.decide(who, plan.id, Action.APPROVE, opened=lines, struck=struck)

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


def bundle(drugs: dict[str, str], egfr: str, problems: tuple[str, ...], version: int) -> dict[str, Any]:
    whose = {"subject": {"reference": "Patient/1"}}
    meta = {"meta": {"lastUpdated": f"2026-11-2{version}T08:00:00Z"}}
    found: list[dict[str, Any]] = [
        {
            "resourceType": "Patient", "id": "1", "name": [{"family": "Lund", "given": ["Vera"]}], "gender": "female",
            "birthDate": "1971-02-03", "identifier": [{"system": "urn:ridge:mrn", "value": "R-5"}],
        },
        {
            "resourceType": "Observation", "id": "o1", **meta, **whose, "status": "final", "effectiveDateTime": "2026-11-20",
            "code": {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]},
            "valueQuantity": {"value": float(egfr), "unit": "mL/min/1.73m2", "code": "mL/min/{1.73_m2}"},
        },
    ]  # fmt: skip
    found += [
        {
            "resourceType": "MedicationRequest", "id": name, **meta, **whose, "status": "active", "intent": "order",
            "medicationCodeableConcept": {"text": name}, "dosageInstruction": [{"text": dose}], "authoredOn": "2026-11-01",
        }
        for name, dose in drugs.items()
    ]  # fmt: skip
    found += [
        {"resourceType": "Condition", "id": f"c-{name}", **meta, **whose, "code": {"text": name}}
        for name in problems
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}


@pytest.fixture
def ridge(home: Path, tmp_path: Path) -> Ridge:
    clinic: list[Ridge] = []
    made = replace(settings.read(), home=home, model="none")
    built = pipelines.build(made, clock=lambda: clinic[0].now if clinic else DAY)
    until = DAY.date().replace(year=2030)
    built.store.users.create("nora", role="registered_nurse", licence=Licence("MA", "RN1", until))
    built.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", until))
    clinic.append(Ridge(built, tmp_path))
    clinic[0].send(MET)
    return clinic[0]


def of_drugs(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{one.rule} {one.severity}" for one in findings if one.cause]


def test_what_a_physician_signed_over_is_quiet_in_the_next_plan_and_is_told_with_who_and_when(
    ridge: Ridge,
) -> None:
    first = ridge.draft()
    assert "interaction high" in of_drugs(first.findings) and first.accepted == ()
    ridge.sign(first)
    ridge.pass_days(7)
    ridge.send(MET)
    again = ridge.draft()
    assert again.id != first.id
    assert of_drugs(again.findings) == []
    assert of_drugs(every(again)) == of_drugs(first.findings)
    told = to_json(again)["accepted"][0]
    assert (told["accepted_on"], told["until"]) == ("2026-11-23", "2027-02-21")
    assert told["accepted_by"] and told["message"] == first.findings[0].message


def test_no_line_of_a_plan_is_signed_by_less_than_before(ridge: Ridge) -> None:
    first = ridge.draft()
    ridge.sign(first)
    ridge.pass_days(7)
    again = ridge.draft()
    before = {one.text: one.tier for one in first.document.statements}
    assert all(one.tier >= before[one.text] for one in again.document.statements if one.text in before)


@pytest.mark.parametrize(
    "change",
    [
        {"drugs": {**MET, "warfarin": "7.5 mg by mouth daily"}},
        {"drugs": {**MET, "naproxen": "500 mg twice daily"}},
        {"drugs": MET, "problems": ("Gastrointestinal hemorrhage", "Heart failure")},
    ],
    ids=["a dose", "a drug", "a diagnosis"],
)
def test_a_dose_a_drug_or_a_diagnosis_that_changes_makes_it_speak_again(
    ridge: Ridge, change: dict[str, Any]
) -> None:
    ridge.sign(ridge.draft())
    ridge.pass_days(1)
    ridge.send(**change)
    assert "interaction high" in of_drugs(ridge.draft().findings)


def test_a_result_that_changes_makes_what_rests_on_it_speak_again(ridge: Ridge) -> None:
    ridge.send({"metformin": "1000 mg twice daily"}, egfr="25")
    first = ridge.draft()
    assert "renal high" in of_drugs(first.findings)
    ridge.sign(first)
    ridge.pass_days(1)
    ridge.send({"metformin": "1000 mg twice daily"}, egfr="25")
    assert "renal high" not in of_drugs(ridge.draft().findings)
    ridge.send({"metformin": "1000 mg twice daily"}, egfr="22")
    assert "renal high" in of_drugs(ridge.draft().findings)


def test_after_ninety_days_it_speaks_again_though_nothing_changed(ridge: Ridge) -> None:
    ridge.sign(ridge.draft())
    ridge.pass_days(QUIET_DAYS - 1)
    assert of_drugs(ridge.draft().findings) == []
    ridge.pass_days(1)
    assert "interaction high" in of_drugs(ridge.draft().findings)


def test_a_nurse_quiets_no_high_finding(ridge: Ridge) -> None:
    first = ridge.draft()
    ridge.sign(first, "nora")
    ridge.pass_days(1)
    assert "interaction high" in of_drugs(ridge.draft().findings)


def test_what_a_physician_signed_over_and_never_opened_speaks_again(ridge: Ridge) -> None:
    ridge.sign(ridge.draft(), read=False)
    ridge.pass_days(1)
    again = ridge.draft()
    assert "interaction high" in of_drugs(again.findings) and again.accepted == ()


def test_a_hazard_of_which_no_signed_line_says_what_is_done_speaks_again(ridge: Ridge) -> None:
    ridge.sign(ridge.draft(), without="ibuprofen together with warfarin")
    ridge.pass_days(1)
    assert "interaction high" in of_drugs(ridge.draft().findings)


def test_methotrexate_every_day_speaks_until_the_order_changes_whoever_signed(ridge: Ridge) -> None:
    def harms(plan: Proposal) -> list[Finding]:
        return [one for one in plan.findings if "it has killed" in one.message]

    ridge.send({"methotrexate": "15 mg by mouth daily"})
    first = ridge.draft()
    assert harms(first) and any(
        one.activity and "methotrexate" in one.text for one in first.document.statements
    )
    ridge.sign(first)
    ridge.pass_days(1)
    assert harms(ridge.draft())
    ridge.send({"methotrexate": "15 mg by mouth once a week"})
    assert not harms(ridge.draft())


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "folded"])
def test_a_nurse_quiets_a_moderate_finding_only_where_she_opened_it(ridge: Ridge, *, opened: bool) -> None:
    first = ridge.draft()
    assert any("no INR" in one.message for one in first.findings)
    ridge.sign(first, "nora", read=opened)
    ridge.pass_days(1)
    told = [one.message for one in ridge.draft().findings if "no INR" in one.message]
    assert bool(told) is not opened


def test_a_plan_with_quiet_findings_is_signed_and_amended_without_their_coming_back(ridge: Ridge) -> None:
    ridge.sign(ridge.draft())
    ridge.pass_days(7)
    ridge.send(MET)
    again = ridge.draft()
    line = again.document.statements[0]
    osei = ridge.desk.store.users.reviewer("osei")
    amended = ridge.desk.decide(osei, again.id, Action.AMEND, edits={line.id: f"{line.text} "})
    assert of_drugs(amended.findings) == [] and len(amended.accepted) == len(again.accepted)
    ridge.sign(amended)
    assert ridge.desk.store.proposals.get(again.id).status == "active"


def test_nothing_that_names_a_line_is_quiet(ridge: Ridge) -> None:
    ridge.sign(ridge.draft())
    ridge.pass_days(1)
    patient = ridge.desk.find(PATIENT)
    told = ridge.desk.check("test", "Start naproxen 500 mg twice daily.", patient, ridge.now.date())
    assert [one for one in told.findings if one.statement and one.severity is Severity.HIGH]


def test_how_often_a_rule_fired_and_was_signed_over_follows_from_the_plans(ridge: Ridge) -> None:
    ridge.sign(ridge.draft())
    ridge.pass_days(7)
    ridge.send(MET)
    ridge.draft()
    plans, rates = ridge.desk.data_audit.rates(10)
    told = next(one for one in rates if one.rule == "interaction")
    assert plans == 2
    assert (told.fired, told.overridden, told.override_rate, told.quiet) == (1, 1, 1.0, 1)
    assert ridge.desk.data_audit.rates(1)[0] == 1
