"""What a substance-use programme sent goes into another system's chart only where a consent names that system, and else leaves no trace."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from careloom.care.document import Action
from careloom.care.writing import State, Writing
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.writing_back import UNTOLD
from careloom.store.licence import Licence
from tests.connect.made import patient
from tests.flow.charts import Chart, chart
from tests.flow.test_consent import CONSENT, HIDDEN, desk, programme, sends
from tests.flow.test_deciding import every

__all__ = ["desk", "sends"]
pytestmark = pytest.mark.django_db
KINDS = ("CarePlan", "Goal", "ServiceRequest", "Task", "Condition", "Provenance", "DocumentReference")
Written = Callable[..., Writing]


@pytest.fixture
def there() -> Iterator[Chart]:
    with chart() as found:
        found.put(patient())
        yield found


def consent(*names: str) -> dict[str, Any]:
    """Of today, to these recipients."""
    said = deepcopy(CONSENT)
    said["provision"]["actor"] = [
        {"role": {"coding": [{"code": "IRCP"}]}, "reference": {"display": name}} for name in names
    ]
    return said


@pytest.fixture
def written(desk: Pipeline, sends: Any, there: Chart, tmp_path: Path) -> Written:
    """Sign her plan, drafted from what a programme and the hospital sent, and have it written into the hospital's chart."""

    def write(*more: dict[str, Any], named: str = "", plan: str = "resources") -> Writing:
        told = f'named = ["{named}"]\n' if named else ""
        (tmp_path / "sources.toml").write_text(
            '[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n'
            f'[ehr]\nurl = "{there.url}"\n[ehr.options]\ntries = "1"\n[ehr.write]\nplan = "{plan}"\n{told}'
        )
        desk.__dict__.pop("systems", None)
        sends("ehr")
        who = sends("lighthouse", *programme(*more))
        until = AS_OF.replace(year=2035)
        desk.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", until))
        physician = desk.store.users.reviewer("osei")
        drafted = desk.propose(physician, who, model="none")
        filed = desk.decide(physician, drafted.id, Action.APPROVE, opened=every(drafted))
        assert filed.status == "active"
        (queued,) = desk.store.writings.of(filed.id)
        return desk.writing_back.work(queued.id)

    return write


def told(there: Chart) -> str:
    return json.dumps([one for kind in KINDS for one in there.all(kind) if "careloom" in json.dumps(one)])


def words_in(text: str) -> list[str]:
    return [word for word in HIDDEN if word in text]


@pytest.mark.parametrize("plan", ["resources", "document"])
def test_a_plan_that_tells_of_it_waits_where_the_consent_names_us_alone(
    written: Written, there: Chart, plan: str
) -> None:
    writing = written(consent("Harbor Clinic"), named="Riverside Hospital", plan=plan)
    assert (writing.state, writing.why) == (State.REFUSED, UNTOLD)
    assert not words_in(writing.why)
    assert told(there) == "[]"


def test_a_site_that_named_nobody_sends_it_to_nobody(written: Written, there: Chart) -> None:
    writing = written(consent("Harbor Clinic", "ehr"))
    assert (writing.state, writing.why) == (State.REFUSED, UNTOLD)
    assert told(there) == "[]"


def test_a_plan_that_tells_of_it_goes_where_the_consent_names_the_hospital_with_the_notice(
    written: Written, there: Chart
) -> None:
    writing = written(consent("Harbor Clinic", "Riverside Hospital"), named="Riverside Hospital")
    assert writing.state is State.WRITTEN, writing.why
    assert words_in(told(there))
    assert "42CFRPart2" in told(there)


def test_without_a_consent_the_plan_goes_and_nothing_of_it(written: Written, there: Chart) -> None:
    writing = written(named="Riverside Hospital")
    assert writing.state is State.WRITTEN, writing.why
    assert not words_in(told(there))
