"""What waits for its time is sent by a worker when it has come, however many ask; a killed worker's letter is not sent twice."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from careloom import jobs
from careloom.care.sending import State
from careloom.jobs.due import Due
from tests.deliver.smtp import serving
from tests.flow.letters import PRACTICE, Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def site(home, key, server) -> Site:
    home.mkdir()
    now = datetime.now(UTC)
    made = Site(home, key=key, settings={"smtp_url": server.url, "smtp_timeout": 5.0, "quiet_hours": ""})
    made.clock.now = now - timedelta(minutes=1)
    return made


def test_a_worker_sends_each_that_is_due_once_and_leaves_what_is_not(site, server):
    who = site.sends()
    due = [site.delivering.queue("nora", site.released(who).id, "email") for _ in range(3)]
    site.clock.later(hours=1)
    later = site.delivering.queue("nora", site.released(who).id, "email")
    settings = site.desk.settings
    site.desk.standing.keep_up()
    assert Due(settings, site.desk.store).ask() == 3
    assert Due(settings, site.desk.store).ask() == 3  # another process; the work is the same
    assert jobs.work(settings) == 3
    assert jobs.work(settings) == 0
    states = {one.id: one.state for one in site.desk.store.sendings.last()}
    assert [states[one.id] for one in due] == [State.SENT] * 3
    assert states[later.id] is State.QUEUED
    assert len(server.letters) == 3


def test_what_another_worker_has_in_hand_is_not_taken_for_dead(site, server):
    sending = site.delivering.queue("nora", site.released(site.sends()).id, "email")
    site.desk.standing.keep_up()
    due = Due(site.desk.settings, site.desk.store)
    slow, quick = site.delivering, site.delivering
    asked = []

    class Slowly:
        once = False

        def send(self, message, about_to):
            about_to()
            asked.append(due.ask())  # what every worker does now and then
            asked.append(jobs.work(site.desk.settings))
            quick.adapters["email"].send(message, lambda: None)

    assert replace(slow, adapters={"email": Slowly()}).deliver(sending.id).state is State.SENT
    assert asked == [0, 0]
    assert len(server.letters) == 1


@pytest.mark.kill
def test_a_worker_killed_while_the_server_has_the_letter_leaves_it_to_a_person(site, server, tmp_path):
    from django.db import connection

    if connection.vendor == "postgresql":
        pytest.skip("the process would need the test's database")
    from tests.flow.process import environment

    # In a home of its own, with a database that another process sees.
    home = tmp_path / "killed"
    more = {f"CARELOOM_{name.upper()}": value for name, value in PRACTICE.items()}
    more |= {"CARELOOM_SMTP_URL": server.url, "CARELOOM_QUIET_HOURS": "", "CARELOOM_SMTP_TIMEOUT": "30"}
    environ = environment(home, **more) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    script = [sys.executable, "-m", "tests.jobs.letters_process", str(home)]
    subprocess.run([*script, "queue", "4"], env=environ, check=True, timeout=60)
    server.after = 0
    worker = subprocess.Popen(
        [sys.executable, "-m", "careloom", "worker"], env=environ, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while not server.letters and time.monotonic() < until:
        time.sleep(0.05)
    assert len(server.letters) == 1
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    server.after = 250
    subprocess.run([*script, "work"], env=environ, check=True, timeout=60)
    told = subprocess.run(
        [*script, "tell"], env=environ, check=True, timeout=60, capture_output=True, text=True
    )
    assert told.stdout.split() == ["sent", "sent", "sent", "unknown"]
    assert len({one["Message-ID"] for one in server.letters}) == len(server.letters) == 4


def test_a_worker_looks_through_what_came_and_asks_no_more_of_it(site):
    who = site.sends()
    assert site.desk.standing.waits()
    assert jobs.work(site.desk.settings) == 1
    assert site.desk.standing.waits() == ""
    assert jobs.work(site.desk.settings) == 0
    site.desk.store.standings.due([who])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert jobs.work(site.desk.settings) == 1
    Due(site.desk.settings, site.desk.store).ask(tomorrow)
    assert [task.kind for task, _ in site.desk.store.work.waiting()] == ["findings"]


def test_one_record_that_cannot_be_read_is_told_of_and_keeps_no_other_from_being_read(site):
    one = site.sends()
    other = site.sends(
        id="p2", name=[{"family": "Quill", "given": ["Nan"]}], birthDate="1971-02-03", identifier=[]
    )
    real = site.desk.standing

    def spoiled(patient, day):
        if patient == one:
            raise ValueError("spoiled")
        return real.record_of(patient, day)

    replace(real, record_of=spoiled).keep_up()
    stands = site.desk.store.standings.of([one, other])
    assert [found.finding.rule for found in stands[one]] == [""] and other not in stands
