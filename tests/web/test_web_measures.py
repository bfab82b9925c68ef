"""The pages of quality measures: what was counted, who is counted and why, who may see whom, and what is said where nothing can be."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.quality import ROLLING, Met, QualityCount
from careloom.jobs import handlers
from careloom.measure.quality.cms122 import DIABETES, HBA1C
from careloom.measure.quality.cms165 import HYPERTENSION
from careloom.pipeline import Pipeline
from careloom.store import Store
from tests.measure.quality.one_code_each import condition, person, pressure, result, visit
from tests.measure.quality.served import connected, sets_in
from tests.web.desk import PASSWORD, signed_in

NOW = datetime(2025, 11, 20, 15, tzinfo=UTC)


def with_diabetes(name: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """Somebody with diabetes who was seen in March 2025."""
    return [person(name, "1970-05-01"), condition(name, DIABETES, "2019"), visit(name, "2025-03-01"), *more]


PEOPLE = {
    "ada": with_diabetes("ada", result("ada", HBA1C, "2025-06-01", "9.4")),
    "ben": with_diabetes("ben", result("ben", HBA1C, "2025-06-01", "7.1")),
    "cleo": with_diabetes("cleo", result("cleo", HBA1C, "2024-02-01", "6.8")),
    "dan": [person("dan", "1970-05-01"), pressure("dan", "2025-03-01", 150, 95)],
}


def text(client: Client, address: str, **headers: str) -> str:
    said: str = client.get(address, headers=headers).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", said)).split())


@pytest.fixture
def site(real: Pipeline, store: Store, settings: Settings, tmp_path: Path) -> Pipeline:
    """A site with value sets and four people, in November 2025; a lead, an administrator and an auditor."""
    given = replace(real.settings, value_sets=sets_in(tmp_path / "sets"))
    made = replace(pipelines.build(given), clock=lambda: NOW)
    connected(made, tmp_path / "records", PEOPLE)
    for name, role in (("lea", "quality_lead"), ("adm", "administrator"), ("aud", "auditor")):
        store.users.create(name, name=name.title(), role=role, password=PASSWORD)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


def patient(store: Store, name: str) -> str:
    return next(one for one, label in store.patients.labels().items() if label[0].startswith(name))


def test_before_anybody_counted_the_page_says_what_to_load(site: Pipeline) -> None:
    said = text(signed_in("lea"), "/measures")
    assert "Nobody has counted yet." in said and "careloom knowledge load FOLDER" in said


def test_the_lead_reads_the_rate_with_its_definition_and_opens_it_to_the_people(site: Pipeline) -> None:
    site.quality.count("lea")
    lea = signed_in("lea")
    said = text(lea, "/measures")
    assert re.search(r"CMS122 .*66\.7 % 2 3 0 0 2 lower is better 2025", said)
    one = text(lea, "/measures/CMS122")
    assert "2 of 3" in one and "most recent glycemic status" in one and "NCQA, CMS122FHIR 0.1.002" in one
    assert "2025-01-01 – 2025-12-31" in one
    due = text(lea, "/measures/CMS122/gap?period=2025")
    assert "2 people are counted here." in due and "Write a care plan" not in due
    assert "Ada Invented HbA1c or glucose management indicator: 9.4 % on 2025-06-01 (clinic)" in due
    nearest = "none that counts from 2025-01-01 to 2025-12-31; nearest: 6.8 % on 2024-02-01 (clinic), before that time"
    assert nearest in due
    assert (
        "What closes it: HbA1c or glucose management indicator the newest of the period at 9 % or lower"
        in due
    )
    assert "Ben" not in due and "Ben" in text(lea, "/measures/CMS122/denominator?period=2025")


def test_a_nurse_sees_the_gaps_of_her_own_patients_alone_and_goes_to_a_plan(
    site: Pipeline, store: Store
) -> None:
    site.quality.count("lea")
    ada, rosa = patient(store, "Ada"), store.users.account("rosa")
    cam = str(store.users.account("cam").pk)
    for other in ("Cleo", "Ben", "Dan"):
        site.access.join("operator", patient(store, other), cam)
    site.access.join("operator", ada, str(rosa.pk))
    nurse = signed_in("rosa")
    assert nurse.get("/measures").status_code == 403
    assert nurse.get("/measures/CMS122/denominator").status_code == 403
    assert "CMS122" in text(nurse, "/gaps") and "1 patient" in text(nurse, "/gaps")
    page = nurse.get("/measures/CMS122/gap?period=2025").content.decode()
    assert "Ada Invented" in page and "Cleo" not in page and "people are counted" not in page
    assert f'href="/draft/{ada}/care_plan"' in page and f'href="/patients/{ada}"' in page


def test_who_sees_no_patients_is_told_the_number_alone(site: Pipeline) -> None:
    site.quality.count("lea")
    said = text(signed_in("adm"), "/measures/CMS122/gap?period=2025")
    assert "2 people are counted here. 2 are not yours to see: the number is all that is told." in said
    assert "Ada" not in said and "9.4" not in said
    assert "Ada" in text(signed_in("aud"), "/measures/CMS122/gap?period=2025")


def test_what_cannot_be_counted_names_its_value_sets_and_nobody_is_no_rate(site: Pipeline) -> None:
    site.quality.count("lea")
    lea = signed_in("lea")
    said = text(lea, "/measures")
    assert "not counted: value sets are missing" in said
    assert "Retinal or Dilated Eye Exam (2.16.840.1.113883.3.464.1003.115.12.1088): CMS131" in said
    assert "nobody is counted: there is no rate" in said  # CMS165: Dan has no diagnosis and no visit
    assert "Retinal or Dilated Eye Exam" in text(lea, "/measures/CMS131")
    assert lea.get("/measures/CMS165/charts/trend").status_code == 404
    assert lea.get("/measures/CMS122/charts/trend").status_code == 404  # one count is no chart
    assert "Counts so far, one a month: 1; a control chart takes ten." in text(lea, "/measures/CMS122")


def months_of(store: Store, count: QualityCount, hits: list[int]) -> None:
    """Counts of earlier months in which so many of a hundred people met CMS122."""
    for number, met in enumerate(hits):
        at = count.at - timedelta(days=30 * (len(hits) - number))
        measures = tuple(
            replace(one, lines=tuple(_of_hundred(line, met) for line in one.lines))
            if (one.name, one.period) == ("CMS122", ROLLING)
            else one
            for one in count.measures
        )
        store.quality.add(replace(count, at=at, measures=measures), ())


def _of_hundred(line: Any, met: int) -> Any:
    counts = {"initial-population": 100, "denominator": 100, "numerator": met}
    leads = {f"lead {place}": Met(20 + place, 60, 60) for place in range(6)} | {"few": Met(1, 3, 3)}
    groups = {"age": {"18 to 44": Met(30, 60, 60), "45 to 64": Met(20, 37, 37), "75 and over": Met(1, 3, 3)}}
    return replace(line, counts=counts, leads=leads, groups=groups)


def test_twelve_months_are_a_control_chart_with_its_signals_and_small_groups_are_hidden(
    site: Pipeline, store: Store
) -> None:
    first = site.quality.count("lea")
    months_of(store, first, [30, 31, 29, 30, 32, 28, 30, 31, 30, 29, 60])
    at = first.at + timedelta(days=1)
    store.quality.add(
        replace(
            first,
            at=at,
            measures=tuple(
                replace(one, lines=tuple(_of_hundred(line, 30) for line in one.lines))
                if one.name == "CMS122"
                else one
                for one in first.measures
            ),
        ),
        (),
    )
    lea = signed_in("lea")
    said = text(lea, "/measures/CMS122?period=12-months")
    assert "a point beyond a control limit" in said
    assert "Groups of fewer than 11 people" in said
    assert "75 and over few" in said and "1 / 3" not in said
    assert "as by chance" in said
    for name in ("trend", "leads", "groups"):
        svg = lea.get(f"/measures/CMS122/charts/{name}?period=12-months")
        assert svg["Content-Type"] == "image/svg+xml" and b"<svg" in svg.content
    csv = b"".join(lea.get("/measures/CMS122/tables/trend?period=12-months").streaming_content).decode()  # type: ignore[attr-defined]
    assert "60.0 %" in csv and csv.count("\n") == 13


def test_the_button_has_a_worker_count_and_the_page_says_how_far_it_is(site: Pipeline, store: Store) -> None:
    lea = signed_in("lea")
    lea.post("/measures/count")
    assert "A worker will count." in text(lea, "/measures?asked=1")
    store.quality.begin(NOW, 2, 4)
    assert "A worker counts: 2 of 4 records read, begun today" in text(lea, "/measures")
    asked = f"/measures/counting?from=measures&asked={int(NOW.timestamp())}"
    by_htmx = {"HX-Request": "true"}
    assert "2 of 4" in text(lea, asked, **by_htmx)
    assert "hx-trigger" in lea.get(asked, headers=by_htmx).content.decode()
    assert lea.get(asked)["Location"] == "/measures"
    ((task, _),) = [one for one in store.work.waiting() if one[0].kind == "measures"]
    handlers.standard(site.settings)["measures"](task.args)
    assert store.quality.counting() is None
    assert text(lea, asked, **by_htmx) == "The count is done. See the new numbers"
    assert "hx-trigger" not in lea.get(asked, headers=by_htmx).content.decode()
    last = store.quality.last()
    assert last is not None and (last.actor, last.patients) == (str(store.users.account("lea").pk), 4)
    assert signed_in("aud").post("/measures/count").status_code == 403


def test_why_somebody_is_due_names_what_comes_nearest_and_why_it_does_not_count(
    site: Pipeline, tmp_path: Path
) -> None:
    preliminary = result("eve", HBA1C, "2025-08-01", "7.0", status="preliminary")
    in_mmol = result("fay", HBA1C, "2025-08-01", "60", unit="mmol/mol")
    stay = visit("gil", "2025-09-01")
    stay["class"]["code"] = "IMP"
    inside = pressure("gil", "2025-09-01", 120, 70, encounter={"reference": "Encounter/visit-2025-09-01"})
    high = condition("gil", HYPERTENSION, "2019")
    people = {
        "eve": with_diabetes("eve", preliminary),
        "fay": with_diabetes("fay", in_mmol, result("fay", HBA1C, "2025-07-01", "9.9")),
        "gil": [person("gil", "1970-05-01"), high, visit("gil", "2025-03-01"), stay, inside],
    }
    connected(site, tmp_path / "more", people)
    site.quality.count("lea")
    lea = signed_in("lea")
    due = text(lea, "/measures/CMS122/gap?period=2025")
    assert "7.0 % on 2025-08-01 (clinic), whose status “preliminary” doesn't count" in due
    counted = text(lea, "/measures/CMS122/denominator?period=2025")
    assert "60.0 mmol/mol on 2025-08-01 (clinic), in a unit that the measure can't compare with %" in counted
    pressures = text(lea, "/measures/CMS165/gap?period=2025")
    assert "120/70 mm[Hg] on 2025-09-01 (clinic), taken in a stay or an emergency visit" in pressures


def test_people_too_many_for_this_machine_are_said_with_what_to_do(site: Pipeline) -> None:
    assert site.quality.too_many() == ""
    said = site.quality.too_many(memory=100_000)
    assert said.startswith("A count of 4 people takes about") and "--engine spark" in said


def test_a_count_keeps_its_numbers_for_ever_and_its_people_until_the_next(
    site: Pipeline, store: Store
) -> None:
    site.quality.count("lea")
    site.quality.count("lea")
    assert len(list(store.quality.cases("CMS122", "2025"))) == 3
    assert len(site.quality.monthly()) == 1


def test_a_table_of_all_measures_is_taken_out_as_csv(site: Pipeline) -> None:
    site.quality.count("lea")
    rows = b"".join(signed_in("lea").get("/measures/table").streaming_content).decode()  # type: ignore[attr-defined]
    assert '"CMS122"' in rows and '"66.7 %","2","3"' in rows
    assert "Ada" not in rows
