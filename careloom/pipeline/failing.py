"""Failing: the ways in which drafts have been wrong, from where they were seen to what prevents them now.

Takes    what people said of drafts (reported, returned, rejected, found by a second reader, taken back out of the chart), and a lead's judgement
Gives    each without identifiers, with how severe it was, from what it came, and the rule or test that prevents it now
Never    changes what was said, gives out words that weren't scrubbed, or calls something prevented by a rule that there isn't
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom import check
from careloom.care.access import Permission
from careloom.care.document import Reviewer, Severity
from careloom.care.failure import CAUSES, Case, Failure, Judged
from careloom.care.record import PatientRecord
from careloom.errors import CareloomError, InputError
from careloom.knowledge.days import age_on
from careloom.pipeline.access import Access
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.scrub import scrub
from careloom.store.opening import Store

MOST = 1000
ON_A_PAGE = 25
LONGEST = 2000
# From this age on a number of years may tell who somebody is.
OLD = 90
# What failures are asked for by.
BY = ("state", "cause", "severity", "kind")
# What of what was said is a person's own words, in the order in which it is told.
WORDS = ("words", "should", "reason")
TEST = re.compile(r"tests/[A-Za-z0-9_/]{1,120}\.py(::test_[A-Za-z0-9_]{1,60})?")


@dataclass(frozen=True, slots=True)
class Registry:
    """A page of the registry: its rows, how many fit what was asked, how many there are (of the newest MOST), and how many by cause ("" for not
    judged) and by state among those."""

    rows: tuple[Failure, ...]
    fit: int
    every: int
    causes: Mapping[str, int]
    states: Mapping[str, int]
    kinds: tuple[str, ...]
    page: int
    pages: int
    seen: frozenset[str]


@dataclass(frozen=True)
class Failing:
    """The failure modes of one organisation. `record_of` gives a patient's record as of a day."""

    store: Store
    access: Access
    clock: Callable[[], datetime]
    record_of: Callable[[str, date], PatientRecord]

    def registry(self, actor: Reviewer, asked: Mapping[str, str] | None = None, page: int = 1) -> Registry:
        """A page of failures that fit what is asked (by BY), the newest first, each with its case. Raises NotLicensed."""
        self.access.must(actor, Permission.FAILURES)
        self.store.audit.note(actor.user, "read", what="failures")
        every = self.store.failures.newest(MOST)
        fit = [one for one in every if _fits(one, asked or {})]
        pages = max(1, -(-len(fit) // ON_A_PAGE))
        page = min(max(page, 1), pages)
        rows = tuple(self._with_case(one) for one in fit[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
        return Registry(
            rows=rows,
            fit=len(fit),
            every=len(every),
            causes=Counter(one.newest.cause if one.newest else "" for one in every),
            states=Counter(one.state for one in every),
            kinds=tuple(sorted({one.kind for one in every})),
            page=page,
            pages=pages,
            seen=self._seen(actor, rows),
        )

    def get(self, actor: Reviewer, failure: str) -> tuple[Failure, bool]:
        """One with its case, and whether this person may open the document. Raises NotLicensed, InputError."""
        self.access.must(actor, Permission.FAILURES)
        found = self._with_case(self.store.failures.get(failure))
        self.store.audit.note(actor.user, "read", what="failures")
        return found, found.proposal in self._seen(actor, (found,))

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

    def _with_case(self, one: Failure) -> Failure:
        """The failure with its case, which is made when it is first looked at; with no words where that can't be done."""
        if one.case is not None:
            return one
        try:
            case = self._case(one)
        except CareloomError:
            return replace(one, case=Case(words=""))
        self.store.failures.keep_case(one.id, case, self.clock())
        return replace(one, case=case)

    def _case(self, one: Failure) -> Case:
        patient = self.store.proposals.patient(one.proposal)
        record = self.record_of(patient, self.clock().date())
        known = known_of(self.store, patient, record)
        words = " · ".join(one.said[name] for name in WORDS if one.said.get(name))
        age = age_on(one.at.date(), record.demographics.birth_date)
        return Case(
            words=scrub(words, (known,)).text,
            age="" if age is None else f"{OLD}+" if age >= OLD else str(age),
            sex=record.demographics.sex or "",
        )

    def _seen(self, actor: Reviewer, rows: Iterable[Failure]) -> frozenset[str]:
        """The documents of these that this person may open."""
        about = self.store.proposals.about({one.proposal for one in rows})
        patients = self.access.seen(actor, {patient for patient, _ in about.values()})
        return frozenset(one for one, (patient, _) in about.items() if patient in patients)


def _fits(one: Failure, asked: Mapping[str, str]) -> bool:
    newest = one.newest
    is_so = {
        "state": one.state,
        "cause": newest.cause if newest else "",
        "severity": newest.severity.value if newest else one.said.get("severity", ""),
        "kind": one.kind,
    }
    return all(not wanted or is_so.get(name) == wanted for name, wanted in asked.items())


def rules() -> frozenset[str]:
    """The names of the check's rules, as docs/safety.md has them."""
    return frozenset(one.__module__.rpartition(".")[2] for one in (*check.JUDGED, *check.RULES))
