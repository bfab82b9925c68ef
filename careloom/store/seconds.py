"""Second readings: the policy's versions, which documents are read again, and each step of it. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from careloom.care.second import Ground, Happened, Mode, Policy, SecondReading, Step
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.audited import AuditEvent
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredDecision
from careloom.store.once import once
from careloom.store.row import place
from careloom.store.seconded import SecondStep, StoredPolicy, StoredSecond

# The audit log's word for a document that somebody read with what had been decided about it.
READ = "read"
DECIDES = ("approve", "return", "reject")
TURNS = (Step.ASSIGN.value, Step.CLAIM.value, Step.RELEASE.value)
ENDS = (Step.AGREE.value, Step.CORRECT.value)

_SECOND = tuple(one.attname for one in StoredSecond._meta.concrete_fields)
_OF = Asked(
    lambda organisation, proposal: StoredSecond.objects.filter(
        organisation=organisation, proposal=proposal
    ).values_list(*_SECOND)
)
_POLICY = tuple(one.attname for one in StoredPolicy._meta.concrete_fields)
_NEWEST_POLICY = Asked(
    lambda organisation: (
        StoredPolicy.objects.filter(organisation=organisation).order_by("-version").values_list(*_POLICY)[:1]
    )
)


_WHOSE = SecondStep.objects.filter(second=OuterRef("pk"), what__in=TURNS).order_by("-number").values("whom")
_READS = Asked(
    lambda organisation, user: (
        StoredSecond.objects.filter(organisation=organisation)
        .annotate(whose=Subquery(_WHOSE[:1]))
        .filter(whose=user)
        .exclude(steps__what=Step.READ.value)
        # What was taken back out of the chart is read by nobody a second time.
        .exclude(proposal__status="entered-in-error")
        .values_list("proposal")
    )
)


@dataclass(frozen=True)
class Seconds:
    """The second readings of one organisation."""

    keys: Keys

    # ── the policy ──────────────────────────────────────────────────────────────────────────────

    def policy(self) -> Policy:
        """What holds now; version 0, which asks for nothing, where nobody ever said."""
        return once(("policy", self.keys.organisation), self._newest_policy)

    def _newest_policy(self) -> Policy:
        row = _NEWEST_POLICY.first(self.keys.organisation)
        return self._policy(StoredPolicy.from_db(connection.alias, _POLICY, row)) if row else Policy()

    def policies(self) -> tuple[Policy, ...]:
        """Every version, the newest first."""
        return tuple(map(self._policy, self._policies().order_by("-version")))

    def decree(self, policy: Policy, at: datetime, *, was: int) -> Policy:
        """Append the next version, with a seed of its own. Raises StaleRecord where `was` is no longer the newest."""
        row_id, seed = new_id(), new_id().hex
        content = {
            "share": policy.share,
            "first": policy.first,
            "modes": {ground.value: mode.value for ground, mode in policy.modes.items()},
            "kinds": list(policy.kinds),
            "hours": policy.hours,
        }
        try:
            with writing():
                if (self._policies().aggregate(newest=Max("version"))["newest"] or 0) != was:
                    raise StaleRecord("somebody else changed the policy meanwhile; look at it again")
                row = StoredPolicy.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    version=was + 1,
                    content=content,
                    who=policy.who,
                    at=at,
                    sealed_seed=self.keys.seal(seed.encode(), place("policy", row_id, "seed")),
                    sealed_why=self.keys.seal(policy.why.encode(), place("policy", row_id, "why")),
                )
        except IntegrityError:
            raise StaleRecord("somebody else changed the policy meanwhile; look at it again") from None
        return self._policy(row)

    # ── the readings ────────────────────────────────────────────────────────────────────────────

    def choose(self, made: SecondReading) -> SecondReading:
        """Append that a document is read a second time; what was chosen for it before stays as it is."""
        with writing():
            row, _ = StoredSecond.objects.get_or_create(
                proposal_id=as_uuid(made.proposal, "proposal"),
                defaults={
                    "organisation": self.keys.organisation,
                    "first": made.first,
                    "grounds": [one.value for one in made.grounds],
                    "mode": made.mode.value,
                    "policy": made.policy,
                    "reach": made.reach,
                    "base": made.base,
                    "at": made.at,
                },
            )
        return self._second(row)

    def of(self, proposal: str) -> SecondReading | None:
        """The second reading of a document, None where it has none."""
        row = _OF.first(self.keys.organisation, as_uuid(proposal, "proposal"))
        return self._second(StoredSecond.from_db(connection.alias, _SECOND, row)) if row else None

    def get(self, proposal: str) -> SecondReading:
        """The same. Raises InputError where it has none."""
        found = self.of(proposal)
        if found is None:
            raise InputError("this document is not read a second time")
        return found

    def add(self, second: SecondReading, happened: Happened) -> SecondReading:
        """Append a step. Raises StaleRecord where somebody else took one since `second` was read."""
        row_id, number = new_id(), len(second.steps) + 1
        try:
            with writing():
                SecondStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    second_id=as_uuid(second.id, "second reading"),
                    number=number,
                    what=happened.what.value,
                    whom=happened.whom,
                    at=happened.at,
                    sealed=self.keys.seal(codec.encode(happened), place("second step", row_id, "step")),
                )
        except IntegrityError:
            raise StaleRecord(
                "somebody else was quicker with this second reading; look at it again"
            ) from None
        return replace(second, steps=(*second.steps, happened))

    def unfinished(self) -> tuple[SecondReading, ...]:
        """Those that may wait for somebody, the oldest first: their newest step ends nothing for certain."""
        steps = SecondStep.objects.filter(second=OuterRef("pk")).order_by("-number")
        ended = Q(newest=Step.COMPARE.value, mode=Mode.AFTER.value) | Q(newest__in=ENDS)
        # What was held and returned or rejected waits for nobody, nor what a third reader settled before it was released.
        ended |= Q(newest=Step.COMPARE.value, proposal__status__in=("on-hold", "revoked"))
        ended |= Q(proposal__status="entered-in-error")
        ended |= Q(newest=Step.SETTLE.value, mode=Mode.HOLD.value)
        # Where the first reader's word stands there is nothing to correct.
        ended |= Q(newest=Step.SETTLE.value, whose=F("first"))
        newest = {"newest": Subquery(steps.values("what")[:1]), "whose": Subquery(steps.values("whom")[:1])}
        rows = self._rows().annotate(**newest).filter(Q(newest__isnull=False)).exclude(ended)
        return self._all(rows.order_by("at", "id"))

    def reads(self, user: str) -> frozenset[str]:
        """The documents (ids) that somebody has to read a second time and hasn't."""
        return once(("second readings", self.keys.organisation, user), lambda: self._reads(user))

    def _reads(self, user: str) -> frozenset[str]:
        return frozenset(one.hex for (one,) in _READS.rows(self.keys.organisation, user))

    def read_since(self, since: datetime, until: datetime) -> tuple[SecondReading, ...]:
        """Those in which both readings were first compared in a time, the oldest first."""
        steps = SecondStep.objects.filter(organisation=self.keys.organisation, what=Step.COMPARE.value)
        first = steps.values("second").annotate(first=Min("at")).filter(first__gte=since, first__lt=until)
        return self._all(self._rows().filter(pk__in=first.values("second")).order_by("at", "id"))

    def decided_by(self, user: str, but: str) -> int:
        """How many documents somebody decided, without those of which she took a decision back and one that is left out."""
        rows = StoredDecision.objects.filter(organisation=self.keys.organisation, reviewer=user)
        undone = rows.filter(action="undo").values("proposal")
        counted = rows.filter(action__in=DECIDES).exclude(proposal__in=undone)
        counted = counted.exclude(proposal=as_uuid(but, "proposal"))
        return int(counted.aggregate(number=Count("proposal", distinct=True))["number"])

    def saw(self, since: Mapping[str, datetime], patients: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Who opened each of these documents (of these patients) since its time with what had been decided about it (users' ids)."""
        found: dict[str, set[str]] = {one: set() for one in since}
        if not since:
            return {}
        rows = AuditEvent.objects.filter(
            organisation=self.keys.organisation,
            patient__in={as_uuid(one, "patient") for one in patients},
            at__gte=min(since.values()),
            action=READ,
            what__in=since,
        )
        for what, who, last in rows.order_by().values_list("what", "actor").annotate(last=Max("at")):
            if last >= since[what]:
                found[what].add(who)
        return {what: frozenset(people) for what, people in found.items()}

    def _all(self, rows: "QuerySet[StoredSecond]") -> tuple[SecondReading, ...]:
        found = list(rows)
        steps: dict[Any, list[SecondStep]] = defaultdict(list)
        for step in SecondStep.objects.filter(second__in=[row.pk for row in found]).order_by("number"):
            steps[step.second_id].append(step)
        return tuple(self._made(row, steps[row.pk]) for row in found)

    def _second(self, row: StoredSecond) -> SecondReading:
        return self._made(row, row.steps.order_by("number"))

    def _made(self, row: StoredSecond, steps: "Iterable[SecondStep]") -> SecondReading:
        return SecondReading(
            id=str(row.pk),
            proposal=row.proposal_id.hex,
            first=row.first,
            grounds=tuple(Ground(one) for one in row.grounds),
            mode=Mode(row.mode),
            policy=row.policy,
            reach=row.reach,
            base=row.base,
            at=row.at,
            steps=tuple(
                codec.happened(self.keys.open(bytes(one.sealed), place("second step", one.pk, "step")))
                for one in steps
            ),
        )

    def _policy(self, row: StoredPolicy) -> Policy:
        content: Mapping[str, Any] = row.content
        return Policy(
            version=row.version,
            share=content["share"],
            first=content["first"],
            # PostgreSQL keeps no order of the keys.
            modes={one: Mode(content["modes"][one.value]) for one in Ground if one.value in content["modes"]},
            kinds=tuple(content["kinds"]),
            hours=content["hours"],
            seed=self.keys.open(bytes(row.sealed_seed), place("policy", row.pk, "seed")).decode(),
            who=row.who,
            at=row.at,
            why=self.keys.open(bytes(row.sealed_why), place("policy", row.pk, "why")).decode(),
        )

    def _policies(self) -> "QuerySet[StoredPolicy]":
        return StoredPolicy.objects.filter(organisation=self.keys.organisation)

    def _rows(self) -> "QuerySet[StoredSecond]":
        return StoredSecond.objects.filter(organisation=self.keys.organisation)
