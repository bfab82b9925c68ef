"""A worker that is killed between what it hands over to an EHR and what it notes of it: it is there once, and known to be."""

import json
import signal
import time
from pathlib import Path

import pytest

from tests.flow.charts import Chart, chart
from tests.flow.test_writing_mdm_killed import finished, starting

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def written(there: Chart) -> list[str]:
    """The identifiers of the documents that the hospital holds."""
    return sorted(str(one["identifier"][0]["value"]) for one in there.all("DocumentReference"))


@pytest.mark.parametrize("answered", [False, True], ids=["before the server did it", "before it was noted"])
def test_what_was_handed_over_by_whoever_was_killed_is_there_once(
    home: Path, tmp_path: Path, answered: bool
) -> None:
    held = tmp_path / "held"
    with chart() as there:
        start = starting(home, there.url)
        finished(start("sign", "3"))
        for number in range(2):
            held.touch()
            there.behave({"do": "wait", "file": str(held), "at": "POST /", "done": answered})
            posts = len([line for line in there.came if line.startswith("POST")])
            worker = start("work", str(1 + 20 * number))
            until = time.monotonic() + 120
            while len([line for line in there.came if line.startswith("POST")]) == posts:
                assert time.monotonic() < until and worker.poll() is None
                time.sleep(0.02)
            time.sleep(0.2)
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)
            assert len(written(there)) <= number + 1
            held.unlink()
        there.behave()
        # What was in the dead workers' hands is asked for again when their time is over.
        finished(start("work", "60"))
        became = json.loads(finished(start("tell")))
        assert [state for _, state in became] == ["written"] * 3
        assert written(there) == sorted(proposal for proposal, _ in became)
        assert len(there.all("Provenance")) == 3
