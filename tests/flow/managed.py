"""An invented patient with two chronic diseases at a site that tries drafts out, and everything that a month of care management asks for."""

from datetime import date
from typing import Any

from careloom.care.document import Proposal, Reviewer
from careloom.care.management import TOLD, Said, What
from careloom.measure.finance.care_months import Claimable
from careloom.pipeline.care_months import MonthOfCare, Programme
from careloom.pipeline.prices import FILE
from tests.connect.made import Resource, body, bundle, coded, patient
from tests.flow.pilots import DIABETES, Trying
from tests.record.sources import condition, icd

PRESSURE = icd("I10", "Essential (primary) hypertension")
MONTH = date(2026, 11, 1)
PRICES = """
currency = "USD"
day_and_night = "the nurse line of the clinic, at all hours"
[wages]
registered_nurse = 60
[rates]
99490 = 60
99439 = 45
99487 = 130
99491 = 80
G0557 = 50
99495 = 200
99496 = 270
[minutes]
clinical = ["registered_nurse", "medical_assistant"]
practitioners = ["physician"]
"""


class Managed:
    """The site, one patient of it, and what people say of her care management."""

    def __init__(self, site: Trying) -> None:
        self.site = site
        self.pipeline = site.pipeline
        self.osei = site.pipeline.store.users.reviewer("osei")
        self.patient = ""

    def comes(self, *more: Resource, number: int = 1) -> str:
        """A patient with diabetes and hypertension, and whatever more her source tells of her."""
        who = f"m{number}"
        name = [{"family": f"Marsh{number}", "given": ["Ines"]}]
        listed = {"category": [coded("problem-list-item")]}
        told: list[Resource] = [
            {**condition(DIABETES, recordedDate="2026-03-01", **listed), "id": "c1"},
            {**condition(PRESSURE, recordedDate="2026-03-01", **listed), "id": "c2"},
            *more,
        ]
        about = [{**one, "subject": {"reference": f"Patient/{who}"}} for one in told]
        file = self.site.folder / f"{who}.json"
        file.write_bytes(body(bundle(patient(who, name=name, birthDate="1951-04-09"), *about)))
        report = self.pipeline.connect([file], source="mercy")
        assert report.rejected == []
        (self.patient,) = report.patients
        (self.pipeline.settings.home / FILE).write_text(PRICES)
        return self.patient

    def says(self, who: Reviewer, what: What, day: date, **more: Any) -> str:
        at = self.site.hands()
        one = Said(patient=self.patient, what=what, who="", role="", at=at, day=day, **more)
        return self.pipeline.managing.say(who, one)

    def consents(self, day: date = MONTH, programme: str = "ccm", **more: Any) -> str:
        told = {
            "programme": programme, "way": "verbal", "told": tuple(TOLD), "by": "the patient",
            "practitioner": self.osei.user,
        }  # fmt: skip
        return self.says(self.site.rosa, "consent", day, **(told | more))

    def visited(self, day: date = date(2026, 10, 20)) -> str:
        return self.says(self.site.rosa, "visit", day)

    def attests(self, **more: Any) -> str:
        known = self.pipeline.managing.conditions(self.patient)
        held = {"conditions": known, "lasting": True, "at_risk": True}
        return self.says(self.osei, "attest", date(2026, 11, 20), **(held | more))

    def signed(self, minutes: float, *, who: Reviewer | None = None) -> Proposal:
        """A plan on which somebody works for so long, signed by the physician."""
        plan = self.site.drafts(who or self.site.rosa, self.patient)
        self.site.works(who or self.site.rosa, plan, minutes)
        return self.site.signs(self.osei, plan)

    def copies(self, plan: Proposal) -> str:
        return self.says(self.site.rosa, "copy", date(2026, 11, 23), plan=plan.id)

    def minutes(self, many: int, who: Reviewer | None = None, month: date = MONTH) -> None:
        self.pipeline.timing.attest(who or self.site.rosa, self.patient, month, many)

    def whole(self, worked: float = 23, attested: int = 21) -> Proposal:
        """Enrolled since the first, seen before, attested, with a plan of which she has a copy, and minutes."""
        self.consents()
        self.visited()
        self.attests()
        plan = self.signed(worked)
        self.copies(plan)
        self.minutes(attested)
        return plan

    def found(self, month: date = MONTH) -> Programme:
        return self.pipeline.care_months.found(self.site.lead, month)

    def month(self, month: date = MONTH) -> MonthOfCare:
        (one,) = (each for each in self.found(month).patients if each.patient == self.patient)
        return one

    def family(self, name: str, month: date = MONTH) -> Claimable:
        (one,) = (each for each in self.month(month).families if each.family == name)
        return one
