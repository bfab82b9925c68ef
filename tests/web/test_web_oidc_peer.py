"""The same with an OpenID Connect provider that isn't ours: the package oidc-provider, on Node, with its own sign-in pages."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from careloom.store.models import User
from tests.web.desk import AdasDesk, form
from tests.web.people import PROPOSAL
from tests.web.test_web_oidc import table

PEERS = Path(__file__).parents[1] / "peers"
PLAN = f"/review/{PROPOSAL.id}"
BACK = "http://testserver/sign-in/with/hospital/back"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules" / "oidc-provider").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]


@pytest.fixture
def address(desk: AdasDesk, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """The provider's, as a process of its own."""
    process = subprocess.Popen(
        ["node", str(PEERS / "oidc.cjs"), BACK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    found = process.stdout.readline().strip()
    file = tmp_path / "identity_providers.toml"
    file.write_text(table(found))
    (tmp_path / "oidc.secret").write_text("hush")
    settings.CARELOOM_IDENTITY_PROVIDERS = file
    yield found
    process.kill()
    process.wait()


def there_and_back(browser: httpx.Client, location: str, name: str) -> str:
    """She types her name there, agrees, and is sent back; the address with which she comes."""
    answer = browser.get(location)
    for _ in range(12):
        if answer.is_redirect:
            location = answer.headers["Location"]
            if location.startswith(BACK):
                return location
            answer = browser.get(httpx.URL(str(answer.url)).join(location))
            continue
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
        action = re.search(r'action="([^"]+)"', answer.text)
        assert action, answer.text[:500]
        typed = {**hidden, "login": name, "password": "any"}
        answer = browser.post(httpx.URL(str(answer.url)).join(action.group(1)), data=typed)
    raise AssertionError("she never came back")


def through(ours: Client, theirs: httpx.Client, name: str, target: str, how: str = "") -> str:
    sent = ours.get(f"/sign-in/with/hospital{how}", {"next": target})
    back = urlsplit(there_and_back(theirs, sent["Location"], name))
    answer = ours.get(back.path, dict(parse_qsl(back.query)))
    return str(answer.get("Location", answer.status_code))


def test_rosa_signs_in_and_signs_a_plan_and_mallory_does_not(address: str, desk: AdasDesk) -> None:
    User.objects.filter(username="rosa").update(password="!")
    with httpx.Client() as theirs, httpx.Client() as mallorys:
        rosa, mallory = Client(), Client()
        assert through(rosa, theirs, "rosa", PLAN) == PLAN
        assert rosa.get("/queue").status_code == 200
        assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 403
        assert through(rosa, theirs, "rosa", PLAN, "/again") == PLAN, "its word is fresh: it asked again"
        assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 302
        assert len(desk.decisions) == 1
        assert through(mallory, mallorys, "mallory", PLAN) == "403"
        assert mallory.get("/queue").status_code == 302


def test_another_name_typed_there_confirms_nothing(address: str, desk: AdasDesk) -> None:
    with httpx.Client() as theirs:
        rosa = Client()
        through(rosa, theirs, "rosa", PLAN)
        assert through(rosa, theirs, "osei", PLAN, "/again") == "403"
        assert rosa.get("/queue").status_code == 200, "she is still signed in as herself"
