"""On the command line, as on the page, an uncertain line is signed by nobody who didn't say yes to it; the others are."""

import pytest

from tests.connect.made import body, bundle, patient
from tests.flow.process import answer, careloom
from tests.record.sources import allergy, sct


@pytest.fixture
def home(tmp_path):
    """Penicillin is an allergy in one source and an intolerance in another."""
    found = tmp_path / "home"
    found.mkdir()
    (found / "demo").touch()
    for source, kind in (("clinic", "allergy"), ("lung", "intolerance")):
        (tmp_path / "sent.json").write_bytes(
            body(bundle(patient(), allergy(sct("91936005", "Allergy to penicillin"), type=kind)))
        )
        careloom(found, "connect", tmp_path / "sent.json", "--source", source)
    answer(found, "user", "add", "osei", "--role", "physician", "--licence", "MA:MD1:2031-06-30")
    return found


def test_an_uncertain_line_stays_unsigned_until_she_says_yes_to_it(home):
    (her,) = [one["id"] for one in answer(home, "patients")["patients"]]
    plan = answer(home, "draft", her)
    signed = answer(home, "decide", plan["id"], "approve", "--as", "osei")
    assert len(signed["asks"]) == 2 and signed["released"] and signed["status"] == "draft"
    assert not set(signed["asks"]) & set(signed["released"])
    wrong = careloom(home, "decide", plan["id"], "approve", "--as", "osei", "--yes", "nothing")
    assert wrong.returncode == 65 and "asks for a yes" in wrong.stderr
    none = careloom(home, "decide", plan["id"], "approve", "--as", "osei")
    assert none.returncode == 77 and "asks for your yes first" in none.stderr
    yes = [word for line in signed["asks"] for word in ("--yes", line)]
    done = answer(home, "decide", plan["id"], "approve", "--as", "osei", *yes)
    assert done["asks"] == [] and set(signed["asks"]) <= set(done["released"])
    assert done["status"] == "active"
