"""The same with a SAML identity provider that isn't ours: the package samlp, on Node."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from tests.web.asserter import ENTITY, key_and_certificate, metadata
from tests.web.desk import AdasDesk, form
from tests.web.people import PROPOSAL
from tests.web.test_web_saml import HERE, table

PEERS = Path(__file__).parents[1] / "peers"
PLAN = f"/review/{PROPOSAL.id}"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        shutil.which("node") is None or not (PEERS / "node_modules" / "samlp").exists(),
        reason="Node or its packages are absent (npm ci --prefix tests/peers)",
    ),
]


@pytest.fixture
def address(desk: AdasDesk, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """The provider's, as a process of its own."""
    with provider(tmp_path, settings) as found:
        yield found


@contextmanager
def provider(folder: Path, settings: Settings, more: str = "", *theirs: str) -> Iterator[str]:
    """It, and this site's table about it; `theirs` is the certificate that it encrypts to."""
    key, certificate = key_and_certificate()
    (folder / "key.pem").write_text(key)
    (folder / "cert.pem").write_text(certificate)
    process = subprocess.Popen(
        [
            "node",
            str(PEERS / "saml.cjs"),
            str(folder / "key.pem"),
            str(folder / "cert.pem"),
            ENTITY,
            *theirs,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    found = process.stdout.readline().strip()
    file = folder / "identity_providers.toml"
    file.write_text(table(more))
    (folder / "idp.xml").write_text(metadata(certificate, f"{found}/sso"))
    settings.CARELOOM_IDENTITY_PROVIDERS = file
    yield found
    process.kill()
    process.wait()


def through(client: Client, name: str, how: str = "", **more: str) -> Any:
    """She is sent there, types her name, and her browser brings back what she got."""
    sent = client.get(f"{HERE}{how}", {"next": PLAN})["Location"]
    page = httpx.get(sent).text
    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    page = httpx.post(sent, data={**hidden, "login": name, **more}).text
    action, answer = re.findall(r'action="([^"]+)".*name="SAMLResponse" value="([^"]+)"', page)[0]
    assert action == f"http://testserver{HERE}/acs"
    cookies = client.cookies.pop("sessionid", None)
    posted = client.post(f"{HERE}/acs", {"SAMLResponse": answer})
    if cookies is not None:
        client.cookies["sessionid"] = cookies.value
    return client.get(posted["Location"])


def test_rosa_signs_in_and_signs_a_plan_and_mallory_does_not(address: str, desk: AdasDesk) -> None:
    rosa, mallory = Client(), Client()
    assert through(rosa, "rosa")["Location"] == PLAN
    assert rosa.get("/queue").status_code == 200
    assert through(rosa, "rosa", "/again")["Location"] == PLAN
    assert rosa.post(f"{PLAN}/decide", form(desk, "approve")).status_code == 302
    assert len(desk.decisions) == 1
    assert through(mallory, "mallory").status_code == 403
    assert mallory.get("/queue").status_code == 302


def test_an_answer_that_is_signed_as_a_whole_too_is_taken(address: str) -> None:
    rosa = Client()
    assert through(rosa, "rosa", both="yes")["Location"] == PLAN


def test_what_it_encrypts_to_this_site_lets_rosa_in_and_what_it_does_not_nobody(
    desk: AdasDesk, tmp_path: Path, settings: Settings
) -> None:
    key, certificate = key_and_certificate()
    (tmp_path / "ours.key").write_text(key)
    (tmp_path / "ours.crt").write_text(certificate)
    must = 'key = "ours.key"\ncertificate = "ours.crt"\n'
    with provider(tmp_path, settings, must, str(tmp_path / "ours.crt")):
        rosa = Client()
        assert through(rosa, "rosa")["Location"] == PLAN and rosa.get("/queue").status_code == 200
        assert through(Client(), "rosa", both="yes")["Location"] == PLAN
    with provider(tmp_path, settings, must):
        assert through(Client(), "rosa").status_code == 403
