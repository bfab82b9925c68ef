"""Failing: the ways in which drafts have been wrong, from where they were seen to what prevents them now.

Takes    what people said of drafts (reported, returned, rejected, found by a second reader, taken back out of the chart), and a lead's judgement
Gives    each with how severe it was, from what it came, and the rule or test that prevents it now
Never    changes what was said, or calls something prevented by a rule that there isn't
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careloom import check
from careloom.care.access import Permission
from careloom.care.document import Reviewer, Severity
from careloom.care.failure import CAUSES, Failure, Judged
from careloom.errors import InputError
from careloom.pipeline.access import Access
from careloom.store.opening import Store

MOST = 200
LONGEST = 2000
TEST = re.compile(r"tests/[A-Za-z0-9_/]{1,120}\.py(::test_[A-Za-z0-9_]{1,60})?")


@dataclass(frozen=True)
class Failing:
    """The failure modes of one organisation."""

    store: Store
    access: Access
    clock: Callable[[], datetime]

    def every(self, actor: Reviewer) -> tuple[Failure, ...]:
        """The newest of them, the newest first. Raises NotLicensed for whoever neither leads nor audits."""
        self.access.must(actor, Permission.AUDIT)
        self.store.audit.note(actor.user, "read", what="failures")
        return self.store.failures.newest(MOST)

    def judge(
        self, actor: Reviewer, failure: str, *, severity: str, cause: str, prevents: str = "", why: str = ""
    ) -> None:
        """A lead says how severe one was, from what it came, and which rule (by its name in docs/safety.md) or test prevents it now.

        Raises NotLicensed, InputError for a severity, cause, rule or test that there isn't.
        """
        self.access.must(actor, Permission.LEAD)
        if severity not in {one.value for one in Severity}:
            raise InputError("say how severe it was", where="severity")
        if cause not in CAUSES:
            raise InputError("say from what it came", where="cause")
        prevents = prevents.strip()
        if prevents and prevents not in rules() and not TEST.fullmatch(prevents):
            raise InputError(
                "name a rule of the check, or a test as tests/…/test_….py::test_…", where="prevents"
            )
        said = Judged(
            severity=Severity(severity),
            cause=cause,
            prevents=prevents,
            who=actor.user,
            at=self.clock(),
            why=" ".join(why.split())[:LONGEST],
        )
        with self.store.transaction():
            proposal = self.store.failures.judge(failure, said)
            patient = self.store.proposals.patient(proposal)
            self.store.audit.note(actor.user, "judge failure", patient=patient, what=proposal)


def rules() -> frozenset[str]:
    """The names of the check's rules, as docs/safety.md has them."""
    return frozenset(one.__module__.rpartition(".")[2] for one in (*check.JUDGED, *check.RULES))
