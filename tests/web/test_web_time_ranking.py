"""Which work first, on the page and on paper: by a study's minutes alone, with its weights, its seed and what isn't known."""

from datetime import timedelta
from typing import Any

import pytest

from careloom.pipeline import Pipeline
from tests.web.desk import page, signed_in
from tests.web.test_web_time_study import an_hour_ago, begun, people, send, shift  # noqa: F401

pytestmark = pytest.mark.django_db
RANK = "/studies/time/rank"


def say(lena: Any, name: str, volume: str, share: str, setup: str, was: int) -> None:
    """What the site says of an activity of the shipped list."""
    label = {"synthesise_plan": "Putting a care plan together", "call_patient": "Patient calls"}[name]
    form = {
        "label": label,
        "outcome": "2",
        "satisfaction": "1",
        "volume": volume,
        "share": share,
        "setup": setup,
    }
    said = lena.post(f"/studies/time/activities/{name}", {**form, "used": "on", "was": str(was)})
    assert said.status_code == 302


@pytest.fixture
def study(real: Pipeline, people: dict[str, str]) -> str:  # noqa: F811
    """Olga saw Cam twice; Cam agreed; the site said what it knows of two activities."""
    lena = signed_in("lena")
    made = begun(lena, people)
    olga = signed_in("olga")
    send(olga, made, shift(people["cam"], an_hour_ago()))
    signed_in("cam").post(f"/studies/time/{made}/put", {"what": "agree"})
    say(lena, "synthesise_plan", "40", "60", "20", 0)
    say(lena, "call_patient", "100", "5", "2", 1)
    return made


def test_without_a_study_nothing_is_ranked_and_the_benchmark_stands_apart(real: Pipeline, study: str) -> None:
    shown = page(signed_in("lena"), RANK)
    assert "No study is chosen, so nothing is measured" in shown
    assert (
        "elsewhere 45–60 minutes, not measured here" in shown and "The ranking, the first first" not in shown
    )


def test_by_a_study_two_activities_are_ranked_and_the_others_say_what_lacks(
    real: Pipeline, study: str
) -> None:
    shown = page(signed_in("lena"), f"{RANK}?study={study}")
    # 40 × 25 = 1000 minutes a week.
    assert "25.0 (1)" in shown and ">1000<" in shown and "<svg" in shown and "Patient calls" in shown
    assert "style=" not in shown and "1 day: too few for an interval" in shown
    assert "minutes of a study, how often a week" in shown
    assert "45–60" not in shown


def test_five_days_say_how_sure_the_minutes_are(real: Pipeline, study: str, people: dict[str, str]) -> None:  # noqa: F811
    olga, lena = signed_in("olga"), signed_in("lena")
    for day in range(1, 5):
        before = an_hour_ago() - timedelta(days=day)
        taps = [
            {**one, "shift": f"d{day}", "id": f"d{day}{one['id'][2:]}"}
            for one in shift(people["cam"], before)
        ]
        send(olga, study, taps)
    shown = page(lena, f"{RANK}?study={study}")
    assert "25.0 (5)" in shown and "1000–1000" in shown
    assert "by what 5 days differ in" in page(lena, f"{RANK}/synthesise_plan?study={study}")


def test_what_cam_takes_back_is_ranked_no_more(real: Pipeline, study: str) -> None:
    signed_in("cam").post(f"/studies/time/{study}/put", {"what": "disagree"})
    shown = page(signed_in("lena"), f"{RANK}?study={study}")
    assert "no minutes that may be shown" in shown and "25.0 (1)" not in shown


def test_weights_stand_in_the_address_and_odd_ones_are_told(real: Pipeline, study: str) -> None:
    lena = signed_in("lena")
    shown = page(lena, f"{RANK}?study={study}&outcome=0&satisfaction=0&effort=0&seed=winter")
    # Nothing but minutes: 60 % of 1000.
    assert ">600<" in shown and 'value="winter"' in shown
    for wrong in ("outcome=much", "weeks=0", "study=nothing", f"seed={'x' * 41}", "effort=" + "9" * 9):
        answer = lena.get(f"{RANK}?{wrong}")
        assert answer.status_code == 422 and "Rank by these" in answer.content.decode()
    assert 'value="much"' in lena.get(f"{RANK}?outcome=much").content.decode()


def test_a_case_is_one_page_on_paper_and_says_when_it_pays_back(real: Pipeline, study: str) -> None:
    lena, case = signed_in("lena"), f"{RANK}/synthesise_plan"
    shown = page(lena, f"{case}?study={study}")
    # 20 h = 1200 minutes, 25 × 0.6 = 15 each time: 80 times, two weeks.
    assert "It pays back after 80 times, 2.0 weeks at 40 times a week." in shown
    assert "it was seen 1 time and took 25.0 minutes" in shown
    assert "Published elsewhere, and in no number above: 45–60 minutes" in shown
    pdf = lena.get(f"{case}/pdf?study={study}")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert pdf.content.count(b"/Type /Page\n") + pdf.content.count(b"/Type/Page\n") <= 1
    assert lena.get(f"{RANK}/schedule?study={study}").status_code == 404
    assert lena.get(case).status_code == 404
    assert signed_in("olga").get(f"{case}?study={study}").status_code == 403


def test_the_case_is_in_spanish_for_who_reads_it(real: Pipeline, study: str) -> None:
    lena = signed_in("lena", **{"Accept-Language": "es"})
    shown = page(lena, f"{RANK}/synthesise_plan?study={study}")
    assert "Caso de uso: Reunir un plan de cuidados" in shown and "It pays back" not in shown


def test_a_study_of_a_day_that_is_over_keeps_its_minutes(real: Pipeline, study: str) -> None:
    assert signed_in("lena").post(f"/studies/time/{study}/put", {"what": "close"}).status_code == 302
    assert "25.0 (1)" in page(signed_in("lena"), f"{RANK}?study={study}")
