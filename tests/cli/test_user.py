"""careloom user: the first administrator, people, links, and how somebody is let in no more."""

from pathlib import Path

import pytest

from tests.flow.process import answer, careloom


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("users")


def test_a_new_site_gets_its_administrator_once(home: Path) -> None:
    made = answer(home, "user", "first-admin", "alma", "--site", "https://care.example/")
    assert made["role"] == "administrator"
    assert made["link"].startswith("https://care.example/welcome/")
    again = careloom(home, "user", "first-admin", "mallory")
    assert again.returncode == 77 and "has an administrator" in again.stderr
    (alma,) = answer(home, "user", "list")["users"]
    assert (alma["user"], alma["active"], alma["password"], alma["last"]) == ("alma", True, False, None)


def test_people_are_added_left_out_and_taken_back(home: Path) -> None:
    added = answer(
        home, "user", "add", "rosa", "--role", "registered_nurse", "--licence", "MA:RN1:2099-01-01"
    )
    assert answer(home, "user", "deactivate", "rosa")["active"] is False
    refused = careloom(home, "decide", "x", "approve", CARELOOM_TOKEN=added["token"])
    assert refused.returncode == 77 and "not valid any more" in refused.stderr
    assert careloom(home, "user", "link", "rosa").returncode == 65
    assert answer(home, "user", "activate", "rosa")["active"] is True
    assert "/welcome/" in answer(home, "user", "link", "rosa")["link"]
    assert careloom(home, "user", "deactivate", "alma").returncode == 77, "the last administrator"


def test_a_person_is_linked_to_whom_an_ehr_calls_her_and_parted_again(home: Path) -> None:
    (home / "sources.toml").write_text(
        '[mercy]\nurl = "https://ehr.example/r4"\n[mercy.smart]\nclient_id = "x"\n'
    )
    linked = answer(home, "user", "ehr", "rosa", "mercy", "Practitioner/1")
    assert linked == {"user": "rosa", "system": "mercy", "who": "Practitioner/1"}
    assert careloom(home, "user", "ehr", "alma", "mercy", "Practitioner/1").returncode == 65
    assert careloom(home, "user", "ehr", "alma", "nowhere", "Practitioner/2").returncode == 65
    assert careloom(home, "user", "ehr", "rosa", "mercy").returncode == 65
    assert answer(home, "user", "ehr", "rosa", "mercy", "--forget")["forgotten"] is True


def test_a_second_factor_is_taken_away_and_sessions_are_ended_by_command(home: Path) -> None:
    assert answer(home, "user", "reset-factor", "rosa") == {"user": "rosa", "removed": 0, "sessions_ended": 0}
    assert answer(home, "user", "end-sessions", "rosa") == {"user": "rosa", "sessions_ended": 0}
    assert answer(home, "user", "unbind", "rosa") == {"user": "rosa", "forgotten": 0}
    assert careloom(home, "user", "reset-factor", "nobody").returncode == 65


def test_a_licence_is_renewed_or_withdrawn_and_a_role_changes(home: Path) -> None:
    answer(home, "user", "licence", "rosa", "MA:RN1:2101-01-01")
    (rosa,) = (one for one in answer(home, "user", "list")["users"] if one["user"] == "rosa")
    assert (rosa["licence"], rosa["independent"]) == ("MA:RN1:2101-01-01", False)
    answer(home, "user", "role", "rosa", "advanced_practice_nurse")
    answer(home, "user", "licence", "rosa", "MA:AP1:2101-01-01", "--independent")
    (rosa,) = (one for one in answer(home, "user", "list")["users"] if one["user"] == "rosa")
    assert (rosa["role"], rosa["licence"], rosa["independent"]) == (
        "advanced_practice_nurse",
        "MA:AP1:2101-01-01",
        True,
    )
    assert answer(home, "user", "licence", "rosa", "--withdrawn")["licence"] == ""
    assert careloom(home, "user", "licence", "rosa").returncode == 65
    assert careloom(home, "user", "licence", "rosa", "MA:RN1").returncode == 65
    assert careloom(home, "user", "role", "rosa", "queen").returncode == 65
    assert careloom(home, "user", "role", "alma", "physician").returncode == 77, "the last administrator"
