"""The calendar in the web page: the year, a report that is looked through, and a document of the sample that is read line by line."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from careloom import pipeline as pipelines
from careloom.care.document import Action
from careloom.care.programme import StepKind, parsed
from careloom.pipeline import Pipeline
from careloom.programme import Programme
from careloom.settings import Settings as SiteSettings
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db
BEFORE, AFTER = datetime(2026, 10, 28, 15, tzinfo=UTC), datetime(2026, 11, 3, 15, tzinfo=UTC)


def somebody(real: Pipeline, name: str, role: str) -> Client:
    real.store.users.create(name, role=role, name=f"{name.title()} Invented", password=PASSWORD)
    return signed_in(name)


def at(home: Path, key: str, when: datetime) -> Programme:
    settings = SiteSettings(home=home, encryption_key=key, model="none", reading_rate=0)
    return Programme(pipelines.build(settings, clock=lambda: when))


def test_a_new_site_has_a_calendar_and_nothing_to_look_through(real: Pipeline) -> None:
    lead = somebody(real, "lena", "quality_lead")
    shown = lead.get("/calendar").content.decode()
    assert "Nothing: all that was made is looked through" in shown and "<svg" in shown
    assert lead.get("/calendar?year=abc").status_code == 200
    assert signed_in("rosa").get("/calendar").status_code == 403
    assert lead.get("/calendar/weekly/2020-W01").status_code == 404
    assert lead.get("/calendar/nothing/2026").status_code == 404
    days = lead.get("/calendar/2026.ics")
    assert days["Content-Type"].startswith("text/calendar") and days.content.startswith(b"BEGIN:VCALENDAR")
    assert lead.get("/calendar/1066.ics").status_code == 404


def test_the_api_tells_the_calendar_to_whoever_watches(real: Pipeline, home: Path, key: str) -> None:
    at(home, key, BEFORE).keep_up("worker")
    at(home, key, AFTER).keep_up("worker")
    lead = somebody(real, "lena", "quality_lead")
    told = lead.get("/api/programme?year=2026").json()
    (week,) = [one for one in told["periods"] if one["period"] == "2026-W44"]
    assert (week["reports"], week["owner"], week["done"]) == (1, "quality_lead", None)
    assert lead.get("/api/programme?year=1066").status_code == 422
    assert signed_in("rosa").get("/api/programme").status_code == 403


def test_a_report_is_read_downloaded_and_looked_through(real: Pipeline, home: Path, key: str) -> None:
    at(home, key, BEFORE).keep_up("worker")
    at(home, key, AFTER).keep_up("worker")
    lead, walt = somebody(real, "lena", "quality_lead"), somebody(real, "walt", "auditor")
    week = "/calendar/weekly/2026-W44"
    shown = lead.get(week).content.decode()
    assert "Drafts of the week" in shown and "not said: too few" in shown
    told = lead.get(f"{week}/json").json()
    assert told["reports"][0]["report"]["decided"] == 0 and told["due"] == "2026-11-04"
    assert walt.post(f"{week}/done", {"note": "x"}).status_code == 403
    refused = lead.post(f"{week}/done", {"note": " "})
    assert refused.status_code == 422 and "Say what follows from it" in refused.content.decode()
    assert lead.post(f"{week}/done", {"note": "Nothing was decided"}).status_code == 302
    assert lead.post(f"{week}/anew").status_code == 302
    shown = lead.get(week).content.decode()
    assert "Looked through by Lena Invented" in shown and "?version=1" in shown
    month = lead.get("/calendar/monthly/2026-10").content.decode()
    assert "nothing was drawn, and there is no share to say" in month and "100" not in re.sub(
        r"\d{5,}", "", month.partition("<h2>Result")[2].partition("</section>")[0]
    )
    assert lead.post(f"{week}/case", {"draft": "0" * 32}).status_code == 422


def test_a_document_of_the_sample_is_read_line_by_line_by_somebody_else(
    real: Pipeline, home: Path, key: str
) -> None:
    plan = plan_of_ada(real)
    real.decide(real.store.users.reviewer("osei"), plan.id, Action.REJECT, reason="Wrong drugs")
    made = plan.created
    period = parsed("monthly", f"{real.today:%Y-%m}")
    assert period is not None
    at(home, key, made).keep_up("worker")
    later = datetime(period.last.year, period.last.month, period.last.day, 15, tzinfo=UTC)
    month = at(home, key, later.replace(hour=15))
    month.auditing._drawn(period)
    assert month.auditing._newest(period, StepKind.DRAWN) is not None
    rosa, osei = signed_in("rosa"), signed_in("osei")
    listed = f"/calendar/readings/{period.name}"
    assert plan.id not in osei.get(listed).content.decode()
    assert osei.get(f"{listed}/{plan.id}").status_code == 403
    assert plan.id in rosa.get(listed).content.decode()
    form = rosa.get(f"{listed}/{plan.id}").content.decode()
    assert form.count('value="unsupported"') == len(plan.document.statements)
    given = {f"said-{one.id}": "correct" for one in plan.document.statements}
    first = plan.document.statements[0].id
    wrong = rosa.post(f"{listed}/{plan.id}/keep", {**given, f"said-{first}": "wrong"})
    assert wrong.status_code == 422 and "how severe where it isn" in wrong.content.decode()
    given |= {f"said-{first}": "wrong", f"severe-{first}": "high", "omitted-low": "1"}
    assert rosa.post(f"{listed}/{plan.id}/keep", given).status_code == 302
    assert rosa.post(f"{listed}/{plan.id}/keep", given).status_code == 403
    body = month.auditing.report(period)
    assert body["accurate"]["hits"] == 0 and body["omitted"]["low"] == 1 and body["lines"]["wrong"] == 1
