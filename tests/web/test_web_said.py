"""What the plan's page and its print say besides the lines: what the checks looked at, what was accepted, what was left out."""

import re
from dataclasses import replace
from datetime import date

from django.test import Client

from careloom.care.document import Accepted, Coverage, Finding, LeftOut, Severity
from tests.web.desk import AdasDesk, page
from tests.web.people import DOCUMENT, PROPOSAL

PLAN = f"/review/{PROPOSAL.id}"


def test_what_the_drug_checks_looked_at_is_said_on_the_plan_and_on_paper(
    nurse: Client, desk: AdasDesk
) -> None:
    told = Coverage(
        17, 19, ("Zorvexalin", "Dr. Quack's Tonic"), ("Careloom's list dated 2026-11", "Acme dated 2026-10")
    )
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, coverage=told)
    plan, paper = (re.sub(r"<[^>]+>", "", page(nurse, one)) for one in (PLAN, f"{PLAN}/printed"))
    said = "17 of 19 drugs checked against Careloom&#x27;s list dated 2026-11 and Acme dated 2026-10"
    assert f"{said}; not known here: Zorvexalin and Dr. Quack&#x27;s Tonic." in plan
    assert f"{said}." in paper


def test_what_somebody_accepted_before_is_folded_with_who_and_when(nurse: Client, desk: AdasDesk) -> None:
    quiet = Finding("interaction", Severity.HIGH, "a pair that was judged before")
    accepted = (Accepted(quiet, "Kofi Osei", date(2026, 11, 1)),)
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, accepted=accepted)
    shown = re.sub(r"<[^>]+>", "", page(nurse, PLAN))
    assert "1 accepted before stays quiet" in shown and "A pair that was judged before" in shown
    assert "accepted by Kofi Osei on 2026-11-01; it speaks again on 2027-01-30" in shown


def test_the_printed_plan_has_its_sources_as_footnotes(nurse: Client) -> None:
    shown = page(nurse, f"{PLAN}/printed")
    assert (
        "An invented guideline for tests" in shown
        and "<b>Northgate EHR</b>" in shown
        and "38 mL/min/1.73 m², 2026-11-12" in shown
    )


def test_what_was_left_out_stands_with_its_reason_on_the_plan_and_on_paper(
    nurse: Client, desk: AdasDesk
) -> None:
    missing = tuple(
        LeftOut(f"LDL cholesterol below {number} mg/dL.", "because of dementia", "lipid-ldl-goal")
        for number in (50, 60, 70, 80)
    )
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, document=replace(DOCUMENT, left_out=missing))
    plan, paper = (re.sub(r"<[^>]+>", "", page(nurse, one)) for one in (PLAN, f"{PLAN}/printed"))
    assert "Left out, with the reason 4 lines" in plan
    assert plan.count("because of dementia") == 4
    assert "Left out: LDL cholesterol below 50 mg/dL (because of dementia)" in paper.replace("\u00a0", " ")
    assert "1 more line in the record" in paper.replace("\u00a0", " ")
