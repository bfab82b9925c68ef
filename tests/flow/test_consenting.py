"""A consent on paper is entered, opens what it names, and is taken back; what it lacks keeps the records closed, and is told."""

from datetime import date, timedelta

import pytest

from careloom.care.document import Action, Reviewer
from careloom.errors import InputError, NotLicensed
from careloom.pipeline.consenting import Paper
from careloom.record import barrier, consents, to_json
from careloom.store.users import Licence
from tests.connect.hl7 import hl7, seg
from tests.connect.made import body, bundle, patient
from tests.flow.test_consent import CONSENT, HIDDEN, desk, everything, programme, sends
from tests.flow.test_merging import LATEX, PENICILLIN
from tests.record.sources import of, order

__all__ = ["desk", "sends"]
pytestmark = pytest.mark.django_db
CAM = Reviewer(user="cam", role="care_coordinator", name="C. Lund")


@pytest.fixture
def who(desk, sends) -> str:
    """Somebody with a hospital's record and a programme's."""
    sends("ehr", order("Citalopram 40 MG Oral Tablet", "2026-08-01"))
    return sends("lighthouse", *programme())


def paper(desk, **other) -> Paper:
    said = {
        "what": "medicines and diagnoses",
        "recipients": ("Harbor Clinic",),
        "purpose": "treatment, payment and health care operations",
        "signed": desk.today - timedelta(days=30),
        "until": desk.today + timedelta(days=365),
        "programme": "Lighthouse Recovery",
        "document": "folder 7",
    }
    return Paper(**{**said, **other})


def is_open(desk, who: str) -> bool:
    return "methadone" in [one.name for one in desk.record("operator", who).medications]


def test_it_opens_what_the_programme_sent_and_says_who_recorded_it(desk, who):
    entry = desk.consenting.add(CAM, who, paper(desk))
    assert is_open(desk, who)
    (kept,) = desk.consenting.all(CAM, who)
    assert kept.barriers == {"Lighthouse Recovery": ""}
    assert (kept.entry, kept.ours, kept.consent.given) == (entry, True, True)
    assert kept.consent.recipients == ("Harbor Clinic",)
    assert entry.detail["document"].startswith("folder 7; recorded by C. Lund on ")
    assert entry.detail["author"] == "the patient"
    (event,) = [one for one in desk.store.audit.of(who) if one["action"] == "consent"]
    assert event["actor"] == "cam"


def test_it_is_taken_back_at_once_and_is_neither_shown_nor_named_any_more(desk, who):
    entry = desk.consenting.add(CAM, who, paper(desk))
    with pytest.raises(InputError, match="who took it back"):
        desk.consenting.revoke(CAM, who, entry.id, why=" ")
    desk.consenting.revoke(CAM, who, entry.id, why="she said so on the telephone")
    assert not is_open(desk, who)
    told = everything(desk, who)
    assert not [word for word in HIDDEN if word in told]
    (kept,) = desk.consenting.all(CAM, who)
    assert not kept.consent.given
    assert "taken back, as C. Lund recorded on" in kept.entry.detail["document"]
    assert "not in force" in kept.barriers["Lighthouse Recovery"]
    with pytest.raises(InputError, match="in force"):
        desk.consenting.revoke(CAM, who, kept.entry.id, why="again")


def test_after_it_was_taken_back_a_new_one_of_the_same_day_opens_again(desk, who):
    today = paper(desk, signed=desk.today)
    entry = desk.consenting.add(CAM, who, today)
    assert is_open(desk, who)
    desk.consenting.revoke(CAM, who, entry.id, why="on the telephone")
    assert not is_open(desk, who)
    desk.consenting.add(CAM, who, today)
    assert is_open(desk, who)
    assert len(desk.consenting.all(CAM, who)) == 2


def test_taking_back_the_paper_closes_what_the_programme_s_own_older_consent_opened(desk, who, sends):
    sends("lighthouse", CONSENT)
    entry = desk.consenting.add(CAM, who, paper(desk))
    desk.consenting.revoke(CAM, who, entry.id, why="in writing")
    assert not is_open(desk, who)


def test_a_replay_changes_nothing_of_it(desk, who):
    entry = desk.consenting.add(CAM, who, paper(desk))
    before = desk.store.entries.of(who)
    desk.replay()
    assert desk.store.entries.of(who) == before
    desk.consenting.revoke(CAM, who, entry.id, why="in writing")
    desk.replay()
    assert not is_open(desk, who)
    assert desk.store.messages.rejections() == ()
    assert len(desk.store.patients.all()) == 1


@pytest.mark.parametrize(
    ("lacking", "section"),
    [
        ({"what": ""}, "2.31(a)(3)"),
        ({"recipients": ()}, "2.31(a)(4)"),
        ({"purpose": ""}, "2.31(a)(5)"),
        ({"until": None}, "2.31(a)(7)"),
        ({"signer": ""}, "2.31(a)(8)"),
        ({"signed": date(2999, 1, 1), "until": None, "ends_with": "none"}, "later than today"),
        ({"until": date(2020, 1, 1)}, "before it begins"),
    ],
)
def test_a_paper_that_lacks_what_the_rule_asks_for_is_refused_with_its_section(desk, who, lacking, section):
    with pytest.raises(InputError) as refused:
        desk.consenting.add(CAM, who, paper(desk, **lacking))
    assert section in refused.value.reason
    assert desk.consenting.all(CAM, who) == ()


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"recipients": ("Somebody else",)}, "others than this site"),
        ({"start": "later"}, "not in force"),
        ({"signed": "long ago", "until": "ended"}, "not in force"),
    ],
)
def test_one_that_opens_nothing_says_why(desk, who, other, why):
    days = {
        "later": desk.today + timedelta(days=9),
        "long ago": desk.today - timedelta(days=99),
        "ended": desk.today - timedelta(days=1),
    }
    said = {
        name: days.get(value, value) if isinstance(value, str) else value for name, value in other.items()
    }
    desk.consenting.add(CAM, who, paper(desk, **said))
    assert not is_open(desk, who)
    (kept,) = desk.consenting.all(CAM, who)
    assert why in kept.barriers["Lighthouse Recovery"]


def test_counselling_notes_stay_closed_without_a_consent_of_their_own(desk, who):
    note = of("DocumentReference", status="current", content=[{"attachment": {"contentType": "text/plain", "data": "SGUgdGFsa2VkLg=="}}])  # fmt: skip
    file = desk.settings.home / "note.json"
    file.write_bytes(body(bundle(patient(), note)))
    assert desk.connect([file], source="lighthouse").rejected == []
    desk.consenting.add(CAM, who, paper(desk))
    assert not [one for one in desk.record("operator", who).entries if one.kind == "DocumentReference"]
    desk.consenting.add(CAM, who, paper(desk, counselling=True))
    assert [one for one in desk.record("operator", who).entries if one.kind == "DocumentReference"]


def test_a_consent_without_a_programme_is_an_entry_and_opens_nothing(desk, who):
    plain = paper(
        desk,
        programme="",
        what="appointments, to her daughter",
        recipients=("her daughter",),
        purpose="",
        until=None,
    )
    desk.consenting.add(CAM, who, plain)
    assert not is_open(desk, who)
    (consent,) = to_json(desk.record("operator", who))["consents"]
    assert consent["scope"].startswith("appointments, to her daughter")
    assert (consent["given"], consent["system"]) == (True, "this_site")


def test_who_may_not_record_consents_is_refused(desk, who):
    for role in ("quality_lead", "pharmacist"):
        with pytest.raises(NotLicensed):
            desk.consenting.add(Reviewer(user="q", role=role), who, paper(desk))


def test_a_segment_of_hl7_or_an_authorization_of_ccda_names_no_recipient_and_opens_nothing(
    desk, who, tmp_path
):
    con = seg(
        "CON",
        {
            1: "1",
            2: "^42 CFR Part 2 release of Lighthouse Recovery",
            11: "A",
            13: "20260101",
            14: "20260101",
            15: "20300101",
        },
    )
    pid = "PID|1||H-1^^^HARBOR^MR||Quill^Marta||19490630|F"
    (tmp_path / "con.hl7").write_bytes(hl7("ADT^A08", con, pid=pid))
    (one,) = desk.connect([tmp_path / "con.hl7"], source="lighthouse").patients
    (kept,) = [row for row in _all(desk, one) if row[0].part2]
    assert kept[1] == "it names no recipient (2.31(a)(4))"


def _all(desk, who):
    found = consents(desk.store.entries.of(who), desk.today)
    names = desk.consenting.programmes.recipients
    return [(one, barrier(one, "Lighthouse Recovery", "lighthouse", names)) for one in found]


def test_after_a_merge_it_is_the_whole_records_and_an_unmerge_asks_whose_it_is(desk, tmp_path):
    for number, (pid, allergy) in enumerate((("H-1", PENICILLIN), ("H-2", LATEX))):
        (tmp_path / f"{number}.hl7").write_bytes(
            hl7("ADT^A01", allergy, pid=f"PID|1||{pid}^^^HARBOR^MR||Quill^Marta||19490630|F")
        )
        desk.connect([tmp_path / f"{number}.hl7"], source="harbor")
    one, other = desk.store.patients.all()
    desk.people.same(CAM, one, other, why="asked")
    entry = desk.consenting.add(CAM, other, paper(desk))
    desk.consenting.revoke(CAM, one, entry.id, why="in writing")
    (unnamed,) = desk.people.unnamed(one, other)
    desk.people.unmerge(CAM, one, other, why="two sisters", whose={unnamed.patient: other})
    assert desk.consenting.all(CAM, one) == ()
    assert len(desk.consenting.all(CAM, other)) == 1


def test_what_is_opened_is_told_with_the_notice_and_the_consents_scope_and_nothing_else_is(desk, who):
    assert desk.record("operator", who).notice == ()
    assert "notice" not in to_json(desk.record("operator", who))
    entry = desk.consenting.add(CAM, who, paper(desk))
    first, under = to_json(desk.record("operator", who))["notice"]
    assert first == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    assert under.startswith(
        "Told under the consent: medicines and diagnoses: 42 CFR Part 2 records of Lighthouse"
    )
    assert ", for Harbor Clinic, from " in under
    desk.consenting.revoke(CAM, who, entry.id, why="in writing")
    assert desk.record("operator", who).notice == ()


def test_a_plan_in_the_chart_that_rests_on_it_bears_the_label_and_the_notice(desk, who):
    desk.consenting.add(CAM, who, paper(desk))
    signed(desk, who)
    (plan,) = [one["resource"] for one in desk.chart("operator", who)["entry"] if one["resource"]["resourceType"] == "CarePlan"]  # fmt: skip
    assert "42CFRPart2" in [one["code"] for one in plan["meta"]["security"]]
    assert plan["note"][0]["text"].startswith("42 CFR part 2 prohibits")


def signed(desk, who: str) -> None:
    """Her plan, signed by a physician in the first place."""
    desk.store.users.create("osei", name="Dr. Osei", role="physician", password="a long invented passphrase", licence=Licence("MA", "MD1", desk.today + timedelta(days=365)))  # fmt: skip
    osei = desk.store.users.reviewer("osei")
    proposal = desk.propose("operator", who)
    lines = [one.id for one in proposal.document.statements]
    desk.open_lines(osei, proposal.id, lines)
    desk.decide(osei, proposal.id, Action.APPROVE, opened=lines)
