"""A critical result that a substance-use programme sent without consent: who may know that it waits, and how it is read."""

from dataclasses import replace

import pytest

from careloom import pipeline as pipelines
from tests.connect.made import about, body, bundle, coded, patient
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_consents import EMERGENCY, TYPED

SAID = "Something critical waits in what is restricted (42 CFR Part 2)."


@pytest.fixture
def desk(real, home, settings, store):
    """A site that reads from a programme, with a medical assistant, a community health worker, a dietitian, a pharmacist and an auditor."""
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    made = pipelines.build(
        replace(
            real.settings,
            consent_names="Harbor Clinic",
            urgent_people="R. Blake <blake@harbor.example>",
        )
    )
    settings.CARELOOM_PIPELINE = lambda _: made
    for role in ("medical_assistant", "community_health_worker", "dietitian", "pharmacist", "auditor"):
        store.users.create(role, name=role.replace("_", " "), role=role, password=PASSWORD)
    return made


@pytest.fixture
def sick(desk, tmp_path) -> str:
    """A patient of whom the hospital sent her name alone, and the programme a potassium of 6.9."""
    level = {"value": 6.9, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    seen = about(
        "Observation", id="k", status="final", code=coded("2823-3", "Potassium"),
        effectiveDateTime=desk.today.isoformat(), valueQuantity=level,
        interpretation=[coded("HH", "Critical high", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")],
    )  # fmt: skip
    for source, resources in {"ehr": (), "lighthouse": (seen,)}.items():
        (tmp_path / f"{source}.json").write_bytes(body(bundle(patient(), *resources)))
        (who,) = desk.connect([tmp_path / f"{source}.json"], source=source).patients
    return who


def told(address: str, name: str) -> str:
    return signed_in(name).get(address).content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("role", ["medical_assistant", "community_health_worker", "dietitian", "auditor"])
def test_who_reads_no_programme_learns_of_no_page(desk, sick, role):
    assert len(desk.store.pages.waiting()) == 1
    for address in ("/urgent", "/panel", "/queue", f"/patients/{sick}", f"/call/{sick}"):
        said = told(address, role)
        assert "otassium" not in said and "critical" not in said.lower() and "restricted" not in said
        assert "open about this patient" not in said and "act now" not in said
    assert "Nothing waits that can't" in told("/urgent", role)
    who = desk.store.users.reviewer(role)
    (line,) = desk.panels.panel(who).lines
    assert not line.reasons
    assert desk.paged.patients(who) == frozenset() and desk.paged.open_about(who, sick) == 0
    (page,) = desk.store.pages.waiting()
    assert signed_in(role).post(f"/urgent/{page.id}/take").status_code in (403, 404)
    assert signed_in(role).post(f"/urgent/{page.id}/emergency", EMERGENCY).status_code in (403, 404)
    assert desk.store.pages.get(page.id).is_open


def test_a_licensed_reader_is_told_that_something_critical_waits_and_nothing_of_what_it_is(desk, sick):
    for name in ("rosa", "osei", "pharmacist"):
        for address in ("/urgent", "/panel"):
            said = told(address, name)
            assert SAID in said
            assert "otassium" not in said and "6.9" not in said and "ighthouse" not in said
        assert "1 thing that can't wait is open about this patient." in told(f"/patients/{sick}", name)
        assert "Its source" not in told("/urgent", name)
    assert "call one of them now" in told("/urgent", "pharmacist")


def test_the_physician_reads_the_value_at_once_with_the_reason_of_the_emergency(desk, sick):
    osei = signed_in("osei")
    (page,) = desk.store.pages.waiting()
    emergency = f"/urgent/{page.id}/emergency"
    assert f'action="{emergency}"' in told("/urgent", "osei")
    for part in EMERGENCY:
        lacking = osei.post(emergency, {**EMERGENCY, part: " "})
        assert lacking.status_code == 422
        assert "2.51(c)" in lacking.content.decode() and "6.9" not in lacking.content.decode()
    said = osei.post(emergency, EMERGENCY).content.decode()
    assert "Potassium" in said and "6.9" in said
    assert "42 CFR part 2 prohibits unauthorized use or disclosure" in said
    (event,) = [one for one in desk.store.audit.of(sick) if one["action"] == "told in an emergency"]
    assert event["why"] == "to Dr. Ines Roy, Harbor General, emergency department: unconscious"
    assert signed_in("pharmacist").post(emergency, EMERGENCY).status_code == 403


def test_with_her_consent_it_is_told_to_who_reads_programmes_and_to_nobody_else(desk, sick):
    plan = desk.propose("operator", sick)
    assert signed_in("rosa").post(f"/review/{plan.id}/consents", TYPED).status_code == 302
    (page,) = desk.store.pages.waiting()
    said = told("/urgent", "osei")
    assert "otassium" in said and f'<a href="/patients/{sick}/results/{page.reference}">' in said
    assert signed_in("osei").get(f"/patients/{sick}/results/{page.reference}").status_code == 200
    assert "otassium" not in told("/urgent", "medical_assistant")


def test_the_command_line_says_of_it_neither_what_it_is_nor_about_whom(desk, sick):
    (page,) = desk.paged.untold(desk.store.pages.waiting())
    assert page.patient == "" and "otassium" not in page.words


def test_in_spanish_it_is_told_as_little(desk, sick):
    osei = signed_in("osei")
    assert osei.post("/yours/language", {"language": "es"}).status_code == 302
    said = osei.get("/urgent").content.decode()
    assert "Algo crítico espera" in said and "otas" not in said and "Something critical" not in said
