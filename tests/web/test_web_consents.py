"""A consent on paper is entered and taken back on a page; what it opens, or why not, stands beside it."""

from dataclasses import replace

import pytest

from careloom import pipeline as pipelines
from tests.connect.made import body, bundle, patient
from tests.flow.test_consent import programme
from tests.record.sources import order
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_pdf import pages

TYPED = {
    "what": "medicines and diagnoses",
    "programme": "Lighthouse Recovery",
    "recipients": "Harbor Clinic; her daughter",
    "purpose": "treatment",
    "signed": "2026-01-05",
    "signer": "the patient",
    "ends_with": "none",
    "document": "folder 7",
}


@pytest.fixture
def desk(real, home, settings):
    """A site that reads from a programme and from a hospital."""
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    made = pipelines.build(replace(real.settings, consent_names="Harbor Clinic"))
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


@pytest.fixture
def address(desk, tmp_path) -> str:
    """Her consents, by her plan."""
    sent = {"ehr": (order("Citalopram 40 MG Oral Tablet", "2026-08-01"),), "lighthouse": programme()}
    for source, resources in sent.items():
        (tmp_path / f"{source}.json").write_bytes(body(bundle(patient(), *resources)))
        (who,) = desk.connect([tmp_path / f"{source}.json"], source=source).patients
    return f"/review/{desk.propose('operator', who).id}/consents"


def drugs(desk) -> list[str]:
    (who,) = desk.store.patients.all()
    return [one.name for one in desk.record("operator", who).medications]


def test_it_is_entered_and_taken_back(desk, address):
    rosa = signed_in("rosa")
    assert "No consent is recorded" in rosa.get(address).content.decode()
    assert "Consents</a>" in rosa.get(address.removesuffix("/consents")).content.decode()
    said = rosa.post(address, TYPED, follow=True).content.decode()
    assert "Opens what Lighthouse Recovery sent. Counselling notes stay closed (2.31(b))." in said
    assert "For Harbor Clinic and her daughter, from 2026-01-05 to no end stated." in said
    assert "Folder 7; recorded by R. Blake on" in said
    assert "methadone" in drugs(desk)
    printed = rosa.get(address.replace("consents", "printed")).content.decode()
    assert "42 CFR part 2 prohibits unauthorized use or disclosure of these records." in printed
    (kept,) = desk.consenting.all(desk.store.users.reviewer("rosa"), *desk.store.patients.all())
    revoke = f"{address}/revoke"
    assert "who took it back" in rosa.post(revoke, {"consent": kept.entry.id}).content.decode()
    said = rosa.post(
        revoke, {"consent": kept.entry.id, "why": "on the telephone"}, follow=True
    ).content.decode()
    assert "from now on it opens nothing" in said
    assert "stays closed by it: it is not in force" in said
    assert "methadone" not in drugs(desk)
    assert "42 CFR part 2" not in rosa.get(address.replace("consents", "printed")).content.decode()


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(desk, address):
    answer = signed_in("cam").post(address, {**TYPED, "ends_with": ""})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "say until when: a day, an event, or none (42 CFR 2.31(a)(7))" in said
    assert 'value="folder 7"' in said
    assert "methadone" not in drugs(desk)
    assert "2.31(a)(9)" in signed_in("cam").post(address, {**TYPED, "signed": ""}).content.decode()
    assert "a day is written" in signed_in("cam").post(address, {**TYPED, "signed": "5 Jan"}).content.decode()


def test_who_may_not_record_consents_is_told_who_may(desk, address):
    desk.store.users.create("pia", name="P. Ray", role="pharmacist", password=PASSWORD)
    pia = signed_in("pia")
    assert (
        "A nurse, a physician or a coordinator reads and records consents"
        in pia.get(address).content.decode()
    )
    assert pia.post(address, TYPED).status_code == 403
    assert signed_in("cam").get("/review/" + "0" * 32 + "/consents").status_code == 404
    assert "methadone" not in drugs(desk)


EMERGENCY = {
    "to": "Dr. Ines Roy",
    "affiliation": "Harbor General, emergency department",
    "nature": "unconscious",
}


def test_on_paper_nothing_says_that_something_is_restricted_for_who_reads_no_programme(desk, address):
    desk.store.users.create("milo", role="medical_assistant", password=PASSWORD)
    review = address.removesuffix("/consents")
    incomplete = "estricted information; check incomplete"
    for name, printed in (("milo", False), ("osei", True)):
        reader = signed_in(name)
        assert incomplete in reader.get(review).content.decode()
        assert (incomplete in reader.get(f"{review}/printed").content.decode()) is printed
        pdf = " ".join(pages(reader.get(f"{review}/pdf").content))
        assert ("check incomplete" in " ".join(pdf.split())) is printed


def test_in_an_emergency_what_is_restricted_is_shown_once_and_recorded_before(desk, address):
    osei = signed_in("osei")
    emergency = address.replace("consents", "emergency")
    assert osei.get(emergency).status_code == 405
    for part in EMERGENCY:
        lacking = osei.post(emergency, {**EMERGENCY, part: " "})
        assert lacking.status_code == 422
        assert "2.51(c)" in lacking.content.decode()
        assert "ethadone" not in lacking.content.decode()
    said = osei.post(emergency, EMERGENCY).content.decode()
    assert "Methadone 80 MG" in said
    assert "42 CFR part 2 prohibits unauthorized use or disclosure" in said
    (who,) = desk.store.patients.all()
    (event,) = [one for one in desk.store.audit.of(who) if one["action"] == "told in an emergency"]
    assert event["why"] == "to Dr. Ines Roy, Harbor General, emergency department: unconscious"
    (told,) = desk.accounting.disclosures("test", who).part2
    assert (told.to, told.why) == ("Dr. Ines Roy, Harbor General, emergency department", "unconscious")
    assert told.ground.source == "42 CFR 2.51"
    assert "ethadone" not in str(event)
    listed = osei.get(address).content.decode()
    assert "by Dr. Osei to Dr. Ines Roy, Harbor General" in listed
    assert "ethadone" not in listed
    assert "methadone" not in drugs(desk)


def test_who_is_not_licensed_to_treat_reads_nothing_in_an_emergency(desk, address):
    cam = signed_in("cam")
    assert "Medical emergency" not in cam.get(address).content.decode()
    assert cam.post(address.replace("consents", "emergency"), EMERGENCY).status_code == 403
    (who,) = desk.store.patients.all()
    assert "told in an emergency" not in [one["action"] for one in desk.store.audit.of(who)]
