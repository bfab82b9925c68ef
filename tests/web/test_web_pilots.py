"""Pilots on the pages: a lead writes and locks a protocol, nurses enrol and write as allocated, and nobody sees what isn't hers."""

import re
from datetime import date

import pytest
from django.test import Client

from careloom.care.pilot import Stage
from careloom.pipeline import Pipeline
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.flow.pilots import DIABETES
from tests.record.sources import condition
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(real: Pipeline) -> Client:
    real.store.users.create("lena", role="quality_lead", name="Lena Ruiz", password=PASSWORD)
    real.store.users.create("walt", role="auditor", name="Walt Iyer", password=PASSWORD)
    licence = Licence("MA", "RN7", date(2031, 6, 30))
    real.store.users.create(
        "nina", role="registered_nurse", name="Nina Ode", password=PASSWORD, licence=licence
    )
    return signed_in("lena")


def ids(real: Pipeline, *names: str) -> list[str]:
    return [real.store.users.reviewer(one).user for one in names]


def form(real: Pipeline, **given: object) -> dict[str, object]:
    rosa, nina, walt = ids(real, "rosa", "nina", "walt")
    return {
        "title": "Plans from drafts",
        "question": "Does a draft save active minutes per plan?",
        "sites": "Harbor clinic",
        "participants": [rosa, nina],
        "monitor": walt,
        "design": "randomised",
        "weeks": "8",
        "cases": "50",
        "looks": "50",
        "rule": ["age_from", "condition"],
        "value": ["18", "type_2_diabetes"],
        "primary": "minutes",
        "secondary": ["revised", "again"],
        "minutes": "50",
        "fall": "25",
        "spread": "0.5",
        "alike": "0.05",
        "alpha": "0.05",
        "power": "0.8",
        "serious": "1",
        "floor": "60",
        "fewest": "10",
        "slower": "1",
        "edited": "20",
        "basis": "quality_improvement",
        "by": "R. Osei, quality council",
        "on": "2026-11-20",
        "text": "Determined to be quality improvement, not research.",
        "plan": "All enrolled cases as allocated; a mixed model of log minutes.",
        **given,
    }


def locked(real: Pipeline, lead: Client) -> str:
    kept = lead.post("/studies/pilots/write", form(real))
    address = kept["Location"].partition("?")[0]
    assert lead.post(f"{address}/lock")["Location"].endswith("done=locked")
    return address


def people(real: Pipeline, tmp_path, number: int) -> list[str]:
    found = []
    for one in range(number):
        given = patient(f"w{one}", name=[{"family": f"Vale{one}", "given": ["Edda"]}], birthDate="1959-03-02")
        ill = {**condition(DIABETES), "id": "c1", "subject": {"reference": f"Patient/w{one}"}}
        file = tmp_path / f"w{one}.json"
        file.write_bytes(body(bundle(given, ill)))
        found += real.connect([file], source="mercy").patients
    return found


def test_the_lead_finds_an_empty_list_that_says_what_a_pilot_is(lead: Client) -> None:
    shown = lead.get("/studies").content.decode()
    places = [
        shown.index(f'"/studies/{one}"', shown.index("<main"))
        for one in ("time", "pilots", "parallel", "failures")
    ]
    assert places == sorted(places)
    shown = lead.get("/studies/pilots").content.decode()
    assert "There is no pilot" in shown and "/studies/pilots/new" in shown


def test_a_protocol_is_kept_with_what_it_lacks_and_locked_when_nothing_does(
    real: Pipeline, lead: Client
) -> None:
    kept = lead.post("/studies/pilots/write", form(real, weeks="3", by=""))
    address = kept["Location"].partition("?")[0]
    shown = lead.get(address).content.decode()
    assert "It lasts at least 6 weeks." in shown and "Record who determined it" in shown
    assert "Lock and start today" not in shown
    assert lead.post(f"{address}/lock").status_code == 422
    assert lead.post(f"{address}/rewrite", form(real))["Location"].endswith("done=written")
    assert "Lock and start today" in lead.get(address).content.decode()
    assert lead.post(f"{address}/lock").status_code == 302
    shown = lead.get(address).content.decode()
    assert re.search(r"<code class=\"wrap\">[0-9a-f]{64}</code>", shown) and "Amend the protocol" in shown


def test_the_power_of_the_planned_cases_is_told_while_the_form_is_typed(real: Pipeline, lead: Client) -> None:
    told = lead.post("/studies/pilots/size", form(real)).content.decode()
    assert (
        "100 cases in all have 83 % power for the expected fall of 25 %" in told and "94 are needed" in told
    )
    assert (
        "A number is missing or none."
        in lead.post("/studies/pilots/size", form(real, fall="")).content.decode()
    )
    assert real.store.pilots.all() == ()


def test_what_is_no_number_is_said_and_what_was_typed_stays(real: Pipeline, lead: Client) -> None:
    answer = lead.post("/studies/pilots/write", form(real, weeks="many"))
    kept = answer.content.decode()
    assert answer.status_code == 422 and 'id="refused-field">A number is missing or none.' in kept
    assert 'name="weeks"' in kept and 'value="many"' in kept and form(real)["title"] in kept
    assert real.store.pilots.all() == ()


def test_an_amendment_without_a_reason_is_refused_and_with_one_it_is_printed(
    real: Pipeline, lead: Client
) -> None:
    address = locked(real, lead)
    (pilot,) = real.store.pilots.all()
    assert lead.post(f"{address}/rewrite", form(real, weeks="9", was=pilot.digest)).status_code == 422
    assert (
        lead.post(
            f"{address}/rewrite", form(real, weeks="9", was=pilot.digest, why="Holidays in between")
        ).status_code
        == 302
    )
    shown = lead.get(address).content.decode()
    assert "Holidays in between" in shown and "9 weeks, 50 cases each" in shown
    assert "9 weeks are longer than 8" in shown


def test_a_nurse_enrols_and_the_desk_offers_the_way_that_was_allocated(
    real: Pipeline, lead: Client, tmp_path
) -> None:
    address = locked(real, lead)
    rosa, found = signed_in("rosa"), people(real, tmp_path, 4)
    for one in found:
        assert "Enrol" in rosa.get(f"/draft/{one}").content.decode()
        assert rosa.post(f"{address}/cases/{one}/enrol")["Location"].endswith("done=enrolled")
    (pilot,) = real.store.pilots.all()
    ways = {case.patient: case.arm.value for case in pilot.enrolled}
    assert set(ways.values()) == {"hand", "draft"}
    for one, way in ways.items():
        shown = rosa.get(f"/draft/{one}").content.decode()
        assert (f"/draft/{one}/care_plan/by-hand" in shown) is (way == "hand")
        assert (f'href="/draft/{one}/care_plan"' in shown) is (way == "draft")
    mine = rosa.get(f"{address}/cases").content.decode()
    assert "46 cases are left" in mine and "Edda Vale0" in mine
    again = rosa.post(f"{address}/cases/{found[0]}/enrol")
    assert again.status_code == 422 and "enrolled already, as case 1" in again.content.decode()
    assert signed_in("osei").get(f"{address}/cases").status_code == 403


def test_a_departure_a_mark_an_answer_and_an_event_are_said_on_the_page_of_the_case(
    real: Pipeline, lead: Client, tmp_path
) -> None:
    address = locked(real, lead)
    rosa = signed_in("rosa")
    (one,) = people(real, tmp_path, 1)
    rosa.post(f"{address}/cases/{one}/enrol")
    case = f"{address}/cases/{one}"
    refused = rosa.post(f"{case}/say", {"step": "depart", "why": "tired"}, headers={"Accept-Language": "es"})
    kept = refused.content.decode()
    assert refused.status_code == 422 and 'value="tired"' in kept
    assert 'id="refused-field">Diga en pocas palabras por qué.' in kept
    assert rosa.post(f"{case}/say", {"step": "mark", "substantial": "no"}).status_code == 403
    assert rosa.post(f"{case}/say", {"step": "depart", "why": "no time tonight"}).status_code == 302
    real.propose(real.store.users.reviewer("rosa"), one, model="none")
    assert rosa.post(f"{case}/say", {"step": "mark", "substantial": "no"}).status_code == 302
    assert rosa.post(f"{case}/say", {"step": "rated", "stars": "6"}).status_code == 422
    assert rosa.post(f"{case}/say", {"step": "rated", "stars": "5"}).status_code == 302
    event = {"step": "event", "severity": "serious", "related": "1", "why": "a wrong dose was given"}
    assert rosa.post(f"{case}/say", event)["Location"].endswith("done=event")
    assert real.store.pilots.all()[0].stage is Stage.HELD
    shown = rosa.get(case).content.decode()
    assert "no time tonight" in shown and "Both ways are open" in shown
    walt = signed_in("walt")
    assert "A stop rule holds" in walt.get(address).content.decode()
    assert (
        walt.post(f"{address}/turn", {"step": "resume", "why": "came from the pharmacy"}).status_code == 302
    )
    assert real.store.pilots.all()[0].stage is Stage.RUNNING


def test_the_survey_asks_for_every_answer_and_keeps_what_was_answered(real: Pipeline, lead: Client) -> None:
    address = locked(real, lead)
    rosa = signed_in("rosa")
    given = {f"s{number}": "4" for number in range(1, 10)}
    lacking = rosa.post(f"{address}/survey/answer", {"again": "yes", "words": "Good so far", **given})
    assert lacking.status_code == 422 and "Good so far" in lacking.content.decode()
    assert rosa.post(f"{address}/survey/answer", {"again": "yes", **given, "s10": "2"}).status_code == 302


def test_a_nurse_who_takes_no_part_opens_no_pilot_and_writes_no_protocol(
    real: Pipeline, lead: Client
) -> None:
    address = locked(real, lead)
    other = signed_in("cam")
    assert other.get(address).status_code == 403
    assert other.get("/studies/pilots/new").status_code == 403
    assert "There is no pilot" in other.get("/studies/pilots").content.decode()


def test_a_report_of_three_cases_says_so_plainly_and_is_a_pdf_and_a_chart_too(
    real: Pipeline, lead: Client, tmp_path
) -> None:
    address = locked(real, lead)
    rosa = signed_in("rosa")
    for one in people(real, tmp_path, 3):
        rosa.post(f"{address}/cases/{one}/enrol")
    shown = lead.get(f"{address}/report").content.decode()
    assert "0 finished cases: too few to compare" in shown and "p =" not in shown
    assert "3 looked at, 0 not enrolled by rule, 3 enrolled" in shown
    assert "Active minutes per case" in shown and "by the running clock" in shown
    assert f"{address}/report/charts/flow" in shown and f"{address}/report/charts/arms" not in shown
    chart = lead.get(f"{address}/report/charts/flow")
    assert chart["Content-Type"] == "image/svg+xml" and b"enrolled and allocated: 3" in chart.content
    assert lead.get(f"{address}/report/charts/arms").status_code == 404
    assert lead.get(f"{address}/report/pdf").content.startswith(b"%PDF-")
    assert signed_in("osei").get(f"{address}/report").status_code == 403


def test_a_report_of_nobody_says_so_and_draws_nothing(real: Pipeline, lead: Client) -> None:
    address = locked(real, lead)
    shown = lead.get(f"{address}/report").content.decode()
    assert "Nobody was enrolled yet: there is nothing to tell." in shown and "p =" not in shown
    assert "<figure" not in shown and lead.get(f"{address}/report/charts/flow").status_code == 404
    assert lead.get(f"{address}/report/pdf").content.startswith(b"%PDF-")


def test_the_table_for_others_is_the_leads_and_names_nobody(real: Pipeline, lead: Client, tmp_path) -> None:
    address = locked(real, lead)
    rosa = signed_in("rosa")
    (one,) = people(real, tmp_path, 1)
    rosa.post(f"{address}/cases/{one}/enrol")
    assert rosa.get(f"{address}/data").status_code == 403
    table = b"".join(lead.get(f"{address}/data").streaming_content).decode()
    assert len(table.splitlines()) == 2 and one not in table and "Vale" not in table
    words = b"".join(lead.get(f"{address}/dictionary").streaming_content).decode()
    assert all(name in words for name in table.splitlines()[0].replace('"', "").split(","))


def test_stop_rules_are_asked_on_the_page_and_each_look_is_kept(real: Pipeline, lead: Client) -> None:
    address = locked(real, lead)
    assert "Ask the stop rules now" in lead.get(address).content.decode()
    assert lead.post(f"{address}/look")["Location"].endswith("done=looked")
    assert "0 of 3 stop rules hold" in lead.get(address).content.decode()
    assert signed_in("rosa").post(f"{address}/look").status_code == 403
