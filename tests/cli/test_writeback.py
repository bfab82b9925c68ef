"""On the command line what became of a document in other charts is asked of one system or of all, and one that has nothing stops no other."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from careloom.care.writing import State
from careloom.cli.writeback import command
from careloom.errors import NotApproved
from tests.flow.charts import Chart, Site, chart

pytestmark = pytest.mark.django_db
SECOND = '\n[northgate.write]\nway = "mdm"\nkinds = ["care_plan"]\n[northgate.write.options]\naddress = "mllp://127.0.0.1:1"'


@pytest.fixture
def there():
    with chart() as found:
        yield found


def test_a_plan_is_taken_back_where_it_is_although_another_system_never_had_it(
    there: Chart, home: Path
) -> None:
    site = Site(home, there, write=f'kinds = ["care_plan"]{SECOND}')
    plan = site.sign().id
    states = {one.system: one.state for one in site.work()}
    assert states == {"riverside_ehr": State.WRITTEN, "northgate": State.REFUSED}

    def undone(*more: str) -> Result:
        arguments = [plan, "--undo", "--why", "the wrong plan", "--home", str(home), "--json", *more]
        return CliRunner().invoke(command, arguments)

    asked = json.loads(undone().stdout)["writings"]
    assert {one["system"]: one["state"] for one in asked} == {
        "riverside_ehr": "leaving",
        "northgate": "refused",
    }
    twice, never = undone("--to", "riverside_ehr"), undone("--to", "northgate")
    assert isinstance(twice.exception, NotApproved) and "taken back there already" in str(twice.exception)
    assert isinstance(never.exception, NotApproved) and "nothing of it in the other" in str(never.exception)
