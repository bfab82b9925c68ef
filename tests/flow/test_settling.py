"""Where sources disagree a physician says which is right: the record says so from then on, with who said it, and only as long as no source says otherwise."""

from datetime import date, timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom.care.document import Action, Reviewer, Verdict
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline import build
from careloom.pipeline.settling import Said
from careloom.settings import Settings
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.record.sources import allergy, condition, icd, of, order, sct

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(store, home, key):
    """A site with a nurse, two physicians, a nurse practitioner and a pharmacist."""
    licence = Licence("MA", "MD1", date(2031, 6, 30))
    for name, role, shown in (
        ("osei", "physician", "Dr. Osei"),
        ("lind", "physician", "Dr. Lind"),
        ("rosa", "registered_nurse", "R. Blake"),
        ("pia", "pharmacist", "P. Quist"),
        ("nia", "advanced_practice_nurse", "N. Sorel"),
    ):
        store.users.create(name, role=role, password="long enough it is", name=shown, licence=licence)
    store.users.create(
        "old", role="physician", password="long enough it is", name="Dr. Old",
        licence=Licence("MA", "MD9", date(2020, 1, 1)),
    )  # fmt: skip
    return build(Settings(home=home, encryption_key=key, model="none"))


@pytest.fixture
def sends(desk, tmp_path):
    """Something that a source sends of the one patient."""
    sent = []

    def send(source, *resources):
        sent.append(source)
        file = tmp_path / f"{source}-{len(sent)}.json"
        file.write_bytes(body(bundle(patient(), *resources)))
        (found,) = desk.connect([file], source=source).patients
        return found

    return send


def who(desk, name: str) -> Reviewer:
    return desk.store.users.reviewer(name)


def take(how: str) -> list:
    return [{"text": how}]


LISINOPRIL = "Lisinopril 20 MG Oral Tablet"


@pytest.fixture
def ada(sends) -> str:
    """Lisinopril 20 mg as the clinic orders it, 10 mg as the heart clinic does."""
    sends("clinic", order(LISINOPRIL, "2026-10-01", dosageInstruction=take("20 mg once daily")))
    return sends(
        "heart", order("Lisinopril 10 MG Oral Tablet", "2026-10-05", dosageInstruction=take("10 mg once daily"))
    )  # fmt: skip


def the_dispute(desk, who_, patient_):
    (one,) = desk.settling.open(who_, patient_)
    return one


def settle(desk, patient_, value, name="osei", **more):
    osei = who(desk, name)
    dispute = the_dispute(desk, osei, patient_)
    choice = next((one.value for one in dispute.choices if one.value == value or one.words == value), value)
    said = Said(choice, "as discussed with her", **more)
    follows = desk.settling.preview(osei, patient_, dispute.key, said)
    return desk.settling.settle(osei, patient_, dispute.key, said, follows.to_read)


def kinds(record) -> list[str]:
    return [one.kind for one in record.conflicts]


def the_drug(record, name="lisinopril"):
    return next(one for one in record.medications if one.name == name)


def test_two_doses_are_settled_and_the_record_says_by_whom_and_on_what(desk, ada):
    before = desk.record("operator", ada)
    assert kinds(before) == ["dose"] and the_drug(before).state == "dose_in_conflict"
    settle(desk, ada, "20 mg once daily")
    record = desk.record("operator", ada)
    assert kinds(record) == []
    drug = the_drug(record)
    assert [words for words, _ in drug.doses] == ["20 mg once daily"]
    # The other order is still there and cited; it no longer speaks for the dose.
    assert {record.by_id[one].source.system for one in drug.entries} == {"clinic", "heart", "this_site"}
    (settled,) = record.settled
    assert (settled.about, settled.choice, settled.by) == ("lisinopril", "20 mg once daily", "Dr. Osei")
    assert {record.by_id[one].source.system for one in settled.entries} == {"clinic", "heart"}
    assert settled.since == "" and settled.reason == "as discussed with her"
    (event,) = [one for one in desk.store.audit.of(ada) if one["action"] == "settle"]
    assert event["actor"] == who(desk, "osei").user


def test_the_same_sent_again_says_nothing_new(desk, sends, ada):
    settle(desk, ada, "20 mg once daily")
    sends(
        "heart", order("Lisinopril 10 MG Oral Tablet", "2026-10-05", dosageInstruction=take("10 mg once daily"))
    )  # fmt: skip
    record = desk.record("operator", ada)
    assert kinds(record) == [] and record.settled[0].since == ""


def test_another_dose_that_a_source_states_later_unsettles_it_and_says_so(desk, sends, ada):
    settle(desk, ada, "20 mg once daily")
    sends("pharmacy", of(
        "MedicationDispense", status="completed", medicationCodeableConcept={"text": "Lisinopril 10 MG Oral Tablet"},
        quantity={"value": 30}, daysSupply={"value": 30, "unit": "d"},
        whenHandedOver=(desk.today - timedelta(days=1)).isoformat(),
    ))  # fmt: skip
    record = desk.record("operator", ada)
    assert kinds(record) == ["dose"]
    (settled,) = record.settled
    assert "pharmacy" in settled.since and "10 mg" in settled.since
    # It is settled anew, on what stands settled and on what is new.
    settle(desk, ada, "other", other="10 mg once daily")
    again = desk.record("operator", ada)
    assert kinds(again) == [] and [one.choice for one in again.settled] == ["10 mg once daily"]
    assert the_drug(again).doses[0][0] == "10 mg once daily"


def test_a_plan_drafted_before_is_drafted_anew_and_tells_no_conflict(desk, ada):
    plan = desk.propose("operator", ada, model="none")
    assert any("differ" in line.text for line in plan.document.statements)
    settle(desk, ada, "20 mg once daily")
    line = next(one for one in plan.document.statements if "differ" in one.text)
    with pytest.raises(StaleRecord, match="draft it again"):
        desk.decide(who(desk, "osei"), plan.id, Action.APPROVE, statements=[line.id])
    anew = desk.propose("operator", ada, model="none")
    assert anew.id != plan.id
    assert not any("differ" in one.text for one in anew.document.statements)
    assert any("20 mg once daily" in one.text for one in anew.document.statements)


def test_a_drug_that_is_settled_as_stopped_is_of_the_past_until_somebody_orders_it(desk, sends, ada):
    settle(desk, ada, "stopped")
    record = desk.record("operator", ada)
    assert (the_drug(record).state, the_drug(record).current, kinds(record)) == ("stopped", False, [])
    later = (desk.today + timedelta(days=0)).isoformat()
    sends("clinic", order(LISINOPRIL, later, dosageInstruction=take("40 mg once daily")))
    again = desk.record("operator", ada)
    assert the_drug(again).current and "clinic" in again.settled[0].since


def test_a_dose_that_can_not_be_is_not_settled(desk, ada):
    for other, said in (
        ("20 g once daily", "nobody is given"),
        ("some", "unit"),
        ("", "write what it is"),
    ):
        with pytest.raises(InputError, match=said):
            settle(desk, ada, "other", other=other)
    with pytest.raises(InputError, match="choose one"):
        settle(desk, ada, "says:0")
    assert desk.record("operator", ada).settled == ()


@pytest.fixture
def reacts(sends) -> str:
    """A penicillin allergy on the clinic's list that the heart clinic refutes; and amoxicillin."""
    sends(
        "clinic",
        allergy(sct("91936005", "Allergy to penicillin"), reaction=[{"manifestation": [{"text": "rash"}]}]),
        order("Amoxicillin 500 MG Oral Capsule", "2026-11-01", dosageInstruction=take("500 mg three times a day")),
    )  # fmt: skip
    return sends("heart", allergy(sct("91936005", "Allergy to penicillin"), "2026-10-05", verified="refuted"))


def of_rule(proposal, rule):
    return [(one.severity.value, one.message) for one in proposal.findings if one.rule == rule]


def test_a_refuted_allergy_holds_up_no_drug_but_is_said_and_stays_in_the_history(desk, reacts):
    before = desk.check("operator", "Amoxicillin 500 mg three times a day.", reacts)
    assert [severity for severity, _ in of_rule(before, "allergy")] == ["high"]
    settle(desk, reacts, "tolerated")
    record = desk.record("operator", reacts)
    assert kinds(record) == []
    (gone,) = record.allergies
    assert gone.status == "refuted" and "Dr. Osei" in gone.settled
    after = desk.check("operator", "Amoxicillin 500 mg three times a day.", reacts)
    ((severity, message),) = of_rule(after, "allergy")
    assert severity == "low" and "the drug was tolerated" in message and "Dr. Osei" in message
    assert {record.by_id[one].source.system for one in record.settled[0].entries} == {"clinic", "heart"}


def test_an_allergy_that_is_listed_again_after_it_was_refuted_is_one_again(desk, sends, reacts):
    settle(desk, reacts, "tested")
    sends("urgent", allergy(sct("91936005", "Allergy to penicillin"), "2026-11-20"))
    record = desk.record("operator", reacts)
    assert any(one.status == "active" for one in record.allergies)
    assert "urgent" in record.settled[0].since
    assert "allergy_list" in kinds(record)


@pytest.mark.parametrize(("choice", "kind"), [("allergy", "allergy"), ("intolerance", "intolerance")])
def test_an_allergy_is_confirmed_or_is_an_intolerance(desk, reacts, choice, kind):
    settle(desk, reacts, choice)
    record = desk.record("operator", reacts)
    (one,) = record.allergies
    assert (one.status, one.kind, one.reaction) == ("active", kind, "rash")
    # The drug is still taken: that conflict stands until somebody ends one of the two.
    assert kinds(record) == ["allergy_against_drug"]


def test_a_diagnosis_is_ruled_out_and_the_sources_stay(desk, sends):
    sends("clinic", condition(icd("J45.909", "Asthma"), "2019-05-01"))
    her = sends("lung", no_asthma())
    assert kinds(desk.record("operator", her)) == ["problem_status"]
    settle(desk, her, "refuted")
    record = desk.record("operator", her)
    (asthma,) = record.problems
    assert (asthma.status, kinds(record)) == ("refuted", [])
    assert {one.source.system for one in record.entries if one.kind == "Condition"} == {
        "clinic",
        "lung",
        "this_site",
    }


def no_asthma():
    return of(
        "Condition",
        verificationStatus={"coding": [{"code": "refuted"}]},
        code=icd("J45.909", "Asthma"),
        onsetDateTime="2026-03-01",
    )


def test_of_two_diagnoses_that_exclude_each_other_one_is_chosen(desk, sends):
    sends("clinic", condition(icd("E11.9", "Type 2 diabetes mellitus"), "2019-05-01"))
    her = sends("endo", condition(icd("E10.9", "Type 1 diabetes mellitus"), "2021-05-01"))
    assert kinds(desk.record("operator", her)) == ["diagnosis"]
    settle(desk, her, "Type 1 diabetes mellitus")
    record = desk.record("operator", her)
    assert kinds(record) == []
    assert {one.name: one.status for one in record.problems} == {
        "Type 1 diabetes mellitus": "active",
        "Type 2 diabetes mellitus": "refuted",
    }


def test_a_diagnosis_is_named_anew(desk, sends):
    sends("clinic", condition(icd("J45.909", "Asthma"), "2019-05-01"))
    her = sends("lung", no_asthma())
    settle(desk, her, "other", other="Vocal cord dysfunction")
    problems = {one.name: one.status for one in desk.record("operator", her).problems}
    assert problems == {"Vocal cord dysfunction": "active", "Asthma": "refuted"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rosa", "a physician settles this: it chooses a dose"),
        ("pia", "signs nothing clinical"),
        ("nia", "a physician settles this"),
        ("old", "the licence expired on 2020-01-01"),
    ],
)
def test_who_may_not_settle_is_told_in_words_and_nothing_is_settled(desk, ada, name, said):
    with pytest.raises(NotLicensed, match=said):
        settle(desk, ada, "20 mg once daily", name=name)
    assert desk.record("operator", ada).settled == ()


def test_a_nurse_asks_and_the_physician_finds_it_on_her_list(desk, ada):
    rosa, osei = who(desk, "rosa"), who(desk, "osei")
    dispute = the_dispute(desk, rosa, ada)
    matter = desk.settling.look(rosa, ada, dispute.key)
    assert not matter.may and matter.why_not == "Dr. Lind or Dr. Osei settles this: it chooses a dose"
    desk.settling.ask(rosa, ada, dispute.key, osei.user, "She takes one of the small ones.")
    (asked,) = desk.store.rulings.asked([osei.user])
    assert (asked.words, asked.who) == ("She takes one of the small ones.", rosa.user)
    (notice,) = desk.store.notices.of(osei.user)
    assert "asked to settle" in notice.words("en")
    settle(desk, ada, "20 mg once daily")
    assert desk.store.rulings.asked([osei.user]) == ()


def test_nobody_is_asked_who_may_not_settle(desk, ada):
    rosa = who(desk, "rosa")
    with pytest.raises(InputError, match="can't settle"):
        desk.settling.ask(rosa, ada, the_dispute(desk, rosa, ada).key, who(desk, "pia").user)


def test_it_is_taken_back_and_the_sources_disagree_again(desk, ada):
    ruling = settle(desk, ada, "20 mg once daily")
    desk.settling.undo(who(desk, "lind"), ada, ruling.id)
    record = desk.record("operator", ada)
    assert (kinds(record), record.settled) == (["dose"], ())
    # That it was said stays in the history, as taken back.
    assert [one.source.system for one in record.withdrawn] == ["this_site"]
    with pytest.raises(InputError):
        desk.settling.undo(who(desk, "lind"), ada, ruling.id)


def test_what_a_signed_line_rests_on_is_not_taken_back(desk, ada):
    ruling = settle(desk, ada, "20 mg once daily")
    plan = desk.propose("operator", ada, model="none")
    (own,) = desk.record("operator", ada).settled[0].own
    line = next(one for one in plan.document.statements if "settled" in one.text)
    assert own in line.citations and line.verdict is Verdict.SUPPORTED
    assert line.text == f"Lisinopril, 20 mg once daily, is taken as settled on {desk.today}."
    desk.open_lines(who(desk, "osei"), plan.id, [one.id for one in plan.document.statements])
    desk.decide(who(desk, "osei"), plan.id, Action.APPROVE, statements=[line.id])
    with pytest.raises(NotApproved, match="a signed line rests on it"):
        desk.settling.undo(who(desk, "osei"), ada, ruling.id)


def test_of_two_physicians_at_once_the_second_is_shown_what_the_first_settled(desk, ada):
    lind = who(desk, "lind")
    dispute = the_dispute(desk, lind, ada)
    settle(desk, ada, "20 mg once daily")
    said = Said(dispute.choices[1].value, "she told me so")
    with pytest.raises(StaleRecord, match="somebody settled it meanwhile"):
        desk.settling.settle(lind, ada, dispute.key, said)
    assert [one.by for one in desk.record("operator", ada).settled] == ["Dr. Osei"]


def test_a_high_finding_of_what_would_follow_is_read_first(desk, sends, ada):
    sends("renal", order("Sacubitril 24 MG / Valsartan 26 MG Oral Tablet", "2026-11-01"))
    osei, dispute = who(desk, "osei"), the_dispute(desk, who(desk, "osei"), ada)
    said = Said(dispute.choices[0].value, "as discussed with her")
    follows = desk.settling.preview(osei, ada, dispute.key, said)
    assert any(one.severity.value == "high" for one in follows.findings)
    with pytest.raises(NotApproved, match="read first"):
        desk.settling.settle(osei, ada, dispute.key, said)
    desk.settling.settle(osei, ada, dispute.key, said, follows.to_read)


def test_everything_read_again_gives_the_same_record(desk, ada):
    settle(desk, ada, "20 mg once daily")
    before = desk.record("operator", ada)
    desk.replay()
    assert desk.record("operator", ada) == before


def test_an_earlier_day_knows_nothing_of_it(desk, ada):
    settle(desk, ada, "20 mg once daily")
    then = desk.record("operator", ada, desk.today - timedelta(days=1))
    assert (kinds(then), then.settled) == (["dose"], ())


def resources(desk, patient_, kind):
    chart = desk.chart("operator", patient_)
    return [one["resource"] for one in chart["entry"] if one["resource"]["resourceType"] == kind]


def test_the_chart_says_what_was_settled_by_whom_and_on_which_sources(desk, ada):
    assert resources(desk, ada, "MedicationStatement") == []
    settle(desk, ada, "20 mg once daily")
    (taken,) = resources(desk, ada, "MedicationStatement")
    assert (taken["status"], taken["dosage"]) == ("active", [{"text": "20 mg once daily"}])
    assert taken["informationSource"] == {"display": "Dr. Osei"}
    (provenance,) = resources(desk, ada, "Provenance")
    assert provenance["target"] == [{"reference": f"urn:uuid:{taken['id']}", "type": "MedicationStatement"}]
    record = desk.record("operator", ada)
    cited = {one["what"]["identifier"]["value"] for one in provenance["entity"]}
    assert cited == set(record.settled[0].entries)


def test_a_removed_allergy_is_refuted_in_the_chart(desk, reacts):
    settle(desk, reacts, "tolerated")
    (gone,) = resources(desk, reacts, "AllergyIntolerance")
    assert gone["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert gone["clinicalStatus"]["coding"][0]["code"] == "inactive"
    # Every part of it is what an independent reader of R4 takes.
    Bundle.model_validate(desk.chart("operator", reacts))
