"""The speed promise of the review page: a plan of 300 lines over a record of 500 entries, against a bare view of the same rows.

The bare view (bench/bare.py) reads document, lines and findings from tables in which they stand in clear, and prints them with the same
presenters and the same template; the evidence of the chosen line, the banner and whose the document is are ready in memory. On PostgreSQL
with CARELOOM_DATABASE_URL.
"""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from bench.measure import Row

LINES, ENTRIES, FINDINGS = 300, 500, 14
KINDS = ("concern", "goal", "activity", "fact", "gap")
PROPOSAL = f"{0xC0FFEE:032x}"
PLAIN = (
    """CREATE TABLE bench_documents (id varchar(32) PRIMARY KEY, patient varchar(36), kind varchar(64), as_of varchar(10),
created varchar(40), due varchar(40), top text, coverage text, looked text, since varchar(40))""",
    """CREATE TABLE bench_lines (document varchar(32), place integer, id varchar(64), section varchar(64), kind varchar(32), text text,
citations text, rank integer, written_by varchar(16), class varchar(32), tier integer, verdict varchar(16), PRIMARY KEY (document, place))""",
    """CREATE TABLE bench_findings (document varchar(32), place integer, rule varchar(64), severity varchar(16), message text,
evidence text, line varchar(64), PRIMARY KEY (document, place))""",
)


def rows(home: Path) -> Iterable[Row]:
    """Requests for the page as a signed-in nurse, and to the bare view, in alternation."""
    from bench.bare import against, hospital

    pipeline, _ = hospital(home)
    filled(pipeline)
    what = f"review page: {LINES} lines, {ENTRIES} entries"
    yield against("review", f"/review/{PROPOSAL}", _bare(pipeline), "nora", what)


def filled(pipeline: Any, lines: int = LINES, proposal: str = PROPOSAL) -> Any:
    """A waiting plan of so many lines over a record of 500 entries; the nurse has read its high findings."""
    from bench import record
    from careloom.care.document import Coverage, Document, Proposal, Tier

    patient = record.kept(pipeline, list(record.people(ENTRIES)), f"review {proposal}")
    known = pipeline.store.entries.of(patient)
    now = datetime.now(UTC)
    statements = tuple(_statements(known, lines))
    document = Document(
        patient=patient, kind="care_plan", as_of=now.date(), record_version="1", statements=statements, top=("s0", "s1", "s2")
    )  # fmt: skip
    plan = Proposal(
        id=proposal,
        document=document,
        findings=tuple(_findings(known, lines)),
        tier=Tier.PHYSICIAN,
        created=now - timedelta(hours=3),
        due=now + timedelta(hours=48),
        coverage=Coverage(5, 6, ("Zorbitol",), ("Careloom's list dated 2026-11",)),
    )
    cited = {one for line in statements for one in line.citations}
    pipeline.store.proposals.add(
        plan, {one.id: one for one in known if one.id in cited}, [one.id for one in known]
    )
    return plan


def _statements(known: Any, lines: int) -> Iterable[Any]:
    from careloom.care.document import ContentClass, Guideline, Statement, Tier, Verdict
    from careloom.draft import kind_of

    sections = [one.id for one in kind_of("care_plan").sections]
    chance, classes = random.Random(3), list(ContentClass)
    rule = Guideline(
        "ckd-egfr",
        "an invented guideline, section 4.1, 2024",
        "eGFR again in 90 days",
        "2026-11-23 + 90 days = 2027-02-21",
    )
    for number in range(lines):
        yield Statement(
            id=f"s{number}",
            section=sections[number % len(sections)],
            kind=KINDS[number % len(KINDS)],
            text=f"Kidney function is falling: eGFR {60 - number % 9} to {38 - number % 9} mL/min/1.73 m2 in 12 months, last on "
            f"2026-10-{1 + number % 28:02} (line {number}).",
            citations=tuple(one.id for one in chance.sample(known, 3)),
            guideline=rule if number % 5 == 2 else None,
            rank=number,
            content_class=classes[number % len(classes)],
            tier=Tier.PHYSICIAN if number % 7 == 1 else Tier.NURSE,
            verdict=Verdict.SUPPORTED,
        )  # fmt: skip


def _findings(known: Any, lines: int) -> Iterable[Any]:
    from careloom.care.document import Finding, Severity

    severities = (*[Severity.HIGH] * 2, *[Severity.MODERATE] * 6, *[Severity.LOW] * 6)
    for number, severity in enumerate(severities):
        line = f"s{number * 7 % lines}" if number % 4 else None
        yield Finding(
            "renal_dose", severity, f"a dose for less kidney, number {number}", (known[number].id,), line
        )


def _bare(pipeline: Any) -> Callable[[Any], Any]:
    """A view of the document's rows, in clear, in tables of their own."""
    from django.db import connection
    from django.shortcuts import render
    from django.test import RequestFactory

    from careloom.care.document import (
        ContentClass,
        Coverage,
        Document,
        Finding,
        Proposal,
        Severity,
        Statement,
        Tier,
        Verdict,
    )
    from careloom.care.progress import Progress
    from careloom.pipeline import Review
    from careloom.store.models import User
    from careloom.web.present.plan import default_choice, plan
    from careloom.web.views.page import frame, now
    from careloom.web.views.review import desk
    from careloom.web.views.turns import turn_of

    who = pipeline.store.users.reviewer("nora")
    found = pipeline.attention.begin(who, pipeline.review(who, PROPOSAL))
    _in_clear(found)
    first = RequestFactory().get("/review")
    first.user, first.session = User.objects.get(username="nora"), {}
    key = default_choice(found)
    ready: dict[str, Any] = {
        **frame(first),
        **desk(who, found, key),
        "turn": turn_of(who, found),
        "chosen": False,
    }
    ready["ways"] = ready["ways"]()
    assert ready["ways"]["password"]

    def view(request: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM bench_documents WHERE id = %s", [PROPOSAL])
            _, patient, kind, as_of, created, due, top, coverage, looked, since = cursor.fetchone()
            cursor.execute(
                "SELECT id, section, kind, text, citations, rank, written_by, class, tier, verdict FROM bench_lines WHERE document = %s ORDER BY place",
                [PROPOSAL],
            )
            lines = tuple(
                Statement(
                    id=row[0],
                    section=row[1],
                    kind=row[2],
                    text=row[3],
                    citations=tuple(row[4].split()),
                    rank=row[5],
                    written_by=row[6],
                    content_class=ContentClass(row[7]),
                    tier=Tier(row[8]),
                    verdict=Verdict(row[9]),
                )
                for row in cursor.fetchall()
            )
            cursor.execute(
                "SELECT rule, severity, message, evidence, line FROM bench_findings WHERE document = %s ORDER BY place",
                [PROPOSAL],
            )
            findings = tuple(
                Finding(rule, Severity(severity), message, tuple(evidence.split()), line)
                for rule, severity, message, evidence, line in cursor.fetchall()
            )
        document = Document(
            patient=patient,
            kind=kind,
            as_of=date.fromisoformat(as_of),
            record_version="1",
            statements=lines,
            top=tuple(top.split()),
        )
        checked, drugs, unknown, lists = orjson.loads(coverage)
        proposal = Proposal(
            id=PROPOSAL,
            document=document,
            findings=findings,
            tier=Tier.PHYSICIAN,
            created=datetime.fromisoformat(created),
            due=datetime.fromisoformat(due),
            coverage=Coverage(checked, drugs, tuple(unknown), tuple(lists)),
        )
        review = Review(
            proposal=proposal,
            record=found.record,
            may={one.id: one.tier <= Tier.NURSE for one in lines},
            who={},
            decisions=(),
            previous=None,
            new_entries=(),
            role="registered_nurse",
            progress=Progress(since=datetime.fromisoformat(since), looked=tuple(looked.split())),
        )
        return render(request, "web/review.html", {**ready, "plan": plan(review, key, now(), Tier.NURSE)})

    return view


def _in_clear(found: Any) -> None:
    """The rows of the bare view."""
    from django.db import connection

    proposal, progress = found.proposal, found.progress
    document, coverage = proposal.document, proposal.coverage
    said = orjson.dumps([coverage.checked, coverage.drugs, coverage.unknown, coverage.lists]).decode()
    with connection.cursor() as cursor:
        for table in PLAIN:
            cursor.execute(table)
        cursor.execute(
            f"INSERT INTO bench_documents VALUES ({', '.join(['%s'] * 10)})",
            [
                proposal.id, document.patient, document.kind, document.as_of.isoformat(), proposal.created.isoformat(),
                proposal.due.isoformat(), " ".join(document.top), said, " ".join(progress.looked), progress.since.isoformat(),
            ],
        )  # fmt: skip
        cursor.executemany(
            f"INSERT INTO bench_lines VALUES ({', '.join(['%s'] * 12)})",
            [
                (proposal.id, place, one.id, one.section, one.kind, one.text, " ".join(one.citations), one.rank, one.written_by,
                 one.content_class.value, int(one.tier), one.verdict.value)
                for place, one in enumerate(document.statements)
            ],
        )  # fmt: skip
        cursor.executemany(
            f"INSERT INTO bench_findings VALUES ({', '.join(['%s'] * 7)})",
            [
                (proposal.id, place, one.rule, one.severity.value, one.message, " ".join(one.evidence), one.statement)
                for place, one in enumerate(proposal.findings)
            ],
        )  # fmt: skip
