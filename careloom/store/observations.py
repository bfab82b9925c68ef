"""Observations: the list of activities, time studies, their taps, and what was said of these. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.observed import (
    ActivityList,
    Placed,
    SaidOfTap,
    SaidWhat,
    StudyActivity,
    StudyStep,
    StudyWhat,
    Tap,
    TimeStudy,
    What,
)
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.observed import StoredActivityList, StoredTap, StoredTimeStudy, TapWord, TimeStudyStep
from careloom.store.row import place


@dataclass(frozen=True)
class Observations:
    """The time studies of one organisation."""

    keys: Keys

    def lists(self) -> tuple[ActivityList, ...]:
        """Every version of the list that the site made, the newest first."""
        rows = StoredActivityList.objects.filter(organisation=self.keys.organisation).order_by("-version")
        return tuple(map(self._list, rows))

    def add_list(self, made: ActivityList) -> None:
        """Append a version. Raises StaleRecord where it is there already."""
        assert made.at is not None
        row_id = new_id()
        try:
            with writing():
                StoredActivityList.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    version=made.version,
                    content=[asdict(one) for one in made.activities],
                    who=made.who,
                    at=made.at,
                    sealed_why=self.keys.seal(made.why.encode(), place("activity list", row_id, "why")),
                )
        except IntegrityError:
            raise StaleRecord("somebody else changed the list meanwhile; look at it again") from None

    def add_study(self, title: str, question: str, *, list_version: int, who: str, at: datetime) -> str:
        """Begin a study; its id."""
        row_id, said = new_id(), {"title": title, "question": question}
        with writing():
            StoredTimeStudy.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                list_version=list_version,
                who=who,
                at=at,
                sealed=self.keys.seal(codec.encode(said), place("time study", row_id, "said")),
            )
        return str(row_id)

    def studies(self) -> tuple[TimeStudy, ...]:
        """Every study, the newest first."""
        return self._studies(StoredTimeStudy.objects.filter(organisation=self.keys.organisation))

    def study(self, study: str) -> TimeStudy:
        """A study. Raises InputError for one that there isn't."""
        rows = StoredTimeStudy.objects.filter(organisation=self.keys.organisation)
        found = self._studies(rows.filter(pk=as_uuid(study, "study")))
        if not found:
            raise InputError("unknown study")
        return found[0]

    def step(self, study: TimeStudy, step: StudyStep) -> None:
        """Append what happened to a study. Raises StaleRecord where somebody else did meanwhile."""
        try:
            with writing():
                TimeStudyStep.objects.create(
                    organisation=self.keys.organisation,
                    study_id=as_uuid(study.id, "study"),
                    number=len(study.steps) + 1,
                    what=step.what,
                    whom=step.whom,
                    who=step.who,
                    at=step.at,
                )
        except IntegrityError:
            raise StaleRecord("somebody else changed this study meanwhile; look at it again") from None

    def tap(self, study: str, taps: Iterable[Placed]) -> None:
        """Append taps; one that an observer's phone sent before is left as it is."""
        rows = [self._row(study, one) for one in taps]
        with writing():
            StoredTap.objects.bulk_create(rows, ignore_conflicts=True)

    def known(self, study: str, observer: str, keys: Iterable[str]) -> frozenset[str]:
        """Those of some taps (ids) that are there."""
        rows = self._taps(study).filter(observer=observer, key__in=list(keys))
        return frozenset(rows.values_list("key", flat=True))

    def taps(self, study: str) -> tuple[Placed, ...]:
        """Every tap of a study, in order of its time."""
        return tuple(map(self._placed, self._taps(study).order_by("at", "id")))

    def say(self, study: str, said: SaidOfTap) -> None:
        """Append what an observer said of a stretch."""
        row_id = new_id()
        with writing():
            TapWord.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                study_id=as_uuid(study, "study"),
                shift=said.shift,
                key=said.tap,
                what=said.what,
                value=said.value,
                who=said.who,
                at=said.at,
                sealed_why=self.keys.seal(said.why.encode(), place("tap word", row_id, "why")),
            )

    def said(self, study: str) -> tuple[SaidOfTap, ...]:
        """What was said of a study's stretches, oldest first."""
        rows = TapWord.objects.filter(organisation=self.keys.organisation, study=as_uuid(study, "study"))
        return tuple(
            SaidOfTap(
                row.shift,
                row.key,
                cast(SaidWhat, row.what),
                row.value,
                self.keys.open(bytes(row.sealed_why), place("tap word", row.pk, "why")).decode(),
                row.who,
                row.at,
            )
            for row in rows.order_by("at", "id")
        )

    def _taps(self, study: str) -> "QuerySet[StoredTap]":
        return StoredTap.objects.filter(organisation=self.keys.organisation, study=as_uuid(study, "study"))

    def _row(self, study: str, one: Placed) -> StoredTap:
        row_id, tap = new_id(), one.tap
        return StoredTap(
            id=row_id,
            organisation=self.keys.organisation,
            study_id=as_uuid(study, "study"),
            observer=one.observer,
            key=tap.id,
            shift=tap.shift,
            number=tap.number,
            what=tap.what,
            activity=tap.activity,
            whom=tap.whom,
            phone=tap.phone,
            phone_until=tap.until,
            mono=tap.mono,
            load=tap.load,
            at=one.at,
            ended=one.until,
            off=one.off,
            strayed=one.strayed,
            received=one.received,
            sealed_text=self.keys.seal(tap.text.encode(), place("tap", row_id, "text")) if tap.text else b"",
        )

    def _placed(self, row: StoredTap) -> Placed:
        sealed = bytes(row.sealed_text)
        tap = Tap(
            id=row.key,
            shift=row.shift,
            number=row.number,
            what=cast(What, row.what),
            phone=row.phone,
            mono=row.mono,
            load=row.load,
            activity=row.activity,
            whom=row.whom,
            until=row.phone_until,
            text=self.keys.open(sealed, place("tap", row.pk, "text")).decode() if sealed else "",
        )
        return Placed(tap, row.observer, row.at, row.off, row.strayed, row.received, row.ended)

    def _list(self, row: StoredActivityList) -> ActivityList:
        content: list[dict[str, Any]] = row.content
        return ActivityList(
            row.version,
            tuple(StudyActivity(**one) for one in content),
            row.who,
            row.at,
            self.keys.open(bytes(row.sealed_why), place("activity list", row.pk, "why")).decode(),
        )

    def _studies(self, rows: "QuerySet[StoredTimeStudy]") -> tuple[TimeStudy, ...]:
        found = list(rows.order_by("-at", "-id"))
        steps: dict[Any, list[StudyStep]] = defaultdict(list)
        for step in TimeStudyStep.objects.filter(study__in=[row.pk for row in found]).order_by("number"):
            steps[step.study_id].append(StudyStep(cast(StudyWhat, step.what), step.whom, step.who, step.at))
        return tuple(self._study(row, steps[row.pk]) for row in found)

    def _study(self, row: StoredTimeStudy, steps: Iterable[StudyStep]) -> TimeStudy:
        said = codec.words(self.keys.open(bytes(row.sealed), place("time study", row.pk, "said")))
        return TimeStudy(
            str(row.pk), said["title"], said["question"], row.list_version, row.who, row.at, tuple(steps)
        )
