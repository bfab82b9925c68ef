"""No address that a site sets, or that another system names, leads us to a cloud's metadata or to nobody's number (SSRF)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
from requests import RequestException

from careloom.care.system import SmartApp, SourceSystem
from careloom.errors import ConfigError, InputError, SourceError, WriteBackError
from careloom.web.elsewhere.adapter import Adapter
from careloom.wire import fhir
from careloom.wire.fhir.launch import Ehr
from careloom.wire.hooks import Issuer, Keyholders, issuers, read
from careloom.wire.mllp.peer import Peer, connect
from careloom.wire.webhook import Sender, WebhookError


def now() -> datetime:
    return datetime(2026, 11, 29, tzinfo=UTC)


def server(url: str, **options: str) -> fhir.Server:
    system = SourceSystem(name="mercy", url=url, options={"tries": "1", "timeout": "1", **options})
    return fhir.open_server(system, fhir.Time(now, sleep), 1 << 20, waited_for=1)


def fhir_base(url: str, _: Path) -> None:
    server(f"{url}/fhir").get(f"{url}/fhir/Patient/1")


def file_for_bulk(url: str, _: Path) -> None:
    with server(f"{url}/fhir").stream(f"{url}/fhir/file.ndjson", {}, token=False):
        pass


def trusted_host(url: str, _: Path) -> None:
    server("https://ehr.example.org/fhir", trusted_hosts=url).get(f"{url}/token")


def launch(url: str, _: Path) -> None:
    Ehr(server(f"{url}/fhir"), SmartApp(client_id="careloom")).address(
        fhir.launch.errand("https://careloom.example.org/smart/callback")
    )


def hooks_keys(url: str, home: Path) -> None:
    Keyholders(now).key(hooks(home, jwks_url=f"{url}/jwks.json"), "one")


def hooks_fhir(url: str, home: Path) -> None:
    issuer = hooks(home, jwks_url="https://ehr.example.org/jwks.json", fhir=f"{url}/fhir")
    read(issuer, f"{url}/fhir", "token", ["Patient/1"], now)


def hooks(home: Path, **table: str) -> Issuer:
    lines = {"issuer": "https://ehr.example.org", "audience": "https://careloom.example.org", **table}
    file = home / "hooks.toml"
    file.write_text("[mercy]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines.items()))
    return issuers(file)[0]


def identity_provider(url: str, _: Path) -> None:
    Adapter().get_requests_session().get(f"{url}/.well-known/openid-configuration")


def webhook(url: str, _: Path) -> None:
    Sender().send(url, b"{}", {})


def messages(url: str, _: Path) -> None:
    connect(Peer(host=url.removeprefix("https://").strip("[]"), port=2575, connect_seconds=1))


EVERY = (
    fhir_base,
    file_for_bulk,
    trusted_host,
    launch,
    hooks_keys,
    hooks_fhir,
    identity_provider,
    webhook,
    messages,
)
REFUSED = (ConfigError, SourceError, InputError, WriteBackError, WebhookError, RequestException)


@pytest.mark.parametrize("set_by", EVERY, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
        # The same number as the first, by NAT64 and by 6to4.
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "0.0.0.0",
        "224.0.0.1",
        # Names for a program that reads them, numbers for whoever resolves them.
        "2852039166",
        "0xA9FEA9FE",
    ],
)
def test_an_address_that_no_server_has_is_not_asked_whoever_names_it(
    set_by: Callable[[str, Path], None], host: str, tmp_path: Path
) -> None:
    with pytest.raises(REFUSED, match=r"no server has|no receiver of messages has|no server is|not public"):
        set_by(f"https://{host}", tmp_path)


def test_an_identity_provider_leads_us_nowhere_else() -> None:
    session = Adapter().get_requests_session()
    assert session.max_redirects == 0
    with pytest.raises(RequestException, match="https alone"):
        session.get("http://ehr.example.org/token")
