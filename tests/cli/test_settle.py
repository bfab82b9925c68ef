"""The command line lists what sources disagree on, asks a physician, settles it, and takes it back."""

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom
from tests.record.sources import order


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    found.mkdir()
    (found / "demo").touch()
    for source, dose in (("clinic", "20"), ("heart", "10")):
        (tmp_path / "sent.json").write_bytes(
            body(
                bundle(
                    patient(),
                    order(
                        f"Lisinopril {dose} MG Oral Tablet",
                        dosageInstruction=[{"text": f"{dose} mg once daily"}],
                    ),
                )
            )
        )
        careloom(found, "connect", tmp_path / "sent.json", "--source", source)
    licence = ("--licence", "MA:MD1:2031-06-30")
    answer(found, "user", "add", "rosa", "--role", "registered_nurse", *licence)
    answer(found, "user", "add", "osei", "--role", "physician", *licence)
    return found


def test_a_nurse_is_refused_in_words_asks_and_the_physician_settles_and_takes_it_back(home):
    (who,) = [one["id"] for one in answer(home, "patients")["patients"]]
    (dispute,) = answer(home, "settle", "list", who, "--as", "rosa")["disputes"]
    choice = next(one["value"] for one in dispute["choices"] if one["words"] == "20 mg once daily")
    said = ("settle", "say", who, dispute["id"], "--choice", choice, "--why", "as she told me")
    refused = careloom(home, *said, "--as", "rosa")
    assert refused.returncode == 77
    assert "a physician settles this: it chooses a dose" in refused.stderr
    assert answer(home, "settle", "ask", who, dispute["id"], "--whom", "osei", "--as", "rosa")["asked"]
    ruling = answer(home, *said, "--as", "osei")["settled"]
    after = answer(home, "settle", "list", who, "--as", "osei")
    assert after["disputes"] == []
    (settled,) = after["settled"]
    assert (settled["id"], settled["choice"], settled["since"]) == (ruling, "20 mg once daily", "")
    assert answer(home, "record", who)["settled"][0]["about"] == "lisinopril"
    answer(home, "settle", "undo", who, ruling, "--as", "osei")
    assert len(answer(home, "settle", "list", who, "--as", "osei")["disputes"]) == 1
