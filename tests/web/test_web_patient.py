"""The patient page: what each part says, whose words they are, what is new to whoever looks, and who may not look."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from careloom.demo import HERE
from careloom.store.clock import now
from careloom.web.present.patient import SECTIONS
from tests.connect.made import body, bundle, patient
from tests.flow.test_consent import programme
from tests.record.sources import allergy, order, sct
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_consents import TYPED
from tests.web.test_web_consents import desk as programme_site

__all__ = ["programme_site"]
ADA = (
    ("riverside_ehr", "ada-moreno.json"),
    ("social_services", "2026-10-09-ada-moreno.txt"),
)
HTMX = {"HX-Request": "true"}


def shown(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ada(real) -> str:
    """Ada, from her clinic, her pharmacy and a home visit."""
    found = {}
    for source, file in ADA:
        found |= real.connect([HERE / source / file], source=source).patients
    for source in ("harbor_pharmacy", "northgate_clinic"):
        real.connect([HERE / source], source=source)
    (one,) = found
    return one


def test_every_part_is_a_page_of_its_own_and_loads_alone(ada):
    rosa = signed_in("rosa")
    whole = shown(rosa.get(f"/patients/{ada}"))
    for part, title in SECTIONS.items():
        assert f'hx-get="/patients/{ada}/{part}"' in whole
        alone = shown(rosa.get(f"/patients/{ada}/{part}", headers=HTMX))
        page = shown(rosa.get(f"/patients/{ada}/{part}"))
        assert "<html" not in alone and f"<h1>{title}</h1>" in page
        assert "Ada Moreno" in page
    assert rosa.get(f"/patients/{ada}/nothing").status_code == 404
    assert rosa.get("/patients/019ac000-0000-7000-8000-000000000001").status_code == 404


def test_every_source_that_a_part_names_opens_in_its_own_words(ada):
    rosa = signed_in("rosa")
    opened = 0
    for part in ("timeline", "problems", "medications", "allergies", "results", "needs", "around"):
        addresses = set(
            re.findall(rf'href="(/patients/{ada}/\w+/\w+)"', shown(rosa.get(f"/patients/{ada}/{part}")))
        )
        assert addresses, part
        for address in sorted(addresses)[:8]:
            assert 'class="entry"' in shown(rosa.get(address, headers=HTMX))
            opened += 1
        assert "What the sources say" in shown(rosa.get(address))
    assert opened > 20
    assert rosa.get(f"/patients/{ada}/problems/{'0' * 32}").status_code == 404


def test_a_need_is_read_in_the_words_of_its_note(ada):
    rosa = signed_in("rosa")
    needs = shown(rosa.get(f"/patients/{ada}/needs"))
    assert "risk of losing the home" in needs
    words = [
        shown(rosa.get(address, headers=HTMX))
        for address in re.findall(rf'href="(/patients/{ada}/needs/\w+)"', needs)
    ]
    assert any(re.search(r"<mark>[^<]*eviction", one) for one in words)


def test_a_medicine_without_a_fill_is_said_to_be_unseen_and_never_untaken(ada):
    page = shown(signed_in("rosa").get(f"/patients/{ada}/medications"))
    drug = page[page.index("<b>atorvastatin</b>") : page.index("<b>ibuprofen</b>")]
    assert "prescribed, no recent fill seen" in drug
    assert "No further fill seen in harbor pharmacy between" in drug
    assert "Ordered by L. Osei" in drug
    assert "Fills seen in the year to" in drug
    assert "not taking" not in page


def test_two_doses_of_one_medicine_stand_in_doubt_with_who_says_which(ada):
    page = shown(signed_in("rosa").get(f"/patients/{ada}/medications"))
    drug = page[page.index("<b>metformin</b>") :]
    assert "doses in conflict" in drug
    assert drug.index("In doubt:") < drug.index("northgate clinic on")


def test_nobody_is_said_to_have_no_allergy_unless_a_source_says_so(real, tmp_path):
    rosa = signed_in("rosa")
    (tmp_path / "one.json").write_bytes(body(bundle(patient(), order("Citalopram 40 MG Oral Tablet"))))
    (who,) = real.connect([tmp_path / "one.json"], source="clinic").patients
    page = shown(rosa.get(f"/patients/{who}/allergies"))
    assert "That is not the same as no allergy." in page
    assert "Recorded as none known" not in page
    none = allergy(sct("716186003", "No known allergy"), on="2026-02-03")
    (tmp_path / "two.json").write_bytes(body(bundle(patient(), none)))
    real.connect([tmp_path / "two.json"], source="ward")
    page = shown(rosa.get(f"/patients/{who}/allergies"))
    assert "Recorded as none known" in page and "ward, 2026-02-03" in page


def test_a_refuted_allergy_is_kept_apart_and_a_reaction_named(real, tmp_path):
    told = (
        allergy(sct("764146007", "Penicillin"), reaction=[{"manifestation": [sct("271807003", "Rash")]}]),
        allergy(sct("387406002", "Sulfonamide"), verified="refuted"),
    )
    (tmp_path / "one.json").write_bytes(body(bundle(patient(), *told)))
    (who,) = real.connect([tmp_path / "one.json"], source="clinic").patients
    page = shown(signed_in("rosa").get(f"/patients/{who}/allergies"))
    holds, past = page.split("No longer held to be one")
    assert "reaction: Rash" in holds and "refuted" not in holds
    assert "refuted" in past and "ulfonamide" in past


@pytest.fixture
def later(real, ada, settings) -> Callable[[timedelta], None]:
    """Lets time pass for the pages."""

    def pass_by(much: timedelta) -> None:
        made = replace(real, clock=lambda: now() + much)
        settings.CARELOOM_PIPELINE = lambda _: made

    return pass_by


def test_she_is_told_what_came_since_she_looked_last(real, ada, tmp_path, later):
    rosa = signed_in("rosa")
    assert "for the first time" in shown(rosa.get(f"/patients/{ada}"))
    note = (HERE / "social_services" / "2026-10-09-ada-moreno.txt").read_text()
    (tmp_path / "new.txt").write_text(f"{note}\nShe has no phone.\n")
    assert real.connect([tmp_path / "new.txt"], source="social_services").rejected == []
    later(timedelta(hours=1))
    page = shown(rosa.get(f"/patients/{ada}"))
    news = page[page.index("Since you last looked") : page.index("The last year")]
    assert "1 note" in news and "social services" in news and "riverside" not in news
    # Whoever comes back from the telephone still sees it; the next day it is known; somebody else has a first look of her own.
    later(timedelta(hours=1, minutes=20))
    assert "Since you last looked" in shown(rosa.get(f"/patients/{ada}"))
    later(timedelta(days=1))
    assert "Nothing came since you last looked" in shown(rosa.get(f"/patients/{ada}"))
    assert "for the first time" in shown(signed_in("cam").get(f"/patients/{ada}"))


def test_the_timeline_is_read_by_kind_and_source_and_by_the_page(ada):
    rosa = signed_in("rosa")
    page = shown(rosa.get(f"/patients/{ada}/timeline"))
    days = re.findall(r"<h3>(\d{4}-\d\d-\d\d)</h3>", page)
    assert days == sorted(days, reverse=True) and len(days) > 5
    fills = shown(rosa.get(f"/patients/{ada}/timeline?kind=MedicationDispense&source=harbor_pharmacy"))
    found = fills[fills.index('class="day"') :]
    assert "harbor pharmacy" in found and "riverside" not in found.split("</section>")[0]
    nothing = shown(rosa.get(f"/patients/{ada}/timeline?kind=Device"))
    assert "Nothing of that kind is recorded" in nothing
    assert shown(rosa.get(f"/patients/{ada}/timeline?page=9999999"))
    assert shown(rosa.get(f"/patients/{ada}/timeline?page=x"))


def test_results_stand_as_lines_and_as_a_table(ada):
    rosa = signed_in("rosa")
    lines = shown(rosa.get(f"/patients/{ada}/results"))
    assert '<svg class="spark-of"' in lines and "before it" in lines
    table = shown(rosa.get(f"/patients/{ada}/results?as=table"))
    assert '<th scope="row">' in table and '<svg class="spark-of"' not in table


def test_the_banner_of_every_page_about_her_leads_to_her_record(real, ada):
    plan = real.propose("test", ada, model="none")
    rosa = signed_in("rosa")
    for address in (f"/review/{plan.id}", f"/draft/{ada}", f"/patients/{ada}/tasks"):
        assert f'<a href="/patients/{ada}"><b><bdi>Ada Moreno</bdi></b></a>' in shown(rosa.get(address))
    assert f'href="/review/{plan.id}"' in shown(rosa.get(f"/patients/{ada}/documents"))


def test_whoever_is_outside_her_care_team_opens_no_part_of_it(real, ada):
    rosa = real.store.users.reviewer("rosa")
    real.access.join(rosa, ada, "rosa")
    (entry, *_) = real.record(rosa, ada).entries
    cam = signed_in("cam")
    for address in (
        f"/patients/{ada}",
        *(f"/patients/{ada}/{part}" for part in SECTIONS),
        f"/patients/{ada}/timeline/{entry.id}",
    ):
        assert cam.get(address).status_code == 403
    assert "R. Blake" in shown(signed_in("rosa").get(f"/patients/{ada}/around"))


def test_what_a_programme_sent_is_read_by_the_roles_that_may_and_by_nobody_else(programme_site, tmp_path):
    desk = programme_site
    sent = {"ehr": (order("Citalopram 40 MG Oral Tablet", "2026-08-01"),), "lighthouse": programme()}
    for source, resources in sent.items():
        (tmp_path / f"{source}.json").write_bytes(body(bundle(patient(), *resources)))
        (who,) = desk.connect([tmp_path / f"{source}.json"], source=source).patients
    rosa = signed_in("rosa")
    plan = desk.propose("operator", who)
    everything = (f"/patients/{who}", *(f"/patients/{who}/{part}" for part in SECTIONS))

    def told(client: Client) -> str:
        return "".join(shown(client.get(address)) for address in everything).casefold()

    assert "methadone" not in told(rosa) and "lighthouse" not in told(rosa)
    rosa.post(f"/review/{plan.id}/consents", TYPED)
    assert "methadone" in told(rosa) and "42 cfr part 2 prohibits" in told(rosa)
    desk.store.users.create("mo", role="medical_assistant", password=PASSWORD)
    mo = signed_in("mo")
    assert "methadone" not in told(mo) and "lighthouse" not in told(mo)
    methadone = next(one.id for one in desk.record("operator", who).entries if "ethadone" in one.name)
    assert mo.get(f"/patients/{who}/medications/{methadone}").status_code == 404


def test_words_of_a_source_are_words_and_no_page(real, tmp_path):
    evil = "<script>alert(1)</script>{{7*7}}"
    told = (allergy(sct("1", evil)), order(evil))
    (tmp_path / "one.json").write_bytes(body(bundle(patient(), *told)))
    (who,) = real.connect([tmp_path / "one.json"], source="clinic").patients
    rosa = signed_in("rosa")
    for part in ("", *(f"/{part}" for part in SECTIONS)):
        page = shown(rosa.get(f"/patients/{who}{part}"))
        assert "<script>alert" not in page and "49" not in re.findall(r"script&gt;(\d*)", page)
