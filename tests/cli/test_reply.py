"""The command line takes a reply in, lists what nobody has read, and takes what can't wait."""

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom


def test_a_reply_is_taken_in_and_an_urgent_one_is_acknowledged(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "demo").touch()
    (tmp_path / "sent.json").write_bytes(body(bundle(patient())))
    answer(home, "connect", tmp_path / "sent.json", "--source", "ehr")
    answer(home, "user", "add", "nora", "--role", "registered_nurse", "--licence", "MA:RN1:2099-01-01")
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    (reply,) = answer(home, "reply", "--patient", who, "--text", "chest pain!!")["replies"]
    assert (reply["kind"], reply["patient"]) == ("urgent", who)
    assert [one["id"] for one in answer(home, "reply")["replies"]] == [reply["id"]]
    listed = answer(home, "pages")
    assert listed["somebody_is_told"] is False
    assert listed["pages"][0]["words"] == "A reply speaks of chest pain or pressure"
    (taken,) = answer(home, "pages", "--acknowledge", listed["pages"][0]["id"][:8], "--as", "nora")["pages"]
    assert taken["open"] is False and taken["over"] is False
    back = answer(home, "pages", "--give-back", taken["id"], "--as", "nora")["pages"][0]
    assert back["open"] is True
    (over,) = answer(home, "pages", "--outcome", taken["id"], "called her", "--as", "nora")["pages"]
    assert over["over"] is True
    assert answer(home, "pages")["pages"] == []
    assert careloom(home, "reply", "--text", " ").returncode == 65
