"""Fifty reviewers at once, for five minutes, at a server as `careloom serve` starts it: no 5xx, and nothing that was acknowledged is lost.

Each signs in once and then works as somebody does at a desk: the list, a document, its evidence, a folded part, a mark, a few typed words, a struck
line, a sign to the clock, a document returned. What was acknowledged is looked for in the database afterwards. CARELOOM_BENCH_SECONDS makes it
shorter; CARELOOM_BENCH_RESTART is a command that restarts the database, run once in the middle: then answers of 503 are allowed for so long as
it is away, and still nothing that was acknowledged may be lost. On PostgreSQL with CARELOOM_DATABASE_URL.
"""

import os
import random
import re
import shlex
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.measure import Row

PEOPLE, DOCUMENTS = 50, 6
SECONDS = float(os.environ.get("CARELOOM_BENCH_SECONDS", "300"))
RESTART = os.environ.get("CARELOOM_BENCH_RESTART", "")
# How many seconds after a restart the last answer of 503 may come, and a person's pause between two presses.
AWAY, PAUSE = 15.0, (0.3, 1.5)
FAULT, GONE = 500, 503
HTMX = {"HX-Request": "true"}


@dataclass
class Seen:
    """What one reviewer (`name`) saw and what was acknowledged to her: (document, line) that she struck, documents returned, words kept."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    gone: list[float] = field(default_factory=list)
    struck: set[tuple[str, str]] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)


@dataclass
class Reviewer:
    """One person at a desk."""

    site: str
    name: str
    password: str
    documents: list[str]
    until: float
    away: list[float]
    seen: Seen

    def work(self) -> Seen:
        """Sign in and work until the time is over."""
        chance = random.Random(self.name)
        with httpx.Client(base_url=self.site, timeout=60, follow_redirects=False) as self.client:
            self._sign_in()
            while time.monotonic() < self.until and self.documents:
                document = self.documents[0]
                if self.decide(document, chance):
                    self.documents.pop(0)
        return self.seen

    def _sign_in(self) -> None:
        self._ask("GET", "/sign-in")
        form = {"username": self.name, "password": self.password}
        answer = self._ask("POST", "/sign-in", form)
        assert answer.status_code == 302, f"{self.name} could not sign in: {answer.status_code}"

    def decide(self, document: str, chance: random.Random) -> bool:
        """One document; whether it is done with."""
        page = f"/review/{document}"
        self._ask("GET", "/queue?whose=all")
        shown = self._ask("GET", page)
        if shown.status_code != 200:
            return False
        lines = re.findall(r'data-key="(s\d+)"', shown.text)
        for line in chance.sample(lines, min(3, len(lines))):
            self._ask("GET", f"{page}/evidence/{line}", headers=HTMX)
            self._pause(chance)
        beat = {
            "word": "begin",
            "activity": "review",
            "span": f"{chance.getrandbits(128):032x}",
            "inputs": "0,5",
        }
        self._ask("POST", f"{page}/clock", beat)
        words = f"too long, said {self.name} {chance.random()}"
        if (
            self._ask(
                "POST",
                f"{page}/keep",
                {"field": "return:words", "text": words, "was": self.seen.kept.get(document, "")},
            ).status_code
            == 204
        ):
            self.seen.kept[document] = words
        line = chance.choice(lines)
        if self._ask("POST", f"{page}/lines/{line}/strike", {}).status_code == 302:
            self.seen.struck.add((document, line))
        self._pause(chance)
        again = self._ask("GET", page)
        stamp = re.search(r'name="stamp" value="([^"]*)"', again.text)
        if stamp is None or chance.random() < 0.3:
            return again.status_code == 200 and stamp is not None
        said = {
            "action": "return",
            "reason": "unclear",
            "words": words,
            "stamp": stamp[1],
            "password": self.password,
        }
        if self._ask("POST", f"{page}/decide", said).status_code == 302:
            self.seen.returned.add(document)
            self.seen.kept.pop(document, None)
            return True
        return False

    def _ask(
        self,
        method: str,
        address: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        token = self.client.cookies.get("csrftoken") or ""
        sent = {"X-CSRFToken": token, "Referer": self.site, **(headers or {})}
        began = time.monotonic()
        answer = self.client.request(method, address, data=form, headers=sent)
        self.seen.took.append(time.monotonic() - began)
        self.seen.statuses[answer.status_code] += 1
        if answer.status_code == GONE and self.away and time.monotonic() >= self.away[0]:
            self.seen.gone.append(time.monotonic())
        elif answer.status_code >= FAULT:
            self.seen.faults.append(f"{method} {address.partition('?')[0]}: {answer.status_code}")
        return answer

    def _pause(self, chance: random.Random) -> None:
        time.sleep(chance.uniform(*PAUSE))


def rows(home: Path) -> Iterable[Row]:
    """A server, fifty people, and what is in the database afterwards."""
    from django.db import connection

    pipeline, documents, password = _filled(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "careloom", "serve", "--port", str(port), "--workers", "2"]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        seen, away = _worked(f"http://127.0.0.1:{port}", documents, password)
    finally:
        server.terminate()
        server.wait(30)
    connection.close()
    answers = sum((one.statuses for one in seen), Counter[int]())
    faults, lost = [fault for one in seen for fault in one.faults], _lost(pipeline, seen)
    took = sorted(second for one in seen for second in one.took)
    who = f"{PEOPLE} reviewers for {SECONDS:.0f} s ({connection.vendor}{', the database restarted' if RESTART else ''})"
    done = sum(len(one.struck) + len(one.returned) + len(one.kept) for one in seen)
    print(dict(sorted(answers.items())), *faults[:20], *lost[:20], sep="\n")
    yield f"{who}: answers of 5xx", f"{len(faults)} of {sum(answers.values())}", "none", not faults
    yield f"{who}: acknowledged and lost", f"{len(lost)} of {done}", "none", not lost and done > 0
    if RESTART:
        last = max((at for one in seen for at in one.gone), default=away[1]) - away[1]
        told = f"{sum(len(one.gone) for one in seen)}, the last {last:.1f} s after it was back"
        yield f"{who}: answers of 503 meanwhile", told, f"under {AWAY:.0f} s", last < AWAY
    median, late = statistics.median(took), took[int(len(took) * 0.99)]
    yield (
        f"{who}: seconds an answer took",
        f"median {median:.2f}, 99 % under {late:.2f}",
        "no bound (wall clock)",
        True,
    )


def _worked(site: str, documents: dict[str, list[str]], password: str) -> tuple[list[Seen], list[float]]:
    """What each saw, and when the database began to be restarted and was back."""
    for _ in range(120):
        try:
            httpx.get(f"{site}/health", timeout=5)
            break
        except httpx.TransportError:
            time.sleep(0.5)
    until, away = time.monotonic() + SECONDS, list[float]()
    people = [
        Reviewer(site, name, password, list(hers), until, away, Seen(name))
        for name, hers in documents.items()
    ]
    with ThreadPoolExecutor(PEOPLE + 1) as threads:
        working = [threads.submit(one.work) for one in people]
        if RESTART:
            time.sleep(SECONDS / 2)
            away.append(time.monotonic())
            subprocess.run(shlex.split(RESTART), check=True, stdout=subprocess.DEVNULL)
            away.append(time.monotonic())
        return [one.result() for one in working], away


def _filled(home: Path) -> tuple[Any, dict[str, list[str]], str]:
    """A site of fifty nurses, each with documents of her own to decide."""
    from datetime import UTC, date, datetime, timedelta

    from django.test import override_settings

    from bench.bare import PASSWORD, hospital
    from bench.worklist import proposal
    from careloom.care.entry import HumanName, Identifier, Person
    from careloom.store.users import Licence

    built, _ = hospital(home)
    now, licence, documents = (
        datetime.now(UTC),
        Licence("MA", "X1", date(2031, 6, 30)),
        dict[str, list[str]](),
    )
    message, _ = built.store.messages.put([b"reviewers"], source="bench", format="fhir", name="n", zone="UTC")
    for number in range(PEOPLE):
        name = f"reviewer{number}"
        # The server knows no other hasher.
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
            built.store.users.create(name, role="registered_nurse", password=PASSWORD, licence=licence)
        documents[name] = []
        for nth in range(DOCUMENTS * max(1, int(SECONDS / 30))):
            which = number * 1_000 + nth
            person = Person((Identifier("urn:reviewers", str(which)),), (HumanName(f"Name{which}", ("Ann",)),), "1950-03-02", sex="female")  # fmt: skip
            patient = built.store.patients.create(person, message)
            made = proposal(1_000_000 + which, patient, (), now - timedelta(hours=nth % 40))
            built.store.proposals.add(made, {})
            documents[name].append(made.id)
    built.working.keep_up()
    return built, documents, PASSWORD


def _lost(pipeline: Any, seen: Iterable[Seen]) -> list[str]:
    """What was acknowledged and is not in the database."""
    lost = []
    for one in seen:
        for document, line in sorted(one.struck):
            if line not in pipeline.store.proposals.get(document).struck:
                lost.append(f"the strike of {line} in {document}")
        for document, words in one.kept.items():
            typed = pipeline.store.unfinished.of(document, pipeline.store.users.reviewer(one.name).user).typed
            if typed.get("return:words") != words:
                lost.append(f"what was typed in {document}")
        lost += [
            f"the return of {each}"
            for each in sorted(one.returned)
            if pipeline.store.proposals.get(each).status == "draft"
        ]
    return lost
