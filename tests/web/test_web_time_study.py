"""Time studies through the pages and the API: a lead begins one, Olga shadows Cam with her phone, each sees what is hers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from careloom.pipeline import Pipeline
from careloom.store.users import Users
from tests.web.desk import PASSWORD, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(real: Pipeline) -> dict[str, str]:
    """Lena leads, Olga observes; Cam and Rosa are there already. Their ids by user name."""
    users: Users = real.store.users
    users.create("lena", name="L. Ead", role="quality_lead", password=PASSWORD)
    users.create("olga", name="O. Ber", role="medical_assistant", password=PASSWORD)
    return {one.username: one.id for one in users.accounts()}


def begun(lena: Client, people: dict[str, str]) -> str:
    """A study in which Olga observes Cam; its id."""
    answer = lena.post("/studies/time", {"title": "Where the day goes"})
    study = answer["Location"].split("/")[3].split("?")[0]
    for what, who in (("observer", "olga"), ("observed", "cam")):
        said = lena.post(f"/studies/time/{study}/put", {"what": what, "whom": people[who]})
        assert said.status_code == 302
    return study


@pytest.fixture
def study(people: dict[str, str]) -> str:
    return begun(signed_in("lena"), people)


def tap(number: int, what: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{number:032d}", "shift": "s1", "number": number, "what": what, "phone": at.isoformat(), **more,
    }  # fmt: skip


def shift(cam: str, ended: datetime, off: timedelta = timedelta()) -> list[dict[str, Any]]:
    """Forty minutes with Cam that ended then, by a phone that is `off` behind."""
    began = ended - timedelta(minutes=40) - off
    return [
        tap(0, "begin", began, whom=cam),
        tap(1, "activity", began, activity="synthesise_plan"),
        tap(2, "activity", began + timedelta(minutes=25), activity="call_patient"),
        tap(3, "note", began + timedelta(minutes=30), text="the printer jams"),
        tap(4, "end", began + timedelta(minutes=40)),
    ]


def send(client: Client, study: str, taps: list[dict[str, Any]], **more: Any) -> Any:
    body = {"sent": datetime.now(UTC).isoformat(), "mono": 0, "load": "x", "taps": taps, **more}
    return client.post(f"/api/time-studies/{study}/taps", json.dumps(body), content_type="application/json")


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_what_a_phone_sends_twice_counts_once(real: Pipeline, study: str, people: dict[str, str]) -> None:
    olga, taps = signed_in("olga"), shift(people["cam"], an_hour_ago())
    first, second = send(olga, study, taps).json(), send(olga, study, taps).json()
    assert first["taken"] == second["taken"] == [one["id"] for one in taps]
    assert len(real.store.observations.taps(study)) == 5
    assert abs(first["off_seconds"]) < 60
    shown = page(olga, f"/studies/time/{study}")
    assert "40 min" in shown and "C. Lund" in shown
    of_shift = page(olga, f"/studies/time/{study}/shifts/s1")
    assert (
        "Putting a care plan together" in of_shift and "25 min" in of_shift and "the printer jams" in of_shift
    )


def test_a_clock_that_was_set_during_the_shift_is_told_to_observer_and_lead(
    real: Pipeline, study: str, people: dict[str, str]
) -> None:
    olga, taps = signed_in("olga"), shift(people["cam"], an_hour_ago())
    send(olga, study, taps[:2])
    send(olga, study, taps[2:], sent=(datetime.now(UTC) + timedelta(hours=2)).isoformat())
    address = f"/studies/time/{study}"
    assert "clock was set forward by 2.0 h" in page(olga, address)
    assert "be placed; what they begin or end is in doubt" in page(olga, f"{address}/shifts/s1")
    assert "clock was set in 1 shift" in page(signed_in("lena"), address)


def test_a_phone_two_hours_behind_is_corrected_and_its_observer_reads_so(
    real: Pipeline, study: str, people: dict[str, str]
) -> None:
    olga, late, ended = signed_in("olga"), timedelta(hours=2), an_hour_ago()
    answer = send(olga, study, shift(people["cam"], ended, late), sent=(datetime.now(UTC) - late).isoformat())
    assert answer.json()["off_seconds"] == pytest.approx(7200, abs=60)
    (*_, end) = real.store.observations.taps(study)
    assert abs(end.at - ended) < timedelta(minutes=1) and end.tap.phone == ended - late
    assert "clock was 2.0 h behind" in page(olga, f"/studies/time/{study}/shifts/s1")


def test_only_an_observer_taps_and_only_as_herself(study: str, people: dict[str, str]) -> None:
    taps = shift(people["cam"], an_hour_ago())
    assert send(signed_in("rosa"), study, taps).status_code == 403
    lena = send(signed_in("lena"), study, taps).json()
    assert lena["taken"] == [] and {one["why"] for one in lena["refused"]} == {"not_observer"}
    olga = signed_in("olga")
    assert send(olga, study, taps, observer=people["cam"]).status_code == 403
    elsewhere = [
        tap(9, "begin", an_hour_ago(), whom=people["rosa"]),
        tap(8, "activity", an_hour_ago(), activity="x"),
    ]
    whys = {one["why"] for one in send(olga, study, elsewhere).json()["refused"]}
    assert whys == {"not_observed", "activity"}
    assert send(Client(), study, taps).status_code == 401


def test_odd_taps_and_clocks_are_refused_and_break_nothing(study: str, people: dict[str, str]) -> None:
    olga, now = signed_in("olga"), datetime.now(UTC)
    odd = [
        tap(1, "pause", now.replace(year=9999)),
        {**tap(2, "pause", now), "id": "../../etc"},
        tap(3, "span", now),
    ]
    odd += [
        tap(4, "undo", now, activity="<b>"),
        tap(5, "pause", now, load="a b"),
        tap(6, "note", now, whom="é"),
    ]
    assert {one["why"] for one in send(olga, study, odd).json()["refused"]} == {"odd"}
    assert send(olga, study, [], sent="9999-12-31T23:59:59+00:00").status_code == 422
    assert send(olga, study, [], sent="2026-11-30T09:00:00").status_code == 422
    assert send(olga, study, [tap(4, "dance", now)]).status_code == 422
    assert send(olga, "nothing", []).status_code == 422


def test_cam_alone_sees_her_minutes_and_a_lead_only_what_she_agreed_to(
    study: str, people: dict[str, str]
) -> None:
    send(signed_in("olga"), study, shift(people["cam"], an_hour_ago()))
    address, lena, cam = f"/studies/time/{study}", signed_in("lena"), signed_in("cam")
    assert "25 min" in page(cam, address) and "Minutes by activity" not in page(cam, address)
    before = page(lena, address)
    assert "25 min" not in before and "1 person observed who didn" in before
    assert lena.get(f"{address}/shifts/s1").status_code == 404
    assert signed_in("rosa").get(address).status_code == 403
    # Nobody agrees for her.
    assert lena.post(f"{address}/put", {"what": "agree"}).status_code == 403
    assert cam.post(f"{address}/put", {"what": "agree"}).status_code == 302
    assert "25 min" in page(lena, address)
    assert cam.post(f"{address}/put", {"what": "disagree"}).status_code == 302
    assert "25 min" not in page(lena, address)


def test_a_clock_that_ran_all_night_is_told_and_mended_with_a_reason(
    study: str, people: dict[str, str]
) -> None:
    olga, morning = signed_in("olga"), an_hour_ago()
    evening = morning - timedelta(hours=13)
    send(
        olga,
        study,
        [
            tap(0, "begin", evening, whom=people["cam"]),
            tap(1, "activity", evening, activity="write_note"),
            tap(2, "end", morning),
        ],
    )
    address = f"/studies/time/{study}/shifts/s1"
    assert "longer than 120 minutes without a tap" in page(olga, address)
    word = f"{address}/{1:032d}"
    refused = olga.post(word, {"what": "minutes", "minutes": "12", "why": "slip"})
    kept = refused.content.decode()
    assert refused.status_code == 422 and 'value="12"' in kept and 'value="slip"' in kept
    assert signed_in("cam").post(word, {"what": "leave_out", "why": "not me at all"}).status_code == 403
    assert olga.post(word, {"what": "minutes", "minutes": "12", "why": "forgot to end it"}).status_code == 302
    mended = page(olga, address)
    assert "12 min count." in mended and "forgot to end it" in mended and "In doubt" not in mended
    assert olga.post(word, {"what": "undo"}).status_code == 302
    assert "In doubt" in page(olga, address)


def test_a_table_is_taken_line_by_line(real: Pipeline, study: str) -> None:
    olga, address = signed_in("olga"), f"/studies/time/{study}/table"
    day = f"{real.today - timedelta(days=1)}"
    text = f"observed,activity,began,ended\ncam,team,{day} 09:00,{day} 09:10\ncam,dancing,{day} 09:10,{day} 09:20\n"

    def bring(body: bytes) -> Any:
        return olga.post(address, {"file": SimpleUploadedFile("t.csv", body)})

    said = bring(text.encode())
    shown = said.content.decode()
    assert said.status_code == 422 and "1 of 2 lines taken" in shown
    assert "Line 3, activity: this study’s list has no such activity." in shown.replace(
        "&#x27;", "’"
    ).replace("'", "’")
    bring(text.encode())
    assert len(real.store.observations.taps(study)) == 1
    assert bring(b"\xff\xfe").status_code == 422 and bring(b"").status_code == 422
    assert (
        signed_in("lena").post(address, {"file": SimpleUploadedFile("t.csv", text.encode())}).status_code
        == 403
    )


def test_the_list_has_versions_and_a_study_keeps_the_one_it_began_with(real: Pipeline, study: str) -> None:
    lena, olga = signed_in("lena"), signed_in("olga")
    form = {
        "label": "Faxing",
        "outcome": "1",
        "satisfaction": "2",
        "volume": "12,5",
        "share": "40",
        "setup": "",
        "used": "on",
    }
    assert olga.post("/studies/time/activities/new", {**form, "was": "0"}).status_code == 403
    assert lena.post("/studies/time/activities/new", {**form, "was": "0"}).status_code == 302
    made = real.observing.activities().find("faxing")
    assert made is not None and (made.volume, made.automatable, made.setup_hours) == (12.5, 0.4, None)
    assert (
        lena.post("/studies/time/activities/new", {**form, "label": "Mailing", "was": "0"}).status_code == 409
    )
    assert lena.post("/studies/time/activities/new", {**form, "was": "1"}).status_code == 422
    refused = lena.post("/studies/time/activities/faxing", {**form, "share": "140", "was": "1"})
    kept = refused.content.decode()
    assert refused.status_code == 422 and 'value="140"' in kept and 'id="refused-field"' in kept
    assert "Faxing" in page(olga, "/studies/time/activities")
    assert "Faxing" not in page(olga, f"/studies/time/{study}/timer")
    assert lena.post("/studies/time/activities/0/restore", {"was": "1"}).status_code == 302
    assert real.observing.activities().version == 2 and real.observing.activities().find("faxing") is None


def test_after_a_study_is_closed_nothing_comes_in(study: str, people: dict[str, str]) -> None:
    lena, olga = signed_in("lena"), signed_in("olga")
    assert olga.post(f"/studies/time/{study}/put", {"what": "close"}).status_code == 403
    assert lena.post(f"/studies/time/{study}/put", {"what": "close"}).status_code == 302
    late = send(olga, study, shift(people["cam"], an_hour_ago())).json()
    assert {one["why"] for one in late["refused"]} == {"closed"}
    assert olga.get(f"/studies/time/{study}/timer")["Location"] == f"/studies/time/{study}"
    assert "Nothing was observed yet" in page(lena, f"/studies/time/{study}")


def test_nobody_observes_where_she_is_observed_and_the_page_says_who_takes_part(
    study: str, people: dict[str, str]
) -> None:
    lena = signed_in("lena")
    both = lena.post(f"/studies/time/{study}/put", {"what": "observer", "whom": people["cam"]})
    assert (
        both.status_code == 422
        and "Nobody observes in a study in which she is observed" in both.content.decode()
    )
    again = lena.post(f"/studies/time/{study}/put", {"what": "observed", "whom": people["cam"]})
    assert again.status_code == 422


def test_the_timers_page_holds_no_script_or_style_of_its_own_and_says_what_may_not_be_written(
    study: str,
) -> None:
    shown = page(signed_in("olga"), f"/studies/time/{study}/timer")
    assert "Nothing of a patient:" in shown and "style=" not in shown and "<script>" not in shown
    worker = Client().get("/studies/time/worker.js")
    assert worker.status_code == 200 and worker["Content-Type"].startswith("text/javascript")


def test_two_observers_of_three_hours_read_how_far_they_agree_in_slices_and_in_minutes(
    real: Pipeline, study: str, people: dict[str, str]
) -> None:
    lena, olga = signed_in("lena"), signed_in("olga")
    assert (
        lena.post(f"/studies/time/{study}/put", {"what": "observer", "whom": people["rosa"]}).status_code
        == 302
    )
    for hours in range(3):
        ended = an_hour_ago() - timedelta(hours=hours)
        for client, late in ((olga, 0), (signed_in("rosa"), 2 + hours)):
            began, taps = ended - timedelta(minutes=40), shift(people["cam"], ended)
            taps[2]["phone"] = (began + timedelta(minutes=25 + late)).isoformat()
            made = [{**one, "id": f"{hours}{one['id'][1:]}", "shift": f"s{hours}"} for one in taps]
            assert send(client, study, made).json()["refused"] == []
    shown = page(lena, f"/studies/time/{study}")
    assert (
        "Over 120 slices of a minute" in shown
        and "over 6 activities of shifts" in shown
        and "ICC 0." in shown
    )
    assert "Over 120 slices" in page(olga, f"/studies/time/{study}")
    # The minutes of one who didn't agree stay hers.
    assert "25 min" not in shown
