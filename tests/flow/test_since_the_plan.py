"""What a summary calls new is counted from the newest plan that somebody signed into the chart."""

from datetime import date
from pathlib import Path

import pytest

from careloom.care.document import Action, Reviewer
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import every

pytestmark = pytest.mark.django_db
PLANNED, TODAY = date(2026, 11, 1), date(2026, 11, 23)


def call(desk: Pipeline, folder: Path, day: str, text: str) -> None:
    file = folder / f"{day}.txt"
    file.write_text(
        "Patient: Samuel Green\nBirth date: 1960-06-30\nSex: M\nMRN: RV160001\n"
        "MRN system: urn:oid:2.16.840.1.113883.19.5.1\nAuthor: R. Blake\nRole: Nurse\n"
        f"Date: {day}\nType: Telephone call\nWritten by: person\n\n{text}\n"
    )
    assert desk.connect([file], source="social_services").rejected == []


def news(desk: Pipeline) -> str:
    summary = desk.propose("test", desk.find(SAMUEL), kind="clinical_summary", as_of=TODAY, model="none")
    return "\n".join(one.text for one in summary.document.statements if one.section == "why_now")


def test_what_the_signed_plan_knew_is_not_new_and_what_came_after_it_is(
    desk: Pipeline, physician: Reviewer, tmp_path: Path
) -> None:
    call(desk, tmp_path, "2026-10-20", "He says that he slept well.")
    assert "A new note is recorded on 2026-10-20" in news(desk)
    plan = desk.propose("test", desk.find(SAMUEL), as_of=PLANNED, model="none")
    assert desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    assert "new note" not in news(desk)
    call(desk, tmp_path, "2026-11-20", "He says that he slept badly.")
    assert "A new note is recorded on 2026-11-20" in news(desk)
    assert "2026-10-20" not in news(desk)
