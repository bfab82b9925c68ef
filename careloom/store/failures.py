"""Failures: what people said of drafts that were wrong, with what was found of each. All of it is appended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from careloom.care.document import Severity
from careloom.care.failure import Case, Failure, Judged
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.failed import FailureStep
from careloom.store.ids import as_uuid, new_id
from careloom.store.learned import Lesson
from careloom.store.row import place
from careloom.store.site_ruled import FailureCase, StoredRule

_case = msgspec.json.Decoder(Case).decode


@dataclass(frozen=True)
class Failures:
    """The failures of one organisation's drafts."""

    keys: Keys

    def newest(self, most: int) -> tuple[Failure, ...]:
        """So many of them, the newest first."""
        rows = Lesson.objects.filter(organisation=self.keys.organisation).select_related("proposal")
        return self._opened(
            list(rows.defer("proposal__sealed_cited", "proposal__seen").order_by("-at", "-id")[:most])
        )

    def get(self, failure: str) -> Failure:
        """One by its id. Raises InputError where there is none."""
        rows = Lesson.objects.filter(organisation=self.keys.organisation, pk=as_uuid(failure, "failure"))
        found = self._opened(list(rows.select_related("proposal")))
        if not found:
            raise InputError("there is no such failure", where="failure")
        return found[0]

    def keep_case(self, failure: str, case: Case, at: datetime) -> None:
        """Append a failure's case without identifiers; the newest counts."""
        row_id = new_id()
        with writing():
            FailureCase.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                lesson_id=as_uuid(failure, "failure"),
                at=at,
                sealed=self.keys.seal(codec.encode(case), place("failure case", row_id, "case")),
            )

    def _opened(self, rows: Sequence[Lesson]) -> tuple[Failure, ...]:
        ids = [row.pk for row in rows]
        cases = {
            one.lesson_id: _case(self.keys.open(bytes(one.sealed), place("failure case", one.pk, "case")))
            for one in FailureCase.objects.filter(lesson__in=ids).order_by("at", "id")
        }
        rules: dict[Any, list[str]] = defaultdict(list)
        for lesson, rule in (
            StoredRule.objects.filter(lesson__in=ids).order_by("at", "id").values_list("lesson", "id")
        ):
            rules[lesson].append(rule.hex)
        judged: dict[Any, list[Judged]] = defaultdict(list)
        for one in FailureStep.objects.filter(lesson__in=ids).order_by("at", "id"):
            judged[one.lesson_id].append(self._judged(one))
        return tuple(
            Failure(
                id=row.pk.hex,
                proposal=row.proposal_id.hex,
                kind=row.proposal.kind,
                at=row.at,
                said=codec.words(self.keys.open(bytes(row.sealed), place("lesson", row.pk, "feedback"))),
                judged=tuple(judged[row.pk]),
                case=cases.get(row.pk),
                rules=tuple(rules[row.pk]),
            )
            for row in rows
        )

    def number(self) -> int:
        """How many there are."""
        return Lesson.objects.filter(organisation=self.keys.organisation).count()

    def judge(self, failure: str, said: Judged) -> str:
        """Append a judgement; the id of the document that it is about. Raises InputError where there is no such failure."""
        row = Lesson.objects.filter(
            organisation=self.keys.organisation, pk=as_uuid(failure, "failure")
        ).first()
        if row is None:
            raise InputError("there is no such failure", where="failure")
        row_id = new_id()
        with writing():
            FailureStep.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                lesson=row,
                severity=said.severity.value,
                cause=said.cause,
                prevents=said.prevents,
                who=said.who,
                at=said.at,
                sealed_why=self.keys.seal(said.why.encode(), place("failure step", row_id, "why")),
            )
        return row.proposal_id.hex

    def _judged(self, row: FailureStep) -> Judged:
        why = self.keys.open(bytes(row.sealed_why), place("failure step", row.pk, "why")).decode()
        return Judged(
            severity=Severity(row.severity),
            cause=row.cause,
            prevents=row.prevents,
            who=row.who,
            at=row.at,
            why=why,
        )
