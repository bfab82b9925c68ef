"""The speed promise of the work list: 2,000 waiting documents, against a bare view of the same rows without authorisation and audit.

The bare view reads a table in which names and words stand in clear, asks for the same page and the same counts, and renders the
same HTML with the same template. On PostgreSQL with CARELOOM_DATABASE_URL.
"""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.measure import Row

WAITING = 2_000
TEAM = 3
PLAIN = """CREATE TABLE bench_rows (proposal varchar(32) PRIMARY KEY, patient varchar(36), kind varchar(64), tier integer,
created varchar(40), due varchar(40), high integer, moderate integer, low integer, automatic integer, nurse integer,
physician integer, whole boolean, lines integer, signed integer, name text, birth_date text, sex text, why text)"""


def rows(home: Path) -> Iterable[Row]:
    """Requests for a page of the list as a signed-in nurse, and to the bare view, in alternation."""
    from bench.bare import against

    pipeline = _filled(home)
    yield against("queue", "/queue?whose=all", _bare(pipeline), "nora", f"work list: {WAITING} waiting")


def _filled(home: Path) -> Any:
    """A site with patients, care teams and waiting documents of 25 lines."""
    from bench.bare import hospital
    from careloom.care.document import Finding, Severity
    from careloom.care.entry import HumanName, Identifier, Person

    built, staff = hospital(home)
    chance, now = random.Random(7), datetime.now(UTC)
    message, _ = built.store.messages.put([b"worklist"], source="bench", format="fhir", name="n", zone="UTC")
    for number in range(WAITING):
        with built.store.transaction():
            person = Person((Identifier("urn:worklist", str(number)),), (HumanName(f"Name{number}", ("Ann",)),), "1950-03-02", sex="female")  # fmt: skip
            patient = built.store.patients.create(person, message)
            if number % 2:
                # Of the patients with a team, every second one is hers.
                team = ["nora"] * (number % 4 == 1) + chance.sample([f"nurse{n}" for n in range(1, 6)], TEAM)
                for one in team:
                    built.store.teams.step(patient, staff[one], joined=True, who="bench", why="", at=now)
            high = chance.random() < 0.3
            findings = (
                (Finding("renal_dose", Severity.HIGH, "a dose for less kidney", (), "s1"),) if high else ()
            )
            created = now - timedelta(hours=chance.randrange(90))
            built.store.proposals.add(proposal(number, patient, findings, created), {})
    built.working.keep_up()
    return built


def proposal(number: int, patient: str, findings: tuple[Any, ...], created: datetime) -> Any:
    from careloom.care.document import Document, Proposal, Statement, Tier, Verdict

    lines = tuple(
        Statement(
            id=f"s{line}",
            section="text",
            kind="fact",
            text=f"Kidney function is falling: eGFR 52 to {38 - line % 9} mL/min/1.73 m2 in 12 months (line {line}).",
            tier=Tier.PHYSICIAN if line % 7 == 1 else Tier.NURSE,
            verdict=Verdict.SUPPORTED,
        )
        for line in range(25)
    )
    document = Document(
        patient=patient,
        kind="care_plan",
        as_of=created.date(),
        record_version="1",
        statements=lines,
        top=("s1", "s2", "s3"),
    )
    return Proposal(
        id=f"{number + 1:032x}",
        document=document,
        findings=findings,
        tier=Tier.PHYSICIAN,
        created=created,
        due=created + timedelta(hours=48),
    )


def _bare(pipeline: Any) -> Callable[[Any], Any]:
    """A view of the rows that the nurse may see, in clear, in a table of their own."""
    from django.db import connection
    from django.shortcuts import render
    from django.test import RequestFactory

    from careloom.care.document import Tier
    from careloom.care.worklist import PAGE, Counted, Found, Sought, Waiting, Whose
    from careloom.care.worklist import Row as Listed
    from careloom.store.models import User
    from careloom.web.present.queue import work_list
    from careloom.web.views.page import frame, now

    who = pipeline.store.users.reviewer("nora")
    seen, page = [], 1
    while found := pipeline.work(who, Sought(page=page)).rows:
        seen += [row.waiting for row in found]
        page += 1
    counts = ("high", "moderate", "low", "automatic", "nurse", "physician", "whole", "lines", "signed")
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        cursor.executemany(
            f"INSERT INTO bench_rows VALUES ({', '.join(['%s'] * 19)})",
            [
                (one.proposal, one.patient, one.kind, int(one.tier), one.created.isoformat(), one.due.isoformat(),
                 *(getattr(one.counted, name) for name in counts), one.name, one.birth_date, one.sex, one.counted.why)
                for one in seen
            ],
        )  # fmt: skip
        cursor.execute("CREATE INDEX bench_due ON bench_rows (due, high DESC, created)")
    by_whose = pipeline.work(who, Sought()).by_whose
    first = RequestFactory().get("/queue")
    first.user = User.objects.get(username="nora")
    framed = frame(first)

    def view(request: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(CASE WHEN due < %s THEN 1 END) FROM bench_rows",
                [now().astimezone(UTC).isoformat()],
            )
            total, late = cursor.fetchone()
            cursor.execute(
                "SELECT * FROM bench_rows ORDER BY due, high DESC, created, proposal LIMIT %s", [PAGE]
            )
            rows = tuple(
                Listed(
                    Waiting(
                        proposal=row[0],
                        patient=row[1],
                        kind=row[2],
                        tier=Tier(row[3]),
                        created=datetime.fromisoformat(row[4]),
                        due=datetime.fromisoformat(row[5]),
                        assigned_to=None,
                        counted=Counted(*row[6:12], bool(row[12]), *row[13:15], row[18]),
                        name=row[15],
                        birth_date=row[16],
                        sex=row[17],
                    ),
                    True,
                )
                for row in cursor.fetchall()
            )
        found = Found(rows, total, late, {one: by_whose[one] for one in Whose})
        work = work_list(found, Sought(), now(), Tier.NURSE)
        return render(request, "web/queue.html", {**framed, "work": work})

    return view
