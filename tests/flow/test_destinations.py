"""Whoever runs a site reads how it stands with each system that is written to: asked now, and as the last tries have left it; nothing of a patient."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from careloom.care.writing import State
from careloom.pipeline.ehr.destinations import Answer, Standing, in_words, is_well
from careloom.wire.fhir.keys import make_key
from tests.flow.charts import Chart, Site, chart
from tests.flow.test_listen import certificate

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 23, tzinfo=UTC)
HERS = ("Moreno", "Ada", "RV104471", "1965")


@pytest.fixture
def there() -> Iterator[Chart]:
    with chart() as found:
        yield found


def looked(site: Site) -> tuple[Standing, Answer, str]:
    """How it stands with the hospital, what it answers, and all of it in words."""
    desk = site.built()
    (standing,) = desk.destinations.all()
    answer = desk.destinations.ask(standing.system)
    said = "; ".join(in_words(standing, answer, site.now))
    assert not any(word in said for word in HERS)
    return standing, answer, said


def test_of_a_system_that_took_a_plan_it_is_told_when_and_that_it_answers(there: Chart, home: Path) -> None:
    site = Site(home, there)
    standing, answer, said = looked(site)
    assert (standing.took, said) == (None, "answers; took nothing yet")
    site.sign()
    assert site.work()[0].state is State.WRITTEN
    standing, answer, said = looked(site)
    assert standing.took == site.now and said.startswith("answers; took something last 2026-11-23")
    assert is_well(standing, answer, site.now)


def test_of_a_system_that_is_down_it_is_told_since_when_and_what_waits(there: Chart, home: Path) -> None:
    site = Site(home, there)
    site.sign()
    begun = site.now
    there.behave({"do": "hang_up"})
    for _ in range(3):
        site.now = site.work()[0].not_before
    standing, answer, said = looked(site)
    assert (standing.waiting, standing.oldest, standing.since) == (1, begun, begun)
    assert answer.fault.startswith("riverside_ehr: the connection broke")
    assert "1 wait for it" in said and "nothing arrives since 2026-11-23" in said
    assert not is_well(standing, answer, site.now)


def test_a_system_that_takes_less_is_told_by_type(there: Chart, home: Path) -> None:
    site = Site(home, there, write='refuses = ["Task"]')
    site.sign()
    assert site.work()[0].state is State.WRITTEN
    standing, _, said = looked(site)
    assert standing.refuses == ("without Task: the site has set so",) and "without Task" in said


def test_a_certificate_is_told_with_its_end_and_one_that_ends_soon_is_a_fault(
    home: Path, tmp_path: Path
) -> None:
    file = certificate(tmp_path, "hospital")
    with chart(file) as there:
        standing, answer, said = looked(Site(home, there, options={"ca_file": str(file[0])}))
    assert answer.ends is not None and f"its certificate ends on {answer.ends:%Y-%m-%d}" in said
    assert is_well(standing, answer, answer.ends - timedelta(days=31))
    assert not is_well(standing, answer, answer.ends - timedelta(days=29))


def test_one_that_ended_is_said_so(home: Path, tmp_path: Path) -> None:
    file = certificate(tmp_path, "hospital", ends=-1)
    with chart(file) as there:
        standing, answer, said = looked(Site(home, there, options={"ca_file": str(file[0])}))
    assert "certificate has expired" in said and answer.fault and not is_well(standing, answer, LATER)


@pytest.mark.parametrize("gives", [True, False])
def test_whether_a_token_is_given_is_told(there: Chart, home: Path, tmp_path: Path, gives: bool) -> None:
    key = tmp_path / "riverside.jwk"
    make_key(key)
    more = f'client_id = "careloom"\nkey = "{key}"\ntoken_url = "{there.url}/token"'
    site = Site(home, there, more=more)
    if not gives:
        site.sign()
        there.behave({"do": "expire", "at": "POST /", "for_good": True})
        site.work()
    standing, answer, said = looked(site)
    assert ("it gives a token" in said) is gives
    assert ("gives no token" in answer.fault) is not gives
    assert is_well(standing, answer, site.now) is gives
