"""The threat model names a test for each line, and behind TLS nothing goes over plain http."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def lines() -> list[str]:
    return re.findall(r"^\| [STRIDE] \|.*$", (ROOT / "docs" / "security.md").read_text(), re.MULTILINE)


def test_every_threat_names_a_test_that_there_is() -> None:
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(lines()) > 40
    for line in lines():
        named = re.findall(r"`(test_\w+)`", line)
        assert named and set(named) <= there, line


def test_behind_tls_cookies_and_pages_are_for_https_alone(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
    code = (
        f"import json, careloom.django_settings as s; print(json.dumps([getattr(s, n, 0) for n in {names}]))"
    )
    for tls, wanted in (("1", [True, True, True, 31_536_000]), ("0", [False, False, False, 0])):
        site = {**os.environ, "CARELOOM_HOME": str(tmp_path), "CARELOOM_BEHIND_TLS": tls}
        done = subprocess.run(
            [sys.executable, "-c", code], env=site, cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout) == wanted
