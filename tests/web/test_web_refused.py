"""What training, studies, care management, the clock and feedback refuse is told in the reader's language, each with a template of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import careloom
from careloom.errors import InputError, NotTrained
from careloom.pipeline.training import HOW
from careloom.study.parallel import written
from careloom.web.present.refused import HOLES, REFUSALS, refusal
from careloom.web.present.told import told

ROOT = Path(careloom.__file__).parent
FILES = [
    "pipeline/paralleling.py",
    "pipeline/comparing.py",
    "pipeline/paralleled.py",
    "pipeline/observing.py",
    "pipeline/ranking.py",
    "pipeline/hearing.py",
    "study/time_study/ranking.py",
    "study/time_study/table.py",
    "study/parallel/written.py",
    "store/parallels.py",
    "store/observations.py",
    "store/voices.py",
    "pipeline/managing.py",
    "pipeline/timing.py",
    "pipeline/piloting.py",
    "pipeline/enrolling.py",
    "pipeline/trials.py",
    "study/pilot/written.py",
    "study/pilot/surveyed.py",
    "store/pilots.py",
    "store/management.py",
    "store/worked.py",
]
RAISED = {"InputError", "NotApproved", "NotLicensed", "StaleRecord", "Problem"}


def refusals() -> Iterator[str]:
    """Every reason in the code of these rooms, with something in each hole."""
    for file in FILES:
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                yield from _words(node.args[1 if node.func.id == "Problem" else 0])


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values)


def test_every_refusal_of_these_studies_has_its_spanish() -> None:
    every = list(refusals())
    with translation.override("es"):
        lacking = [one for one in every if all(part.english for part in told(one, REFUSALS, HOLES))]
    assert not lacking and len(every) > 80


def test_what_a_plan_of_a_parallel_run_should_think_of_twice_has_its_spanish() -> None:
    plan = written.RunPlan(weeks=12, participants=("a", "b"), second=0)
    with translation.override("es"):
        assert not [
            one for one in written.warnings(plan) if all(part.english for part in told(one, REFUSALS, HOLES))
        ]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Real cases come after"), ("es", "Los casos reales vienen después")]
)
def test_who_lacks_the_certificate_is_told_what_to_do_in_her_language(language: str, said: str) -> None:
    with translation.override(language):
        page = refusal(NotTrained(HOW))
        assert page.startswith(said) and "careloom training" not in page


def test_what_no_list_has_stays_as_it_was_said() -> None:
    with translation.override("es"):
        assert refusal(InputError("the moon is full", where="sky")) == "The moon is full."
