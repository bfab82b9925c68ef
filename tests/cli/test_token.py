"""A token for a machine is made, listed and ended on the command line; its secret is printed once."""

import json
from pathlib import Path

from tests.flow.process import answer, careloom


def test_a_token_is_made_listed_without_its_secret_and_ended(tmp_path: Path) -> None:
    answer(tmp_path, "user", "add", "bi_export", "--role", "auditor")
    said = ("--user", "bi_export", "--scope", "read:queue", "--scope", "read:tasks", "--days", "30")
    made = answer(tmp_path, "token", "add", "nightly", *said)
    assert made["token"].startswith("careloom_token_") and made["scopes"] == ["read:queue", "read:tasks"]
    (listed,) = answer(tmp_path, "token", "list")["tokens"]
    assert listed["name"] == "nightly" and listed["revoked"] is None
    assert made["token"] not in json.dumps(listed)
    assert answer(tmp_path, "token", "revoke", "nightly")["revoked"]
    assert careloom(tmp_path, "token", "revoke", "weekly").returncode == 65
    assert careloom(tmp_path, "token", "add", "x", "--user", "bi_export", "--scope", "all").returncode == 64
