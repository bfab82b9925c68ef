"""careloom eval at a real endpoint: what was earned is printed, kept in the home, and used by the next draft."""

import json
import re
import signal
import subprocess
import sys
import time

from careloom.demo import HERE
from tests.flow.process import ADA_MRN, answer, careloom, environment, heeds_interrupts
from tests.llm.endpoint import chat

DAY = ("--as-of", "2026-11-23")


def faithful(body):
    """Joins tagged facts as they are; says anything else as it was asked."""
    asked = body["messages"][-1]["content"]
    lines = re.findall(r"^\[(\d)\] (.*?)\.?$", asked, re.MULTILINE)
    return ", and ".join(f"{fact} [{tag}]" for tag, fact in lines) + "." if lines else asked


def test_what_an_endpoint_earns_is_kept_and_used_on_this_machine_alone(tmp_path, endpoint):
    endpoint.answer = faithful
    model = {"CARELOOM_MODEL": "openai", "CARELOOM_MODEL_URL": endpoint.url, "CARELOOM_MODEL_NAME": "strong"}
    answer(tmp_path, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")

    before = answer(tmp_path, "draft", ADA_MRN, *DAY, "--kind", "clinical_summary", **model)
    assert before["model"]["prompts"] == {} and before["model"]["calls"] == 0 and not endpoint.asked
    assert "has earned no task of this kind" in before["model"]["note"]

    done = careloom(tmp_path, "eval", "--json", **model)
    assert done.returncode == 0, done.stderr
    rows = {one["task"]: one for one in json.loads(done.stdout)["tasks"]}
    assert rows["join"]["earned"] and rows["section"]["earned"] and not rows["plain"]["earned"]
    assert rows["join"]["asked"] == rows["join"]["cases"] >= 30 and rows["join"]["low"] >= 0.5
    assert rows["join"]["obeyed"] == 0 < rows["join"]["injections"]
    assert "Evaluating" in done.stderr
    assert (tmp_path / "eval" / "strong-endpoint.json").is_file()

    after = answer(tmp_path, "draft", ADA_MRN, *DAY, "--kind", "clinical_summary", **model)
    assert after["model"]["prompts"] == {"section": "2"} and after["id"] != before["id"]
    assert after["model"]["calls"] > 0 and after["model"]["prompt_tokens"] > 0
    said = careloom(tmp_path, "draft", ADA_MRN, *DAY, "--kind", "care_plan", **model)
    assert re.search(r"Model: \d calls?, \d+ tokens, \d+\.\d seconds\.", said.stdout)

    # A model that was set after a draft was made waits for the gate; on another machine nothing is earned.
    other = {**model, "CARELOOM_MODEL_NAME": "other"}
    assert answer(tmp_path, "draft", ADA_MRN, *DAY, **other)["model"]["name"] == "strong"
    beside = tmp_path / "beside"
    answer(beside, "connect", HERE / "riverside_ehr" / "ada-moreno.json", "--source", "riverside_ehr")
    assert answer(beside, "draft", ADA_MRN, *DAY, **model)["model"]["prompts"] == {}


def test_a_person_reads_which_tasks_were_earned(tmp_path, endpoint):
    endpoint.answer = lambda _: "No."
    model = {"CARELOOM_MODEL_URL": endpoint.url}
    done = careloom(tmp_path, "eval", "--model", "weak", **model)
    assert done.returncode == 0, done.stderr
    assert "care_plan join was stopped: it is clearly below what is needed." in done.stdout


def test_an_evaluation_that_is_interrupted_tells_what_was_measured_and_keeps_what_was_earned_before(
    tmp_path, endpoint
):
    endpoint.answer, endpoint.delay = faithful, 0.1
    kept = tmp_path / "eval" / "slow-endpoint.json"
    kept.parent.mkdir()
    kept.write_text("{}")
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", "eval", "--model", "slow"],
        env=environment(tmp_path, CARELOOM_MODEL_URL=endpoint.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeds_interrupts,
    )
    end = time.monotonic() + 60
    while len(endpoint.asked) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    endpoint.delay = 3.0
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "care_plan join was stopped: interrupted." in said and "nothing is kept" in said
    assert re.search(r"care_plan join 4 +│ +[1-9]\d? of 36", said), said
    assert kept.read_text() == "{}"


def test_without_a_model_there_is_nothing_to_evaluate(tmp_path):
    done = careloom(tmp_path, "eval", "--model", "none")
    assert done.returncode == 78 and "no model to evaluate" in done.stderr


def test_an_endpoint_that_fails_keeps_the_table_of_before(tmp_path, endpoint):
    endpoint.script = [(500, {}, chat("No."))]
    model = {"CARELOOM_MODEL_URL": endpoint.url, "CARELOOM_MODEL_RETRIES": "0"}
    kept = tmp_path / "eval" / "weak-endpoint.json"
    kept.parent.mkdir()
    kept.write_text("{}")
    done = careloom(tmp_path, "eval", "--model", "weak", **model)
    assert done.returncode == 75 and "answered 500" in done.stderr
    assert kept.read_text() == "{}"
    assert careloom(tmp_path, "eval", "--minutes", "0").returncode == 64
